#include "receipt.h"

#include "m13/limits.h"
#include "m13/store.h"
#include "m13/text.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PATH_BYTES 4096

struct receipt {
    struct text path, temporary;
    FILE *file;
};

/* Excel, and its like, run a cell that begins so as a formula; the full-width signs too, where the system's
 * language is Chinese. */
static bool is_formula(const char *cell)
{
    static const char *const starts[] = {"=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"};
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

static void write_line(
    FILE *file, const char *row, const char *field, const char *reason, const char *expected)
{
    write_cell(file, row, ",");
    write_cell(file, field, ",");
    write_cell(file, reason, ",");
    write_cell(file, expected, "\r\n");
}

/* --- the file --------------------------------------------------------------------------------------------
 */

static struct text path_of(struct store *store, const char *before, const char *name, const char *after)
{
    struct text path = TEXT_WITH_CEILING(PATH_BYTES);
    text_append_format(
        &path, "%s/inbox/rejected/%s%s.errors.csv%s", store_directory(store), before, name, after);
    return path;
}

static int receipt_open(
    struct store *store, const char *name, struct receipt *receipt, struct failure *ret_failure)
{
    *receipt = (struct receipt){
        .path = path_of(store, "", name, ""), .temporary = path_of(store, ".", name, ".tmp")};
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
    write_line(receipt->file, "行", "列", "问题", "应为");
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

static int64_t write_problems(struct store *store, int64_t file, FILE *out)
{
    int64_t count = 0;
    struct query *q = query_bind(query(store, "SELECT row, field, reason, expected FROM local_reject "
                                              "WHERE file = ? ORDER BY row, field"),
        "i", file);
    for (; query_next(q); count++) {
        char row[24];
        snprintf(row, sizeof row, "%" PRId64, query_integer(q, 0));
        write_line(out, row, query_text(q, 1), query_text(q, 2), query_text(q, 3));
    }
    return count;
}

static void write_remainder(struct store *store, int64_t file, FILE *out)
{
    int64_t rejected = store_value(store, 0, "SELECT rejected FROM local_file WHERE id = ?", "i", file);
    char reason[160];
    snprintf(reason, sizeof reason, "问题太多，只列出前 %d 条；全文件共有 %" PRId64 " 行未被接收",
        LIMIT_REJECTS_KEPT, rejected);
    write_line(out, "", "", reason, "改正后重新报送");
}

int local_receipt_write(struct store *store, int64_t file, const char *name, struct failure *ret_failure)
{
    if (store_value(store, 0, "SELECT count(*) FROM local_reject WHERE file = ?", "i", file) == 0) {
        struct text path = path_of(store, "", name, "");
        int r = unlink(text_string(&path)) < 0 && errno != ENOENT ? -errno : 0;
        if (r < 0)
            fail(ret_failure, r, "%s: %s", text_string(&path), strerror(-r));
        text_free(&path);
        return r;
    }
    struct receipt receipt;
    int r = receipt_open(store, name, &receipt, ret_failure);
    if (r < 0)
        return r;
    if (write_problems(store, file, receipt.file) >= LIMIT_REJECTS_KEPT)
        write_remainder(store, file, receipt.file);
    return receipt_close(&receipt, ret_failure);
}

int local_receipt_refuse(
    struct store *store, const char *name, const char *problem, struct failure *ret_failure)
{
    struct receipt receipt;
    int r = receipt_open(store, name, &receipt, ret_failure);
    if (r < 0)
        return r;
    write_line(receipt.file, "", "", problem, "整个文件未被接收；改正后重新报送");
    return receipt_close(&receipt, ret_failure);
}
