/* erase.c - gone for good.
 *
 * secure_delete overwrites the cells that a DELETE frees. But where SQLite has split or joined pages, copies
 * of rows that moved stay in the gap between a page's cells, and nothing overwrites them later; so the file
 * is written anew, with VACUUM, whenever something has to be gone. It is small: 10,000 firms have 3 MiB. */
#include "internal.h"

#include <errno.h>

int contacts_scour(struct contacts *contacts, struct failure *ret_failure)
{
    int r = contacts_run(contacts, "VACUUM", ret_failure);
    return r == 0 ? 0 : fail_in(ret_failure, "contacts are erased, but the file cannot be written anew");
}

int64_t contacts_forget(struct contacts *contacts, const char *uscc, struct failure *ret_failure)
{
    if (contacts->begun &&
        contacts_change(contacts, ret_failure, "DELETE FROM temp.delivered WHERE uscc = ?", "t", uscc) < 0)
        return -EIO;
    int64_t count =
        contacts_change(contacts, ret_failure, "DELETE FROM main.contact WHERE uscc = ?", "t", uscc);
    if (count < 0)
        return fail_in(ret_failure, "contacts of %s cannot be erased", uscc);
    /* Also when there was none: an earlier try may have ended between the two. */
    int r = contacts_scour(contacts, ret_failure);
    return r < 0 ? r : count;
}

int64_t contacts_expire(struct contacts *contacts, int32_t today, struct failure *ret_failure)
{
    int64_t count = contacts_change(
        contacts, ret_failure, "DELETE FROM main.contact WHERE retain_until_day < ?", "i", (int64_t)today);
    if (count < 0)
        return fail_in(ret_failure, "contacts that are due cannot be erased");
    /* Each night: what could not be scoured when it was erased is today. */
    int r = contacts_scour(contacts, ret_failure);
    return r < 0 ? r : count;
}
