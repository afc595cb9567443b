/* Candidates, known by SRN or FEI only, and the firms that they turn out to be. */
#include "delivery.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CHEN "91110108MA0DEMA17F"
#define SIZH "91110114MA0DEMB219"
#define QIFA "91110115MA0DEMC36X"

#define SRN1  "CN-MF-000000001"
#define SRN2  "CN-MF-000000002"
#define LIST  "SRN号|英文名称|地址\n"
#define FIRMS "统一社会信用代码|企业名称|英文名称|SRN号|FEI号\n"

static void assert_withdrawn_for(struct bureau *bureau, const char *candidate, const char *uscc)
{
    assert_int_equal(store_value(bureau->store, 0,
                         "SELECT count(*) FROM local_record WHERE kind = 'firms' AND key = ? AND uscc = key "
                         "AND withdrawn = 1 AND seq_to IS NULL AND fields ->> 'successor_uscc' = ?",
                         "tt", candidate, uscc),
        1);
}

static void a_firm_without_a_code_is_a_candidate(void **state)
{
    struct bureau *bureau = *state;
    struct import_result result =
        deliver(bureau, "1.csv", "a1", LIST SRN1 "|Chenlan Co., Ltd.|Haidian\n|Nobody|\n");
    assert_counts(result, 1, 0, 0, 1);
    assert_true(result.firms_changed);
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_record WHERE key = 'SRN:" SRN1
                                    "' AND uscc = key AND kind = 'firms'"),
        1);
    assert_true(is_to_be_decided(bureau, "SRN:" SRN1));
    assert_counts(deliver(bureau, "2.csv", "a2", LIST SRN1 "|Chenlan Co., Ltd.|\n"), 0, 0, 1, 0);
}

static void a_candidate_becomes_the_firm_that_brings_its_number(void **state)
{
    struct bureau *bureau = *state;
    deliver(bureau, "1.csv", "a1", LIST SRN1 "|Chenlan Co., Ltd.|Haidian\n");
    forget_work(bureau);
    struct import_result result = deliver(bureau, "2.csv", "a2", FIRMS CHEN "|晨岚||" SRN1 "|\n");
    assert_counts(result, 1, 0, 0, 0);
    assert_true(result.firms_changed);
    assert_withdrawn_for(bureau, "SRN:" SRN1, CHEN);
    /* What only the candidate knew goes over. */
    assert_string_equal(field(bureau, "firms", CHEN, "name_en"), "Chenlan Co., Ltd.");
    assert_string_equal(field(bureau, "firms", CHEN, "address"), "Haidian");
    assert_string_equal(field(bureau, "firms", CHEN, "srn"), SRN1);
    assert_true(is_to_be_decided(bureau, CHEN) && is_to_be_decided(bureau, "SRN:" SRN1));
    assert_int_equal(number(bureau, "SELECT count(*) FROM work WHERE kind = 'rematch'"), 1);
}

static void what_the_firm_says_itself_stands(void **state)
{
    struct bureau *bureau = *state;
    deliver(bureau, "1.csv", "a1", LIST SRN1 "|Chenlan Co., Ltd.|Haidian\n");
    deliver(bureau, "2.csv", "a2", FIRMS CHEN "|晨岚|Chenlan Medical||\n");
    struct import_result result = deliver(bureau, "3.csv", "a3", "uscc|SRN号|地址\n" CHEN "|" SRN1 "|清空\n");
    assert_counts(result, 0, 1, 0, 0);
    assert_withdrawn_for(bureau, "SRN:" SRN1, CHEN);
    assert_string_equal(field(bureau, "firms", CHEN, "name_en"), "Chenlan Medical");
    assert_string_equal(field(bureau, "firms", CHEN, "address"), "");
}

/* One candidate is known by SRN, another by FEI, a third row says that both are one firm. */
static void a_firm_may_have_been_several_candidates(void **state)
{
    struct bureau *bureau = *state;
    deliver(bureau, "1.csv", "a1", "SRN号|FEI号|英文名称\n" SRN1 "||Chenlan A\n|3006400113|Chenlan B\n");
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_record"), 2);
    assert_counts(deliver(bureau, "2.csv", "a2", FIRMS CHEN "|晨岚||" SRN1 "|3006400113\n"), 1, 0, 0, 0);
    assert_withdrawn_for(bureau, "SRN:" SRN1, CHEN);
    assert_withdrawn_for(bureau, "FEI:3006400113", CHEN);
    assert_string_equal(field(bureau, "firms", CHEN, "name_en"), "Chenlan A");
}

static void the_list_that_comes_again_makes_no_second_candidate(void **state)
{
    struct bureau *bureau = *state;
    deliver(bureau, "1.csv", "a1", LIST SRN1 "|Chenlan Co., Ltd.|\n" SRN2 "|Sizhuo Co., Ltd.|\n");
    deliver(bureau, "2.csv", "a2", FIRMS CHEN "|晨岚||" SRN1 "|\n");
    struct import_result result =
        deliver(bureau, "3.csv", "a3", LIST SRN1 "|Chenlan Co., Ltd.|new\n" SRN2 "|Sizhuo Co., Ltd.|\n");
    assert_counts(result, 0, 0, 2, 0);
    assert_int_equal(result.warnings, 1);
    assert_says(rejects(bureau), "!2 SRN号: " SRN1 " 属于已登记的企业 " CHEN);
    assert_withdrawn_for(bureau, "SRN:" SRN1, CHEN);

    /* Nor when the firm was there first. */
    deliver(bureau, "4.csv", "a4", FIRMS SIZH "|思卓|||3006400114\n");
    assert_counts(deliver(bureau, "5.csv", "a5", "FEI号|英文名称\n3006400114|Sizhuo\n"), 0, 0, 1, 0);
    /* Until the firm gives the number up. */
    deliver(bureau, "6.csv", "a6", "uscc|FEI号\n" SIZH "|清空\n");
    assert_counts(deliver(bureau, "7.csv", "a7", "FEI号|英文名称\n3006400114|Other\n"), 1, 0, 0, 0);
}

static void candidate_and_firm_in_one_file_are_one_row(void **state)
{
    struct bureau *bureau = *state;
    /* The firm first: the other row says nothing new. */
    struct import_result result =
        deliver(bureau, "1.csv", "a1", FIRMS CHEN "|晨岚||" SRN1 "|\n||Chenlan|" SRN1 "|\n");
    assert_counts(result, 1, 0, 1, 0);
    assert_says(rejects(bureau), "!3 SRN号: " SRN1 " 属于第 2 行的企业");
    /* The candidate first: nobody knows which of the two holds. */
    result = deliver(bureau, "2.csv", "a2", FIRMS "||Sizhuo|" SRN2 "|\n" SIZH "|思卓||" SRN2 "|\n");
    assert_counts(result, 1, 0, 0, 1);
    assert_says(rejects(bureau), "3 SRN号: " SRN2 " 在第 2 行另作一行");
    assert_string_equal(field(bureau, "firms", SIZH, "name_zh"), "");
    assert_counts(deliver(bureau, "3.csv", "a3", FIRMS SIZH "|思卓||" SRN2 "|\n"), 1, 0, 0, 0);
    assert_withdrawn_for(bureau, "SRN:" SRN2, SIZH);
    assert_string_equal(field(bureau, "firms", SIZH, "name_en"), "Sizhuo");
}

static void a_faulty_row_promotes_nobody(void **state)
{
    struct bureau *bureau = *state;
    deliver(bureau, "1.csv", "a1", LIST SRN1 "|Chenlan Co., Ltd.|\n");
    assert_counts(deliver(bureau, "2.csv", "a2", "uscc|SRN号\n" CHEN "|" SRN1 "\n"), 0, 0, 0, 1);
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_record WHERE withdrawn = 1"), 0);
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_record"), 1);
}

static void a_number_belongs_to_one_firm(void **state)
{
    struct bureau *bureau = *state;
    assert_counts(deliver(bureau, "1.csv", "a1", FIRMS CHEN "|晨岚||" SRN1 "|\n" SIZH "|思卓||" SRN1 "|\n"),
        1, 0, 0, 1);
    assert_says(rejects(bureau), "3 SRN号: " SRN1 " 在第 2 行属于另一家企业");
    assert_counts(deliver(bureau, "2.csv", "a2", FIRMS SIZH "|思卓||" SRN1 "|\n"), 0, 0, 0, 1);
    assert_says(rejects(bureau), "2 SRN号: " SRN1 " 已登记在企业 " CHEN " 名下");
    /* The first one gives it up, in the same file. */
    struct import_result result =
        deliver(bureau, "3.csv", "a3", FIRMS CHEN "|||清空|\n" SIZH "|思卓||" SRN1 "|\n");
    assert_counts(result, 1, 1, 0, 0);
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_identifier WHERE uscc = '" SIZH "'"), 1);
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_identifier"), 1);
}

static void a_successor_bears_the_number_too(void **state)
{
    struct bureau *bureau = *state;
    deliver(bureau, "1.csv", "a1",
        "uscc|企业名称|SRN号|承继企业统一社会信用代码\n" CHEN "|晨岚|" SRN1 "|" SIZH "\n");
    struct import_result result = deliver(bureau, "2.csv", "a2", FIRMS SIZH "|思卓||" SRN1 "|\n");
    assert_counts(result, 1, 0, 0, 0);
    assert_int_equal(result.warnings, 1);
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, bureau_open, bureau_close)
    const struct CMUnitTest tests[] = {
        CLAIM(a_firm_without_a_code_is_a_candidate),
        CLAIM(a_candidate_becomes_the_firm_that_brings_its_number),
        CLAIM(what_the_firm_says_itself_stands),
        CLAIM(a_firm_may_have_been_several_candidates),
        CLAIM(the_list_that_comes_again_makes_no_second_candidate),
        CLAIM(candidate_and_firm_in_one_file_are_one_row),
        CLAIM(a_faulty_row_promotes_nobody),
        CLAIM(a_number_belongs_to_one_firm),
        CLAIM(a_successor_bears_the_number_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
