#include "tables.h"

#include "m13/memory.h"
#include "m13/text.h"

#include <archive.h>
#include <archive_entry.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ARCHIVE_BYTES ((size_t)64 << 20)

/* --- what came -------------------------------------------------------------------------------------------
 */

static void append_line(struct text *rows, const char *line)
{
    const char *row = strstr(line, "{\"row\":"), *cells = strstr(line, ",\"cells\":");
    const char *name = strstr(line, "{\"sheet\":") == line ? reading_member(line, "name") : NULL;
    if (name != NULL && *name != '\0')
        text_append_format(rows, "# %s%s\n", name, strstr(line, ",\"epoch\":1904") != NULL ? " 1904" : "");
    if (row != line)
        return;
    text_append_format(rows, "%.*s ", (int)strcspn(row + 7, ","), row + 7);
    if (cells != NULL)
        text_append_format(rows, "%.*s\n", (int)strlen(cells + 9) - 1, cells + 9);
    else
        text_append_format(rows, "%s\n", reading_member(line, "reason"));
}

void table_is(struct reading *reading, const char *expected)
{
    struct text rows = TEXT_WITH_CEILING(1 << 20);
    if (reading->code != 0)
        print_error("%s\n", reading->failure.text);
    assert_int_equal(reading->code, 0);
    for (size_t i = 0; i < reading->line_count; i++)
        append_line(&rows, reading->lines[i]);
    assert_string_equal(text_string(&rows), expected);
    text_free(&rows);
    reading_free(reading);
}

void table_is_refused(struct reading *reading, int code, const char *words)
{
    if (reading->code != code || strstr(reading->failure.text, words) == NULL)
        print_error("expected `%s`, got %d `%s`\n", words, reading->code, reading->failure.text);
    assert_int_equal(reading->code, code);
    assert_non_null(strstr(reading->failure.text, words));
    assert_null(reading_line(reading, "done", 0));
    reading_free(reading);
}

/* --- archives --------------------------------------------------------------------------------------------
 */

static void add_part(struct archive *archive, const struct table_part *part)
{
    struct archive_entry *entry = archive_entry_new();
    size_t length = part->length > 0 ? part->length : strlen(part->bytes);
    if (utf8_is_valid(part->name, strlen(part->name)))
        archive_entry_set_pathname_utf8(entry, part->name);
    else
        archive_entry_set_pathname(entry, part->name);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, (la_int64_t)length);
    assert_true(archive_write_header(archive, entry) >= ARCHIVE_WARN);
    assert_int_equal(archive_write_data(archive, part->bytes, length), (la_ssize_t)length);
    archive_entry_free(entry);
}

size_t table_archive(const struct table_part *parts, size_t count, const char *options, char **ret_bytes)
{
    size_t length = 0;
    struct archive *archive = archive_write_new();
    char *bytes = *ret_bytes = memory_get(ARCHIVE_BYTES);
    archive_write_set_format_zip(archive);
    if (options != NULL && strstr(options, "encryption") != NULL)
        archive_write_set_passphrase(archive, "geheim");
    assert_int_equal(archive_write_set_options(archive, options), ARCHIVE_OK);
    assert_int_equal(archive_write_open_memory(archive, bytes, ARCHIVE_BYTES, &length), ARCHIVE_OK);
    for (size_t i = 0; i < count; i++)
        add_part(archive, &parts[i]);
    assert_int_equal(archive_write_close(archive), ARCHIVE_OK);
    archive_write_free(archive);
    return length;
}

struct reading *table_of_parts(const struct table_part *parts, size_t count, const char *options)
{
    char *bytes;
    size_t length = table_archive(parts, count, options, &bytes);
    struct reading *reading = reading_of(NULL, bytes, length);
    free(bytes);
    return reading;
}

/* --- workbooks -------------------------------------------------------------------------------------------
 */

#define RELATIONS_NAMESPACE "http://schemas.openxmlformats.org/package/2006/relationships"
#define OFFICE              "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define STRICT_MAIN         "http://purl.oclc.org/ooxml/spreadsheetml/main"
#define STRICT_OFFICE       "http://purl.oclc.org/ooxml/officeDocument/relationships"

static void append_relation(struct text *text, const char *id, const char *type,
    const struct table_workbook *workbook, const char *target)
{
    text_append_format(text, "<Relationship Id=\"%s\" Type=\"%s/%s\" Target=\"%s%s\"/>", id,
        workbook->strict ? STRICT_OFFICE : OFFICE, type, workbook->absolute ? "/xl/" : "", target);
}

static char *workbook_part(const struct table_workbook *workbook)
{
    struct text text = TEXT_WITH_CEILING(1 << 16);
    text_append_format(&text,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<workbook xmlns=\"%s\" xmlns:rel=\"%s\">%s<sheets>",
        workbook->strict ? STRICT_MAIN : TABLE_MAIN, workbook->strict ? STRICT_OFFICE : OFFICE,
        workbook->properties != NULL ? workbook->properties : "");
    for (int i = 0; i < 4 && workbook->sheets[i] != NULL; i++) {
        char name[32];
        snprintf(name, sizeof name, "表%d", i + 1);
        text_append_format(&text, "<sheet name=\"%s\" sheetId=\"%d\" state=\"%s\" rel:id=\"s%d\"/>",
            workbook->names[i] != NULL ? workbook->names[i] : name, i + 1,
            workbook->states[i] != NULL ? workbook->states[i] : "visible", i + 1);
    }
    text_append_format(&text, "</sheets>%s</workbook>", workbook->behind != NULL ? workbook->behind : "");
    return text_take(&text);
}

static char *relations_part(const struct table_workbook *workbook)
{
    struct text text = TEXT_WITH_CEILING(1 << 16);
    text_append_string(&text, "<Relationships xmlns=\"" RELATIONS_NAMESPACE "\">");
    for (int i = 0; i < 4 && workbook->sheets[i] != NULL; i++) {
        char id[16], target[64];
        snprintf(id, sizeof id, "s%d", i + 1);
        snprintf(target, sizeof target, "worksheets/sheet%d.xml", i + 1);
        append_relation(&text, id, "worksheet", workbook, target);
    }
    if (workbook->strings != NULL)
        append_relation(&text, "x1", "sharedStrings", workbook, "sharedStrings.xml");
    if (workbook->styles != NULL)
        append_relation(&text, "x2", "styles", workbook, "styles.xml");
    text_append_string(&text, "</Relationships>");
    return text_take(&text);
}

static char *wrapped(const struct table_workbook *workbook, const char *root, const char *before,
    const char *inner, const char *behind)
{
    struct text text = TEXT_WITH_CEILING(32 << 20);
    text_append_format(&text, "<%s xmlns=\"%s\">", root, workbook->strict ? STRICT_MAIN : TABLE_MAIN);
    text_append_string(&text, before);
    text_append_string(&text, inner);
    text_append_format(&text, "%s</%s>", behind, root);
    return text_take(&text);
}

static char *styles_part(const struct table_workbook *workbook)
{
    struct text before = TEXT_WITH_CEILING(1 << 16);
    text_append_format(&before,
        "<numFmts>%s</numFmts><cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs><cellXfs>",
        workbook->formats != NULL ? workbook->formats : "");
    char *part = wrapped(workbook, "styleSheet", text_string(&before), workbook->styles, "</cellXfs>");
    text_free(&before);
    return part;
}

#define ROOT_RELATIONS                                                                                       \
    "<Relationships xmlns=\"" RELATIONS_NAMESPACE "\"><Relationship Id=\"r\" Type=\"" OFFICE                 \
    "/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"

size_t table_workbook_bytes(const struct table_workbook *workbook, char **ret_bytes)
{
    struct table_part parts[12] = {{"_rels/.rels", ROOT_RELATIONS, 0}};
    char *made[12] = {NULL}, names[4][64];
    size_t count = 1;
    made[count] = workbook_part(workbook);
    parts[count++].name = "xl/workbook.xml";
    made[count] = relations_part(workbook);
    parts[count++].name = "xl/_rels/workbook.xml.rels";
    for (int i = 0; i < 4 && workbook->sheets[i] != NULL; i++) {
        snprintf(names[i], sizeof names[i], "xl/worksheets/sheet%d.xml", i + 1);
        made[count] = wrapped(workbook, "worksheet", "<sheetData>", workbook->sheets[i], "</sheetData>");
        parts[count++].name = names[i];
    }
    if (workbook->strings != NULL) {
        made[count] = wrapped(workbook, "sst", "", workbook->strings, "");
        parts[count++].name = "xl/sharedStrings.xml";
    }
    if (workbook->styles != NULL) {
        made[count] = styles_part(workbook);
        parts[count++].name = "xl/styles.xml";
    }
    for (size_t i = 1; i < count; i++)
        parts[i].bytes = made[i];
    size_t length = table_archive(parts, count, NULL, ret_bytes);
    for (size_t i = 0; i < count; i++)
        free(made[i]);
    return length;
}

struct reading *table_of_workbook(const struct table_workbook *workbook)
{
    char *bytes;
    size_t length = table_workbook_bytes(workbook, &bytes);
    struct reading *reading = reading_of(NULL, bytes, length);
    free(bytes);
    return reading;
}

struct reading *table_of_sheet(const char *rows)
{
    return table_of_workbook(&(struct table_workbook){.sheets = {rows}});
}

void table_plain_parts(struct table_part parts[TABLE_PARTS])
{
    static const struct table_part plain[TABLE_PARTS] = {
        [PART_RELATIONS] = {"_rels/.rels", ROOT_RELATIONS, 0},
        [PART_WORKBOOK] = {"xl/workbook.xml",
            "<workbook xmlns=\"" TABLE_MAIN "\" xmlns:r=\"" OFFICE
            "\"><sheets><sheet name=\"表\" r:id=\"r1\"/></sheets></workbook>",
            0},
        [PART_WORKBOOK_RELATIONS] = {"xl/_rels/workbook.xml.rels",
            "<Relationships xmlns=\"" RELATIONS_NAMESPACE "\"><Relationship Id=\"r1\" Type=\"" OFFICE
            "/worksheet\" Target=\"sheet.xml\"/><Relationship Id=\"r2\" Type=\"" OFFICE
            "/sharedStrings\" Target=\"strings.xml\"/></Relationships>",
            0},
        [PART_SHEET] = {"xl/sheet.xml",
            "<worksheet xmlns=\"" TABLE_MAIN
            "\"><sheetData><row><c t=\"s\"><v>0</v></c></row></sheetData></worksheet>",
            0},
        [PART_STRINGS] = {"xl/strings.xml", "<sst xmlns=\"" TABLE_MAIN "\"><si><t>甲</t></si></sst>", 0},
    };
    memcpy(parts, plain, sizeof plain);
}
