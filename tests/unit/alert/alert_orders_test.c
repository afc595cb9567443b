/* What a person does with messages: lets them go, cancels them, has them sent again. */
#include "alert_world.h"

#include "m13/alert.h"
#include "m13/clock.h"
#include "m13/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

static struct case_told of_first_load(const char *number)
{
    return (struct case_told){anzhen, number, "opened", NULL, VERDICT_PENDING, REVIEW_NOT, true};
}

static int64_t does(
    struct alert_world *world, enum alert_verb verb, const char *which, struct failure *ret_failure)
{
    *ret_failure = (struct failure){0};
    return alert_do(world->store, &world->config,
        &(struct alert_order){verb, which, .all = which == NULL, .actor = "wang", .english = true},
        ret_failure);
}

static void assert_refused(
    struct alert_world *world, enum alert_verb verb, const char *which, int64_t code, const char *why)
{
    struct failure failure;
    int64_t entries = store_value(world->store, 0, "SELECT count(*) FROM journal", "");
    assert_int_equal(does(world, verb, which, &failure), code);
    assert_non_null(strstr(failure.text, why));
    assert_int_equal(store_value(world->store, 0, "SELECT count(*) FROM journal", ""), entries);
}

static void assert_done(struct alert_world *world, enum alert_verb verb, const char *which, int64_t count)
{
    struct failure failure;
    assert_int_equal(does(world, verb, which, &failure), count);
    assert_string_equal(failure.text, "");
}

/* --- release
 * ---------------------------------------------------------------------------------------------------- */

static void released_message_is_routed_and_his_who_released_it(void **state)
{
    struct alert_world *world = *state;
    tells(world, of_first_load("K1"));
    assert_done(world, ALERT_DO_RELEASE, "M13-2026-K1", 1);
    assert_told(world, "A released K1");
    assert_row(world, "SELECT decided_by || ' ' || (released_at IS NOT NULL) FROM outbox", "wang 1");
    assert_row(world, "SELECT state FROM delivery", "waiting");
    assert_row(
        world, "SELECT actor || ' ' || kind || ' ' || (body ->> 'order') FROM journal", "wang alert release");
    assert_refused(world, ALERT_DO_RELEASE, "M13-2026-K1", -EINVAL, "has been released or cancelled");
}

static void message_is_named_by_its_beginning_its_case_or_its_firm(void **state)
{
    struct alert_world *world = *state;
    char id[64];
    tells(world, of_first_load("K1"));
    tells(world, (struct case_told){boyan, "K2", "opened", NULL, VERDICT_PENDING, REVIEW_NOT, true});
    json_t *body = newest(world);
    snprintf(id, sizeof id, "%.12s", said(body, "id"));
    json_decref(body);
    assert_refused(world, ALERT_DO_RELEASE, "M13-2026-K3", -ENOENT, "M13-2026-K3");
    assert_refused(world, ALERT_DO_RELEASE, "msg_", -ENOENT, "msg_"); /* is no beginning: it says nothing */
    assert_refused(world, ALERT_DO_RELEASE, "", -EINVAL, "say which");
    assert_done(world, ALERT_DO_RELEASE, id, 1);
    assert_told(world, "A held K1, B released K2");
    assert_done(world, ALERT_DO_RELEASE, anzhen, 1);
    assert_told(world, "A released K1, B released K2");
}

static void two_messages_that_begin_alike_are_told_apart(void **state)
{
    struct alert_world *world = *state;
    tells(world, of_first_load("K1"));
    tells(world, (struct case_told){boyan, "K2", "opened", NULL, VERDICT_PENDING, REVIEW_NOT, true});
    query_run(query(world->store, "UPDATE outbox SET message_id = 'msg_ab' || id"));
    assert_refused(world, ALERT_DO_RELEASE, "msg_ab", -EINVAL, "several messages begin");
}

static void everything_that_waits_goes_together(void **state)
{
    struct alert_world *world = *state;
    assert_refused(world, ALERT_DO_RELEASE, NULL, -ENOENT, "nothing waits");
    tells(world, of_first_load("K1"));
    tells(world, (struct case_told){boyan, "K2", "opened", NULL, VERDICT_PENDING, REVIEW_NOT, true});
    assert_done(world, ALERT_DO_RELEASE, NULL, 2);
    assert_told(world, "A released K1, B released K2");
}

static void draft_goes_when_the_mode_is_another_and_not_before(void **state)
{
    struct alert_world *world = *state;
    world->config.alerts.mode = ALERT_DRAFT;
    tells(world, of_first_load("K1"));
    assert_refused(world, ALERT_DO_RELEASE, anzhen, -EINVAL, "mode draft");
    world->config.alerts.mode = ALERT_RELEASE;
    assert_done(world, ALERT_DO_RELEASE, anzhen, 1);
    assert_told(world, "A released K1");
}

/* Nobody has told of the officer's or the firm's move: the message lies there as it was written. */
static void what_is_no_longer_so_is_not_released(void **state)
{
    struct alert_world *world = *state;
    tells(world, of_first_load("K1"));
    stage(world, "K1", "declined");
    assert_refused(world, ALERT_DO_RELEASE, anzhen, -EINVAL, "case M13-2026-K1 is over for the firm");
    assert_told(world, "A held K1");
    stage(world, "K1", "lead");
    query_run(query_bind(query(world->store, "UPDATE case_version SET uscc = ?"), "t", boyan));
    assert_refused(world, ALERT_DO_RELEASE, anzhen, -EINVAL, "is no longer this firm's");
    query_run(query_bind(
        query(world->store, "UPDATE case_version SET uscc = ?, verdict = 'excluded'"), "t", anzhen));
    assert_refused(world, ALERT_DO_RELEASE, anzhen, -EINVAL, "has another verdict by now");
}

static void cases_that_still_are_so_go_without_the_one_that_is_not(void **state)
{
    struct alert_world *world = *state;
    struct failure failure;
    decided(world, of_first_load("K1"));
    tells(world, of_first_load("K2"));
    stage(world, "K1", "declined");
    assert_int_equal(does(world, ALERT_DO_RELEASE, anzhen, &failure), 1);
    assert_non_null(strstr(failure.text, "M13-2026-K1"));
    assert_told(world, "A released K2");
    assert_row(world, "SELECT decided_by FROM outbox WHERE state = 'released'", "wang");
    assert_row(world, "SELECT count(*) FROM delivery", "1");
    json_t *body = newest(world);
    assert_int_equal(json_array_size(json_object_get(body, "cases")), 1);
    json_decref(body);
}

/* --- cancel
 * ----------------------------------------------------------------------------------------------------- */

static void what_has_not_arrived_can_be_cancelled(void **state)
{
    struct alert_world *world = *state;
    tells(world, of_first_load("K1"));
    assert_refused(world, ALERT_DO_CANCEL, NULL, -EINVAL, "say which");
    assert_done(world, ALERT_DO_CANCEL, anzhen, 1);
    assert_told(world, "");
    tells(world, of_first_load("K2"));
    assert_done(world, ALERT_DO_RELEASE, "M13-2026-K2", 1);
    everything_arrives(world);
    assert_refused(world, ALERT_DO_CANCEL, "M13-2026-K2", -EINVAL, "has been delivered");
    assert_told(world, "A released K2");
}

/* --- again
 * ------------------------------------------------------------------------------------------------------ */

static void what_failed_is_tried_again_by_message_firm_or_channel(void **state)
{
    struct alert_world *world = *state;
    const char *const names[] = {"M13-2026-K1", anzhen, "bureau", NULL};
    tells(world, of_first_load("K1"));
    assert_done(world, ALERT_DO_RELEASE, anzhen, 1);
    assert_refused(world, ALERT_DO_RETRY, anzhen, -ENOENT, "nothing there has failed");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        query_run(query(world->store, "UPDATE delivery SET state = 'failed', attempts = 12, next_at = NULL"));
        query_run(query(world->store, "INSERT OR REPLACE INTO endpoint (channel, recipient, failures, "
                                      "disabled_at) VALUES ('bureau', '', 9, 1)"));
        assert_done(world, ALERT_DO_RETRY, names[i], 1);
        assert_row(world, "SELECT state || attempts || (next_at > 0) FROM delivery", "waiting01");
        assert_row(world, "SELECT count(*) FROM endpoint", "0");
    }
    everything_arrives(world);
    assert_refused(world, ALERT_DO_RETRY, NULL, -ENOENT, "nothing there has failed");
}

/* --- shown
 * ------------------------------------------------------------------------------------------------------ */

static void message_is_shown_as_it_is_read(void **state)
{
    struct alert_world *world = *state;
    tells(world, of_first_load("K1"));
    assert_done(world, ALERT_DO_RELEASE, anzhen, 1);
    json_t *shown = alert_show(world->store, &world->config, "msg_", ALERT_ZH);
    assert_non_null(shown);
    assert_string_equal(said(shown, "state"), "released");
    assert_string_equal(said(shown, "decided_by"), "wang");
    assert_non_null(strstr(said(shown, "text"), "K1"));
    assert_non_null(strstr(said(shown, "text"), "已于2026年5月27日获批"));
    assert_non_null(strstr(said(shown, "html"), "K1"));
    assert_int_equal(json_array_size(json_object_get(shown, "deliveries")), 1);
    json_decref(shown);
    assert_null(alert_show(world->store, &world->config, "", ALERT_ZH));
    assert_null(alert_show(world->store, &world->config, "msg_none", ALERT_ZH));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_WORLD(released_message_is_routed_and_his_who_released_it),
        IN_WORLD(message_is_named_by_its_beginning_its_case_or_its_firm),
        IN_WORLD(two_messages_that_begin_alike_are_told_apart),
        IN_WORLD(everything_that_waits_goes_together),
        IN_WORLD(draft_goes_when_the_mode_is_another_and_not_before),
        IN_WORLD(what_is_no_longer_so_is_not_released),
        IN_WORLD(cases_that_still_are_so_go_without_the_one_that_is_not),
        IN_WORLD(what_has_not_arrived_can_be_cancelled),
        IN_WORLD(what_failed_is_tried_again_by_message_firm_or_channel),
        IN_WORLD(message_is_shown_as_it_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
