/* Any bytes as a register's zip. The first byte chooses: an archive as it is, the same compressed once more
 * as evidence is, or names and contents of members (FE behind a name, FF behind a content), which are packed
 * here. */
#include "fuzz_target.h"
#include "stored_zip.h"

#include "reading.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#define FORMAT                                                                                               \
    "container = \"zip\"; member = \"rows*.csv\"; kind = \"csv\"; separator = \"|\"; quote = \"none\"; "     \
    "charset = \"windows-1252\";"
#define FIELDS                                                                                               \
    "number = \"N\"; holder = \"H\"; decision_date = { from = \"D\"; forms = [\"us\"]; }; route = \"R\"; "   \
    "status = \"S\";"

static uint8_t room[1 << 20];

static void must(int holds, const char *what, const char *line)
{
    if (holds)
        return;
    fprintf(stderr, "%s: %s\n", what, line);
    abort();
}

static size_t pack(const uint8_t *bytes, size_t length)
{
    struct stored_part parts[STORED_PARTS];
    size_t count = 0;
    for (const uint8_t *at = bytes, *end = bytes + length; at < end && count < STORED_PARTS; count++) {
        const uint8_t *behind = memchr(at, 0xff, (size_t)(end - at));
        behind = behind != NULL ? behind : end;
        const uint8_t *name_end = memchr(at, 0xfe, (size_t)(behind - at));
        name_end = name_end != NULL ? name_end : behind;
        const uint8_t *content = name_end < behind ? name_end + 1 : behind;
        parts[count] = (struct stored_part){at, content, (size_t)(name_end - at), (size_t)(behind - content)};
        at = behind + 1;
    }
    return stored_zip(parts, count, room, sizeof room);
}

static size_t compress(const uint8_t *bytes, size_t length)
{
    size_t written = ZSTD_compress(room, sizeof room, bytes, length, 1);
    return ZSTD_isError(written) ? 0 : written;
}

static void check(const struct reading *reading)
{
    int64_t rows = 0;
    for (size_t i = 0; i < reading->line_count; i++)
        rows += strncmp(reading->lines[i], "{\"row\":", 7) == 0;
    must(rows == reading->rows + reading->rejected, "rows were lost on the way", reading->failure.text);
    must((reading_line(reading, "done", 0) != NULL) == (reading->code == 0), "half a payload",
        reading->failure.text);
    must(reading->code == 0 || *reading->failure.text != '\0', "no reason", "");
    json_t *failure = json_stringn(reading->failure.text, strlen(reading->failure.text));
    must(failure != NULL, "a reason that is no text", reading->failure.text);
    json_decref(failure);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static struct reading_desk *desk;
    if (desk == NULL)
        desk = reading_desk_new(reading_definition(FORMAT, FIELDS, ""));
    if (length == 0 || length > sizeof room / 2)
        return 0;
    int choice = bytes[0] % 3;
    size_t packed = choice == 0   ? length - 1
                    : choice == 1 ? compress(bytes + 1, length - 1)
                                  : pack(bytes + 1, length - 1);
    struct reading *reading = reading_on(desk, choice == 0 ? bytes + 1 : room, packed);
    check(reading);
    reading_free(reading);
    return 0;
}
