/* Workbooks and zips through the real child in its sandbox, which can open no file and ask nobody. */
#include "decoding.h"
#include "scratch.h"
#include "tables.h"

#include "m13/memory.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

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

/* --- registers -------------------------------------------------------------------------------------------
 */

#define DEFINITION                                                                                           \
    "authority = \"FDA\"; routes = [\"510k\"];\n"                                                            \
    "title = { zh = \"测试\"; en = \"test\"; }; covers = { zh = \"全部\"; en = \"all\"; };\n"            \
    "limits = { zh = \"无\"; en = \"none\"; };\n"                                                           \
    "request = { base = \"https://register.example\"; poll = { path = \"/rows\"; }; };\n"                    \
    "schedule = { every = \"1d\"; };\n"                                                                      \
    "expect = { completeness = \"register\"; fresh = \"3d\"; };\n"                                           \
    "fields = { number = \"N\"; holder = \"H*\"; decision_date = { from = \"D\"; forms = [\"iso\"]; };\n"    \
    "route = \"R\"; status = \"S?\"; };\n"

/* What the decoder says of an archive that evidence has compressed, by a definition with this format. */
static void decode_register(const char *format, const char *bytes, size_t length)
{
    char *definition = scratch_path(decoding.folder, "register.conf"), *packed = memory_get(length + 1000);
    struct text conf = TEXT_WITH_CEILING(4000);
    size_t written = ZSTD_compress(packed, length + 1000, bytes, length, 3);
    assert_false(ZSTD_isError(written));
    text_append_format(&conf, DEFINITION "format = { %s };\n", format);
    scratch_write(definition, text_string(&conf), conf.length);
    text_clear(&decoding.items);
    decoding.ends = 0;
    decoding_of(definition, decoding_payload(packed, written));
    text_free(&conf);
    free(packed);
    free(definition);
}

static void a_zip_of_a_register_is_read_in_the_cage(void **state)
{
    (void)state;
    char *bytes;
    const struct table_part parts[] = {{"read.me", "x", 0}, {"r.csv", "Ｎ;Holder;D;R\nK1;F;2026-10-01;r", 0}};
    size_t length = table_archive(parts, 2, NULL, &bytes);
    decode_register("kind = \"csv\"; separator = \";\"; quote = \"none\"; charset = \"windows-1251\"; "
                    "container = \"zip\"; member = \"*.csv\";",
        bytes, length);
    decoding_expect(DECODER_MALFORMED, "the header has no column `N`"); /* it is no windows-1251 */
    decode_register("kind = \"csv\"; separator = \";\"; quote = \"none\"; charset = \"utf-8\"; "
                    "container = \"zip\"; member = \"*.csv\";",
        bytes, length);
    decoding_expect(DECODER_OK, "");
    const char *told = text_string(&decoding.items);
    assert_non_null(strstr(told, "\"number\":\"K1\""));
    assert_true(string_ends(told, "\nshape 0.0 N|Holder|D|R\n"));
    assert_true(decoding.result.unended);
    assert_int_equal(decoding.result.unread, 0);
    free(bytes);
}

static void a_workbook_of_a_register_is_read_in_the_cage(void **state)
{
    (void)state;
    char *bytes;
    struct table_workbook workbook = {
        .sheets = {"<row><c t=\"s\"><v>0</v></c></row><row><c t=\"s\"><v>1</v></c><c t=\"s\"><v>2</v></c>"
                   "<c t=\"s\"><v>3</v></c><c t=\"s\"><v>4</v></c><c t=\"s\"><v>4</v></c></row>"
                   "<row><c t=\"s\"><v>5</v></c><c t=\"s\"><v>5</v></c></row>"},
        .strings = "<si><t>title</t></si><si><t>N</t></si><si><t>Ｈ</t></si><si><t>D</t></si>"
                   "<si><t>R</t></si><si><t>K1</t></si>"};
    size_t length = table_workbook_bytes(&workbook, &bytes);
    decode_register("kind = \"xlsx\";", bytes, length);
    decoding_expect(DECODER_MALFORMED, "column `R` stands twice in the header (sheet 表1, row 2)");
    workbook.strings = "<si><t>title</t></si><si><t>N</t></si><si><t>Ｈ</t></si><si><t>D</t></si>"
                       "<si><t>R x</t></si><si><t>K1</t></si>";
    free(bytes);
    length = table_workbook_bytes(&workbook, &bytes);
    decode_register("kind = \"xlsx\";", bytes, length);
    decoding_expect(DECODER_MALFORMED, "no column `R` (sheet 表1, row 2)");
    workbook.sheets[0] = "<row><c t=\"s\"><v>1</v></c><c t=\"s\"><v>2</v></c><c t=\"s\"><v>3</v></c>"
                         "<c t=\"inlineStr\"><is><t>R</t></is></c></row>"
                         "<row r=\"7\"><c t=\"s\"><v>5</v></c><c t=\"s\"><v>5</v></c></row>";
    free(bytes);
    length = table_workbook_bytes(&workbook, &bytes);
    decode_register("kind = \"xlsx\";", bytes, length);
    decoding_expect(DECODER_OK, "");
    const char *told = text_string(&decoding.items);
    assert_non_null(strstr(told, "record 0.7 {"));
    assert_true(string_ends(told, "\nshape 0.0 N|H|D|R\n"));
    assert_false(decoding.result.unended);
    free(bytes);
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
        claim(a_zip_of_a_register_is_read_in_the_cage),
        claim(a_workbook_of_a_register_is_read_in_the_cage),
        claim(libraries_find_no_files_and_need_none),
        claim(half_a_workbook_is_no_workbook),
    };
    return cmocka_run_group_tests(tests, decoding_find_stub, NULL);
}
