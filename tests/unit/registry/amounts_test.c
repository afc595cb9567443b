/* Money, exchange rates and shares: what fails expensively. */
#include "cell_examples.h"

#include "cell_decimal.h"
#include "codes.h"

static void amounts_keep_their_value(void **state)
{
    (void)state;
    CHECK_CELLS(local_cell_amount, {"1234.50", "1234.5"}, {"1,234,567.89", "1234567.89"},
        {"1，234.5", "1234.5"}, {"１２３４．５", "1234.5"}, {"0", "0"}, {"007.10", "7.1"}, {"-3", "-3"},
        {"－1,000", "-1000"}, {"+5", "5"}, {"1 234.5", NULL}, {"100 200", NULL}, {"1\u00a0234.5", "1234.5"},
        {"1\u202f234\u202f567", "1234567"}, {"123456789012345.123456", "123456789012345.123456"},
        {"0.1", "0.1"}, {"48,000.00", "48000"}, {" 48000 ", "48000"}, {"0.000001", "0.000001"}, {"000", "0"},
        {"-0", "0"}, {"-0.00", "0"}, {"　5　", "5"}, {"100.10", "100.1"}, {"10", "10"}, {"100", "100"});
}

static void units_multiply_without_floating_point(void **state)
{
    (void)state;
    CHECK_CELLS(local_cell_amount, {"12.5万", "125000"}, {"12.5万元", "125000"}, {"１２．５ 万元", "125000"},
        {"3亿", "300000000"}, {"1.23456789万", "12345.6789"}, {"0.00001万", "0.1"}, {"5千元", "5000"},
        {"1.5百万", "1500000"}, {"2千万元", "20000000"}, {"0万", "0"}, {"0.1万", "1000"},
        {"1,234.5万", "12345000"}, {"99999999999万", "999999999990000"}, {"100000000000万", NULL},
        {"0.12345678901万", NULL}, {"万", NULL}, {"1万2千", NULL}, {"1万万", NULL}, {"12.5万吨", NULL});
}

static void signs_brackets_and_currencies_are_read(void **state)
{
    (void)state;
    CHECK_CELLS(local_cell_amount, {"(1,234.50)", "-1234.5"}, {"（1234.5）", "-1234.5"}, {"¥100", "100"},
        {"￥100", "100"}, {"$48,000.00", "48000"}, {"＄48,000", "48000"}, {"US$ 100", "100"},
        {"USD 100", "100"}, {"100 USD", "100"}, {"100美元", "100"}, {"12万美元", "120000"},
        {"€1,000.5", "1000.5"}, {"-$5", "-5"}, {"$-5", "-5"}, {"$(5)", "-5"}, {"(5)万元", "-50000"},
        {"(5万元)", "-50000"}, {"RMB5", "5"}, {"人民币5元", "5"}, {"HK$7", "7"}, {"5元", "5"},
        {"5万元人民币", "50000"}, {"人民币5万元", "50000"}, {"100.5元", "100.5"});
}

static void what_is_no_amount_is_refused(void **state)
{
    (void)state;
    CHECK_CELLS(local_cell_amount, {"1,5", NULL}, {"1,23,456", NULL}, {"1.2E+06", NULL}, {"1e3", NULL},
        {".5", NULL}, {"5.", NULL}, {"1.2.3", NULL}, {"--1", NULL}, {"-", NULL}, {",100", NULL},
        {"1,234,", NULL}, {"1234,567", NULL}, {"1,234 567", NULL}, {"12 34", NULL},
        {"1234567890123456", NULL}, {"1.1234567", NULL}, {"NaN", NULL}, {"inf", NULL}, {"约100", NULL},
        {"100余", NULL}, {"0x10", NULL}, {"1.234,56", NULL}, {"(5", NULL}, {"5)", NULL}, {"(-5)", NULL},
        {"((5))", NULL}, {"()", NULL}, {"$", NULL}, {"$€5", NULL}, {"USD 5 EUR", NULL}, {"壹万", NULL},
        {"5%", NULL}, {"100;200", NULL}, {"=1+1", NULL}, {"1'000", NULL}, {"5 000 元 整", NULL}, {"元", NULL},
        {"TRUE", NULL});
    assert_int_equal(answer_of(local_cell_amount, "1.2E+06", "科学计数"), -1);
    assert_int_equal(answer_of(local_cell_amount, "1234567890123456", "15 位"), -1);
}

static void an_amount_with_its_currency_says_which_it_may_be(void **state)
{
    (void)state;
    assert_string_equal(local_amount_currencies("1,234.50"), "");
    assert_string_equal(local_amount_currencies("12万元"), "");
    assert_string_equal(local_amount_currencies("US$5"), "USD");
    assert_string_equal(local_amount_currencies("5 万欧元"), "EUR");
    assert_string_equal(local_amount_currencies("￥5"), "CNY JPY");
    assert_non_null(strstr(local_amount_currencies("$5"), "AUD"));
    assert_string_equal(local_amount_currencies("no amount"), "");
}

static void yuan_have_fen_and_no_other_currency(void **state)
{
    (void)state;
    CHECK_CELLS(local_cell_amount_cny, {"34100.00", "34100"}, {"0.01", "0.01"}, {"12.5万", "125000"},
        {"￥3", "3"}, {"3元", "3"}, {"RMB 3", "3"}, {"$3", NULL}, {"3美元", NULL}, {"0.001", NULL},
        {"-3", "-3"});
    CHECK_CELLS(local_cell_positive_cny, {"500000", "500000"}, {"50万", "500000"}, {"0", NULL},
        {"0.00", NULL}, {"-1", NULL}, {"(1)", NULL}, {"0.01", "0.01"}, {"0.005", NULL});
}

static void exchange_rates_are_decimal_text(void **state)
{
    (void)state;
    CHECK_CELLS(local_cell_rate, {"710.50", "710.5"}, {"4.7012", "4.7012"}, {"1,127.34", "1127.34"},
        {"０．０４４", "0.044"}, {"0.00000001", "0.00000001"}, {"123456789.12345678", "123456789.12345678"},
        {"0", NULL}, {"0.00", NULL}, {"-7", NULL}, {"7.1元", NULL}, {"$7", NULL}, {"0.000000001", NULL},
        {"1234567890", NULL}, {"7,1", NULL}, {"1e2", NULL}, {"", NULL}, {"七", NULL});
}

static void percentages_are_not_guessed(void **state)
{
    (void)state;
    CHECK_CELLS(local_cell_percent, {"60%", "60"}, {"60", "60"}, {"６０％", "60"}, {"100%", "100"},
        {"33.3333%", "33.3333"}, {"0.5%", "0.5"}, {"1%", "1"}, {"60.00 %", "60"}, {"0.6", NULL}, {"1", NULL},
        {"0", NULL}, {"0%", NULL}, {"100.01%", NULL}, {"101", NULL}, {"-5%", NULL}, {"5%%", NULL},
        {"%", NULL}, {"1/3", NULL}, {"33.33333%", NULL}, {"六成", NULL}, {"99999999999999999999999", NULL});
}

static void shares_of_a_cost_line_sum_to_at_most_the_whole(void **state)
{
    (void)state;
    CHECK_CELLS(local_cell_product_shares, {"P1@60|P2@40", "P1@60|P2@40"}, {"P1@60%；P2@40%", "P1@60|P2@40"},
        {"P1＠６０％、 P2 ＠ ４０", "P1@60|P2@40"}, {"P1@60\nP2@40", "P1@60|P2@40"},
        {"P1@33.3333|P2@33.3333|P3@33.3334", "P1@33.3333|P2@33.3333|P3@33.3334"}, {"P1@30", "P1@30"},
        {"P1@100%", "P1@100"}, {"a@b@50", NULL}, {"P1@60 P2@40", NULL}, {";P1@60;;", "P1@60"},
        {"P1@60|P2@40.0001", NULL}, {"P1@60|P2@50", NULL}, {"P1@50|P1@50", NULL}, {"P1@50|P1@20", NULL},
        {"P1", NULL}, {"P1@", NULL}, {"@60", NULL}, {"P1@0", NULL}, {"P1@0.6|P2@0.4", NULL}, {"P1@-1", NULL},
        {"P1:60", NULL}, {"||", NULL}, {"P1@60|P2", NULL}, {"P1@1e1", NULL});
    assert_int_equal(answer_of(local_cell_product_shares, "P1@60|P2@40.0001", "100.0001%"), -1);
    assert_int_equal(answer_of(local_cell_product_shares, "P1@50|P1@20", "P1 出现两次"), -1);
}

static void a_hundred_and_one_shares_are_too_many(void **state)
{
    (void)state;
    struct text cell = TEXT_WITH_CEILING(1 << 16);
    for (int i = 0; i < 101; i++)
        text_append_format(&cell, "P%d@0.5%%;", i);
    assert_int_equal(answer_of(local_cell_product_shares, text_string(&cell), "超过 100 个"), -1);
    text_free(&cell);
}

static void currencies_have_their_minor_units(void **state)
{
    (void)state;
    assert_int_equal(local_currency_decimals("CNY"), 2);
    assert_int_equal(local_currency_decimals("USD"), 2);
    assert_int_equal(local_currency_decimals("JPY"), 0);
    assert_int_equal(local_currency_decimals("KRW"), 0);
    assert_int_equal(local_currency_decimals("VND"), 0);
    assert_int_equal(local_currency_decimals("KWD"), 3);
    assert_int_equal(local_currency_decimals("HUF"), 2); /* ISO 4217's own, whatever shops do */
}

static void decimals_are_scaled_or_refused(void **state)
{
    (void)state;
    struct cell_decimal decimal;
    assert_string_equal(cell_decimal_read("123.4500x", &decimal), "x");
    assert_int_equal(cell_decimal_scaled(&decimal, 2), 12345);
    assert_int_equal(cell_decimal_scaled(&decimal, 1), -1);
    cell_decimal_read("9223372036854775807", &decimal);
    assert_true(cell_decimal_scaled(&decimal, 0) == INT64_MAX);
    assert_int_equal(cell_decimal_scaled(&decimal, 1), -1);
    assert_null(cell_decimal_read("12345678901234567890123456789012345678901", &decimal));
    assert_null(cell_decimal_read("", &decimal));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(amounts_keep_their_value),
        cmocka_unit_test(units_multiply_without_floating_point),
        cmocka_unit_test(signs_brackets_and_currencies_are_read),
        cmocka_unit_test(what_is_no_amount_is_refused),
        cmocka_unit_test(an_amount_with_its_currency_says_which_it_may_be),
        cmocka_unit_test(yuan_have_fen_and_no_other_currency),
        cmocka_unit_test(exchange_rates_are_decimal_text),
        cmocka_unit_test(percentages_are_not_guessed),
        cmocka_unit_test(shares_of_a_cost_line_sum_to_at_most_the_whole),
        cmocka_unit_test(a_hundred_and_one_shares_are_too_many),
        cmocka_unit_test(currencies_have_their_minor_units),
        cmocka_unit_test(decimals_are_scaled_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
