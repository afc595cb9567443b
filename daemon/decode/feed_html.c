/* feed_html.c - a feed's payload that is a page of HTML, with its rows in a table or a list. */
#include "feed_rows.h"

#include "feed_markup.h"
#include "html_page.h"

#include "m13/limits.h"

#include <errno.h>
#include <string.h>

#define AS_OF_BYTES 64

struct page {
    int64_t total;
    char as_of[AS_OF_BYTES];
};

/* What an expression says of the page, cleaned: "" where it says nothing. */
static int say(
    struct feed_rows *rows, size_t query, xmlDocPtr document, struct text *clean, struct failure *ret_failure)
{
    size_t length;
    text_clear(clean);
    const char *text =
        xml_queries_say(rows->markup->queries, query, (xmlNodePtr)document, &length, ret_failure);
    if (text == NULL)
        return ret_failure->code;
    clean_append(text, length, rows->values.rules, clean, &rows->values.replaced);
    return 0;
}

static int read_head(
    struct feed_rows *rows, xmlDocPtr document, struct page *ret_page, struct failure *ret_failure)
{
    const struct feed_markup *markup = rows->markup;
    struct text clean = TEXT_WITH_CEILING(LIMIT_FIELD_BYTES);
    int r = 0;
    *ret_page = (struct page){.total = -1};
    if (markup->total_query != SIZE_MAX)
        r = say(rows, markup->total_query, document, &clean, ret_failure);
    if (r == 0 && clean.length > 0 &&
        string_to_integer(text_string(&clean), 0, INT64_MAX, &ret_page->total) < 0)
        r = fail(ret_failure, -EBADMSG, "`total` gives \"%.60s\", which is not a count", text_string(&clean));
    text_clear(&clean);
    if (r == 0 && markup->as_of_query != SIZE_MAX)
        r = say(rows, markup->as_of_query, document, &clean, ret_failure);
    if (r == 0 && clean.length >= AS_OF_BYTES)
        r = fail(ret_failure, -EBADMSG, "`as-of` gives \"%.60s\", which is not a date", text_string(&clean));
    if (r == 0)
        memcpy(ret_page->as_of, text_string(&clean), clean.length + 1);
    text_free(&clean);
    return r;
}

/* --- columns ---------------------------------------------------------------------------------------------
 */

static bool is_called(const xmlNode *node, const char *name)
{
    return node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0;
}

static const xmlNode *next_within(const xmlNode *node, const xmlNode *top)
{
    if (node->children != NULL && node->type == XML_ELEMENT_NODE)
        return node->children;
    while (node != top && node->next == NULL)
        node = node->parent;
    return node != top ? node->next : NULL;
}

/* Cells are told by their places: where the headings of the rows' table have changed, they may be others. The
 * headings are those beside its first one. */
static void add_shape(struct feed_rows *rows, const xmlNode *row)
{
    const xmlNode *table = row;
    while (table != NULL && !is_called(table, "table"))
        table = table->parent;
    const xmlNode *first = table;
    while (first != NULL && !is_called(first, "th"))
        first = next_within(first, table);
    struct text clean = TEXT_WITH_CEILING(LIMIT_NAME_BYTES);
    for (xmlNode *cell = first != NULL ? first->parent->children : NULL; cell != NULL; cell = cell->next) {
        size_t length;
        if (!is_called(cell, "th"))
            continue;
        const char *text = xml_queries_text(rows->markup->queries, cell, &length);
        text_clear(&clean);
        clean_append(text, length, rows->values.rules, &clean, &rows->values.replaced);
        shape_add(&rows->shape, text_string(&clean), clean.length);
    }
    text_free(&clean);
}

/* --- rows ------------------------------------------------------------------------------------------------
 */

static int read_rows(struct feed_rows *rows, xmlDocPtr document, struct failure *ret_failure)
{
    const struct feed_markup *markup = rows->markup;
    xmlXPathObjectPtr answer =
        xml_queries_nodes(markup->queries, markup->row_query, (xmlNodePtr)document, ret_failure);
    if (answer == NULL)
        return ret_failure->code;
    const xmlNodeSet *nodes = answer->nodesetval;
    int64_t number = 0;
    for (int i = 0; nodes != NULL && i < nodes->nodeNr; i++) {
        if (nodes->nodeTab[i]->type != XML_ELEMENT_NODE)
            continue;
        if (++number == 1)
            add_shape(rows, nodes->nodeTab[i]);
        feed_markup_take_row(rows, number, nodes->nodeTab[i]);
    }
    xmlXPathFreeObject(answer);
    return 0;
}

static int read_page(struct feed_rows *rows, xmlDocPtr document, int64_t page, struct failure *ret_failure)
{
    struct page head;
    int r = read_head(rows, document, &head, ret_failure);
    if (r < 0)
        return r;
    emit_page(rows->emit, page, head.total, head.as_of);
    r = read_rows(rows, document, ret_failure);
    if (r < 0)
        return r;
    emit_done(rows->emit, page, head.total, head.as_of);
    return 0;
}

int feed_rows_read_html(struct feed_rows *rows, int64_t page, struct failure *ret_failure)
{
    struct xml_queries *queries = rows->markup->queries;
    int r = xml_queries_mistake(queries, ret_failure);
    if (r < 0)
        return r;
    xmlDocPtr document = html_page_read(rows->charset, &rows->values.replaced, ret_failure);
    if (document == NULL)
        return ret_failure->code;
    xml_queries_begin(queries, document);
    r = read_page(rows, document, page, ret_failure);
    xml_queries_end(queries);
    xmlFreeDoc(document);
    return r;
}
