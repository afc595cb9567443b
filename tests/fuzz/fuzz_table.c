/* Any bytes as a register's table whose header must be found: the first byte chooses CSV, or what stands in
 * the sheets of a workbook (FF between two sheets), by names that are exact, begin so, are the second of that
 * name, or may be missing. */
#include "fuzz_target.h"
#include "stored_zip.h"

#include "reading.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIELDS                                                                                               \
    "number = \"N\"; holder = \"Ho*\"; decision_date = { from = \"D\"; forms = [\"iso\"]; }; route = "       \
    "\"R\"; "                                                                                                \
    "status = \"R#2\"; device = \"N*#2?\"; brand = \"Ｂ?\";"
#define MAIN   "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define BEFORE "<worksheet xmlns=\"" MAIN "\"><sheetData>"
#define BEHIND "</sheetData></worksheet>"

static const char workbook[] =
    "<workbook xmlns=\"" MAIN "\" xmlns:r=\"" OFFICE "\"><sheets><sheet name=\"a\" r:id=\"1\"/>"
    "<sheet name=\"b\" r:id=\"2\"/></sheets></workbook>";
static const char links[] =
    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
    "<Relationship Id=\"1\" Type=\"" OFFICE "/worksheet\" Target=\"a.xml\"/>"
    "<Relationship Id=\"2\" Type=\"" OFFICE "/worksheet\" Target=\"b.xml\"/></Relationships>";

static uint8_t room[1 << 20];
static char sheets[2][1 << 18];

static void must(int holds, const char *what, const char *line)
{
    if (holds)
        return;
    fprintf(stderr, "%s: %s\n", what, line);
    abort();
}

static struct stored_part part(const char *name, const char *bytes, size_t length)
{
    return (struct stored_part){name, bytes, strlen(name), length};
}

static struct stored_part sheet(int index, const char *name, const uint8_t *bytes, size_t length)
{
    size_t before = sizeof BEFORE - 1, behind = sizeof BEHIND - 1;
    size_t kept = length < sizeof sheets[0] - before - behind ? length : 0;
    memcpy(sheets[index], BEFORE, before);
    memcpy(sheets[index] + before, bytes, kept);
    memcpy(sheets[index] + before + kept, BEHIND, behind);
    return part(name, sheets[index], before + kept + behind);
}

static size_t pack(const uint8_t *bytes, size_t length)
{
    const uint8_t *middle = length > 0 ? memchr(bytes, 0xff, length) : NULL;
    size_t first = middle != NULL ? (size_t)(middle - bytes) : length, second = length - first;
    const struct stored_part parts[] = {
        part("xl/workbook.xml", workbook, sizeof workbook - 1),
        part("xl/_rels/workbook.xml.rels", links, sizeof links - 1),
        sheet(0, "xl/a.xml", bytes, first),
        sheet(1, "xl/b.xml", bytes + first + (second > 0), second - (second > 0)),
    };
    return stored_zip(parts, sizeof parts / sizeof parts[0], room, sizeof room);
}

static void check(const struct reading *reading)
{
    int64_t rows = 0, last = 0;
    for (size_t i = 0; i < reading->line_count; i++) {
        json_t *object = json_loads(reading->lines[i], 0, NULL);
        must(json_is_object(object), "a line that is no JSON", reading->lines[i]);
        int64_t row = json_integer_value(json_object_get(object, "row"));
        must(row == 0 || row > last, "rows out of order", reading->lines[i]);
        must(row != 1, "the header is no row", reading->lines[i]);
        last = row > last ? row : last;
        rows += row > 0;
        json_decref(object);
    }
    must(rows == reading->rows + reading->rejected, "rows were lost on the way", reading->failure.text);
    must((reading_line(reading, "done", 0) != NULL) == (reading->code == 0), "half a payload",
        reading->failure.text);
    must(reading->code == 0 || *reading->failure.text != '\0', "no reason", "");
}

static void check_ending(const char *ending)
{
    for (const char *line = ending; *line != '\0'; line += strcspn(line, "\n") + 1) {
        json_t *object = json_loadb(line, strcspn(line, "\n"), 0, NULL);
        must(json_is_object(object), "an end that is no JSON", line);
        json_decref(object);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static struct feed_definition *definitions[2];
    for (size_t i = 0; i < 2 && definitions[i] == NULL; i++)
        definitions[i] = reading_definition(
            i == 0 ? "kind = \"csv\"; separator = \",\"; charset = \"utf-8\";" : "kind = \"xlsx\";", FIELDS,
            "");
    if (length == 0 || length > sizeof room / 4)
        return 0;
    int choice = bytes[0] % 2;
    size_t packed = choice == 0 ? 0 : pack(bytes + 1, length - 1);
    struct reading *reading = choice == 0 ? reading_of(definitions[0], bytes + 1, length - 1)
                                          : reading_of(definitions[1], room, packed);
    check(reading);
    check_ending(reading->ending);
    reading_free(reading);
    return 0;
}
