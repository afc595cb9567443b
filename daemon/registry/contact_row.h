/* contact_row.h - rows of contacts: into the database of their own, and nowhere else. */
#ifndef REGISTRY_CONTACT_ROW_H
#define REGISTRY_CONTACT_ROW_H

#include "stage.h"

/* import->row, which names a contact that the file has not named before. A fault of that database ends the
 * import (local_import_fail). */
enum stage_outcome local_contact_row(struct local_import *import, struct local_sheet *sheet);
/* Of the firms that a full list of contacts names (import->full_list), what it does not name is removed: true
 * when all were compared. */
bool local_contacts_compare(struct local_import *import, int64_t deadline_us);

#endif
