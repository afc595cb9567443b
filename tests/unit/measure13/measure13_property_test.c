/* What measure13.md says of the money, over random firms; and a second implementation that agrees on every
 * case.
 *
 * M13_RANDOM_FIRMS says how many (the full tests: a million); M13_RANDOM_SEED from where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRMS = 350 }; /* for each of eight claims */
static struct random_firm firm, other;
static struct firm_verdict answer, again;

static int64_t from_environment(const char *name, int64_t ordinary)
{
    int64_t number = ordinary;
    const char *value = getenv(name);
    if (value != NULL)
        assert_int_equal(string_to_integer(value, 1, INT64_MAX, &number), 0);
    return number;
}

static void for_random_firms(uint64_t seed, void (*claim)(void))
{
    int64_t count = from_environment("M13_RANDOM_FIRMS", FIRMS);
    random_start(seed + (uint64_t)from_environment("M13_RANDOM_SEED", 1) * 0x9e3779b97f4a7c15u);
    for (int64_t i = 0; i < count; i++) {
        random_firm(&firm);
        claim();
    }
}

static void decide(struct random_firm *of, struct firm_verdict *ret_answer)
{
    measure13_decide(&of->facts, &of->parameters, day_from_civil(2026, 11, 22), ret_answer);
}

static const struct case_verdict *case_of(const struct firm_verdict *of, const char *number)
{
    for (size_t i = 0; i < of->case_count; i++)
        if (strcmp(of->cases[i].item->number, number) == 0)
            return &of->cases[i];
    fail_msg("no case %s", number);
    return NULL;
}

/* --- a second implementation ---------------------------------------------------------------------------- */

static void agrees(void)
{
    struct plain_answer plain[ITEMS_MOST];
    decide(&firm, &answer);
    plainly(&firm, plain);
    for (size_t i = 0; i < answer.case_count; i++) {
        const struct case_verdict *verdict = &answer.cases[i];
        assert_string_equal(name_code(verdict_names, 5, (int)verdict->verdict),
            name_code(verdict_names, 5, (int)plain[i].verdict));
        assert_int_equal(verdict->amount_state, plain[i].state);
        assert_int_equal(verdict->cost, plain[i].cost);
        assert_int_equal(verdict->award, plain[i].award[0]);
        for (size_t j = 0; j < verdict->scenario_count && !verdict->settled; j++)
            assert_int_equal(verdict->scenarios[j].award, plain[i].award[j]);
    }
    measure13_release(&answer);
}

static void a_second_implementation_agrees_on_every_case(void **state)
{
    (void)state;
    for_random_firms(0x2545f4914f6cdd1du, agrees);
}

/* --- caps ----------------------------------------------------------------------------------------------- */

struct cap {
    const char *product;
    int year;
    bool of_batch; /* the year is that of the batch */
};

static size_t most_scenarios(const struct firm_verdict *of)
{
    size_t most = 0;
    for (size_t i = 0; i < of->case_count; i++)
        most = of->cases[i].scenario_count > most ? of->cases[i].scenario_count : most;
    return most;
}

/* A case whose ratio is set stands with that one among the scenarios of others. */
static fen_t award_in(const struct case_verdict *verdict, size_t scenario)
{
    size_t own = scenario < verdict->scenario_count ? scenario : verdict->scenario_count - 1;
    return verdict->scenarios[own].award;
}

static fen_t awarded_under(const struct firm_verdict *of, size_t scenario, const struct cap *cap)
{
    fen_t total = 0;
    for (size_t i = 0; i < of->case_count; i++) {
        const struct case_verdict *verdict = &of->cases[i];
        int first, last, month, day;
        if (verdict->settled || !date_is_known(verdict->item->decision))
            continue;
        day_to_civil(verdict->item->decision.first, &first, &month, &day);
        day_to_civil(verdict->item->decision.last, &last, &month, &day);
        bool of_year =
            cap->of_batch ? verdict->item->batch_year == cap->year : first == cap->year && last == cap->year;
        if ((cap->product == NULL || strcmp(cap->product, verdict->item->product_id) == 0) &&
            (cap->year == 0 || of_year))
            total += award_in(verdict, scenario);
    }
    return total;
}

static fen_t committed_under(const struct random_firm *of, const struct cap *cap)
{
    size_t count;
    fen_t total = 0;
    struct commitment *commitments = measure13_commitments(&of->facts, &of->parameters, &count);
    for (size_t i = 0; i < count; i++) {
        bool counts = cap->product != NULL ? strcmp(cap->product, commitments[i].product_id) == 0
                      : cap->of_batch      ? commitments[i].own && commitments[i].batch_year == cap->year
                                           : commitments[i].own && commitments[i].year == cap->year;
        total += counts ? commitments[i].amount : 0;
    }
    free(commitments);
    return total > 0 ? total : 0;
}

static void check_cap(
    const struct random_firm *of, const struct firm_verdict *answers, size_t scenario, struct cap cap)
{
    fen_t awarded = awarded_under(answers, scenario, &cap);
    fen_t most = cap.product != NULL ? of->parameters.product_cap : of->parameters.firm_cap;
    if (awarded > 0)
        assert_true(committed_under(of, &cap) + awarded <= most);
}

static void check_caps(const struct random_firm *of, const struct firm_verdict *answers)
{
    for (size_t i = 0; i < answers->case_count; i++) {
        const struct case_verdict *verdict = &answers->cases[i];
        assert_true(verdict->award >= 0 && verdict->cost >= 0);
        if (verdict->settled)
            continue;
        assert_true(verdict->verdict >= VERDICT_PENDING || verdict->award == 0);
        for (size_t j = 0; j < verdict->scenario_count; j++) {
            assert_true(verdict->scenarios[j].award >= 0);
            assert_true(verdict->scenarios[j].award <= verdict->scenarios[j].base);
            if (verdict->item->product_id[0] == '\0')
                assert_int_equal(verdict->scenarios[j].award, 0);
            else
                check_cap(of, answers, j, (struct cap){.product = verdict->item->product_id});
        }
    }
    for (int year = 2025; year <= 2029; year++)
        for (size_t j = 0; j < most_scenarios(answers); j++) {
            check_cap(of, answers, j, (struct cap){.year = year});
            check_cap(of, answers, j, (struct cap){.year = year, .of_batch = true});
        }
}

static void keeps_the_caps(void)
{
    decide(&firm, &answer);
    check_caps(&firm, &answer);
    measure13_release(&answer);
}

static void no_cap_is_exceeded_and_no_award_negative(void **state)
{
    (void)state;
    for_random_firms(0x9e3779b97f4a7c15u, keeps_the_caps);
}

/* --- order of arrival ----------------------------------------------------------------------------------- */

static void is_the_same_in_any_order(void)
{
    random_firm_copy(&other, &firm);
    random_firm_shuffle(&other);
    decide(&firm, &answer);
    decide(&other, &again);
    for (size_t i = 0; i < answer.case_count; i++) {
        const struct case_verdict *one = &answer.cases[i], *two = case_of(&again, one->item->number);
        struct text first = TEXT_WITH_CEILING(1 << 20), second = TEXT_WITH_CEILING(1 << 20);
        measure13_trace_json(one, &first);
        measure13_trace_json(two, &second);
        assert_string_equal(text_string(&first), text_string(&second));
        assert_string_equal(one->facts, two->facts);
        assert_int_equal(one->award, two->award);
        assert_int_equal(one->verdict, two->verdict);
        text_free(&first);
        text_free(&second);
    }
    measure13_release(&answer);
    measure13_release(&again);
}

static void the_order_of_arrival_is_irrelevant(void **state)
{
    (void)state;
    for_random_firms(0xd1342543de82ef95u, is_the_same_in_any_order);
}

/* --- late facts ----------------------------------------------------------------------------------------- */

/* What was awarded is reserved for its case. */
static void commit(struct random_firm *of, const struct firm_verdict *answers)
{
    static const char *const ids[ITEMS_MOST] = {"Y01", "Y02", "Y03", "Y04", "Y05", "Y06", "Y07", "Y08", "Y09",
        "Y10", "Y11", "Y12", "Y13", "Y14", "Y15", "Y16", "Y17", "Y18", "Y19", "Y20"};
    for (size_t i = 0; i < answers->case_count; i++) {
        const struct case_verdict *verdict = &answers->cases[i];
        int year, month, day;
        if (verdict->award == 0 || verdict->settled)
            continue;
        day_to_civil(verdict->item->decision.first, &year, &month, &day);
        of->payments[of->facts.payment_count++] = (struct fact_payment){.payment_id = ids[i],
            .policy = "M13",
            .kind = PAYMENT_RESERVE,
            .own = true,
            .authority = verdict->item->authority,
            .number = verdict->item->number,
            .item = verdict->item->item,
            .product_id = verdict->item->product_id,
            .batch = "2027-1",
            .year = year,
            .batch_year = 2027,
            .amount = verdict->award,
            .source = {"local_record:payments", ids[i], 1, ASSURANCE_DOCUMENTED}};
    }
}

/* Whatever is learned afterwards: sales, costs, withdrawals, declarations, rates. */
static void learn(struct random_firm *of)
{
    static struct random_firm news;
    random_firm(&news);
    memcpy(of->sales, news.sales, sizeof of->sales);
    of->facts.sale_count = news.facts.sale_count;
    memcpy(of->rates, news.rates, sizeof of->rates);
    of->facts.rate_count = news.facts.rate_count;
    for (size_t i = 0; i < of->facts.cost_count; i++)
        of->costs[i].category = news.costs[i].category != NULL ? news.costs[i].category : "travel";
    for (size_t i = 0; i < of->facts.item_count; i++) {
        of->items[i].declared = random_one_in(2);
        of->items[i].status = random_one_in(5) ? "withdrawn" : of->items[i].status;
    }
}

static void keeps_what_is_committed(void)
{
    decide(&firm, &answer);
    random_firm_copy(&other, &firm);
    commit(&other, &answer);
    learn(&other);
    decide(&other, &again);
    for (size_t i = 0; i < answer.case_count; i++) {
        bool committed = answer.cases[i].award > 0 && !answer.cases[i].settled;
        if (committed)
            assert_int_equal(again.cases[i].award, answer.cases[i].award);
    }
    check_caps(&other, &again);
    measure13_release(&answer);
    measure13_release(&again);
}

static void a_late_fact_never_lowers_a_committed_award(void **state)
{
    (void)state;
    for_random_firms(0xe7037ed1a0b428dbu, keeps_what_is_committed);
}

/* --- pending and eligible ------------------------------------------------------------------------------- */

/* Costs that name their case, so that no case stands in the way of another's costs. */
static void name_all_cases(struct random_firm *of)
{
    for (size_t i = 0; i < of->facts.cost_count; i++)
        if (of->costs[i].number[0] == '\0')
            of->costs[i].number = "K999999"; /* of an approval that the firm does not have */
}

static void keeps_eligible_awards_without_the_pending(void)
{
    name_all_cases(&firm);
    decide(&firm, &answer);
    random_firm_copy(&other, &firm);
    other.facts.item_count = 0;
    for (size_t i = 0; i < answer.case_count; i++)
        if (answer.cases[i].uncontested != VERDICT_PENDING)
            other.items[other.facts.item_count++] = firm.items[i];
    decide(&other, &again);
    for (size_t i = 0; i < again.case_count; i++)
        assert_int_equal(again.cases[i].award, case_of(&answer, again.cases[i].item->number)->award);
    measure13_release(&answer);
    measure13_release(&again);
}

static void a_pending_case_never_lowers_an_eligible_ones(void **state)
{
    (void)state;
    for_random_firms(0xa0761d6478bd642fu, keeps_eligible_awards_without_the_pending);
}

/* --- what never raises the sum -------------------------------------------------------------------------- */

static fen_t sum_of(const struct firm_verdict *of, size_t scenario)
{
    fen_t total = 0;
    for (size_t i = 0; i < of->case_count; i++)
        total += of->cases[i].settled ? of->cases[i].award : award_in(&of->cases[i], scenario);
    return total;
}

static void assert_not_more(const struct firm_verdict *than)
{
    for (size_t j = 0; j < most_scenarios(than); j++)
        assert_true(sum_of(&again, j) <= sum_of(than, j));
}

static void gives_no_more_for_a_second_claimant(void)
{
    if (firm.facts.item_count == 0)
        return;
    decide(&firm, &answer);
    random_firm_copy(&other, &firm);
    other.items[random_below((uint32_t)other.facts.item_count)].other_claimant = "91110108MAR4GQH65Y";
    decide(&other, &again);
    assert_not_more(&answer);
    measure13_release(&answer);
    measure13_release(&again);
}

static void a_second_claimant_never_raises_the_sum(void **state)
{
    (void)state;
    for_random_firms(0x8ebc6af09c88c6e3u, gives_no_more_for_a_second_claimant);
}

/* A line in two, with its amount, tax and debit: the cost is at most what it was, and so is the award of a
 * firm with one case. (With several, a fen less of one may be a fen more under two caps of others.) */
static void gives_no_more_for_a_split_line(void)
{
    static struct random_cost parts[2];
    if (firm.facts.cost_count == 0)
        return;
    if (firm.facts.item_count > 1)
        firm.facts.item_count = 1;
    size_t index = random_below((uint32_t)firm.facts.cost_count);
    const struct random_cost *whole = &firm.numbers[index];
    if (whole->other >= 0 || whole->vat >= 0 || whole->debit >= 0)
        return;
    decide(&firm, &answer);
    random_firm_copy(&other, &firm);
    size_t last = other.facts.cost_count++;
    other.costs[last] = other.costs[index];
    other.costs[last].cost_id = other.costs[last].source.id = "C99";
    parts[0].cents = (int64_t)random_below((uint32_t)whole->cents + 1);
    parts[1].cents = whole->cents - parts[0].cents;
    for (size_t i = 0; i < 2; i++)
        snprintf(parts[i].amount, sizeof parts[i].amount, "%lld.%02lld", (long long)(parts[i].cents / 100),
            (long long)(parts[i].cents % 100));
    other.costs[index].amount = parts[0].amount;
    other.costs[last].amount = parts[1].amount;
    decide(&other, &again);
    for (size_t i = 0; i < answer.case_count; i++)
        assert_true(again.cases[i].cost <= answer.cases[i].cost);
    assert_not_more(&answer);
    measure13_release(&answer);
    measure13_release(&again);
}

static void splitting_a_line_never_raises_the_sum(void **state)
{
    (void)state;
    for_random_firms(0x589965cc75374cc3u, gives_no_more_for_a_split_line);
}

/* Two products of the same sales become one: nothing but their caps changes. */
static void copy_sales(struct random_firm *of, const char *from, const char *to)
{
    size_t kept = 0;
    for (size_t i = 0; i < of->facts.sale_count; i++)
        if (strcmp(of->sales[i].product_id, to) != 0)
            of->sales[kept++] = of->sales[i];
    of->facts.sale_count = kept;
    for (size_t i = 0; i < kept && of->facts.sale_count < SALES_MOST; i++)
        if (strcmp(of->sales[i].product_id, from) == 0) {
            of->sales[of->facts.sale_count] = of->sales[i];
            of->sales[of->facts.sale_count++].product_id = to;
        }
}

static void merge(struct random_firm *of, const char *from, const char *into)
{
    for (size_t i = 0; i < of->facts.item_count; i++)
        if (strcmp(of->items[i].product_id, from) == 0)
            of->items[i].product_id = into;
    for (size_t i = 0; i < of->facts.sale_count; i++)
        if (strcmp(of->sales[i].product_id, from) == 0)
            of->sales[i].product_id = into;
    for (size_t i = 0; i < of->facts.payment_count; i++)
        if (strcmp(of->payments[i].product_id, from) == 0)
            of->payments[i].product_id = into;
    for (size_t i = 0; i < of->facts.cost_count; i++)
        for (size_t j = 0; j < 2; j++)
            if (strcmp(of->numbers[i].shares[j].product_id, from) == 0)
                of->numbers[i].shares[j].product_id = into;
    for (size_t i = 0; i < of->facts.cost_count; i++)
        of->costs[i].shares = of->numbers[i].shares;
}

/* Of cases in no batch yet. Years of decision and of batch that cross each other make caps that cross: what
 * one case leaves may then go to two others, under one cap each. */
static void gives_no_more_for_merged_products(void)
{
    name_all_cases(&firm);
    for (size_t i = 0; i < firm.facts.item_count; i++)
        firm.items[i].batch_year = firm.items[i].batched_on = 0;
    firm.facts.payment_count = 0;
    if (firm.facts.sale_count > SALES_MOST / 2)
        firm.facts.sale_count = SALES_MOST / 2;
    copy_sales(&firm, "P2", "P1");
    for (size_t i = 0; i < firm.facts.cost_count; i++)
        firm.costs[i].share_count =
            1; /* a part of another product is nobody's before, and would be this one's after */
    decide(&firm, &answer);
    random_firm_copy(&other, &firm);
    merge(&other, "P2", "P1");
    decide(&other, &again);
    assert_not_more(&answer);
    measure13_release(&answer);
    measure13_release(&again);
}

static void merging_products_never_raises_the_sum(void **state)
{
    (void)state;
    for_random_firms(0x1d8e4e27c47d124fu, gives_no_more_for_merged_products);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_second_implementation_agrees_on_every_case),
        cmocka_unit_test(no_cap_is_exceeded_and_no_award_negative),
        cmocka_unit_test(the_order_of_arrival_is_irrelevant),
        cmocka_unit_test(a_late_fact_never_lowers_a_committed_award),
        cmocka_unit_test(a_pending_case_never_lowers_an_eligible_ones),
        cmocka_unit_test(a_second_claimant_never_raises_the_sum),
        cmocka_unit_test(splitting_a_line_never_raises_the_sum),
        cmocka_unit_test(merging_products_never_raises_the_sum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
