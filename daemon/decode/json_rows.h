/* json_rows.h - the rows of a JSON document of any size, one after the other, without building it.
 *
 * The rows are the elements of the array at one path, or of every array at a path with `*` in it, in
 * the order of the document (json_path.h; "*" = of each member); or the document is one row ("."). The whole
 * document is checked as strictly as RFC 8259 has it, in one pass: a row that is no JSON is one bad row as
 * long as it is certain where it ends; a document that is cut, or goes on after its end, or has no such
 * array, fails as a whole. Never are there silently fewer rows. */
#ifndef M13_DECODE_JSON_ROWS_H
#define M13_DECODE_JSON_ROWS_H

#include "json_lexer.h"
#include "reject.h"
#include "shape.h"
#include "source_list.h"

#include "m13/failure.h"
#include "m13/feed_definition.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A wanted member of the row as it stands in the window. */
struct json_member {
    enum json_token kind;
    const char *bytes; /* of a string: what stands between the quotes */
    size_t length;
    bool escaped;
};

struct json_rows;

enum json_rows_step {
    JSON_ROWS_ROW, /* json_rows_member() has its members, until the next step */
    JSON_ROWS_BAD, /* the row is no JSON object: json_rows_reject() */
    JSON_ROWS_END, /* the document is complete */
    JSON_ROWS_FAILED,
};

struct json_rows *json_rows_new(const struct feed_definition *definition, const struct source_list *sources);
/* A new document; `shape` takes the names of its rows' members. */
void json_rows_begin(struct json_rows *rows, struct charset *source, struct shape *shape);
/* *ret_failure after JSON_ROWS_FAILED: -EBADMSG (malformed), -EFBIG (a ceiling), or the errno of reading. */
enum json_rows_step json_rows_next(struct json_rows *rows, struct failure *ret_failure);
void json_rows_free(struct json_rows *rows); /* NULL is fine */

int64_t json_rows_number(const struct json_rows *rows); /* of the row, from 1 */
/* How many values the row has for a source, and each of them: more than one only where they are to be joined.
 */
size_t json_rows_count(const struct json_rows *rows, size_t source);
struct json_member json_rows_member(const struct json_rows *rows, size_t source, size_t index);
const struct reject *json_rows_reject(const struct json_rows *rows);
int64_t json_rows_total(const struct json_rows *rows);     /* as far as it is known by now; -1 = not */
const char *json_rows_as_of(const struct json_rows *rows); /* "" = not */

#endif
