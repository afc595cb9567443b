/* blocks_text.c - the words of a message as plain text in 76 columns. */
#include "blocks.h"

#include "m13/memory.h"

#include <stdlib.h>
#include <string.h>

enum { LINE_BYTES_MOST = 900, GAP = 2 };

/* Han, kana, Hangul and full-width forms take two columns. */
static size_t columns_of(uint32_t c)
{
    bool wide = (c >= 0x1100 && c < 0x1160) || (c >= 0x2E80 && c < 0xA4D0) || (c >= 0xAC00 && c < 0xD7A4) ||
                (c >= 0xF900 && c < 0xFB00) || (c >= 0xFE30 && c < 0xFE70) || (c >= 0xFF00 && c < 0xFF61) ||
                (c >= 0xFFE0 && c < 0xFFE7) || (c >= 0x20000 && c < 0x40000);
    return wide ? 2 : 1;
}

static size_t width_of(const char *string)
{
    const char *cursor = string, *end = string + strlen(string);
    size_t width = 0;
    while (cursor < end)
        width += columns_of(utf8_next(&cursor, end));
    return width;
}

static bool is_one_of(uint32_t c, const uint32_t *characters)
{
    while (*characters && *characters != c)
        characters++;
    return *characters != 0;
}

/* Whether a line may end between these two. */
static bool may_break(uint32_t before, uint32_t after)
{
    static const uint32_t never_first[] = {U'，', U'。', U'；', U'：', U'！', U'？', U'、', U'）', U'】',
        U'》', U'”', U'’', U'」', U'』', U'…', U'·', U',', U'.', U';', U':', U'!', U'?', U')', 0};
    static const uint32_t never_last[] = {U'（', U'【', U'《', U'“', U'‘', U'「', U'『', U'(', 0};
    if (before != ' ' && columns_of(before) == 1 && columns_of(after) == 1)
        return false;
    return !is_one_of(after, never_first) && !is_one_of(before, never_last);
}

struct piece {
    const char *begin, *end; /* what goes to this line */
    const char *next;        /* where the next one begins */
};

static struct piece next_piece(const char *at, const char *end, size_t columns)
{
    const char *cursor = at, *good = NULL;
    uint32_t before = 0;
    size_t width = 0;
    while (cursor < end) {
        const char *here = cursor;
        uint32_t c = utf8_next(&cursor, end);
        if (before && may_break(before, c) && c != ' ')
            good = here;
        width += columns_of(c);
        bool too_long = (size_t)(cursor - at) > LINE_BYTES_MOST;
        if (c != ' ' && ((width > columns && good) || too_long)) {
            const char *cut = good ? good : here;
            const char *last = cut;
            while (last > at && last[-1] == ' ')
                last--;
            return (struct piece){at, last, cut};
        }
        before = c;
    }
    return (struct piece){at, end, end};
}

static void add_wrapped(struct text *out, const char *first, const char *others, const char *marked)
{
    char *plain = block_plain(marked);
    const char *at = plain, *end = plain + strlen(plain), *indent = first;
    do {
        struct piece piece = next_piece(at, end, TEXT_COLUMNS - width_of(indent));
        text_append_string(out, indent);
        text_append(out, piece.begin, (size_t)(piece.end - piece.begin));
        text_append_character(out, '\n');
        at = piece.next;
        indent = others;
    } while (at < end);
    free(plain);
}

static void add_heading(struct text *out, const char *marked, char under)
{
    char *plain = block_plain(marked);
    size_t width = width_of(plain);
    add_wrapped(out, "", "", marked);
    for (size_t i = 0; i < width && i < TEXT_COLUMNS; i++)
        text_append_character(out, under);
    text_append_character(out, '\n');
    free(plain);
}

static void add_fact(struct text *out, const struct block *block)
{
    struct cells cells;
    block_cells(block, &cells);
    struct text line = TEXT_WITH_CEILING(1024 * 1024);
    bool chinese = cells.count > 0 && *cells.cell[0] & 0x80;
    text_append_format(&line, "%s%s%s", cells.cell[0], chinese ? "：" : ": ", cells.cell[1]);
    add_wrapped(out, "  ", "      ", text_string(&line));
    text_free(&line);
    cells_free(&cells);
}

/* --- tables ----------------------------------------------------------------------------------------------
 */

struct table {
    struct cells *rows;
    size_t count;
    size_t width[BLOCK_CELLS_MOST];
    size_t whole;
};

static void read_table(const struct block *blocks, size_t count, struct table *ret_table)
{
    *ret_table = (struct table){.rows = memory_get_zeroed(count, sizeof(struct cells)), .count = count};
    for (size_t i = 0; i < count; i++) {
        block_cells(&blocks[i], &ret_table->rows[i]);
        for (size_t j = 0; j < ret_table->rows[i].count; j++) {
            char *plain = block_plain(ret_table->rows[i].cell[j]);
            size_t width = width_of(plain);
            if (width > ret_table->width[j])
                ret_table->width[j] = width;
            free(plain);
        }
    }
    for (size_t j = 0; j < BLOCK_CELLS_MOST; j++)
        ret_table->whole += ret_table->width[j] ? ret_table->width[j] + GAP : 0;
}

static void add_row(struct text *out, const struct table *table, const struct cells *row)
{
    struct text line = TEXT_WITH_CEILING(1024 * 1024);
    size_t column = 0, wanted = 0;
    for (size_t j = 0; j < row->count; j++) {
        char *plain = block_plain(row->cell[j]);
        for (; column < wanted; column++)
            text_append_character(&line, ' ');
        text_append_string(&line, plain);
        column += width_of(plain);
        wanted += table->width[j] + GAP;
        free(plain);
    }
    text_append_format(out, "  %s\n", text_string(&line));
    text_free(&line);
}

static void add_ruler(struct text *out, const struct table *table)
{
    text_append_string(out, "  ");
    for (size_t i = 0; i + GAP < table->whole; i++)
        text_append_character(out, '-');
    text_append_character(out, '\n');
}

/* A table that is too wide for a line: its rows one below the other, each value with its header. */
static void add_record(struct text *out, const struct cells *headers, const struct cells *row)
{
    add_wrapped(out, "  * ", "    ", row->count ? row->cell[0] : "");
    for (size_t j = 1; j < row->count && j < headers->count; j++) {
        struct text line = TEXT_WITH_CEILING(1024 * 1024);
        text_append_format(
            &line, "%s%s%s", headers->cell[j], *headers->cell[j] & 0x80 ? "：" : ": ", row->cell[j]);
        char *plain = block_plain(row->cell[j]);
        if (!string_is_blank(plain))
            add_wrapped(out, "    ", "      ", text_string(&line));
        free(plain);
        text_free(&line);
    }
}

static void add_table(struct text *out, const struct block *blocks, size_t count)
{
    struct table table;
    read_table(blocks, count, &table);
    bool fits = table.whole <= TEXT_COLUMNS;
    if (fits) {
        add_row(out, &table, &table.rows[0]);
        add_ruler(out, &table);
    }
    for (size_t i = 1; i < count; i++)
        if (fits)
            add_row(out, &table, &table.rows[i]);
        else
            add_record(out, &table.rows[0], &table.rows[i]);
    for (size_t i = 0; i < count; i++)
        cells_free(&table.rows[i]);
    free(table.rows);
}

/* --- all -------------------------------------------------------------------------------------------------
 */

static void add_block(struct text *out, const struct block *block)
{
    switch (block->kind) {
    case BLOCK_HEADING:
        add_heading(out, block->text, '=');
        break;
    case BLOCK_SUBHEADING:
        add_heading(out, block->text, '-');
        break;
    case BLOCK_ITEM:
        add_wrapped(out, "  - ", "    ", block->text);
        break;
    case BLOCK_FACT:
        add_fact(out, block);
        break;
    case BLOCK_PARAGRAPH:
    case BLOCK_ASIDE:
    case BLOCK_ROW:
    case BLOCK_KINDS:
        add_wrapped(out, "", "", block->text);
        break;
    }
}

static bool stands_apart(const struct block *block)
{
    return block->begins || block->kind == BLOCK_PARAGRAPH || block->kind == BLOCK_HEADING ||
           block->kind == BLOCK_SUBHEADING;
}

void blocks_as_text(const struct blocks *blocks, struct text *out)
{
    for (size_t i = 0; i < blocks->count;) {
        const struct block *block = &blocks->items[i];
        size_t run = 1;
        bool after_heading = i > 0 && (block[-1].kind == BLOCK_HEADING || block[-1].kind == BLOCK_SUBHEADING);
        if (i > 0 && stands_apart(block) && !after_heading)
            text_append_character(out, '\n');
        if (block->kind == BLOCK_ROW) {
            while (i + run < blocks->count && !blocks->items[i + run].begins)
                run++;
            add_table(out, block, run);
        } else {
            add_block(out, block);
        }
        i += run;
    }
}
