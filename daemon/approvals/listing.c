/* listing.c - whether an approval is still listed.
 *
 * Each feed that would show it is known to show it or to have missed it. One of them is asked: of those whose
 * records are what the approval is (a list of evidence says nothing of an approval's end), those that are
 * still defined first, then those that show their whole register at each poll, then by rank. */
#include "sources.h"

#include "m13/journal.h"
#include "m13/limits.h"
#include "m13/store.h"

static void write_journal(
    struct store *store, const char *kind, const char *feed, int64_t approval, int64_t poll)
{
    struct text body = TEXT_WITH_CEILING(LIMIT_ROW_BYTES);
    struct query *q = query_bind(query(store, "SELECT number FROM approval WHERE id = ?"), "i", approval);
    text_append_format(
        &body, "{\"approval\":%lld,\"poll\":%lld,\"number\":", (long long)approval, (long long)poll);
    text_append_json(&body, query_next(q) ? query_text(q, 0) : "");
    text_append_character(&body, '}');
    query_end(q);
    journal_append(store, "m13d", kind, feed, text_string(&body));
    text_free(&body);
}

/* What a decision rests on does not change without a word in the journal. */
void listing_judge(struct approvals *approvals, int64_t approval, const char *feed, int64_t poll)
{
    struct store *store = approvals->store;
    int64_t gone_at = store_value(store, 0,
        "SELECT s.gone_at FROM approval a CROSS JOIN approval_feed f ON f.purpose = a.purpose "
        "CROSS JOIN approval_source s ON s.feed = f.id AND s.approval = a.id WHERE a.id = ? "
        "ORDER BY f.defined DESC, f.completeness = 'register' DESC, f.rank, f.name LIMIT 1",
        "i", approval);
    bool was_gone =
        store_value(store, 0, "SELECT gone_at IS NOT NULL FROM approval WHERE id = ?", "i", approval) != 0;
    if (was_gone == (gone_at != 0))
        return;
    query_run(query_bind(
        query(store, "UPDATE approval SET gone_at = nullif(?, 0) WHERE id = ?"), "ii", gone_at, approval));
    write_journal(store, was_gone ? "listed-again" : "not-listed", feed, approval, poll);
    int64_t maker = store_value(
        store, 0, "SELECT maker FROM approval_version WHERE approval = ? AND seq_to IS NULL", "i", approval);
    decide_again(approvals, approval, maker);
}
