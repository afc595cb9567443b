/* decoder_inside.h - what tests of the daemon's end turn. */
#ifndef M13_DECODE_DECODER_INSIDE_H
#define M13_DECODE_DECODER_INSIDE_H

#include <stdint.h>

extern int64_t decoder_silence_ms; /* LIMIT_DECODER_SILENCE_MS, but where a test cannot wait so long */

#endif
