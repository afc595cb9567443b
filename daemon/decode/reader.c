#include "reader.h"

#include "feed_rows.h"
#include "table_rows.h"
#include "zip_member.h"

#include "m13/limits.h"
#include "m13/memory.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

struct reader {
    const struct feed_definition *definition; /* NULL = tables */
    struct emit *emit;
    struct feed_rows feed;
    struct table_rows tables;
};

struct reader *reader_new(const struct feed_definition *definition, struct emit *emit)
{
    struct reader *reader = memory_get_zeroed(1, sizeof *reader);
    reader->definition = definition;
    reader->emit = emit;
    if (definition != NULL)
        feed_rows_init(&reader->feed, definition, emit);
    else
        table_rows_init(&reader->tables, emit);
    return reader;
}

void reader_free(struct reader *reader)
{
    if (reader == NULL)
        return;
    if (reader->definition != NULL)
        feed_rows_release(&reader->feed);
    else
        table_rows_release(&reader->tables);
    free(reader);
}

/* A new format is a line here, and one file. */
static const struct {
    int (*read)(struct feed_rows *rows, int64_t page, struct failure *ret_failure);
    bool ordered; /* its rows' fields have an order of their own, which the shape keeps */
} formats[] = {
    [FORMAT_JSON] = {feed_rows_read_json, false},
    [FORMAT_CSV] = {feed_rows_read_csv, true},
    [FORMAT_XLSX] = {feed_rows_read_xlsx, true},
    [FORMAT_XML] = {feed_rows_read_xml, false},
    [FORMAT_HTML] = {feed_rows_read_html, true},
};

static int read_from(struct feed_rows *feed, struct input *input, int64_t page, struct failure *ret_failure)
{
    int (*read)(struct feed_rows *, int64_t, struct failure *) = formats[feed->definition->format].read;
    charset_begin(feed->charset, input);
    return read != NULL ? read(feed, page, ret_failure)
                        : fail(ret_failure, -EOPNOTSUPP, "feeds of this format cannot be read");
}

static int read_member(struct feed_rows *feed, int64_t page, int descriptor, struct failure *ret_failure)
{
    struct zip_member *member;
    int r = zip_member_open(descriptor, feed->definition->member, &member, ret_failure);
    if (r < 0)
        return r;
    r = read_from(feed, zip_member_input(member), page, ret_failure);
    zip_member_close(member);
    return r;
}

static int read_feed(struct feed_rows *feed, int64_t page, int descriptor, struct failure *ret_failure)
{
    feed->descriptor = descriptor;
    if (feed->definition->container == CONTAINER_ZIP)
        return read_member(feed, page, descriptor, ret_failure);
    struct input *input = input_open(descriptor);
    int r = read_from(feed, input, page, ret_failure);
    input_close(input);
    return r;
}

int reader_take(struct reader *reader, int64_t page, int descriptor, struct failure *ret_failure)
{
    return reader->definition != NULL ? read_feed(&reader->feed, page, descriptor, ret_failure)
                                      : table_rows_read(&reader->tables, page, descriptor, ret_failure);
}

int64_t reader_replaced(const struct reader *reader)
{
    if (reader->definition != NULL)
        return charset_replaced(reader->feed.charset) + reader->feed.values.replaced;
    return table_rows_replaced(&reader->tables);
}

static void emit_shape_of(struct feed_rows *feed)
{
    struct text line = TEXT_WITH_CEILING(LIMIT_SHAPE_BYTES);
    shape_write(&feed->shape, !formats[feed->definition->format].ordered, &line);
    if (line.length > 0)
        emit_shape(feed->emit, text_string(&line));
    text_free(&line);
}

void reader_end(struct reader *reader)
{
    struct emit_tally tally = {.replaced = reader_replaced(reader)};
    if (reader->definition != NULL) {
        emit_shape_of(&reader->feed);
        tally.unread = mapping_unread(reader->feed.mapping);
        tally.unended = reader->feed.unended;
    }
    emit_end(reader->emit, &tally);
}
