#include "relations.h"

#include "xml_part.h"

#include "m13/limits.h"
#include "m13/memory.h"

#include <stdlib.h>
#include <string.h>

struct relations_reading {
    struct relations *relations;
    const char *folder; /* of the part that names others, with its slash */
    size_t folder_length;
};

/* Takes the last folder off, whose slash is the last byte. */
static void go_up(struct text *path)
{
    if (path->length > 0)
        path->length--;
    while (path->length > 0 && path->bytes[path->length - 1] != '/')
        path->length--;
}

/* A target is relative to its part, or begins with a slash. */
static char *path_of(const struct relations_reading *reading, const char *target)
{
    struct text path = TEXT_WITH_CEILING(LIMIT_URL_BYTES);
    if (*target != '/')
        text_append(&path, reading->folder, reading->folder_length);
    for (const char *at = target; *at != '\0';) {
        size_t length = strcspn(at, "/");
        size_t slash = at[length] == '/';
        if (length == 2 && memcmp(at, "..", 2) == 0)
            go_up(&path);
        else if (length > 0 && !(length == 1 && *at == '.'))
            text_append(&path, at, length + slash);
        at += length + slash;
    }
    text_append(&path, "", 0); /* the NUL behind a folder that was taken off */
    return text_take(&path);
}

static int take_relation(struct xml_part *part, const struct xml_attributes *attributes)
{
    struct relations_reading *reading = part->context;
    struct relations *relations = reading->relations;
    struct xml_value id = xml_attribute(attributes, "Id"), type = xml_attribute(attributes, "Type");
    char *target = xml_value_copy(xml_attribute(attributes, "Target"));
    bool outside = xml_value_is(xml_attribute(attributes, "TargetMode"), "External");
    if (id.bytes != NULL && type.bytes != NULL && target != NULL && !outside &&
        relations->count < LIMIT_WORKBOOK_PARTS) {
        char *whole_type = xml_value_copy(type), *slash = strrchr(whole_type, '/');
        MEMORY_GROW(relations->items, relations->count, relations->capacity);
        relations->items[relations->count++] = (struct relation){xml_value_copy(id),
            memory_copy_string(slash != NULL ? slash + 1 : whole_type), path_of(reading, target)};
        free(whole_type);
    }
    free(target);
    return 0;
}

enum { RELATIONSHIPS, RELATIONSHIP };
static const struct xml_element elements[] = {
    [RELATIONSHIPS] = {"Relationships", -1, false, NULL, NULL},
    [RELATIONSHIP] = {"Relationship", RELATIONSHIPS, false, take_relation, NULL},
};
static const struct xml_plan plan = {XML_RELATIONSHIPS, elements, sizeof elements / sizeof elements[0]};

int relations_read(
    struct package *package, const char *part, struct relations *ret_relations, struct failure *ret_failure)
{
    *ret_relations = (struct relations){0};
    const char *slash = strrchr(part, '/'), *file = slash != NULL ? slash + 1 : part;
    struct relations_reading reading = {ret_relations, part, (size_t)(file - part)};
    struct text list = TEXT_WITH_CEILING(LIMIT_URL_BYTES);
    text_append(&list, part, reading.folder_length);
    text_append_format(&list, "_rels/%s.rels", file);
    int r = package_has(package, text_string(&list))
                ? xml_part_read(package, text_string(&list), &plan, &reading, ret_failure)
                : 0;
    text_free(&list);
    return r;
}

const struct relation *relations_by_id(const struct relations *relations, const char *id)
{
    for (size_t i = 0; i < relations->count; i++)
        if (string_equal(relations->items[i].id, id))
            return &relations->items[i];
    return NULL;
}

const struct relation *relations_by_type(const struct relations *relations, const char *type)
{
    for (size_t i = 0; i < relations->count; i++)
        if (string_equal(relations->items[i].type, type))
            return &relations->items[i];
    return NULL;
}

void relations_release(struct relations *relations)
{
    for (size_t i = 0; i < relations->count; i++) {
        free(relations->items[i].id);
        free(relations->items[i].type);
        free(relations->items[i].part);
    }
    free(relations->items);
    *relations = (struct relations){0};
}
