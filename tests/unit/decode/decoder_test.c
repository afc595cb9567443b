/* The daemon's end: real children, honest and otherwise. */
#include "m13/decoder.h"

#include "decoder_inside.h"
#include "sandbox.h"

#include "m13/clock.h"
#include "m13/loop.h"
#include "m13/memory.h"
#include "m13/text.h"

#include "process.h"
#include "scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include <cmocka.h>

#define ROW(number) "{\"k_number\":\"" number "\",\"applicant\":\"X\",\"decision_date\":\"2026-01-05\"}"

static struct loop *loop;
static char *folder;
static char definition[600];

/* What was told. */
static struct decoder *decoder;
static struct decoder_result result;
static int ends;
static struct text items;           /* one line an item */
static int64_t item_count, stop_at; /* stop_at: item that asks for a pause, 0 = none */
static int64_t feed_on_page;        /* pages still to be fed, one at each page that begins */
static void (*at_item)(void);       /* at the first */

static int set_up(void **state)
{
    (void)state;
    loop = loop_new();
    folder = scratch_new();
    ends = 0;
    item_count = stop_at = feed_on_page = 0;
    at_item = NULL;
    items = TEXT_WITH_CEILING(64 << 20);
    memset(&result, 0, sizeof result);
    decoder_silence_ms = 30000;
    unsetenv("DECODE_STUB");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    loop_free(loop);
    scratch_remove(folder);
    text_free(&items);
    return 0;
}

static int payload_of(const char *bytes, size_t length)
{
    char *path = scratch_path(folder, "payload");
    scratch_write(path, bytes, length);
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(descriptor >= 0);
    unlink(path);
    free(path);
    return descriptor;
}

static int text_payload(const char *text)
{
    return payload_of(text, strlen(text));
}

static int page_payload(int64_t page)
{
    char text[200];
    snprintf(text, sizeof text, "{\"meta\":{},\"results\":[" ROW("K%lld") "]}", (long long)page);
    return text_payload(text);
}

static bool note_item(const struct decoder_item *item, void *context)
{
    static const char *const kinds[] = {"page", "record", "cells", "reject"};
    assert_ptr_equal(context, &items);
    assert_int_equal(strlen(item->text), item->length);
    text_append_format(
        &items, "%s %lld.%lld", kinds[item->kind], (long long)item->page, (long long)item->row);
    if (item->kind == DECODER_PAGE)
        text_append_format(&items, " %lld %s%s", (long long)item->total, item->as_of, item->text);
    else if (item->kind == DECODER_REJECT)
        text_append_format(&items, " %s|%s|%s", item->field, item->reason, item->excerpt);
    else
        text_append_format(&items, " %s", item->text);
    text_append_character(&items, '\n');
    item_count++;
    if (item->kind == DECODER_PAGE && feed_on_page > 0 && --feed_on_page > 0)
        decoder_feed(decoder, item->page + 1, page_payload(item->page + 1));
    if (item->kind == DECODER_PAGE && feed_on_page == 1)
        decoder_finish(decoder);
    if (at_item != NULL && item_count == 1)
        at_item();
    if (item_count == stop_at)
        decoder_silence_ms = 20;
    return item_count != stop_at;
}

static void note_end(const struct decoder_result *told, void *context)
{
    assert_ptr_equal(context, &items);
    result = *told;
    ends++;
}

static const struct decoder_events events = {note_item, note_end, &items};

static void start(const char *definition_file)
{
    struct failure failure = {0};
    int r = decoder_start(loop, definition_file, &events, &decoder, &failure);
    if (r < 0)
        print_error("%s\n", failure.text);
    assert_int_equal(r, 0);
}

static void run_to_the_end(void)
{
    loop_run(loop, true);
    assert_int_equal(ends, 1);
}

static void decode(const char *definition_file, int payload)
{
    start(definition_file);
    decoder_feed(decoder, 0, payload);
    decoder_finish(decoder);
    run_to_the_end();
}

static void expect_outcome(enum decoder_outcome outcome, const char *words)
{
    if (result.outcome != outcome || strstr(result.text, words) == NULL)
        print_error("outcome %d: %s\n", (int)result.outcome, result.text);
    assert_int_equal(result.outcome, outcome);
    assert_non_null(strstr(result.text, words));
}

/* --- the real child --------------------------------------------------------------------------------------
 */

static void a_payload_becomes_items_in_order(void **state)
{
    (void)state;
    decode(definition,
        text_payload(
            "{\"meta\":{\"last_updated\":\"2026-10-19\",\"results\":{\"total\":3}},\"results\":[" ROW(
                "K1") ",{\"k_number\":\"\"}," ROW("K3") "]}"));
    expect_outcome(DECODER_OK, "");
    assert_int_equal(result.rows, 2);
    assert_int_equal(result.rejected, 1);
    assert_int_equal(result.skipped, 0);
    const char *told = text_string(&items);
    assert_true(
        string_starts(told, "page 0.0 3 2026-10-19\nrecord 0.1 {\"authority\":\"FDA\",\"number\":\"K1\""));
    assert_non_null(strstr(told, "}\nreject 0.2 number|required, but there is nothing in `k_number`"));
    assert_non_null(strstr(told, "\nrecord 0.3 {\"authority\""));
}

static void compressed_payloads_are_read_like_others(void **state)
{
    (void)state;
    static const char text[] = "{\"results\":[" ROW("K1") "]}";
    char packed[512];
    size_t length = ZSTD_compress(packed, sizeof packed, text, sizeof text - 1, 3);
    decode(definition, payload_of(packed, length));
    expect_outcome(DECODER_OK, "");
    assert_int_equal(result.rows, 1);
}

static void many_payloads_go_through_one_child(void **state)
{
    (void)state;
    enum { PAGES = 60 };
    start(definition);
    for (int64_t page = 0; page < PAGES; page++)
        decoder_feed(decoder, page, page_payload(page));
    decoder_finish(decoder);
    run_to_the_end();
    expect_outcome(DECODER_OK, "");
    assert_int_equal(result.rows, PAGES);
    char last[64];
    snprintf(
        last, sizeof last, "record %d.1 {\"authority\":\"FDA\",\"number\":\"K%d\"", PAGES - 1, PAGES - 1);
    assert_non_null(strstr(text_string(&items), last));
}

static void payloads_may_come_one_by_one(void **state)
{
    (void)state;
    feed_on_page = 5;
    start(definition);
    decoder_feed(decoder, 0, page_payload(0));
    run_to_the_end();
    expect_outcome(DECODER_OK, "");
    assert_int_equal(result.rows, 5);
}

static void a_malformed_page_names_itself(void **state)
{
    (void)state;
    start(definition);
    decoder_feed(decoder, 0, page_payload(0));
    decoder_feed(decoder, 1, text_payload("{\"results\":[" ROW("K1") ","));
    decoder_feed(decoder, 2, page_payload(2));
    decoder_finish(decoder);
    run_to_the_end();
    expect_outcome(DECODER_MALFORMED, "page 1: byte ");
    assert_null(strstr(text_string(&items), "page 2."));
}

static void an_html_page_is_malformed(void **state)
{
    (void)state;
    decode(definition, text_payload("<html><body>Sorry</body></html>"));
    expect_outcome(DECODER_MALFORMED, "byte 0: a byte with which nothing in JSON begins");
}

static void a_ceiling_is_told_apart(void **state)
{
    (void)state;
    struct text text = TEXT_WITH_CEILING(1 << 20);
    for (int i = 0; i < 1000; i++)
        text_append_character(&text, '[');
    decode(definition, payload_of(text.bytes, text.length));
    expect_outcome(DECODER_TOO_LARGE, "nested too deeply");
    text_free(&text);
}

static void a_table_tells_headers_and_cells(void **state)
{
    (void)state;
    decode(NULL, text_payload("uscc,name_zh\n9111,甲\n9112,乙,丙\n"));
    expect_outcome(DECODER_OK, "");
    assert_string_equal(text_string(&items), "page 0.0 -1 [\"uscc\",\"name_zh\"]\n"
                                             "cells 0.2 {\"uscc\":\"9111\",\"name_zh\":\"甲\"}\n"
                                             "reject 0.3 |found 3 cells, the header names 2 columns; there "
                                             "is text in cell 3, which has no header|丙\n");
    assert_int_equal(result.rows, 1);
    assert_int_equal(result.rejected, 1);
}

static void a_total_behind_the_rows_is_told_again(void **state)
{
    (void)state;
    decode(definition, text_payload("{\"results\":[" ROW("K1") "],\"meta\":{\"results\":{\"total\":1}}}"));
    expect_outcome(DECODER_OK, "");
    assert_true(string_starts(text_string(&items), "page 0.0 -1 \nrecord 0.1"));
    assert_true(string_ends(text_string(&items), "\npage 0.0 1 \n"));
}

/* --- back-pressure ---------------------------------------------------------------------------------------
 */

static struct loop_timer *resume_timer;

/* While the receiver pauses nothing comes, and nobody calls that silence. */
static void resume_later(void *context)
{
    (void)context;
    assert_true(item_count <= stop_at);
    loop_timer_set_in(resume_timer, 60);
    if (item_count < stop_at)
        return; /* the child is slow today */
    stop_at += 700;
    decoder_silence_ms = 30000;
    decoder_resume(decoder);
}

static void a_receiver_that_wants_a_pause_gets_it(void **state)
{
    (void)state;
    struct text text = TEXT_WITH_CEILING(1 << 22);
    text_append_string(&text, "{\"results\":[" ROW("K0"));
    for (int i = 1; i < 2000; i++)
        text_append_string(&text, "," ROW("K"));
    text_append_string(&text, "]}");
    resume_timer = loop_timer_new(loop, LOOP_REAL, "resume", resume_later, NULL);
    loop_timer_set_in(resume_timer, 60);
    stop_at = 2;
    start(definition);
    decoder_feed(decoder, 0, payload_of(text.bytes, text.length));
    decoder_finish(decoder);
    run_to_the_end();
    expect_outcome(DECODER_OK, "");
    assert_int_equal(result.rows, 2000);
    loop_timer_free(resume_timer);
    text_free(&text);
}

static void a_pause_at_the_end_of_a_payload_keeps_its_place(void **state)
{
    (void)state;
    static const char text[] = "{\"results\":[" ROW("K1") "],\"meta\":{\"results\":{\"total\":1}}}";
    resume_timer = loop_timer_new(loop, LOOP_REAL, "resume", resume_later, NULL);
    loop_timer_set_in(resume_timer, 60);
    stop_at = 3; /* the page that is told again */
    start(definition);
    decoder_feed(decoder, 0, text_payload(text));
    decoder_feed(decoder, 1, text_payload(text));
    decoder_finish(decoder);
    run_to_the_end();
    expect_outcome(DECODER_OK, "");
    assert_int_equal(result.rows, 2);
    loop_timer_free(resume_timer);
}

static void kill_at_item(void)
{
    decoder_kill(decoder);
}

static void killed_from_within_an_item_nothing_more_comes(void **state)
{
    (void)state;
    at_item = kill_at_item;
    decode(definition, page_payload(0));
    assert_int_equal(item_count, 1);
    expect_outcome(DECODER_CRASHED, "stopped");
}

static void killed_before_anything_it_still_ends(void **state)
{
    (void)state;
    start(definition);
    decoder_feed(decoder, 0, page_payload(0));
    decoder_kill(decoder);
    decoder_kill(decoder);
    assert_int_equal(ends, 0); /* never from within the call */
    run_to_the_end();
    assert_int_equal(item_count, 0);
    expect_outcome(DECODER_CRASHED, "stopped");
}

static void a_definition_that_is_gone_is_told_at_the_start(void **state)
{
    (void)state;
    struct failure failure = {0};
    assert_int_equal(decoder_start(loop, "/nonexistent/x.conf", &events, &decoder, &failure), -ENOENT);
    assert_non_null(strstr(failure.text, "/nonexistent/x.conf"));
}

static void a_broken_definition_is_no_decoding(void **state)
{
    (void)state;
    char *path = scratch_path(folder, "x.conf");
    scratch_write(path, "authority = ", 12);
    decode(path, page_payload(0));
    expect_outcome(DECODER_CRASHED, "ended with code 78");
    free(path);
}

/* --- children that misbehave -----------------------------------------------------------------------------
 */

static const struct {
    const char *act;
    enum decoder_outcome outcome;
    const char *words;
} acts[] = {
    {"end-well", DECODER_OK, ""},
    {"end-without-end", DECODER_CRASHED, "no end record"},
    {"crash", DECODER_CRASHED, "signal 6"},
    {"no-sandbox", DECODER_UNAVAILABLE, "the sandbox cannot be closed"},
    {"cpu", DECODER_TOO_LARGE, "of computing"},
    {"wrong-count", DECODER_CRASHED, "row 1 out of its place"},
    {"hidden-row", DECODER_CRASHED, "1 rows and 0 rejects are claimed, 2 and 0 came"},
    {"no-hello", DECODER_CRASHED, "out of its place"},
    {"other-page", DECODER_CRASHED, "out of its place"},
    {"behind-end", DECODER_CRASHED, "behind the end"},
    {"long-line", DECODER_CRASHED, "a line of more than"},
    {"nonsense", DECODER_CRASHED, "no such form"},
    {"failed", DECODER_MALFORMED, "byte 7"},
    {"nothing", DECODER_CRASHED, "no end record"},
};

static void every_misbehaviour_has_its_outcome(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++) {
        setenv("DECODE_STUB", acts[i].act, 1);
        ends = 0;
        decode(definition, page_payload(0));
        expect_outcome(acts[i].outcome, acts[i].words);
    }
}

static void memory_beyond_the_limit_is_too_large(void **state)
{
    (void)state;
    if (sandbox_is_off)
        skip(); /* sanitizers need all the memory that there is */
    setenv("DECODE_STUB", "memory", 1);
    decode(definition, page_payload(0));
    expect_outcome(DECODER_TOO_LARGE, "out of memory");
}

static void a_child_that_hangs_is_ended(void **state)
{
    (void)state;
    static const char *const hangs[] = {"hang", "hang-before-hello"};
    for (size_t i = 0; i < 2; i++) {
        setenv("DECODE_STUB", hangs[i], 1);
        decoder_silence_ms = 100;
        ends = 0;
        decode(definition, page_payload(0));
        expect_outcome(DECODER_TIMED_OUT, "gave no line");
    }
}

static void feed_and_finish(void *context)
{
    (void)context;
    decoder_silence_ms = 30000;
    decoder_feed(decoder, 0, page_payload(0));
    decoder_finish(decoder);
}

static void waiting_for_payloads_is_no_silence(void **state)
{
    (void)state;
    start(definition);
    decoder_silence_ms = 50; /* from its first line on */
    struct loop_timer *timer = loop_timer_new(loop, LOOP_REAL, "feed", feed_and_finish, NULL);
    loop_timer_set_in(timer, 300);
    run_to_the_end();
    expect_outcome(DECODER_OK, "");
    loop_timer_free(timer);
}

/* --- by hand ---------------------------------------------------------------------------------------------
 */

struct hand {
    char *config, *file;
    const char *feed;
};

static void by_hand(void *context)
{
    struct hand *hand = context;
    char program[600];
    snprintf(program, sizeof program, "%s/m13d", getenv("M13_BUILD"));
    char *output = scratch_path(folder, "output");
    int descriptor = open(output, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(descriptor, STDOUT_FILENO);
    execl(program, "m13d", hand->config, hand->feed, hand->file, (char *)NULL);
    _exit(99);
}

/* `m13d decode FEED FILE`: its exit code; stdout and stderr in `output` and `complaints`. */
static char *output, complaints[4096];

static int decode_by_hand(const char *feed, const char *payload)
{
    struct hand hand = {scratch_path(folder, "m13d.conf"), scratch_path(folder, "page.json"), feed};
    char conf[1200];
    snprintf(conf, sizeof conf, "state = \"%s/state\";\nfeeds = \"%s/conf/feeds.d\";\n", folder,
        getenv("M13_SOURCE"));
    scratch_write(hand.config, conf, strlen(conf));
    if (payload != NULL)
        scratch_write(hand.file, payload, strlen(payload));
    int code = process_run_telling(by_hand, &hand, complaints, sizeof complaints);
    char *path = scratch_path(folder, "output");
    free(output);
    output = scratch_read(path, NULL);
    free(path);
    free(hand.config);
    free(hand.file);
    return code;
}

static void by_hand_the_records_are_on_stdout_and_rejects_on_stderr(void **state)
{
    (void)state;
    assert_int_equal(decode_by_hand("fda-510k", "{\"results\":[" ROW("K1") "," ROW("K2") "]}"), 0);
    assert_true(string_starts(output, "{\"authority\":\"FDA\",\"number\":\"K1\""));
    assert_non_null(strstr(output, "}\n{\"authority\":\"FDA\",\"number\":\"K2\""));
    assert_string_equal(complaints, "");

    assert_int_equal(decode_by_hand("fda-510k", "{\"results\":[" ROW("K1") ",{\"k_number\":\"K2\"}]}"), 3);
    assert_non_null(strstr(complaints, "row 2: manufacturer: required, but there is nothing in `applicant`"));
    assert_non_null(strstr(output, "\"K1\""));

    assert_int_equal(decode_by_hand("fda-510k", "{\"results\":[{\"k_number\":\"K2\"}]}"), 65);
    assert_int_equal(decode_by_hand("fda-510k", "{\"results\":[]}"), 0);
    assert_int_equal(decode_by_hand("fda-510k", "{\"results\":[" ROW("K1") ""), 65);
    assert_non_null(strstr(complaints, "in or behind row 1: "));
    assert_int_equal(decode_by_hand("nonesuch", "{}"), 64);
    free(output);
    output = NULL;
}

static void by_hand_a_missing_file_is_an_input_error(void **state)
{
    (void)state;
    assert_int_equal(decode_by_hand("fda-510k", NULL), 74);
    free(output);
    output = NULL;
}

static int find_stub(void **state)
{
    (void)state;
    char build[512];
    const char *source = getenv("M13_SOURCE");
    snprintf(build, sizeof build, "%s/tests/decode", getenv("M13_BUILD"));
    setenv("M13_BUILD", build, 1);
    snprintf(definition, sizeof definition, "%s/conf/feeds.d/fda-510k.conf", source);
    return source != NULL ? 0 : -1;
}

#define claim(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        claim(a_payload_becomes_items_in_order),
        claim(compressed_payloads_are_read_like_others),
        claim(many_payloads_go_through_one_child),
        claim(payloads_may_come_one_by_one),
        claim(a_malformed_page_names_itself),
        claim(an_html_page_is_malformed),
        claim(a_ceiling_is_told_apart),
        claim(a_table_tells_headers_and_cells),
        claim(a_total_behind_the_rows_is_told_again),
        claim(a_receiver_that_wants_a_pause_gets_it),
        claim(a_pause_at_the_end_of_a_payload_keeps_its_place),
        claim(killed_from_within_an_item_nothing_more_comes),
        claim(killed_before_anything_it_still_ends),
        claim(a_definition_that_is_gone_is_told_at_the_start),
        claim(a_broken_definition_is_no_decoding),
        claim(every_misbehaviour_has_its_outcome),
        claim(memory_beyond_the_limit_is_too_large),
        claim(a_child_that_hangs_is_ended),
        claim(waiting_for_payloads_is_no_silence),
        claim(by_hand_the_records_are_on_stdout_and_rejects_on_stderr),
        claim(by_hand_a_missing_file_is_an_input_error),
    };
    return cmocka_run_group_tests(tests, find_stub, NULL);
}
