#include "m13/log.h"

#include "m13/failure.h"
#include "m13/name_table.h"
#include "m13/text.h"

#include "apart.h"

#include <errno.h>
#include <event2/event.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#undef fail /* ours, of failure.h */

static struct apart heard;

static void speak(void)
{
    log_open("m13d", LOG_LEVEL_NOTICE);
    log_error("feed %s cannot be read", "fda-510k");
    log_warning("a warning");
    log_notice("a notice");
    log_info("not said");
    log_set_level(LOG_LEVEL_DEBUG);
    log_debug("a detail");
}

static void journal_gets_priorities_and_people_get_words(void **state)
{
    (void)state;
    run_apart(speak, 1, &heard);
    assert_string_equal(
        heard.said, "<3>feed fda-510k cannot be read\n<4>a warning\n<5>a notice\n<7>a detail\n");
    run_apart(speak, 0, &heard);
    assert_string_equal(heard.said, "m13d: error: feed fda-510k cannot be read\nm13d: warning: a warning\n"
                                    "m13d: a notice\nm13d: debug: a detail\n");
}

static void quote_an_attacker(void)
{
    log_open("m13d", LOG_LEVEL_INFO);
    log_info("row '%s'", "x\n<3>m13d: error: forged\r\x1b[2J\x7f");
    log_info("row '%s'", "a\xff\xe5\x8c b");
    log_info("row '%s'", "\xc2\x85\u202egnp.exe\u2028\ufeff");
    log_info("row '%s'", "北京\u00e9\U0001f3e5");
}

static void outside_text_cannot_forge_a_line_nor_steer_a_terminal(void **state)
{
    (void)state;
    run_apart(quote_an_attacker, 0, &heard);
    assert_string_equal(heard.said, "m13d: row 'x\\n<3>m13d: error: forged\\u000d\\u001b[2J\\u007f'\n"
                                    "m13d: row 'a\\xff\\xe5\\x8c b'\n"
                                    "m13d: row '\\u0085\\u202egnp.exe\\u2028\\ufeff'\n"
                                    "m13d: row '北京\u00e9\U0001f3e5'\n");
}

static void say_much(void)
{
    static char much[20000];
    log_open("m13d", LOG_LEVEL_INFO);
    memset(much, 1, sizeof much - 1);
    log_info("%s", much);
    for (size_t i = 0; i + 3 < sizeof much; i += 3)
        memcpy(much + i, "北", 3);
    much[sizeof much - 3] = '\0';
    log_info("%s", much);
}

static void long_lines_are_cut_at_a_character(void **state)
{
    (void)state;
    run_apart(say_much, 0, &heard);
    char *second = strchr(heard.said, '\n') + 1;
    assert_true(second - heard.said < 32768);
    assert_true(utf8_is_valid(second, strlen(second)));
    assert_true(string_ends(second, "北...\n"));
}

static void say_library_things(void)
{
    log_open("m13d", LOG_LEVEL_INFO);
    const char *said = "first\r\n\nsecond\npart";
    log_library(LOG_LEVEL_WARNING, "libcurl", said, strlen(said));
    log_library(LOG_LEVEL_DEBUG, "libcurl", said, strlen(said));
    errno = EBADMSG;
    log_info("errno is %d", errno == EBADMSG);
    log_info("errno is %d", errno == EBADMSG);
}

static void libraries_speak_line_by_line_under_their_name(void **state)
{
    (void)state;
    run_apart(say_library_things, 0, &heard);
    assert_string_equal(heard.said,
        "m13d: warning: libcurl: first\nm13d: warning: libcurl: second\nm13d: warning: libcurl: part\n"
        "m13d: errno is 1\nm13d: errno is 1\n");
}

static void misuse_libevent(void)
{
    log_open("m13d", LOG_LEVEL_INFO);
    struct event_base *base = event_base_new();
    struct event *first = event_new(base, 0, EV_READ | EV_SIGNAL, NULL, NULL);
    (void)first;
}

static void libevent_speaks_into_our_log(void **state)
{
    (void)state;
    run_apart(misuse_libevent, 0, &heard);
    assert_true(string_starts(heard.said, "m13d: warning: libevent: event_assign: "));
}

static void die_at_exit(void)
{
    _Exit(99);
}

static void give_up(void)
{
    log_open("m13d", LOG_LEVEL_ERROR);
    atexit(die_at_exit);
    log_fatal(EXIT_BAD_CONFIG, "line %d is wrong", 7);
}

static void fatal_tells_why_and_runs_no_exit_handler(void **state)
{
    (void)state;
    run_apart(give_up, 0, &heard);
    assert_int_equal(heard.exit_code, EXIT_BAD_CONFIG);
    assert_string_equal(heard.said, "m13d: error: line 7 is wrong\n");
}

/* --- failures ------------------------------------------------------------------------------------------- */

static void failure_carries_code_and_a_clean_sentence(void **state)
{
    (void)state;
    struct failure failure = {0};
    assert_int_equal(fail(&failure, -EINVAL, "row %d holds '%s'", 7, "a\nb\x1b\xff 北京"), -EINVAL);
    assert_int_equal(failure.code, -EINVAL);
    assert_string_equal(failure.text, "row 7 holds 'a b ? 北京'");
    assert_int_equal(fail_in(&failure, "feed %s", "fda"), -EINVAL);
    assert_string_equal(failure.text, "feed fda: row 7 holds 'a b ? 北京'");
    assert_int_equal(fail(NULL, -EIO, "nobody listens"), -EIO);
    assert_int_equal(fail_in(NULL, "nobody listens"), 0);
}

static void failure_is_cut_at_a_character(void **state)
{
    (void)state;
    char name[4096] = "";
    for (int i = 0; i < 1300; i++)
        strcat(name, "北");
    struct failure failure = {0};
    for (int shift = 0; shift < 3; shift++) {
        fail(&failure, -EINVAL, "%.*s%s", shift, "xyz", name);
        assert_true(utf8_is_valid(failure.text, strlen(failure.text)));
        assert_in_range(strlen(failure.text), 1021, 1023);
        fail_in(&failure, "%s", name);
        assert_true(utf8_is_valid(failure.text, strlen(failure.text)));
        assert_in_range(strlen(failure.text), 1019, 1023);
    }
}

/* --- name tables ---------------------------------------------------------------------------------------- */

static void names_are_found_both_ways_and_listed(void **state)
{
    (void)state;
    static const struct name_entry table[] = {
        {3, "active", "有效", "active"}, {5, "withdrawn", "撤回", "withdrawn"}};
    char list[32], narrow[12];
    assert_string_equal(name_code(table, 2, 5), "withdrawn");
    assert_string_equal(name_code(table, 2, 4), "?");
    assert_ptr_equal(name_find(table, 2, "active"), &table[0]);
    assert_null(name_find(table, 2, "Active"));
    assert_null(name_find(table, 2, NULL));
    assert_string_equal(name_list(table, 2, list, sizeof list), "active, withdrawn");
    assert_string_equal(name_list(table, 2, narrow, sizeof narrow), "active, wit");
    assert_string_equal(name_list(table, 0, list, sizeof list), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(journal_gets_priorities_and_people_get_words),
        cmocka_unit_test(outside_text_cannot_forge_a_line_nor_steer_a_terminal),
        cmocka_unit_test(long_lines_are_cut_at_a_character),
        cmocka_unit_test(libraries_speak_line_by_line_under_their_name),
        cmocka_unit_test(libevent_speaks_into_our_log),
        cmocka_unit_test(fatal_tells_why_and_runs_no_exit_handler),
        cmocka_unit_test(failure_carries_code_and_a_clean_sentence),
        cmocka_unit_test(failure_is_cut_at_a_character),
        cmocka_unit_test(names_are_found_both_ways_and_listed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
