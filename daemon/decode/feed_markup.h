/* feed_markup.h - what reading XML and HTML have in common: the sources of a row are XPath. */
#ifndef M13_DECODE_FEED_MARKUP_H
#define M13_DECODE_FEED_MARKUP_H

#include "xml_query.h"

#include "m13/feed_definition.h"

struct feed_rows;
struct source_list;
struct xml_rows;

struct feed_markup {
    struct xml_queries *queries;                /* the sources first, by their numbers */
    struct xml_rows *rows;                      /* NULL = HTML */
    size_t row_query, total_query, as_of_query; /* HTML; without one: SIZE_MAX */
};

/* Before the sandbox closes. NULL for other formats. */
struct feed_markup *feed_markup_new(
    const struct feed_definition *definition, const struct source_list *sources);
void feed_markup_free(struct feed_markup *markup); /* NULL is fine */
/* The values of a row -> record, skip or reject. */
void feed_markup_take_row(struct feed_rows *rows, int64_t number, xmlNodePtr row);

#endif
