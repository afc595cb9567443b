/* With the real decoder in its sandboxed child, on a real loop, by the definition as shipped: evidence as
 * openFDA serves it becomes approvals. */
#include "m13/approvals.h"
#include "m13/clock.h"
#include "m13/config.h"
#include "m13/evidence.h"
#include "m13/feed.h"
#include "m13/log.h"
#include "m13/loop.h"
#include "m13/parameters.h"
#include "m13/store.h"
#include "m13/text.h"
#include "m13/work.h"

#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *folder;
static struct store *store;
static struct loop *loop;
static struct loop_timer *patience;
static struct work *work;
static struct approvals *approvals;
static struct feed_definition *definition, *feeds[1];
static struct config config;
static enum feed_outcome outcome;
static char detail[1024];
static int turns_ended;

/* In place of the feeds room. */
void feed_turn_ended(struct feeds *ignored, int64_t poll, enum feed_outcome ended, const char *words)
{
    (void)ignored;
    outcome = ended;
    turns_ended++;
    snprintf(detail, sizeof detail, "%s", words);
    query_run(query_bind(query(store, "UPDATE poll SET state = ? WHERE id = ?"), "ti",
        feed_outcome_is_good(ended) ? "applied" : "failed", poll));
}

static bool do_work(void *context)
{
    (void)context;
    return work_slice(work, clock_monotonic_us() + 5000);
}

static void end_turn(void *context)
{
    (void)context;
    store_commit(store);
    if (work_left(store) >
        store_value(store, 0, "SELECT count(*) FROM work WHERE kind IN ('match', 'decide')", ""))
        loop_wake(loop);
}

static void give_up(void *context)
{
    (void)context;
    fail_msg("nothing happened for 30 s");
}

/* --- the definition --------------------------------------------------------------------------------------
 */

static struct feed_definition *load(const char *path)
{
    struct config_problems problems = {0};
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    struct feed_definition *loaded = feed_definition_read(file, path, &problems);
    fclose(file);
    config_problems_print(&problems, stderr);
    config_problems_free(&problems);
    assert_non_null(loaded);
    return loaded;
}

/* A copy of the shipped definition, with `to` in the place of `from` when there is any. */
static struct feed_definition *define(const char *from, const char *to)
{
    char *shipped = scratch_path(getenv("M13_SOURCE"), "conf/feeds.d/fda-510k.conf");
    char *path = scratch_path(folder, "fda-510k.conf");
    size_t length;
    char *bytes = scratch_read(shipped, &length);
    struct text edited = TEXT_WITH_CEILING(1 << 20);
    char *at = from != NULL ? strstr(bytes, from) : bytes + length;
    assert_non_null(at);
    text_append(&edited, bytes, (size_t)(at - bytes));
    text_append_string(&edited, to);
    text_append_string(&edited, at + (from != NULL ? strlen(from) : 0));
    scratch_write(path, edited.bytes, edited.length);
    struct feed_definition *loaded = load(path);
    text_free(&edited);
    free(bytes);
    free(path);
    free(shipped);
    return loaded;
}

static int open_world(void **state)
{
    (void)state;
    struct failure failure = {0};
    folder = scratch_new();
    scratch_store(folder);
    assert_int_equal(store_open(folder, STORE_WRITER, &store, &failure), 0);
    definition = feeds[0] = define(NULL, "");
    config = (struct config){.feeds = feeds, .feed_count = 1, .parameters = parameters_default()};
    loop = loop_new();
    patience = loop_timer_new(loop, LOOP_REAL, "patience", give_up, NULL);
    loop_timer_set_in(patience, 30 * CLOCK_SECOND);
    work = work_new(store);
    approvals = approvals_new(loop, store, &config, NULL);
    approvals_register_work(approvals, work);
    loop_set_work(loop, do_work, NULL);
    loop_on_turn_end(loop, end_turn, NULL);
    turns_ended = 0;
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    approvals_free(approvals);
    work_free(work);
    loop_timer_free(patience);
    loop_free(loop);
    store_close(store);
    feed_definition_free(definition);
    parameters_free(config.parameters);
    scratch_remove(folder);
    return 0;
}

/* --- what the register served ----------------------------------------------------------------------------
 */

static int64_t add_poll(const char *kind)
{
    store_write(store);
    query_run(
        query_bind(query(store, "INSERT INTO poll (feed, kind, state, started_at, since_day, until_day) "
                                "VALUES ('fda-510k', ?, 'fetched', 0, 20000, 21000)"),
            "t", kind));
    return store_last_id(store);
}

static void add_page(int64_t poll, int64_t page, const char *body)
{
    struct evidence_writer *writer;
    struct failure failure = {0};
    char sha256[DIGEST_HEX_BYTES];
    int64_t bytes = 0;
    assert_int_equal(evidence_begin(store, &writer, &failure), 0);
    assert_int_equal(evidence_add(writer, body, strlen(body), &failure), 0);
    assert_int_equal(evidence_keep(writer, sha256, &bytes, &failure), 0);
    query_run(
        query_bind(query(store, "INSERT INTO payload (poll, page, url, fetched_at, status, sha256, bytes) "
                                "VALUES (?, ?, 'https://api.fda.gov/device/510k.json', 0, 200, ?, ?)"),
            "iiti", poll, page, sha256, bytes));
}

/* As openFDA writes it: rows first..last-1 of a total. */
static void add_rows(int64_t poll, int64_t page, int first, int last, int total)
{
    struct text body = TEXT_WITH_CEILING(64 << 20);
    text_append_format(&body,
        "{\n  \"meta\": {\n    \"last_updated\": \"2026-11-16\",\n    \"results\": {\n      \"skip\": 0,\n"
        "      \"limit\": 1000,\n      \"total\": %d\n    }\n  },\n  \"results\": [",
        total);
    for (int i = first; i < last; i++)
        text_append_format(&body,
            "%s\n    {\n      \"k_number\": \"K%06d\",\n      \"applicant\": \"Beijing Anzhen Medical Co., "
            "Ltd.\",\n"
            "      \"city\": \"Beijing\",\n      \"country_code\": \"CN\",\n      \"postal_code\": "
            "\"100176\",\n"
            "      \"decision_date\": \"2026-03-10\",\n      \"decision_code\": \"SESE\",\n"
            "      \"clearance_type\": \"Traditional\",\n      \"device_name\": \"Infusion pump \\u00e9\",\n"
            "      \"product_code\": \"FRN\",\n      \"openfda\": {\n        \"device_class\": \"2\"\n      "
            "}\n    }",
            i > first ? "," : "", i);
    text_append_string(&body, "\n  ]\n}");
    add_page(poll, page, text_string(&body));
    text_free(&body);
}

static void run(int64_t poll)
{
    store_commit(store);
    approvals_decode(approvals, poll);
    loop_wake(loop);
    loop_run(loop, true);
    assert_true(approvals_are_idle(approvals));
}

static const char *first_of(const char *sql)
{
    static char value[4096];
    struct query *q = query(store, sql);
    snprintf(value, sizeof value, "%s", query_next(q) ? query_text(q, 0) : "(no row)");
    query_end(q);
    return value;
}

/* --- claims ----------------------------------------------------------------------------------------------
 */

static void pages_of_evidence_become_approvals(void **state)
{
    (void)state;
    int64_t poll = add_poll("window");
    for (int page = 0; page < 7; page++)
        add_rows(
            poll, page, page * 10, page == 3 ? page * 10 : page * 10 + 10, 60); /* one of them is empty */
    run(poll);
    if (outcome != FEED_APPLIED)
        fail_msg("%s", detail);
    assert_string_equal(detail, "60 rows, 60 new");
    assert_string_equal(
        first_of(
            "SELECT a.number || ' ' || p.page || ' ' || v.row || ' ' || v.route || ' ' || v.status || ' ' || "
            "v.device "
            "|| ' ' || m.name || ' ' || m.postcode FROM approval a JOIN approval_version v ON v.approval = "
            "a.id "
            "JOIN maker m ON m.id = v.maker JOIN payload p ON p.id = v.payload WHERE a.number = 'K000059'"),
        "K000059 5 10 510k active Infusion pump é Beijing Anzhen Medical Co., Ltd. 100176");
    assert_int_equal(store_value(store, 0, "SELECT count(*) FROM maker", ""), 1);
}

static void a_poll_without_pages_is_without_rows(void **state)
{
    (void)state;
    run(add_poll("window"));
    assert_int_equal(outcome, FEED_NONE);
}

static void a_cut_payload_is_malformed_and_nothing_is_applied(void **state)
{
    (void)state;
    int64_t poll = add_poll("window");
    add_rows(poll, 0, 0, 10, 20);
    add_page(poll, 1, "{\"meta\": {\"results\": {\"total\": 20}}, \"results\": [{\"k_number\": \"K1");
    run(poll);
    assert_int_equal(outcome, FEED_MALFORMED);
    assert_int_equal(store_value(store, -1, "SELECT count(*) FROM approval", ""), 0);
    assert_int_equal(store_value(store, -1, "SELECT count(*) FROM staged", ""), 0);
}

static void a_register_that_is_too_small_is_incomplete(void **state)
{
    (void)state;
    int64_t poll = add_poll("history");
    add_rows(poll, 0, 0, 10, 10);
    run(poll);
    assert_int_equal(outcome, FEED_INCOMPLETE);
    assert_non_null(strstr(detail, "at least 170000"));
}

/* --- a reload while the child reads ----------------------------------------------------------------------
 */

enum { MANY = 3000 };

static struct loop_timer *reload_timer;
static struct feed_definition *next_definition;
static int staged_at_reload;

/* As soon as something is staged: by then the child is in the midst of its work. */
static void reload_when_staged(void *context)
{
    (void)context;
    staged_at_reload = (int)store_value(store, 0, "SELECT count(*) FROM staged", "");
    if (staged_at_reload == 0) {
        loop_timer_set_in(reload_timer, 0);
        return;
    }
    feeds[0] = next_definition;
    approvals_reload(approvals, &config);
}

static void a_reload_in_mid_decode_reads_all_by_the_new_definition(void **state)
{
    (void)state;
    int64_t poll = add_poll("window");
    for (int page = 0; page < 3; page++)
        add_rows(poll, page, page * MANY, page * MANY + MANY, 3 * MANY);
    store_commit(store);
    reload_timer = loop_timer_new(loop, LOOP_REAL, "reload", reload_when_staged, NULL);
    approvals_decode(approvals, poll);
    next_definition = define(
        "device       = \"device_name\";", "device       = \"device_name\"; brand = \"product_code\";");
    loop_timer_set_in(reload_timer, 0);
    loop_wake(loop);
    loop_run(loop, true);
    loop_timer_free(reload_timer);

    assert_true(staged_at_reload > 0 && staged_at_reload < 3 * MANY);
    assert_int_equal(turns_ended, 1);
    if (outcome != FEED_APPLIED)
        fail_msg("%s", detail);
    assert_int_equal(store_value(store, 0, "SELECT count(*) FROM approval", ""), 3 * MANY);
    assert_int_equal(
        store_value(store, 0, "SELECT count(*) FROM approval_version WHERE record ->> 'brand' = 'FRN'", ""),
        3 * MANY);
    assert_string_equal(first_of("SELECT definition_hash FROM poll"), next_definition->hash);
    feed_definition_free(definition);
    definition = next_definition;
}

int main(void)
{
    char child[4096];
    snprintf(child, sizeof child, "%s/tests/decode", getenv("M13_BUILD"));
    setenv("M13_BUILD", child, 1); /* where the decoder's program is */
    log_set_level(LOG_LEVEL_WARNING);
#define CLAIM(claim) cmocka_unit_test_setup_teardown(claim, open_world, close_world)
    const struct CMUnitTest claims[] = {
        CLAIM(pages_of_evidence_become_approvals),
        CLAIM(a_poll_without_pages_is_without_rows),
        CLAIM(a_cut_payload_is_malformed_and_nothing_is_applied),
        CLAIM(a_register_that_is_too_small_is_incomplete),
        CLAIM(a_reload_in_mid_decode_reads_all_by_the_new_definition),
    };
    return cmocka_run_group_tests(claims, NULL, NULL);
}
