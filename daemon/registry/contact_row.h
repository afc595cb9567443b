/* contact_row.h - a row of contacts: into the database of its own, and nowhere else. */
#ifndef REGISTRY_CONTACT_ROW_H
#define REGISTRY_CONTACT_ROW_H

#include "stage.h"

/* import->row. A fault of that database ends the import (local_import_fail). */
enum stage_outcome local_contact_row(struct local_import *import, struct local_sheet *sheet);

#endif
