/* The values of the smaller parameters as one line each, words in an order of their own. */
#include "parameters_text.h"

#include "m13/memory.h"

#include <stdlib.h>
#include <string.h>

#define SOURCE(member) offsetof(struct policy_parameters, member)
/* In the order of the members of struct policy_parameters. */
const struct parameter_line parameter_lines[] = {
    {"R01", SOURCE(force_source), parameters_say_force},
    {"R01", SOURCE(filing_source), parameters_say_filing},
    {"R02", SOURCE(newly_source), parameters_say_newly},
    {"R03", SOURCE(authorities_source), parameters_say_authorities},
    {"R04", SOURCE(brics_source), parameters_say_brics},
    {"R05", SOURCE(routes_source), parameters_say_routes},
    {"R06", SOURCE(first_source), parameters_say_first},
    {"R07", SOURCE(group_source), parameters_say_group},
    {"R09", SOURCE(device_source), parameters_say_device},
    {"R12", SOURCE(sales_source), parameters_say_sales},
    {"R14", SOURCE(product_source), parameters_say_product},
    {"R15", SOURCE(costs_source), parameters_say_costs},
    {"R16", SOURCE(window_source), parameters_say_window},
    {"R17", SOURCE(ratio_source), parameters_say_ratio},
    {"R18", SOURCE(product_cap_source), parameters_say_product_cap},
    {"R19", SOURCE(firm_cap_source), parameters_say_firm_cap},
    {"R20", SOURCE(order_source), parameters_say_order},
    {"R21", SOURCE(other_money_source), parameters_say_other_money},
    {"R22", SOURCE(credit_source), parameters_say_credit},
    {"R23", SOURCE(exchange_source), parameters_say_exchange},
};
const size_t parameter_line_count = sizeof parameter_lines / sizeof parameter_lines[0];

const struct name_entry award_order_names[ORDER_BY_AMOUNT + 1] = {
    {ORDER_BY_DECISION, "decision-date", "先按批准决定日期", "by date of decision first"},
    {ORDER_BY_AMOUNT, "amount", "先按金额大小", "by amount first"},
};

const struct name_entry other_money_names[OTHER_MONEY_EXCLUDES + 1] = {
    {OTHER_MONEY_SUBTRACTED, "subtract", "从费用中扣除", "subtracted from the cost"},
    {OTHER_MONEY_EXCLUDES, "exclude", "该笔费用不计入", "the cost is left out"},
};

const struct name_entry rate_day_names[RATE_PAYMENT_DAY + 1] = {
    {RATE_MONTH_FIRST, "month-first", "付款当月首个交易日", "the first trading day of the month of payment"},
    {RATE_PAYMENT_DAY, "payment-day", "付款当日", "the day of payment"},
};

/* --- sets, whose order in a file says nothing ----------------------------------------------------------- */

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Takes the strings of `set`. */
static void say_set(struct text *out, char **set, size_t count, const char *separator)
{
    qsort(set, count, sizeof *set, by_text);
    for (size_t i = 0; i < count; i++) {
        text_append_format(out, "%s%s", i > 0 ? separator : "", set[i]);
        free(set[i]);
    }
    free(set);
}

static void say_words(struct text *out, const char *label, const struct word_list *list)
{
    char **set = memory_get_zeroed(list->count + 1, sizeof *set);
    for (size_t i = 0; i < list->count; i++)
        set[i] = memory_copy_string(list->words[i]);
    text_append_string(out, label);
    say_set(out, set, list->count, ", ");
    if (list->count == 0)
        text_append_string(out, "none");
}

static void say_answers(
    struct text *out, const struct answer_parameter *answers, size_t count, const char *const words[])
{
    for (size_t answer = 0; answer <= ROUTE_NO; answer++) {
        char **set = memory_get_zeroed(count + 1, sizeof *set);
        size_t found = 0;
        for (size_t i = 0; i < count; i++)
            if (answers[i].answer == (enum route_answer)answer)
                set[found++] = memory_copy_string(answers[i].code);
        if (found > 0)
            text_append_format(out, "%s%s: ", out->length > 0 ? "; " : "", words[answer]);
        say_set(out, set, found, " ");
    }
}

/* --- the lines ------------------------------------------------------------------------------------------ */

void parameters_say_brics(const struct policy_parameters *parameters, struct text *out)
{
    char **set = memory_get_zeroed(parameters->brics_count + 1, sizeof *set);
    char from[DAY_STRING_BYTES], to[DAY_STRING_BYTES];
    for (size_t i = 0; i < parameters->brics_count; i++) {
        const struct membership_parameter *member = &parameters->brics[i];
        struct text line = TEXT_WITH_CEILING(128);
        text_append_format(&line, "%s %s..%s%s", member->country,
            member->from != DAY_NONE ? day_format(member->from, from) : "",
            member->to != DAY_NONE ? day_format(member->to, to) : "",
            member->answer == ROUTE_REVIEW ? " review"
            : member->answer == ROUTE_NO   ? " no"
                                           : "");
        set[i] = text_take(&line);
    }
    say_set(out, set, parameters->brics_count, "; ");
}

void parameters_say_first(const struct policy_parameters *parameters, struct text *out)
{
    text_append_format(out,
        "candidate predecessors: also where the year in the number is more than %d off the decision's, and "
        "like "
        "entries of other holders within %d days",
        parameters->number_years_apart, parameters->like_entry_days);
}

void parameters_say_group(const struct policy_parameters *parameters, struct text *out)
{
    text_append_format(
        out, "companies of which the firm holds at least %d %%", parameters->group_least_share);
}

void parameters_say_device(const struct policy_parameters *parameters, struct text *out)
{
    say_words(out, "review by words: ", &parameters->doubtful_words);
}

void parameters_say_product(const struct policy_parameters *parameters, struct text *out)
{
    say_words(out, "all sizes and models are one product; review by words: ", &parameters->alone_words);
}

static void say_yuan(struct text *out, fen_t fen, const char *per)
{
    char yuan[MONEY_STRING_BYTES];
    text_append_format(out, "CNY %s%s%s", money_format_yuan(fen, yuan), per[0] != '\0' ? " " : "", per);
}

void parameters_say_sales(const struct policy_parameters *parameters, struct text *out)
{
    text_append_string(out, "at least ");
    say_yuan(out, parameters->least_sale, "");
    say_words(out, "; not trade modes ", &parameters->no_sale_modes);
    say_words(out, "; not to ", &parameters->no_sale_regions);
    text_append_format(out, "; inside the group: %s",
        name_code(route_answer_names, ROUTE_NO + 1, (int)parameters->group_exports));
    say_words(out, "; buyers that settle a market: ", &parameters->settling_buyers);
}

void parameters_say_costs(const struct policy_parameters *parameters, struct text *out)
{
    static const char *const words[] = {"yes", "review", "no"};
    say_answers(out, parameters->categories, parameters->category_count, words);
}

void parameters_say_window(const struct policy_parameters *parameters, struct text *out)
{
    text_append_format(out, "paid from %d months before the decision to %d days after it",
        parameters->window_months, parameters->window_days);
}

void parameters_say_ratio(const struct policy_parameters *parameters, struct text *out)
{
    if (parameters->ratio != RATIO_UNSET) {
        text_append_format(out, "%d %%", parameters->ratio);
        return;
    }
    text_append_string(out, "unset; scenarios");
    for (size_t i = 0; i < parameters->scenario_count; i++)
        text_append_format(out, "%s %d %%", i > 0 ? "," : "", parameters->scenarios[i]);
}

void parameters_say_product_cap(const struct policy_parameters *parameters, struct text *out)
{
    say_yuan(out, parameters->product_cap, "a product, for its life");
}

void parameters_say_firm_cap(const struct policy_parameters *parameters, struct text *out)
{
    say_yuan(out, parameters->firm_cap, "a firm and year");
}

void parameters_say_order(const struct policy_parameters *parameters, struct text *out)
{
    static const char *const said[] = {[ORDER_BY_DECISION] = "decision date, then larger, then number",
        [ORDER_BY_AMOUNT] = "larger, then decision date, then number"};
    text_append_string(out, said[parameters->order]);
}

void parameters_say_other_money(const struct policy_parameters *parameters, struct text *out)
{
    text_append_string(out, other_money_names[parameters->other_money].en);
}

void parameters_say_credit(const struct policy_parameters *parameters, struct text *out)
{
    static const char *const words[] = {"without effect", "review", "excluded while it lasts"};
    say_answers(out, parameters->flags, parameters->flag_count, words);
}

void parameters_say_exchange(const struct policy_parameters *parameters, struct text *out)
{
    text_append_format(out, "the bank's debit in CNY; else the central parity of %s",
        rate_day_names[parameters->rate_day].en);
    if (parameters->rate_day == RATE_MONTH_FIRST)
        text_append_format(out, " (by day %d)", parameters->first_trading_day_by);
    text_append_string(out, "; else the monthly reference rate");
}
