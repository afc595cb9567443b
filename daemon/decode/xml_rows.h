/* xml_rows.h - the rows of an XML document of any size, one after the other: only the row at hand is built.
 *
 * A DOCTYPE ends it, so that there are no entities to expand and nothing to fetch. A document that is no XML,
 * or is cut, fails as a whole; so does one in which the rows' parent never stands (it is another document
 * than the definition means). A row that is larger than any row may be is one bad row. */
#ifndef M13_DECODE_XML_ROWS_H
#define M13_DECODE_XML_ROWS_H

#include "charset.h"

#include "m13/failure.h"
#include "m13/feed_definition.h"

#include <libxml/tree.h>
#include <stdint.h>

struct xml_rows;

struct xml_rows_events {
    void (*begin)(xmlDocPtr document, void *context); /* its root will be the row at hand */
    void (*end)(void *context);
    void (*row)(int64_t number, xmlNodePtr row, void *context); /* NULL = too large */
    void *context;
};

void xml_prepare(void); /* once, before the sandbox closes */
struct xml_rows *xml_rows_new(const struct feed_definition *definition);
void xml_rows_free(struct xml_rows *rows); /* NULL is fine */
/* A document, from its first byte to its last. 0; -EBADMSG (malformed), -EFBIG (a ceiling), or the errno of
 * reading. */
int xml_rows_read(struct xml_rows *rows, struct charset *source, const struct xml_rows_events *events,
    struct failure *ret_failure);
int64_t xml_rows_total(const struct xml_rows *rows);     /* as far as it is known by now; -1 = not */
const char *xml_rows_as_of(const struct xml_rows *rows); /* "" = not */
int64_t xml_rows_replaced(const struct xml_rows *rows);  /* characters of the document that became U+FFFD */

#endif
