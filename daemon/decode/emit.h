/* emit.h - the child's stream of NDJSON (m13/decoder.h), gathered and written in large pieces. */
#ifndef M13_DECODE_EMIT_H
#define M13_DECODE_EMIT_H

#include "reject.h"

#include "m13/text.h"

#include <stdbool.h>
#include <stdint.h>

struct emit {
    int descriptor;
    struct text lines; /* not written yet */
    int64_t rows, rejected, skipped;
};
/* What the end record says besides: struct decoder_result. */
struct emit_tally {
    int64_t replaced, unread;
    bool unended;
};

/* When nobody reads any more the process ends with EXIT_IO: there is no one left to tell. */
void emit_init(struct emit *emit, int descriptor);
void emit_sandbox(struct emit *emit, const char *kind);
void emit_page(struct emit *emit, int64_t page, int64_t total, const char *as_of);
void emit_sheet(struct emit *emit, const char *name, bool epoch_1904);
void emit_record(struct emit *emit, int64_t row, const struct text *json);
void emit_cells(struct emit *emit, int64_t row, const struct text *json);
void emit_reject(struct emit *emit, int64_t row, const struct reject *reject);
void emit_done(struct emit *emit, int64_t page, int64_t total, const char *as_of);
void emit_failed(struct emit *emit, const char *kind, const char *text);
void emit_shape(struct emit *emit, const char *shape);
void emit_end(struct emit *emit, const struct emit_tally *tally);
void emit_flush(struct emit *emit);

#endif
