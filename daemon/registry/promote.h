/* promote.h - candidates, known by SRN or FEI only, and the firms that they turn out to be. */
#ifndef REGISTRY_PROMOTE_H
#define REGISTRY_PROMOTE_H

#include "stage.h"

enum { PROMOTED_MOST = 16 }; /* candidates that one row can stand for */

struct local_promotion {
    struct {
        char *key;
        int64_t version;
        json_t *fields;
    } candidates[PROMOTED_MOST];
    size_t count;
};

/* import->row names a candidate that is a firm already, known or named by this file: it changes nothing, and
 * its sender is reminded. */
bool local_promotion_is_past(struct local_import *import, const struct local_sheet *sheet);
/* The candidates that bear an identifier of `merged`, the firm's record as it will be; what only they know is
 * added to it. 0, or negative when the file has a row of its own for one of them: that is told. */
int local_promotion_find(struct local_import *import, const struct local_sheet *sheet, const char *merged[],
    struct local_promotion *ret_promotion);
/* The firm's row is taken: its candidates are withdrawn. */
void local_promotion_stage(struct local_import *import, const struct local_sheet *sheet,
    const char *const merged[], const struct local_promotion *promotion);
void local_promotion_free(struct local_promotion *promotion);

#endif
