/* xml_tree.h - the row at hand as a tree, built from what the parser tells.
 *
 * Elements and attributes have the names that the document writes: a prefix is its own namespace. */
#ifndef M13_DECODE_XML_TREE_H
#define M13_DECODE_XML_TREE_H

#include "m13/limits.h"
#include "m13/text.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <stdbool.h>
#include <stddef.h>

struct xml_tree {
    xmlDocPtr document;
    xmlNodePtr node;  /* innermost element that is open; NULL = none */
    struct text text; /* since the last tag */
    struct text value;
    size_t node_count, byte_count; /* of the row */
    xmlNs prefixes[LIMIT_XML_PREFIXES];
    size_t prefix_count;
};

/* What SAX2 gives of an attribute. */
struct xml_given_attribute {
    const xmlChar *name, *prefix, *uri, *value, *end;
};

/* The names of the parser are the tree's own. */
void xml_tree_begin(struct xml_tree *tree, xmlParserCtxtPtr parser);
void xml_tree_end(struct xml_tree *tree);
/* False where a document has too many prefixes. */
bool xml_tree_open(struct xml_tree *tree, const xmlChar *prefix, const xmlChar *name,
    const struct xml_given_attribute *attributes, size_t attribute_count);
void xml_tree_text(struct xml_tree *tree, const char *bytes, size_t length);
void xml_tree_close(struct xml_tree *tree);
void xml_tree_clear(struct xml_tree *tree); /* no row is at hand */
bool xml_tree_is_too_large(const struct xml_tree *tree);

#endif
