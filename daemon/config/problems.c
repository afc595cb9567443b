#include "m13/config.h"

#include "m13/limits.h"
#include "m13/memory.h"

#include <stdarg.h>
#include <stdlib.h>

void config_problem_add(struct config_problems *problems, const char *file, int line, const char *format, ...)
{
    if (problems->count >= LIMIT_PROBLEMS) {
        problems->left_out++;
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    struct failure failure; /* its text is bounded and free of control characters */
    vfail(&failure, -1, format, arguments);
    va_end(arguments);
    MEMORY_GROW(problems->items, problems->count, problems->capacity);
    problems->items[problems->count++] = (struct config_problem){
        .file = memory_copy_string(file), .line = line, .text = memory_copy_string(failure.text)};
}

void config_problems_print(const struct config_problems *problems, FILE *out)
{
    for (size_t i = 0; i < problems->count; i++) {
        const struct config_problem *problem = &problems->items[i];
        if (problem->line > 0)
            fprintf(out, "%s:%d: %s\n", problem->file, problem->line, problem->text);
        else
            fprintf(out, "%s: %s\n", problem->file, problem->text);
    }
    if (problems->left_out > 0)
        fprintf(out, "... and %zu more\n", problems->left_out);
}

void config_problems_free(struct config_problems *problems)
{
    for (size_t i = 0; i < problems->count; i++) {
        free(problems->items[i].file);
        free(problems->items[i].text);
    }
    free(problems->items);
    *problems = (struct config_problems){0};
}
