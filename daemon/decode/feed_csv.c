/* feed_csv.c - a feed's payload that is CSV: a header that names the columns, then rows of just as many
 * cells. */
#include "feed_rows.h"

#include "csv_rows.h"

#include "m13/limits.h"
#include "m13/memory.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define COLUMN_NONE SIZE_MAX

struct csv_feed {
    struct feed_rows *rows;
    size_t column_count; /* of the header; 0 = not seen yet */
    size_t *columns;     /* by source */
};

static int match_column(struct csv_feed *feed, const char *header, size_t column, struct failure *ret_failure)
{
    const struct source_list *sources = mapping_sources(feed->rows->mapping);
    for (size_t i = 0; i < sources->count; i++) {
        if (strcmp(sources->names[i], header) != 0)
            continue;
        if (feed->columns[i] != COLUMN_NONE)
            return fail(ret_failure, -EBADMSG, "column `%s` stands twice in the header", header);
        feed->columns[i] = column;
    }
    return 0;
}

static int find_missing(const struct csv_feed *feed, struct failure *ret_failure)
{
    const struct source_list *sources = mapping_sources(feed->rows->mapping);
    for (size_t i = 0; i < sources->count; i++)
        if (feed->columns[i] == COLUMN_NONE)
            return fail(ret_failure, -EBADMSG, "the header has no column `%s`, which the definition reads",
                sources->names[i]);
    return 0;
}

static int take_header(struct csv_feed *feed, const struct csv_row *row, struct failure *ret_failure)
{
    struct text name = TEXT_WITH_CEILING(3 * LIMIT_FIELD_BYTES);
    int64_t ignored = 0;
    int r = row->count <= LIMIT_CSV_COLUMNS && !row->too_large
                ? 0
                : fail(ret_failure, -EFBIG, "the header has %zu columns; at most %d are read", row->count,
                      LIMIT_CSV_COLUMNS);
    for (size_t i = 0; i < row->count && r == 0; i++) {
        text_clear(&name);
        clean_append(row->cells[i].bytes, row->cells[i].length, feed->rows->values.rules, &name, &ignored);
        shape_add(&feed->rows->shape, text_string(&name), name.length);
        r = match_column(feed, text_string(&name), i, ret_failure);
    }
    text_free(&name);
    feed->column_count = row->count;
    return r < 0 ? r : find_missing(feed, ret_failure);
}

static bool add_cells(const struct csv_feed *feed, const struct csv_row *row, struct reject *ret_reject)
{
    struct row_values *values = &feed->rows->values;
    row_values_begin(values);
    for (size_t i = 0; i < values->sources->count; i++) {
        const struct csv_cell *cell = &row->cells[feed->columns[i]];
        if (!row_values_add(values, i, cell->bytes, cell->length, ret_reject))
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
    if (feed->column_count == 0)
        return take_header(feed, row, ret_failure);
    if (is_well_formed(feed, row, &reject) && add_cells(feed, row, &reject))
        feed_rows_map(feed->rows, row->number);
    else
        emit_reject(feed->rows->emit, row->number, &reject);
    return 0;
}

int feed_rows_read_csv(struct feed_rows *rows, int64_t page, struct failure *ret_failure)
{
    size_t sources = mapping_sources(rows->mapping)->count;
    struct csv_feed feed = {.rows = rows, .columns = memory_get_zeroed(sources, sizeof *feed.columns)};
    for (size_t i = 0; i < sources; i++)
        feed.columns[i] = COLUMN_NONE;
    struct csv_reading reading = {.separator = rows->definition->separator,
        .quote = rows->definition->quote,
        .row = take_row,
        .context = &feed};
    emit_page(rows->emit, page, -1, "");
    int r = csv_rows_read(rows->charset, &reading, ret_failure);
    if (r == 0 && feed.column_count == 0)
        r = fail(ret_failure, -EBADMSG, "the payload is empty: not even a header");
    if (r == 0)
        emit_done(rows->emit, page, -1, "");
    free(feed.columns);
    return r;
}
