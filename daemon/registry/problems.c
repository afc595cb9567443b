#include "problems.h"

#include "m13/limits.h"
#include "m13/memory.h"

#include <stdlib.h>

static void add(struct local_problems *problems, int64_t row, const char *field, const char *reason,
    const char *expected, bool warning)
{
    if (problems->count == LIMIT_REJECTS_KEPT) {
        problems->left_out++;
        return;
    }
    MEMORY_GROW(problems->items, problems->count, problems->capacity);
    problems->items[problems->count++] = (struct local_problem){
        .row = row,
        .field = memory_copy_string(field),
        .reason = memory_copy_string(reason),
        .expected = memory_copy_string(expected),
        .warning = warning,
    };
}

void local_problem_add(
    struct local_problems *problems, int64_t row, const char *field, const char *reason, const char *expected)
{
    add(problems, row, field, reason, expected, false);
}

void local_problem_warn(
    struct local_problems *problems, int64_t row, const char *field, const char *reason, const char *expected)
{
    problems->warnings++;
    add(problems, row, field, reason, expected, true);
}

void local_problems_free(struct local_problems *problems)
{
    for (size_t i = 0; i < problems->count; i++) {
        free(problems->items[i].field);
        free(problems->items[i].reason);
        free(problems->items[i].expected);
    }
    free(problems->items);
    *problems = (struct local_problems){0};
}
