/* receipt.h - what the sender gets back, to be worked through in Excel: inbox/rejected/NAME.errors.csv with
 * what was not taken, and beside it NAME.warnings.csv with what was taken although it looks wrong. Rows of a
 * workbook are told by sheet. */
#ifndef REGISTRY_RECEIPT_H
#define REGISTRY_RECEIPT_H

#include "m13/failure.h"

#include <stdint.h>

struct store;

/* From what the database knows of a delivery, so that it can be written again after a kill. What has nothing
 * to tell removes an earlier one of that name: all of it has been put right. */
int local_receipt_write(struct store *store, int64_t delivery, const char *name, struct failure *ret_failure);
/* The file was refused before the database knew of it. */
int local_receipt_refuse(
    struct store *store, const char *name, const char *problem, struct failure *ret_failure);

#endif
