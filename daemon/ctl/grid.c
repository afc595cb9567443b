/* grid.c - a plain table on the terminal: columns as wide as their widest cell, Han counted as two. */
#include "ctl.h"

#include "m13/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

struct grid {
    size_t columns, rows; /* the header is a row */
    char **cells;         /* header row first */
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

char *text_shortened(const char *string, size_t most)
{
    const char *cursor = string, *end = string + strlen(string), *kept = string;
    size_t columns = 0;
    if (text_columns(string) <= most)
        return memory_copy_string(string);
    while (cursor < end) {
        int width = wcwidth((wchar_t)utf8_next(&cursor, end));
        columns += width > 0 ? (size_t)width : 0;
        if (columns + 1 > most)
            break;
        kept = cursor;
    }
    struct text out = TEXT_WITH_CEILING((size_t)(kept - string) + 8);
    text_append(&out, string, (size_t)(kept - string));
    text_append_string(&out, "…");
    return text_take(&out);
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
    grid->rows++;
    for (size_t i = 0; i < grid->columns; i++) {
        MEMORY_GROW(grid->cells, grid->count, grid->capacity);
        grid->cells[grid->count++] = memory_copy_string(cells[i] ? cells[i] : "");
    }
}

size_t grid_rows(const struct grid *grid)
{
    return grid->rows - 1;
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

static void print_row(const struct grid *grid, size_t first, const size_t *widths)
{
    for (size_t i = 0; i < grid->columns; i++) {
        const char *cell = grid->cells[first + i];
        bool last = i + 1 == grid->columns;
        size_t gap = last ? 0 : widths[i] - text_columns(cell) + 2;
        printf("%s%*s%s", cell, (int)gap, "", last ? "\n" : "");
    }
}

/* Under the header. */
static void print_rule(const struct grid *grid, const size_t *widths)
{
    for (size_t i = 0; i < grid->columns; i++) {
        for (size_t j = 0; j < widths[i]; j++)
            putchar('-');
        fputs(i + 1 == grid->columns ? "\n" : "  ", stdout);
    }
}

void grid_print(const struct grid *grid)
{
    size_t *widths = memory_get_zeroed(grid->columns, sizeof *widths);
    for (size_t i = 0; i < grid->columns; i++)
        widths[i] = width_of(grid, i);
    for (size_t first = 0; first < grid->count; first += grid->columns) {
        print_row(grid, first, widths);
        if (first == 0)
            print_rule(grid, widths);
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
