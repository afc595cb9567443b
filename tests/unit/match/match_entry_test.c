/* Entries that hold more than a name: an address, a label, another firm; or less, where a column ends. The
 * name in them leads to review, with the right firm first, and never to more. */
#include "roster_of.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Invented firms. */
static const struct test_firm firms[] = {
    {.uscc = "QINGHE",
        .zh = "北京清禾医疗科技股份有限公司",
        .en = "Beijing Qinghe Medical Technology Co., Ltd."},
    {.uscc = "QINGHEB", .en = "Qinghe Medical Technology (Beijing) Co., Ltd."},
    {.uscc = "LUOBEI", .en = "Luobei Scientific Instruments Development (Beijing) Co., Ltd."},
    {.uscc = "KOSMAS", .en = "Kosmas S.A. Dental Systems Industry"},
    {.uscc = "BRANCH", .en = "Yunhai Imaging Co., Ltd. Third Research Branch"},
};

static struct match_index *all;

static int build(void **state)
{
    (void)state;
    all = roster_of(firms, COUNT(firms));
    return 0;
}

static int drop(void **state)
{
    (void)state;
    match_index_free(all);
    return 0;
}

static void what_stands_behind_the_legal_form_is_no_name(void **state)
{
    (void)state;
    static const char *const behind[] = {", No. 5 Yongchang North Road, 100176 Beijing, China",
        " Room 301, Building 2, Haidian District, Beijing", ", China", " 100176", " Tel: +86-10-0000 0000",
        "; Zorvex GmbH", " / Zorvex GmbH", " d/b/a Zorvex Health", " DBA ZORVEX",
        " C/O Zorvex Logistics GmbH, Hamburg", " - CHINA PARA ZORVEX INC - EUA", " on behalf of Zorvex Inc.",
        ", a division of Zorvex Group"};
    for (size_t i = 0; i < COUNT(behind); i++) {
        char name[256];
        snprintf(name, sizeof name, "Beijing Qinghe Medical Technology Co., Ltd.%s", behind[i]);
        assert_review(all, name, "QINGHE", "R12");
        snprintf(name, sizeof name, "QINGHE MEDICAL TECHNOLOGY (BEIJING) CO., LTD%s", behind[i]);
        assert_review(all, name, "QINGHEB", "R12");
    }
    assert_review(all, "北京清禾医疗科技股份有限公司 北京市海淀区永昌北路5号", "QINGHE", "R12");
}

/* There a place tells one firm from another, as ever. */
static void bracket_or_town_behind_the_legal_form_is_still_compared(void **state)
{
    (void)state;
    assert_review(all, "Luobei Scientific Instruments Development Co., Ltd. (Beijing)", "LUOBEI", "R9");
    assert_review(all, "Beijing Qinghe Medical Technology Co., Ltd. (Shanghai)", "QINGHE", "R10");
}

static void label_before_the_name_is_no_name(void **state)
{
    (void)state;
    static const char *const labels[] = {"Manufactured by ", "Manufacturer: ", "MADE BY ",
        "Produced by: ", "Legal Manufacturer: ", "FABRICADO POR ",
        "Fabricante: ", "Производитель: ", "生产企业："};
    for (size_t i = 0; i < COUNT(labels); i++) {
        char name[256];
        snprintf(name, sizeof name, "%sBeijing Qinghe Medical Technology Co., Ltd.", labels[i]);
        assert_review(all, name, "QINGHE", "R12");
    }
    assert_review(all,
        "FABRICADO POR BEIJING QINGHE MEDICAL TECHNOLOGY CO., LTD., CHINA PARA ZORVEX INTERNATIONAL LTD.",
        "QINGHE", "R12");
}

/* Whoever it was made for is not told to be its maker. */
static void maker_is_not_whom_it_was_made_for(void **state)
{
    (void)state;
    assert_none(all, "Zorvex GmbH for Beijing Qinghe Medical Technology Co., Ltd.");
    assert_none(all, "Zorvex Ltd. c/o Beijing Qinghe Medical Technology Co., Ltd.");
}

static void column_may_end_amid_a_word(void **state)
{
    (void)state;
    const char *whole = "LUOBEI SCIENTIFIC INSTRUMENTS DEVELOPMENT (BEIJING) CO., LTD.";
    for (size_t length = 32; length < strlen(whole) - 4; length++) {
        char cut[128];
        char found[32];
        snprintf(cut, sizeof cut, "%.*s", (int)length, whole);
        enum match_band band = band_of_name(all, cut, found);
        if (band == MATCH_NONE)
            print_error("lost: %s\n", cut);
        assert_int_not_equal(band, MATCH_NONE);
        assert_string_equal(found, "LUOBEI");
        /* Until its place is there the name is not whole ("Beijin" and "Beijing" are one place). */
        if (length < strlen("LUOBEI SCIENTIFIC INSTRUMENTS DEVELOPMENT (BEIJIN"))
            assert_int_equal(band, MATCH_REVIEW);
    }
}

static void letters_that_a_scan_takes_for_others_are_mended(void **state)
{
    (void)state;
    struct match_index *one =
        roster_of(&(struct test_firm){.uscc = "X", .en = "Horvel Holdings Co., Ltd."}, 1);
    assert_auto(one, "Horvel Holdings Co., Ltd.", "X", "A1");
    assert_review(one, "I-Iorvel I-Ioldings Co., Ltd.", "X", "R12");
    assert_review(one, "H0rvel Ho1dings Co., Ltd.", "X", "R12");
    match_index_free(one);
    /* On record as such, it is itself. */
    one = roster_of(&(struct test_firm){.uscc = "X", .en = "I-Iorvel B2B Co., Ltd."}, 1);
    assert_auto(one, "I-IORVEL B2B CO LTD", "X", "A1");
    match_index_free(one);
}

static void cut_legal_form_is_one(void **state)
{
    (void)state;
    assert_auto(all, "BEIJING QINGHE MEDICAL TECHNOLOGY CO., L", "QINGHE", "A1");
    assert_auto(all, "BEIJING QINGHE MEDICAL TECHNOLOGY COMPANY LIMI", "QINGHE", "A1");
}

/* A short name without a legal form has no column to fill: what is unknown in it counts. */
static void unknown_word_of_a_short_name_counts(void **state)
{
    (void)state;
    assert_none(all, "Qinghe Zorvex Aldora");
    assert_none(all, "Beijing Qinghe Zorvex Aldora Medical Technology Co., Ltd.");
}

/* In one run of characters as well: a branch is its firm, the same legal person. */
static void branch_leads_to_its_firm(void **state)
{
    (void)state;
    static const char *const behind[] = {"上海分公司", "北京分公司", "第一分公司", "天津生产基地",
        "北京市海淀区永昌北路5号", "（上海分公司）"};
    for (size_t i = 0; i < COUNT(behind); i++) {
        char name[256];
        snprintf(name, sizeof name, "北京清禾医疗科技股份有限公司%s", behind[i]);
        char found[32];
        assert_int_equal(band_of_name(all, name, found), MATCH_REVIEW);
        assert_string_equal(found, "QINGHE");
    }
    assert_review(all, "Beijing Qinghe Medical Technology Co., Ltd. Shanghai Branch", "QINGHE", "R12");
    /* A form that opens the name ends none. */
    char found[32];
    assert_int_equal(
        band_of_name(all, "株式会社 チンフー・メディカル・テクノロジー（ベイジン）", found), MATCH_REVIEW);
    assert_string_equal(found, "QINGHEB");
}

/* Registers of Russia and China put a name in two scripts, and its address behind it. */
static void name_in_two_scripts_leads_to_its_firm(void **state)
{
    (void)state;
    static const char *const entries[] = {
        "Бейджинг Цинхэ Медикал Технолоджи Ко., Лтд., Китай, No. 5 Yongchang North Road",
        "Зорвекс Алдора Ко., Лтд., Beijing Qinghe Medical Technology Co., Ltd., Китай",
        "北京左维阿医疗有限公司 Beijing Qinghe Medical Technology Co., Ltd.",
        "Производитель: Бейджинг Цинхэ Медикал Технолоджи Ко., Лтд., Пекин, улица Юнчан, 5"};
    for (size_t i = 0; i < COUNT(entries); i++) {
        char found[32];
        enum match_band band = band_of_name(all, entries[i], found);
        if (band != MATCH_REVIEW)
            print_error("%s\n", entries[i]);
        assert_int_equal(band, MATCH_REVIEW);
        assert_string_equal(found, "QINGHE");
    }
}

/* The firm's own record may go on behind its legal form: its name alone is found, for review. */
static void firms_own_entry_may_hold_more(void **state)
{
    (void)state;
    assert_auto(all, "Kosmas S.A. Dental Systems Industry", "KOSMAS", "A1");
    assert_review(all, "Kosmas S.A.", "KOSMAS", "R12");
    assert_auto(all, "Yunhai Imaging Co., Ltd. Third Research Branch", "BRANCH", "A1");
    assert_review(all, "Yunhai Imaging Co., Ltd.", "BRANCH", "R12");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_stands_behind_the_legal_form_is_no_name),
        cmocka_unit_test(bracket_or_town_behind_the_legal_form_is_still_compared),
        cmocka_unit_test(label_before_the_name_is_no_name),
        cmocka_unit_test(maker_is_not_whom_it_was_made_for),
        cmocka_unit_test(column_may_end_amid_a_word),
        cmocka_unit_test(letters_that_a_scan_takes_for_others_are_mended),
        cmocka_unit_test(cut_legal_form_is_one),
        cmocka_unit_test(unknown_word_of_a_short_name_counts),
        cmocka_unit_test(branch_leads_to_its_firm),
        cmocka_unit_test(name_in_two_scripts_leads_to_its_firm),
        cmocka_unit_test(firms_own_entry_may_hold_more),
    };
    return cmocka_run_group_tests(tests, build, drop);
}
