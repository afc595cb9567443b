/* Full lists (全量): what they do not name is unknown, never closed; and they are not believed when they
 * shrink. */
#include "delivery.h"

#include "m13/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CHEN "91110108MA0DEMA17F"
#define SIZH "91110114MA0DEMB219"
#define QIFA "91110115MA0DEMC36X"

#define FULL "[全量]\n"

/* `from` to `to` of ten products of a firm. */
static const char *products(const char *sheet, const char *uscc, int from, int to)
{
    static struct text table = {.ceiling = 1 << 16};
    text_clear(&table);
    text_append_format(&table, "%s产品编号|uscc|产品名称\n", sheet);
    for (int i = from; i <= to; i++)
        text_append_format(&table, "P%02d|%s|心电%d\n", i, uscc, i);
    return text_string(&table);
}

static int64_t unlisted(struct bureau *bureau)
{
    return number(
        bureau, "SELECT count(*) FROM local_record WHERE seq_to IS NULL AND unlisted = 1 AND withdrawn = 0");
}

static void what_the_list_does_not_name_is_unknown_but_not_closed(void **state)
{
    struct bureau *bureau = *state;
    deliver(bureau, "1.csv", "a1", products("", CHEN, 1, 10));
    forget_work(bureau);
    struct import_result result = deliver(bureau, "2.xlsx", "a2", products(FULL, CHEN, 1, 8));
    assert_counts(result, 0, 0, 8, 0);
    assert_int_equal(result.unlisted, 2);
    assert_int_equal(unlisted(bureau), 2);
    assert_string_equal(field(bureau, "products", "P10", "name_zh"), "心电10");
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_record WHERE key = 'P10' AND version = 2 "
                                    "AND withdrawn = 0 AND assurance = 'documented' AND uscc = '" CHEN "'"),
        1);
    assert_int_equal(number(bureau, "SELECT unlisted FROM local_file WHERE full_list = 1"), 2);
    assert_true(is_to_be_decided(bureau, CHEN));

    /* What is unknown already is not counted again. */
    result = deliver(bureau, "3.xlsx", "a3", products(FULL, CHEN, 1, 7));
    assert_int_equal(result.unlisted, 1);
    assert_int_equal(unlisted(bureau), 3);
}

static void what_is_named_again_is_listed_again(void **state)
{
    struct bureau *bureau = *state;
    deliver(bureau, "1.csv", "a1", products("", CHEN, 1, 10));
    deliver(bureau, "2.xlsx", "a2", products(FULL, CHEN, 1, 9));
    assert_int_equal(unlisted(bureau), 1);
    struct import_result result = deliver(bureau, "3.csv", "a3", products("", CHEN, 10, 10));
    assert_counts(result, 0, 1, 0, 0);
    assert_int_equal(unlisted(bureau), 0);
    assert_int_equal(number(bureau, "SELECT max(version) FROM local_record WHERE key = 'P10'"), 3);
}

static void a_list_that_is_too_short_is_refused_unless_a_person_has_looked(void **state)
{
    struct bureau *bureau = *state;
    deliver(bureau, "1.csv", "a1", products("", CHEN, 1, 10));
    assert_refused(deliver(bureau, "2.xlsx", "a2", products(FULL, CHEN, 1, 7)),
        "已知的 10 条产品记录中，有 3 条不在表中");
    assert_int_equal(unlisted(bureau), 0);
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_staged"), 0);
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_record"), 10);
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_file WHERE state = 'refused'"), 1);

    bureau->allowed = IMPORT_ALLOW_SHRINK;
    assert_int_equal(deliver(bureau, "2.xlsx", "a2", products(FULL, CHEN, 1, 7)).unlisted, 3);
    assert_int_equal(unlisted(bureau), 3);
}

static void one_record_may_always_go(void **state)
{
    struct bureau *bureau = *state;
    deliver(bureau, "1.csv", "a1", products("", CHEN, 1, 2));
    assert_int_equal(deliver(bureau, "2.xlsx", "a2", products(FULL, CHEN, 1, 1)).unlisted, 1);
}

static void a_faulty_row_still_names_its_record(void **state)
{
    struct bureau *bureau = *state;
    deliver(bureau, "1.csv", "a1", products("", CHEN, 1, 3));
    struct import_result result = deliver(bureau, "2.xlsx", "a2",
        FULL "产品编号|uscc|产品名称\nP01|" CHEN "|心电1\nP02|9111|心电2\nP03|" CHEN "|心电3\n");
    assert_counts(result, 0, 0, 2, 1);
    assert_int_equal(result.unlisted, 0);
    assert_int_equal(unlisted(bureau), 0);
}

static void a_row_that_could_be_any_record_keeps_them_all(void **state)
{
    struct bureau *bureau = *state;
    deliver(bureau, "1.csv", "a1", products("", CHEN, 1, 10));
    struct import_result result =
        deliver(bureau, "2.xlsx", "a2", FULL "产品编号|uscc|产品名称\nP01|" CHEN "|心电1\n|" CHEN "|心电2\n");
    assert_counts(result, 0, 0, 1, 1);
    assert_int_equal(result.unlisted, 0);
    assert_int_equal(unlisted(bureau), 0);
    assert_says(rejects(bureau), "全量0 : 全量表中有认不出是哪条记录的行");
}

#define SALES          "销售编号|uscc|产品编号|最终目的国|日期|金额|币种\n"
#define SALE(id, uscc) id "|" uscc "|P1|US|2026-05-20|1|USD\n"

static void a_firms_list_speaks_for_that_firm_only(void **state)
{
    struct bureau *bureau = *state;
    deliver(bureau, "1.csv", "a1",
        SALES SALE("S1", CHEN) SALE("S2", CHEN) SALE("S3", CHEN) SALE("S4", SIZH) SALE("S5", SIZH));
    struct import_result result =
        deliver(bureau, "2.xlsx", "a2", FULL SALES SALE("S1", CHEN) SALE("S2", CHEN));
    assert_counts(result, 0, 0, 2, 0);
    assert_int_equal(result.unlisted, 1);
    assert_int_equal(
        number(bureau, "SELECT count(*) FROM local_record WHERE unlisted = 1 AND key = 'S3'"), 1);
    assert_int_equal(unlisted(bureau), 1);
}

static void a_long_list_of_one_firm_hides_no_short_one_of_another(void **state)
{
    struct bureau *bureau = *state;
    struct text table = TEXT_WITH_CEILING(1 << 16);
    text_append_string(&table, SALES);
    for (int i = 0; i < 70; i++)
        text_append_format(&table, "S%d|%s|P1|US|2026-05-20|1|USD\n", i, i < 60 ? CHEN : SIZH);
    deliver(bureau, "1.csv", "a1", text_string(&table));
    text_clear(&table);
    text_append_string(&table, FULL SALES);
    for (int i = 0; i < 61; i++)
        text_append_format(&table, "S%d|%s|P1|US|2026-05-20|1|USD\n", i, i < 60 ? CHEN : SIZH);
    assert_refused(deliver(bureau, "2.xlsx", "a2", text_string(&table)),
        "企业 " SIZH " 已知的 10 条境外销售记录中，有 9 条不在表中");
    text_free(&table);
}

static void lists_of_one_kind_on_two_sheets_are_one(void **state)
{
    struct bureau *bureau = *state;
    deliver(bureau, "1.csv", "a1", products("", CHEN, 1, 10));
    struct text book = TEXT_WITH_CEILING(1 << 16);
    text_append_string(&book, products("[全量一]\n", CHEN, 1, 5));
    text_append_string(&book, products("[全量二]\n", CHEN, 6, 9));
    struct import_result result = deliver(bureau, "2.xlsx", "a2", text_string(&book));
    text_free(&book);
    assert_counts(result, 0, 0, 9, 0);
    assert_int_equal(result.unlisted, 1);
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_record"), 11);
}

static void a_long_list_is_compared_in_slices(void **state)
{
    struct bureau *bureau = *state;
    deliver(bureau, "1.csv", "a1", products("", CHEN, 1, 900));
    struct local_import *import = delivery_stage(bureau, "2.xlsx", "a2", products(FULL, CHEN, 50, 800));
    delivery_seal(bureau, import); /* a slice looks at few records */
    delivery_apply(bureau);
    assert_int_equal(unlisted(bureau), 49 + 100);
    assert_int_equal(number(bureau, "SELECT unlisted FROM local_file WHERE full_list = 1"), 49 + 100);
}

static void single_facts_have_no_full_list(void **state)
{
    struct bureau *bureau = *state;
    assert_refused(
        deliver(bureau, "1.xlsx", "a1", FULL "线索编号|材料类型|文件名\nM13-2026-00001|销售合同|a.pdf\n"),
        "不能作为全量表");
}

static void a_roster_of_firms_says_nothing_of_candidates(void **state)
{
    struct bureau *bureau = *state;
    deliver(bureau, "1.csv", "a1",
        "uscc|企业名称|英文名称|SRN号\n" CHEN "|晨岚||\n||Sizhuo Co., Ltd.|CN-MF-000000001\n||Qifan Co., "
        "Ltd.|CN-MF-000000002\n");
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_record"), 3);
    assert_int_equal(deliver(bureau, "2.xlsx", "a2", FULL "uscc|企业名称\n" CHEN "|晨岚\n").unlisted, 0);
    /* And a list of these says nothing of firms. */
    assert_int_equal(deliver(bureau, "3.xlsx", "a3",
                         FULL "uscc|企业名称|英文名称|SRN号\n||Sizhuo Co., Ltd.|CN-MF-000000001\n")
                         .unlisted,
        1);
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_record WHERE unlisted = 1 "
                                    "AND key = 'SRN:CN-MF-000000002'"),
        1);
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, bureau_open, bureau_close)
    const struct CMUnitTest tests[] = {
        CLAIM(what_the_list_does_not_name_is_unknown_but_not_closed),
        CLAIM(what_is_named_again_is_listed_again),
        CLAIM(a_list_that_is_too_short_is_refused_unless_a_person_has_looked),
        CLAIM(one_record_may_always_go),
        CLAIM(a_faulty_row_still_names_its_record),
        CLAIM(a_row_that_could_be_any_record_keeps_them_all),
        CLAIM(a_firms_list_speaks_for_that_firm_only),
        CLAIM(a_long_list_of_one_firm_hides_no_short_one_of_another),
        CLAIM(lists_of_one_kind_on_two_sheets_are_one),
        CLAIM(a_long_list_is_compared_in_slices),
        CLAIM(single_facts_have_no_full_list),
        CLAIM(a_roster_of_firms_says_nothing_of_candidates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
