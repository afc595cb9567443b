/* told_head.c - the journal's length and head as the publication that stands tells them. */
#include "m13/publish.h"

#include "m13/text.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool read_head(sqlite3 *database, int64_t *ret_seq, char out[DIGEST_HEX_BYTES])
{
    static const char sql[] =
        "SELECT CAST(entries.value AS INTEGER), head.value FROM bi_meta entries, bi_meta head "
        "WHERE entries.name = 'journal_entries' AND head.name = 'journal_head'";
    sqlite3_stmt *statement = NULL;
    bool found = sqlite3_prepare_v2(database, sql, -1, &statement, NULL) == SQLITE_OK &&
                 sqlite3_step(statement) == SQLITE_ROW &&
                 sqlite3_column_bytes(statement, 1) == DIGEST_HEX_BYTES - 1;
    if (found) {
        *ret_seq = sqlite3_column_int64(statement, 0);
        memcpy(out, sqlite3_column_text(statement, 1), DIGEST_HEX_BYTES);
    }
    sqlite3_finalize(statement);
    return found;
}

bool publish_told_head(const char *state_directory, int64_t *ret_seq, char out[DIGEST_HEX_BYTES])
{
    char *path = path_join(state_directory, "published/m13.db");
    sqlite3 *database = NULL;
    bool found = sqlite3_open_v2(path, &database, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
                 read_head(database, ret_seq, out);
    sqlite3_close(database);
    free(path);
    return found;
}
