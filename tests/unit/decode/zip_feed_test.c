/* Payloads that lie in a zip, and archives that evidence keeps compressed. */
#include "reading.h"
#include "tables.h"

#include "m13/limits.h"
#include "m13/memory.h"
#include "m13/text.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include <cmocka.h>

#define FIELDS                                                                                               \
    "number = \"NUMBER\"; holder = \"FIRM\"; decision_date = { from = \"DATE\"; forms = [\"us\"]; };"        \
    "route = \"R\"; status = \"S\";"
#define CSV                                                                                                  \
    "container = \"zip\"; member = \"pmn*.txt\"; kind = \"csv\"; separator = \"|\"; quote = \"none\"; "      \
    "charset = \"windows-1252\";"
#define HEADER "NUMBER|FIRM|DATE|R|S\r\n"
#define ROWS   HEADER "K1|\"Firm\" \x93X\x94|01/05/2026|r|s\r\nK2|F|||\r\n"

static struct reading *read_bytes(const char *format, const char *bytes, size_t length)
{
    struct feed_definition *definition = reading_definition(format, FIELDS, "");
    struct reading *reading = reading_of(definition, bytes, length);
    feed_definition_free(definition);
    return reading;
}

static struct reading *read_zip(
    const char *format, const struct table_part *parts, size_t count, const char *options)
{
    char *bytes;
    size_t length = table_archive(parts, count, options, &bytes);
    struct reading *reading = read_bytes(format, bytes, length);
    free(bytes);
    return reading;
}

static void is(const char *line, const char *name, const char *expected)
{
    assert_non_null(line);
    const char *found = reading_member(line, name);
    assert_non_null(found);
    assert_string_equal(found, expected);
}

static void counts(const struct reading *reading, int64_t rows, int64_t rejected)
{
    if (reading->code != 0)
        print_error("%s\n", reading->failure.text);
    assert_int_equal(reading->code, 0);
    assert_int_equal(reading->rows, rows);
    assert_int_equal(reading->rejected, rejected);
}

static void refused(struct reading *reading, int code, const char *words)
{
    if (reading->code != code || strstr(reading->failure.text, words) == NULL)
        print_error("expected `%s`, got %d `%s`\n", words, reading->code, reading->failure.text);
    assert_int_equal(reading->code, code);
    assert_non_null(strstr(reading->failure.text, words));
    assert_null(reading_line(reading, "done", 0));
    reading_free(reading);
}

static void the_member_that_fits_is_read(void **state)
{
    (void)state;
    const struct table_part parts[] = {
        {"readme.txt", "read me", 0}, {"old/pmn76.txt", "x", 0}, {"pmn96cur.txt", ROWS, 0}};
    static const char *const options[] = {NULL, "zip:compression=store", "zip:zip64"};
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        struct reading *reading = read_zip(CSV, parts, 3, options[i]);
        counts(reading, 2, 0);
        is(reading_line(reading, "record", 0), "holder", "\"Firm\" “X”");
        assert_non_null(strstr(reading->ending, "\"unended\":false"));
        reading_free(reading);
    }
}

static void other_formats_lie_in_a_zip_too(void **state)
{
    (void)state;
    const struct table_part parts[] = {{"device-510k-0001-of-0001.json",
        "{\"results\":[{\"NUMBER\":\"K1\",\"FIRM\":\"F\",\"DATE\":\"01/05/2026\"}]}", 0}};
    struct reading *reading = read_zip(
        "container = \"zip\"; member = \"*.json\"; kind = \"json\"; rows = \"results\"; charset = \"utf-8\";",
        parts, 1, NULL);
    counts(reading, 1, 0);
    is(reading_line(reading, "record", 0), "number", "K1");
    reading_free(reading);
}

/* Roszdravnadzor: one CSV in windows-1251, an address of production over several lines. */
static void cyrillic_cells_may_go_over_lines(void **state)
{
    (void)state;
    const struct table_part parts[] = {{"data-20261001-structure-20150601.csv",
        "NUMBER;FIRM;DATE;R;S;address_production\r\n"
        "\xd0\xc7\xcd 2026/1;\"\xce\xce\xce \"\"\xcc\xe5\xe4\"\"\";01/05/2026;r;s;"
        "\"\xcf\xe5\xea\xe8\xed,\r\n\xca\xe8\xf2\xe0\xe9\"\r\n"
        "\xd0\xc7\xcd 2026/2;F;01/05/2026;r;s;x\r\n",
        0}};
    struct reading *reading = read_zip("container = \"zip\"; member = \"data-*.csv\"; kind = \"csv\"; "
                                       "separator = \";\"; charset = \"windows-1251\";",
        parts, 1, NULL);
    counts(reading, 2, 0);
    is(reading_line(reading, "record", 0), "number", "РЗН 2026/1");
    is(reading_line(reading, "record", 0), "holder", "ООО \"Мед\"");
    assert_non_null(strstr(reading_line(reading, "record", 1), "{\"row\":3,"));
    reading_free(reading);
}

static void exactly_one_member_must_fit(void **state)
{
    (void)state;
    const struct table_part none[] = {{"a.csv", ROWS, 0}, {"folder/pmn1.txt", ROWS, 0}};
    refused(read_zip(CSV, none, 2, NULL), -EBADMSG,
        "no member of the archive fits `pmn*.txt`; it has `a.csv`, `folder/pmn1.txt`");
    const struct table_part two[] = {{"pmn1.txt", ROWS, 0}, {"pmn2.txt", ROWS, 0}};
    refused(read_zip(CSV, two, 2, NULL), -EBADMSG,
        "2 members of the archive fit `pmn*.txt`, one is expected: `pmn1.txt`, `pmn2.txt`");
    const struct table_part doubled[] = {{"pmn1.txt", ROWS, 0}, {"pmn1.txt", ROWS, 0}};
    refused(read_zip(CSV, doubled, 2, NULL), -EBADMSG, "two parts of the archive are called `pmn1.txt`");
    const struct table_part folder[] = {{"pmn1.txt/", "", 0}};
    refused(read_zip(CSV, folder, 1, NULL), -EBADMSG, "the archive has no files in it");
}

static void names_that_lead_outside_are_refused(void **state)
{
    (void)state;
    static const char *const names[] = {
        "../pmn1.txt", "/pmn1.txt", "a/../../pmn1.txt", "a\\..\\b", "\\b", ".."};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const struct table_part parts[] = {{names[i], ROWS, 0}, {"pmn2.txt", ROWS, 0}};
        refused(read_zip(CSV, parts, 2, NULL), -EBADMSG, "lead out of its folder");
    }
    const struct table_part honest[] = {{"..pmn", "x", 0}, {"a..b/c", "x", 0}, {"pmn2.txt", ROWS, 0}};
    struct reading *reading = read_zip(CSV, honest, 3, NULL);
    counts(reading, 2, 0);
    reading_free(reading);
}

static void encrypted_and_strange_archives_are_refused(void **state)
{
    (void)state;
    const struct table_part parts[] = {{"pmn1.txt", ROWS, 0}};
    refused(read_zip(CSV, parts, 1, "zip:encryption=traditional"), -EBADMSG,
        "part `pmn1.txt` of the archive is encrypted");
    refused(read_bytes(CSV, ROWS, strlen(ROWS)), -EBADMSG, "the archive is damaged or cut");
    refused(read_bytes(CSV, "", 0), -EBADMSG, "the archive is damaged or cut");
}

static void a_cut_archive_gives_no_row(void **state)
{
    (void)state;
    char *bytes;
    const struct table_part parts[] = {{"pmn1.txt", ROWS, 0}};
    size_t length = table_archive(parts, 1, NULL, &bytes);
    for (size_t cut = 1; cut < length; cut += 7) {
        struct reading *reading = read_bytes(CSV, bytes, length - cut);
        assert_int_equal(reading->code, -EBADMSG);
        assert_null(reading_line(reading, "record", 0));
        assert_true(*reading->failure.text != '\0');
        reading_free(reading);
    }
    free(bytes);
}

static void damage_is_found_by_the_checksum(void **state)
{
    (void)state;
    char *bytes;
    const struct table_part parts[] = {{"pmn1.txt", ROWS, 0}};
    size_t length = table_archive(parts, 1, "zip:compression=store", &bytes);
    char *firm = memmem(bytes, length, "Firm", 4);
    assert_non_null(firm);
    *firm = 'B';
    refused(read_bytes(CSV, bytes, length), -EBADMSG, "the archive is damaged or cut");
    free(bytes);
}

static void a_bomb_is_refused(void **state)
{
    (void)state;
    size_t length = (size_t)LIMIT_WORKBOOK_SMALL_BYTES + (1 << 20);
    char *lines = memory_get(length);
    memset(lines, ' ', length);
    memcpy(lines, "{\"results\":", 11);
    const struct table_part parts[] = {{"pmn1.txt", lines, length}};
    refused(read_zip("container = \"zip\"; member = \"pmn*.txt\"; kind = \"json\"; rows = \"results\"; "
                     "charset = \"utf-8\";",
                parts, 1, NULL),
        -EFBIG, "unpacks to more than 300 times its size: a bomb");
    free(lines);
}

/* --- compressed once more, as evidence keeps it ----------------------------------------------------------
 */

static struct reading *read_compressed(const char *format, const char *bytes, size_t length)
{
    size_t room = ZSTD_compressBound(length);
    char *packed = memory_get(room);
    size_t written = ZSTD_compress(packed, room, bytes, length, 3);
    assert_false(ZSTD_isError(written));
    struct reading *reading = read_bytes(format, packed, written);
    free(packed);
    return reading;
}

/* Larger than any buffer on the way: the reader goes back and forth in it. */
static char *many_rows(size_t *ret_length)
{
    struct text rows = TEXT_WITH_CEILING(16 << 20);
    uint32_t noise = 1;
    text_append_string(&rows, HEADER);
    for (int i = 0; i < 6000; i++) {
        noise = noise * 1664525 + 1013904223;
        text_append_format(&rows, "K%d|%08x|01/05/2026|%08x|s\r\n", i, noise, noise * 7);
    }
    *ret_length = rows.length;
    return text_take(&rows);
}

static void an_archive_is_read_through_its_compression(void **state)
{
    (void)state;
    size_t length;
    char *rows = many_rows(&length), *bytes;
    const struct table_part parts[] = {
        {"a.txt", rows, length}, {"pmn1.txt", rows, length}, {"z", rows, length}};
    size_t packed = table_archive(parts, 3, NULL, &bytes);
    struct reading *reading = read_compressed(CSV, bytes, packed);
    counts(reading, 6000, 0);
    is(reading_line(reading, "record", 5999), "number", "K5999");
    reading_free(reading);
    /* Cut within the compression, and within the archive. */
    refused(read_compressed(CSV, bytes, packed - 100), -EBADMSG, "the archive is damaged or cut");
    size_t room = ZSTD_compressBound(packed);
    char *frame = memory_get(room);
    size_t written = ZSTD_compress(frame, room, bytes, packed, 3);
    refused(read_bytes(CSV, frame, written - 10), -EBADMSG, "the compressed payload is cut");
    free(frame);
    free(bytes);
    free(rows);
}

static void a_workbook_is_read_through_its_compression(void **state)
{
    (void)state;
    char *bytes;
    struct table_workbook workbook = {
        .sheets = {"<row><c t=\"s\"><v>0</v></c><c t=\"s\"><v>1</v></c><c t=\"s\"><v>2</v></c>"
                   "<c t=\"s\"><v>3</v></c><c t=\"s\"><v>4</v></c></row>"
                   "<row><c t=\"s\"><v>5</v></c><c t=\"s\"><v>5</v></c></row>"},
        .strings = "<si><t>NUMBER</t></si><si><t>FIRM</t></si><si><t>DATE</t></si><si><t>R</t></si>"
                   "<si><t>S</t></si><si><t>K1</t></si>"};
    size_t length = table_workbook_bytes(&workbook, &bytes);
    struct reading *reading = read_compressed("kind = \"xlsx\";", bytes, length);
    counts(reading, 1, 0);
    is(reading_line(reading, "record", 0), "number", "K1");
    reading_free(reading);
    free(bytes);
}

static void a_bomb_in_the_compression_is_refused(void **state)
{
    (void)state;
    size_t length = (size_t)LIMIT_WORKBOOK_SMALL_BYTES + (1 << 20);
    char *zeros = memory_get_zeroed(length, 1);
    refused(read_compressed(CSV, zeros, length), -EFBIG, "unpacks to more than 300 times its size: a bomb");
    free(zeros);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_member_that_fits_is_read),
        cmocka_unit_test(other_formats_lie_in_a_zip_too),
        cmocka_unit_test(cyrillic_cells_may_go_over_lines),
        cmocka_unit_test(exactly_one_member_must_fit),
        cmocka_unit_test(names_that_lead_outside_are_refused),
        cmocka_unit_test(encrypted_and_strange_archives_are_refused),
        cmocka_unit_test(a_cut_archive_gives_no_row),
        cmocka_unit_test(damage_is_found_by_the_checksum),
        cmocka_unit_test(a_bomb_is_refused),
        cmocka_unit_test(an_archive_is_read_through_its_compression),
        cmocka_unit_test(a_workbook_is_read_through_its_compression),
        cmocka_unit_test(a_bomb_in_the_compression_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
