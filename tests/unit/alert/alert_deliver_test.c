/* The engine of deliveries against a channel of the test's own: order, patience, rate. */
#include "alert_deliver_world.h"

#include "m13/clock.h"
#include "m13/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* --- order -------------------------------------------------------------------------------------------------
 */

static void messages_of_an_endpoint_go_in_order_and_one_at_a_time(void **state)
{
    struct world *world = *state;
    hangs = true;
    put(world, 1, 3);
    go_on(world);
    ASSERT_SENT("msg_001");
    assert_false(deliver_is_idle(world->deliver));
    hangs = false;
    hanging[0].ended(&answer, hanging[0].context);
    loop_run(world->loop, true);
    ASSERT_SENT("msg_001", "msg_002", "msg_003");
    assert_int_equal(count_in(world, "delivered"), 3);
    assert_true(deliver_is_idle(world->deliver));
}

static void proof_is_kept_and_says_what_was_taken(void **state)
{
    struct world *world = *state;
    answer = (struct sending_end){.sending = SENDING_DONE, .text = "HTTP 200", .sent_sha256 = "abc"};
    put(world, 1, 1);
    go_on(world);
    assert_int_equal(store_value(world->store, 0,
                         "SELECT count(*) FROM delivery WHERE proof = 'HTTP 200' AND sent_sha256 = 'abc' "
                         "AND attempts = 1 AND delivered_at = ? AND next_at IS NULL",
                         "i", clock_wall()),
        1);
}

static void message_that_failed_keeps_its_place_before_the_next(void **state)
{
    struct world *world = *state;
    put(world, 1, 2);
    answer = (struct sending_end){.sending = SENDING_RETRY, .text = "HTTP 500"};
    go_on(world);
    pass(world, 7 * CLOCK_SECOND);
    ASSERT_SENT("msg_001", "msg_001");
    answer.sending = SENDING_DONE;
    pass(world, 90 * CLOCK_SECOND);
    ASSERT_SENT("msg_001", "msg_001", "msg_001", "msg_002");
    assert_int_equal(store_value(world->store, 0, "SELECT count(*) FROM endpoint", ""), 0);
}

static void message_that_alone_is_never_taken_lets_the_others_past(void **state)
{
    struct world *world = *state;
    put(world, 1, 2);
    answer = (struct sending_end){.sending = SENDING_RETRY, .text = "HTTP 500"};
    answer_message = "msg_001";
    go_on(world);
    for (int i = 1; i < LIMIT_DELIVERY_IN_LINE; i++) {
        assert_int_equal(count_in(world, "delivered"), 0);
        pass(world, 40 * CLOCK_MINUTE);
    }
    pass(world, 40 * CLOCK_MINUTE);
    assert_int_equal(count_in(world, "delivered"), 1);
    assert_int_equal(sent_count, LIMIT_DELIVERY_IN_LINE + 1);
    answer.sending = SENDING_DONE;
    pass(world, 3 * CLOCK_HOUR);
    assert_int_equal(count_in(world, "delivered"), 2);
}

static void new_message_does_not_wait_for_one_that_stands_aside(void **state)
{
    struct world *world = *state;
    put(world, 1, 1);
    store_write(world->store);
    query_run(query_bind(query(world->store, "UPDATE delivery SET attempts = 7, next_at = ?"), "i",
        clock_wall() + 8 * CLOCK_HOUR));
    go_on(world);
    assert_int_equal(sent_count, 0);
    put(world, 2, 2);
    go_on(world);
    ASSERT_SENT("msg_002");
    pass(world, 8 * CLOCK_HOUR);
    ASSERT_SENT("msg_002", "msg_001");
}

/* --- patience ----------------------------------------------------------------------------------------------
 */

static void who_fails_holds_up_nobody_else(void **state)
{
    struct world *world = *state;
    give_contact(world, FIRM, "https://a.example");
    give_contact(world, OTHER, "https://b.example");
    put_message(world, 1, "firm");
    put_delivery(world, 1, "web", FIRM);
    put_delivery(world, 1, "web", OTHER);
    put_delivery(world, 1, "spare", FIRM);
    answer = (struct sending_end){.sending = SENDING_RETRY, .text = "HTTP 500"};
    answer_recipient = OTHER;
    go_on(world);
    assert_int_equal(sent_count, 3);
    assert_int_equal(count_in(world, "delivered"), 2);
}

static void they_that_hang_leave_room_for_the_others(void **state)
{
    struct world *world = *state;
    char recipient[32];
    put_message(world, 1, "firm");
    for (int i = 0; i < 2 * LIMIT_DELIVERIES_UNDER_WAY; i++) {
        snprintf(recipient, sizeof recipient, "HANGS%03d", i);
        give_contact(world, recipient, "https://hangs.example");
        put_delivery(world, 1, "web", recipient);
        query_run(query_bind(
            query(world->store, "INSERT INTO endpoint (channel, recipient, failures) VALUES ('web', ?, 1)"),
            "t", recipient));
    }
    hangs = true;
    go_on(world);
    assert_int_equal(sent_count, LIMIT_DELIVERIES_TROUBLED);
    hangs = false;
    put(world, 2, 2);
    go_on(world);
    assert_int_equal(count_in(world, "delivered"), 1);
}

static void its_own_word_on_when_to_come_back_is_kept_and_survives_a_restart(void **state)
{
    struct world *world = *state;
    put(world, 1, 1);
    answer = (struct sending_end){
        .sending = SENDING_RETRY, .text = "HTTP 429", .not_before = clock_wall() + 2 * CLOCK_HOUR};
    go_on(world);
    deliver_free(world->deliver);
    world->deliver = deliver_new(world->loop, world->store, &world->config);
    go_on(world);
    pass(world, 2 * CLOCK_HOUR - 1);
    assert_int_equal(sent_count, 1);
    answer = (struct sending_end){.sending = SENDING_DONE};
    pass(world, 1);
    ASSERT_SENT("msg_001", "msg_001");
}

static void longest_patience_that_a_receiver_may_ask_for_is_a_day(void **state)
{
    struct world *world = *state;
    put(world, 1, 1);
    answer = (struct sending_end){
        .sending = SENDING_RETRY, .text = "HTTP 503", .not_before = clock_wall() + 900 * CLOCK_DAY};
    go_on(world);
    pass(world, LIMIT_RETRY_AFTER_MS);
    assert_int_equal(sent_count, 2);
}

static void wait_that_was_written_before_the_clock_went_back_begins_anew(void **state)
{
    struct world *world = *state;
    int64_t then = clock_wall() + 400 * CLOCK_DAY;
    put(world, 1, 1);
    query_run(query_bind(query(world->store, "INSERT INTO endpoint (channel, recipient, failures, "
                                             "not_before, at) VALUES ('web', '', 2, ?, ?)"),
        "ii", then + CLOCK_MINUTE, then));
    query_run(query_bind(
        query(world->store, "UPDATE delivery SET attempts = 2, next_at = ?"), "i", then + CLOCK_MINUTE));
    go_on(world);
    assert_int_equal(sent_count, 0);
    pass(world, CLOCK_MINUTE);
    ASSERT_SENT("msg_001");
}

static void message_that_stood_aside_before_the_clock_went_back_goes(void **state)
{
    struct world *world = *state;
    put(world, 1, 1);
    query_run(query_bind(query(world->store, "UPDATE delivery SET attempts = 9, next_at = ?"), "i",
        clock_wall() + 400 * CLOCK_DAY));
    go_on(world);
    ASSERT_SENT("msg_001");
}

static void message_is_given_up_after_its_last_attempt(void **state)
{
    struct world *world = *state;
    put(world, 1, 1);
    answer = (struct sending_end){.sending = SENDING_RETRY, .text = "HTTP 500"};
    go_on(world);
    for (int i = 0; i < 4 * LIMIT_DELIVERY_ATTEMPTS; i++)
        pass(world, 25 * CLOCK_HOUR);
    assert_int_equal(sent_count, LIMIT_DELIVERY_ATTEMPTS);
    assert_int_equal(count_in(world, "failed"), 1);
}

static void refused_message_is_a_dead_letter_and_the_next_goes_at_once(void **state)
{
    struct world *world = *state;
    put(world, 1, 2);
    answer = (struct sending_end){.sending = SENDING_REFUSED, .text = "HTTP 400"};
    answer_message = "msg_001";
    go_on(world);
    ASSERT_SENT("msg_001", "msg_002");
    assert_int_equal(count_in(world, "failed"), 1);
    assert_int_equal(count_in(world, "delivered"), 1);
}

static void who_is_gone_gets_nothing_until_somebody_says_so(void **state)
{
    struct world *world = *state;
    put(world, 1, 2);
    answer = (struct sending_end){.sending = SENDING_GONE, .text = "HTTP 410"};
    go_on(world);
    go_on(world);
    pass(world, 30 * CLOCK_DAY);
    ASSERT_SENT("msg_001");
    assert_int_equal(count_in(world, "waiting"), 2);
    assert_true(deliver_is_idle(world->deliver));
    answer = (struct sending_end){.sending = SENDING_DONE};
    store_write(world->store);
    query_run(query(world->store, "DELETE FROM endpoint"));
    go_on(world);
    ASSERT_SENT("msg_001", "msg_001", "msg_002");
}

/* --- rate --------------------------------------------------------------------------------------------------
 */

static void no_minute_sees_more_than_the_rate(void **state)
{
    struct world *world = *state;
    world->channels[0].per_minute = 20;
    put(world, 1, 100);
    go_on(world);
    assert_false(deliver_is_idle(world->deliver));
    while (count_in(world, "waiting") > 0)
        pass(world, CLOCK_SECOND);
    for (size_t i = 20; i < sent_count; i++)
        assert_true(sent[i].at - sent[i - 20].at >= CLOCK_MINUTE);
    assert_true(sent[99].at - sent[0].at <= 5 * CLOCK_MINUTE);
}

static void message_that_comes_later_finds_the_rate_kept(void **state)
{
    struct world *world = *state;
    world->channels[0].per_minute = 20;
    put(world, 1, 1);
    go_on(world);
    assert_true(deliver_is_idle(world->deliver));
    put(world, 2, 2);
    go_on(world);
    assert_int_equal(sent_count, 1);
    pass(world, 3 * CLOCK_SECOND);
    assert_int_equal(sent_count, 2);
}

/* --- a test message ----------------------------------------------------------------------------------------
 */

struct tested {
    int ends;
    bool arrived;
    char text[64];
};

static void note_tested(bool arrived, const char *text, void *context)
{
    struct tested *tested = context;
    tested->ends++;
    tested->arrived = arrived;
    snprintf(tested->text, sizeof tested->text, "%s", text);
}

static void test_message_tells_what_came_of_it(void **state)
{
    struct world *world = *state;
    struct tested tested = {0};
    struct failure failure;
    answer = (struct sending_end){.sending = SENDING_DONE, .text = "HTTP 200"};
    assert_int_equal(deliver_test(world->deliver, "web", NULL, NULL, note_tested, &tested, &failure), 0);
    assert_int_equal(tested.ends, 1);
    assert_true(tested.arrived);
    assert_string_equal(tested.text, "HTTP 200");
}

static void test_messages_under_way_when_the_daemon_stops_have_not_arrived(void **state)
{
    struct world *world = *state;
    struct tested tested[3] = {0};
    struct failure failure;
    hangs = true;
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(
            deliver_test(world->deliver, "web", NULL, NULL, note_tested, &tested[i], &failure), 0);
    hanging[1].ended(&answer, hanging[1].context);
    deliver_free(world->deliver);
    world->deliver = NULL;
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(tested[i].ends, 1);
        assert_true(tested[i].arrived == (i == 1));
    }
    loop_run(world->loop, true); /* nothing is in flight */
}

int main(void)
{
    log_set_level((enum log_level)0); /* failures are what these tests are about */
    const struct CMUnitTest tests[] = {
        CLAIM(messages_of_an_endpoint_go_in_order_and_one_at_a_time),
        CLAIM(proof_is_kept_and_says_what_was_taken),
        CLAIM(message_that_failed_keeps_its_place_before_the_next),
        CLAIM(message_that_alone_is_never_taken_lets_the_others_past),
        CLAIM(new_message_does_not_wait_for_one_that_stands_aside),
        CLAIM(who_fails_holds_up_nobody_else),
        CLAIM(they_that_hang_leave_room_for_the_others),
        CLAIM(its_own_word_on_when_to_come_back_is_kept_and_survives_a_restart),
        CLAIM(longest_patience_that_a_receiver_may_ask_for_is_a_day),
        CLAIM(wait_that_was_written_before_the_clock_went_back_begins_anew),
        CLAIM(message_that_stood_aside_before_the_clock_went_back_goes),
        CLAIM(message_is_given_up_after_its_last_attempt),
        CLAIM(refused_message_is_a_dead_letter_and_the_next_goes_at_once),
        CLAIM(who_is_gone_gets_nothing_until_somebody_says_so),
        CLAIM(no_minute_sees_more_than_the_rate),
        CLAIM(message_that_comes_later_finds_the_rate_kept),
        CLAIM(test_message_tells_what_came_of_it),
        CLAIM(test_messages_under_way_when_the_daemon_stops_have_not_arrived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
