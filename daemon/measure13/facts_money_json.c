/* facts_money_json.c - sales, costs, committed money, credit, and what the firm's other cases leave. */
#include "award.h"
#include "costs.h"
#include "facts.h"
#include "json_list.h"

#include "m13/limits.h"

void put_party(struct text *out, const char *name, const struct fact_party *party)
{
    if (!party->firm && party->entity == NULL && (party->name == NULL || party->name[0] == '\0'))
        return;
    put_key(out, name);
    text_append_character(out, '{');
    put_string(out, "name", party->name);
    put_flag(out, "firm", party->firm);
    if (party->entity != NULL) {
        const struct fact_entity *entity = party->entity;
        put_string(out, "relation", entity_relation_names[entity->relation].code);
        put_string(out, "share", entity->share);
        put_date(out, "from", entity->from);
        put_date(out, "to", entity->to);
        put_source(out, &entity->source);
    }
    text_append_character(out, '}');
}

/* --- sales ---------------------------------------------------------------------------------------------- */

static void write_sale(struct text *out, const struct fact_sale *sale)
{
    put_string(out, "sale_id", sale->sale_id);
    put_string(out, "country", sale->country);
    put_date(out, "date", sale->date);
    put_string(out, "amount", sale->amount);
    put_string(out, "currency", sale->currency);
    put_number(out, "sign", sale->amount_sign);
    put_string(out, "return_of", sale->return_of);
    put_flag(out, "returned_whole", sale->returned_whole);
    put_string(out, "related", sale->related);
    put_string(out, "trade_mode", sale->trade_mode);
    put_party(out, "seller", &sale->seller);
    put_party(out, "buyer", &sale->buyer);
    put_source(out, &sale->source);
}

static void put_rate(struct text *out, const struct fact_rate *rate)
{
    if (rate == NULL)
        return;
    put_key(out, "exchange_rate");
    text_append_character(out, '{');
    put_date(out, "date", rate->date);
    put_string(out, "rate", rate->rate);
    put_string(out, "quote", rate->quote == QUOTE_DIRECT ? "direct" : "indirect");
    put_source(out, &rate->source);
    text_append_character(out, '}');
}

/* All sales of the item's product, whatever their market: which of them counts is the rules' to say. */
static void write_sales(const struct rule_question *question, struct text *out)
{
    const struct fact_item *item = question->item;
    struct json_list list = {0};
    for (size_t i = 0; i < question->facts->sale_count && item->product_id[0] != '\0'; i++) {
        const struct fact_sale *sale = &question->facts->sales[i];
        if (!string_equal(sale->product_id, item->product_id))
            continue;
        struct text element = TEXT_WITH_CEILING(LIMIT_ROW_BYTES);
        const struct fact_rate *rate = NULL;
        text_append_character(&element, '{');
        write_sale(&element, sale);
        if (question->parameters->least_sale > 0)
            rates_find(question->facts, question->parameters, sale->currency, sale->date, &rate);
        put_rate(&element, rate);
        text_append_character(&element, '}');
        list_add(&list, &element);
    }
    list_end(out, "sales", &list);
}

/* --- costs ---------------------------------------------------------------------------------------------- */

static void write_shares(struct text *out, const struct fact_cost *cost)
{
    put_key(out, "shares");
    text_append_character(out, '[');
    for (size_t i = 0; i < cost->share_count; i++) {
        text_append_string(out, i > 0 ? ",{" : "{");
        put_string(out, "product_id", cost->shares[i].product_id);
        put_number(out, "millionths", cost->shares[i].parts);
        text_append_character(out, '}');
    }
    text_append_character(out, ']');
    put_flag(out, "shares_unread", cost->shares_unread);
}

static void write_cost(struct text *out, const struct cost_line *line)
{
    const struct fact_cost *cost = line->cost;
    put_string(out, "cost_id", cost->cost_id);
    put_string(out, "number", cost->number);
    put_string(out, "category", cost->category);
    put_party(out, "payer", &cost->payer);
    write_shares(out, cost);
    put_date(out, "paid", cost->paid);
    put_string(out, "amount", cost->amount);
    put_string(out, "currency", cost->currency);
    put_string(out, "vat", cost->vat);
    put_string(out, "cny_debited", cost->cny_debited);
    put_string(out, "other_funding", cost->other_funding);
    put_string(out, "payee", cost->payee);
    put_string(out, "invoice_no", cost->invoice_no);
    put_string(out, "also_in", cost->also_in);
    put_flag(out, "claimed_elsewhere", cost->claimed_elsewhere);
    put_flag(out, "several_cases", line->by[DOUBT_CASE] != COST_COUNTS);
    put_rate(out, line->rate);
    put_source(out, &cost->source);
}

static void write_costs(const struct rule_question *question, struct text *out)
{
    struct json_list list = {0};
    for (size_t i = 0; i < question->costs->count; i++) {
        struct text element = TEXT_WITH_CEILING(LIMIT_ROW_BYTES);
        text_append_character(&element, '{');
        write_cost(&element, &question->costs->lines[i]);
        text_append_character(&element, '}');
        list_add(&list, &element);
    }
    list_end(out, "costs", &list);
}

/* --- the ledger, and what other cases leave ------------------------------------------------------------- */

/* Whether its case is now of this item's product. */
static bool is_merged(const struct rule_question *question, const struct fact_payment *payment)
{
    for (size_t i = 0; i < question->commitment_count && payment->number[0] != '\0'; i++) {
        const struct commitment *commitment = &question->commitments[i];
        if (commitment->product_now != NULL && question->item->product_id[0] != '\0' &&
            string_equal(commitment->product_now, question->item->product_id) &&
            string_equal(commitment->number, payment->number) &&
            string_equal(commitment->authority, payment->authority) &&
            string_equal(commitment->item, payment->item))
            return true;
    }
    return false;
}

/* In a batch all of the firm's entries count: which of them are of its year shows only when those that belong
 * together are summed up. */
static bool concerns(const struct rule_question *question, const struct fact_payment *payment)
{
    const struct fact_item *item = question->item;
    int year = award_decision_year(item->decision);
    bool of_product = item->product_id[0] != '\0' && string_equal(payment->product_id, item->product_id);
    bool of_case = payment->number[0] != '\0' && string_equal(payment->number, item->number) &&
                   string_equal(payment->authority, item->authority) &&
                   string_equal(payment->item, item->item);
    return of_product || of_case || is_merged(question, payment) ||
           (payment->own && (item->batch_year != 0 || payment->year == year || payment->year == 0));
}

static void write_payment(struct text *out, const struct fact_payment *payment)
{
    static const char *const kinds[] = {
        [PAYMENT_RESERVE] = "reserve", [PAYMENT_PAY] = "pay", [PAYMENT_RECOVER] = "recover"};
    put_string(out, "policy", payment->policy);
    put_string(out, "kind", kinds[payment->kind]);
    put_flag(out, "own", payment->own);
    put_string(out, "authority", payment->authority);
    put_string(out, "number", payment->number);
    put_string(out, "item", payment->item);
    put_string(out, "product_id", payment->product_id);
    put_string(out, "batch", payment->batch);
    put_number(out, "year", payment->year);
    put_number(out, "batch_year", payment->batch_year);
    put_number(out, "amount", payment->amount);
    put_source(out, &payment->source);
}

static void write_payments(const struct rule_question *question, struct text *out)
{
    struct json_list list = {0};
    for (size_t i = 0; i < question->facts->payment_count; i++) {
        if (!concerns(question, &question->facts->payments[i]))
            continue;
        struct text element = TEXT_WITH_CEILING(LIMIT_ROW_BYTES);
        text_append_character(&element, '{');
        write_payment(&element, &question->facts->payments[i]);
        text_append_character(&element, '}');
        list_add(&list, &element);
    }
    list_end(out, "payments", &list);
}

/* Where the firm's earlier cases and the committed money leave less than the base: then the award is this. */
static void write_left(const struct rule_question *question, struct text *out)
{
    const struct case_verdict *answer = question->answer;
    bool any = false;
    for (size_t i = 0; i < answer->scenario_count; i++) {
        const struct award_scenario *scenario = &answer->scenarios[i];
        if (scenario->award >= scenario->base || answer->amount_state == AMOUNT_NONE || answer->settled)
            continue;
        if (!any)
            put_key(out, "left");
        text_append_string(out, any ? ",{" : "[{");
        put_number(out, "percent", scenario->percent);
        put_number(out, "fen", scenario->left);
        text_append_character(out, '}');
        any = true;
    }
    if (any)
        text_append_character(out, ']');
}

/* --- credit --------------------------------------------------------------------------------------------- */

static void write_flags(const struct rule_question *question, struct text *out)
{
    struct json_list list = {0};
    for (size_t i = 0; i < question->facts->flag_count; i++) {
        const struct fact_flag *flag = &question->facts->flags[i];
        struct text element = TEXT_WITH_CEILING(LIMIT_ROW_BYTES);
        text_append_character(&element, '{');
        put_string(&element, "flag", flag->flag);
        put_date(&element, "from", flag->from);
        put_date(&element, "to", flag->to);
        put_flag(&element, "unlisted", flag->unlisted);
        put_source(&element, &flag->source);
        text_append_character(&element, '}');
        list_add(&list, &element);
    }
    list_end(out, "credit", &list);
}

void facts_write_money(const struct rule_question *question, struct text *out)
{
    write_sales(question, out);
    write_costs(question, out);
    write_payments(question, out);
    write_left(question, out);
    write_flags(question, out);
}
