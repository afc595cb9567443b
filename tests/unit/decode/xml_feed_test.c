/* XML as registers serve it: RSS, Atom, and their own; and as their enemies write it. */
#include "reading.h"

#include "m13/limits.h"
#include "m13/text.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define XML "kind = \"xml\"; charset = \"utf-8\"; "

static const char rss_format[] = XML "rows = \"/rss/channel/item\"; as-of = \"/rss/channel/pubDate\";";
static const char rss_fields[] =
    "number = \"guid\"; holder = \"dc:creator\"; device = \"title\"; url = \"link\"; "
    "decision_date = { from = \"dc:date\"; forms = [\"iso\"]; }; route = \"category/@domain\"; "
    "status = \"category\";";

static const char rss[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:media=\"urn:media\">\n"
    "<channel><title>Approvals</title><link>https://register.example/</link>\n"
    "<pubDate>Thu, 05 Nov 2026 08:00:00 +0000</pubDate>\n"
    "<item><media:title>a picture</media:title><title>Pulse &amp; flow meter &lt;M3&gt;</title>\n"
    "  <link>https://register.example/?a=1&amp;b=2</link><guid isPermaLink=\"false\">R-1</guid>\n"
    "  <dc:creator>Beijing Chenlan &#x533B;&#30103;</dc:creator><dc:date>2026-11-04</dc:date>\n"
    "  <category domain=\"reg&amp;istered\">active</category><category>second</category></item>\n"
    "<item><title><![CDATA[Lamp <b>&amp;</b> stand]]></title><guid>R-2</guid>\n"
    "  <dc:creator> Two \n lines </dc:creator><dc:date>2026-11-05</dc:date><!-- no --><?no?></item>\n"
    "</channel></rss>\n";

static const char atom_format[] = XML "rows = \"/feed/entry\"; total = \"/feed/os:totalResults\";";
static const char atom_fields[] =
    "number = \"id\"; holder = \"author/name\"; device = \"title\"; url = "
    "\"link[@rel='alternate']/@href\"; "
    "decision_date = { from = \"substring(published, 1, 10)\"; forms = [\"iso\"]; }; "
    "route = \"category/@term\"; status = \"count(link) > 1\";";
static const char atom[] =
    "<feed xmlns=\"http://www.w3.org/2005/Atom\" xmlns:os=\"http://a9.com/-/spec/opensearch/1.1/\" "
    "xml:lang=\"en\">"
    "<os:totalResults> 41 </os:totalResults><updated>2026-11-05T08:00:00Z</updated>"
    "<entry><id>urn:x:1</id><title type=\"html\">Lamp</title><author><name>Chenlan</name></author>"
    "<link rel=\"self\" href=\"https://register.example/self\"/>"
    "<link rel=\"alternate\" href=\"https://register.example/1\"/>"
    "<published>2026-11-04T10:00:00Z</published><category term=\"class-2\"/></entry></feed>";

static struct reading *read_with(const char *format, const char *fields, const char *document, size_t length)
{
    struct feed_definition *definition = reading_definition(format, fields, "");
    struct reading *reading = reading_of(definition, document, length);
    feed_definition_free(definition);
    return reading;
}

static const char *member_of(const struct reading *reading, size_t index, const char *name)
{
    const char *line = reading_line(reading, "record", index);
    return line != NULL ? reading_member(line, name) : NULL;
}

static void items_of_rss_are_rows(void **state)
{
    (void)state;
    struct reading *reading = read_with(rss_format, rss_fields, rss, sizeof rss - 1);
    assert_int_equal(reading->code, 0);
    assert_int_equal(reading->rows, 2);
    assert_string_equal(member_of(reading, 0, "number"), "R-1");
    assert_string_equal(member_of(reading, 0, "device"), "Pulse & flow meter <M3>");
    assert_string_equal(member_of(reading, 0, "holder"), "Beijing Chenlan 医疗");
    assert_string_equal(member_of(reading, 0, "url"), "https://register.example/?a=1&b=2");
    assert_string_equal(member_of(reading, 0, "decision_date"), "2026-11-04");
    assert_string_equal(member_of(reading, 0, "route"), "reg&istered");
    assert_string_equal(member_of(reading, 0, "status"), "active");
    assert_string_equal(member_of(reading, 1, "device"), "Lamp <b>&amp;</b> stand");
    assert_string_equal(member_of(reading, 1, "holder"), "Two lines");
    assert_null(member_of(reading, 1, "url"));
    assert_non_null(strstr(reading->lines[0], "\"as_of\":\"Thu, 05 Nov 2026 08:00:00 +0000\""));
    assert_non_null(strstr(reading->ending, "\"category|dc:creator|dc:date|guid|link|media:title|title\""));
    reading_free(reading);
}

static void entries_of_atom_are_rows(void **state)
{
    (void)state;
    struct reading *reading = read_with(atom_format, atom_fields, atom, sizeof atom - 1);
    assert_int_equal(reading->code, 0);
    assert_int_equal(reading->rows, 1);
    assert_string_equal(member_of(reading, 0, "number"), "urn:x:1");
    assert_string_equal(member_of(reading, 0, "holder"), "Chenlan");
    assert_string_equal(member_of(reading, 0, "url"), "https://register.example/1");
    assert_string_equal(member_of(reading, 0, "decision_date"), "2026-11-04");
    assert_string_equal(member_of(reading, 0, "status"), "true");
    assert_non_null(strstr(reading_line(reading, "done", 0), "\"total\":41"));
    reading_free(reading);
}

static const char own_format[] = XML "rows = \"/r/row\"; total = \"/r/n\"; as-of = \"/r/d\";";
static const char own_fields[] =
    "number = \"@id\"; holder = \"h\"; decision_date = { from = \"d\"; forms = [\"iso\"]; }; route = \"x\"; "
    "status = \"s\"; device = \"ns:t\";";

static struct reading *read_own(const char *document)
{
    return read_with(own_format, own_fields, document, strlen(document));
}

static void expect_holder(const char *document, const char *expected)
{
    struct reading *reading = read_own(document);
    if (reading->code != 0)
        print_error("%s\n", reading->failure.text);
    assert_int_equal(reading->code, 0);
    assert_int_equal(reading->rows, 1);
    assert_string_equal(member_of(reading, 0, "holder"), expected);
    reading_free(reading);
}

static void refuse(const char *document, size_t length, int code, const char *words)
{
    struct reading *reading = read_with(own_format, own_fields, document, length);
    if (reading->code != code || strstr(reading->failure.text, words) == NULL)
        print_error("expected `%s`, got %d `%s`\n", words, reading->code, reading->failure.text);
    assert_int_equal(reading->code, code);
    assert_non_null(strstr(reading->failure.text, words));
    assert_null(reading_line(reading, "done", 0));
    reading_free(reading);
}

static void refuse_text(const char *document, const char *words)
{
    refuse(document, strlen(document), -EBADMSG, words);
}

static void names_are_those_that_the_document_writes(void **state)
{
    (void)state;
    struct reading *reading =
        read_own("<r xmlns=\"urn:a\" xmlns:ns=\"urn:b\"><row id=\"1\"><ns:h>no</ns:h><h>yes</h>"
                 "<t>no</t><ns:t>yes</ns:t></row><ns:row id=\"2\"/><x><row id=\"3\"/></x></r>");
    assert_int_equal(reading->rows, 1);
    assert_string_equal(member_of(reading, 0, "holder"), "yes");
    assert_string_equal(member_of(reading, 0, "device"), "yes");
    reading_free(reading);
    /* A prefix that nobody has declared is a prefix. */
    reading = read_own("<r><row ns:id=\"no\" id=\"1\"><ns:t>yes</ns:t></row></r>");
    assert_string_equal(member_of(reading, 0, "device"), "yes");
    assert_string_equal(member_of(reading, 0, "number"), "1");
    reading_free(reading);
}

static void rows_may_stand_under_any_name(void **state)
{
    (void)state;
    static const char document[] =
        "<s:E xmlns:s=\"urn:s\"><s:B><row id=\"1\"/></s:B><B><row id=\"2\"/></B></s:E>";
    struct reading *reading =
        read_with(XML "rows = \"/s:E/*/row\";", own_fields, document, sizeof document - 1);
    assert_int_equal(reading->rows, 2);
    reading_free(reading);
    reading = read_with(XML "rows = \"/s:E/B/row\";", own_fields, document, sizeof document - 1);
    assert_string_equal(member_of(reading, 0, "number"), "2");
    assert_non_null(strstr(reading_line(reading, "record", 0), "{\"row\":1,"));
    reading_free(reading);
}

static void a_total_or_date_that_is_none_is_malformed(void **state)
{
    (void)state;
    struct reading *reading = read_own("<r><n/><d>2026-11-05</d><row id=\"1\"/><n> 7 </n></r>");
    assert_non_null(strstr(reading->lines[0], "\"total\":-1,\"as_of\":\"2026-11-05\""));
    assert_non_null(strstr(reading_line(reading, "done", 0), "\"total\":7"));
    reading_free(reading);
    refuse_text("<r><n>many</n></r>", "is not a count");
    refuse_text("<r><d>0123456789012345678901234567890123456789012345678901234567890123456789</d></r>",
        "is not a date");
}

static void a_doctype_is_refused(void **state)
{
    (void)state;
    refuse_text("<!DOCTYPE r><r><row id=\"1\"/></r>", "DOCTYPE");
    refuse_text("<!DOCTYPE html><html><body>moved</body></html>", "DOCTYPE");
    refuse_text("<!DOCTYPE r [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><r><row "
                "id=\"1\"><h>&b;</h></row></r>",
        "DOCTYPE");
    refuse_text("<!DOCTYPE r SYSTEM \"file:///etc/passwd\"><r/>", "DOCTYPE");
    refuse_text(
        "<!DOCTYPE r [<!ENTITY x SYSTEM \"http://127.0.0.1:9/\">]><r><row id=\"1\"><h>&x;</h></row></r>",
        "DOCTYPE");
    refuse_text("<!DOCTYPE \"[<!ENTITY a \"b\">]><r><row id=\"1\"><h>&a;</h></row></r>", "line 1");
    refuse_text("<!DOCTYPE r PUBLIC \"\x7f{\" [<!ENTITY a \"b\">]><r/>", "line 1");
    refuse_text("<r><row id=\"1\"><h>&nbsp;</h></row></r>", "line 1: Entity 'nbsp' not defined");
}

static void what_is_no_xml_is_malformed(void **state)
{
    (void)state;
    refuse_text("", "line");
    refuse_text("{\"rows\":[]}", "line 1");
    refuse_text("<r><row id=\"1\"></r>", "line 1");
    refuse_text("<r>\n<row id=\"1\"/>\n</r><r/>", "line 3");
    refuse_text("<r><row id=\"1\" id=\"2\"/></r>", "line 1");
    refuse_text("<r><row id=\"1\"><h>&#11;</h></row></r>", "line 1");
    refuse_text("<error>come back later</error>", "no element in which a `/r/row` could stand");
    refuse_text("<R><row id=\"1\"/></R>", "no element in which");
    struct reading *reading = read_own("<r/>");
    assert_int_equal(reading->code, 0);
    assert_int_equal(reading->rows, 0);
    assert_non_null(reading_line(reading, "done", 0));
    reading_free(reading);
}

static void a_document_cut_anywhere_never_passes_for_a_shorter_one(void **state)
{
    (void)state;
    struct feed_definition *definition = reading_definition(rss_format, rss_fields, "");
    struct reading_desk *desk = reading_desk_new(definition);
    for (size_t length = 0; length < sizeof rss - 2; length += length < 700 ? 13 : 1) {
        struct reading *reading = reading_on(desk, rss, length);
        assert_int_equal(reading->code, -EBADMSG);
        assert_null(reading_line(reading, "done", 0));
        reading_free(reading);
    }
    struct reading *reading = reading_on(desk, rss, sizeof rss - 2);
    assert_int_equal(reading->code, 0);
    reading_free(reading);
    reading_desk_free(desk);
    feed_definition_free(definition);
}

static void utf16_is_read_whatever_its_prolog_says(void **state)
{
    (void)state;
    static const char document[] =
        "<?xml version=\"1.0\" encoding=\"utf-16\"?><r><row id=\"1\"><h>Firm</h></row></r>";
    expect_holder(document, "Firm");
    for (int marked = 0; marked < 2; marked++) {
        char wide[2 * sizeof document + 2];
        size_t length = 0;
        if (marked)
            memcpy(wide, "\xff\xfe", length = 2);
        for (const char *at = document; *at != '\0'; at++) {
            wide[length++] = *at == 'F' ? (char)0x17 : *at;
            wide[length++] = *at == 'F' ? (char)0x53 : '\0';
        }
        struct reading *reading = read_with(own_format, own_fields, wide, length);
        assert_int_equal(reading->code, 0);
        assert_string_equal(member_of(reading, 0, "holder"), "\xe5\x8c\x97"
                                                             "irm");
        reading_free(reading);
    }
}

static void the_definition_says_which_other_encoding_it_is(void **state)
{
    (void)state;
    static const char document[] = "<?xml version='1.0' encoding='windows-1251' ?><r><row "
                                   "id=\"1\"><h>\xcf\xe5\xea\xe8\xed</h></row></r>";
    refuse_text(document, "written in `windows-1251`; the definition's `charset` says UTF-8");
    struct reading *reading = read_with("kind = \"xml\"; charset = \"windows-1251\"; rows = \"/r/row\";",
        own_fields, document, sizeof document - 1);
    assert_int_equal(reading->code, 0);
    assert_string_equal(member_of(reading, 0, "holder"), "Пекин");
    reading_free(reading);
    refuse_text("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><r/>", "ISO-8859-1");
    expect_holder("<?xml version=\"1.0\"\tencoding = \"Utf-8\" standalone=\"yes\"?><r><row "
                  "id=\"1\"><h>Firm</h></row></r>",
        "Firm");
}

static void bad_bytes_are_replaced_and_counted(void **state)
{
    (void)state;
    struct reading *reading =
        read_own("\xef\xbb\xbf<r><row "
                 "id=\"1\"><h>A\xff\xc3(B\x0b</h><s>\xef\xbf\xbd\xef\xbf\xbe\xed\xa0\x80</s></row></r>");
    assert_int_equal(reading->code, 0);
    assert_string_equal(member_of(reading, 0, "holder"), "A\xef\xbf\xbd\xef\xbf\xbd(B\xef\xbf\xbd");
    assert_int_equal(reading->replaced, 7);
    reading_free(reading);
}

static void characters_cross_every_border_of_the_buffers(void **state)
{
    (void)state;
    struct text document = TEXT_WITH_CEILING(4 << 20);
    text_append_string(&document, "<r>");
    for (int i = 0; i < 2000; i++) {
        text_append_format(&document, "<row id=\"%d\"><x>%.*s</x><h>北京𝄞%d</h></row>", i, i % 61,
            "................................................................", i);
    }
    text_append_string(&document, "</r>");
    struct reading *reading = read_with(own_format, own_fields, document.bytes, document.length);
    assert_int_equal(reading->code, 0);
    assert_int_equal(reading->rows, 2000);
    assert_int_equal(reading->replaced, 0);
    for (int i = 0; i < 2000; i += 7) {
        char expected[32];
        snprintf(expected, sizeof expected, "北京𝄞%d", i);
        assert_string_equal(reading_member(reading->lines[i + 1], "holder"), expected);
    }
    reading_free(reading);
    text_free(&document);
}

static void repeat(struct text *text, const char *piece, size_t count)
{
    for (size_t i = 0; i < count; i++)
        text_append_string(text, piece);
}

/* The row between two good ones is one reject. */
static void reject_row(const char *open, const char *piece, size_t count, const char *close)
{
    struct text document = TEXT_WITH_CEILING(64 << 20);
    text_append_string(&document, "<r><row id=\"1\"/>");
    text_append_string(&document, open);
    repeat(&document, piece, count);
    text_append_string(&document, close);
    text_append_string(&document, "<row id=\"3\"><h>Good</h></row></r>");
    struct reading *reading = read_with(own_format, own_fields, document.bytes, document.length);
    if (reading->code != 0)
        print_error("%s\n", reading->failure.text);
    assert_int_equal(reading->code, 0);
    assert_int_equal(reading->rows, 2);
    assert_int_equal(reading->rejected, 1);
    assert_non_null(strstr(reading_line(reading, "reject", 0), "{\"row\":2,"));
    assert_string_equal(member_of(reading, 1, "holder"), "Good");
    reading_free(reading);
    text_free(&document);
}

static void a_row_larger_than_any_row_is_a_reject(void **state)
{
    (void)state;
    reject_row("<row id=\"2\">", "<a/>", LIMIT_XML_ROW_NODES, "</row>");
}

static void large_rows_and_values_are_rejects(void **state)
{
    (void)state;
    reject_row("<row id=\"2\"><h>", "0123456789abcdef<!-- -->", LIMIT_FIELD_BYTES / 16 + 1, "</h></row>");
    reject_row("<row id=\"2\"><h>", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef<b/>",
        LIMIT_ROW_BYTES / 64 + 1, "</h></row>");
    reject_row("<row><h>no number</h>", " ", 1, "</row>");
}

static void bombs_are_refused(void **state)
{
    (void)state;
    struct text document = TEXT_WITH_CEILING(64 << 20);
    repeat(&document, "<r>", 100000);
    refuse(document.bytes, document.length, -EFBIG, "nested too deeply");
    text_clear(&document);
    text_append_string(&document, "<r><row>");
    repeat(&document, "<a>", LIMIT_XML_DEPTH);
    refuse(document.bytes, document.length, -EFBIG, "nested too deeply");
    text_clear(&document);
    text_append_string(&document, "<r><row id=\"");
    repeat(&document, "0123456789abcdef", LIMIT_XML_RUN_BYTES / 16 + 1000);
    text_append_string(&document, "\"/></r>");
    refuse(document.bytes, document.length, -EFBIG, "a tag, or a text between two");
    text_clear(&document);
    text_append_string(&document, "<r><row>");
    for (int i = 0; i <= LIMIT_XML_PREFIXES; i++)
        text_append_format(&document, "<p%d:a/>", i);
    refuse(document.bytes, document.length, -EFBIG, "prefixes");
    text_clear(&document);
    text_append_string(&document, "<r>");
    for (int i = 0; i < LIMIT_XML_NAME_BYTES / 6; i++)
        text_append_format(&document, "<n%06d/>", i);
    text_append_string(&document, "</r>");
    refuse(document.bytes, document.length, -EFBIG, "each element has another name");
    text_free(&document);
}

static void a_definition_that_asks_nonsense_says_so(void **state)
{
    (void)state;
    struct feed_definition *definition = reading_definition(own_format, own_fields, "");
    char *source = definition->mappings[1].sources[0];
    static const char *const nonsense[] = {"h[", "$h", "no-such(h)"};
    for (size_t i = 0; i < sizeof nonsense / sizeof nonsense[0]; i++) {
        char wrong[32];
        snprintf(wrong, sizeof wrong, "%s", nonsense[i]);
        definition->mappings[1].sources[0] = wrong;
        struct reading *reading = reading_of_text(definition, "<r><row id=\"1\"/></r>");
        assert_int_equal(reading->code, -EINVAL);
        assert_non_null(strstr(reading->failure.text, wrong));
        reading_free(reading);
    }
    definition->mappings[1].sources[0] = source;
    feed_definition_free(definition);
}

static void one_document_leaves_nothing_for_the_next(void **state)
{
    (void)state;
    struct feed_definition *definition = reading_definition(own_format, own_fields, "");
    struct reading_desk *desk = reading_desk_new(definition);
    static const char *const documents[] = {"<r><n>5</n><row id=\"1\"><h>A",
        "<r><row id=\"2\"><h>B</h></row></r>", "<!DOCTYPE r>", "<r><row id=\"2\"><h>B</h></row></r>"};
    for (int i = 0; i < 4; i++) {
        struct reading *reading = reading_on(desk, documents[i], strlen(documents[i]));
        assert_int_equal(reading->code, i % 2 == 0 ? -EBADMSG : 0);
        if (i % 2 == 1) {
            assert_int_equal(reading->rows, 1);
            assert_non_null(strstr(reading_line(reading, "record", 0), "{\"row\":1,"));
            assert_string_equal(member_of(reading, 0, "holder"), "B");
            assert_non_null(strstr(reading_line(reading, "done", 0), "\"total\":-1"));
        }
        reading_free(reading);
    }
    reading_desk_free(desk);
    feed_definition_free(definition);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_of_rss_are_rows),
        cmocka_unit_test(entries_of_atom_are_rows),
        cmocka_unit_test(names_are_those_that_the_document_writes),
        cmocka_unit_test(rows_may_stand_under_any_name),
        cmocka_unit_test(a_total_or_date_that_is_none_is_malformed),
        cmocka_unit_test(a_doctype_is_refused),
        cmocka_unit_test(what_is_no_xml_is_malformed),
        cmocka_unit_test(a_document_cut_anywhere_never_passes_for_a_shorter_one),
        cmocka_unit_test(utf16_is_read_whatever_its_prolog_says),
        cmocka_unit_test(the_definition_says_which_other_encoding_it_is),
        cmocka_unit_test(bad_bytes_are_replaced_and_counted),
        cmocka_unit_test(characters_cross_every_border_of_the_buffers),
        cmocka_unit_test(a_row_larger_than_any_row_is_a_reject),
        cmocka_unit_test(large_rows_and_values_are_rejects),
        cmocka_unit_test(bombs_are_refused),
        cmocka_unit_test(a_definition_that_asks_nonsense_says_so),
        cmocka_unit_test(one_document_leaves_nothing_for_the_next),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
