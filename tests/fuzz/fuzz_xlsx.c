/* Any bytes as a workbook. The first byte chooses: an archive as it is, or the texts of its parts, each
 * behind the other with a byte FF between them (sheet, texts, styles, workbook, its relations, a second
 * sheet), which are packed here, so that no checksum stands in the way. */
#include "fuzz_target.h"

#include "reading.h"

#include "m13/limits.h"

#include <archive.h>
#include <archive_entry.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARCHIVE_BYTES ((size_t)4 << 20)
#define OFFICE        "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

/* With what is there when the input has no such part. */
static const struct {
    const char *name, *usual;
} parts[] = {
    {"xl/sheet1.xml", ""},
    {"xl/strings.xml", "<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"/>"},
    {"xl/styles.xml", "<styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"/>"},
    {"xl/workbook.xml",
        "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"" OFFICE
        "\"><sheets><sheet name=\"a\" r:id=\"1\"/></sheets></workbook>"},
    {"xl/_rels/workbook.xml.rels",
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
        "<Relationship Id=\"1\" Type=\"" OFFICE "/worksheet\" Target=\"sheet1.xml\"/>"
        "<Relationship Id=\"2\" Type=\"" OFFICE "/worksheet\" Target=\"/xl/sheet2.xml\"/>"
        "<Relationship Id=\"3\" Type=\"" OFFICE "/sharedStrings\" Target=\"strings.xml\"/>"
        "<Relationship Id=\"4\" Type=\"" OFFICE "/styles\" Target=\"styles.xml\"/></Relationships>"},
    {"xl/sheet2.xml", "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"/>"},
};
enum { PARTS = sizeof parts / sizeof parts[0] };

static void must(int holds, const char *what, const char *line)
{
    if (holds)
        return;
    fprintf(stderr, "%s: %s\n", what, line);
    abort();
}

/* --- what comes out --------------------------------------------------------------------------------------
 */

static void check_cell(const json_t *cell, const char *line)
{
    int good = json_is_string(cell) ||
               (json_object_size(cell) == 1 &&
                   (json_object_get(cell, "error") != NULL || json_object_get(cell, "number") != NULL));
    must(good, "a cell of no known form", line);
}

static void check_cells(const json_t *cells, const char *line)
{
    size_t count = json_array_size(cells), index;
    const json_t *cell;
    must(json_is_array(cells) && count > 0 && count <= LIMIT_CSV_COLUMNS, "no cells, or too many", line);
    json_array_foreach(cells, index, cell) check_cell(cell, line);
    const json_t *last = json_array_get(cells, count - 1);
    must(!json_is_string(last) || json_string_length(last) > 0, "the last cell is blank", line);
}

static void check(const struct reading *reading)
{
    int64_t rows = 0, last = -1;
    for (size_t i = 0; i < reading->line_count; i++) {
        const char *line = reading->lines[i];
        json_t *object = json_loads(line, 0, NULL);
        must(json_is_object(object), "a line that is no JSON", line);
        const json_t *row = json_object_get(object, "row"), *cells = json_object_get(object, "cells");
        if (json_object_get(object, "sheet") != NULL)
            last = 0;
        if (row != NULL)
            must(last >= 0 && json_integer_value(row) > last, "rows out of order", line);
        if (cells != NULL)
            check_cells(cells, line);
        last = row != NULL ? json_integer_value(row) : last;
        rows += row != NULL;
        json_decref(object);
    }
    must(rows == reading->rows + reading->rejected, "rows were lost on the way", reading->failure.text);
    must((reading_line(reading, "done", 0) != NULL) == (reading->code == 0), "half a payload",
        reading->failure.text);
    must(reading->code == 0 || *reading->failure.text != '\0', "no reason", "");
}

/* --- what goes in ----------------------------------------------------------------------------------------
 */

static void add_part(struct archive *archive, const char *name, const void *bytes, size_t length)
{
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_pathname(entry, name);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, (la_int64_t)length);
    must(archive_write_header(archive, entry) == ARCHIVE_OK, "no archive", name);
    must(archive_write_data(archive, bytes, length) == (la_ssize_t)length, "no archive", name);
    archive_entry_free(entry);
}

static size_t pack(const uint8_t *bytes, size_t length, char *archive_bytes)
{
    size_t used = 0;
    struct archive *archive = archive_write_new();
    archive_write_set_format_zip(archive);
    archive_write_set_options(archive, "zip:compression=store");
    archive_write_open_memory(archive, archive_bytes, ARCHIVE_BYTES, &used);
    for (size_t i = 0; i < PARTS; i++) {
        const uint8_t *border = length > 0 ? memchr(bytes, 0xff, length) : NULL;
        size_t own = border != NULL ? (size_t)(border - bytes) : length;
        if (own > 0)
            add_part(archive, parts[i].name, bytes, own);
        else
            add_part(archive, parts[i].name, parts[i].usual, strlen(parts[i].usual));
        length -= border != NULL ? own + 1 : own;
        bytes += border != NULL ? own + 1 : own;
    }
    must(archive_write_close(archive) == ARCHIVE_OK, "no archive", "");
    archive_write_free(archive);
    return used;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static struct reading_desk *desk;
    static char archive[ARCHIVE_BYTES];
    if (desk == NULL)
        desk = reading_desk_new(NULL);
    if (length == 0 || length > ARCHIVE_BYTES / 2)
        return 0;
    struct reading *reading;
    if (bytes[0] == 'P')
        reading = reading_on(desk, bytes, length);
    else
        reading = reading_on(desk, archive, pack(bytes + 1, length - 1, archive));
    check(reading);
    reading_free(reading);
    return 0;
}
