#include "reader.h"

#include "feed_rows.h"
#include "table_rows.h"

#include "m13/memory.h"

#include <errno.h>

#include <stdlib.h>

struct reader {
    const struct feed_definition *definition; /* NULL = tables */
    struct feed_rows feed;
    struct table_rows tables;
};

struct reader *reader_new(const struct feed_definition *definition, struct emit *emit)
{
    struct reader *reader = memory_get_zeroed(1, sizeof *reader);
    reader->definition = definition;
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

static int read_feed(struct feed_rows *feed, int64_t page, int descriptor, struct failure *ret_failure)
{
    struct input *input = input_open(descriptor);
    int r = 0;
    charset_begin(feed->charset, input);
    switch (feed->definition->format) {
    case FORMAT_JSON:
        r = feed_rows_read_json(feed, page, ret_failure);
        break;
    case FORMAT_CSV:
        r = feed_rows_read_csv(feed, page, ret_failure);
        break;
    case FORMAT_XLSX:
    case FORMAT_XML:
    case FORMAT_HTML:
        r = fail(ret_failure, -EOPNOTSUPP, "feeds of this format cannot be read");
        break;
    }
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
