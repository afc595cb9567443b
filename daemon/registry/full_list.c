#include "full_list.h"

#include "contact_row.h"
#include "stage.h"

#include "m13/clock.h"
#include "m13/memory.h"
#include "m13/store.h"
#include "m13/text.h"

#include <stdlib.h>
#include <string.h>

/* Records between two looks at the clock: one costs some 10 us when it is staged. */
enum { RECORDS_A_LOOK = 16 };

/* That a full list of `kind` names this firm, or firms of this class at all. */
static uint64_t hash_of_firm(const char *kind, const char *uscc)
{
    return local_seen_hash(local_seen_hash(local_seen_hash(0, "firm of"), kind), uscc);
}

/* A roster of firms says nothing of candidates, nor a list of these of firms. */
static const char *class_of(const char *kind, const char *key)
{
    return string_equal(kind, "firms") && registry_is_candidate(key) ? "candidates" : "all";
}

/* False when it was marked before. */
static bool mark(struct local_import *import, uint64_t hash)
{
    if (local_seen_get(&import->seen, hash) != NULL)
        return false;
    local_seen_put(&import->seen, hash)->state = SEEN_TAKEN;
    return true;
}

void local_full_list_note(
    struct local_import *import, const struct local_sheet *sheet, const char *key, const char *uscc)
{
    const struct local_kind *kind = sheet->headers.kind;
    if (!sheet->headers.full_list)
        return;
    if (kind->full_list == FULL_LIST_ALL)
        mark(import, hash_of_firm(kind->kind, class_of(kind->kind, key)));
    else if (*uscc != '\0' && mark(import, hash_of_firm(kind->kind, uscc)) && kind->personal)
        text_append(&import->full_list.firms, uscc, strlen(uscc) + 1);
}

/* --- counting --------------------------------------------------------------------------------------------
 */

void local_full_list_count(struct local_import *import, const char *scope, bool gone)
{
    struct full_list_progress *list = &import->full_list;
    struct seen_slot *place = local_seen_put(&list->places, local_seen_hash(0, scope));
    if (place->state == SEEN_NOT) {
        MEMORY_GROW(list->scopes, list->count, list->capacity);
        list->scopes[list->count] = (struct full_list_scope){.uscc = memory_copy_string(scope)};
        place->state = SEEN_TAKEN;
        place->row = (uint32_t)list->count++;
    }
    list->scopes[place->row].known++;
    list->scopes[place->row].gone += gone;
}

static void forget_scopes(struct full_list_progress *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->scopes[i].uscc);
    free(list->scopes);
    local_seen_free(&list->places);
    list->scopes = NULL;
    list->count = list->capacity = 0;
}

void local_full_list_free(struct full_list_progress *list)
{
    forget_scopes(list);
    text_free(&list->after_key);
    text_free(&list->firms);
}

/* --- comparing -------------------------------------------------------------------------------------------
 */

static bool is_spoken_for(
    const struct local_import *import, const struct local_kind *kind, const char *key, const char *uscc)
{
    const char *whose = kind->full_list == FULL_LIST_ALL ? class_of(kind->kind, key) : uscc;
    return local_seen_get(&import->seen, hash_of_firm(kind->kind, whose)) != NULL;
}

enum { KEY, VERSION, USCC, PRODUCT, AUTHORITY, NUMBER, CASE, FIELDS };

static void stage_unlisted(struct local_import *import, const struct local_sheet *sheet, struct query *q)
{
    /* Its documents stay its own. */
    local_stage_change(import, sheet,
        &(struct local_change){
            .old_version = query_integer(q, VERSION),
            .unlisted = true,
            .key = query_text(q, KEY),
            .old_uscc = query_text(q, USCC),
            .fields = query_text(q, FIELDS),
            .reference = {query_text(q, USCC), query_text(q, PRODUCT), query_text(q, AUTHORITY),
                query_text(q, NUMBER), query_text(q, CASE), ""},
        });
}

static void compare(struct local_import *import, struct local_sheet *sheet, struct query *q)
{
    const struct local_kind *kind = sheet->headers.kind;
    if (!is_spoken_for(import, kind, query_text(q, KEY), query_text(q, USCC)))
        return;
    bool gone = local_seen_get(&import->seen, local_seen_key(kind->kind, query_text(q, KEY))) == NULL;
    local_full_list_count(import, kind->full_list == FULL_LIST_ALL ? "" : query_text(q, USCC), gone);
    if (gone)
        stage_unlisted(import, sheet, q);
}

/* True when all current records of the sheet's kind were compared. */
static bool compare_some(struct local_import *import, struct local_sheet *sheet, int64_t deadline_us)
{
    struct text *after_key = &import->full_list.after_key;
    bool more;
    int records = 0;
    struct query *q = query_bind(
        query(import->store,
            "SELECT key, version, uscc, product_id, authority, number, case_id, fields FROM local_record "
            "WHERE kind = ? AND key > ? AND seq_to IS NULL AND withdrawn = 0 AND unlisted = 0 ORDER BY key"),
        "tt", sheet->headers.kind->kind, text_string(after_key));
    while ((more = query_next(q))) {
        compare(import, sheet, q);
        if (++records % RECORDS_A_LOOK == 0 && clock_monotonic_us() >= deadline_us)
            break;
    }
    if (more) {
        text_clear(after_key);
        text_append_string(after_key, query_text(q, KEY));
    }
    query_end(q);
    return !more;
}

/* --- believing -------------------------------------------------------------------------------------------
 */

/* A list that lacks more than a fifth of what is known, and more than one record, is more likely a part of
 * one, or one after a slip in Excel. Each firm's is one of its own: others that are long must not hide it. */
static void judge_scope(
    struct local_import *import, const struct local_sheet *sheet, const struct full_list_scope *scope)
{
    bool shrinks = scope->gone >= 2 && 5 * scope->gone > scope->known;
    if (!shrinks || (import->allowed & IMPORT_ALLOW_SHRINK) != 0)
        return;
    bool of_firm = scope->uscc[0] != '\0';
    local_import_refuse(import,
        "全量表缺得太多：%s%s%s已知的 %lld 条%s记录中，有 %lld 条不在表中（超过五分之一）。"
        "请补全后重新报送；如果确实如此，请联系受理人员核对后放行；只报送增减的，请去掉“全量”",
        of_firm ? "企业 " : "", scope->uscc, of_firm ? " " : "", (long long)scope->known,
        sheet->headers.kind->zh, (long long)scope->gone);
}

static void judge(struct local_import *import, struct local_sheet *sheet)
{
    struct full_list_progress *list = &import->full_list;
    for (size_t i = 0; i < list->count; i++) {
        judge_scope(import, sheet, &list->scopes[i]);
        sheet->unlisted += list->scopes[i].gone;
    }
    forget_scopes(list);
}

static void tell_of_nameless(struct local_import *import, const struct local_sheet *sheet)
{
    local_problem_add(&import->problems, 0, "",
        "全量表中有认不出是哪条记录的行，因此没有把任何记录标记为不在列", "改正这些行后，重新报送全量表");
    local_import_write_problems(import, sheet->file);
}

/* Whether this sheet is to be compared: several lists of one kind are one. */
static bool is_due(struct local_import *import, const struct local_sheet *sheet, size_t place)
{
    const struct local_kind *kind = sheet->headers.kind;
    if (!sheet->headers.full_list || sheet->rows == 0)
        return false;
    bool nameless = false;
    for (size_t i = 0; i < import->sheet_count; i++) {
        const struct local_sheet *other = import->sheets[i];
        if (other->headers.kind != kind)
            continue;
        if (i < place && other->headers.full_list && other->rows > 0)
            return false;
        nameless |= other->nameless > 0;
    }
    /* Any of the missing records may be the one that was meant. */
    if (nameless)
        tell_of_nameless(import, sheet);
    return !nameless;
}

bool local_full_list_slice(struct local_import *import, int64_t deadline_us)
{
    struct full_list_progress *list = &import->full_list;
    for (; list->sheet < import->sheet_count && !import->refused; list->sheet++) {
        struct local_sheet *sheet = import->sheets[list->sheet];
        if (!list->began && !is_due(import, sheet, list->sheet))
            continue;
        list->began = true;
        if (!(sheet->headers.kind->personal ? local_contacts_compare(import, deadline_us)
                                            : compare_some(import, sheet, deadline_us)))
            return false;
        judge(import, sheet);
        text_clear(&list->after_key);
        list->began = false;
    }
    return true;
}
