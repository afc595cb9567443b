/* state.c - where a feed stands. */
#include "state.h"

#include "m13/clock.h"
#include "m13/memory.h"
#include "m13/store.h"
#include "m13/text.h"
#include "outcome.h"
#include "schedule.h"

/* --- the definitions, as people see them ------------------------------------------------------------------
 */

static const char *or_empty(const char *string)
{
    return string != NULL ? string : "";
}

static void write_definition(struct store *store, const struct feed_definition *definition)
{
    struct text routes = TEXT_WITH_CEILING(64 * 1024);
    for (size_t i = 0; i < definition->route_count; i++)
        text_append_format(&routes, "%s%s", i > 0 ? "," : "", definition->routes[i]);
    query_run(query_bind(
        query(store,
            "INSERT INTO feed (name, authority, title_zh, title_en, limits_zh, limits_en, routes, "
            "    completeness, base, every_ms, fresh_ms, budget, enabled, definition_hash) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (name) DO UPDATE SET authority = excluded.authority, title_zh = excluded.title_zh, "
            "    title_en = excluded.title_en, limits_zh = excluded.limits_zh, "
            "    limits_en = excluded.limits_en, routes = excluded.routes, "
            "    completeness = excluded.completeness, base = excluded.base, every_ms = excluded.every_ms, "
            "    fresh_ms = excluded.fresh_ms, budget = excluded.budget, enabled = excluded.enabled, "
            "    definition_hash = excluded.definition_hash"),
        "tttttttttiitit", definition->name, definition->authority, or_empty(definition->title.zh),
        or_empty(definition->title.en), or_empty(definition->limits.zh), or_empty(definition->limits.en),
        text_string(&routes),
        name_code(feed_completeness_names, COMPLETENESS_REGISTER + 1, (int)definition->completeness),
        definition->base, definition->every_ms, definition->fresh_ms, or_empty(definition->budget),
        (int64_t)definition->enabled, definition->hash));
    text_free(&routes);
}

void state_write_definitions(struct store *store, const struct config *config, int64_t now)
{
    store_write(store);
    query_run(query(store, "UPDATE feed SET enabled = 0"));
    for (size_t i = 0; i < config->feed_count; i++) {
        write_definition(store, config->feeds[i]);
        query_run(query_bind(
            query(
                store, "INSERT INTO feed_state (name, next_at) VALUES (?, ?) ON CONFLICT (name) DO NOTHING"),
            "ti", config->feeds[i]->name, now));
    }
}

/* --- the state --------------------------------------------------------------------------------------------
 */

static enum feed_outcome outcome_of(const char *code)
{
    const struct name_entry *entry = name_find(feed_outcome_names, FEED_OUTCOMES, code);
    return entry != NULL ? (enum feed_outcome)entry->value : FEED_NEVER;
}

void state_read(struct store *store, const char *name, struct feed_state *ret_state)
{
    struct query *q =
        query_bind(query(store, "SELECT next_at, cycle, failures, last_success_at, last_full_at, "
                                "    outcome, total FROM feed_state WHERE name = ?"),
            "t", name);
    *ret_state = (struct feed_state){0};
    if (query_next(q))
        *ret_state = (struct feed_state){
            .next_at = query_integer(q, 0),
            .cycle = query_integer(q, 1),
            .failures = query_integer(q, 2),
            .last_success_at = query_integer(q, 3),
            .last_full_at = query_integer(q, 4),
            .outcome = outcome_of(query_text(q, 5)),
            .total = query_integer(q, 6),
        };
    query_end(q);
}

char *state_each_after(struct store *store, const char *name)
{
    struct query *q = query_bind(query(store, "SELECT each_after FROM feed_state WHERE name = ?"), "t", name);
    char *after = memory_copy_string(query_next(q) ? query_text(q, 0) : "");
    query_end(q);
    return after;
}

void state_set_next(struct store *store, const char *name, int64_t next_at)
{
    store_write(store);
    query_run(
        query_bind(query(store, "UPDATE feed_state SET next_at = ? WHERE name = ?"), "it", next_at, name));
}

void state_attempted(struct store *store, const char *name, int64_t now)
{
    store_write(store);
    query_run(query_bind(
        query(store, "UPDATE feed_state SET last_attempt_at = ? WHERE name = ?"), "it", now, name));
}

static void write_success(struct store *store, const char *name, const struct turn_end *end, int64_t now)
{
    query_run(query_bind(
        query(store,
            "UPDATE feed_state SET failures = 0, first_failed_at = NULL, last_success_at = ?1, "
            "    last_full_at = iif(?2, ?1, last_full_at), outcome = ?3, detail = ?4, cycle = cycle + 1 "
            "WHERE name = ?5"),
        "iittt", now, (int64_t)end->whole, outcome_code(end->outcome), end->detail, name));
}

static void write_failure(struct store *store, const char *name, const struct turn_end *end, int64_t now)
{
    query_run(query_bind(
        query(store, "UPDATE feed_state SET failures = iif(?1, 1, failures + 1), "
                     "    first_failed_at = coalesce(first_failed_at, ?2), outcome = ?3, detail = ?4, "
                     "    cycle = cycle + 1 WHERE name = ?5"),
        "iittt", (int64_t)end->moved, now, outcome_code(end->outcome), end->detail, name));
}

static int64_t next_turn(const struct feed_definition *definition, const struct feed_state *state,
    const struct turn_end *end, int64_t now)
{
    if (end->next_at != 0)
        return end->next_at;
    if (feed_outcome_is_good(end->outcome))
        return feed_next_turn(definition, state->cycle, now);
    int64_t retry = now + feed_back_off(definition->name, state->failures);
    return retry > end->not_before ? retry : end->not_before;
}

int64_t state_turn_ended(
    struct store *store, const struct feed_definition *definition, const struct turn_end *end, int64_t now)
{
    struct feed_state state;
    store_write(store);
    if (feed_outcome_is_good(end->outcome))
        write_success(store, definition->name, end, now);
    else
        write_failure(store, definition->name, end, now);
    if (end->each_after != NULL)
        query_run(query_bind(query(store, "UPDATE feed_state SET each_after = ? WHERE name = ?"), "tt",
            end->each_after, definition->name));
    state_read(store, definition->name, &state);
    int64_t next_at = next_turn(definition, &state, end, now);
    state_set_next(store, definition->name, next_at);
    return next_at;
}

void state_fed_by_hand(
    struct store *store, const char *name, enum feed_outcome outcome, const char *detail, int64_t fetched_at)
{
    store_write(store);
    if (feed_outcome_is_good(outcome))
        query_run(query_bind(
            query(store, "UPDATE feed_state SET last_success_at = max(coalesce(last_success_at, 0), ?), "
                         "    outcome = ?, detail = ? WHERE name = ?"),
            "ittt", fetched_at, outcome_code(outcome), detail, name));
}
