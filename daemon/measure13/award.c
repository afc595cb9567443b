/* award.c - how much at most: the caps of measure13.md, in integer fen. */
#include "award.h"

#include "m13/memory.h"

#include <stdlib.h>
#include <string.h>

/* Sums stop at the largest number rather than turn over: a cap is then used up, whatever the ledger holds. */
static fen_t sum(fen_t a, fen_t b)
{
    fen_t total;
    if (__builtin_add_overflow(a, b, &total))
        return a < 0 ? INT64_MIN : INT64_MAX;
    return total;
}

fen_t committed_to_product(const struct fact_payment *payments, size_t count, const char *product_id)
{
    fen_t total = 0;
    for (size_t i = 0; i < count; i++)
        if (string_equal(payments[i].product_id, product_id))
            total = sum(total, payments[i].amount);
    return total;
}

fen_t committed_to_firm(const struct fact_payment *payments, size_t count, int decision_year)
{
    fen_t total = 0;
    for (size_t i = 0; i < count; i++)
        if (payments[i].year == decision_year)
            total = sum(total, payments[i].amount);
    return total;
}

fen_t committed_in_batch_year(const struct fact_payment *payments, size_t count, int batch_year)
{
    fen_t total = 0;
    for (size_t i = 0; i < count; i++)
        if (payments[i].batch_year == batch_year)
            total = sum(total, payments[i].amount);
    return total;
}

fen_t award_room(fen_t cap, fen_t committed)
{
    if (committed <= 0)
        return cap;
    return committed >= cap ? 0 : cap - committed;
}

int award_decision_year(struct date decision)
{
    int first, last, month, day;
    if (!date_is_known(decision))
        return 0;
    day_to_civil(decision.first, &first, &month, &day);
    day_to_civil(decision.last, &last, &month, &day);
    return first == last ? first : 0;
}

/* R20; what is equal in all of it is one and the same case. */
static int compare_claims(const void *a, const void *b)
{
    const struct award_claim *first = *(struct award_claim *const *)a;
    const struct award_claim *second = *(struct award_claim *const *)b;
    if (first->eligible != second->eligible)
        return first->eligible ? -1 : 1;
    if (first->decision.first != second->decision.first)
        return first->decision.first < second->decision.first ? -1 : 1;
    if (first->decision.last != second->decision.last)
        return first->decision.last < second->decision.last ? -1 : 1;
    if (first->base != second->base)
        return first->base > second->base ? -1 : 1;
    int order = strcmp(first->number, second->number);
    if (order == 0)
        order = strcmp(first->authority, second->authority);
    return order != 0 ? order : strcmp(first->item, second->item);
}

static fen_t least(fen_t a, fen_t b)
{
    return a < b ? a : b;
}

/* What the claims before this one have taken from each of its three caps. */
struct taken {
    fen_t product, decision_year, batch_year;
};

static struct taken taken_before(struct award_claim *const *order, size_t position)
{
    struct taken taken = {0, 0, 0};
    const struct award_claim *claim = order[position];
    for (size_t i = 0; i < position; i++) {
        const struct award_claim *earlier = order[i];
        if (string_equal(earlier->product_id, claim->product_id))
            taken.product += earlier->award;
        if (earlier->decision_year == claim->decision_year)
            taken.decision_year += earlier->award;
        if (earlier->batch_year == claim->batch_year)
            taken.batch_year += earlier->award;
    }
    return taken;
}

static bool has_room(const struct award_claim *claim)
{
    return claim->base > 0 && claim->product_id[0] != '\0' && claim->decision_year != 0;
}

void measure13_award(struct award_claim *claims, size_t count, const struct fact_payment *payments,
    size_t payment_count, const struct policy_parameters *parameters)
{
    struct award_claim **order = memory_get_zeroed(count + 1, sizeof(struct award_claim *));
    size_t ordered = 0;
    for (size_t i = 0; i < count; i++) {
        claims[i].award = 0;
        if (has_room(&claims[i]))
            order[ordered++] = &claims[i];
    }
    qsort(order, ordered, sizeof(struct award_claim *), compare_claims);
    for (size_t i = 0; i < ordered; i++) {
        struct award_claim *claim = order[i];
        struct taken taken = taken_before(order, i);
        fen_t product = committed_to_product(payments, payment_count, claim->product_id);
        fen_t decision_year = committed_to_firm(payments, payment_count, claim->decision_year);
        fen_t batch_year = committed_in_batch_year(payments, payment_count, claim->batch_year);
        fen_t award = claim->base;
        award = least(award, award_room(award_room(parameters->product_cap, product), taken.product));
        award =
            least(award, award_room(award_room(parameters->firm_cap, decision_year), taken.decision_year));
        award = least(award, award_room(award_room(parameters->firm_cap, batch_year), taken.batch_year));
        claim->award = award;
    }
    free(order);
}
