/* gather_money.c - costs, exchange rates and credit flags of a firm. */
#include "gather.h"

#include "m13/memory.h"
#include "m13/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- costs ---------------------------------------------------------------------------------------------- */

enum { PERCENT_DIGITS = 4, PART_BYTES = 32 }; /* millionths of the whole */

/* "P1@60|P2@40"; a part that cannot be read makes the whole doubtful. */
static size_t read_shares(
    struct gathered_facts *gathered, const char *list, const struct fact_share **ret_shares, bool *ret_unread)
{
    struct fact_share *shares = NULL;
    size_t count = 0, capacity = 0;
    *ret_unread = false;
    for (const char *at = list; *at != '\0';) {
        size_t length = strcspn(at, "|");
        char *part = memory_copy_bytes(at, length), *percent = strrchr(part, '@');
        int64_t parts = 0;
        if (percent != NULL && money_parse(percent + 1, PERCENT_DIGITS, &parts) == 0) {
            *percent = '\0';
            MEMORY_GROW(shares, count, capacity);
            shares[count++] = (struct fact_share){gathered_string(gathered, part), parts};
        } else {
            *ret_unread = true;
        }
        free(part);
        at += length + (at[length] == '|');
    }
    if (shares != NULL) {
        MEMORY_GROW(gathered->shares, gathered->share_count, gathered->share_capacity);
        gathered->shares[gathered->share_count++] = shares;
    }
    *ret_shares = shares;
    return count;
}

static bool take_cost(const struct local_record *record, void *context)
{
    struct gathered_facts *gathered = context;
    if (record->unlisted)
        return true;
    json_t *fields = json_loads(record->fields, 0, NULL);
    struct fact_cost cost = {.cost_id = gathered_string(gathered, gathered_field(fields, "cost_id")),
        .authority = gathered_string(gathered, gathered_field(fields, "authority")),
        .number = gathered_string(gathered, gathered_field(fields, "number")),
        .payer = gathered_party(gathered, gathered_field(fields, "payer")),
        .category = gathered_string(gathered, gathered_field(fields, "category")),
        .paid = gathered_date(fields, "paid_date"),
        .amount = gathered_string(gathered, gathered_field(fields, "amount")),
        .currency = gathered_string(gathered, gathered_field(fields, "currency")),
        .vat = gathered_string(gathered, gathered_field(fields, "vat")),
        .cny_debited = gathered_string(gathered, gathered_field(fields, "cny_debited")),
        .other_funding = gathered_string(gathered, gathered_field(fields, "other_funding")),
        .payee = gathered_string(gathered, gathered_field(fields, "payee")),
        .invoice_no = gathered_string(gathered, gathered_field(fields, "invoice_no")),
        .also_in = "",
        .source = gathered_local_source(gathered, record)};
    cost.share_count =
        read_shares(gathered, gathered_field(fields, "shares"), &cost.shares, &cost.shares_unread);
    json_decref(fields);
    MEMORY_GROW(gathered->costs, gathered->facts.cost_count, gathered->cost_capacity);
    gathered->costs[gathered->facts.cost_count++] = cost;
    return true;
}

/* --- the same invoice twice ----------------------------------------------------------------------------- */

/* A firm may split an invoice over several lines, of other categories or sums; what is the same in all of it
 * is claimed twice. */
static bool is_same_claim(const struct fact_cost *cost, json_t *other)
{
    char paid[DATE_STRING_BYTES];
    return string_equal(cost->amount, gathered_field(other, "amount")) &&
           string_equal(cost->currency, gathered_field(other, "currency")) &&
           string_equal(cost->category, gathered_field(other, "category")) &&
           string_equal(date_format(cost->paid, paid), gathered_field(other, "paid_date"));
}

static bool has_same_payee(const struct fact_cost *cost, json_t *other)
{
    const char *payee = gathered_field(other, "payee");
    return payee[0] == '\0' || cost->payee[0] == '\0' || strcasecmp(payee, cost->payee) == 0;
}

static void find_claims_of_invoice(struct gathered_facts *gathered, struct fact_cost *cost)
{
    struct text also = TEXT_WITH_CEILING(4096);
    struct query *q = query_bind(
        query(gathered->store,
            "SELECT key, uscc, fields FROM local_record WHERE json_extract(fields, '$.invoice_no') = ? "
            "AND seq_to IS NULL AND kind = 'costs' AND withdrawn = 0 AND unlisted = 0 AND key <> ? ORDER BY "
            "key"),
        "tt", cost->invoice_no, cost->source.id);
    while (query_next(q)) {
        json_t *other = json_loads(query_text(q, 2), 0, NULL);
        bool own = string_equal(query_text(q, 1), gathered->facts.firm.uscc);
        if (!has_same_payee(cost, other)) {
            json_decref(other);
            continue;
        }
        if (!own)
            cost->claimed_elsewhere = true;
        else if (is_same_claim(cost, other))
            text_append_format(&also, "%s%s", also.length > 0 ? "|" : "", query_text(q, 0));
        json_decref(other);
    }
    cost->also_in = gathered_string(gathered, text_string(&also));
    text_free(&also);
}

void gather_costs(struct gathered_facts *gathered)
{
    registry_each(gathered->store, "costs", gathered->facts.firm.uscc, take_cost, gathered);
    for (size_t i = 0; i < gathered->facts.cost_count; i++)
        if (gathered->costs[i].invoice_no[0] != '\0')
            find_claims_of_invoice(gathered, &gathered->costs[i]);
}

/* --- rates ---------------------------------------------------------------------------------------------- */

struct months {
    struct month {
        char prefix[24]; /* of the key: USD|2026-05 */
    } * items;
    size_t count, capacity;
};

static void need_month(struct months *months, const char *currency, int32_t day)
{
    int year, month, of_month;
    struct month needed;
    day_to_civil(day, &year, &month, &of_month);
    snprintf(needed.prefix, sizeof needed.prefix, "%.8s|%04d-%02d", currency, year, month);
    for (size_t i = 0; i < months->count; i++)
        if (string_equal(months->items[i].prefix, needed.prefix))
            return;
    MEMORY_GROW(months->items, months->count, months->capacity);
    months->items[months->count++] = needed;
}

/* Its own month, and the one before: the parity of the day of payment may be of the last days before it. */
static void need(struct months *months, const char *currency, struct date date)
{
    if (currency[0] == '\0' || string_equal(currency, "CNY") || !date_is_known(date))
        return;
    need_month(months, currency, date.first);
    need_month(months, currency, day_add_months(date.first, -1));
}

static void take_rates(struct gathered_facts *gathered, const char *prefix)
{
    char behind[32];
    snprintf(behind, sizeof behind, "%s~", prefix);
    struct query *q = query_bind(
        query(gathered->store, "SELECT key, version, assurance, fields FROM local_record WHERE kind = 'fx' "
                               "AND key >= ? AND key < ? AND seq_to IS NULL AND withdrawn = 0 ORDER BY key"),
        "tt", prefix, behind);
    while (query_next(q)) {
        json_t *fields = json_loads(query_text(q, 3), 0, NULL);
        MEMORY_GROW(gathered->rates, gathered->facts.rate_count, gathered->rate_capacity);
        gathered->rates[gathered->facts.rate_count++] =
            (struct fact_rate){.currency = gathered_string(gathered, gathered_field(fields, "currency")),
                .date = gathered_date(fields, "date"),
                .rate = gathered_string(gathered, gathered_field(fields, "rate")),
                .quote =
                    string_equal(gathered_field(fields, "quote"), "indirect") ? QUOTE_INDIRECT : QUOTE_DIRECT,
                .source = gathered_source(
                    gathered, "local_record:fx", query_text(q, 0), query_integer(q, 1), query_text(q, 2))};
        json_decref(fields);
    }
}

void gather_rates(struct gathered_facts *gathered)
{
    struct months months = {0};
    for (size_t i = 0; i < gathered->facts.cost_count; i++)
        need(&months, gathered->costs[i].currency, gathered->costs[i].paid);
    for (size_t i = 0; i < gathered->facts.sale_count; i++)
        need(&months, gathered->sales[i].currency, gathered->sales[i].date);
    for (size_t i = 0; i < months.count; i++)
        take_rates(gathered, months.items[i].prefix);
    free(months.items);
}

/* --- credit --------------------------------------------------------------------------------------------- */

static bool take_flag(const struct local_record *record, void *context)
{
    struct gathered_facts *gathered = context;
    json_t *fields = json_loads(record->fields, 0, NULL);
    MEMORY_GROW(gathered->flags, gathered->facts.flag_count, gathered->flag_capacity);
    gathered->flags[gathered->facts.flag_count++] =
        (struct fact_flag){.flag = gathered_string(gathered, gathered_field(fields, "flag")),
            .from = gathered_date(fields, "from"),
            .to = gathered_date(fields, "to"),
            .unlisted = record->unlisted,
            .source = gathered_local_source(gathered, record)};
    json_decref(fields);
    return true;
}

void gather_credit(struct gathered_facts *gathered)
{
    registry_each(gathered->store, "credit", gathered->facts.firm.uscc, take_flag, gathered);
}
