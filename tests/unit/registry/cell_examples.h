/* cell_examples.h - what people type into a cell, and what it means. */
#ifndef TESTS_CELL_EXAMPLES_H
#define TESTS_CELL_EXAMPLES_H

#include "cells.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

struct cell_example {
    const char *cell;
    const char *value; /* NULL = an error */
};

static inline void check_cells(local_cell_parser *parse, const struct cell_example *examples, size_t count)
{
    struct text out = TEXT_WITH_CEILING(1 << 20);
    for (size_t i = 0; i < count; i++) {
        struct failure why = {0};
        text_clear(&out);
        text_append_string(&out, "before");
        int r = parse(examples[i].cell, &out, &why);
        const char *value = text_string(&out) + strlen("before");
        if (examples[i].value == NULL && r >= 0)
            fail_msg("'%s' was taken as '%s'", examples[i].cell, value);
        if (examples[i].value == NULL && (why.text[0] == '\0' || *value != '\0'))
            fail_msg("'%s' is refused with '%s', and leaves '%s'", examples[i].cell, why.text, value);
        if (examples[i].value != NULL && (r < 0 || strcmp(value, examples[i].value) != 0))
            fail_msg("'%s' gives %d, '%s' (%s)", examples[i].cell, r, value, why.text);
        if (r > 0 && why.text[0] == '\0')
            fail_msg("'%s' warns without a word", examples[i].cell);
    }
    text_free(&out);
}

#define CHECK_CELLS(parse, ...)                                                                              \
    do {                                                                                                     \
        static const struct cell_example examples[] = {__VA_ARGS__};                                         \
        check_cells(parse, examples, sizeof examples / sizeof examples[0]);                                  \
    } while (0)

/* How one cell is answered: 0, 1 or negative; the reason must hold `said`. */
static inline int answer_of(local_cell_parser *parse, const char *cell, const char *said)
{
    struct text out = TEXT_WITH_CEILING(1 << 20);
    struct failure why = {0};
    int r = parse(cell, &out, &why);
    if (strstr(why.text, said) == NULL)
        fail_msg("'%s' is answered with '%s'", cell, why.text);
    text_free(&out);
    return r < 0 ? -1 : r;
}

#endif
