/* xml_query.h - XPath 1.0 expressions of a definition, compiled once and asked of each row.
 *
 * Names are compared as the document writes them: `dc:date` is the element that is written with this prefix,
 * `date` one without any; the addresses behind the prefixes do not matter. (Where a register changes its
 * prefixes, *[local-name()='date'] finds it all the same.) Names of HTML are in lower case.
 *
 * What an expression says: of nodes, the text of the first in the document that has any; else XPath's own
 * string, number or boolean. In HTML, <br> and the bounds of paragraphs, cells and the like end a line. */
#ifndef M13_DECODE_XML_QUERY_H
#define M13_DECODE_XML_QUERY_H

#include "m13/failure.h"

#include <libxml/tree.h>
#include <libxml/xpath.h>
#include <stdbool.h>
#include <stddef.h>

struct xml_queries;

enum xml_language { LANGUAGE_XML, LANGUAGE_HTML };

/* To be made, with all expressions, before the sandbox closes. */
struct xml_queries *xml_queries_new(enum xml_language language);
void xml_queries_free(struct xml_queries *queries); /* NULL is fine */
/* Its number: 0, 1, ... The first that is no XPath, or asks for what there is not, is the mistake. */
size_t xml_queries_add(struct xml_queries *queries, const char *expression);
/* 0, or the mistake. */
int xml_queries_mistake(const struct xml_queries *queries, struct failure *ret_failure);

void xml_queries_begin(struct xml_queries *queries, xmlDocPtr document);
void xml_queries_end(struct xml_queries *queries);
/* What an expression says of `node`: its text until the next question, or NULL with a failure. */
const char *xml_queries_say(struct xml_queries *queries, size_t query, xmlNodePtr node, size_t *ret_length,
    struct failure *ret_failure);
/* The nodes that it gives, in order of the document: the caller frees the object; NULL with a failure. */
xmlXPathObjectPtr xml_queries_nodes(
    struct xml_queries *queries, size_t query, xmlNodePtr node, struct failure *ret_failure);
/* The text of one node, until the next question. */
const char *xml_queries_text(struct xml_queries *queries, xmlNodePtr node, size_t *ret_length);

#endif
