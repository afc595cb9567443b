/* attach_forms.h - the workbook in which a firm supplies what is missing (private to the room).
 *
 * One sheet for each form that the cases need, and the one of answers: known rows with what the firm has told
 * before, new ones with their keys. Columns that begin with 参考 tell what a row is about and are not
 * imported. Made for a message (attach.c) and for `m13ctl ask` alike. */
#ifndef M13_ALERT_ATTACH_FORMS_H
#define M13_ALERT_ATTACH_FORMS_H

#include "m13/config.h"
#include "m13/failure.h"

#include <jansson.h>

struct store;

/* `cases`: told cases (facts.h). The file is replaced; -EIO and the like with its name in the text. */
int forms_for_cases(struct store *store, const struct config *config, const char *uscc, const json_t *cases,
    const char *file, struct failure *ret_failure);

#endif
