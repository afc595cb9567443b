/* The caps: claims that hold over tens of thousands of random firms, and a second, plain implementation. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "m13/measure13.h"

#include <stdlib.h>
#include <string.h>

enum { CLAIMS_MOST = 20, COMMITMENTS_MOST = 6, FIRMS = 20000 };

static const struct policy_parameters caps = {.product_cap = 100000000, .firm_cap = 300000000};
static const char *const products[] = {"P1", "P2", "P3", "P4", "P5", ""};
static const char *const numbers[CLAIMS_MOST] = {"K01", "K02", "K03", "K04", "K05", "K06", "K07", "K08",
    "K09", "K10", "K11", "K12", "K13", "K14", "K15", "K16", "K17", "K18", "K19", "K20"};

/* --- random firms (xorshift: the same in each run) ------------------------------------------------------ */

static uint64_t seed;

static uint32_t random_below(uint32_t bound)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)((seed >> 32) % bound);
}

struct firm {
    struct award_claim claims[CLAIMS_MOST];
    size_t claim_count;
    struct commitment commitments[COMMITMENTS_MOST];
    size_t commitment_count;
};

static fen_t random_base(void)
{
    static const fen_t edges[] = {0, 1, 99999999, 100000000, 100000001, BASE_UNKNOWN, 33333333};
    return random_below(3) == 0 ? edges[random_below(7)] : (fen_t)random_below(250000000);
}

static struct award_claim random_claim(size_t index)
{
    int year = 2026 + (int)random_below(3);
    return (struct award_claim){.authority = "FDA",
        .number = numbers[index],
        .item = "1",
        .product_id = products[random_below(6)],
        .decision = date_of_day(day_from_civil(year, 1 + (int)random_below(3), 1 + (int)random_below(3))),
        .decision_year = random_below(20) == 0 ? 0 : year,
        .batch_year = random_below(3) == 0 ? 0 : year + (int)random_below(2),
        .eligible = random_below(2) == 0,
        .base = random_base(),
        .product_cap = caps.product_cap,
        .firm_cap = caps.firm_cap};
}

static void random_firm(struct firm *firm)
{
    firm->claim_count = random_below(CLAIMS_MOST + 1);
    for (size_t i = 0; i < firm->claim_count; i++)
        firm->claims[i] = random_claim(i);
    firm->commitment_count = random_below(COMMITMENTS_MOST + 1);
    for (size_t i = 0; i < firm->commitment_count; i++) {
        int year = 2026 + (int)random_below(3);
        firm->commitments[i] = (struct commitment){.authority = "",
            .number = "",
            .item = "",
            .own = true,
            .product_id = products[random_below(5)],
            .year = year,
            .batch_year = year + (int)random_below(2),
            .amount = (fen_t)random_below(70000000) - (random_below(5) == 0 ? 30000000 : 0)};
    }
}

static void award(struct firm *firm)
{
    measure13_award(
        firm->claims, firm->claim_count, firm->commitments, firm->commitment_count, ORDER_BY_DECISION);
}

static void shuffle(struct firm *firm)
{
    for (size_t i = firm->claim_count; i > 1; i--) {
        size_t other = random_below((uint32_t)i);
        struct award_claim claim = firm->claims[i - 1];
        firm->claims[i - 1] = firm->claims[other];
        firm->claims[other] = claim;
    }
    for (size_t i = firm->commitment_count; i > 1; i--) {
        size_t other = random_below((uint32_t)i);
        struct commitment commitment = firm->commitments[i - 1];
        firm->commitments[i - 1] = firm->commitments[other];
        firm->commitments[other] = commitment;
    }
}

static const struct award_claim *claim_of(const struct firm *firm, const char *number)
{
    for (size_t i = 0; i < firm->claim_count; i++)
        if (strcmp(firm->claims[i].number, number) == 0)
            return &firm->claims[i];
    return NULL;
}

/* --- the second implementation: no sorting, no sums kept; the next claim in line is searched each time ---
 */

static bool goes_before(const struct award_claim *a, const struct award_claim *b)
{
    if (a->eligible != b->eligible)
        return a->eligible;
    if (a->decision.first != b->decision.first)
        return a->decision.first < b->decision.first;
    if (a->base != b->base)
        return a->base > b->base;
    return strcmp(a->number, b->number) < 0;
}

static fen_t plain_room(fen_t cap, fen_t committed)
{
    fen_t room = committed < 0 ? cap : cap - committed;
    return room < 0 ? 0 : room;
}

static fen_t plain_award(const struct firm *firm, const struct award_claim *claim)
{
    fen_t product = 0, decided = 0, batch = 0, taken_product = 0, taken_decided = 0, taken_batch = 0;
    for (size_t i = 0; i < firm->commitment_count; i++) {
        const struct commitment *commitment = &firm->commitments[i];
        product += strcmp(commitment->product_id, claim->product_id) == 0 ? commitment->amount : 0;
        decided += commitment->year == claim->decision_year ? commitment->amount : 0;
        batch += commitment->batch_year == claim->batch_year ? commitment->amount : 0;
    }
    for (size_t i = 0; i < firm->claim_count; i++) {
        const struct award_claim *other = &firm->claims[i];
        if (other == claim || other->award < 0 || !goes_before(other, claim))
            continue;
        taken_product += strcmp(other->product_id, claim->product_id) == 0 ? other->award : 0;
        taken_decided += other->decision_year == claim->decision_year ? other->award : 0;
        taken_batch += other->batch_year == claim->batch_year ? other->award : 0;
    }
    fen_t most[] = {claim->base, plain_room(caps.product_cap, product) - taken_product,
        plain_room(caps.firm_cap, decided) - taken_decided, plain_room(caps.firm_cap, batch) - taken_batch};
    fen_t answer = most[0];
    for (int i = 1; i < 4; i++)
        answer = most[i] < answer ? most[i] : answer;
    return answer < 0 || claim->product_id[0] == '\0' || claim->decision_year == 0 ? 0 : answer;
}

static void plainly(struct firm *firm)
{
    enum { NOT_YET = -1 };
    for (size_t i = 0; i < firm->claim_count; i++)
        firm->claims[i].award = NOT_YET;
    for (size_t round = 0; round < firm->claim_count; round++) {
        struct award_claim *next = NULL;
        for (size_t i = 0; i < firm->claim_count; i++) {
            struct award_claim *claim = &firm->claims[i];
            if (claim->award == NOT_YET && (next == NULL || goes_before(claim, next)))
                next = claim;
        }
        next->award = plain_award(firm, next);
    }
}

/* --- the claims of measure13.md, Money ------------------------------------------------------------------ */

static fen_t awarded(const struct firm *firm, const char *product, int decision_year, int batch_year)
{
    fen_t total = 0;
    for (size_t i = 0; i < firm->claim_count; i++)
        if ((product == NULL || strcmp(firm->claims[i].product_id, product) == 0) &&
            (decision_year == 0 || firm->claims[i].decision_year == decision_year) &&
            (batch_year < 0 || firm->claims[i].batch_year == batch_year))
            total += firm->claims[i].award;
    return total;
}

static fen_t committed(const struct firm *firm, const char *product, int year, int batch_year)
{
    fen_t total = 0;
    for (size_t i = 0; i < firm->commitment_count; i++)
        if ((product == NULL || strcmp(firm->commitments[i].product_id, product) == 0) &&
            (year == 0 || firm->commitments[i].year == year) &&
            (batch_year < 0 || firm->commitments[i].batch_year == batch_year))
            total += firm->commitments[i].amount;
    return total < 0 ? 0 : total;
}

static void check_caps(const struct firm *firm)
{
    for (size_t i = 0; i < firm->claim_count; i++) {
        const struct award_claim *claim = &firm->claims[i];
        assert_true(claim->award >= 0);
        assert_true(claim->award <= (claim->base > 0 ? claim->base : 0));
        if (claim->award == 0)
            continue;
        assert_true(claim->product_id[0] != '\0');
        assert_true(committed(firm, claim->product_id, 0, -1) + awarded(firm, claim->product_id, 0, -1) <=
                    caps.product_cap);
        assert_true(
            committed(firm, NULL, claim->decision_year, -1) + awarded(firm, NULL, claim->decision_year, -1) <=
            caps.firm_cap);
        assert_true(committed(firm, NULL, 0, claim->batch_year) + awarded(firm, NULL, 0, claim->batch_year) <=
                    caps.firm_cap);
    }
}

static void no_cap_is_exceeded_and_no_award_negative(void **state)
{
    (void)state;
    seed = 0x9e3779b97f4a7c15u;
    for (int i = 0; i < FIRMS; i++) {
        struct firm firm;
        random_firm(&firm);
        award(&firm);
        check_caps(&firm);
    }
}

static void a_second_implementation_agrees(void **state)
{
    (void)state;
    seed = 0x2545f4914f6cdd1du;
    for (int i = 0; i < FIRMS; i++) {
        struct firm firm, plain;
        random_firm(&firm);
        plain = firm;
        award(&firm);
        plainly(&plain);
        for (size_t claim = 0; claim < firm.claim_count; claim++)
            assert_int_equal(firm.claims[claim].award, plain.claims[claim].award);
    }
}

static void the_order_of_facts_is_irrelevant(void **state)
{
    (void)state;
    seed = 0xd1342543de82ef95u;
    for (int i = 0; i < FIRMS; i++) {
        struct firm firm, shuffled;
        random_firm(&firm);
        shuffled = firm;
        shuffle(&shuffled);
        award(&firm);
        award(&shuffled);
        for (size_t claim = 0; claim < firm.claim_count; claim++)
            assert_int_equal(firm.claims[claim].award, claim_of(&shuffled, firm.claims[claim].number)->award);
    }
}

static void a_pending_case_never_lowers_an_eligible_one(void **state)
{
    (void)state;
    seed = 0xa0761d6478bd642fu;
    for (int i = 0; i < FIRMS; i++) {
        struct firm all, eligible;
        random_firm(&all);
        eligible = all;
        eligible.claim_count = 0;
        for (size_t claim = 0; claim < all.claim_count; claim++)
            if (all.claims[claim].eligible)
                eligible.claims[eligible.claim_count++] = all.claims[claim];
        award(&all);
        award(&eligible);
        for (size_t claim = 0; claim < eligible.claim_count; claim++)
            assert_int_equal(
                eligible.claims[claim].award, claim_of(&all, eligible.claims[claim].number)->award);
    }
}

/* What was awarded is committed; then a fact comes late, however early its date: what is committed stays, and
 * all together keep the caps. */
static void a_late_fact_never_lowers_a_committed_award(void **state)
{
    (void)state;
    seed = 0xe7037ed1a0b428dbu;
    for (int i = 0; i < FIRMS; i++) {
        struct firm firm;
        random_firm(&firm);
        firm.commitment_count = 0;
        award(&firm);
        for (size_t claim = 0; claim < firm.claim_count && firm.commitment_count < COMMITMENTS_MOST; claim++)
            if (firm.claims[claim].award > 0)
                firm.commitments[firm.commitment_count++] = (struct commitment){.authority = "",
                    .number = "",
                    .item = "",
                    .own = true,
                    .product_id = firm.claims[claim].product_id,
                    .year = firm.claims[claim].decision_year,
                    .batch_year = firm.claims[claim].batch_year,
                    .amount = firm.claims[claim].award};
        struct firm later;
        random_firm(&later);
        memcpy(later.commitments, firm.commitments, sizeof later.commitments);
        later.commitment_count = firm.commitment_count;
        for (size_t claim = 0; claim < later.claim_count; claim++)
            later.claims[claim].decision = date_of_day(day_from_civil(2025, 12, 1));
        award(&later);
        check_caps(&later);
        assert_memory_equal(
            later.commitments, firm.commitments, firm.commitment_count * sizeof firm.commitments[0]);
    }
}

static void one_product_more_of_the_same_never_raises_the_sum_by_merging(void **state)
{
    (void)state;
    seed = 0x8ebc6af09c88c6e3u;
    for (int i = 0; i < FIRMS; i++) {
        struct firm apart, merged;
        random_firm(&apart);
        apart.commitment_count = 0;
        for (size_t claim = 0; claim < apart.claim_count; claim++) { /* one year: R20's order alone */
            apart.claims[claim].eligible = true;
            apart.claims[claim].decision_year = 2026;
            apart.claims[claim].batch_year = 0;
        }
        merged = apart;
        for (size_t claim = 0; claim < merged.claim_count; claim++)
            if (strcmp(merged.claims[claim].product_id, "P2") == 0)
                merged.claims[claim].product_id = "P1";
        award(&apart);
        award(&merged);
        assert_true(awarded(&merged, NULL, 0, -1) <= awarded(&apart, NULL, 0, -1));
    }
}

/* --- by hand -------------------------------------------------------------------------------------------- */

static struct award_claim claim_for(const char *number, const char *product, int month, fen_t base)
{
    return (struct award_claim){.authority = "FDA",
        .number = number,
        .item = "1",
        .product_id = product,
        .decision = date_of_day(day_from_civil(2026, month, 1)),
        .decision_year = 2026,
        .eligible = true,
        .base = base,
        .product_cap = caps.product_cap,
        .firm_cap = caps.firm_cap};
}

/* policy-practice.md 2.1: four products, nothing paid before, at 1/1, 1/2 and 3/10 of their costs. */
static void the_worked_example_of_the_practice_document_comes_out(void **state)
{
    static const fen_t bases[3][4] = {{150000000, 90000000, 120000000, 33333333},
        {75000000, 45000000, 60000000, 16666666}, {45000000, 27000000, 36000000, 9999999}};
    static const fen_t awards[3][4] = {{100000000, 90000000, 100000000, 10000000},
        {75000000, 45000000, 60000000, 16666666}, {45000000, 27000000, 36000000, 9999999}};
    (void)state;
    for (int ratio = 0; ratio < 3; ratio++) {
        struct award_claim claims[4];
        for (int i = 0; i < 4; i++)
            claims[i] = claim_for(numbers[i], products[i], i + 1, bases[ratio][i]);
        measure13_award(claims, 4, NULL, 0, ORDER_BY_DECISION);
        for (int i = 0; i < 4; i++)
            assert_int_equal(claims[i].award, awards[ratio][i]);
    }
}

static void a_cap_met_exactly_pays_whole_and_a_fen_over_loses_a_fen(void **state)
{
    (void)state;
    struct award_claim claims[2] = {claim_for("K01", "P1", 1, 60000000), claim_for("K02", "P1", 2, 40000000)};
    measure13_award(claims, 2, NULL, 0, ORDER_BY_DECISION);
    assert_int_equal(claims[1].award, 40000000);
    claims[1].base = 40000001;
    measure13_award(claims, 2, NULL, 0, ORDER_BY_DECISION);
    assert_int_equal(claims[1].award, 40000000);
}

static void on_one_day_the_larger_goes_first_and_then_the_number(void **state)
{
    (void)state;
    struct award_claim claims[3] = {claim_for("K03", "P1", 1, 70000000), claim_for("K02", "P1", 1, 80000000),
        claim_for("K01", "P1", 1, 70000000)};
    measure13_award(claims, 3, NULL, 0, ORDER_BY_DECISION);
    assert_int_equal(claims[1].award, 80000000);
    assert_int_equal(claims[2].award, 20000000);
    assert_int_equal(claims[0].award, 0);
}

static void both_years_of_a_firm_keep_its_cap(void **state)
{
    (void)state;
    struct commitment paid[] = {
        {.own = true, .product_id = "P5", .year = 2025, .batch_year = 2027, .amount = 250000000}};
    struct award_claim claim = claim_for("K01", "P1", 1, 100000000);
    claim.batch_year = 2027;
    measure13_award(&claim, 1, paid, 1, ORDER_BY_DECISION);
    assert_int_equal(claim.award, 50000000);
    claim.batch_year = 2028;
    measure13_award(&claim, 1, paid, 1, ORDER_BY_DECISION);
    assert_int_equal(claim.award, 100000000);
    paid[0].year = 2026;
    measure13_award(&claim, 1, paid, 1, ORDER_BY_DECISION);
    assert_int_equal(claim.award, 50000000);
}

static void a_ledger_beyond_all_numbers_leaves_no_room(void **state)
{
    (void)state;
    struct commitment paid[] = {{.own = true, .product_id = "P1", .year = 2026, .amount = INT64_MAX},
        {.own = true, .product_id = "P1", .year = 2026, .amount = INT64_MAX}};
    struct award_claim claim = claim_for("K01", "P1", 1, 1);
    measure13_award(&claim, 1, paid, 2, ORDER_BY_DECISION);
    assert_int_equal(claim.award, 0);
}

static void more_recovered_than_paid_opens_no_room_above_the_cap(void **state)
{
    (void)state;
    struct commitment paid[] = {{.own = true, .product_id = "P1", .year = 2026, .amount = -50000000}};
    struct award_claim claim = claim_for("K01", "P1", 1, 150000000);
    measure13_award(&claim, 1, paid, 1, ORDER_BY_DECISION);
    assert_int_equal(claim.award, 100000000);
}

static void without_a_base_there_is_no_award(void **state)
{
    (void)state;
    struct award_claim claim = claim_for("K01", "P1", 1, BASE_UNKNOWN);
    measure13_award(&claim, 1, NULL, 0, ORDER_BY_DECISION);
    assert_int_equal(claim.award, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_cap_is_exceeded_and_no_award_negative),
        cmocka_unit_test(a_second_implementation_agrees),
        cmocka_unit_test(the_order_of_facts_is_irrelevant),
        cmocka_unit_test(a_pending_case_never_lowers_an_eligible_one),
        cmocka_unit_test(a_late_fact_never_lowers_a_committed_award),
        cmocka_unit_test(one_product_more_of_the_same_never_raises_the_sum_by_merging),
        cmocka_unit_test(the_worked_example_of_the_practice_document_comes_out),
        cmocka_unit_test(a_cap_met_exactly_pays_whole_and_a_fen_over_loses_a_fen),
        cmocka_unit_test(on_one_day_the_larger_goes_first_and_then_the_number),
        cmocka_unit_test(both_years_of_a_firm_keep_its_cap),
        cmocka_unit_test(a_ledger_beyond_all_numbers_leaves_no_room),
        cmocka_unit_test(more_recovered_than_paid_opens_no_room_above_the_cap),
        cmocka_unit_test(without_a_base_there_is_no_award),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
