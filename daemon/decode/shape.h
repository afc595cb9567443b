/* shape.h - which fields a register's rows have, whether or not a definition reads them: a new or a vanished
 * name is drift.
 *
 * Names are kept each once, over all payloads of a poll. */
#ifndef M13_DECODE_SHAPE_H
#define M13_DECODE_SHAPE_H

#include "source_list.h"

#include "m13/text.h"

#include <stdbool.h>
#include <stddef.h>

struct shape {
    struct source_list names; /* as they came */
    size_t bytes;             /* of all of them */
    size_t next;              /* rows are alike: where the next name most probably stands */
};

/* Blank names and those beyond LIMIT_SHAPE_NAMES and LIMIT_SHAPE_BYTES are left out. */
void shape_add(struct shape *shape, const char *name, size_t length);
/* Appends "col|col|col" (a | within a name as /): `sorted` where a row's members have no order of their own.
 */
void shape_write(struct shape *shape, bool sorted, struct text *out);
void shape_release(struct shape *shape);

#endif
