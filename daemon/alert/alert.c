/* alert.c - the room's face: the outbox on one side, deliveries on the other. */
#include "m13/alert.h"

#include "deliver.h"
#include "outbox.h"

#include "m13/memory.h"
#include "m13/store.h"

#include <stdlib.h>

struct alert {
    struct store *store;
    const struct config *config;
    struct outbox *outbox;
    struct deliver *deliver;
    bool started;
};

struct alert *alert_new(struct loop *loop, struct store *store, const struct config *config)
{
    struct alert *alert = memory_get_zeroed(1, sizeof *alert);
    *alert = (struct alert){
        .store = store,
        .config = config,
        .outbox = outbox_new(store, config),
        .deliver = deliver_new(loop, store, config),
    };
    return alert;
}

void alert_reload(struct alert *alert, const struct config *config)
{
    alert->config = config;
    outbox_reload(alert->outbox, config);
    deliver_reload(alert->deliver, config);
    if (alert->started)
        deliver_look(alert->deliver);
}

void alert_case_changed(const struct case_change *change, void *context)
{
    struct alert *alert = context;
    outbox_collect(alert->outbox, change);
}

static void look(void *context)
{
    deliver_look(context);
}

void alert_turn_end(struct alert *alert)
{
    /* Nothing leaves before the transaction of its event is on disk. */
    if (outbox_write(alert->outbox) && alert->started)
        store_after_commit(alert->store, look, alert->deliver);
}

void alert_file_taken(struct alert *alert, const struct import_result *result)
{
    if (receipt_write(alert->store, alert->config, result) && alert->started)
        store_after_commit(alert->store, look, alert->deliver);
}

void alert_start(struct alert *alert)
{
    alert->started = true;
    deliver_look(alert->deliver);
}

bool alert_is_idle(const struct alert *alert)
{
    return deliver_is_idle(alert->deliver);
}

void alert_free(struct alert *alert)
{
    if (!alert)
        return;
    deliver_free(alert->deliver);
    outbox_free(alert->outbox);
    free(alert);
}
