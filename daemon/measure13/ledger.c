/* ledger.c - entries of the ledger to what is committed. A reservation that was paid is one commitment, not
 * two: entries of one case and decision year belong together; where no case is named, those of one product,
 * decision year and batch. */
#include "m13/measure13.h"

#include "m13/memory.h"

#include <stdlib.h>
#include <string.h>

static const char *batch_of(const struct fact_payment *entry)
{
    return entry->number[0] == '\0' ? entry->batch : "";
}

static int compare_entries(const void *a, const void *b)
{
    const struct fact_payment *first = *(const struct fact_payment *const *)a;
    const struct fact_payment *second = *(const struct fact_payment *const *)b;
    const char *const parts[][2] = {{first->authority, second->authority}, {first->number, second->number},
        {first->item, second->item}, {first->product_id, second->product_id},
        {batch_of(first), batch_of(second)}};
    if (first->own != second->own)
        return first->own ? -1 : 1;
    if (first->year != second->year)
        return first->year < second->year ? -1 : 1;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (strcmp(parts[i][0], parts[i][1]) != 0)
            return strcmp(parts[i][0], parts[i][1]);
    if (first->number[0] == '\0' && first->batch_year != second->batch_year)
        return first->batch_year < second->batch_year ? -1 : 1;
    return 0;
}

static int compare_all(const void *a, const void *b)
{
    int order = compare_entries(a, b);
    return order != 0 ? order
                      : strcmp((*(const struct fact_payment *const *)a)->payment_id,
                            (*(const struct fact_payment *const *)b)->payment_id);
}

struct sums {
    fen_t reserved, paid, recovered;
    int reserved_in, paid_in; /* batch years */
};

static int later(int a, int b)
{
    return a > b ? a : b;
}

static void add(struct sums *sums, const struct fact_payment *entry)
{
    switch (entry->kind) {
    case PAYMENT_RESERVE:
        sums->reserved = money_sum(sums->reserved, entry->amount);
        sums->reserved_in = later(sums->reserved_in, entry->batch_year);
        break;
    case PAYMENT_PAY:
        sums->paid = money_sum(sums->paid, entry->amount);
        sums->paid_in = later(sums->paid_in, entry->batch_year);
        break;
    case PAYMENT_RECOVER:
        sums->recovered = money_sum(sums->recovered, entry->amount);
        break;
    }
}

static struct commitment commitment_of(const struct fact_payment *first, const struct sums *sums)
{
    fen_t most = sums->paid > sums->reserved ? sums->paid : sums->reserved;
    return (struct commitment){.authority = first->authority,
        .number = first->number,
        .item = first->item,
        .product_id = first->product_id,
        .own = first->own,
        .year = first->year,
        .batch_year = sums->paid_in != 0 ? sums->paid_in : sums->reserved_in,
        .amount = money_sum(most, -sums->recovered),
        .source = &first->source};
}

/* A product may have been merged into another one since: the cap follows the device. */
static const char *product_now(const struct firm_facts *facts, const struct commitment *commitment)
{
    for (size_t i = 0; i < facts->item_count && commitment->number[0] != '\0'; i++) {
        const struct fact_item *item = &facts->items[i];
        if (item->product_id[0] != '\0' && string_equal(item->number, commitment->number) &&
            string_equal(item->authority, commitment->authority) &&
            string_equal(item->item, commitment->item))
            return string_equal(item->product_id, commitment->product_id) ? NULL : item->product_id;
    }
    return NULL;
}

struct commitment *measure13_commitments(
    const struct firm_facts *facts, const struct policy_parameters *parameters, size_t *ret_count)
{
    const struct fact_payment **entries =
        memory_get_zeroed(facts->payment_count + 1, sizeof(const struct fact_payment *));
    struct commitment *commitments = memory_get_zeroed(facts->payment_count + 1, sizeof *commitments);
    size_t count = 0, committed = 0;
    for (size_t i = 0; i < facts->payment_count; i++)
        if (string_equal(facts->payments[i].policy, parameters->policy))
            entries[count++] = &facts->payments[i];
    qsort(entries, count, sizeof(const struct fact_payment *), compare_all);
    for (size_t i = 0, next; i < count; i = next) {
        struct sums sums = {0};
        for (next = i; next < count && compare_entries(&entries[i], &entries[next]) == 0; next++)
            add(&sums, entries[next]);
        commitments[committed] = commitment_of(entries[i], &sums);
        commitments[committed].product_now = product_now(facts, &commitments[committed]);
        committed++;
    }
    free(entries);
    *ret_count = committed;
    return commitments;
}
