#include "row_words.h"

#include "cells.h"
#include "fold.h"

#include <ctype.h>
#include <string.h>

/* --- cells that say nothing ------------------------------------------------------------------------------
 */

bool row_is_date(const struct local_column *column)
{
    return column != NULL && column->parse == local_cell_date;
}

#define WORD_BYTES 24 /* the longest below */

static bool is_one_of(const char *word, const char *const *words)
{
    for (; *words != NULL; words++)
        if (strcmp(word, *words) == 0)
            return true;
    return false;
}

enum cell_word row_cell_word(const struct local_column *column, const char *cell, size_t length)
{
    static const char *const nothing[] = {
        "无", "/", "\\", "-", "--", "——", "—", "N/A", "暂无", "不适用", "没有", "NULL", NULL};
    static const char *const no_end[] = {
        "长期", "长期有效", "永久", "永久有效", "至今", "无固定期限", "无期限", "无限期", NULL};
    if (length > 4 && *cell > ' ' && *cell < 0x7f) /* the usual case, decided at once */
        return CELL_VALUE;
    char bytes[WORD_BYTES + 1] = "";
    struct text word = {.bytes = bytes, .capacity = sizeof bytes, .ceiling = WORD_BYTES};
    local_fold(cell, length, FOLD_WIDTH | FOLD_UPPER | FOLD_NO_BLANKS, &word);
    if (word.overflowed)
        return CELL_VALUE;
    if (word.length == 0)
        return CELL_BLANK;
    if (strcmp(bytes, "清空") == 0)
        return CELL_CLEAR;
    bool untold =
        column != NULL && (is_one_of(bytes, nothing) || (row_is_date(column) && is_one_of(bytes, no_end)));
    return untold ? CELL_UNTOLD : CELL_VALUE;
}

/* --- numbers and what stands about them -------------------------------------------------------------------
 */

const char *row_with_unit(const char *cell, const char *unit, char buffer[ROW_WORD_BYTES])
{
    size_t length = strlen(cell), unit_length = unit == NULL ? 0 : strlen(unit);
    while (length > 0 && cell[length - 1] == ' ')
        length--;
    if (unit == NULL || length == 0 || length + unit_length >= ROW_WORD_BYTES)
        return cell;
    memcpy(buffer, cell, length);
    buffer[length] = '\0';
    struct text folded = TEXT_WITH_CEILING(ROW_WORD_BYTES);
    local_fold(buffer, length, FOLD_WIDTH, &folded);
    char last = folded.length > 0 ? folded.bytes[folded.length - 1] : '\0';
    text_free(&folded);
    if (!isdigit((unsigned char)last) && last != ')')
        return cell;
    memcpy(buffer + length, unit, unit_length + 1);
    return buffer;
}

const char *row_without_wrapping(const char *cell, char buffer[ROW_WORD_BYTES])
{
    static const char *const apostrophes[] = {"'", "‘", "’", "`"};
    size_t length = strlen(cell);
    for (size_t i = 0; i < sizeof apostrophes / sizeof apostrophes[0]; i++)
        if (string_starts(cell, apostrophes[i]))
            return cell + strlen(apostrophes[i]);
    if (length < strlen("=\"\"") || length >= ROW_WORD_BYTES || !string_starts(cell, "=\"") ||
        cell[length - 1] != '"')
        return cell;
    memcpy(buffer, cell + 2, length - 3);
    buffer[length - 3] = '\0';
    return buffer;
}

bool row_is_ruined(const char *cell)
{
    size_t digits = strspn(cell, "0123456789");
    const char *cursor = cell + digits;
    if (*cursor == '.')
        cursor += 1 + strspn(cursor + 1, "0123456789");
    if (digits != 1 || (*cursor != 'E' && *cursor != 'e') || cursor[1] != '+')
        return false;
    size_t exponent = strspn(cursor + 2, "0123456789");
    return exponent > 0 && exponent <= 3 && cursor[2 + exponent] == '\0';
}

bool row_swallows_rows(const char *cell, size_t columns)
{
    static const char separators[] = {',', ';', '\t'};
    for (const char *line = strchr(cell, '\n'); line != NULL; line = strchr(line, '\n')) {
        size_t length = strcspn(++line, "\n");
        for (size_t s = 0; s < sizeof separators; s++) {
            size_t count = 0;
            for (size_t i = 0; i < length; i++)
                count += line[i] == separators[s];
            if (count + 1 >= columns)
                return true;
        }
    }
    return false;
}

/* --- rows that are none ------------------------------------------------------------------------------------
 */

/* The start of a cell, folded: enough to tell what stands below a table. */
#define START_BYTES 40

enum below { BELOW_NOT, BELOW_SUM, BELOW_NOTE };

static enum below read_start(const char *cell)
{
    static const char *const sums[] = {"合计", "小计", "总计", "共计"};
    static const char *const notes[] = {"填表人:", "制表人:", "审核人:", "填报人:", "复核人:", "负责人:",
        "填表日期:", "填报日期:", "制表日期:", "注:", "备注:", "说明:"};
    char start[START_BYTES + 1] = "";
    struct text folded = {.bytes = start, .capacity = sizeof start, .ceiling = START_BYTES};
    size_t length = strlen(cell);
    if (length > START_BYTES)
        length = utf8_cut(cell, START_BYTES);
    local_fold(cell, length, FOLD_WIDTH | FOLD_NO_BLANKS, &folded);
    for (size_t i = 0; i < sizeof sums / sizeof sums[0]; i++)
        if (string_starts(start, sums[i]) && strchr(":(", start[strlen(sums[i])]) != NULL)
            return BELOW_SUM;
    for (size_t i = 0; i < sizeof notes / sizeof notes[0]; i++)
        if (string_starts(start, notes[i]))
            return BELOW_NOTE;
    return BELOW_NOT;
}

bool row_is_below_the_table(const struct local_headers *headers, json_t *cells)
{
    enum below below = BELOW_NOT;
    size_t others = 0;
    for (size_t i = 0; i < json_array_size(cells); i++) {
        const char *cell = json_string_value(json_array_get(cells, i));
        int column = i < headers->count ? headers->items[i].column : HEADER_IGNORED;
        bool is_key = column >= 0 && headers->kind->columns[column].is_key;
        if (cell != NULL &&
            row_cell_word(NULL, cell, json_string_length(json_array_get(cells, i))) == CELL_BLANK)
            continue;
        if (below == BELOW_NOT) {
            below = cell == NULL ? BELOW_NOT : read_start(cell);
            if (below == BELOW_NOT)
                return false; /* the usual row */
        } else if (is_key) {
            return false; /* it has something to be known by */
        } else {
            others += cell == NULL || read_start(cell) == BELOW_NOT;
        }
    }
    return below == BELOW_SUM || (below == BELOW_NOTE && others <= 1);
}
