#include "world.h"

#include "m13/evidence.h"
#include "m13/memory.h"
#include "m13/text.h"
#include "scratch.h"

#include <setjmp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* No test needs more turns of the loop; a month in virtual time takes some thousand. */
#define TURNS_MOST 200000

int64_t world_at(const char *rfc3339)
{
    int64_t wall;
    if (clock_parse(rfc3339, &wall) < 0)
        fail_msg("%s is no time", rfc3339);
    return wall;
}

void world_begin_time(const char *rfc3339)
{
    int64_t wall;
    if (clock_parse(rfc3339, &wall) == 0)
        clock_override(wall);
    /* Nothing here outlives a power cut, so syncing to a disk only costs time: ten seconds a program. */
    if (access("/dev/shm", W_OK) == 0)
        setenv("TMPDIR", "/dev/shm", 0);
    /* The environment of whoever runs the tests. */
    unsetenv("http_proxy");
    unsetenv("all_proxy");
}

/* --- the decoder's side ----------------------------------------------------------------------------------
 */

static void on_fetched(int64_t poll, void *context)
{
    struct world *world = context;
    world->fetched++;
    world->last_fetched = poll;
    if (world->holds)
        return;
    store_write(world->store);
    feed_turn_ended(world->feeds, poll, world->verdict, "as the test has it");
}

static char *on_next_value(const struct feed_each *each, const char *after, void *context)
{
    struct world *world = context;
    (void)each;
    for (size_t i = 0; world->values != NULL && world->values[i] != NULL; i++)
        if (strcmp(world->values[i], after) > 0)
            return memory_copy_string(world->values[i]);
    return NULL;
}

/* --- time ------------------------------------------------------------------------------------------------
 */

static void on_turn_end(void *context)
{
    struct world *world = context;
    bool die = world->kill_at > 0 && ++world->turn == world->kill_at;
    if (die && world->kill_before_commit)
        raise(SIGKILL);
    store_commit(world->store);
    if (die)
        raise(SIGKILL);
    if (world->until != NULL && (world->until(world) || --world->turns_left <= 0))
        loop_stop(world->loop);
}

void world_run(struct world *world, bool (*until)(struct world *world))
{
    world->until = until;
    world->turns_left = TURNS_MOST;
    loop_run(world->loop, false);
    world->until = NULL;
    if (world->turns_left <= 0)
        fail_msg("it never comes");
}

static int64_t cycle_of(struct world *world)
{
    return store_value(world->store, 0, "SELECT cycle FROM feed_state WHERE name = ?", "t", world->feed);
}

bool world_turns_are_over(struct world *world)
{
    return cycle_of(world) >= world->cycle;
}

void world_run_turns(struct world *world, const char *feed, int turns)
{
    world->feed = feed;
    world->cycle = cycle_of(world) + turns;
    world_run(world, world_turns_are_over);
}

static void stop_the_world(void *context)
{
    loop_stop(context);
}

void world_run_until(struct world *world, const char *rfc3339)
{
    struct loop_timer *timer = loop_timer_new(world->loop, LOOP_CLOCK, "test", stop_the_world, world->loop);
    loop_timer_set_at(timer, world_at(rfc3339));
    loop_run(world->loop, false);
    loop_timer_free(timer);
}

/* --- the register ----------------------------------------------------------------------------------------
 */

void world_write_rows(const char *file, int count)
{
    struct text rows = TEXT_WITH_CEILING(1 << 20);
    for (int i = 0; i < count; i++)
        text_append_format(&rows,
            "{\"k_number\":\"K26%04d\",\"applicant\":\"Invented Devices %d Co., "
            "Ltd.\",\"country_code\":\"CN\","
            "\"decision_date\":\"2026-01-%02d\"}\n",
            i, i, i % 28 + 1);
    scratch_write(file, text_string(&rows), rows.length);
    text_free(&rows);
}

void world_rows(struct world *world, int count)
{
    char *file = scratch_path(world->folder, "rows.ndjson");
    world_write_rows(file, count);
    assert_int_equal(register_server_dataset(world->server, "/device/510k.json", file), 0);
    free(file);
}

/* --- the daemon ------------------------------------------------------------------------------------------
 */

struct feed_definition *world_add_feed(struct world *world, const char *name)
{
    size_t place = world->config.feed_count++;
    struct feed_definition *feed = &world->definitions[place];
    world->pointers[place] = feed;
    *feed = (struct feed_definition){
        .name = memory_copy_string(name),
        .hash = "1",
        .enabled = true,
        .authority = memory_copy_string("FDA"),
        .title = {memory_copy_string("标题"), memory_copy_string("Title")},
        .limits = {memory_copy_string("局限"), memory_copy_string("Limits")},
        .base = memory_copy_string(world->url),
        .window = {.path = memory_copy_string("/device/510k.json"),
            .query = memory_copy_string("search=decision_date:%5B{since}+TO+{today}%5D&limit=10")},
        .history = {.path = memory_copy_string("/device/510k.json"), .query = memory_copy_string("limit=10")},
        .paging = PAGING_LINK,
        .none_status = 404,
        .none_text = memory_copy_string("No matches found"),
        .content_type = memory_copy_string("application/json"),
        .maximum_bytes = 1 << 20,
        .budget = memory_copy_string("register"),
        .every_ms = CLOCK_DAY,
        .at_ms = 2 * CLOCK_HOUR,
        .fresh_ms = 3 * CLOCK_DAY,
        .overlap_days = 120,
        .full_every_ms = 30 * CLOCK_DAY,
    };
    return feed;
}

static void open_daemon(struct world *world)
{
    struct failure failure = {0};
    char *state = scratch_path(world->folder, "state");
    scratch_store(state);
    if (store_open(state, STORE_WRITER, &world->store, &failure) < 0)
        fail_msg("%s", failure.text);
    free(state);
    evidence_sweep(world->store);
}

void world_start(struct world *world)
{
    world->feeds = feeds_new(world->loop, world->store, &world->config,
        &(struct feeds_events){.fetched = on_fetched, .next_value = on_next_value, .context = world});
    feeds_start(world->feeds);
    store_commit(world->store);
}

static void open_loop(struct world *world)
{
    world->verdict = FEED_APPLIED;
    world->config.feeds = world->pointers;
    world->loop = loop_new();
    loop_on_turn_end(world->loop, on_turn_end, world);
}

void world_open(struct world *world)
{
    *world = (struct world){.folder = scratch_new()};
    open_loop(world);
    world->server = register_server_new(loop_base(world->loop), 0);
    assert_non_null(world->server);
    world->url = memory_copy_string(register_server_url(world->server));
    world_rows(world, WORLD_ROWS);
    world_add_feed(world, "fda-510k");
    open_daemon(world);
}

void world_open_apart(struct world *world, const char *folder, const char *url)
{
    *world = (struct world){.folder = memory_copy_string(folder), .url = memory_copy_string(url)};
    open_loop(world);
    world_add_feed(world, "fda-510k");
    open_daemon(world);
}

void world_restart(struct world *world)
{
    feeds_free(world->feeds);
    store_close(world->store);
    open_daemon(world);
    world_start(world);
}

void world_close(struct world *world)
{
    feeds_free(world->feeds);
    store_close(world->store);
    bool apart = world->server == NULL;
    register_server_free(world->server);
    loop_free(world->loop);
    for (size_t i = 0; i < world->config.feed_count; i++) {
        struct feed_definition *feed = &world->definitions[i];
        char *strings[] = {feed->name, feed->authority, feed->title.zh, feed->title.en, feed->limits.zh,
            feed->limits.en, feed->base, feed->window.path, feed->window.query, feed->window.body,
            feed->history.path, feed->history.query, feed->none_text, feed->content_type, feed->budget};
        for (size_t j = 0; j < sizeof strings / sizeof *strings; j++)
            free(strings[j]);
    }
    if (apart)
        free(world->folder);
    else
        scratch_remove(world->folder);
    free(world->url);
}

/* --- looking ---------------------------------------------------------------------------------------------
 */

char *world_text(struct world *world, const char *sql)
{
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(store_handle(world->store), sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(store_handle(world->store)));
    struct text text = TEXT_WITH_CEILING(1 << 20);
    while (sqlite3_step(statement) == SQLITE_ROW)
        for (int i = 0; i < sqlite3_column_count(statement); i++) {
            const char *value = (const char *)sqlite3_column_text(statement, i);
            text_append_format(&text, "%s%s", text.length > 0 ? "|" : "", value != NULL ? value : "null");
        }
    sqlite3_finalize(statement);
    return text_take(&text);
}

int64_t world_number(struct world *world, const char *sql)
{
    char *text = world_text(world, sql);
    int64_t number = atoll(text);
    free(text);
    return number;
}

const char *world_request(struct world *world, int64_t number)
{
    int64_t count = register_server_requests(world->server);
    const char *line = register_server_request(world->server, number < 0 ? count + 1 + number : number);
    if (line == NULL)
        fail_msg("there is no request %lld among %lld", (long long)number, (long long)count);
    return line;
}

void scenario(struct world *world, const char *json)
{
    assert_int_equal(register_server_scenario(world->server, json), 0);
}
