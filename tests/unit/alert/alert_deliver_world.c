/* alert_deliver_world.c - the channel of the test's own, and a house around it. */
#include "alert_deliver_world.h"

#include "m13/clock.h"
#include "m13/contacts.h"

#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

/* --- the channel -------------------------------------------------------------------------------------------
 */

struct sent sent[SENT_MOST];
size_t sent_count;
struct hanging hanging[SENT_MOST];
size_t hanging_count;
bool hangs;
struct sending_end answer;
const char *answer_recipient, *answer_message;
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

static void commit(void *context)
{
    struct world *world = context;
    store_commit(world->store);
}

int open_world(void **state)
{
    struct world *world = test_calloc(1, sizeof *world);
    struct failure failure = {0};
    int64_t wall;
    assert_int_equal(clock_parse("2026-09-01T10:00:00+08:00", &wall), 0); /* a Tuesday */
    clock_override(wall);
    world->folder = scratch_new();
    scratch_store(world->folder);
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

int close_world(void **state)
{
    struct world *world = *state;
    deliver_free(world->deliver);
    store_close(world->store);
    loop_free(world->loop);
    scratch_remove(world->folder);
    test_free(world);
    return 0;
}

void put_message(struct world *world, int64_t number, const char *audience)
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

void put_delivery(struct world *world, int64_t message, const char *channel, const char *recipient)
{
    store_write(world->store);
    query_run(
        query_bind(query(world->store, "INSERT INTO delivery (outbox, channel, recipient, state, next_at) "
                                       "VALUES (?, ?, ?, 'waiting', ?)"),
            "itti", message, channel, recipient, clock_wall()));
}

/* Messages of these numbers to the desk by the channel `web`. */
void put(struct world *world, int64_t from, int64_t to)
{
    for (int64_t number = from; number <= to; number++) {
        put_message(world, number, "desk");
        put_delivery(world, number, "web", "");
    }
}

void go_on(struct world *world)
{
    deliver_look(world->deliver);
    loop_run(world->loop, true);
}

void pass(struct world *world, int64_t milliseconds)
{
    clock_jump_to(clock_wall() + milliseconds);
    loop_run(world->loop, true);
}

void assert_sent(const char *const *messages, size_t count)
{
    assert_int_equal(sent_count, count);
    for (size_t i = 0; i < count; i++)
        assert_string_equal(sent[i].message, messages[i]);
}

int64_t count_in(struct world *world, const char *state)
{
    return store_value(world->store, 0, "SELECT count(*) FROM delivery WHERE state = ?", "t", state);
}

void give_contact(struct world *world, const char *uscc, const char *address)
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
