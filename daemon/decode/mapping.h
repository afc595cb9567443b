/* mapping.h - a row of a register becomes a canonical record, as its definition says. */
#ifndef M13_DECODE_MAPPING_H
#define M13_DECODE_MAPPING_H

#include "reject.h"
#include "source_list.h"

#include "m13/feed_definition.h"
#include "m13/text.h"

#include <stdbool.h>
#include <stdint.h>

struct mapping;

enum mapping_answer {
    MAPPING_RECORD,
    MAPPING_SKIP,   /* not ours by the definition's `skip` */
    MAPPING_REJECT, /* a required member is missing, unreadable or too long */
};

struct mapping *mapping_new(const struct feed_definition *definition); /* which must outlive it */
void mapping_free(struct mapping *mapping);                            /* NULL is fine */
const struct source_list *mapping_sources(const struct mapping *mapping);
/* Whether the texts of a row must have their lines (clean_rules.keep_lines): a mark of the definition is a
 * line's end. Nothing else sees them. */
bool mapping_reads_lines(const struct mapping *mapping);
/* Of all records so far: dates that are there and fit no form, and names of no country. They are left out. */
int64_t mapping_unread(const struct mapping *mapping);
/* `texts`: what the row says, by source (row_values.h). The record is appended to `out` as one line without
 * newline. */
enum mapping_answer mapping_apply(
    struct mapping *mapping, const char *const *texts, struct text *out, struct reject *ret_reject);

#endif
