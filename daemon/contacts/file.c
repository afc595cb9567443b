/* file.c - state/contacts.db: whose it is, who may read it, which version it has. */
#include "internal.h"

#include "m13/log.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define APPLICATION_ID 0x6d313363 /* "m13c" */
#define VERSION        1

/* Days since 1970-01-01. */
static const char schema[] = "CREATE TABLE contact ("
                             "    uscc TEXT NOT NULL,"
                             "    channel TEXT NOT NULL,"
                             "    address TEXT NOT NULL,"
                             "    language TEXT NOT NULL,"
                             "    name TEXT NOT NULL,"
                             "    retain_until_day INTEGER NOT NULL," /* erased on the day after */
                             "    PRIMARY KEY (uscc, channel)"
                             ") STRICT, WITHOUT ROWID;"
                             "CREATE INDEX contact_retention ON contact (retain_until_day);";

/* --- the file --------------------------------------------------------------------------------------------
 */

static int create(const char *path, struct failure *ret_failure)
{
    /* The mode at once, whatever the umask: SQLite gives its journal the same. */
    mode_t mask = umask(0);
    int descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    int r = descriptor >= 0 ? 0 : -errno;
    umask(mask);
    if (descriptor >= 0)
        close(descriptor);
    return r == 0 ? 0 : fail(ret_failure, r, "it cannot be created: %s", strerror(-r));
}

/* By its name: to open and close a database behind SQLite's back drops its locks. */
static int narrow(const char *path, mode_t mode, struct failure *ret_failure)
{
    if (chmod(path, 0600) < 0)
        return fail(ret_failure, -errno, "its permissions cannot be narrowed: %s", strerror(errno));
    log_warning("contacts: %s had the permissions %04o: it is the owner's alone again (0600)", path,
        (unsigned)mode & 07777);
    return 0;
}

int contacts_file_prepare(const char *path, enum contacts_mode mode, struct failure *ret_failure)
{
    struct stat status;
    if (lstat(path, &status) < 0) {
        if (errno != ENOENT || mode == CONTACTS_READER)
            return fail(ret_failure, -errno, "%s", strerror(errno));
        return create(path, ret_failure);
    }
    if (!S_ISREG(status.st_mode))
        return fail(ret_failure, -EPROTO, "it is no file: personal data is not written through links");
    bool wide = (status.st_mode & 07177) != 0;
    return wide && mode == CONTACTS_WRITER ? narrow(path, status.st_mode, ret_failure) : 0;
}

/* --- the schema ------------------------------------------------------------------------------------------
 */

static int read_integer(
    struct contacts *contacts, const char *sql, int64_t *ret_integer, struct failure *ret_failure)
{
    sqlite3_stmt *statement = contacts_prepare(contacts, ret_failure, sql, "");
    if (statement == NULL)
        return -EIO;
    int r = contacts_step(contacts, statement, ret_failure);
    if (r > 0)
        *ret_integer = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return r < 0 ? r : 0;
}

static int make(struct contacts *contacts, struct failure *ret_failure)
{
    char *sql = sqlite3_mprintf("BEGIN IMMEDIATE; %s PRAGMA application_id = %d; PRAGMA user_version = %d; "
                                "COMMIT",
        schema, APPLICATION_ID, VERSION);
    if (sql == NULL)
        return fail(ret_failure, -ENOMEM, "no memory for its schema");
    int r = contacts_run(contacts, sql, ret_failure);
    sqlite3_free(sql);
    return r;
}

int contacts_schema(struct contacts *contacts, struct failure *ret_failure)
{
    int64_t application = 0, version = 0, objects = 0;
    int r = read_integer(contacts, "PRAGMA application_id", &application, ret_failure);
    if (r == 0)
        r = read_integer(contacts, "PRAGMA user_version", &version, ret_failure);
    if (r == 0)
        r = read_integer(contacts, "SELECT count(*) FROM sqlite_schema", &objects, ret_failure);
    if (r < 0)
        return r;
    if (application == 0 && version == 0 && objects == 0)
        return contacts->mode == CONTACTS_WRITER
                   ? make(contacts, ret_failure)
                   : fail(ret_failure, -ENOENT, "it is empty: m13d has not begun it yet");
    if (application != APPLICATION_ID)
        return fail(ret_failure, -EPROTO, "it belongs to another application (id %" PRId64 ")", application);
    if (version != VERSION)
        return fail(ret_failure, -EPROTO,
            "it has schema %" PRId64 " and this program knows %d: a newer m13d has used it", version,
            VERSION);
    return 0;
}
