#include "json_string.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static uint32_t hex4(const char *digits)
{
    uint32_t number = 0;
    for (int i = 0; i < 4; i++) {
        char digit = digits[i];
        uint32_t value = digit <= '9' ? (uint32_t)(digit - '0') : (uint32_t)((digit | 0x20) - 'a' + 10);
        number = number << 4 | value;
    }
    return number;
}

static bool is_low_half(const char *bytes, const char *end)
{
    if (end - bytes < 6 || bytes[0] != '\\' || bytes[1] != 'u')
        return false;
    uint32_t half = hex4(bytes + 2);
    return half >= 0xdc00 && half <= 0xdfff;
}

/* *cursor is behind \u. */
static bool undo_code_point(const char **cursor, const char *end, struct text *out)
{
    uint32_t code_point = hex4(*cursor);
    *cursor += 4;
    if (code_point >= 0xd800 && code_point <= 0xdbff && is_low_half(*cursor, end)) {
        code_point = 0x10000 + ((code_point - 0xd800) << 10) + (hex4(*cursor + 2) - 0xdc00);
        *cursor += 6;
    } else if (code_point >= 0xd800 && code_point <= 0xdfff) {
        return false;
    }
    char utf8[4];
    size_t length = utf8_put(code_point, utf8);
    text_append(out, utf8, length);
    return true;
}

static char undo_letter(char letter)
{
    static const char letters[] = "bfnrt", bytes[] = "\b\f\n\r\t";
    const char *found = strchr(letters, letter);
    return found != NULL ? bytes[found - letters] : letter;
}

enum json_string_answer json_string_undo(const char *bytes, size_t length, struct text *out)
{
    const char *cursor = bytes, *end = bytes + length;
    while (cursor < end) {
        const char *escape = memchr(cursor, '\\', (size_t)(end - cursor));
        const char *stop = escape != NULL ? escape : end;
        text_append(out, cursor, (size_t)(stop - cursor));
        if (escape == NULL)
            break;
        cursor = escape + 2;
        if (escape[1] != 'u')
            text_append_character(out, undo_letter(escape[1]));
        else if (!undo_code_point(&cursor, end, out))
            return JSON_STRING_LONE_SURROGATE;
    }
    return JSON_STRING_FINE;
}
