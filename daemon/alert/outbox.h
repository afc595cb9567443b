/* outbox.h - collects changes of cases and writes them as messages (private to the room). */
#ifndef M13_ALERT_OUTBOX_H
#define M13_ALERT_OUTBOX_H

#include "m13/casework.h"
#include "m13/config.h"

struct outbox;
struct outbox *outbox_new(struct store *store, const struct config *config);
void outbox_reload(struct outbox *outbox, const struct config *config);
void outbox_collect(struct outbox *outbox, const struct case_change *change);
bool outbox_write(struct outbox *outbox); /* true when there was anything */
/* Makes the deliveries of a released message, one per channel; known ones stay as they are. */
void outbox_release(struct store *store, const struct config *config, int64_t message);
/* receipt.c: a local file of which something was not taken, to the desk; true when deliveries were made. */
struct import_result;
bool receipt_write(struct store *store, const struct config *config, const struct import_result *result);
void outbox_free(struct outbox *outbox);

#endif
