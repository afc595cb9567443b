#include "charset.h"

#include "m13/failure.h"
#include "m13/log.h"
#include "m13/memory.h"
#include "m13/text.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ucnv.h>

#define RAW_BYTES   ((size_t)64 * 1024)
#define PIVOT_UNITS 8192
#define REPLACEMENT 0xfffd

struct charset {
    enum feed_charset kind;
    struct input *input;
    bool at_start, ended;
    int64_t replaced;
    UConverter *from, *to; /* of what ICU converts, else NULL */
    UChar *pivot_from, *pivot_to;
    size_t raw_at, raw_end;
    char raw[RAW_BYTES];
    UChar pivot[PIVOT_UNITS];
};

/* https://encoding.spec.whatwg.org/index-windows-1252.txt, 0x80 to 0x9F; the holes stay holes. */
static const uint16_t cp1252[32] = {0x20ac, REPLACEMENT, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
    0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, REPLACEMENT, 0x017d, REPLACEMENT, REPLACEMENT, 0x2018, 0x2019,
    0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, REPLACEMENT, 0x017e,
    0x0178};

uint32_t charset_cp1252(unsigned char byte)
{
    return cp1252[byte & 0x1f];
}

static void count_and_substitute(const void *context, UConverterToUnicodeArgs *arguments, const char *units,
    int32_t length, UConverterCallbackReason reason, UErrorCode *code)
{
    /* The callback's type has const here; it is our own `replaced` that we gave. */
    int64_t *replaced;
    memcpy(&replaced, &context, sizeof replaced);
    if (reason <= UCNV_IRREGULAR)
        (*replaced)++;
    UCNV_TO_U_CALLBACK_SUBSTITUTE(NULL, arguments, units, length, reason, code);
}

static void open_converters(struct charset *charset, const char *name)
{
    UErrorCode code = U_ZERO_ERROR;
    charset->from = ucnv_open(name, &code);
    charset->to = ucnv_open("UTF-8", &code);
    if (U_SUCCESS(code))
        ucnv_setToUCallBack(charset->from, count_and_substitute, &charset->replaced, NULL, NULL, &code);
    if (U_FAILURE(code))
        log_fatal(EXIT_INTERNAL, "ICU has no converter for %s: %s", name, u_errorName(code));
}

struct charset *charset_new(enum feed_charset kind)
{
    struct charset *charset = memory_get_zeroed(1, sizeof *charset);
    charset->kind = kind;
    if (kind == CHARSET_GB18030)
        open_converters(charset, "GB18030");
    if (kind == CHARSET_CP1251)
        open_converters(charset, "windows-1251");
    return charset;
}

struct charset *charset_new_utf16(void)
{
    struct charset *charset = memory_get_zeroed(1, sizeof *charset);
    open_converters(charset, "UTF-16");
    return charset;
}

void charset_begin(struct charset *charset, struct input *input)
{
    charset->input = input;
    charset->at_start = true;
    charset->ended = false;
    charset->raw_at = charset->raw_end = 0;
    charset->pivot_from = charset->pivot_to = charset->pivot;
    if (charset->from != NULL) {
        ucnv_reset(charset->from);
        ucnv_reset(charset->to);
    }
}

int64_t charset_replaced(const struct charset *charset)
{
    return charset->replaced;
}

void charset_free(struct charset *charset)
{
    if (charset == NULL)
        return;
    ucnv_close(charset->from);
    ucnv_close(charset->to);
    free(charset);
}

static ssize_t read_utf8(struct charset *charset, char *bytes, size_t room, struct failure *ret_failure)
{
    static const char mark[] = "\xef\xbb\xbf";
    if (!charset->at_start)
        return input_read(charset->input, bytes, room, ret_failure);
    charset->at_start = false;
    size_t filled = 0;
    while (filled < sizeof mark - 1) {
        ssize_t got = input_read(charset->input, bytes + filled, room - filled, ret_failure);
        if (got < 0)
            return got;
        if (got == 0)
            return (ssize_t)filled;
        filled += (size_t)got;
    }
    if (memcmp(bytes, mark, sizeof mark - 1) != 0)
        return (ssize_t)filled;
    memmove(bytes, bytes + 3, filled - 3);
    return filled > 3 ? (ssize_t)(filled - 3) : input_read(charset->input, bytes, room, ret_failure);
}

/* Makes raw bytes available: their number, 0 at the end, negative on a fault. */
static ssize_t fill_raw(struct charset *charset, struct failure *ret_failure)
{
    if (charset->raw_at < charset->raw_end)
        return (ssize_t)(charset->raw_end - charset->raw_at);
    ssize_t got = charset->ended ? 0 : input_read(charset->input, charset->raw, RAW_BYTES, ret_failure);
    charset->raw_at = 0;
    charset->raw_end = got > 0 ? (size_t)got : 0;
    charset->ended = got == 0;
    return got;
}

static ssize_t read_cp1252(struct charset *charset, char *bytes, size_t room, struct failure *ret_failure)
{
    ssize_t available = fill_raw(charset, ret_failure);
    if (available <= 0)
        return available;
    size_t used = 0;
    while (charset->raw_at < charset->raw_end && room - used >= 4) {
        unsigned char byte = (unsigned char)charset->raw[charset->raw_at++];
        uint32_t code_point = byte >= 0x80 && byte < 0xa0 ? charset_cp1252(byte) : byte;
        charset->replaced += code_point == REPLACEMENT;
        used += utf8_put(code_point, bytes + used);
    }
    return (ssize_t)used;
}

static ssize_t read_converted(struct charset *charset, char *bytes, size_t room, struct failure *ret_failure)
{
    char *out = bytes;
    while (out == bytes) {
        ssize_t available = fill_raw(charset, ret_failure);
        if (available < 0)
            return available;
        const char *from = charset->raw + charset->raw_at;
        UErrorCode code = U_ZERO_ERROR;
        ucnv_convertEx(charset->to, charset->from, &out, bytes + room, &from, charset->raw + charset->raw_end,
            charset->pivot, &charset->pivot_from, &charset->pivot_to, charset->pivot + PIVOT_UNITS,
            /* reset= */ false, /* flush= */ charset->ended, &code);
        charset->raw_at = (size_t)(from - charset->raw);
        if (U_FAILURE(code) && code != U_BUFFER_OVERFLOW_ERROR)
            return fail(ret_failure, -EBADMSG, "the text cannot be converted: %s", u_errorName(code));
        if (charset->ended && code != U_BUFFER_OVERFLOW_ERROR)
            break;
    }
    return out - bytes;
}

ssize_t charset_read(struct charset *charset, char *bytes, size_t room, struct failure *ret_failure)
{
    if (charset->from != NULL)
        return read_converted(charset, bytes, room, ret_failure);
    switch (charset->kind) {
    case CHARSET_GB18030: /* ICU's */
    case CHARSET_CP1251:  /* too */
    case CHARSET_UTF8:
    case CHARSET_UTF8_C1_AS_CP1252: /* the repair is of values: \u0099 is repaired too */
        return read_utf8(charset, bytes, room, ret_failure);
    case CHARSET_CP1252:
        return read_cp1252(charset, bytes, room, ret_failure);
    }
    return 0;
}
