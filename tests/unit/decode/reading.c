#include "reading.h"

#include "emit.h"
#include "reader.h"

#include "m13/config.h"
#include "m13/memory.h"
#include "m13/text.h"

#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define ASKING                                                                                               \
    "authority = \"FDA\"; routes = [\"510k\"];\n"                                                            \
    "title = { zh = \"测试\"; en = \"test\"; }; covers = { zh = \"全部\"; en = \"all\"; };\n"            \
    "limits = { zh = \"无\"; en = \"none\"; };\n"                                                           \
    "request = { base = \"https://register.example\"; poll = { path = \"/rows\"; }; };\n"                    \
    "schedule = { every = \"1d\"; };\n"                                                                      \
    "expect = { completeness = \"register\"; fresh = \"3d\"; };\n"

static _Noreturn void give_up(const char *what)
{
    fprintf(stderr, "reading: %s\n", what);
    exit(1);
}

static struct feed_definition *read_definition(FILE *file, const char *name)
{
    struct config_problems problems = {0};
    struct feed_definition *definition = file != NULL ? feed_definition_read(file, name, &problems) : NULL;
    config_problems_print(&problems, stderr);
    if (definition == NULL)
        give_up("a definition of the tests has mistakes");
    config_problems_free(&problems);
    fclose(file);
    return definition;
}

struct feed_definition *reading_definition(const char *format, const char *fields, const char *rest)
{
    struct text conf = TEXT_WITH_CEILING(1 << 20);
    text_append_format(&conf, "%sformat = { %s };\nfields = { %s };\n%s\n", ASKING, format, fields, rest);
    struct feed_definition *definition = read_definition(fmemopen(conf.bytes, conf.length, "r"), "test.conf");
    text_free(&conf);
    return definition;
}

struct feed_definition *reading_plain_definition(void)
{
    return reading_definition("kind = \"json\"; charset = \"utf-8\"; rows = \"results\"; total = "
                              "\"meta.total\"; as-of = \"meta.as_of\";",
        "number = \"number\"; holder = \"holder\"; decision_date = { from = \"date\"; forms = [\"iso\"]; };"
        "route = \"route\"; status = \"status\"; device_class = \"extra.class\";",
        "");
}

struct feed_definition *reading_shipped_definition(const char *name)
{
    char path[512];
    const char *source = getenv("M13_SOURCE");
    snprintf(path, sizeof path, "%s/conf/feeds.d/%s.conf", source != NULL ? source : "../../..", name);
    return read_definition(fopen(path, "r"), path);
}

static int memory_file(const void *bytes, size_t length)
{
    int descriptor = memfd_create("reading", MFD_CLOEXEC);
    if (descriptor < 0 || write(descriptor, bytes, length) != (ssize_t)length ||
        lseek(descriptor, 0, SEEK_SET) < 0)
        give_up("no memory file");
    return descriptor;
}

static void split(struct reading *reading, int stream)
{
    off_t length = lseek(stream, 0, SEEK_END);
    size_t capacity = 0;
    reading->stream = memory_get((size_t)length + 1);
    if (pread(stream, reading->stream, (size_t)length, 0) != length)
        give_up("the stream cannot be read back");
    reading->stream[length] = '\0';
    for (char *line = reading->stream, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        *end = '\0';
        MEMORY_GROW(reading->lines, reading->line_count, capacity);
        reading->lines[reading->line_count++] = line;
    }
}

static char *end_of(struct reader *reader, struct emit *emit)
{
    int rows = emit->descriptor;
    emit->descriptor = memory_file("", 0);
    reader_end(reader);
    off_t length = lseek(emit->descriptor, 0, SEEK_END);
    char *ending = memory_get((size_t)length + 1);
    if (pread(emit->descriptor, ending, (size_t)length, 0) != length)
        give_up("the stream's end cannot be read back");
    ending[length] = '\0';
    close(emit->descriptor);
    emit->descriptor = rows;
    return ending;
}

struct reading_desk {
    struct emit emit;
    struct reader *reader;
    int64_t replaced; /* before this payload */
};

struct reading_desk *reading_desk_new(const struct feed_definition *definition)
{
    struct reading_desk *desk = memory_get_zeroed(1, sizeof *desk);
    emit_init(&desk->emit, -1);
    desk->reader = reader_new(definition, &desk->emit);
    return desk;
}

void reading_desk_free(struct reading_desk *desk)
{
    reader_free(desk->reader);
    text_free(&desk->emit.lines);
    free(desk);
}

static struct reading *read_descriptor(struct reading_desk *desk, int payload)
{
    struct reading *reading = memory_get_zeroed(1, sizeof *reading);
    struct emit *emit = &desk->emit;
    emit->descriptor = memory_file("", 0);
    emit->rows = emit->rejected = emit->skipped = 0;
    reading->code = reader_take(desk->reader, 0, payload, &reading->failure);
    reading->replaced = reader_replaced(desk->reader) - desk->replaced;
    desk->replaced += reading->replaced;
    emit_flush(emit);
    reading->rows = emit->rows;
    reading->rejected = emit->rejected;
    reading->skipped = emit->skipped;
    split(reading, emit->descriptor);
    reading->ending = end_of(desk->reader, emit);
    close(emit->descriptor);
    close(payload);
    return reading;
}

struct reading *reading_on(struct reading_desk *desk, const void *payload, size_t length)
{
    return read_descriptor(desk, memory_file(payload, length));
}

struct reading *reading_of(const struct feed_definition *definition, const void *payload, size_t length)
{
    struct reading_desk *desk = reading_desk_new(definition);
    struct reading *reading = reading_on(desk, payload, length);
    reading_desk_free(desk);
    return reading;
}

struct reading *reading_of_text(const struct feed_definition *definition, const char *payload)
{
    return reading_of(definition, payload, strlen(payload));
}

struct reading *reading_of_file(const struct feed_definition *definition, const char *path)
{
    int payload = open(path, O_RDONLY | O_CLOEXEC);
    if (payload < 0)
        give_up(path);
    struct reading_desk *desk = reading_desk_new(definition);
    struct reading *reading = read_descriptor(desk, payload);
    reading_desk_free(desk);
    return reading;
}

void reading_free(struct reading *reading)
{
    free(reading->lines);
    free(reading->stream);
    free(reading->ending);
    free(reading);
}

const char *reading_line(const struct reading *reading, const char *kind, size_t index)
{
    char mark[32];
    snprintf(mark, sizeof mark, "\"%s\":", kind);
    for (size_t i = 0; i < reading->line_count; i++)
        if (strstr(reading->lines[i], mark) != NULL && index-- == 0)
            return reading->lines[i];
    return NULL;
}

const char *reading_member(const char *line, const char *name)
{
    static char value[4096];
    json_t *object = json_loads(line, 0, NULL);
    const char *key;
    json_t *inner;
    bool found = false;
    if (object == NULL)
        give_up("a line of the stream is no JSON");
    json_object_foreach(object, key, inner)
    {
        json_t *member = json_object_get(inner, name);
        found = json_is_string(member);
        if (found)
            snprintf(value, sizeof value, "%s", json_string_value(member));
        if (found)
            break;
    }
    json_decref(object);
    return found ? value : NULL;
}
