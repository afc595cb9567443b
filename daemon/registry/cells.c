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

int local_cell_number(const char *cell, struct text *out, struct failure *ret_why)
{
    return cell_put_without_bar(cell, FOLD_WIDTH | FOLD_UPPER, CELL_CODE_BYTES, out, ret_why);
}
