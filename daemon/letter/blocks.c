/* blocks.c - from the lines of a filled template to blocks. */
#include "blocks.h"
#include "template.h"

#include "m13/limits.h"
#include "m13/memory.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *mark;
    enum block_kind kind;
} marks[] = {
    {"## ", BLOCK_SUBHEADING},
    {"# ", BLOCK_HEADING},
    {"- ", BLOCK_ITEM},
    {"= ", BLOCK_FACT},
    {"| ", BLOCK_ROW},
    {"> ", BLOCK_ASIDE},
};

static enum block_kind kind_of(const char **line)
{
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (string_starts(*line, marks[i].mark)) {
            *line += strlen(marks[i].mark);
            return marks[i].kind;
        }
    return BLOCK_PARAGRAPH;
}

/* Chinese is written without blanks: two lines are joined by one only where a letter stands at both sides. */
static bool needs_blank(const char *before, const char *after)
{
    size_t length = strlen(before);
    return length == 0 || ((before[length - 1] & 0x80) == 0 && (*after & 0x80) == 0);
}

static void continue_block(struct block *block, const char *line)
{
    struct text joined = TEXT_WITH_CEILING(LIMIT_MESSAGE_BYTES);
    text_append_string(&joined, block->text);
    text_append_string(&joined, needs_blank(block->text, line) ? " " : "");
    text_append_string(&joined, line);
    free(block->text);
    block->text = text_take(&joined);
}

/* The first of these strings outside of values, or NULL. */
static char *find_outside(char *marked, const char *const *wanted, const char **ret_found)
{
    bool in_value = false;
    for (char *c = marked; *c; c++) {
        if (*c == VALUE_BEGINS || *c == VALUE_ENDS)
            in_value = *c == VALUE_BEGINS;
        for (size_t i = 0; !in_value && wanted[i]; i++)
            if (string_starts(c, wanted[i])) {
                *ret_found = wanted[i];
                return c;
            }
    }
    return NULL;
}

char *block_plain(const char *marked)
{
    struct text plain = TEXT_WITH_CEILING(LIMIT_MESSAGE_BYTES);
    text_append_string(&plain, "");
    while (*marked) {
        size_t run = strcspn(marked, "\x01\x02");
        text_append(&plain, marked, run);
        marked += run + (marked[run] != '\0');
    }
    return text_take(&plain);
}

static void add_cell(struct cells *cells, const char *begin, const char *end)
{
    struct text cell = TEXT_WITH_CEILING(LIMIT_MESSAGE_BYTES);
    text_append(&cell, begin, (size_t)(end - begin));
    char *copy = memory_copy_string(text_string(&cell));
    cells->cell[cells->count++] = memory_copy_string(string_trim(copy));
    free(copy);
    text_free(&cell);
}

void block_cells(const struct block *block, struct cells *ret_cells)
{
    static const char *const colons[] = {"\uFF1A", ": ", NULL}, *const bars[] = {"|", NULL};
    const char *found = NULL;
    char *copy = memory_copy_string(block->text), *at = copy;
    size_t most = block->kind == BLOCK_FACT ? 2 : BLOCK_CELLS_MOST;
    *ret_cells = (struct cells){0};
    while (ret_cells->count + 1 < most) {
        char *end = find_outside(at, block->kind == BLOCK_FACT ? colons : bars, &found);
        if (!end)
            break;
        add_cell(ret_cells, at, end);
        at = end + strlen(found);
    }
    /* Behind the last bar of a row comes nothing. */
    if (block->kind == BLOCK_FACT || !string_is_blank(at) || !ret_cells->count)
        add_cell(ret_cells, at, at + strlen(at));
    free(copy);
}

void cells_free(struct cells *cells)
{
    for (size_t i = 0; i < cells->count; i++)
        free(cells->cell[i]);
    cells->count = 0;
}

static bool is_empty(const char *marked)
{
    char *plain = block_plain(marked);
    bool empty = string_is_blank(plain);
    free(plain);
    return empty;
}

/* Nor does a label without a value. */
static bool says_something(const struct block *block)
{
    if (block->kind != BLOCK_FACT)
        return !is_empty(block->text);
    struct cells cells;
    block_cells(block, &cells);
    bool says = cells.count > 1 && !is_empty(cells.cell[1]);
    cells_free(&cells);
    return says;
}

static void add_line(struct blocks *blocks, const char *line, bool after_blank)
{
    enum block_kind kind = kind_of(&line);
    struct block *last = blocks->count ? &blocks->items[blocks->count - 1] : NULL;
    if (kind == BLOCK_PARAGRAPH && last && last->kind == kind && !after_blank) {
        continue_block(last, line);
        return;
    }
    struct block block = {.kind = kind, .text = memory_copy_string(line)};
    block.begins = !last || last->kind != kind || (kind == BLOCK_ROW && after_blank);
    if (!says_something(&block)) {
        free(block.text);
        return;
    }
    MEMORY_GROW(blocks->items, blocks->count, blocks->capacity);
    blocks->items[blocks->count++] = block;
}

void blocks_read(const char *words, struct blocks *ret_blocks)
{
    bool after_blank = true;
    char *copy = memory_copy_string(words), *rest = copy;
    *ret_blocks = (struct blocks){0};
    for (char *line; (line = strsep(&rest, "\n"));) {
        line = string_trim(line);
        if (*line)
            add_line(ret_blocks, line, after_blank);
        after_blank = !*line;
    }
    free(copy);
}

void blocks_free(struct blocks *blocks)
{
    for (size_t i = 0; i < blocks->count; i++)
        free(blocks->items[i].text);
    free(blocks->items);
    *blocks = (struct blocks){0};
}
