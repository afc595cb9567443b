/* matcher.c - makers of the database against firms of the database, from the work list.
 *
 * The table `match` is the cache: a spelling is asked once, and again when firms, tables or rules have
 * changed. Which firms and rules the table rests on is remembered (meta "match-basis"), so that a kill
 * between an import and its re-match, or a new version of the program, is noticed at the next start. */
#include "matcher.h"
#include "index.h"
#include "m13/clock.h"
#include "m13/journal.h"
#include "m13/match.h"
#include "m13/memory.h"
#include "m13/review.h"
#include "m13/store.h"
#include "m13/text.h"
#include "m13/work.h"
#include "roster.h"
#include "tables.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* After approvals are applied, before firms are decided. */
enum { ORDER_MATCH = 30, ORDER_REMATCH = 31 };
enum { KEY_BYTES = 24, JOURNAL_BYTES = 16 * 1024 };
/* New spellings before it is worth while to learn again: as many as have been learnt from, and enough to
 * tell. */
enum { LEARN_LEAST = 2000 };
/* More than a fourth of the firms changed: to look up each spelling twice would save nothing. */
enum { MANY_CHANGED = 4, FEW_FIRMS = 64 };

/* What the whole table rests on, and what a re-match that is under way has begun with. */
static const char basis_name[] = "match-basis";
static const char begun_name[] = "match-basis-begun";

/* Firms that have changed since the table was whole concern only the spellings that share a key with them,
 * before or after. After a start nobody knows which these are: where the table rests on other firms, every
 * spelling is asked. */
struct matcher {
    struct store *store;
    struct match_index *index; /* NULL until first needed */
    char basis[DIGEST_HEX_BYTES];
    struct roster *roster; /* the next index, in the making */
    bool is_stale;         /* firms have changed since the roster was begun */
    int64_t learnt, met;   /* makers whose words the index knows; spellings that came since */
    struct match_index
        *changed; /* firms, old and new, in which the table may differ from the index; NULL = all */
};

struct matcher *matcher_new(struct store *store)
{
    struct matcher *matcher = memory_get_zeroed(1, sizeof *matcher);
    tables_load(); /* at once: it takes longer than a slice may */
    matcher->store = store;
    matcher->is_stale = true;
    return matcher;
}

void matcher_free(struct matcher *matcher)
{
    if (matcher == NULL)
        return;
    match_index_free(matcher->index);
    match_index_free(matcher->changed);
    roster_free(matcher->roster);
    free(matcher);
}

void matcher_firms_changed(struct matcher *matcher)
{
    matcher->is_stale = true;
    work_add(matcher->store, "rematch", "all", true);
}

void matcher_learn_again(struct matcher *matcher)
{
    matcher->is_stale = true;
    work_add(matcher->store, "rematch", "start", false);
}

/* A first load brings most makers when the firms are long known. */
static void meet(struct matcher *matcher)
{
    matcher->met++;
    if (matcher->met >= LEARN_LEAST && matcher->met >= matcher->learnt && !matcher->is_stale)
        matcher_learn_again(matcher);
}

static bool has_basis(struct matcher *matcher, const char *name)
{
    char *basis = store_meta(matcher->store, name);
    bool same = string_equal(basis, matcher->basis);
    free(basis);
    return same;
}

/* Adds the differences to what is known to have changed; gives up where these are no firms, or too many. */
static void note_changes(struct matcher *matcher, const struct match_index *next)
{
    if (matcher->index != NULL && matcher->changed == NULL && has_basis(matcher, basis_name))
        matcher->changed = match_index_new();
    if (matcher->changed == NULL)
        return;
    bool only_firms = index_differences(matcher->index, next, matcher->changed);
    if (only_firms &&
        match_index_firms(matcher->changed) * MANY_CHANGED <= match_index_firms(next) + FEW_FIRMS)
        return;
    match_index_free(matcher->changed);
    matcher->changed = NULL;
}

/* One slice towards an index of the present firms; true when it is there. */
static bool is_ready(struct matcher *matcher, int64_t deadline_us)
{
    if (matcher->is_stale) {
        roster_free(matcher->roster);
        matcher->roster = roster_begin(matcher->store);
        matcher->is_stale = false;
        matcher->met = 0;
    }
    if (matcher->roster == NULL)
        return true;
    if (!roster_build(matcher->roster, deadline_us))
        return false;
    struct match_index *next = roster_index(matcher->roster);
    note_changes(matcher, next);
    match_index_free(matcher->index);
    matcher->index = next;
    matcher->learnt = roster_makers(matcher->roster);
    memcpy(matcher->basis, roster_basis(matcher->roster), sizeof matcher->basis);
    roster_free(matcher->roster);
    matcher->roster = NULL;
    return true;
}

struct match_index *matcher_index(struct matcher *matcher, int64_t deadline_us)
{
    return is_ready(matcher, deadline_us) ? matcher->index : NULL;
}

const char *matcher_basis(const struct matcher *matcher)
{
    return matcher->basis;
}

struct store *matcher_store(const struct matcher *matcher)
{
    return matcher->store;
}

/* --- one maker -------------------------------------------------------------------------------------------
 */

struct maker {
    char *name, *country, *city, *postcode, *identifiers;
};

static bool read_maker(struct store *store, int64_t id, struct maker *ret_maker)
{
    struct query *q = query_bind(
        query(store, "SELECT name, country, city, postcode, identifiers FROM maker WHERE id = ?"), "i", id);
    bool found = query_next(q);
    if (found)
        *ret_maker = (struct maker){.name = memory_copy_string(query_text(q, 0)),
            .country = memory_copy_string(query_text(q, 1)),
            .city = memory_copy_string(query_text(q, 2)),
            .postcode = memory_copy_string(query_text(q, 3)),
            .identifiers = memory_copy_string(query_text(q, 4))};
    query_end(q);
    return found;
}

static void release_maker(struct maker *maker)
{
    free(maker->name);
    free(maker->country);
    free(maker->city);
    free(maker->postcode);
    free(maker->identifiers);
}

/* `identifiers` is released by the caller, after the query. */
static struct match_query query_of(const struct maker *maker, json_t **ret_identifiers)
{
    json_t *identifiers = *maker->identifiers == '\0' ? NULL : json_loads(maker->identifiers, 0, NULL);
    *ret_identifiers = identifiers;
    return (struct match_query){.name = maker->name,
        .country = maker->country,
        .city = maker->city,
        .postcode = maker->postcode,
        .srn = json_string_value(json_object_get(identifiers, "srn")),
        .fei = json_string_value(json_object_get(identifiers, "fei")),
        .owner_operator = json_string_value(json_object_get(identifiers, "owner_operator")),
        .listed_fei = json_string_value(json_object_get(identifiers, "listed_fei")),
        .listed_owner_operator = json_string_value(json_object_get(identifiers, "listed_owner_operator"))};
}

/* `words` may be NULL: nobody has said anything. */
static void find(struct matcher *matcher, const struct maker *maker, const struct review_words *words,
    struct match_result *ret_result)
{
    json_t *identifiers;
    struct match_query query = query_of(maker, &identifiers);
    if (words != NULL)
        query.passed_over = review_passed_over(words);
    match_find(matcher->index, &query, ret_result);
    json_decref(identifiers);
}

/* --- people's words on it --------------------------------------------------------------------------------
 */

/* The matcher's explanation where it is of the same firm, and what a person has said of it. */
static void explain_person(struct match_result *result, bool same_firm, const char *person)
{
    json_t *why = same_firm ? json_loads(text_string(&result->why), 0, NULL) : NULL;
    if (!json_is_object(why))
        why = json_pack("{s:s, s:[], s:i}", "rule", "", "reasons", "score", result->score);
    json_object_set_new(why, "rule", json_string(result->rule));
    json_object_set_new(why, "person", json_loads(person, 0, NULL));
    char *json = json_dumps(why, JSON_COMPACT);
    text_clear(&result->why);
    text_append_string(&result->why, json);
    free(json);
    json_decref(why);
}

static void apply_words(const struct review_words *words, struct match_result *result)
{
    static const enum review_band band_there[] = {[MATCH_NONE] = REVIEW_BAND_NONE,
        [MATCH_REVIEW] = REVIEW_BAND_REVIEW,
        [MATCH_AUTO] = REVIEW_BAND_AUTO};
    static const enum match_band band_here[] = {[REVIEW_BAND_NONE] = MATCH_NONE,
        [REVIEW_BAND_REVIEW] = MATCH_REVIEW,
        [REVIEW_BAND_AUTO] = MATCH_AUTO};
    struct review_answer own = {.band = band_there[result->band], .score = result->score}, answer;
    char *person;
    memcpy(own.uscc, result->uscc, sizeof own.uscc);
    memcpy(own.rule, result->rule, sizeof own.rule);
    if (!review_judge(words, &own, &answer, &person))
        return;
    bool same_firm = strcmp(result->uscc, answer.uscc) == 0;
    result->band = band_here[answer.band];
    result->score = answer.score;
    memcpy(result->uscc, answer.uscc, sizeof result->uscc);
    memcpy(result->rule, answer.rule, sizeof result->rule);
    if (person != NULL)
        explain_person(result, same_firm, person);
    free(person);
}

/* What the index says, and what people have said to it. */
static void find_with_words(
    struct matcher *matcher, int64_t id, const struct maker *maker, struct match_result *ret_result)
{
    struct review_words *words =
        review_words_of(matcher->store, &(struct review_maker){id, maker->name, maker->country, maker->city,
                                            maker->postcode, maker->identifiers});
    find(matcher, maker, words, ret_result);
    if (words != NULL)
        apply_words(words, ret_result);
    review_words_free(words);
}

/* Whether a firm that has changed may change the answer. */
static bool is_touched(struct matcher *matcher, const struct maker *maker)
{
    json_t *identifiers;
    struct match_query query = query_of(maker, &identifiers);
    bool touched = index_touches(matcher->changed, &query);
    json_decref(identifiers);
    return touched;
}

/* --- its match -------------------------------------------------------------------------------------------
 */

struct match_row {
    int64_t version; /* 0: none yet */
    enum match_band band;
    char uscc[32], rule[8];
    int64_t score;
    bool beijing;
    char *why;
};

static const char *band_code(enum match_band band)
{
    return name_code(match_band_names, sizeof match_band_names / sizeof *match_band_names, band);
}

static enum match_band band_of(const char *code)
{
    const struct name_entry *entry =
        name_find(match_band_names, sizeof match_band_names / sizeof *match_band_names, code);
    return entry == NULL ? MATCH_NONE : (enum match_band)entry->value;
}

static struct match_row current_match(struct store *store, int64_t maker)
{
    struct match_row row = {.band = MATCH_NONE};
    struct query *q = query_bind(query(store, "SELECT version, band, uscc, rule, score, beijing, why "
                                              "FROM match WHERE maker = ? AND seq_to IS NULL"),
        "i", maker);
    if (query_next(q)) {
        row.version = query_integer(q, 0);
        row.band = band_of(query_text(q, 1));
        snprintf(row.uscc, sizeof row.uscc, "%s", query_text(q, 2));
        snprintf(row.rule, sizeof row.rule, "%s", query_text(q, 3));
        row.score = query_integer(q, 4);
        row.beijing = query_integer(q, 5) != 0;
        row.why = memory_copy_string(query_text(q, 6));
    }
    query_end(q);
    return row;
}

static bool is_unchanged(const struct match_row *old, const struct match_result *now, const char *why)
{
    return old->version > 0 && old->band == now->band && strcmp(old->uscc, now->uscc) == 0 &&
           strcmp(old->rule, now->rule) == 0 && old->score == now->score && old->beijing == now->beijing &&
           strcmp(old->why, why) == 0;
}

static int64_t tell_journal(struct store *store, int64_t id, const struct maker *maker,
    const struct match_row *old, const struct match_result *now)
{
    char subject[KEY_BYTES];
    snprintf(subject, sizeof subject, "%" PRId64, id);
    struct text body = TEXT_WITH_CEILING(JOURNAL_BYTES);
    text_append_format(&body, "{\"maker\":%" PRId64 ",\"name\":", id);
    text_append_json(&body, maker->name);
    text_append_format(&body, ",\"band\":\"%s\",\"uscc\":", band_code(now->band));
    text_append_json(&body, now->uscc);
    text_append_format(&body, ",\"rule\":\"%s\",\"score\":%d,\"was\":{\"band\":\"%s\",\"uscc\":", now->rule,
        now->score, band_code(old->band));
    text_append_json(&body, old->uscc);
    text_append_string(&body, "}}");
    int64_t seq = journal_append(store, "m13d", "match", subject, text_string(&body));
    text_free(&body);
    return seq;
}

static void write_match(struct store *store, int64_t maker, const struct match_row *old,
    const struct match_result *now, const char *why, int64_t seq)
{
    if (old->version > 0)
        query_run(query_bind(query(store, "UPDATE match SET seq_to = ? WHERE maker = ? AND version = ?"),
            "iii", seq, maker, old->version));
    query_run(query_bind(
        query(store, "INSERT INTO match (maker, version, seq_from, band, uscc, rule, score, beijing, why) "
                     "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"),
        "iiitttiit", maker, old->version + 1, seq, band_code(now->band), now->uscc, now->rule,
        (int64_t)now->score, (int64_t)now->beijing, why));
}

static void match_maker(struct matcher *matcher, int64_t id, const struct maker *maker)
{
    struct store *store = matcher->store;
    struct match_result now;
    find_with_words(matcher, id, maker, &now);
    struct match_row old = current_match(store, id);
    const char *why = now.band == MATCH_NONE ? "" : text_string(&now.why);
    if (!is_unchanged(&old, &now, why)) {
        store_write(store);
        /* The journal is told who is recognised, or no more; not that an explanation reads otherwise. */
        bool news = old.band != now.band || strcmp(old.uscc, now.uscc) != 0;
        int64_t seq = news ? tell_journal(store, id, maker, &old, &now) : journal_head(store);
        write_match(store, id, &old, &now, why, seq);
        const char *const touched[] = {old.uscc, now.uscc};
        for (size_t i = 0; i < 2; i++)
            if (*touched[i] != '\0')
                work_add(store, "decide", touched[i], true);
    }
    free(old.why);
    match_result_release(&now);
}

/* --- work ------------------------------------------------------------------------------------------------
 */

/* A new spelling. An index of yesterday's firms will do: where firms have changed, all makers follow. */
static bool match_slice(void *context, const char *key, int64_t *cursor, int64_t deadline_us)
{
    (void)cursor;
    struct matcher *matcher = context;
    int64_t id;
    if (matcher->index == NULL && !is_ready(matcher, deadline_us))
        return false;
    struct maker maker;
    if (string_to_integer(key, 1, INT64_MAX, &id) != 0 || !read_maker(matcher->store, id, &maker))
        return true;
    match_maker(matcher, id, &maker);
    release_maker(&maker);
    meet(matcher);
    return true;
}

/* The next maker after the cursor; false at the end. */
static bool rematch_next(struct matcher *matcher, int64_t *cursor)
{
    struct maker maker;
    int64_t id =
        store_value(matcher->store, 0, "SELECT id FROM maker WHERE id > ? ORDER BY id LIMIT 1", "i", *cursor);
    if (id == 0)
        return false;
    if (read_maker(matcher->store, id, &maker)) {
        if (matcher->changed == NULL || is_touched(matcher, &maker))
            match_maker(matcher, id, &maker);
        release_maker(&maker);
    }
    *cursor = id;
    return true;
}

/* The table rests on the index. What people have decided may rest on names that no spelling shares a key
 * with. */
static void settle(struct matcher *matcher)
{
    store_meta_set(matcher->store, basis_name, matcher->basis);
    review_rematch(matcher->store);
    matcher_check_itself(matcher);
    match_index_free(matcher->changed);
    matcher->changed = NULL;
}

static bool rematch_all(struct matcher *matcher, int64_t *cursor, int64_t deadline_us)
{
    /* Killed half-way and restarted with other firms: the first half is yesterday's. */
    if (!has_basis(matcher, begun_name)) {
        store_meta_set(matcher->store, begun_name, matcher->basis);
        *cursor = 0;
    }
    if (matcher->changed != NULL && !match_index_build(matcher->changed, deadline_us))
        return false;
    do {
        if (!rematch_next(matcher, cursor)) {
            settle(matcher);
            return true;
        }
    } while (clock_monotonic_us() < deadline_us);
    return false;
}

/* Key "all": every maker that the changed firms concern. Key "start": every maker, should the table rest on
 * other firms, rules or words. */
static bool rematch_slice(void *context, const char *key, int64_t *cursor, int64_t deadline_us)
{
    struct matcher *matcher = context;
    if (!is_ready(matcher, deadline_us))
        return false;
    if (!string_equal(key, "start"))
        return rematch_all(matcher, cursor, deadline_us);
    if (!has_basis(matcher, basis_name))
        work_add(matcher->store, "rematch", "all", false);
    return true;
}

void matcher_register_work(struct matcher *matcher, struct work *work)
{
    work_register(work, &(struct work_kind){"match", ORDER_MATCH, match_slice, matcher});
    work_register(work, &(struct work_kind){"rematch", ORDER_REMATCH, rematch_slice, matcher});
    work_add(matcher->store, "rematch", "start", false);
    self_check_register(matcher, work);
}
