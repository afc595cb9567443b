#include "xml_rows.h"

#include "clean.h"
#include "xml_bytes.h"
#include "xml_path.h"
#include "xml_run.h"
#include "xml_tree.h"

#include "m13/limits.h"
#include "m13/memory.h"
#include "m13/text.h"

#include <errno.h>
#include <libxml/SAX2.h>
#include <libxml/dict.h>
#include <libxml/parser.h>
#include <libxml/xmlerror.h>
#include <libxml/xpath.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AS_OF_BYTES 64

struct xml_rows {
    const struct feed_definition *definition;
    struct xml_path rows, total_path, as_of_path;
    struct xml_bytes bytes;
    /* Of the document at hand: */
    const struct xml_rows_events *events;
    xmlParserCtxtPtr parser;
    struct xml_tree tree;
    size_t depth;      /* elements that are open */
    size_t row_depth;  /* of the row, while one is open; 0 = none */
    size_t text_depth; /* of the element whose text is total or date; 0 = none */
    bool passed_over;  /* the row is too large and no longer built */
    struct text text;  /* of that element */
    int64_t number;
    int64_t total;
    char as_of[AS_OF_BYTES];
    size_t run; /* bytes since the last `<`, but for what of it is within one read */
    struct failure failure;
};

struct xml_rows *xml_rows_new(const struct feed_definition *definition)
{
    struct xml_rows *rows = memory_get_zeroed(1, sizeof *rows);
    rows->definition = definition;
    xml_path_init(&rows->rows, definition->rows);
    xml_path_init(&rows->total_path, definition->total);
    xml_path_init(&rows->as_of_path, definition->as_of);
    rows->text = TEXT_WITH_CEILING(LIMIT_FIELD_BYTES);
    return rows;
}

void xml_rows_free(struct xml_rows *rows)
{
    if (rows == NULL)
        return;
    xml_path_release(&rows->rows);
    xml_path_release(&rows->total_path);
    xml_path_release(&rows->as_of_path);
    text_free(&rows->text);
    free(rows);
}

int64_t xml_rows_total(const struct xml_rows *rows)
{
    return rows->total;
}

const char *xml_rows_as_of(const struct xml_rows *rows)
{
    return rows->as_of;
}

int64_t xml_rows_replaced(const struct xml_rows *rows)
{
    return rows->bytes.replaced;
}

/* rows->failure is set; the parser may tell a little more, which nobody heeds. */
static void stop(struct xml_rows *rows)
{
    xmlStopParser(rows->parser);
}

static void refuse(struct xml_rows *rows, int code, const char *why)
{
    if (rows->failure.code == 0)
        fail(&rows->failure, code, "line %d: %s", xmlSAX2GetLineNumber(rows->parser), why);
    stop(rows);
}

/* --- elements --------------------------------------------------------------------------------------------
 */

static void end_row(struct xml_rows *rows)
{
    rows->events->row(rows->number, rows->passed_over ? NULL : xmlDocGetRootElement(rows->tree.document),
        rows->events->context);
    xml_tree_clear(&rows->tree);
    rows->row_depth = 0;
    rows->passed_over = false;
}

/* What is too large is let go of at once, and only counted until its end. */
static void look_at_size(struct xml_rows *rows)
{
    if (rows->passed_over || !xml_tree_is_too_large(&rows->tree))
        return;
    rows->passed_over = true;
    xml_tree_clear(&rows->tree);
}

static void open_outside(struct xml_rows *rows, const char *prefix, const char *name)
{
    size_t around = rows->depth - 1;
    bool is_total = xml_path_open(&rows->total_path, around, prefix, name);
    bool is_as_of = xml_path_open(&rows->as_of_path, around, prefix, name);
    if (is_total || is_as_of) {
        rows->text_depth = rows->depth;
        text_clear(&rows->text);
    }
    if (xml_path_open(&rows->rows, around, prefix, name)) {
        rows->row_depth = rows->depth;
        rows->number++;
    }
}

static void begin_element(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
    int namespace_count, const xmlChar **namespaces, int attribute_count, int defaulted,
    const xmlChar **attributes)
{
    (void)uri, (void)namespace_count, (void)namespaces, (void)defaulted;
    struct xml_rows *rows = context;
    if (rows->failure.code < 0)
        return;
    if (++rows->depth > LIMIT_XML_DEPTH) {
        refuse(rows, -EFBIG, "nested too deeply");
        return;
    }
    if (rows->row_depth == 0)
        open_outside(rows, (const char *)prefix, (const char *)name);
    if (rows->row_depth == 0 || rows->passed_over)
        return;
    if (!xml_tree_open(&rows->tree, prefix, name,
            (const struct xml_given_attribute *)(const void *)attributes, (size_t)attribute_count))
        refuse(rows, -EFBIG, "more different prefixes of names than any document has");
    look_at_size(rows);
}

static bool take_total(struct xml_rows *rows, const char *text)
{
    return *text == '\0' || string_to_integer(text, 0, INT64_MAX, &rows->total) == 0;
}

static bool take_as_of(struct xml_rows *rows, const char *text)
{
    size_t length = strlen(text);
    if (length >= AS_OF_BYTES)
        return false;
    memcpy(rows->as_of, text, length + 1);
    return true;
}

static void end_text(struct xml_rows *rows)
{
    const struct xml_path *total = &rows->total_path, *as_of = &rows->as_of_path;
    struct text clean = TEXT_WITH_CEILING(LIMIT_FIELD_BYTES);
    int64_t ignored = 0;
    clean_append(text_string(&rows->text), rows->text.length, (struct clean_rules){0}, &clean, &ignored);
    if (total->count == rows->depth && total->matched == rows->depth &&
        !take_total(rows, text_string(&clean)))
        refuse(rows, -EBADMSG, "the element at `total` is not a count");
    if (as_of->count == rows->depth && as_of->matched == rows->depth &&
        !take_as_of(rows, text_string(&clean)))
        refuse(rows, -EBADMSG, "the element at `as-of` is not a date");
    text_free(&clean);
    rows->text_depth = 0;
}

static void end_element(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
    (void)name, (void)prefix, (void)uri;
    struct xml_rows *rows = context;
    if (rows->failure.code < 0)
        return;
    if (rows->row_depth > 0 && !rows->passed_over)
        xml_tree_close(&rows->tree);
    if (rows->row_depth == rows->depth)
        end_row(rows);
    if (rows->text_depth == rows->depth)
        end_text(rows);
    rows->depth--;
    xml_path_close(&rows->rows, rows->depth);
    xml_path_close(&rows->total_path, rows->depth);
    xml_path_close(&rows->as_of_path, rows->depth);
}

static void take_text(void *context, const xmlChar *bytes, int length)
{
    struct xml_rows *rows = context;
    if (rows->failure.code < 0)
        return;
    if (rows->row_depth > 0 && !rows->passed_over) {
        xml_tree_text(&rows->tree, (const char *)bytes, (size_t)length);
        look_at_size(rows);
    } else if (rows->text_depth > 0) {
        text_append(&rows->text, (const char *)bytes, (size_t)length);
    }
}

static void refuse_doctype(void *context, const xmlChar *name, const xmlChar *external, const xmlChar *system)
{
    (void)name, (void)external, (void)system;
    refuse(context, -EBADMSG, "a DOCTYPE, which is refused");
}

/* --- bytes -----------------------------------------------------------------------------------------------
 */

static int read_bytes(void *context, char *bytes, int room)
{
    struct xml_rows *rows = context;
    if (rows->failure.code < 0)
        return -1;
    ssize_t got = xml_bytes_read(&rows->bytes, bytes, (size_t)room, &rows->failure);
    if (got > 0 && xml_run_is_too_long(&rows->run, bytes, (size_t)got))
        fail(&rows->failure, -EFBIG, "a tag, or a text between two, has more than %d bytes",
            LIMIT_XML_RUN_BYTES);
    return rows->failure.code < 0 ? -1 : (int)got;
}

/* --- a document ------------------------------------------------------------------------------------------
 */

static void say_nothing(void *context, const char *format, ...)
{
    (void)context, (void)format;
}

static xmlParserInputPtr fetch_nothing(const char *address, const char *id, xmlParserCtxtPtr parser)
{
    (void)address, (void)id, (void)parser;
    return NULL;
}

void xml_prepare(void)
{
    xmlInitParser();
    xmlXPathInit();
    xmlSetExternalEntityLoader(fetch_nothing);
    xmlSetGenericErrorFunc(NULL, say_nothing);
}

static int open_parser(struct xml_rows *rows)
{
    xmlSAXHandler handler = {.initialized = XML_SAX2_MAGIC,
        .startElementNs = begin_element,
        .endElementNs = end_element,
        .characters = take_text,
        .cdataBlock = take_text,
        .ignorableWhitespace = take_text,
        .internalSubset = refuse_doctype};
    rows->parser = xmlCreateIOParserCtxt(&handler, rows, read_bytes, NULL, rows, XML_CHAR_ENCODING_NONE);
    if (rows->parser == NULL)
        return fail(&rows->failure, -EFBIG, "out of memory");
    /* NOENT: &amp; in attributes comes as &, not as a reference; there is nothing else to expand. */
    xmlDictSetLimit(rows->parser->dict, LIMIT_XML_NAME_BYTES);
    xmlCtxtUseOptions(rows->parser,
        XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOENT | XML_PARSE_IGNORE_ENC);
    return 0;
}

static int judge(struct xml_rows *rows)
{
    if (rows->failure.code < 0)
        return rows->failure.code;
    const xmlError *error = xmlCtxtGetLastError(rows->parser);
    bool full = !rows->parser->wellFormed && xmlDictGetUsage(rows->parser->dict) > LIMIT_XML_NAME_BYTES;
    if (full || (error != NULL && error->code == XML_ERR_NO_MEMORY))
        return fail(&rows->failure, -EFBIG, "line %d: the document needs more memory than it may have%s",
            xmlSAX2GetLineNumber(rows->parser), full ? ": each element has another name" : "");
    if (!rows->parser->wellFormed) {
        char said[200] = "no XML";
        if (error != NULL && error->message != NULL)
            snprintf(said, sizeof said, "%s", error->message);
        return fail(
            &rows->failure, -EBADMSG, "line %d: %s", error != NULL ? error->line : 0, string_trim(said));
    }
    if (!rows->rows.parent_seen)
        return fail(&rows->failure, -EBADMSG, "the document has no element in which a `%s` could stand",
            rows->definition->rows);
    return 0;
}

static void begin_document(struct xml_rows *rows, struct charset *source)
{
    xml_bytes_begin(&rows->bytes, source);
    xml_path_begin(&rows->rows);
    xml_path_begin(&rows->total_path);
    xml_path_begin(&rows->as_of_path);
    rows->depth = rows->row_depth = rows->text_depth = rows->run = 0;
    rows->passed_over = false;
    rows->number = 0;
    rows->total = -1;
    rows->as_of[0] = '\0';
    rows->failure = (struct failure){0};
}

int xml_rows_read(struct xml_rows *rows, struct charset *source, const struct xml_rows_events *events,
    struct failure *ret_failure)
{
    begin_document(rows, source);
    rows->events = events;
    int r = xml_bytes_check_encoding(&rows->bytes, rows->definition->charset, &rows->failure);
    if (r == 0)
        r = open_parser(rows);
    if (r == 0) {
        xml_tree_begin(&rows->tree, rows->parser);
        events->begin(rows->tree.document, events->context);
        xmlParseDocument(rows->parser);
        r = judge(rows);
        events->end(events->context);
        xml_tree_end(&rows->tree);
        xmlFreeDoc(rows->parser->myDoc); /* of entities, where a DOCTYPE was too broken to be told of */
        xmlFreeParserCtxt(rows->parser);
    }
    if (r < 0)
        *ret_failure = rows->failure;
    return r;
}
