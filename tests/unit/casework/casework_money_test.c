/* Costs, rates, the ledger and credit as casework gathers them, up to the amount of a case. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "claim_world.h"

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void spend_as(const char *uscc, const char *cost_id, const char *more)
{
    char fields[1024];
    snprintf(fields, sizeof fields,
        "{\"cost_id\":\"%s\",\"payer\":\"北京安诊医疗科技有限公司\",\"authority\":\"FDA\",\"number\":"
        "\"K260001\","
        "\"shares\":\"P1@100\",\"category\":\"official-fee\",\"paid_date\":\"2026-01-15\",\"amount\":"
        "\"1000\","
        "\"currency\":\"CNY\",\"payee\":\"US FDA\"%s%s}",
        cost_id, more[0] != '\0' ? "," : "", more);
    world_local(&world, (struct local_row){.kind = "costs", .key = cost_id, .uscc = uscc, .fields = fields});
}

static void spend(const char *cost_id, const char *more)
{
    spend_as(FIRM_A, cost_id, more);
}

static void rate(const char *currency, const char *date, const char *value, const char *quote)
{
    char key[64], fields[256];
    snprintf(key, sizeof key, "%s|%s|%s", currency, date, quote);
    snprintf(fields, sizeof fields, "{\"currency\":\"%s\",\"date\":\"%s\",\"rate\":\"%s\",\"quote\":\"%s\"}",
        currency, date, value, quote);
    world_local(&world, (struct local_row){.kind = "fx", .key = key, .fields = fields});
}

static void pay(const char *payment_id, const char *kind, const char *uscc, const char *product_id,
    const char *case_id, const char *yuan)
{
    char fields[512];
    snprintf(fields, sizeof fields,
        "{\"payment_id\":\"%s\",\"policy\":\"M13\",\"level\":\"city\",\"kind\":\"%s\",\"amount_cny\":\"%s\","
        "\"batch\":\"2026-1\"%s}",
        payment_id, kind, yuan, case_id[0] == '\0' ? ",\"decision_year\":\"2026\"" : "");
    world_local(&world, (struct local_row){.kind = "payments",
                            .key = payment_id,
                            .uscc = uscc,
                            .product_id = product_id,
                            .case_id = case_id,
                            .fields = fields});
}

/* Award and amount state of the case. */
static const char *amount(void)
{
    world_decide(&world, FIRM_A);
    return value_of(&world, "SELECT c.award || ' ' || c.amount_state FROM case_file f JOIN case_version c ON "
                            "c.case_file = f.id AND c.seq_to IS NULL WHERE f.number = 'K260001'");
}

static void costs_give_an_amount(void **state)
{
    (void)state;
    world_eligible(&world);
    assert_string_equal(amount(), "0 none");
    spend("C1", "");
    assert_string_equal(amount(), "100000 scenario");
    spend("C2", "\"category\":\"consulting\"");
    assert_string_equal(amount(), "100000 partial");
    assert_int_equal(casework_verify(world.store, &world.config, NULL, NULL), 0);
}

static void a_rate_that_comes_later_completes_the_amount(void **state)
{
    (void)state;
    world_eligible(&world);
    spend("C1", "\"currency\":\"USD\",\"amount\":\"12345.67\"");
    assert_string_equal(amount(), "0 partial");
    rate("USD", "2026-01-05", "710.50", "direct");
    rate("USD", "2026-01-06", "999", "direct");
    rate("USDT", "2026-01-04", "1", "direct"); /* no such month of that currency */
    assert_string_equal(amount(), "8771598 scenario");
    assert_int_equal(facts_of(FIRM_A)->rate_count, 2);
}

/* A day's rates do not make every firm of the city be decided again. */
static void new_rates_decide_only_those_with_costs_in_foreign_currency(void **state)
{
    (void)state;
    world_eligible(&world);
    spend("C1", "");
    amount();
    rate("USD", "2026-01-05", "710.50", "direct");
    struct local_row cost = {.kind = "costs",
        .key = "C2",
        .uscc = FIRM_A,
        .fields =
            "{\"cost_id\":\"C2\",\"payer\":\"北京安诊医疗科技有限公司\",\"authority\":\"FDA\",\"shares\":"
            "\"P1@100\","
            "\"category\":\"testing\",\"paid_date\":\"2026-01-15\",\"amount\":\"1\",\"currency\":\"USD\"}"};
    world_local(&world, cost);
    work_add(world.store, "decide-rates", "all", true);
    world_work(&world);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM work"), 0);
    assert_int_equal(count_of(&world, "SELECT award FROM case_version WHERE seq_to IS NULL"), 100710);
    cost.withdrawn = true;
    cost.fields = "{\"currency\":\"CNY\"}";
    world_local(&world, cost);
    work_add(world.store, "decide-rates", "all", true); /* no foreign currency any more: nobody is asked */
    world_work(&world);
    assert_int_equal(count_of(&world, "SELECT award FROM case_version WHERE seq_to IS NULL"), 100710);
}

static void indirect_and_monthly_rates_are_read(void **state)
{
    (void)state;
    world_eligible(&world);
    spend("C1", "\"currency\":\"RUB\",\"amount\":\"1000000.00\"");
    rate("RUB", "2026-01", "1127.34", "indirect");
    assert_string_equal(amount(), "8870438 scenario");
}

/* Of most firms no register knows anything: then their thousands of sales are not read. */
static void of_a_firm_without_approvals_nothing_more_is_gathered(void **state)
{
    (void)state;
    world_eligible(&world);
    world_firm(&world, FIRM_B, "北京安真医疗器械有限公司");
    spend_as(FIRM_B, "B1", "");
    assert_int_equal(facts_of(FIRM_B)->cost_count, 0);
    assert_true(gathered_facts(gathered)->firm.known);
}

static void a_share_that_cannot_be_read_leaves_the_line_open(void **state)
{
    (void)state;
    world_eligible(&world);
    spend("C1", "\"shares\":\"P1@60|P2@33.3333\"");
    const struct firm_facts *facts = facts_of(FIRM_A);
    assert_int_equal(facts->costs[0].share_count, 2);
    assert_int_equal(facts->costs[0].shares[0].parts, 600000);
    assert_int_equal(facts->costs[0].shares[1].parts, 333333);
    assert_string_equal(amount(), "60000 scenario");
    spend("C1", "\"shares\":\"P1@60|P2\"");
    assert_string_equal(amount(), "0 partial");
}

static void the_firm_is_known_by_any_of_its_names(void **state)
{
    static const char *const names[] = {
        "BEIJING  ANZHEN MEDICAL CO LTD", "91110108ma01abcd2h", "安诊（北京）旧名"};
    (void)state;
    world_eligible(&world);
    world_local(&world,
        (struct local_row){.kind = "firms",
            .key = FIRM_A,
            .uscc = FIRM_A,
            .fields = "{\"uscc\":\"" FIRM_A "\",\"name_zh\":\"北京安诊医疗科技有限公司\",\"name_en\":"
                      "\"Beijing Anzhen Medical Co., Ltd.\",\"former_names\":\"安诊（北京）旧名@2019\","
                      "\"beijing_from\":\"2018\"}"});
    for (size_t i = 0; i < 3; i++) {
        char more[128];
        snprintf(more, sizeof more, "\"payer\":\"%s\"", names[i]);
        spend("C1", more);
        assert_true(facts_of(FIRM_A)->costs[0].payer.firm);
    }
    spend("C1", "\"payer\":\"北京安真医疗科技有限公司\"");
    assert_false(facts_of(FIRM_A)->costs[0].payer.firm);
}

static void a_subsidiary_may_hold_pay_and_sell(void **state)
{
    (void)state;
    world_eligible(&world);
    world_local(&world,
        (struct local_row){.kind = "entities",
            .key = FIRM_A "|Anzhen Medical Inc.|US",
            .uscc = FIRM_A,
            .assurance = "claimed",
            .fields = "{\"name\":\"Anzhen Medical Inc.\",\"country\":\"US\",\"relation\":\"subsidiary\","
                      "\"share\":\"100\",\"from\":\"2020-01-01\"}"});
    spend("C1", "\"payer\":\"ANZHEN MEDICAL INC\"");
    assert_string_equal(amount(), "100000 scenario");
    int64_t maker = world_maker(&world, "ANZHEN MEDICAL, INC.");
    world_match(&world, maker, "review", FIRM_A, "R15");
    world_approve(
        &world, (struct approval_row){
                    .number = "K260009", .decided = "2026-04-10", .maker = maker, .product_code = "ZZZ"});
    world_decide(&world, FIRM_A);
    assert_string_equal(
        value_of(&world, "SELECT c.verdict FROM case_file f JOIN case_version c ON c.case_file = f.id "
                         "WHERE f.number = 'K260009'"),
        "pending"); /* no open identity: the firm itself has named the company */
}

/* --- the same invoice twice ----------------------------------------------------------------------------- */

static void an_invoice_may_be_split_and_not_claimed_twice(void **state)
{
    (void)state;
    world_eligible(&world);
    spend("C1", "\"invoice_no\":\"INV-1\"");
    spend("C2", "\"invoice_no\":\"INV-1\",\"category\":\"testing\",\"amount\":\"500\"");
    assert_string_equal(amount(), "150000 scenario");
    spend("C3", "\"invoice_no\":\"INV-1\"");
    assert_string_equal(facts_of(FIRM_A)->costs[0].also_in, "C3");
    assert_string_equal(facts_of(FIRM_A)->costs[2].also_in, "C1");
    assert_string_equal(amount(), "50000 partial");
}

static void an_invoice_that_another_firm_claims_counts_for_neither(void **state)
{
    (void)state;
    world_eligible(&world);
    spend("C1", "\"invoice_no\":\"INV-1\"");
    spend_as(FIRM_B, "B1", "\"invoice_no\":\"INV-1\",\"payee\":\"Somebody else\"");
    assert_string_equal(amount(), "100000 scenario"); /* numbers of two payees */
    spend_as(FIRM_B, "B1", "\"invoice_no\":\"INV-1\",\"amount\":\"1\"");
    assert_string_equal(amount(), "0 partial");
    int64_t maker = world_maker(&world, "Beijing Anzhen Devices Co., Ltd.");
    world_match(&world, maker, "auto", FIRM_B, "A1");
    world_approve(
        &world, (struct approval_row){.number = "K260044", .decided = "2026-03-10", .maker = maker});
    assert_true(facts_of(FIRM_B)->costs[0].claimed_elsewhere);
    spend_as(FIRM_B, "B1", "\"invoice_no\":\"INV-2\"");
    assert_string_equal(amount(), "100000 scenario");
}

/* --- the ledger ----------------------------------------------------------------------------------------- */

static void what_is_paid_to_a_case_is_its_amount(void **state)
{
    (void)state;
    world_eligible(&world);
    spend("C1", "");
    assert_string_equal(amount(), "100000 scenario");
    pay("Z1", "reserve", "", "", "M13-2026-00001", "900");
    pay("Z2", "pay", "", "", "M13-2026-00001", "800");
    const struct fact_payment *entry = &facts_of(FIRM_A)->payments[0];
    assert_string_equal(entry->number, "K260001");
    assert_string_equal(entry->product_id, "P1");
    assert_true(entry->own);
    assert_int_equal(entry->year, 2026);
    assert_int_equal(entry->batch_year, 2026);
    assert_string_equal(amount(), "90000 complete");
    pay("Z3", "recover", "", "", "M13-2026-00001", "900");
    assert_string_equal(amount(), "0 complete");
    assert_int_equal(casework_verify(world.store, &world.config, NULL, NULL), 0);
}

static void what_another_firm_had_for_the_product_uses_up_its_cap(void **state)
{
    (void)state;
    world_eligible(&world);
    spend("C1", "\"amount\":\"1000000\"");
    assert_string_equal(amount(), "100000000 scenario");
    pay("Z1", "pay", FIRM_B, "P1", "", "999999.99");
    assert_false(facts_of(FIRM_A)->payments[0].own);
    assert_string_equal(amount(), "1 scenario");
}

/* --- credit --------------------------------------------------------------------------------------------- */

static void a_flag_excludes_and_its_end_gives_back(void **state)
{
    (void)state;
    world_eligible(&world);
    struct local_row flag = {.kind = "credit",
        .key = FIRM_A "|serious-dishonesty|2020-01-01",
        .uscc = FIRM_A,
        .fields = "{\"flag\":\"serious-dishonesty\",\"from\":\"2020-01-01\"}"};
    world_local(&world, flag);
    world_decide(&world, FIRM_A);
    assert_string_equal(verdict_of(&world, "K260001"), "excluded");
    flag.fields = "{\"flag\":\"serious-dishonesty\",\"from\":\"2020-01-01\",\"to\":\"2025-12-31\"}";
    world_local(&world, flag);
    world_decide(&world, FIRM_A);
    assert_string_equal(verdict_of(&world, "K260001"), "eligible");
}

int main(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    world_clock();
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
    const struct CMUnitTest tests[] = {
        CLAIM(costs_give_an_amount),
        CLAIM(a_rate_that_comes_later_completes_the_amount),
        CLAIM(new_rates_decide_only_those_with_costs_in_foreign_currency),
        CLAIM(indirect_and_monthly_rates_are_read),
        CLAIM(of_a_firm_without_approvals_nothing_more_is_gathered),
        CLAIM(a_share_that_cannot_be_read_leaves_the_line_open),
        CLAIM(the_firm_is_known_by_any_of_its_names),
        CLAIM(a_subsidiary_may_hold_pay_and_sell),
        CLAIM(an_invoice_may_be_split_and_not_claimed_twice),
        CLAIM(an_invoice_that_another_firm_claims_counts_for_neither),
        CLAIM(what_is_paid_to_a_case_is_its_amount),
        CLAIM(what_another_firm_had_for_the_product_uses_up_its_cap),
        CLAIM(a_flag_excludes_and_its_end_gives_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
