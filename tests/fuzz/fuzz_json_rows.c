/* Any bytes as a JSON payload of a feed, all the way to canonical records, beside jansson as a second
 * opinion.
 *
 * jansson builds the whole document and is strict; where it accepts one, every row must be accounted for, and
 * whatever we accept must come out as lines that the daemon can read. */
#include "fuzz_target.h"

#include "fuzz_lines.h"
#include "reading.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

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
        fuzz_must(reading->code != -EBADMSG || is_ours_to_refuse(document), "refused, but well-formed",
            reading->failure.text);
        fuzz_must(reading->code != 0 || accounted == (int64_t)json_array_size(rows),
            "not every row is accounted for", bytes);
    } else if (document != NULL) {
        fuzz_must(reading->code != 0, "accepted, but there are no rows", bytes);
    }
    json_decref(document);
}

/* The same bytes by another definition: lines must hold, whatever it makes of them. */
static void read_otherwise(
    struct reading_desk **desk, const char *format, const uint8_t *bytes, size_t length)
{
    if (*desk == NULL)
        *desk = reading_desk_new(reading_definition(format,
            "number = [\"n\", \"a.*.b\"]; holder = \"a[o.k=v].l[*]\"; decision_date = { from = \"d\"; forms "
            "= "
            "[\"iso\"]; }; route = \"*.*.c\"; status = \"a.b\";",
            ""));
    struct reading *reading = reading_on(*desk, bytes, length);
    fuzz_check_lines(reading);
    reading_free(reading);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static struct reading_desk *desk, *every, *whole;
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
            "status = \"t\"; manufacturer = \"a[k=v*].b\"; address = [\"a[*].b\", \"l[]\"]; city = "
            "\"a[1].b\";"
            "country = \"*.c\"; term = \"l[*]\"; url = { template = "
            "\"https://r.example/{number}?{row.o.c}\"; };",
            "skip = ( (\"t\", \"skip*\") );"));
    struct reading *reading = reading_on(desk, bytes, length);
    fuzz_check_lines(reading);
    if (length < 4 || memcmp(bytes, "\x28\xb5\x2f\xfd", 4) != 0)
        compare(reading, (const char *)bytes, length);
    reading_free(reading);
    read_otherwise(&every, "kind = \"json\"; rows = \"*\"; keys = [\"a\"];", bytes, length);
    read_otherwise(&whole, "kind = \"json\"; rows = \".\"; as-of = \"d\"; keys = [\"a\"];", bytes, length);
    return 0;
}
