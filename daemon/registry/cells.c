#include "cells.h"

#include "codes.h"
#include "fold.h"
#include "m13/date.h"
#include "m13/limits.h"
#include "m13/registry.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define AS_CODE (FOLD_WIDTH | FOLD_UPPER | FOLD_NO_BLANKS)

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

/* --- text and lists --------------------------------------------------------------------------------------
 */

/* Folds into `out`; too long is the one fault that free text can have. */
static int put_folded(
    const char *cell, size_t length, unsigned how, size_t most, struct text *out, struct failure *ret_why)
{
    struct text folded = TEXT_WITH_CEILING(most);
    local_fold(cell, length, how, &folded);
    if (folded.overflowed) {
        text_free(&folded);
        return fail(ret_why, -E2BIG, "内容过长：%zu 字节，最多 %zu 字节", length, most);
    }
    text_append(out, text_string(&folded), folded.length);
    text_free(&folded);
    return 0;
}

int local_cell_text(const char *cell, struct text *out, struct failure *ret_why)
{
    return put_folded(cell, strlen(cell), 0, CELL_TEXT_BYTES, out, ret_why);
}

int local_cell_name(const char *cell, struct text *out, struct failure *ret_why)
{
    return put_folded(cell, strlen(cell), 0, LIMIT_NAME_BYTES, out, ret_why);
}

/* Length of the separator at `cursor`, 0 = none. Commas part nothing: "Co., Ltd." */
static size_t separator_at(const char *cursor, const char *const *separators)
{
    for (; *separators != NULL; separators++)
        if (string_starts(cursor, *separators))
            return strlen(*separators);
    return 0;
}

typedef int part_parser(const char *part, size_t length, struct text *out, struct failure *ret_why);

/* Each part of the cell through `parse`, joined by '|'; empty parts are left out. */
static int put_parts(const char *cell, const char *const *separators, part_parser *parse, struct text *out,
    struct failure *ret_why)
{
    if (strlen(cell) > CELL_TEXT_BYTES)
        return fail(ret_why, -E2BIG, "内容过长：%zu 字节，最多 %d 字节", strlen(cell), CELL_TEXT_BYTES);
    size_t before = out->length;
    for (const char *part = cell; *part != '\0';) {
        size_t length = 0, step = 0;
        while (part[length] != '\0' && (step = separator_at(part + length, separators)) == 0)
            length++;
        struct text one = TEXT_WITH_CEILING(CELL_TEXT_BYTES);
        int r = parse(part, length, &one, ret_why);
        if (r == 0 && one.length > 0) {
            if (out->length > before)
                text_append_character(out, '|');
            text_append(out, one.bytes, one.length);
        }
        text_free(&one);
        if (r < 0)
            return r;
        part += length + step;
    }
    return out->length > before ? 0 : fail(ret_why, -EINVAL, "%s 中没有内容", local_cell_quoted(cell));
}

static const char *const name_separators[] = {";", "；", "|", "｜", "、", "\n", NULL};
static const char *const number_separators[] = {";", "；", "|", "｜", "、", ",", "，", "\n", NULL};
static const char *const code_separators[] = {
    ";", "；", "|", "｜", "、", ",", "，", " ", "\t", "\n", "　", NULL};

static int part_name(const char *part, size_t length, struct text *out, struct failure *ret_why)
{
    return put_folded(part, length, 0, LIMIT_NAME_BYTES, out, ret_why);
}

int local_cell_names(const char *cell, struct text *out, struct failure *ret_why)
{
    return put_parts(cell, name_separators, part_name, out, ret_why);
}

/* NAME or NAME@UNTIL. */
static int part_former_name(const char *part, size_t length, struct text *out, struct failure *ret_why)
{
    struct text whole = TEXT_WITH_CEILING(LIMIT_NAME_BYTES);
    int r = put_folded(part, length, 0, LIMIT_NAME_BYTES, &whole, ret_why);
    char *at = r == 0 && whole.length > 0 ? strrchr(whole.bytes, '@') : NULL;
    if (at == NULL)
        at = r == 0 && whole.length > 0 ? strstr(whole.bytes, "＠") : NULL;
    if (r == 0 && at == NULL) {
        text_append(out, text_string(&whole), whole.length);
    } else if (r == 0) {
        r = put_folded(whole.bytes, (size_t)(at - whole.bytes), 0, LIMIT_NAME_BYTES, out, ret_why);
        text_append_character(out, '@');
        if (r == 0 && at == whole.bytes)
            r = fail(ret_why, -EINVAL, "%s 的 @ 前没有名称", local_cell_quoted(whole.bytes));
        if (r == 0)
            r = local_cell_date(at + (*at == '@' ? 1 : strlen("＠")), out, ret_why);
    }
    text_free(&whole);
    return r;
}

int local_cell_former_names(const char *cell, struct text *out, struct failure *ret_why)
{
    return put_parts(cell, name_separators, part_former_name, out, ret_why);
}

/* --- codes -----------------------------------------------------------------------------------------------
 */

static int part_code(const char *part, size_t length, struct text *out, struct failure *ret_why)
{
    return put_folded(part, length, AS_CODE, CELL_CODE_BYTES, out, ret_why);
}

int local_cell_codes(const char *cell, struct text *out, struct failure *ret_why)
{
    return put_parts(cell, code_separators, part_code, out, ret_why);
}

/* Approval numbers may hold blanks, so these part nothing. */
static int part_number(const char *part, size_t length, struct text *out, struct failure *ret_why)
{
    return put_folded(part, length, FOLD_WIDTH | FOLD_UPPER, CELL_CODE_BYTES, out, ret_why);
}

int local_cell_numbers(const char *cell, struct text *out, struct failure *ret_why)
{
    return put_parts(cell, number_separators, part_number, out, ret_why);
}

/* Keys are joined by '|', so no part of one may hold it. */
static int put_without_bar(const char *cell, unsigned how, struct text *out, struct failure *ret_why)
{
    size_t before = out->length;
    int r = put_folded(cell, strlen(cell), how, CELL_CODE_BYTES, out, ret_why);
    if (r == 0 && strchr(text_string(out) + before, '|') != NULL)
        return fail(ret_why, -EINVAL, "%s 中不能有竖线（|）", local_cell_quoted(cell));
    return r;
}

int local_cell_code(const char *cell, struct text *out, struct failure *ret_why)
{
    return put_without_bar(cell, FOLD_WIDTH, out, ret_why);
}

int local_cell_number(const char *cell, struct text *out, struct failure *ret_why)
{
    return put_without_bar(cell, FOLD_WIDTH | FOLD_UPPER, out, ret_why);
}

int local_cell_uscc(const char *cell, struct text *out, struct failure *ret_why)
{
    struct text code = TEXT_WITH_CEILING(CELL_CODE_BYTES);
    local_fold(cell, strlen(cell), AS_CODE, &code);
    int r = 0;
    switch (code.overflowed ? USCC_SHAPE_WRONG : uscc_check(text_string(&code))) {
    case USCC_GOOD:
        break;
    case USCC_CHECK_WRONG:
        fail(ret_why, 0, "%s 的校验码不符，请核对", local_cell_quoted(cell));
        r = 1;
        break;
    case USCC_SHAPE_WRONG:
        r = fail(ret_why, -EINVAL, "%s 不是统一社会信用代码", local_cell_quoted(cell));
        break;
    }
    if (r >= 0)
        text_append(out, text_string(&code), code.length);
    text_free(&code);
    return r;
}

/* A word of the table, however written. */
static int put_word(
    const struct code_word *table, size_t count, const char *cell, struct text *out, struct failure *ret_why)
{
    struct text folded = TEXT_WITH_CEILING(CELL_CODE_BYTES);
    local_fold(cell, strlen(cell), AS_CODE, &folded);
    const char *code = folded.overflowed ? NULL : local_code(table, count, text_string(&folded));
    text_free(&folded);
    if (code == NULL)
        return fail(ret_why, -EINVAL, "无法识别 %s", local_cell_quoted(cell));
    text_append_string(out, code);
    return 0;
}

int local_cell_yes_no(const char *cell, struct text *out, struct failure *ret_why)
{
    return put_word(yes_no_words, yes_no_word_count, cell, out, ret_why);
}

int local_cell_country(const char *cell, struct text *out, struct failure *ret_why)
{
    return put_word(country_words, country_word_count, cell, out, ret_why);
}

int local_cell_currency(const char *cell, struct text *out, struct failure *ret_why)
{
    return put_word(currency_words, currency_word_count, cell, out, ret_why);
}

int local_cell_status(const char *cell, struct text *out, struct failure *ret_why)
{
    return put_word(firm_status_words, firm_status_word_count, cell, out, ret_why);
}

int local_cell_class(const char *cell, struct text *out, struct failure *ret_why)
{
    return put_word(device_class_words, device_class_word_count, cell, out, ret_why);
}

int local_cell_district(const char *cell, struct text *out, struct failure *ret_why)
{
    static const char *const prefixes[] = {"北京市", "北京"};
    if (put_word(district_words, district_word_count, cell, out, ret_why) == 0)
        return 0;
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++)
        if (string_starts(cell, prefixes[i]) &&
            put_word(district_words, district_word_count, cell + strlen(prefixes[i]), out, NULL) == 0)
            return 0;
    return -EINVAL;
}

/* The measure's list is open (等): a code that is none of ours stays as it is, with a warning, for a person
 * to judge its cases. */
int local_cell_authority(const char *cell, struct text *out, struct failure *ret_why)
{
    if (put_word(authority_words, authority_word_count, cell, out, NULL) == 0)
        return 0;
    struct text folded = TEXT_WITH_CEILING(CELL_CODE_BYTES);
    local_fold(cell, strlen(cell), AS_CODE, &folded);
    const char *code = text_string(&folded);
    size_t length = strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");
    int r;
    if (folded.overflowed || length < 2 || length > 24 || code[length] != '\0') {
        r = fail(ret_why, -EINVAL, "无法识别 %s", local_cell_quoted(cell));
    } else {
        fail(ret_why, 0, "%s 不在第13条列名的机构代码中，已按原文保留", local_cell_quoted(cell));
        text_append(out, code, length);
        r = 1;
    }
    text_free(&folded);
    return r;
}

/* --- dates and amounts -----------------------------------------------------------------------------------
 */

int local_cell_date(const char *cell, struct text *out, struct failure *ret_why)
{
    static const enum date_form forms[] = {DATE_FORM_ISO, DATE_FORM_SLASH, DATE_FORM_ZH};
    struct text folded = TEXT_WITH_CEILING(CELL_CODE_BYTES);
    local_fold(cell, strlen(cell), AS_CODE, &folded);
    struct date date = DATE_NONE;
    int r = folded.length == 0 ? -EINVAL : 1;
    for (size_t i = 0; r > 0 && i < sizeof forms / sizeof forms[0]; i++)
        if (date_parse(folded.bytes, forms[i], &date) == 0)
            r = 0;
    if (r > 0) { /* 2026-1-5, as people type it */
        for (char *byte = folded.bytes; *byte != '\0'; byte++)
            *byte = *byte == '-' ? '/' : *byte;
        r = date_parse(folded.bytes, DATE_FORM_SLASH, &date);
    }
    text_free(&folded);
    if (r < 0)
        return fail(ret_why, -EINVAL, "%s 不是日期", local_cell_quoted(cell));
    char string[DATE_STRING_BYTES];
    text_append_string(out, date_format(date, string));
    return 0;
}

#define AMOUNT_DIGITS   15 /* before the point: what a spreadsheet still holds exactly */
#define AMOUNT_DECIMALS 6

/* Digits up to the point, in groups of three where there are commas: "1,5" is a decimal comma and not 15. */
static const char *read_whole_part(const char *cursor, struct text *digits)
{
    int group = 0, groups = 1;
    for (; isdigit((unsigned char)*cursor) || *cursor == ','; cursor++) {
        if (*cursor != ',') {
            text_append_character(digits, *cursor);
            group++;
        } else {
            if (group == 0 || group > 3 || (groups > 1 && group != 3))
                return NULL;
            groups++;
            group = 0;
        }
    }
    return digits->length > 0 && (groups == 1 || group == 3) ? cursor : NULL;
}

/* Appends the canonical amount; false when it is none. */
static bool read_amount(const char *cursor, struct text *out)
{
    struct text digits = TEXT_WITH_CEILING(AMOUNT_DIGITS);
    if (*cursor == '-') {
        text_append_character(out, '-');
        cursor++;
    }
    cursor = read_whole_part(cursor, &digits);
    bool good = cursor != NULL && !digits.overflowed;
    if (good) {
        const char *first = digits.bytes;
        while (first[0] == '0' && first[1] != '\0')
            first++;
        text_append_string(out, first);
    }
    text_free(&digits);
    if (good && *cursor == '.') {
        size_t decimals = strspn(cursor + 1, "0123456789");
        good = decimals > 0 && decimals <= AMOUNT_DECIMALS;
        text_append(out, cursor, decimals + 1);
        cursor += decimals + 1;
    }
    return good && *cursor == '\0';
}

int local_cell_amount(const char *cell, struct text *out, struct failure *ret_why)
{
    struct text folded = TEXT_WITH_CEILING(CELL_CODE_BYTES), amount = TEXT_WITH_CEILING(CELL_CODE_BYTES);
    local_fold(cell, strlen(cell), AS_CODE, &folded);
    const char *string = text_string(&folded);
    int r = 0;
    if (folded.overflowed || !read_amount(string, &amount)) {
        bool ruined = string[strspn(string, "0123456789.")] == 'E';
        r = fail(ret_why, -EINVAL, ruined ? "%s 已被表格软件改成科学计数，原数已失真" : "%s 不是金额",
            local_cell_quoted(cell));
    } else {
        text_append(out, amount.bytes, amount.length);
    }
    text_free(&folded);
    text_free(&amount);
    return r;
}
