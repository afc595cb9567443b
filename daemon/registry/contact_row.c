#include "contact_row.h"

#include "m13/clock.h"
#include "m13/contacts.h"
#include "m13/date.h"
#include "m13/text.h"

#include <errno.h>

/* NULL = the row leaves it as it is. */
static const char *value_of(const struct local_import *import, const struct local_kind *kind, const char *key)
{
    for (size_t i = 0; i < kind->column_count; i++)
        if (string_equal(kind->columns[i].key, key))
            return import->row.value[i];
    return NULL;
}

/* A row that tells the address tells all that a new contact needs: only then can the whole be looked at,
 * since what is known stays in the other database. */
static int check(struct local_import *import, const struct local_sheet *sheet)
{
    const struct local_kind *kind = sheet->headers.kind;
    const char *merged[LOCAL_COLUMNS];
    if (import->row.withdrawn || value_of(import, kind, "address") == NULL)
        return 0;
    for (size_t i = 0; i < kind->column_count; i++) {
        const char *value = import->row.value[i];
        merged[i] = value != NULL && *value != '\0' ? value : NULL;
    }
    return local_check(import->store, &sheet->headers, &import->row, merged, &import->problems, NULL);
}

static int put(struct local_import *import, const struct local_kind *kind, enum contact_outcome *ret_outcome,
    struct failure *ret_failure)
{
    struct contact contact = {
        .uscc = value_of(import, kind, "uscc"),
        .channel = value_of(import, kind, "channel"),
        .address = value_of(import, kind, "address"),
        .language = value_of(import, kind, "language"),
        .name = value_of(import, kind, "name"),
    };
    if (import->row.withdrawn)
        return contacts_remove(import->contacts, contact.uscc, contact.channel, ret_outcome, ret_failure);
    int32_t until = contacts_retain_until(day_in_beijing(clock_wall()));
    return contacts_put(import->contacts, &contact, until, ret_outcome, ret_failure);
}

static void reject_without_address(struct local_import *import, const struct local_sheet *sheet)
{
    const struct local_kind *kind = sheet->headers.kind;
    for (size_t i = 0; i < kind->column_count; i++)
        if (string_equal(kind->columns[i].key, "address"))
            local_stage_reject(import, sheet, (int)i, "必填，现在是空的", kind->columns[i].expected);
}

enum stage_outcome local_contact_row(struct local_import *import, struct local_sheet *sheet)
{
    static const enum stage_outcome outcomes[] = {
        [CONTACT_ADDED] = STAGE_ADDED,
        [CONTACT_CHANGED] = STAGE_CHANGED,
        [CONTACT_UNCHANGED] = STAGE_UNCHANGED,
    };
    if (!local_row_key(&import->row, sheet->headers.kind, &import->key)) {
        local_stage_reject_nameless(import, sheet);
        return STAGE_REJECTED;
    }
    if (check(import, sheet) > 0 || import->row.errors > 0)
        return STAGE_REJECTED;
    enum contact_outcome outcome;
    struct failure failure;
    int r = put(import, sheet->headers.kind, &outcome, &failure);
    if (r == -ENODATA) {
        reject_without_address(import, sheet);
        return STAGE_REJECTED;
    }
    if (r < 0) {
        local_import_fail(import, &failure);
        return STAGE_REJECTED;
    }
    return outcomes[outcome];
}
