/* What people do with a case: they answer what a rule asks, move it from stage to stage, and send rows that
 * decide. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "claim_world.h"

#include "m13/review.h"

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define CASE "M13-2026-00001"

/* --- what they say ----------------------------------------------------------------------------------------
 */

static struct failure failure;

static int answer(const char *item, enum review_decision decision, const char *note)
{
    struct review_result result;
    struct review_order order = {
        .item = item, .decision = decision, .note = note, .actor = "li", .english = true};
    int r = review_decide(world.store, &order, &result, &failure);
    world_decide(&world, FIRM_A);
    return r;
}

static struct case_moved moved;

static int move_with(const char *stage, const char *actor, const char *about, const char *outcome)
{
    struct case_order order = {.case_id = CASE,
        .stage = stage,
        .note = "as the paper says",
        .about = about,
        .outcome = outcome,
        .actor = actor,
        .english = true};
    int r = case_move(world.store, &order, &moved, &failure);
    world_work(&world);
    return r;
}

static int move(const char *stage, const char *actor)
{
    return move_with(stage, actor, NULL, NULL);
}

static const char *stage(void)
{
    return value_of(&world, "SELECT stage FROM case_file WHERE case_id = '" CASE "'");
}

/* A row of an officer or a firm, as the import leaves it. */
static void send(const char *kind, const char *item, const char *fields)
{
    char key[128];
    snprintf(key, sizeof key, CASE "|%s", item);
    world_local(&world, (struct local_row){.kind = kind, .key = key, .case_id = CASE, .fields = fields});
    work_add(world.store, "enact", CASE, true);
    world_work(&world);
}

static const char *facts_hash(void)
{
    return value_of(&world, "SELECT facts_hash FROM case_version WHERE case_file = 1 AND seq_to IS NULL");
}

static void send_decision(const char *item, const char *value, const char *hash, const char *second)
{
    char fields[512];
    snprintf(fields, sizeof fields,
        "{\"item\":\"%s\",\"value\":\"%s\",\"reason\":\"已核对\",\"officer\":\"李某\",\"second_officer\":\"%"
        "s\","
        "\"facts_hash\":\"%s\"}",
        item, value, second, hash);
    send("decisions", item, fields);
}

static const char *problem(void)
{
    return value_of(&world, "SELECT problem FROM case_enacted ORDER BY seq DESC LIMIT 1");
}

/* An eligible case but for an earlier clearance of the same product code, which a person has to look at. */
static int64_t with_a_candidate(void)
{
    int64_t maker = world_eligible(&world);
    world_approve(
        &world, (struct approval_row){.number = "K190001", .decided = "2019-02-01", .maker = maker});
    world_decide(&world, FIRM_A);
    /* The earlier one is read first: its number is the smaller one. */
    return maker;
}

static const char *case_of(const char *number)
{
    static char id[32];
    struct query *q =
        query_bind(query(world.store, "SELECT case_id FROM case_file WHERE number = ?"), "t", number);
    snprintf(id, sizeof id, "%s", query_next(q) ? query_text(q, 0) : "");
    query_end(q);
    return id;
}

static const char *question_of(const char *number, const char *rule)
{
    static char item[48];
    snprintf(item, sizeof item, "%s/%s", case_of(number), rule);
    return item;
}

/* --- two persons -----------------------------------------------------------------------------------------
 */

/* By m13ctl first, and then by a row that somebody delivers for him. */
static void who_asks_in_two_ways_is_one_person(void **state)
{
    (void)state;
    world_eligible(&world);
    world_decide(&world, FIRM_A);
    assert_int_equal(move("rejected", "李某"), 0);
    assert_true(moved.waits);
    send_decision("stage", "rejected", facts_hash(), "");
    assert_string_equal(stage(), "lead");
    send_decision("stage", "rejected", facts_hash(), " 李某"); /* a blank makes no other officer of him */
    assert_string_equal(stage(), "lead");
    send_decision("stage", "rejected", facts_hash(), "王某");
    assert_string_equal(stage(), "rejected");
}

/* --- questions of rules -----------------------------------------------------------------------------------
 */

static void an_accepted_question_makes_the_case_eligible_and_stays(void **state)
{
    (void)state;
    with_a_candidate();
    assert_string_equal(verdict_of(&world, "K260001"), "review/assessment");
    assert_int_equal(answer(question_of("K260001", "R06"), REVIEW_ACCEPT, "another pump"), 0);
    assert_string_equal(verdict_of(&world, "K260001"), "eligible");
    world_sell(&world, "S2", FIRM_A, "P1", "US", "2026-06-04", "1.00"); /* a later version of the case */
    world_decide(&world, FIRM_A);
    assert_string_equal(verdict_of(&world, "K260001"), "eligible");
    assert_int_equal(casework_verify(world.store, &world.config, NULL, NULL), 0);
}

static void a_rejected_question_excludes_it_and_can_be_answered_otherwise(void **state)
{
    (void)state;
    with_a_candidate();
    assert_int_equal(answer(question_of("K260001", "R06"), REVIEW_REJECT, "a renewal"), 0);
    assert_string_equal(verdict_of(&world, "K260001"), "excluded");
    assert_int_equal(answer(question_of("K260001", "R06"), REVIEW_ACCEPT, "not so, after all"), 0);
    assert_string_equal(verdict_of(&world, "K260001"), "eligible");
    assert_int_equal(count_of(&world, "SELECT count(*) FROM review_decision WHERE seq_to IS NULL"), 1);
}

/* The officer judged that suspension: the next one is another. */
static void an_answer_on_how_things_stand_is_used_up_when_they_stand_otherwise(void **state)
{
    (void)state;
    static const char *const statuses[] = {"suspended", "active", "suspended"};
    static const char *const verdicts[] = {"eligible", "eligible", "review/identity"};
    int64_t maker = world_eligible(&world);
    world_decide(&world, FIRM_A);
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        world_approve(
            &world, (struct approval_row){
                        .number = "K260001", .decided = "2026-03-10", .maker = maker, .status = statuses[i]});
        world_decide(&world, FIRM_A);
        if (i == 0)
            assert_int_equal(answer(question_of("K260001", "R10"), REVIEW_ACCEPT, "lifted on 2026-09-01"), 0);
        assert_string_equal(verdict_of(&world, "K260001"), verdicts[i]);
    }
    assert_int_equal(casework_verify(world.store, &world.config, NULL, NULL), 0);
}

static void an_answer_needs_its_reason_and_its_question(void **state)
{
    (void)state;
    with_a_candidate();
    assert_int_equal(answer(question_of("K260001", "R06"), REVIEW_ACCEPT, NULL), -EINVAL);
    assert_int_equal(answer(question_of("K260001", "R03"), REVIEW_ACCEPT, "why not"), -ENOENT);
    assert_int_equal(answer("M13-2026-00099/R06", REVIEW_ACCEPT, "why not"), -ENOENT);
    assert_int_equal(answer(CASE "/R6", REVIEW_ACCEPT, "why not"), -ENOENT);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM review_decision"), 0);
}

static void another_candidate_opens_the_question_again(void **state)
{
    (void)state;
    int64_t maker = with_a_candidate();
    answer(question_of("K260001", "R06"), REVIEW_ACCEPT, "another pump");
    world_approve(
        &world, (struct approval_row){.number = "K180001", .decided = "2018-02-01", .maker = maker});
    world_decide(&world, FIRM_A);
    assert_string_equal(verdict_of(&world, "K260001"), "review/assessment");
    assert_non_null(
        strstr(value_of(&world, "SELECT c.trace FROM case_version c JOIN case_file f ON f.id = c.case_file "
                                "WHERE f.number = 'K260001' AND c.seq_to IS NULL"),
            "须重新核定"));
    assert_int_equal(answer(question_of("K260001", "R06"), REVIEW_ACCEPT, "another pump, too"), 0);
    assert_string_equal(verdict_of(&world, "K260001"), "eligible");
}

/* --- stages -----------------------------------------------------------------------------------------------
 */

static void a_case_goes_its_way_and_its_history_says_who_and_why(void **state)
{
    (void)state;
    world_eligible(&world);
    world_decide(&world, FIRM_A);
    static const char *const way[] = {"notified", "confirmed", "applied", "returned", "applied"};
    for (size_t i = 0; i < sizeof way / sizeof *way; i++)
        assert_int_equal(move(way[i], "li"), 0);
    assert_string_equal(stage(), "applied");
    assert_string_equal(
        value_of(&world, "SELECT group_concat(old || '>' || new || ' ' || actor || ' ' || cause, '; ') "
                         "FROM (SELECT * FROM case_event WHERE kind = 'stage' ORDER BY id LIMIT 2)"),
        "lead>notified li as the paper says; notified>confirmed li as the paper says");
    assert_int_equal(
        count_of(&world, "SELECT count(*) FROM journal WHERE kind = 'stage' AND actor = 'li'"), 5);
    assert_int_equal(facts_of(FIRM_A)->items[0].applied_on, 20779); /* 2026-11-22 */
}

static void a_move_that_the_table_does_not_know_is_refused_with_those_that_it_knows(void **state)
{
    (void)state;
    world_eligible(&world);
    world_decide(&world, FIRM_A);
    assert_int_equal(move("paid", "li"), -EINVAL);
    assert_non_null(strstr(failure.text, "only to: checking, notified, rejected"));
    assert_int_equal(move("nowhere", "li"), -EINVAL);
    struct case_order mute = {.case_id = CASE, .stage = "checking", .note = " ", .actor = "li"};
    assert_int_equal(case_move(world.store, &mute, &moved, &failure), -EINVAL);
    mute.case_id = "M13-2026-00077";
    mute.note = "why";
    assert_int_equal(case_move(world.store, &mute, &moved, &failure), -ENOENT);
    assert_string_equal(stage(), "lead");
}

static void no_firm_is_told_while_it_is_open_whose_the_approval_is(void **state)
{
    (void)state;
    int64_t maker = world_eligible(&world);
    world_match(&world, maker, "review", FIRM_A, "R12");
    world_decide(&world, FIRM_A);
    assert_int_equal(move("notified", "li"), -EINVAL);
    assert_int_equal(move("checking", "li"), 0);
    assert_int_equal(move("notified", "li"), -EINVAL);
}

static void a_review_takes_two_persons_and_no_mere_claims(void **state)
{
    (void)state;
    world_eligible(&world);
    world_decide(&world, FIRM_A);
    move("notified", "li");
    move("applied", "li");
    assert_int_equal(move("reviewed", "li"), 0);
    assert_true(moved.waits);
    assert_int_equal(move("reviewed", "li"), 0); /* the same person is no second one */
    assert_true(moved.waits);
    assert_string_equal(stage(), "applied");
    assert_int_equal(move("reviewed", "wang"), 0);
    assert_false(moved.waits);
    assert_string_equal(stage(), "reviewed");
    assert_int_equal(count_of(&world, "SELECT count(*) FROM case_proposal"), 0);
}

static void what_rests_on_a_claim_is_not_reviewed(void **state)
{
    (void)state;
    world_eligible(&world);
    world_local(&world, (struct local_row){.kind = "scopes",
                            .key = "FDA|K260001|P1",
                            .product_id = "P1",
                            .authority = "FDA",
                            .number = "K260001",
                            .assurance = "claimed",
                            .fields = "{\"in_scope_from\":\"2026-03-10\"}"});
    world_decide(&world, FIRM_A);
    assert_string_equal(verdict_of(&world, "K260001"), "eligible");
    move("notified", "li");
    move("applied", "li");
    assert_int_equal(move("reviewed", "li"), -EINVAL);
}

static void other_facts_void_the_first_signature(void **state)
{
    (void)state;
    world_eligible(&world);
    world_decide(&world, FIRM_A);
    move("rejected", "li");
    assert_true(moved.waits);
    world_sell(&world, "S2", FIRM_A, "P1", "US", "2026-06-04", "1.00");
    world_decide(&world, FIRM_A);
    move("rejected", "wang"); /* what li has signed was another case */
    assert_true(moved.waits);
    move("rejected", "li");
    assert_false(moved.waits);
    assert_string_equal(stage(), "rejected");
}

static void nothing_is_paid_without_a_closed_batch(void **state)
{
    (void)state;
    world_eligible(&world);
    world_decide(&world, FIRM_A);
    query_run(query(world.store, "UPDATE case_file SET stage = 'published'"));
    assert_int_equal(move("paid", "li"), -EINVAL);
    assert_int_equal(move("withdrawn", "li"), 0);
}

static void a_dispute_names_its_object_and_its_end_a_result(void **state)
{
    (void)state;
    world_eligible(&world);
    world_decide(&world, FIRM_A);
    move("notified", "li");
    assert_int_equal(move("disputed", "li"), -EINVAL);
    assert_int_equal(move_with("disputed", "li", "colour", NULL), -EINVAL);
    assert_int_equal(move_with("disputed", "li", "amount", NULL), 0);
    assert_int_equal(move("confirmed", "li"), -EINVAL);
    assert_int_equal(move_with("confirmed", "li", NULL, "partly"), 0);
    assert_string_equal(value_of(&world, "SELECT about || ' ' || outcome || ' ' || reason FROM case_dispute"),
        "amount partly as the paper says");
    assert_int_equal(count_of(&world, "SELECT count(*) FROM review_decision"), 0);
}

static void not_our_product_upheld_is_a_remembered_negative(void **state)
{
    (void)state;
    world_eligible(&world);
    world_decide(&world, FIRM_A);
    move("notified", "li");
    move_with("disputed", "li", "product", NULL);
    assert_int_equal(move_with("checking", "li", NULL, "upheld"), 0);
    assert_string_equal(
        value_of(&world, "SELECT decision || ' ' || uscc FROM review_decision WHERE maker > 0"),
        "reject " FIRM_A);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM work WHERE kind = 'match'"), 1);
}

/* Rows of one number name several makers: it is the firm's own that is not its own. */
static void the_maker_that_is_remembered_is_the_one_by_which_the_case_is_the_firm_s(void **state)
{
    (void)state;
    world_eligible(&world);
    world_approve(&world, (struct approval_row){.number = "K260001",
                              .decided = "2026-03-10",
                              .maker = world_maker(&world, "Somebody else Inc.")});
    store_write(world.store);
    query_run(
        query(world.store, "INSERT INTO approval_feed (name, authority, purpose, rank, wins, completeness, "
                           "asked, defined) VALUES ('f', 'FDA', 'approvals', 0, '', 'window', '', 1)"));
    query_run(query(
        world.store, "INSERT INTO further_maker (approval, feed, maker, seq_from) VALUES (1, 1, 1, 1)"));
    world_decide(&world, FIRM_A);
    move("notified", "li");
    move_with("disputed", "li", "product", NULL);
    assert_int_equal(move_with("checking", "li", NULL, "upheld"), 0);
    assert_string_equal(
        value_of(&world, "SELECT decision || ' ' || maker FROM review_decision WHERE maker > 0"), "reject 1");
}

static void a_case_is_given_to_an_officer(void **state)
{
    (void)state;
    world_eligible(&world);
    world_decide(&world, FIRM_A);
    struct case_order order = {.case_id = CASE, .note = "knows the firm", .actor = "li"};
    assert_int_equal(case_assign(world.store, &order, "王某", &failure), 0);
    assert_string_equal(value_of(&world, "SELECT officer FROM case_file"), "王某");
    assert_string_equal(
        value_of(&world, "SELECT new || ' ' || actor FROM case_event WHERE kind = 'assign'"), "王某 li");
}

/* --- rows -------------------------------------------------------------------------------------------------
 */

static void a_row_answers_what_rules_ask(void **state)
{
    (void)state;
    int64_t maker = world_eligible(&world);
    world_decide(&world, FIRM_A);
    world_approve(
        &world, (struct approval_row){.number = "K190001", .decided = "2019-02-01", .maker = maker});
    world_decide(&world, FIRM_A);
    send_decision("rule", "R06 符合", facts_hash(), "");
    world_decide(&world, FIRM_A);
    assert_string_equal(problem(), "");
    assert_string_equal(verdict_of(&world, "K260001"), "eligible");
    assert_string_equal(
        value_of(&world, "SELECT actor || ' ' || note FROM review_decision"), "李某 (inbox) 已核对");
}

static void a_row_that_decides_the_verdict_answers_all_that_is_open(void **state)
{
    (void)state;
    int64_t maker = world_eligible(&world);
    world_decide(&world, FIRM_A);
    world_approve(
        &world, (struct approval_row){.number = "K190001", .decided = "2019-02-01", .maker = maker});
    world_vanish(&world, "K260001");
    world_decide(&world, FIRM_A);
    send_decision("verdict", "不符合", facts_hash(), "");
    world_decide(&world, FIRM_A);
    assert_string_equal(verdict_of(&world, "K260001"), "excluded");
    assert_int_equal(count_of(&world, "SELECT count(*) FROM review_decision"), 2);
}

static void a_row_whose_facts_have_changed_is_refused_by_name(void **state)
{
    (void)state;
    int64_t maker = world_eligible(&world);
    world_decide(&world, FIRM_A);
    char hash[DIGEST_HEX_BYTES];
    snprintf(hash, sizeof hash, "%s", facts_hash());
    world_approve(
        &world, (struct approval_row){.number = "K190001", .decided = "2019-02-01", .maker = maker});
    world_decide(&world, FIRM_A);
    send_decision("rule", "R06 符合", hash, "");
    assert_non_null(strstr(problem(), CASE " 的事实在核定之后已有变化"));
    assert_string_equal(verdict_of(&world, "K260001"), "review/assessment");
    assert_int_equal(count_of(&world, "SELECT count(*) FROM review_decision"), 0);
    send_decision("rule", "R06 符合", facts_hash(), ""); /* sent again on the facts as they are */
    world_decide(&world, FIRM_A);
    assert_string_equal(verdict_of(&world, "K260001"), "eligible");
}

static void a_row_has_its_effect_once(void **state)
{
    (void)state;
    world_eligible(&world);
    world_decide(&world, FIRM_A);
    send_decision("stage", "待核实", facts_hash(), "");
    assert_string_equal(stage(), "checking");
    move("notified", "li");
    work_add(world.store, "enact", CASE, true);
    world_work(&world);
    assert_string_equal(stage(), "notified");
}

static void a_row_rejects_with_a_second_officer_only(void **state)
{
    (void)state;
    world_eligible(&world);
    world_decide(&world, FIRM_A);
    send_decision("stage", "rejected", facts_hash(), "");
    assert_non_null(strstr(problem(), "复核人"));
    assert_string_equal(stage(), "lead");
    send_decision("stage", "rejected", facts_hash(), "李某"); /* the officer himself */
    assert_string_equal(stage(), "lead");
    send_decision("stage", "rejected", facts_hash(), "王某");
    assert_string_equal(stage(), "rejected");
}

static void a_row_that_makes_no_sense_is_refused(void **state)
{
    (void)state;
    world_eligible(&world);
    world_decide(&world, FIRM_A);
    static const char *const values[][2] = {{"rule", "maybe"}, {"rule", "R06"}, {"rule", "R99 符合"},
        {"verdict", "符合"}, {"match", "perhaps"}, {"product", "P77"}, {"stage", "paid"}};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        send_decision(values[i][0], values[i][1], facts_hash(), "");
        assert_string_not_equal(problem(), "");
    }
    assert_int_equal(count_of(&world, "SELECT count(*) FROM review_decision"), 0);
    assert_string_equal(stage(), "lead");
}

static void what_a_firm_answers_moves_its_case_as_far_as_the_table_lets_it(void **state)
{
    (void)state;
    world_eligible(&world);
    world_decide(&world, FIRM_A);
    send("answers", "confirm", "{\"answer\":\"confirm\",\"by\":\"赵某\"}");
    assert_string_equal(stage(), "lead"); /* it had not been told: noted, no more */
    assert_string_equal(value_of(&world, "SELECT new || ' ' || actor FROM case_event WHERE kind = 'answer'"),
        "confirm 赵某 (inbox)");
    move("notified", "li");
    send("answers", "dispute", "{\"answer\":\"dispute\",\"about\":\"product\",\"by\":\"赵某\"}");
    assert_string_equal(stage(), "disputed");
    assert_string_equal(value_of(&world, "SELECT about FROM case_dispute"), "product");
    send("answers", "decline", "{\"answer\":\"decline\"}");
    assert_string_equal(stage(), "disputed"); /* a dispute is ended by the desk */
}

static void a_row_that_comes_before_its_case_waits_for_it(void **state)
{
    (void)state;
    send("answers", "confirm", "{\"answer\":\"confirm\"}");
    assert_int_equal(count_of(&world, "SELECT count(*) FROM case_enacted"), 0);
    world_eligible(&world);
    world_decide(&world, FIRM_A);
    assert_int_equal(count_of(&world, "SELECT count(*) FROM case_enacted"), 1);
}

#define CLAIM(function) cmocka_unit_test_setup_teardown(function, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLAIM(an_accepted_question_makes_the_case_eligible_and_stays),
        CLAIM(a_rejected_question_excludes_it_and_can_be_answered_otherwise),
        CLAIM(an_answer_needs_its_reason_and_its_question),
        CLAIM(an_answer_on_how_things_stand_is_used_up_when_they_stand_otherwise),
        CLAIM(another_candidate_opens_the_question_again),
        CLAIM(a_case_goes_its_way_and_its_history_says_who_and_why),
        CLAIM(a_move_that_the_table_does_not_know_is_refused_with_those_that_it_knows),
        CLAIM(no_firm_is_told_while_it_is_open_whose_the_approval_is),
        CLAIM(a_review_takes_two_persons_and_no_mere_claims),
        CLAIM(what_rests_on_a_claim_is_not_reviewed),
        CLAIM(other_facts_void_the_first_signature),
        CLAIM(nothing_is_paid_without_a_closed_batch),
        CLAIM(a_dispute_names_its_object_and_its_end_a_result),
        CLAIM(not_our_product_upheld_is_a_remembered_negative),
        CLAIM(who_asks_in_two_ways_is_one_person),
        CLAIM(the_maker_that_is_remembered_is_the_one_by_which_the_case_is_the_firm_s),
        CLAIM(a_case_is_given_to_an_officer),
        CLAIM(a_row_answers_what_rules_ask),
        CLAIM(a_row_that_decides_the_verdict_answers_all_that_is_open),
        CLAIM(a_row_whose_facts_have_changed_is_refused_by_name),
        CLAIM(a_row_has_its_effect_once),
        CLAIM(a_row_rejects_with_a_second_officer_only),
        CLAIM(a_row_that_makes_no_sense_is_refused),
        CLAIM(what_a_firm_answers_moves_its_case_as_far_as_the_table_lets_it),
        CLAIM(a_row_that_comes_before_its_case_waits_for_it),
    };
    world_clock();
    return cmocka_run_group_tests_name("people and cases", tests, NULL, NULL);
}
