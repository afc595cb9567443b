/* The groups of measure13.conf on sales, costs and money. */
#include "policy_files.h"

#include "parameters_text.h"

#include "m13/memory.h"
#include "m13/money.h"
#include "m13/text.h"

#include <stdlib.h>
#include <string.h>

#define AT(member)   .place = offsetof(struct policy_parameters, member)
#define WORDS(table) .words = (table), .word_count = sizeof(table) / sizeof *(table)
/* A struct word_list: the words and their number stand in it one behind the other. */
#define LIST(member)                                                                                         \
    AT(member), .count_place = offsetof(struct policy_parameters, member) + offsetof(struct word_list, count)
#define SOURCED(name) const struct settings measure13_##name = SETTINGS(name##_entries)
#define YUAN_MOST     (1000000000 * FEN_PER_YUAN)
#define CAP_RANGE     .least = FEN_PER_YUAN, .most = YUAN_MOST

/* --- codes of the local records and what follows from them ---------------------------------------------- */

static struct answer_parameter *find_answer(struct answer_parameter *answers, size_t count, const char *code)
{
    for (size_t i = 0; i < count; i++)
        if (string_equal(answers[i].code, code))
            return &answers[i];
    return NULL;
}

static void refuse_answer(struct settings_reader *reader, const config_setting_t *setting, const char *what,
    const struct answer_parameter *answers, size_t count)
{
    const char *known[32];
    size_t most = sizeof known / sizeof *known;
    for (size_t i = 0; i < count && i < most; i++)
        known[i] = answers[i].code;
    settings_unknown(reader, setting, what, known, count < most ? count : most);
}

static const struct setting_entry answer_entry = {
    "answer", SETTING_WORD, .place = offsetof(struct answer_parameter, answer), WORDS(route_answer_names)};

static void read_answers(struct settings_reader *reader, config_setting_t *setting, const char *what,
    struct answer_parameter *answers, size_t count)
{
    if (!config_setting_is_group(setting)) {
        settings_problem(reader, setting, "`%s`: accepted is a group: { CODE = \"yes\"; ... }",
            config_setting_name(setting));
        return;
    }
    for (size_t i = 0; i < settings_count(setting); i++) {
        config_setting_t *element = settings_element(setting, i);
        struct answer_parameter *answer = find_answer(answers, count, config_setting_name(element));
        if (answer != NULL)
            settings_read_value(reader, element, &answer_entry, answer);
        else
            refuse_answer(reader, element, what, answers, count);
    }
}

static void read_categories(struct settings_reader *reader, config_setting_t *setting, void *target)
{
    struct policy_parameters *parameters = target;
    read_answers(reader, setting, "category of costs", parameters->categories, parameters->category_count);
}

static void read_flags(struct settings_reader *reader, config_setting_t *setting, void *target)
{
    struct policy_parameters *parameters = target;
    read_answers(reader, setting, "credit flag", parameters->flags, parameters->flag_count);
}

/* --- scenarios ------------------------------------------------------------------------------------------ */

static bool is_percent(const config_setting_t *element)
{
    return config_setting_type(element) == CONFIG_TYPE_INT && config_setting_get_int(element) >= 1 &&
           config_setting_get_int(element) <= 100;
}

static void read_scenarios(struct settings_reader *reader, config_setting_t *setting, void *target)
{
    struct policy_parameters *parameters = target;
    size_t count = settings_count(setting);
    if (!config_setting_is_array(setting) || count == 0 || count > SCENARIOS_MOST) {
        settings_problem(reader, setting,
            "`scenarios`: accepted is an array of one to %d whole percentages: [100, 50, 30]",
            SCENARIOS_MOST);
        return;
    }
    parameters->scenario_count = 0;
    for (size_t i = 0; i < count; i++) {
        const config_setting_t *element = settings_element(setting, i);
        if (is_percent(element))
            parameters->scenarios[parameters->scenario_count++] = config_setting_get_int(element);
        else
            settings_problem(reader, element, "`scenarios`: accepted is 1 to 100, whole per cent");
    }
}

/* --- the groups ----------------------------------------------------------------------------------------- */

static const char *refuses_mode(const char *mode)
{
    bool good = strlen(mode) == 4 && strspn(mode, "0123456789") == 4;
    return good ? NULL : "a code of customs (监管方式) of four digits, like \"3010\"";
}

static const struct setting_entry first_approval_entries[] = {
    {"years-between", SETTING_INT, AT(number_years_apart), .least = 0, .most = 20},
    {"days-between", SETTING_INT, AT(like_entry_days), .least = 0, .most = 3660},
    SOURCE_ENTRIES(first_source),
};
SOURCED(first_approval);

static const struct setting_entry group_company_entries[] = {
    {"least-share", SETTING_INT, AT(group_least_share), .least = 1, .most = 100},
    SOURCE_ENTRIES(group_source),
};
SOURCED(group_company);

static const struct setting_entry device_entries[] = {
    {"review-words", SETTING_TEXTS, LIST(doubtful_words)},
    SOURCE_ENTRIES(device_source),
};
SOURCED(device);

static const struct setting_entry sale_entries[] = {
    {"least-yuan", SETTING_YUAN, AT(least_sale), .least = 0, .most = YUAN_MOST},
    {"no-sale-modes", SETTING_TEXTS, LIST(no_sale_modes), .refuses = refuses_mode},
    {"no-sale-regions", SETTING_TEXTS, LIST(no_sale_regions), .refuses = policy_refuses_country},
    {"group-exports", SETTING_WORD, AT(group_exports), WORDS(route_answer_names)},
    {"settling-buyers", SETTING_TEXTS, LIST(settling_buyers)},
    SOURCE_ENTRIES(sales_source),
};
SOURCED(sale);

static const struct setting_entry product_entries[] = {
    {"review-words", SETTING_TEXTS, LIST(alone_words)},
    SOURCE_ENTRIES(product_source),
};
SOURCED(product);

static const struct setting_entry costs_entries[] = {
    {"categories", SETTING_OWN, .read = read_categories},
    SOURCE_ENTRIES(costs_source),
};
SOURCED(costs);

static const struct setting_entry cost_window_entries[] = {
    {"months-before", SETTING_INT, AT(window_months), .least = 0, .most = 240},
    {"days-after", SETTING_INT, AT(window_days), .least = 0, .most = 3660},
    SOURCE_ENTRIES(window_source),
};
SOURCED(cost_window);

static const struct setting_entry ratio_entries[] = {
    {"percent", SETTING_INT, AT(ratio), .least = 1, .most = 100},
    {"scenarios", SETTING_OWN, .read = read_scenarios},
    SOURCE_ENTRIES(ratio_source),
};
SOURCED(ratio);

static const struct setting_entry product_cap_entries[] = {
    {"yuan", SETTING_YUAN, AT(product_cap), CAP_RANGE},
    SOURCE_ENTRIES(product_cap_source),
};
SOURCED(product_cap);

static const struct setting_entry firm_cap_entries[] = {
    {"yuan", SETTING_YUAN, AT(firm_cap), CAP_RANGE},
    SOURCE_ENTRIES(firm_cap_source),
};
SOURCED(firm_cap);

static const struct setting_entry order_entries[] = {
    {"first", SETTING_WORD, AT(order), WORDS(award_order_names)},
    SOURCE_ENTRIES(order_source),
};
SOURCED(order);

static const struct setting_entry other_money_entries[] = {
    {"effect", SETTING_WORD, AT(other_money), WORDS(other_money_names)},
    SOURCE_ENTRIES(other_money_source),
};
SOURCED(other_money);

static const struct setting_entry credit_entries[] = {
    {"flags", SETTING_OWN, .read = read_flags},
    SOURCE_ENTRIES(credit_source),
};
SOURCED(credit);

static const struct setting_entry exchange_entries[] = {
    {"parity-of", SETTING_WORD, AT(rate_day), WORDS(rate_day_names)},
    {"first-trading-day-by", SETTING_INT, AT(first_trading_day_by), .least = 1, .most = 31},
    SOURCE_ENTRIES(exchange_source),
};
SOURCED(exchange);

/* What has no effect is not kept, so that it does not change the hash. */
void measure13_check_money(struct settings_reader *reader, const char *name, const config_setting_t *group,
    struct policy_parameters *parameters)
{
    if (string_equal(name, "ratio") && settings_has(group, "percent"))
        settings_inert(reader, group, "scenarios", "`percent` is set");
    if (string_equal(name, "exchange-rate") && parameters->rate_day != RATE_MONTH_FIRST)
        settings_inert(reader, group, "first-trading-day-by", "it is the parity of the day of payment");
}
