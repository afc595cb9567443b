#include "source_text.h"

#include "m13/memory.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

bool source_text_stands(const struct feed_mapping *mapping)
{
    return mapping->after == NULL && mapping->before == NULL && mapping->fold == FOLD_NONE;
}

bool source_text_reads_lines(const struct feed_mapping *mapping)
{
    return string_equal(mapping->after, "\n") || string_equal(mapping->before, "\n");
}

/* --- folding ------------------------------------------------------------------------------------------- */

/* Roszdravnadzor's numbers begin with Cyrillic letters, which people type as the Latin ones of the same
 * shape: ФСР, ФСЗ, РЗН. The first of each pair stands for the second. */
static UChar32 look_alike(UChar32 letter)
{
    static const UChar32 pairs[][2] = {{'A', 0x0410}, {'B', 0x0412}, {'E', 0x0415}, {'K', 0x041a},
        {'M', 0x041c}, {'H', 0x041d}, {'O', 0x041e}, {'P', 0x0420}, {'C', 0x0421}, {'T', 0x0422},
        {'Y', 0x0423}, {'X', 0x0425}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (pairs[i][0] == letter)
            return pairs[i][1];
    return letter;
}

/* What prints nothing goes with the blanks: soft hyphens, joiners, marks of direction. */
static void append_folded(UChar32 character, enum feed_fold fold, struct text *out)
{
    char utf8[4];
    if (u_isUWhiteSpace(character) || u_hasBinaryProperty(character, UCHAR_DEFAULT_IGNORABLE_CODE_POINT))
        return;
    character = u_toupper(character);
    if (fold == FOLD_CYRILLIC)
        character = look_alike(character);
    text_append(out, utf8, utf8_put((uint32_t)character, utf8));
}

/* NFKC as UTF-16; the caller frees. */
static UChar *compatible(const char *bytes, size_t length, int32_t *ret_count)
{
    UErrorCode code = U_ZERO_ERROR;
    const UNormalizer2 *nfkc = unorm2_getNFKCInstance(&code);
    UChar *units = memory_get((length + 1) * sizeof *units);
    int32_t count = 0;
    u_strFromUTF8(units, (int32_t)length + 1, &count, bytes, (int32_t)length, &code);
    *ret_count = unorm2_normalize(nfkc, units, count, NULL, 0, &code);
    UChar *folded = memory_get(((size_t)*ret_count + 1) * sizeof *folded);
    code = code == U_BUFFER_OVERFLOW_ERROR ? U_ZERO_ERROR : code;
    *ret_count = unorm2_normalize(nfkc, units, count, folded, *ret_count + 1, &code);
    free(units);
    if (U_FAILURE(code))
        *ret_count = 0;
    return folded;
}

static bool is_ascii(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)bytes[i] >= 0x80)
            return false;
    return true;
}

static void fold_text(const char *bytes, size_t length, enum feed_fold fold, struct text *out)
{
    if (is_ascii(bytes, length)) {
        for (size_t i = 0; i < length; i++)
            append_folded(bytes[i], fold, out);
        return;
    }
    int32_t count;
    UChar *units = compatible(bytes, length, &count);
    for (int32_t i = 0; i < count;) {
        UChar32 character;
        U16_NEXT(units, i, count, character);
        append_folded(character, fold, out);
    }
    free(units);
}

/* --- cutting ------------------------------------------------------------------------------------------- */

/* Both ends of what stands behind the one mark and before the other; false when a mark is not there. */
static bool find_part(const struct feed_mapping *mapping, const char **start, const char **end)
{
    if (mapping->after != NULL) {
        const char *mark = strstr(*start, mapping->after);
        if (mark == NULL)
            return false;
        *start = mark + strlen(mapping->after);
    }
    if (mapping->before != NULL) {
        const char *mark = strstr(*start, mapping->before);
        if (mark == NULL && !string_equal(mapping->before, "\n"))
            return false;
        *end = mark != NULL ? mark : *end; /* where the text ends, its last line ends */
    }
    return true;
}

/* The text is clean: its only blanks are spaces, and line ends where they are kept. */
static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\n';
}

void source_text_append(const struct feed_mapping *mapping, const char *text, struct text *out)
{
    const char *start = text, *end = text + strlen(text);
    if (!find_part(mapping, &start, &end))
        return;
    while (start < end && is_blank(*start))
        start++;
    while (end > start && is_blank(end[-1]))
        end--;
    if (mapping->fold != FOLD_NONE) {
        fold_text(start, (size_t)(end - start), mapping->fold, out);
        return;
    }
    for (; start < end; start++)
        text_append_character(out, *start == '\n' ? ' ' : *start);
}
