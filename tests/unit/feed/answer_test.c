/* A body that is not what was asked for is none, whatever its status and content type say. */
#include "answer.h"

#include "m13/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static bool fits(enum feed_format format, enum feed_container container, const char *bytes, size_t length)
{
    struct feed_definition definition = {
        .format = format, .container = container, .content_type = (char[]){"application/json"}};
    struct http_answer answer = {.status = 200, .content_type = "application/json", .bytes = (int64_t)length};
    struct text start = TEXT_WITH_CEILING(1000);
    struct setback setback = SETBACK_EMPTY;
    text_append(&start, bytes, length);
    enum answer_meaning meaning = answer_judge(&definition, &answer, &start, false, 0, &setback);
    if (meaning == ANSWER_BAD)
        assert_int_equal(setback.outcome, FEED_WRONG_TYPE);
    text_free(&start);
    text_free(&setback.what);
    return meaning == ANSWER_PAGE;
}
#define FITS(format, container, literal) fits(format, container, literal, sizeof(literal) - 1)

static void json_begins_with_a_brace_or_a_bracket(void **state)
{
    (void)state;
    assert_true(FITS(FORMAT_JSON, CONTAINER_NONE, "{\"a\":1}"));
    assert_true(FITS(FORMAT_JSON, CONTAINER_NONE, "\xef\xbb\xbf\r\n [1]"));
    assert_true(FITS(FORMAT_JSON, CONTAINER_NONE, ""));
    assert_false(FITS(FORMAT_JSON, CONTAINER_NONE, "\n  <!DOCTYPE html><html>"));
    assert_false(FITS(FORMAT_JSON, CONTAINER_NONE, "\xef\xbb\xbf<html>"));
    assert_false(FITS(FORMAT_JSON, CONTAINER_NONE, "Access denied"));
}

static void archives_and_workbooks_begin_as_archives(void **state)
{
    (void)state;
    assert_true(FITS(FORMAT_XLSX, CONTAINER_NONE, "PK\x03\x04\x14\0\0\0"));
    assert_true(FITS(FORMAT_CSV, CONTAINER_ZIP, "PK\x03\x04\x14\0\0\0"));
    assert_false(FITS(FORMAT_XLSX, CONTAINER_NONE, "<html>"));
    assert_false(FITS(FORMAT_XLSX, CONTAINER_NONE, "%PDF-1.7"));
    assert_false(FITS(FORMAT_CSV, CONTAINER_ZIP, "NUMBER;NAME\n"));
    assert_false(FITS(FORMAT_JSON, CONTAINER_ZIP, "{}"));
}

static void tables_and_markup_are_told_apart(void **state)
{
    (void)state;
    assert_true(FITS(FORMAT_CSV, CONTAINER_NONE, "NUMBER;NAME\n"));
    assert_false(FITS(FORMAT_CSV, CONTAINER_NONE, "<html>"));
    assert_false(FITS(FORMAT_CSV, CONTAINER_NONE, "PK\x03\x04"));
    assert_true(FITS(FORMAT_XML, CONTAINER_NONE, "\n<?xml version=\"1.0\"?><rss/>"));
    assert_false(FITS(FORMAT_XML, CONTAINER_NONE, "{\"error\":1}"));
    assert_true(FITS(FORMAT_HTML, CONTAINER_NONE, "<!DOCTYPE html>"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_begins_with_a_brace_or_a_bracket),
        cmocka_unit_test(archives_and_workbooks_begin_as_archives),
        cmocka_unit_test(tables_and_markup_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
