/* The file `holidays`: a slip in it would send messages on a day off, so each is told with its line. */
#include "conf_folder.h"

#include "m13/date.h"
#include "m13/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct alert_times *load(struct conf_folder *folder, const char *alerts, const char *holidays)
{
    if (alerts != NULL)
        folder_write(folder, "alerts.conf", alerts);
    if (holidays != NULL)
        folder_write(folder, "holidays", holidays);
    const struct config *config = folder_load(folder);
    return config != NULL ? &config->alerts.times : NULL;
}

static void days_are_read_in_order(void **state)
{
    (void)state;
    struct conf_folder *folder = folder_new();
    const struct alert_times *times = load(folder, NULL,
        "# 2026\n\n2026-10-10 work 国庆节调休\n  2026-10-01\toff  国庆节 第一天 # a comment\r\n2026-10-02 "
        "off");
    folder_expect_good(folder);
    assert_int_equal(times->holiday_count, 3);
    assert_int_equal(times->holidays[0].day, day_from_civil(2026, 10, 1));
    assert_false(times->holidays[0].works);
    assert_string_equal(times->holidays[0].name, "国庆节 第一天");
    assert_int_equal(times->holidays[1].day, day_from_civil(2026, 10, 2));
    assert_string_equal(times->holidays[1].name, "");
    assert_int_equal(times->holidays[2].day, day_from_civil(2026, 10, 10));
    assert_true(times->holidays[2].works);
    folder_free(folder);
}

static void file_beside_m13d_conf_is_read_unless_another_is_named(void **state)
{
    (void)state;
    struct conf_folder *folder = folder_new();
    assert_int_equal(load(folder, NULL, NULL)->holiday_count, 0);
    assert_int_equal(load(folder, NULL, "2026-10-01 off 国庆节\n")->holiday_count, 1);
    assert_int_equal(load(folder, "alerts = { };", NULL)->holiday_count, 1);
    folder_write(folder, "days", "2026-10-01 off\n2026-10-02 off\n");
    assert_int_equal(load(folder, "alerts = { holidays = \"days\"; };", NULL)->holiday_count, 2);
    folder_expect_good(folder);
    folder_free(folder);
}

static void file_that_is_named_must_be_there(void **state)
{
    (void)state;
    struct conf_folder *folder = folder_new();
    load(folder, "alerts = {\n holidays = \"days\"; };", "2026-10-01 off\n");
    folder_expect_only(folder, "alerts.conf", 2, "days cannot be read: No such file");
    load(folder, "alerts = {\n holidays = \"feeds.d\"; };", NULL);
    folder_expect_only(folder, "alerts.conf", 2, "Is a directory");
    load(folder, "alerts = {\n holidays = 5; };", NULL);
    folder_expect_only(folder, "alerts.conf", 2, "`holidays`: accepted is the name of a file");
    load(folder, "alerts = {\n holidays = \" \"; };", NULL);
    folder_expect_only(folder, "alerts.conf", 2, "`holidays`: accepted is the name of a file");
    folder_free(folder);
}

static void changed_holidays_change_the_hash_of_the_configuration(void **state)
{
    (void)state;
    char first[65];
    struct conf_folder *folder = folder_new();
    load(folder, NULL, "2026-10-01 off\n");
    memcpy(first, folder->config->hash, sizeof first);
    load(folder, NULL, "2026-10-01 off\n");
    assert_string_equal(folder->config->hash, first);
    load(folder, NULL, "2026-10-02 off\n");
    assert_string_not_equal(folder->config->hash, first);
    folder_free(folder);
}

static void slip_names_its_line_and_what_is_accepted(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int line;
        const char *part;
    } cases[] = {
        {"2026-10-01 off\n2026-02-29 off\n", 2, "\"2026-02-29\" is not accepted; accepted is DAY off NAME"},
        {"2026-10-1 off\n", 1, "\"2026-10-1\" is not accepted"},
        {"2026-10 off\n", 1, "\"2026-10\" is not accepted"},
        {"\n\n2026-10-01 holiday 国庆节\n", 3, "\"holiday\" is not accepted"},
        {"2026-10-01 OFF\n", 1, "\"OFF\" is not accepted"},
        {"2026-10-01\n", 1, "accepted is DAY off NAME"},
        {"国庆节\n", 1, "\"国庆节\" is not accepted"},
        {"2026-10-01 off\n2026-10-02 off\n2026-10-01 off 国庆节\n", 3, "2026-10-01 stands here twice"},
        {"2026-10-10 work\n2026-10-10 off\n", 2, "2026-10-10 stands here twice"},
        {"2026-10-09 work\n", 1, "2026-10-09 is no Saturday or Sunday, so `work` has no effect"},
        {"2026-10-01 off \xff\n", 0, "is no text in UTF-8"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct conf_folder *folder = folder_new();
        load(folder, NULL, cases[i].text);
        folder_expect_only(folder, "holidays", cases[i].line, cases[i].part);
        folder_free(folder);
    }
}

static void byte_that_ends_strings_hides_nothing(void **state)
{
    (void)state;
    static const char bytes[] = "2026-10-01 off\n\0 2026-99-99 off\n";
    struct conf_folder *folder = folder_new();
    folder_write_bytes(folder, "holidays", bytes, sizeof bytes - 1);
    folder_load(folder);
    folder_expect_only(folder, "holidays", 0, "is no text in UTF-8");
    folder_free(folder);
}

static void list_has_an_end(void **state)
{
    (void)state;
    struct text text = TEXT_WITH_CEILING((size_t)1 << 20);
    for (int32_t day = 0; day < 4097; day++) {
        char iso[DAY_STRING_BYTES];
        text_append_format(&text, "%s off\n", day_format(20000 + day, iso));
    }
    struct conf_folder *folder = folder_new();
    load(folder, NULL, text_string(&text));
    folder_expect_only(folder, "holidays", 4097, "more than 4096 days");
    folder_free(folder);
    text_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_are_read_in_order),
        cmocka_unit_test(file_beside_m13d_conf_is_read_unless_another_is_named),
        cmocka_unit_test(file_that_is_named_must_be_there),
        cmocka_unit_test(changed_holidays_change_the_hash_of_the_configuration),
        cmocka_unit_test(slip_names_its_line_and_what_is_accepted),
        cmocka_unit_test(byte_that_ends_strings_hides_nothing),
        cmocka_unit_test(list_has_an_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
