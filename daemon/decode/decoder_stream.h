/* decoder_stream.h - the daemon's reading of a child's stream: lines to items, nothing believed unchecked.
 *
 * The child has read hostile bytes: a line out of place, too long or of a wrong form is a lie, and the stream
 * is over. */
#ifndef M13_DECODE_DECODER_STREAM_H
#define M13_DECODE_DECODER_STREAM_H

#include "m13/decoder.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct decoder_stream {
    const struct decoder_events *events;
    char *bytes; /* read and not taken yet: [start, end) */
    size_t start, end;
    bool paused;    /* the receiver wants no more for now */
    bool sandboxed; /* the child has told that its cage is closed */
    bool in_page;
    bool in_sheet; /* of this payload one has begun: cells may come */
    int64_t page, row, total;
    char as_of[64];
    int64_t rows, rejected; /* that came */
    bool ended;             /* the end record is there; the counts agree */
    bool shaped;            /* the shape has been told */
    int64_t skipped, replaced, unread;
    bool unended;
    bool failed; /* the child gave the payload up */
    bool failed_too_large;
    char failure[1024];
    char lie[256]; /* "" = none */
};

enum decoder_taken {
    DECODER_TOOK_NOTHING, /* no whole line is there */
    DECODER_TOOK_LINE,
    DECODER_TOOK_DONE, /* a line that ends a payload: the next may be handed over */
    DECODER_TOOK_LIE,
};

void decoder_stream_init(struct decoder_stream *stream, const struct decoder_events *events);
void decoder_stream_release(struct decoder_stream *stream);
/* Room for what is read next; never 0 unless a line is there. */
char *decoder_stream_room(struct decoder_stream *stream, size_t *ret_room);
void decoder_stream_add(struct decoder_stream *stream, size_t length);
/* `next_page`: the payload that the child must be at. */
enum decoder_taken decoder_stream_take(struct decoder_stream *stream, int64_t next_page);

#endif
