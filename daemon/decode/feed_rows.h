/* feed_rows.h - the way of a feed's row from its clean values to a line, whatever format it came in. */
#ifndef M13_DECODE_FEED_ROWS_H
#define M13_DECODE_FEED_ROWS_H

#include "charset.h"
#include "emit.h"
#include "mapping.h"
#include "row_values.h"
#include "shape.h"

#include "m13/feed_definition.h"

#include <stdbool.h>
#include <stdint.h>

struct feed_markup;
struct json_rows;
struct json_values;
struct table_header;

struct feed_rows {
    const struct feed_definition *definition;
    struct emit *emit;
    struct charset *charset;
    struct mapping *mapping;
    struct row_values values;
    struct json_rows *json; /* these two NULL when the format is another */
    struct json_values *json_values;
    struct feed_markup *markup;  /* NULL when the format is neither XML nor HTML */
    struct table_header *header; /* NULL when the format is no table */
    struct text line;
    struct shape shape; /* the names of the fields that rows have (shape_add) */
    int descriptor;     /* of the payload, for formats that cannot be read in one pass */
    bool unended;       /* decoder_result.unended */
};

void feed_rows_init(struct feed_rows *rows, const struct feed_definition *definition, struct emit *emit);
void feed_rows_release(struct feed_rows *rows);
void feed_rows_map(struct feed_rows *rows, int64_t number); /* values -> record, skip or reject */

/* One per format: the payload that the charset has been given (charset_begin). */
int feed_rows_read_json(struct feed_rows *rows, int64_t page, struct failure *ret_failure);
int feed_rows_read_csv(struct feed_rows *rows, int64_t page, struct failure *ret_failure);
int feed_rows_read_xlsx(struct feed_rows *rows, int64_t page, struct failure *ret_failure);
int feed_rows_read_xml(struct feed_rows *rows, int64_t page, struct failure *ret_failure);
int feed_rows_read_html(struct feed_rows *rows, int64_t page, struct failure *ret_failure);

#endif
