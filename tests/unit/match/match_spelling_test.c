/* Spellings: what may differ between a register and a firm's record, and what may not. */
#include "roster_of.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* Invented firms. */
static const struct test_firm firms[] = {
    {.uscc = "QINGHE",
        .zh = "北京清禾医疗科技股份有限公司",
        .en = "Beijing Qinghe Medical Technology Co., Ltd."},
    {.uscc = "RUICHEN", .zh = "睿宸（北京）生物技术有限公司", .en = "Ruichen Biotech (Beijing) Co., Ltd."},
    {.uscc = "MODERN", .en = "Beijing Modern Homecare Products Co., Ltd."},
    {.uscc = "WHPM", .en = "W.H.P.M. Bioresearch & Technology Co., Ltd."},
    {.uscc = "SANO", .en = "Beijing Sano Lasers S&T Development Co., Ltd."},
    {.uscc = "CHANGFENG", .zh = "北京长峰乐康医疗设备有限公司"},
    {.uscc = "WANHUA", .en = "Beijing Wanhua Trading Co., Ltd.", .alias = "Wanhua Instruments"},
    {.uscc = "YUNHAI", .zh = "北京云海精密仪器有限公司", .former = "北京云海仪器厂"},
    {.uscc = "TAIBO", .en = "Beijing Taibo Imp. & Exp. Co., Ltd.", .confirmed = "Taibo Beijing Export Dept"},
};

static struct match_index *all;

static int build(void **state)
{
    (void)state;
    all = roster_of(firms, sizeof firms / sizeof *firms);
    return 0;
}

static int drop(void **state)
{
    (void)state;
    match_index_free(all);
    return 0;
}

static void case_width_and_punctuation_say_nothing(void **state)
{
    (void)state;
    assert_auto(all, "BEIJING QINGHE MEDICAL TECHNOLOGY CO LTD", "QINGHE", "A1");
    assert_auto(all, "Ｂｅｉｊｉｎｇ　Ｑｉｎｇｈｅ　Ｍｅｄｉｃａｌ　Ｔｅｃｈｎｏｌｏｇｙ　Ｃｏ．，Ｌｔｄ．",
        "QINGHE", "A1");
    assert_auto(all, "Beijing Qínghé Médical Technology Co.; Ltd", "QINGHE", "A1");
    assert_auto(all, "Ruichen Biotech（Beijing）Co.,Ltd.", "RUICHEN", "A1");
    assert_auto(all, "Ruichen Biotech Beijing Co Ltd", "RUICHEN", "A1");
    assert_auto(
        all, "\xEF\xBB\xBF  Beijing  Qing\xC2\xADhe Medical  Technology\tCo. , Ltd .", "QINGHE", "A1");
}

static void legal_forms_of_one_family_are_one(void **state)
{
    (void)state;
    assert_auto(all, "Beijing Qinghe Medical Technology Company Limited", "QINGHE", "A1");
    assert_auto(all, "Beijing Qinghe Medical Technology Co.", "QINGHE", "A1");
    assert_auto(all, "Beijing Qinghe Medical Technology", "QINGHE", "A1");
    assert_auto(all, "Beijing Qinghe Medical Technology Co., Ltda", "QINGHE", "A1");
    assert_review(all, "Beijing Qinghe Medical Technology Inc.", "QINGHE", "R8");
    assert_review(all, "Beijing Qinghe Medical Technology S.p.A.", "QINGHE", "R8");
    assert_review(all, "Beijing Qinghe Medical Technology Pvt. Ltd.", "QINGHE", "R8");
    assert_review(all, "Beijing Qinghe Medical Technology Pty Limited", "QINGHE", "R8");
    assert_review(all, "Beijing Qinghe Medical Technology Sp. z o.o.", "QINGHE", "R8");
}

static void form_before_the_name_counts_only_without_one_behind(void **state)
{
    (void)state;
    static const struct test_firm pt[] = {{.uscc = "PT", .en = "PT Medical Co., Ltd."}};
    struct match_index *index = roster_of(pt, 1);
    assert_auto(index, "PT MEDICAL CO LTD", "PT", "A1");
    assert_none(index, "PT Medical");
    assert_none(index, "Medical Co., Ltd.");
    match_index_free(index);
}

static void abbreviated_and_misspelt_trade_words_are_known(void **state)
{
    (void)state;
    assert_auto(all, "BEIJING QINGHE MEDICAL TECH CO LTD", "QINGHE", "A1");
    assert_auto(all, "BEIJING QINGHE MEDICAL TECNOLOGY CO LTD", "QINGHE", "A1");
    assert_auto(all, "Ruichen Biotechnology (Beijing) Co., Ltd.", "RUICHEN", "A1");
    assert_auto(all, "Ruichen Bio-Tech (Beijing) Co., Ltd.", "RUICHEN", "A1");
    assert_auto(all, "Beijing Sano Lasers Science and Technology Development Co., Ltd", "SANO", "A1");
    assert_auto(all, "Beijing Taibo Import and Export Co., Ltd", "TAIBO", "A1");
    assert_review(all, "Beijing Qinghe Medikcal Technology Co Ltd", "QINGHE", "R13");
}

static void blanks_come_and_go(void **state)
{
    (void)state;
    assert_auto(all, "Beijing Qing He Medical Technology Co., Ltd.", "QINGHE", "A1");
    assert_auto(all, "BEIJINGQINGHEMEDICALTECHNOLOGYCO.,LTD", "QINGHE", "A1");
    assert_auto(all, "BeijingModern Home Care Products Co., Ltd.", "MODERN", "A1");
    assert_auto(all, "BEIJING MODERN HOMECAREPRODUCTSCO.,LTD", "MODERN", "A1");
    assert_auto(all, "Beijing Qinghe Medical TechnologyColtd", "QINGHE", "A1");
    assert_auto(all, "Beijing Qinghe Medical TechnologyCompanyLimited", "QINGHE", "A1");
    assert_auto(all, "Beijing Qinghe Medical TechnologyCoLimited", "QINGHE", "A1");
    assert_auto(all, "WHPM Bioresearch and Technology Co Ltd", "WHPM", "A1");
    assert_auto(all, "W. H. P. M. Bio research & Technology Co., Ltd", "WHPM", "A1");
    /* A glued word and a synonym at once: no key is equal, the tokens are. */
    assert_auto(all, "Beijing Qing He Medical Tech Co., Ltd.", "QINGHE", "A1");
    assert_auto(all, "Beijing Modern Home Care Prod. Co., Ltd.", "MODERN", "A1");
}

/* Found by comparing 20,000 spellings with every firm: the second phrase was taken for the first one's. */
static void phrase_that_stands_twice_is_two(void **state)
{
    (void)state;
    struct match_index *one = roster_of(
        &(struct test_firm){.uscc = "X", .en = "Ruihe Imp. & Exp. Imp. & Exp. (Beijing) Co., Ltd."}, 1);
    assert_auto(one, "Rui He Imp & Exp Imp & Exp (Beijing) Co Ltd", "X", "A1");
    assert_review(one, "Ruihe Imp & Exp (Beijing) Co Ltd", "X", "R14");
    assert_review(one, "Rui He Imp & Exp (Beijing) Co Ltd", "X", "R14");
    match_index_free(one);
}

static void order_of_trade_words_is_free_and_of_core_is_not(void **state)
{
    (void)state;
    assert_auto(all, "Beijing Qinghe Technology Medical Co., Ltd.", "QINGHE", "A2");
    struct match_index *one =
        roster_of(&(struct test_firm){.uscc = "X", .en = "Beijing Kunlun Aurora Co., Ltd."}, 1);
    assert_auto(one, "Beijing Kunlun Aurora Co Ltd", "X", "A1");
    assert_review(one, "Beijing Aurora Kunlun Co Ltd", "X", "R14");
    match_index_free(one);
}

static void brackets_hold_places_aliases_and_former_names(void **state)
{
    (void)state;
    assert_auto(all, "Beijing Qinghe Medical Technology Co., Ltd. (QHMED)", "QINGHE", "A1");
    assert_auto(
        all, "Beijing Qinghe Medical Technology Co., Ltd. (formerly Beijing Moxi Co., Ltd.)", "QINGHE", "A1");
    assert_review(all, "Nanjing Moxi Co., Ltd. (formerly Beijing Qinghe Medical Technology Co., Ltd.)",
        "QINGHE", "R12");
    /* Two or three letters may stand for a place. */
    assert_review(all, "Beijing Qinghe Medical Technology (SHA) Co., Ltd.", "QINGHE", "R14");
    /* A town that no table knows is no abbreviation. */
    assert_review(all, "Beijing Qinghe Medical Technology (Laiyuan) Co., Ltd.", "QINGHE", "R14");
    assert_review(all, "Beijing Qinghe Medical Technology Co., Ltd. (Laiyuan)", "QINGHE", "R14");
    struct match_index *one =
        roster_of(&(struct test_firm){.uscc = "POLY", .en = "Poly Aurora (Laiyuan) Co., Ltd."}, 1);
    assert_review(one, "Poly Aurora Co., Ltd.", "POLY", "R14");
    assert_auto(one, "POLY AURORA(LAIYUAN)CO.,LTD", "POLY", "A1");
    match_index_free(one);
    /* A legal entity of its own beside ours. */
    assert_review(all, "Beijing Qinghe Medical Technology Co., Ltd. (Mast Vertrieb GmbH)", "QINGHE", "R7");
    /* A place behind the legal form may be an address. */
    assert_review(all, "Ruichen Biotech Co., Ltd. (Beijing)", "RUICHEN", "R9");
    assert_review(all, "Ruichen Biotech Co., Ltd. - SHANGAI", "RUICHEN", "R5");
}

static void places_have_many_spellings(void **state)
{
    (void)state;
    assert_auto(all, "Peking Qinghe Medical Technology Co., Ltd.", "QINGHE", "A1");
    assert_auto(all, "Bejing Qinghe Medical Technology Co., Ltd.", "QINGHE", "A1");
    assert_auto(all, "Bei Jing Qinghe Medical Technology Co., Ltd.", "QINGHE", "A1");
    assert_auto(all, "Pequim Qinghe Medical Technology Co., Ltda.", "QINGHE", "A1");
}

static void chinese_names_match_to_the_character(void **state)
{
    (void)state;
    assert_auto(all, "北京清禾医疗科技有限公司", "QINGHE", "A1");
    assert_auto(all, "北京市清禾医疗科技股份有限公司", "QINGHE", "A1");
    assert_auto(all, "北京清禾醫療科技股份有限公司", "QINGHE", "A1");
    assert_auto(all, "睿宸(北京)生物技术有限公司", "RUICHEN", "A1");
    assert_review(all, "北京睿宸生物技术有限公司", "RUICHEN", "R9");
    assert_review(all, "北京清禾医疗器械有限公司", "QINGHE", "R14");
    assert_none(all, "北京青禾医疗科技股份有限公司");
    assert_none(all, "北京清河医疗科技股份有限公司");
}

/* A register may say 生物科技 for 生物技术: a look is worth it, in the same town. */
static void whole_core_in_characters_is_for_review(void **state)
{
    (void)state;
    assert_review(all, "睿宸（北京）生物科技有限公司", "RUICHEN", "R14");
    assert_review(all, "睿宸（北京）医疗器械有限公司", "RUICHEN", "R14");
    assert_none(all, "睿宸（天津）医疗器械有限公司");
    assert_none(all, "睿宸康（北京）生物技术有限公司");
}

static void readings_lead_to_review_only(void **state)
{
    (void)state;
    /* 长 is chang in names, though most dictionaries say zhang first; 乐 is le. */
    assert_review(all, "Beijing Changfeng Lekang Medical Equipment Co., Ltd.", "CHANGFENG", "R11");
    assert_review(all, "Beijing Zhangfenglekang Medical Equipment Co., Ltd.", "CHANGFENG", "R11");
    assert_review(all, "bei jing chang feng le kang yi liao she bei you xian gong si", "CHANGFENG", "R10");
    assert_review(all, "Beijing Qinghe Tecnologia Médica Ltda", "QINGHE", "R11");
}

static void short_names_and_aliases_are_never_enough(void **state)
{
    (void)state;
    assert_review(all, "Wanhua Instruments", "WANHUA", "R12");
    assert_review(all, "QINGHE", "QINGHE", "R10");
    struct match_index *one =
        roster_of(&(struct test_firm){.uscc = "X", .en = "Xinglu Communications Co., Ltd."}, 1);
    assert_review(one, "Xinglu", "X", "R12");
    match_index_free(one);
}

static void former_and_confirmed_names_count_in_full(void **state)
{
    (void)state;
    assert_auto(all, "北京云海仪器厂", "YUNHAI", "A1");
    assert_review(all, "北京云海仪器有限公司", "YUNHAI", "R8");
    assert_auto(all, "TAIBO BEIJING EXPORT DEPT.", "TAIBO", "A3");
    struct match_query query = {.name = "TAIBO BEIJING EXPORT DEPT.", .country = "BR"};
    assert_answer(all, &query, MATCH_REVIEW, "TAIBO", "R4");
}

static void names_of_trade_words_need_every_letter(void **state)
{
    (void)state;
    static const struct test_firm plain[] = {
        {.uscc = "P", .en = "Beijing Medical Instruments Co., Ltd."},
        {.uscc = "Q", .en = "Medical Technology Co., Ltd."},
    };
    struct match_index *index = roster_of(plain, 2);
    assert_auto(index, "BEIJING MEDICAL INSTRUMENTS CO LTD", "P", "A1");
    assert_review(index, "Beijing Medical Instr. Co., Ltd.", "P", "R14");
    assert_review(index, "Medical Technology Co., Ltd.", "Q", "R14");
    assert_none(index, "Henan Medical Instruments Co., Ltd.");
    match_index_free(index);
}

static void forms_of_other_countries_are_forms(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {{"Norrdal Optik a.s.", "NORRDAL OPTIK A/S"},
        {"Norrdal Optik A.Ş.", "Norrdal Optik San. ve Tic. A.Ş."},
        {"Norrdal Optik Sanayi ve Ticaret Ltd. Şti.", "NORRDAL OPTIK LTD STI"},
        {"Norrdal Optik S.r.l. Unipersonale", "Norrdal Optik SRL"},
        {"Norrdal Optik Aktiengesellschaft", "Norrdal Optik AG"}, {"UAB Norrdal Optik", "Norrdal Optik, UAB"},
        {"Norrdal Optik Inc. MF", "Norrdal Optik Inc."}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct match_index *one = roster_of(&(struct test_firm){.uscc = "X", .en = pairs[i][0]}, 1);
        assert_auto(one, pairs[i][1], "X", "A1");
        match_index_free(one);
    }
}

/* "SE" and "AG" before "Co., Ltd." are initials: what they leave of the name is not the same. */
static void few_letters_before_another_form_are_part_of_the_name(void **state)
{
    (void)state;
    struct match_index *one = roster_of(&(struct test_firm){.uscc = "X", .en = "Donglu SE Co., Ltd."}, 1);
    assert_auto(one, "DONGLU SE CO LTD", "X", "A1");
    assert_none(one, "Donglu AG Co., Ltd.");
    assert_none(one, "Donglu Co., Ltd.");
    match_index_free(one);
}

/* Each alone is for review; together they are another firm. */
static void slip_under_another_legal_form_is_another_firm(void **state)
{
    (void)state;
    struct match_index *one =
        roster_of(&(struct test_firm){.uscc = "X", .en = "Grivola Medical Co., Ltd."}, 1);
    assert_review(one, "Trivola Medical Co., Ltd.", "X", "R13");
    assert_review(one, "Grivola Medical GmbH", "X", "R8");
    assert_none(one, "Trivola Medical GmbH");
    match_index_free(one);
}

/* "Devices" has seven letters, though its canonical word has six. */
static void slip_in_a_long_trade_word_is_one_as_it_is_written(void **state)
{
    (void)state;
    struct match_index *one =
        roster_of(&(struct test_firm){.uscc = "X", .en = "Beijing Grivola Medical Devices Co., Ltd."}, 1);
    assert_review(one, "Beijing Grivola Medical Deviaes Co., Ltd.", "X", "R13");
    match_index_free(one);
    one = roster_of(&(struct test_firm){.uscc = "X", .en = "Beijing Grivola Electronics Co., Ltd."}, 1);
    assert_review(one, "Beijing Grivola Eletrinics Co., Ltd.", "X", "R13");
    match_index_free(one);
}

/* "Micro" weighs less than a word that nobody else has: nothing of "Mirco" is left over for that. */
static void slip_in_a_frequent_brand_is_one(void **state)
{
    (void)state;
    struct match_index *one =
        roster_of(&(struct test_firm){.uscc = "X", .en = "Micro-Tech (Weifang) Co., Ltd."}, 1);
    assert_review(one, "Mirco-Tech (Weifang) Co., Ltd.", "X", "R13");
    match_index_free(one);
}

static void misspelt_towns_are_known(void **state)
{
    (void)state;
    struct match_index *one =
        roster_of(&(struct test_firm){.uscc = "X", .en = "Zhejiang Grivola Medical Co., Ltd."}, 1);
    assert_auto(one, "ZHEIJANG GRIVOLA MEDICAL CO., LTD", "X", "A1");
    match_index_free(one);
}

static void an_address_elsewhere_counts_where_the_name_has_no_place(void **state)
{
    (void)state;
    struct match_index *one =
        roster_of(&(struct test_firm){.uscc = "X", .en = "Xinglu Medical Co., Ltd."}, 1);
    struct match_query query = {.name = "XINGLU MEDICAL CO LTD", .country = "CN", .city = "Shenzhen"};
    assert_answer(one, &query, MATCH_REVIEW, "X", "R6");
    query.city = "Beijing";
    assert_answer(one, &query, MATCH_AUTO, "X", "A1");
    query.city = "Qixian";
    assert_answer(one, &query, MATCH_AUTO, "X", "A1");
    match_index_free(one);
    query = (struct match_query){
        .name = "BEIJING QINGHE MEDICAL TECHNOLOGY CO LTD", .country = "CN", .city = "Langfang"};
    assert_answer(all, &query, MATCH_AUTO, "QINGHE", "A1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(case_width_and_punctuation_say_nothing),
        cmocka_unit_test(legal_forms_of_one_family_are_one),
        cmocka_unit_test(form_before_the_name_counts_only_without_one_behind),
        cmocka_unit_test(abbreviated_and_misspelt_trade_words_are_known),
        cmocka_unit_test(blanks_come_and_go),
        cmocka_unit_test(phrase_that_stands_twice_is_two),
        cmocka_unit_test(order_of_trade_words_is_free_and_of_core_is_not),
        cmocka_unit_test(brackets_hold_places_aliases_and_former_names),
        cmocka_unit_test(places_have_many_spellings),
        cmocka_unit_test(chinese_names_match_to_the_character),
        cmocka_unit_test(whole_core_in_characters_is_for_review),
        cmocka_unit_test(readings_lead_to_review_only),
        cmocka_unit_test(short_names_and_aliases_are_never_enough),
        cmocka_unit_test(former_and_confirmed_names_count_in_full),
        cmocka_unit_test(names_of_trade_words_need_every_letter),
        cmocka_unit_test(forms_of_other_countries_are_forms),
        cmocka_unit_test(few_letters_before_another_form_are_part_of_the_name),
        cmocka_unit_test(slip_under_another_legal_form_is_another_firm),
        cmocka_unit_test(slip_in_a_long_trade_word_is_one_as_it_is_written),
        cmocka_unit_test(slip_in_a_frequent_brand_is_one),
        cmocka_unit_test(misspelt_towns_are_known),
        cmocka_unit_test(an_address_elsewhere_counts_where_the_name_has_no_place),
    };
    return cmocka_run_group_tests(tests, build, drop);
}
