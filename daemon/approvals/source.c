/* source.c - a record of a feed, and what is known already. */
#include "sources.h"

#include "m13/limits.h"
#include "m13/store.h"

#include <stdio.h>
#include <string.h>

static struct standing find_standing(struct applying *applying, const struct arrival *arrival)
{
    struct standing standing = {0};
    struct query *q = query_bind(
        query(applying->store,
            "SELECT a.id, v.version, v.maker, a.feed, a.purpose, a.gone_at, s.approval IS NOT NULL, "
            "s.missed, "
            "coalesce(s.content, iif(s.version = v.version, v.content, (SELECT w.content "
            "    FROM approval_version w WHERE w.approval = a.id AND w.version = s.version))) = ?1, "
            "v.payload = 0 "
            "FROM approval a LEFT JOIN approval_version v ON v.approval = a.id AND v.seq_to IS NULL "
            "LEFT JOIN approval_source s ON s.feed = ?2 AND s.approval = a.id "
            "WHERE a.authority = ?3 AND a.number = ?4"),
        "titt", arrival->content, applying->known.id, arrival->record.value[RECORD_AUTHORITY],
        arrival->record.value[RECORD_NUMBER]);
    if (query_next(q)) {
        standing = (struct standing){.approval = query_integer(q, 0),
            .version = query_integer(q, 1),
            .maker = query_integer(q, 2),
            .purpose = purpose_of_code(query_text(q, 4)),
            .gone = !query_is_null(q, 5),
            .has_source = query_integer(q, 6) != 0,
            .missed = query_integer(q, 7),
            .same = query_integer(q, 8) != 0,
            .by_paper = query_integer(q, 9) != 0};
        snprintf(standing.feed, sizeof standing.feed, "%s", query_text(q, 3));
    }
    query_end(q);
    return standing;
}

bool source_read(struct store *store, int64_t feed, int64_t approval, struct record *ret_record)
{
    bool found = false;
    struct query *q = query_bind(
        query(store, "SELECT coalesce(s.record, w.record) FROM approval_source s "
                     "LEFT JOIN approval_version w ON w.approval = s.approval AND w.version = s.version "
                     "WHERE s.feed = ? AND s.approval = ?"),
        "ii", feed, approval);
    if (query_next(q)) {
        const char *line = query_text(q, 0);
        found = record_read(line, strlen(line), ret_record) == 0;
    }
    query_end(q);
    return found;
}

/* --- writing ---------------------------------------------------------------------------------------------
 */

static int64_t add_approval(struct applying *applying, const struct record *record)
{
    query_run(
        query_bind(query(applying->store,
                       "INSERT INTO approval (authority, number, feed, purpose, first_seen_at, first_poll) "
                       "VALUES (?, ?, ?, ?, ?, ?)"),
            "ttttii", record->value[RECORD_AUTHORITY], record->value[RECORD_NUMBER], applying->feed,
            feed_purpose_names[applying->known.purpose].code, applying->now, applying->poll));
    return store_last_id(applying->store);
}

/* What was known by a paper, or as evidence, is an approval of a register from now on. */
static void become_approval_of(struct applying *applying, int64_t approval)
{
    query_run(
        query_bind(query(applying->store, "UPDATE approval SET feed = ?, purpose = ?, first_seen_at = ?, "
                                          "first_poll = ? WHERE id = ?"),
            "ttiii", applying->feed, feed_purpose_names[applying->known.purpose].code, applying->now,
            applying->poll, approval));
}

/* `version`: that holds this very record; 0 = none does. */
static void write_source(
    struct applying *applying, int64_t approval, int64_t version, const struct arrival *arrival)
{
    bool apart = version == 0;
    query_run(query_bind(
        query(applying->store,
            "INSERT INTO approval_source (feed, approval, poll, seen_at, version, payload, row, content, "
            "record) "
            "VALUES (?, ?, ?, ?, nullif(?, 0), nullif(?, 0), nullif(?, 0), ?, ?) "
            "ON CONFLICT (feed, approval) DO UPDATE SET poll = excluded.poll, seen_at = excluded.seen_at, "
            "missed = 0, gone_at = NULL, version = excluded.version, payload = excluded.payload, "
            "row = excluded.row, content = excluded.content, record = excluded.record"),
        "iiiiiiitt", applying->known.id, approval, applying->poll, applying->now, version,
        apart ? arrival->payload : 0, apart ? arrival->row : 0, apart ? arrival->content : NULL,
        apart ? arrival->line : NULL));
    if (applying->known.asked != 0)
        asked_write(applying->store, &applying->known, approval, &arrival->record);
}

static void note_shown(struct applying *applying, int64_t approval)
{
    query_run(
        query_bind(query(applying->store, "UPDATE approval_source SET poll = ?, seen_at = ?, missed = 0, "
                                          "gone_at = NULL WHERE feed = ? AND approval = ?"),
            "iiii", applying->poll, applying->now, applying->known.id, approval));
}

static bool stands_in_another_feed(struct applying *applying, const struct standing *standing)
{
    if (standing->version == 0)
        return false;
    return (!standing->has_source && !standing->by_paper) ||
           store_value(applying->store, 0,
               "SELECT EXISTS (SELECT 1 FROM approval_feed f CROSS JOIN approval_source s "
               "ON s.feed = f.id AND s.approval = ?1 WHERE f.id <> ?2)",
               "ii", standing->approval, applying->known.id) != 0;
}

/* True when the approval has a new version. */
static bool take_record(
    struct applying *applying, const struct standing *standing, const struct arrival *arrival)
{
    bool paper_stands = standing->approval != 0 && *standing->feed == '\0' &&
                        purpose_is_better(standing->purpose, applying->known.purpose);
    if (paper_stands || stands_in_another_feed(applying, standing)) {
        write_source(applying, standing->approval, 0, arrival);
        return version_merge(applying->approvals, standing->approval, applying->seq);
    }
    version_write(applying->approvals, &(struct new_version){.approval = standing->approval,
                                           .version = standing->version + 1,
                                           .seq = applying->seq,
                                           .old_maker = standing->maker,
                                           .from = arrival,
                                           .sources = ""});
    write_source(applying, standing->approval, standing->version + 1, arrival);
    return true;
}

static void take_news(struct applying *applying, struct standing *standing, const struct arrival *arrival)
{
    if (standing->approval == 0) {
        standing->approval = add_approval(applying, &arrival->record);
        applying->added++;
        take_record(applying, standing, arrival);
        return;
    }
    bool becomes = purpose_is_better(applying->known.purpose, standing->purpose) ||
                   (*standing->feed == '\0' && applying->known.purpose == standing->purpose);
    if (becomes)
        become_approval_of(applying, standing->approval);
    bool differs = take_record(applying, standing, arrival);
    if (becomes && !differs) /* the facts are the same, but now they open cases */
        decide_again(applying->approvals, standing->approval, standing->maker);
    applying->added += becomes;
    applying->changed += differs && !becomes;
}

/* --- taking ----------------------------------------------------------------------------------------------
 */

/* The record with what the feed has shown of it and does not move: its earliest dates, and what this poll
 * gave in words that nobody could read. False: there is nothing to keep. */
static bool keep_what_stands(struct applying *applying, const struct record *before,
    const struct arrival *arrival, struct arrival *ret_kept, struct text *line)
{
    struct record kept = arrival->record;
    bool earlier =
        applying->definition != NULL && merge_keep_earliest(&applying->definition->repeated, before, &kept);
    bool unread = applying->unread && merge_keep_unread(before, &kept);
    if (!earlier && !unread)
        return false;
    record_write(&kept, line);
    *ret_kept = *arrival;
    ret_kept->line = text_string(line);
    digest_hex_of(ret_kept->line, line->length, ret_kept->content);
    return record_read(ret_kept->line, line->length, &ret_kept->record) == 0;
}

static enum taken take(struct applying *applying, struct standing *standing, const struct arrival *arrival)
{
    bool known = standing->approval != 0 && *standing->feed != '\0';
    if (!known && applying->definition != NULL && applying->definition->source.known_only)
        return TAKEN_NOT_KNOWN;
    if (standing->approval != 0 && shown_has(&applying->approvals->shown, standing->approval))
        return standing->same ? TAKEN_TWICE : TAKEN_DIFFERENT;

    if (!standing->has_source || !standing->same)
        take_news(applying, standing, arrival);
    else if (standing->missed > 0 || !applying->whole)
        note_shown(applying, standing->approval);
    shown_add(&applying->approvals->shown, standing->approval);
    if (arrival->gathered)
        makers_write(applying, standing->approval, arrival);
    if (standing->gone)
        listing_judge(applying->approvals, standing->approval, applying->feed, applying->poll);
    return TAKEN;
}

enum taken source_take(struct applying *applying, const struct arrival *arrival)
{
    struct standing standing = find_standing(applying, arrival);
    struct record before;
    if (!standing.has_source || standing.same ||
        !source_read(applying->store, applying->known.id, standing.approval, &before))
        return take(applying, &standing, arrival);

    struct arrival kept;
    struct text line = TEXT_WITH_CEILING(LIMIT_RECORD_BYTES);
    bool is_kept = keep_what_stands(applying, &before, arrival, &kept, &line);
    const struct arrival *now = is_kept ? &kept : arrival;
    standing.same = merge_is_same(&before, &now->record); /* in whatever order a member has its values */
    enum taken taken = take(applying, &standing, now);
    if (is_kept)
        record_release(&kept.record);
    record_release(&before);
    text_free(&line);
    return taken;
}
