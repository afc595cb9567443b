#include "contact_row.h"

#include "cells.h"
#include "full_list.h"

#include "m13/clock.h"
#include "m13/contacts.h"
#include "m13/date.h"
#include "m13/memory.h"
#include "m13/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

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
    local_full_list_note(import, sheet, "", value_of(import, sheet->headers.kind, "uscc"));
    if (check(import, sheet) > 0 || import->row.errors > 0)
        return STAGE_REJECTED;
    enum contact_outcome outcome;
    struct failure failure;
    int r = put(import, sheet->headers.kind, &outcome, &failure);
    if (r == -ENODATA) {
        reject_without_address(import, sheet);
        return STAGE_REJECTED;
    }
    if (r == -ENOSPC)
        local_import_refuse(import, "联系方式太多，请分成几个文件报送");
    else if (r < 0)
        local_import_fail(import, &failure);
    return r < 0 ? STAGE_REJECTED : outcomes[outcome];
}

/* --- full lists ------------------------------------------------------------------------------------------
 */

enum { CHANNELS_MOST = 16 }; /* of one firm; there are five kinds */

struct unnamed {
    struct local_import *import;
    char *channels[CHANNELS_MOST];
    size_t count;
};

static bool compare_contact(const struct contact *contact, void *context)
{
    struct unnamed *unnamed = context;
    struct text key = TEXT_WITH_CEILING(2 * CELL_CODE_BYTES);
    text_append_format(&key, "%s|%s", contact->uscc, contact->channel);
    bool gone = local_seen_get(&unnamed->import->seen, local_seen_key("contacts", text_string(&key))) == NULL;
    local_full_list_count(unnamed->import, contact->uscc, gone);
    if (gone)
        unnamed->channels[unnamed->count++] = memory_copy_string(contact->channel);
    text_free(&key);
    return unnamed->count < CHANNELS_MOST;
}

static void compare_firm(struct local_import *import, const char *uscc)
{
    struct unnamed unnamed = {.import = import};
    struct failure failure;
    enum contact_outcome outcome;
    contacts_each(import->contacts, uscc, compare_contact, &unnamed);
    for (size_t i = 0; i < unnamed.count; i++) {
        if (contacts_remove(import->contacts, uscc, unnamed.channels[i], &outcome, &failure) < 0)
            local_import_fail(import, &failure);
        free(unnamed.channels[i]);
    }
}

bool local_contacts_compare(struct local_import *import, int64_t deadline_us)
{
    struct full_list_progress *list = &import->full_list;
    while (list->firms_done < list->firms.length) {
        const char *uscc = list->firms.bytes + list->firms_done;
        list->firms_done += strlen(uscc) + 1;
        compare_firm(import, uscc);
        if (clock_monotonic_us() >= deadline_us)
            return false;
    }
    return true;
}
