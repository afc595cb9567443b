/* xml_run.h - how long a tag may be.
 *
 * A tag must stand in memory as a whole, and libxml2 compares its attributes each with each: its length has a
 * ceiling, which has to be looked at before libxml2 sees the bytes. Within a tag there is no `<`. */
#ifndef M13_DECODE_XML_RUN_H
#define M13_DECODE_XML_RUN_H

#include <stdbool.h>
#include <stddef.h>

/* The next bytes of a document; *run, which begins at 0, is what has come since the last `<`. True when that
 * is more than LIMIT_XML_RUN_BYTES. */
bool xml_run_is_too_long(size_t *run, const char *bytes, size_t length);

#endif
