/* acknowledge.c - what comes back from a firm by machine: that a message has arrived, and that it is heard.
 */
#include "silence.h"

#include "m13/casework.h"
#include "m13/store.h"
#include "m13/text.h"

#include <stdio.h>

/* A firm's own address takes the firm's messages alone; a channel with one address (a gateway of the bureau)
 * stands for all of them, but not beside the firm's own. */
static bool is_of_firm(struct store *store, int64_t message, const char *recipient, char ret_uscc[64])
{
    struct query *q =
        query_bind(query(store, "SELECT uscc FROM outbox WHERE id = ? AND audience = 'firm'"), "i", message);
    bool found = query_next(q);
    snprintf(ret_uscc, 64, "%s", found ? query_text(q, 0) : "");
    query_end(q);
    return found && (recipient[0] == '\0' || string_equal(recipient, ret_uscc));
}

void acknowledge_delivered(struct store *store, int64_t message, const char *recipient)
{
    char uscc[64];
    if (!is_of_firm(store, message, recipient, uscc))
        return;
    if (recipient[0] == '\0' &&
        store_value(store, 0, "SELECT EXISTS (SELECT 1 FROM delivery WHERE outbox = ? AND recipient <> '')",
            "i", message) != 0)
        return;
    struct query *q = query_bind(
        query(store, "SELECT case_file FROM told WHERE outbox = ? AND kind = 'lead' ORDER BY case_file"), "i",
        message);
    while (query_next(q))
        case_notified(store, query_integer(q, 0), uscc);
}

void acknowledge_reply(struct store *store, int64_t message, const char *channel, int64_t now)
{
    char uscc[64];
    if (!is_of_firm(store, message, "", uscc) ||
        store_value(store, 0,
            "SELECT EXISTS (SELECT 1 FROM delivery d WHERE d.outbox = ? AND d.channel = ? AND " GOES_TO_FIRM(
                "d") ")",
            "it", message, channel) == 0)
        return;
    store_write(store);
    query_run(
        query_bind(query(store, "INSERT OR IGNORE INTO acknowledgement (outbox, case_file, at, channel) "
                                "SELECT outbox, case_file, ?2, ?3 FROM told WHERE outbox = ?1"),
            "iit", message, now, channel));
}
