/* stage.h - a row against what is known: what it changes, if anything, is staged. */
#ifndef REGISTRY_STAGE_H
#define REGISTRY_STAGE_H

#include "import_inside.h"

enum stage_outcome { STAGE_ADDED, STAGE_CHANGED, STAGE_UNCHANGED, STAGE_REJECTED };

/* One new version of one record; strings "" = none. */
struct local_change {
    int64_t row, old_version;
    bool withdrawn, unlisted;
    const char *key, *old_uscc, *fields;
    const char *reference[REFERENCES];
};
void local_stage_change(
    struct local_import *import, const struct local_sheet *sheet, const struct local_change *change);

/* import->row. One with faulty cells is only looked through for what else is wrong, so that its sender learns
 * it all at once. A record that was withdrawn comes back only as a whole: nothing is inherited from before.
 */
enum stage_outcome local_stage_row(struct local_import *import, struct local_sheet *sheet);

/* Says what is wrong, or only looks so, with import->row in one column. */
void local_stage_reject(struct local_import *import, const struct local_sheet *sheet, int column,
    const char *reason, const char *expected);
void local_stage_warn(struct local_import *import, const struct local_sheet *sheet, int column,
    const char *reason, const char *expected);
int local_stage_first_key_column(const struct local_kind *kind);
/* The JSON object of what is there. */
void local_stage_fields(const struct local_kind *kind, const char *const merged[], struct text *out);

#endif
