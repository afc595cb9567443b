/* A parameter of measure13.conf that has other values on other days. */
#include "conf_folder.h"

#include "m13/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FIRST  "ratio = ( { percent = 30; from = \"2025-11-24\"; to = \"2026-12-31\"; },\n"
#define SECOND "          { percent = 50; from = \"2027-01-01\"; confirmed = true; cited = \"乙\"; } );\n"

static const struct policy_parameters *load(struct conf_folder *folder, const char *text)
{
    folder_write(folder, "m13d.conf", "state = \"/tmp/none\";\n");
    folder_write(folder, "measure13.conf", text);
    folder_load(folder);
    folder_expect_good(folder);
    return folder->config->parameters;
}

static void expect_mistake(const char *text, int line, const char *part)
{
    struct conf_folder *folder = folder_new();
    folder_write(folder, "m13d.conf", "state = \"/tmp/none\";\n");
    folder_write(folder, "measure13.conf", text);
    folder_load(folder);
    folder_expect_only(folder, "measure13.conf", line, part);
    folder_free(folder);
}

static void each_value_has_its_days_and_its_source(void **state)
{
    (void)state;
    struct conf_folder *folder = folder_new();
    const struct policy_parameters *parameters = load(folder, FIRST SECOND);
    assert_int_equal(parameters->ratio, 30);
    assert_int_equal(parameters->ratio_source.to, day_from_civil(2026, 12, 31));
    assert_false(parameters->ratio_source.confirmed);
    assert_int_equal(parameters->dated_count, 1);
    assert_int_equal(parameters->dated[0].begin, offsetof(struct policy_parameters, ratio_source));
    assert_int_equal(parameters->dated[0].end, offsetof(struct policy_parameters, product_cap_source));
    const struct policy_parameters *later = parameters->dated[0].values;
    assert_int_equal(later->ratio, 50);
    assert_int_equal(later->ratio_source.from, day_from_civil(2027, 1, 1));
    assert_int_equal(later->ratio_source.to, DAY_NONE);
    assert_true(later->ratio_source.confirmed);
    assert_string_equal(later->ratio_source.cited, "乙");
    folder_free(folder);
}

static void parameters_stand_behind_each_other(void **state)
{
    (void)state;
    struct conf_folder *folder = folder_new();
    load(folder, "ratio = { percent = 30; };");
    for (size_t i = 1; i < parameters_source_count(); i++)
        assert_true((char *)parameters_source(folder->config->parameters, i) >
                    (char *)parameters_source(folder->config->parameters, i - 1));
    folder_free(folder);
}

static void list_with_one_value_is_that_value(void **state)
{
    (void)state;
    struct conf_folder *folder = folder_new();
    char one[65];
    const struct policy_parameters *parameters = load(folder, "ratio = { percent = 30; };");
    memcpy(one, parameters->hash, sizeof one);
    parameters = load(folder, "ratio = ( { percent = 30; } );");
    assert_int_equal(parameters->dated_count, 0);
    assert_string_equal(parameters->hash, one);
    folder_free(folder);
}

static void later_value_is_part_of_the_hash(void **state)
{
    (void)state;
    struct conf_folder *folder = folder_new();
    char before[65];
    memcpy(before, load(folder, FIRST SECOND)->hash, sizeof before);
    const struct policy_parameters *parameters =
        load(folder, FIRST "{ percent = 51; from = \"2027-01-01\"; confirmed = true; cited = \"乙\"; } );");
    assert_string_not_equal(parameters->hash, before);
    folder_free(folder);
}

/* What is told to people of one parameter, value by value. */
struct told {
    size_t count;
    int32_t from[4];
};

static void take(void *context, const char *rule, const struct parameter_source *source, const char *value)
{
    struct told *told = context;
    (void)rule;
    if (strcmp(source->name, "routes") != 0)
        return;
    assert_non_null(strstr(value, told->count == 0 ? "yes: 510k" : "no:"));
    told->from[told->count++] = source->from;
}

static void every_value_is_told(void **state)
{
    (void)state;
    struct conf_folder *folder = folder_new();
    struct told told = {0};
    const struct policy_parameters *parameters = load(folder,
        "routes = ( { to = \"2026-12-31\"; },\n"
        "  { from = \"2027-01-01\"; to = \"2027-06-30\"; list = ( { code = \"510k\"; answer = \"no\"; } ); "
        "},\n"
        "  { from = \"2027-07-01\"; } );\n"
        "ratio = ( { percent = 30; to = \"2026-12-31\"; }, { percent = 50; from = \"2027-01-01\"; } );\n");
    parameters_list(parameters, take, &told);
    assert_int_equal(told.count, 3);
    assert_int_equal(told.from[0], DAY_NONE);
    assert_int_equal(told.from[1], day_from_civil(2027, 1, 1));
    assert_int_equal(told.from[2], day_from_civil(2027, 7, 1));
    assert_int_equal(parameters_route(parameters->dated[0].values, "510k")->answer, ROUTE_NO);
    assert_int_equal(parameters_route(parameters, "510k")->answer, ROUTE_YES);
    assert_int_equal(parameters->dated_count, 3);
    folder_free(folder);
}

static void days_of_two_values_overlap(void **state)
{
    (void)state;
    expect_mistake(FIRST "{ percent = 50; from = \"2026-12-31\"; } );", 2,
        "begins on 2026-12-31 and overlaps with the one before, which ends on 2026-12-31");
    expect_mistake("ratio = ( { percent = 30; },\n{ percent = 50; from = \"2027-01-01\"; } );", 2,
        "the value before has no `to`");
}

static void values_stand_in_order_of_days(void **state)
{
    (void)state;
    expect_mistake("ratio = ( { percent = 30; from = \"2027-01-01\"; to = \"2027-12-31\"; },\n"
                   "{ percent = 50; from = \"2026-01-01\"; to = \"2026-12-31\"; } );",
        2, "overlaps");
}

static void day_without_a_value_between_two(void **state)
{
    (void)state;
    expect_mistake(FIRST "{ percent = 50; from = \"2027-01-02\"; } );", 2,
        "there is a gap between the value before, which ends on 2026-12-31, and this one, which begins on "
        "2027-01-02");
}

static void later_value_without_its_first_day(void **state)
{
    (void)state;
    expect_mistake(FIRST "{ percent = 50; } );", 2, "`from` is missing");
}

static void values_of_one_parameter_go_by_one_date(void **state)
{
    (void)state;
    expect_mistake(FIRST "{ percent = 50; from = \"2027-01-01\"; applies-by = \"decision\"; } );", 2,
        "the same `applies-by`");
}

static void every_value_is_checked_like_a_single_one(void **state)
{
    (void)state;
    expect_mistake(FIRST "{ percent = 150; from = \"2027-01-01\"; } );", 2, "percent");
    expect_mistake(FIRST "{ percent = 50; from = \"2027-01-01\";\nto = \"2026-12-01\"; } );", 3,
        "`to` is earlier than `from`");
    expect_mistake(FIRST "{ percent = 50; from = \"2027-01-01\";\nscenarios = [ 10 ]; } );", 3,
        "`scenarios` has no effect");
    expect_mistake("newly-approved = ( { to = \"2026-12-31\"; },\n{ from = \"2027-01-01\";\n"
                   "mode = \"rolling-months\"; } );",
        2, "`months` is missing");
    expect_mistake(FIRST "30 );", 2, "accepted in the list");
    expect_mistake("ratio = 30;", 1, "or a list of groups for different days");
    expect_mistake("ratio = ();", 1, "or a list of groups for different days");
}

static void filing_window_has_both_days_and_a_document(void **state)
{
    (void)state;
    struct conf_folder *folder = folder_new();
    const struct policy_parameters *parameters = load(folder, "ratio = { percent = 30; };");
    assert_int_equal(parameters->filing_first, DAY_NONE);
    parameters = load(
        folder, "filing-window = { first = \"2027-03-01\"; last = \"2027-04-30\"; cited = \"申报通知\"; };");
    assert_int_equal(parameters->filing_last, day_from_civil(2027, 4, 30));
    folder_free(folder);
    expect_mistake(
        "filing-window = { last = \"2027-04-30\"; cited = \"申报通知\"; };", 1, "`first` is missing");
    expect_mistake(
        "filing-window = { first = \"2027-03-01\"; last = \"2027-04-30\"; };", 1, "`cited` is missing");
    expect_mistake(
        "filing-window = { first = \"2027-05-01\"; last = \"2027-04-30\"; cited = \"申报通知\"; };", 1,
        "`last` is earlier than `first`");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_value_has_its_days_and_its_source),
        cmocka_unit_test(parameters_stand_behind_each_other),
        cmocka_unit_test(list_with_one_value_is_that_value),
        cmocka_unit_test(later_value_is_part_of_the_hash),
        cmocka_unit_test(every_value_is_told),
        cmocka_unit_test(days_of_two_values_overlap),
        cmocka_unit_test(values_stand_in_order_of_days),
        cmocka_unit_test(day_without_a_value_between_two),
        cmocka_unit_test(later_value_without_its_first_day),
        cmocka_unit_test(values_of_one_parameter_go_by_one_date),
        cmocka_unit_test(every_value_is_checked_like_a_single_one),
        cmocka_unit_test(filing_window_has_both_days_and_a_document),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
