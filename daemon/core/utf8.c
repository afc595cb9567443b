/* UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF. */
#include "m13/text.h"

#define REPLACEMENT 0xfffd

/* Length of the well-formed sequence at `bytes`, or 0; the code point in *ret_code_point. */
static size_t sequence(const unsigned char *bytes, size_t available, uint32_t *ret_code_point)
{
    static const struct {
        unsigned char mask, lead;
        uint32_t least;
    } kinds[] = {{0x80, 0x00, 0}, {0xe0, 0xc0, 0x80}, {0xf0, 0xe0, 0x800}, {0xf8, 0xf0, 0x10000}};

    size_t kind = bytes[0] < 0xc0 ? 0 : bytes[0] < 0xe0 ? 1 : bytes[0] < 0xf0 ? 2 : 3;
    if ((bytes[0] & kinds[kind].mask) != kinds[kind].lead || available < kind + 1)
        return 0;
    uint32_t code_point = bytes[0] & (unsigned char)~kinds[kind].mask;
    for (size_t i = 1; i <= kind; i++) {
        if ((bytes[i] & 0xc0) != 0x80)
            return 0;
        code_point = code_point << 6 | (bytes[i] & 0x3f);
    }
    if (code_point < kinds[kind].least || code_point > 0x10ffff ||
        (code_point >= 0xd800 && code_point <= 0xdfff))
        return 0;
    *ret_code_point = code_point;
    return kind + 1;
}

bool utf8_is_valid(const char *bytes, size_t length)
{
    const unsigned char *cursor = (const unsigned char *)bytes, *end = cursor + length;
    uint32_t ignored;
    while (cursor < end) {
        size_t step = *cursor < 0x80 ? 1 : sequence(cursor, (size_t)(end - cursor), &ignored);
        if (step == 0)
            return false;
        cursor += step;
    }
    return true;
}

uint32_t utf8_next(const char **cursor, const char *end)
{
    if (*cursor >= end)
        return 0;
    const unsigned char *bytes = (const unsigned char *)*cursor;
    uint32_t code_point = bytes[0];
    /* Most of Han: read as it mostly is. */
    bool three = end - *cursor > 2 && code_point > 0xe0 && code_point < 0xed && (bytes[1] & 0xc0) == 0x80 &&
                 (bytes[2] & 0xc0) == 0x80;
    if (three) {
        *cursor += 3;
        return (code_point & 0xf) << 12 | (bytes[1] & 0x3fu) << 6 | (bytes[2] & 0x3fu);
    }
    size_t step = code_point < 0x80 ? 1 : sequence(bytes, (size_t)(end - *cursor), &code_point);
    *cursor += step != 0 ? step : 1;
    return step != 0 ? code_point : REPLACEMENT;
}

size_t utf8_put(uint32_t code_point, char out[4])
{
    if (code_point > 0x10ffff || (code_point >= 0xd800 && code_point <= 0xdfff))
        code_point = REPLACEMENT;
    if (code_point < 0x80) {
        out[0] = (char)code_point;
        return 1;
    }
    size_t length = code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
    for (size_t i = length - 1; i > 0; i--, code_point >>= 6)
        out[i] = (char)(0x80 | (code_point & 0x3f));
    static const unsigned char leads[] = {0, 0, 0xc0, 0xe0, 0xf0};
    out[0] = (char)(leads[length] | code_point);
    return length;
}

size_t utf8_cut(const char *bytes, size_t most)
{
    size_t start = most;
    /* A sequence has at most three bytes after its lead. */
    while (start > 0 && most - start < 3 && ((unsigned char)bytes[start - 1] & 0xc0) == 0x80)
        start--;
    if (start == 0 || (unsigned char)bytes[start - 1] < 0xc0)
        return most;
    uint32_t ignored;
    return sequence((const unsigned char *)bytes + start - 1, most - start + 1, &ignored) != 0 ? most
                                                                                               : start - 1;
}
