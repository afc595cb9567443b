/* cells_lists.c - cells that hold several values. */
#include "cell_parts.h"

#include "m13/limits.h"

#include <errno.h>
#include <string.h>

const char *const cell_name_separators[] = {";", "；", "|", "｜", "、", "\n", NULL};
const char *const cell_number_separators[] = {";", "；", "|", "｜", "、", ",", "，", "\n", NULL};
const char *const cell_code_separators[] = {
    ";", "；", "|", "｜", "、", ",", "，", " ", "\t", "\n", "　", NULL};

#define SEPARATORS_MOST 16

/* Length of the separator at `cursor`, 0 = none. */
static size_t separator_at(const char *cursor, const char *const *separators)
{
    for (; *separators != NULL; separators++)
        if (string_starts(cursor, *separators))
            return strlen(*separators);
    return 0;
}

/* The first bytes of all separators: whatever lies between two of these is no separator. */
static void list_first_bytes(const char *const *separators, char ret_bytes[SEPARATORS_MOST + 1])
{
    size_t count = 0;
    for (; *separators != NULL && count < SEPARATORS_MOST; separators++)
        ret_bytes[count++] = (*separators)[0];
    ret_bytes[count] = '\0';
}

/* Bytes up to the next separator, whose own length goes to *ret_step: 0 = the end. */
static size_t part_length(
    const char *part, const char *const *separators, const char *first_bytes, size_t *ret_step)
{
    size_t length = 0;
    *ret_step = 0;
    for (;; length++) {
        length += strcspn(part + length, first_bytes);
        if (part[length] == '\0' || (*ret_step = separator_at(part + length, separators)) > 0)
            return length;
    }
}

/* Whether what follows `start` in the list is there before it already. */
static bool is_repeated(const struct text *out, size_t list, size_t start)
{
    const char *part = out->bytes + start, *cursor = out->bytes + list;
    size_t length = out->length - start;
    while (cursor < part) {
        size_t other = strcspn(cursor, "|");
        if (other == length && memcmp(cursor, part, length) == 0)
            return true;
        cursor += other + 1;
    }
    return false;
}

static int put_part(cell_part_parser *parse, const char *part, size_t length, enum cell_repeats repeats,
    struct text *out, size_t list, struct failure *ret_why)
{
    size_t before = out->length, start = before;
    if (before > list) {
        text_append_character(out, '|');
        start = out->length;
    }
    int r = parse(part, length, out, ret_why);
    bool nothing = r < 0 || out->length == start, repeated = !nothing && is_repeated(out, list, start);
    if (repeated && repeats == CELL_REPEATS_REFUSED)
        r = fail(ret_why, -EINVAL, "%s 出现两次", local_cell_quoted(out->bytes + start));
    if (nothing || repeated)
        cell_take_back(out, before);
    return r;
}

int cell_put_parts(const char *cell, const char *const *separators, cell_part_parser *parse,
    enum cell_repeats repeats, struct text *out, struct failure *ret_why)
{
    if (strlen(cell) > CELL_TEXT_BYTES)
        return fail(ret_why, -E2BIG, "内容过长：%zu 字节，最多 %d 字节", strlen(cell), CELL_TEXT_BYTES);
    char first_bytes[SEPARATORS_MOST + 1];
    list_first_bytes(separators, first_bytes);
    size_t list = out->length;
    bool warned = false;
    for (const char *part = cell; *part != '\0';) {
        size_t step, length = part_length(part, separators, first_bytes, &step);
        int r = put_part(parse, part, length, repeats, out, list, ret_why);
        if (r < 0) {
            cell_take_back(out, list);
            return r;
        }
        warned |= r > 0;
        part += length + step;
    }
    if (out->length == list)
        return fail(ret_why, -EINVAL, "%s 中没有内容", local_cell_quoted(cell));
    return warned ? 1 : 0;
}

static int part_name(const char *part, size_t length, struct text *out, struct failure *ret_why)
{
    return cell_put_folded(part, length, 0, LIMIT_NAME_BYTES, out, ret_why);
}

int local_cell_names(const char *cell, struct text *out, struct failure *ret_why)
{
    return cell_put_parts(cell, cell_name_separators, part_name, CELL_REPEATS_LEFT_OUT, out, ret_why);
}

static int part_code(const char *part, size_t length, struct text *out, struct failure *ret_why)
{
    return cell_put_folded(part, length, AS_CODE, CELL_CODE_BYTES, out, ret_why);
}

int local_cell_codes(const char *cell, struct text *out, struct failure *ret_why)
{
    return cell_put_parts(cell, cell_code_separators, part_code, CELL_REPEATS_LEFT_OUT, out, ret_why);
}

static int part_number(const char *part, size_t length, struct text *out, struct failure *ret_why)
{
    return cell_put_folded(part, length, FOLD_WIDTH | FOLD_UPPER, CELL_CODE_BYTES, out, ret_why);
}

int local_cell_numbers(const char *cell, struct text *out, struct failure *ret_why)
{
    return cell_put_parts(cell, cell_number_separators, part_number, CELL_REPEATS_LEFT_OUT, out, ret_why);
}

/* --- NAME or NAME@UNTIL ----------------------------------------------------------------------------------
 */

static const char *last_at(const char *string, size_t *ret_length)
{
    const char *ascii = strrchr(string, '@'), *wide = NULL;
    for (const char *at = string; (at = strstr(at, "＠")) != NULL; at += strlen("＠"))
        wide = at;
    bool is_wide = wide != NULL && (ascii == NULL || wide > ascii);
    *ret_length = is_wide ? strlen("＠") : 1;
    return is_wide ? wide : ascii;
}

static int put_dated_name(
    const char *name, size_t length, const char *date, struct text *out, struct failure *ret_why)
{
    size_t before = out->length;
    int r = cell_put_folded(name, length, 0, LIMIT_NAME_BYTES, out, ret_why);
    if (r < 0)
        return r;
    if (out->length == before)
        return fail(ret_why, -EINVAL, "%s 的 @ 前没有名称", local_cell_quoted(name));
    text_append_character(out, '@');
    return local_cell_date(date, out, ret_why);
}

static int part_former_name(const char *part, size_t length, struct text *out, struct failure *ret_why)
{
    struct text whole = TEXT_WITH_CEILING(LIMIT_NAME_BYTES);
    int r = cell_put_folded(part, length, 0, LIMIT_NAME_BYTES, &whole, ret_why);
    size_t width = 0;
    const char *at = r == 0 ? last_at(text_string(&whole), &width) : NULL;
    if (at != NULL)
        r = put_dated_name(whole.bytes, (size_t)(at - whole.bytes), at + width, out, ret_why);
    else if (r == 0)
        text_append(out, text_string(&whole), whole.length);
    text_free(&whole);
    return r;
}

int local_cell_former_names(const char *cell, struct text *out, struct failure *ret_why)
{
    return cell_put_parts(cell, cell_name_separators, part_former_name, CELL_REPEATS_LEFT_OUT, out, ret_why);
}

/* --- files -----------------------------------------------------------------------------------------------
 */

#define FILE_NAME_BYTES 200 /* a file system's 255, less what is added to tell two of a name apart */

static int part_file(const char *part, size_t length, struct text *out, struct failure *ret_why)
{
    size_t before = out->length;
    int r = cell_put_folded(part, length, 0, FILE_NAME_BYTES, out, ret_why);
    if (r < 0 || out->length == before)
        return r;
    const char *name = out->bytes + before;
    if (strpbrk(name, "/\\") != NULL)
        return fail(ret_why, -EINVAL, "%s 带有文件夹，只写文件名", local_cell_quoted(name));
    if (name[0] == '.')
        return fail(ret_why, -EINVAL, "%s 以点开头，不是可用的文件名", local_cell_quoted(name));
    return 0;
}

int local_cell_files(const char *cell, struct text *out, struct failure *ret_why)
{
    static const char *const separators[] = {";", "；", "|", "｜", "\n", NULL};
    return cell_put_parts(cell, separators, part_file, CELL_REPEATS_LEFT_OUT, out, ret_why);
}
