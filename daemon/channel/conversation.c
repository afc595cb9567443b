#include "conversation.h"

#include "channels.h"

#include "m13/memory.h"
#include "m13/text.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum {
    TOLD_BYTES = 16 * 1024, /* of one piece: more is a body that nobody reads */
    HIDDEN_LEAST = 4,       /* shorter values stand everywhere, and are no secret */
};

struct conversation {
    FILE *out;
    struct hidden {
        char *text;
        size_t length, shown;
    } * hidden;
    size_t count, capacity;
};

struct conversation *conversation_new(FILE *out)
{
    if (out == NULL)
        return NULL;
    struct conversation *conversation = memory_get_zeroed(1, sizeof *conversation);
    conversation->out = out;
    return conversation;
}

static void hide_bytes(struct conversation *conversation, const char *bytes, size_t length, size_t shown)
{
    if (length < HIDDEN_LEAST)
        return;
    MEMORY_GROW(conversation->hidden, conversation->count, conversation->capacity);
    conversation->hidden[conversation->count++] =
        (struct hidden){memory_copy_bytes(bytes, length), length, shown};
}

void conversation_hide(struct conversation *conversation, const char *secret, size_t shown)
{
    if (conversation != NULL && secret != NULL)
        hide_bytes(conversation, secret, strlen(secret), shown);
}

void conversation_hide_query(struct conversation *conversation, const char *url)
{
    const char *at = conversation != NULL ? strchr(url, '?') : NULL;
    while (at != NULL) {
        size_t name = strcspn(at + 1, "=&#");
        const char *value = at + 1 + name;
        if (*value == '=')
            hide_bytes(conversation, value + 1, strcspn(value + 1, "&#"), 0);
        at = strchr(value, '&');
    }
}

/* The longest that stands here: one secret may begin with another one. */
static const struct hidden *hidden_at(const struct conversation *conversation, const char *at, size_t left)
{
    const struct hidden *found = NULL;
    for (size_t i = 0; i < conversation->count; i++) {
        const struct hidden *hidden = &conversation->hidden[i];
        if (hidden->length <= left && memcmp(at, hidden->text, hidden->length) == 0 &&
            (found == NULL || hidden->length > found->length))
            found = hidden;
    }
    return found;
}

/* A terminal obeys control characters: they are told as dots, and what is no UTF-8 as U+FFFD. */
static void tell_character(FILE *out, const char **at, const char *end)
{
    char bytes[4];
    uint32_t code_point = utf8_next(at, end);
    bool control = code_point < 0x20 || (code_point >= 0x7f && code_point < 0xa0);
    if (control)
        fputc('.', out);
    else
        fwrite(bytes, 1, utf8_put(code_point, bytes), out);
}

static void tell_line(
    const struct conversation *conversation, char mark, const char *line, const char *line_end)
{
    fprintf(conversation->out, "%c ", mark);
    for (const char *at = line; at < line_end;) {
        const struct hidden *hidden = hidden_at(conversation, at, (size_t)(line_end - at));
        if (hidden != NULL) {
            fprintf(conversation->out, "%.*s...", (int)hidden->shown, hidden->text);
            at += hidden->length;
        } else {
            tell_character(conversation->out, &at, line_end);
        }
    }
    fputc('\n', conversation->out);
}

void conversation_tell(struct conversation *conversation, char mark, const char *bytes, size_t length)
{
    if (conversation == NULL)
        return;
    const char *end = bytes + (length < TOLD_BYTES ? length : TOLD_BYTES);
    for (const char *line = bytes; line < end;) {
        const char *newline = memchr(line, '\n', (size_t)(end - line));
        const char *next = newline != NULL ? newline + 1 : end, *stop = newline != NULL ? newline : end;
        if (stop > line && stop[-1] == '\r')
            stop--;
        tell_line(conversation, mark, line, stop);
        line = next;
    }
    if (length > TOLD_BYTES)
        fprintf(conversation->out, "%c (%zu bytes more)\n", mark, length - TOLD_BYTES);
}

void conversation_tell_format(struct conversation *conversation, char mark, const char *format, ...)
{
    if (conversation == NULL)
        return;
    char *line = NULL;
    size_t length = 0;
    va_list arguments;
    FILE *memory = open_memstream(&line, &length);
    va_start(arguments, format);
    vfprintf(memory, format, arguments);
    va_end(arguments);
    fclose(memory);
    conversation_tell(conversation, mark, line, length);
    if (length == 0)
        fprintf(conversation->out, "%c\n", mark);
    explicit_bzero(line, length);
    free(line);
}

void conversation_free(struct conversation *conversation)
{
    if (conversation == NULL)
        return;
    for (size_t i = 0; i < conversation->count; i++)
        secret_free(conversation->hidden[i].text);
    free(conversation->hidden);
    free(conversation);
}
