/* Firms that change: only the spellings that they concern are matched again, and all of these are. */
#include "matcher_house.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void add_entity(struct house *house, const char *uscc, const char *key, const char *fields)
{
    store_write(house->store);
    int64_t seq = journal_append(house->store, "m13d", "import", uscc, "{}");
    query_run(query_bind(query(house->store, "INSERT INTO local_record (kind, key, version, seq_from, uscc, "
                                             "assurance, fields, file, row) VALUES ('entities', ?, 1, ?, ?, "
                                             "'documented', ?, 1, 1)"),
        "titt", key, seq, uscc, fields));
    store_commit(house->store);
    matcher_firms_changed(house->matcher);
    store_commit(house->store);
}

static void assert_match(
    struct house *house, int64_t maker, const char *band, const char *uscc, const char *rule)
{
    struct current current = house_current_of(house, maker);
    assert_string_equal(current.band, band);
    assert_string_equal(current.uscc, uscc);
    assert_string_equal(current.rule, rule);
}

static void maker_of_a_subsidiarys_name_is_an_affiliate_for_review(void **state)
{
    struct house *house = *state;
    house_import_firm(house, FIRM_A, QINGHE);
    add_entity(house, FIRM_A, "A|Qinghe Medical USA Inc.|US",
        "{\"name\":\"Qinghe Medical USA Inc.\",\"country\":\"US\",\"relation\":\"subsidiary\","
        "\"fei\":\"3009998887\"}");
    add_entity(house, FIRM_A, "A|Blue Door Regulatory Ltd|GB",
        "{\"name\":\"Blue Door Regulatory Ltd\",\"country\":\"GB\",\"relation\":\"agent\"}");
    int64_t own = house_add_maker(house, "QINGHE MEDICAL USA INC", "US", "Boston", "");
    int64_t elsewhere = house_add_maker(house, "Qinghe Medical USA Inc.", "BR", "", "");
    int64_t by_number = house_add_maker(house, "QM America", "US", "", "{\"fei\":\"3009998887\"}");
    int64_t agent = house_add_maker(house, "Blue Door Regulatory Ltd", "GB", "", "");
    house_run(house);
    assert_match(house, own, "review", FIRM_A, "R15");
    assert_match(house, elsewhere, "review", FIRM_A, "R4");
    assert_match(house, by_number, "review", FIRM_A, "R15");
    assert_match(house, agent, "none", "", "");
}

static void establishment_that_lists_an_approval_points_to_its_firm(void **state)
{
    struct house *house = *state;
    house_import_firm(house, FIRM_A, QINGHE);
    int64_t listed =
        house_add_maker(house, "Consulting Partners LLC", "US", "", "{\"listed_fei\":\"3006400113\"}");
    int64_t also_named = house_add_maker(
        house, "Beijing Qinghe Medical Technology Co., Ltd.", "CN", "", "{\"listed_fei\":\"3006400113\"}");
    int64_t foreign =
        house_add_maker(house, "Consulting Partners LLC", "US", "", "{\"listed_fei\":\"3001112223\"}");
    house_run(house);
    assert_match(house, listed, "review", FIRM_A, "R16");
    assert_match(house, also_named, "auto", FIRM_A, "A1");
    assert_match(house, foreign, "none", "", "");
}

static void candidates_elsewhere_in_china_are_not_ours(void **state)
{
    struct house *house = *state;
    house_import_firm(house, "SRN:CN-MF-000054321",
        "{\"name_en\":\"Moxi Instruments Co., Ltd.\",\"city\":\"Beijing\",\"srn\":\"CN-MF-000054321\"}");
    house_import_firm(house, "SRN:CN-MF-000054322",
        "{\"name_en\":\"Luming Instruments Co., Ltd.\",\"city\":\"Shenzhen\",\"srn\":\"CN-MF-000054322\"}");
    house_import_firm(house, "SRN:CN-MF-000054323",
        "{\"name_en\":\"Kaihe Instruments Co., Ltd.\",\"srn\":\"CN-MF-000054323\"}");
    int64_t beijing = house_add_maker(house, "Moxi Instruments Co., Ltd.", "CN", "", "");
    int64_t shenzhen = house_add_maker(house, "Luming Instruments Co., Ltd.", "CN", "", "");
    int64_t unknown = house_add_maker(house, "Kaihe Instruments Co., Ltd.", "CN", "", "");
    house_run(house);
    assert_match(house, beijing, "auto", "SRN:CN-MF-000054321", "A1");
    assert_match(house, shenzhen, "none", "", "");
    assert_match(house, unknown, "auto", "SRN:CN-MF-000054323", "A1");
}

/* A register's list brings a candidate of the same name, which nobody has joined with the firm yet. */
static void firm_goes_before_a_candidate_of_its_name(void **state)
{
    struct house *house = *state;
    house_import_firm(house, FIRM_A, "{\"name_en\":\"Moxi Instruments Co., Ltd.\"}");
    house_import_firm(house, "SRN:CN-MF-000054321",
        "{\"name_en\":\"Moxi Instruments Co., Ltd.\",\"city\":\"Beijing\",\"srn\":\"CN-MF-000054321\"}");
    int64_t maker = house_add_maker(house, "MOXI INSTRUMENTS CO LTD", "CN", "", "");
    house_run(house);
    assert_match(house, maker, "auto", FIRM_A, "A1");
}

/* --- only what is concerned, and all of it -----------------------------------------------------------------
 */

enum { FIRMS = 70, MAKERS = 120, STEPS = 6 };

static uint64_t seed;

static uint32_t roll(uint32_t sides)
{
    seed = seed * 6364136223846793005ull + 1442695040888963407ull;
    return (uint32_t)(seed >> 33) % sides;
}

static const char *const cores[] = {"Qinghe", "Qing He", "Moxi", "Luming", "Lumin", "Kaihe", "Aurora", "KDM",
    "Ruichen", "Ruichan", "Tongshan"};
static const char *const trades[] = {"Medical", "Instruments", "Biotech", "Medical Technology", "Devices"};
static const char *const foreign[] = {
    "Моси Медикал", "ルオミン・メディカル", "北京清禾医疗", "КэйДиЭм", "Qinghe Médica", "清禾"};
#define PICK(list) list[roll(sizeof(list) / sizeof *(list))]

static void invent_name(char out[128])
{
    if (roll(8) == 0)
        snprintf(out, 128, "%s", PICK(foreign));
    else
        snprintf(out, 128, "%s%s %s%s%s", roll(2) ? "Beijing " : "", PICK(cores), PICK(trades),
            roll(4) ? " Co., Ltd." : "", roll(8) ? "" : " (KDM)");
}

static void change_some_firm(struct house *house)
{
    char uscc[20], fields[512], name[128], alias[128];
    snprintf(uscc, sizeof uscc, "91110108MA%08u", roll(FIRMS));
    invent_name(name);
    invent_name(alias);
    snprintf(fields, sizeof fields,
        "{\"name_zh\":\"北京清禾医疗有限公司\",\"name_en\":\"%s\",\"aliases\":\"%s\",\"fei\":\"300000%04u\"}",
        name, alias, roll(40));
    house_write_firm(house, uscc, roll(6) == 0 ? NULL : fields);
}

static void add_some_makers(struct house *house, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char name[128], identifiers[64];
        invent_name(name);
        snprintf(identifiers, sizeof identifiers, "{\"fei\":\"300000%04u\"}", roll(40));
        /* The blanks make each spelling its own. */
        char spelled[160];
        snprintf(spelled, sizeof spelled, "%s%*s", name, (int)roll(20), "");
        if (store_value(house->store, 0, "SELECT count(*) FROM maker WHERE name = ?", "t", spelled) == 0)
            house_add_maker(house, spelled, "CN", "", roll(4) == 0 ? identifiers : "");
    }
}

/* Digest of all current matches, by spelling. */
static char *all_matches(struct house *house)
{
    struct text out = TEXT_WITH_CEILING(1024 * 1024 * 8);
    struct query *q =
        query(house->store, "SELECT m.name, x.band, x.uscc, x.rule, x.score, x.why FROM match x "
                            "JOIN maker m ON m.id = x.maker WHERE x.seq_to IS NULL ORDER BY m.name");
    while (query_next(q))
        text_append_format(&out, "%s %s %s %s %s %s\n", query_text(q, 0), query_text(q, 1), query_text(q, 2),
            query_text(q, 3), query_text(q, 4), query_text(q, 5));
    return text_take(&out);
}

static void what_is_matched_again_is_as_if_all_had_been(void **state)
{
    struct house *house = *state;
    seed = 5;
    for (size_t i = 0; i < FIRMS; i++)
        change_some_firm(house);
    add_some_makers(house, MAKERS);
    matcher_firms_changed(house->matcher);
    house_hurry(house);
    for (size_t step = 0; step < STEPS; step++) {
        for (size_t i = 0; i < 1 + step % 3; i++)
            change_some_firm(house);
        matcher_firms_changed(house->matcher);
        add_some_makers(house, 2);
        /* Another change may come in the midst of it. */
        for (size_t turn = 0; turn < roll(30); turn++) {
            work_slice(house->work, clock_monotonic_us() + 1);
            store_commit(house->store);
        }
        if (step % 2 == 1) {
            change_some_firm(house);
            matcher_firms_changed(house->matcher);
        }
        house_hurry(house);
        char *now = all_matches(house);
        store_write(house->store);
        store_meta_set(house->store, "match-basis", "");
        store_commit(house->store);
        house_reopen(house); /* after a start that finds another basis, all are asked */
        house_hurry(house);
        char *all = all_matches(house);
        assert_string_equal(now, all);
        free(now);
        free(all);
    }
}

/* The answers of all others are not even looked at: were they, one that was falsified would be mended. */
/* Two words of its own; with some of them a third, between. */
static void add_strangers(struct house *house, size_t from, size_t to, size_t each)
{
    for (size_t i = from; i < to; i++) {
        char name[96],
            own[4] = {(char)('a' + i % 26), (char)('a' + i / 26 % 26), (char)('a' + i / 676), '\0'};
        snprintf(name, sizeof name, "Brost%s %s Klump%s GmbH", own, i % each == 0 ? "Zephyrion" : "", own);
        house_add_maker(house, name, "DE", "", "");
    }
}

/* Whether the word counts as a trade word between the firm and its neighbour. */
static bool is_trade_word(struct house *house, const char *word)
{
    char wanted[96];
    snprintf(wanted, sizeof wanted, "\"theirs\":\"%s\",\"class\":\"generic\"", word);
    char *all = all_matches(house);
    bool found = strstr(all, wanted) != NULL;
    free(all);
    return found;
}

enum { STRANGERS = 2100, EACH_FREQUENT = 50, EACH_SELDOM = 420 };
#define ZEPHYRION "{\"name_en\":\"Beijing Lanqi Zephyrion Co., Ltd.\"}"

static void words_that_became_frequent_count_as_such_whoever_came_first(void **state)
{
    struct house *house = *state;
    house_import_firm(house, FIRM_A, ZEPHYRION);
    house_add_maker(house, "Beijing Lanqi Zephyrion Medical Co., Ltd.", "CN", "", "");
    house_hurry(house);
    assert_false(is_trade_word(house, "zephyrion"));
    add_strangers(house, 0, STRANGERS, EACH_FREQUENT);
    house_hurry(house);
    assert_true(is_trade_word(house, "zephyrion"));
    char *firms_first = all_matches(house);
    void *other = NULL;
    assert_int_equal(house_begin(&other), 0);
    struct house *second = other;
    house_add_maker(second, "Beijing Lanqi Zephyrion Medical Co., Ltd.", "CN", "", "");
    add_strangers(second, 0, STRANGERS, EACH_FREQUENT);
    house_hurry(second);
    house_import_firm(second, FIRM_A, ZEPHYRION);
    house_hurry(second);
    char *makers_first = all_matches(second);
    assert_string_equal(firms_first, makers_first);
    free(firms_first);
    free(makers_first);
    house_end(&other);
}

static void few_new_makers_are_learnt_from_at_night(void **state)
{
    struct house *house = *state;
    house_add_maker(house, "Beijing Lanqi Zephyrion Medical Co., Ltd.", "CN", "", "");
    add_strangers(house, 0, STRANGERS, EACH_SELDOM);
    house_hurry(house);
    house_import_firm(house, FIRM_A, ZEPHYRION);
    house_hurry(house);
    assert_false(is_trade_word(house, "zephyrion"));
    add_strangers(house, STRANGERS, STRANGERS + 10, 1);
    house_hurry(house);
    assert_false(is_trade_word(house, "zephyrion"));
    matcher_learn_again(house->matcher);
    store_commit(house->store);
    house_hurry(house);
    assert_true(is_trade_word(house, "zephyrion"));
    matcher_learn_again(house->matcher);
    store_commit(house->store);
    int64_t before = house_count(house, "SELECT count(*) FROM match");
    house_hurry(house);
    assert_int_equal(house_count(house, "SELECT count(*) FROM match"), before);
}

static void spellings_that_share_no_key_are_left_alone(void **state)
{
    struct house *house = *state;
    house_import_firm(house, FIRM_A, QINGHE);
    for (unsigned i = 0; i < FIRMS; i++) {
        char uscc[20];
        char fields[128];
        snprintf(uscc, sizeof uscc, "91110108MB%08u", i);
        snprintf(fields, sizeof fields, "{\"name_en\":\"Zufall%c%c Company\"}", 'a' + (int)i % 26,
            'a' + (int)i / 26);
        house_write_firm(house, uscc, fields);
    }
    store_commit(house->store);
    matcher_firms_changed(house->matcher);
    int64_t untouched = house_add_maker(house, "Beijing Qinghe Medical Technology Co., Ltd.", "CN", "", "");
    int64_t touched = house_add_maker(house, "Beijing Moxi Instruments Co., Ltd.", "CN", "", "");
    house_hurry(house);
    store_write(house->store);
    query_run(query_bind(query(house->store, "UPDATE match SET score = 77 WHERE maker = ?"), "i", untouched));
    house_import_firm(house, FIRM_B, "{\"name_en\":\"Beijing Moxi Instruments Co., Ltd.\"}");
    house_hurry(house);
    assert_string_equal(house_current_of(house, touched).uscc, FIRM_B);
    assert_int_equal(house_current_of(house, untouched).score, 77);
}

static void answers_do_not_depend_on_who_came_first(void **state)
{
    struct house *house = *state;
    seed = 9;
    add_some_makers(house, MAKERS);
    house_hurry(house);
    uint64_t at = seed;
    for (size_t i = 0; i < FIRMS; i++) {
        change_some_firm(house);
        if (i % 7 == 0) {
            matcher_firms_changed(house->matcher);
            house_hurry(house);
        }
    }
    matcher_firms_changed(house->matcher);
    house_hurry(house);
    char *makers_first = all_matches(house);
    void *other = NULL;
    assert_int_equal(house_begin(&other), 0);
    struct house *second = other;
    seed = at;
    for (size_t i = 0; i < FIRMS; i++)
        change_some_firm(second);
    matcher_firms_changed(second->matcher);
    house_hurry(second);
    seed = 9;
    add_some_makers(second, MAKERS);
    house_hurry(second);
    char *firms_first = all_matches(second);
    assert_string_equal(makers_first, firms_first);
    assert_non_null(strstr(makers_first, " auto "));
    free(makers_first);
    free(firms_first);
    house_end(&other);
}

/* The roster is read in slices: no turn of the loop takes it whole. */
static void roster_is_read_in_slices(void **state)
{
    struct house *house = *state;
    enum { MANY = 100 };
    for (unsigned i = 0; i < MANY; i++) {
        char uscc[20];
        char fields[128];
        snprintf(uscc, sizeof uscc, "91110108MB%08u", i);
        snprintf(fields, sizeof fields, "{\"name_en\":\"Zufall%c%c Company\"}", 'a' + (int)i % 26,
            'a' + (int)i / 26);
        house_write_firm(house, uscc, fields);
    }
    store_commit(house->store);
    matcher_firms_changed(house->matcher);
    assert_true(house_run(house) > MANY / 16);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            maker_of_a_subsidiarys_name_is_an_affiliate_for_review, house_begin, house_end),
        cmocka_unit_test_setup_teardown(
            establishment_that_lists_an_approval_points_to_its_firm, house_begin, house_end),
        cmocka_unit_test_setup_teardown(candidates_elsewhere_in_china_are_not_ours, house_begin, house_end),
        cmocka_unit_test_setup_teardown(firm_goes_before_a_candidate_of_its_name, house_begin, house_end),
        cmocka_unit_test_setup_teardown(what_is_matched_again_is_as_if_all_had_been, house_begin, house_end),
        cmocka_unit_test_setup_teardown(
            words_that_became_frequent_count_as_such_whoever_came_first, house_begin, house_end),
        cmocka_unit_test_setup_teardown(few_new_makers_are_learnt_from_at_night, house_begin, house_end),
        cmocka_unit_test_setup_teardown(spellings_that_share_no_key_are_left_alone, house_begin, house_end),
        cmocka_unit_test_setup_teardown(answers_do_not_depend_on_who_came_first, house_begin, house_end),
        cmocka_unit_test_setup_teardown(roster_is_read_in_slices, house_begin, house_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
