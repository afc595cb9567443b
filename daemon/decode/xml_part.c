#include "xml_part.h"

#include "xml_run.h"

#include "m13/limits.h"
#include "m13/memory.h"

#include <libxml/parser.h>
#include <libxml/xmlerror.h>
#include <stdlib.h>
#include <string.h>

/* What SAX2 gives of an attribute. */
struct xml_attribute_parts {
    const xmlChar *name, *prefix, *uri, *value, *end;
};
struct xml_attributes {
    const struct xml_attribute_parts *items;
    size_t count;
};

struct xml_inside {
    const struct xml_plan *plan;
    const xmlChar **names; /* of its elements, in the parser's dictionary: equal names are one pointer */
    xmlParserCtxtPtr parser;
    int at;             /* element of the plan, -1 = outside of the root */
    size_t passed_over; /* depth in elements that nobody wants */
    bool seen_root;
    const xmlChar *known; /* the namespace's name in the parser's dictionary, once seen */
    size_t run;           /* bytes since the last `<`, but for what of it is within one read */
    int result;
};

/* ECMA-376 part 1, annex A; part 4 has the transitional ones. */
static const char *const namespaces[][2] = {
    [XML_SPREADSHEET] = {"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://purl.oclc.org/ooxml/spreadsheetml/main"},
    [XML_RELATIONSHIPS] = {"http://schemas.openxmlformats.org/package/2006/relationships", NULL},
};
static const char *const relation_namespaces[] = {
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://purl.oclc.org/ooxml/officeDocument/relationships"};

static int stop(struct xml_part *part, int result)
{
    if (part->inside->result == 0)
        part->inside->result = result;
    xmlStopParser(part->inside->parser);
    return result;
}

int xml_part_fail(struct xml_part *part, enum fault_kind kind, int64_t number)
{
    struct fault fault = {.kind = kind, .name = part->name, .number = number};
    return fault_tell(&fault, package_language(part->package), part->ret_failure);
}

/* --- elements --------------------------------------------------------------------------------------------
 */

static bool is_ours(struct xml_inside *inside, const xmlChar *uri)
{
    const char *const *names = namespaces[inside->plan->vocabulary];
    if (uri == NULL || uri == inside->known)
        return uri != NULL;
    if (!string_equal((const char *)uri, names[0]) && !string_equal((const char *)uri, names[1]))
        return false;
    inside->known = uri;
    return true;
}

/* The child of the element where we are, or -1. */
static int child_of(const struct xml_inside *inside, const xmlChar *name)
{
    const struct xml_element *elements = inside->plan->elements;
    int count = (int)inside->plan->count;
    for (int i = inside->at + 1; i < count && elements[i].parent <= inside->at; i++)
        if (inside->names[i] == name && elements[i].parent == inside->at)
            return i;
    return -1;
}

static void begin_element(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
    int namespace_count, const xmlChar **namespace_parts, int attribute_count, int defaulted,
    const xmlChar **attributes)
{
    (void)prefix, (void)namespace_count, (void)namespace_parts, (void)defaulted;
    struct xml_part *part = context;
    struct xml_inside *inside = part->inside;
    if (inside->result < 0)
        return;
    int child = inside->passed_over == 0 && is_ours(inside, uri) ? child_of(inside, name) : -1;
    if (child < 0) {
        inside->passed_over++;
        return;
    }
    inside->at = child;
    inside->seen_root = true;
    const struct xml_element *element = &inside->plan->elements[child];
    if (element->begin == NULL)
        return;
    struct xml_attributes given = {
        (const struct xml_attribute_parts *)(const void *)attributes, (size_t)attribute_count};
    int r = element->begin(part, &given);
    if (r < 0)
        stop(part, r);
}

static void end_element(void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
    (void)name, (void)prefix, (void)uri;
    struct xml_part *part = context;
    struct xml_inside *inside = part->inside;
    if (inside->result < 0)
        return;
    if (inside->passed_over > 0) {
        inside->passed_over--;
        return;
    }
    const struct xml_element *element = &inside->plan->elements[inside->at];
    inside->at = element->parent;
    int r = element->end != NULL ? element->end(part) : 0;
    if (r < 0)
        stop(part, r);
}

static void take_text(void *context, const xmlChar *bytes, int length)
{
    struct xml_part *part = context;
    const struct xml_inside *inside = part->inside;
    if (inside->at >= 0 && inside->passed_over == 0 && inside->plan->elements[inside->at].text)
        text_append(&part->text, (const char *)bytes, (size_t)length);
}

static void refuse_doctype(void *context, const xmlChar *name, const xmlChar *external, const xmlChar *system)
{
    (void)name, (void)external, (void)system;
    struct xml_part *part = context;
    stop(part, xml_part_fail(part, FAULT_XML_DOCTYPE, 0));
}

/* --- bytes -----------------------------------------------------------------------------------------------
 */

static int read_bytes(void *context, char *bytes, int room)
{
    struct xml_part *part = context;
    if (part->inside->result < 0)
        return -1;
    ssize_t got = package_read(part->package, bytes, (size_t)room, part->ret_failure);
    if (got < 0)
        part->inside->result = (int)got;
    else if (xml_run_is_too_long(&part->inside->run, bytes, (size_t)got))
        part->inside->result = xml_part_fail(part, FAULT_XML_RUN, LIMIT_XML_RUN_BYTES);
    return part->inside->result < 0 ? -1 : (int)got;
}

/* The parser is content at the root's end; the checksum is not known before that of the part. */
static int read_rest(struct xml_part *part)
{
    char bytes[4096];
    ssize_t got;
    do
        got = package_read(part->package, bytes, sizeof bytes, part->ret_failure);
    while (got > 0);
    return (int)got;
}

static int tell_fault(struct xml_part *part, xmlParserCtxtPtr parser)
{
    const xmlError *error = xmlCtxtGetLastError(parser);
    struct text where = TEXT_WITH_CEILING(400);
    if (error != NULL && error->code == XML_ERR_NO_MEMORY)
        return xml_part_fail(part, FAULT_MEMORY, 0);
    text_append_format(
        &where, "%s: %s", part->name, error != NULL && error->message != NULL ? error->message : "XML");
    while (
        where.length > 0 && (where.bytes[where.length - 1] == '\n' || where.bytes[where.length - 1] == ' '))
        where.bytes[--where.length] = '\0';
    struct fault fault = {
        .kind = FAULT_XML, .name = text_string(&where), .number = error != NULL ? error->line : 0};
    int r = fault_tell(&fault, package_language(part->package), part->ret_failure);
    text_free(&where);
    return r;
}

static int open_parser(struct xml_part *part)
{
    xmlSAXHandler handler = {.initialized = XML_SAX2_MAGIC,
        .startElementNs = begin_element,
        .endElementNs = end_element,
        .characters = take_text,
        .cdataBlock = take_text,
        .ignorableWhitespace = take_text,
        .internalSubset = refuse_doctype};
    struct xml_inside *inside = part->inside;
    const struct xml_plan *wanted = inside->plan;
    inside->parser = xmlCreateIOParserCtxt(&handler, part, read_bytes, NULL, part, XML_CHAR_ENCODING_NONE);
    if (inside->parser == NULL)
        return xml_part_fail(part, FAULT_MEMORY, 0);
    /* NOENT: else &amp; in an attribute comes as &#38;. Entities of a document's own need a DOCTYPE. */
    xmlCtxtUseOptions(
        inside->parser, XML_PARSE_NONET | XML_PARSE_NOENT | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    inside->names = memory_get_zeroed(wanted->count, sizeof *inside->names);
    for (size_t i = 0; i < wanted->count; i++)
        inside->names[i] = xmlDictLookup(inside->parser->dict, (const xmlChar *)wanted->elements[i].name, -1);
    return 0;
}

static int parse(struct xml_part *part)
{
    struct xml_inside *inside = part->inside;
    int r = open_parser(part);
    if (r < 0)
        return r;
    xmlParseDocument(inside->parser);
    r = inside->result;
    if (r == 0 && !inside->parser->wellFormed)
        r = tell_fault(part, inside->parser);
    if (r == 0 && !inside->seen_root)
        r = xml_part_fail(part, FAULT_XML_ROOT, 0);
    /* Behind a bad character no callback is asked any more, and entities are kept in a document: for nobody.
     */
    xmlFreeDoc(inside->parser->myDoc);
    xmlFreeParserCtxt(inside->parser);
    free(inside->names);
    return r == 0 ? read_rest(part) : r;
}

int xml_part_read(struct package *package, const char *name, const struct xml_plan *plan, void *context,
    struct failure *ret_failure)
{
    struct xml_inside inside = {.plan = plan, .at = -1};
    struct xml_part part = {.context = context,
        .text = TEXT_WITH_CEILING(LIMIT_FIELD_BYTES),
        .package = package,
        .name = name,
        .ret_failure = ret_failure,
        .inside = &inside};
    int r = package_begin(package, name, ret_failure);
    if (r == 0)
        r = parse(&part);
    text_free(&part.text);
    return r;
}

static xmlParserInputPtr fetch_nothing(const char *address, const char *id, xmlParserCtxtPtr parser)
{
    (void)address, (void)id, (void)parser;
    return NULL;
}

void xml_part_prepare(void)
{
    xmlInitParser();
    xmlSetExternalEntityLoader(fetch_nothing);
}

/* --- values ----------------------------------------------------------------------------------------------
 */

static struct xml_value value_of(const struct xml_attribute_parts *parts)
{
    return (struct xml_value){(const char *)parts->value, (size_t)(parts->end - parts->value)};
}

struct xml_value xml_attribute(const struct xml_attributes *attributes, const char *name)
{
    for (size_t i = 0; i < attributes->count; i++) {
        const struct xml_attribute_parts *parts = &attributes->items[i];
        const char *own = (const char *)parts->name;
        /* Names of one letter are the rule: asked for each cell. */
        if (*own == *name && parts->uri == NULL && strcmp(own + 1, name + 1) == 0)
            return value_of(parts);
    }
    return (struct xml_value){NULL, 0};
}

struct xml_value xml_relation(const struct xml_attributes *attributes, const char *name)
{
    for (size_t i = 0; i < attributes->count; i++) {
        const char *uri = (const char *)attributes->items[i].uri;
        if ((string_equal(uri, relation_namespaces[0]) || string_equal(uri, relation_namespaces[1])) &&
            strcmp((const char *)attributes->items[i].name, name) == 0)
            return value_of(&attributes->items[i]);
    }
    return (struct xml_value){NULL, 0};
}

bool xml_value_is(struct xml_value value, const char *word)
{
    for (size_t i = 0; i < value.length; i++)
        if (value.bytes[i] != word[i]) /* no value has a NUL in it */
            return false;
    return value.bytes != NULL && word[value.length] == '\0';
}

bool xml_value_is_true(struct xml_value value)
{
    return xml_value_is(value, "1") || xml_value_is(value, "true");
}

int64_t xml_value_number(struct xml_value value, int64_t most)
{
    int64_t number = 0;
    if (value.bytes == NULL || value.length == 0)
        return -1;
    for (size_t i = 0; i < value.length; i++) {
        if (value.bytes[i] < '0' || value.bytes[i] > '9')
            return -1;
        number = number * 10 + (value.bytes[i] - '0');
        if (number > most)
            return -1;
    }
    return number;
}

char *xml_value_copy(struct xml_value value)
{
    return value.bytes != NULL ? memory_copy_bytes(value.bytes, value.length) : NULL;
}
