/* cells.c - free text, codes without a shape, and what all parsers share. */
#include "cell_parts.h"

#include "m13/limits.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

const char *local_cell_quoted(const char *cell)
{
    static char quoted[200];
    size_t length = strlen(cell), most = 90;
    bool cut = length > most;
    if (cut)
        length = utf8_cut(cell, most);
    snprintf(quoted, sizeof quoted, "“%.*s%s”", (int)length, cell, cut ? "…" : "");
    return quoted;
}

bool cell_code_read(const char *cell, size_t length, unsigned how, struct cell_code *ret_code)
{
    /* At its ceiling from the start, so that it never leaves these bytes. */
    struct text text = {
        .bytes = ret_code->bytes, .capacity = sizeof ret_code->bytes, .ceiling = CELL_CODE_BYTES};
    ret_code->bytes[0] = '\0';
    local_fold(cell, length, how, &text);
    ret_code->length = text.length;
    return !text.overflowed;
}

void cell_take_back(struct text *out, size_t length)
{
    if (out->length <= length)
        return;
    out->length = length;
    out->bytes[length] = '\0';
}

int cell_put_folded(
    const char *cell, size_t length, unsigned how, size_t most, struct text *out, struct failure *ret_why)
{
    size_t before = out->length;
    /* Folding makes nothing longer but bytes that are no UTF-8, thrice: this much is too long however. */
    bool fits = length <= 4 * most;
    if (fits)
        local_fold(cell, length, how, out);
    if (fits && out->length - before <= most)
        return 0;
    cell_take_back(out, before);
    return fail(ret_why, -E2BIG, "内容过长：%zu 字节，最多 %zu 字节", length, most);
}

int cell_put_without_bar(
    const char *cell, unsigned how, size_t most, struct text *out, struct failure *ret_why)
{
    size_t before = out->length;
    int r = cell_put_folded(cell, strlen(cell), how, most, out, ret_why);
    const char *put = text_string(out) + (r == 0 ? before : out->length);
    if (r < 0 || (strstr(put, "|") == NULL && strstr(put, "｜") == NULL))
        return r;
    cell_take_back(out, before);
    return fail(ret_why, -EINVAL, "%s 中不能有竖线（|）", local_cell_quoted(cell));
}

int local_cell_text(const char *cell, struct text *out, struct failure *ret_why)
{
    return cell_put_folded(cell, strlen(cell), 0, CELL_TEXT_BYTES, out, ret_why);
}

int local_cell_name(const char *cell, struct text *out, struct failure *ret_why)
{
    return cell_put_folded(cell, strlen(cell), 0, LIMIT_NAME_BYTES, out, ret_why);
}

int local_cell_key_name(const char *cell, struct text *out, struct failure *ret_why)
{
    return cell_put_without_bar(cell, 0, LIMIT_NAME_BYTES, out, ret_why);
}

int local_cell_code(const char *cell, struct text *out, struct failure *ret_why)
{
    return cell_put_without_bar(cell, FOLD_WIDTH, CELL_CODE_BYTES, out, ret_why);
}

int local_cell_product(const char *cell, struct text *out, struct failure *ret_why)
{
    size_t before = out->length;
    int r = local_cell_code(cell, out, ret_why);
    if (r < 0 || strchr(text_string(out) + before, '@') == NULL)
        return r;
    cell_take_back(out, before);
    return fail(ret_why, -EINVAL, "%s 中不能有 @", local_cell_quoted(cell));
}

/* Whether any of its letters is. */
static bool is_cyrillic(const char *string)
{
    const char *end = string + strlen(string);
    bool found = false;
    while (string < end && !found) {
        uint32_t point = utf8_next(&string, end);
        found = point >= 0x400 && point < 0x500;
    }
    return found;
}

/* The Cyrillic capital for a Latin one of the same shape, or for a small letter. */
static uint32_t cyrillic_capital(uint32_t point)
{
    static const uint32_t pairs[][2] = {{'A', 0x410}, {'B', 0x412}, {'E', 0x415}, {'K', 0x41a}, {'M', 0x41c},
        {'H', 0x41d}, {'O', 0x41e}, {'P', 0x420}, {'C', 0x421}, {'T', 0x422}, {'Y', 0x423}, {'X', 0x425}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (pairs[i][0] == point)
            return pairs[i][1];
    return point >= 0x430 && point < 0x450 ? point - 0x20 : point;
}

/* Russian numbers are printed with blanks and without, and typed with letters of both alphabets: they become
 * what the feeds of that register make of them (`fold = "cyrillic"`). */
static int put_russian_number(const char *cell, struct text *out, struct failure *ret_why)
{
    char utf8[4];
    struct text folded = TEXT_WITH_CEILING(CELL_TEXT_BYTES);
    int r = cell_put_without_bar(
        cell, FOLD_WIDTH | FOLD_UPPER | FOLD_NO_BLANKS, CELL_CODE_BYTES, &folded, ret_why);
    const char *at = text_string(&folded), *end = at + folded.length;
    while (r >= 0 && at < end)
        text_append(out, utf8, utf8_put(cyrillic_capital(utf8_next(&at, end)), utf8));
    text_free(&folded);
    return r;
}

int local_cell_number(const char *cell, struct text *out, struct failure *ret_why)
{
    if (is_cyrillic(cell))
        return put_russian_number(cell, out, ret_why);
    return cell_put_without_bar(cell, FOLD_WIDTH | FOLD_UPPER, CELL_CODE_BYTES, out, ret_why);
}
