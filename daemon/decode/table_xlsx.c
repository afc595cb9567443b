/* table_xlsx.c - a local table that is a workbook: its visible sheets, one after the other. */
#include "table_rows.h"

#include "xlsx_rows.h"

#include "m13/limits.h"

#include <string.h>

/* What stands round a value that cannot be trusted. */
static const struct {
    const char *before, *words, *behind;
} forms[] = {
    [XLSX_TEXT] = {"", NULL, ","},
    [XLSX_NUMBER] = {"{\"number\":", NULL, "},"},
    [XLSX_ERROR] = {"{\"error\":", NULL, "},"},
    [XLSX_NO_VALUE] = {"{\"error\":", "公式没有计算结果", "},"},
};

static void write_cells(struct table_rows *rows, const struct xlsx_row *row)
{
    text_clear(&rows->line);
    text_append_character(&rows->line, '[');
    for (size_t i = 0; i < row->count; i++) {
        const struct xlsx_cell *cell = &row->cells[i];
        const char *words = forms[cell->kind].words, *bytes = words != NULL ? words : cell->bytes;
        table_rows_append(rows, forms[cell->kind].before, bytes, words != NULL ? strlen(words) : cell->length,
            forms[cell->kind].behind);
    }
    /* Behind the last cell there is no comma. */
    rows->line.length -= row->count > 0 && !rows->line.overflowed;
    text_append_character(&rows->line, ']');
}

static int take_sheet(const char *name, bool epoch_1904, void *context, struct failure *ret_failure)
{
    (void)ret_failure;
    struct table_rows *rows = context;
    emit_sheet(rows->emit, name, epoch_1904);
    return 0;
}

static int take_row(const struct xlsx_row *row, void *context, struct failure *ret_failure)
{
    (void)ret_failure;
    struct table_rows *rows = context;
    write_cells(rows, row);
    if (row->too_wide || row->too_large || rows->line.overflowed)
        table_rows_reject(rows, row->number, row->too_wide, row->count > 0 ? row->cells[0].bytes : "",
            row->count > 0 ? row->cells[0].length : 0);
    else
        emit_cells(rows->emit, row->number, &rows->line);
    return 0;
}

int table_rows_read_xlsx(struct table_rows *rows, int descriptor, struct failure *ret_failure)
{
    struct xlsx_reading reading = {
        .language = FAULT_IN_CHINESE, .sheet = take_sheet, .row = take_row, .context = rows};
    return xlsx_rows_read(descriptor, &reading, &rows->replaced, ret_failure);
}
