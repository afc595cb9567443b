/* mail_words.c - text in headers: encoded words (RFC 2047) and parameters (RFC 2231). libcurl would send both
 * as they are. */
#include "mail_inside.h"

#include "m13/digest.h"

#include <stdlib.h>
#include <string.h>

#define WORD_BEGIN "=?UTF-8?B?"
#define WORD_END   "?="

static bool is_plain(const char *text)
{
    for (const char *at = text; *at != '\0'; at++)
        if (*at < ' ' || *at > '~')
            return false;
    return strstr(text, "=?") == NULL; /* that would be read as an encoded word */
}

/* Bytes of text, whole characters, whose encoded word has at most so many bytes. */
static size_t bytes_of_word(const char *text, size_t most)
{
    size_t frame = strlen(WORD_BEGIN) + strlen(WORD_END);
    size_t room = most > frame ? (most - frame) / 4 * 3 : 0;
    size_t length = strlen(text);
    return length <= room ? length : utf8_cut(text, room);
}

/* The length of the last line, to go on from. */
static size_t column_of(const struct text *out, size_t column, size_t start)
{
    const char *line = memrchr(text_string(out) + start, '\n', out->length - start);
    return line == NULL ? column + out->length - start : (size_t)(text_string(out) + out->length - line) - 1;
}

static void put_encoded(struct text *out, size_t column, const char *text)
{
    while (*text != '\0') {
        /* A character has at most four bytes, an encoded word for it 20. */
        size_t take = bytes_of_word(text, column < MAIL_LINE_BYTES ? MAIL_LINE_BYTES - column : 0);
        if (take == 0) {
            text_append_string(out, "\r\n ");
            column = 1;
            continue;
        }
        char *encoded = base64_encode(text, take);
        text_append_string(out, WORD_BEGIN);
        text_append_string(out, encoded);
        text_append_string(out, WORD_END);
        free(encoded);
        text += take;
        column = MAIL_LINE_BYTES; /* blanks between two of them are none of the text */
    }
}

void mail_put_words(struct text *out, size_t column, const char *text)
{
    if (is_plain(text) && column + strlen(text) <= MAIL_LINE_BYTES)
        text_append_string(out, text);
    else
        put_encoded(out, column, text);
}

void mail_put_party(struct text *out, size_t column, const struct mail_party *party)
{
    size_t start = out->length;
    if (string_is_blank(party->name)) {
        text_append_string(out, party->address);
        return;
    }
    if (is_plain(party->name) && column + strlen(party->name) + 2 <= MAIL_LINE_BYTES &&
        strpbrk(party->name, "\"\\") == NULL)
        text_append_format(out, "\"%s\"", party->name);
    else
        put_encoded(out, column, party->name);
    bool fits = column_of(out, column, start) + strlen(party->address) + 3 <= MAIL_LINE_BYTES;
    text_append_format(out, "%s<%s>", fits ? " " : "\r\n ", party->address);
}

/* --- parameters -------------------------------------------------------------------------------------------
 */

/* RFC 2231's attribute-char. */
static bool stands_for_itself(char byte)
{
    static const char marks[] = "!#$&+-.^_`{|}~";
    return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
           (byte != '\0' && strchr(marks, byte) != NULL);
}

static size_t length_encoded(const char *bytes, size_t length)
{
    size_t encoded = 0;
    for (size_t i = 0; i < length; i++)
        encoded += stands_for_itself(bytes[i]) ? 1 : 3;
    return encoded;
}

static size_t length_of_character(const char *text)
{
    const char *cursor = text;
    utf8_next(&cursor, text + strlen(text));
    return (size_t)(cursor - text);
}

static void put_percent(struct text *out, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (stands_for_itself(bytes[i]))
            text_append_character(out, bytes[i]);
        else
            text_append_format(out, "%%%02X", (unsigned)(unsigned char)bytes[i]);
    }
}

void mail_put_parameter(struct text *out, const char *name, const char *value)
{
    static const char charset[] = "UTF-8''";
    size_t most = MAIL_LINE_BYTES - strlen(name) - strlen(" *00*=;") - strlen(charset);
    bool one = length_encoded(value, strlen(value)) <= most;
    for (int section = 0; section == 0 || *value != '\0'; section++) {
        size_t take = 0, room = most;
        while (value[take] != '\0') {
            size_t step = length_of_character(value + take), encoded = length_encoded(value + take, step);
            if (encoded > room)
                break;
            room -= encoded;
            take += step;
        }
        if (one)
            text_append_format(out, ";\r\n %s*=", name);
        else
            text_append_format(out, ";\r\n %s*%d*=", name, section);
        text_append_string(out, section == 0 ? charset : "");
        put_percent(out, value, take);
        value += take;
    }
}
