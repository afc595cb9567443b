#include "url_template.h"

#include "m13/memory.h"

#include <stdlib.h>
#include <string.h>

static void add_part(struct url_template *template, struct url_part part)
{
    MEMORY_GROW(template->parts, template->count, template->capacity);
    template->parts[template->count++] = part;
}

static struct url_part placeholder(const char *name, size_t length, struct source_list *sources)
{
    static const char of_row[] = "row.";
    size_t prefix = sizeof of_row - 1;
    if (length > prefix && memcmp(name, of_row, prefix) == 0)
        return (struct url_part){
            .field = -1, .source = source_list_add(sources, name + prefix, length - prefix)};
    char *member = memory_copy_bytes(name, length);
    int field = record_field_by_name(member);
    free(member);
    return (struct url_part){.field = field};
}

void url_template_parse(const char *template, struct source_list *sources, struct url_template *ret_template)
{
    *ret_template = (struct url_template){0};
    while (*template != '\0') {
        size_t literal = strcspn(template, "{");
        if (literal > 0)
            add_part(ret_template, (struct url_part){.literal = template, .length = literal, .field = -1});
        template += literal;
        if (*template == '\0')
            break;
        size_t length = strcspn(template + 1, "}");
        add_part(ret_template, placeholder(template + 1, length, sources));
        template += 1 + length;
        template += *template == '}';
    }
}

/* RFC 3986: only the unreserved characters stand for themselves. */
static void append_encoded(struct text *out, const char *value)
{
    static const char digits[] = "0123456789ABCDEF";
    for (; *value != '\0'; value++) {
        unsigned char byte = (unsigned char)*value;
        bool plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                     (byte >= '0' && byte <= '9') || memchr("-._~", byte, 4) != NULL;
        const char encoded[3] = {'%', digits[byte >> 4], digits[byte & 15]};
        if (plain)
            text_append_character(out, *value);
        else
            text_append(out, encoded, sizeof encoded);
    }
}

void url_template_fill(const struct url_template *template, const struct record *record,
    const char *const *texts, struct text *out)
{
    size_t before = out->length;
    bool any = false;
    for (size_t i = 0; i < template->count; i++) {
        const struct url_part *part = &template->parts[i];
        if (part->literal != NULL) {
            text_append(out, part->literal, part->length);
            continue;
        }
        const char *value = part->field >= 0 ? record->value[part->field] : texts[part->source];
        any = any || *value != '\0';
        append_encoded(out, value);
    }
    if (!any && out->bytes != NULL) {
        out->length = before;
        out->bytes[before] = '\0';
    }
}

void url_template_release(struct url_template *template)
{
    free(template->parts);
    *template = (struct url_template){0};
}
