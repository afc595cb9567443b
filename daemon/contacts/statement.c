#include "internal.h"

#include <errno.h>
#include <stdarg.h>

int contacts_fault(const struct contacts *contacts, const char *doing, struct failure *ret_failure)
{
    int code = sqlite3_errcode(contacts->handle) & 0xff;
    int r = code == SQLITE_BUSY     ? -EWOULDBLOCK
            : code == SQLITE_NOTADB ? -EPROTO
            : code == SQLITE_FULL   ? -ENOSPC
                                    : -EIO;
    return fail(ret_failure, r, "%.60s: %s (%d)", doing, sqlite3_errmsg(contacts->handle),
        sqlite3_extended_errcode(contacts->handle));
}

int contacts_run(struct contacts *contacts, const char *sql, struct failure *ret_failure)
{
    if (sqlite3_exec(contacts->handle, sql, NULL, NULL, NULL) != SQLITE_OK)
        return contacts_fault(contacts, sql, ret_failure);
    return 0;
}

static int bind(sqlite3_stmt *statement, const char *kinds, va_list *arguments)
{
    int r = SQLITE_OK;
    for (int i = 0; kinds[i] != '\0' && r == SQLITE_OK; i++)
        r = kinds[i] == 't'
                ? sqlite3_bind_text(statement, i + 1, va_arg(*arguments, const char *), -1, SQLITE_TRANSIENT)
                : sqlite3_bind_int64(statement, i + 1, va_arg(*arguments, int64_t));
    return r;
}

static sqlite3_stmt *prepare(struct contacts *contacts, struct failure *ret_failure, const char *sql,
    const char *kinds, va_list *arguments)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(contacts->handle, sql, -1, &statement, NULL) == SQLITE_OK &&
        bind(statement, kinds, arguments) == SQLITE_OK)
        return statement;
    contacts_fault(contacts, sql, ret_failure);
    sqlite3_finalize(statement);
    return NULL;
}

sqlite3_stmt *contacts_prepare(
    struct contacts *contacts, struct failure *ret_failure, const char *sql, const char *kinds, ...)
{
    va_list arguments;
    va_start(arguments, kinds);
    sqlite3_stmt *statement = prepare(contacts, ret_failure, sql, kinds, &arguments);
    va_end(arguments);
    return statement;
}

int contacts_bind(
    struct contacts *contacts, sqlite3_stmt *statement, struct failure *ret_failure, const char *kinds, ...)
{
    va_list arguments;
    va_start(arguments, kinds);
    int r = bind(statement, kinds, &arguments);
    va_end(arguments);
    return r == SQLITE_OK ? 0 : contacts_fault(contacts, sqlite3_sql(statement), ret_failure);
}

int contacts_step(struct contacts *contacts, sqlite3_stmt *statement, struct failure *ret_failure)
{
    int r = sqlite3_step(statement);
    if (r == SQLITE_ROW || r == SQLITE_DONE)
        return r == SQLITE_ROW;
    return contacts_fault(contacts, sqlite3_sql(statement), ret_failure);
}

int64_t contacts_change(
    struct contacts *contacts, struct failure *ret_failure, const char *sql, const char *kinds, ...)
{
    va_list arguments;
    va_start(arguments, kinds);
    sqlite3_stmt *statement = prepare(contacts, ret_failure, sql, kinds, &arguments);
    va_end(arguments);
    if (statement == NULL)
        return -EIO;
    int r = contacts_step(contacts, statement, ret_failure);
    sqlite3_finalize(statement);
    return r < 0 ? r : sqlite3_changes64(contacts->handle);
}

const char *contacts_column(sqlite3_stmt *statement, int column)
{
    const unsigned char *text = sqlite3_column_text(statement, column);
    return text != NULL ? (const char *)text : "";
}
