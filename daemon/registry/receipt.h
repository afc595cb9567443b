/* receipt.h - what the sender gets back: inbox/rejected/NAME.errors.csv, to be worked through in Excel. */
#ifndef REGISTRY_RECEIPT_H
#define REGISTRY_RECEIPT_H

#include "m13/failure.h"

#include <stdint.h>

struct store;

/* From the rejects of an imported file as the database has them, so that it can be written again after a
 * kill. Without any, an earlier receipt of that name is removed: all of it has been put right. */
int local_receipt_write(struct store *store, int64_t file, const char *name, struct failure *ret_failure);
/* The file as a whole was refused. */
int local_receipt_refuse(
    struct store *store, const char *name, const char *problem, struct failure *ret_failure);

#endif
