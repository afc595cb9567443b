#include "m13/money.h"

#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void yuan_are_written_with_separators_and_two_decimals(void **state)
{
    (void)state;
    static const struct {
        fen_t fen;
        const char *string;
    } cases[] = {{0, "0.00"}, {1, "0.01"}, {10, "0.10"}, {99, "0.99"}, {100, "1.00"}, {-1, "-0.01"},
        {99999, "999.99"}, {100000, "1,000.00"}, {123456, "1,234.56"}, {100000000, "1,000,000.00"},
        {-300000000, "-3,000,000.00"}, {INT64_MAX, "92,233,720,368,547,758.07"},
        {INT64_MIN, "-92,233,720,368,547,758.08"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char string[MONEY_STRING_BYTES];
        assert_string_equal(money_format_yuan(cases[i].fen, string), cases[i].string);
    }
}

static void amounts_are_read_as_the_source_wrote_them(void **state)
{
    (void)state;
    static const struct {
        const char *string;
        int digits;
        int64_t minor;
    } cases[] = {{"0", 2, 0}, {"1234.5", 2, 123450}, {"1,234.50", 2, 123450}, {"12,345,678", 2, 1234567800},
        {"0.01", 2, 1}, {"007", 2, 700}, {"5", 0, 5}, {"1.234", 3, 1234}, {"100000", 0, 100000},
        {"92233720368547758.07", 2, INT64_MAX}, {"9223372036854775807", 0, INT64_MAX}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t minor = -1;
        assert_int_equal(money_parse(cases[i].string, cases[i].digits, &minor), 0);
        assert_true(minor == cases[i].minor);
    }
}

static void anything_else_is_no_amount(void **state)
{
    (void)state;
    static const char *const refused[] = {"", " ", "-1", "+1", "1 ", " 1", ".5", "5.", "1.", "1..2", "1.2.3",
        "1.234", "1.50元", "¥1", "1,23", "1,2345", "1234,567", ",123", "1,234,56", "1,234,", "1,,234",
        "1.2,3", "１２３", "1e5", "0x1", "NaN", "1/2", "1'234", NULL};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        int64_t minor = 42;
        if (money_parse(refused[i], 2, &minor) != -EINVAL || minor != 42)
            fail_msg("'%s' was taken", refused[i]);
    }
    int64_t minor = 42;
    assert_int_equal(money_parse("1.5", 0, &minor), -EINVAL);
}

static void what_does_not_fit_is_out_of_range(void **state)
{
    (void)state;
    static const char *const refused[] = {"92233720368547758.08", "92233720368547759",
        "99999999999999999999999999999999", "100,000,000,000,000,000,000"};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        int64_t minor = 42;
        assert_int_equal(money_parse(refused[i], 2, &minor), -ERANGE);
        assert_true(minor == 42);
    }
}

static void written_amounts_are_read_back(void **state)
{
    (void)state;
    srandom(13);
    for (int round = 0; round < 20000; round++) {
        fen_t fen = ((fen_t)random() << 31 | random()) >> (random() % 62), back = -1;
        char string[MONEY_STRING_BYTES];
        assert_int_equal(money_parse(money_format_yuan(fen, string), 2, &back), 0);
        assert_true(back == fen);
    }
}

/* --- exchange ------------------------------------------------------------------------------------------- */

static struct decimal number(const char *string)
{
    struct decimal decimal;
    assert_int_equal(money_decimal(string, &decimal), 0);
    return decimal;
}

static fen_t exchanged(const char *amount, const char *rate, enum money_quote quote)
{
    fen_t fen = -1;
    assert_int_equal(money_exchange(number(amount), number(rate), quote, &fen), 0);
    return fen;
}

/* policy-practice.md 4.5 */
static void the_vectors_of_the_practice_document_come_out(void **state)
{
    (void)state;
    assert_int_equal(exchanged("12,345.67", "710.50", QUOTE_DIRECT), 8771598);
    assert_int_equal(exchanged("1,000,000", "4.7012", QUOTE_DIRECT), 4701200);
    assert_int_equal(exchanged("1,000,000.00", "1,127.34", QUOTE_INDIRECT), 8870438);
}

static void what_is_less_than_a_fen_is_dropped(void **state)
{
    fen_t fen;
    (void)state;
    assert_int_equal(exchanged("0.01", "99.99", QUOTE_DIRECT), 0);
    assert_int_equal(exchanged("0.01", "100", QUOTE_DIRECT), 1);
    assert_int_equal(exchanged("2", "300", QUOTE_INDIRECT), 66);
    assert_int_equal(exchanged("0", "710.50", QUOTE_DIRECT), 0);
    assert_int_equal(money_yuan(number("1234.567"), &fen), 0);
    assert_int_equal(fen, 123456);
    assert_int_equal(money_part(99999999, 1, 3), 33333333);
    assert_int_equal(money_part(INT64_MAX, INT64_MAX, INT64_MAX), INT64_MAX);
    assert_int_equal(money_part(INT64_MAX, 2, 1), INT64_MAX);
}

static void no_rate_and_no_room_are_told(void **state)
{
    fen_t fen = 42;
    struct decimal rest;
    (void)state;
    assert_int_equal(money_exchange(number("1"), number("0.00"), QUOTE_DIRECT, &fen), -EINVAL);
    assert_int_equal(money_exchange(number("1"), number("0"), QUOTE_INDIRECT, &fen), -EINVAL);
    assert_int_equal(
        money_exchange(number("9223372036854775807"), number("9223372036854775807"), QUOTE_DIRECT, &fen),
        -ERANGE);
    assert_int_equal(
        money_exchange(number("9223372036854775807"), number("0.000000001"), QUOTE_INDIRECT, &fen), -ERANGE);
    assert_int_equal(money_yuan(number("9223372036854775807"), &fen), -ERANGE);
    assert_int_equal(fen, 42);
    assert_int_equal(money_decimal("1.0000000001", &rest), -EINVAL);
    assert_int_equal(money_decimal("-1", &rest), -EINVAL);
    assert_int_equal(money_decimal("1.", &rest), -EINVAL);
    assert_int_equal(money_decimal("", &rest), -EINVAL);
    assert_int_equal(money_decimal(NULL, &rest), -EINVAL);
}

static void numbers_of_unlike_length_are_subtracted_exactly(void **state)
{
    struct decimal rest;
    (void)state;
    assert_int_equal(money_subtract(number("113"), number("13.005"), &rest), 0);
    assert_int_equal(rest.units, 99995);
    assert_int_equal(rest.digits, 3);
    assert_int_equal(money_subtract(number("13"), number("13.001"), &rest), -ERANGE);
    assert_int_equal(money_subtract(number("9223372036854775807"), number("0.1"), &rest), -ERANGE);
    assert_int_equal(money_sum(INT64_MAX, 1), INT64_MAX);
    assert_int_equal(money_sum(INT64_MIN, -1), INT64_MIN);
    assert_int_equal(money_sum(2, -3), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(yuan_are_written_with_separators_and_two_decimals),
        cmocka_unit_test(amounts_are_read_as_the_source_wrote_them),
        cmocka_unit_test(anything_else_is_no_amount),
        cmocka_unit_test(what_does_not_fit_is_out_of_range),
        cmocka_unit_test(written_amounts_are_read_back),
        cmocka_unit_test(the_vectors_of_the_practice_document_come_out),
        cmocka_unit_test(what_is_less_than_a_fen_is_dropped),
        cmocka_unit_test(no_rate_and_no_room_are_told),
        cmocka_unit_test(numbers_of_unlike_length_are_subtracted_exactly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
