/* control_alerts.c - what officers do with messages, through the control socket. */
#include "house.h"

#include "m13/alert.h"
#include "m13/control.h"
#include "m13/log.h"
#include "m13/memory.h"
#include "m13/review.h"
#include "m13/store.h"
#include "m13/text.h"

#include <stdlib.h>

static const char *argument(struct control_request *request, const char *name)
{
    return json_string_value(json_object_get(control_arguments(request), name));
}

/* --- release, cancel, retry ------------------------------------------------------------------------------
 */

static const struct name_entry orders[ALERT_VERBS] = {
    {ALERT_DO_RELEASE, "release", "放行", "released"},
    {ALERT_DO_CANCEL, "cancel", "取消", "cancelled"},
    {ALERT_DO_RETRY, "retry", "重试", "to be tried again"},
};

void control_answer_alerts(struct control_request *request, void *context)
{
    struct house *house = context;
    struct failure failure = {0};
    const struct name_entry *verb = name_find(orders, ALERT_VERBS, argument(request, "order"));
    struct alert_order order = {.verb = verb ? (enum alert_verb)verb->value : ALERT_DO_RELEASE,
        .which = argument(request, "which"),
        .all = json_is_true(json_object_get(control_arguments(request), "all")),
        .actor = control_actor(request),
        .english = json_is_true(json_object_get(control_arguments(request), "english"))};
    if (!control_may_change(request))
        return;
    if (!verb || order.all == (order.which != NULL)) {
        control_finish(request, EXIT_BAD_USAGE, "alerts takes release, cancel or retry, and which messages");
        return;
    }
    int64_t count = alert_do(house->store, house->config, &order, &failure);
    if (count < 0) {
        control_finish(request, review_exit_code((int)count), failure.text);
        return;
    }
    store_commit(house->store); /* what was told has happened */
    log_notice("alerts: %lld %s, by %s", (long long)count, verb->en, order.actor);
    alert_look(house->alert);
    control_reply(request, json_pack("{s:s, s:I}", "order", verb->code, "count", (json_int_t)count));
    control_finish(request, 0, NULL);
}

/* --- test: the conversation goes out line by line, as it is held -----------------------------------------
 */

enum { LINE_MOST = 8192 };

struct testing {
    struct control_request *request;
    FILE *conversation;
    struct text line;
};

/* A receiver's words may be anything: what is no UTF-8 becomes U+FFFD. */
static void send_line(struct testing *testing)
{
    struct text clean = TEXT_WITH_CEILING((size_t)LINE_MOST * 3 + 4);
    const char *cursor = text_string(&testing->line), *end = cursor + testing->line.length;
    while (cursor < end) {
        char bytes[4];
        uint32_t point = utf8_next(&cursor, end);
        text_append(&clean, bytes, utf8_put(point != 0 ? point : 0xfffd, bytes));
    }
    control_reply(testing->request, json_pack("{s:s}", "line", text_string(&clean)));
    text_free(&clean);
    text_clear(&testing->line);
}

static ssize_t take_bytes(void *context, const char *bytes, size_t length)
{
    struct testing *testing = context;
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == '\n' || testing->line.length == LINE_MOST)
            send_line(testing);
        if (bytes[i] != '\n' && bytes[i] != '\r')
            text_append_character(&testing->line, bytes[i]);
    }
    return (ssize_t)length;
}

static void on_test_ended(bool arrived, const char *text, void *context)
{
    struct testing *testing = context;
    fclose(testing->conversation);
    if (testing->line.length > 0)
        send_line(testing);
    control_reply(testing->request, json_pack("{s:b, s:s}", "arrived", (int)arrived, "text", text));
    control_finish(testing->request, arrived ? EXIT_FINE : EXIT_UNAVAILABLE, NULL);
    text_free(&testing->line);
    free(testing);
}

void control_answer_alerts_test(struct control_request *request, void *context)
{
    struct house *house = context;
    struct failure failure = {0};
    const char *channel = argument(request, "channel");
    if (!control_may_change(request))
        return;
    if (!channel) {
        control_finish(request, EXIT_BAD_USAGE, "alerts test takes the name of a channel");
        return;
    }
    struct testing *testing = memory_get_zeroed(1, sizeof *testing);
    *testing = (struct testing){.request = request, .line = TEXT_WITH_CEILING(LINE_MOST + 1)};
    testing->conversation = fopencookie(testing, "w", (cookie_io_functions_t){.write = take_bytes});
    if (!testing->conversation) {
        free(testing);
        control_finish(request, EXIT_IO, "no stream for the conversation");
        return;
    }
    setvbuf(testing->conversation, NULL, _IOLBF, 0);
    log_notice("alerts: a test message by %s, by %s", channel, control_actor(request));
    int r = alert_test(house->alert, channel, argument(request, "to"), testing->conversation, on_test_ended,
        testing, &failure);
    if (r == 0)
        return;
    fclose(testing->conversation);
    free(testing);
    control_finish(request, review_exit_code(r), failure.text);
}
