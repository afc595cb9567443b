/* XML and HTML through the real child in its sandbox: libxml2 may open no file then, and has no need to. */
#include "decoding.h"
#include "scratch.h"

#include "m13/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DEFINITION                                                                                           \
    "authority = \"FDA\"; routes = [\"510k\"];\n"                                                            \
    "title = { zh = \"测试\"; en = \"test\"; }; covers = { zh = \"全部\"; en = \"all\"; };\n"            \
    "limits = { zh = \"无\"; en = \"none\"; };\n"                                                           \
    "request = { base = \"https://register.example\"; poll = { path = \"/rows\"; }; };\n"                    \
    "schedule = { every = \"1d\"; };\n"                                                                      \
    "expect = { completeness = \"register\"; fresh = \"3d\"; };\n"

static const char atom[] =
    DEFINITION "format = { kind = \"xml\"; rows = \"/feed/entry\"; };\n"
               "fields = { number = \"id\"; holder = \"concat(author/name, ', ', substring(title, 1, 4))\";"
               "decision_date = { from = \"updated\"; forms = [\"iso\"]; };\n"
               "route = \"dc:type\"; status = \"count(link)\"; };\n";
static const char table[] = DEFINITION "format = { kind = \"html\"; rows = \"//tr[td]\"; };\n"
                                       "fields = { number = \"td[1]\"; holder = \"normalize-space(td[2])\";\n"
                                       "decision_date = { from = \"td[3]\"; forms = [\"iso\"]; };\n"
                                       "route = \"td[4]/a/@href\"; status = \"td[5]\"; };\n";

static void decode(const char *definition, const char *bytes, size_t length)
{
    char *path = scratch_path(decoding.folder, "register.conf");
    scratch_write(path, definition, strlen(definition));
    text_clear(&decoding.items);
    decoding.ends = 0;
    decoding_of(path, decoding_payload(bytes, length));
    free(path);
}

static void expect_said(const char *words)
{
    if (strstr(text_string(&decoding.items), words) == NULL)
        print_error("expected `%s` in `%s`\n", words, text_string(&decoding.items));
    assert_non_null(strstr(text_string(&decoding.items), words));
}

static void an_atom_feed_is_read_in_the_cage(void **state)
{
    (void)state;
    static const char feed[] =
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><feed xmlns=\"http://www.w3.org/2005/Atom\" "
        "xmlns:dc=\"urn:dc\"><entry><id>K-1</id><author><name>辰岚 &amp; Co</name></author>"
        "<title>Lamp "
        "stand</title><updated>2026-11-05</updated><dc:type>510k</dc:type><link/><link/></entry></feed>";
    decode(atom, feed, sizeof feed - 1);
    decoding_expect(DECODER_OK, "");
    expect_said("\"holder\":\"辰岚 & Co, Lamp\"");
    expect_said("\"status\":\"2\"");
    expect_said("shape 0.0 author|dc:type|id|link|title|updated");
}

static void utf16_needs_no_converter_from_disk(void **state)
{
    (void)state;
    static const char feed[] = "<feed><entry><id>K-1</id></entry></feed>";
    char wide[2 * sizeof feed] = "\xff\xfe";
    for (size_t i = 0; i < sizeof feed - 1; i++) {
        wide[2 * i + 2] = feed[i];
        wide[2 * i + 3] = '\0';
    }
    decode(atom, wide, sizeof wide);
    decoding_expect(DECODER_OK, "");
    expect_said("\"number\":\"K-1\"");
}

static void what_would_need_one_is_told(void **state)
{
    (void)state;
    static const char feed[] = "<?xml version=\"1.0\" encoding=\"Shift_JIS\"?><feed/>";
    decode(atom, feed, sizeof feed - 1);
    decoding_expect(DECODER_MALFORMED, "written in `Shift_JIS`");
}

static void nothing_is_fetched_or_expanded(void **state)
{
    (void)state;
    static const char feed[] = "<!DOCTYPE feed [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>"
                               "<feed><entry><id>&x;</id></entry></feed>";
    decode(atom, feed, sizeof feed - 1);
    decoding_expect(DECODER_MALFORMED, "DOCTYPE");
}

static void a_page_is_read_in_the_cage(void **state)
{
    (void)state;
    static const char page[] =
        "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Strict//EN\" \"http://www.w3.org/TR/xhtml1.dtd\">"
        "<html><head><meta charset=\"Shift_JIS\"></head><body><table><tr><th>N<th>Holder</tr>"
        "<tr><td>K-1<td>辰岚 &eacute;<td>2026-11-05<td><a href=\"/1\">x</a><td>active</table></body></html>";
    decode(table, page, sizeof page - 1);
    decoding_expect(DECODER_OK, "");
    expect_said("\"holder\":\"辰岚 é\"");
    expect_said("\"route\":\"/1\"");
    expect_said("shape 0.0 N|Holder");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            an_atom_feed_is_read_in_the_cage, decoding_set_up, decoding_tear_down),
        cmocka_unit_test_setup_teardown(
            utf16_needs_no_converter_from_disk, decoding_set_up, decoding_tear_down),
        cmocka_unit_test_setup_teardown(what_would_need_one_is_told, decoding_set_up, decoding_tear_down),
        cmocka_unit_test_setup_teardown(nothing_is_fetched_or_expanded, decoding_set_up, decoding_tear_down),
        cmocka_unit_test_setup_teardown(a_page_is_read_in_the_cage, decoding_set_up, decoding_tear_down),
    };
    return cmocka_run_group_tests(tests, decoding_find_stub, NULL);
}
