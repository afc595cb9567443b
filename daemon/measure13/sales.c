#include "sales.h"

#include "party.h"
#include "rates.h"
#include "words.h"

#include <string.h>

/* --- where ---------------------------------------------------------------------------------------------- */

static bool stands_in(char *const *words, size_t count, const char *word)
{
    for (size_t i = 0; i < count; i++)
        if (string_equal(words[i], word))
            return true;
    return false;
}

static bool is_home(const struct policy_parameters *parameters, const char *country)
{
    return string_equal(country, "CN") ||
           stands_in(parameters->no_sale_regions.words, parameters->no_sale_regions.count, country);
}

static bool holds_market(char *const *markets, size_t count, const char *country)
{
    return country[0] != '\0' && (stands_in(markets, count, country) || stands_in(markets, count, "*"));
}

/* An approval without a market of its own (WHO): the order of a UN agency or a ministry settles it. */
static enum sale_market market_of(const struct rule_question *question, const struct fact_sale *sale,
    const struct authority_parameter *authority)
{
    if (is_home(question->parameters, sale->country))
        return MARKET_NONE;
    if (holds_market(authority->markets, authority->market_count, sale->country))
        return MARKET_COUNTS;
    if (!holds_market(authority->review_markets, authority->review_market_count, sale->country))
        return MARKET_NONE;
    bool any = stands_in(authority->review_markets, authority->review_market_count, "*");
    return any && word_list_find(&question->parameters->settling_buyers, sale->buyer.name) != NULL
               ? MARKET_SETTLED
               : MARKET_REVIEW;
}

/* --- what ----------------------------------------------------------------------------------------------- */

static enum sale_kind weigh(const struct rule_question *question, const struct fact_sale *sale)
{
    struct decimal amount, rate;
    const struct fact_rate *found;
    fen_t fen;
    if (question->parameters->least_sale == 0)
        return SALE_COUNTS;
    if (money_decimal(sale->amount, &amount) < 0)
        return SALE_NOT_WEIGHED;
    bool home =
        rates_find(question->facts, question->parameters, sale->currency, sale->date, &found) == RATE_HOME;
    if (home ? money_yuan(amount, &fen) < 0
             : found == NULL || money_decimal(found->rate, &rate) < 0 ||
                   money_exchange(amount, rate, found->quote, &fen) < 0)
        return SALE_NOT_WEIGHED;
    return fen >= question->parameters->least_sale ? SALE_COUNTS : SALE_NONE;
}

static bool is_in_group(const struct rule_question *question, const struct fact_sale *sale)
{
    switch (party_standing(&sale->buyer, sale->date, question->parameters)) {
    case PARTY_FIRM:
    case PARTY_OWNED:
    case PARTY_OWNER:
    case PARTY_GROUP:
        return true;
    case PARTY_UNSAID:
    case PARTY_PARTNER:
    case PARTY_STRANGER:
        break;
    }
    return string_equal(sale->related, "yes");
}

static enum sale_kind kind_of(const struct rule_question *question, const struct fact_sale *sale)
{
    const struct policy_parameters *parameters = question->parameters;
    if (sale->return_of[0] != '\0' || sale->amount_sign <= 0 || sale->returned_whole ||
        is_home(parameters, sale->country) ||
        (sale->trade_mode != NULL &&
            stands_in(parameters->no_sale_modes.words, parameters->no_sale_modes.count, sale->trade_mode)))
        return SALE_NONE;
    enum sale_kind weight = weigh(question, sale);
    if (weight != SALE_COUNTS)
        return weight;
    if (is_in_group(question, sale))
        return parameters->group_exports == ROUTE_YES  ? SALE_COUNTS
               : parameters->group_exports == ROUTE_NO ? SALE_NONE
                                                       : SALE_IN_GROUP;
    return party_standing(&sale->seller, sale->date, parameters) == PARTY_STRANGER ? SALE_BY_STRANGER
                                                                                   : SALE_COUNTS;
}

/* --- when ----------------------------------------------------------------------------------------------- */

/* Interval against interval: true for every pair of days, for none, or for some. */
static enum truth is_not_before(struct date date, struct date decision)
{
    if (!date_is_known(date) || !date_is_known(decision))
        return TRUTH_UNKNOWN;
    if (date_on_or_after(date, decision.last) == TRUTH_YES)
        return TRUTH_YES;
    return date_on_or_after(date, decision.first) == TRUTH_NO ? TRUTH_NO : TRUTH_UNKNOWN;
}

/* --- the best ------------------------------------------------------------------------------------------- */

/* The nearer to what the text asks the higher; what lacks a paper is nearer than what a person must judge. */
static int rank(const struct sale_view *view)
{
    if (view->kind == SALE_NONE || view->market == MARKET_NONE || view->after == TRUTH_NO)
        return 0;
    if (view->market == MARKET_REVIEW)
        return 1;
    if (view->kind != SALE_COUNTS)
        return 2;
    if (view->after == TRUTH_UNKNOWN)
        return 3;
    return view->sale->source.assurance == ASSURANCE_CLAIMED ? 4 : 5;
}

static bool is_earlier(const struct fact_sale *a, const struct fact_sale *b)
{
    if (a->date.first != b->date.first)
        return a->date.first < b->date.first;
    return strcmp(a->sale_id, b->sale_id) < 0;
}

struct sale_view sales_best(const struct rule_question *question, const struct authority_parameter *authority)
{
    struct sale_view best = {.sale = NULL, .kind = SALE_NONE, .market = MARKET_NONE, .after = TRUTH_NO};
    size_t left_out = 0;
    for (size_t i = 0; i < question->facts->sale_count; i++) {
        const struct fact_sale *sale = &question->facts->sales[i];
        if (!string_equal(sale->product_id, question->item->product_id))
            continue;
        struct sale_view view = {.sale = sale,
            .kind = kind_of(question, sale),
            .market = market_of(question, sale, authority),
            .after = is_not_before(sale->date, question->item->decision)};
        left_out += view.kind == SALE_NONE && sale->return_of[0] == '\0';
        int better = rank(&view) - rank(&best);
        if (better > 0 ||
            (better == 0 && best.sale != NULL && rank(&view) > 0 && is_earlier(sale, best.sale)))
            best = view;
    }
    best.left_out = left_out;
    return best;
}
