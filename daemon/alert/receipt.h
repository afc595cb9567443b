/* receipt.h - what became of a local file, for the desk (private to the room). */
#ifndef M13_ALERT_RECEIPT_H
#define M13_ALERT_RECEIPT_H

#include "m13/config.h"

#include <stdbool.h>
#include <stdint.h>

struct store;
struct import_result;

/* Writes a message when there is anything to say; true when it did. In the transaction that seals the file.
 */
bool receipt_write(
    struct store *store, const struct config *config, const struct import_result *result, int64_t now);

#endif
