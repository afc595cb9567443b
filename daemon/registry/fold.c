#include "fold.h"

#include <string.h>

struct range {
    uint32_t first, last;
};

static bool is_in(const struct range *ranges, size_t count, uint32_t code_point)
{
    for (size_t i = 0; i < count; i++)
        if (code_point >= ranges[i].first && code_point <= ranges[i].last)
            return true;
    return false;
}

/* Both kinds below lie here and there; Chinese and Latin letters in between. */
static bool may_be_special(uint32_t code_point)
{
    return code_point <= 0xad || (code_point >= 0x1680 && code_point <= 0x3000) || code_point == 0xfeff;
}

/* Blanks of all kinds, and control characters, line breaks within a cell among them. */
static bool is_blank(uint32_t code_point)
{
    static const struct range blanks[] = {{0x00, 0x20}, {0x7f, 0xa0}, {0x1680, 0x1680}, {0x2000, 0x200a},
        {0x2028, 0x2029}, {0x202f, 0x202f}, {0x205f, 0x205f}, {0x3000, 0x3000}};
    return is_in(blanks, sizeof blanks / sizeof blanks[0], code_point);
}

/* Nothing to be seen: soft hyphen, joiners, marks of direction (which can turn a displayed code round),
 * byte-order marks that copying left in the middle. */
static bool is_invisible(uint32_t code_point)
{
    static const struct range invisible[] = {{0xad, 0xad}, {0x180e, 0x180e}, {0x200b, 0x200f},
        {0x202a, 0x202e}, {0x2060, 0x206f}, {0xfeff, 0xfeff}};
    return is_in(invisible, sizeof invisible / sizeof invisible[0], code_point);
}

static uint32_t fold_width(uint32_t code_point)
{
    if (code_point >= 0xff01 && code_point <= 0xff5e)
        return code_point - 0xff01 + '!';
    /* hyphens and dashes U+2010-U+2015, the minus sign U+2212 */
    if ((code_point >= 0x2010 && code_point <= 0x2015) || code_point == 0x2212)
        return '-';
    return code_point;
}

/* U+4000 to U+9FFF, Chinese almost all of it: three bytes, whatever the last two are. */
static bool is_han(const char *byte, const char *end)
{
    unsigned char lead = (unsigned char)*byte;
    return lead >= 0xe4 && lead <= 0xe9 && end - byte >= 3 && ((unsigned char)byte[1] & 0xc0) == 0x80 &&
           ((unsigned char)byte[2] & 0xc0) == 0x80;
}

/* Bytes at `string` that every way of folding leaves as they are: most of what tables hold. */
static size_t plain_run(const char *string, const char *end, unsigned how)
{
    const char *byte = string;
    while (byte < end) {
        bool lower = (how & FOLD_UPPER) && *byte >= 'a' && *byte <= 'z';
        if (*byte > ' ' && *byte < 0x7f && !lower)
            byte++;
        else if (is_han(byte, end))
            byte += 3;
        else
            break;
    }
    return (size_t)(byte - string);
}

void local_fold(const char *string, size_t length, unsigned how, struct text *out)
{
    const char *end = string + length;
    bool begun = false, blank_waits = false;
    while (string < end && !out->overflowed) {
        char bytes[4];
        const char *kept = string;
        size_t kept_length = plain_run(string, end, how);
        string += kept_length;
        if (kept_length == 0) {
            uint32_t code_point = utf8_next(&string, end);
            bool special = may_be_special(code_point);
            if (special && is_invisible(code_point))
                continue;
            if (special && is_blank(code_point)) {
                blank_waits = begun;
                continue;
            }
            if (how & FOLD_WIDTH)
                code_point = fold_width(code_point);
            if ((how & FOLD_UPPER) && code_point >= 'a' && code_point <= 'z')
                code_point -= 'a' - 'A';
            kept = bytes;
            kept_length = utf8_put(code_point, bytes);
        }
        if (blank_waits && !(how & FOLD_NO_BLANKS))
            text_append_character(out, ' ');
        text_append(out, kept, kept_length);
        begun = true;
        blank_waits = false;
    }
}
