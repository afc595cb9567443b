/* match_lines - the matcher behind a pipe, for evaluation and benchmarks.
 *
 * Reads lines of tab-separated cells: first firms, then queries.
 *     F <uscc> <Chinese name> <SRN>            a firm
 *     N zh|en|alias|former|confirmed <name>    a name of the last firm
 *     L <name>                                 a maker of the world, to tell frequent words by
 *     Q <name> <country> <city> <SRN>          a query; answered by a line
 *     <band> <uscc> <score> <rule> <beijing> <explanation>
 *     H <name>                                 a query that is only timed
 * With `-t` nothing is answered; at the end it is told, in this process's own CPU time (others may be busy
 * beside it): building, queries a second, the time that 99 of 100 take at most, the slowest query and the
 * slowest H; and what the index itself holds, the word lists (1 MiB) included, and peak memory. */
#include "m13/match.h"
#include "m13/memory.h"
#include "m13/text.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static int64_t cpu_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return now.tv_sec * 1000000ll + now.tv_nsec / 1000;
}

/* What this process holds of the heap. */
static size_t held_bytes(void)
{
    struct mallinfo2 held = mallinfo2();
    return held.uordblks + held.hblkhd;
}

enum { CELLS = 8, NAMES = 64 };

struct firm {
    char *cells[CELLS];
    struct match_name names[NAMES];
    size_t name_count;
};

static void flush_firm(struct match_index *index, struct firm *firm)
{
    if (firm->cells[0] == NULL)
        return;
    struct match_firm added = {.uscc = firm->cells[0],
        .name_zh = firm->cells[1],
        .names = firm->names,
        .name_count = firm->name_count,
        .srn = firm->cells[2],
        .fei = "",
        .owner_operator = ""};
    match_index_add(index, &added);
    for (size_t i = 0; i < CELLS; i++) {
        free(firm->cells[i]);
        firm->cells[i] = NULL;
    }
    for (size_t i = 0; i < firm->name_count; i++)
        free((void *)(uintptr_t)firm->names[i].text);
    firm->name_count = 0;
}

static enum match_name_kind kind_of(const char *word)
{
    static const char *const words[] = {"zh", "en", "alias", "former", "confirmed"};
    for (int i = 0; i < 5; i++)
        if (strcmp(words[i], word) == 0)
            return (enum match_name_kind)i;
    return MATCH_NAME_EN;
}

static size_t split(char *line, char *cells[CELLS])
{
    size_t count = 0;
    for (char *at = line; at != NULL && count < CELLS;) {
        cells[count++] = at;
        at = strchr(at, '\t');
        if (at != NULL)
            *at++ = '\0';
    }
    for (size_t i = count; i < CELLS; i++)
        cells[i] = line + strlen(line);
    return count;
}

static void answer(struct match_index *index, char *const cells[CELLS], bool quiet)
{
    struct match_query query = {.name = cells[1],
        .country = cells[2],
        .city = cells[3],
        .postcode = "",
        .srn = cells[4],
        .fei = "",
        .owner_operator = "",
        .uscc = ""};
    struct match_result result;
    match_find(index, &query, &result);
    if (!quiet)
        printf("%s\t%s\t%d\t%s\t%d\t%s\n",
            name_code(match_band_names, sizeof match_band_names / sizeof *match_band_names, result.band),
            result.uscc, result.score, result.rule, result.beijing, text_string(&result.why));
    match_result_release(&result);
}

/* --- timing ----------------------------------------------------------------------------------------------
 */

struct queries {
    char **lines; /* Q or H, as read */
    size_t count, capacity;
};

static void ask_line(struct match_index *index, const char *line)
{
    char *copy = memory_copy_string(line);
    char *cells[CELLS];
    split(copy, cells);
    answer(index, cells, true);
    free(copy);
}

static int by_size(const void *a, const void *b)
{
    int64_t own = *(const int64_t *)a;
    int64_t other = *(const int64_t *)b;
    return (own > other) - (own < other);
}

/* The first time all of a kind together, the second time one by one, for a look at the clock costs too. */
static int64_t time_all(struct match_index *index, const struct queries *queries)
{
    int64_t before = cpu_us();
    for (size_t i = 0; i < queries->count; i++)
        if (queries->lines[i][0] == 'Q')
            ask_line(index, queries->lines[i]);
    return cpu_us() - before;
}

/* The times of queries of one kind, the shortest first; how many. */
static size_t time_each(struct match_index *index, const struct queries *queries, char kind, int64_t *times)
{
    size_t count = 0;
    for (size_t i = 0; i < queries->count; i++) {
        if (queries->lines[i][0] != kind)
            continue;
        int64_t before = cpu_us();
        ask_line(index, queries->lines[i]);
        times[count++] = cpu_us() - before;
    }
    qsort(times, count, sizeof *times, by_size);
    return count;
}

static void tell_times(struct match_index *index, const struct queries *queries, size_t before_bytes)
{
    int64_t started = cpu_us();
    match_index_build(index, INT64_MAX);
    int64_t build_us = cpu_us() - started;
    size_t index_bytes = held_bytes() - before_bytes;
    int64_t *times = memory_get_zeroed(queries->count + 1, sizeof *times);
    int64_t spent = time_all(index, queries);
    size_t count = time_each(index, queries, 'Q', times);
    int64_t most = count == 0 ? 0 : times[count * 99 / 100];
    int64_t slowest = count == 0 ? 0 : times[count - 1];
    size_t hostile = time_each(index, queries, 'H', times);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("%zu firms, build %lld us, %zu queries, %lld a second, p99 %lld us, slowest %lld us, "
           "hostile %lld us, index %zu KiB, peak %ld KiB\n",
        match_index_firms(index), (long long)build_us, count,
        (long long)((int64_t)count * 1000000 / (spent > 0 ? spent : 1)), (long long)most, (long long)slowest,
        (long long)(hostile == 0 ? 0 : times[hostile - 1]), index_bytes / 1024, usage.ru_maxrss);
    free(times);
}

static void keep_line(struct queries *queries, const char *line)
{
    MEMORY_GROW(queries->lines, queries->count, queries->capacity);
    queries->lines[queries->count++] = memory_copy_string(line);
}

static void take_firm_line(struct match_index *index, struct firm *firm, char *const cells[CELLS])
{
    switch (cells[0][0]) {
    case 'F':
        flush_firm(index, firm);
        for (size_t i = 0; i < 3; i++)
            firm->cells[i] = memory_copy_string(cells[i + 1]);
        return;
    case 'L':
        match_index_learn(index, cells[1]);
        return;
    case 'N':
        if (firm->name_count < NAMES)
            firm->names[firm->name_count++] =
                (struct match_name){.kind = kind_of(cells[1]), .text = memory_copy_string(cells[2])};
        return;
    default:
        flush_firm(index, firm);
    }
}

int main(int argument_count, char **arguments)
{
    bool timing = argument_count == 2 && strcmp(arguments[1], "-t") == 0;
    size_t before_bytes = held_bytes();
    size_t line_bytes = 0;
    struct match_index *index = match_index_new();
    struct firm firm = {0};
    struct queries queries = {0};
    char *line = NULL;
    size_t capacity = 0;
    for (ssize_t length; (length = getline(&line, &capacity, stdin)) > 0;) {
        char *cells[CELLS];
        if (line[length - 1] == '\n')
            line[--length] = '\0';
        bool query = line[0] == 'Q' || line[0] == 'H';
        if (timing && query) {
            size_t held = held_bytes();
            keep_line(&queries, line);
            line_bytes += held_bytes() - held;
        }
        split(line, cells);
        take_firm_line(index, &firm, cells);
        if (query && !timing)
            answer(index, cells, false);
    }
    if (timing)
        tell_times(index, &queries, before_bytes + line_bytes);
    flush_firm(index, &firm);
    match_index_free(index);
    for (size_t i = 0; i < queries.count; i++)
        free(queries.lines[i]);
    free(queries.lines);
    free(line);
    return 0;
}
