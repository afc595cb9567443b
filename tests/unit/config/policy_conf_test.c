/* measure13.conf and authorities.conf, read over the defaults. */
#include "conf_folder.h"

#include "m13/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct policy_parameters *load(struct conf_folder *folder, const char *name, const char *text)
{
    folder_write(folder, name, text);
    folder_load(folder);
    folder_expect_good(folder);
    return folder->config->parameters;
}

static void setting_that_is_not_there_keeps_its_default(void **state)
{
    (void)state;
    struct conf_folder *folder = folder_new();
    const struct policy_parameters *parameters = load(folder, "measure13.conf",
        "firm-cap = { yuan = \"2,500,000.50\"; confirmed = true; cited = \"甲\"; applies-by = "
        "\"application\";\n"
        "from = \"2026-01-01\"; to = \"2026-12-31\"; };");
    assert_int_equal(parameters->firm_cap, 250000050);
    assert_true(parameters->firm_cap_source.confirmed);
    assert_string_equal(parameters->firm_cap_source.cited, "甲");
    assert_int_equal(parameters->firm_cap_source.applies_by, APPLIES_BY_APPLICATION);
    assert_int_equal(parameters->firm_cap_source.from, day_from_civil(2026, 1, 1));
    assert_int_equal(parameters->firm_cap_source.to, day_from_civil(2026, 12, 31));
    assert_int_equal(parameters->product_cap, 100000000);
    assert_false(parameters->product_cap_source.confirmed);
    assert_int_equal(parameters->watch_first, day_from_civil(2025, 1, 1));
    folder_free(folder);
}

static void modes_of_newly_approved(void **state)
{
    (void)state;
    struct conf_folder *folder = folder_new();
    const struct policy_parameters *parameters = load(folder, "measure13.conf",
        "newly-approved = { mode = \"interval\"; first = \"2025-07-01\"; last = \"2026-06-30\"; };");
    assert_int_equal(parameters->newly_mode, NEWLY_INTERVAL);
    assert_int_equal(parameters->newly_last, day_from_civil(2026, 6, 30));
    assert_int_equal(parameters->watch_last, day_from_civil(2025, 6, 30)); /* the default band gives way */

    parameters =
        load(folder, "measure13.conf", "newly-approved = { mode = \"rolling-months\"; months = 12; };");
    assert_int_equal(parameters->newly_mode, NEWLY_ROLLING_MONTHS);
    assert_int_equal(parameters->newly_months, 12);
    assert_int_equal(parameters->newly_first, DAY_NONE); /* not of this mode: not in the hash */

    parameters = load(folder, "measure13.conf", "newly-approved = { first = \"2025-01-01\"; };");
    assert_int_equal(parameters->newly_first, day_from_civil(2025, 1, 1));
    assert_int_equal(parameters->watch_first, DAY_NONE);

    parameters = load(folder, "measure13.conf", "newly-approved = { watch = \"none\"; };");
    assert_int_equal(parameters->newly_first, day_from_civil(2025, 11, 24));
    assert_int_equal(parameters->watch_first, DAY_NONE);
    folder_free(folder);
}

static void route_is_changed_or_added_by_its_code(void **state)
{
    (void)state;
    struct conf_folder *folder = folder_new();
    const struct policy_parameters *parameters = load(folder, "measure13.conf",
        "routes = { list = ( { code = \"510k-special\"; answer = \"no\"; },\n"
        "{ code = \"rzn-2027\"; answer = \"review\"; zh = \"甲\"; en = \"a\"; } ); };");
    assert_int_equal(parameters_route(parameters, "510k-special")->answer, ROUTE_NO);
    assert_non_null(strstr(parameters_route(parameters, "510k-special")->zh, "510(k)"));
    assert_int_equal(parameters_route(parameters, "rzn-2027")->answer, ROUTE_REVIEW);
    assert_int_equal(parameters_route(parameters, "510k")->answer, ROUTE_YES);
    folder_free(folder);
}

static void authority_is_changed_or_added_by_its_code(void **state)
{
    (void)state;
    struct conf_folder *folder = folder_new();
    const struct policy_parameters *parameters = load(folder, "authorities.conf",
        "confirmed = true;\n"
        "authorities = { FDA = { markets = [\"US\"]; }; CE = { review-markets = []; };\n"
        "HSA = { zh = \"新加坡卫生科学局\"; en = \"Singapore\"; markets = \"SG\"; register = true; }; };");
    const struct authority_parameter *fda = parameters_authority(parameters, "FDA");
    assert_int_equal(fda->market_count, 1);
    assert_string_equal(fda->markets[0], "US");
    assert_string_equal(fda->group, "FDA");
    assert_int_equal(parameters_authority(parameters, "CE")->review_market_count, 0);
    assert_int_equal(parameters_authority(parameters, "CE")->market_count, 30);
    const struct authority_parameter *added = parameters_authority(parameters, "HSA");
    assert_string_equal(added->group, ""); /* not named in the text: a person judges */
    assert_string_equal(added->markets[0], "SG");
    assert_true(added->available);
    assert_true(parameters->authorities_source.confirmed);
    folder_free(folder);
}

static void members_of_brics_are_read_whole(void **state)
{
    (void)state;
    struct conf_folder *folder = folder_new();
    const struct policy_parameters *parameters = load(folder, "authorities.conf",
        "brics = { members = ( { country = \"BR\"; }, { country = \"SA\"; from = \"2027-01-01\"; to = "
        "\"2027-12-31\"; answer = \"no\"; } ); };");
    assert_int_equal(parameters->brics_count, 2);
    assert_string_equal(parameters->brics[0].country, "BR");
    assert_int_equal(parameters->brics[0].from, DAY_NONE);
    assert_int_equal(parameters->brics[0].answer, ROUTE_YES);
    assert_int_equal(parameters->brics[1].to, day_from_civil(2027, 12, 31));
    assert_int_equal(parameters->brics[1].answer, ROUTE_NO);
    folder_free(folder);
}

static void what_the_text_leaves_open_is_changed_in_the_file(void **state)
{
    (void)state;
    struct conf_folder *folder = folder_new();
    const struct policy_parameters *parameters = load(folder, "measure13.conf",
        "group-company = { least-share = 51; }; device = { review-words = [\"甲\"]; };\n"
        "sale = { least-yuan = \"1,000\"; no-sale-modes = [\"3010\"]; no-sale-regions = []; group-exports = "
        "\"no\";\n"
        "settling-buyers = \"UNICEF\"; }; product = { review-words = []; };\n"
        "costs = { categories = { clinical = \"yes\"; }; }; cost-window = { months-before = 24; days-after = "
        "0; };\n"
        "ratio = { percent = 50; confirmed = true; }; order = { first = \"amount\"; };\n"
        "other-money = { effect = \"exclude\"; }; credit = { flags = { recall = \"yes\"; }; };\n"
        "exchange-rate = { parity-of = \"payment-day\"; };");
    assert_int_equal(parameters->group_least_share, 51);
    assert_string_equal(parameters->doubtful_words.words[0], "甲");
    assert_int_equal(parameters->least_sale, 100000);
    assert_int_equal(parameters->no_sale_modes.count, 1);
    assert_int_equal(parameters->no_sale_regions.count, 0);
    assert_int_equal(parameters->group_exports, ROUTE_NO);
    assert_int_equal(parameters->settling_buyers.count, 1);
    assert_int_equal(parameters->alone_words.count, 0);
    assert_string_equal(parameters->categories[6].code, "clinical");
    assert_int_equal(parameters->categories[6].answer, ROUTE_YES);
    assert_int_equal(parameters->categories[5].answer, ROUTE_REVIEW);
    assert_int_equal(parameters->window_months, 24);
    assert_int_equal(parameters->window_days, 0);
    assert_int_equal(parameters->ratio, 50);
    assert_true(parameters->ratio_source.confirmed);
    assert_int_equal(parameters->order, ORDER_BY_AMOUNT);
    assert_int_equal(parameters->other_money, OTHER_MONEY_EXCLUDES);
    assert_int_equal(parameters->flags[2].answer, ROUTE_YES);
    assert_int_equal(parameters->rate_day, RATE_PAYMENT_DAY);

    parameters = load(folder, "measure13.conf", "ratio = { scenarios = [80, 40]; };");
    assert_int_equal(parameters->ratio, RATIO_UNSET);
    assert_int_equal(parameters->scenario_count, 2);
    assert_int_equal(parameters->scenarios[1], 40);
    folder_free(folder);
}

static void mistake_in_measure13_names_line_and_what_is_accepted(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int line;
        const char *part;
    } cases[] = {
        {"in-forse = { };", 1, "did you mean `in-force`"},
        {"in-force = {\n first = \"2025-11-31\"; };", 2, "a day that exists"},
        {"in-force = {\n first = \"2025-11\"; };", 2, "a day that exists"},
        {"in-force = {\n first = 20251124; };", 2, "a day that exists"},
        {"in-force = { first = \"2029-01-01\"; };", 1, "`last` is earlier than `first`"},
        {"in-force = { from = \"2026-01-02\";\n to = \"2026-01-01\"; };", 2, "`to` is earlier than `from`"},
        {"in-force = { confirmed = \"yes\"; };", 1, "true or false"},
        {"in-force = { confirmed = 1; };", 1, "true or false"},
        {"in-force = { applies-by = \"payment\"; };", 1, "one of: decision, application, batch"},
        {"in-force = { cited = \"\"; };", 1, "not blank"},
        {"first = \"2025-11-24\";", 1, "it belongs to group `in-force`"},
        {"yuan = \"1\";", 1, "it belongs to group `product-cap`"},
        {"markets = [\"US\"];", 1, "is no known setting"},
        {"newly-approved = { mode = \"since\";\n last = \"2026-01-01\"; };", 2,
            "`last` has no effect: the mode is \"since\""},
        {"newly-approved = {\n months = 3; };", 2, "`months` has no effect"},
        {"newly-approved = { mode = \"calendar-year\";\n first = \"2025-01-01\"; };", 2,
            "`first` has no effect"},
        {"\nnewly-approved = { mode = \"interval\"; };", 2, "`last` is missing"},
        {"\nnewly-approved = { mode = \"rolling-months\"; };", 2, "`months` is missing"},
        {"newly-approved = { mode = \"rolling-months\"; months = 0; };", 1, "1 to 120"},
        {"newly-approved = {\n watch = { first = \"2025-01-01\"; last = \"2025-11-24\"; }; };", 2,
            "`watch` must end before `first`"},
        {"newly-approved = {\n watch = { first = \"2025-02-01\"; last = \"2025-01-01\"; }; };", 2,
            "is earlier than"},
        {"newly-approved = {\n watch = { first = \"2025-01-01\"; }; };", 2, "`last` is missing"},
        {"newly-approved = { watch = 5; };", 1, "or \"none\""},
        {"routes = { list = [\"510k\"]; };", 1, "a list of groups"},
        {"routes = { list = (\n { answer = \"yes\"; } ); };", 2, "a route: accepted is"},
        {"routes = { list = (\n { code = \"510K\"; answer = \"yes\"; } ); };", 2, "a route: accepted is"},
        {"routes = { list = (\n { code = \"510k\"; } ); };", 2, "`answer` is missing"},
        {"routes = { list = ( { code = \"510k\"; answer = \"maybe\"; } ); };", 1, "one of: yes, review, no"},
        {"routes = { list = ( { code = \"new\"; answer = \"yes\"; zh = \"a\"; } ); };", 1, "`en` is missing"},
        {"routes = { list = ( { code = \"510k\"; answer = \"yes\"; },\n { code = \"510k\"; answer = \"no\"; "
         "} ); };",
            2, "\"510k\" stands here twice"},
        {"product-cap = { yuan = \"1e6\"; };", 1, "an amount in yuan"},
        {"product-cap = { yuan = \"-1\"; };", 1, "an amount in yuan"},
        {"product-cap = { yuan = \"0\"; };", 1, "an amount in yuan"},
        {"product-cap = { yuan = \"1000000.001\"; };", 1, "an amount in yuan"},
        {"firm-cap = { yuan = \"99999999999999999999\"; };", 1, "an amount in yuan"},
        {"firm-cap = 3000000;", 1, "accepted is a group"},
        {"group-company = { least-share = 0; };", 1, "1 to 100"},
        {"sale = {\n no-sale-modes = [\"301\"]; };", 2, "four digits"},
        {"sale = { no-sale-regions = [\"CN\"]; };", 1, "a foreign country by its code"},
        {"sale = { least-yuan = \"-1\"; };", 1, "an amount in yuan"},
        {"sale = { group-exports = \"perhaps\"; };", 1, "one of: yes, review, no"},
        {"device = { review-words = [\"\"]; };", 1, "not blank"},
        {"costs = { categories = {\n oficial-fee = \"yes\"; }; };", 2, "did you mean `official-fee`"},
        {"costs = { categories = { agent = \"some\"; }; };", 1, "one of: yes, review, no"},
        {"costs = {\n categories = [\"agent\"]; };", 2, "accepted is a group: { CODE"},
        {"cost-window = { months-before = -1; };", 1, "0 to 240"},
        {"cost-window = { days-after = \"90\"; };", 1, "0 to 3660"},
        {"ratio = { percent = 0; };", 1, "1 to 100"},
        {"ratio = { percent = 101; };", 1, "1 to 100"},
        {"ratio = { percent = 0.5; };", 1, "1 to 100"},
        {"ratio = { scenarios = []; };", 1, "one to 6 whole percentages"},
        {"ratio = {\n scenarios = [100, 0]; };", 2, "1 to 100, whole per cent"},
        {"ratio = { percent = 50;\n scenarios = [50]; };", 2, "`scenarios` has no effect: `percent` is set"},
        {"order = { first = \"name\"; };", 1, "one of: decision-date, amount"},
        {"other-money = { effect = \"ignore\"; };", 1, "one of: subtract, exclude"},
        {"credit = { flags = { fine = \"no\"; }; };", 1, "is no credit flag"},
        {"exchange-rate = { parity-of = \"today\"; };", 1, "one of: month-first, payment-day"},
        {"exchange-rate = { parity-of = \"payment-day\";\n first-trading-day-by = 9; };", 2, "has no effect"},
        {"exchange-rate = { from = \"2026-01-02\";\n to = \"2026-01-01\"; };", 2,
            "`to` is earlier than `from`"},
        {"months-before = 3;", 1, "it belongs to group `cost-window`"},
        {"watch = \"none\";", 1, "it belongs to group `newly-approved`"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_mistake_in("measure13.conf", cases[i].text, cases[i].line, cases[i].part);
}

static void mistake_in_authorities_names_line_and_what_is_accepted(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int line;
        const char *part;
    } cases[] = {
        {"FDA = { };", 1, "is no known setting"},
        {"authorities = [\"FDA\"];", 1, "a group of groups"},
        {"authorities = {\n FDA = \"US\"; };", 2, "`FDA`: accepted is a group"},
        {"authorities = {\n fda = { zh = \"a\"; en = \"a\"; }; };", 2, "capitals, digits and hyphens"},
        {"authorities = {\n HSA = { zh = \"a\"; }; };", 2, "`en` is missing: the authority is new"},
        {"authorities = { FDA = {\n group = \"fda\"; }; };", 2, "a word of the text: FDA, CE"},
        {"authorities = { CE = { markets = [\"DE\",\n\"EL\"]; }; };", 2, "Greece GR"},
        {"authorities = { CE = { markets = [\"de\"]; }; };", 1, "a foreign country by its code"},
        {"authorities = { CE = { markets = [\"DE \"]; }; };", 1, "a foreign country by its code"},
        {"authorities = { WHO = { markets = [\"CN\"]; }; };", 1, "a foreign country by its code"},
        {"authorities = { WHO = {\n markets = [\"*\"]; }; };", 1, "\"*\" stands in `markets` and in"},
        {"authorities = { WHO = { review-markets = [\"*\", \"US\"]; }; };", 1, "no other has an effect"},
        {"authorities = { CE = { markets = [\"DE\", \"GB\"]; }; };", 1, "\"GB\" stands in `markets` and in"},
        {"authorities = { CE = { markets = [\"DE\", \"DE\"]; }; };", 1, "\"DE\" stands here twice"},
        {"authorities = { CE = { market = [\"DE\"]; }; };", 1, "did you mean `markets`"},
        {"markets = [\"DE\"];", 1, "is no known setting"},
        {"authorities = { SFDA = { country = \"UK\"; }; };", 1, "a foreign country by its code"},
        {"brics = { members = [\"BR\"]; };", 1, "a list of groups"},
        {"brics = { members = (\n { from = \"2009-06-16\"; } ); };", 2, "`country` is missing"},
        {"brics = { members = (\n { country = \"CN\"; } ); };", 2, "a foreign country by its code"},
        {"brics = { members = ( { country = \"BR\"; from = \"2009-06-31\"; } ); };", 1, "a day that exists"},
        {"brics = { members = (\n { country = \"BR\"; from = \"2009-06-16\"; to = \"2009-06-15\"; } ); };", 2,
            "`to` is earlier than `from`"},
        {"brics = { from = \"2026-01-02\";\n to = \"2026-01-01\"; };", 2, "`to` is earlier than `from`"},
        {"from = \"2026-01-02\";\nto = \"2026-01-01\";", 2, "`to` is earlier than `from`"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_mistake_in("authorities.conf", cases[i].text, cases[i].line, cases[i].part);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(setting_that_is_not_there_keeps_its_default),
        cmocka_unit_test(modes_of_newly_approved),
        cmocka_unit_test(route_is_changed_or_added_by_its_code),
        cmocka_unit_test(authority_is_changed_or_added_by_its_code),
        cmocka_unit_test(members_of_brics_are_read_whole),
        cmocka_unit_test(what_the_text_leaves_open_is_changed_in_the_file),
        cmocka_unit_test(mistake_in_measure13_names_line_and_what_is_accepted),
        cmocka_unit_test(mistake_in_authorities_names_line_and_what_is_accepted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
