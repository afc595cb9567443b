/* The self-check in the daemon: from the work list, in slices; its findings are shown when it has ended, all
 * at once. */
#include "matcher_house.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define OWN_NAME "Beijing Moxi Instruments Co., Ltd."
#define MOXI     "{\"uscc\":\"" FIRM_B "\",\"name_zh\":\"北京墨溪仪器有限公司\",\"name_en\":\"" OWN_NAME "\"}"
#define QINGHE_AS_MOXI                                                                                       \
    "{\"uscc\":\"" FIRM_A "\",\"name_zh\":\"北京清禾医疗科技股份有限公司\",\"former_names\":\"" OWN_NAME "\"}"

static char shown[512];

static const char *findings(struct house *house)
{
    shown[0] = '\0';
    struct query *q = query(house->store,
        "SELECT group_concat(uscc || ' ' || finding || ' ' || name || ' ' || other || ' ' || rule, ', ') "
        "FROM (SELECT * FROM self_finding_shown ORDER BY uscc, name)");
    if (query_next(q))
        snprintf(shown, sizeof shown, "%s", query_text(q, 0));
    query_end(q);
    return shown;
}

static int64_t checks(struct house *house)
{
    return house_count(house, "SELECT max(id) FROM self_check WHERE ended_at IS NOT NULL");
}

/* A slice at a time, until the check is under way; false when it has ended at once. */
static bool run_into_the_check(struct house *house)
{
    for (int i = 0; i < 100000; i++) {
        bool more = work_slice(house->work, clock_monotonic_us() + 1);
        store_commit(house->store);
        if (house_count(house, "SELECT count(*) FROM work WHERE kind = 'self-check' AND cursor > 0") == 1)
            return true;
        if (!more)
            return false;
    }
    return false;
}

static void firm_shadowed_by_anothers_name_is_shown_until_that_name_goes(void **state)
{
    struct house *house = *state;
    house_import_firm(house, FIRM_B, MOXI);
    house_run(house);
    assert_string_equal(findings(house), "");
    house_import_firm(house, FIRM_A, QINGHE_AS_MOXI);
    house_run(house);
    assert_string_equal(findings(house),
        FIRM_A " doubted " OWN_NAME " " FIRM_B " R3, " FIRM_B " shadowed " OWN_NAME " " FIRM_A " R3");
    house_import_firm(house, FIRM_A, QINGHE);
    house_run(house);
    assert_string_equal(findings(house), "");
    assert_int_equal(house_count(house, "SELECT firms FROM self_check ORDER BY id DESC LIMIT 1"), 2);
}

static void nothing_of_a_check_is_shown_before_it_has_ended(void **state)
{
    struct house *house = *state;
    house_import_firm(house, FIRM_B, MOXI);
    house_import_firm(house, FIRM_A, QINGHE_AS_MOXI);
    assert_true(run_into_the_check(house));
    assert_true(house_count(house, "SELECT count(*) FROM self_finding") > 0);
    assert_string_equal(findings(house), "");
    house_run(house);
    assert_string_not_equal(findings(house), "");
    /* Nor does the next one take away what the last has found. */
    house_import_firm(house, FIRM_A, QINGHE);
    assert_true(run_into_the_check(house));
    assert_string_not_equal(findings(house), "");
    house_run(house);
    assert_string_equal(findings(house), "");
}

static void check_that_was_killed_goes_on_where_it_was(void **state)
{
    struct house *house = *state;
    house_import_firm(house, FIRM_B, MOXI);
    house_import_firm(house, FIRM_A, QINGHE_AS_MOXI);
    assert_true(run_into_the_check(house));
    int64_t begun = house_count(house, "SELECT id FROM self_check WHERE ended_at IS NULL");
    house_reopen(house);
    house_run(house);
    assert_int_equal(checks(house), begun);
    assert_int_equal(house_count(house, "SELECT count(*) FROM self_finding_shown"), 2);
    assert_int_equal(house_count(house, "SELECT count(*) FROM self_check"), 1);
}

static void check_on_yesterdays_firms_begins_anew(void **state)
{
    struct house *house = *state;
    house_import_firm(house, FIRM_B, MOXI);
    house_import_firm(house, FIRM_A, QINGHE_AS_MOXI);
    assert_true(run_into_the_check(house));
    house_import_firm(house, FIRM_A, QINGHE);
    house_run(house);
    assert_string_equal(findings(house), "");
    assert_int_equal(house_count(house, "SELECT count(*) FROM self_finding"), 0);
    assert_int_equal(house_count(house, "SELECT count(*) FROM self_check WHERE ended_at IS NULL"), 0);
}

static void same_roster_is_checked_once_a_day(void **state)
{
    struct house *house = *state;
    house_import_firm(house, FIRM_A, QINGHE);
    house_run(house);
    int64_t first = checks(house);
    assert_true(first > 0);
    matcher_check_itself(house->matcher);
    house_run(house);
    assert_int_equal(checks(house), first);
    store_write(house->store);
    query_run(query(house->store, "UPDATE self_check SET ended_at = ended_at - 86400000"));
    matcher_check_itself(house->matcher);
    house_run(house);
    assert_int_equal(checks(house), first + 1);
    assert_int_equal(house_count(house, "SELECT count(*) FROM work"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            firm_shadowed_by_anothers_name_is_shown_until_that_name_goes, house_begin, house_end),
        cmocka_unit_test_setup_teardown(
            nothing_of_a_check_is_shown_before_it_has_ended, house_begin, house_end),
        cmocka_unit_test_setup_teardown(check_that_was_killed_goes_on_where_it_was, house_begin, house_end),
        cmocka_unit_test_setup_teardown(check_on_yesterdays_firms_begins_anew, house_begin, house_end),
        cmocka_unit_test_setup_teardown(same_roster_is_checked_once_a_day, house_begin, house_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
