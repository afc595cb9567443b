#include "import.h"

#include "apply.h"
#include "stage.h"

#include "m13/clock.h"
#include "m13/journal.h"
#include "m13/limits.h"
#include "m13/log.h"
#include "m13/memory.h"
#include "m13/store.h"
#include "m13/work.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct local_import {
    struct store *store;
    char *name, *by;
    struct import_result result;
    struct local_headers headers; /* kind NULL until they are known */
    struct local_problems problems;
    struct local_row row;
    struct local_stage stage;
    struct local_spool *spool;
    struct failure spool_failure; /* why there is none */
    bool refused;
};

struct local_import *local_import_new(struct store *store, const char *name, const char *by)
{
    struct local_import *import = memory_get_zeroed(1, sizeof *import);
    import->store = store;
    import->name = memory_copy_string(name);
    import->by = memory_copy_string(by);
    import->result.file = import->name;
    import->row = LOCAL_ROW_EMPTY;
    import->spool = local_spool_new(store, &import->spool_failure);
    import->stage = LOCAL_STAGE_EMPTY;
    import->stage.store = store;
    import->stage.headers = &import->headers;
    import->stage.problems = &import->problems;
    import->stage.spool = import->spool;
    return import;
}

void local_import_free(struct local_import *import)
{
    if (import == NULL)
        return;
    local_headers_free(&import->headers);
    local_problems_free(&import->problems);
    local_stage_free(&import->stage);
    local_spool_free(import->spool);
    text_free(&import->row.memory);
    free(import->name);
    free(import->by);
    free(import);
}

const struct import_result *local_import_result(const struct local_import *import)
{
    return &import->result;
}

void local_import_refuse(struct local_import *import, const char *format, ...)
{
    if (import->refused)
        return;
    struct failure why;
    va_list arguments;
    va_start(arguments, format);
    vfail(&why, -EINVAL, format, arguments);
    va_end(arguments);
    size_t length = strnlen(why.text, sizeof import->result.problem - 1);
    length = utf8_cut(why.text, length);
    memcpy(import->result.problem, why.text, length);
    import->result.problem[length] = '\0';
    import->refused = true;
}

/* --- rows ------------------------------------------------------------------------------------------------
 */

bool local_import_headers(struct local_import *import, const char *json, size_t length)
{
    struct failure why;
    json_t *columns = json_loadb(json, length, 0, NULL);
    size_t count = json_array_size(columns);
    const char **names = memory_get_zeroed(count + 1, sizeof *names);
    for (size_t i = 0; i < count; i++) {
        const char *name = json_string_value(json_array_get(columns, i));
        names[i] = name != NULL ? name : "";
    }
    if (import->headers.kind != NULL)
        local_import_refuse(import, "文件中有不止一个表头");
    else if (local_headers_read(names, count, &import->headers, &why) < 0)
        local_import_refuse(import, "%s", why.text);
    else
        snprintf(import->result.kind, sizeof import->result.kind, "%s", import->headers.kind->kind);
    free(names);
    json_decref(columns);
    return !import->refused;
}

static void take_row(struct local_import *import, json_t *cells, int64_t number)
{
    struct import_result *result = &import->result;
    int64_t warnings;
    local_row_read(&import->headers, cells, number, &import->problems, &import->row, &warnings);
    if (import->row.blank && import->row.errors == 0)
        return;
    if (++result->rows > LIMIT_LOCAL_ROWS) {
        local_import_refuse(import, "一个文件最多 %d 行，请分成几个文件报送", LIMIT_LOCAL_ROWS);
        return;
    }
    result->warnings += warnings;
    enum stage_outcome outcome = local_stage_row(&import->stage, &import->row);
    result->added += outcome == STAGE_ADDED;
    result->changed += outcome == STAGE_CHANGED;
    result->unchanged += outcome == STAGE_UNCHANGED;
    result->rejected += outcome == STAGE_REJECTED;
}

bool local_import_cells(struct local_import *import, int64_t row, const char *json, size_t length)
{
    if (import->refused || import->spool == NULL)
        return false;
    json_error_t error;
    json_t *cells = json_loadb(json, length, JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES, &error);
    if (import->headers.kind == NULL)
        local_import_refuse(import, "文件中没有表头");
    else if (!json_is_object(cells))
        local_import_unreadable(import, row, "", error.text);
    else
        take_row(import, cells, row);
    json_decref(cells);
    return !import->refused;
}

void local_import_unreadable(struct local_import *import, int64_t row, const char *field, const char *reason)
{
    if (import->refused)
        return;
    struct failure why;
    fail(&why, -EINVAL, "这一行无法读取：%s", reason);
    local_problem_add(&import->problems, row, field, why.text, "检查这一行的引号、分隔符和不可见字符");
    import->result.rows++;
    import->result.rejected++;
}

/* --- applying --------------------------------------------------------------------------------------------
 */

static int64_t insert_file(struct local_import *import, const char *sha256, int64_t seq)
{
    const struct import_result *result = &import->result;
    query_run(query_bind(query(import->store, "INSERT INTO local_file (name, sha256, kind, delivered_by, "
                                              "taken_at, rows, added, changed, rejected, seq) "
                                              "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
        "ttttiiiiii", import->name, sha256, result->kind, import->by, clock_wall(), result->rows,
        result->added, result->changed, result->rejected, seq));
    return store_last_id(import->store);
}

static int64_t journal_import(struct local_import *import, const char *sha256)
{
    const struct import_result *result = &import->result;
    struct text body = TEXT_WITH_CEILING(4096);
    text_append_format(&body,
        "{\"sha256\":\"%s\",\"kind\":\"%s\",\"rows\":%lld,\"added\":%lld,\"changed\":%lld,"
        "\"unchanged\":%lld,\"rejected\":%lld}",
        sha256, result->kind, (long long)result->rows, (long long)result->added, (long long)result->changed,
        (long long)result->unchanged, (long long)result->rejected);
    /* Nobody is known to have put a file into the inbox. */
    const char *actor = string_equal(import->by, "inbox") ? "m13d" : import->by;
    int64_t seq = journal_append(import->store, actor, "import", import->name, text_string(&body));
    text_free(&body);
    return seq;
}

int local_import_apply(struct local_import *import, const char *sha256, struct failure *ret_failure)
{
    struct import_result *result = &import->result;
    if (import->spool == NULL)
        return fail(ret_failure, import->spool_failure.code, "%s", import->spool_failure.text);
    if (import->headers.kind == NULL)
        local_import_refuse(import, "文件中没有表头");
    else if (result->rows == 0)
        local_import_refuse(import, "文件中没有数据行");
    if (import->refused)
        return 1;
    int r = local_spool_rewind(import->spool, ret_failure);
    if (r < 0)
        return r;
    store_write(import->store);
    int64_t seq = journal_import(import, sha256);
    int64_t file = insert_file(import, sha256, seq);
    local_apply(import->store, result->kind, import->spool, seq, file);
    local_apply_problems(import->store, &import->problems, file);
    result->firms_changed = string_equal(result->kind, "firms") && result->added + result->changed > 0;
    /* A kill may lose the event that tells of changed firms, but not this. */
    if (result->firms_changed)
        work_add(import->store, "rematch", "all", true);
    return 0;
}

int64_t local_file_find(struct store *store, const char *sha256, struct import_result *ret_result)
{
    int64_t id = 0;
    struct query *q = query_bind(query(store, "SELECT id, kind, rows, rejected FROM local_file "
                                              "WHERE sha256 = ? ORDER BY id LIMIT 1"),
        "t", sha256);
    if (query_next(q)) {
        id = query_integer(q, 0);
        ret_result->known = true;
        snprintf(ret_result->kind, sizeof ret_result->kind, "%s", query_text(q, 1));
        ret_result->rows = query_integer(q, 2);
        ret_result->rejected = query_integer(q, 3);
        ret_result->unchanged = ret_result->rows - ret_result->rejected;
    }
    query_end(q);
    return id;
}
