#include "m13/text.h"

#include "m13/memory.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room for `more` bytes and the NUL; false, and overflowed for good, when the ceiling is in the way. */
static bool make_room(struct text *text, size_t more)
{
    if (text->overflowed || more > text->ceiling - text->length) {
        text->overflowed = true;
        return false;
    }
    size_t needed = text->length + more + 1;
    if (needed <= text->capacity)
        return true;
    size_t wanted = text->capacity < 64 ? 64 : text->capacity * 2;
    if (wanted < needed)
        wanted = needed;
    if (wanted > text->ceiling + 1)
        wanted = text->ceiling + 1;
    text->bytes = memory_resize(text->bytes, wanted, 1);
    text->capacity = wanted;
    return true;
}

void text_append(struct text *text, const char *bytes, size_t length)
{
    if (!make_room(text, length))
        return;
    if (length > 0)
        memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
    text->bytes[text->length] = '\0';
}

void text_append_string(struct text *text, const char *string)
{
    if (string != NULL)
        text_append(text, string, strlen(string));
}

void text_append_character(struct text *text, char character)
{
    if (!make_room(text, 1))
        return;
    text->bytes[text->length++] = character;
    text->bytes[text->length] = '\0';
}

void text_append_format(struct text *text, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    char small[256];
    int length = vsnprintf(small, sizeof small, format, arguments);
    if (length >= 0 && (size_t)length < sizeof small) {
        text_append(text, small, (size_t)length);
    } else if (length >= 0 && make_room(text, (size_t)length)) {
        vsnprintf(text->bytes + text->length, (size_t)length + 1, format, again);
        text->length += (size_t)length;
    }
    va_end(again);
    va_end(arguments);
}

void text_append_integer(struct text *text, int64_t number)
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%" PRId64, number);
    text_append(text, digits, (size_t)length);
}

/* What RFC 8259 wants escaped; 0 = as it is, 'u' = \u00XX. */
static char escape_of(unsigned char byte)
{
    switch (byte) {
    case '"':
    case '\\':
        return (char)byte;
    case '\b':
        return 'b';
    case '\f':
        return 'f';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    default:
        return byte < 0x20 ? 'u' : 0;
    }
}

static void append_escaped(struct text *text, unsigned char byte, char escape)
{
    if (escape == 'u') {
        text_append_format(text, "\\u%04x", byte);
    } else {
        const char pair[2] = {'\\', escape};
        text_append(text, pair, 2);
    }
}

/* Three bytes of whose leads every continuation is good: Chinese and its punctuation, which are neither
 * overlong nor surrogates. */
static bool is_plain_chinese(const char *cursor, const char *end)
{
    const unsigned char *bytes = (const unsigned char *)cursor;
    return end - cursor >= 3 && bytes[0] > 0xe0 && bytes[0] < 0xed && (bytes[1] & 0xc0) == 0x80 &&
           (bytes[2] & 0xc0) == 0x80;
}

/* Most of what is written is ASCII or Chinese that stays as it is. */
static const char *behind_plain(const char *cursor, const char *end)
{
    while (cursor < end) {
        unsigned char byte = (unsigned char)*cursor;
        if (byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\')
            cursor++;
        else if (is_plain_chinese(cursor, end))
            cursor += 3;
        else
            break;
    }
    return cursor;
}

void text_append_json_bytes(struct text *text, const char *bytes, size_t length)
{
    const char *end = bytes + length, *run = bytes, *cursor = bytes;
    text_append_character(text, '"');
    while ((cursor = behind_plain(cursor, end)) < end) {
        unsigned char byte = (unsigned char)*cursor;
        char escape = escape_of(byte);
        const char *next = cursor + 1;
        bool malformed = false;
        if (byte >= 0x80) {
            next = cursor;
            malformed = utf8_next(&next, end) == 0xfffd && next - cursor == 1;
        }
        if (escape != 0 || malformed) {
            text_append(text, run, (size_t)(cursor - run));
            if (malformed)
                text_append(text, "\xef\xbf\xbd", 3);
            else
                append_escaped(text, byte, escape);
            run = next;
        }
        cursor = next;
    }
    text_append(text, run, (size_t)(end - run));
    text_append_character(text, '"');
}

void text_append_json(struct text *text, const char *string)
{
    if (string != NULL)
        text_append_json_bytes(text, string, strlen(string));
    else
        text_append(text, "null", 4);
}

const char *text_string(const struct text *text)
{
    return text->bytes != NULL ? text->bytes : "";
}

char *text_take(struct text *text)
{
    char *bytes = text->bytes != NULL ? text->bytes : memory_copy_string("");
    *text = TEXT_WITH_CEILING(text->ceiling);
    return bytes;
}

void text_clear(struct text *text)
{
    text->length = 0;
    text->overflowed = false;
    if (text->bytes != NULL)
        text->bytes[0] = '\0';
}

void text_free(struct text *text)
{
    free(text->bytes);
    *text = TEXT_WITH_CEILING(text->ceiling);
}
