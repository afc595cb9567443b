/* xml_path.h - an element's place in an XML document: /rss/channel/item.
 *
 * Each name as the document writes it, prefix included (xml_query.h), or * for any. Found while the document
 * streams by, without keeping it. */
#ifndef M13_DECODE_XML_PATH_H
#define M13_DECODE_XML_PATH_H

#include <stdbool.h>
#include <stddef.h>

struct xml_path {
    char **names;
    size_t count, capacity; /* count 0 = no such path is wanted */
    size_t matched;         /* of the elements that are open now, from the root on */
    bool parent_seen;       /* an element was open in which it might stand */
};

void xml_path_init(struct xml_path *path, const char *text); /* NULL = none */
void xml_path_release(struct xml_path *path);
void xml_path_begin(struct xml_path *path); /* a new document */
/* An element opens, `depth` elements being open around it: true when it is the one. */
bool xml_path_open(struct xml_path *path, size_t depth, const char *prefix, const char *name);
void xml_path_close(struct xml_path *path, size_t depth); /* so many stay open */

#endif
