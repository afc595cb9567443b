#include "html_page.h"

#include "xml_bytes.h"

#include "m13/limits.h"
#include "m13/memory.h"

#include <errno.h>
#include <libxml/HTMLparser.h>
#include <libxml/SAX2.h>
#include <libxml/xmlerror.h>
#include <stdlib.h>
#include <string.h>

/* A tag that is looked for among the bytes: "</html" in any case. */
struct tag {
    const char *name;
    size_t matched;
    bool seen;
};
enum { TAG_OPENS, TAG_CLOSES, TAG_CLOSES_BODY, TAGS };

struct page {
    struct xml_bytes bytes;
    htmlParserCtxtPtr parser;
    size_t node_count;
    struct tag tags[TAGS];
    struct failure failure;
};

static struct page *page_of(void *context)
{
    return ((htmlParserCtxtPtr)context)->_private;
}

static void refuse(struct page *page, const char *what, int most)
{
    if (page->failure.code == 0)
        fail(&page->failure, -EFBIG, "the page has more than %d %s", most, what);
}

static bool has_room(struct page *page, size_t nodes)
{
    page->node_count += nodes;
    if (page->node_count > LIMIT_HTML_NODES)
        refuse(page, "elements, attributes and texts", LIMIT_HTML_NODES);
    if (page->parser->nodeNr >= LIMIT_HTML_DEPTH)
        refuse(page, "elements one in the other", LIMIT_HTML_DEPTH);
    if (page->failure.code < 0)
        xmlStopParser(page->parser); /* not while it reads: its input would be gone under it */
    return page->failure.code == 0;
}

static void begin_element(void *context, const xmlChar *name, const xmlChar **attributes)
{
    size_t nodes = 1;
    for (size_t i = 0; attributes != NULL && attributes[i] != NULL; i += 2)
        nodes += 2;
    if (has_room(page_of(context), nodes))
        xmlSAX2StartElement(context, name, attributes);
}

static void end_element(void *context, const xmlChar *name)
{
    if (page_of(context)->failure.code == 0)
        xmlSAX2EndElement(context, name);
}

static void take_text(void *context, const xmlChar *bytes, int length)
{
    if (has_room(page_of(context), 1))
        xmlSAX2Characters(context, bytes, length);
}

static void leave_out(void *context, const xmlChar *bytes, int length)
{
    (void)context, (void)bytes, (void)length;
}

/* `<` stands nowhere within the tags' names: a mismatch begins again at the byte itself. */
static void look_for(struct tag *tag, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length && !tag->seen; i++) {
        char lower = bytes[i] >= 'A' && bytes[i] <= 'Z' ? (char)(bytes[i] | 0x20) : bytes[i];
        if (lower != tag->name[tag->matched])
            tag->matched = 0;
        tag->matched += lower == tag->name[tag->matched];
        tag->seen = tag->name[tag->matched] == '\0';
    }
}

static int read_bytes(void *context, char *bytes, int room)
{
    struct page *page = context;
    if (page->failure.code < 0)
        return -1;
    ssize_t got = xml_bytes_read(&page->bytes, bytes, (size_t)room, &page->failure);
    if (got > 0 && page->bytes.given > LIMIT_HTML_BYTES)
        refuse(page, "bytes", LIMIT_HTML_BYTES);
    for (int i = 0; i < TAGS && got > 0; i++)
        look_for(&page->tags[i], bytes, (size_t)got);
    return page->failure.code < 0 ? -1 : (int)got;
}

static void open_parser(struct page *page)
{
    page->parser = htmlNewParserCtxt();
    if (page->parser == NULL)
        return;
    htmlSAXHandler *handler = page->parser->sax;
    page->parser->_private = page;
    handler->startElement = begin_element;
    handler->endElement = end_element;
    handler->characters = handler->ignorableWhitespace = take_text;
    handler->cdataBlock = leave_out; /* scripts and styles */
    handler->comment = NULL;
    handler->processingInstruction = NULL;
    handler->internalSubset = NULL;
}

static int judge(struct page *page, xmlDocPtr document)
{
    const xmlError *error = xmlCtxtGetLastError(page->parser);
    if (page->failure.code < 0)
        return page->failure.code;
    if (error != NULL && error->code == XML_ERR_NO_MEMORY)
        return fail(&page->failure, -EFBIG, "the page needs more memory than a decoder has");
    if (document == NULL || xmlDocGetRootElement(document) == NULL)
        return fail(&page->failure, -EBADMSG, "the page is empty");
    if (page->tags[TAG_OPENS].seen && !page->tags[TAG_CLOSES].seen && !page->tags[TAG_CLOSES_BODY].seen)
        return fail(&page->failure, -EBADMSG, "the page ends without </html>: it has been cut");
    return 0;
}

static xmlDocPtr parse(struct page *page)
{
    xmlDocPtr document = NULL;
    open_parser(page);
    if (page->parser == NULL)
        fail(&page->failure, -EFBIG, "out of memory");
    else
        document = htmlCtxtReadIO(page->parser, read_bytes, NULL, page, NULL, "UTF-8",
            HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET |
                HTML_PARSE_NODEFDTD | HTML_PARSE_IGNORE_ENC);
    if (page->parser != NULL && judge(page, document) == 0)
        return document;
    xmlFreeDoc(document);
    return NULL;
}

xmlDocPtr html_page_read(struct charset *source, int64_t *replaced, struct failure *ret_failure)
{
    struct page *page = memory_get_zeroed(1, sizeof *page);
    static const char *const names[TAGS] = {"<html", "</html", "</body"};
    for (int i = 0; i < TAGS; i++)
        page->tags[i].name = names[i];
    xml_bytes_begin(&page->bytes, source);
    xmlDocPtr document = parse(page);
    if (document == NULL)
        *ret_failure = page->failure;
    *replaced += page->bytes.replaced;
    htmlFreeParserCtxt(page->parser);
    free(page);
    return document;
}
