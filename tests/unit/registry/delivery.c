#include "delivery.h"

#include "import.h"
#include "scratch.h"

#include "m13/text.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

int bureau_open(void **state)
{
    struct bureau *bureau = calloc(1, sizeof *bureau);
    struct failure failure = {0};
    bureau->folder = scratch_new();
    if (store_open(bureau->folder, STORE_WRITER, &bureau->store, &failure) < 0)
        fail_msg("%s", failure.text);
    *state = bureau;
    return 0;
}

int bureau_close(void **state)
{
    struct bureau *bureau = *state;
    store_close(bureau->store);
    scratch_remove(bureau->folder);
    free(bureau);
    return 0;
}

static void give_headers(struct local_import *import, char *const *headers, size_t count)
{
    json_t *columns = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(columns, json_string(headers[i]));
    char *json = json_dumps(columns, 0);
    local_import_headers(import, json, strlen(json));
    free(json);
    json_decref(columns);
}

static json_t *cells_of(char *const *headers, size_t count, char *line)
{
    json_t *cells = json_object();
    for (size_t i = 0; i < count; i++) {
        char *cell = strsep(&line, "|");
        json_object_set_new(cells, headers[i], json_string(cell != NULL ? cell : ""));
    }
    return cells;
}

struct import_result deliver(struct bureau *bureau, const char *name, const char *sha256, const char *table)
{
    static char kept_name[300];
    struct local_import *import = local_import_new(bureau->store, name, "zhang");
    char *copy = strdup(table), *rest = copy, *headers[64] = {0}, *header = strsep(&rest, "\n");
    size_t count = 0;
    while (header != NULL)
        headers[count++] = strsep(&header, "|");
    if (count > 0)
        give_headers(import, headers, count);
    int64_t row = 2; /* as a spreadsheet counts */
    for (char *line; (line = strsep(&rest, "\n")) != NULL && *line != '\0'; row++) {
        json_t *cells = cells_of(headers, count, line);
        char *json = json_dumps(cells, 0);
        local_import_cells(import, row, json, strlen(json));
        free(json);
        json_decref(cells);
    }
    struct failure failure = {0};
    int r = local_import_apply(import, sha256, &failure);
    store_commit(bureau->store);
    struct import_result result = *local_import_result(import);
    if (r < 0)
        snprintf(result.problem, sizeof result.problem, "later: %.400s", failure.text);
    snprintf(kept_name, sizeof kept_name, "%s", result.file);
    result.file = kept_name;
    local_import_free(import);
    free(copy);
    return result;
}

const char *field(struct bureau *bureau, const char *kind, const char *key, const char *name)
{
    static char value[70000];
    value[0] = '\0';
    struct query *q = query_bind(query(bureau->store, "SELECT coalesce(fields ->> ?, '') FROM local_record "
                                                      "WHERE kind = ? AND key = ? AND seq_to IS NULL"),
        "ttt", name, kind, key);
    if (query_next(q))
        snprintf(value, sizeof value, "%s", query_text(q, 0));
    query_end(q);
    return value;
}

const char *rejects(struct bureau *bureau)
{
    static struct text text = {.ceiling = 1 << 20};
    text_clear(&text);
    struct query *q =
        query(bureau->store, "SELECT row, field, reason, expected FROM local_reject "
                             "WHERE file = (SELECT max(id) FROM local_file) ORDER BY row, field");
    while (query_next(q))
        text_append_format(&text, "%lld %s: %s -> %s\n", (long long)query_integer(q, 0), query_text(q, 1),
            query_text(q, 2), query_text(q, 3));
    return text_string(&text);
}

int64_t number(struct bureau *bureau, const char *sql)
{
    return store_value(bureau->store, -1, sql, "");
}
