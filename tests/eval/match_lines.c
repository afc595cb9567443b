/* match_lines - the matcher behind a pipe, for evaluation and benchmarks.
 *
 * Reads lines of tab-separated cells: first firms, then queries.
 *     F <uscc> <Chinese name> <SRN>            a firm
 *     N zh|en|alias|former|confirmed <name>    a name of the last firm
 *     L <name>                                 a maker of the world, to tell frequent words by
 *     Q <name> <country> <city> <SRN>          a query; answered by a line
 *     <band> <uscc> <score> <rule> <beijing> <explanation>
 * With `-t` nothing is answered; at the end build time, queries a second of this process's own CPU time
 * (others may be busy beside it) and peak memory are told; so is what the index
 * itself holds, the word lists (1 MiB) included. */
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

int main(int argument_count, char **arguments)
{
    bool timing = argument_count == 2 && strcmp(arguments[1], "-t") == 0;
    size_t before_bytes = held_bytes();
    size_t index_bytes = 0;
    struct match_index *index = match_index_new();
    struct firm firm = {0};
    char *line = NULL;
    size_t capacity = 0;
    int64_t queries = 0;
    int64_t build_us = 0;
    int64_t started = 0;
    for (ssize_t length; (length = getline(&line, &capacity, stdin)) > 0;) {
        char *cells[CELLS];
        if (line[length - 1] == '\n')
            line[--length] = '\0';
        split(line, cells);
        if (cells[0][0] == 'Q' && queries++ == 0) {
            flush_firm(index, &firm);
            int64_t before = cpu_us();
            match_index_build(index, INT64_MAX);
            started = cpu_us();
            build_us = started - before;
            index_bytes = held_bytes() - before_bytes;
        }
        if (cells[0][0] == 'F') {
            flush_firm(index, &firm);
            for (size_t i = 0; i < 3; i++)
                firm.cells[i] = memory_copy_string(cells[i + 1]);
        } else if (cells[0][0] == 'L') {
            match_index_learn(index, cells[1]);
        } else if (cells[0][0] == 'N' && firm.name_count < NAMES) {
            firm.names[firm.name_count++] =
                (struct match_name){.kind = kind_of(cells[1]), .text = memory_copy_string(cells[2])};
        } else if (cells[0][0] == 'Q') {
            answer(index, cells, timing);
        }
    }
    if (timing) {
        struct rusage usage;
        getrusage(RUSAGE_SELF, &usage);
        int64_t spent = cpu_us() - started;
        printf("%zu firms, build %lld us, %lld queries, %lld a second, index %zu KiB, peak %ld KiB\n",
            match_index_firms(index), (long long)build_us, (long long)queries,
            (long long)(queries * 1000000 / (spent > 0 ? spent : 1)), index_bytes / 1024, usage.ru_maxrss);
    }
    flush_firm(index, &firm);
    match_index_free(index);
    free(line);
    return 0;
}
