/* Pages of HTML with tables and lists, as registers' editors and their tools write them. */
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

#define HTML "kind = \"html\"; charset = \"utf-8\"; "

static const char format[] = HTML "rows = \"//table[@id='list']//tr[td]\"; total = "
                                  "\"normalize-space(substring-before(//p[@class='count'], ' "
                                  "results'))\"; as-of = \"//time/@datetime\";";
static const char fields[] =
    "number = \"td[1]\"; device = \"td[2]\"; url = \"td[2]/a/@href\"; holder = \"td[3]\"; "
    "decision_date = { from = \"td[4]\"; forms = [\"iso\"]; }; route = \"@class\"; status = \"td[5]\";";

#define HEAD                                                                                                 \
    "<!DOCTYPE html>\n<html lang=\"en\"><head><title>List</title><style>td { color: red }</style></head>\n"  \
    "<body><p class=\"count\">41 results</p><time datetime=\"2026-11-05\">today</time>\n"                    \
    "<table id=\"other\"><tr><td>K-0<td>no</table>\n"                                                        \
    "<table id=\"list\"><thead><tr><th>Number</th><th>Device&nbsp;name</th><th>Holder<br>(sponsor)</th>"     \
    "<th>Date</th><th>Status</th></tr></thead><tbody>\n"

static const char page[] = HEAD
    "<tr class=\"device\"><td>K-1</td><td><a href=\"/devices/1?a=1&amp;b=2\">Pulse <b>flow</b>meter</a></td>"
    "<td><p>Beijing Chenlan</p><p>Medical&nbsp;Co.</p></td><td>2026-11-04</td>"
    "<td>active<script>document.write('<td>no</td>')</script><!-- no --></td></tr>\n"
    "<tr><td>K-2<td>Lamp &copy; &#21271;&#20140; <img src=x><td>Line one<br/>line "
    "two<td>2026-11-05<td></tr>\n"
    "</tbody></table></body></html>\n";

static struct reading *read_with(const char *own_format, const char *document, size_t length)
{
    struct feed_definition *definition = reading_definition(own_format, fields, "");
    struct reading *reading = reading_of(definition, document, length);
    feed_definition_free(definition);
    return reading;
}

static const char *member_of(const struct reading *reading, size_t index, const char *name)
{
    const char *line = reading_line(reading, "record", index);
    return line != NULL ? reading_member(line, name) : NULL;
}

static void cells_of_a_table_are_values(void **state)
{
    (void)state;
    struct reading *reading = read_with(format, page, sizeof page - 1);
    if (reading->code != 0)
        print_error("%s\n", reading->failure.text);
    assert_int_equal(reading->code, 0);
    assert_int_equal(reading->rows, 2);
    assert_string_equal(member_of(reading, 0, "number"), "K-1");
    assert_string_equal(member_of(reading, 0, "device"), "Pulse flowmeter");
    assert_string_equal(member_of(reading, 0, "url"), "/devices/1?a=1&b=2");
    assert_string_equal(member_of(reading, 0, "holder"), "Beijing Chenlan Medical Co.");
    assert_string_equal(member_of(reading, 0, "route"), "device");
    assert_string_equal(member_of(reading, 0, "status"), "active");
    assert_string_equal(member_of(reading, 1, "number"), "K-2");
    assert_string_equal(member_of(reading, 1, "device"), "Lamp © 北京");
    assert_string_equal(member_of(reading, 1, "holder"), "Line one line two");
    assert_null(member_of(reading, 1, "status"));
    assert_non_null(strstr(reading_line(reading, "record", 1), "{\"row\":2,"));
    reading_free(reading);
}

static void total_and_date_stand_on_the_page(void **state)
{
    (void)state;
    static const char told[] = "{\"page\":0,\"total\":41,\"as_of\":\"2026-11-05\"}";
    struct reading *reading = read_with(format, page, sizeof page - 1);
    assert_non_null(strstr(reading->lines[0], told));
    assert_non_null(strstr(reading_line(reading, "done", 0), told));
    reading_free(reading);
    static const char many[] = "<p class=\"count\">many results</p><table id=\"list\"><tr><td>K-1</table>";
    reading = read_with(format, many, sizeof many - 1);
    assert_int_equal(reading->code, -EBADMSG);
    assert_non_null(strstr(reading->failure.text, "\"many\", which is not a count"));
    reading_free(reading);
    static const char none[] = "<table id=\"list\"><tr><td>K-1</table>";
    reading = read_with(format, none, sizeof none - 1);
    assert_non_null(strstr(reading->lines[0], "\"total\":-1,\"as_of\":\"\""));
    reading_free(reading);
    static const char count[] = HTML "rows = \"//tr\"; total = \"count(//tr)\";";
    reading = read_with(count, none, sizeof none - 1);
    assert_non_null(strstr(reading->lines[0], "\"total\":1,"));
    reading_free(reading);
}

/* Cells are told by their places: a column that comes in between would be read for its neighbour. */
static void the_shape_is_the_headings_of_the_rows_table(void **state)
{
    (void)state;
    struct reading *reading = read_with(format, page, sizeof page - 1);
    assert_non_null(
        strstr(reading->ending, "{\"shape\":\"Number|Device name|Holder (sponsor)|Date|Status\"}"));
    reading_free(reading);
    static const char list[] = "<ul><li class=\"x\">K-1</li></ul>";
    reading = read_with(HTML "rows = \"//li\";", list, sizeof list - 1);
    assert_null(strstr(reading->ending, "shape"));
    reading_free(reading);
}

static void a_page_that_is_cut_is_malformed(void **state)
{
    (void)state;
    static const size_t behind_body = sizeof "</html>\n" - 1;
    for (size_t length = 40; length < sizeof page - 1 - behind_body - 2; length += 37) {
        struct reading *reading = read_with(format, page, length);
        assert_int_equal(reading->code, -EBADMSG);
        assert_non_null(strstr(reading->failure.text, "it has been cut"));
        assert_int_equal(reading->rows, 0);
        reading_free(reading);
    }
    struct reading *reading = read_with(format, "", 0);
    assert_int_equal(reading->code, -EBADMSG);
    assert_non_null(strstr(reading->failure.text, "empty"));
    reading_free(reading);
    static const char upper[] =
        "<HTML><BODY><TABLE ID=list><TR CLASS=x><TD>K-1</TD></TR></TABLE></BODY></HTML>";
    reading = read_with(format, upper, sizeof upper - 1);
    assert_int_equal(reading->code, 0);
    assert_string_equal(member_of(reading, 0, "route"), "x");
    reading_free(reading);
}

static void a_page_without_rows_has_none(void **state)
{
    (void)state;
    static const char other[] = "<html><body><p>We are sorry.</p></body></html>";
    struct reading *reading = read_with(format, other, sizeof other - 1);
    assert_int_equal(reading->code, 0);
    assert_int_equal(reading->rows + reading->rejected, 0);
    assert_non_null(reading_line(reading, "done", 0));
    reading_free(reading);
}

static void a_row_without_a_number_is_a_reject(void **state)
{
    (void)state;
    static const char rows[] = "<table id=list><tr><td>K-1<td>a<tr><td> &nbsp; <td>b<tr><td>K-3<td>c</table>";
    struct reading *reading = read_with(format, rows, sizeof rows - 1);
    assert_int_equal(reading->rows, 2);
    assert_int_equal(reading->rejected, 1);
    assert_non_null(
        strstr(reading_line(reading, "reject", 0), "{\"row\":2,\"reject\":{\"field\":\"number\""));
    reading_free(reading);
}

static void the_definition_says_the_encoding_and_not_the_page(void **state)
{
    (void)state;
    static const char cyrillic[] =
        "<html><head><meta charset=\"utf-8\"></head><body><table id=list><tr><td>K-1<td>"
        "\xcf\xe5\xea\xe8\xed</table></body></html>";
    struct reading *reading = read_with(
        "kind = \"html\"; charset = \"windows-1251\"; rows = \"//tr\";", cyrillic, sizeof cyrillic - 1);
    assert_string_equal(member_of(reading, 0, "device"), "Пекин");
    reading_free(reading);
    static const char utf8[] =
        "<html><head><meta http-equiv=\"Content-Type\" content=\"text/html; charset=windows-1251\">"
        "</head><body><table id=list><tr><td>K-1<td>Пекин \xff\x0b</table></body></html>";
    reading = read_with(format, utf8, sizeof utf8 - 1);
    assert_string_equal(member_of(reading, 0, "device"), "Пекин \xef\xbf\xbd\xef\xbf\xbd");
    assert_int_equal(reading->replaced, 2);
    reading_free(reading);
}

static void bare_text_is_no_page_of_rows(void **state)
{
    (void)state;
    static const char *const others[] = {
        "{\"rows\":[]}", "no more", "<?xml version=\"1.0\"?><r/>", "\xff\xfe<\0"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        struct reading *reading = read_with(format, others[i], strlen(others[i]));
        assert_int_equal(reading->rows + reading->rejected, 0);
        reading_free(reading);
    }
}

static void repeat(struct text *text, const char *piece, size_t count)
{
    for (size_t i = 0; i < count; i++)
        text_append_string(text, piece);
}

static void refuse_large(const char *piece, size_t count, const char *words)
{
    struct text document = TEXT_WITH_CEILING(64 << 20);
    repeat(&document, piece, count);
    struct reading *reading = read_with(format, document.bytes, document.length);
    if (reading->code != -EFBIG)
        print_error("%d %s\n", reading->code, reading->failure.text);
    assert_int_equal(reading->code, -EFBIG);
    assert_non_null(strstr(reading->failure.text, words));
    assert_null(reading_line(reading, "done", 0));
    reading_free(reading);
    text_free(&document);
}

static void bombs_are_refused(void **state)
{
    (void)state;
    refuse_large("<div>", 1000, "200 elements one in the other");
    refuse_large("<p>", LIMIT_HTML_NODES, "200000 elements, attributes and texts");
    refuse_large("a long text without an end ", LIMIT_HTML_BYTES / 16, "8388608 bytes");
}

static void a_definition_that_asks_for_no_nodes_says_so(void **state)
{
    (void)state;
    struct reading *reading = read_with(HTML "rows = \"count(//tr)\";", page, sizeof page - 1);
    assert_int_equal(reading->code, -EBADMSG);
    assert_non_null(strstr(reading->failure.text, "it gives no nodes"));
    reading_free(reading);
}

static void a_question_without_end_is_given_up(void **state)
{
    (void)state;
    struct text document = TEXT_WITH_CEILING(8 << 20);
    text_append_string(&document, "<table>");
    repeat(&document, "<tr><td>K-1", 1500);
    struct reading *reading = read_with(HTML "rows = \"//tr[count(preceding::tr) = count(following::tr)]\";",
        document.bytes, document.length);
    assert_int_equal(reading->code, -EBADMSG);
    assert_non_null(strstr(reading->failure.text, "too many steps"));
    reading_free(reading);
    text_free(&document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_of_a_table_are_values),
        cmocka_unit_test(total_and_date_stand_on_the_page),
        cmocka_unit_test(the_shape_is_the_headings_of_the_rows_table),
        cmocka_unit_test(a_page_that_is_cut_is_malformed),
        cmocka_unit_test(a_page_without_rows_has_none),
        cmocka_unit_test(a_row_without_a_number_is_a_reject),
        cmocka_unit_test(the_definition_says_the_encoding_and_not_the_page),
        cmocka_unit_test(bare_text_is_no_page_of_rows),
        cmocka_unit_test(bombs_are_refused),
        cmocka_unit_test(a_definition_that_asks_for_no_nodes_says_so),
        cmocka_unit_test(a_question_without_end_is_given_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
