/* grid.c - a plain table on the terminal: columns as wide as their widest cell, Han counted as two. */
#include "ctl.h"

#include "m13/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

struct grid {
    size_t columns;
    char **cells; /* header row first */
    size_t count, capacity;
};

size_t text_columns(const char *string)
{
    const char *cursor = string, *end = string + strlen(string);
    size_t columns = 0;
    while (cursor < end) {
        int width = wcwidth((wchar_t)utf8_next(&cursor, end));
        columns += width > 0 ? (size_t)width : 0;
    }
    return columns;
}

struct grid *grid_new(size_t columns, const char *const *headers)
{
    struct grid *grid = memory_get_zeroed(1, sizeof *grid);
    grid->columns = columns;
    grid_add(grid, headers);
    return grid;
}

void grid_add(struct grid *grid, const char *const *cells)
{
    for (size_t i = 0; i < grid->columns; i++) {
        MEMORY_GROW(grid->cells, grid->count, grid->capacity);
        grid->cells[grid->count++] = memory_copy_string(cells[i] ? cells[i] : "");
    }
}

size_t grid_rows(const struct grid *grid)
{
    return grid->count / grid->columns - 1;
}

static size_t width_of(const struct grid *grid, size_t column)
{
    size_t widest = 0;
    for (size_t i = column; i < grid->count; i += grid->columns) {
        size_t width = text_columns(grid->cells[i]);
        widest = width > widest ? width : widest;
    }
    return widest;
}

void grid_print(const struct grid *grid)
{
    size_t *widths = memory_get_zeroed(grid->columns, sizeof *widths);
    for (size_t i = 0; i < grid->columns; i++)
        widths[i] = width_of(grid, i);
    for (size_t i = 0; i < grid->count; i++) {
        size_t column = i % grid->columns;
        bool last = column + 1 == grid->columns;
        fputs(grid->cells[i], stdout);
        size_t gap = last ? 0 : widths[column] - text_columns(grid->cells[i]) + 2;
        printf("%*s%s", (int)gap, "", last ? "\n" : "");
        if (last && i + 1 == grid->columns) { /* under the header */
            for (size_t j = 0; j < grid->columns; j++) {
                for (size_t k = 0; k < widths[j]; k++)
                    putchar('-');
                fputs(j + 1 == grid->columns ? "\n" : "  ", stdout);
            }
        }
    }
    free(widths);
}

void grid_free(struct grid *grid)
{
    for (size_t i = 0; i < grid->count; i++)
        free(grid->cells[i]);
    free(grid->cells);
    free(grid);
}
