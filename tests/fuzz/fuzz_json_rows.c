/* Any bytes as a JSON payload of a feed, all the way to canonical records, beside jansson as a second
 * opinion.
 *
 * jansson builds the whole document and is strict; where it accepts one, every row must be accounted for, and
 * whatever we accept must come out as lines that the daemon can read. */
#include "fuzz_target.h"

#include "reading.h"

#include "m13/record.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void must(int holds, const char *what, const char *line)
{
    if (holds)
        return;
    fprintf(stderr, "%s: %s\n", what, line);
    abort();
}

static void check_record(const char *line)
{
    static const char mark[] = ",\"record\":";
    const char *object = strstr(line, mark);
    struct record record;
    must(object != NULL, "no record", line);
    object += sizeof mark - 1;
    must(record_read(object, strlen(object) - 1, &record) == 0, "a record that the daemon cannot read", line);
    must(*record.value[RECORD_NUMBER] != '\0', "a record without number", line);
    record_release(&record);
}

static void check_lines(const struct reading *reading)
{
    int64_t rows = 0;
    for (size_t i = 0; i < reading->line_count; i++) {
        const char *line = reading->lines[i];
        json_t *object = json_loads(line, 0, NULL);
        must(json_is_object(object), "a line that is no JSON", line);
        if (json_object_get(object, "record") != NULL)
            check_record(line);
        rows += json_object_get(object, "row") != NULL;
        json_decref(object);
    }
    must(rows == reading->rows + reading->rejected, "rows were lost on the way", reading->failure.text);
    must((reading_line(reading, "done", 0) != NULL) == (reading->code == 0), "half a payload",
        reading->failure.text);
}

/* What only we refuse: a total that is no count, a date that is none. */
static int is_ours_to_refuse(const json_t *document)
{
    const json_t *meta = json_object_get(document, "meta");
    const json_t *total = json_object_get(meta, "total"), *as_of = json_object_get(meta, "as_of");
    return total != NULL || as_of != NULL;
}

static void compare(const struct reading *reading, const char *bytes, size_t length)
{
    json_t *document = json_loadb(bytes, length, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
    const json_t *rows = json_object_get(document, "results");
    if (json_is_array(rows)) {
        int64_t accounted = reading->rows + reading->rejected + reading->skipped;
        must(reading->code != -EBADMSG || is_ours_to_refuse(document), "refused, but well-formed",
            reading->failure.text);
        must(reading->code != 0 || accounted == (int64_t)json_array_size(rows),
            "not every row is accounted for", bytes);
    } else if (document != NULL) {
        must(reading->code != 0, "accepted, but there are no rows", bytes);
    }
    json_decref(document);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static struct reading_desk *desk;
    if (desk == NULL)
        desk = reading_desk_new(reading_definition(
            "kind = \"json\"; charset = \"utf-8-c1-as-windows-1252\"; rows = "
            "\"results\"; total = \"meta.total\";"
            "as-of = \"meta.as_of\";",
            "number = { from = [\"n\", \"s\"]; join = \"/\"; }; holder = { from = \"h\"; required = true; };"
            "decision_date = { from = \"d\"; forms = [\"iso\", \"us\", \"zh\"]; }; device_class = \"o.c\";"
            "route = { rules = ( { is = \"510k\"; when = ( (\"r\", \"5*\"), (\"!s\", \"\") ); } ); otherwise "
            "= "
            "\"unknown\"; };"
            "status = \"t\"; url = { template = \"https://r.example/{number}?{row.o.c}\"; };",
            "skip = ( (\"t\", \"skip*\") );"));
    struct reading *reading = reading_on(desk, bytes, length);
    check_lines(reading);
    if (length < 4 || memcmp(bytes, "\x28\xb5\x2f\xfd", 4) != 0)
        compare(reading, (const char *)bytes, length);
    reading_free(reading);
    return 0;
}
