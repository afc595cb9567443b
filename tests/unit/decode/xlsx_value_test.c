/* Numbers, dates and formats of workbooks. */
#include "xlsx_value.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct claim {
    const char *source, *expected;
    enum xlsx_cell_kind kind;
};

static void check(const struct claim *claims, size_t count, enum xlsx_format format, bool epoch_1904)
{
    for (size_t i = 0; i < count; i++) {
        struct text out = TEXT_WITH_CEILING(1000);
        enum xlsx_cell_kind kind =
            xlsx_number(claims[i].source, strlen(claims[i].source), format, epoch_1904, &out);
        if (kind != claims[i].kind || strcmp(text_string(&out), claims[i].expected) != 0)
            print_error("%s: %s, kind %d\n", claims[i].source, text_string(&out), (int)kind);
        assert_string_equal(text_string(&out), claims[i].expected);
        assert_int_equal(kind, claims[i].kind);
        text_free(&out);
    }
}
#define CHECK(claims, format, epoch) check((claims), sizeof(claims) / sizeof(claims)[0], (format), (epoch))

static void numbers_are_decimal_text_of_fifteen_digits(void **state)
{
    (void)state;
    static const struct claim claims[] = {
        {"0", "0", XLSX_TEXT},
        {"-0", "0", XLSX_TEXT},
        {"0.000", "0", XLSX_TEXT},
        {"7", "7", XLSX_TEXT},
        {"+7", "7", XLSX_TEXT},
        {"-12.50", "-12.5", XLSX_TEXT},
        {"007.10", "7.1", XLSX_TEXT},
        {".5", "0.5", XLSX_TEXT},
        {"5.", "5", XLSX_TEXT},
        {"0.30000000000000004", "0.3", XLSX_TEXT},
        {"1.1000000000000001", "1.1", XLSX_TEXT},
        {"1234567.8899999999", "1234567.89", XLSX_TEXT},
        {"0.99999999999999989", "1", XLSX_TEXT},
        {"99999.999999999996", "100000", XLSX_TEXT},
        {"1E+5", "100000", XLSX_TEXT},
        {"1.5e3", "1500", XLSX_TEXT},
        {"1E-2", "0.01", XLSX_TEXT},
        {"1.2345E-5", "0.000012345", XLSX_TEXT},
        {"123456789012345", "123456789012345", XLSX_TEXT},
        {"999999999999999", "999999999999999", XLSX_TEXT},
        {"12345678901234.5", "12345678901234.5", XLSX_TEXT},
        {"12345678901234.56", "12345678901234.6", XLSX_TEXT},
        {"5.6843418860808015E-14", "0.000000000000056843418860808", XLSX_TEXT},
        {"1E-300", "0", XLSX_TEXT},
        {"0.1234567890123456789012345678901234567890", "0.123456789012346", XLSX_TEXT},
    };
    CHECK(claims, XLSX_FORMAT_NUMBER, false);
}

static void a_number_with_more_digits_than_a_cell_holds_is_told_apart(void **state)
{
    (void)state;
    static const struct claim claims[] = {
        {"911101080000000000", "911101080000000000", XLSX_NUMBER},
        {"9.1110108000000002E+17", "911101080000000000", XLSX_NUMBER},
        {"1000000000000000", "1000000000000000", XLSX_NUMBER},
        {"999999999999999.96", "1000000000000000", XLSX_NUMBER},
        {"-6222021234567890", "-6222021234567890", XLSX_NUMBER},
        {"1E+39", "1000000000000000000000000000000000000000", XLSX_NUMBER},
        {"1E+40", "1E+40", XLSX_NUMBER},
        {"1E+999999999999", "1E+999999999999", XLSX_ERROR},
    };
    CHECK(claims, XLSX_FORMAT_NUMBER, false);
}

static void what_is_no_number_is_an_error(void **state)
{
    (void)state;
    static const struct claim claims[] = {
        {"x", "x", XLSX_ERROR},
        {"-", "-", XLSX_ERROR},
        {".", ".", XLSX_ERROR},
        {"1E", "1E", XLSX_ERROR},
        {"1E+", "1E+", XLSX_ERROR},
        {"1,5", "1,5", XLSX_ERROR},
        {"NaN", "NaN", XLSX_ERROR},
        {"0x10", "0x10", XLSX_ERROR},
        {"1 2", "1 2", XLSX_ERROR},
    };
    CHECK(claims, XLSX_FORMAT_NUMBER, false);
    CHECK(claims, XLSX_FORMAT_DATE, false);
}

static void shares_are_percentages(void **state)
{
    (void)state;
    static const struct claim claims[] = {
        {"0.6", "60%", XLSX_TEXT},
        {"0.60000000000000009", "60%", XLSX_TEXT},
        {"0.125", "12.5%", XLSX_TEXT},
        {"1", "100%", XLSX_TEXT},
        {"0", "0%", XLSX_TEXT},
        {"-0.005", "-0.5%", XLSX_TEXT},
    };
    CHECK(claims, XLSX_FORMAT_PERCENT, false);
}

static void dates_are_days_of_their_epoch(void **state)
{
    (void)state;
    static const struct claim of_1900[] = {
        {"1", "1900-01-01", XLSX_TEXT}, {"59", "1900-02-28", XLSX_TEXT},
        {"60", "1900-02-29", XLSX_ERROR}, /* Excel thinks that there was such a day */
        {"61", "1900-03-01", XLSX_TEXT}, {"45351", "2024-02-29", XLSX_TEXT},
        {"46086", "2026-03-05", XLSX_TEXT},
        {"46086.75", "2026-03-05", XLSX_TEXT}, /* the cell shows no time */
        {"46085.999999999", "2026-03-05", XLSX_TEXT}, {"4.6086E+4", "2026-03-05", XLSX_TEXT},
        {"2958465", "9999-12-31", XLSX_TEXT}, {"2958466", "#####", XLSX_ERROR},
        {"99999999", "#####", XLSX_ERROR}, {"-1", "#####", XLSX_ERROR},
        {"0", "1900-01-00", XLSX_ERROR}, /* what a formula makes of a blank cell */
    };
    static const struct claim of_1904[] = {
        {"0", "1904-01-01", XLSX_TEXT},
        {"60", "1904-03-01", XLSX_TEXT},
        {"44624", "2026-03-05", XLSX_TEXT},
        {"2957003", "9999-12-31", XLSX_TEXT},
        {"2957004", "#####", XLSX_ERROR},
    };
    CHECK(of_1900, XLSX_FORMAT_DATE, false);
    CHECK(of_1904, XLSX_FORMAT_DATE, true);
}

static void a_date_is_as_precise_as_its_cell_shows_it(void **state)
{
    (void)state;
    static const struct claim months[] = {
        {"46082", "2026-03", XLSX_TEXT}, {"46086", "2026-03-05", XLSX_TEXT}, /* more is known than is shown */
    };
    static const struct claim years[] = {
        {"46023", "2026", XLSX_TEXT},
        {"46082", "2026-03-01", XLSX_TEXT},
    };
    static const struct claim moments[] = {
        {"46086", "2026-03-05", XLSX_TEXT},
        {"46086.572916666664", "2026-03-05 13:45", XLSX_TEXT},
        {"46086.572916666701", "2026-03-05 13:45", XLSX_TEXT},
        {"46086.000011574", "2026-03-05", XLSX_TEXT},
        {"46086.999305555557", "2026-03-05 23:59", XLSX_TEXT},
        {"46086.999999999", "2026-03-06", XLSX_TEXT},
    };
    static const struct claim times[] = {
        {"0.572916666666667", "13:45", XLSX_TEXT},
        {"0", "00:00", XLSX_TEXT},
        {"0.5", "12:00", XLSX_TEXT},
        {"46086.5", "2026-03-05 12:00", XLSX_TEXT},
        {"1E-9", "00:00", XLSX_TEXT},
    };
    CHECK(months, XLSX_FORMAT_MONTH, false);
    CHECK(years, XLSX_FORMAT_YEAR, false);
    CHECK(moments, XLSX_FORMAT_DATE_TIME, false);
    CHECK(times, XLSX_FORMAT_TIME, false);
}

static void formats_tell_dates_from_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *code;
        enum xlsx_format format;
    } codes[] = {
        {"General", XLSX_FORMAT_NUMBER},
        {"G/通用格式", XLSX_FORMAT_NUMBER},
        {"", XLSX_FORMAT_NUMBER},
        {"@", XLSX_FORMAT_NUMBER},
        {"0.00", XLSX_FORMAT_NUMBER},
        {"#,##0.00;[Red]-#,##0.00", XLSX_FORMAT_NUMBER},
        {"0.00E+00", XLSX_FORMAT_NUMBER},
        {"##0.0E+0", XLSX_FORMAT_NUMBER},
        {"[$￥-804]#,##0.00", XLSX_FORMAT_NUMBER},
        {"#,##0\"万元/年\"", XLSX_FORMAT_NUMBER},
        {"0\"days\"", XLSX_FORMAT_NUMBER},
        {"0\\d", XLSX_FORMAT_NUMBER},
        {"_-* #,##0_y;yyyy", XLSX_FORMAT_NUMBER},
        {"[DBNum2][$-804]General", XLSX_FORMAT_NUMBER},
        {"# ?/?", XLSX_FORMAT_NUMBER},
        {"[h]:mm:ss", XLSX_FORMAT_NUMBER},
        {"[mm]:ss", XLSX_FORMAT_NUMBER},
        {"0%", XLSX_FORMAT_PERCENT},
        {"0.00%;-0.00%", XLSX_FORMAT_PERCENT},
        {"0\"%\"", XLSX_FORMAT_NUMBER},
        {"yyyy", XLSX_FORMAT_YEAR},
        {"yyyy\"年\"", XLSX_FORMAT_YEAR},
        {"mmm-yy", XLSX_FORMAT_MONTH},
        {"yyyy\"年\"m\"月\"", XLSX_FORMAT_MONTH},
        {"yyyy年m月;@", XLSX_FORMAT_MONTH},
        {"yyyy/m/d", XLSX_FORMAT_DATE},
        {"yyyy\\-mm\\-dd;@", XLSX_FORMAT_DATE},
        {"[$-804]yyyy\"年\"m\"月\"d\"日\"", XLSX_FORMAT_DATE},
        {"[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", XLSX_FORMAT_DATE},
        {"[$-804]aaaa;@", XLSX_FORMAT_DATE},
        {"m\"月\"d\"日\"", XLSX_FORMAT_DATE},
        {"MM/DD/YYYY", XLSX_FORMAT_DATE},
        {"[$-411]ge.m.d", XLSX_FORMAT_DATE},
        {"h:mm", XLSX_FORMAT_TIME},
        {"h\"时\"mm\"分\"ss\"秒\"", XLSX_FORMAT_TIME},
        {"mm:ss.0", XLSX_FORMAT_TIME},
        {"上午/下午h\"时\"mm\"分\"", XLSX_FORMAT_TIME},
        {"h:mm AM/PM", XLSX_FORMAT_TIME},
        {"yyyy/m/d h:mm", XLSX_FORMAT_DATE_TIME},
        {"mm-dd hh:mm:ss", XLSX_FORMAT_DATE_TIME},
        {"yyyy-mm hh:mm:ss", XLSX_FORMAT_DATE_TIME},
        {"hh:mm dd/mm", XLSX_FORMAT_DATE_TIME},
        {"\"never closed", XLSX_FORMAT_NUMBER},
        {"[never closed", XLSX_FORMAT_NUMBER},
        {"0\\", XLSX_FORMAT_NUMBER},
    };
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        enum xlsx_format format = xlsx_format_of_code(codes[i].code);
        if (format != codes[i].format)
            print_error("%s is %d\n", codes[i].code, (int)format);
        assert_int_equal(format, codes[i].format);
    }
}

static void excels_own_formats_have_numbers(void **state)
{
    (void)state;
    static const struct {
        int64_t id;
        enum xlsx_format format;
    } ids[] = {{0, XLSX_FORMAT_NUMBER}, {4, XLSX_FORMAT_NUMBER}, {9, XLSX_FORMAT_PERCENT},
        {10, XLSX_FORMAT_PERCENT}, {11, XLSX_FORMAT_NUMBER}, {14, XLSX_FORMAT_DATE}, {17, XLSX_FORMAT_MONTH},
        {20, XLSX_FORMAT_TIME}, {22, XLSX_FORMAT_DATE_TIME}, {27, XLSX_FORMAT_MONTH}, {31, XLSX_FORMAT_DATE},
        {32, XLSX_FORMAT_TIME}, {36, XLSX_FORMAT_MONTH}, {37, XLSX_FORMAT_NUMBER}, {46, XLSX_FORMAT_NUMBER},
        {47, XLSX_FORMAT_TIME}, {49, XLSX_FORMAT_NUMBER}, {55, XLSX_FORMAT_TIME}, {57, XLSX_FORMAT_MONTH},
        {58, XLSX_FORMAT_DATE}, {59, XLSX_FORMAT_NUMBER}, {-1, XLSX_FORMAT_NUMBER}};
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++)
        assert_int_equal(xlsx_format_of_id(ids[i].id), ids[i].format);
}

static void escapes_in_texts_are_undone(void **state)
{
    (void)state;
    static const char *const texts[][2] = {
        {"a_x000D_\nb", "a\nb"},
        {"a_x0009_b", "a b"},
        {"_x005F_x000D_", "_x000D_"},
        {"_x4e01_", "丁"},
        {"snake_x_case_x12_", "snake_x_case_x12_"},
        {"_x00zz_", "_x00zz_"},
        {"_x000D", "_x000D"},
        {"a_x0000_b", "a b"},
        {"_xD800_", "\xef\xbf\xbd"},
        {"　 甲　 ", "甲"},
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct text out = TEXT_WITH_CEILING(1000);
        int64_t replaced = 0;
        xlsx_text(texts[i][0], strlen(texts[i][0]), &out, &replaced);
        assert_string_equal(text_string(&out), texts[i][1]);
        text_free(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_decimal_text_of_fifteen_digits),
        cmocka_unit_test(a_number_with_more_digits_than_a_cell_holds_is_told_apart),
        cmocka_unit_test(what_is_no_number_is_an_error),
        cmocka_unit_test(shares_are_percentages),
        cmocka_unit_test(dates_are_days_of_their_epoch),
        cmocka_unit_test(a_date_is_as_precise_as_its_cell_shows_it),
        cmocka_unit_test(formats_tell_dates_from_numbers),
        cmocka_unit_test(excels_own_formats_have_numbers),
        cmocka_unit_test(escapes_in_texts_are_undone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
