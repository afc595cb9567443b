/* The engine of deliveries against a channel of the test's own: order, patience, rate, hours, firms without
 * an address. Time is overridden and goes on where a test says so. */
#include "channels.h"
#include "deliver.h"

#include "m13/clock.h"
#include "m13/contacts.h"
#include "m13/limits.h"
#include "m13/log.h"
#include "m13/loop.h"
#include "m13/store.h"

#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of our own: nobody is called that. */
#define FIRM  "91110108MA0DEMA01X"
#define OTHER "91110108MA0DEMB02Y"

/* --- the channel -------------------------------------------------------------------------------------------
 */

enum { SENT_MOST = 1024 };

static struct {
    char channel[16], recipient[32], message[32], address[64];
    int64_t at;
} sent[SENT_MOST];
static size_t sent_count;

struct hanging {
    void (*ended)(const struct sending_end *end, void *context);
    void *context;
};
static struct hanging hanging[SENT_MOST];
static size_t hanging_count;
static bool hangs;

/* How the next sendings end, to whom that is said of; all others are done. */
static struct sending_end answer;
static const char *answer_recipient, *answer_message;

static void send_in_test(struct courier *courier, const struct parcel *parcel,
    void (*ended)(const struct sending_end *end, void *context), void *context)
{
    (void)courier;
    assert_true(sent_count < SENT_MOST);
    snprintf(sent[sent_count].channel, sizeof sent->channel, "%s", parcel->channel->name);
    snprintf(sent[sent_count].recipient, sizeof sent->recipient, "%s", parcel->recipient);
    snprintf(sent[sent_count].message, sizeof sent->message, "%s", parcel->message_id);
    snprintf(sent[sent_count].address, sizeof sent->address, "%s",
        parcel->contact ? parcel->contact->address : "");
    sent[sent_count++].at = clock_wall();
    bool meant = (!answer_recipient || strcmp(answer_recipient, parcel->recipient) == 0) &&
                 (!answer_message || strcmp(answer_message, parcel->message_id) == 0);
    if (hangs)
        hanging[hanging_count++] = (struct hanging){ended, context};
    else
        ended(meant ? &answer : &(struct sending_end){.sending = SENDING_DONE, .text = "yes"}, context);
}

/* In place of channels.c. */
static const struct channel channel_in_test = {CHANNEL_WEBHOOK, "webhook", send_in_test};
const struct channel *channel_of(enum channel_kind kind)
{
    return kind == CHANNEL_WEBHOOK ? &channel_in_test : NULL;
}

/* --- the world ---------------------------------------------------------------------------------------------
 */

struct world {
    char *folder;
    struct store *store;
    struct loop *loop;
    struct config config;
    struct alert_channel channels[2];
    char names[2][8];
    struct deliver *deliver;
};

static void commit(void *context)
{
    struct world *world = context;
    store_commit(world->store);
}

static int open_world(void **state)
{
    struct world *world = test_calloc(1, sizeof *world);
    struct failure failure = {0};
    int64_t wall;
    assert_int_equal(clock_parse("2026-09-01T10:00:00+08:00", &wall), 0); /* a Tuesday */
    clock_override(wall);
    world->folder = scratch_new();
    assert_int_equal(store_open(world->folder, STORE_WRITER, &world->store, &failure), 0);
    world->loop = loop_new();
    loop_on_turn_end(world->loop, commit, world);
    world->channels[0] =
        (struct alert_channel){.name = strcpy(world->names[0], "web"), .kind = CHANNEL_WEBHOOK};
    world->channels[1] =
        (struct alert_channel){.name = strcpy(world->names[1], "spare"), .kind = CHANNEL_WEBHOOK};
    world->config.alerts.mode = ALERT_LIVE;
    world->config.alerts.channels = world->channels;
    world->config.alerts.channel_count = 2;
    world->config.alerts.times.digest_at = 9 * CLOCK_HOUR;
    world->deliver = deliver_new(world->loop, world->store, &world->config);
    sent_count = hanging_count = 0;
    hangs = false;
    answer_recipient = answer_message = NULL;
    answer = (struct sending_end){.sending = SENDING_DONE, .text = "yes"};
    *state = world;
    return 0;
}

static int close_world(void **state)
{
    struct world *world = *state;
    deliver_free(world->deliver);
    store_close(world->store);
    loop_free(world->loop);
    scratch_remove(world->folder);
    test_free(world);
    return 0;
}

static void put_message(struct world *world, int64_t number, const char *audience)
{
    char id[32];
    snprintf(id, sizeof id, "msg_%03lld", (long long)number);
    store_write(world->store);
    query_run(query_bind(
        query(world->store, "INSERT INTO outbox (id, message_id, audience, uscc, kind, state, created_at, "
                            "created_seq, cases, body) VALUES (?, ?, ?, '', 'lead', 'released', 0, 0, '[]', "
                            "'{}')"),
        "itt", number, id, audience));
}

static void put_delivery(struct world *world, int64_t message, const char *channel, const char *recipient)
{
    store_write(world->store);
    query_run(
        query_bind(query(world->store, "INSERT INTO delivery (outbox, channel, recipient, state, next_at) "
                                       "VALUES (?, ?, ?, 'waiting', ?)"),
            "itti", message, channel, recipient, clock_wall()));
}

/* Messages of these numbers to the desk by the channel `web`. */
static void put(struct world *world, int64_t from, int64_t to)
{
    for (int64_t number = from; number <= to; number++) {
        put_message(world, number, "desk");
        put_delivery(world, number, "web", "");
    }
}

static void go_on(struct world *world)
{
    deliver_look(world->deliver);
    loop_run(world->loop, true);
}

static void pass(struct world *world, int64_t milliseconds)
{
    clock_jump_to(clock_wall() + milliseconds);
    loop_run(world->loop, true);
}

static void assert_sent(const char *const *messages, size_t count)
{
    assert_int_equal(sent_count, count);
    for (size_t i = 0; i < count; i++)
        assert_string_equal(sent[i].message, messages[i]);
}
#define ASSERT_SENT(...)                                                                                     \
    assert_sent((const char *const[]){__VA_ARGS__},                                                          \
        sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

static int64_t count_in(struct world *world, const char *state)
{
    return store_value(world->store, 0, "SELECT count(*) FROM delivery WHERE state = ?", "t", state);
}

static void give_contact(struct world *world, const char *uscc, const char *address)
{
    struct contacts *contacts = NULL;
    struct failure failure = {0};
    enum contact_outcome outcome;
    const struct contact contact = {uscc, "webhook", address, "zh", ""};
    assert_int_equal(contacts_open(world->folder, CONTACTS_WRITER, &contacts, &failure), 0);
    assert_int_equal(contacts_begin(contacts, &failure), 0);
    assert_int_equal(contacts_put(contacts, &contact, 30000, &outcome, &failure), 0);
    assert_int_equal(contacts_keep(contacts, &failure), 0);
    contacts_close(contacts);
}

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

#define CLAIM(claim) cmocka_unit_test_setup_teardown(claim, open_world, close_world)

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
        CLAIM(in_quiet_hours_only_the_operator_hears),
        CLAIM(in_mode_draft_nothing_leaves_and_a_reload_lets_it_go),
        CLAIM(channel_that_the_configuration_lost_keeps_its_deliveries),
        CLAIM(message_that_is_not_released_stays),
        CLAIM(firm_without_address_is_unreachable_until_it_has_one),
        CLAIM(what_a_firm_has_by_another_channel_is_not_sent_again),
        CLAIM(new_address_opens_what_was_disabled),
        CLAIM(proof_of_delivery_makes_the_case_notified_and_a_reply_answers_it),
        CLAIM(no_table_holds_an_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
