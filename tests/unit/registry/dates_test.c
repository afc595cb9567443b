/* Days as people and spreadsheets write them. */
#include "cell_examples.h"

static void dates_keep_the_precision_that_they_have(void **state)
{
    (void)state;
    CHECK_CELLS(local_cell_date, {"2026", "2026"}, {"2026-03", "2026-03"}, {"2026-01-05", "2026-01-05"},
        {"2026/1/5", "2026-01-05"}, {"2026-1-5", "2026-01-05"}, {"2026/3", "2026-03"},
        {"2026.1.5", "2026-01-05"}, {"2026.12", "2026-12"}, {"2026.03", "2026-03"},
        {"20260105", "2026-01-05"}, {"2026年1月5日", "2026-01-05"}, {"2026年1月5号", "2026-01-05"},
        {"2026年01月05", "2026-01-05"}, {"2026年3月", "2026-03"}, {"2026年", "2026"},
        {" 2026 年 1 月 5 日 ", "2026-01-05"}, {"２０２６－０１－０５", "2026-01-05"},
        {"２０２６年１月", "2026-01"}, {"2026／1／5", "2026-01-05"}, {"2024-02-29", "2024-02-29"},
        {"2026 - 1 - 5", "2026-01-05"}, {"1998-07-01", "1998-07-01"}, {"2100-12-31", "2100-12-31"},
        {"1900", "1900"});
}

static void the_time_of_day_is_left_out(void **state)
{
    (void)state;
    CHECK_CELLS(local_cell_date, {"2026-01-05 13:45", "2026-01-05"}, {"2026/1/5 0:00:00", "2026-01-05"},
        {"2026-01-05T08:00:00", "2026-01-05"}, {"2026-01-05 08:00:00.000", "2026-01-05"},
        {"2026年1月5日 8:30", "2026-01-05"}, {"20260105 08:00", "2026-01-05"}, {"2026-01-05 08", NULL},
        {"2026-01-05T", "2026-01-05"}, {"2026-01 08:00", NULL}, {"2026-01-05 morning", NULL});
    assert_int_equal(answer_of(local_cell_date, "2026-01-04T16:00:00Z", "时区"), -1);
    assert_int_equal(answer_of(local_cell_date, "2026-01-04T16:00:00+00:00", "时区"), -1);
}

static void day_numbers_of_a_spreadsheet_are_days(void **state)
{
    (void)state;
    CHECK_CELLS(local_cell_date, {"46027", "2026-01-05"}, {"46027.5", "2026-01-05"}, {"20000", "1954-10-03"},
        {"73415", "2100-12-31"}, {"73416", NULL}, {"80000", NULL}, {"19999", NULL}, {"4602", NULL},
        {"46027x", NULL}, {"460270", NULL});
    CHECK_CELLS(
        local_cell_date_1904, {"44565", "2026-01-05"}, {"2026-01-05", "2026-01-05"}, {"20000", "1958-10-04"});
}

static void what_is_no_date_is_not_guessed(void **state)
{
    (void)state;
    CHECK_CELLS(local_cell_date, {"2026-02-30", NULL}, {"2025/2/29", NULL}, {"05/01/2026", NULL},
        {"26-1-5", NULL}, {"明年", NULL}, {"2026-13", NULL}, {"2026-00", NULL}, {"2026-1-0", NULL},
        {"20260230", NULL}, {"20260005", NULL}, {"9999", NULL}, {"1899", NULL}, {"2101-01-01", NULL},
        {"0000", NULL}, {"2026-01-05/2026-02-01", NULL}, {"2026-1/5", NULL}, {"202601", NULL},
        {"2026-001-05", NULL}, {"2026-1-5-", NULL}, {"2026--1", NULL}, {"-2026", NULL}, {"2026年5日", NULL},
        {"2026年13月", NULL}, {"2026月1日", NULL}, {"二〇二六年", NULL}, {"Jan 5, 2026", NULL},
        {"5-Jan-26", NULL}, {"2026-01-05,", NULL}, {"2026 01 05", NULL}, {"2026Q1", NULL});
    assert_int_equal(answer_of(local_cell_date, "2026-02-30", "不存在这一天"), -1);
    assert_int_equal(answer_of(local_cell_date, "3026-01-05", "年份"), -1);
}

static void october_that_lost_its_zero_is_asked_for(void **state)
{
    (void)state;
    /* 2026.10 in a cell of numbers is 2026.1 */
    assert_int_equal(answer_of(local_cell_date, "2026.1", "10 月"), -1);
    CHECK_CELLS(local_cell_date, {"2026.01", "2026-01"}, {"2026.10", "2026-10"}, {"2026.2", "2026-02"},
        {"2026.1.1", "2026-01-01"});
}

static void years_are_years(void **state)
{
    (void)state;
    CHECK_CELLS(local_cell_year, {"2026", "2026"}, {"2026年", "2026"}, {"2026年度", "2026"},
        {"２０２６", "2026"}, {"26", NULL}, {"1999", NULL}, {"2101", NULL}, {"2026-01", NULL}, {"年", NULL},
        {"20266", NULL}, {"202", NULL});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_keep_the_precision_that_they_have),
        cmocka_unit_test(the_time_of_day_is_left_out),
        cmocka_unit_test(day_numbers_of_a_spreadsheet_are_days),
        cmocka_unit_test(what_is_no_date_is_not_guessed),
        cmocka_unit_test(october_that_lost_its_zero_is_asked_for),
        cmocka_unit_test(years_are_years),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
