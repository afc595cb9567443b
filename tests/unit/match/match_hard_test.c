/* The hard cases: public names of legal entities that a similarity score takes for each other. */
#include "roster_of.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct test_firm firms[] = {
    {.uscc = "LEPU",
        .zh = "乐普（北京）医疗器械股份有限公司",
        .en = "Lepu Medical Technology (Beijing) Co., Ltd."},
    {.uscc = "LEPU2",
        .zh = "北京乐普医疗科技有限责任公司",
        .en = "Beijing Lepu Medical Technology Co., Ltd."},
    {.uscc = "LEPU3",
        .zh = "乐普（北京）医疗装备有限公司",
        .en = "Lepu Medical Equipment (Beijing) Co., Ltd."},
    {.uscc = "AEONMED", .zh = "北京谊安医疗系统股份有限公司", .en = "Beijing Aeonmed Co., Ltd."},
    {.uscc = "HYGEA", .zh = "海杰亚（北京）医疗器械有限公司", .en = "Hygea Medical Technology Co., Ltd."},
    {.uscc = "HYGIEA", .en = "Hygiea Medical Technology (Beijing) Co., Ltd."},
    {.uscc = "INNOVATION", .en = "Innovation Biotech (Beijing) Co., Ltd."},
    {.uscc = "HOTGEN", .zh = "北京热景生物技术股份有限公司", .en = "Beijing Hotgen Biotech Co., Ltd."},
    {.uscc = "DEMAX", .zh = "北京迪玛克医药科技有限公司", .en = "Beijing Demax Medical Technology Co.,Ltd."},
    {.uscc = "NATON", .zh = "纳通生物科技（北京）有限公司", .en = "Naton Biotechnology (Beijing) Co., Ltd."},
    {.uscc = "WANDONG",
        .zh = "北京万东医疗科技股份有限公司",
        .en = "Beijing Wandong Medical Technology Co., Ltd."},
    {.uscc = "AK", .zh = "北京爱康宜诚医疗器材有限公司", .en = "Beijing AK Medical Co., Ltd."},
    {.uscc = "STRONG", .zh = "北京九强生物技术股份有限公司", .en = "Beijing Strong Biotechnologies, Inc."},
    {.uscc = "SYNAPTIC", .zh = "心诺普医疗技术（北京）有限公司", .en = "Synaptic Medical Limited"},
    {.uscc = "HUALUN", .zh = "北京通用电气华伦医疗设备有限公司", .en = "GE HUALUN MEDICAL SYSTEMS CO. Ltd"},
    {.uscc = "HANGWEI", .zh = "航卫通用电气医疗系统有限公司", .en = "GE HANGWEI MEDICAL SYSTEMS CO., LTD."},
    {.uscc = "MINDRAY",
        .zh = "北京深迈瑞医疗电子技术研究院有限公司",
        .en = "Beijing Mindray Medical Instrument Co., Ltd."},
    {.uscc = "SOPHONIX", .en = "Sophonix Co., Ltd."},
    {.uscc = "LEBOO", .en = "Leboo Healthcare Products Limited"},
    {.uscc = "CHOICE",
        .zh = "北京超思电子技术有限责任公司",
        .en = "Beijing Choice Electronic Technology Co., Ltd."},
    {.uscc = "UHEALTH", .en = "Beijing Uhealth Products Co., Ltd."},
    {.uscc = "KELLYMED", .zh = "北京科力建元医疗科技有限公司", .en = "Beijing KellyMed Co., Ltd."},
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

static void every_firm_finds_itself(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(firms); i++) {
        if (firms[i].zh != NULL)
            assert_auto(all, firms[i].zh, firms[i].uscc, "A1");
        assert_auto(all, firms[i].en, firms[i].uscc, "A1");
    }
}

static void place_counts_with_its_position(void **state)
{
    (void)state;
    assert_auto(all, "LEPU MEDICAL TECHNOLOGY(BEIJING)CO.,LTD", "LEPU", "A1");
    assert_auto(all, "BEIJING LEPU MEDICAL TECHNOLOGY CO LTD", "LEPU2", "A1");
    struct match_index *one = roster_of(firms, 1);
    assert_review(one, "Beijing Lepu Medical Technology Co., Ltd.", "LEPU", "R9");
    assert_review(one, "北京乐普医疗器械股份有限公司", "LEPU", "R9");
    match_index_free(one);
}

static void missing_place_is_for_a_person(void **state)
{
    (void)state;
    assert_review(all, "AEONMED CO., LTD.", "AEONMED", "R10");
    assert_review(all, "Beijing Hygea Medical Technology Co., Ltd.", "HYGEA", "R10");
}

static void another_trade_word_is_another_firm(void **state)
{
    (void)state;
    struct match_index *one = roster_of(firms, 1);
    assert_review(one, "Lepu Medical Equipment (Beijing) Co., Ltd.", "LEPU", "R14");
    match_index_free(one);
    assert_review(all, "Beijing Choice Electronic Co., Ltd.", "CHOICE", "R14");
    assert_none(all, "Beijing Choice Software Technologies Inc");
    assert_none(all, "Beijing Uhealth Laser Photoelectric Rubber Factory Co., Ltd.");
}

static void a_shared_stem_is_no_shared_name(void **state)
{
    (void)state;
    assert_none(all, "Beijing Aeonview Co., Ltd.");
    assert_none(all, "Shenzhen Aeon Technology Co., Ltd.");
    assert_none(all, "Beijing LepuImage Technology Co., Ltd.");
    assert_none(all, "Shenzhen Sonolepu Medical Technology Co., Ltd.");
    assert_none(all, "KASO Medical Technology Co., Ltd.");
    assert_none(all, "Protective Products Co., Ltd.");
}

static void one_letter_apart_is_never_automatic(void **state)
{
    (void)state;
    const struct test_firm *hygea = &firms[4];
    struct match_index *one = roster_of(hygea, 1);
    assert_review(one, "Hygiea Medical Technology Co., Ltd.", "HYGEA", "R13");
    match_index_free(one);
    /* With both on record each spelling is its own firm's. */
    assert_auto(all, "HYGEA MEDICAL TECHNOLOGY CO LTD", "HYGEA", "A1");
    assert_auto(all, "HYGIEA MEDICAL TECHNOLOGY (BEIJING) CO LTD", "HYGIEA", "A1");
    assert_review(all, "KellMed Ltd.", "KELLYMED", "R10");
}

static void legal_form_is_taken_off_the_tail_only(void **state)
{
    (void)state;
    assert_none(all, "Co-Innovation Biotech Co., Ltd.");
    struct match_index *one =
        roster_of(&(struct test_firm){.uscc = "BV", .en = "BV Medical Technologies SL"}, 1);
    assert_none(one, "Medical Technologies SL");
    assert_auto(one, "B.V. Medical Technologies S.L.", "BV", "A1");
    match_index_free(one);
}

static void other_cities_are_in_conflict(void **state)
{
    (void)state;
    assert_review(all, "Hotgen (Langfang) Biotech Co., Ltd.", "HOTGEN", "R5");
    assert_review(all, "Tianjin Demax Medical Technology Co., Ltd.", "DEMAX", "R5");
    assert_none(all, "Naton Medical Protective Equipment (Tianjin) Co., Ltd.");
    assert_none(all, "Hangzhou Wandong Electron Co.,LTD");
    assert_none(all, "Shenzhen LEPU Intelligent Medical Equipment Co., Ltd.");
    assert_review(all, "热景（廊坊）生物技术有限公司", "HOTGEN", "R5");
}

static void china_is_a_place_too(void **state)
{
    (void)state;
    struct match_index *one =
        roster_of(&(struct test_firm){.uscc = "GE", .en = "GE Medical Systems (China) Co., Ltd."}, 1);
    assert_review(one, "GE Medical Systems Co., Ltd.", "GE", "R10");
    assert_auto(one, "GE MEDICAL SYSTEMS(CHINA)CO LTD", "GE", "A1");
    match_index_free(one);
}

static void other_countries_are_affiliates_at_most(void **state)
{
    (void)state;
    struct match_query query = {.name = "Beijing AK Medical Co., Ltd.", .country = "US"};
    assert_answer(all, &query, MATCH_REVIEW, "AK", "R4");
    query.country = "CN";
    assert_answer(all, &query, MATCH_AUTO, "AK", "A1");
    query = (struct match_query){.name = "AK Medical Srl", .country = "IT"};
    assert_answer(all, &query, MATCH_REVIEW, "AK", "R4");
    query = (struct match_query){.name = "Strong Biotech Corporation", .country = "TW"};
    assert_answer(all, &query, MATCH_REVIEW, "STRONG", "R4");
}

static void differing_legal_forms_are_different_entities(void **state)
{
    (void)state;
    assert_review(all, "Synaptic Medical Corporation", "SYNAPTIC", "R8");
    assert_auto(all, "SYNAPTIC MEDICAL LTD", "SYNAPTIC", "A1");
    assert_auto(all, "Synaptic Medical Co., Ltd.", "SYNAPTIC", "A1");
    assert_review(all, "Synaptic Medical GmbH", "SYNAPTIC", "R8");
}

static void sisters_of_a_group_stay_apart(void **state)
{
    (void)state;
    assert_auto(all, "GE HUALUN MEDICAL SYSTEMS CO., LTD.", "HUALUN", "A1");
    assert_auto(all, "GE HANGWEI MEDICAL SYSTEMS CO LTD", "HANGWEI", "A1");
    assert_review(all, "BEIJING GE HUALUN MEDICAL EQUIPMENT CO LTD", "HUALUN", "R10");
    assert_none(all, "Shenzhen Mindray Bio-Medical Electronics Co., Ltd.");
    assert_none(all, "Nanjing Mindray Bio-Medical Electronics Co., Ltd.");
    assert_none(all, "Mindray Medical Germany GmbH");
    assert_none(all, "Mindray do Brasil Comercio e Distribuicao de Equipamentos Medicos Ltda");
    assert_review(all, "Sophonix (Jiangxi) Co.,Ltd.", "SOPHONIX", "R10");
    assert_review(all, "Leboo (Hubei) Healthcare Products Limited", "LEBOO", "R10");
}

/* What stands before 有限公司 is part of the name, though it is a form of its own where it closes one. */
static void group_or_institute_of_a_name_is_another_firm(void **state)
{
    (void)state;
    static const char *const sisters[] = {"北京晨岚医疗科技集团有限公司", "北京晨岚医疗科技（集团）有限公司",
        "北京晨岚医疗科技集团股份有限公司", "北京晨岚医疗科技研究院有限公司",
        "北京晨岚医疗科技研究所有限公司", "北京晨岚医疗科技研究中心有限公司", "北京晨岚医疗科技厂有限公司"};
    const char *own = "北京晨岚医疗科技有限公司";
    for (size_t i = 0; i < COUNT(sisters); i++) {
        char found[32];
        struct match_index *one = roster_of(&(struct test_firm){.uscc = "OWN", .zh = own}, 1);
        assert_int_not_equal(band_of_name(one, sisters[i], found), MATCH_AUTO);
        match_index_free(one);
        one = roster_of(&(struct test_firm){.uscc = "SISTER", .zh = sisters[i]}, 1);
        assert_int_not_equal(band_of_name(one, own, found), MATCH_AUTO);
        assert_auto(one, sisters[i], "SISTER", "A1");
        match_index_free(one);
    }
}

/* 力康 and 力德 differ in one byte: characters are no letters, and another character is another name. */
static void likeness_of_bytes_is_none_of_characters(void **state)
{
    (void)state;
    struct match_index *one =
        roster_of(&(struct test_firm){.uscc = "X", .zh = "北京力康医疗瑞宸科技有限公司"}, 1);
    assert_auto(one, "北京力康医疗瑞宸科技有限公司", "X", "A1");
    assert_none(one, "北京力德医疗瑞宸科技有限公司");
    match_index_free(one);
}

static void word_in_a_bracket_is_no_abbreviation(void **state)
{
    (void)state;
    struct match_index *one = roster_of(
        &(struct test_firm){.uscc = "OWN", .en = "Aurion Science and Technology Development Co., Ltd."}, 1);
    char found[32];
    assert_auto(one, "Aurion Science and Technology Development Co., Ltd. (ASTD)", "OWN", "A1");
    assert_int_not_equal(
        band_of_name(one, "Aurion Science and Technology Development Co., Ltd. (Asia)", found), MATCH_AUTO);
    match_index_free(one);
    one = roster_of(&(struct test_firm){.uscc = "OWN", .zh = "晨岚医疗科技（北京）有限公司"}, 1);
    assert_int_not_equal(band_of_name(one, "晨岚医疗科技（北京）研究院有限公司", found), MATCH_AUTO);
    match_index_free(one);
}

static void equal_names_of_two_firms_are_nobodys(void **state)
{
    (void)state;
    static const struct test_firm twins[] = {
        {.uscc = "B", .en = "Beijing Qingfeng Medical Co., Ltd."},
        {.uscc = "A", .en = "Beijing Qing Feng Medical Company Limited"},
        {.uscc = "C",
            .en = "Beijing Baiyun Medical Co., Ltd.",
            .former = "Beijing Qingfeng Medical Co., Ltd."},
    };
    struct match_index *index = roster_of(twins, 2);
    assert_review(index, "BEIJING QINGFENG MEDICAL CO LTD", "A", "R3");
    match_index_free(index);
    index = roster_of(twins + 1, 2);
    assert_review(index, "BEIJING QINGFENG MEDICAL CO LTD", "A", "R3");
    match_index_free(index);
    index = roster_of(twins + 2, 1);
    assert_auto(index, "BEIJING QINGFENG MEDICAL CO LTD", "C", "A1");
    match_index_free(index);
}

/* A person has said no: the next best is offered, and where the rejected firm fitted, a person looks again.
 */
static void rejected_firm_is_passed_over(void **state)
{
    (void)state;
    static const struct test_firm twins[] = {
        {.uscc = "A", .en = "Beijing Qinghe Medical Co., Ltd.", .fei = "3006400113"},
        {.uscc = "B", .en = "Beijing Qing He Medical Co., Ltd."},
        {.uscc = "C", .en = "Beijing Qinghi Medical Co., Ltd."}};
    static const char *const not_a[] = {"A", NULL};
    static const char *const not_a_or_b[] = {"A", "B", NULL};
    static const char *const not_c[] = {"C", NULL};
    struct match_index *index = roster_of(twins, 3);
    struct match_query query = {.name = "Beijing Qinghe Medical Co Ltd"};
    assert_answer(index, &query, MATCH_REVIEW, "A", "R3");
    query.passed_over = not_a;
    assert_answer(index, &query, MATCH_REVIEW, "B", "R17");
    query.passed_over = not_a_or_b;
    assert_answer(index, &query, MATCH_REVIEW, "C", "R13");
    query = (struct match_query){.name = "Moxi Medical", .fei = "3006400113", .passed_over = not_a};
    assert_answer(index, &query, MATCH_NONE, "", "");
    query = (struct match_query){.name = "Beijing Qinghi Medical Co Ltd", .passed_over = not_a_or_b};
    assert_answer(index, &query, MATCH_AUTO, "C", "A1");
    query.passed_over = not_c;
    assert_answer(index, &query, MATCH_REVIEW, "A", "R13");
    match_index_free(index);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_firm_finds_itself),
        cmocka_unit_test(place_counts_with_its_position),
        cmocka_unit_test(missing_place_is_for_a_person),
        cmocka_unit_test(another_trade_word_is_another_firm),
        cmocka_unit_test(a_shared_stem_is_no_shared_name),
        cmocka_unit_test(one_letter_apart_is_never_automatic),
        cmocka_unit_test(legal_form_is_taken_off_the_tail_only),
        cmocka_unit_test(other_cities_are_in_conflict),
        cmocka_unit_test(china_is_a_place_too),
        cmocka_unit_test(other_countries_are_affiliates_at_most),
        cmocka_unit_test(differing_legal_forms_are_different_entities),
        cmocka_unit_test(sisters_of_a_group_stay_apart),
        cmocka_unit_test(rejected_firm_is_passed_over),
        cmocka_unit_test(group_or_institute_of_a_name_is_another_firm),
        cmocka_unit_test(word_in_a_bracket_is_no_abbreviation),
        cmocka_unit_test(likeness_of_bytes_is_none_of_characters),
        cmocka_unit_test(equal_names_of_two_firms_are_nobodys),
    };
    return cmocka_run_group_tests(tests, build, drop);
}
