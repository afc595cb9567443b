#include "table_header.h"

#include "m13/limits.h"
#include "m13/log.h"
#include "m13/memory.h"
#include "m13/text.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

/* No character of one name becomes more than 18 by NFKC, few become more than one. */
#define UNITS (2 * LIMIT_HEADER_NAME)

/* A source as the definition writes it, taken apart. */
struct wanted {
    char *name; /* folded */
    bool prefix, optional;
    size_t nth;  /* 0 = there must be only one */
    bool shared; /* another source wants the second of this name: then this is the first */
};

struct table_header {
    const struct source_list *sources;
    struct clean_rules rules;
    const UNormalizer2 *nfkc;
    struct wanted *wanted; /* by source */
    size_t *columns;       /* by source */
    struct text cells;     /* of the row, folded, each with a NUL behind it */
    size_t starts[LIMIT_CSV_COLUMNS];
    size_t count;
    size_t nearest;      /* sources found in the row that came nearest */
    struct text missing; /* in that row, for people */
    UChar units[UNITS], folded[UNITS];
};

/* --- names -----------------------------------------------------------------------------------------------
 */

/* Appends NFKC of clean UTF-8; what is too long for a name stays as it is. */
static void append_nfkc(struct table_header *header, const char *bytes, size_t length, struct text *out)
{
    char utf8[3 * LIMIT_HEADER_NAME];
    int32_t units, folded, written;
    UErrorCode code = U_ZERO_ERROR;
    u_strFromUTF8(
        header->units, UNITS, &units, bytes, length <= INT32_MAX ? (int32_t)length : INT32_MAX, &code);
    folded = unorm2_normalize(
        header->nfkc, header->units, U_SUCCESS(code) ? units : 0, header->folded, UNITS, &code);
    u_strToUTF8(utf8, sizeof utf8, &written, header->folded, U_SUCCESS(code) ? folded : 0, &code);
    if (U_SUCCESS(code))
        text_append(out, utf8, (size_t)written);
    else
        text_append(out, bytes, length);
}

static void append_name(struct table_header *header, const char *bytes, size_t length, struct text *out)
{
    struct text clean = TEXT_WITH_CEILING(3 * LIMIT_HEADER_NAME);
    int64_t ignored = 0;
    clean_append(bytes, length < LIMIT_HEADER_NAME ? length : utf8_cut(bytes, LIMIT_HEADER_NAME),
        header->rules, &clean, &ignored);
    append_nfkc(header, text_string(&clean), clean.length, out);
    text_free(&clean);
}

/* Takes a trailing #2 off: its number, 0 = there is none. */
static size_t take_place(const char *name, size_t *length)
{
    size_t digits = 0, number = 0;
    while (digits < *length && digits < 3 && name[*length - 1 - digits] >= '0' &&
           name[*length - 1 - digits] <= '9')
        digits++;
    if (digits == 0 || digits + 1 >= *length || name[*length - 1 - digits] != '#')
        return 0;
    for (size_t i = *length - digits; i < *length; i++)
        number = number * 10 + (size_t)(name[i] - '0');
    *length -= number > 0 ? digits + 1 : 0;
    return number;
}

static bool take_mark(const char *name, char mark, size_t *length)
{
    bool found = *length > 1 && name[*length - 1] == mark;
    *length -= found;
    return found;
}

static void take_apart(struct table_header *header, const char *source, struct wanted *ret_wanted)
{
    struct text name = TEXT_WITH_CEILING(3 * LIMIT_HEADER_NAME);
    size_t length = strlen(source);
    ret_wanted->optional = take_mark(source, '?', &length);
    ret_wanted->nth = take_place(source, &length);
    ret_wanted->prefix = take_mark(source, '*', &length);
    append_name(header, source, length, &name);
    ret_wanted->name = text_take(&name);
}

static void note_shared(struct table_header *header)
{
    for (size_t i = 0; i < header->sources->count; i++)
        for (size_t j = 0; j < header->sources->count; j++) {
            struct wanted *one = &header->wanted[i], *other = &header->wanted[j];
            one->shared = one->shared || (other->nth > 0 && one->prefix == other->prefix &&
                                             strcmp(one->name, other->name) == 0);
        }
}

struct table_header *table_header_new(const struct source_list *sources, struct clean_rules rules)
{
    UErrorCode code = U_ZERO_ERROR;
    struct table_header *header = memory_get_zeroed(1, sizeof *header);
    header->sources = sources;
    header->rules = rules;
    header->rules.keep_lines = false; /* a name may be written over several lines */
    header->nfkc = unorm2_getNFKCInstance(&code);
    if (U_FAILURE(code))
        log_fatal(EXIT_INTERNAL, "ICU cannot normalise: %s", u_errorName(code));
    header->wanted = memory_get_zeroed(sources->count, sizeof *header->wanted);
    header->columns = memory_get_zeroed(sources->count, sizeof *header->columns);
    header->cells = TEXT_WITH_CEILING(LIMIT_CSV_COLUMNS * (3 * (size_t)LIMIT_HEADER_NAME + 1));
    header->missing = TEXT_WITH_CEILING(400);
    for (size_t i = 0; i < sources->count; i++)
        take_apart(header, sources->names[i], &header->wanted[i]);
    note_shared(header);
    return header;
}

void table_header_free(struct table_header *header)
{
    if (header == NULL)
        return;
    for (size_t i = 0; i < header->sources->count; i++)
        free(header->wanted[i].name);
    free(header->wanted);
    free(header->columns);
    text_free(&header->cells);
    text_free(&header->missing);
    free(header);
}

/* --- a row -----------------------------------------------------------------------------------------------
 */

static void clear_row(struct table_header *header)
{
    text_clear(&header->cells);
    header->count = 0;
}

void table_header_begin(struct table_header *header)
{
    clear_row(header);
    text_clear(&header->missing);
    header->nearest = 0;
}

void table_header_add(struct table_header *header, const char *bytes, size_t length)
{
    if (header->count == LIMIT_CSV_COLUMNS)
        return;
    header->starts[header->count++] = header->cells.length;
    append_name(header, bytes, length, &header->cells);
    text_append_character(&header->cells, '\0');
}

static const char *cell(const struct table_header *header, size_t column)
{
    return text_string(&header->cells) + header->starts[column];
}

static bool is_exactly(const struct wanted *wanted, const char *name)
{
    return strcmp(name, wanted->name) == 0;
}

static bool begins_so(const struct wanted *wanted, const char *name)
{
    return string_starts(name, wanted->name);
}

/* The column of the `nth` cell that fits, from 1. */
static size_t find_nth(const struct table_header *header, const struct wanted *wanted, size_t nth,
    bool (*fits)(const struct wanted *wanted, const char *name))
{
    for (size_t i = 0; i < header->count; i++)
        if (fits(wanted, cell(header, i)) && --nth == 0)
            return i;
    return TABLE_NO_COLUMN;
}

/* A beginning that is the whole name of one column means this one: 一般的名称* beside 一般的名称コード. */
static size_t find(const struct table_header *header, const struct wanted *wanted, size_t nth)
{
    bool exact =
        !wanted->prefix || (wanted->nth == 0 && find_nth(header, wanted, 1, is_exactly) != TABLE_NO_COLUMN);
    return find_nth(header, wanted, nth, exact ? is_exactly : begins_so);
}

static void append_missing(struct table_header *header)
{
    text_clear(&header->missing);
    for (size_t i = 0; i < header->sources->count; i++)
        if (header->columns[i] == TABLE_NO_COLUMN && !header->wanted[i].optional)
            text_append_format(&header->missing, "%s`%s`", header->missing.length > 0 ? ", " : "",
                header->sources->names[i]);
}

static int check_single(struct table_header *header, const char *place, struct failure *ret_failure)
{
    for (size_t i = 0; i < header->sources->count; i++) {
        const struct wanted *wanted = &header->wanted[i];
        if (wanted->nth == 0 && !wanted->shared && find(header, wanted, 2) != TABLE_NO_COLUMN)
            return fail(ret_failure, -EBADMSG,
                "column `%s` stands twice in the header (%s): write `%s%s#1` or `#2` for the one that is "
                "meant",
                header->sources->names[i], place, wanted->name, wanted->prefix ? "*" : "");
    }
    return 0;
}

int table_header_try(struct table_header *header, const char *place, struct failure *ret_failure)
{
    size_t found = 0, missing = 0;
    for (size_t i = 0; i < header->sources->count; i++) {
        const struct wanted *wanted = &header->wanted[i];
        header->columns[i] = find(header, wanted, wanted->nth > 0 ? wanted->nth : 1);
        found += header->columns[i] != TABLE_NO_COLUMN;
        missing += header->columns[i] == TABLE_NO_COLUMN && !wanted->optional;
    }
    bool is_header = missing == 0 && found > 0;
    if (found > header->nearest) {
        header->nearest = found;
        append_missing(header);
        text_append_format(&header->missing, " (%s)", place);
    }
    if (is_header)
        return check_single(header, place, ret_failure) < 0 ? -EBADMSG : 1;
    clear_row(header);
    return 0;
}

int table_header_fail(const struct table_header *header, struct failure *ret_failure)
{
    if (header->nearest == 0)
        return fail(ret_failure, -EBADMSG,
            "none of the first %d rows has any of the columns that the definition reads", LIMIT_HEADER_ROWS);
    return fail(ret_failure, -EBADMSG, "the header has no column %s, which the definition reads",
        text_string(&header->missing));
}

size_t table_header_column(const struct table_header *header, size_t source)
{
    return header->columns[source];
}

void table_header_shape(const struct table_header *header, struct shape *shape)
{
    for (size_t i = 0; i < header->count; i++) {
        struct text name = TEXT_WITH_CEILING(LIMIT_SHAPE_BYTES);
        size_t before = 0;
        text_append_string(&name, cell(header, i));
        for (size_t j = 0; j < i && name.length > 0; j++)
            before += strcmp(cell(header, j), cell(header, i)) == 0;
        if (before > 0)
            text_append_format(&name, "#%zu", before + 1);
        shape_add(shape, text_string(&name), name.length);
        text_free(&name);
    }
}
