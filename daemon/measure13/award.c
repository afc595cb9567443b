/* award.c - how much at most: the caps of measure13.md, in integer fen. */
#include "award.h"

#include "m13/memory.h"

#include <stdlib.h>
#include <string.h>

bool commitment_concerns(const struct commitment *commitment, const char *product_id)
{
    return string_equal(commitment->product_id, product_id) ||
           (commitment->product_now != NULL && commitment->amount > 0 &&
               string_equal(commitment->product_now, product_id));
}

fen_t committed_to_product(const struct commitment *commitments, size_t count, const char *product_id)
{
    fen_t total = 0;
    for (size_t i = 0; i < count; i++)
        if (commitment_concerns(&commitments[i], product_id))
            total = money_sum(total, commitments[i].amount);
    return total;
}

/* What is committed in a year that is not known uses up the cap of every year, and what is recovered gives
 * room in none, lest one be exceeded. */
static bool counts_in(int of_entry, int year, fen_t amount)
{
    return of_entry == year || (of_entry == 0 && amount > 0);
}

fen_t committed_to_firm(const struct commitment *commitments, size_t count, int decision_year)
{
    fen_t total = 0;
    for (size_t i = 0; i < count; i++)
        if (commitments[i].own && counts_in(commitments[i].year, decision_year, commitments[i].amount))
            total = money_sum(total, commitments[i].amount);
    return total;
}

fen_t committed_in_batch_year(const struct commitment *commitments, size_t count, int batch_year)
{
    fen_t total = 0;
    for (size_t i = 0; i < count; i++)
        if (commitments[i].own && counts_in(commitments[i].batch_year, batch_year, commitments[i].amount))
            total = money_sum(total, commitments[i].amount);
    return total;
}

fen_t committed_to_case(
    const struct commitment *commitments, size_t count, const struct fact_item *item, bool *ret_any)
{
    fen_t total = 0;
    *ret_any = false;
    for (size_t i = 0; i < count; i++)
        if (commitments[i].number[0] != '\0' && string_equal(commitments[i].number, item->number) &&
            string_equal(commitments[i].authority, item->authority) &&
            string_equal(commitments[i].item, item->item)) {
            total = money_sum(total, commitments[i].amount);
            *ret_any = true;
        }
    return total;
}

fen_t award_room(fen_t cap, fen_t committed)
{
    if (committed <= 0)
        return cap;
    return committed >= cap ? 0 : cap - committed;
}

int award_year_of_day(int32_t day)
{
    int year, month, of_month;
    day_to_civil(day, &year, &month, &of_month);
    return year;
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

static int compare_decisions(const struct award_claim *first, const struct award_claim *second)
{
    if (first->decision.first != second->decision.first)
        return first->decision.first < second->decision.first ? -1 : 1;
    if (first->decision.last != second->decision.last)
        return first->decision.last < second->decision.last ? -1 : 1;
    return 0;
}

static int compare_bases(const struct award_claim *first, const struct award_claim *second)
{
    return first->base == second->base ? 0 : first->base > second->base ? -1 : 1;
}

/* R20. Items of one certificate are told apart by their product, not by the order in which they came to be
 * known; what is equal in all of it is one and the same case. */
static int compare_claims(const void *a, const void *b, void *context)
{
    const struct award_claim *first = *(struct award_claim *const *)a;
    const struct award_claim *second = *(struct award_claim *const *)b;
    const enum award_order *order_by = context;
    if (first->eligible != second->eligible)
        return first->eligible ? -1 : 1;
    int date = compare_decisions(first, second), base = compare_bases(first, second);
    int leading = *order_by == ORDER_BY_AMOUNT ? base : date;
    int order = leading != 0 ? leading : date != 0 ? date : base;
    if (order == 0)
        order = strcmp(first->number, second->number);
    if (order == 0)
        order = strcmp(first->authority, second->authority);
    if (order == 0)
        order = strcmp(first->product_id, second->product_id);
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

static fen_t left_for(const struct award_claim *claim, const struct taken *taken,
    const struct commitment *commitments, size_t count)
{
    fen_t product = committed_to_product(commitments, count, claim->product_id);
    fen_t decision_year = committed_to_firm(commitments, count, claim->decision_year);
    fen_t batch_year = committed_in_batch_year(commitments, count, claim->batch_year);
    fen_t left = award_room(award_room(claim->product_cap, product), taken->product);
    left = least(left, award_room(award_room(claim->firm_cap, decision_year), taken->decision_year));
    return least(left, award_room(award_room(claim->firm_cap, batch_year), taken->batch_year));
}

void measure13_award(struct award_claim *claims, size_t count, const struct commitment *commitments,
    size_t commitment_count, enum award_order leading)
{
    struct award_claim **order = memory_get_zeroed(count + 1, sizeof(struct award_claim *));
    size_t ordered = 0;
    for (size_t i = 0; i < count; i++) {
        claims[i].left = claims[i].award = 0;
        if (has_room(&claims[i]))
            order[ordered++] = &claims[i];
    }
    qsort_r(order, ordered, sizeof(struct award_claim *), compare_claims, &leading);
    for (size_t i = 0; i < ordered; i++) {
        struct taken taken = taken_before(order, i);
        order[i]->left = left_for(order[i], &taken, commitments, commitment_count);
        order[i]->award = least(order[i]->base, order[i]->left);
    }
    free(order);
}
