/* turn.c - what a poll came to, in a word and a sentence. */
#include "internal.h"

#include "m13/store.h"
#include "m13/text.h"

#include <string.h>

/* More values that no rule knows, or that cannot be read, than the register as a whole had last time. */
#define IS_DRIFTING                                                                                          \
    "p.drift <> '' OR p.unknown > iif(p.whole, s.unknown, 0) OR p.unread > iif(p.whole, s.unread, 0) "

/* Each stands as `member "value"`, with a comma between two. */
static bool has_new_words(const char *strange, const char *before)
{
    while (*strange != '\0') {
        const char *end = strstr(strange, "\", ");
        size_t length = end != NULL ? (size_t)(end + 1 - strange) : strlen(strange);
        if (memmem(before, strlen(before), strange, length) == NULL)
            return true;
        strange += length + (end != NULL ? strlen(", ") : 0);
    }
    return false;
}

/* As many values that no rule knows as last time may be other ones. */
static bool turn_has_new_words(struct store *store, int64_t poll)
{
    struct query *q = query_bind(
        query(store, "SELECT p.strange, coalesce((SELECT o.strange FROM poll o WHERE o.feed = p.feed AND "
                     "o.state = 'applied' AND o.whole = 1 AND o.id < p.id ORDER BY o.id DESC LIMIT 1), '') "
                     "FROM poll p WHERE p.id = ?"),
        "i", poll);
    bool found = query_next(q) && has_new_words(query_text(q, 0), query_text(q, 1));
    query_end(q);
    return found;
}

bool turn_has_drift(struct store *store, int64_t poll)
{
    return store_value(store, 0,
               "SELECT " IS_DRIFTING "FROM poll p JOIN feed_state s ON s.name = p.feed WHERE p.id = ?", "i",
               poll) != 0 ||
           turn_has_new_words(store, poll);
}

/* What a turn can have brought besides plain rows; the word that a person most needs to hear goes first. */
static const struct {
    enum feed_outcome outcome;
    const char *words;
} findings[] = {
    {FEED_ROWS_REJECTED, "could not be read"},
    {FEED_DRIFT, "with a value that no rule knows"},
    {FEED_DRIFT, "without a value that could not be read"},
    {FEED_VANISHED, "no longer shown"},
    {FEED_CHANGED, "changed"},
    {FEED_APPLIED, "new"},
};
enum { FINDINGS = sizeof findings / sizeof *findings };

/* Columns: the rows, the findings in their order, and then these. */
enum { OF_UNKNOWN = 1, DRIFT = FINDINGS + 1, TWICE, STRANGE, PASSED_OVER };

static enum feed_outcome tell_findings(const int64_t found[FINDINGS], const char *strange, bool drifts,
    enum feed_outcome outcome, struct text *detail)
{
    for (int i = FINDINGS - 1; i >= 0; i--) {
        if (found[i] == 0)
            continue;
        if (findings[i].outcome != FEED_DRIFT || drifts)
            outcome = findings[i].outcome;
        text_append_format(detail, ", %lld %s", (long long)found[i], findings[i].words);
        if (i == OF_UNKNOWN && *strange != '\0')
            text_append_format(detail, " (%s)", strange);
    }
    return outcome;
}

void turn_end(struct approvals *approvals, int64_t poll)
{
    struct store *store = approvals->store;
    bool drifts = turn_has_drift(store, poll);
    struct text detail = TEXT_WITH_CEILING(4096);
    enum feed_outcome outcome = FEED_APPLIED;
    struct query *q = query_bind(
        query(store,
            "SELECT rows, rejected, unknown, unread, vanished, changed, added, drift, "
            "iif(pages > 1 AND total IS NOT NULL, doubles, 0), strange, passed_over FROM poll WHERE id = ?"),
        "i", poll);
    if (query_next(q)) {
        int64_t rows = query_integer(q, 0), found[FINDINGS];
        for (int i = 0; i < FINDINGS; i++)
            found[i] = query_integer(q, i + 1);
        const char *drift = query_text(q, DRIFT);
        text_append_format(&detail, "%lld row%s", (long long)rows, rows == 1 ? "" : "s");
        outcome = tell_findings(
            found, query_text(q, STRANGE), drifts, rows == 0 ? FEED_NONE : FEED_APPLIED, &detail);
        if (query_integer(q, TWICE) > 0)
            text_append_format(
                &detail, ", %lld came twice: others may be missing", (long long)query_integer(q, TWICE));
        if (query_integer(q, PASSED_OVER) > 0)
            text_append_format(&detail, ", %lld of approvals that no other feed has shown",
                (long long)query_integer(q, PASSED_OVER));
        if (*drift != '\0') {
            outcome = FEED_DRIFT;
            text_append_format(&detail, "; %s", drift);
        }
    }
    query_end(q);
    query_run(
        query_bind(query(store, "UPDATE feed_state SET unknown = p.unknown, unread = p.unread FROM poll p "
                                "WHERE p.id = ? AND p.whole = 1 AND feed_state.name = p.feed"),
            "i", poll));
    feed_turn_ended(approvals->feeds, poll, outcome, text_string(&detail));
    text_free(&detail);
    add_poll_work(store, "sweep", poll);
}
