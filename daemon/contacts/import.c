/* import.c - one delivery: put in memory, kept as a whole or not at all. */
#include "internal.h"

#include "m13/text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

/* Of what one import puts: 10,000 firms with three contacts each need 6 MiB. */
#define DELIVERED_PAGES 16384 /* of 4 KiB */

static const char delivered[] =
    "CREATE TEMP TABLE delivered ("
    "    uscc TEXT NOT NULL, channel TEXT NOT NULL, address TEXT NOT NULL, language TEXT NOT NULL,"
    "    name TEXT NOT NULL, retain_until_day INTEGER NOT NULL, removed INTEGER NOT NULL,"
    "    PRIMARY KEY (uscc, channel)"
    ") STRICT, WITHOUT ROWID";

static const char find_sql[] =
    "SELECT address, language, name, removed FROM temp.delivered WHERE uscc = ?1 AND channel = ?2 "
    "UNION ALL "
    "SELECT address, language, name, 0 FROM main.contact WHERE uscc = ?1 AND channel = ?2 "
    "  AND NOT EXISTS (SELECT 1 FROM temp.delivered d WHERE d.uscc = ?1 AND d.channel = ?2)";
static const char deliver_sql[] =
    "INSERT INTO temp.delivered VALUES (?, ?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (uscc, channel) DO UPDATE SET address = excluded.address, "
    "    language = excluded.language, name = excluded.name, "
    "    retain_until_day = excluded.retain_until_day, removed = excluded.removed";

static int begin(struct contacts *contacts, struct failure *ret_failure)
{
    char *sql = sqlite3_mprintf("PRAGMA temp.max_page_count = %d; %s", DELIVERED_PAGES, delivered);
    if (sql == NULL)
        return fail(ret_failure, -ENOMEM, "no memory to begin an import of contacts");
    int r = contacts_run(contacts, sql, ret_failure);
    sqlite3_free(sql);
    if (r < 0)
        return r;
    contacts->begun = true;
    contacts->find = contacts_prepare(contacts, ret_failure, find_sql, "");
    if (contacts->find != NULL)
        contacts->deliver = contacts_prepare(contacts, ret_failure, deliver_sql, "");
    return contacts->deliver != NULL ? 0 : -EIO;
}

int contacts_begin(struct contacts *contacts, struct failure *ret_failure)
{
    contacts_drop(contacts);
    int r = begin(contacts, ret_failure);
    if (r == 0)
        return 0;
    contacts_drop(contacts);
    return fail_in(ret_failure, "contacts cannot be imported");
}

void contacts_drop(struct contacts *contacts)
{
    sqlite3_finalize(contacts->find);
    sqlite3_finalize(contacts->deliver);
    contacts->find = contacts->deliver = NULL;
    if (contacts->begun)
        contacts_run(contacts, "DROP TABLE temp.delivered", NULL);
    contacts->begun = false;
}

/* --- putting ---------------------------------------------------------------------------------------------
 */

/* Nobody's data stays bound. */
static void leave(sqlite3_stmt *statement)
{
    if (statement == NULL)
        return;
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
}

/* 1 = contacts->find stands at the row as it would be if what was put so far were kept; 0 = there is none.
 * To be left either way. */
static int find(struct contacts *contacts, const char *uscc, const char *channel, struct failure *ret_failure)
{
    if (!contacts->begun)
        return fail(ret_failure, -EINVAL, "no import of contacts was begun");
    int r = contacts_bind(contacts, contacts->find, ret_failure, "tt", uscc, channel);
    if (r == 0)
        r = contacts_step(contacts, contacts->find, ret_failure);
    return r > 0 ? sqlite3_column_int(contacts->find, 3) == 0 : r;
}

static int deliver(struct contacts *contacts, const struct contact *contact, int32_t retain_until_day,
    bool removed, struct failure *ret_failure)
{
    int r =
        contacts_bind(contacts, contacts->deliver, ret_failure, "tttttii", contact->uscc, contact->channel,
            contact->address, contact->language, contact->name, (int64_t)retain_until_day, (int64_t)removed);
    if (r == 0)
        r = contacts_step(contacts, contacts->deliver, ret_failure);
    leave(contacts->deliver);
    return r;
}

static const char *merged(const char *value, const char *before)
{
    return value != NULL ? value : before;
}

static int put(struct contacts *contacts, const struct contact *contact, bool known, int32_t retain_until_day,
    enum contact_outcome *ret_outcome, struct failure *ret_failure)
{
    const char *old[3] = {"", "", ""};
    for (int i = 0; known && i < 3; i++)
        old[i] = contacts_column(contacts->find, i);
    struct contact whole = {.uscc = contact->uscc,
        .channel = contact->channel,
        .address = merged(contact->address, old[0]),
        .language = merged(contact->language, old[1]),
        .name = merged(contact->name, old[2])};
    bool same = string_equal(whole.address, old[0]) && string_equal(whole.language, old[1]) &&
                string_equal(whole.name, old[2]);
    *ret_outcome = !known ? CONTACT_ADDED : same ? CONTACT_UNCHANGED : CONTACT_CHANGED;
    if (*whole.address == '\0')
        return fail(ret_failure, -ENODATA, "a contact without an address");
    return deliver(contacts, &whole, retain_until_day, false, ret_failure);
}

int contacts_put(struct contacts *contacts, const struct contact *contact, int32_t retain_until_day,
    enum contact_outcome *ret_outcome, struct failure *ret_failure)
{
    int r = find(contacts, contact->uscc, contact->channel, ret_failure);
    if (r >= 0)
        r = put(contacts, contact, r > 0, retain_until_day, ret_outcome, ret_failure);
    leave(contacts->find);
    return r;
}

int contacts_remove(struct contacts *contacts, const char *uscc, const char *channel,
    enum contact_outcome *ret_outcome, struct failure *ret_failure)
{
    struct contact gone = {.uscc = uscc, .channel = channel, .address = "", .language = "", .name = ""};
    int r = find(contacts, uscc, channel, ret_failure);
    leave(contacts->find);
    *ret_outcome = r > 0 ? CONTACT_CHANGED : CONTACT_UNCHANGED;
    return r > 0 ? deliver(contacts, &gone, 0, true, ret_failure) : r;
}

/* --- keeping ---------------------------------------------------------------------------------------------
 */

/* What was put takes effect; the number of rows that were overwritten or removed. */
static int64_t take_over(struct contacts *contacts, struct failure *ret_failure)
{
    int64_t replaced = contacts_change(contacts, ret_failure,
        "DELETE FROM main.contact WHERE EXISTS (SELECT 1 FROM temp.delivered d "
        "    WHERE d.uscc = contact.uscc AND d.channel = contact.channel AND "
        "          (d.removed OR d.address <> contact.address OR d.name <> contact.name))",
        "");
    int64_t put = replaced < 0
                      ? replaced
                      : contacts_change(contacts, ret_failure,
                            "INSERT INTO main.contact SELECT uscc, channel, address, language, name, "
                            "    retain_until_day FROM temp.delivered WHERE NOT removed "
                            "ON CONFLICT (uscc, channel) DO UPDATE SET language = excluded.language, "
                            "    retain_until_day = excluded.retain_until_day",
                            "");
    return put < 0 ? put : replaced;
}

int contacts_keep(struct contacts *contacts, struct failure *ret_failure)
{
    if (!contacts->begun)
        return fail(ret_failure, -EINVAL, "no import of contacts was begun");
    int r = contacts_run(contacts, "BEGIN IMMEDIATE", ret_failure);
    if (r < 0)
        return fail_in(ret_failure, "contacts cannot be kept");
    int64_t replaced = take_over(contacts, ret_failure);
    r = replaced < 0 ? (int)replaced : contacts_run(contacts, "COMMIT", ret_failure);
    if (r < 0) {
        contacts_run(contacts, "ROLLBACK", NULL);
        return fail_in(ret_failure, "contacts cannot be kept");
    }
    contacts_drop(contacts);
    return replaced > 0 ? contacts_scour(contacts, ret_failure) : 0;
}
