/* contacts.c - opening and closing, and reading a firm's contacts. */
#include "internal.h"

#include "m13/date.h"
#include "m13/log.h"
#include "m13/memory.h"
#include "m13/text.h"

#include <errno.h>
#include <stdlib.h>

/* A reader that holds its snapshot longer than this is stuck; the loop cannot wait. */
#define BUSY_MS 500

static int open_connection(struct contacts *contacts, struct failure *ret_failure)
{
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    flags |= contacts->mode == CONTACTS_WRITER ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
    if (sqlite3_open_v2(contacts->path, &contacts->handle, flags, NULL) != SQLITE_OK)
        return contacts_fault(contacts, "open", ret_failure);
    sqlite3_busy_timeout(contacts->handle, BUSY_MS);
    sqlite3_db_config(contacts->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)NULL);
    sqlite3_db_config(contacts->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)NULL);
    /* Temporary tables, and what VACUUM works with, stay in memory: SQLite's place for them is a folder that
     * others can look into. */
    return contacts_run(contacts, "PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0", ret_failure);
}

/* A rollback journal that is deleted at the end of each transaction: after a commit there is one file, and
 * what it no longer holds is nowhere. A write-ahead log keeps old rows until the last reader lets it go.
 * EXTRA: the journal's end outlives the power too, else what was erased could be rolled back. */
static int set_up_writer(struct contacts *contacts, struct failure *ret_failure)
{
    return contacts_run(contacts,
        "PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA; PRAGMA secure_delete = ON", ret_failure);
}

int contacts_open(const char *state_directory, enum contacts_mode mode, struct contacts **ret_contacts,
    struct failure *ret_failure)
{
    struct contacts *contacts = memory_get_zeroed(1, sizeof *contacts);
    contacts->mode = mode;
    contacts->path = path_join(state_directory, "contacts.db");
    int r = contacts_file_prepare(contacts->path, mode, ret_failure);
    if (r == 0)
        r = open_connection(contacts, ret_failure);
    /* Whose it is first: another program's database keeps its settings. */
    if (r == 0)
        r = contacts_schema(contacts, ret_failure);
    if (r == 0)
        r = mode == CONTACTS_WRITER ? set_up_writer(contacts, ret_failure)
                                    : contacts_run(contacts, "PRAGMA query_only = ON", ret_failure);
    if (r < 0) {
        fail_in(ret_failure, "%s", contacts->path);
        contacts_close(contacts);
        return r;
    }
    *ret_contacts = contacts;
    return 0;
}

void contacts_close(struct contacts *contacts)
{
    if (contacts == NULL)
        return;
    contacts_drop(contacts);
    if (sqlite3_close(contacts->handle) != SQLITE_OK)
        log_error("contacts: a statement was left open at the close");
    free(contacts->path);
    free(contacts);
}

int32_t contacts_retain_until(int32_t delivered_day)
{
    return day_add_months(delivered_day, CONTACTS_RETAINED_MONTHS);
}

/* --- reading ---------------------------------------------------------------------------------------------
 */

enum { CONTACT_TEXTS = 5 };

struct row {
    char *text[CONTACT_TEXTS]; /* uscc, channel, address, language, name */
};

static int read_rows(struct contacts *contacts, const char *uscc, struct row **ret_rows, size_t *ret_count,
    struct failure *ret_failure)
{
    struct row *rows = NULL;
    size_t count = 0, capacity = 0;
    sqlite3_stmt *statement = contacts_prepare(contacts, ret_failure,
        "SELECT uscc, channel, address, language, name FROM contact WHERE uscc = ? ORDER BY channel", "t",
        uscc);
    if (statement == NULL)
        return -EIO;
    int r;
    while ((r = contacts_step(contacts, statement, ret_failure)) > 0) {
        MEMORY_GROW(rows, count, capacity);
        for (int i = 0; i < CONTACT_TEXTS; i++)
            rows[count].text[i] = memory_copy_string(contacts_column(statement, i));
        count++;
    }
    sqlite3_finalize(statement);
    *ret_rows = rows;
    *ret_count = count;
    return r;
}

void contacts_each(struct contacts *contacts, const char *uscc,
    bool (*each)(const struct contact *contact, void *context), void *context)
{
    struct failure failure;
    struct row *rows = NULL;
    size_t count = 0;
    if (read_rows(contacts, uscc, &rows, &count, &failure) < 0)
        log_error("contacts of %s: %s", uscc, failure.text);
    bool wanted = true;
    for (size_t i = 0; i < count; i++) {
        char **text = rows[i].text;
        wanted = wanted && each(&(struct contact){.uscc = text[0],
                                    .channel = text[1],
                                    .address = text[2],
                                    .language = text[3],
                                    .name = text[4]},
                               context);
        for (int j = 0; j < CONTACT_TEXTS; j++)
            free(text[j]);
    }
    free(rows);
}
