#include "roster.h"

#include "m13/clock.h"
#include "m13/log.h"
#include "m13/memory.h"
#include "m13/registry.h"
#include "m13/text.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES_MOST = 256 }; /* names of one firm; more are not a firm's */

struct row {
    char *uscc, *fields;
};

struct roster {
    struct row *rows;
    size_t count, capacity, read;
    struct match_index *index;
    struct digest_stream *stream;
    char basis[DIGEST_HEX_BYTES];
};

static bool keep_row(const struct local_record *record, void *context)
{
    struct roster *roster = context;
    MEMORY_GROW(roster->rows, roster->count, roster->capacity);
    roster->rows[roster->count++] =
        (struct row){.uscc = memory_copy_string(record->key), .fields = memory_copy_string(record->fields)};
    return true;
}

struct roster *roster_take(struct store *store)
{
    struct roster *roster = memory_get_zeroed(1, sizeof *roster);
    roster->index = match_index_new();
    roster->stream = digest_begin();
    digest_add(roster->stream, match_rules_version, strlen(match_rules_version));
    registry_each(store, "firms", NULL, keep_row, roster);
    return roster;
}

/* --- one firm --------------------------------------------------------------------------------------------
 */

struct names {
    struct match_name list[NAMES_MOST];
    size_t count;
};

static void add_name(struct names *names, enum match_name_kind kind, const char *text)
{
    if (!string_is_blank(text) && names->count < NAMES_MOST)
        names->list[names->count++] = (struct match_name){.kind = kind, .text = text};
}

/* Parts the text in place: names by '|' or ';', and what follows '@' is the day until which a former one was
 * borne. */
static void add_names(struct names *names, enum match_name_kind kind, char *text)
{
    while (text != NULL) {
        char *part = text;
        size_t length = strcspn(part, "|;");
        text = part[length] == '\0' ? NULL : part + length + 1;
        part[length] = '\0';
        if (kind == MATCH_NAME_FORMER)
            part[strcspn(part, "@")] = '\0';
        add_name(names, kind, string_trim(part));
    }
}

static const char *member(const json_t *fields, const char *name)
{
    const char *value = json_string_value(json_object_get(fields, name));
    return value == NULL ? "" : value;
}

static void add_firm(struct match_index *index, const struct row *row)
{
    json_error_t error;
    json_t *fields = json_loads(row->fields, 0, &error);
    if (fields == NULL) {
        log_error("match: the record of firm %s is no JSON: %s", row->uscc, error.text);
        return;
    }
    struct names names = {.count = 0};
    char *aliases = memory_copy_string(member(fields, "aliases"));
    char *former = memory_copy_string(member(fields, "former_names"));
    add_name(&names, MATCH_NAME_ZH, member(fields, "name_zh"));
    add_name(&names, MATCH_NAME_EN, member(fields, "name_en"));
    add_names(&names, MATCH_NAME_ALIAS, aliases);
    add_names(&names, MATCH_NAME_FORMER, former);
    match_index_add(index, &(struct match_firm){.uscc = row->uscc,
                               .name_zh = member(fields, "name_zh"),
                               .names = names.list,
                               .name_count = names.count,
                               .srn = member(fields, "srn"),
                               .fei = member(fields, "fei"),
                               .owner_operator = member(fields, "owner_operator")});
    free(aliases);
    free(former);
    json_decref(fields);
}

/* --- slices ----------------------------------------------------------------------------------------------
 */

static void take_row(struct roster *roster, struct row *row)
{
    add_firm(roster->index, row);
    digest_add(roster->stream, row->uscc, strlen(row->uscc) + 1);
    digest_add(roster->stream, row->fields, strlen(row->fields) + 1);
    free(row->uscc);
    free(row->fields);
    *row = (struct row){0};
}

bool roster_build(struct roster *roster, int64_t deadline_us)
{
    while (roster->read < roster->count) {
        take_row(roster, &roster->rows[roster->read++]);
        if (clock_monotonic_us() >= deadline_us)
            return false;
    }
    if (roster->stream != NULL) {
        uint8_t digest[DIGEST_BYTES];
        digest_end(roster->stream, digest);
        roster->stream = NULL;
        digest_hex(digest, roster->basis);
    }
    return match_index_build(roster->index, deadline_us);
}

struct match_index *roster_index(struct roster *roster)
{
    struct match_index *index = roster->index;
    roster->index = NULL;
    return index;
}

const char *roster_basis(const struct roster *roster)
{
    return roster->basis;
}

void roster_free(struct roster *roster)
{
    if (roster == NULL)
        return;
    for (size_t i = 0; i < roster->count; i++) {
        free(roster->rows[i].uscc);
        free(roster->rows[i].fields);
    }
    free(roster->rows);
    match_index_free(roster->index);
    digest_abandon(roster->stream);
    free(roster);
}

struct match_index *match_index_of_store(struct store *store)
{
    struct roster *roster = roster_take(store);
    roster_build(roster, INT64_MAX);
    struct match_index *index = roster_index(roster);
    roster_free(roster);
    return index;
}
