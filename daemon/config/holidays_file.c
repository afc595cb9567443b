#include "holidays_file.h"

#include "conf_file.h"
#include "values.h"

#include "m13/date.h"
#include "m13/limits.h"
#include "m13/memory.h"
#include "m13/text.h"

#include <stdlib.h>
#include <string.h>

struct reading {
    const char *name;
    struct config_problems *problems;
    struct alert_times *times;
    size_t capacity;
    int line;
};

/* The next word of a line, which is cut behind it; "" at the end. */
static char *next_word(char **cursor)
{
    char *word = *cursor + strspn(*cursor, " \t");
    char *end = word + strcspn(word, " \t");
    *cursor = *end != '\0' ? end + 1 : end;
    *end = '\0';
    return word;
}

static bool is_known(const struct alert_times *times, int32_t day)
{
    for (size_t i = 0; i < times->holiday_count; i++)
        if (times->holidays[i].day == day)
            return true;
    return false;
}

static void read_line(struct reading *reading, char *line)
{
    char excerpt[VALUE_EXCERPT_BYTES];
    char *rest = line;
    const char *day_word = next_word(&rest), *kind = next_word(&rest);
    int32_t day;
    bool works = string_equal(kind, "work");
    if (value_day(day_word, &day) < 0 || (!works && !string_equal(kind, "off"))) {
        value_excerpt(value_day(day_word, &day) < 0 ? day_word : kind, excerpt);
        config_problem_add(reading->problems, reading->name, reading->line,
            "\"%s\" is not accepted; accepted is DAY off NAME, or DAY work NAME: \"2026-10-01 off 国庆节\"",
            excerpt);
    } else if (is_known(reading->times, day)) {
        config_problem_add(reading->problems, reading->name, reading->line, "%s stands here twice", day_word);
    } else if (works && day_of_week(day) < 6) {
        config_problem_add(reading->problems, reading->name, reading->line,
            "%s is no Saturday or Sunday, so `work` has no effect", day_word);
    } else if (reading->times->holiday_count >= LIMIT_HOLIDAYS) {
        config_problem_add(
            reading->problems, reading->name, reading->line, "more than %d days", LIMIT_HOLIDAYS);
    } else {
        struct alert_times *times = reading->times;
        MEMORY_GROW(times->holidays, times->holiday_count, reading->capacity);
        times->holidays[times->holiday_count++] =
            (struct alert_holiday){.day = day, .works = works, .name = memory_copy_string(string_trim(rest))};
    }
}

static int by_day(const void *a, const void *b)
{
    const struct alert_holiday *first = a, *second = b;
    return (first->day > second->day) - (first->day < second->day);
}

static void read_lines(struct reading *reading, char *bytes)
{
    for (char *line = bytes; line != NULL;) {
        char *end = strchr(line, '\n');
        if (end != NULL)
            *end = '\0';
        reading->line++;
        line[strcspn(line, "#\r")] = '\0';
        if (!string_is_blank(line))
            read_line(reading, line);
        line = end != NULL ? end + 1 : NULL;
    }
    if (reading->times->holiday_count > 0)
        qsort(reading->times->holidays, reading->times->holiday_count, sizeof *reading->times->holidays,
            by_day);
}

void holidays_read(FILE *file, const char *name, struct config_problems *problems, struct alert_times *times,
    char ret_hash[DIGEST_HEX_BYTES])
{
    size_t length = 0;
    char *bytes = conf_file_bytes(file, name, problems, &length);
    if (bytes == NULL)
        return;
    digest_hex_of(bytes, length, ret_hash);
    struct reading reading = {.name = name, .problems = problems, .times = times};
    if (!utf8_is_valid(bytes, length) || memchr(bytes, '\0', length) != NULL)
        config_problem_add(problems, name, 0, "is no text in UTF-8");
    else
        read_lines(&reading, bytes);
    free(bytes);
}

void holidays_release(struct alert_times *times)
{
    for (size_t i = 0; i < times->holiday_count; i++)
        free(times->holidays[i].name);
    free(times->holidays);
}
