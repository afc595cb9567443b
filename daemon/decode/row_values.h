/* row_values.h - what a row says in the fields that we read: clean text, one value a source.
 *
 * An absent, null or empty field is "". */
#ifndef M13_DECODE_ROW_VALUES_H
#define M13_DECODE_ROW_VALUES_H

#include "clean.h"
#include "reject.h"
#include "source_list.h"

#include "m13/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct row_values {
    const struct source_list *sources;
    struct clean_rules rules;
    const char **texts; /* by source, NUL-terminated; good until the next row */
    size_t *starts;     /* of each in `arena` */
    struct text arena;
    int64_t replaced; /* characters that became U+FFFD, all rows */
};

void row_values_init(struct row_values *values, const struct source_list *sources, struct clean_rules rules);
void row_values_release(struct row_values *values);

/* One by one, in order of the sources: begin, then add for each, then end. `add` gives a reject, and the row
 * is lost, when a value is too long. */
void row_values_begin(struct row_values *values);
bool row_values_add(
    struct row_values *values, size_t source, const char *bytes, size_t length, struct reject *ret_reject);
void row_values_end(struct row_values *values);

#endif
