/* decoder_judge.h - what became of a decoder, from all that is known of its end. */
#ifndef M13_DECODE_DECODER_JUDGE_H
#define M13_DECODE_DECODER_JUDGE_H

#include "decoder_stream.h"

#include "m13/child.h"

/* What we did to it. */
enum decoder_fate {
    FATE_OPEN,   /* nothing: it ended by itself */
    FATE_LIED,   /* killed, since its stream could not be true */
    FATE_SILENT, /* killed, since it hung */
    FATE_KILLED, /* killed by decoder_kill() */
};
/* `table`: what was too large goes back to its sender, in Chinese. */
struct decoder_result decoder_judge(
    const struct decoder_stream *stream, bool table, enum decoder_fate fate, const struct child_end *end);

#endif
