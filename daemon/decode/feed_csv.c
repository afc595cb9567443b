/* feed_csv.c - a feed's payload that is CSV: a header that names the columns, then rows of just as many
 * cells. */
#include "feed_rows.h"

#include "csv_rows.h"
#include "table_header.h"

#include "m13/limits.h"

#include <errno.h>
#include <stdio.h>

struct csv_feed {
    struct feed_rows *rows;
    bool any;            /* a row has come */
    size_t column_count; /* of the header; 0 = not seen yet */
};

static int try_header(struct csv_feed *feed, const struct csv_row *row, struct failure *ret_failure)
{
    struct table_header *header = feed->rows->header;
    char place[32];
    for (size_t i = 0; i < row->count && i < LIMIT_CSV_COLUMNS; i++)
        table_header_add(header, row->cells[i].bytes, row->cells[i].length);
    snprintf(place, sizeof place, "row %lld", (long long)row->number);
    int r = table_header_try(header, place, ret_failure);
    if (r == 0)
        return row->number < LIMIT_HEADER_ROWS ? 0 : table_header_fail(header, ret_failure);
    if (r == 1 && (row->too_wide || row->count > LIMIT_CSV_COLUMNS))
        return fail(ret_failure, -EFBIG, "the header has %zu columns; at most %d are read", row->count,
            LIMIT_CSV_COLUMNS);
    if (r == 1) {
        feed->column_count = row->count;
        table_header_shape(header, &feed->rows->shape);
    }
    return r < 0 ? r : 0;
}

static bool add_cells(const struct csv_feed *feed, const struct csv_row *row, struct reject *ret_reject)
{
    struct row_values *values = &feed->rows->values;
    row_values_begin(values);
    for (size_t i = 0; i < values->sources->count; i++) {
        size_t column = table_header_column(feed->rows->header, i);
        struct csv_cell cell = column != TABLE_NO_COLUMN ? row->cells[column] : (struct csv_cell){"", 0};
        if (!row_values_add(values, i, cell.bytes, cell.length, ret_reject))
            return false;
    }
    row_values_end(values);
    return true;
}

/* The row has the form that the header promised. */
static bool is_well_formed(const struct csv_feed *feed, const struct csv_row *row, struct reject *ret_reject)
{
    const char *bytes = row->cells[0].bytes;
    size_t length = row->cells[0].length;
    if (row->misquoted)
        reject_say(ret_reject, "", bytes, length, "a quote inside a quoted cell is not doubled");
    else if (row->count != feed->column_count || row->too_large)
        reject_say(ret_reject, "", bytes, length, "found %zu cells%s, the header has %zu%s", row->count,
            row->too_large ? " of too many bytes" : "", feed->column_count,
            row->breaks_lines ? "; a quoted cell goes over several lines" : "");
    else
        return true;
    return false;
}

static int take_row(const struct csv_row *row, void *context, struct failure *ret_failure)
{
    struct csv_feed *feed = context;
    struct reject reject;
    feed->any = true;
    if (feed->column_count == 0)
        return try_header(feed, row, ret_failure);
    if (is_well_formed(feed, row, &reject) && add_cells(feed, row, &reject))
        feed_rows_map(feed->rows, row->number);
    else
        emit_reject(feed->rows->emit, row->number, &reject);
    return 0;
}

int feed_rows_read_csv(struct feed_rows *rows, int64_t page, struct failure *ret_failure)
{
    struct csv_feed feed = {.rows = rows};
    bool unended = false;
    struct csv_reading reading = {.separator = rows->definition->separator,
        .quote = rows->definition->quote,
        .row = take_row,
        .context = &feed,
        .ret_unended = &unended};
    table_header_begin(rows->header);
    emit_page(rows->emit, page, -1, "");
    int r = csv_rows_read(rows->charset, &reading, ret_failure);
    if (r == 0 && feed.column_count == 0)
        r = feed.any ? table_header_fail(rows->header, ret_failure)
                     : fail(ret_failure, -EBADMSG, "the payload is empty: not even a header");
    if (r == 0)
        emit_done(rows->emit, page, -1, "");
    rows->unended = rows->unended || unended;
    return r;
}
