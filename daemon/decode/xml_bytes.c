#include "xml_bytes.h"

#include "m13/text.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#define PEEK_BYTES  512
#define REPLACEMENT 0xfffd

void xml_bytes_begin(struct xml_bytes *bytes, struct charset *charset)
{
    bytes->charset = charset;
    bytes->begun = bytes->ended = bytes->utf16 = false;
    bytes->at = bytes->end = 0;
    bytes->given = bytes->replaced = 0;
}

/* Reads until so many bytes are there, or the end. */
static int fill(struct xml_bytes *bytes, size_t wanted, struct failure *ret_failure)
{
    memmove(bytes->raw, bytes->raw + bytes->at, bytes->end - bytes->at);
    bytes->end -= bytes->at;
    bytes->at = 0;
    while (bytes->end < wanted && !bytes->ended) {
        ssize_t got =
            charset_read(bytes->charset, bytes->raw + bytes->end, XML_BYTES_ROOM - bytes->end, ret_failure);
        if (got < 0)
            return (int)got;
        bytes->ended = got == 0;
        bytes->end += (size_t)got;
    }
    return 0;
}

/* With its mark, or with the <? of a prolog: as libxml2 knows it. */
static bool begins_as_utf16(const char *bytes, size_t length)
{
    static const char marks[][2] = {{'\xff', '\xfe'}, {'\xfe', '\xff'}};
    static const char prologs[][4] = {{'<', '\0', '?', '\0'}, {'\0', '<', '\0', '?'}};
    for (size_t i = 0; i < 2; i++)
        if ((length >= 2 && memcmp(bytes, marks[i], 2) == 0) ||
            (length >= 4 && memcmp(bytes, prologs[i], 4) == 0))
            return true;
    return false;
}

static int begin(struct xml_bytes *bytes, struct failure *ret_failure)
{
    int r = bytes->begun ? 0 : fill(bytes, PEEK_BYTES, ret_failure);
    if (r == 0 && !bytes->begun) {
        bytes->begun = true;
        bytes->utf16 = begins_as_utf16(bytes->raw, bytes->end);
    }
    return r;
}

/* The value of `encoding` in <?xml ...?>, or NULL. */
static const char *declared(const char *bytes, size_t length, size_t *ret_length)
{
    static const char start[] = "<?xml", mark[] = "encoding";
    const char *end = memchr(bytes, '>', length);
    if (end == NULL || length < sizeof start || memcmp(bytes, start, sizeof start - 1) != 0)
        return NULL;
    const char *name = memmem(bytes, (size_t)(end - bytes), mark, sizeof mark - 1);
    if (name == NULL)
        return NULL;
    name += sizeof mark - 1;
    while (name < end && memchr(" \t\r\n=\"'", *name, 7) != NULL)
        name++;
    const char *stop = name;
    while (stop < end && memchr(" \"'?", *stop, 4) == NULL)
        stop++;
    *ret_length = (size_t)(stop - name);
    return name;
}

int xml_bytes_check_encoding(struct xml_bytes *bytes, enum feed_charset charset, struct failure *ret_failure)
{
    /* .NET writes "utf-16" above UTF-8: the bytes know better. */
    static const char *const fine[] = {"utf-8", "utf8", "us-ascii", "utf-16"};
    int r = begin(bytes, ret_failure);
    bool converted = charset != CHARSET_UTF8 && charset != CHARSET_UTF8_C1_AS_CP1252;
    if (r < 0 || converted || bytes->utf16)
        return r;
    size_t length;
    const char *name = declared(bytes->raw + bytes->at, bytes->end - bytes->at, &length);
    for (size_t i = 0; name != NULL && i < sizeof fine / sizeof fine[0]; i++)
        if (strlen(fine[i]) == length && strncasecmp(name, fine[i], length) == 0)
            name = NULL;
    if (name == NULL)
        return 0;
    return fail(ret_failure, -EBADMSG,
        "the document says that it is written in `%.*s`; the definition's `charset` says UTF-8",
        (int)(length < 40 ? utf8_cut(name, length) : 40), name);
}

static bool is_plain(unsigned char byte)
{
    return (byte >= 0x20 && byte < 0x80) || byte == '\n' || byte == '\t' || byte == '\r';
}

/* Char of XML 1.0, production 2, as far as UTF-8 can say otherwise. */
static uint32_t mended(uint32_t code_point, bool malformed, int64_t *replaced)
{
    bool bad = malformed || (code_point < 0x20 && !is_plain((unsigned char)code_point)) ||
               code_point == 0xfffe || code_point == 0xffff;
    *replaced += bad;
    return bad ? REPLACEMENT : code_point;
}

/* From `raw` to `out`; a character that may go on behind the end of `raw` waits for the rest of it. */
static size_t mend(struct xml_bytes *bytes, char *out, size_t room)
{
    const char *cursor = bytes->raw + bytes->at, *end = bytes->raw + bytes->end;
    size_t used = 0;
    while (cursor < end && room - used >= 4) {
        const char *run = cursor, *stop = end - run > (ssize_t)(room - used) ? run + (room - used) : end;
        while (cursor < stop && is_plain((unsigned char)*cursor))
            cursor++;
        memcpy(out + used, run, (size_t)(cursor - run));
        used += (size_t)(cursor - run);
        if (cursor == stop)
            continue;
        if (room - used < 4 || (end - cursor < 4 && !bytes->ended && (unsigned char)*cursor >= 0x80))
            break;
        const char *start = cursor;
        uint32_t code_point = utf8_next(&cursor, end);
        bool malformed = code_point == REPLACEMENT && cursor - start == 1;
        used += utf8_put(mended(code_point, malformed, &bytes->replaced), out + used);
    }
    bytes->at = (size_t)(cursor - bytes->raw);
    return used;
}

ssize_t xml_bytes_read(struct xml_bytes *bytes, char *out, size_t room, struct failure *ret_failure)
{
    int r = begin(bytes, ret_failure);
    size_t used = 0;
    while (r == 0 && used == 0) {
        if (bytes->end - bytes->at < 4)
            r = fill(bytes, 4, ret_failure);
        if (r < 0 || bytes->at == bytes->end)
            break;
        if (bytes->utf16) {
            used = bytes->end - bytes->at < room ? bytes->end - bytes->at : room;
            memcpy(out, bytes->raw + bytes->at, used);
            bytes->at += used;
        } else {
            used = mend(bytes, out, room);
        }
    }
    bytes->given += (int64_t)used;
    return r < 0 ? r : (ssize_t)used;
}
