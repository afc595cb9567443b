/* fill.c - the tables of a publication, each from its SELECT over the working database. */
#include "internal.h"

#include "m13/text.h"

#include <errno.h>
#include <string.h>

enum { SQL_BYTES = 64 * 1024 };

static bool create(struct publication *publication, const struct publish_table *table)
{
    struct text sql = TEXT_WITH_CEILING(SQL_BYTES);
    publish_table_create(table, &sql);
    bool good = publication_run(publication, table->name, text_string(&sql));
    text_free(&sql);
    return good;
}

static void write_insert(const struct publish_table *table, const char *condition, struct text *sql)
{
    const char *select = publish_table_select(table);
    size_t length = strlen(select);
    while (length > 0 && strchr("; \n", select[length - 1]) != NULL)
        length--;
    text_append_format(sql, "INSERT INTO main.%s SELECT * FROM (", table->name);
    text_append(sql, select, length);
    text_append_string(sql, "\n)");
    if (condition != NULL)
        text_append_format(sql, " WHERE %s", condition);
}

bool publication_insert(
    struct publication *publication, const struct publish_table *table, const char *condition)
{
    struct text sql = TEXT_WITH_CEILING(SQL_BYTES);
    sqlite3 *database = publication->database;
    sqlite3_stmt *statement = NULL;
    write_insert(table, condition, &sql);
    bool good = sqlite3_prepare_v2(database, text_string(&sql), -1, &statement, NULL) == SQLITE_OK;
    if (good) {
        int now = sqlite3_bind_parameter_index(statement, ":now");
        if (now != 0)
            sqlite3_bind_int64(statement, now, publication->now);
        good = sqlite3_step(statement) == SQLITE_DONE;
    }
    if (!good)
        fail(&publication->failure, -EIO, "%s: %s", table->name, sqlite3_errmsg(database));
    sqlite3_finalize(statement);
    text_free(&sql);
    return good;
}

/* What several tables are filled from is gathered once: a temporary table goes before the view of its name.
 */
static bool gather(struct publication *publication)
{
    return publication_run(publication, "beijing_maker",
        "CREATE TEMP TABLE beijing_maker AS SELECT * FROM working.beijing_maker");
}

bool publication_fill(struct publication *publication)
{
    if (!gather(publication))
        return false;
    for (size_t i = 0; i < publish_table_count; i++) {
        const struct publish_table *table = &publish_tables[i];
        bool taken = publication->reuses && reuse_knows(table);
        if (!create(publication, table) ||
            !(taken ? reuse_fill(publication, table) : publication_insert(publication, table, NULL)))
            return false;
    }
    return true;
}
