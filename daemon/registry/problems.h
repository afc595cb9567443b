/* problems.h - what is wrong with the rows of a file, in the words that go back to its sender. */
#ifndef REGISTRY_PROBLEMS_H
#define REGISTRY_PROBLEMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct local_problem {
    int64_t row;
    char *field;  /* the column as the file heads it; "" = the row as a whole */
    char *reason; /* Chinese */
    char *expected;
    bool warning; /* the row was taken although this looks wrong */
};
struct local_problems {
    struct local_problem *items; /* at most LIMIT_REJECTS_KEPT; `left_out` counts the rest */
    size_t count, capacity;
    int64_t left_out;
    int64_t warnings; /* all of them, kept or not */
};

void local_problem_add(struct local_problems *problems, int64_t row, const char *field, const char *reason,
    const char *expected);
void local_problem_warn(struct local_problems *problems, int64_t row, const char *field, const char *reason,
    const char *expected);
void local_problems_free(struct local_problems *problems);

#endif
