/* Identifiers: equal ones decide (A0), unless the name contradicts or they break their check rule. */
#include "roster_of.h"

#include "index.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define USCC_A "91110108MA01ABCD2H"
#define USCC_B "91110108MAR4GQH65Y"

static const struct test_firm firms[] = {
    {.uscc = USCC_A,
        .zh = "北京清禾医疗科技股份有限公司",
        .en = "Beijing Qinghe Medical Technology Co., Ltd.",
        .alias = "QHMT",
        .srn = "CN-MF-000012345 CN-MF-000054321",
        .fei = "3006400113",
        .owner_operator = "10029684|9004629"},
    {.uscc = USCC_B,
        .zh = "睿宸（北京）生物技术有限公司",
        .en = "Ruichen Biotech (Beijing) Co., Ltd.",
        .srn = "CN-MF-000077777",
        .fei = "3006400114"},
};

static struct match_index *all;

static int build(void **state)
{
    (void)state;
    all = roster_of(firms, 2);
    return 0;
}

static int drop(void **state)
{
    (void)state;
    match_index_free(all);
    return 0;
}

static void equal_identifier_decides(void **state)
{
    (void)state;
    const struct match_query queries[] = {
        {.name = "Beijing Qinghe Healthcare Group", .srn = "CN-MF-000012345"},
        {.name = "Beijing Qinghe Healthcare Group", .srn = "cn-mf-000054321"},
        {.name = "Qinghe", .fei = "3006400113"},
        {.name = "QHMT", .owner_operator = "9004629"},
        {.name = "", .owner_operator = "10029684"},
        {.name = "北京清禾医药有限公司", .fei = "3006400113"},
        {.name = "清禾", .uscc = USCC_A},
    };
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++)
        assert_answer(all, &queries[i], MATCH_AUTO, USCC_A, "A0");
}

static void maker_named_by_its_code_is_found(void **state)
{
    (void)state;
    assert_auto(all, USCC_B, USCC_B, "A0");
}

static void contradicting_name_needs_a_person(void **state)
{
    (void)state;
    struct match_query query = {.name = "Beijing Moxi Instrument Co., Ltd.", .srn = "CN-MF-000012345"};
    assert_answer(all, &query, MATCH_REVIEW, USCC_A, "R2");
    query.name = "Tianjin Qinghe Medical Technology Co., Ltd.";
    assert_answer(all, &query, MATCH_REVIEW, USCC_A, "R2");
    query.name = "北京墨溪仪器有限公司";
    assert_answer(all, &query, MATCH_REVIEW, USCC_A, "R2");
}

static void identifier_of_one_and_name_of_another_need_a_person(void **state)
{
    (void)state;
    struct match_query query = {.name = "Ruichen Biotech (Beijing) Co., Ltd.", .srn = "CN-MF-000012345"};
    assert_answer(all, &query, MATCH_REVIEW, USCC_A, "R1");
    query = (struct match_query){.name = "Qinghe", .srn = "CN-MF-000012345", .fei = "3006400114"};
    assert_answer(all, &query, MATCH_REVIEW, USCC_A, "R3");
}

static void shared_identifier_decides_nothing(void **state)
{
    (void)state;
    struct test_firm twins[2] = {firms[1], firms[0]};
    twins[0].fei = "3006400113";
    struct match_index *index = roster_of(twins, 2);
    struct match_query query = {.name = "Qinghe", .fei = "3006400113"};
    assert_answer(index, &query, MATCH_REVIEW, USCC_A, "R3");
    match_index_free(index);
}

static void identifier_that_breaks_its_rule_counts_for_nothing(void **state)
{
    (void)state;
    static const char *const bad_srns[] = {"CN-XX-000012345", "CN-MF-12345", "CNMF000012345",
        "CN-MF-00001234A", "CN-MF-0000123456", "1N-MF-000012345", ""};
    for (size_t i = 0; i < sizeof bad_srns / sizeof *bad_srns; i++) {
        assert_false(identifier_is_good(IDENTIFIER_SRN, bad_srns[i]));
        struct match_query query = {.name = "Qing Yuan", .srn = bad_srns[i]};
        assert_answer(all, &query, MATCH_NONE, "", "");
    }
    assert_true(identifier_is_good(IDENTIFIER_SRN, "DE-AR-000000001"));
    assert_true(identifier_is_good(IDENTIFIER_FEI, "1234567"));
    assert_false(identifier_is_good(IDENTIFIER_FEI, "123456"));
    assert_false(identifier_is_good(IDENTIFIER_FEI, "12345678901"));
    assert_false(identifier_is_good(IDENTIFIER_FEI, "12345 6789"));
    assert_true(identifier_is_good(IDENTIFIER_USCC, "911100007000084768"));
    assert_false(identifier_is_good(IDENTIFIER_USCC, "91110000700008476O"));
    assert_false(identifier_is_good(IDENTIFIER_USCC, "91110000700008476"));
}

static void identifier_too_long_is_not_cut_to_one(void **state)
{
    (void)state;
    const char *cursor = "CN-MF-000012345000000000000000000000000000 7654321";
    char identifier[IDENTIFIER_BYTES];
    assert_true(identifier_next(&cursor, identifier));
    assert_string_equal(identifier, "7654321");
    assert_false(identifier_next(&cursor, identifier));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_identifier_decides),
        cmocka_unit_test(maker_named_by_its_code_is_found),
        cmocka_unit_test(contradicting_name_needs_a_person),
        cmocka_unit_test(identifier_of_one_and_name_of_another_need_a_person),
        cmocka_unit_test(shared_identifier_decides_nothing),
        cmocka_unit_test(identifier_that_breaks_its_rule_counts_for_nothing),
        cmocka_unit_test(identifier_too_long_is_not_cut_to_one),
    };
    return cmocka_run_group_tests(tests, build, drop);
}
