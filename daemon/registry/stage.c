#include "stage.h"

#include "cells.h"
#include "contact_row.h"
#include "documents.h"
#include "full_list.h"
#include "promote.h"

#include "m13/log.h"
#include "m13/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The current version of the row's record. */
struct current {
    int64_t version; /* 0 = none */
    bool withdrawn, unlisted;
    json_t *fields;
    char uscc[CELL_CODE_BYTES + 8];
};

static struct current read_current(struct local_import *import, const struct local_kind *kind)
{
    struct current current = {0};
    struct query *q =
        query_bind(query(import->store, "SELECT version, withdrawn, unlisted, uscc, fields FROM local_record "
                                        "WHERE kind = ? AND key = ? AND seq_to IS NULL"),
            "tt", kind->kind, text_string(&import->key));
    if (query_next(q)) {
        current.version = query_integer(q, 0);
        current.withdrawn = query_integer(q, 1) != 0;
        current.unlisted = query_integer(q, 2) != 0;
        snprintf(current.uscc, sizeof current.uscc, "%s", query_text(q, 3));
        current.fields = json_loads(query_text(q, 4), 0, NULL);
        if (current.fields == NULL)
            log_fatal(EXIT_INTERNAL, "local record %s %s: its fields are no JSON", kind->kind,
                text_string(&import->key));
    }
    query_end(q);
    return current;
}

/* --- telling ---------------------------------------------------------------------------------------------
 */

void local_stage_reject(struct local_import *import, const struct local_sheet *sheet, int column,
    const char *reason, const char *expected)
{
    local_problem_add(
        &import->problems, import->row.row, local_header_of(&sheet->headers, column), reason, expected);
}

void local_stage_warn(struct local_import *import, const struct local_sheet *sheet, int column,
    const char *reason, const char *expected)
{
    local_problem_warn(
        &import->problems, import->row.row, local_header_of(&sheet->headers, column), reason, expected);
}

int local_stage_first_key_column(const struct local_kind *kind)
{
    int column = 0;
    while (!kind->columns[column].is_key)
        column++;
    return column;
}

/* A key column that is blank is told, unless it is faulty and was told. */
static void reject_nameless(struct local_import *import, const struct local_sheet *sheet)
{
    const struct local_kind *kind = sheet->headers.kind;
    for (size_t i = 0; i < kind->column_count; i++) {
        const char *value = import->row.value[i];
        if (kind->columns[i].is_key && (value == NULL || *value == '\0') && !import->row.faulty[i])
            local_stage_reject(import, sheet, (int)i, "缺少必填项", kind->columns[i].expected);
    }
}

/* --- doubles ---------------------------------------------------------------------------------------------
 */

static uint32_t content_of(const struct local_row *row, const struct local_kind *kind)
{
    uint64_t hash = local_seen_hash(0, row->withdrawn ? "withdrawn" : "");
    for (size_t i = 0; i < kind->column_count; i++)
        hash = local_seen_hash(hash, row->value[i] == NULL ? "\1" : row->value[i]);
    return (uint32_t)(hash ^ hash >> 32);
}

/* Two rows of one key in a file contradict each other unless they say the same. */
static enum stage_outcome stage_repetition(struct local_import *import, const struct local_sheet *sheet,
    const struct seen_slot *earlier, uint32_t content)
{
    if (earlier->content == content)
        return STAGE_UNCHANGED;
    struct failure reason;
    const struct local_sheet *other = import->sheets[earlier->sheet];
    if (other == sheet)
        fail(&reason, -1, "与第 %lu 行是同一条记录，内容不同", (unsigned long)earlier->row);
    else
        fail(&reason, -1, "与工作表“%s”第 %lu 行是同一条记录，内容不同", other->name,
            (unsigned long)earlier->row);
    local_stage_reject(import, sheet, local_stage_first_key_column(sheet->headers.kind), reason.text,
        "同一条记录在一个文件中只写一行");
    return STAGE_REJECTED;
}

static void remember(struct local_import *import, uint64_t hash, uint32_t content, enum stage_outcome outcome)
{
    *local_seen_put(&import->seen, hash) = (struct seen_slot){
        .key = hash,
        .content = content,
        .row = (uint32_t)import->row.row,
        .sheet = (uint16_t)(import->sheet_count - 1),
        .state = outcome == STAGE_REJECTED ? SEEN_REJECTED : SEEN_TAKEN,
    };
}

/* --- merging ---------------------------------------------------------------------------------------------
 */

/* What holds after this row, by column (NULL = absent). */
static void merge(const struct local_kind *kind, const struct local_row *row, const json_t *before,
    const char *merged[LOCAL_COLUMNS])
{
    for (size_t i = 0; i < kind->column_count; i++) {
        const char *value = row->withdrawn ? NULL : row->value[i];
        if (value == NULL && before != NULL)
            value = json_string_value(json_object_get(before, kind->columns[i].key));
        merged[i] = value == NULL || *value == '\0' ? NULL : value;
    }
}

static bool differs(
    const struct local_kind *kind, const json_t *before, const char *const merged[LOCAL_COLUMNS])
{
    for (size_t i = 0; i < kind->column_count; i++)
        if (!string_equal(merged[i], json_string_value(json_object_get(before, kind->columns[i].key))))
            return true;
    return false;
}

void local_stage_fields(const struct local_kind *kind, const char *const merged[], struct text *out)
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
    text_append_string(out, out->length == 0 ? "{}" : "}");
}

/* --- staging ---------------------------------------------------------------------------------------------
 */

void local_stage_change(
    struct local_import *import, const struct local_sheet *sheet, const struct local_change *change)
{
    const char *const *reference = change->reference;
    store_write(import->store);
    query_run(query_bind(
        query(import->store,
            "INSERT INTO local_staged (delivery, n, file, row, old_version, withdrawn, unlisted, key, uscc, "
            "old_uscc, product_id, authority, number, case_id, document, fields) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
        "iiiiiiittttttttt", import->id, ++import->staged, sheet->file, change->row, change->old_version,
        (int64_t)change->withdrawn, (int64_t)change->unlisted, change->key, reference[REFERENCE_USCC],
        change->old_uscc, reference[REFERENCE_PRODUCT], reference[REFERENCE_AUTHORITY],
        reference[REFERENCE_NUMBER], reference[REFERENCE_CASE], reference[REFERENCE_DOCUMENT],
        change->fields));
    import->staged_bytes += (int64_t)(200 + 3 * strlen(change->key) + strlen(change->fields));
}

static void read_references(const struct local_import *import, const struct local_sheet *sheet,
    const char *const merged[], const char *reference[REFERENCES])
{
    for (size_t i = 0; i < REFERENCES; i++) {
        int column = sheet->reference[i];
        reference[i] = column >= 0 && merged[column] != NULL ? merged[column] : "";
    }
    bool of_firms = string_equal(sheet->headers.kind->kind, "firms");
    if (of_firms && registry_is_candidate(text_string(&import->key)))
        reference[REFERENCE_USCC] = text_string(&import->key);
}

static void stage_merged(struct local_import *import, const struct local_sheet *sheet,
    const struct current *current, const char *const merged[], const char *const reference[REFERENCES])
{
    struct local_change change = {
        .row = import->row.row,
        .old_version = current->version,
        .withdrawn = import->row.withdrawn,
        .key = text_string(&import->key),
        .old_uscc = current->uscc,
    };
    memcpy(change.reference, reference, sizeof change.reference);
    local_stage_fields(sheet->headers.kind, merged, &import->fields);
    change.fields = text_string(&import->fields);
    local_stage_change(import, sheet, &change);
}

/* --- whose it is -----------------------------------------------------------------------------------------
 */

static int column_of(const struct local_kind *kind, const char *key)
{
    for (size_t i = 0; i < kind->column_count; i++)
        if (string_equal(kind->columns[i].key, key))
            return (int)i;
    return -1;
}

/* The row says in this column what is known. */
static bool repeats(const struct local_import *import, const struct local_kind *kind,
    const struct current *current, const char *key)
{
    int column = column_of(kind, key);
    const char *value = column >= 0 ? import->row.value[column] : NULL;
    return value != NULL && string_equal(value, json_string_value(json_object_get(current->fields, key)));
}

static bool is_successor(struct local_import *import, const char *uscc, const char *of)
{
    return store_value(import->store, 0,
               "SELECT EXISTS (SELECT 1 FROM local_record WHERE kind = 'firms' AND key = ? AND seq_to IS "
               "NULL "
               "AND withdrawn = 0 AND fields ->> 'successor_uscc' = ?)",
               "tt", of, uscc) != 0;
}

/* An officer says what so far only a file in the inbox has said, of originals that he has seen. */
static bool confirms(struct local_import *import, const struct local_kind *kind)
{
    return string_equal(kind->kind, "documents") && !string_equal(import->by, "inbox") &&
           store_value(import->store, 0,
               "SELECT EXISTS (SELECT 1 FROM local_record WHERE kind = 'documents' AND key = ? "
               "AND seq_to IS NULL AND assurance <> 'verified' AND (fields ->> 'seen_on') <> '')",
               "t", text_string(&import->key)) != 0;
}

/* A product may be handed on: then the row is of a known one (it needs no name), or bears its register's
 * number, or the firm has a successor. Names alone are alike everywhere. */
static bool is_handed_on(struct local_import *import, const struct local_kind *kind,
    const struct current *current, const char *uscc)
{
    int name = column_of(kind, "name_zh");
    return string_equal(kind->kind, "products") &&
           ((name >= 0 && import->row.value[name] == NULL) || repeats(import, kind, current, "nmpa_number") ||
               repeats(import, kind, current, "udi_di") || is_successor(import, uscc, current->uscc));
}

/* Firms number their records each for itself, and two of them may use one number: the later one must not
 * become a correction of the earlier one's. */
static bool is_somebody_elses(
    struct local_import *import, const struct local_sheet *sheet, const struct current *current)
{
    const struct local_kind *kind = sheet->headers.kind;
    int firm = sheet->reference[REFERENCE_USCC];
    const char *uscc = firm >= 0 ? import->row.value[firm] : NULL;
    if (uscc == NULL || *uscc == '\0' || kind->columns[firm].is_key || current->withdrawn ||
        current->uscc[0] == '\0' || string_equal(uscc, current->uscc))
        return false;
    struct failure reason;
    bool handed_on = !import->row.withdrawn && is_handed_on(import, kind, current, uscc);
    fail(&reason, -1, handed_on ? "%s 原属企业 %s" : "%s 已是企业 %s 的记录", text_string(&import->key),
        current->uscc);
    if (handed_on)
        local_stage_warn(
            import, sheet, firm, reason.text, "已按转给本企业接收；不是转让的，请换一个编号重新报送");
    else
        local_stage_reject(import, sheet, local_stage_first_key_column(kind), reason.text,
            string_equal(kind->kind, "approvals")
                ? "核对批准编号；原来的企业有误的，先作废原记录，再重新报送"
                : "换一个编号；确属同一条记录而企业有误的，先作废原记录，再重新报送");
    return !handed_on;
}

static enum stage_outcome stage_withdrawal(
    struct local_import *import, const struct local_sheet *sheet, const struct current *current)
{
    if (current->version == 0) {
        local_stage_reject(import, sheet, local_stage_first_key_column(sheet->headers.kind),
            "没有这条记录，无法作废", "核对编号；未报送过的记录不必作废");
        return STAGE_REJECTED;
    }
    if (current->withdrawn)
        return STAGE_UNCHANGED;
    if (is_somebody_elses(import, sheet, current))
        return STAGE_REJECTED;
    const char *merged[LOCAL_COLUMNS], *reference[REFERENCES];
    merge(sheet->headers.kind, &import->row, current->fields, merged);
    read_references(import, sheet, merged, reference);
    stage_merged(import, sheet, current, merged, reference);
    return STAGE_CHANGED;
}

/* What came for another firm counts for that one alone. */
static void warn_of_documents(
    struct local_import *import, const struct local_sheet *sheet, const char *const reference[REFERENCES])
{
    const char *names = reference[REFERENCE_DOCUMENT];
    struct failure reason;
    for (char *name; (name = local_document_next_name(&names)) != NULL; free(name)) {
        if (!local_document_is_anothers(import->store, reference[REFERENCE_USCC],
                reference[REFERENCE_PRODUCT], reference[REFERENCE_CASE], name))
            continue;
        fail(&reason, -1, "文件名 %s 已被另一家企业的记录使用", name);
        local_stage_warn(import, sheet, sheet->reference[REFERENCE_DOCUMENT], reason.text,
            "改用唯一的文件名，如 信用代码-编号.pdf，文件和表中都要改");
    }
}

/* A cumulative export still names what was withdrawn, and would bring it back unnoticed. */
static void tell_of_withdrawn(
    struct local_import *import, const struct local_sheet *sheet, enum stage_outcome outcome)
{
    int column = local_stage_first_key_column(sheet->headers.kind);
    if (outcome == STAGE_REJECTED)
        local_stage_reject(
            import, sheet, column, "这条记录已作废", "要恢复它，须填写全部必填项；不恢复的，删去这一行");
    else
        local_stage_warn(
            import, sheet, column, "这条记录先前已作废，现按本行恢复", "请核对；不应恢复的，再次作废");
}

/* The row says more than its cells: which candidates the firm is. */
static enum stage_outcome stage_values(
    struct local_import *import, struct local_sheet *sheet, const struct current *current)
{
    const struct local_kind *kind = sheet->headers.kind;
    bool known = current->version > 0 && !current->withdrawn;
    const char *merged[LOCAL_COLUMNS], *reference[REFERENCES];
    struct local_promotion promotion = {0};
    merge(kind, &import->row, known ? current->fields : NULL, merged);
    enum stage_outcome outcome = known ? STAGE_UNCHANGED : STAGE_ADDED;
    if (is_somebody_elses(import, sheet, current))
        outcome = STAGE_REJECTED;
    if (local_promotion_find(import, sheet, merged, &promotion) < 0)
        outcome = STAGE_REJECTED;
    if (local_check(import->store, &sheet->headers, &import->row, merged, &import->problems, &sheet->rates) >
            0 ||
        import->row.errors > 0)
        outcome = STAGE_REJECTED;
    if (outcome != STAGE_REJECTED) {
        read_references(import, sheet, merged, reference);
        const char *shares = sheet->shares >= 0 ? merged[sheet->shares] : NULL;
        local_waiting_note(&import->waiting, import->store, kind->kind, reference[REFERENCE_USCC],
            shares != NULL ? shares : reference[REFERENCE_PRODUCT], reference[REFERENCE_CASE]);
        warn_of_documents(import, sheet, reference);
        if (!known || current->unlisted || differs(kind, current->fields, merged) || confirms(import, kind)) {
            outcome = known ? STAGE_CHANGED : STAGE_ADDED;
            stage_merged(import, sheet, current, merged, reference);
        }
        if (promotion.count > 0 && known)
            outcome = STAGE_CHANGED;
        local_promotion_stage(import, sheet, merged, &promotion);
    }
    if (current->withdrawn)
        tell_of_withdrawn(import, sheet, outcome);
    int firm = sheet->reference[REFERENCE_USCC];
    local_full_list_note(
        import, sheet, text_string(&import->key), firm >= 0 && merged[firm] != NULL ? merged[firm] : "");
    local_promotion_free(&promotion);
    return outcome;
}

static enum stage_outcome stage_record(struct local_import *import, struct local_sheet *sheet)
{
    if (!import->row.withdrawn && local_promotion_is_past(import, sheet))
        return STAGE_UNCHANGED;
    struct current current = read_current(import, sheet->headers.kind);
    enum stage_outcome outcome = STAGE_REJECTED;
    if (!import->row.withdrawn)
        outcome = stage_values(import, sheet, &current);
    else if (import->row.errors == 0)
        outcome = stage_withdrawal(import, sheet, &current);
    json_decref(current.fields);
    return outcome;
}

enum stage_outcome local_stage_row(struct local_import *import, struct local_sheet *sheet)
{
    const struct local_kind *kind = sheet->headers.kind;
    const struct local_row *row = &import->row;
    if (!local_row_key(row, kind, &import->key)) {
        reject_nameless(import, sheet);
        sheet->nameless++;
        return STAGE_REJECTED;
    }
    uint64_t hash = local_seen_key(kind->kind, text_string(&import->key));
    uint32_t content = content_of(row, kind);
    const struct seen_slot *seen = local_seen_get(&import->seen, hash);
    bool is_alias = seen != NULL && seen->state == SEEN_ALIAS;
    if (seen != NULL && seen->state == SEEN_TAKEN)
        return row->errors > 0 ? STAGE_REJECTED : stage_repetition(import, sheet, seen, content);
    enum stage_outcome outcome =
        kind->personal ? local_contact_row(import, sheet) : stage_record(import, sheet);
    if (!is_alias)
        remember(import, hash, content, outcome);
    return outcome;
}
