/* Deliveries at their hour and to their firm: quiet hours, modes, lost channels, firms without an address. */
#include "alert_deliver_world.h"

#include "m13/clock.h"
#include "m13/limits.h"
#include "m13/log.h"

#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

/* --- hours and modes ---------------------------------------------------------------------------------------
 */

static void in_quiet_hours_only_the_operator_hears(void **state)
{
    struct world *world = *state;
    world->config.alerts.times.quiet_from = 9 * CLOCK_HOUR;
    world->config.alerts.times.quiet_to = 13 * CLOCK_HOUR; /* it is ten */
    put(world, 1, 1);
    put_message(world, 2, "operator");
    put_delivery(world, 2, "web", "");
    put_message(world, 3, "firm");
    put_delivery(world, 3, "web", FIRM);
    give_contact(world, FIRM, "https://a.example");
    go_on(world);
    ASSERT_SENT("msg_002");
    assert_true(deliver_is_idle(world->deliver));
    put_message(world, 4, "operator");
    put_delivery(world, 4, "web", "");
    go_on(world);
    ASSERT_SENT("msg_002", "msg_004");
    pass(world, 3 * CLOCK_HOUR);
    assert_int_equal(count_in(world, "delivered"), 4);
}

static void in_mode_draft_nothing_leaves_and_a_reload_lets_it_go(void **state)
{
    struct world *world = *state;
    world->config.alerts.mode = ALERT_DRAFT;
    give_contact(world, FIRM, "https://a.example");
    put(world, 1, 1);
    put_message(world, 2, "firm");
    put_delivery(world, 2, "web", FIRM);
    go_on(world);
    pass(world, CLOCK_DAY);
    assert_int_equal(sent_count, 0);
    assert_true(deliver_is_idle(world->deliver));
    world->config.alerts.mode = ALERT_LIVE;
    deliver_reload(world->deliver, &world->config);
    go_on(world);
    assert_int_equal(count_in(world, "delivered"), 2);
}

static void in_mode_draft_what_the_operator_could_not_be_sent_is_tried_again_in_its_time(void **state)
{
    struct world *world = *state;
    world->config.alerts.mode = ALERT_DRAFT;
    answer.sending = SENDING_RETRY;
    put_message(world, 1, "operator");
    put_delivery(world, 1, "web", "");
    go_on(world);
    for (int hour = 0; hour < 24 && sent_count < LIMIT_DELIVERY_ATTEMPTS / 2 + 2; hour++)
        pass(world, CLOCK_HOUR);
    assert_int_equal(sent_count, LIMIT_DELIVERY_ATTEMPTS / 2 + 2);
}

static void channel_that_the_configuration_lost_keeps_its_deliveries(void **state)
{
    struct world *world = *state;
    put(world, 1, 1);
    world->channels[0].name[0] = 'x';
    go_on(world);
    assert_int_equal(sent_count, 0);
    assert_true(deliver_is_idle(world->deliver));
    world->channels[0].name[0] = 'w';
    deliver_reload(world->deliver, &world->config);
    go_on(world);
    ASSERT_SENT("msg_001");
}

static void message_that_is_not_released_stays(void **state)
{
    struct world *world = *state;
    put(world, 1, 2);
    query_run(query(world->store, "UPDATE outbox SET state = 'cancelled' WHERE id = 1"));
    go_on(world);
    ASSERT_SENT("msg_002");
    assert_true(deliver_is_idle(world->deliver));
}

/* --- firms -------------------------------------------------------------------------------------------------
 */

static void firm_without_address_is_unreachable_until_it_has_one(void **state)
{
    struct world *world = *state;
    put_message(world, 1, "firm");
    put_delivery(world, 1, "web", FIRM);
    go_on(world);
    assert_int_equal(sent_count, 0);
    assert_int_equal(count_in(world, "unreachable"), 1);
    assert_int_equal(store_value(world->store, -1, "SELECT attempts FROM delivery", ""), 0);
    give_contact(world, FIRM, "https://a.example/hook");
    deliver_contacts_changed(world->deliver, FIRM);
    go_on(world);
    ASSERT_SENT("msg_001");
    assert_string_equal(sent[0].address, "https://a.example/hook");
}

static void what_a_firm_has_by_another_channel_is_not_sent_again(void **state)
{
    struct world *world = *state;
    put_message(world, 1, "firm");
    put_delivery(world, 1, "web", FIRM);
    put_delivery(world, 1, "spare", FIRM);
    query_run(query(world->store, "UPDATE delivery SET state = iif(channel = 'web', 'delivered', "
                                  "'unreachable')"));
    give_contact(world, FIRM, "https://a.example");
    deliver_contacts_changed(world->deliver, NULL);
    go_on(world);
    assert_int_equal(sent_count, 0);
}

static void new_address_opens_what_was_disabled(void **state)
{
    struct world *world = *state;
    put_message(world, 1, "firm");
    put_delivery(world, 1, "web", FIRM);
    give_contact(world, FIRM, "https://old.example");
    answer = (struct sending_end){.sending = SENDING_GONE, .text = "HTTP 410"};
    go_on(world);
    answer = (struct sending_end){.sending = SENDING_DONE};
    give_contact(world, FIRM, "https://new.example");
    deliver_contacts_changed(world->deliver, OTHER);
    go_on(world);
    assert_int_equal(sent_count, 1);
    deliver_contacts_changed(world->deliver, FIRM);
    go_on(world);
    assert_int_equal(sent_count, 2);
    assert_string_equal(sent[1].address, "https://new.example");
}

/* A case of the firm, of which message 1 tells. */
static void put_case(struct world *world)
{
    query_run(
        query(world->store, "INSERT INTO approval (id, authority, number, feed, first_seen_at, first_poll) "
                            "VALUES (1, 'FDA', 'K1', 'fda', 0, 0)"));
    query_run(
        query(world->store, "INSERT INTO case_file (id, case_id, policy, authority, number, item, approval, "
                            "opened_at, opened_seq, stage_since) "
                            "VALUES (1, 'M13-2026-00001', 'M13', 'FDA', 'K1', '1', 1, 0, 1, 0)"));
    query_run(query_bind(
        query(world->store,
            "INSERT INTO case_version (case_file, version, seq_from, at, uscc, product_id, verdict, "
            "review_kind, amount_state, award, missing, next_action, facts_hash, "
            "parameters_hash, facts, trace) "
            "VALUES (1, 1, 1, 0, ?, '', 'pending', '', '', 0, '[]', '', '', '', '{}', '[]')"),
        "t", FIRM));
    query_run(query(world->store, "INSERT INTO told (outbox, case_file, kind, verdict) VALUES (1, 1, 'lead', "
                                  "'pending')"));
    query_run(query_bind(query(world->store, "UPDATE outbox SET uscc = ?"), "t", FIRM));
}

static void proof_of_delivery_makes_the_case_notified_and_a_reply_answers_it(void **state)
{
    struct world *world = *state;
    put_message(world, 1, "firm");
    put_delivery(world, 1, "web", FIRM);
    put_case(world);
    give_contact(world, FIRM, "https://a.example");
    answer = (struct sending_end){.sending = SENDING_RETRY, .text = "HTTP 500"};
    go_on(world);
    assert_int_equal(
        store_value(world->store, 0, "SELECT count(*) FROM case_file WHERE stage = 'lead'", ""), 1);
    answer = (struct sending_end){.sending = SENDING_DONE, .text = "HTTP 200", .acknowledged = true};
    pass(world, CLOCK_MINUTE);
    assert_int_equal(
        store_value(world->store, 0, "SELECT count(*) FROM case_file WHERE stage = 'notified'", ""), 1);
    assert_int_equal(store_value(world->store, 0, "SELECT count(*) FROM acknowledgement", ""), 1);
}

static void no_table_holds_an_address(void **state)
{
    struct world *world = *state;
    put_message(world, 1, "firm");
    put_delivery(world, 1, "web", FIRM);
    give_contact(world, FIRM, "https://a.example/very-own-hook");
    answer = (struct sending_end){.sending = SENDING_RETRY, .text = "HTTP 500"};
    go_on(world);
    char *path = scratch_path(world->folder, "m13d.db-wal");
    size_t length;
    char *bytes = scratch_read(path, &length);
    assert_null(memmem(bytes, length, "very-own-hook", strlen("very-own-hook")));
    free(bytes);
    free(path);
}

/* --- the desk hears of it ----------------------------------------------------------------------------------
 */

static void what_did_not_arrive_is_told_once_and_by_another_channel(void **state)
{
    struct world *world = *state;
    world->channels[0].to[AUDIENCE_DESK] = world->channels[1].to[AUDIENCE_DESK] = true;
    put(world, 1, 2);
    answer = (struct sending_end){.sending = SENDING_REFUSED, .text = "HTTP 400"};
    go_on(world);
    answer = (struct sending_end){.sending = SENDING_DONE, .text = "yes"};
    pass(world, CLOCK_HOUR);
    assert_int_equal(sent_count, 2); /* the digest's hour is over for today */
    for (int day = 0; day < 3; day++)
        pass(world, CLOCK_DAY);
    assert_int_equal(sent_count, 3);
    assert_string_equal(sent[2].channel, "spare");
    assert_int_equal(
        store_value(world->store, 0,
            "SELECT count(*) FROM outbox WHERE kind = 'delivery' "
            "AND body ->> '$.receivers[0].channel' = 'web' AND body ->> '$.receivers[0].count' = 2 "
            "AND body ->> '$.receivers[0].messages[1]' = 'msg_002'",
            ""),
        1);
    assert_int_equal(
        store_value(world->store, 0, "SELECT count(*) FROM outbox WHERE kind = 'delivery'", ""), 1);
}

static void receiver_that_is_gone_is_told_to_the_desk(void **state)
{
    struct world *world = *state;
    world->channels[1].to[AUDIENCE_DESK] = true;
    put_message(world, 1, "firm");
    put_delivery(world, 1, "web", FIRM);
    give_contact(world, FIRM, "https://a.example");
    answer = (struct sending_end){.sending = SENDING_GONE, .text = "HTTP 410"};
    answer_recipient = FIRM;
    go_on(world);
    for (int day = 0; day < 3; day++)
        pass(world, CLOCK_DAY);
    assert_int_equal(sent_count, 2);
    assert_int_equal(store_value(world->store, 0,
                         "SELECT count(*) FROM outbox WHERE kind = 'delivery' AND audience = 'desk' "
                         "AND body ->> '$.receivers[0].recipient' = ? AND body ->> '$.receivers[0].disabled'",
                         "t", FIRM),
        1);
}

int main(void)
{
    log_set_level((enum log_level)0); /* failures are what these tests are about */
    const struct CMUnitTest tests[] = {
        CLAIM(in_quiet_hours_only_the_operator_hears),
        CLAIM(in_mode_draft_what_the_operator_could_not_be_sent_is_tried_again_in_its_time),
        CLAIM(in_mode_draft_nothing_leaves_and_a_reload_lets_it_go),
        CLAIM(channel_that_the_configuration_lost_keeps_its_deliveries),
        CLAIM(message_that_is_not_released_stays),
        CLAIM(firm_without_address_is_unreachable_until_it_has_one),
        CLAIM(what_a_firm_has_by_another_channel_is_not_sent_again),
        CLAIM(new_address_opens_what_was_disabled),
        CLAIM(proof_of_delivery_makes_the_case_notified_and_a_reply_answers_it),
        CLAIM(no_table_holds_an_address),
        CLAIM(what_did_not_arrive_is_told_once_and_by_another_channel),
        CLAIM(receiver_that_is_gone_is_told_to_the_desk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
