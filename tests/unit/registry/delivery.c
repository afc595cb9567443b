#include "delivery.h"

#include "scratch.h"

#include "m13/clock.h"
#include "m13/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void open_store(struct bureau *bureau)
{
    struct failure failure = {0};
    scratch_store(bureau->folder);
    if (store_open(bureau->folder, STORE_WRITER, &bureau->store, &failure) < 0)
        fail_msg("%s", failure.text);
}

int bureau_open(void **state)
{
    struct bureau *bureau = calloc(1, sizeof *bureau);
    bureau->folder = scratch_new();
    open_store(bureau);
    *state = bureau;
    return 0;
}

static void count_end(void *context)
{
    struct bureau *bureau = context;
    bureau->ends++;
}

static void begin_work(struct bureau *bureau)
{
    struct failure failure = {0};
    if (bureau->work != NULL)
        return;
    if (contacts_open(bureau->folder, CONTACTS_WRITER, &bureau->contacts, &failure) < 0)
        fail_msg("%s", failure.text);
    bureau->work = work_new(bureau->store);
    bureau->apply = (struct local_apply){.store = bureau->store, .all_applied = count_end, .context = bureau};
    local_apply_register(&bureau->apply, bureau->work);
    store_commit(bureau->store);
}

static void end_work(struct bureau *bureau)
{
    contacts_close(bureau->contacts);
    local_apply_free(&bureau->apply);
    work_free(bureau->work);
    bureau->contacts = NULL;
    bureau->work = NULL;
}

int bureau_close(void **state)
{
    struct bureau *bureau = *state;
    end_work(bureau);
    store_close(bureau->store);
    scratch_remove(bureau->folder);
    free(bureau);
    return 0;
}

void bureau_kill(struct bureau *bureau)
{
    end_work(bureau);
    store_close(bureau->store);
    open_store(bureau);
    begin_work(bureau);
}

/* --- deliveries ------------------------------------------------------------------------------------------
 */

static void give_cells(struct local_import *import, int64_t row, char *line)
{
    struct text json = TEXT_WITH_CEILING(1 << 22);
    text_append_character(&json, '[');
    for (char *cell; (cell = strsep(&line, "|")) != NULL;) {
        text_append_string(&json, json.length > 1 ? "," : "");
        text_append_json(&json, cell);
    }
    text_append_character(&json, ']');
    local_import_cells(import, row, text_string(&json), json.length);
    text_free(&json);
}

struct local_import *delivery_stage(
    struct bureau *bureau, const char *name, const char *sha256, const char *table)
{
    begin_work(bureau);
    struct local_import *import =
        local_import_new(bureau->store, bureau->contacts, name, "zhang", sha256, bureau->allowed);
    char *copy = strdup(table), *rest = copy, *line;
    int64_t row = 0; /* as a spreadsheet counts */
    if (table[0] != '[')
        local_import_sheet(import, "", false);
    while ((line = strsep(&rest, "\n")) != NULL) {
        size_t length = strlen(line);
        if (length > 0 && line[0] == '[' && line[length - 1] == ']') {
            line[length - 1] = '\0';
            local_import_sheet(import, line + 1, false);
            row = 0;
            continue;
        }
        row++;
        if (length > 0)
            give_cells(import, row, line);
    }
    free(copy);
    store_commit(bureau->store);
    return import;
}

enum import_end delivery_end(struct bureau *bureau, struct local_import *import)
{
    enum import_end end;
    struct failure failure;
    while ((end = local_import_end(import, clock_monotonic_us(), &failure)) == IMPORT_GOES_ON)
        store_commit(bureau->store);
    store_commit(bureau->store);
    return end;
}

void delivery_seal(struct bureau *bureau, struct local_import *import)
{
    bool applied;
    assert_int_equal(delivery_end(bureau, import), IMPORT_READY);
    assert_int_equal(local_import_seal(import, &applied, NULL), 0);
    store_commit(bureau->store);
    local_import_free(import);
}

bool delivery_apply_slice(struct bureau *bureau)
{
    begin_work(bureau);
    bool more = work_slice(bureau->work, clock_monotonic_us());
    store_commit(bureau->store);
    return more;
}

void delivery_apply(struct bureau *bureau)
{
    while (delivery_apply_slice(bureau))
        ;
}

struct import_result deliver(struct bureau *bureau, const char *name, const char *sha256, const char *table)
{
    static char kept_name[300];
    struct failure failure = {0};
    struct import_result result = {0};
    bool personal, applied;
    if (local_file_find(bureau->store, sha256, CLOCK_NEVER, &result, &personal))
        return result;
    struct local_import *import = delivery_stage(bureau, name, sha256, table);
    enum import_end end;
    while ((end = local_import_end(import, clock_monotonic_us() + 1000000, &failure)) == IMPORT_GOES_ON)
        ;
    if (end == IMPORT_READY && local_import_seal(import, &applied, &failure) < 0)
        end = IMPORT_LATER;
    if (end == IMPORT_REFUSED)
        local_import_record_refusal(import);
    if (end == IMPORT_LATER)
        local_import_drop(import);
    store_commit(bureau->store);
    result = *local_import_result(import);
    if (end == IMPORT_LATER)
        snprintf(result.problem, sizeof result.problem, "later: %.400s", failure.text);
    snprintf(kept_name, sizeof kept_name, "%s", result.file);
    result.file = kept_name;
    local_import_free(import);
    delivery_apply(bureau);
    return result;
}

/* --- looking ---------------------------------------------------------------------------------------------
 */

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
    struct query *q = query(bureau->store,
        "SELECT r.row, r.field, r.reason, r.expected, r.warning, f.sheet FROM local_file f "
        "JOIN local_reject r ON r.file = f.id WHERE f.delivery = (SELECT max(delivery) FROM local_file) "
        "ORDER BY f.id, r.row, r.field, r.warning");
    while (query_next(q))
        text_append_format(&text, "%s%s%lld %s: %s -> %s\n", query_integer(q, 4) != 0 ? "!" : "",
            query_text(q, 5), (long long)query_integer(q, 0), query_text(q, 1), query_text(q, 2),
            query_text(q, 3));
    return text_string(&text);
}

int64_t number(struct bureau *bureau, const char *sql)
{
    return store_value(bureau->store, -1, sql, "");
}

void assert_counts(
    struct import_result result, int64_t added, int64_t changed, int64_t unchanged, int64_t rejected)
{
    if (result.problem[0] != '\0')
        fail_msg("refused: %s", result.problem);
    assert_int_equal(result.added, added);
    assert_int_equal(result.changed, changed);
    assert_int_equal(result.unchanged, unchanged);
    assert_int_equal(result.rejected, rejected);
    assert_int_equal(result.rows, added + changed + unchanged + rejected);
}

void assert_says(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("'%s' is not in: %s", part, text);
}

void assert_refused(struct import_result result, const char *reason)
{
    assert_false(result.known);
    assert_says(result.problem, reason);
}

bool is_to_be_decided(struct bureau *bureau, const char *uscc)
{
    return store_value(bureau->store, 0, "SELECT count(*) FROM work WHERE kind = 'decide' AND key = ?", "t",
               uscc) == 1;
}

void forget_work(struct bureau *bureau)
{
    store_write(bureau->store);
    query_run(query(bureau->store, "DELETE FROM work"));
    store_commit(bureau->store);
}
