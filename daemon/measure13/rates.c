#include "rates.h"

#include <string.h>

/* The longest run of days without a parity: the week of the national holiday with the weekends beside it. */
enum { DAYS_WITHOUT_PARITY_MOST = 10 };

struct month {
    int32_t first, last;
};

static struct month month_of(int32_t day)
{
    int year, month, of_month;
    day_to_civil(day, &year, &month, &of_month);
    int32_t first = day_from_civil(year, month, 1);
    return (struct month){first, day_add_months(first, 1) - 1};
}

static bool is_nearer(const struct fact_rate *rate, const struct fact_rate *best, bool latest)
{
    if (best == NULL)
        return true;
    if (rate->date.first != best->date.first)
        return latest ? rate->date.first > best->date.first : rate->date.first < best->date.first;
    return strcmp(rate->source.id, best->source.id) < 0;
}

/* The parity of one of these days: the earliest, or the latest. */
static const struct fact_rate *parity_in(
    const struct firm_facts *facts, const char *currency, int32_t first, int32_t last, bool latest)
{
    const struct fact_rate *best = NULL;
    for (size_t i = 0; i < facts->rate_count; i++) {
        const struct fact_rate *rate = &facts->rates[i];
        if (string_equal(rate->currency, currency) && date_is_exact(rate->date) &&
            rate->date.first >= first && rate->date.first <= last && is_nearer(rate, best, latest))
            best = rate;
    }
    return best;
}

static const struct fact_rate *monthly(
    const struct firm_facts *facts, const char *currency, struct month month)
{
    const struct fact_rate *best = NULL;
    for (size_t i = 0; i < facts->rate_count; i++) {
        const struct fact_rate *rate = &facts->rates[i];
        if (string_equal(rate->currency, currency) && rate->date.first == month.first &&
            rate->date.last == month.last && is_nearer(rate, best, false))
            best = rate;
    }
    return best;
}

static const struct fact_rate *parity_for(const struct firm_facts *facts,
    const struct policy_parameters *parameters, const char *currency, struct date paid)
{
    struct month month = month_of(paid.first);
    switch (parameters->rate_day) {
    case RATE_MONTH_FIRST:
        return parity_in(
            facts, currency, month.first, month.first + parameters->first_trading_day_by - 1, false);
    case RATE_PAYMENT_DAY:
        return parity_in(facts, currency, paid.first - DAYS_WITHOUT_PARITY_MOST, paid.first, true);
    }
    return NULL;
}

enum rate_found rates_find(const struct firm_facts *facts, const struct policy_parameters *parameters,
    const char *currency, struct date paid, const struct fact_rate **ret_rate)
{
    *ret_rate = NULL;
    if (string_equal(currency, "CNY"))
        return RATE_HOME;
    if (!date_is_known(paid) || month_of(paid.first).last < paid.last ||
        (parameters->rate_day == RATE_PAYMENT_DAY && !date_is_exact(paid)))
        return RATE_NO_DAY;
    *ret_rate = parity_for(facts, parameters, currency, paid);
    if (*ret_rate != NULL)
        return RATE_PARITY;
    *ret_rate = monthly(facts, currency, month_of(paid.first));
    return *ret_rate != NULL ? RATE_MONTHLY : RATE_NONE;
}
