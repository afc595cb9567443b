/* test_message.c - a marked test message by one channel, its conversation told; not in the outbox. */
#include "deliver_inside.h"

#include "facts.h"

#include "m13/clock.h"
#include "m13/memory.h"

#include <errno.h>
#include <stdlib.h>

struct test_message {
    void (*ended)(bool arrived, const char *text, void *context);
    void *context;
    struct deliver *deliver;
    struct test_message *next;
};

static void end_test(struct test_message *test, bool arrived, const char *text)
{
    loop_flight_end(test->deliver->loop);
    test->ended(arrived, text, test->context);
    free(test);
}

static void on_test_ended(const struct sending_end *end, void *context)
{
    struct test_message *test = context, **place = &test->deliver->tests;
    while (*place != test)
        place = &(*place)->next;
    *place = test->next;
    end_test(test, end->sending == SENDING_DONE, end->text);
}

void deliver_drop_tests(struct deliver *deliver)
{
    for (struct test_message *test = deliver->tests, *next; test; test = next) {
        next = test->next;
        end_test(test, false, "the daemon has stopped meanwhile");
    }
    deliver->tests = NULL;
}

/* The channel's own address goes to the bureau; without one the tester must name where. */
static bool has_address(const struct config *config, const struct alert_channel *channel)
{
    if (channel->kind == CHANNEL_SMTP)
        return !string_is_blank(config->alerts.desk.mail);
    return channel->kind == CHANNEL_FILE || !channel->contacts;
}

static int refuse_test(const struct config *config, const struct alert_channel *channel, const char *name,
    const char *to, struct failure *ret_failure)
{
    if (!channel || !channel_of(channel->kind))
        return fail(ret_failure, -ENOENT, "no channel of this configuration is called %s", name);
    if (!to && !has_address(config, channel))
        return fail(ret_failure, -EINVAL,
            "channel %s goes to the firms' addresses and has none of its own: say where the test goes", name);
    if (to && !channel_of(channel->kind)->contact)
        return fail(ret_failure, -EINVAL, "channel %s goes to one place alone", name);
    return 0;
}

int deliver_test(struct deliver *deliver, const char *name, const char *to, FILE *conversation,
    void (*ended)(bool arrived, const char *text, void *context), void *context, struct failure *ret_failure)
{
    const struct alert_channel *channel = deliver_channel(deliver, name);
    int r = refuse_test(deliver->config, channel, name, to, ret_failure);
    if (r < 0)
        return r;
    const struct channel *sender = channel_of(channel->kind);
    char id[40];
    int64_t now = clock_wall();
    snprintf(id, sizeof id, "msg_test%lld", (long long)now);
    json_t *facts = facts_of_message(deliver->store, id, "test", AUDIENCE_DESK, false, "", now);
    struct test_message *test = memory_get_zeroed(1, sizeof *test);
    *test = (struct test_message){ended, context, deliver, deliver->tests};
    deliver->tests = test;
    const struct contact contact = {
        .uscc = "", .channel = sender->contact, .address = to, .language = "", .name = ""};
    const struct parcel parcel = {.channel = channel,
        .message_id = id,
        .recipient = "",
        .contact = to ? &contact : NULL,
        .facts = facts,
        .audience = AUDIENCE_DESK,
        .conversation = conversation};
    loop_flight_begin(deliver->loop);
    sender->send(&deliver->courier, &parcel, on_test_ended, test);
    json_decref(facts);
    return 0;
}
