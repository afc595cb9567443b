/* R15, R16, R21, R23, R24: what of the costs counts, and how much. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "claim_scene.h"

#include <string.h>

static fen_t cost_of(void)
{
    return decided(&scene)->cost;
}

static void assert_amount(fen_t cost, enum amount_state state)
{
    const struct case_verdict *verdict = decided(&scene);
    assert_int_equal(verdict->cost, cost);
    assert_string_equal(name_code(amount_state_names, 4, (int)verdict->amount_state),
        name_code(amount_state_names, 4, (int)state));
    assert_int_equal(verdict->verdict, VERDICT_ELIGIBLE); /* the amount decides no verdict */
}

/* --- R15 ------------------------------------------------------------------------------------------------ */

static void without_costs_there_is_no_amount(void **state)
{
    (void)state;
    assert_amount(0, AMOUNT_NONE);
    assert_int_equal(scene.answer.cases[0].award, 0);
    assert_missing(&scene, "R15", "costs");
}

static void a_category_that_counts_is_supported(void **state)
{
    (void)state;
    scene_add_cost(&scene, "C1", "2026-01-15", "1234.56", "CNY");
    assert_amount(123456, AMOUNT_SCENARIO);
    assert_outcome(&scene, "R15", RULE_PASS);
}

static void a_category_that_does_not_count_leaves_nothing(void **state)
{
    (void)state;
    scene_add_cost(&scene, "C1", "2026-01-15", "1234.56", "CNY")->category = "travel";
    assert_amount(0, AMOUNT_NONE);
    assert_outcome(&scene, "R15", RULE_FAIL);
    scene_add_cost(&scene, "C2", "2026-01-15", "10", "CNY");
    assert_amount(1000, AMOUNT_SCENARIO);
    assert_outcome(&scene, "R15", RULE_PASS);
}

static void a_category_in_doubt_is_left_out_until_a_person_has_judged(void **state)
{
    static const char *const doubtful[] = {"agent", "no-such-category", ""};
    (void)state;
    scene_add_cost(&scene, "C1", "2026-01-15", "100", "CNY");
    scene_add_cost(&scene, "C2", "2026-01-15", "10", "CNY");
    for (size_t i = 0; i < 3; i++) {
        scene.costs[1].category = doubtful[i];
        assert_amount(10000, AMOUNT_PARTIAL);
        assert_review(&scene, "R15", REVIEW_ASSESSMENT);
    }
    scene.parameters.categories[2].answer = ROUTE_YES; /* the bureau has said so */
    scene.costs[1].category = "agent";
    assert_amount(11000, AMOUNT_SCENARIO);
    scene.parameters.categories[2].answer = ROUTE_REVIEW;
}

static struct fact_entity company(enum entity_relation relation, const char *share)
{
    return (struct fact_entity){.name = "Anzhen Inc.",
        .country = "US",
        .relation = relation,
        .share = share,
        .from = day_on("2020-01-01"),
        .to = DATE_NONE,
        .source = {"local_record:entities", "E1", 1, ASSURANCE_DOCUMENTED}};
}

static void a_payer_counts_when_it_is_the_firm_or_wholly_of_its_group(void **state)
{
    static const struct {
        enum entity_relation relation;
        const char *share;
        enum amount_state expected;
    } payers[] = {{ENTITY_SUBSIDIARY, "100", AMOUNT_SCENARIO}, {ENTITY_SUBSIDIARY, "100.00", AMOUNT_SCENARIO},
        {ENTITY_PARENT, "100", AMOUNT_SCENARIO}, {ENTITY_SUBSIDIARY, "99.99", AMOUNT_PARTIAL},
        {ENTITY_SUBSIDIARY, "", AMOUNT_PARTIAL}, {ENTITY_SUBSIDIARY, "1000", AMOUNT_PARTIAL},
        {ENTITY_AGENT, "100", AMOUNT_PARTIAL}, {ENTITY_OEM, "", AMOUNT_PARTIAL},
        {ENTITY_DISTRIBUTOR, "", AMOUNT_PARTIAL}};
    (void)state;
    struct fact_cost *cost = scene_add_cost(&scene, "C1", "2026-01-15", "100", "CNY");
    for (size_t i = 0; i < sizeof payers / sizeof payers[0]; i++) {
        struct fact_entity entity = company(payers[i].relation, payers[i].share);
        cost->payer = (struct fact_party){"Anzhen Inc.", false, &entity};
        assert_amount(payers[i].expected == AMOUNT_PARTIAL ? 0 : 10000, payers[i].expected);
    }
    cost->payer = (struct fact_party){"某某公司", false, NULL};
    assert_amount(0, AMOUNT_PARTIAL);
    cost->payer = (struct fact_party){"", false, NULL};
    assert_amount(0, AMOUNT_PARTIAL);
}

static void a_company_of_the_group_counts_on_the_day_on_which_it_paid(void **state)
{
    (void)state;
    struct fact_entity entity = company(ENTITY_SUBSIDIARY, "100");
    struct fact_cost *cost = scene_add_cost(&scene, "C1", "2026-01-15", "100", "CNY");
    cost->payer = (struct fact_party){"Anzhen Inc.", false, &entity};
    entity.from = day_on("2026-01-15");
    assert_amount(10000, AMOUNT_SCENARIO);
    entity.from = day_on("2026-01-16");
    assert_amount(0, AMOUNT_PARTIAL);
    entity.from = day_on("2026-01"); /* may have been later */
    assert_amount(0, AMOUNT_PARTIAL);
    entity.from = day_on("2025");
    entity.to = day_on("2026-01-15"); /* its last day */
    assert_amount(10000, AMOUNT_SCENARIO);
    entity.to = day_on("2026-01-14");
    assert_amount(0, AMOUNT_PARTIAL);
    scene.parameters.group_least_share = 51;
    entity.to = DATE_NONE;
    entity.share = "51";
    assert_amount(10000, AMOUNT_SCENARIO);
}

static void the_same_invoice_claimed_twice_counts_for_neither(void **state)
{
    (void)state;
    scene_add_cost(&scene, "C1", "2026-01-15", "100", "CNY")->also_in = "C2";
    scene_add_cost(&scene, "C2", "2026-01-15", "100", "CNY")->also_in = "C1";
    assert_amount(0, AMOUNT_PARTIAL);
    assert_non_null(strstr(line_of(&scene.answer.cases[0], "R15")->zh, "同一发票重复申报：2笔"));
    scene.costs[0].also_in = scene.costs[1].also_in = "";
    scene.costs[1].claimed_elsewhere = true; /* by another firm */
    assert_amount(10000, AMOUNT_PARTIAL);
    assert_review(&scene, "R15", REVIEW_ASSESSMENT);
}

/* --- shares --------------------------------------------------------------------------------------------- */

static void only_its_share_of_a_line_falls_to_a_product(void **state)
{
    static const struct fact_share shares[] = {{"P1", 600000}, {"P2", 400000}};
    static const struct fact_share thirds[] = {{"P1", 333333}, {"P2", 666667}};
    static const struct fact_share others[] = {{"P2", SHARE_WHOLE}};
    (void)state;
    struct fact_cost *cost = scene_add_cost(&scene, "C1", "2026-01-15", "100.01", "CNY");
    cost->shares = shares;
    cost->share_count = 2;
    assert_amount(6000, AMOUNT_SCENARIO); /* 60.006 yuan */
    cost->shares = thirds;
    assert_amount(3333, AMOUNT_SCENARIO);
    cost->shares = others;
    cost->share_count = 1;
    assert_amount(0, AMOUNT_NONE);
}

static void shares_of_more_than_the_whole_are_judged_by_a_person(void **state)
{
    static const struct fact_share whole[] = {{"P1", 600000}, {"P2", 400000}};
    static const struct fact_share more[] = {{"P1", 600000}, {"P2", 400001}};
    static const struct fact_share negative[] = {{"P1", 1200000}, {"P2", -400000}};
    (void)state;
    struct fact_cost *cost = scene_add_cost(&scene, "C1", "2026-01-15", "100", "CNY");
    cost->share_count = 2;
    cost->shares = whole;
    assert_amount(6000, AMOUNT_SCENARIO);
    cost->shares = more;
    assert_amount(0, AMOUNT_PARTIAL);
    cost->shares = negative;
    assert_amount(0, AMOUNT_PARTIAL);
    cost->shares = whole;
    cost->shares_unread = true;
    assert_amount(0, AMOUNT_PARTIAL);
}

static void a_cost_of_another_approval_is_none_of_this_one(void **state)
{
    (void)state;
    struct fact_cost *cost = scene_add_cost(&scene, "C1", "2026-01-15", "100", "CNY");
    cost->number = "K260002";
    assert_amount(0, AMOUNT_NONE);
    cost->number = "K260001";
    cost->authority = "CE";
    assert_amount(0, AMOUNT_NONE);
    cost->authority = "FDA";
    cost->number = ""; /* of the one approval that the FDA gave the product */
    assert_amount(10000, AMOUNT_SCENARIO);
}

static void a_cost_without_number_falls_to_neither_of_two_approvals(void **state)
{
    (void)state;
    scene_add_cost(&scene, "C1", "2026-01-15", "100", "CNY")->number = "";
    scene.items[1] = scene.items[0];
    scene.items[1].number = "K260002";
    scene.facts.item_count = 2;
    assert_amount(0, AMOUNT_PARTIAL);
    assert_int_equal(scene.answer.cases[1].cost, 0);
    scene.items[1].status = "withdrawn"; /* it competes no more */
    assert_amount(10000, AMOUNT_SCENARIO);
    assert_int_equal(scene.answer.cases[1].award, 0);
}

/* A certificate's fee is shared between its products: each has its part, and none stands in another's way. */
static void products_of_one_certificate_share_its_costs(void **state)
{
    static const struct fact_share shares[] = {{"P1", 600000}, {"P2", 400000}};
    (void)state;
    struct fact_cost *cost = scene_add_cost(&scene, "C1", "2026-01-15", "100", "CNY");
    cost->shares = shares;
    cost->share_count = 2;
    scene.items[1] = scene.items[0];
    scene.items[1].item = "2";
    scene.items[1].product_id = "P2";
    scene.facts.item_count = 2;
    assert_amount(6000, AMOUNT_SCENARIO);
    assert_int_equal(scene.answer.cases[1].cost, 4000);
    scene.items[1].product_id = "P1"; /* the two products become one: whose part it is, is to be said */
    assert_amount(0, AMOUNT_PARTIAL);
}

/* --- R16: decided on 2026-03-10 ------------------------------------------------------------------------- */

static void the_window_of_costs_holds_its_first_and_its_last_day(void **state)
{
    static const struct {
        const char *paid;
        fen_t cost;
    } days[] = {{"2023-03-09", 0}, {"2023-03-10", 10000}, {"2026-03-10", 10000}, {"2026-06-08", 10000},
        {"2026-06-09", 0}, {"2023-04", 10000}, {"2022", 0}, {"2026-07", 0}};
    (void)state;
    struct fact_cost *cost = scene_add_cost(&scene, "C1", "2026-01-15", "100", "CNY");
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
        cost->paid = day_on(days[i].paid);
        assert_amount(days[i].cost, days[i].cost > 0 ? AMOUNT_SCENARIO : AMOUNT_NONE);
        assert_outcome(&scene, "R16", days[i].cost > 0 ? RULE_PASS : RULE_FAIL);
    }
}

static void a_day_of_payment_across_the_edge_asks_for_the_exact_date(void **state)
{
    static const char *const vague[] = {"2023-03", "2023", "2026-06", "2026"};
    (void)state;
    struct fact_cost *cost = scene_add_cost(&scene, "C1", "2026-01-15", "100", "CNY");
    for (size_t i = 0; i < sizeof vague / sizeof vague[0]; i++) {
        cost->paid = day_on(vague[i]);
        assert_amount(0, AMOUNT_PARTIAL);
        assert_missing(&scene, "R16", "exact-date");
    }
    cost->paid = DATE_NONE;
    assert_amount(0, AMOUNT_PARTIAL);
}

/* --- R21 ------------------------------------------------------------------------------------------------ */

static void other_public_money_is_subtracted_from_its_line_and_not_below_nothing(void **state)
{
    (void)state;
    struct fact_cost *cost = scene_add_cost(&scene, "C1", "2026-01-15", "100", "CNY");
    scene_add_cost(&scene, "C2", "2026-01-15", "50", "CNY");
    cost->other_funding = "99.99";
    assert_amount(5001, AMOUNT_SCENARIO);
    cost->other_funding = "100";
    assert_amount(5000, AMOUNT_SCENARIO);
    cost->other_funding = "1000"; /* does not eat into the other line */
    assert_amount(5000, AMOUNT_SCENARIO);
    cost->other_funding = "some";
    assert_amount(5000, AMOUNT_PARTIAL);
    assert_review(&scene, "R21", REVIEW_ASSESSMENT);
    scene.parameters.other_money = OTHER_MONEY_EXCLUDES;
    cost->other_funding = "0.01";
    assert_amount(5000, AMOUNT_SCENARIO);
    cost->other_funding = "0";
    assert_amount(15000, AMOUNT_SCENARIO);
}

static void other_money_is_subtracted_before_the_line_is_shared(void **state)
{
    static const struct fact_share half = {"P1", 500000};
    (void)state;
    struct fact_cost *cost = scene_add_cost(&scene, "C1", "2026-01-15", "100", "CNY");
    cost->shares = &half;
    cost->other_funding = "40";
    assert_amount(3000, AMOUNT_SCENARIO);
}

static void money_of_another_policy_never_uses_up_these_caps(void **state)
{
    (void)state;
    scene_add_cost(&scene, "C1", "2026-01-15", "1000000", "CNY");
    scene_add_payment(&scene, "P1", 2026, 90000000)->policy = "海淀区医药健康若干措施";
    assert_amount(100000000, AMOUNT_SCENARIO);
    assert_int_equal(scene.answer.cases[0].award, 100000000);
    assert_review(&scene, "R21", REVIEW_ASSESSMENT); /* the costs do not say whether it was for them */
    scene.costs[0].other_funding = "900000";
    assert_amount(10000000, AMOUNT_SCENARIO);
    assert_outcome(&scene, "R21", RULE_PASS);
}

/* --- R23 ------------------------------------------------------------------------------------------------ */

static void the_vectors_of_the_practice_document_come_out(void **state)
{
    (void)state;
    scene_add_rate(&scene, "USD", "2026-01-04", "710.50", QUOTE_DIRECT);
    scene_add_rate(&scene, "JPY", "2026-01-04", "4.7012", QUOTE_DIRECT);
    scene_add_rate(&scene, "RUB", "2026-01-04", "1127.34", QUOTE_INDIRECT);
    struct fact_cost *cost = scene_add_cost(&scene, "C1", "2026-01-15", "12345.67", "USD");
    assert_amount(8771598, AMOUNT_SCENARIO);
    cost->currency = "JPY";
    cost->amount = "1000000";
    assert_amount(4701200, AMOUNT_SCENARIO);
    cost->currency = "RUB";
    cost->amount = "1,000,000.00";
    assert_amount(8870438, AMOUNT_SCENARIO);
    assert_outcome(&scene, "R23", RULE_PASS);
}

static void the_parity_is_that_of_the_first_trading_day_of_the_month_of_payment(void **state)
{
    (void)state;
    scene_add_cost(&scene, "C1", "2026-01-15", "100", "USD");
    scene_add_rate(&scene, "USD", "2025-12-31", "900", QUOTE_DIRECT);
    scene_add_rate(&scene, "USD", "2026-02-02", "800", QUOTE_DIRECT);
    assert_amount(0, AMOUNT_PARTIAL);
    assert_missing(&scene, "R23", "exchange-rate");
    scene_add_rate(
        &scene, "USD", "2026-01-11", "705", QUOTE_DIRECT); /* too late to be the first trading day */
    assert_amount(0, AMOUNT_PARTIAL);
    scene_add_rate(&scene, "USD", "2026-01-10", "704", QUOTE_DIRECT);
    assert_amount(70400, AMOUNT_SCENARIO);
    scene_add_rate(&scene, "USD", "2026-01-05", "703", QUOTE_DIRECT);
    assert_amount(70300, AMOUNT_SCENARIO);
    scene_add_rate(&scene, "EUR", "2026-01-04", "1", QUOTE_DIRECT);
    assert_amount(70300, AMOUNT_SCENARIO);
    scene.parameters.rate_day = RATE_PAYMENT_DAY;
    assert_amount(70500, AMOUNT_SCENARIO); /* of the 11th, the latest before the 15th */
}

static void a_currency_without_parity_takes_the_rate_of_the_month(void **state)
{
    (void)state;
    scene_add_cost(&scene, "C1", "2026-01-15", "100", "BRL");
    scene_add_rate(&scene, "BRL", "2026-01", "130", QUOTE_DIRECT);
    scene_add_rate(&scene, "BRL", "2026-02", "131", QUOTE_DIRECT);
    scene_add_rate(&scene, "BRL", "2026", "132", QUOTE_DIRECT); /* of no month */
    assert_amount(13000, AMOUNT_SCENARIO);
    scene_add_rate(&scene, "BRL", "2026-01-06", "133", QUOTE_DIRECT); /* it has one after all */
    assert_amount(13300, AMOUNT_SCENARIO);
}

static void what_the_bank_debited_goes_before_every_rate(void **state)
{
    (void)state;
    struct fact_cost *cost = scene_add_cost(&scene, "C1", "2026-01-15", "100", "USD");
    scene_add_rate(&scene, "USD", "2026-01-05", "703", QUOTE_DIRECT);
    cost->cny_debited = "718.88";
    assert_amount(71888, AMOUNT_SCENARIO);
    cost->cny_debited = "about 700";
    assert_amount(0, AMOUNT_PARTIAL);
}

static void a_month_of_payment_suffices_for_the_rate_and_a_year_does_not(void **state)
{
    (void)state;
    struct fact_cost *cost = scene_add_cost(&scene, "C1", "2025-07", "100", "USD");
    scene_add_rate(&scene, "USD", "2025-07-01", "715", QUOTE_DIRECT);
    assert_amount(71500, AMOUNT_SCENARIO);
    cost->paid = day_on("2025");
    assert_amount(0, AMOUNT_PARTIAL);
    assert_missing(&scene, "R23", "exact-date");
}

/* --- R24, tax ------------------------------------------------------------------------------------------- */

static void every_line_is_rounded_down_for_itself(void **state)
{
    (void)state;
    scene_add_rate(&scene, "USD", "2026-01-05", "700.55", QUOTE_DIRECT);
    for (int i = 0; i < 3; i++) {
        static const char *const ids[] = {"C1", "C2", "C3"};
        scene_add_cost(&scene, ids[i], "2026-01-15", "0.11", "USD"); /* 77.06 fen */
    }
    assert_amount(3 * 77, AMOUNT_SCENARIO);
}

static void recoverable_tax_is_no_cost(void **state)
{
    (void)state;
    struct fact_cost *cost = scene_add_cost(&scene, "C1", "2026-01-15", "113", "CNY");
    cost->vat = "13";
    assert_amount(10000, AMOUNT_SCENARIO);
    cost->cny_debited = "226"; /* of the whole */
    assert_amount(20000, AMOUNT_SCENARIO);
    cost->vat = "113.01";
    assert_amount(0, AMOUNT_PARTIAL);
    assert_review(&scene, "R24", REVIEW_ASSESSMENT);
}

static void an_amount_that_cannot_be_read_is_left_out(void **state)
{
    static const char *const amounts[] = {"", "-5", "1e5", "12 USD", "99999999999999999999"};
    (void)state;
    struct fact_cost *cost = scene_add_cost(&scene, "C1", "2026-01-15", "1", "CNY");
    scene_add_cost(&scene, "C2", "2026-01-15", "2", "CNY");
    for (size_t i = 0; i < sizeof amounts / sizeof amounts[0]; i++) {
        cost->amount = amounts[i];
        assert_amount(200, AMOUNT_PARTIAL);
    }
    assert_review(&scene, "R24", REVIEW_ASSESSMENT);
}

static void the_order_in_which_costs_and_rates_arrived_does_not_show(void **state)
{
    (void)state;
    scene_add_cost(&scene, "C1", "2026-01-15", "1.23", "USD");
    scene_add_cost(&scene, "C2", "2026-01-16", "4.56", "USD");
    scene_add_rate(&scene, "USD", "2026-01-05", "700.55", QUOTE_DIRECT);
    scene_add_rate(&scene, "USD", "2026-01-06", "701.55", QUOTE_DIRECT);
    char before[DIGEST_HEX_BYTES];
    fen_t cost = cost_of();
    memcpy(before, scene.answer.cases[0].facts_hash, sizeof before);
    struct fact_cost first = scene.costs[0];
    scene.costs[0] = scene.costs[1];
    scene.costs[1] = first;
    struct fact_rate rate = scene.rates[0];
    scene.rates[0] = scene.rates[1];
    scene.rates[1] = rate;
    assert_int_equal(cost_of(), cost);
    assert_string_equal(scene.answer.cases[0].facts_hash, before);
    scene.rates[0].rate = "1"; /* of the 6th: not used, so no fact of this case */
    assert_string_equal(decided(&scene)->facts_hash, before);
}

static void cost_without_any_rate_makes_the_amount_incomplete_and_not_the_verdict(void **state)
{
    (void)state;
    scene_add_cost(&scene, "C1", "2026-01-15", "100", "BRL");
    scene_add_cost(&scene, "C2", "2026-01-15", "200", "CNY");
    assert_amount(20000, AMOUNT_PARTIAL);
    assert_verdict(&scene, VERDICT_ELIGIBLE);
    assert_missing(&scene, "R23", "exchange-rate");
    assert_int_equal(line_of(&scene.answer.cases[0], "R23")->supplier, SUPPLIER_DESK);
    scene_add_rate(&scene, "BRL", "2025-12", "130", QUOTE_DIRECT); /* of another month */
    assert_amount(20000, AMOUNT_PARTIAL);
    scene_add_rate(&scene, "BRL", "2026-01", "130", QUOTE_DIRECT);
    assert_amount(33000, AMOUNT_SCENARIO);
}

static void parity_on_the_tenth_is_that_of_the_first_trading_day_and_on_the_eleventh_none(void **state)
{
    (void)state;
    scene_add_cost(&scene, "C1", "2026-01-15", "100", "USD");
    scene_add_rate(&scene, "USD", "2026-01-11", "700", QUOTE_DIRECT);
    assert_amount(0, AMOUNT_PARTIAL);
    scene_add_rate(&scene, "USD", "2026-01-10", "701", QUOTE_DIRECT);
    assert_amount(70100, AMOUNT_SCENARIO);
}

static void line_that_other_money_has_paid_to_the_fen_is_nothing_and_a_fen_less_is_a_fen(void **state)
{
    (void)state;
    struct fact_cost *cost = scene_add_cost(&scene, "C1", "2026-01-15", "100.00", "CNY");
    cost->other_funding = "100.00";
    assert_amount(0, AMOUNT_SCENARIO);
    cost->other_funding = "99.99";
    assert_amount(1, AMOUNT_SCENARIO);
    cost->other_funding = "100.01";
    assert_amount(0, AMOUNT_SCENARIO);
}

static void two_lines_of_one_invoice_count_and_the_same_line_twice_does_not(void **state)
{
    (void)state;
    struct fact_cost *one = scene_add_cost(&scene, "C1", "2026-01-15", "60.00", "CNY");
    struct fact_cost *other = scene_add_cost(&scene, "C2", "2026-01-15", "40.00", "CNY");
    one->invoice_no = other->invoice_no = "INV-7";
    assert_amount(10000, AMOUNT_SCENARIO); /* an invoice split over two lines */
    one->also_in = "C2";
    other->also_in = "C1";
    assert_amount(0, AMOUNT_PARTIAL);
}

/* Its quality system was audited for this product too: one item, with the costs of both. */
static void a_cost_of_the_other_certificate_of_an_item_is_the_item_s(void **state)
{
    (void)state;
    scene.parameters.ratio = 100;
    scene_add_cost(&scene, "C1", "2026-01-05", "1000.00", "CNY")->number = "QMS-1";
    assert_int_equal(decided(&scene)->award, 0);
    scene.items[0].pair_number = "QMS-1";
    scene.items[0].pair_status = "active";
    assert_int_equal(decided(&scene)->award, 100000);
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, open_scene, close_scene)
    const struct CMUnitTest tests[] = {
        CLAIM(without_costs_there_is_no_amount),
        CLAIM(a_category_that_counts_is_supported),
        CLAIM(a_category_that_does_not_count_leaves_nothing),
        CLAIM(a_category_in_doubt_is_left_out_until_a_person_has_judged),
        CLAIM(a_payer_counts_when_it_is_the_firm_or_wholly_of_its_group),
        CLAIM(a_company_of_the_group_counts_on_the_day_on_which_it_paid),
        CLAIM(the_same_invoice_claimed_twice_counts_for_neither),
        CLAIM(only_its_share_of_a_line_falls_to_a_product),
        CLAIM(shares_of_more_than_the_whole_are_judged_by_a_person),
        CLAIM(a_cost_of_another_approval_is_none_of_this_one),
        CLAIM(a_cost_without_number_falls_to_neither_of_two_approvals),
        CLAIM(products_of_one_certificate_share_its_costs),
        CLAIM(the_window_of_costs_holds_its_first_and_its_last_day),
        CLAIM(a_day_of_payment_across_the_edge_asks_for_the_exact_date),
        CLAIM(other_public_money_is_subtracted_from_its_line_and_not_below_nothing),
        CLAIM(other_money_is_subtracted_before_the_line_is_shared),
        CLAIM(money_of_another_policy_never_uses_up_these_caps),
        CLAIM(the_vectors_of_the_practice_document_come_out),
        CLAIM(the_parity_is_that_of_the_first_trading_day_of_the_month_of_payment),
        CLAIM(a_currency_without_parity_takes_the_rate_of_the_month),
        CLAIM(what_the_bank_debited_goes_before_every_rate),
        CLAIM(a_month_of_payment_suffices_for_the_rate_and_a_year_does_not),
        CLAIM(every_line_is_rounded_down_for_itself),
        CLAIM(recoverable_tax_is_no_cost),
        CLAIM(a_cost_of_the_other_certificate_of_an_item_is_the_item_s),
        CLAIM(an_amount_that_cannot_be_read_is_left_out),
        CLAIM(the_order_in_which_costs_and_rates_arrived_does_not_show),
        CLAIM(cost_without_any_rate_makes_the_amount_incomplete_and_not_the_verdict),
        CLAIM(parity_on_the_tenth_is_that_of_the_first_trading_day_and_on_the_eleventh_none),
        CLAIM(line_that_other_money_has_paid_to_the_fen_is_nothing_and_a_fen_less_is_a_fen),
        CLAIM(two_lines_of_one_invoice_count_and_the_same_line_twice_does_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
