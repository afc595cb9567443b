/* Where in a JSON document a definition may look. */
#include "reading.h"

#include "path_tree.h"

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

#define JSON "kind = \"json\"; charset = \"utf-8\"; "
#define NEEDED                                                                                               \
    "number = \"n\"; decision_date = { from = \"d\"; forms = [\"iso\"]; }; route = \"r\"; status = \"s\"; "

/* TGA's sponsors are Australian: what counts is the maker, of which there may be several. */
#define MAKERS                                                                                               \
    "{\"n\":\"104526\",\"Manufacturers\":["                                                                  \
    "{\"Name\":\"Medtech Pty Ltd\",\"Address\":{\"Suburb\":\"Perth\",\"Country\":\"Australia\"}},"           \
    "{\"Name\":\"Beijing Chenlan Medical\",\"Address\":{\"Suburb\":\"Beijing\",\"Country\":\"CHINA\"}},"     \
    "{\"Name\":\"Suzhou Other\",\"Address\":{\"Suburb\":\"Suzhou\",\"Country\":\"China - mainland\"}},"      \
    "{\"Name\":\"Medtech Pty Ltd\",\"Address\":{\"Suburb\":\"\",\"Country\":null}}]}"

/* What the only row of `document` has as its holder when that is read from `source`. */
static void expect_holder(const char *source, const char *document, const char *expected)
{
    char fields[1024];
    snprintf(fields, sizeof fields, NEEDED "holder = %s;", source);
    struct feed_definition *definition = reading_definition(JSON "rows = \"rows\";", fields, "");
    struct text whole = TEXT_WITH_CEILING(8 << 20);
    text_append_format(&whole, "{\"rows\":[");
    text_append_string(&whole, document);
    text_append_string(&whole, "]}");
    struct reading *reading = reading_of(definition, text_string(&whole), whole.length);
    assert_int_equal(reading->code, 0);
    const char *reject = reading_line(reading, "reject", 0);
    if (reject != NULL)
        print_error("%s: %s\n", source, reject);
    assert_int_equal(reading->rows, 1);
    const char *holder = reading_member(reading_line(reading, "record", 0), "holder");
    assert_string_equal(holder != NULL ? holder : "", expected);
    reading_free(reading);
    text_free(&whole);
    feed_definition_free(definition);
}

static void the_first_element_that_says_something_counts(void **state)
{
    (void)state;
    expect_holder("\"Manufacturers[].Name\"", MAKERS, "Medtech Pty Ltd");
    expect_holder("\"a[].b\"",
        "{\"n\":\"1\",\"a\":[{},{\"b\":null},{\"b\":\" \\u00a0 \"},{\"b\":\"B\"},{\"b\":\"C\"}]}", "B");
    expect_holder("\"a[]\"", "{\"n\":\"1\",\"a\":[null,\"\",7,\"x\"]}", "7");
    expect_holder(
        "\"a[].b[].c\"", "{\"n\":\"1\",\"a\":[{\"b\":[{}]},{\"b\":[{\"c\":\"\"},{\"c\":\"C\"}]}]}", "C");
    expect_holder("\"a[].b\"", "{\"n\":\"1\",\"a\":[]}", "");
}

static void every_member_of_an_object_is_looked_into(void **state)
{
    (void)state;
    /* EUDAMED's mfStatus has the SRN for a name. */
    expect_holder("\"mf.*.code\"",
        "{\"n\":\"1\",\"mf\":{\"CN-MF-1\":{\"code\":\"\"},\"CN-MF-2\":{\"code\":\"ok\"}}}", "ok");
    expect_holder("\"mf.*\"", "{\"n\":\"1\",\"mf\":[{},\"one\"]}", "one");
    expect_holder("\"*.b\"", "{\"n\":\"1\",\"x\":7,\"y\":{\"b\":\"B\"}}", "B");
    expect_holder("[\"o.a.x\", \"o.*.y\"]",
        "{\"n\":\"1\",\"o\":{\"a\":{\"y\":\"of a\"},\"b\":{\"y\":\"of b\"}}}", "of a");
    expect_holder("[\"o.*.q\", \"o.a.x\"]", "{\"n\":\"1\",\"o\":{\"a\":{\"x\":\"X\"},\"b\":{\"y\":1}}}", "X");
}

static void all_different_values_are_joined_in_their_order(void **state)
{
    (void)state;
    expect_holder(
        "\"Manufacturers[*].Name\"", MAKERS, "Medtech Pty Ltd; Beijing Chenlan Medical; Suzhou Other");
    expect_holder("\"a[*]\"",
        "{\"n\":\"1\",\"a\":[\"B\",\" B \",{\"no\":1},[\"no\"],null,\"\",true,\"\\u0042\",\"A\"]}",
        "B; true; A");
    expect_holder("\"a[*].b[].c\"",
        "{\"n\":\"1\",\"a\":[{\"b\":[{\"c\":1},{\"c\":2}]},{\"b\":[{\"c\":1.0}]}]}", "1; 2; 1.0");
    expect_holder("\"a[*]\"", "{\"n\":\"1\",\"a\":[\"one\"]}", "one");
}

static void a_condition_picks_one_element_for_all_that_is_read_of_it(void **state)
{
    (void)state;
    static const char condition[] = "Manufacturers[Address.Country=china*]";
    char source[128];
    snprintf(source, sizeof source, "\"%s.Name\"", condition);
    expect_holder(source, MAKERS, "Beijing Chenlan Medical");
    snprintf(source, sizeof source, "\"%s.Address.Suburb\"", condition);
    expect_holder(source, MAKERS, "Beijing");
    /* The first that fits counts even if it does not say what is asked of it. */
    snprintf(source, sizeof source, "\"%s.Address.Postcode\"", condition);
    expect_holder(source, MAKERS, "");
    expect_holder("\"Manufacturers[Address.Country=China].Name\"", MAKERS, "Beijing Chenlan Medical");
    expect_holder("\"Manufacturers[Address.Country=chin].Name\"", MAKERS, "");
    expect_holder("[\"Manufacturers[Address.Country=Peru*].Name\", \"Manufacturers[].Name\"]", MAKERS,
        "Medtech Pty Ltd");
}

static void a_condition_may_stand_behind_what_it_decides_about(void **state)
{
    (void)state;
    expect_holder("\"a[k=v].b\"",
        "{\"n\":\"1\",\"a\":[{\"b\":\"no\",\"k\":\"w\"},{\"b\":\"yes\",\"k\":\"V\"},{\"k\":\"v\",\"b\":"
        "\"late\"}]}",
        "yes");
    expect_holder("\"a[k=v].b\"",
        "{\"n\":\"1\",\"a\":[\"v\",7,[],{\"k\":{\"v\":1},\"b\":\"no\"},{\"k\":\" v\\n\",\"b\":\"yes\"}]}",
        "yes");
    expect_holder(
        "\"a[k=7].b\"", "{\"n\":\"1\",\"a\":[{\"k\":77,\"b\":\"no\"},{\"k\":7,\"b\":\"yes\"}]}", "yes");
    expect_holder("\"a[k=*].b\"",
        "{\"n\":\"1\",\"a\":[{\"b\":\"no\"},{\"k\":\"\",\"b\":\"no\"},{\"k\":0,\"b\":\"yes\"}]}", "yes");
    expect_holder(
        "\"a[k=КИТАЙ*].b\"", "{\"n\":\"1\",\"a\":[{\"k\":\"\\u041aитай, Пекин\",\"b\":\"yes\"}]}", "yes");
    /* Each list has its own first. */
    expect_holder("\"a[*].b[k=v].c\"",
        "{\"n\":\"1\",\"a\":[{\"b\":[{\"k\":\"v\",\"c\":1},{\"k\":\"v\",\"c\":2}]},{\"b\":[{\"c\":3},{\"k\":"
        "\"v\",\"c\":4}]}]}",
        "1; 4");
    expect_holder("\"a[k=v].b[*].c\"",
        "{\"n\":\"1\",\"a\":[{\"b\":[{\"c\":1}]},{\"b\":[{\"c\":2},{\"c\":3}],\"k\":\"v\"},{\"b\":[{\"c\":4}]"
        ",\"k\":\"v\"}]}",
        "2; 3");
}

static void an_element_is_told_by_its_place(void **state)
{
    (void)state;
    expect_holder("\"Manufacturers[0].Name\"", MAKERS, "Medtech Pty Ltd");
    expect_holder("\"Manufacturers[3].Address.Suburb\"", MAKERS, "");
    expect_holder("\"Manufacturers[2].Address.Suburb\"", MAKERS, "Suzhou");
    expect_holder("\"Manufacturers[4].Name\"", MAKERS, "");
    expect_holder("\"a[1]\"", "{\"n\":\"1\",\"a\":[{},\"B\",\"C\"]}", "B");
}

/* Two of a thousand entries of TGA have product names; read as strings they broke a client at row 3,000. */
static void lists_of_objects_and_lists_of_texts_are_both_read(void **state)
{
    (void)state;
    static const char both[] = "[\"DeviceProductNames[].Name\", \"DeviceProductNames[]\"]";
    expect_holder(both, "{\"n\":\"1\",\"DeviceProductNames\":[]}", "");
    expect_holder(both, "{\"n\":\"1\",\"DeviceProductNames\":[{\"Name\":\"Washer\"}]}", "Washer");
    expect_holder(both, "{\"n\":\"1\",\"DeviceProductNames\":[\"Washer\",\"Bolt\"]}", "Washer");
    expect_holder(both, "{\"n\":\"1\",\"DeviceProductNames\":\"Washer\"}", "");
    expect_holder(both, "{\"n\":\"1\",\"DeviceProductNames\":{\"Name\":\"Washer\"}}", "");
}

static struct reading *read_rows(const char *format, const char *document)
{
    char whole[256];
    snprintf(whole, sizeof whole, JSON "%s", format);
    struct feed_definition *definition = reading_definition(whole, NEEDED "holder = \"h\";", "");
    struct reading *reading = reading_of_text(definition, document);
    feed_definition_free(definition);
    return reading;
}

static void refuse(const char *format, const char *document, const char *words)
{
    struct reading *reading = read_rows(format, document);
    if (strstr(reading->failure.text, words) == NULL)
        print_error("expected `%s`, got `%s`\n", words, reading->failure.text);
    assert_int_equal(reading->code, -EBADMSG);
    assert_non_null(strstr(reading->failure.text, words));
    assert_null(reading_line(reading, "done", 0));
    reading_free(reading);
}

/* WHO's catalogue of immunisation devices: one array for each of its categories. */
static void rows_of_every_member_are_counted_through(void **state)
{
    (void)state;
    struct reading *reading = read_rows("rows = \"*\";",
        "{\"e001\":[{\"n\":\"E001-001\"},{\"n\":\"E001-002\"}],\"as_of\":\"2026-11-01\",\"e002\":[],"
        "\"e008\":[{\"n\":\"E008-001\"},7]}");
    assert_int_equal(reading->code, 0);
    assert_int_equal(reading->rows, 3);
    assert_int_equal(reading->rejected, 1);
    assert_non_null(strstr(reading_line(reading, "record", 2), "{\"row\":3,"));
    assert_string_equal(reading_member(reading_line(reading, "record", 2), "number"), "E008-001");
    assert_non_null(strstr(reading_line(reading, "reject", 0), "{\"row\":4,"));
    reading_free(reading);
    refuse("rows = \"*\";", "{\"e001\":{\"n\":\"E001-001\"}}", "at `*` stands an object");
    refuse("rows = \"*\";", "{}", "no array at `*`");
    refuse("rows = \"*\";", "{\"e001\":[{\"n\":\"E001-001\"}]", "the document ends here");
}

static void rows_may_lie_in_lists_within_a_list(void **state)
{
    (void)state;
    struct reading *reading = read_rows("rows = \"firms.*.products\";",
        "{\"firms\":[{\"products\":[{\"n\":\"1\"}]},{},{\"products\":[{\"n\":\"2\"},{\"n\":\"3\"}]}]}");
    assert_int_equal(reading->code, 0);
    assert_int_equal(reading->rows, 3);
    reading_free(reading);
}

static void a_document_may_be_one_row(void **state)
{
    (void)state;
    struct reading *reading = read_rows("rows = \".\"; as-of = \"d\"; keys = [\"h\"];",
        " {\"n\":\"1\",\"h\":\"Chenlan\",\"d\":\"2026-01-05\"} ");
    assert_int_equal(reading->code, 0);
    assert_int_equal(reading->rows, 1);
    assert_string_equal(reading_member(reading_line(reading, "record", 0), "holder"), "Chenlan");
    assert_non_null(strstr(reading_line(reading, "done", 0), "\"as_of\":\"2026-01-05\""));
    reading_free(reading);
    refuse("rows = \".\";", "[{\"n\":\"1\"}]", "a row must be an object");
    refuse("rows = \".\";", "", "the document ends here");
    refuse("rows = \".\";", "{\"n\":\"1\"}{\"n\":\"2\"}", "more follows");
    refuse("rows = \".\";", "{\"n\":\"1\",\"n\":\"2\"}", "stands twice");
    refuse("rows = \".\"; keys = [\"h\"];", "{\"n\":\"1\"}", "no member `h`");
}

static void a_whole_document_larger_than_a_row_is_refused(void **state)
{
    (void)state;
    struct feed_definition *definition =
        reading_definition(JSON "rows = \".\";", NEEDED "holder = \"h\";", "");
    struct text document = TEXT_WITH_CEILING(16 << 20);
    text_append_string(&document, "{\"n\":\"1\",\"x\":\"");
    for (int i = 0; i <= LIMIT_ROW_BYTES / 16; i++)
        text_append_string(&document, "0123456789abcdef\\u0041");
    text_append_string(&document, "\"}");
    struct reading *reading = reading_of(definition, document.bytes, document.length);
    assert_int_equal(reading->code, -EFBIG);
    assert_int_equal(reading->rows, 0);
    reading_free(reading);
    text_free(&document);
    feed_definition_free(definition);
}

/* A client that read other names than the service sends got no rows, and no word about it. */
static void a_document_without_its_keys_is_not_what_was_asked_for(void **state)
{
    (void)state;
    static const char format[] = "rows = \"Results\"; keys = [\"TotalRecords\", \"ab\"];";
    struct reading *reading =
        read_rows(format, "{\"ab\":null,\"Results\":[{\"n\":\"1\"}],\"TotalRecords\":1}");
    assert_int_equal(reading->code, 0);
    reading_free(reading);
    refuse(format, "{\"Results\":[{\"n\":\"1\"}],\"ab\":1}", "no member `TotalRecords`");
    refuse(
        format, "{\"Results\":[{\"TotalRecords\":1}],\"TotalRecords\":1,\"a\":{\"ab\":1}}", "no member `ab`");
    refuse(format, "[]", "no member `TotalRecords`");
}

static void a_doubled_name_is_seen_in_each_element(void **state)
{
    (void)state;
    struct feed_definition *definition =
        reading_definition(JSON "rows = \"rows\";", NEEDED "holder = \"a[].b\";", "");
    struct reading *reading =
        reading_of_text(definition, "{\"rows\":[{\"n\":\"1\",\"a\":[{\"b\":\"x\"},{\"b\":\"y\"}]},{\"n\":"
                                    "\"2\",\"a\":[{},{\"b\":1,\"b\":2}]}]}");
    assert_int_equal(reading->code, 0);
    assert_int_equal(reading->rows, 1);
    assert_int_equal(reading->rejected, 1);
    assert_non_null(strstr(reading_line(reading, "reject", 0), "stands twice"));
    reading_free(reading);
    feed_definition_free(definition);
}

static void expect_reject(const char *source, const char *row, const char *words)
{
    char fields[256];
    snprintf(fields, sizeof fields, NEEDED "holder = \"%s\";", source);
    struct feed_definition *definition = reading_definition(JSON, fields, "");
    struct reading *reading = reading_of_text(definition, row);
    assert_int_equal(reading->code, 0);
    assert_int_equal(reading->rejected, 1);
    const char *reject = reading_line(reading, "reject", 0);
    if (strstr(reject, words) == NULL)
        print_error("expected `%s`, got `%s`\n", words, reject);
    assert_non_null(strstr(reject, words));
    assert_string_equal(reading_member(reject, "field"), source);
    reading_free(reading);
    feed_definition_free(definition);
}

static void what_cannot_be_joined_is_a_reject(void **state)
{
    (void)state;
    struct text row = TEXT_WITH_CEILING(8 << 20);
    text_append_string(&row, "[{\"n\":\"1\",\"a\":[0");
    for (int i = 1; i <= LIMIT_JOINED_VALUES; i++)
        text_append_format(&row, ",%d", i);
    text_append_string(&row, "]}]");
    expect_reject("a[*]", text_string(&row), "more than 4096 values");
    text_clear(&row);
    text_append_string(&row, "[{\"n\":\"1\",\"a\":[0");
    for (int i = 1; i < LIMIT_JOINED_VALUES; i++)
        text_append_format(&row, ",\"%d %064d\"", i, 0);
    text_append_string(&row, "]}]");
    expect_reject("a[*]", text_string(&row), "bytes of text; at most 262144");
    text_free(&row);
    expect_reject("a[]", "[{\"n\":\"1\",\"a\":[\"\\ud83d\"]}]", "half of a surrogate pair");
    expect_reject("a[*]", "[{\"n\":\"1\",\"a\":[\"x\",\"\\ud83d\"]}]", "half of a surrogate pair");
}

static void elements_that_do_not_fit_do_not_count(void **state)
{
    (void)state;
    struct text row = TEXT_WITH_CEILING(8 << 20);
    text_append_string(&row, "{\"n\":\"1\",\"a\":[{\"k\":1,\"b\":[0");
    for (int i = 0; i < 2 * LIMIT_JOINED_VALUES; i++)
        text_append_string(&row, ",7");
    text_append_string(&row, "]},{\"k\":2,\"b\":[\"B\",\"C\"]}]}");
    expect_holder("\"a[k=2].b[*]\"", text_string(&row), "B; C");
    text_free(&row);
}

static void the_shape_is_all_names_of_the_rows(void **state)
{
    (void)state;
    struct feed_definition *definition = reading_definition(JSON, NEEDED "holder = \"h\";", "");
    struct reading *reading =
        reading_of_text(definition, "[{\"n\":\"1\",\"zeta\":{\"inner\":1}},{\"n\":\"2\",\"al\\u0070ha\":[{"
                                    "\"x\":1}],\"n\\u0000\":0,\"\\u0000\":1}]");
    assert_int_equal(reading->rows, 2);
    assert_non_null(strstr(reading->ending, "{\"shape\":\"alpha|n|zeta\"}"));
    reading_free(reading);
    feed_definition_free(definition);
}

/* Definitions are checked before they come here; whatever comes all the same is no way to crash. */
static void a_tree_bears_any_path(void **state)
{
    (void)state;
    static const char *const paths[] = {"", ".", "..", "[", "]", "a[", "a[x", "a[99999999999]", "a[=v]",
        "a[k=]", "*", "*.*.*.x", "[]", "[*][*]", "a[k=v]", "a.*.b", "a.b.*", "a.b.c", "*[k.l=v*].b",
        "x.*[0].*", "a[-1].b"};
    struct path_tree tree;
    path_tree_init(&tree);
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
        path_tree_add(&tree, paths[i], i);
    struct text deep = TEXT_WITH_CEILING(1 << 20);
    for (int i = 0; i < 100000; i++)
        text_append_string(&deep, "a.");
    path_tree_add(&tree, text_string(&deep), sizeof paths / sizeof paths[0]);
    assert_true(tree.count < 10000);
    assert_int_not_equal(path_tree_member(&tree, 0, "whatever", 8), PATH_NONE);
    text_free(&deep);
    path_tree_release(&tree);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_element_that_says_something_counts),
        cmocka_unit_test(every_member_of_an_object_is_looked_into),
        cmocka_unit_test(all_different_values_are_joined_in_their_order),
        cmocka_unit_test(a_condition_picks_one_element_for_all_that_is_read_of_it),
        cmocka_unit_test(a_condition_may_stand_behind_what_it_decides_about),
        cmocka_unit_test(an_element_is_told_by_its_place),
        cmocka_unit_test(lists_of_objects_and_lists_of_texts_are_both_read),
        cmocka_unit_test(rows_of_every_member_are_counted_through),
        cmocka_unit_test(rows_may_lie_in_lists_within_a_list),
        cmocka_unit_test(a_document_may_be_one_row),
        cmocka_unit_test(a_whole_document_larger_than_a_row_is_refused),
        cmocka_unit_test(a_document_without_its_keys_is_not_what_was_asked_for),
        cmocka_unit_test(a_doubled_name_is_seen_in_each_element),
        cmocka_unit_test(what_cannot_be_joined_is_a_reject),
        cmocka_unit_test(elements_that_do_not_fit_do_not_count),
        cmocka_unit_test(the_shape_is_all_names_of_the_rows),
        cmocka_unit_test(a_tree_bears_any_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
