#include "clean.h"

#include "charset.h"

#define REPLACEMENT 0xfffd

enum blank { BLANK_NONE, BLANK_SPACE, BLANK_LINE };

struct cleaning {
    struct clean_rules rules;
    struct text *out;
    int64_t *replaced;
    size_t start;       /* of this value in `out` */
    enum blank pending; /* seen since the last character that was kept */
};

/* White_Space of Unicode beyond ASCII, and U+FEFF, which is a blank of no width in the midst of text. */
static bool is_wide_blank(uint32_t code_point)
{
    return code_point == 0x85 || code_point == 0xa0 || code_point == 0x1680 ||
           (code_point >= 0x2000 && code_point <= 0x200a) || code_point == 0x2028 || code_point == 0x2029 ||
           code_point == 0x202f || code_point == 0x205f || code_point == 0x3000 || code_point == 0xfeff;
}

static void meet_blank(struct cleaning *cleaning, bool line)
{
    enum blank blank = line && cleaning->rules.keep_lines ? BLANK_LINE : BLANK_SPACE;
    if (blank > cleaning->pending)
        cleaning->pending = blank;
}

static void keep(struct cleaning *cleaning, const char *bytes, size_t length)
{
    if (cleaning->pending != BLANK_NONE && cleaning->out->length > cleaning->start)
        text_append_character(cleaning->out, cleaning->pending == BLANK_LINE ? '\n' : ' ');
    cleaning->pending = BLANK_NONE;
    text_append(cleaning->out, bytes, length);
}

static void take_wide(struct cleaning *cleaning, const char **cursor, const char *end)
{
    const char *start = *cursor;
    uint32_t code_point = utf8_next(cursor, end);
    bool malformed = code_point == REPLACEMENT && *cursor - start == 1;
    bool is_c1 = code_point >= 0x80 && code_point < 0xa0;
    if (is_c1 && cleaning->rules.c1_is_cp1252) {
        code_point = charset_cp1252((unsigned char)code_point);
        malformed = code_point == REPLACEMENT;
    } else if (is_c1 || is_wide_blank(code_point)) {
        meet_blank(cleaning, code_point == 0x85 || code_point == 0x2028 || code_point == 0x2029);
        return;
    }
    char bytes[4];
    size_t length = utf8_put(code_point, bytes);
    *cleaning->replaced += malformed;
    keep(cleaning, bytes, length);
}

static bool is_plain(char byte)
{
    return byte > 0x20 && byte < 0x7f;
}

void clean_append(
    const char *bytes, size_t length, struct clean_rules rules, struct text *out, int64_t *replaced)
{
    struct cleaning cleaning = {rules, out, replaced, out->length, BLANK_NONE};
    const char *end = bytes + length, *cursor = bytes;
    while (cursor < end) {
        const char *run = cursor;
        while (cursor < end && is_plain(*cursor))
            cursor++;
        if (cursor > run)
            keep(&cleaning, run, (size_t)(cursor - run));
        if (cursor == end)
            break;
        if ((unsigned char)*cursor >= 0x80) {
            take_wide(&cleaning, &cursor, end);
        } else {
            meet_blank(&cleaning, *cursor == '\n' || *cursor == '\r');
            cursor++;
        }
    }
}
