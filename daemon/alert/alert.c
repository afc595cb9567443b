/* alert.c - the room's face: what must be told on one side, deliveries on the other. */
#include "m13/alert.h"

#include "alarm.h"
#include "deliver.h"
#include "notice.h"
#include "receipt.h"
#include "silence.h"

#include "m13/clock.h"
#include "m13/loop.h"
#include "m13/memory.h"
#include "m13/registry.h"
#include "m13/store.h"

#include <stdlib.h>
#include <string.h>

struct alert {
    struct store *store;
    const struct config *config;
    struct loop_timer
        *timer;       /* the digest's hour, the end of the quiet hours, the next look at who is silent */
    int64_t asked_at; /* that look */
    struct deliver *deliver;
    struct alarm_watch *alarms;
    bool started;
};

static void look(void *context)
{
    alert_look(context);
}

/* Nothing leaves before the transaction of its event is on disk. */
static void look_after_commit(struct alert *alert)
{
    if (alert->started)
        store_after_commit(alert->store, look, alert);
}

static void on_told(void *context)
{
    look_after_commit(context);
}

static void set_timer(struct alert *alert)
{
    int64_t composed = compose_next(alert->store);
    if (alert->started)
        loop_timer_set_at(alert->timer, composed < alert->asked_at ? composed : alert->asked_at);
}

static void on_hour(void *context)
{
    struct alert *alert = context;
    int64_t now = clock_wall();
    remind_due(alert->store, alert->config, now);
    bool any = weekly_due(alert->store, alert->config, now);
    any |= compose_due(alert->store, alert->config, now);
    if (any)
        look_after_commit(alert);
    alert->asked_at = silence_next(alert->store, alert->config, now);
    set_timer(alert);
}

struct alert *alert_new(struct loop *loop, struct store *store, const struct config *config)
{
    struct alert *alert = memory_get_zeroed(1, sizeof *alert);
    *alert = (struct alert){
        .store = store,
        .config = config,
        .deliver = deliver_new(loop, store, config),
    };
    alert->timer = loop_timer_new(loop, LOOP_CLOCK, "messages", on_hour, alert);
    alert->alarms = alarm_watch_new(loop, store, config, on_told, alert);
    return alert;
}

void alert_reload(struct alert *alert, const struct config *config)
{
    alert->config = config;
    alarm_watch_reload(alert->alarms, config);
    notice_reschedule(alert->store, config);
    route_all(alert->store, config, clock_wall());
    deliver_reload(alert->deliver, config);
    alert->asked_at = silence_next(alert->store, config, clock_wall());
    set_timer(alert);
    look_after_commit(alert);
}

void alert_case_changed(const struct case_change *change, void *context)
{
    struct alert *alert = context;
    notice_of_change(alert->store, alert->config, change, clock_wall());
}

void alert_turn_end(struct alert *alert)
{
    if (alert->started && compose_due(alert->store, alert->config, clock_wall()))
        look_after_commit(alert);
    set_timer(alert);
}

void alert_file_taken(struct alert *alert, const struct import_result *result)
{
    bool contacts = strstr(result->kind, "contacts") != NULL && result->added + result->changed > 0;
    if (contacts)
        deliver_contacts_changed(alert->deliver, NULL);
    if (receipt_write(alert->store, alert->config, result, clock_wall()) || contacts)
        look_after_commit(alert);
}

void alert_start(struct alert *alert)
{
    alert->started = true;
    notice_reschedule(alert->store, alert->config);
    route_all(alert->store, alert->config, clock_wall());
    look_after_commit(alert);
    on_hour(alert);
}

void alert_set_outside(struct alert *alert, const struct alert_outside *outside)
{
    alarm_watch_outside(alert->alarms, outside);
}

void alert_watch_alarms(struct alert *alert)
{
    alarm_watch_start(alert->alarms);
}

void alert_database_changed(struct alert *alert)
{
    alarm_watch_changed(alert->alarms);
}

void alert_look_at_alarms(struct alert *alert)
{
    alarm_watch_look(alert->alarms);
}

void alert_look(struct alert *alert)
{
    if (alert->started)
        deliver_look(alert->deliver);
}

int alert_test(struct alert *alert, const char *channel, const char *to, FILE *conversation,
    void (*ended)(bool arrived, const char *text, void *context), void *context, struct failure *ret_failure)
{
    return deliver_test(alert->deliver, channel, to, conversation, ended, context, ret_failure);
}

bool alert_is_idle(const struct alert *alert)
{
    int64_t now = clock_wall();
    return !alert->started || (deliver_is_idle(alert->deliver) && alert->asked_at > now && /* who is silent */
                                  compose_next(alert->store) > now);
}

void alert_free(struct alert *alert)
{
    if (!alert)
        return;
    loop_timer_free(alert->timer);
    alarm_watch_free(alert->alarms);
    deliver_free(alert->deliver);
    free(alert);
}
