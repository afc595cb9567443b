/* A frozen run over names of our own writing: golden/firms.tsv (firm, kind of name, name) and
 * golden/answers.tsv (name, country, city, then band, firm, rule, score, Beijing). Whoever changes a rule
 * sees here what else changes, and says so by writing the new answers: M13_GOLDEN_WRITE=1 prints them. */
#include "m13/match.h"
#include "m13/memory.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { CELLS = 8, LINE = 1024, NAMES = 8 };

static const char *const kinds[] = {"zh", "en", "alias", "former", "confirmed", "entity"};

static enum match_name_kind kind_of(const char *word)
{
    for (int i = 0; i < 6; i++)
        if (strcmp(kinds[i], word) == 0)
            return (enum match_name_kind)i;
    fail_msg("no kind of name: %s", word);
    return MATCH_NAME_EN;
}

/* The next line's cells; false at the end. */
static bool next_line(FILE *file, char line[LINE], char *cells[CELLS])
{
    if (fgets(line, LINE, file) == NULL)
        return false;
    line[strcspn(line, "\n")] = '\0';
    char *at = line;
    for (size_t i = 0; i < CELLS; i++) {
        cells[i] = at;
        at += strcspn(at, "\t");
        if (*at != '\0')
            *at++ = '\0';
    }
    return true;
}

static FILE *open_golden(const char *name)
{
    FILE *file = fopen(name, "r");
    if (file == NULL)
        fail_msg("%s: %s", name, strerror(errno));
    return file;
}

static void flush(struct match_index *index, const char *uscc, struct match_name *names, size_t *count)
{
    if (*count > 0)
        match_index_add(index, &(struct match_firm){.uscc = uscc, .names = names, .name_count = *count});
    for (size_t i = 0; i < *count; i++)
        free((void *)(uintptr_t)names[i].text);
    *count = 0;
}

static struct match_index *golden_firms(void)
{
    struct match_index *index = match_index_new();
    FILE *file = open_golden("golden/firms.tsv");
    char line[LINE];
    char uscc[32] = "";
    char *cells[CELLS];
    struct match_name names[NAMES];
    size_t count = 0;
    while (next_line(file, line, cells)) {
        if (strcmp(cells[0], uscc) != 0 || count == NAMES)
            flush(index, uscc, names, &count);
        snprintf(uscc, sizeof uscc, "%s", cells[0]);
        names[count++] = (struct match_name){
            .kind = kind_of(cells[1]), .text = memory_copy_string(cells[2]), .country = "US"};
    }
    flush(index, uscc, names, &count);
    fclose(file);
    assert_true(match_index_build(index, INT64_MAX));
    return index;
}

static void answers_are_as_they_were(void **state)
{
    (void)state;
    struct match_index *index = golden_firms();
    FILE *file = open_golden("golden/answers.tsv");
    bool writing = getenv("M13_GOLDEN_WRITE") != NULL;
    char line[LINE];
    char *cells[CELLS];
    size_t others = 0;
    size_t automatic = 0;
    while (next_line(file, line, cells)) {
        struct match_result result;
        match_find(
            index, &(struct match_query){.name = cells[0], .country = cells[1], .city = cells[2]}, &result);
        char score[16];
        snprintf(score, sizeof score, "%d", result.score);
        const char *band = name_code(match_band_names, 3, result.band);
        bool same = strcmp(band, cells[3]) == 0 && strcmp(result.uscc, cells[4]) == 0 &&
                    strcmp(result.rule, cells[5]) == 0 && strcmp(score, cells[6]) == 0 &&
                    strcmp(result.beijing ? "1" : "0", cells[7]) == 0;
        if (writing || !same)
            printf("%s\t%s\t%s\t%s\t%s\t%s\t%s\t%d\n", cells[0], cells[1], cells[2], band, result.uscc,
                result.rule, score, result.beijing);
        others += !same;
        automatic += result.band == MATCH_AUTO;
        match_result_release(&result);
    }
    fclose(file);
    match_index_free(index);
    assert_true(automatic > 10);
    assert_true(writing || others == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(answers_are_as_they_were)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
