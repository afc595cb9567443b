/* contacts.h - whom to tell at a firm: the only personal data of m13d, in a database of their own.
 *
 * state/contacts.db: owner-only, secure delete, no copy anywhere else: not in m13d.db, its log, the journal,
 * the published file, evidence or error files. Each row has a day until which it may be kept; it is erased on
 * that day, or when somebody says `m13ctl forget USCC`. (PIPL: purpose and minimum, articles 6 and 19.)
 *
 * A fault of this database is a failure, never fatal: what m13d finds out does not depend on whom it tells.
 */
#ifndef M13_CONTACTS_H
#define M13_CONTACTS_H

#include "m13/failure.h"

#include <stdbool.h>
#include <stdint.h>

struct contacts;

struct contact {
    const char *uscc;
    const char *channel;  /* email, webhook, wecom, dingtalk, feishu */
    const char *address;  /* where messages go */
    const char *language; /* zh, en, both; "" = zh */
    const char *name;     /* of the person; "" = none given */
};

/* The day until which a contact is kept that was delivered, or delivered again, on `delivered_day`: a firm's
 * case goes on for two years at most before its money is paid or refused (a decision date late in a year is
 * applied for in the next and paid from that one's budget), and what nobody has named again by then is stale.
 */
#define CONTACTS_RETAINED_MONTHS 24
int32_t contacts_retain_until(int32_t delivered_day);

enum contacts_mode { CONTACTS_WRITER, CONTACTS_READER };
/* A writer creates it where it lacks (0600), and takes from others what they may do with it. -ENOENT for a
 * reader without one; -EPROTO when it is another program's, a newer version, or a link. */
int contacts_open(const char *state_directory, enum contacts_mode mode, struct contacts **ret_contacts,
    struct failure *ret_failure);
void contacts_close(struct contacts *contacts); /* drops what was begun; NULL is fine */

/* One import: what is put is invisible, and in memory alone, until contacts_keep(). One row a firm and
 * channel. To begin drops what was begun before. */
enum contact_outcome { CONTACT_ADDED, CONTACT_CHANGED, CONTACT_UNCHANGED };
int contacts_begin(struct contacts *contacts, struct failure *ret_failure);
/* Fields that are NULL stay as they are, "" clears. -ENODATA: it would have no address; -ENOSPC: far more
 * than any real delivery. Also what is unchanged is kept until `retain_until_day` from now on. */
int contacts_put(struct contacts *contacts, const struct contact *contact, int32_t retain_until_day,
    enum contact_outcome *ret_outcome, struct failure *ret_failure);
int contacts_remove(struct contacts *contacts, const char *uscc, const char *channel,
    enum contact_outcome *ret_outcome, struct failure *ret_failure);
int contacts_keep(struct contacts *contacts, struct failure *ret_failure);
void contacts_drop(struct contacts *contacts);

/* Contacts of a firm, in order of channel; false from `each` stops. */
void contacts_each(struct contacts *contacts, const char *uscc,
    bool (*each)(const struct contact *contact, void *context), void *context);
/* Erase for good, with all that these rows ever held: how many, or a negative errno (then say it again). What
 * a begun import has put for the firm goes too. */
int64_t contacts_forget(struct contacts *contacts, const char *uscc, struct failure *ret_failure);
/* Those whose last day was before `today`. */
int64_t contacts_expire(struct contacts *contacts, int32_t today, struct failure *ret_failure);

#endif
