/* The daemon's end of a decoder, with real children that do their work. */
#include "decoding.h"

#include "decoder_inside.h"

#include "m13/loop.h"

#include "scratch.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include <cmocka.h>

static void a_payload_becomes_items_in_order(void **state)
{
    (void)state;
    decoding_of(decoding.definition,
        decoding_text(
            "{\"meta\":{\"last_updated\":\"2026-10-19\",\"results\":{\"total\":3}},\"results\":[" ROW(
                "K1") ",{\"k_number\":\"\"}," ROW("K3") "]}"));
    decoding_expect(DECODER_OK, "");
    assert_int_equal(decoding.result.rows, 2);
    assert_int_equal(decoding.result.rejected, 1);
    assert_int_equal(decoding.result.skipped, 0);
    const char *told = text_string(&decoding.items);
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
    decoding_of(decoding.definition, decoding_payload(packed, length));
    decoding_expect(DECODER_OK, "");
    assert_int_equal(decoding.result.rows, 1);
}

static void many_payloads_go_through_one_child(void **state)
{
    (void)state;
    enum { PAGES = 60 };
    decoding_start(decoding.definition);
    for (int64_t page = 0; page < PAGES; page++)
        decoder_feed(decoding.decoder, page, decoding_page(page));
    decoder_finish(decoding.decoder);
    decoding_run();
    decoding_expect(DECODER_OK, "");
    assert_int_equal(decoding.result.rows, PAGES);
    char last[64];
    snprintf(
        last, sizeof last, "record %d.1 {\"authority\":\"FDA\",\"number\":\"K%d\"", PAGES - 1, PAGES - 1);
    assert_non_null(strstr(text_string(&decoding.items), last));
}

static void payloads_may_come_one_by_one(void **state)
{
    (void)state;
    decoding.feed_on_page = 5;
    decoding_start(decoding.definition);
    decoder_feed(decoding.decoder, 0, decoding_page(0));
    decoding_run();
    decoding_expect(DECODER_OK, "");
    assert_int_equal(decoding.result.rows, 5);
}

static void a_malformed_page_names_itself(void **state)
{
    (void)state;
    decoding_start(decoding.definition);
    decoder_feed(decoding.decoder, 0, decoding_page(0));
    decoder_feed(decoding.decoder, 1, decoding_text("{\"results\":[" ROW("K1") ","));
    decoder_feed(decoding.decoder, 2, decoding_page(2));
    decoder_finish(decoding.decoder);
    decoding_run();
    decoding_expect(DECODER_MALFORMED, "page 1: byte ");
    assert_null(strstr(text_string(&decoding.items), "page 2."));
}

static void an_html_page_is_malformed(void **state)
{
    (void)state;
    decoding_of(decoding.definition, decoding_text("<html><body>Sorry</body></html>"));
    decoding_expect(DECODER_MALFORMED, "byte 0: a byte with which nothing in JSON begins");
}

static void a_ceiling_is_told_apart(void **state)
{
    (void)state;
    struct text text = TEXT_WITH_CEILING(1 << 20);
    for (int i = 0; i < 1000; i++)
        text_append_character(&text, '[');
    decoding_of(decoding.definition, decoding_payload(text.bytes, text.length));
    decoding_expect(DECODER_TOO_LARGE, "nested too deeply");
    text_free(&text);
}

static void a_table_tells_sheets_and_cells(void **state)
{
    (void)state;
    decoding_of(NULL, decoding_text("uscc,name_zh\n\n9111,甲,\n9112,\"a\"b\"\n"));
    decoding_expect(DECODER_OK, "");
    assert_string_equal(text_string(&decoding.items),
        "page 0.0 -1 \nsheet 0.0 \n"
        "cells 0.1 [\"uscc\",\"name_zh\"]\n"
        "cells 0.3 [\"9111\",\"甲\"]\n"
        "reject 0.4 |带引号的单元格内又有英文双引号：请写成两个双引号，或改用中文引号|9112\n");
    assert_int_equal(decoding.result.rows, 2);
    assert_int_equal(decoding.result.rejected, 1);
}

static void a_total_behind_the_rows_is_told_again(void **state)
{
    (void)state;
    decoding_of(decoding.definition,
        decoding_text("{\"results\":[" ROW("K1") "],\"meta\":{\"results\":{\"total\":1}}}"));
    decoding_expect(DECODER_OK, "");
    assert_true(string_starts(text_string(&decoding.items), "page 0.0 -1 \nrecord 0.1"));
    assert_true(string_ends(
        text_string(&decoding.items), "\npage 0.0 1 \nshape 0.0 applicant|decision_date|k_number\n"));
}

static struct loop_timer *resume_timer;

/* While the receiver pauses nothing comes, and nobody calls that silence. */
static void resume_later(void *context)
{
    (void)context;
    assert_true(decoding.item_count <= decoding.stop_at);
    loop_timer_set_in(resume_timer, 60);
    if (decoding.item_count < decoding.stop_at)
        return; /* the child is slow today */
    decoding.stop_at += 700;
    decoder_silence_ms = 30000;
    decoder_resume(decoding.decoder);
}

static void a_receiver_that_wants_a_pause_gets_it(void **state)
{
    (void)state;
    struct text text = TEXT_WITH_CEILING(1 << 22);
    text_append_string(&text, "{\"results\":[" ROW("K0"));
    for (int i = 1; i < 2000; i++)
        text_append_string(&text, "," ROW("K"));
    text_append_string(&text, "]}");
    resume_timer = loop_timer_new(decoding.loop, LOOP_REAL, "resume", resume_later, NULL);
    loop_timer_set_in(resume_timer, 60);
    decoding.stop_at = 2;
    decoding_start(decoding.definition);
    decoder_feed(decoding.decoder, 0, decoding_payload(text.bytes, text.length));
    decoder_finish(decoding.decoder);
    decoding_run();
    decoding_expect(DECODER_OK, "");
    assert_int_equal(decoding.result.rows, 2000);
    loop_timer_free(resume_timer);
    text_free(&text);
}

static void a_pause_at_the_end_of_a_payload_keeps_its_place(void **state)
{
    (void)state;
    static const char text[] = "{\"results\":[" ROW("K1") "],\"meta\":{\"results\":{\"total\":1}}}";
    resume_timer = loop_timer_new(decoding.loop, LOOP_REAL, "resume", resume_later, NULL);
    loop_timer_set_in(resume_timer, 60);
    decoding.stop_at = 3; /* the page that is told again */
    decoding_start(decoding.definition);
    decoder_feed(decoding.decoder, 0, decoding_text(text));
    decoder_feed(decoding.decoder, 1, decoding_text(text));
    decoder_finish(decoding.decoder);
    decoding_run();
    decoding_expect(DECODER_OK, "");
    assert_int_equal(decoding.result.rows, 2);
    loop_timer_free(resume_timer);
}

static void kill_at_item(void)
{
    decoder_kill(decoding.decoder);
}

static void killed_from_within_an_item_nothing_more_comes(void **state)
{
    (void)state;
    decoding.at_item = kill_at_item;
    decoding_of(decoding.definition, decoding_page(0));
    assert_int_equal(decoding.item_count, 1);
    decoding_expect(DECODER_CRASHED, "stopped");
}

static void killed_before_anything_it_still_ends(void **state)
{
    (void)state;
    decoding_start(decoding.definition);
    decoder_feed(decoding.decoder, 0, decoding_page(0));
    decoder_kill(decoding.decoder);
    decoder_kill(decoding.decoder);
    assert_int_equal(decoding.ends, 0); /* never from within the call */
    decoding_run();
    assert_int_equal(decoding.item_count, 0);
    decoding_expect(DECODER_CRASHED, "stopped");
}

static void a_definition_that_is_gone_is_told_at_the_start(void **state)
{
    (void)state;
    struct failure failure = {0};
    assert_int_equal(
        decoder_start(decoding.loop, "/nonexistent/x.conf", &decoding_events, &decoding.decoder, &failure),
        -ENOENT);
    assert_non_null(strstr(failure.text, "/nonexistent/x.conf"));
}

static void a_broken_definition_is_no_decoding(void **state)
{
    (void)state;
    char *path = scratch_path(decoding.folder, "x.conf");
    scratch_write(path, "authority = ", 12);
    decoding_of(path, decoding_page(0));
    decoding_expect(DECODER_CRASHED, "ended with code 78");
    free(path);
}

#define claim(test) cmocka_unit_test_setup_teardown(test, decoding_set_up, decoding_tear_down)

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
        claim(a_table_tells_sheets_and_cells),
        claim(a_total_behind_the_rows_is_told_again),
        claim(a_receiver_that_wants_a_pause_gets_it),
        claim(a_pause_at_the_end_of_a_payload_keeps_its_place),
        claim(killed_from_within_an_item_nothing_more_comes),
        claim(killed_before_anything_it_still_ends),
        claim(a_definition_that_is_gone_is_told_at_the_start),
        claim(a_broken_definition_is_no_decoding),
    };
    return cmocka_run_group_tests(tests, decoding_find_stub, NULL);
}
