/* feed_xlsx.c - a feed's payload that is a workbook: the rows of one of its sheets. */
#include "feed_rows.h"

#include "table_header.h"
#include "xlsx_rows.h"

#include "m13/limits.h"
#include "m13/text.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>

struct xlsx_feed {
    struct feed_rows *rows;
    const char *sheet; /* that is read now, for people */
    bool any_fits;     /* a sheet has the name that is asked for */
    bool found;        /* the header, and with it the sheet */
    struct text names; /* of the sheets, for people */
};

static bool counts_days(const struct feed_definition *definition)
{
    for (size_t i = 0; i < definition->mapping_count; i++)
        for (size_t j = 0; j < definition->mappings[i].date_form_count; j++)
            if (definition->mappings[i].date_forms[j] == DATE_FORM_EXCEL)
                return true;
    return false;
}

static int take_sheet(const char *name, bool epoch_1904, void *context, struct failure *ret_failure)
{
    struct xlsx_feed *feed = context;
    const struct feed_definition *definition = feed->rows->definition;
    if (feed->found)
        return XLSX_ENOUGH;
    text_append_format(&feed->names, "%s`%s`", feed->names.length > 0 ? ", " : "", name);
    if (definition->sheet != NULL && fnmatch(definition->sheet, name, 0) != 0)
        return XLSX_ENOUGH;
    if (epoch_1904 && counts_days(definition))
        return fail(ret_failure, -EBADMSG,
            "the workbook counts days from 1904, the definition's dates from 1900: every date would be "
            "wrong");
    feed->sheet = name;
    feed->any_fits = true;
    return 0;
}

/* --- the header ------------------------------------------------------------------------------------------
 */

static int try_header(struct xlsx_feed *feed, const struct xlsx_row *row, struct failure *ret_failure)
{
    struct table_header *header = feed->rows->header;
    struct text place = TEXT_WITH_CEILING(200);
    if (row->number > LIMIT_HEADER_ROWS)
        return XLSX_ENOUGH;
    for (size_t i = 0; i < row->count; i++)
        table_header_add(header, row->cells[i].bytes, row->cells[i].length);
    text_append_format(&place, "sheet %s, row %lld", feed->sheet, (long long)row->number);
    int r = table_header_try(header, text_string(&place), ret_failure);
    text_free(&place);
    feed->found = r == 1;
    if (feed->found)
        table_header_shape(header, &feed->rows->shape);
    return r < 0 ? r : 0;
}

static int tell_no_header(struct xlsx_feed *feed, struct failure *ret_failure)
{
    if (!feed->any_fits)
        return fail(ret_failure, -EBADMSG, "no sheet fits `%s`; there are %s", feed->rows->definition->sheet,
            text_string(&feed->names));
    return table_header_fail(feed->rows->header, ret_failure);
}

/* --- rows ------------------------------------------------------------------------------------------------
 */

static bool add_cell(
    struct row_values *values, size_t source, const struct xlsx_cell *cell, struct reject *ret_reject)
{
    static const char *const reasons[] = {
        [XLSX_TEXT] = NULL,
        [XLSX_NUMBER] = "found a number of more digits than a cell holds: the last ones are lost",
        [XLSX_ERROR] = "found the failure of a formula",
        [XLSX_NO_VALUE] = "found a formula without its value",
    };
    if (reasons[cell->kind] == NULL)
        return row_values_add(values, source, cell->bytes, cell->length, ret_reject);
    reject_say(
        ret_reject, values->sources->names[source], cell->bytes, cell->length, "%s", reasons[cell->kind]);
    return false;
}

static bool add_cells(const struct xlsx_feed *feed, const struct xlsx_row *row, struct reject *ret_reject)
{
    static const struct xlsx_cell blank = {XLSX_TEXT, "", 0};
    struct row_values *values = &feed->rows->values;
    row_values_begin(values);
    for (size_t i = 0; i < values->sources->count; i++) {
        size_t column = table_header_column(feed->rows->header, i);
        if (!add_cell(values, i, column < row->count ? &row->cells[column] : &blank, ret_reject))
            return false;
    }
    row_values_end(values);
    return true;
}

static int take_row(const struct xlsx_row *row, void *context, struct failure *ret_failure)
{
    struct xlsx_feed *feed = context;
    struct reject reject;
    if (!feed->found)
        return try_header(feed, row, ret_failure);
    if (row->too_large)
        reject_say(&reject, "", "", 0, "found more than %d KiB in one row", LIMIT_ROW_BYTES / 1024);
    if (!row->too_large && add_cells(feed, row, &reject))
        feed_rows_map(feed->rows, row->number);
    else
        emit_reject(feed->rows->emit, row->number, &reject);
    return 0;
}

int feed_rows_read_xlsx(struct feed_rows *rows, int64_t page, struct failure *ret_failure)
{
    struct xlsx_feed feed = {.rows = rows, .names = TEXT_WITH_CEILING(400)};
    struct xlsx_reading reading = {
        .language = FAULT_IN_ENGLISH, .sheet = take_sheet, .row = take_row, .context = &feed};
    table_header_begin(rows->header);
    emit_page(rows->emit, page, -1, "");
    int r = xlsx_rows_read(rows->descriptor, &reading, &rows->values.replaced, ret_failure);
    if (r == 0 && !feed.found)
        r = tell_no_header(&feed, ret_failure);
    if (r == 0)
        emit_done(rows->emit, page, -1, "");
    text_free(&feed.names);
    return r;
}
