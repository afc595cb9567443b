#include "fuzz_lines.h"

#include "reading.h"

#include "m13/record.h"

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void fuzz_must(int holds, const char *what, const char *line)
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
    fuzz_must(object != NULL, "no record", line);
    object += sizeof mark - 1;
    fuzz_must(
        record_read(object, strlen(object) - 1, &record) == 0, "a record that the daemon cannot read", line);
    fuzz_must(*record.value[RECORD_NUMBER] != '\0', "a record without number", line);
    record_release(&record);
}

void fuzz_check_lines(const struct reading *reading)
{
    int64_t rows = 0;
    for (size_t i = 0; i < reading->line_count; i++) {
        const char *line = reading->lines[i];
        json_t *object = json_loads(line, 0, NULL);
        fuzz_must(json_is_object(object), "a line that is no JSON", line);
        if (json_object_get(object, "record") != NULL)
            check_record(line);
        rows += json_object_get(object, "row") != NULL;
        json_decref(object);
    }
    fuzz_must(rows == reading->rows + reading->rejected, "rows were lost on the way", reading->failure.text);
    fuzz_must((reading_line(reading, "done", 0) != NULL) == (reading->code == 0), "half a payload",
        reading->failure.text);
}
