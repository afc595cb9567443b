/* The matcher in the daemon: makers and firms of a real database, through the work list. */
#include "matcher_house.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void new_spelling_is_matched_and_its_firm_decided(void **state)
{
    struct house *house = *state;
    house_import_firm(house, FIRM_A, QINGHE);
    house_run(house);
    int64_t maker = house_add_maker(house, "BEIJING QINGHE MEDICAL TECH CO LTD", "CN", "Bejing", "");
    house_run(house);
    struct current current = house_current_of(house, maker);
    assert_string_equal(current.band, "auto");
    assert_string_equal(current.uscc, FIRM_A);
    assert_string_equal(current.rule, "A1");
    assert_int_equal(current.score, 1000);
    assert_int_equal(current.beijing, 1);
    assert_true(current.has_why);
    assert_int_equal(
        house_count(house, "SELECT count(*) FROM work WHERE kind = 'decide' AND key = '" FIRM_A "'"), 1);
    assert_int_equal(house_count(house, "SELECT count(*) FROM journal WHERE kind = 'match'"), 1);
    assert_int_equal(current.seq_from, journal_head(house->store));
}

static void names_and_identifiers_of_the_record_are_all_used(void **state)
{
    struct house *house = *state;
    house_import_firm(house, FIRM_A, QINGHE);
    int64_t former = house_add_maker(house, "北京青田仪器有限公司", "CN", "", "");
    int64_t latin = house_add_maker(house, "Beijing Qingtian Instruments Company Limited", "", "", "");
    int64_t alias = house_add_maker(house, "QHMT", "", "", "");
    int64_t fei = house_add_maker(house, "Qinghe Group", "CN", "", "{\"fei\":\"3006400114\"}");
    int64_t srn = house_add_maker(house, "Qinghe Group", "CN", "", "{\"srn\":\"CN-MF-000012345\"}");
    int64_t broken = house_add_maker(house, "Moxi", "CN", "", "{\"srn\":");
    house_run(house);
    assert_string_equal(house_current_of(house, former).rule, "A1");
    assert_string_equal(house_current_of(house, latin).rule, "A1");
    assert_string_equal(house_current_of(house, alias).rule, "R12");
    assert_string_equal(house_current_of(house, fei).rule, "A0");
    assert_string_equal(house_current_of(house, srn).rule, "A0");
    assert_string_equal(house_current_of(house, broken).band, "none");
}

static void unclaimed_maker_of_beijing_is_kept_as_such(void **state)
{
    struct house *house = *state;
    int64_t maker = house_add_maker(house, "Moxi Instruments Co., Ltd.", "CN", "Beijing", "");
    int64_t other = house_add_maker(house, "Acme Inc.", "US", "Boston", "");
    house_run(house);
    assert_string_equal(house_current_of(house, maker).band, "none");
    assert_int_equal(house_current_of(house, maker).beijing, 1);
    assert_int_equal(house_current_of(house, other).beijing, 0);
    assert_false(house_current_of(house, other).has_why);
    assert_int_equal(house_count(house, "SELECT count(*) FROM journal WHERE kind = 'match'"), 0);
    assert_int_equal(house_count(house, "SELECT count(*) FROM work"), 0);
}

static void firm_added_today_meets_approvals_of_last_year(void **state)
{
    struct house *house = *state;
    int64_t maker = house_add_maker(house, "Beijing Qinghe Medical Technology Co., Ltd.", "CN", "", "");
    house_run(house);
    assert_string_equal(house_current_of(house, maker).band, "none");
    house_import_firm(house, FIRM_A, QINGHE);
    house_run(house);
    struct current current = house_current_of(house, maker);
    assert_string_equal(current.band, "auto");
    assert_int_equal(current.version, 2);
    assert_int_equal(house_count(house, "SELECT count(*) FROM work WHERE kind = 'decide'"), 1);
    assert_int_equal(
        house_count(house,
            "SELECT count(*) FROM match a JOIN match b ON b.maker = a.maker AND b.version = a.version "
            "+ 1 WHERE a.seq_to <> b.seq_from"),
        0);
}

static void lost_firm_is_decided_again_and_told(void **state)
{
    struct house *house = *state;
    house_import_firm(house, FIRM_A, QINGHE);
    int64_t maker = house_add_maker(house, "Beijing Qinghe Medical Technology Co., Ltd.", "CN", "", "");
    house_run(house);
    store_write(house->store);
    query_run(query(house->store, "DELETE FROM work"));
    house_import_firm(house, FIRM_A, NULL);
    house_run(house);
    assert_string_equal(house_current_of(house, maker).band, "none");
    assert_int_equal(
        house_count(house, "SELECT count(*) FROM work WHERE kind = 'decide' AND key = '" FIRM_A "'"), 1);
    assert_int_equal(house_count(house, "SELECT count(*) FROM journal WHERE kind = 'match'"), 2);
}

static void maker_that_changes_hands_touches_both_firms(void **state)
{
    struct house *house = *state;
    house_import_firm(house, FIRM_A, QINGHE);
    int64_t maker = house_add_maker(house, "Beijing Qinghe Medical Technology Co., Ltd.", "CN", "", "");
    house_run(house);
    store_write(house->store);
    query_run(query(house->store, "DELETE FROM work"));
    house_write_firm(house, FIRM_A, "{\"name_zh\":\"北京别的有限公司\"}");
    house_import_firm(house, FIRM_B, QINGHE);
    house_run(house);
    assert_string_equal(house_current_of(house, maker).uscc, FIRM_B);
    assert_int_equal(house_count(house, "SELECT count(*) FROM work WHERE kind = 'decide'"), 2);
}

static void same_answer_writes_nothing(void **state)
{
    struct house *house = *state;
    house_import_firm(house, FIRM_A, QINGHE);
    house_add_maker(house, "Beijing Qinghe Medical Technology Co., Ltd.", "CN", "", "");
    house_add_maker(house, "Qinghe", "CN", "", "");
    house_add_maker(house, "Acme Inc.", "US", "", "");
    house_run(house);
    store_write(house->store);
    query_run(query(house->store, "DELETE FROM work"));
    int64_t head = journal_head(house->store);
    int64_t versions = house_count(house, "SELECT count(*) FROM match");
    matcher_firms_changed(house->matcher);
    house_run(house);
    assert_int_equal(journal_head(house->store), head);
    assert_int_equal(house_count(house, "SELECT count(*) FROM match"), versions);
    assert_int_equal(house_count(house, "SELECT count(*) FROM work"), 0);
}

/* Firms were imported and committed, then the daemon was killed before it could ask for a re-match. */
static void change_missed_by_a_kill_is_found_at_the_next_start(void **state)
{
    struct house *house = *state;
    int64_t maker = house_add_maker(house, "Beijing Qinghe Medical Technology Co., Ltd.", "CN", "", "");
    house_run(house);
    house_write_firm(house, FIRM_A, QINGHE);
    store_commit(house->store);
    house_reopen(house);
    house_run(house);
    assert_string_equal(house_current_of(house, maker).band, "auto");
    int64_t versions = house_count(house, "SELECT count(*) FROM match");
    house_reopen(house);
    house_run(house);
    assert_int_equal(house_count(house, "SELECT count(*) FROM match"), versions);
}

/* Killed half-way through a re-match, and restarted with yet other firms: nobody keeps yesterday's answer. */
static void rematch_begun_with_other_firms_begins_anew(void **state)
{
    struct house *house = *state;
    enum { MAKERS = 20 };
    int64_t makers[MAKERS];
    for (size_t i = 0; i < MAKERS; i++) {
        char name[64];
        snprintf(name, sizeof name, "Beijing Qinghe Medical Technology Co.%.*s Ltd.", (int)i,
            "....................");
        makers[i] = house_add_maker(house, name, "CN", "", "");
    }
    house_run(house);
    house_import_firm(house, FIRM_B, "{\"name_zh\":\"北京别的有限公司\"}");
    while (house_count(house, "SELECT max(cursor) FROM work WHERE kind = 'rematch'") < MAKERS / 2) {
        work_slice(house->work, clock_monotonic_us() + 1);
        store_commit(house->store);
    }
    house_write_firm(house, FIRM_A, QINGHE);
    store_commit(house->store);
    house_reopen(house);
    house_run(house);
    for (size_t i = 0; i < MAKERS; i++)
        assert_string_equal(house_current_of(house, makers[i]).band, "auto");
}

static void index_of_a_store_answers_at_once(void **state)
{
    struct house *house = *state;
    house_import_firm(house, FIRM_A, QINGHE);
    house_import_firm(house, FIRM_B, "{\"name_zh\":\"北京别的有限公司\"}");
    struct match_index *index = match_index_of_store(house->store);
    assert_int_equal(match_index_firms(index), 2);
    struct match_result result;
    match_find(index, &(struct match_query){.name = "北京别的有限公司"}, &result);
    assert_string_equal(result.uscc, FIRM_B);
    assert_string_equal(result.firm_name, "北京别的有限公司");
    match_result_release(&result);
    match_index_free(index);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(new_spelling_is_matched_and_its_firm_decided, house_begin, house_end),
        cmocka_unit_test_setup_teardown(
            names_and_identifiers_of_the_record_are_all_used, house_begin, house_end),
        cmocka_unit_test_setup_teardown(unclaimed_maker_of_beijing_is_kept_as_such, house_begin, house_end),
        cmocka_unit_test_setup_teardown(
            firm_added_today_meets_approvals_of_last_year, house_begin, house_end),
        cmocka_unit_test_setup_teardown(lost_firm_is_decided_again_and_told, house_begin, house_end),
        cmocka_unit_test_setup_teardown(maker_that_changes_hands_touches_both_firms, house_begin, house_end),
        cmocka_unit_test_setup_teardown(same_answer_writes_nothing, house_begin, house_end),
        cmocka_unit_test_setup_teardown(
            change_missed_by_a_kill_is_found_at_the_next_start, house_begin, house_end),
        cmocka_unit_test_setup_teardown(rematch_begun_with_other_firms_begins_anew, house_begin, house_end),
        cmocka_unit_test_setup_teardown(index_of_a_store_answers_at_once, house_begin, house_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
