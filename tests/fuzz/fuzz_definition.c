/* Any text as a definition of a feed; behind a NUL, what a row says in its fields, one a line. A definition
 * comes out or mistakes do, never both; their lines are lines of the file; and what a definition makes of a
 * row is a record that reads back. */
#include "fuzz_target.h"

#include "clean.h"
#include "mapping.h"

#include "m13/config.h"
#include "m13/memory.h"
#include "m13/record.h"
#include "m13/text.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* libconfig 1.5 forgets the string before a syntax error (its grammar has no destructor): a few bytes for
 * each reload of a broken file. LeakSanitizer asks for this function by name. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libconfig_yylex\nleak:strbuf_append\n";
}

static void must(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "%s\n", what);
    abort();
}

/* A carriage return is a line's end within a text. The texts come round again where a definition has more
 * fields than they are. */
struct row {
    struct text clean;
    const char **texts;
};

static void make_row(
    struct row *row, size_t count, struct clean_rules rules, const char *lines, size_t length)
{
    size_t *starts = memory_get_zeroed(count + 1, sizeof *starts), at = 0;
    int64_t ignored = 0;
    row->clean = TEXT_WITH_CEILING(1 << 24);
    row->texts = memory_get_zeroed(count + 1, sizeof *row->texts);
    for (size_t i = 0; i < count; i++) {
        const char *end = at < length ? memchr(lines + at, '\n', length - at) : NULL;
        size_t line = end != NULL ? (size_t)(end - lines) - at : length - at;
        starts[i] = row->clean.length;
        clean_append(lines + at, line, rules, &row->clean, &ignored);
        text_append_character(&row->clean, '\0');
        at = end != NULL ? at + line + 1 : 0;
    }
    for (size_t i = 0; i < count; i++)
        row->texts[i] = row->clean.bytes + starts[i];
    free(starts);
}

static void map_row(const struct feed_definition *definition, const char *lines, size_t length)
{
    struct mapping *mapping = mapping_new(definition);
    struct text line = TEXT_WITH_CEILING(1 << 24);
    struct reject reject;
    struct row row;
    make_row(&row, mapping_sources(mapping)->count,
        (struct clean_rules){.keep_lines = mapping_reads_lines(mapping)}, lines, length);
    switch (mapping_apply(mapping, row.texts, &line, &reject)) {
    case MAPPING_RECORD: {
        struct record record;
        must(record_read(text_string(&line), line.length, &record) == 0, "the record does not read back");
        must(*record.value[RECORD_NUMBER] != '\0', "a record without a number");
        must(
            *record.value[RECORD_COUNTRY] == '\0' || strlen(record.value[RECORD_COUNTRY]) == 2, "no country");
        record_release(&record);
        break;
    }
    case MAPPING_SKIP:
        must(mapping_unread(mapping) == 0, "something unread in a row that was left out");
        break;
    case MAPPING_REJECT:
        must(*reject.reason != '\0', "a reject without a reason");
        must(mapping_unread(mapping) == 0, "something unread in a reject");
        break;
    }
    text_free(&line);
    text_free(&row.clean);
    free(row.texts);
    mapping_free(mapping);
}

static int lines_of(const uint8_t *bytes, size_t length)
{
    int lines = 1;
    for (size_t i = 0; i < length; i++)
        lines += bytes[i] == '\n';
    return lines;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    const uint8_t *nul = memchr(bytes, '\0', length);
    size_t text = nul != NULL ? (size_t)(nul - bytes) : length;
    FILE *file = text > 0 ? fmemopen((void *)(uintptr_t)bytes, text, "r") : NULL;
    struct config_problems problems = {0};
    if (file == NULL)
        return 0;
    struct feed_definition *definition = feed_definition_read(file, "x.conf", &problems);
    fclose(file);
    must((definition == NULL) == (problems.count > 0), "mistakes and a definition, or neither");
    for (size_t i = 0; i < problems.count; i++) {
        must(problems.items[i].line >= 0 && problems.items[i].line <= lines_of(bytes, text),
            "no line of the file");
        must(problems.items[i].text[0] != '\0', "a mistake without words");
    }
    if (definition != NULL)
        map_row(definition, nul != NULL ? (const char *)nul + 1 : "", nul != NULL ? length - text - 1 : 0);
    feed_definition_free(definition);
    config_problems_free(&problems);
    return 0;
}
