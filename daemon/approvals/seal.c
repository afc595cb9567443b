/* seal.c - may this poll be believed? The one gate between what a server sent and what m13d knows. */
#include "internal.h"

#include "drift.h"

#include "m13/journal.h"
#include "m13/store.h"
#include "m13/text.h"

#include <stdio.h>

/* So many may go from a window at once without a doubt about the register. */
enum { WINDOW_MAY_LOSE = 10 };

struct poll_facts {
    char kind[16];
    bool part;          /* it was asked for some of the register only */
    bool first_by_hand; /* nothing of this feed was ever applied, and this is a file */
    int64_t last_total; /* that the register declared for the whole of it, last time; -1 = never */
    int64_t listed;     /* approvals that it last showed with a decision in the poll's window */
};

static void read_poll(struct store *store, int64_t poll, struct poll_facts *ret_facts)
{
    struct query *q = query_bind(
        query(store, "SELECT p.kind, coalesce(s.total, -1), p.part, p.kind = 'manual' AND NOT EXISTS "
                     "(SELECT 1 FROM poll o WHERE o.feed = p.feed AND o.state IN ('sealed', 'applied') AND "
                     "o.id <> p.id) "
                     "FROM poll p LEFT JOIN feed_state s ON s.name = p.feed WHERE p.id = ?"),
        "i", poll);
    *ret_facts = (struct poll_facts){.last_total = -1};
    if (query_next(q)) {
        snprintf(ret_facts->kind, sizeof ret_facts->kind, "%s", query_text(q, 0));
        ret_facts->last_total = query_integer(q, 1);
        ret_facts->part = query_integer(q, 2) != 0;
        ret_facts->first_by_hand = query_integer(q, 3) != 0;
    }
    query_end(q);
    ret_facts->listed = store_value(store, 0,
        "SELECT count(*) FROM poll p "
        "JOIN approval_version v ON v.seq_to IS NULL AND v.decision_first >= p.since_day AND v.decision_last "
        "<= p.until_day "
        "JOIN approval_feed f ON f.name = p.feed "
        "JOIN approval_source l ON l.feed = f.id AND l.approval = v.approval AND l.missed = 0 WHERE p.id = ?",
        "i", poll);
}

/* A page of news is all that such a register ever shows, and no more than news. */
static bool was_asked_for_all(const struct feed_definition *definition, const struct poll_facts *facts)
{
    return !facts->part && !(definition->newest && definition->history.path == NULL) &&
           (string_equal(facts->kind, "history") || string_equal(facts->kind, "full"));
}

static enum feed_outcome outcome_of_decoder(enum decoder_outcome outcome)
{
    switch (outcome) {
    case DECODER_OK:
        return FEED_APPLIED;
    case DECODER_MALFORMED:
        return FEED_MALFORMED;
    case DECODER_TOO_LARGE:
        return FEED_TOO_LARGE;
    case DECODER_CRASHED:
    case DECODER_TIMED_OUT:
    case DECODER_UNAVAILABLE:
        return FEED_DECODER_FAILED;
    }
    return FEED_DECODER_FAILED;
}

/* A window that has lost more than a few of the approvals that are known in it is a fault of the register,
 * not news of each of them: a register that answers "none" for a week must not put every approval before a
 * person. */
static enum feed_outcome judge_window(
    const struct staging *staging, const struct poll_facts *facts, int64_t received, struct text *why)
{
    int64_t lost = facts->listed - received;
    if (lost <= WINDOW_MAY_LOSE || lost * 100 <= facts->listed * staging->definition->largest_shrink)
        return FEED_APPLIED;
    text_append_format(why, "%lld rows came for a window in which %lld approvals are known: not believed",
        (long long)received, (long long)facts->listed);
    return FEED_SHRUNK;
}

static enum feed_outcome judge_total(const struct staging *staging, int64_t received, struct text *why)
{
    if (staging->total_shrank) {
        text_append_string(
            why, "the declared total fell from page to page: the chain is no complete picture");
        return FEED_INCOMPLETE;
    }
    /* Rows may be added while we page: anything from the first total to the last is complete. */
    if (staging->last_total >= 0 && (received < staging->least_total || received > staging->last_total)) {
        text_append_format(why, "%lld rows came, the register declares %lld", (long long)received,
            (long long)staging->last_total);
        return FEED_INCOMPLETE;
    }
    return FEED_APPLIED;
}

static enum feed_outcome judge_whole(
    const struct staging *staging, const struct poll_facts *facts, int64_t received, struct text *why)
{
    const struct feed_definition *definition = staging->definition;
    if (received < definition->minimum_rows) {
        text_append_format(why, "%lld rows came, at least %lld are expected of the whole register",
            (long long)received, (long long)definition->minimum_rows);
        return FEED_INCOMPLETE;
    }
    if (facts->last_total > 0 && received < facts->last_total &&
        (facts->last_total - received) * 100 > facts->last_total * definition->largest_shrink) {
        text_append_format(why, "the register shrank from %lld to %lld rows, more than %lld %%: not believed",
            (long long)facts->last_total, (long long)received, (long long)definition->largest_shrink);
        return FEED_SHRUNK;
    }
    return FEED_APPLIED;
}

/* How much came, beside what was declared and what is known. */
static enum feed_outcome judge_amount(
    const struct staging *staging, const struct poll_facts *facts, int64_t received, struct text *why)
{
    /* A file by hand may be any part of a register; of a part the feed room knows what belongs to it. */
    if (facts->part || string_equal(facts->kind, "manual"))
        return FEED_APPLIED;
    enum feed_outcome outcome = judge_total(staging, received, why);
    if (outcome != FEED_APPLIED)
        return outcome;
    return was_asked_for_all(staging->definition, facts) ? judge_whole(staging, facts, received, why)
                                                         : judge_window(staging, facts, received, why);
}

static int64_t received_of(const struct decoder_result *result)
{
    return result->rows + result->rejected + result->skipped;
}

/* FEED_APPLIED when the staged rows may be sealed; else why not, in words. */
static enum feed_outcome judge(const struct staging *staging, const struct poll_facts *facts,
    const struct decoder_result *result, struct text *why)
{
    int64_t received = received_of(result);
    if (staging->fault.code != 0) {
        text_append_string(why, staging->fault.text);
        return FEED_DECODER_FAILED;
    }
    if (result->outcome != DECODER_OK) {
        text_append_string(why, result->text);
        return outcome_of_decoder(result->outcome);
    }
    if (result->rows != staging->seq) {
        text_append_format(
            why, "the decoder says %lld rows, %lld came", (long long)result->rows, (long long)staging->seq);
        return FEED_DECODER_FAILED;
    }
    if (result->rejected * 2 > received) {
        text_append_format(why,
            "%lld of %lld rows cannot be read: has the register changed its form? See the rejects",
            (long long)result->rejected, (long long)received);
        return FEED_MALFORMED;
    }
    return judge_amount(staging, facts, received, why);
}

/* Whether it shows all that the register has. A file by hand does when it is as large as the whole of one
 * that is known by its size. */
static bool is_whole_register(const struct staging *staging, const struct poll_facts *facts, int64_t received)
{
    const struct feed_definition *definition = staging->definition;
    if (!string_equal(facts->kind, "manual"))
        return was_asked_for_all(staging->definition, facts);
    if (definition->completeness != COMPLETENESS_REGISTER || definition->minimum_rows == 0)
        return false;
    struct text why = TEXT_WITH_CEILING(4096);
    bool whole = judge_total(staging, received, &why) == FEED_APPLIED &&
                 judge_whole(staging, facts, received, &why) == FEED_APPLIED;
    text_free(&why);
    return whole;
}

/* --- form ------------------------------------------------------------------------------------------------
 */

static bool is_table(enum feed_format format)
{
    return format == FORMAT_CSV || format == FORMAT_XLSX;
}

/* A table has all its columns whatever rows it shows; members of JSON may be there in some rows only. A CSV
 * without a line end at its end may have been cut there, unless that is how it always ends. */
static void judge_form(struct approvals *approvals, bool whole, const struct decoder_result *result)
{
    struct store *store = approvals->store;
    const struct staging *staging = &approvals->staging;
    const char *name = staging->definition->name;
    struct drift drift = {0};
    bool cut = false;
    struct query *q = query_bind(
        query(store, "SELECT shape, shape_seen, unended, shape <> '' FROM feed_state WHERE name = ?"), "t",
        name);
    if (query_next(q)) {
        drift_judge(query_text(q, 0), query_text(q, 1), staging->shape != NULL ? staging->shape : "",
            whole || is_table(staging->definition->format), &drift);
        cut = result->unended && query_integer(q, 2) == 0 && query_integer(q, 3) != 0;
    }
    query_end(q);
    if (cut)
        text_append_format(&drift.words, "%sthe last line has no end: it may have been cut there",
            drift.words.length > 0 ? "; " : "");
    query_run(query_bind(
        query(store, "UPDATE feed_state SET shape = ?, shape_seen = ?, unended = ? WHERE name = ?"), "ttit",
        drift.known != NULL ? drift.known : "", drift.seen != NULL ? drift.seen : "",
        (int64_t)result->unended, name));
    query_run(query_bind(query(store, "UPDATE poll SET drift = ?, unread = ? WHERE id = ?"), "tii",
        text_string(&drift.words), result->unread, staging->poll));
    drift_release(&drift);
}

/* --- sealing ---------------------------------------------------------------------------------------------
 */

static void append_payload_hashes(struct store *store, int64_t poll, struct text *body)
{
    text_append_string(body, "[");
    struct query *q =
        query_bind(query(store, "SELECT sha256 FROM payload WHERE poll = ? ORDER BY page"), "i", poll);
    for (bool first = true; query_next(q); first = false) {
        if (!first)
            text_append_character(body, ',');
        text_append_json(body, query_text(q, 0));
    }
    text_append_string(body, "]");
}

static void seal(
    struct approvals *approvals, const struct poll_facts *facts, const struct decoder_result *result)
{
    struct store *store = approvals->store;
    struct staging *staging = &approvals->staging;
    uint8_t digest[DIGEST_BYTES];
    char hex[DIGEST_HEX_BYTES];
    digest_end(staging->digest, digest);
    staging->digest = NULL;

    struct text body = TEXT_WITH_CEILING(16 * 1024 * 1024);
    text_append_string(&body, "{\"feed\":");
    text_append_json(&body, staging->definition->name);
    text_append_format(&body, ",\"poll\":%lld,\"kind\":", (long long)staging->poll);
    text_append_json(&body, facts->kind);
    text_append_format(&body,
        ",\"rows\":%lld,\"rejected\":%lld,\"records\":\"%s\",\"definition\":\"%s\",\"payloads\":",
        (long long)result->rows, (long long)result->rejected, digest_hex(digest, hex),
        staging->definition->hash);
    append_payload_hashes(store, staging->poll, &body);
    text_append_string(&body, "}");
    int64_t seq = journal_append(store, "m13d", "poll-sealed", staging->definition->name, text_string(&body));
    text_free(&body);

    int64_t received = received_of(result);
    bool whole = is_whole_register(staging, facts, received);
    query_run(
        query_bind(query(store, "UPDATE poll SET state = 'sealed', sealed_seq = ?, rows = ?, rejected = ?, "
                                "total = nullif(?, -1), whole = ?, first_by_hand = ? WHERE id = ?"),
            "iiiiiii", seq, result->rows, result->rejected, staging->last_total, (int64_t)whole,
            (int64_t)facts->first_by_hand, staging->poll));
    judge_form(approvals, whole, result);
    if (whole)
        query_run(query_bind(query(store, "UPDATE feed_state SET total = ? WHERE name = ?"), "it", received,
            staging->definition->name));
    if (*staging->as_of)
        query_run(query_bind(query(store, "UPDATE feed_state SET as_of = ? WHERE name = ?"), "tt",
            staging->as_of, staging->definition->name));
    add_poll_work(store, "apply", staging->poll);
}

void seal_refuse(struct approvals *approvals, int64_t poll, enum feed_outcome outcome, const char *detail)
{
    store_write(approvals->store);
    feed_turn_ended(approvals->feeds, poll, outcome, detail);
    add_poll_work(approvals->store, "sweep", poll);
}

void seal_poll(struct approvals *approvals, const struct decoder_result *result)
{
    struct poll_facts facts;
    struct text why = TEXT_WITH_CEILING(4096);
    store_write(approvals->store);
    read_poll(approvals->store, approvals->staging.poll, &facts);
    enum feed_outcome outcome = judge(&approvals->staging, &facts, result, &why);
    if (outcome == FEED_APPLIED) {
        seal(approvals, &facts, result);
    } else {
        query_run(query_bind(query(approvals->store, "UPDATE poll SET rows = ?, rejected = ? WHERE id = ?"),
            "iii", result->rows, result->rejected, approvals->staging.poll));
        seal_refuse(approvals, approvals->staging.poll, outcome, text_string(&why));
    }
    text_free(&why);
}
