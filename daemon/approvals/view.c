/* view.c - the current version of an approval, for those downstream. */
#include "sources.h"

#include "m13/memory.h"
#include "m13/store.h"

#include <stdlib.h>
#include <string.h>

int64_t approval_find(struct store *store, const char *authority, const char *number)
{
    return store_value(
        store, 0, "SELECT id FROM approval WHERE authority = ? AND number = ?", "tt", authority, number);
}

bool approval_view(struct store *store, int64_t approval, struct approval_view *ret_view)
{
    *ret_view = (struct approval_view){.approval = approval};
    struct query *q = query_bind(
        query(store, "SELECT v.version, v.payload, v.row, v.maker, v.record, a.first_seen_at, a.feed, "
                     "coalesce(p.kind = 'history' OR p.first_by_hand, 0), a.gone_at IS NOT NULL, a.purpose "
                     "FROM approval a JOIN approval_version v ON v.approval = a.id AND v.seq_to IS NULL "
                     "LEFT JOIN poll p ON p.id = a.first_poll "
                     "WHERE a.id = ?"),
        "i", approval);
    bool found = query_next(q);
    if (found) {
        const char *line = query_text(q, 4);
        ret_view->version = query_integer(q, 0);
        ret_view->payload = query_integer(q, 1);
        ret_view->row = query_integer(q, 2);
        ret_view->maker = query_integer(q, 3);
        ret_view->first_seen_at = query_integer(q, 5);
        ret_view->first_load = query_integer(q, 7) != 0;
        ret_view->gone = query_integer(q, 8) != 0;
        ret_view->purpose = purpose_of_code(query_text(q, 9));
        found = record_read(line, strlen(line), &ret_view->record) == 0;
        if (found)
            ret_view->feed = ret_view->memory = memory_copy_string(query_text(q, 6));
    }
    query_end(q);
    return found;
}

void approval_view_release(struct approval_view *view)
{
    record_release(&view->record);
    free(view->memory);
    *view = (struct approval_view){0};
}
