/* statement.c - every statement is prepared once and found again by the address of its literal. */
#include "internal.h"

#include "m13/date.h"
#include "m13/log.h"
#include "m13/memory.h"
#include "m13/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SQL_SHOWN = 80 }; /* bytes of a statement in a message */

struct query {
    struct store *store;
    sqlite3_stmt *statement;
    int columns, parameters, bound;
    bool writes;
    bool in_use, has_row;
};

/* --- faults ----------------------------------------------------------------------------------------------
 */

/* The start of a statement on one line. */
static const char *shown(const char *sql, char out[SQL_SHOWN + 1])
{
    size_t used = 0;
    for (; sql != NULL && *sql != '\0' && used < SQL_SHOWN; sql++) {
        bool blank = *sql == ' ' || *sql == '\n' || *sql == '\t';
        if (!blank)
            out[used++] = *sql;
        else if (used > 0 && out[used - 1] != ' ')
            out[used++] = ' ';
    }
    out[used] = '\0';
    return out;
}

void store_fault(const struct store *store, const char *sql)
{
    char start[SQL_SHOWN + 1];
    int code = sqlite3_errcode(store->handle) & 0xff;
    log_fatal(code == SQLITE_BUSY ? EXIT_TRY_LATER : EXIT_IO, "database: %s: %s (%d)", shown(sql, start),
        sqlite3_errmsg(store->handle), sqlite3_extended_errcode(store->handle));
}

int store_failure(struct sqlite3 *handle, const char *doing, struct failure *ret_failure)
{
    char start[SQL_SHOWN + 1];
    int code = sqlite3_errcode(handle) & 0xff;
    int r = code == SQLITE_BUSY ? -EWOULDBLOCK : code == SQLITE_NOTADB ? -EPROTO : -EIO;
    return fail(ret_failure, r, "%s: %s (%d)", shown(doing, start), sqlite3_errmsg(handle),
        sqlite3_extended_errcode(handle));
}

void store_misuse(const char *what, const char *sql)
{
    char start[SQL_SHOWN + 1];
    log_fatal(EXIT_INTERNAL, "database: %s: %s", what, shown(sql, start));
}

/* --- the table -------------------------------------------------------------------------------------------
 */

static size_t slot_of(const struct query_table *table, const char *sql)
{
    size_t slot = (size_t)(((uintptr_t)sql * 0x9e3779b97f4a7c15u) >> 32) & (table->capacity - 1);
    while (table->slots[slot].sql != NULL && table->slots[slot].sql != sql)
        slot = (slot + 1) & (table->capacity - 1);
    return slot;
}

static void table_put(struct query_table *table, const char *sql, struct query *q)
{
    if (2 * table->count >= table->capacity) {
        struct query_table old = *table;
        table->capacity = old.capacity == 0 ? 256 : 2 * old.capacity;
        table->slots = memory_get_zeroed(table->capacity, sizeof *table->slots);
        for (size_t i = 0; i < old.capacity; i++)
            if (old.slots[i].sql != NULL)
                table->slots[slot_of(table, old.slots[i].sql)] = old.slots[i];
        free(old.slots);
    }
    table->slots[slot_of(table, sql)] = (struct query_slot){.sql = sql, .query = q};
    table->count++;
}

static struct query *prepare(struct store *store, const char *sql)
{
    struct query *q = memory_get_zeroed(1, sizeof *q);
    q->store = store;
    const char *rest = "";
    if (sqlite3_prepare_v3(store->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &q->statement, &rest) !=
        SQLITE_OK)
        store_fault(store, sql);
    if (q->statement == NULL || rest[strspn(rest, " \n\t;")] != '\0')
        store_misuse("not exactly one statement", sql);
    q->columns = sqlite3_column_count(q->statement);
    q->parameters = sqlite3_bind_parameter_count(q->statement);
    q->writes = !sqlite3_stmt_readonly(q->statement);
    return q;
}

/* Linkers merge equal literals in one build and not in the next, so equal text is always one statement: a
 * nested use shows in every build. */
static struct query *first_use(struct store *store, const char *sql)
{
    struct query_table *table = &store->queries;
    struct query *q = NULL;
    for (size_t i = 0; q == NULL && i < table->query_count; i++)
        if (strcmp(sqlite3_sql(table->queries[i]->statement), sql) == 0)
            q = table->queries[i];
    if (q == NULL) {
        q = prepare(store, sql);
        MEMORY_GROW(table->queries, table->query_count, table->query_capacity);
        table->queries[table->query_count++] = q;
    }
    table_put(table, sql, q);
    return q;
}

struct query *query(struct store *store, const char *sql)
{
    struct query_table *table = &store->queries;
    size_t slot = table->capacity > 0 ? slot_of(table, sql) : 0;
    bool known = table->capacity > 0 && table->slots[slot].sql == sql;
    struct query *q = known ? table->slots[slot].query : first_use(store, sql);
    if (q->in_use)
        store_misuse("the statement is in use further up", sql);
    if (known && !string_equal(sqlite3_sql(q->statement), sql))
        store_misuse("the text at this address has changed: not a literal", sql);
    q->in_use = true;
    q->bound = 0;
    table->in_use++;
    return q;
}

const char *queries_left_open(const struct store *store)
{
    for (size_t i = 0; store->queries.in_use > 0 && i < store->queries.query_count; i++)
        if (store->queries.queries[i]->in_use)
            return sqlite3_sql(store->queries.queries[i]->statement);
    return NULL;
}

void queries_close(struct store *store)
{
    struct query_table *table = &store->queries;
    for (size_t i = 0; i < table->query_count; i++) {
        sqlite3_finalize(table->queries[i]->statement);
        free(table->queries[i]);
    }
    free(table->queries);
    free(table->slots);
    *table = (struct query_table){0};
}

/* --- binding ---------------------------------------------------------------------------------------------
 */

static const char *sql_of(const struct query *q)
{
    return sqlite3_sql(q->statement);
}

static int bind_text(struct query *q, const char *text)
{
    return sqlite3_bind_text(q->statement, q->bound, text, -1, SQLITE_TRANSIENT);
}

static int bind_day(struct query *q, int32_t day)
{
    return day == DAY_NONE ? sqlite3_bind_null(q->statement, q->bound)
                           : sqlite3_bind_int(q->statement, q->bound, day);
}

static int bind_bytes(struct query *q, const void *bytes, size_t length)
{
    return sqlite3_bind_blob64(q->statement, q->bound, bytes, length, SQLITE_TRANSIENT);
}

static void bind(struct query *q, const char *kinds, va_list *arguments)
{
    if (!q->in_use || q->has_row)
        store_misuse("bound after it was run", sql_of(q));
    for (; *kinds != '\0'; kinds++) {
        int r = SQLITE_MISUSE;
        q->bound++;
        if (*kinds == 't')
            r = bind_text(q, va_arg(*arguments, const char *));
        else if (*kinds == 'i')
            r = sqlite3_bind_int64(q->statement, q->bound, va_arg(*arguments, int64_t));
        else if (*kinds == 'd')
            r = bind_day(q, va_arg(*arguments, int32_t));
        else if (*kinds == 'n')
            r = sqlite3_bind_null(q->statement, q->bound);
        else if (*kinds == 'b') {
            const void *bytes = va_arg(*arguments, const void *);
            r = bind_bytes(q, bytes, va_arg(*arguments, size_t));
        }
        if (r == SQLITE_MISUSE || r == SQLITE_RANGE)
            store_misuse("more parameters than it has, or of no known kind", sql_of(q));
        if (r != SQLITE_OK)
            store_fault(q->store, sql_of(q));
    }
}

struct query *query_bind(struct query *q, const char *kinds, ...)
{
    va_list arguments;
    va_start(arguments, kinds);
    bind(q, kinds, &arguments);
    va_end(arguments);
    return q;
}

/* --- running ---------------------------------------------------------------------------------------------
 */

static void check_start(const struct query *q)
{
    if (!q->in_use)
        store_misuse("run after its end", sql_of(q));
    if (q->bound != q->parameters)
        store_misuse("run without all its parameters", sql_of(q));
    if (q->writes && !q->store->turn.open)
        store_misuse("a write without store_write()", sql_of(q));
}

bool query_next(struct query *q)
{
    if (!q->has_row)
        check_start(q);
    int r = sqlite3_step(q->statement);
    q->has_row = r == SQLITE_ROW;
    if (r == SQLITE_ROW)
        return true;
    if (r != SQLITE_DONE)
        store_fault(q->store, sql_of(q));
    query_end(q);
    return false;
}

void query_end(struct query *q)
{
    if (!q->in_use)
        return;
    /* The result repeats the last step's, which query_next() has judged. */
    sqlite3_reset(q->statement);
    if (q->bound > 0)
        sqlite3_clear_bindings(q->statement);
    q->in_use = q->has_row = false;
    q->store->queries.in_use--;
}

void query_run(struct query *q)
{
    if (query_next(q))
        store_misuse("run as if it had no rows", sql_of(q));
}

/* --- columns ---------------------------------------------------------------------------------------------
 */

static void check_column(const struct query *q, int column)
{
    if (!q->has_row || column < 0 || column >= q->columns)
        store_misuse("a column that is not there", sql_of(q));
}

int64_t query_integer(struct query *q, int column)
{
    check_column(q, column);
    return sqlite3_column_int64(q->statement, column);
}

int32_t query_day(struct query *q, int column)
{
    check_column(q, column);
    if (sqlite3_column_type(q->statement, column) == SQLITE_NULL)
        return DAY_NONE;
    return sqlite3_column_int(q->statement, column);
}

const char *query_text(struct query *q, int column)
{
    check_column(q, column);
    const unsigned char *text = sqlite3_column_text(q->statement, column);
    if (text == NULL && sqlite3_errcode(q->store->handle) == SQLITE_NOMEM)
        store_fault(q->store, sql_of(q));
    return text != NULL ? (const char *)text : "";
}

bool query_is_null(struct query *q, int column)
{
    check_column(q, column);
    return sqlite3_column_type(q->statement, column) == SQLITE_NULL;
}

const void *query_blob(struct query *q, int column, size_t *ret_length)
{
    check_column(q, column);
    const void *bytes = sqlite3_column_blob(q->statement, column);
    *ret_length = (size_t)sqlite3_column_bytes(q->statement, column);
    return bytes;
}

int64_t store_last_id(struct store *store)
{
    return sqlite3_last_insert_rowid(store->handle);
}

int64_t store_changes(struct store *store)
{
    return sqlite3_changes64(store->handle);
}

int64_t store_value(struct store *store, int64_t fallback, const char *sql, const char *kinds, ...)
{
    struct query *q = query(store, sql);
    va_list arguments;
    va_start(arguments, kinds);
    bind(q, kinds, &arguments);
    va_end(arguments);
    int64_t value = query_next(q) && !query_is_null(q, 0) ? query_integer(q, 0) : fallback;
    query_end(q);
    return value;
}
