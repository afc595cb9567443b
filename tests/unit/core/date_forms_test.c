/* Dates as registers write them beyond plain digits: eras, months in letters, serials, ULIDs, times behind.
 */
#include "m13/date.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct date_case {
    const char *string;
    const char *expected; /* NULL = refused */
};

static int parse(const char *string, int form, struct date *ret_date)
{
    return form < 0 ? date_parse_stamp(string, ret_date) : date_parse(string, (enum date_form)form, ret_date);
}

/* `form` -1: with a time behind. */
static void expect_all(const struct date_case *cases, size_t count, int form)
{
    for (size_t i = 0; i < count; i++) {
        struct date date = {11, 22};
        char string[DATE_STRING_BYTES];
        int r = parse(cases[i].string, form, &date);
        if (r != (cases[i].expected != NULL ? 0 : -EINVAL))
            fail_msg("'%s' gives %d", cases[i].string, r);
        if (r < 0)
            assert_true(date.first == 11 && date.last == 22);
        else if (strcmp(date_format(date, string), cases[i].expected) != 0)
            fail_msg("'%s' is %s, not %s", cases[i].string, string, cases[i].expected);
    }
}

#define EXPECT_ALL(cases, form) expect_all((cases), sizeof(cases) / sizeof *(cases), (form))

static void japanese_eras_begin_and_end_on_their_day(void **state)
{
    (void)state;
    static const struct date_case cases[] = {
        {"令和8年1月5日", "2026-01-05"},
        {"令和８年９月１日", "2026-09-01"},
        {"令和 8年 9月 1日", "2026-09-01"},
        {"令和　８年１２月３１日", "2026-12-31"},
        {"令和元年5月1日", "2019-05-01"},
        {"令和1年8月30日", "2019-08-30"},
        {"令和元年8月30日", "2019-08-30"},
        {"令和元年4月30日", NULL}, /* the last day of Heisei */
        {"令和元年5月", "2019-05"},
        {"令和元年4月", NULL},
        {"令和元年", NULL}, /* four months of that year were Heisei 31 */
        {"令和8年1月", "2026-01"},
        {"令和8年", "2026"},
        {"令和08年01月05日", "2026-01-05"},
        {"令和182年12月31日", NULL},
        {"令和0年1月1日", NULL},
        {"令和8年2月29日", NULL},
        {"令和8年13月1日", NULL},
        {"令和8年1月5", NULL},
        {"令和8年1月5日付", NULL},
        {"令和8年1", NULL},
        {"令和8", NULL},
        {"令和", NULL},
        {"令", NULL},
        {"8年1月5日", NULL},
        {"2026年1月5日", NULL}, /* form zh */
        {"平成31年3月29日", "2019-03-29"},
        {"平成31年4月30日", "2019-04-30"},
        {"平成31年5月1日", NULL},
        {"平成元年1月8日", "1989-01-08"},
        {"平成元年1月7日", NULL},
        {"平成元年1月", NULL},
        {"平成元年2月", "1989-02"},
        {"昭和64年1月7日", "1989-01-07"},
        {"昭和64年1月8日", NULL},
        {"昭和元年12月25日", "1926-12-25"},
        {"昭和元年12月24日", NULL},
        {"昭和50年", "1975"},
        {"明治45年1月1日", NULL},
        {"R8.1.5", "2026-01-05"},
        {"R7.11.24", "2025-11-24"},
        {"Ｒ８．１．５", "2026-01-05"},
        {"H30.4.1", "2018-04-01"},
        {"H31.4.30", "2019-04-30"},
        {"H31.5.1", NULL},
        {"S64.1.7", "1989-01-07"},
        {"R1.5.1", "2019-05-01"},
        {"R元.5.1", "2019-05-01"},
        {"R8/1/5", "2026-01-05"},
        {"R8-01-05", "2026-01-05"},
        {"R8年1月5日", "2026-01-05"},
        {"R8.1/5", NULL},
        {"R8.1", NULL},
        {"R8", NULL},
        {"r8.1.5", NULL},
        {"T8.1.5", NULL},
        {"㋿8年1月5日", "2026-01-05"},
        {"㍻30年4月1日", "2018-04-01"},
        {"㍼50.1.2", "1975-01-02"},
        {"令和8年1月5日\xe6\x97", NULL},
        {"", NULL},
        {NULL, NULL},
        {"令和                                                                      8年1月5日", "2026-01-05"},
        {"令和888888888888888888888888888888888888888888888888888888888888888888888年", NULL},
    };
    EXPECT_ALL(cases, DATE_FORM_JA);
}

static void months_in_letters_stand_before_or_behind_the_day(void **state)
{
    (void)state;
    static const struct date_case cases[] = {
        {"05-JAN-2026", "2026-01-05"},
        {"09-JAN-2018", "2018-01-09"},
        {"01-Aug-2025", "2025-08-01"},
        {"5 Jan 2026", "2026-01-05"},
        {"17 Aug 2010", "2010-08-17"},
        {"31 May 2026", "2026-05-31"},
        {"3 Oct 2017", "2017-10-03"},
        {"18 Dec, 2019", "2019-12-18"},
        {"18  Dec,  2019", "2019-12-18"},
        {"Jan 5, 2026", "2026-01-05"},
        {"January 5, 2026", "2026-01-05"},
        {"5 september 2026", "2026-09-05"},
        {"5 Sept. 2026", "2026-09-05"},
        {"Jan 2026", "2026-01"},
        {"September, 2026", "2026-09"},
        {"Mon, 05 Jan 2026 08:00:00 GMT", "2026-01-05"},
        {"Mon, 05 Jan 2026 23:59:60 -1200", "2026-01-05"},
        {"05 Jan 2026 08:00", "2026-01-05"},
        {"29 Feb 2024", "2024-02-29"},
        {"29 Feb 2026", NULL},
        {"31 Apr 2026", NULL},
        {"0 Jan 2026", NULL},
        {"32 Jan 2026", NULL},
        {"5 Jan 26", NULL},
        {"5 Jan 20266", NULL},
        {"5Jan2026", NULL},
        {"5 Janu 2026", NULL},
        {"5 Septe 2026", NULL},
        {"5 Ene 2026", NULL},
        {"Mai 5, 2026", NULL},
        {"5--Jan-2026", NULL},
        {"5 Jan 2026 ", NULL},
        {"5 Jan 2026 8:00", NULL},
        {"5 Jan 2026 08:00 Europe", NULL},
        {"5 Jan 1799", NULL},
        {"Fri", NULL},
        {"Friday5 Jan 2026", NULL},
        {"Jan", NULL},
        {"Jan ", NULL},
        {"5", NULL},
        {"2026-01-05", NULL},
        {"", NULL},
        {NULL, NULL},
    };
    EXPECT_ALL(cases, DATE_FORM_MONTH);
}

static void serials_have_five_digits(void **state)
{
    (void)state;
    static const struct date_case cases[] = {
        {"46027", "2026-01-05"},
        {"10000", "1927-05-18"},
        {"25569", "1970-01-01"},
        {"99999", "2173-10-13"},
        {"2026", NULL}, /* a year */
        {"60", NULL},   /* 29 February 1900, which was none */
        {"09999", NULL},
        {"100000", NULL},
        {"46027.5", NULL},
        {"+6027", NULL},
        {"-6027", NULL},
        {" 6027", NULL},
        {"", NULL},
        {NULL, NULL},
    };
    EXPECT_ALL(cases, DATE_FORM_EXCEL);
}

/* EUDAMED's own records, with the dates beside them (feeds-fda-ce.md 2.5). */
static void ulid_tells_the_day_in_utc(void **state)
{
    (void)state;
    static const struct date_case cases[] = {
        {"01FHFQWYDFE38DRFBWZXAPAGSC", "2021-10-08"},
        {"01EREAR7ZVHMWW9V69P6DJHTKH", "2020-12-01"},
        {"01KTRNZDXJ464K52YBH502R56Q", "2026-06-10"},
        {"01ktrnzdxj464k52ybh502r56q", "2026-06-10"},
        {"00000000000000000000000000", "1970-01-01"},
        {"7ZZZZZZZZZZZZZZZZZZZZZZZZZ", NULL}, /* the year 10889 */
        {"8ZZZZZZZZZZZZZZZZZZZZZZZZZ", NULL},
        {"01KTRNZDXJ464K52YBH502R56", NULL},
        {"01KTRNZDXJ464K52YBH502R56QQ", NULL},
        {"01KTRNZDXI464K52YBH502R56Q", NULL}, /* no I, L, O, U in it */
        {"01KTRNZDXJ464K52YBH502R56U", NULL},
        {"01KTRNZDX-464K52YBH502R56Q", NULL},
        {"01KTRNZDXJ", NULL},
        {"", NULL},
        {NULL, NULL},
    };
    EXPECT_ALL(cases, DATE_FORM_ULID);
}

static void day_with_a_time_behind_it_is_never_shifted(void **state)
{
    (void)state;
    static const struct date_case cases[] = {
        {"2025-09-17T00:00:00", "2025-09-17"},
        {"2021-10-08T12:42:27.657", "2021-10-08"},
        {"2021-10-08T23:59:59.657Z", "2021-10-08"},
        {"2021-10-08 00:10", "2021-10-08"},
        {"2021-10-08T00:10:00+08:00", "2021-10-08"},
        {"2021-10-08T00:10:00-0330", "2021-10-08"},
        {"2021-10-08T24:00:00+08", "2021-10-08"},
        {"2021-10-08T12:42:27,6", "2021-10-08"},
        {"2021-10-08", NULL}, /* form iso alone */
        {"2021-10", NULL},
        {"2021-10-08T", NULL},
        {"2021-10-08T12", NULL},
        {"2021-10-08T12:", NULL},
        {"2021-10-08T25:00", NULL},
        {"2021-10-08T12:60", NULL},
        {"2021-10-08T12:00:00.", NULL},
        {"2021-10-08T12:00:00.5x", NULL},
        {"2021-10-08T12:00:00z", NULL},
        {"2021-10-08T12:00:00+8", NULL},
        {"2021-10-08T12:00:00+08:", NULL},
        {"2021-10-08T12:00:00+08:00Z", NULL},
        {"2021-10-08t12:00:00", NULL},
        {"2021-02-30T12:00:00", NULL},
        {"1799-12-31T12:00:00", NULL},
        {"2021-10T12:00:00", NULL},
        {"20211008T12:00:00", NULL},
        {"", NULL},
        {NULL, NULL},
    };
    EXPECT_ALL(cases, -1);
}

/* Whatever is taken of a damaged date lies in the years that there are, and is written so that it reads back.
 */
static void damaged_dates_are_refused_or_mean_a_day(void **state)
{
    (void)state;
    static const struct {
        const char *string;
        int form;
    } seeds[] = {{"令和8年1月5日", DATE_FORM_JA}, {"R8.1.5", DATE_FORM_JA}, {"05-JAN-2026", DATE_FORM_MONTH},
        {"Mon, 05 Jan 2026 08:00:00 GMT", DATE_FORM_MONTH}, {"46027", DATE_FORM_EXCEL},
        {"01KTRNZDXJ464K52YBH502R56Q", DATE_FORM_ULID}, {"2025-09-17T00:00:00Z", -1}};
    static const char letters[] = "0123456789/-.,:+ RHSJanFebTZ\xe5\xb9\xb4\xef\xbc\x91";
    size_t taken = 0;
    srandom(13);
    for (int round = 0; round < 40000; round++) {
        char string[48], written[DATE_STRING_BYTES];
        struct date date, again;
        int form = seeds[round % 7].form;
        size_t length = strlen(seeds[round % 7].string);
        memcpy(string, seeds[round % 7].string, length + 1);
        for (int i = 0; i < 2; i++)
            string[(size_t)random() % length] = letters[(size_t)random() % (sizeof letters - 1)];
        if (parse(string, form, &date) < 0)
            continue;
        taken++;
        assert_true(date.first <= date.last && date.last - date.first <= 366);
        assert_true(date.first >= day_from_civil(1800, 1, 1) && date.last <= day_from_civil(2200, 12, 31));
        assert_int_equal(date_parse(date_format(date, written), DATE_FORM_ISO, &again), 0);
        assert_true(again.first == date.first && again.last == date.last);
    }
    assert_true(taken > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(japanese_eras_begin_and_end_on_their_day),
        cmocka_unit_test(months_in_letters_stand_before_or_behind_the_day),
        cmocka_unit_test(serials_have_five_digits),
        cmocka_unit_test(ulid_tells_the_day_in_utc),
        cmocka_unit_test(day_with_a_time_behind_it_is_never_shifted),
        cmocka_unit_test(damaged_dates_are_refused_or_mean_a_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
