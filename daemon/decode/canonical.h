/* canonical.h - a text of the register in the form that records have: dates ISO, countries alpha-2, the rest
 * as it stands. */
#ifndef M13_DECODE_CANONICAL_H
#define M13_DECODE_CANONICAL_H

#include "m13/feed_definition.h"
#include "m13/text.h"

/* "" when it cannot be read. `value` may lie in `built`, and the answer may. */
const char *canonical_value(const struct feed_mapping *mapping, const char *value, struct text *built);
/* Of a value that the definition itself gives: its dates are ISO whatever the register's are. */
const char *canonical_fixed(const struct feed_mapping *mapping, const char *value, struct text *built);
/* What could have been read, for people. */
void canonical_append_accepted(const struct feed_mapping *mapping, struct text *out);

#endif
