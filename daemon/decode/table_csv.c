/* table_csv.c - a local table that is CSV: one sheet without a name. */
#include "table_rows.h"

#include "clean.h"
#include "csv_rows.h"
#include "table_sniff.h"

#include "m13/limits.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* Exports write ="00123" so that Excel keeps the zeros: it shows 00123. */
static struct csv_cell shown(const struct csv_cell *cell)
{
    bool formula = cell->length >= 3 && cell->bytes[0] == '=' && cell->bytes[1] == '"' &&
                   memchr(cell->bytes + 2, '"', cell->length - 2) == cell->bytes + cell->length - 1;
    return formula ? (struct csv_cell){cell->bytes + 2, cell->length - 3} : *cell;
}

/* The cells as a JSON array, without the blank ones at its end; how many there are. */
static size_t write_cells(struct table_rows *rows, const struct csv_row *row)
{
    size_t kept = row->count < LIMIT_CSV_COLUMNS ? row->count : LIMIT_CSV_COLUMNS, filled = 0, end = 1;
    text_clear(&rows->line);
    text_append_character(&rows->line, '[');
    for (size_t i = 0; i < kept; i++) {
        struct csv_cell cell = shown(&row->cells[i]);
        text_clear(&rows->cell);
        clean_append(
            cell.bytes, cell.length, (struct clean_rules){.keep_lines = true}, &rows->cell, &rows->replaced);
        table_rows_append(rows, i > 0 ? "," : "", text_string(&rows->cell), rows->cell.length, "");
        if (rows->cell.length == 0)
            continue;
        filled = i + 1;
        end = rows->line.length;
    }
    if (!rows->line.overflowed)
        rows->line.length = end;
    text_append_character(&rows->line, ']');
    return filled;
}

static bool has_nul(const struct csv_row *row)
{
    const struct csv_cell *last =
        &row->cells[(row->count < LIMIT_CSV_COLUMNS ? row->count : LIMIT_CSV_COLUMNS) - 1];
    size_t length = (size_t)(last->bytes + last->length - row->cells[0].bytes);
    return memchr(row->cells[0].bytes, '\0', length) != NULL;
}

/* Why it cannot be read; NULL = it can. */
static const char *why_bad(const struct csv_row *row)
{
    if (row->misquoted)
        return "带引号的单元格内又有英文双引号：请写成两个双引号，或改用中文引号";
    if (has_nul(row))
        return "这一行有看不见的空字符（NUL），文件可能已损坏：请重新填写这一行";
    return NULL;
}

static int take_row(const struct csv_row *row, void *context, struct failure *ret_failure)
{
    (void)ret_failure;
    struct table_rows *rows = context;
    struct reject reject;
    const struct csv_cell *first = &row->cells[0];
    const char *problem = why_bad(row);
    size_t filled = write_cells(rows, row);
    if (problem != NULL) {
        reject_say(&reject, "", first->bytes, first->length, "%s", problem);
        emit_reject(rows->emit, row->number, &reject);
    } else if (row->too_wide || row->too_large || rows->line.overflowed) {
        table_rows_reject(rows, row->number, row->too_wide, first->bytes, first->length);
    } else if (filled > 0) {
        emit_cells(rows->emit, row->number, &rows->line);
    }
    return 0;
}

static int rewind_to_start(int descriptor, struct failure *ret_failure)
{
    return lseek(descriptor, 0, SEEK_SET) < 0
               ? fail(ret_failure, -errno, "the table cannot be read twice: %s", strerror(errno))
               : 0;
}

static int find_separator(struct table_rows *rows, struct charset *charset, int descriptor,
    char *ret_separator, struct failure *ret_failure)
{
    int r = rewind_to_start(descriptor, ret_failure);
    if (r < 0)
        return r;
    int64_t before = charset_replaced(charset);
    struct input *input = input_open(descriptor);
    charset_begin(charset, input);
    r = table_sniff_separator(charset, ret_separator, ret_failure);
    input_close(input);
    rows->replaced -= charset_replaced(charset) - before; /* these will be met again */
    return r;
}

int table_rows_read_csv(
    struct table_rows *rows, struct charset *charset, int descriptor, struct failure *ret_failure)
{
    struct csv_reading reading = {
        .quote = '"', .language = FAULT_IN_CHINESE, .row = take_row, .context = rows};
    int r = find_separator(rows, charset, descriptor, &reading.separator, ret_failure);
    if (r == 0)
        r = rewind_to_start(descriptor, ret_failure);
    if (r < 0)
        return r;
    struct input *input = input_open(descriptor);
    charset_begin(charset, input);
    emit_sheet(rows->emit, "", false);
    r = csv_rows_read(charset, &reading, ret_failure);
    input_close(input);
    return r;
}
