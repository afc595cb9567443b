#include "stage.h"

#include "cells.h"
#include "m13/limits.h"
#include "m13/log.h"
#include "m13/store.h"

#include <string.h>

/* The current version of the row's record. */
struct current {
    int64_t version; /* 0 = none */
    bool withdrawn;
    json_t *fields;
    char uscc[CELL_CODE_BYTES + 1];
};

static struct current read_current(struct local_stage *stage)
{
    struct current current = {0};
    struct query *q =
        query_bind(query(stage->store, "SELECT version, withdrawn, uscc, fields FROM local_record "
                                       "WHERE kind = ? AND key = ? AND seq_to IS NULL"),
            "tt", stage->headers->kind->kind, text_string(&stage->key));
    if (query_next(q)) {
        current.version = query_integer(q, 0);
        current.withdrawn = query_integer(q, 1) != 0;
        snprintf(current.uscc, sizeof current.uscc, "%s", query_text(q, 2));
        current.fields = json_loads(query_text(q, 3), 0, NULL);
        if (current.fields == NULL)
            log_fatal(EXIT_INTERNAL, "local record %s %s: its fields are no JSON", stage->headers->kind->kind,
                text_string(&stage->key));
    }
    query_end(q);
    return current;
}

static void reject(struct local_stage *stage, const struct local_row *row, int column, const char *reason,
    const char *expected)
{
    local_problem_add(stage->problems, row->row, local_header_of(stage->headers, column), reason, expected);
}

static int column_of(const struct local_kind *kind, const char *key)
{
    for (size_t i = 0; i < kind->column_count; i++)
        if (strcmp(kind->columns[i].key, key) == 0)
            return (int)i;
    return -1;
}

static int first_key_column(const struct local_kind *kind)
{
    int column = 0;
    while (!kind->columns[column].is_key)
        column++;
    return column;
}

/* --- doubles ---------------------------------------------------------------------------------------------
 */

static uint64_t content_of(const struct local_row *row, const struct local_kind *kind)
{
    uint64_t hash = local_seen_hash(0, row->withdrawn ? "withdrawn" : "");
    for (size_t i = 0; i < kind->column_count; i++)
        hash = local_seen_hash(hash, row->value[i] == NULL ? "\1" : row->value[i]);
    return hash;
}

/* Two rows of one key in a file contradict each other unless they say the same. */
static enum stage_outcome stage_repetition(
    struct local_stage *stage, const struct local_row *row, const struct seen_slot *earlier, uint64_t content)
{
    if (earlier->content == content)
        return STAGE_UNCHANGED;
    char reason[160];
    snprintf(reason, sizeof reason, "与第 %lld 行是同一条记录，内容不同", (long long)earlier->row);
    reject(stage, row, first_key_column(stage->headers->kind), reason, "同一条记录在一个文件中只写一行");
    return STAGE_REJECTED;
}

/* --- merging ---------------------------------------------------------------------------------------------
 */

/* What holds after this row, by column (NULL = absent); true when that differs from before. */
static bool merge(const struct local_kind *kind, const struct local_row *row, const json_t *before,
    const char *merged[LOCAL_COLUMNS])
{
    bool differs = false;
    for (size_t i = 0; i < kind->column_count; i++) {
        const char *old = json_string_value(json_object_get(before, kind->columns[i].key));
        const char *value = row->withdrawn ? NULL : row->value[i];
        merged[i] = value == NULL ? old : value[0] == '\0' ? NULL : value;
        differs |= !string_equal(merged[i], old);
    }
    return differs;
}

/* A new record needs all that is required; a known one keeps what the row leaves blank. */
static bool is_complete(
    struct local_stage *stage, const struct local_row *row, const char *const merged[LOCAL_COLUMNS])
{
    const struct local_kind *kind = stage->headers->kind;
    bool complete = true;
    for (size_t i = 0; i < kind->column_count; i++)
        if (kind->columns[i].required && merged[i] == NULL && !row->faulty[i]) {
            reject(stage, row, (int)i, "新记录缺少必填项", kind->columns[i].expected);
            complete = false;
        }
    return complete;
}

static void write_fields(
    const struct local_kind *kind, const char *const merged[LOCAL_COLUMNS], struct text *out)
{
    text_clear(out);
    for (size_t i = 0; i < kind->column_count; i++) {
        if (merged[i] == NULL)
            continue;
        text_append_character(out, out->length == 0 ? '{' : ',');
        text_append_json(out, kind->columns[i].key);
        text_append_character(out, ':');
        text_append_json(out, merged[i]);
    }
    text_append_character(out, '}');
}

static void spool_change(struct local_stage *stage, const struct local_row *row,
    const struct current *current, const char *const merged[LOCAL_COLUMNS])
{
    static const char *const names[] = {"uscc", "product_id", "authority", "number", "document"};
    const struct local_kind *kind = stage->headers->kind;
    const char *value[sizeof names / sizeof names[0]];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        int column = column_of(kind, names[i]);
        value[i] = column >= 0 && merged[column] != NULL ? merged[column] : "";
    }
    write_fields(kind, merged, &stage->fields);
    local_spool_add(stage->spool, &(struct local_change){
                                      .row = row->row,
                                      .old_version = current->version,
                                      .withdrawn = row->withdrawn,
                                      .assurance = value[4][0] != '\0' ? "documented" : kind->assurance,
                                      .key = text_string(&stage->key),
                                      .uscc = value[0],
                                      .product_id = value[1],
                                      .authority = value[2],
                                      .number = value[3],
                                      .old_uscc = current->uscc,
                                      .fields = text_string(&stage->fields),
                                  });
}

static enum stage_outcome stage_against(
    struct local_stage *stage, const struct local_row *row, const struct current *current)
{
    const struct local_kind *kind = stage->headers->kind;
    bool known = current->version > 0 && !current->withdrawn;
    if (row->withdrawn && current->version == 0) {
        reject(
            stage, row, first_key_column(kind), "没有这条记录，无法作废", "核对编号；未报送过的记录不必作废");
        return STAGE_REJECTED;
    }
    const char *merged[LOCAL_COLUMNS];
    bool differs = merge(kind, row, known ? current->fields : NULL, merged);
    if (row->withdrawn ? current->withdrawn : known && !differs)
        return STAGE_UNCHANGED;
    if (!known && !is_complete(stage, row, merged))
        return STAGE_REJECTED;
    spool_change(stage, row, current, merged);
    return known ? STAGE_CHANGED : STAGE_ADDED;
}

/* What a row with faulty cells lacks besides. */
static void look_through(struct local_stage *stage, const struct local_row *row)
{
    struct current current = read_current(stage);
    const char *merged[LOCAL_COLUMNS];
    if (current.version == 0 || current.withdrawn) {
        merge(stage->headers->kind, row, NULL, merged);
        is_complete(stage, row, merged);
    }
    json_decref(current.fields);
}

enum stage_outcome local_stage_row(struct local_stage *stage, const struct local_row *row)
{
    const struct local_kind *kind = stage->headers->kind;
    if (!local_row_key(row, kind, &stage->key)) {
        for (size_t i = 0; i < kind->column_count; i++)
            if (kind->columns[i].is_key && row->value[i] == NULL && !row->faulty[i])
                reject(stage, row, (int)i, "缺少必填项", kind->columns[i].expected);
        return STAGE_REJECTED;
    }
    if (row->errors > 0) {
        look_through(stage, row);
        return STAGE_REJECTED;
    }
    uint64_t content = content_of(row, kind);
    struct seen_slot *seen = local_seen_find(&stage->seen, local_seen_hash(0, text_string(&stage->key)));
    if (seen->row != 0 && !seen->rejected)
        return stage_repetition(stage, row, seen, content);

    struct current current = read_current(stage);
    enum stage_outcome outcome = stage_against(stage, row, &current);
    json_decref(current.fields);
    seen->content = content;
    seen->row = row->row;
    seen->rejected = outcome == STAGE_REJECTED;
    return outcome;
}

void local_stage_free(struct local_stage *stage)
{
    local_seen_free(&stage->seen);
    text_free(&stage->key);
    text_free(&stage->fields);
}
