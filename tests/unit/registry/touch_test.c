/* Which firms are decided again because of a row: those whose facts it is part of, and no others. */
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

/* A case of QIFA for product P9 and approval FDA K253101. */
static void open_case(struct bureau *bureau)
{
    store_write(bureau->store);
    query_run(
        query(bureau->store, "INSERT INTO approval (id, authority, number, feed, first_seen_at, first_poll) "
                             "VALUES (7, 'FDA', 'K253101', 'fda-510k', 0, 0)"));
    query_run(query(bureau->store,
        "INSERT INTO case_file (id, case_id, policy, authority, number, item, approval, opened_at, "
        "opened_seq, "
        "stage_since) VALUES (3, 'M13-2026-00001', 'M13', 'FDA', 'K253101', '', 7, 0, 1, 0)"));
    query_run(query(bureau->store,
        "INSERT INTO case_version (case_file, version, seq_from, at, uscc, product_id, verdict, review_kind, "
        "amount_state, award, missing, next_action, facts_hash, parameters_hash, facts, trace) "
        "VALUES (3, 1, 1, 0, '" QIFA "', 'P9', '', '', '', 0, '', '', '', '', '', '')"));
    store_commit(bureau->store);
}

static int64_t to_be_decided(struct bureau *bureau)
{
    return number(bureau, "SELECT count(*) FROM work WHERE kind = 'decide'");
}

static void after(struct bureau *bureau, const char *sha256, const char *table)
{
    forget_work(bureau);
    struct import_result result = deliver(bureau, "1.csv", sha256, table);
    if (result.problem[0] != '\0' || result.added + result.changed == 0)
        fail_msg("not taken: %s %s", result.problem, rejects(bureau));
}

/* Of a roster of three firms a single fact of one lets the other two alone. */
static void a_single_fact_concerns_its_firm_alone(void **state)
{
    struct bureau *bureau = *state;
    deliver(bureau, "0.csv", "a0", "uscc|企业名称\n" CHEN "|晨岚\n" SIZH "|思卓\n" QIFA "|启帆\n");
    deliver(bureau, "1.csv", "a1", "产品编号|uscc|产品名称\nP1|" CHEN "|心电\nP2|" SIZH "|超声\n");
    after(bureau, "a2",
        "销售编号|统一社会信用代码|产品编号|最终目的国|日期|金额|币种\nS1|" CHEN
        "|P1|US|2026-05-20|100.00|USD\n");
    assert_true(is_to_be_decided(bureau, CHEN));
    assert_int_equal(to_be_decided(bureau), 1);
    after(bureau, "a3", "uscc|英文名称\n" QIFA "|Qifan\n");
    assert_true(is_to_be_decided(bureau, QIFA));
    assert_int_equal(to_be_decided(bureau), 1);
}

static void parents_and_successors_follow_their_firm(void **state)
{
    struct bureau *bureau = *state;
    after(bureau, "a1", "uscc|企业名称|母公司统一社会信用代码\n" CHEN "|晨岚|" SIZH "\n");
    assert_true(is_to_be_decided(bureau, CHEN) && is_to_be_decided(bureau, SIZH));
    /* Also those of before. */
    after(bureau, "a2", "uscc|母公司统一社会信用代码|承继企业统一社会信用代码\n" CHEN "|清空|" QIFA "\n");
    assert_true(
        is_to_be_decided(bureau, CHEN) && is_to_be_decided(bureau, SIZH) && is_to_be_decided(bureau, QIFA));
    after(bureau, "a3", "uscc|英文名称\n" CHEN "|Chenlan\n");
    assert_false(is_to_be_decided(bureau, SIZH));
}

static void what_is_on_paper_is_entered_and_what_people_decide_is_enacted(void **state)
{
    struct bureau *bureau = *state;
    after(bureau, "a1", "批准机构|批准编号|uscc|批准日期\nFDA|K253101|" CHEN "|2026-02-11\n");
    assert_int_equal(
        number(bureau, "SELECT count(*) FROM work WHERE kind = 'paper' AND key = 'FDA|K253101'"), 1);
    after(bureau, "a2", "线索编号|答复|答复日期\nM13-2026-00001|确认|2026-09-20\n");
    assert_int_equal(
        number(bureau, "SELECT count(*) FROM work WHERE kind = 'enact' AND key = 'M13-2026-00001'"), 1);
}

static void products_of_one_approval_share_its_costs(void **state)
{
    struct bureau *bureau = *state;
    const char *header = "批准机构|批准编号|产品编号|纳入日期\n";
    char table[400];
    deliver(bureau, "0.csv", "a0", "产品编号|uscc|产品名称\nP1|" CHEN "|心电\nP2|" SIZH "|超声\n");
    snprintf(table, sizeof table, "%sFDA|K253101|P1|2026-02\n", header);
    after(bureau, "a1", table);
    assert_true(is_to_be_decided(bureau, CHEN));
    assert_int_equal(to_be_decided(bureau), 1);
    snprintf(table, sizeof table, "%sFDA|K253101|P2|2026-02\n", header);
    after(bureau, "a2", table);
    assert_true(is_to_be_decided(bureau, CHEN) && is_to_be_decided(bureau, SIZH));
    /* And the firm to which the approval was matched. */
    open_case(bureau);
    after(bureau, "a3", "批准机构|批准编号|产品编号|作废\nFDA|K253101|P2|是\n");
    assert_true(is_to_be_decided(bureau, SIZH) && is_to_be_decided(bureau, QIFA));
}

static void one_invoice_of_two_firms_concerns_both(void **state)
{
    struct bureau *bureau = *state;
    const char *header = "费用编号|uscc|付款方|批准机构|产品分摊|费用类别|付款日期|金额|币种|收款方|发票号\n";
    char table[600];
    snprintf(
        table, sizeof table, "%sC1|" CHEN "|晨岚|FDA|P1@100|官方费用|2026-01-05|100|CNY|FDA|INV-1\n", header);
    after(bureau, "a1", table);
    assert_int_equal(to_be_decided(bureau), 1);
    snprintf(
        table, sizeof table, "%sC2|" SIZH "|思卓|FDA|P2@100|官方费用|2026-01-05|100|CNY|FDA|INV-1\n", header);
    after(bureau, "a2", table);
    assert_true(is_to_be_decided(bureau, CHEN) && is_to_be_decided(bureau, SIZH));
    /* It turns out to be another: the first is free of it. */
    after(bureau, "a3", "费用编号|发票号\nC2|INV-2\n");
    assert_true(is_to_be_decided(bureau, CHEN) && is_to_be_decided(bureau, SIZH));
    after(bureau, "a4", "费用编号|金额\nC2|90\n");
    assert_false(is_to_be_decided(bureau, CHEN));
    assert_int_equal(
        number(bureau, "SELECT count(*) FROM local_identifier WHERE identifier LIKE 'INVOICE:%'"), 2);
}

static void costs_wait_for_the_products_among_which_they_are_shared(void **state)
{
    struct bureau *bureau = *state;
    deliver(bureau, "0.xlsx", "a0",
        "[企业]\nuscc|企业名称\n" CHEN "|晨岚\n[产品]\n产品编号|uscc|产品名称\nP1|" CHEN "|心电\n");
    struct import_result result = deliver(bureau, "1.csv", "a1",
        "费用编号|uscc|付款方|批准机构|产品分摊|费用类别|付款日期|金额|币种|收款方|发票号\n"
        "C1|" CHEN "|晨岚|FDA|P1@60%;P7@40%|官方费用|2026-01-05|100|CNY|FDA|INV-1\n"
        "C2|" CHEN "|晨岚|FDA|P1@100%|官方费用|2026-01-05|100|CNY|FDA|INV-2\n");
    assert_counts(result, 2, 0, 0, 0);
    assert_int_equal(result.waiting, 1);
    assert_int_equal(
        number(bureau,
            "SELECT count(*) FROM local_waiting WHERE key = 'C1' AND missing = 'product' AND name = 'P7'"),
        1);
    after(bureau, "a2", "产品编号|uscc|产品名称\nP7|" SIZH "|超声\n");
    assert_true(is_to_be_decided(bureau, CHEN) && is_to_be_decided(bureau, SIZH));
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_waiting WHERE kind = 'costs'"), 0);
}

static void what_names_a_case_concerns_its_firm(void **state)
{
    struct bureau *bureau = *state;
    open_case(bureau);
    after(bureau, "a1", "线索编号|材料类型|文件名\nM13-2026-00001|销售合同|a.pdf\n");
    assert_true(is_to_be_decided(bureau, QIFA));
    assert_int_equal(to_be_decided(bureau), 1);
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_record WHERE case_id = 'M13-2026-00001'"), 1);
}

static void what_changes_a_product_concerns_the_firm_of_its_case(void **state)
{
    struct bureau *bureau = *state;
    open_case(bureau);
    after(bureau, "a1", "产品编号|uscc|产品名称\nP9|" CHEN "|心电\n");
    assert_true(is_to_be_decided(bureau, CHEN) && is_to_be_decided(bureau, QIFA));
    after(bureau, "a2", "产品编号|uscc|产品名称\nP8|" CHEN "|心电\n");
    assert_false(is_to_be_decided(bureau, QIFA));
}

static void an_exchange_rate_concerns_everybody(void **state)
{
    struct bureau *bureau = *state;
    after(bureau, "a1", "币种|日期|汇率|标价方式|来源\nUSD|2026-03-02|710.50|直接|外汇局\n");
    assert_int_equal(to_be_decided(bureau), 0);
    assert_int_equal(number(bureau, "SELECT count(*) FROM work WHERE kind = 'decide-rates'"), 1);
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, bureau_open, bureau_close)
    const struct CMUnitTest tests[] = {
        CLAIM(a_single_fact_concerns_its_firm_alone),
        CLAIM(parents_and_successors_follow_their_firm),
        CLAIM(what_is_on_paper_is_entered_and_what_people_decide_is_enacted),
        CLAIM(products_of_one_approval_share_its_costs),
        CLAIM(one_invoice_of_two_firms_concerns_both),
        CLAIM(costs_wait_for_the_products_among_which_they_are_shared),
        CLAIM(what_names_a_case_concerns_its_firm),
        CLAIM(what_changes_a_product_concerns_the_firm_of_its_case),
        CLAIM(an_exchange_rate_concerns_everybody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
