/* json_values.h - the values of a JSON row, from the places where they stand. */
#ifndef M13_DECODE_JSON_VALUES_H
#define M13_DECODE_JSON_VALUES_H

#include "json_rows.h"
#include "reject.h"
#include "row_values.h"

#include <stdbool.h>

struct json_values;

struct json_values *json_values_new(void);
void json_values_free(struct json_values *values); /* NULL is fine */

/* All sources of the row at which `rows` stands, into `ret`; false and a reject when one cannot be read as
 * text. Numbers keep their source text. */
bool json_values_take(struct json_values *values, const struct json_rows *rows, struct row_values *ret,
    struct reject *ret_reject);

#endif
