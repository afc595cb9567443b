#include "table_rows.h"

#include "clean.h"
#include "csv_rows.h"
#include "table_sniff.h"

#include "m13/limits.h"
#include "m13/memory.h"
#include "m13/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct table {
    struct table_rows *rows;
    int64_t page;
    char **headers; /* "" = a column without one */
    size_t column_count;
    struct text cell, line;
};

void table_rows_init(struct table_rows *rows, struct emit *emit)
{
    *rows = (struct table_rows){
        .emit = emit, .utf8 = charset_new(CHARSET_UTF8), .gb18030 = charset_new(CHARSET_GB18030)};
}

void table_rows_release(struct table_rows *rows)
{
    charset_free(rows->utf8);
    charset_free(rows->gb18030);
}

static const char *clean_cell(struct table *table, const struct csv_cell *cell, int64_t *replaced)
{
    text_clear(&table->cell);
    clean_append(cell->bytes, cell->length, (struct clean_rules){.keep_lines = true}, &table->cell, replaced);
    return text_string(&table->cell);
}

static int add_header(struct table *table, const char *header, struct failure *ret_failure)
{
    for (size_t i = 0; i < table->column_count && *header != '\0'; i++)
        if (strcmp(table->headers[i], header) == 0)
            return fail(ret_failure, -EBADMSG, "column `%s` stands twice in the header", header);
    table->headers[table->column_count++] = memory_copy_string(header);
    text_append_character(&table->line, table->column_count > 1 ? ',' : '[');
    text_append_json(&table->line, header);
    return 0;
}

static int take_header(struct table *table, const struct csv_row *row, struct failure *ret_failure)
{
    if (row->count > LIMIT_CSV_COLUMNS)
        return fail(ret_failure, -EFBIG, "the header has %zu columns; at most %d are read", row->count,
            LIMIT_CSV_COLUMNS);
    table->headers = memory_get_zeroed(row->count, sizeof *table->headers);
    text_clear(&table->line);
    for (size_t i = 0; i < row->count; i++) {
        int r = add_header(table, clean_cell(table, &row->cells[i], &table->rows->replaced), ret_failure);
        if (r < 0)
            return r;
    }
    text_append_character(&table->line, ']');
    if (table->line.overflowed || row->too_large)
        return fail(ret_failure, -EFBIG, "the header has more than %d bytes", LIMIT_RECORD_BYTES);
    emit_page(table->rows->emit, table->page, -1, "", text_string(&table->line));
    return 0;
}

static void append_cell(struct table *table, size_t column, const char *value)
{
    if (table->line.length > 1)
        text_append_character(&table->line, ',');
    text_append_json(&table->line, table->headers[column]);
    text_append_character(&table->line, ':');
    text_append_json(&table->line, value);
}

/* A cell that no header names may be empty: spreadsheets leave separators behind. */
static bool take_cells(struct table *table, const struct csv_row *row, struct reject *ret_reject)
{
    static const struct csv_cell nothing = {"", 0};
    size_t kept = row->count < LIMIT_CSV_COLUMNS ? row->count : LIMIT_CSV_COLUMNS;
    if (row->misquoted) {
        reject_say(ret_reject, "", row->cells[0].bytes, row->cells[0].length,
            "a quote inside a quoted cell is not doubled");
        return false;
    }
    text_clear(&table->line);
    text_append_character(&table->line, '{');
    for (size_t i = 0; i < kept || i < table->column_count; i++) {
        const struct csv_cell *cell = i < kept ? &row->cells[i] : &nothing;
        const char *value = clean_cell(table, cell, &table->rows->replaced);
        bool named = i < table->column_count && *table->headers[i] != '\0';
        if (named) {
            append_cell(table, i, value);
        } else if (*value != '\0') {
            reject_say(ret_reject, "", value, strlen(value),
                "found %zu cells, the header names %zu columns%s; there is text in cell %zu, which has no "
                "header",
                row->count, table->column_count,
                row->breaks_lines ? ", and a quoted cell goes over several lines" : "", i + 1);
            return false;
        }
    }
    text_append_character(&table->line, '}');
    if (!table->line.overflowed && !row->too_large && row->count <= LIMIT_CSV_COLUMNS)
        return true;
    reject_say(ret_reject, "", "", 0, "the row has more than %d cells or %d bytes, which is the most",
        LIMIT_CSV_COLUMNS, LIMIT_RECORD_BYTES);
    return false;
}

static bool is_empty(struct table *table, const struct csv_row *row)
{
    size_t kept = row->count < LIMIT_CSV_COLUMNS ? row->count : LIMIT_CSV_COLUMNS;
    int64_t ignored = 0;
    for (size_t i = 0; i < kept; i++)
        if (*clean_cell(table, &row->cells[i], &ignored) != '\0')
            return false;
    return row->count <= LIMIT_CSV_COLUMNS;
}

static int take_row(const struct csv_row *row, void *context, struct failure *ret_failure)
{
    struct table *table = context;
    struct reject reject;
    if (is_empty(table, row))
        return 0;
    if (table->column_count == 0)
        return take_header(table, row, ret_failure);
    if (take_cells(table, row, &reject))
        emit_cells(table->rows->emit, row->number, &table->line);
    else
        emit_reject(table->rows->emit, row->number, &reject);
    return 0;
}

static int read_table(struct table_rows *rows, int64_t page, struct input *input,
    const struct table_form *form, struct failure *ret_failure)
{
    struct charset *charset = form->charset == CHARSET_GB18030 ? rows->gb18030 : rows->utf8;
    struct table table = {.rows = rows,
        .page = page,
        .cell = TEXT_WITH_CEILING(3 * LIMIT_FIELD_BYTES),
        .line = TEXT_WITH_CEILING(LIMIT_RECORD_BYTES)};
    struct csv_reading reading = {form->separator, '"', take_row, &table};
    charset_begin(charset, input);
    int r = csv_rows_read(charset, &reading, ret_failure);
    if (r == 0 && table.column_count == 0)
        r = fail(ret_failure, -EBADMSG, "the table is empty: not even a header");
    if (r == 0)
        emit_done(rows->emit, page, -1, "");
    for (size_t i = 0; i < table.column_count; i++)
        free(table.headers[i]);
    free(table.headers);
    text_free(&table.cell);
    text_free(&table.line);
    return r;
}

int table_rows_read(struct table_rows *rows, int64_t page, int descriptor, struct failure *ret_failure)
{
    struct table_form form;
    struct input *input = input_open(descriptor);
    int r = table_sniff(input, &form, ret_failure);
    input_close(input);
    if (r < 0)
        return r;
    if (lseek(descriptor, 0, SEEK_SET) < 0)
        return fail(ret_failure, -errno, "the table cannot be read twice: %s", strerror(errno));
    input = input_open(descriptor);
    r = read_table(rows, page, input, &form, ret_failure);
    input_close(input);
    return r;
}
