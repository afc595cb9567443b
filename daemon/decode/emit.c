#include "emit.h"

#include "m13/failure.h"
#include "m13/limits.h"
#include "m13/log.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#define PIECE_BYTES ((size_t)128 * 1024)

void emit_init(struct emit *emit, int descriptor)
{
    *emit = (struct emit){.descriptor = descriptor};
    /* A piece, and the longest line that may come on top of it. */
    emit->lines = TEXT_WITH_CEILING(PIECE_BYTES + 2 * LIMIT_RECORD_BYTES);
}

void emit_flush(struct emit *emit)
{
    const char *bytes = text_string(&emit->lines);
    size_t left = emit->lines.length;
    while (left > 0) {
        ssize_t written = write(emit->descriptor, bytes, left);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            log_fatal(EXIT_IO, "nobody takes the records: %s", strerror(errno));
        bytes += written;
        left -= (size_t)written;
    }
    text_clear(&emit->lines);
}

static void end_line(struct emit *emit)
{
    text_append(&emit->lines, "}\n", 2);
    if (emit->lines.length >= PIECE_BYTES)
        emit_flush(emit);
}

void emit_sandbox(struct emit *emit, const char *kind)
{
    text_append_string(&emit->lines, "{\"sandbox\":");
    text_append_json(&emit->lines, kind);
    end_line(emit);
    emit_flush(emit);
}

static void append_page(struct emit *emit, const char *what, int64_t page, int64_t total, const char *as_of)
{
    text_append_format(
        &emit->lines, "{\"%s\":{\"page\":%" PRId64 ",\"total\":%" PRId64 ",\"as_of\":", what, page, total);
    text_append_json(&emit->lines, as_of);
}

void emit_page(struct emit *emit, int64_t page, int64_t total, const char *as_of)
{
    append_page(emit, "page", page, total, as_of);
    text_append_character(&emit->lines, '}');
    end_line(emit);
}

void emit_sheet(struct emit *emit, const char *name, bool epoch_1904)
{
    text_append_string(&emit->lines, "{\"sheet\":{\"name\":");
    text_append_json(&emit->lines, name);
    text_append_string(&emit->lines, epoch_1904 ? ",\"epoch\":1904}" : "}");
    end_line(emit);
}

void emit_done(struct emit *emit, int64_t page, int64_t total, const char *as_of)
{
    append_page(emit, "done", page, total, as_of);
    text_append_character(&emit->lines, '}');
    end_line(emit);
    emit_flush(emit);
}

static void append_row(struct emit *emit, int64_t row, const char *what, size_t length)
{
    text_append(&emit->lines, "{\"row\":", 7);
    text_append_integer(&emit->lines, row);
    text_append(&emit->lines, what, length);
}

void emit_record(struct emit *emit, int64_t row, const struct text *json)
{
    static const char what[] = ",\"record\":";
    append_row(emit, row, what, sizeof what - 1);
    text_append(&emit->lines, json->bytes, json->length);
    emit->rows++;
    end_line(emit);
}

void emit_cells(struct emit *emit, int64_t row, const struct text *json)
{
    static const char what[] = ",\"cells\":";
    append_row(emit, row, what, sizeof what - 1);
    text_append(&emit->lines, json->bytes, json->length);
    emit->rows++;
    end_line(emit);
}

void emit_reject(struct emit *emit, int64_t row, const struct reject *reject)
{
    static const char what[] = ",\"reject\":{\"field\":";
    append_row(emit, row, what, sizeof what - 1);
    text_append_json(&emit->lines, reject->field);
    text_append_string(&emit->lines, ",\"reason\":");
    text_append_json(&emit->lines, reject->reason);
    text_append_string(&emit->lines, ",\"excerpt\":");
    text_append_json(&emit->lines, reject->excerpt);
    text_append_character(&emit->lines, '}');
    emit->rejected++;
    end_line(emit);
}

void emit_failed(struct emit *emit, const char *kind, const char *text)
{
    text_append_string(&emit->lines, "{\"failed\":{\"kind\":");
    text_append_json(&emit->lines, kind);
    text_append_string(&emit->lines, ",\"text\":");
    text_append_json(&emit->lines, text);
    text_append_character(&emit->lines, '}');
    end_line(emit);
    emit_flush(emit);
}

void emit_shape(struct emit *emit, const char *shape)
{
    text_append_string(&emit->lines, "{\"shape\":");
    text_append_json(&emit->lines, shape);
    end_line(emit);
}

void emit_end(struct emit *emit, const struct emit_tally *tally)
{
    text_append_format(&emit->lines,
        "{\"end\":{\"rows\":%" PRId64 ",\"rejected\":%" PRId64 ",\"skipped\":%" PRId64
        ",\"replaced\":%" PRId64 ",\"unread\":%" PRId64 ",\"unended\":%s}",
        emit->rows, emit->rejected, emit->skipped, tally->replaced, tally->unread,
        tally->unended ? "true" : "false");
    end_line(emit);
    emit_flush(emit);
}
