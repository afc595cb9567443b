#include "table_sniff.h"

#include "m13/memory.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define LOOK_BYTES ((size_t)64 * 1024)
enum { LINES = 40, SEPARATORS = 3 };

static const char separators[SEPARATORS] = {',', ';', '\t'};

struct counting {
    size_t counts[LINES][SEPARATORS];
    size_t lines;
    bool in_quotes, any; /* something stands on this line */
    char before;
};

/* A quote opens a cell only where one begins; within a word it is a character. */
static bool is_cell_begin(char before)
{
    return before == '\n' || before == '\r' || before == ' ' || before == '"' ||
           memchr(separators, before, SEPARATORS) != NULL;
}

static void take_byte(struct counting *counting, char byte)
{
    const char *found = memchr(separators, byte, SEPARATORS);
    if (byte == '"')
        counting->in_quotes = !counting->in_quotes && is_cell_begin(counting->before);
    else if (found != NULL && !counting->in_quotes)
        counting->counts[counting->lines][found - separators]++;
    counting->any = counting->any || ((unsigned char)byte > ' ' && found == NULL);
    if ((byte == '\n' || byte == '\r') && !counting->in_quotes) {
        if (counting->any)
            counting->lines++;
        if (counting->lines < LINES)
            memset(counting->counts[counting->lines], 0, sizeof counting->counts[0]);
        counting->any = false;
    }
    counting->before = byte;
}

/* How many lines have just as many of this separator as the line at `like`. */
static size_t agreeing(const struct counting *counting, size_t separator, size_t like)
{
    size_t lines = 0;
    for (size_t i = 0; i < counting->lines; i++)
        lines += counting->counts[i][separator] == counting->counts[like][separator];
    return lines;
}

static char choose(const struct counting *counting)
{
    size_t best = 0, best_lines = 0, best_count = 0;
    for (size_t separator = 0; separator < SEPARATORS; separator++)
        for (size_t i = 0; i < counting->lines; i++) {
            size_t count = counting->counts[i][separator];
            size_t lines = count > 0 ? agreeing(counting, separator, i) : 0;
            if (lines < best_lines || (lines == best_lines && count <= best_count))
                continue;
            best = separator;
            best_lines = lines;
            best_count = count;
        }
    return separators[best];
}

int table_sniff_separator(struct charset *text, char *ret_separator, struct failure *ret_failure)
{
    struct counting counting = {.before = '\n'};
    char *bytes = memory_get(LOOK_BYTES);
    size_t looked_at = 0;
    ssize_t got = 0;
    while (looked_at < LOOK_BYTES && counting.lines < LINES) {
        got = charset_read(text, bytes, LOOK_BYTES, ret_failure);
        if (got <= 0)
            break;
        for (ssize_t i = 0; i < got && counting.lines < LINES; i++)
            take_byte(&counting, bytes[i]);
        looked_at += (size_t)got;
    }
    free(bytes);
    if (counting.any && counting.lines < LINES)
        counting.lines++;
    *ret_separator = choose(&counting);
    return got < 0 ? (int)got : 0;
}
