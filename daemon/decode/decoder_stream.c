#include "decoder_stream.h"

#include "m13/limits.h"
#include "m13/memory.h"
#include "m13/text.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The longest honest line is a record of LIMIT_RECORD_BYTES with its row number round it. */
#define BUFFER_BYTES ((size_t)LIMIT_RECORD_BYTES + 4096)

void decoder_stream_init(struct decoder_stream *stream, const struct decoder_events *events)
{
    *stream = (struct decoder_stream){.events = events, .bytes = memory_get(BUFFER_BYTES)};
}

void decoder_stream_release(struct decoder_stream *stream)
{
    free(stream->bytes);
}

char *decoder_stream_room(struct decoder_stream *stream, size_t *ret_room)
{
    if (stream->start > 0) {
        memmove(stream->bytes, stream->bytes + stream->start, stream->end - stream->start);
        stream->end -= stream->start;
        stream->start = 0;
    }
    *ret_room = BUFFER_BYTES - stream->end;
    return stream->bytes + stream->end;
}

void decoder_stream_add(struct decoder_stream *stream, size_t length)
{
    stream->end += length;
}

static enum decoder_taken lie(struct decoder_stream *stream, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static enum decoder_taken lie(struct decoder_stream *stream, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(stream->lie, sizeof stream->lie, format, arguments);
    va_end(arguments);
    return DECODER_TOOK_LIE;
}

static enum decoder_taken tell(struct decoder_stream *stream, const struct decoder_item *item)
{
    stream->paused = !stream->events->item(item, stream->events->context);
    return DECODER_TOOK_LINE;
}

/* --- rows: many, so read by hand -------------------------------------------------------------------------
 */

static bool take_reject(
    struct decoder_stream *stream, struct decoder_item *item, enum decoder_taken *ret_taken)
{
    json_t *reject = json_loadb(item->text, item->length, 0, NULL);
    const char *field = json_string_value(json_object_get(reject, "field"));
    const char *reason = json_string_value(json_object_get(reject, "reason"));
    const char *excerpt = json_string_value(json_object_get(reject, "excerpt"));
    bool good = field != NULL && reason != NULL && excerpt != NULL;
    if (good) {
        struct decoder_item told = {.kind = DECODER_REJECT,
            .page = item->page,
            .row = item->row,
            .text = "",
            .field = field,
            .reason = reason,
            .excerpt = excerpt,
            .total = -1,
            .as_of = ""};
        stream->rejected++;
        *ret_taken = tell(stream, &told);
    }
    json_decref(reject);
    return good;
}

static const struct row_kind {
    const char *head;
    enum decoder_line kind;
    char last; /* byte of what began with the head's last */
} row_kinds[] = {
    {",\"record\":{", DECODER_RECORD, '}'},
    {",\"cells\":[", DECODER_CELLS, ']'},
    {",\"reject\":{", DECODER_REJECT, '}'},
};

static const struct row_kind *row_kind_of(const char *head)
{
    for (size_t i = 0; i < sizeof row_kinds / sizeof row_kinds[0]; i++)
        if (string_starts(head, row_kinds[i].head))
            return &row_kinds[i];
    return NULL;
}

/* The digits at *cursor, which moves behind them; 0 when there are none, or too many to be a row. */
static int64_t take_number(char **cursor)
{
    int64_t number = 0;
    size_t digits = strspn(*cursor, "0123456789");
    for (size_t i = 0; i < digits && digits <= 15; i++)
        number = number * 10 + ((*cursor)[i] - '0');
    *cursor += digits;
    return number;
}

/* `line` is NUL-terminated and begins with {"row": */
static enum decoder_taken take_row(struct decoder_stream *stream, char *line, size_t length)
{
    char *behind = line + strlen("{\"row\":");
    int64_t row = take_number(&behind);
    const struct row_kind *kind = row_kind_of(behind);
    if (kind == NULL || line[length - 1] != '}' || line[length - 2] != kind->last)
        return lie(stream, "a line of a row that has no such form");
    if (!stream->in_page || row <= stream->row || (kind->kind == DECODER_CELLS && !stream->in_sheet))
        return lie(stream, "row %lld out of its place", (long long)row);
    stream->row = row;
    char *object = behind + strlen(kind->head) - 1;
    line[length - 1] = '\0';
    struct decoder_item item = {.kind = kind->kind,
        .page = stream->page,
        .row = row,
        .text = object,
        .length = (size_t)(line + length - 1 - object),
        .field = "",
        .reason = "",
        .excerpt = "",
        .total = -1,
        .as_of = ""};
    if (kind->kind != DECODER_REJECT) {
        stream->rows++;
        return tell(stream, &item);
    }
    enum decoder_taken taken;
    return take_reject(stream, &item, &taken) ? taken : lie(stream, "a reject that is none");
}

/* --- all other lines: a handful --------------------------------------------------------------------------
 */

static int64_t integer_of(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    return json_is_integer(value) ? json_integer_value(value) : INT64_MIN;
}

static enum decoder_taken take_sandbox(struct decoder_stream *stream, json_t *body, int64_t next_page)
{
    (void)next_page;
    if (!json_is_string(body) || stream->sandboxed)
        return lie(stream, "a second sandbox");
    stream->sandboxed = true;
    return DECODER_TOOK_LINE;
}

static enum decoder_taken tell_page(struct decoder_stream *stream)
{
    struct decoder_item item = {.kind = DECODER_PAGE,
        .page = stream->page,
        .text = "",
        .field = "",
        .reason = "",
        .excerpt = "",
        .total = stream->total,
        .as_of = stream->as_of};
    return tell(stream, &item);
}

/* Total and date; true when they are new. */
static bool note_page(struct decoder_stream *stream, const json_t *body, bool *ret_new)
{
    const char *as_of = json_string_value(json_object_get(body, "as_of"));
    int64_t total = integer_of(body, "total");
    size_t length = as_of != NULL ? strlen(as_of) : sizeof stream->as_of;
    if (length >= sizeof stream->as_of || total < -1)
        return false;
    *ret_new = total != stream->total || strcmp(as_of, stream->as_of) != 0;
    stream->total = total;
    memcpy(stream->as_of, as_of, length + 1);
    return true;
}

static enum decoder_taken take_page(struct decoder_stream *stream, json_t *body, int64_t next_page)
{
    bool is_new;
    if (stream->in_page || !stream->sandboxed || integer_of(body, "page") != next_page ||
        !note_page(stream, body, &is_new))
        return lie(stream, "a payload out of its place");
    stream->in_page = true;
    stream->page = next_page;
    stream->in_sheet = false;
    stream->row = 0;
    return tell_page(stream);
}

static enum decoder_taken take_sheet(struct decoder_stream *stream, json_t *body, int64_t next_page)
{
    (void)next_page;
    const char *name = json_string_value(json_object_get(body, "name"));
    const json_t *epoch = json_object_get(body, "epoch");
    if (!stream->in_page || name == NULL || (epoch != NULL && json_integer_value(epoch) != 1904))
        return lie(stream, "a sheet out of its place");
    stream->in_sheet = true;
    stream->row = 0; /* each sheet counts from 1 */
    struct decoder_item item = {.kind = DECODER_SHEET,
        .page = stream->page,
        .text = name,
        .length = strlen(name),
        .field = "",
        .reason = "",
        .excerpt = "",
        .total = -1,
        .as_of = "",
        .epoch_1904 = epoch != NULL};
    return tell(stream, &item);
}

static enum decoder_taken take_done(struct decoder_stream *stream, json_t *body, int64_t next_page)
{
    bool is_new;
    if (!stream->in_page || integer_of(body, "page") != next_page || !note_page(stream, body, &is_new))
        return lie(stream, "the end of a payload out of its place");
    stream->in_page = false;
    /* The register says behind its rows how many there are: the page is told again. */
    if (is_new)
        tell_page(stream);
    return DECODER_TOOK_DONE;
}

static enum decoder_taken take_shape(struct decoder_stream *stream, json_t *body, int64_t next_page)
{
    (void)next_page;
    const char *shape = json_string_value(body);
    if (stream->in_page || !stream->sandboxed || stream->shaped || shape == NULL ||
        strlen(shape) > LIMIT_SHAPE_BYTES)
        return lie(stream, "a shape out of its place");
    stream->shaped = true;
    struct decoder_item item = {.kind = DECODER_SHAPE,
        .page = stream->page,
        .text = shape,
        .length = strlen(shape),
        .field = "",
        .reason = "",
        .excerpt = "",
        .total = -1,
        .as_of = ""};
    return tell(stream, &item);
}

static enum decoder_taken take_end(struct decoder_stream *stream, json_t *body, int64_t next_page)
{
    (void)next_page;
    int64_t rows = integer_of(body, "rows"), rejected = integer_of(body, "rejected");
    stream->skipped = integer_of(body, "skipped");
    stream->replaced = integer_of(body, "replaced");
    stream->unread = integer_of(body, "unread");
    stream->unended = json_is_true(json_object_get(body, "unended"));
    if (stream->in_page || !stream->sandboxed || stream->skipped < 0 || stream->replaced < 0 ||
        stream->unread < 0)
        return lie(stream, "an end out of its place");
    if (rows != stream->rows || rejected != stream->rejected)
        return lie(stream, "%lld rows and %lld rejects are claimed, %lld and %lld came", (long long)rows,
            (long long)rejected, (long long)stream->rows, (long long)stream->rejected);
    stream->ended = true;
    return DECODER_TOOK_LINE;
}

static enum decoder_taken take_failed(struct decoder_stream *stream, json_t *body, int64_t next_page)
{
    (void)next_page;
    const char *kind = json_string_value(json_object_get(body, "kind"));
    const char *text = json_string_value(json_object_get(body, "text"));
    if (kind == NULL || text == NULL || !stream->sandboxed)
        return lie(stream, "a failure that is none");
    stream->failed = true;
    stream->failed_too_large = string_equal(kind, "too-large");
    snprintf(stream->failure, sizeof stream->failure, "%s", text);
    return DECODER_TOOK_LINE;
}

static const struct {
    const char *name;
    enum decoder_taken (*take)(struct decoder_stream *stream, json_t *body, int64_t next_page);
} line_kinds[] = {
    {"sandbox", take_sandbox},
    {"page", take_page},
    {"sheet", take_sheet},
    {"done", take_done},
    {"shape", take_shape},
    {"end", take_end},
    {"failed", take_failed},
};

static enum decoder_taken take_other(
    struct decoder_stream *stream, const char *line, size_t length, int64_t next_page)
{
    enum decoder_taken taken = DECODER_TOOK_NOTHING;
    json_t *object = json_loadb(line, length, 0, NULL);
    for (size_t i = 0; i < sizeof line_kinds / sizeof line_kinds[0] && taken == DECODER_TOOK_NOTHING; i++) {
        json_t *body = json_object_get(object, line_kinds[i].name);
        if (body != NULL)
            taken = line_kinds[i].take(stream, body, next_page);
    }
    json_decref(object);
    return taken != DECODER_TOOK_NOTHING ? taken : lie(stream, "a line of no known kind");
}

enum decoder_taken decoder_stream_take(struct decoder_stream *stream, int64_t next_page)
{
    char *line = stream->bytes + stream->start;
    size_t available = stream->end - stream->start;
    char *newline = memchr(line, '\n', available);
    if (newline == NULL)
        return available < BUFFER_BYTES ? DECODER_TOOK_NOTHING
                                        : lie(stream, "a line of more than %zu bytes", BUFFER_BYTES);
    size_t length = (size_t)(newline - line);
    stream->start += length + 1;
    *newline = '\0';
    if (memchr(line, '\0', length) != NULL)
        return lie(stream, "a NUL byte");
    if (stream->ended || stream->failed)
        return lie(stream, "a line behind the end");
    return string_starts(line, "{\"row\":") ? take_row(stream, line, length)
                                            : take_other(stream, line, length, next_page);
}
