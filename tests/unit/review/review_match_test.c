/* What officers decide of a maker's spelling: kept, applied at every match, reopened when its basis changes.
 */
#include "matcher_house.h"

#include "m13/review.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MOXI                                                                                                 \
    "{\"uscc\":\"" FIRM_B "\",\"name_zh\":\"北京墨溪仪器有限公司\","                               \
    "\"name_en\":\"Beijing Moxi Instruments Co., Ltd.\"}"
#define QINGHE_RENAMED                                                                                       \
    "{\"uscc\":\"" FIRM_A "\",\"name_zh\":\"北京清禾医疗科技股份有限公司\","                   \
    "\"name_en\":\"Beijing Qinghe Medical Technology Co., Ltd.\",\"aliases\":\"QHMT|Qinghe Med|Blue "        \
    "Crane\","                                                                                               \
    "\"srn\":\"CN-MF-000012345\"}"
#define QINGHE_OTHER_PARK                                                                                        \
    "{\"uscc\":\"" FIRM_A "\",\"name_zh\":\"北京清禾医疗科技股份有限公司\","                       \
    "\"name_en\":\"Beijing Qinghe Medical Technology Co., Ltd.\","                                               \
    "\"former_names\":\"北京青田仪器有限公司@2019-05-01|Beijing Qingtian Instrument Co., Ltd.@2019\"," \
    "\"aliases\":\"QHMT|Qinghe Med\",\"srn\":\"CN-MF-000012345\",\"fei\":\"3006400113|3006400114\","             \
    "\"park\":\"中关村\",\"address\":\"another street\"}"

static int order(struct house *house, struct review_order order, struct review_result *ret_result)
{
    struct failure failure = {0};
    order.actor = order.actor == NULL ? "li" : order.actor;
    int r = review_decide(house->store, &order, ret_result, &failure);
    store_commit(house->store);
    assert_true((r < 0) == (failure.text[0] != '\0'));
    return r;
}

static struct review_result decide(struct house *house, enum review_decision decision, const char *firm)
{
    struct review_result result;
    assert_int_equal(
        order(house, (struct review_order){.item = "M1", .decision = decision, .firm = firm, .note = "seen"},
            &result),
        0);
    house_run(house);
    return result;
}

static void assert_match(
    struct house *house, int64_t maker, const char *band, const char *uscc, const char *rule)
{
    struct current current = house_current_of(house, maker);
    assert_string_equal(current.band, band);
    assert_string_equal(current.uscc, uscc);
    if (rule != NULL)
        assert_string_equal(current.rule, rule);
}

/* An alias: in review by itself. */
static int64_t uncertain_maker(struct house *house)
{
    house_import_firm(house, FIRM_A, QINGHE);
    house_import_firm(house, FIRM_B, MOXI);
    int64_t maker = house_add_maker(house, "QHMT", "CN", "Beijing", "");
    house_run(house);
    assert_match(house, maker, "review", FIRM_A, "R12");
    return maker;
}

static void accepted_firm_is_sure_and_decided_again(void **state)
{
    struct house *house = *state;
    int64_t maker = uncertain_maker(house);
    store_write(house->store);
    query_run(query(house->store, "DELETE FROM work"));
    struct review_result result = decide(house, REVIEW_ACCEPT, NULL);
    assert_string_equal(result.uscc, FIRM_A);
    assert_int_equal(result.makers, 1);
    assert_false(result.unchanged);
    assert_match(house, maker, "auto", FIRM_A, "H1");
    assert_int_equal(
        house_count(house, "SELECT count(*) FROM work WHERE kind = 'decide' AND key = '" FIRM_A "'"), 1);
    assert_int_equal(house_count(house, "SELECT count(*) FROM journal WHERE kind = 'review' AND "
                                        "actor = 'li' AND subject = 'M1' AND body ->> 'note' = 'seen'"),
        1);
    assert_int_equal(
        house_count(house, "SELECT count(*) FROM match WHERE seq_to IS NULL AND "
                           "why ->> '$.person.decision' = 'accept' AND "
                           "why ->> '$.person.own.rule' = 'R12' AND why ->> '$.ours.name' = 'QHMT'"),
        1);
}

static void accepting_twice_changes_nothing_but_a_note_is_worth_a_version(void **state)
{
    struct house *house = *state;
    uncertain_maker(house);
    decide(house, REVIEW_ACCEPT, NULL);
    int64_t head = journal_head(house->store);
    assert_true(decide(house, REVIEW_ACCEPT, NULL).unchanged);
    assert_int_equal(journal_head(house->store), head);
    struct review_result result;
    assert_int_equal(order(house, (struct review_order){.item = "M1", .note = "by telephone"}, &result), 0);
    assert_false(result.unchanged);
    assert_int_equal(house_count(house, "SELECT count(*) FROM review_decision WHERE version = 2"), 1);
}

static void decision_survives_import_of_what_it_does_not_rest_on(void **state)
{
    struct house *house = *state;
    int64_t maker = uncertain_maker(house);
    decide(house, REVIEW_ACCEPT, NULL);
    int64_t version = house_current_of(house, maker).version;
    house_import_firm(house, FIRM_A, QINGHE_OTHER_PARK);
    house_import_firm(house, FIRM_B, MOXI);
    house_run(house);
    house_reopen(house);
    house_run(house);
    assert_match(house, maker, "auto", FIRM_A, "H1");
    assert_int_equal(house_current_of(house, maker).version, version);
}

static void new_alias_of_the_firm_reopens_the_question_with_the_old_decision(void **state)
{
    struct house *house = *state;
    int64_t maker = uncertain_maker(house);
    decide(house, REVIEW_ACCEPT, NULL);
    house_import_firm(house, FIRM_A, QINGHE_RENAMED);
    house_run(house);
    assert_match(house, maker, "review", FIRM_A, "H2");
    assert_int_equal(house_count(house, "SELECT count(*) FROM match WHERE seq_to IS NULL AND "
                                        "why ->> '$.person.decision' = 'accept' AND "
                                        "why ->> '$.person.changed[0]' = 'firm'"),
        1);
    decide(house, REVIEW_ACCEPT, NULL);
    assert_match(house, maker, "auto", FIRM_A, "H1");
    assert_int_equal(house_count(house, "SELECT count(*) FROM review_decision WHERE seq_to IS NULL"), 1);
}

static void names_that_share_nothing_with_the_spelling_reopen_too(void **state)
{
    struct house *house = *state;
    house_import_firm(house, FIRM_A, QINGHE);
    house_import_firm(house, FIRM_B, MOXI);
    int64_t maker = house_add_maker(house, "Zephyr Holdings", "CN", "", "");
    house_run(house);
    assert_match(house, maker, "none", "", NULL);
    decide(house, REVIEW_ACCEPT, FIRM_B);
    assert_match(house, maker, "auto", FIRM_B, "H1");
    house_import_firm(house, FIRM_B,
        "{\"uscc\":\"" FIRM_B "\",\"name_zh\":\"北京墨溪仪器有限公司\",\"name_en\":\"Blue Crane\"}");
    house_run(house);
    assert_match(house, maker, "review", FIRM_B, "H2");
}

static void what_the_matcher_is_sure_of_needs_no_question(void **state)
{
    struct house *house = *state;
    int64_t maker = uncertain_maker(house);
    decide(house, REVIEW_ACCEPT, NULL);
    house_import_firm(house, FIRM_A,
        "{\"uscc\":\"" FIRM_A "\",\"name_zh\":\"北京清禾医疗科技股份有限公司\",\"name_en\":\"QHMT Cranes\"}");
    house_run(house);
    assert_match(house, maker, "review", FIRM_A, "H2");
    house_import_firm(house, FIRM_A,
        "{\"uscc\":\"" FIRM_A "\",\"name_zh\":\"北京清禾医疗科技股份有限公司\",\"name_en\":\"QHMT\"}");
    house_run(house);
    assert_match(house, maker, "auto", FIRM_A, "A1");
}

static void rejected_firm_is_not_proposed_again_while_the_basis_stands(void **state)
{
    struct house *house = *state;
    int64_t maker = uncertain_maker(house);
    decide(house, REVIEW_REJECT, NULL);
    assert_match(house, maker, "none", "", NULL);
    house_import_firm(house, FIRM_B,
        "{\"uscc\":\"" FIRM_B "\",\"name_zh\":\"北京墨溪仪器有限公司\",\"name_en\":\"Blue Crane\"}");
    house_import_firm(house, FIRM_A, QINGHE_OTHER_PARK);
    house_run(house);
    assert_match(house, maker, "none", "", NULL);
}

static void next_firm_is_proposed_but_never_automatic(void **state)
{
    struct house *house = *state;
    house_import_firm(house, FIRM_A, QINGHE);
    house_import_firm(house, FIRM_B,
        "{\"uscc\":\"" FIRM_B "\",\"name_zh\":\"北京墨溪仪器有限公司\","
        "\"name_en\":\"Beijing Qinghe Medical Technology Co., Ltd.\"}");
    int64_t maker = house_add_maker(house, "Beijing Qinghe Medical Technology Co., Ltd.", "CN", "", "");
    house_run(house);
    struct current both = house_current_of(house, maker);
    assert_string_equal(both.band, "review");
    assert_string_equal(both.rule, "R3");
    decide(house, REVIEW_REJECT, both.uscc);
    struct current next = house_current_of(house, maker);
    assert_string_equal(next.band, "review");
    assert_string_not_equal(next.uscc, both.uscc);
    decide(house, REVIEW_REJECT, NULL);
    assert_match(house, maker, "none", "", NULL);
    decide(house, REVIEW_ACCEPT, FIRM_A);
    assert_match(house, maker, "auto", FIRM_A, "H1");
}

static void rejected_firm_with_a_new_name_is_asked_again_and_never_automatic(void **state)
{
    struct house *house = *state;
    int64_t maker = uncertain_maker(house);
    decide(house, REVIEW_REJECT, NULL);
    house_import_firm(house, FIRM_A, QINGHE_RENAMED);
    house_run(house);
    assert_match(house, maker, "review", FIRM_A, "H2");
    assert_int_equal(house_count(house, "SELECT count(*) FROM match WHERE seq_to IS NULL AND "
                                        "why ->> '$.person.decision' = 'reject'"),
        1);
    decide(house, REVIEW_REJECT, NULL);
    assert_match(house, maker, "none", "", NULL);
}

static void automatic_match_can_be_rejected_and_taken_back(void **state)
{
    struct house *house = *state;
    house_import_firm(house, FIRM_A, QINGHE);
    int64_t maker = house_add_maker(house, "Beijing Qinghe Medical Technology Co., Ltd.", "CN", "", "");
    house_run(house);
    assert_match(house, maker, "auto", FIRM_A, "A1");
    decide(house, REVIEW_REJECT, NULL);
    assert_match(house, maker, "none", "", NULL);
    decide(house, REVIEW_ACCEPT, FIRM_A);
    assert_match(house, maker, "auto", FIRM_A, "H1");
    assert_int_equal(house_count(house, "SELECT count(*) FROM review_decision WHERE seq_to IS NULL"), 1);
    assert_int_equal(house_count(house, "SELECT count(*) FROM review_decision"), 2);
}

static void another_firm_than_proposed_may_be_accepted(void **state)
{
    struct house *house = *state;
    int64_t maker = uncertain_maker(house);
    struct review_result result = decide(house, REVIEW_ACCEPT, FIRM_B);
    assert_string_equal(result.uscc, FIRM_B);
    assert_match(house, maker, "auto", FIRM_B, "H1");
    /* And then the first one after all: only one firm is accepted at a time. */
    decide(house, REVIEW_ACCEPT, FIRM_A);
    assert_match(house, maker, "auto", FIRM_A, "H1");
    assert_int_equal(house_count(house, "SELECT count(*) FROM review_decision WHERE seq_to IS NULL"), 1);
}

static void better_rival_reopens_the_question(void **state)
{
    struct house *house = *state;
    int64_t maker = uncertain_maker(house);
    decide(house, REVIEW_ACCEPT, FIRM_B);
    house_import_firm(house, FIRM_A, QINGHE_OTHER_PARK); /* the rival that was there is none that is better */
    house_run(house);
    assert_match(house, maker, "auto", FIRM_B, "H1");
    house_import_firm(house, FIRM_A,
        "{\"uscc\":\"" FIRM_A "\",\"name_zh\":\"北京清禾医疗科技股份有限公司\",\"name_en\":\"QHMT Ltd.\"}");
    house_run(house);
    assert_match(house, maker, "review", FIRM_B, "H2");
    assert_int_equal(house_count(house, "SELECT count(*) FROM match WHERE seq_to IS NULL AND "
                                        "why ->> '$.person.changed[0]' = 'rival' AND "
                                        "why ->> '$.person.own.uscc' = '" FIRM_A "'"),
        1);
}

static void same_spelling_at_another_address_is_asked_with_the_old_decision(void **state)
{
    struct house *house = *state;
    int64_t maker = uncertain_maker(house);
    decide(house, REVIEW_ACCEPT, NULL);
    int64_t alike = house_add_maker(house, "QHMT", "CN", "BEI-JING", "");
    int64_t elsewhere = house_add_maker(house, "QHMT", "CN", "Shanghai", "");
    int64_t numbered = house_add_maker(house, "QHMT", "CN", "Beijing", "{\"fei\":\"3001112223\"}");
    int64_t abroad = house_add_maker(house, "QHMT", "US", "Boston", "");
    house_run(house);
    assert_match(house, maker, "auto", FIRM_A, "H1");
    assert_match(house, alike, "auto", FIRM_A, "H1");
    assert_match(house, elsewhere, "review", FIRM_A, "H2");
    assert_match(house, numbered, "review", FIRM_A, "H2");
    assert_string_not_equal(house_current_of(house, abroad).rule, "H2");
    struct review_result result = decide(house, REVIEW_ACCEPT, NULL);
    assert_int_equal(result.makers, 2);
    assert_match(house, elsewhere, "auto", FIRM_A, "H1");
    assert_match(house, numbered, "auto", FIRM_A, "H1");
}

/* Its approval is listed under a number: another row of the table of makers. */
static int64_t listed_maker(struct house *house, const char *identifiers)
{
    int64_t maker = house_add_maker(house, "QHMT", "CN", "Beijing", identifiers);
    house_run(house);
    return maker;
}

#define MOXI_WITH_FEI                                                                                        \
    "{\"uscc\":\"" FIRM_B "\",\"name_zh\":\"北京墨溪仪器有限公司\","                               \
    "\"name_en\":\"Beijing Moxi Instruments Co., Ltd.\",\"fei\":\"3009876543\"}"

static void accepted_firm_stays_when_somebody_lists_the_approval(void **state)
{
    struct house *house = *state;
    uncertain_maker(house);
    decide(house, REVIEW_ACCEPT, NULL);
    assert_match(
        house, listed_maker(house, "{\"listed_fei\":\"3006400114; 3001112223\"}"), "auto", FIRM_A, "H1");
    assert_match(house, listed_maker(house, "{\"listed_fei\":\"3001112223\"}"), "auto", FIRM_A, "H1");
    assert_match(house, listed_maker(house, "{\"fei\":\"3001112223\"}"), "review", FIRM_A, "H2");
}

static void rejected_firm_is_asked_for_again_when_it_lists_the_approval_itself(void **state)
{
    struct house *house = *state;
    uncertain_maker(house);
    decide(house, REVIEW_REJECT, NULL);
    assert_match(house, listed_maker(house, "{\"listed_fei\":\"3001112223\"}"), "none", "", "");
    int64_t listed = listed_maker(house, "{\"listed_fei\":\"3001112223; 3006400114\"}");
    assert_match(house, listed, "review", FIRM_A, "H2");
    /* Rejected in full knowledge of it. */
    decide(house, REVIEW_REJECT, NULL);
    assert_match(house, listed, "none", "", "");
    assert_match(house, listed_maker(house, "{\"listed_fei\":\"3006400113\"}"), "none", "", "");
}

static void listing_by_another_firm_reopens_what_was_accepted(void **state)
{
    struct house *house = *state;
    uncertain_maker(house);
    decide(house, REVIEW_ACCEPT, NULL);
    house_import_firm(house, FIRM_B, MOXI_WITH_FEI);
    house_run(house);
    int64_t maker = listed_maker(house, "{\"listed_fei\":\"3009876543\"}");
    assert_string_equal(house_current_of(house, maker).band, "review");
}

static void question_goes_by_the_first_row_of_its_spelling(void **state)
{
    struct house *house = *state;
    uncertain_maker(house);
    house_add_maker(house, "QHMT", "CN", "Shanghai", "");
    house_run(house);
    struct review_result result;
    assert_int_equal(order(house, (struct review_order){.item = "M2"}, &result), 0);
    assert_int_equal(house_count(house, "SELECT count(*) FROM review_decision WHERE item = 'M1'"), 2);
}

static void orders_that_make_no_sense_are_refused_and_write_nothing(void **state)
{
    struct house *house = *state;
    uncertain_maker(house);
    house_add_maker(house, "Zephyr Holdings", "CN", "", "");
    house_run(house);
    int64_t head = journal_head(house->store);
    struct review_result result;
    char too_long[5000];
    memset(too_long, 'x', sizeof too_long - 1);
    too_long[sizeof too_long - 1] = '\0';
    const struct {
        struct review_order order;
        int code;
    } bad[] = {
        {{.item = "M99"}, -ENOENT},
        {{.item = "M0"}, -ENOENT},
        {{.item = "M-1"}, -ENOENT},
        {{.item = "M1x"}, -ENOENT},
        {{.item = ""}, -ENOENT},
        {{.item = "R06"}, -ENOENT},
        {{.item = "M2"}, -EINVAL},
        {{.item = "M1", .firm = "91110108MA00000000"}, -ENOENT},
        {{.item = "M1", .product = "P1"}, -EINVAL},
        {{.item = "M1", .note = "\xff"}, -EINVAL},
        {{.item = "M1", .note = too_long}, -EINVAL},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(order(house, bad[i].order, &result), bad[i].code);
    assert_int_equal(journal_head(house->store), head);
    assert_int_equal(house_count(house, "SELECT count(*) FROM review_decision"), 0);
}

static void note_fault(const char *item, const char *what, void *context)
{
    (void)item;
    snprintf(context, 128, "%s", what);
}

static void longest_note_is_kept_whole_in_the_journal(void **state)
{
    struct house *house = *state;
    char note[4001];
    uncertain_maker(house);
    memset(note, '\x01', sizeof note - 1); /* six bytes each as JSON */
    note[sizeof note - 1] = '\0';
    struct review_result result;
    assert_int_equal(order(house, (struct review_order){.item = "M1", .note = note}, &result), 0);
    assert_int_equal(
        house_count(house, "SELECT length(body ->> 'note') FROM journal WHERE kind = 'review'"), 4000);
    char told[128] = "";
    assert_int_equal(review_verify(house->store, note_fault, told), 0);
}

static void kill_before_the_commit_leaves_nothing_and_after_it_the_work(void **state)
{
    struct house *house = *state;
    int64_t maker = uncertain_maker(house);
    struct review_order accept = {.item = "M1", .actor = "li"};
    struct review_result result;
    store_savepoint(house->store);
    assert_int_equal(review_decide(house->store, &accept, &result, NULL), 0);
    store_roll_back(house->store);
    store_commit(house->store);
    assert_int_equal(house_count(house, "SELECT count(*) FROM review_decision"), 0);
    assert_int_equal(house_count(house, "SELECT count(*) FROM work WHERE kind = 'match'"), 0);
    assert_int_equal(review_decide(house->store, &accept, &result, NULL), 0);
    store_commit(house->store);
    house_reopen(house); /* nothing of it was done yet */
    assert_match(house, maker, "review", FIRM_A, "R12");
    house_run(house);
    assert_match(house, maker, "auto", FIRM_A, "H1");
}

static void candidate_that_becomes_a_firm_is_asked_about_again(void **state)
{
    struct house *house = *state;
    house_import_firm(house, "SRN:CN-MF-000012345", "{\"name_en\":\"QHMT\",\"srn\":\"CN-MF-000012345\"}");
    int64_t maker = house_add_maker(house, "Zephyr Holdings", "CN", "", "");
    house_run(house);
    decide(house, REVIEW_ACCEPT, "SRN:CN-MF-000012345");
    assert_match(house, maker, "auto", "SRN:CN-MF-000012345", "H1");
    house_write_firm(house, "SRN:CN-MF-000012345", NULL);
    query_run(query(house->store,
        "INSERT INTO local_identifier VALUES ('SRN:CN-MF-000012345', 'firms', '" FIRM_A "', '" FIRM_A "')"));
    house_import_firm(house, FIRM_A, QINGHE);
    house_run(house);
    assert_match(house, maker, "review", FIRM_A, "H2");
}

static void nobody_is_recognised_as_a_firm_that_is_gone(void **state)
{
    struct house *house = *state;
    house_import_firm(house, FIRM_B, MOXI);
    int64_t maker = house_add_maker(house, "Zephyr Holdings", "CN", "", "");
    house_run(house);
    decide(house, REVIEW_ACCEPT, FIRM_B);
    house_import_firm(house, FIRM_B, NULL);
    house_run(house);
    assert_match(house, maker, "none", "", NULL);
    house_import_firm(house, FIRM_B, MOXI);
    house_run(house);
    assert_match(house, maker, "auto", FIRM_B, "H1");
}

static void decisions_are_held_against_the_journal(void **state)
{
    struct house *house = *state;
    char told[128] = "";
    uncertain_maker(house);
    decide(house, REVIEW_ACCEPT, NULL);
    assert_int_equal(review_verify(house->store, note_fault, told), 0);
    store_write(house->store);
    query_run(query(house->store, "UPDATE review_decision SET note = 'another'"));
    assert_int_equal(review_verify(house->store, note_fault, told), 1);
    assert_string_equal(told, "the journal does not know a decision as it stands");
    query_run(query(house->store, "UPDATE review_decision SET note = 'seen', basis = '{}'"));
    assert_int_equal(review_verify(house->store, note_fault, told), 1);
    assert_string_equal(told, "the basis of a decision does not have its hash");
    query_run(query(house->store, "DELETE FROM review_decision"));
    assert_int_equal(review_verify(house->store, note_fault, told), 2);
}

int main(void)
{
#define ROOM(test) cmocka_unit_test_setup_teardown(test, house_begin, house_end)
    const struct CMUnitTest tests[] = {
        ROOM(accepted_firm_is_sure_and_decided_again),
        ROOM(accepting_twice_changes_nothing_but_a_note_is_worth_a_version),
        ROOM(decision_survives_import_of_what_it_does_not_rest_on),
        ROOM(new_alias_of_the_firm_reopens_the_question_with_the_old_decision),
        ROOM(names_that_share_nothing_with_the_spelling_reopen_too),
        ROOM(what_the_matcher_is_sure_of_needs_no_question),
        ROOM(rejected_firm_is_not_proposed_again_while_the_basis_stands),
        ROOM(next_firm_is_proposed_but_never_automatic),
        ROOM(rejected_firm_with_a_new_name_is_asked_again_and_never_automatic),
        ROOM(automatic_match_can_be_rejected_and_taken_back),
        ROOM(another_firm_than_proposed_may_be_accepted),
        ROOM(better_rival_reopens_the_question),
        ROOM(same_spelling_at_another_address_is_asked_with_the_old_decision),
        ROOM(accepted_firm_stays_when_somebody_lists_the_approval),
        ROOM(rejected_firm_is_asked_for_again_when_it_lists_the_approval_itself),
        ROOM(listing_by_another_firm_reopens_what_was_accepted),
        ROOM(question_goes_by_the_first_row_of_its_spelling),
        ROOM(orders_that_make_no_sense_are_refused_and_write_nothing),
        ROOM(longest_note_is_kept_whole_in_the_journal),
        ROOM(kill_before_the_commit_leaves_nothing_and_after_it_the_work),
        ROOM(candidate_that_becomes_a_firm_is_asked_about_again),
        ROOM(nobody_is_recognised_as_a_firm_that_is_gone),
        ROOM(decisions_are_held_against_the_journal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
