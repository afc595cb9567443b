#include "header_columns.h"

#include "fold.h"
#include "m13/memory.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define HEADER_CELLS 512 /* as many as the decoder gives of a row */

/* --- rows ------------------------------------------------------------------------------------------------
 */

bool header_is_blank(const char *cell)
{
    char bytes[4] = "";
    struct text folded = {.bytes = bytes, .capacity = sizeof bytes, .ceiling = sizeof bytes - 1};
    local_fold(cell, strlen(cell), FOLD_NO_BLANKS, &folded);
    return folded.length == 0 && !folded.overflowed;
}

struct header_row header_row_copy(const char *const *cells, size_t count)
{
    if (count > HEADER_CELLS)
        count = HEADER_CELLS;
    struct header_row row = {memory_get_zeroed(count + 1, sizeof *row.cells), count};
    for (size_t i = 0; i < count; i++)
        row.cells[i] = memory_copy_string(cells[i]);
    return row;
}

bool header_row_is_blank(const struct header_row *row)
{
    for (size_t i = 0; i < row->count; i++)
        if (!header_is_blank(row->cells[i]))
            return false;
    return true;
}

void header_row_free(struct header_row *row)
{
    for (size_t i = 0; i < row->count; i++)
        free(row->cells[i]);
    free(row->cells);
    *row = (struct header_row){.count = 0};
}

/* --- columns ---------------------------------------------------------------------------------------------
 */

static const char *cell_of(const struct header_row *row, size_t i)
{
    return i < row->count ? row->cells[i] : "";
}

static void add_word(struct header_column *column, const char *above, const char *text)
{
    header_word_read_below(above, text, &column->words[column->word_count++]);
}

struct header_columns header_columns_of_row(const struct header_row *row)
{
    struct header_columns columns = {memory_get_zeroed(row->count + 1, sizeof *columns.items), row->count};
    for (size_t i = 0; i < row->count; i++) {
        columns.items[i].text = row->cells[i];
        add_word(&columns.items[i], "", row->cells[i]);
    }
    return columns;
}

struct header_columns header_columns_of_rows(const struct header_row *above, const struct header_row *row)
{
    size_t count = above->count;
    while (count > row->count && header_is_blank(above->cells[count - 1]))
        count--;
    if (count < row->count)
        count = row->count;
    struct header_columns columns = {memory_get_zeroed(count + 1, sizeof *columns.items), count};
    const char *group = "";
    for (size_t i = 0; i < count; i++) {
        struct header_column *column = &columns.items[i];
        if (!header_is_blank(cell_of(above, i)))
            group = cell_of(above, i);
        bool below = !header_is_blank(cell_of(row, i));
        column->text = below ? cell_of(row, i) : cell_of(above, i);
        add_word(column, "", column->text);
        if (below)
            add_word(column, group, column->text);
    }
    return columns;
}

void header_columns_free(struct header_columns *columns)
{
    for (size_t i = 0; i < columns->count; i++)
        for (size_t w = 0; w < columns->items[i].word_count; w++)
            header_word_free(&columns->items[i].words[w]);
    free(columns->items);
}

int header_column_find(size_t kind, const struct header_column *column, const struct header_word **ret_word)
{
    *ret_word = &column->words[0];
    for (size_t w = 0; w < column->word_count; w++) {
        int found = header_word_find(kind, &column->words[w]);
        if (found == HEADER_UNKNOWN)
            continue;
        *ret_word = &column->words[w];
        return found;
    }
    return HEADER_UNKNOWN;
}
