#include "table_sniff.h"

#include "m13/memory.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_BYTES ((size_t)64 * 1024)

static const char separators[] = ",;\t";

struct sniffing {
    bool begun, valid_utf8, header_over, in_quotes, has_mark;
    int needed;                /* bytes that the sequence which has begun still needs ... */
    unsigned char least, most; /* ... and what the next one may be */
    size_t counts[sizeof separators - 1];
};

/* What is surely no CSV, by its first bytes. */
static const struct {
    const char *magic;
    size_t length;
    const char *what;
} strangers[] = {
    {"PK\x03\x04", 4, "an Excel workbook (XLSX)"},
    {"\xd0\xcf\x11\xe0", 4, "an old Excel workbook (XLS)"},
    {"\xff\xfe", 2, "UTF-16 text"},
    {"\xfe\xff", 2, "UTF-16 text"},
};

static int check_beginning(
    struct sniffing *sniffing, const char *bytes, size_t length, struct failure *ret_failure)
{
    sniffing->begun = true;
    sniffing->has_mark = length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0;
    for (size_t i = 0; i < sizeof strangers / sizeof strangers[0]; i++)
        if (length >= strangers[i].length && memcmp(bytes, strangers[i].magic, strangers[i].length) == 0)
            return fail(
                ret_failure, -EBADMSG, "this is %s; CSV in UTF-8 or GB18030 is accepted", strangers[i].what);
    return 0;
}

/* The decoder of https://encoding.spec.whatwg.org/#utf-8-decoder, as far as it tells right from wrong. */
static bool accepts_utf8(struct sniffing *sniffing, unsigned char byte)
{
    if (sniffing->needed > 0) {
        bool good = byte >= sniffing->least && byte <= sniffing->most;
        sniffing->needed--;
        sniffing->least = 0x80;
        sniffing->most = 0xbf;
        return good;
    }
    sniffing->needed = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : 1;
    sniffing->least = byte == 0xe0 ? 0xa0 : byte == 0xf0 ? 0x90 : 0x80;
    sniffing->most = byte == 0xed ? 0x9f : byte == 0xf4 ? 0x8f : 0xbf;
    return byte >= 0xc2 && byte <= 0xf4;
}

static void check_utf8(struct sniffing *sniffing, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length && sniffing->valid_utf8; i++)
        if ((unsigned char)bytes[i] >= 0x80 || sniffing->needed > 0)
            sniffing->valid_utf8 = accepts_utf8(sniffing, (unsigned char)bytes[i]);
}

/* The bytes of separators, quotes and line ends never stand inside a character of GB18030 either. */
static void count_separators(struct sniffing *sniffing, const char *bytes, size_t length)
{
    bool any = sniffing->counts[0] + sniffing->counts[1] + sniffing->counts[2] > 0;
    for (size_t i = 0; i < length && !sniffing->header_over; i++) {
        const char *found = bytes[i] != '\0' ? strchr(separators, bytes[i]) : NULL;
        if (bytes[i] == '"')
            sniffing->in_quotes = !sniffing->in_quotes;
        else if (found != NULL && !sniffing->in_quotes)
            sniffing->counts[found - separators]++;
        any = any || (unsigned char)bytes[i] > ' ';
        if ((bytes[i] == '\n' || bytes[i] == '\r') && !sniffing->in_quotes)
            sniffing->header_over = any;
    }
}

static char most_frequent(const struct sniffing *sniffing)
{
    size_t best = 0;
    for (size_t i = 1; i < sizeof separators - 1; i++)
        if (sniffing->counts[i] > sniffing->counts[best])
            best = i;
    return separators[best];
}

static int take(struct sniffing *sniffing, const char *bytes, size_t length, struct failure *ret_failure)
{
    if (!sniffing->begun) {
        int r = check_beginning(sniffing, bytes, length, ret_failure);
        if (r < 0)
            return r;
    }
    if (memchr(bytes, '\0', length) != NULL)
        return fail(
            ret_failure, -EBADMSG, "this is no text (it has NUL bytes); CSV in UTF-8 or GB18030 is accepted");
    if (sniffing->valid_utf8)
        check_utf8(sniffing, bytes, length);
    count_separators(sniffing, bytes, length);
    return 0;
}

int table_sniff(struct input *input, struct table_form *ret_form, struct failure *ret_failure)
{
    struct sniffing sniffing = {.valid_utf8 = true};
    char *chunk = memory_get(CHUNK_BYTES);
    int r;
    do {
        ssize_t got = input_read(input, chunk, CHUNK_BYTES, ret_failure);
        r = got > 0 ? take(&sniffing, chunk, (size_t)got, ret_failure) : (int)got;
        if (got == 0)
            break;
    } while (r == 0);
    free(chunk);
    if (r < 0)
        return r;
    bool utf8 = sniffing.has_mark || (sniffing.valid_utf8 && sniffing.needed == 0);
    *ret_form = (struct table_form){utf8 ? CHARSET_UTF8 : CHARSET_GB18030, most_frequent(&sniffing)};
    return 0;
}
