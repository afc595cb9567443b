/* version.c - the versions of an approval, of one feed's record or merged of several. */
#include "sources.h"

#include "m13/limits.h"
#include "m13/memory.h"
#include "m13/store.h"

#include <stdlib.h>
#include <string.h>

void version_write(struct approvals *approvals, const struct new_version *fresh)
{
    struct store *store = approvals->store;
    const struct arrival *from = fresh->from;
    const struct record *record = &from->record;
    int64_t maker = maker_of(store, record);
    if (fresh->version > 1)
        query_run(query_bind(
            query(store, "UPDATE approval_version SET seq_to = ? WHERE approval = ? AND version = ?"), "iii",
            fresh->seq, fresh->approval, fresh->version - 1));
    query_run(query_bind(
        query(store,
            "INSERT INTO approval_version (approval, version, seq_from, payload, row, content, maker, route, "
            "status, holder, device, product_code, parent, decision_first, decision_last, record, sources) "
            "VALUES (?, ?, ?, ?, ?, ?, nullif(?, 0), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
        "iiiiitittttttddtt", fresh->approval, fresh->version, fresh->seq, from->payload, from->row,
        from->content, maker, record->value[RECORD_ROUTE], record->value[RECORD_STATUS],
        record->value[RECORD_HOLDER], record->value[RECORD_DEVICE], record->value[RECORD_PRODUCT_CODE],
        record->value[RECORD_PARENT], record->decision.first, record->decision.last, from->line,
        fresh->sources));
    decide_again(approvals, fresh->approval, maker);
    if (fresh->old_maker != 0 && fresh->old_maker != maker)
        decide_again(approvals, fresh->approval, fresh->old_maker);
}

/* --- merging ---------------------------------------------------------------------------------------------
 */

struct latest {
    struct merge_source source;
    char *feed;
    int64_t payload, row;
};

struct latest_list {
    struct latest *items;
    const struct merge_source **in_order;
    size_t count, capacity;
};

static record_fields fields_of_words(const char *words)
{
    char *copy = memory_copy_string(words), *rest = copy, *word;
    record_fields set = 0;
    while ((word = strsep(&rest, ",")) != NULL) {
        int field = record_field_by_name(word);
        if (field >= 0)
            set |= record_fields_of(&(enum record_field){(enum record_field)field}, 1);
    }
    free(copy);
    return set;
}

static void add_latest(struct latest_list *list, struct query *q)
{
    struct latest latest = {.payload = query_integer(q, 5), .row = query_integer(q, 6)};
    const char *line = query_text(q, 4);
    if (record_read(line, strlen(line), &latest.source.record) < 0)
        return; /* of an older program: until the feed shows it again */
    latest.feed = memory_copy_string(query_text(q, 0));
    latest.source.feed = latest.feed;
    latest.source.defined = query_integer(q, 1) != 0;
    latest.source.rank = query_integer(q, 2);
    latest.source.wins = fields_of_words(query_text(q, 3));
    MEMORY_GROW(list->items, list->count, list->capacity);
    list->items[list->count++] = latest;
}

static struct latest_list read_latest(struct store *store, int64_t approval)
{
    struct latest_list list = {0};
    struct query *q = query_bind(
        query(store, "SELECT f.name, f.defined, f.rank, f.wins, coalesce(s.record, w.record), "
                     "coalesce(s.payload, w.payload), coalesce(s.row, w.row) "
                     "FROM approval_feed f CROSS JOIN approval_source s ON s.feed = f.id AND s.approval = ? "
                     "LEFT JOIN approval_version w ON w.approval = s.approval AND w.version = s.version"),
        "i", approval);
    while (query_next(q))
        add_latest(&list, q);
    query_end(q);
    if (list.count == 0)
        return list;
    list.in_order = memory_get_zeroed(list.count, sizeof *list.in_order);
    for (size_t i = 0; i < list.count; i++)
        list.in_order[i] = &list.items[i].source;
    qsort(list.in_order, list.count, sizeof *list.in_order, merge_compare_sources);
    return list;
}

static void latest_free(struct latest_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        record_release(&list->items[i].source.record);
        free(list->items[i].feed);
    }
    free(list->items);
    free(list->in_order);
}

static const struct latest *latest_of(const struct merge_source *source)
{
    return (const struct latest *)source; /* its first member */
}

static void append_sources(const struct latest_list *list, struct text *out)
{
    if (list->count < 2)
        return;
    for (size_t i = 0; i < list->count; i++) {
        const struct latest *latest = latest_of(list->in_order[i]);
        text_append_string(out, i == 0 ? "[{\"feed\":" : ",{\"feed\":");
        text_append_json(out, latest->feed);
        text_append_format(
            out, ",\"payload\":%lld,\"row\":%lld}", (long long)latest->payload, (long long)latest->row);
    }
    text_append_character(out, ']');
}

/* Several long records may be too much for one: then the first stands alone. */
static void merge_lines(const struct latest_list *list, struct text *out)
{
    merge_sources(list->in_order, list->count, out);
    if (out->overflowed) {
        text_free(out);
        merge_sources(list->in_order, 1, out);
    }
}

struct current_version {
    int64_t version, maker;
    struct record record;
};

static bool read_current(struct store *store, int64_t approval, struct current_version *ret_current)
{
    *ret_current = (struct current_version){0};
    struct query *q = query_bind(query(store, "SELECT version, maker, record FROM approval_version "
                                              "WHERE approval = ? AND seq_to IS NULL"),
        "i", approval);
    bool found = query_next(q);
    bool readable = false;
    if (found) {
        ret_current->version = query_integer(q, 0);
        ret_current->maker = query_integer(q, 1);
        const char *line = query_text(q, 2);
        readable = record_read(line, strlen(line), &ret_current->record) == 0;
    }
    query_end(q);
    return readable;
}

static void write_merged(struct approvals *approvals, int64_t approval, int64_t seq,
    const struct current_version *current, const struct latest_list *list, struct arrival *merged)
{
    struct text sources = TEXT_WITH_CEILING(256 * 1024);
    append_sources(list, &sources);
    merged->payload = latest_of(list->in_order[0])->payload;
    merged->row = latest_of(list->in_order[0])->row;
    digest_hex_of(merged->line, strlen(merged->line), merged->content);
    version_write(approvals, &(struct new_version){.approval = approval,
                                 .version = current->version + 1,
                                 .seq = seq,
                                 .old_maker = current->maker,
                                 .from = merged,
                                 .sources = text_string(&sources)});
    text_free(&sources);
}

/* What only papers tell of so far, evidence does not change. */
static bool is_of_papers(struct store *store, int64_t approval)
{
    return store_value(store, 0, "SELECT feed = '' FROM approval WHERE id = ?", "i", approval) != 0;
}

bool version_merge(struct approvals *approvals, int64_t approval, int64_t seq)
{
    if (is_of_papers(approvals->store, approval))
        return false;
    struct latest_list list = read_latest(approvals->store, approval);
    struct text line = TEXT_WITH_CEILING(LIMIT_RECORD_BYTES);
    struct arrival merged = {0};
    struct current_version current;
    bool differs = false;
    if (list.count > 0) {
        merge_lines(&list, &line);
        merged.line = text_string(&line);
        if (record_read(merged.line, line.length, &merged.record) == 0) {
            differs = !read_current(approvals->store, approval, &current) ||
                      !merge_is_same(&current.record, &merged.record);
            if (differs)
                write_merged(approvals, approval, seq, &current, &list, &merged);
            record_release(&current.record);
            record_release(&merged.record);
        }
    }
    text_free(&line);
    latest_free(&list);
    return differs;
}
