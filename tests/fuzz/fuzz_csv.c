/* Any bytes as CSV: of a feed in each dialect, and as a local table. The first byte chooses. */
#include "fuzz_target.h"

#include "reading.h"

#include "m13/record.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIELDS                                                                                               \
    "number = \"N\"; holder = \"H\"; decision_date = { from = \"D\"; forms = [\"us\"]; }; route = \"R\"; "   \
    "status = \"S\";"

static const char *const formats[] = {
    "kind = \"csv\"; separator = \"|\"; quote = \"none\"; charset = \"windows-1252\";",
    "kind = \"csv\"; separator = \",\"; charset = \"utf-8\";",
    "kind = \"csv\"; separator = \";\"; charset = \"gb18030\";",
    "kind = \"csv\"; separator = \"\\t\"; quote = \"'\"; charset = \"utf-8-c1-as-windows-1252\";",
};
enum { FORMATS = sizeof formats / sizeof formats[0] };

static void must(int holds, const char *what, const char *line)
{
    if (holds)
        return;
    fprintf(stderr, "%s: %s\n", what, line);
    abort();
}

static void check(const struct reading *reading)
{
    int64_t rows = 0, last = 0;
    for (size_t i = 0; i < reading->line_count; i++) {
        json_t *object = json_loads(reading->lines[i], 0, NULL);
        must(json_is_object(object), "a line that is no JSON", reading->lines[i]);
        int64_t row = json_integer_value(json_object_get(object, "row"));
        must(row == 0 || row > last, "rows out of order", reading->lines[i]);
        last = row > last ? row : last;
        rows += row > 0;
        json_decref(object);
    }
    must(rows == reading->rows + reading->rejected, "rows were lost on the way", reading->failure.text);
    must((reading_line(reading, "done", 0) != NULL) == (reading->code == 0), "half a payload",
        reading->failure.text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static struct reading_desk *desks[FORMATS + 1]; /* the last is for tables */
    for (size_t i = 0; i <= FORMATS && desks[i] == NULL; i++)
        desks[i] = reading_desk_new(i < FORMATS ? reading_definition(formats[i], FIELDS, "") : NULL);
    if (length == 0)
        return 0;
    struct reading *reading = reading_on(desks[bytes[0] % (FORMATS + 1)], bytes + 1, length - 1);
    check(reading);
    reading_free(reading);
    return 0;
}
