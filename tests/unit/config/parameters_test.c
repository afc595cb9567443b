/* The defaults of measure13.md, and the hash that names a set of parameters. */
#include "m13/parameters.h"

#include "m13/memory.h"
#include "m13/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void defaults_are_those_of_the_design(void **state)
{
    (void)state;
    struct policy_parameters *parameters = parameters_default();
    assert_string_equal(parameters->policy, "M13");
    assert_int_equal(parameters->force_first, day_from_civil(2025, 11, 24));
    assert_int_equal(parameters->force_last, day_from_civil(2028, 12, 31));
    assert_int_equal(parameters->last_filing_day, DAY_NONE);
    assert_int_equal(parameters->newly_mode, NEWLY_SINCE);
    assert_int_equal(parameters->newly_first, day_from_civil(2025, 11, 24));
    assert_int_equal(parameters->watch_first, day_from_civil(2025, 1, 1));
    assert_int_equal(parameters->watch_last, day_from_civil(2025, 11, 23));
    assert_int_equal(parameters->product_cap, 100000000);
    assert_int_equal(parameters->firm_cap, 300000000);
    parameters_free(parameters);
}

static void every_word_of_the_text_has_its_authorities(void **state)
{
    (void)state;
    static const struct {
        const char *code, *group, *market;
        bool available;
    } expected[] = {
        {"FDA", "FDA", "US", true},
        {"CE", "CE", "DE", true},
        {"PMDA", "PMDA", "JP", true},
        {"TGA", "TGA", "AU", true},
        {"ANVISA", "BRICS", "BR", true},
        {"ROSZDRAVNADZOR", "BRICS", "RU", true},
        {"CDSCO", "BRICS", "IN", true},
        {"KEMENKES", "BRICS", "ID", true},
        {"SAHPRA", "BRICS", "ZA", false},
        {"EDA", "BRICS", "EG", false},
        {"EFDA", "BRICS", "ET", false},
        {"IMED", "BRICS", "IR", false},
        {"EDE", "BRICS", "AE", false},
        {"SFDA", "", "SA", false}, /* membership not confirmed: a person judges */
        {"WHO", "WHO", NULL, true},
    };
    struct policy_parameters *parameters = parameters_default();
    assert_int_equal(parameters->authority_count, sizeof expected / sizeof *expected);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const struct authority_parameter *authority = parameters_authority(parameters, expected[i].code);
        bool sold = expected[i].market == NULL;
        assert_non_null(authority);
        assert_string_equal(authority->group, expected[i].group);
        assert_int_equal(authority->available, expected[i].available);
        assert_false(string_is_blank(authority->zh) || string_is_blank(authority->en));
        for (size_t j = 0; j < authority->market_count; j++) {
            assert_string_not_equal(authority->markets[j], "CN");
            sold = sold || string_equal(authority->markets[j], expected[i].market);
        }
        assert_true(sold);
    }
    assert_null(parameters_authority(parameters, "NMPA"));
    assert_int_equal(parameters_authority(parameters, "CE")->market_count, 27 + 3);
    assert_int_equal(parameters_authority(parameters, "CE")->review_market_count, 3);
    assert_int_equal(parameters_authority(parameters, "FDA")->market_count, 6);
    assert_int_equal(parameters_authority(parameters, "WHO")->market_count, 0);
    assert_string_equal(parameters_authority(parameters, "WHO")->review_markets[0], "*");
    parameters_free(parameters);
}

static void routes_are_answered_as_rule_5_says(void **state)
{
    (void)state;
    static const struct {
        const char *code;
        enum route_answer answer;
    } expected[] = {
        {"510k", ROUTE_YES},
        {"510k-abbreviated", ROUTE_YES},
        {"de-novo", ROUTE_YES},
        {"pma", ROUTE_YES},
        {"hde", ROUTE_YES},
        {"ce-mdr", ROUTE_YES},
        {"ce-ivdr", ROUTE_YES},
        {"pmda-shonin", ROUTE_YES},
        {"tga-artg", ROUTE_YES},
        {"anvisa-registro", ROUTE_YES},
        {"roszdravnadzor-registration", ROUTE_YES},
        {"cdsco-licence", ROUTE_YES},
        {"kemenkes-akl", ROUTE_YES},
        {"who-prequalification", ROUTE_YES},
        {"pmda-ninsho", ROUTE_REVIEW},
        {"pma-panel-track", ROUTE_REVIEW},
        {"510k-special", ROUTE_REVIEW},
        {"eua", ROUTE_REVIEW},
        {"who-eul", ROUTE_REVIEW},
        {"ce-legacy", ROUTE_REVIEW},
        {"who-pqs-equipment", ROUTE_REVIEW},
        {"ce-device", ROUTE_NO},
        {"ce-actor", ROUTE_NO},
        {"pmda-ninsho-transfer", ROUTE_NO},
        {"tga-artg-class-1", ROUTE_REVIEW},
        {"anvisa-notificacao", ROUTE_REVIEW},
        {"fda-registration", ROUTE_NO},
        {"fda-listing", ROUTE_NO},
        {"ce-self-declared", ROUTE_NO},
        {"pmda-todokede", ROUTE_NO},
        {"pma-supplement", ROUTE_NO},
        {"pma-supplement-design", ROUTE_NO},
        {"pma-notice", ROUTE_NO},
    };
    struct policy_parameters *parameters = parameters_default();
    assert_int_equal(parameters->route_count, sizeof expected / sizeof *expected);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const struct route_parameter *route = parameters_route(parameters, expected[i].code);
        assert_non_null(route);
        assert_int_equal(route->answer, expected[i].answer);
        assert_false(string_is_blank(route->zh) || string_is_blank(route->en));
    }
    assert_null(parameters_route(parameters, "unknown"));
    parameters_free(parameters);
}

struct listed {
    char rules[128];
    size_t count;
};

static void note(void *context, const char *rule, const struct parameter_source *source, const char *value)
{
    struct listed *listed = context;
    strcat(strcat(listed->rules, rule), " ");
    listed->count++;
    assert_false(string_is_blank(source->name));
    assert_non_null(strstr(source->cited, "京经信发〔2025〕50号"));
    assert_false(source->confirmed); /* nobody has confirmed anything yet */
    assert_false(string_is_blank(value));
    if (string_equal(source->name, "filing-window"))
        assert_string_equal(value, "not announced");
    if (string_equal(source->name, "in-force"))
        assert_string_equal(value, "2025-11-24..2028-12-31; last filing day unset");
    if (string_equal(rule, "R02"))
        assert_string_equal(value, "since 2025-11-24; review 2025-01-01..2025-11-23");
    if (string_equal(rule, "R04"))
        assert_non_null(
            strstr(value, "ID 2025-01-06..; IN 2009-06-16..; IR 2024-01-01..; RU 2009-06-16..; SA "
                          "2024-01-01.. review; ZA 2011-04-14.."));
    if (string_equal(rule, "R07"))
        assert_string_equal(value, "companies of which the firm holds at least 100 %");
    if (string_equal(rule, "R12"))
        assert_non_null(
            strstr(value, "at least CNY 0.00; not trade modes 3010, 3100; not to HK, MO, TW; inside "
                          "the group: review; buyers that settle a market: "));
    if (string_equal(rule, "R15"))
        assert_string_equal(value,
            "yes: notified-body official-fee testing translation; review: agent clinical "
            "consulting other; no: annual-fee staff travel");
    if (string_equal(rule, "R16"))
        assert_string_equal(value, "paid from 36 months before the decision to 90 days after it");
    if (string_equal(rule, "R17"))
        assert_string_equal(value, "unset; scenarios 100 %, 50 %, 30 %");
    if (string_equal(rule, "R20"))
        assert_string_equal(value, "decision date, then larger, then number");
    if (string_equal(rule, "R21"))
        assert_string_equal(value, "subtracted from the cost");
    if (string_equal(rule, "R22"))
        assert_string_equal(
            value, "review: recall; excluded while it lasts: abnormal-operation serious-dishonesty");
    if (string_equal(rule, "R23"))
        assert_string_equal(value,
            "the bank's debit in CNY; else the central parity of the first trading day of "
            "the month of payment (by day 10); else the monthly reference rate");
    if (string_equal(rule, "R05"))
        assert_non_null(strstr(value, "; no: pma-supplement-design pma-supplement pma-notice"));
    if (string_equal(rule, "R19"))
        assert_string_equal(value, "CNY 3,000,000.00 a firm and year");
}

static void list_has_one_line_a_parameter_in_order_of_rule(void **state)
{
    (void)state;
    struct policy_parameters *parameters = parameters_default();
    struct listed listed = {.rules = ""};
    parameters_list(parameters, note, &listed);
    assert_string_equal(
        listed.rules, "R01 R01 R02 R03 R04 R05 R06 R07 R09 R12 R14 R15 R16 R17 R18 R19 R20 R21 R22 R23 ");
    parameters_free(parameters);
}

static void same_parameters_have_the_same_hash(void **state)
{
    (void)state;
    struct policy_parameters *one = parameters_default(), *other = parameters_default();
    assert_int_equal(strlen(one->hash), 64);
    assert_string_equal(one->hash, other->hash);
    /* The order in which a file names them says nothing. */
    struct authority_parameter authority = other->authorities[0];
    other->authorities[0] = other->authorities[4];
    other->authorities[4] = authority;
    struct route_parameter route = other->routes[0];
    other->routes[0] = other->routes[7];
    other->routes[7] = route;
    char **markets = other->authorities[1].markets, *market = markets[0];
    markets[0] = markets[9];
    markets[9] = market;
    parameters_seal(other);
    assert_string_equal(one->hash, other->hash);
    parameters_free(one);
    parameters_free(other);
}

static void replace(char **place, const char *text)
{
    free(*place);
    *place = memory_copy_string(text);
}

/* Each step is another change; no two of all the states share a hash. */
static bool change(struct policy_parameters *parameters, size_t step)
{
    switch (step) {
    case 0:
        parameters->force_first--;
        return true;
    case 1:
        parameters->force_last++;
        return true;
    case 2:
        parameters->last_filing_day = parameters->force_last;
        return true;
    case 3:
        parameters->newly_first++;
        return true;
    case 4:
        parameters->newly_mode = NEWLY_INTERVAL;
        return true;
    case 5:
        parameters->newly_last = parameters->force_last;
        return true;
    case 6:
        parameters->newly_mode = NEWLY_ROLLING_MONTHS;
        return true;
    case 7:
        parameters->newly_months = 12;
        return true;
    case 8:
        parameters->watch_first++;
        return true;
    case 9:
        parameters->watch_last--;
        return true;
    case 10:
        parameters->product_cap++;
        return true;
    case 11:
        parameters->firm_cap--;
        return true;
    case 12:
        parameters->routes[3].answer = ROUTE_REVIEW;
        return true;
    case 13:
        replace(&parameters->routes[3].zh, "甲");
        return true;
    case 14:
        replace(&parameters->authorities[2].group, "");
        return true;
    case 15:
        replace(&parameters->authorities[2].markets[0], "US");
        return true;
    case 16:
        parameters->authorities[2].available = false;
        return true;
    case 17:
        parameters->newly_source.confirmed = true;
        return true;
    case 18:
        replace(&parameters->newly_source.cited, "甲");
        return true;
    case 19:
        parameters->firm_cap_source.applies_by = APPLIES_BY_DECISION;
        return true;
    case 20:
        parameters->firm_cap_source.from++;
        return true;
    case 21:
        parameters->firm_cap_source.to = parameters->force_last;
        return true;
    case 22:
        replace(&parameters->policy, "M14");
        return true;
    case 23:
        replace(&parameters->authorities[1].markets[2], "TR");
        return true;
    case 24:
        parameters->brics[8].from--;
        return true;
    case 25:
        parameters->brics[9].answer = ROUTE_NO;
        return true;
    case 26:
        parameters->brics[3].to = parameters->force_last;
        return true;
    case 27:
        replace(&parameters->authorities[4].country, "AR");
        return true;
    case 28:
        parameters->group_least_share = 51;
        return true;
    case 29:
        replace(&parameters->doubtful_words.words[0], "甲");
        return true;
    case 30:
        replace(&parameters->alone_words.words[0], "甲");
        return true;
    case 31:
        parameters->least_sale = 1;
        return true;
    case 32:
        replace(&parameters->no_sale_modes.words[1], "3339");
        return true;
    case 33:
        free(parameters->no_sale_regions.words[--parameters->no_sale_regions.count]);
        return true;
    case 34:
        parameters->group_exports = ROUTE_NO;
        return true;
    case 35:
        replace(&parameters->settling_buyers.words[0], "甲");
        return true;
    case 36:
        parameters->categories[0].answer = ROUTE_REVIEW;
        return true;
    case 37:
        parameters->window_months--;
        return true;
    case 38:
        parameters->window_days++;
        return true;
    case 39:
        parameters->scenarios[2] = 20;
        return true;
    case 40:
        parameters->ratio = 50;
        return true;
    case 41:
        parameters->order = ORDER_BY_AMOUNT;
        return true;
    case 42:
        parameters->other_money = OTHER_MONEY_EXCLUDES;
        return true;
    case 43:
        parameters->flags[2].answer = ROUTE_NO;
        return true;
    case 44:
        parameters->first_trading_day_by = 9;
        return true;
    case 45:
        parameters->rate_day = RATE_PAYMENT_DAY;
        return true;
    case 46:
        parameters->exchange_source.confirmed = true;
        return true;
    }
    return false;
}

static void any_change_changes_the_hash(void **state)
{
    (void)state;
    struct policy_parameters *parameters = parameters_default();
    char seen[64][65];
    size_t count = 0;
    memcpy(seen[count++], parameters->hash, sizeof seen[0]);
    for (size_t step = 0; change(parameters, step); step++) {
        parameters_seal(parameters);
        for (size_t i = 0; i < count; i++)
            assert_string_not_equal(seen[i], parameters->hash);
        memcpy(seen[count++], parameters->hash, sizeof seen[0]);
    }
    assert_int_equal(count, 48);
    parameters_free(parameters);
}

/* Of a national regulator it is known whose it is; that of a BRICS country belongs to a country in the table.
 */
static void every_regulator_of_the_brics_group_has_a_member_country(void **state)
{
    (void)state;
    struct policy_parameters *parameters = parameters_default();
    for (size_t i = 0; i < parameters->authority_count; i++) {
        const struct authority_parameter *authority = &parameters->authorities[i];
        bool member = false;
        for (size_t j = 0; j < parameters->brics_count; j++)
            member = member || string_equal(parameters->brics[j].country, authority->country);
        assert_int_equal(
            member, string_equal(authority->group, "BRICS") || string_equal(authority->code, "SFDA"));
    }
    parameters_free(parameters);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_regulator_of_the_brics_group_has_a_member_country),
        cmocka_unit_test(defaults_are_those_of_the_design),
        cmocka_unit_test(every_word_of_the_text_has_its_authorities),
        cmocka_unit_test(routes_are_answered_as_rule_5_says),
        cmocka_unit_test(list_has_one_line_a_parameter_in_order_of_rule),
        cmocka_unit_test(same_parameters_have_the_same_hash),
        cmocka_unit_test(any_change_changes_the_hash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
