/* fake_decoder.h - takes the decoder's place in a test program: CSV without quotes, read in this process, and
 * every way in which a decoder may end. A line "[NAME]" begins a sheet, as in a workbook. */
#ifndef M13_TEST_FAKE_DECODER_H
#define M13_TEST_FAKE_DECODER_H

#include "m13/decoder.h"

struct fake_decoder_plan {
    enum decoder_outcome outcome; /* at the end of the file */
    int start;                    /* what decoder_start() answers: 0, or a negative errno */
    bool never_ends;
    void (*before_end)(void *context); /* what happens in the world meanwhile */
    void *context;
};
extern struct fake_decoder_plan fake_decoder_plan; /* zeros: all is well */
extern int fake_decoder_starts;

#endif
