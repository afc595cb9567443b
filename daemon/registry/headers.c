#include "headers.h"

#include "fold.h"
#include "m13/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define HEADER_BYTES  1024
#define MESSAGE_BYTES 400

static bool same_header(const char *folded, const char *ours)
{
    struct text text = TEXT_WITH_CEILING(HEADER_BYTES);
    local_fold_header(ours, &text);
    bool same = strcmp(folded, text_string(&text)) == 0;
    text_free(&text);
    return same;
}

#define UNKNOWN INT32_MIN

/* Column of the kind that a folded header names, HEADER_..., or UNKNOWN. */
static int find_column(const struct local_kind *kind, const char *folded)
{
    if (*folded == '\0' || same_header(folded, "序号"))
        return HEADER_IGNORED;
    if (same_header(folded, "作废"))
        return HEADER_WITHDRAWS;
    for (size_t i = 0; i < kind->column_count; i++) {
        const struct local_column *column = &kind->columns[i];
        if (same_header(folded, column->key))
            return (int)i;
        for (const char *const *header = column->headers; *header != NULL; header++)
            if (same_header(folded, *header))
                return (int)i;
    }
    return UNKNOWN;
}

static bool has_column(const struct local_headers *headers, int column)
{
    for (size_t i = 0; i < headers->count; i++)
        if (headers->items[i].column == column)
            return true;
    return false;
}

static bool has_key(const struct local_headers *headers)
{
    for (size_t i = 0; i < headers->kind->column_count; i++)
        if (headers->kind->columns[i].is_key && !has_column(headers, (int)i))
            return false;
    return true;
}

static size_t count_unknown(const struct local_headers *headers)
{
    size_t unknown = 0;
    for (size_t i = 0; i < headers->count; i++)
        unknown += headers->items[i].column == UNKNOWN;
    return unknown;
}

static struct local_headers read_as(
    const struct local_kind *kind, const char *const *names, struct text *folded, size_t count)
{
    struct local_headers headers = {kind, memory_get_zeroed(count + 1, sizeof *headers.items), count};
    for (size_t i = 0; i < count; i++)
        headers.items[i] = (struct local_header){
            .text = memory_copy_string(names[i]),
            .column = find_column(kind, text_string(&folded[i])),
        };
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

static int fail_without_kind(const struct local_headers *known_to, struct failure *ret_why)
{
    struct text found = TEXT_WITH_CEILING(MESSAGE_BYTES), wanted = TEXT_WITH_CEILING(MESSAGE_BYTES);
    for (size_t i = 0; i < known_to->count; i++)
        append_name(&found, known_to->items[i].text);
    for (size_t k = 0; k < local_kind_count; k++) {
        text_append_format(&wanted, "%s%s表要有 ", k > 0 ? "；" : "", local_kinds[k].zh);
        struct text keys = TEXT_WITH_CEILING(MESSAGE_BYTES);
        for (size_t i = 0; i < local_kinds[k].column_count; i++)
            if (local_kinds[k].columns[i].is_key)
                append_name(&keys, local_kinds[k].columns[i].headers[0]);
        text_append_string(&wanted, text_string(&keys));
        text_free(&keys);
    }
    fail(ret_why, -EINVAL, "无法判断这是哪一种表。表头为：%s%s。%s", text_string(&found),
        found.overflowed ? "……" : "", text_string(&wanted));
    text_free(&found);
    text_free(&wanted);
    return -EINVAL;
}

static int fail_unknown(const struct local_headers *headers, struct failure *ret_why)
{
    struct text unknown = TEXT_WITH_CEILING(MESSAGE_BYTES);
    for (size_t i = 0; i < headers->count; i++)
        if (headers->items[i].column == UNKNOWN)
            append_name(&unknown, headers->items[i].text);
    fail(ret_why, -EINVAL, "%s表中没有这些列：%s%s。请改正列名，或删去这些列", headers->kind->zh,
        text_string(&unknown), unknown.overflowed ? "……" : "");
    text_free(&unknown);
    return -EINVAL;
}

static int fail_twice(const struct local_headers *headers, struct failure *ret_why)
{
    for (size_t i = 0; i < headers->count; i++)
        for (size_t j = 0; j < i && headers->items[i].column != HEADER_IGNORED; j++)
            if (headers->items[i].column == headers->items[j].column)
                return fail(ret_why, -EINVAL, "“%s”和“%s”两列是同一项，请只留一列", headers->items[j].text,
                    headers->items[i].text);
    return 0;
}

/* --- reading ---------------------------------------------------------------------------------------------
 */

/* Of the kinds whose key is there, the one that knows most of the columns; the first of equals. */
static struct local_headers best_kind(const char *const *names, struct text *folded, size_t count)
{
    struct local_headers best = read_as(&local_kinds[0], names, folded, count);
    bool best_has_key = has_key(&best);
    for (size_t k = 1; k < local_kind_count; k++) {
        struct local_headers headers = read_as(&local_kinds[k], names, folded, count);
        bool keyed = has_key(&headers);
        if ((keyed && !best_has_key) ||
            (keyed == best_has_key && count_unknown(&headers) < count_unknown(&best))) {
            local_headers_free(&best);
            best = headers;
            best_has_key = keyed;
        } else {
            local_headers_free(&headers);
        }
    }
    return best;
}

int local_headers_read(
    const char *const *names, size_t count, struct local_headers *ret_headers, struct failure *ret_why)
{
    struct text *folded = memory_get_zeroed(count + 1, sizeof *folded);
    for (size_t i = 0; i < count; i++) {
        folded[i] = TEXT_WITH_CEILING(HEADER_BYTES);
        local_fold_header(names[i], &folded[i]);
    }
    struct local_headers headers = best_kind(names, folded, count);
    for (size_t i = 0; i < count; i++)
        text_free(&folded[i]);
    free(folded);

    int r = !has_key(&headers)            ? fail_without_kind(&headers, ret_why)
            : count_unknown(&headers) > 0 ? fail_unknown(&headers, ret_why)
                                          : fail_twice(&headers, ret_why);
    if (r < 0)
        local_headers_free(&headers);
    else
        *ret_headers = headers;
    return r;
}

const struct local_header *local_header(const struct local_headers *headers, const char *name, size_t guess)
{
    if (guess < headers->count && strcmp(headers->items[guess].text, name) == 0)
        return &headers->items[guess];
    for (size_t i = 0; i < headers->count; i++)
        if (strcmp(headers->items[i].text, name) == 0)
            return &headers->items[i];
    return NULL;
}

const char *local_header_of(const struct local_headers *headers, int column)
{
    for (size_t i = 0; i < headers->count; i++)
        if (headers->items[i].column == column)
            return headers->items[i].text;
    return headers->kind->columns[column].headers[0];
}

void local_headers_free(struct local_headers *headers)
{
    for (size_t i = 0; i < headers->count; i++)
        free(headers->items[i].text);
    free(headers->items);
    *headers = (struct local_headers){0};
}
