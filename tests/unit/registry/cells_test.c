/* What people type into a cell, and what it means. */
#include "cells.h"
#include "codes.h"
#include "fold.h"

#include "m13/registry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef int parser(const char *cell, struct text *out, struct failure *ret_why);

struct example {
    const char *cell;
    const char *value; /* NULL = an error */
};

static struct text out = {.ceiling = 1 << 20};
static struct failure why;

static void check(parser *parse, const struct example *examples, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        text_clear(&out);
        why = (struct failure){0};
        int r = parse(examples[i].cell, &out, &why);
        if (examples[i].value == NULL && r >= 0)
            fail_msg("'%s' was taken as '%s'", examples[i].cell, text_string(&out));
        if (examples[i].value == NULL)
            assert_true(why.text[0] != '\0');
        else if (r < 0 || strcmp(text_string(&out), examples[i].value) != 0)
            fail_msg("'%s' gives %d, '%s' (%s)", examples[i].cell, r, text_string(&out), why.text);
    }
}

#define CHECK(parse, ...)                                                                                    \
    do {                                                                                                     \
        static const struct example examples[] = {__VA_ARGS__};                                              \
        check(parse, examples, sizeof examples / sizeof examples[0]);                                        \
    } while (0)

static void dates_keep_the_precision_that_they_have(void **state)
{
    (void)state;
    CHECK(local_cell_date, {"2026", "2026"}, {"2026-03", "2026-03"}, {"2026-01-05", "2026-01-05"},
        {"2026/1/5", "2026-01-05"}, {"2026-1-5", "2026-01-05"}, {"2026/3", "2026-03"},
        {"2026年1月5日", "2026-01-05"}, {"2026年3月", "2026-03"}, {"2026年", "2026"},
        {" 2026 年 1 月 5 日 ", "2026-01-05"}, {"２０２６－０１－０５", "2026-01-05"},
        {"2024-02-29", "2024-02-29"});
}

static void what_is_no_date_is_not_guessed(void **state)
{
    (void)state;
    CHECK(local_cell_date, {"2026-02-30", NULL}, {"2025/2/29", NULL}, {"05/01/2026", NULL}, {"26-1-5", NULL},
        {"46027", NULL}, {"明年", NULL}, {"2026-13", NULL}, {"2026-01-05 08:00", NULL}, {"9999", NULL},
        {"2026-01-05/2026-02-01", NULL});
}

static void amounts_keep_their_digits(void **state)
{
    (void)state;
    CHECK(local_cell_amount, {"1234.50", "1234.50"}, {"1,234,567.89", "1234567.89"}, {"1，234.5", "1234.5"},
        {"１２３４．５", "1234.5"}, {"0", "0"}, {"007.10", "7.10"}, {"-3", "-3"}, {"－1,000", "-1000"},
        {"1 234.5", "1234.5"}, {"123456789012345.123456", "123456789012345.123456"}, {"0.1", "0.1"},
        {"48,000.00", "48000.00"});
}

static void what_is_no_plain_amount_is_refused(void **state)
{
    (void)state;
    CHECK(local_cell_amount, {"1,5", NULL}, {"1,23,456", NULL}, {"12.5万元", NULL}, {"¥100", NULL},
        {"1.2E+06", NULL}, {"1e3", NULL}, {".5", NULL}, {"5.", NULL}, {"1.2.3", NULL}, {"--1", NULL},
        {"", NULL}, {"-", NULL}, {",100", NULL}, {"1,234,", NULL}, {"1234,567", NULL},
        {"1234567890123456", NULL}, {"1.1234567", NULL}, {"NaN", NULL}, {"约100", NULL});
    local_cell_amount("1.2E+06", &out, &why);
    assert_non_null(strstr(why.text, "科学计数"));
}

static void countries_are_told_by_codes_and_names(void **state)
{
    (void)state;
    CHECK(local_cell_country, {"US", "US"}, {"usa", "US"}, {"美国", "US"}, {" 德 国 ", "DE"}, {"ＪＰ", "JP"},
        {"阿联酋", "AE"}, {"阿拉伯联合酋长国", "AE"}, {"印尼", "ID"}, {"中国香港", "HK"}, {"台湾", "TW"},
        {"ZAF", "ZA"}, {"俄罗斯联邦", "RU"}, {"刚果（金）", "CD"}, {"UK", "GB"}, {"EL", "GR"}, {"中国", "CN"},
        {"欧盟", NULL}, {"XX", NULL}, {"|", NULL}, {"美", NULL}, {"US|USA", NULL});
}

static void no_word_of_a_table_means_two_codes(void **state)
{
    (void)state;
    const struct {
        const struct code_word *table;
        size_t count;
    } tables[] = {{country_words, country_word_count}, {currency_words, currency_word_count},
        {yes_no_words, yes_no_word_count}, {firm_status_words, firm_status_word_count},
        {device_class_words, device_class_word_count}, {district_words, district_word_count},
        {authority_words, authority_word_count}};
    for (size_t t = 0; t < sizeof tables / sizeof tables[0]; t++)
        for (size_t i = 0; i < tables[t].count; i++) {
            char *words = strdup(tables[t].table[i].words), *rest = words;
            for (char *word; (word = strsep(&rest, "|")) != NULL;) {
                struct text folded = TEXT_WITH_CEILING(1000);
                local_fold(word, strlen(word), FOLD_WIDTH | FOLD_UPPER | FOLD_NO_BLANKS, &folded);
                assert_string_equal(text_string(&folded), word); /* or it could never be met */
                text_free(&folded);
                assert_string_equal(
                    local_code(tables[t].table, tables[t].count, word), tables[t].table[i].code);
            }
            free(words);
        }
    assert_int_equal(country_word_count, 249);
}

static void short_codes_have_their_words(void **state)
{
    (void)state;
    CHECK(local_cell_yes_no, {"是", "yes"}, {"否", "no"}, {"Yes", "yes"}, {"0", "no"}, {"１", "yes"},
        {"也许", NULL});
    CHECK(local_cell_currency, {"usd", "USD"}, {"美元", "USD"}, {"人民币", "CNY"}, {"日元", "JPY"},
        {"元", NULL}, {"卢比", NULL});
    CHECK(local_cell_status, {"存续", "active"}, {"存续（在营、开业、在册）", "active"},
        {"注销", "deregistered"}, {"吊销，未注销", "revoked"}, {"不详", NULL});
    CHECK(local_cell_class, {"二类", "II"}, {"第三类", "III"}, {"Ⅲ类", "III"}, {"3", "III"}, {"四类", NULL});
    CHECK(local_cell_district, {"海淀", "海淀区"}, {"北京市海淀区", "海淀区"}, {"110108", "海淀区"},
        {"亦庄", "经开区"}, {"北京经济技术开发区", "经开区"}, {"密云县", "密云区"}, {"浦东新区", NULL});
    CHECK(local_cell_authority, {"fda", "FDA"}, {"美国FDA", "FDA"}, {"欧盟", "CE"}, {"世界卫生组织", "WHO"},
        {"某机构", NULL}, {"X", NULL});
}

static void an_authority_beyond_the_list_is_kept_with_a_warning(void **state)
{
    (void)state;
    text_clear(&out);
    assert_int_equal(local_cell_authority("hsa", &out, &why), 1);
    assert_string_equal(text_string(&out), "HSA");
    assert_non_null(strstr(why.text, "第13条"));
}

static void codes_are_folded_before_they_are_judged(void **state)
{
    (void)state;
    CHECK(local_cell_uscc, {" ９１110000802100433b ", "91110000802100433B"},
        {"9111 0000 8021 0043 3B", "91110000802100433B"}, {"91110000802100433", NULL}, {"九一", NULL});
    text_clear(&out);
    assert_int_equal(local_cell_uscc("91350211M0000XUF46", &out, &why), 1);
    assert_string_equal(text_string(&out), "91350211M0000XUF46");
    assert_non_null(strstr(why.text, "校验码"));
    CHECK(local_cell_number, {"ｋ２５３１０１", "K253101"}, {"РЗН 2024/1", "РЗН 2024/1"}, {"A|B", NULL},
        {"A｜B", NULL});
    CHECK(local_cell_code, {" P－1 ", "P-1"}, {"p1", "p1"}, {"a|b", NULL});
}

static void lists_are_parted_but_not_at_commas(void **state)
{
    (void)state;
    CHECK(local_cell_names, {"Beijing A Co., Ltd.; A Medical", "Beijing A Co., Ltd.|A Medical"},
        {"甲、乙；丙|丁", "甲|乙|丙|丁"}, {";甲;;", "甲"}, {"甲\n乙", "甲|乙"}, {" ; ", NULL});
    CHECK(local_cell_codes, {"3006400113 3099900103", "3006400113|3099900103"}, {"a,b；c", "A|B|C"});
    CHECK(local_cell_numbers, {"k201234, K190001", "K201234|K190001"}, {"РЗН 2024/1；K1", "РЗН 2024/1|K1"});
    CHECK(local_cell_former_names, {"旧名@2019年5月", "旧名@2019-05"}, {"旧名", "旧名"},
        {"甲@2015；乙＠2019-05-01、丙", "甲@2015|乙@2019-05-01|丙"}, {"甲@昨天", NULL}, {"@2019", NULL});
}

static void text_is_trimmed_and_what_cannot_be_seen_is_dropped(void **state)
{
    (void)state;
    CHECK(local_cell_text, {"　北京　某某\n医疗 ", "北京 某某 医疗"}, {"a\u200b\u202eb\ufeff", "ab"},
        {"x\x01y", "x y"}, {"\xff", "\xef\xbf\xbd"});
}

static void a_cell_of_a_megabyte_is_refused_and_quoted_short(void **state)
{
    (void)state;
    static const struct {
        parser *parse;
    } parsers[] = {{local_cell_text}, {local_cell_name}, {local_cell_names}, {local_cell_former_names},
        {local_cell_code}, {local_cell_codes}, {local_cell_number}, {local_cell_numbers}, {local_cell_uscc},
        {local_cell_date}, {local_cell_yes_no}, {local_cell_country}, {local_cell_amount},
        {local_cell_currency}, {local_cell_authority}, {local_cell_district}, {local_cell_status},
        {local_cell_class}};
    size_t length = 1 << 20;
    char *cell = malloc(length + 1);
    for (size_t i = 0; i < sizeof parsers / sizeof parsers[0]; i++) {
        memset(cell, '1', length);
        cell[length] = '\0';
        why = (struct failure){0};
        assert_true(parsers[i].parse(cell, &out, &why) < 0);
        assert_true(why.text[0] != '\0' && strlen(why.text) < 400);
    }
    free(cell);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_keep_the_precision_that_they_have),
        cmocka_unit_test(what_is_no_date_is_not_guessed),
        cmocka_unit_test(amounts_keep_their_digits),
        cmocka_unit_test(what_is_no_plain_amount_is_refused),
        cmocka_unit_test(countries_are_told_by_codes_and_names),
        cmocka_unit_test(no_word_of_a_table_means_two_codes),
        cmocka_unit_test(short_codes_have_their_words),
        cmocka_unit_test(an_authority_beyond_the_list_is_kept_with_a_warning),
        cmocka_unit_test(codes_are_folded_before_they_are_judged),
        cmocka_unit_test(lists_are_parted_but_not_at_commas),
        cmocka_unit_test(text_is_trimmed_and_what_cannot_be_seen_is_dropped),
        cmocka_unit_test(a_cell_of_a_megabyte_is_refused_and_quoted_short),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    text_free(&out);
    return failed;
}
