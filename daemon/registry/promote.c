#include "promote.h"

#include "cells.h"

#include "m13/memory.h"
#include "m13/store.h"

#include <stdlib.h>
#include <string.h>

/* The columns that hold identifiers, and how a candidate's key begins with one. */
static const struct {
    const char *column, *prefix;
} identifiers[] = {{"srn", "SRN:"}, {"fei", "FEI:"}};
enum { IDENTIFIERS = sizeof identifiers / sizeof identifiers[0] };

static int column_of(const struct local_kind *kind, const char *key)
{
    for (size_t i = 0; i < kind->column_count; i++)
        if (string_equal(kind->columns[i].key, key))
            return (int)i;
    return -1;
}

static bool is_of_firms(const struct local_sheet *sheet)
{
    return string_equal(sheet->headers.kind->kind, "firms");
}

/* --- a candidate's row -----------------------------------------------------------------------------------
 */

static void remind(
    struct local_import *import, const struct local_sheet *sheet, int column, const char *reason)
{
    local_stage_warn(
        import, sheet, column, reason, "本行未作改动，无需处理；要更正企业资料，请填写统一社会信用代码");
}

bool local_promotion_is_past(struct local_import *import, const struct local_sheet *sheet)
{
    const char *key = text_string(&import->key);
    if (!is_of_firms(sheet) || !registry_is_candidate(key))
        return false;
    int column = column_of(sheet->headers.kind, string_starts(key, "SRN:") ? "srn" : "fei");
    struct failure reason;
    const struct seen_slot *seen = local_seen_get(&import->seen, local_seen_key("firms", key));
    if (seen != NULL && seen->state == SEEN_ALIAS) {
        fail(&reason, -1, "%s 属于第 %lu 行的企业", key + 4, (unsigned long)seen->row);
        remind(import, sheet, column, reason.text);
        return true;
    }
    struct query *q =
        query_bind(query(import->store,
                       "SELECT uscc FROM local_identifier WHERE identifier = ? AND kind = 'firms' LIMIT 1"),
            "t", key);
    bool known = query_next(q);
    if (known)
        fail(&reason, -1, "%s 属于已登记的企业 %s", key + 4, query_text(q, 0));
    query_end(q);
    if (known)
        remind(import, sheet, column, reason.text);
    return known;
}

/* --- a firm's row ----------------------------------------------------------------------------------------
 */

/* Who reads one identifier after the other. */
struct finding {
    struct local_import *import;
    const struct local_sheet *sheet;
    struct local_promotion *promotion;
    int r;
};

static bool is_found(const struct local_promotion *promotion, const char *key)
{
    for (size_t i = 0; i < promotion->count; i++)
        if (string_equal(promotion->candidates[i].key, key))
            return true;
    return promotion->count == PROMOTED_MOST;
}

/* Two firms bear one number when one went into the other, or belongs to it. */
static bool are_related(struct store *store, const char *one, const char *other)
{
    return store_value(store, 0,
               "SELECT EXISTS (SELECT 1 FROM local_record WHERE kind = 'firms' AND key IN (?1, ?2) "
               "AND seq_to IS NULL AND withdrawn = 0 "
               "AND (fields ->> 'successor_uscc' IN (?1, ?2) OR fields ->> 'parent_uscc' IN (?1, ?2)))",
               "tt", one, other) != 0;
}

static void tell_of_another(struct finding *finding, int column, const char *key, const char *other)
{
    struct local_import *import = finding->import;
    const struct seen_slot *seen = local_seen_get(&import->seen, local_seen_key("firms", other));
    /* This file may have taken the number from it. */
    bool is_changed = seen != NULL && seen->state == SEEN_TAKEN;
    struct failure reason;
    fail(&reason, -1, "%s 已登记在企业 %s 名下", key + 4, other);
    if (is_changed || are_related(import->store, text_string(&import->key), other)) {
        local_stage_warn(import, finding->sheet, column, reason.text, "核对这个编号属于哪一家企业");
        return;
    }
    local_stage_reject(import, finding->sheet, column, reason.text,
        "核对编号；原企业有误的，先在原企业一行填 清空；确有承继关系的，先填原企业的承继企业");
    finding->r = -1;
}

static void look_for_another(struct finding *finding, int column, const char *key)
{
    struct query *q =
        query_bind(query(finding->import->store, "SELECT uscc FROM local_identifier WHERE identifier = ? "
                                                 "AND kind = 'firms' AND uscc <> ? LIMIT 1"),
            "tt", key, text_string(&finding->import->key));
    char *other = query_next(q) ? memory_copy_string(query_text(q, 0)) : NULL;
    query_end(q);
    if (other != NULL)
        tell_of_another(finding, column, key, other);
    free(other);
}

static void find_candidate(struct finding *finding, int column, const char *key)
{
    struct local_promotion *promotion = finding->promotion;
    if (is_found(promotion, key))
        return;
    struct failure reason;
    const struct seen_slot *seen = local_seen_get(&finding->import->seen, local_seen_key("firms", key));
    if (seen != NULL && seen->state == SEEN_TAKEN) {
        fail(&reason, -1, "%s 在第 %lu 行另作一行，没有统一社会信用代码", key + 4, (unsigned long)seen->row);
        local_stage_reject(finding->import, finding->sheet, column, reason.text, "把这两行合并为一行");
        finding->r = -1;
        return;
    }
    if (seen != NULL && seen->state == SEEN_ALIAS) {
        fail(&reason, -1, "%s 在第 %lu 行属于另一家企业", key + 4, (unsigned long)seen->row);
        local_stage_reject(
            finding->import, finding->sheet, column, reason.text, "核对这个编号属于哪一家企业");
        finding->r = -1;
        return;
    }
    look_for_another(finding, column, key);
    struct query *q = query_bind(
        query(finding->import->store, "SELECT version, fields FROM local_record WHERE kind = 'firms' "
                                      "AND key = ? AND seq_to IS NULL AND withdrawn = 0"),
        "t", key);
    if (query_next(q)) {
        promotion->candidates[promotion->count].key = memory_copy_string(key);
        promotion->candidates[promotion->count].version = query_integer(q, 0);
        promotion->candidates[promotion->count++].fields = json_loads(query_text(q, 1), 0, NULL);
    }
    query_end(q);
}

/* Calls `each` with the candidate's key of each identifier of the record. */
static void each_identifier(const struct local_kind *kind, const char *const merged[],
    void (*each)(struct finding *finding, int column, const char *key), struct finding *finding)
{
    struct text key = TEXT_WITH_CEILING(CELL_TEXT_BYTES + 8);
    for (size_t i = 0; i < IDENTIFIERS; i++) {
        int column = column_of(kind, identifiers[i].column);
        const char *list = column >= 0 ? merged[column] : NULL;
        while (list != NULL && *list != '\0') {
            size_t length = strcspn(list, "|");
            text_clear(&key);
            text_append_string(&key, identifiers[i].prefix);
            text_append(&key, list, length);
            each(finding, column, text_string(&key));
            list += length + (list[length] == '|');
        }
    }
    text_free(&key);
}

static void inherit(const struct local_kind *kind, const struct local_row *row, const char *merged[],
    const struct local_promotion *promotion)
{
    for (size_t i = 0; i < promotion->count; i++)
        for (size_t column = 0; column < kind->column_count; column++)
            if (merged[column] == NULL && row->value[column] == NULL)
                merged[column] = json_string_value(
                    json_object_get(promotion->candidates[i].fields, kind->columns[column].key));
}

int local_promotion_find(struct local_import *import, const struct local_sheet *sheet, const char *merged[],
    struct local_promotion *ret_promotion)
{
    const struct local_kind *kind = sheet->headers.kind;
    *ret_promotion = (struct local_promotion){0};
    if (!is_of_firms(sheet) || registry_is_candidate(text_string(&import->key)))
        return 0;
    struct finding finding = {import, sheet, ret_promotion, 0};
    size_t before;
    do { /* a candidate may bring an identifier by which another one is known */
        before = ret_promotion->count;
        each_identifier(kind, merged, find_candidate, &finding);
        inherit(kind, &import->row, merged, ret_promotion);
    } while (finding.r == 0 && ret_promotion->count > before);
    return finding.r;
}

static void mark_alias(struct finding *finding, int column, const char *key)
{
    (void)column;
    struct local_import *import = finding->import;
    uint64_t hash = local_seen_key("firms", key);
    *local_seen_put(&import->seen, hash) =
        (struct seen_slot){.key = hash, .row = (uint32_t)import->row.row, .state = SEEN_ALIAS};
}

/* The candidate's last version tells who it is. */
static void stage_withdrawal(struct local_import *import, const struct local_sheet *sheet, const char *key,
    int64_t version, const json_t *fields)
{
    const struct local_kind *kind = sheet->headers.kind;
    const char *merged[LOCAL_COLUMNS];
    for (size_t i = 0; i < kind->column_count; i++)
        merged[i] = json_string_value(json_object_get(fields, kind->columns[i].key));
    int successor = column_of(kind, "successor_uscc");
    if (successor >= 0)
        merged[successor] = text_string(&import->key);
    local_stage_fields(kind, merged, &import->fields);
    local_stage_change(import, sheet,
        &(struct local_change){
            .row = import->row.row,
            .old_version = version,
            .withdrawn = true,
            .key = key,
            .old_uscc = key,
            .fields = text_string(&import->fields),
            .reference = {key, "", "", "", "", ""},
        });
}

void local_promotion_stage(struct local_import *import, const struct local_sheet *sheet,
    const char *const merged[], const struct local_promotion *promotion)
{
    if (!is_of_firms(sheet) || registry_is_candidate(text_string(&import->key)))
        return;
    for (size_t i = 0; i < promotion->count; i++)
        stage_withdrawal(import, sheet, promotion->candidates[i].key, promotion->candidates[i].version,
            promotion->candidates[i].fields);
    struct finding finding = {.import = import, .sheet = sheet};
    each_identifier(sheet->headers.kind, merged, mark_alias, &finding);
}

void local_promotion_free(struct local_promotion *promotion)
{
    for (size_t i = 0; i < promotion->count; i++) {
        free(promotion->candidates[i].key);
        json_decref(promotion->candidates[i].fields);
    }
    promotion->count = 0;
}
