/* Children that crash, hang, lie, or want too much. */
#include "decoding.h"

#include "decoder_inside.h"
#include "decoder_judge.h"
#include "sandbox.h"

#include "m13/loop.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

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
    {"sheet-outside", DECODER_CRASHED, "a sheet out of its place"},
    {"other-epoch", DECODER_CRASHED, "a sheet out of its place"},
    {"cells-before-sheet", DECODER_CRASHED, "row 1 out of its place"},
    {"cells-of-no-array", DECODER_CRASHED, "no such form"},
    {"rows-go-back", DECODER_CRASHED, "row 1 out of its place"},
    {"two-shapes", DECODER_CRASHED, "a shape out of its place"},
    {"early-shape", DECODER_CRASHED, "a shape out of its place"},
    {"negative-count", DECODER_CRASHED, "an end out of its place"},
    {"nothing", DECODER_CRASHED, "no end record"},
};

static void every_misbehaviour_has_its_outcome(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++) {
        setenv("DECODE_STUB", acts[i].act, 1);
        decoding.ends = 0;
        decoding_of(decoding.definition, decoding_page(0));
        decoding_expect(acts[i].outcome, acts[i].words);
    }
}

static void a_sender_reads_chinese(void **state)
{
    (void)state;
    const struct decoder_stream stream = {.sandboxed = true};
    const struct child_end slow = {.signal = SIGXCPU, .last_words = ""};
    struct decoder_result result = decoder_judge(&stream, true, FATE_OPEN, &slow);
    assert_int_equal(result.outcome, DECODER_TOO_LARGE);
    assert_non_null(strstr(result.text, "读取这个文件所需的时间超过 600 秒"));
}

static void memory_beyond_the_limit_is_too_large(void **state)
{
    (void)state;
    if (sandbox_is_off)
        skip(); /* sanitizers need all the memory that there is */
    setenv("DECODE_STUB", "memory", 1);
    decoding_of(decoding.definition, decoding_page(0));
    decoding_expect(DECODER_TOO_LARGE, "out of memory");
    decoding.ends = 0;
    decoding_of(NULL, decoding_text("a,b\n"));
    decoding_expect(DECODER_TOO_LARGE, "读取这个文件所需的内存");
}

static void a_child_that_hangs_is_ended(void **state)
{
    (void)state;
    static const char *const hangs[] = {"hang", "hang-before-hello"};
    for (size_t i = 0; i < 2; i++) {
        setenv("DECODE_STUB", hangs[i], 1);
        decoder_silence_ms = 100;
        decoding.ends = 0;
        decoding_of(decoding.definition, decoding_page(0));
        decoding_expect(DECODER_TIMED_OUT, "gave no line");
    }
}

static void feed_and_finish(void *context)
{
    (void)context;
    decoder_silence_ms = 30000;
    decoder_feed(decoding.decoder, 0, decoding_page(0));
    decoder_finish(decoding.decoder);
    loop_flight_end(decoding.loop);
}

static void waiting_for_payloads_is_no_silence(void **state)
{
    (void)state;
    decoding_start(decoding.definition);
    decoder_silence_ms = 50;       /* from its first line on */
    loop_run(decoding.loop, true); /* a decoder that waits for us holds no clock */
    assert_int_equal(decoding.ends, 0);
    loop_flight_begin(decoding.loop); /* the feed's */
    struct loop_timer *timer = loop_timer_new(decoding.loop, LOOP_REAL, "feed", feed_and_finish, NULL);
    loop_timer_set_in(timer, 300);
    decoding_run();
    decoding_expect(DECODER_OK, "");
    loop_timer_free(timer);
}

#define claim(test) cmocka_unit_test_setup_teardown(test, decoding_set_up, decoding_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        claim(every_misbehaviour_has_its_outcome),
        claim(a_sender_reads_chinese),
        claim(memory_beyond_the_limit_is_too_large),
        claim(a_child_that_hangs_is_ended),
        claim(waiting_for_payloads_is_no_silence),
    };
    return cmocka_run_group_tests(tests, decoding_find_stub, NULL);
}
