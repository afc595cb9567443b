/* known_feeds.c - what the definitions say of merging, as it was applied last, and what happens when they say
 * something else: every approval of the feed is merged anew, from the work list.
 *
 * A feed whose definition was removed or renamed stays known, and so do its records: they fill what the
 * records of others leave open, and nothing more is concluded from their silence. */
#include "sources.h"

#include "m13/clock.h"
#include "m13/journal.h"
#include "m13/log.h"
#include "m13/store.h"
#include "m13/work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { APPROVALS_A_LOOK = 8 };

enum feed_purpose purpose_of_code(const char *code)
{
    const struct name_entry *entry = name_find(feed_purpose_names, PURPOSE_EVIDENCE + 1, code);
    return entry != NULL ? (enum feed_purpose)entry->value : PURPOSE_APPROVALS;
}

bool purpose_is_better(enum feed_purpose purpose, enum feed_purpose than)
{
    static const int worth[] = {[PURPOSE_ROSTER] = 0, [PURPOSE_EVIDENCE] = 1, [PURPOSE_APPROVALS] = 2};
    return worth[purpose] > worth[than];
}

bool known_feed_read(struct store *store, const char *name, struct known_feed *ret_feed)
{
    struct query *q =
        query_bind(query(store, "SELECT id, purpose FROM approval_feed WHERE name = ?"), "t", name);
    bool found = query_next(q);
    if (found)
        *ret_feed =
            (struct known_feed){.id = query_integer(q, 0), .purpose = purpose_of_code(query_text(q, 1))};
    query_end(q);
    return found;
}

/* --- following the definitions ---------------------------------------------------------------------------
 */

/* The words of a definition that count here. */
struct feed_words {
    const char *name, *authority, *purpose, *completeness;
    int64_t rank;
    struct text wins, asked; /* in wire order, however the file has them */
};

static void name_fields(record_fields set, struct text *out)
{
    *out = TEXT_WITH_CEILING(4096);
    for (enum record_field field = 0; field < RECORD_FIELDS; field++)
        if ((set >> field & 1) != 0)
            text_append_format(out, "%s%s", out->length > 0 ? "," : "", record_member(field)->name);
}

static struct feed_words words_of(const struct config *config, const struct feed_definition *definition)
{
    struct feed_words words = {.name = definition->name,
        .authority = definition->authority,
        .purpose = feed_purpose_names[definition->purpose].code,
        .completeness = feed_completeness_names[definition->completeness].code,
        .rank = definition->source.rank};
    name_fields(record_fields_of(definition->source.wins, definition->source.win_count), &words.wins);
    name_fields(asked_of_feed(config, definition->name), &words.asked);
    return words;
}

static void words_free(struct feed_words *words)
{
    text_free(&words->wins);
    text_free(&words->asked);
}

/* In the journal, since versions follow from it. */
static void merge_again(struct store *store, int64_t feed, const char *name, const struct feed_words *words)
{
    char key[24];
    if (store_value(store, 0, "SELECT EXISTS (SELECT 1 FROM approval_source WHERE feed = ?)", "i", feed) == 0)
        return;
    struct text body = TEXT_WITH_CEILING(64 * 1024);
    text_append_format(&body, "{\"defined\":%s", words != NULL ? "true" : "false");
    if (words != NULL) {
        text_append_format(&body,
            ",\"purpose\":\"%s\",\"completeness\":\"%s\",\"rank\":%lld,\"wins\":", words->purpose,
            words->completeness, (long long)words->rank);
        text_append_json(&body, text_string(&words->wins));
    }
    text_append_character(&body, '}');
    int64_t seq = journal_append(store, "m13d", "feed-merging", name, text_string(&body));
    text_free(&body);
    query_run(
        query_bind(query(store, "UPDATE approval_feed SET merge_seq = ? WHERE id = ?"), "ii", seq, feed));
    snprintf(key, sizeof key, "%lld", (long long)feed);
    work_add(store, "merge", key, true);
}

/* The same name for another regulator's register is another feed: the numbers of the one are not those of the
 * other. */
static void set_aside_other_authority(struct store *store, const struct feed_words *words)
{
    query_run(query_bind(
        query(store, "UPDATE approval_feed SET name = name || ' (' || authority || ', ' || id || ')', "
                     "defined = 0 WHERE name = ? AND authority <> ?"),
        "tt", words->name, words->authority));
}

static void follow_definition(struct store *store, const struct feed_words *words)
{
    set_aside_other_authority(store, words);
    bool known = store_value(store, 0, "SELECT 1 FROM approval_feed WHERE name = ?", "t", words->name) != 0;
    query_run(query_bind(
        query(store,
            "INSERT INTO approval_feed (name, authority, purpose, rank, wins, completeness, asked, defined) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, 1) ON CONFLICT (name) DO UPDATE SET purpose = excluded.purpose, "
            "rank = excluded.rank, wins = excluded.wins, completeness = excluded.completeness, "
            "asked = excluded.asked, defined = 1 "
            "WHERE (purpose, rank, wins, completeness, asked, defined) IS NOT (excluded.purpose, "
            "excluded.rank, excluded.wins, excluded.completeness, excluded.asked, 1)"),
        "tttittt", words->name, words->authority, words->purpose, words->rank, text_string(&words->wins),
        words->completeness, text_string(&words->asked)));
    if (known && store_changes(store) > 0)
        merge_again(store,
            store_value(store, 0, "SELECT id FROM approval_feed WHERE name = ?", "t", words->name),
            words->name, words);
}

static void forget_removed(struct store *store, const struct config *config)
{
    int64_t after = 0, feed;
    while ((feed = store_value(store, 0, "SELECT min(id) FROM approval_feed WHERE defined = 1 AND id > ?",
                "i", after)) != 0) {
        char name[256] = "";
        struct query *q = query_bind(query(store, "SELECT name FROM approval_feed WHERE id = ?"), "i", feed);
        if (query_next(q))
            snprintf(name, sizeof name, "%s", query_text(q, 0));
        query_end(q);
        after = feed;
        if (config_feed(config, name) != NULL)
            continue;
        query_run(query_bind(query(store, "UPDATE approval_feed SET defined = 0 WHERE id = ?"), "i", feed));
        merge_again(store, feed, name, NULL);
    }
}

void known_feeds_follow(struct store *store, const struct config *config)
{
    store_write(store);
    for (size_t i = 0; i < config->feed_count; i++) {
        struct feed_words words = words_of(config, config->feeds[i]);
        follow_definition(store, &words);
        words_free(&words);
    }
    forget_removed(store, config);
}

/* --- merging anew ----------------------------------------------------------------------------------------
 */

struct merging {
    struct approvals *approvals;
    struct store *store;
    struct known_feed feed;
    char name[256];
    int64_t seq;
};

static bool open_merging(struct merging *merging, int64_t feed)
{
    struct query *q = query_bind(
        query(merging->store, "SELECT name, merge_seq FROM approval_feed WHERE id = ?"), "i", feed);
    bool found = query_next(q);
    if (found) {
        snprintf(merging->name, sizeof merging->name, "%s", query_text(q, 0));
        merging->seq = query_integer(q, 1);
    }
    query_end(q);
    if (found)
        known_feed_read(merging->store, merging->name, &merging->feed);
    merging->feed.asked = asked_of_feed(merging->approvals->config, merging->name);
    return found;
}

/* The best that its sources make of it; what a paper tells is an approval. */
static void set_purpose(struct merging *merging, int64_t approval)
{
    query_run(query_bind(
        query(merging->store,
            "WITH best (purpose) AS (SELECT CASE max(CASE f.purpose WHEN 'approvals' THEN 3 "
            "    WHEN 'evidence' THEN 2 ELSE 1 END) WHEN 3 THEN 'approvals' WHEN 2 THEN 'evidence' "
            "    ELSE 'roster' END "
            "    FROM approval_feed f CROSS JOIN approval_source s ON s.feed = f.id AND s.approval = ?1) "
            "UPDATE approval SET purpose = (SELECT purpose FROM best) "
            "WHERE id = ?1 AND purpose <> (SELECT purpose FROM best) "
            "AND NOT EXISTS (SELECT 1 FROM local_record r WHERE r.kind = 'approvals' "
            "    AND r.authority = approval.authority AND r.number = approval.number AND r.number <> '' "
            "    AND r.seq_to IS NULL AND r.withdrawn = 0)"),
        "i", approval));
    if (store_changes(merging->store) > 0)
        decide_again(merging->approvals, approval,
            store_value(merging->store, 0,
                "SELECT maker FROM approval_version WHERE approval = ? AND seq_to IS NULL", "i", approval));
}

static void write_asked(struct merging *merging, int64_t approval)
{
    struct record record;
    if (!source_read(merging->store, merging->feed.id, approval, &record))
        return;
    asked_write(merging->store, &merging->feed, approval, &record);
    record_release(&record);
}

static int64_t next_approval(struct merging *merging, int64_t after)
{
    return store_value(merging->store, 0,
        "SELECT approval FROM approval_source WHERE feed = ? AND approval > ? ORDER BY approval LIMIT 1",
        "ii", merging->feed.id, after);
}

bool merge_slice(void *context, const char *key, int64_t *cursor, int64_t deadline_us)
{
    struct approvals *approvals = context;
    struct merging merging = {.approvals = approvals, .store = approvals->store};
    if (!open_merging(&merging, poll_of_key(key)))
        return true;
    int64_t approval;
    for (int done = 1; (approval = next_approval(&merging, *cursor)) != 0; done++) {
        *cursor = approval;
        version_merge(approvals, approval, merging.seq);
        set_purpose(&merging, approval);
        write_asked(&merging, approval);
        listing_judge(approvals, approval, merging.name, 0);
        if (done % APPROVALS_A_LOOK == 0 && clock_monotonic_us() >= deadline_us)
            return false;
    }
    return true;
}
