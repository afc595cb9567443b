#include "headers.h"

#include "cells.h"
#include "header_columns.h"
#include "m13/memory.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* Titles, notes and a form's head above the headers are fewer; so much is looked at. */
#define HEADER_ROWS_MOST 20

/* How well a row reads as the header of a kind. */
struct header_fit {
    size_t kind;
    size_t known, unknown; /* columns */
    size_t keys;           /* key columns of the kind, when they are all there */
    bool keyed;
};

struct local_header_search {
    struct header_row above; /* the last row that was not blank */
    size_t rows;             /* not blank, so far */
    enum header_sheet sheet;
    bool full_list;
    char *unit;          /* 单位：万元 in a cell above the headers; NULL */
    size_t failed_score; /* of the row that came nearest to a header */
    const struct local_kind *failed_kind;
    bool personal; /* a row that nearly was a header has columns for names, telephones, addresses */
    struct failure failure;
};

struct local_header_search *local_header_search_new(const char *sheet)
{
    struct local_header_search *search = memory_get_zeroed(1, sizeof *search);
    search->sheet = header_sheet_of(sheet);
    search->full_list = header_says_full_list(sheet);
    return search;
}

void local_header_search_free(struct local_header_search *search)
{
    if (search == NULL)
        return;
    header_row_free(&search->above);
    free(search->unit);
    free(search);
}

/* --- which kind ------------------------------------------------------------------------------------------
 */

static bool has_instead_of_key(const struct local_kind *kind, const bool *present)
{
    for (size_t n = 0; n < 2 && kind->key_instead[n] != NULL; n++)
        if (present[local_column_index(kind, kind->key_instead[n])])
            return true;
    return false;
}

static struct header_fit fit_of(size_t kind, const struct header_columns *columns)
{
    struct header_fit fit = {.kind = kind};
    bool present[LOCAL_COLUMNS] = {false};
    const struct header_word *word;
    for (size_t i = 0; i < columns->count; i++) {
        int column = header_column_find(kind, &columns->items[i], &word);
        fit.unknown += column == HEADER_UNKNOWN;
        fit.known += column >= 0 || column == HEADER_WITHDRAWS;
        if (column >= 0)
            present[column] = true;
    }
    size_t keys = 0;
    for (size_t i = 0; i < local_kinds[kind].column_count; i++)
        if (local_kinds[kind].columns[i].is_key) {
            keys++;
            fit.keys += present[i];
        }
    fit.keyed = fit.keys == keys || has_instead_of_key(&local_kinds[kind], present);
    return fit;
}

/* Above 0: better than the other. A kind with its key wins; then the one that knows more of the columns, and
 * the one of which the key tells more. */
static int compare_fits(const struct header_fit *fit, const struct header_fit *other)
{
    if (fit->keyed != other->keyed)
        return fit->keyed ? 1 : -1;
    if (fit->unknown != other->unknown)
        return fit->unknown < other->unknown ? 1 : -1;
    if (fit->keys != other->keys)
        return fit->keys > other->keys ? 1 : -1;
    return 0;
}

/* *ret_equal: another kind that fits as well, or the same. */
static struct header_fit best_fit(const struct header_columns *columns, size_t *ret_equal)
{
    struct header_fit best = fit_of(0, columns);
    *ret_equal = 0;
    for (size_t k = 1; k < local_kind_count; k++) {
        struct header_fit fit = fit_of(k, columns);
        int better = compare_fits(&fit, &best);
        if (better > 0) {
            best = fit;
            *ret_equal = k;
        } else if (better == 0) {
            *ret_equal = k;
        }
    }
    return best;
}

static bool is_amount(const struct local_kind *kind, int column)
{
    static local_cell_parser *const parsers[] = {
        local_cell_amount, local_cell_amount_cny, local_cell_positive_cny};
    for (size_t i = 0; i < sizeof parsers / sizeof parsers[0]; i++)
        if (column >= 0 && kind->columns[column].parse == parsers[i])
            return true;
    return false;
}

static bool is_percent(const struct local_kind *kind, int column)
{
    return column >= 0 && kind->columns[column].parse == local_cell_percent;
}

/* The header's own unit goes before the one above the table. */
static char *unit_of(const struct local_header_search *search, const struct header_word *word,
    const struct local_headers *headers, int column)
{
    bool amount = is_amount(headers->kind, column);
    const char *unit = word->unit != NULL ? word->unit : amount ? search->unit : NULL;
    if (unit == NULL || strcmp(unit, "元") == 0 ||
        (strcmp(unit, "%") == 0) != is_percent(headers->kind, column))
        return NULL;
    return amount || is_percent(headers->kind, column) ? memory_copy_string(unit) : NULL;
}

static struct local_headers take(
    const struct local_header_search *search, size_t kind, const struct header_columns *columns)
{
    struct local_headers headers = {.kind = &local_kinds[kind],
        .items = memory_get_zeroed(columns->count + 1, sizeof *headers.items),
        .count = columns->count,
        .full_list = search->full_list};
    for (size_t i = 0; i < columns->count; i++) {
        const struct header_word *word = NULL;
        struct local_header *item = &headers.items[i];
        item->text =
            memory_copy_string(header_is_blank(columns->items[i].text) ? "" : columns->items[i].text);
        item->column = header_column_find(kind, &columns->items[i], &word);
        item->unit = unit_of(search, word, &headers, item->column);
        item->unit_told = word->unit != NULL || search->unit != NULL;
        headers.reference |= header_word_is_reference(word);
        headers.full_list |= item->column == HEADER_IGNORED && header_says_full_list(item->text);
    }
    return headers;
}

/* --- what is wrong ---------------------------------------------------------------------------------------
 */

static void append_name(struct text *list, const char *name)
{
    if (list->length > 0)
        text_append_string(list, "、");
    text_append_string(list, name);
}

/* A header, and not somebody's address or number in a table without headers: such stay out of messages. */
static bool may_be_shown(const char *text)
{
    size_t digits = 0;
    for (const char *byte = text; *byte != '\0'; byte++)
        digits += *byte >= '0' && *byte <= '9';
    return digits < 7 && strchr(text, '@') == NULL && strstr(text, "://") == NULL;
}

/* One that may not be hides them all: it is no header. */
static bool may_all_be_shown(const struct header_columns *columns)
{
    for (size_t i = 0; i < columns->count; i++)
        if (!may_be_shown(columns->items[i].text))
            return false;
    return true;
}

static void list_kinds(struct text *list)
{
    for (size_t k = 0; k < local_kind_count; k++) {
        struct text keys = TEXT_WITH_CEILING(200);
        for (size_t i = 0; i < local_kinds[k].column_count; i++)
            if (local_kinds[k].columns[i].is_key)
                append_name(&keys, local_kinds[k].columns[i].headers[0]);
        text_append_format(list, "%s%s：%s", k > 0 ? "；" : "", local_kinds[k].zh, text_string(&keys));
        text_free(&keys);
    }
}

static void fail_without_kind(const struct header_columns *columns, bool any_known, struct failure *ret_why)
{
    struct text found = TEXT_WITH_CEILING(150), kinds = TEXT_WITH_CEILING(850);
    bool shown = any_known && may_all_be_shown(columns);
    for (size_t i = 0; shown && i < columns->count; i++)
        if (!header_is_blank(columns->items[i].text))
            append_name(&found, columns->items[i].text);
    list_kinds(&kinds);
    fail(ret_why, -EINVAL, "无法判断这是哪一种表%s%s。各表必须有的列：%s",
        found.length > 0 ? "，表头为 " : "", text_string(&found), text_string(&kinds));
    text_free(&found);
    text_free(&kinds);
}

/* True when the unknown columns are somebody's name, telephone or address. */
static bool fail_unknown(size_t kind, const struct header_columns *columns, struct failure *ret_why)
{
    struct text unknown = TEXT_WITH_CEILING(400);
    const struct header_word *word;
    bool shown = may_all_be_shown(columns), personal = false;
    for (size_t i = 0; i < columns->count; i++) {
        if (header_column_find(kind, &columns->items[i], &word) != HEADER_UNKNOWN)
            continue;
        append_name(&unknown, shown ? columns->items[i].text : "……");
        personal |= header_word_is_personal(word);
    }
    fail(ret_why, -EINVAL, "%s表中没有这些列：%s%s。请改正列名，或删去这些列%s", local_kinds[kind].zh,
        text_string(&unknown), unknown.overflowed ? "……" : "",
        personal && !local_kinds[kind].personal
            ? "；联系人和电话、邮箱不收在这张表里，请另填联系方式表；为保护个人信息，此文件不留存"
            : "");
    text_free(&unknown);
    return personal;
}

static bool is_doubled(const struct local_headers *headers, struct failure *ret_why)
{
    for (size_t i = 0; i < headers->count; i++)
        for (size_t j = 0; j < i && headers->items[i].column != HEADER_IGNORED; j++)
            if (headers->items[i].column == headers->items[j].column) {
                fail(ret_why, -EINVAL, "“%s”和“%s”两列是同一项，请只留一列", headers->items[j].text,
                    headers->items[i].text);
                return true;
            }
    return false;
}

/* Keeps the reason of the row that came nearest. */
static void note_failure(struct local_header_search *search, size_t score, const struct local_kind *kind,
    const struct failure *why)
{
    if (score <= search->failed_score)
        return;
    search->failed_score = score;
    search->failed_kind = kind;
    search->failure = *why;
}

/* --- searching -------------------------------------------------------------------------------------------
 */

#define SCORE_KEYED 10000

static bool try_columns(struct local_header_search *search, const struct header_columns *columns,
    struct local_headers *ret_headers)
{
    struct failure why = {0};
    size_t equal;
    struct header_fit fit = best_fit(columns, &equal);
    size_t score = 1 + 2 * fit.known + (fit.keyed ? SCORE_KEYED : 0);
    if (!fit.keyed) {
        fail_without_kind(columns, fit.known > 0, &why);
    } else if (fit.unknown > 0) {
        search->personal |= fail_unknown(fit.kind, columns, &why);
    } else if (equal != fit.kind) {
        fail(&why, -EINVAL, "看表头，这可能是%s表，也可能是%s表；请补上能区分的列", local_kinds[fit.kind].zh,
            local_kinds[equal].zh);
    } else {
        *ret_headers = take(search, fit.kind, columns);
        if (!is_doubled(ret_headers, &why))
            return true;
        local_headers_free(ret_headers);
    }
    note_failure(search, score, fit.keyed ? &local_kinds[fit.kind] : NULL, &why);
    return false;
}

/* Two levels first: of a header that is good by itself the cells above its blank ones may belong to it, 序号
 * that is merged over both. */
static bool try_row(
    struct local_header_search *search, const struct header_row *row, struct local_headers *ret_headers)
{
    bool found = false;
    if (search->above.count > 0) {
        struct header_columns both = header_columns_of_rows(&search->above, row);
        found = try_columns(search, &both, ret_headers);
        header_columns_free(&both);
    }
    if (!found) {
        struct header_columns columns = header_columns_of_row(row);
        found = try_columns(search, &columns, ret_headers);
        header_columns_free(&columns);
    }
    return found;
}

/* None of its rows looks like a table of ours, and its name does not promise one. */
static bool is_for_people(const struct local_header_search *search)
{
    return search->sheet == HEADER_SHEET_OF_NOTES || search->rows == 0 ||
           (search->sheet == HEADER_SHEET_UNCLEAR && search->failed_kind == NULL);
}

/* A title or note above the table. */
static void read_note(struct local_header_search *search, const struct header_row *row)
{
    for (size_t i = 0; i < row->count; i++) {
        search->full_list |= header_says_full_list(row->cells[i]);
        char *unit = header_unit_of_note(row->cells[i], i + 1 < row->count ? row->cells[i + 1] : NULL);
        if (unit == NULL)
            continue;
        free(search->unit);
        search->unit = unit;
    }
}

enum header_found local_header_search_row(struct local_header_search *search, const char *const *cells,
    size_t count, struct local_headers *ret_headers, struct failure *ret_why)
{
    if (search->sheet == HEADER_SHEET_OF_NOTES)
        return HEADER_NOT_YET;
    struct header_row row = header_row_copy(cells, count);
    if (header_row_is_blank(&row)) {
        header_row_free(&row);
        return HEADER_NOT_YET;
    }
    bool found = try_row(search, &row, ret_headers);
    if (!found)
        read_note(search, &row);
    header_row_free(&search->above);
    search->above = row;
    if (found)
        return HEADER_FOUND;
    if (++search->rows < HEADER_ROWS_MOST || is_for_people(search))
        return HEADER_NOT_YET;
    *ret_why = search->failure;
    return HEADER_FAILED;
}

bool local_header_search_end(const struct local_header_search *search, struct failure *ret_why)
{
    *ret_why = search->failure;
    return is_for_people(search);
}

bool local_header_search_is_personal(const struct local_header_search *search)
{
    return search->personal || (search->failed_kind != NULL && search->failed_kind->personal);
}

/* --- found -----------------------------------------------------------------------------------------------
 */

const char *local_header_of(const struct local_headers *headers, int column)
{
    for (size_t i = 0; i < headers->count; i++)
        if (headers->items[i].column == column)
            return headers->items[i].text;
    return headers->kind->columns[column].headers[0];
}

void local_headers_free(struct local_headers *headers)
{
    for (size_t i = 0; i < headers->count; i++) {
        free(headers->items[i].text);
        free(headers->items[i].unit);
    }
    free(headers->items);
    *headers = (struct local_headers){0};
}
