/* full_list.h - what a full list (全量) does not name of what it speaks for is marked unknown. */
#ifndef REGISTRY_FULL_LIST_H
#define REGISTRY_FULL_LIST_H

#include "import_inside.h"

/* A row of a full list names a record, and a firm; "" = none. */
void local_full_list_note(
    struct local_import *import, const struct local_sheet *sheet, const char *key, const char *uscc);
/* One current record of what a list speaks for ("" = its whole kind, else a firm); `gone`: it is not named.
 */
void local_full_list_count(struct local_import *import, const char *scope, bool gone);
/* Compares until `deadline_us`; true when all lists were. A list that lost too much refuses the file. */
bool local_full_list_slice(struct local_import *import, int64_t deadline_us);
void local_full_list_free(struct full_list_progress *list); /* what it holds */

#endif
