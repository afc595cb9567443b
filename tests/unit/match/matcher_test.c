/* The matcher in the daemon: makers and firms of a real database, through the work list. */
#include "m13/clock.h"
#include "m13/journal.h"
#include "m13/match.h"
#include "m13/store.h"
#include "m13/work.h"

#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FIRM_A "91110108MA01ABCD2H"
#define FIRM_B "91110108MAR4GQH65Y"

struct house {
    char *folder;
    struct store *store;
    struct work *work;
    struct matcher *matcher;
};

static void open_house(struct house *house)
{
    struct failure failure = {0};
    if (store_open(house->folder, STORE_WRITER, &house->store, &failure) != 0)
        fail_msg("%s", failure.text);
    house->work = work_new(house->store);
    house->matcher = matcher_new(house->store);
    matcher_register_work(house->matcher, house->work);
    store_commit(house->store);
}

static void close_house(struct house *house)
{
    matcher_free(house->matcher);
    work_free(house->work);
    store_close(house->store);
}

static int begin(void **state)
{
    struct house *house = calloc(1, sizeof *house);
    house->folder = scratch_new();
    open_house(house);
    store_write(house->store);
    query_run(query(house->store, "INSERT INTO local_file (id, name, sha256, kind, delivered_by, taken_at, state) "
                                  "VALUES (1, 'f', 'x', 'firms', 'inbox', 0, 'applied')"));
    *state = house;
    return 0;
}

static int end(void **state)
{
    struct house *house = *state;
    close_house(house);
    scratch_remove(house->folder);
    free(house);
    return 0;
}

/* As after a kill and a restart: what was not committed is lost. */
static void reopen(struct house *house)
{
    close_house(house);
    open_house(house);
}

/* Runs what is waiting for the matcher, a microsecond's slice at a time. */
static size_t run(struct house *house)
{
    size_t turns = 0;
    bool more;
    do {
        more = work_slice(house->work, clock_monotonic_us() + 1);
        store_commit(house->store);
    } while (more && ++turns < 100000);
    assert_false(more);
    return turns;
}

static int64_t count(struct house *house, const char *sql)
{
    return store_value(house->store, -1, sql, "");
}

static int64_t add_maker(
    struct house *house, const char *name, const char *country, const char *city, const char *identifiers)
{
    store_write(house->store);
    query_run(query_bind(query(house->store, "INSERT INTO maker (name, country, city, postcode, identifiers) "
                                             "VALUES (?, ?, ?, '', ?)"),
        "tttt", name, country, city, identifiers));
    int64_t id = store_last_id(house->store);
    char key[24];
    snprintf(key, sizeof key, "%lld", (long long)id);
    work_add(house->store, "match", key, false);
    return id;
}

/* A firm's record, or its next version, as the registry writes it; NULL fields withdraw it. */
static void write_firm(struct house *house, const char *uscc, const char *fields)
{
    store_write(house->store);
    int64_t seq = journal_append(house->store, "m13d", "import", uscc, "{}");
    int64_t version = store_value(
        house->store, 0, "SELECT max(version) FROM local_record WHERE kind = 'firms' AND key = ?", "t", uscc);
    query_run(query_bind(query(house->store, "UPDATE local_record SET seq_to = ? WHERE kind = 'firms' AND "
                                             "key = ? AND seq_to IS NULL"),
        "it", seq, uscc));
    query_run(query_bind(
        query(house->store,
            "INSERT INTO local_record (kind, key, version, seq_from, uscc, assurance, "
            "withdrawn, fields, file, row) VALUES ('firms', ?, ?, ?, ?, 'official', ?, ?, 1, 1)"),
        "tiitit", uscc, version + 1, seq, uscc, (int64_t)(fields == NULL), fields == NULL ? "{}" : fields));
}

static void import_firm(struct house *house, const char *uscc, const char *fields)
{
    write_firm(house, uscc, fields);
    store_commit(house->store);
    matcher_firms_changed(house->matcher);
    store_commit(house->store);
}

#define QINGHE                                                                                                   \
    "{\"uscc\":\"" FIRM_A "\",\"name_zh\":\"北京清禾医疗科技股份有限公司\","                       \
    "\"name_en\":\"Beijing Qinghe Medical Technology Co., Ltd.\","                                               \
    "\"former_names\":\"北京青田仪器有限公司@2019-05-01|Beijing Qingtian Instrument Co., Ltd.@2019\"," \
    "\"aliases\":\"QHMT|Qinghe Med\",\"srn\":\"CN-MF-000012345\",\"fei\":\"3006400113|3006400114\"}"

struct current {
    char band[8], uscc[32], rule[8];
    int64_t version, score, beijing, seq_from;
    bool has_why;
};

static struct current current_of(struct house *house, int64_t maker)
{
    struct current current = {.version = 0};
    struct query *q =
        query_bind(query(house->store, "SELECT band, uscc, rule, version, score, beijing, why, "
                                       "seq_from FROM match WHERE maker = ? AND seq_to IS NULL"),
            "i", maker);
    assert_true(query_next(q));
    snprintf(current.band, sizeof current.band, "%s", query_text(q, 0));
    snprintf(current.uscc, sizeof current.uscc, "%s", query_text(q, 1));
    snprintf(current.rule, sizeof current.rule, "%s", query_text(q, 2));
    current.version = query_integer(q, 3);
    current.score = query_integer(q, 4);
    current.beijing = query_integer(q, 5);
    current.has_why = *query_text(q, 6) != '\0';
    current.seq_from = query_integer(q, 7);
    assert_false(query_next(q));
    return current;
}

static void new_spelling_is_matched_and_its_firm_decided(void **state)
{
    struct house *house = *state;
    import_firm(house, FIRM_A, QINGHE);
    run(house);
    int64_t maker = add_maker(house, "BEIJING QINGHE MEDICAL TECH CO LTD", "CN", "Bejing", "");
    run(house);
    struct current current = current_of(house, maker);
    assert_string_equal(current.band, "auto");
    assert_string_equal(current.uscc, FIRM_A);
    assert_string_equal(current.rule, "A1");
    assert_int_equal(current.score, 1000);
    assert_int_equal(current.beijing, 1);
    assert_true(current.has_why);
    assert_int_equal(
        count(house, "SELECT count(*) FROM work WHERE kind = 'decide' AND key = '" FIRM_A "'"), 1);
    assert_int_equal(count(house, "SELECT count(*) FROM journal WHERE kind = 'match'"), 1);
    assert_int_equal(current.seq_from, journal_head(house->store));
}

static void names_and_identifiers_of_the_record_are_all_used(void **state)
{
    struct house *house = *state;
    import_firm(house, FIRM_A, QINGHE);
    int64_t former = add_maker(house, "北京青田仪器有限公司", "CN", "", "");
    int64_t latin = add_maker(house, "Beijing Qingtian Instruments Company Limited", "", "", "");
    int64_t alias = add_maker(house, "QHMT", "", "", "");
    int64_t fei = add_maker(house, "Qinghe Group", "CN", "", "{\"fei\":\"3006400114\"}");
    int64_t srn = add_maker(house, "Qinghe Group", "CN", "", "{\"srn\":\"CN-MF-000012345\"}");
    int64_t broken = add_maker(house, "Moxi", "CN", "", "{\"srn\":");
    run(house);
    assert_string_equal(current_of(house, former).rule, "A1");
    assert_string_equal(current_of(house, latin).rule, "A1");
    assert_string_equal(current_of(house, alias).rule, "R12");
    assert_string_equal(current_of(house, fei).rule, "A0");
    assert_string_equal(current_of(house, srn).rule, "A0");
    assert_string_equal(current_of(house, broken).band, "none");
}

static void unclaimed_maker_of_beijing_is_kept_as_such(void **state)
{
    struct house *house = *state;
    int64_t maker = add_maker(house, "Moxi Instruments Co., Ltd.", "CN", "Beijing", "");
    int64_t other = add_maker(house, "Acme Inc.", "US", "Boston", "");
    run(house);
    assert_string_equal(current_of(house, maker).band, "none");
    assert_int_equal(current_of(house, maker).beijing, 1);
    assert_int_equal(current_of(house, other).beijing, 0);
    assert_false(current_of(house, other).has_why);
    assert_int_equal(count(house, "SELECT count(*) FROM journal WHERE kind = 'match'"), 0);
    assert_int_equal(count(house, "SELECT count(*) FROM work"), 0);
}

static void firm_added_today_meets_approvals_of_last_year(void **state)
{
    struct house *house = *state;
    int64_t maker = add_maker(house, "Beijing Qinghe Medical Technology Co., Ltd.", "CN", "", "");
    run(house);
    assert_string_equal(current_of(house, maker).band, "none");
    import_firm(house, FIRM_A, QINGHE);
    run(house);
    struct current current = current_of(house, maker);
    assert_string_equal(current.band, "auto");
    assert_int_equal(current.version, 2);
    assert_int_equal(count(house, "SELECT count(*) FROM work WHERE kind = 'decide'"), 1);
    assert_int_equal(
        count(house,
            "SELECT count(*) FROM match a JOIN match b ON b.maker = a.maker AND b.version = a.version "
            "+ 1 WHERE a.seq_to <> b.seq_from"),
        0);
}

static void lost_firm_is_decided_again_and_told(void **state)
{
    struct house *house = *state;
    import_firm(house, FIRM_A, QINGHE);
    int64_t maker = add_maker(house, "Beijing Qinghe Medical Technology Co., Ltd.", "CN", "", "");
    run(house);
    store_write(house->store);
    query_run(query(house->store, "DELETE FROM work"));
    import_firm(house, FIRM_A, NULL);
    run(house);
    assert_string_equal(current_of(house, maker).band, "none");
    assert_int_equal(
        count(house, "SELECT count(*) FROM work WHERE kind = 'decide' AND key = '" FIRM_A "'"), 1);
    assert_int_equal(count(house, "SELECT count(*) FROM journal WHERE kind = 'match'"), 2);
}

static void maker_that_changes_hands_touches_both_firms(void **state)
{
    struct house *house = *state;
    import_firm(house, FIRM_A, QINGHE);
    int64_t maker = add_maker(house, "Beijing Qinghe Medical Technology Co., Ltd.", "CN", "", "");
    run(house);
    store_write(house->store);
    query_run(query(house->store, "DELETE FROM work"));
    write_firm(house, FIRM_A, "{\"name_zh\":\"北京别的有限公司\"}");
    import_firm(house, FIRM_B, QINGHE);
    run(house);
    assert_string_equal(current_of(house, maker).uscc, FIRM_B);
    assert_int_equal(count(house, "SELECT count(*) FROM work WHERE kind = 'decide'"), 2);
}

static void same_answer_writes_nothing(void **state)
{
    struct house *house = *state;
    import_firm(house, FIRM_A, QINGHE);
    add_maker(house, "Beijing Qinghe Medical Technology Co., Ltd.", "CN", "", "");
    add_maker(house, "Qinghe", "CN", "", "");
    add_maker(house, "Acme Inc.", "US", "", "");
    run(house);
    store_write(house->store);
    query_run(query(house->store, "DELETE FROM work"));
    int64_t head = journal_head(house->store);
    int64_t versions = count(house, "SELECT count(*) FROM match");
    matcher_firms_changed(house->matcher);
    run(house);
    assert_int_equal(journal_head(house->store), head);
    assert_int_equal(count(house, "SELECT count(*) FROM match"), versions);
    assert_int_equal(count(house, "SELECT count(*) FROM work"), 0);
}

/* Firms were imported and committed, then the daemon was killed before it could ask for a re-match. */
static void change_missed_by_a_kill_is_found_at_the_next_start(void **state)
{
    struct house *house = *state;
    int64_t maker = add_maker(house, "Beijing Qinghe Medical Technology Co., Ltd.", "CN", "", "");
    run(house);
    write_firm(house, FIRM_A, QINGHE);
    store_commit(house->store);
    reopen(house);
    run(house);
    assert_string_equal(current_of(house, maker).band, "auto");
    int64_t versions = count(house, "SELECT count(*) FROM match");
    reopen(house);
    run(house);
    assert_int_equal(count(house, "SELECT count(*) FROM match"), versions);
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
        makers[i] = add_maker(house, name, "CN", "", "");
    }
    run(house);
    import_firm(house, FIRM_B, "{\"name_zh\":\"北京别的有限公司\"}");
    while (count(house, "SELECT max(cursor) FROM work WHERE kind = 'rematch'") < MAKERS / 2) {
        work_slice(house->work, clock_monotonic_us() + 1);
        store_commit(house->store);
    }
    write_firm(house, FIRM_A, QINGHE);
    store_commit(house->store);
    reopen(house);
    run(house);
    for (size_t i = 0; i < MAKERS; i++)
        assert_string_equal(current_of(house, makers[i]).band, "auto");
}

static void index_of_a_store_answers_at_once(void **state)
{
    struct house *house = *state;
    import_firm(house, FIRM_A, QINGHE);
    import_firm(house, FIRM_B, "{\"name_zh\":\"北京别的有限公司\"}");
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
        cmocka_unit_test_setup_teardown(new_spelling_is_matched_and_its_firm_decided, begin, end),
        cmocka_unit_test_setup_teardown(names_and_identifiers_of_the_record_are_all_used, begin, end),
        cmocka_unit_test_setup_teardown(unclaimed_maker_of_beijing_is_kept_as_such, begin, end),
        cmocka_unit_test_setup_teardown(firm_added_today_meets_approvals_of_last_year, begin, end),
        cmocka_unit_test_setup_teardown(lost_firm_is_decided_again_and_told, begin, end),
        cmocka_unit_test_setup_teardown(maker_that_changes_hands_touches_both_firms, begin, end),
        cmocka_unit_test_setup_teardown(same_answer_writes_nothing, begin, end),
        cmocka_unit_test_setup_teardown(change_missed_by_a_kill_is_found_at_the_next_start, begin, end),
        cmocka_unit_test_setup_teardown(rematch_begun_with_other_firms_begins_anew, begin, end),
        cmocka_unit_test_setup_teardown(index_of_a_store_answers_at_once, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
