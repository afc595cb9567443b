/* Workbooks through the real child in its sandbox, which can open no file and ask nobody. */
#include "decoding.h"
#include "tables.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void decode_parts(const struct table_part *parts, size_t count)
{
    char *bytes;
    size_t length = table_archive(parts, count, NULL, &bytes);
    text_clear(&decoding.items);
    decoding.ends = 0;
    decoding_of(NULL, decoding_payload(bytes, length));
    free(bytes);
}

static void a_workbook_tells_sheets_and_cells(void **state)
{
    (void)state;
    int payload = open("fixtures/roster.xlsx", O_RDONLY | O_CLOEXEC);
    assert_true(payload >= 0);
    decoding_of(NULL, payload);
    decoding_expect(DECODER_OK, "");
    const char *told = text_string(&decoding.items);
    assert_true(
        string_starts(told, "page 0.0 -1 \nsheet 0.0 企业名单\ncells 0.1 [\"2026年企业名单（全量）\"]\n"));
    assert_true(string_ends(told, "\nsheet 0.0 产品\ncells 0.1 [\"product_id\",\"\",\"udi_di\"]\n"
                                  "cells 0.2 [\"00123\",\"\",\"06971254923411\"]\n"));
    assert_int_equal(decoding.result.rows, 8);
}

static void an_old_macintoshs_epoch_is_told(void **state)
{
    (void)state;
    struct table_part parts[TABLE_PARTS];
    table_plain_parts(parts);
    parts[PART_WORKBOOK].bytes =
        "<workbook xmlns=\"" TABLE_MAIN "\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/"
        "relationships\"><workbookPr date1904=\"1\"/><sheets><sheet name=\"a\" "
        "r:id=\"r1\"/></sheets></workbook>";
    decode_parts(parts, TABLE_PARTS);
    decoding_expect(DECODER_OK, "");
    assert_string_equal(text_string(&decoding.items), "page 0.0 -1 \nsheet 0.0 a 1904\ncells 0.1 [\"甲\"]\n");
}

/* What would make the libraries look for files: names and texts in other character sets, a DTD. */
static void libraries_find_no_files_and_need_none(void **state)
{
    (void)state;
    static const char ascii[] = "<?xml version=\"1.0\" encoding=\"UTF-16\"?><sst xmlns=\"" TABLE_MAIN
                                "\"><si><t>utf-16</t></si></sst>";
    char wide[2 * sizeof ascii] = "\xff\xfe";
    struct table_part parts[TABLE_PARTS + 1];
    table_plain_parts(parts);
    for (size_t i = 0; i < sizeof ascii - 1; i++) {
        wide[2 + 2 * i] = ascii[i];
        wide[3 + 2 * i] = '\0';
    }
    parts[PART_STRINGS].bytes = wide;
    parts[PART_STRINGS].length = 2 * sizeof ascii;
    parts[TABLE_PARTS] = (struct table_part){"xl/media/图片1.png", "\x89PNG", 4};
    decode_parts(parts, TABLE_PARTS + 1);
    decoding_expect(DECODER_OK, "");
    assert_non_null(strstr(text_string(&decoding.items), "[\"utf-16\"]"));

    parts[PART_STRINGS] = (struct table_part){"xl/strings.xml",
        "<?xml version=\"1.0\" encoding=\"x-none\"?><sst xmlns=\"" TABLE_MAIN "\"><si><t>a</t></si></sst>",
        0};
    decode_parts(parts, TABLE_PARTS);
    decoding_expect(DECODER_MALFORMED, "工作簿已损坏");

    parts[PART_STRINGS].bytes =
        "<!DOCTYPE sst SYSTEM \"http://127.0.0.1:9/x.dtd\"><sst xmlns=\"" TABLE_MAIN "\"/>";
    decode_parts(parts, TABLE_PARTS);
    decoding_expect(DECODER_MALFORMED, "DOCTYPE");
}

static void half_a_workbook_is_no_workbook(void **state)
{
    (void)state;
    struct table_part parts[TABLE_PARTS];
    char *bytes;
    table_plain_parts(parts);
    size_t length = table_archive(parts, TABLE_PARTS, NULL, &bytes);
    decoding_of(NULL, decoding_payload(bytes, length / 2));
    decoding_expect(DECODER_MALFORMED, "工作簿已损坏或不完整");
    free(bytes);
}

#define claim(test) cmocka_unit_test_setup_teardown(test, decoding_set_up, decoding_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        claim(a_workbook_tells_sheets_and_cells),
        claim(an_old_macintoshs_epoch_is_told),
        claim(libraries_find_no_files_and_need_none),
        claim(half_a_workbook_is_no_workbook),
    };
    return cmocka_run_group_tests(tests, decoding_find_stub, NULL);
}
