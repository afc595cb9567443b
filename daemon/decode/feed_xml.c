/* feed_xml.c - a feed's payload that is XML: RSS, Atom, or a register's own. */
#include "feed_rows.h"

#include "feed_markup.h"
#include "xml_rows.h"

#include <string.h>

struct document {
    struct feed_rows *rows;
    int64_t page;
    bool told; /* the line that stands before the rows */
};

static void tell_page(struct document *document)
{
    const struct xml_rows *xml = document->rows->markup->rows;
    if (!document->told)
        emit_page(document->rows->emit, document->page, xml_rows_total(xml), xml_rows_as_of(xml));
    document->told = true;
}

static void begin(xmlDocPtr tree, void *context)
{
    const struct document *document = context;
    xml_queries_begin(document->rows->markup->queries, tree);
}

static void end(void *context)
{
    const struct document *document = context;
    xml_queries_end(document->rows->markup->queries);
}

static void add_shape(struct shape *shape, const xmlNode *row)
{
    for (const xmlNode *child = row->children; child != NULL; child = child->next) {
        char name[256];
        if (child->type != XML_ELEMENT_NODE)
            continue;
        int length =
            snprintf(name, sizeof name, "%s%s%s", child->ns != NULL ? (const char *)child->ns->prefix : "",
                child->ns != NULL ? ":" : "", (const char *)child->name);
        shape_add(shape, name, length < (int)sizeof name ? (size_t)length : utf8_cut(name, sizeof name - 1));
    }
}

static void take_row(int64_t number, xmlNodePtr row, void *context)
{
    struct document *document = context;
    struct feed_rows *rows = document->rows;
    tell_page(document);
    if (row == NULL) {
        struct reject reject;
        reject_say(&reject, "", "", 0, "the row is larger than any row may be");
        emit_reject(rows->emit, number, &reject);
        return;
    }
    add_shape(&rows->shape, row);
    feed_markup_take_row(rows, number, row);
}

int feed_rows_read_xml(struct feed_rows *rows, int64_t page, struct failure *ret_failure)
{
    struct document document = {.rows = rows, .page = page};
    const struct xml_rows_events events = {.begin = begin, .end = end, .row = take_row, .context = &document};
    struct xml_rows *xml = rows->markup->rows;
    int r = xml_queries_mistake(rows->markup->queries, ret_failure);
    if (r == 0)
        r = xml_rows_read(xml, rows->charset, &events, ret_failure);
    rows->values.replaced += xml_rows_replaced(xml);
    if (r < 0)
        return r;
    tell_page(&document);
    emit_done(rows->emit, page, xml_rows_total(xml), xml_rows_as_of(xml));
    return 0;
}
