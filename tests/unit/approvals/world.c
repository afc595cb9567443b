#include "world.h"

#include "m13/clock.h"
#include "m13/evidence.h"
#include "m13/loop.h"
#include "m13/parameters.h"
#include "m13/text.h"

#include "scratch.h"

#include <errno.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* --- the feeds room, as far as it is spoken to -----------------------------------------------------------
 */

struct ended_turn ended_turns[64];
size_t ended_turn_count;

void feed_turn_ended(struct feeds *feeds, int64_t poll, enum feed_outcome outcome, const char *detail)
{
    struct store *store = (struct store *)feeds;
    if (ended_turn_count < sizeof ended_turns / sizeof ended_turns[0]) {
        struct ended_turn *turn = &ended_turns[ended_turn_count++];
        *turn = (struct ended_turn){.poll = poll, .outcome = outcome};
        snprintf(turn->detail, sizeof turn->detail, "%s", detail);
    }
    store_write(store);
    query_run(query_bind(
        query(store, "UPDATE poll SET state = ?, outcome = ?, detail = ?, finished_at = ? WHERE id = ?"),
        "tttii", feed_outcome_is_good(outcome) ? "applied" : "failed", feed_outcome_names[outcome].code,
        detail, clock_wall(), poll));
}

void assert_ended(int64_t poll, enum feed_outcome outcome, const char *words)
{
    assert_true(ended_turn_count > 0);
    const struct ended_turn *turn = &ended_turns[ended_turn_count - 1];
    assert_int_equal(turn->poll, poll);
    if (turn->outcome != outcome || strstr(turn->detail, words) == NULL)
        fail_msg("%s: %s", feed_outcome_names[turn->outcome].code, turn->detail);
}

/* --- the decoder -----------------------------------------------------------------------------------------
 */

struct stand_in decoder_stand_in;
static struct decoder_events told;

int decoder_start(struct loop *loop, const char *definition_file, const struct decoder_events *events,
    struct decoder **ret_decoder, struct failure *ret_failure)
{
    (void)loop;
    assert_false(decoder_stand_in.running);
    if (decoder_stand_in.cannot_start) {
        decoder_stand_in.cannot_start = false;
        return (fail)(ret_failure, -EAGAIN, "the decoder cannot be started: no more processes");
    }
    decoder_stand_in =
        (struct stand_in){.running = true, .started = decoder_stand_in.started + 1, .page = -1};
    snprintf(decoder_stand_in.definition, sizeof decoder_stand_in.definition, "%s", definition_file);
    told = *events;
    *ret_decoder = (struct decoder *)&decoder_stand_in;
    return 0;
}

void decoder_feed(struct decoder *decoder, int64_t page, int descriptor)
{
    assert_ptr_equal(decoder, &decoder_stand_in);
    assert_int_equal(page, decoder_stand_in.pages_fed);
    assert_true(descriptor >= 0);
    close(descriptor);
    decoder_stand_in.pages_fed++;
}

void decoder_finish(struct decoder *decoder)
{
    assert_ptr_equal(decoder, &decoder_stand_in);
    assert_false(decoder_stand_in.finished);
    decoder_stand_in.finished = true;
}

void decoder_resume(struct decoder *decoder)
{
    (void)decoder;
}

void decoder_kill(struct decoder *decoder)
{
    assert_ptr_equal(decoder, &decoder_stand_in);
    assert_true(decoder_stand_in.running);
    decoder_stand_in.killed = true;
}

static void say(const struct decoder_item *item)
{
    assert_true(decoder_stand_in.running);
    if (!decoder_stand_in.killed)
        assert_true(told.item(item, told.context));
}

void says_page(int64_t page, int64_t total, const char *as_of)
{
    /* A child reads no page that it was not given. */
    assert_true(decoder_stand_in.killed || page < decoder_stand_in.pages_fed);
    if (page != decoder_stand_in.page)
        decoder_stand_in.row = 0;
    decoder_stand_in.page = page;
    say(&(struct decoder_item){.kind = DECODER_PAGE,
        .page = page,
        .text = "",
        .field = "",
        .reason = "",
        .excerpt = "",
        .total = total,
        .as_of = as_of});
}

void says_record(const char *line)
{
    decoder_stand_in.rows++;
    say(&(struct decoder_item){.kind = DECODER_RECORD,
        .page = decoder_stand_in.page,
        .row = ++decoder_stand_in.row,
        .text = line,
        .length = strlen(line),
        .field = "",
        .reason = "",
        .excerpt = "",
        .total = -1,
        .as_of = ""});
}

void says_reject(const char *field, const char *reason, const char *excerpt)
{
    decoder_stand_in.rejected++;
    say(&(struct decoder_item){.kind = DECODER_REJECT,
        .page = decoder_stand_in.page,
        .row = ++decoder_stand_in.row,
        .text = "",
        .field = field,
        .reason = reason,
        .excerpt = excerpt,
        .total = -1,
        .as_of = ""});
}

void says_shape(const char *shape)
{
    say(&(struct decoder_item){.kind = DECODER_SHAPE,
        .page = decoder_stand_in.page,
        .text = shape,
        .length = strlen(shape),
        .field = "",
        .reason = "",
        .excerpt = "",
        .total = -1,
        .as_of = ""});
}

void ends(const struct decoder_result *result)
{
    assert_true(decoder_stand_in.running);
    decoder_stand_in.running = false;
    told.ended(result, told.context);
}

void ends_well(void)
{
    struct decoder_result result = {.outcome = DECODER_OK,
        .rows = decoder_stand_in.rows,
        .rejected = decoder_stand_in.rejected,
        .skipped = decoder_stand_in.skipped,
        .unread = decoder_stand_in.unread,
        .unended = decoder_stand_in.unended};
    if (decoder_stand_in.killed)
        result = (struct decoder_result){.outcome = DECODER_CRASHED, .text = "the decoder was stopped"};
    ends(&result);
}

/* --- the house -------------------------------------------------------------------------------------------
 */

void world_clock(void)
{
    int64_t wall;
    if (clock_parse("2026-11-22T16:00:00+08:00", &wall) != 0)
        abort();
    clock_override(wall);
}

/* The store stands for the feeds room: all that is asked of it ends there. */
static void open_rooms(struct world *world)
{
    struct failure failure = {0};
    scratch_store(world->folder);
    if (store_open(world->folder, STORE_WRITER, &world->store, &failure) != 0)
        fail_msg("%s", failure.text);
    world->loop = loop_new();
    world->work = work_new(world->store);
    world->approvals = approvals_new(world->loop, world->store, &world->config, (struct feeds *)world->store);
    approvals_register_work(world->approvals, world->work);
    decoder_stand_in = (struct stand_in){0};
    ended_turn_count = 0;
}

static void close_rooms(struct world *world)
{
    approvals_free(world->approvals);
    work_free(world->work);
    loop_free(world->loop);
    store_close(world->store);
}

static void define(struct world *world, enum world_feed index, const char *name, const char *authority)
{
    struct feed_definition *definition = &world->definitions[index];
    char *file = scratch_path(world->folder, "%s.conf", name);
    scratch_write(file, name, strlen(name));
    *definition = (struct feed_definition){.name = strdup(name),
        .file = file,
        .enabled = true,
        .authority = strdup(authority),
        .minimum_rows = 0,
        .largest_shrink = 100,
        .format = FORMAT_CSV,
        .repeated = {.latest_by = RECORD_FIELDS},
        .each = {.member = RECORD_FIELDS}};
    digest_hex_of(name, strlen(name), definition->hash);
    world->feeds[index] = definition;
}

static void note_state(struct world *world)
{
    store_write(world->store);
    for (int i = 0; i < WORLD_FEEDS; i++)
        query_run(query_bind(query(world->store, "INSERT INTO feed_state (name, next_at) VALUES (?, 0)"), "t",
            world->feeds[i]->name));
    store_commit(world->store);
}

void world_open(struct world *world)
{
    *world = (struct world){.folder = scratch_new()};
    world->config =
        (struct config){.feeds = world->feeds, .feed_count = WORLD_FEEDS, .parameters = parameters_default()};
    define(world, FDA_510K, "fda-510k", "FDA");
    define(world, TGA, "tga", "TGA");
    define(world, FDA_WEEKLY, "fda-weekly", "FDA");
    define(world, FDA_LISTING, "fda-listing", "FDA");
    world->definitions[FDA_LISTING].purpose = PURPOSE_EVIDENCE;
    open_rooms(world);
    note_state(world);
}

void world_close(struct world *world)
{
    close_rooms(world);
    for (int i = 0; i < WORLD_FEEDS; i++) {
        free(world->definitions[i].name);
        free(world->definitions[i].file);
        free(world->definitions[i].authority);
    }
    parameters_free(world->config.parameters);
    scratch_remove(world->folder);
}

void world_reopen(struct world *world)
{
    close_rooms(world);
    open_rooms(world);
}

void world_leave(struct world *world)
{
    close_rooms(world);
}

void world_enter(struct world *world)
{
    open_rooms(world);
}

/* --- polls -----------------------------------------------------------------------------------------------
 */

static void keep_page(struct world *world, int64_t poll, int page)
{
    struct evidence_writer *writer;
    struct failure failure = {0};
    char sha256[DIGEST_HEX_BYTES], body[64];
    int64_t bytes = 0;
    snprintf(body, sizeof body, "poll %lld page %d", (long long)poll, page);
    if (evidence_begin(world->store, &writer, &failure) != 0 ||
        evidence_add(writer, body, strlen(body), &failure) != 0 ||
        evidence_keep(writer, sha256, &bytes, &failure) != 0)
        fail_msg("%s", failure.text);
    query_run(query_bind(
        query(world->store, "INSERT INTO payload (poll, page, url, fetched_at, status, sha256, bytes) "
                            "VALUES (?, ?, 'https://register.example/', 0, 200, ?, ?)"),
        "iiti", poll, (int64_t)page, sha256, bytes));
}

int64_t world_poll_of(
    struct world *world, const char *feed, const char *kind, int32_t since, int32_t until, int pages)
{
    store_write(world->store);
    query_run(query_bind(
        query(world->store, "INSERT INTO poll (feed, kind, state, started_at, since_day, until_day, pages) "
                            "VALUES (?, ?, 'fetched', 0, ?, ?, ?)"),
        "ttddi", feed, kind, since, until, (int64_t)pages));
    int64_t poll = store_last_id(world->store);
    for (int page = 0; page < pages; page++)
        keep_page(world, poll, page);
    store_commit(world->store);
    return poll;
}

int64_t world_poll(struct world *world, const char *kind, int32_t since, int32_t until, int pages)
{
    return world_poll_of(world, "fda-510k", kind, since, until, pages);
}

void world_decode(struct world *world, int64_t poll)
{
    approvals_decode(world->approvals, poll);
    store_commit(world->store);
}

int64_t world_fetching(struct world *world)
{
    int64_t poll = world_poll(world, "history", DAY_NONE, DAY_NONE, 0);
    store_write(world->store);
    query_run(query_bind(query(world->store, "UPDATE poll SET state = 'fetching' WHERE id = ?"), "i", poll));
    store_commit(world->store);
    return poll;
}

void world_page(struct world *world, int64_t poll)
{
    store_write(world->store);
    keep_page(world, poll,
        (int)store_value(world->store, 0, "SELECT count(*) FROM payload WHERE poll = ?", "i", poll));
    approvals_page(world->approvals, poll);
    store_commit(world->store);
}

void world_fetched(struct world *world, int64_t poll)
{
    store_write(world->store);
    query_run(query_bind(query(world->store, "UPDATE poll SET state = 'fetched' WHERE id = ?"), "i", poll));
    store_commit(world->store);
    world_decode(world, poll);
}

int64_t world_begin(struct world *world, const char *kind, int pages)
{
    bool window = string_equal(kind, "window");
    int64_t poll = world_poll(world, kind, window ? 20000 : DAY_NONE, 20500, pages);
    world_decode(world, poll);
    return poll;
}

bool world_work_once(struct world *world)
{
    bool more = work_slice(world->work, 0);
    store_commit(world->store);
    return more;
}

void world_work(struct world *world)
{
    for (int slices = 0; world_work_once(world); slices++)
        assert_true(slices < 100000);
}

/* --- rows ------------------------------------------------------------------------------------------------
 */

static const char *or_else(const char *value, const char *ordinary)
{
    return value != NULL ? value : ordinary;
}

const char *line_of(struct row row)
{
    static char lines[4][4096];
    static int next;
    struct record record = {0};
    struct text line = TEXT_WITH_CEILING(sizeof lines[0] - 1);
    for (int field = 0; field < RECORD_FIELDS; field++)
        record.value[field] = "";
    record.value[RECORD_AUTHORITY] = or_else(row.authority, "FDA");
    record.value[RECORD_NUMBER] = row.number;
    record.value[RECORD_ROUTE] = or_else(row.route, "510k");
    record.value[RECORD_STATUS] = or_else(row.status, "active");
    record.value[RECORD_MANUFACTURER] = or_else(row.maker, "Maker");
    record.value[RECORD_COUNTRY] = "CN";
    record.value[RECORD_CITY] = or_else(row.city, "Beijing");
    record.value[RECORD_DEVICE] = or_else(row.device, "Infusion pump");
    record.value[RECORD_DECISION_DATE] = or_else(row.decided, "2026-03-10");
    record_write(&record, &line);
    char *out = lines[next++ % 4];
    snprintf(out, sizeof lines[0], "%s", text_string(&line));
    text_free(&line);
    return out;
}

void says_row(struct row row)
{
    says_record(line_of(row));
}

void says_rows(int from, int count)
{
    for (int i = from; i < from + count; i++) {
        char number[16];
        snprintf(number, sizeof number, "K%06d", i);
        says_row((struct row){.number = number});
    }
}

int64_t show(
    struct world *world, const char *kind, int32_t since, int32_t until, const struct row *rows, size_t count)
{
    int64_t poll = world_poll(world, kind, since, until, 1);
    world_decode(world, poll);
    says_page(0, -1, "");
    for (size_t i = 0; i < count; i++)
        says_row(rows[i]);
    ends_well();
    world_work(world);
    return poll;
}

int64_t show_lines(struct world *world, enum world_feed feed, const char *kind, size_t count, ...)
{
    va_list lines;
    int64_t poll = world_poll_of(world, world->definitions[feed].name, kind, DAY_NONE, DAY_NONE, 1);
    world_decode(world, poll);
    says_page(0, -1, "");
    va_start(lines, count);
    for (size_t i = 0; i < count; i++)
        says_record(va_arg(lines, const char *));
    va_end(lines);
    ends_well();
    assert_sealed(world, poll);
    return poll;
}

void world_reload(struct world *world)
{
    approvals_reload(world->approvals, &world->config);
    store_commit(world->store);
    world_work(world);
}

/* --- what came of it -------------------------------------------------------------------------------------
 */

const char *state_of(struct world *world, int64_t poll)
{
    char sql[64];
    snprintf(sql, sizeof sql, "SELECT state FROM poll WHERE id = %lld", (long long)poll);
    return value_of(world, sql);
}

void assert_sealed(struct world *world, int64_t poll)
{
    store_commit(world->store);
    if (!string_equal(state_of(world, poll), "sealed"))
        fail_msg("%s: %s", state_of(world, poll),
            ended_turn_count ? ended_turns[ended_turn_count - 1].detail : "");
    world_work(world);
    assert_string_equal(state_of(world, poll), "applied");
}

void assert_refused(struct world *world, int64_t poll, enum feed_outcome outcome, const char *words)
{
    store_commit(world->store);
    assert_string_equal(state_of(world, poll), "failed");
    assert_ended(poll, outcome, words);
    world_work(world);
    assert_int_equal(count_of(world, "SELECT count(*) FROM approval"), 0);
    assert_int_equal(count_of(world, "SELECT count(*) FROM staged"), 0);
    assert_int_equal(count_of(world, "SELECT count(*) FROM journal"), 0);
    assert_true(approvals_are_idle(world->approvals));
}

int64_t count_of(struct world *world, const char *sql)
{
    return strtoll(value_of(world, sql), NULL, 10);
}

/* Past the cache of statements, which keeps each literal for ever. */
const char *value_of(struct world *world, const char *sql)
{
    static char value[65536];
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(store_handle(world->store), sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(store_handle(world->store)));
    bool found = sqlite3_step(statement) == SQLITE_ROW;
    const char *text = found ? (const char *)sqlite3_column_text(statement, 0) : "(no row)";
    snprintf(value, sizeof value, "%s", text != NULL ? text : "(null)");
    sqlite3_finalize(statement);
    return value;
}

static void dump_table(struct world *world, const char *select, struct text *out)
{
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_prepare_v2(store_handle(world->store), select, -1, &statement, NULL), SQLITE_OK);
    text_append_format(out, "%s\n", select);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(statement); i++)
            text_append_format(out, "|%s", (const char *)sqlite3_column_text(statement, i));
        text_append_character(out, '\n');
    }
    sqlite3_finalize(statement);
}

char *dump_of(struct world *world)
{
    static const char *const selects[] = {"SELECT * FROM approval ORDER BY id",
        "SELECT * FROM approval_version ORDER BY approval, version",
        "SELECT * FROM approval_source ORDER BY approval, feed", "SELECT * FROM approval_feed ORDER BY id",
        "SELECT * FROM asked_value ORDER BY feed, member, value, approval", "SELECT * FROM maker ORDER BY id",
        "SELECT * FROM journal ORDER BY seq", "SELECT * FROM poll ORDER BY id",
        "SELECT * FROM reject ORDER BY poll, payload, row, field", "SELECT * FROM feed_state ORDER BY name",
        "SELECT count(*) FROM staged", "SELECT kind, key, cursor FROM work ORDER BY kind, key"};
    struct text out = TEXT_WITH_CEILING(16 * 1024 * 1024);
    for (size_t i = 0; i < sizeof selects / sizeof selects[0]; i++)
        dump_table(world, selects[i], &out);
    assert_false(out.overflowed);
    return text_take(&out);
}
