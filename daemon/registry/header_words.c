#include "header_words.h"

#include "cells.h"
#include "fold.h"
#include "headers.h"
#include "m13/memory.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

/* Appends `text` folded, without the marks that people set beside a header. */
static void fold_header(const char *text, size_t length, struct text *out)
{
    static const char *const marks[] = {"_", "*", "※", "★", "☆", "●", "▲", "“", "”", "\"", "'"};
    struct text folded = TEXT_WITH_CEILING(HEADER_WORD_BYTES);
    local_fold(text, length, FOLD_WIDTH | FOLD_UPPER | FOLD_NO_BLANKS, &folded);
    if (folded.overflowed)
        text_append_string(out, "……"); /* no header, and no blank cell either */
    for (const char *byte = text_string(&folded); *byte != '\0';) {
        size_t mark = 0;
        for (size_t i = 0; i < LENGTH(marks) && mark == 0; i++)
            mark = string_starts(byte, marks[i]) ? strlen(marks[i]) : 0;
        if (mark == 0)
            text_append_character(out, *byte);
        byte += mark > 0 ? mark : 1;
    }
    text_free(&folded);
    while (out->length > 0 && (out->bytes[out->length - 1] == ':' || out->bytes[out->length - 1] == '.'))
        out->bytes[--out->length] = '\0';
}

/* --- units and hints -------------------------------------------------------------------------------------
 */

/* As without it; but who writes 元 means it, whatever stands above the table. */
static bool is_plain_unit(const char *text)
{
    return strcmp(text, "元") == 0 || strcmp(text, "原币元") == 0;
}

/* Whether an amount is one with it. */
static bool is_unit(const char *text)
{
    if (*text == '\0' || strpbrk(text, "0123456789.") != NULL)
        return false;
    struct text amount = TEXT_WITH_CEILING(HEADER_WORD_BYTES), ignored = TEXT_WITH_CEILING(CELL_TEXT_BYTES);
    text_append_format(&amount, "1%s", text);
    bool unit = strcmp(text, "%") == 0 || local_cell_amount(text_string(&amount), &ignored, NULL) == 0;
    text_free(&amount);
    text_free(&ignored);
    return unit;
}

/* 人民币万元 as amounts are written: 万元人民币. */
static char *unit_of(const char *text)
{
    static const char yuan[] = "人民币";
    struct text turned = TEXT_WITH_CEILING(HEADER_WORD_BYTES);
    if (string_starts(text, yuan))
        text_append_format(&turned, "%s%s", text + strlen(yuan), yuan);
    else
        text_append_string(&turned, text);
    char *unit = NULL;
    if (is_plain_unit(text_string(&turned)))
        unit = memory_copy_string("元");
    else if (is_unit(text_string(&turned)))
        unit = text_take(&turned);
    text_free(&turned);
    return unit;
}

/* Of "单位:万元,保留两位小数" the unit; 元 too. */
static char *find_unit(const char *hint, size_t length)
{
    char *copy = memory_copy_bytes(hint, length), *unit = NULL, *rest = copy;
    for (char *part; unit == NULL && (part = strsep(&rest, ",;:/()")) != NULL;)
        unit = unit_of(part);
    free(copy);
    return unit;
}

static const struct bracket {
    const char *open, *close;
} brackets[] = {{"(", ")"}, {"[", "]"}, {"【", "】"}, {"〔", "〕"}, {"{", "}"}, {"<", ">"}, {"《", "》"}};

/* Length of the bracket that begins here, with both ends; 0 = none. */
static size_t bracket_at(const char *cursor, const struct bracket **ret_bracket)
{
    for (size_t i = 0; i < LENGTH(brackets); i++) {
        if (!string_starts(cursor, brackets[i].open))
            continue;
        const char *close = strstr(cursor, brackets[i].close);
        *ret_bracket = &brackets[i];
        return close == NULL ? 0 : (size_t)(close - cursor) + strlen(brackets[i].close);
    }
    return 0;
}

static void drop_brackets(const char *whole, struct header_word *word)
{
    for (const char *cursor = whole; *cursor != '\0';) {
        const struct bracket *bracket = NULL;
        size_t length = bracket_at(cursor, &bracket);
        if (length == 0) {
            text_append_character(&word->bare, *cursor++);
            continue;
        }
        size_t open = strlen(bracket->open), close = strlen(bracket->close);
        if (word->unit == NULL)
            word->unit = find_unit(cursor + open, length - open - close);
        cursor += length;
    }
}

/* 1. 2、 3) ① in front, 必填 at either end, /万元 behind. */
static void drop_additions(struct header_word *word)
{
    static const char *const added[] = {"必填", "选填", "必填项", "选填项", "单选", "下拉选择"};
    struct text *bare = &word->bare;
    const char *string = text_string(bare);
    size_t start = 0, length = bare->length, digits = strspn(string, "0123456789");
    if (digits > 0 && strchr(".)", string[digits]) != NULL && string[digits] != '\0')
        start = digits + 1;
    else if (digits > 0 && string_starts(string + digits, "、"))
        start = digits + strlen("、");
    for (size_t i = 0; i < LENGTH(added); i++) {
        size_t extra = strlen(added[i]);
        if (length - start > extra && memcmp(string + length - extra, added[i], extra) == 0)
            length -= extra;
        if (length - start > extra && memcmp(string + start, added[i], extra) == 0)
            start += extra;
    }
    const char *slash = length > start ? memchr(string + start, '/', length - start) : NULL;
    char *unit = slash == NULL ? NULL : find_unit(slash + 1, (size_t)(string + length - slash - 1));
    if (unit != NULL) {
        length = (size_t)(slash - string);
        free(word->unit);
        word->unit = unit;
    }
    char *kept = memory_copy_bytes(string + start, length - start);
    text_clear(bare);
    text_append_string(bare, kept);
    free(kept);
}

static void find_bare_word(struct header_word *word)
{
    drop_brackets(text_string(&word->whole), word);
    drop_additions(word);
}

void header_word_read(const char *text, struct header_word *ret_word)
{
    header_word_read_below("", text, ret_word);
}

void header_word_read_below(const char *above, const char *text, struct header_word *ret_word)
{
    *ret_word = (struct header_word){
        .whole = TEXT_WITH_CEILING(HEADER_WORD_BYTES), .bare = TEXT_WITH_CEILING(HEADER_WORD_BYTES)};
    fold_header(above, strlen(above), &ret_word->whole);
    fold_header(text, strlen(text), &ret_word->whole);
    find_bare_word(ret_word);
}

void header_word_free(struct header_word *word)
{
    text_free(&word->whole);
    text_free(&word->bare);
    free(word->unit);
    word->unit = NULL;
}

/* --- all headers of all kinds ----------------------------------------------------------------------------
 */

struct known_header {
    char *word;
    size_t kind;
    int column;
};

/* In order of word; made when the first sheet is read, and kept. */
static struct known_header *known_headers;
static size_t known_count;

static void learn(const char *header, size_t kind, int column, size_t *capacity)
{
    struct text word = TEXT_WITH_CEILING(HEADER_WORD_BYTES);
    fold_header(header, strlen(header), &word);
    MEMORY_GROW(known_headers, known_count, *capacity);
    known_headers[known_count++] = (struct known_header){text_take(&word), kind, column};
}

static int by_word(const void *one, const void *other)
{
    const struct known_header *a = one, *b = other;
    return strcmp(a->word, b->word);
}

static void learn_all(void)
{
    size_t capacity = 0;
    for (size_t k = 0; k < local_kind_count; k++)
        for (size_t i = 0; i < local_kinds[k].column_count; i++) {
            const struct local_column *column = &local_kinds[k].columns[i];
            learn(column->key, k, (int)i, &capacity);
            for (const char *const *header = column->headers; *header != NULL; header++)
                learn(*header, k, (int)i, &capacity);
        }
    qsort(known_headers, known_count, sizeof *known_headers, by_word);
}

static int find_column(size_t kind, const char *word)
{
    if (known_count == 0)
        learn_all();
    size_t low = 0, high = known_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(known_headers[middle].word, word) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < known_count && strcmp(known_headers[low].word, word) == 0; low++)
        if (known_headers[low].kind == kind)
            return known_headers[low].column;
    return HEADER_UNKNOWN;
}

static int find_in_kind(size_t kind, const struct header_word *word)
{
    int column = find_column(kind, text_string(&word->whole));
    return column == HEADER_UNKNOWN && word->bare.length > 0 ? find_column(kind, text_string(&word->bare))
                                                             : column;
}

/* Columns that any table may have. */
static int find_common(const struct header_word *word)
{
    static const struct {
        const char *word;
        int column;
    } common[] = {{"", HEADER_IGNORED}, {"序号", HEADER_IGNORED}, {"行号", HEADER_IGNORED},
        {"NO", HEADER_IGNORED}, {"#", HEADER_IGNORED}, {"备注", HEADER_IGNORED}, {"全量", HEADER_IGNORED},
        {"作废", HEADER_WITHDRAWS}, {"是否作废", HEADER_WITHDRAWS}, {"作废标记", HEADER_WITHDRAWS}};
    for (size_t i = 0; i < LENGTH(common); i++)
        if (strcmp(text_string(&word->whole), common[i].word) == 0 ||
            (*common[i].word != '\0' && strcmp(text_string(&word->bare), common[i].word) == 0))
            return common[i].column;
    return header_word_is_reference(word) ? HEADER_IGNORED : HEADER_UNKNOWN;
}

/* Offices put a firm's name beside its code in every table; the code is what counts. */
static bool is_name_beside_code(size_t kind, const struct header_word *word)
{
    static const char *const owners[] = {"企业", "公司", "单位"};
    const struct local_kind *firms = local_kind("firms");
    bool owned = false;
    for (size_t i = 0; i < LENGTH(owners); i++)
        owned = owned || strstr(text_string(&word->bare), owners[i]) != NULL;
    return owned && local_column_index(&local_kinds[kind], "uscc") >= 0 &&
           find_in_kind((size_t)(firms - local_kinds), word) == local_column_index(firms, "name_zh");
}

int header_word_find(size_t kind, const struct header_word *word)
{
    int column = find_in_kind(kind, word);
    if (column == HEADER_UNKNOWN)
        column = find_common(word);
    return column == HEADER_UNKNOWN && is_name_beside_code(kind, word) ? HEADER_IGNORED : column;
}

bool header_word_is_personal(const struct header_word *word)
{
    static const char *const words[] = {"联系人", "联系电话", "电话", "手机", "手机号", "手机号码",
        "联系方式", "邮箱", "电子邮箱", "EMAIL", "E-MAIL", "微信", "微信号", "传真", "法人电话", "联系人电话",
        "联系人手机", "联系人邮箱"};
    for (size_t i = 0; i < LENGTH(words); i++)
        if (strcmp(text_string(&word->bare), words[i]) == 0)
            return true;
    return false;
}

bool header_word_is_reference(const struct header_word *word)
{
    return string_starts(text_string(&word->bare), "参考");
}

/* --- what a whole sheet says -----------------------------------------------------------------------------
 */

#define TITLE_BYTES 120 /* forty characters: longer text explains */

/* Folded, without the brackets at its ends. */
static void fold_title(const char *text, struct text *out)
{
    local_fold(text, strlen(text), FOLD_WIDTH | FOLD_UPPER | FOLD_NO_BLANKS, out);
    for (bool cut = true; cut && out->length > 0;) {
        cut = false;
        for (size_t i = 0; i < LENGTH(brackets); i++) {
            size_t close = strlen(brackets[i].close);
            if (string_ends(text_string(out), brackets[i].close)) {
                out->length -= close;
                out->bytes[out->length] = '\0';
                cut = true;
            }
        }
    }
}

bool header_says_full_list(const char *text)
{
    static const char *const lists[] = {
        "全量", "全量表", "全量清单", "全量名单", "全量数据", "全量报送", "全量更新"};
    /* "本次只报变更，全量见附件二" says the contrary */
    static const char *const denials[] = {",", "。", ";", "?", "见", "另", "附", "变更", "变动", "增", "为准",
        "上月", "上年", "上次", "非", "不", "否", "如", "若", "请", "无", "未", "曾", "补充", "部分"};
    struct text folded = TEXT_WITH_CEILING(TITLE_BYTES);
    fold_title(text, &folded);
    const char *title = text_string(&folded);
    bool says = false;
    for (size_t i = 0; i < LENGTH(lists); i++)
        says = says || string_ends(title, lists[i]);
    says = (says || string_starts(title, "全量")) && !folded.overflowed;
    for (size_t i = 0; i < LENGTH(denials); i++)
        says = says && strstr(title, denials[i]) == NULL;
    text_free(&folded);
    return says;
}

static char *unit_of_cell(const char *cell)
{
    struct text folded = TEXT_WITH_CEILING(HEADER_WORD_BYTES);
    local_fold(cell, strlen(cell), FOLD_WIDTH | FOLD_UPPER | FOLD_NO_BLANKS, &folded);
    char *unit = unit_of(text_string(&folded));
    text_free(&folded);
    return unit;
}

char *header_unit_of_note(const char *text, const char *next)
{
    struct text folded = TEXT_WITH_CEILING(HEADER_WORD_BYTES);
    local_fold(text, strlen(text), FOLD_WIDTH | FOLD_UPPER | FOLD_NO_BLANKS, &folded);
    const char *at = strstr(text_string(&folded), "单位");
    char *unit = NULL;
    for (; at != NULL && unit == NULL; at = strstr(at, "单位")) {
        at += strlen("单位");
        const char *hint = at + strspn(at, ":(");
        unit = find_unit(hint, strcspn(hint, ",;)"));
        if (*hint == '\0' && next != NULL)
            unit = unit_of_cell(next);
    }
    text_free(&folded);
    return unit;
}

enum header_sheet header_sheet_of(const char *sheet)
{
    static const char *const notes[] = {"说明", "填写说明", "填表说明", "填报说明", "使用说明", "README"};
    static const char *const perhaps[] = {
        "说明", "README", "须知", "目录", "字典", "代码表", "指南", "示例", "样表"};
    struct text folded = TEXT_WITH_CEILING(TITLE_BYTES);
    local_fold(sheet, strlen(sheet), FOLD_WIDTH | FOLD_UPPER | FOLD_NO_BLANKS, &folded);
    enum header_sheet found = HEADER_SHEET_OF_DATA;
    for (size_t i = 0; i < LENGTH(perhaps); i++)
        if (strstr(text_string(&folded), perhaps[i]) != NULL)
            found = HEADER_SHEET_UNCLEAR;
    for (size_t i = 0; i < LENGTH(notes); i++)
        if (strcmp(text_string(&folded), notes[i]) == 0)
            found = HEADER_SHEET_OF_NOTES;
    text_free(&folded);
    return found;
}
