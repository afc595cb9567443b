#include "receipt.h"

#include "m13/limits.h"
#include "m13/store.h"
#include "m13/text.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PATH_BYTES 4096

/* Which table of a delivery: what was not taken, or what was taken although it looks wrong. */
struct table {
    const char *ending;
    const char *problem; /* head of the column */
    int64_t warning;     /* local_reject.warning */
};
static const struct table errors = {".errors.csv", "问题", 0};
static const struct table warnings = {".warnings.csv", "提醒", 1};

struct receipt {
    struct text path, temporary;
    FILE *file;
    bool sheets; /* of a workbook: rows are told by sheet */
};

struct line {
    const char *sheet, *row, *field, *reason, *expected;
};

/* Excel, and its like, run a cell that begins so as a formula; the full-width signs too, where the system's
 * language is Chinese. */
static bool is_formula(const char *cell)
{
    static const char *const starts[] = {"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"};
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++)
        if (string_starts(cell, starts[i]))
            return true;
    return false;
}

static void write_cell(FILE *file, const char *cell, const char *end)
{
    fputs(is_formula(cell) ? "\"'" : "\"", file);
    for (; *cell != '\0'; cell++) {
        if (*cell == '"')
            fputc('"', file);
        fputc(*cell, file);
    }
    fputs("\"", file);
    fputs(end, file);
}

static void write_line(const struct receipt *receipt, const struct line *line)
{
    if (receipt->sheets)
        write_cell(receipt->file, line->sheet, ",");
    write_cell(receipt->file, line->row, ",");
    write_cell(receipt->file, line->field, ",");
    write_cell(receipt->file, line->reason, ",");
    write_cell(receipt->file, line->expected, "\r\n");
}

/* --- the file --------------------------------------------------------------------------------------------
 */

static struct text path_of(
    struct store *store, const char *before, const char *name, const struct table *table, const char *after)
{
    struct text path = TEXT_WITH_CEILING(PATH_BYTES);
    text_append_format(
        &path, "%s/inbox/rejected/%s%s%s%s", store_directory(store), before, name, table->ending, after);
    return path;
}

static int receipt_open(struct store *store, const char *name, const struct table *table, bool sheets,
    struct receipt *receipt, struct failure *ret_failure)
{
    *receipt = (struct receipt){.path = path_of(store, "", name, table, ""),
        .temporary = path_of(store, ".", name, table, ".tmp"),
        .sheets = sheets};
    int descriptor =
        open(text_string(&receipt->temporary), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    receipt->file = descriptor < 0 ? NULL : fdopen(descriptor, "w");
    if (receipt->file == NULL) {
        int r = fail(ret_failure, -errno, "%s: %s", text_string(&receipt->temporary), strerror(errno));
        text_free(&receipt->path);
        text_free(&receipt->temporary);
        return r;
    }
    fputs("\xef\xbb\xbf", receipt->file); /* without it Excel takes UTF-8 for GBK */
    write_line(receipt, &(struct line){"工作表", "行", "列", table->problem, "应为"});
    return 0;
}

static int receipt_close(struct receipt *receipt, struct failure *ret_failure)
{
    int r = 0;
    bool written = fflush(receipt->file) == 0 && !ferror(receipt->file) && fsync(fileno(receipt->file)) == 0;
    if (!written)
        r = fail(ret_failure, -EIO, "%s: %s", text_string(&receipt->temporary), strerror(errno));
    fclose(receipt->file);
    if (r == 0 && rename(text_string(&receipt->temporary), text_string(&receipt->path)) < 0)
        r = fail(ret_failure, -errno, "%s: %s", text_string(&receipt->path), strerror(errno));
    if (r < 0)
        unlink(text_string(&receipt->temporary));
    text_free(&receipt->path);
    text_free(&receipt->temporary);
    return r;
}

/* --- what is in it ---------------------------------------------------------------------------------------
 */

static void write_refusals(struct store *store, int64_t delivery, const struct receipt *receipt)
{
    struct query *q = query_bind(query(store, "SELECT sheet, problem FROM local_file "
                                              "WHERE delivery = ? AND state = 'refused' AND problem <> '' "
                                              "GROUP BY problem ORDER BY min(id)"),
        "i", delivery);
    while (query_next(q))
        write_line(receipt,
            &(struct line){query_text(q, 0), "", "", query_text(q, 1), "整个文件未被接收；改正后重新报送"});
}

static int64_t write_problems(
    struct store *store, int64_t delivery, const struct table *table, const struct receipt *receipt)
{
    int64_t count = 0;
    struct query *q =
        query_bind(query(store, "SELECT f.sheet, r.row, r.field, r.reason, r.expected "
                                "FROM local_file f JOIN local_reject r ON r.file = f.id "
                                "WHERE f.delivery = ? AND r.warning = ? ORDER BY f.id, r.row, r.field"),
            "ii", delivery, table->warning);
    for (; query_next(q); count++) {
        char row[24];
        snprintf(row, sizeof row, "%" PRId64, query_integer(q, 1));
        write_line(receipt,
            &(struct line){query_text(q, 0), row, query_text(q, 2), query_text(q, 3), query_text(q, 4)});
    }
    return count;
}

static void write_remainder(struct store *store, int64_t delivery, const struct receipt *receipt)
{
    int64_t rejected =
        store_value(store, 0, "SELECT sum(rejected) FROM local_file WHERE delivery = ?", "i", delivery);
    char reason[160];
    snprintf(reason, sizeof reason, "问题太多，只列出前 %d 条；全文件共有 %" PRId64 " 行未被接收",
        LIMIT_REJECTS_KEPT, rejected);
    write_line(receipt, &(struct line){"", "", "", reason, "改正后重新报送"});
}

static bool is_anything_told(struct store *store, int64_t delivery, const struct table *table)
{
    bool refused = table->warning == 0 &&
                   store_value(store, 0,
                       "SELECT EXISTS (SELECT 1 FROM local_file WHERE delivery = ? AND state = 'refused')",
                       "i", delivery) != 0;
    return refused || store_value(store, 0,
                          "SELECT EXISTS (SELECT 1 FROM local_file f JOIN local_reject r ON r.file = f.id "
                          "               WHERE f.delivery = ? AND r.warning = ?)",
                          "ii", delivery, table->warning) != 0;
}

static int remove_table(
    struct store *store, const char *name, const struct table *table, struct failure *ret_failure)
{
    struct text path = path_of(store, "", name, table, "");
    int r = unlink(text_string(&path)) < 0 && errno != ENOENT ? -errno : 0;
    if (r < 0)
        fail(ret_failure, r, "%s: %s", text_string(&path), strerror(-r));
    text_free(&path);
    return r;
}

static int write_table(struct store *store, int64_t delivery, const char *name, const struct table *table,
    struct failure *ret_failure)
{
    if (!is_anything_told(store, delivery, table))
        return remove_table(store, name, table, ret_failure);
    bool sheets =
        store_value(store, 0, "SELECT EXISTS (SELECT 1 FROM local_file WHERE delivery = ? AND sheet <> '')",
            "i", delivery) != 0;
    struct receipt receipt;
    int r = receipt_open(store, name, table, sheets, &receipt, ret_failure);
    if (r < 0)
        return r;
    if (table->warning == 0)
        write_refusals(store, delivery, &receipt);
    if (write_problems(store, delivery, table, &receipt) >= LIMIT_REJECTS_KEPT)
        write_remainder(store, delivery, &receipt);
    return receipt_close(&receipt, ret_failure);
}

int local_receipt_write(struct store *store, int64_t delivery, const char *name, struct failure *ret_failure)
{
    int r = write_table(store, delivery, name, &errors, ret_failure);
    return r < 0 ? r : write_table(store, delivery, name, &warnings, ret_failure);
}

int local_receipt_refuse(
    struct store *store, const char *name, const char *problem, struct failure *ret_failure)
{
    struct receipt receipt;
    int r = receipt_open(store, name, &errors, false, &receipt, ret_failure);
    if (r < 0)
        return r;
    write_line(&receipt, &(struct line){"", "", "", problem, "整个文件未被接收；改正后重新报送"});
    return receipt_close(&receipt, ret_failure);
}
