/* alarm_journal.c - whether the journal still proves itself: its newest part, all of it once a day, and what
 * the last publication told of it. */
#include "alarm.h"

#include "m13/clock.h"
#include "m13/failure.h"

#include <errno.h>
#include <string.h>

/* Some 2 ms; a journal of a million entries is walked within the hour. */
enum { SLICE_ENTRIES = 500 };

/* What lies far behind is left to the walk of all. */
static void begin(struct alarm_journal *journal, struct store *store)
{
    int64_t head = journal_head(store);
    journal->begun = true;
    journal->newest.seq = head > SLICE_ENTRIES ? head - SLICE_ENTRIES : 0;
    journal_hash_at(store, journal->newest.seq, journal->newest.hash);
    journal->walk_at = clock_monotonic();
    journal->walk = JOURNAL_BEGINNING;
    journal->walking = true;
}

static bool is_as_published(
    struct store *store, const struct alert_outside *outside, struct failure *ret_failure)
{
    int64_t seq;
    char told[DIGEST_HEX_BYTES], hash[DIGEST_HEX_BYTES];
    if (outside->published_head == NULL || !outside->published_head(outside->context, &seq, told))
        return true;
    if (journal_hash_at(store, seq, hash) && strcmp(hash, told) == 0)
        return true;
    fail(ret_failure, -EBADMSG, "journal: entry %lld is not the one that the last publication told",
        (long long)seq);
    return false;
}

bool alarm_journal_step(struct alarm_journal *journal, struct store *store,
    const struct alert_outside *outside, bool *ret_more, struct failure *ret_failure)
{
    if (!journal->begun)
        begin(journal, store);
    if (!journal->walking && clock_monotonic() - journal->walk_at >= CLOCK_DAY) {
        journal->walk = JOURNAL_BEGINNING;
        journal->walk_at = clock_monotonic();
        journal->walking = true;
    }
    int64_t head = journal_head(store);
    *ret_more = false;
    if (!is_as_published(store, outside, ret_failure) ||
        journal_verify_part(store, &journal->newest, SLICE_ENTRIES, ret_failure) < 0 ||
        (journal->walking && journal_verify_part(store, &journal->walk, SLICE_ENTRIES, ret_failure) < 0))
        return false;
    journal->walking = journal->walking && journal->walk.seq < head;
    *ret_more = journal->walking || journal->newest.seq < head;
    return true;
}
