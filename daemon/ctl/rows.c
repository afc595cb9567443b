/* rows.c - the lists of m13ctl are the SELECTs of the published tables, run on the working database. */
#include "ctl.h"

#include "m13/log.h"
#include "m13/publish.h"

#include <sqlite3.h>
#include <string.h>

static json_t *value_of(sqlite3_stmt *statement, int column)
{
    const char *text;
    switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
        return json_integer(sqlite3_column_int64(statement, column));
    case SQLITE_FLOAT:
        return json_real(sqlite3_column_double(statement, column));
    case SQLITE_NULL:
        return json_null();
    default:
        text = (const char *)sqlite3_column_text(statement, column);
        return json_string(text ? text : "");
    }
}

static json_t *row_of(sqlite3_stmt *statement)
{
    json_t *row = json_object();
    for (int i = 0; i < sqlite3_column_count(statement); i++)
        json_object_set_new(row, sqlite3_column_name(statement, i), value_of(statement, i));
    return row;
}

static void select_of(
    const char *table, const struct rows_filter *filters, size_t filter_count, struct text *sql)
{
    const char *select = publish_table_select(publish_table(table));
    size_t length = strlen(select);
    while (length && strchr(";\n ", select[length - 1]))
        length--;
    text_append_string(sql, "SELECT * FROM (");
    text_append(sql, select, length);
    text_append_string(sql, "\n)");
    bool any = false;
    for (size_t i = 0; i < filter_count; i++) {
        if (!filters[i].value)
            continue;
        text_append_string(sql, any ? " AND " : " WHERE ");
        text_append_string(sql, filters[i].column);
        any = true;
    }
}

void rows_each(struct ctl *ctl, const char *table, const struct rows_filter *filters, size_t filter_count,
    void (*each)(struct ctl *ctl, json_t *row, void *context), void *context)
{
    struct text sql = TEXT_WITH_CEILING(256 * 1024);
    sqlite3 *database = store_handle(ctl->store);
    sqlite3_stmt *statement = NULL;
    select_of(table, filters, filter_count, &sql);
    if (sqlite3_prepare_v2(database, text_string(&sql), -1, &statement, NULL) != SQLITE_OK)
        log_fatal(EXIT_INTERNAL, "%s: %s", table, sqlite3_errmsg(database));
    int now = sqlite3_bind_parameter_index(statement, ":now");
    if (now)
        sqlite3_bind_int64(statement, now, ctl->now);
    /* Parameters without a name are numbered after :now. */
    int parameter = now;
    for (size_t i = 0; i < filter_count; i++)
        if (filters[i].value)
            sqlite3_bind_text(statement, ++parameter, filters[i].value, -1, SQLITE_STATIC);
    int r;
    while ((r = sqlite3_step(statement)) == SQLITE_ROW) {
        json_t *row = row_of(statement);
        each(ctl, row, context);
        json_decref(row);
    }
    if (r != SQLITE_DONE)
        log_fatal(EXIT_IO, "%s: %s", table, sqlite3_errmsg(database));
    sqlite3_finalize(statement);
    text_free(&sql);
}
