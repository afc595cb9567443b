/* Any bytes as an XML payload of a feed, all the way to canonical records, beside libxml2's own tree.
 *
 * What libxml2 refuses we refuse, but for bytes that are mended before it sees them; the rows that we found
 * are those that it has. */
#include "fuzz_target.h"

#include "fuzz_lines.h"
#include "reading.h"

#include <errno.h>
#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int64_t rows_of(xmlDocPtr document)
{
    xmlXPathContextPtr context = xmlXPathNewContext(document);
    xmlXPathObjectPtr rows = xmlXPathEvalExpression((const xmlChar *)"/*[name()='r']/*[name()='i']", context);
    int64_t count = rows != NULL && rows->nodesetval != NULL ? rows->nodesetval->nodeNr : 0;
    xmlXPathFreeObject(rows);
    xmlXPathFreeContext(context);
    return count;
}

static void compare(const struct reading *reading, const char *bytes, size_t length)
{
    int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_IGNORE_ENC;
    xmlDocPtr document = xmlReadMemory(bytes, (int)length, NULL, NULL, options);
    int64_t accounted = reading->rows + reading->rejected + reading->skipped;
    if (document != NULL && reading->code == 0)
        fuzz_must(accounted == rows_of(document), "not every row is accounted for", bytes);
    if (reading->code == 0 && reading->replaced == 0)
        fuzz_must(document != NULL, "accepted, but libxml2 does not", bytes);
    xmlFreeDoc(document);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static struct reading_desk *desk;
    if (desk == NULL)
        desk = reading_desk_new(reading_definition(
            "kind = \"xml\"; charset = \"utf-8\"; rows = \"/r/i\"; total = \"/r/n\"; as-of = \"/r/*\";",
            "number = { from = [\"@n\", \"n\"]; join = \"/\"; }; holder = \"h//text()\"; device = "
            "\"p:d/@p:e\";"
            "decision_date = { from = \"substring-after(d, '=')\"; forms = [\"iso\", \"us\", \"zh\"]; };"
            "route = \"c[@k='r']\"; status = \"count(*) > 2\"; manufacturer = \"c[last()]/ancestor::*\";"
            "address = \"//a | b\";",
            "skip = ( (\"n\", \"skip*\") );"));
    struct reading *reading = reading_on(desk, bytes, length);
    fuzz_check_lines(reading);
    if (length < 4 || memcmp(bytes, "\x28\xb5\x2f\xfd", 4) != 0)
        compare(reading, (const char *)bytes, length);
    reading_free(reading);
    return 0;
}
