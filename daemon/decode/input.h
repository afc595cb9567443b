/* input.h - a payload as a stream of plain bytes, whether it is kept compressed or not.
 *
 * zstd is told by its magic, anything else is taken as it is.
 *
 * An archive (workbook, zip) must be read at several places, its list at the end first. A compressed one is
 * then unpacked again from its start for each step back, which costs time and no memory. A file to unpack it
 * into is denied to the child: RLIMIT_FSIZE 0 holds for a memfd too (EFBIG; measured on Linux 6.18). Without
 * that, a memfd that nobody maps would count neither against RLIMIT_AS nor in the resident size, but it is
 * the machine's memory all the same, as much as the payload. Archives hardly compress, so that unpacking
 * them is copying: 16 MB of workbook take 0.04 s more. */
#ifndef M13_DECODE_INPUT_H
#define M13_DECODE_INPUT_H

#include "m13/failure.h"

#include <stdint.h>
#include <sys/types.h>

struct input;
typedef ssize_t input_reading(void *context, char *bytes, size_t room, struct failure *ret_failure);

struct input *input_open(int descriptor); /* the descriptor stays the caller's; reads from where it stands */
/* Bytes that come from elsewhere, as they are: `reading` answers as input_read() does. `context` stays the
 * caller's. It cannot be sought in. */
struct input *input_open_stream(input_reading *reading, void *context);
/* Up to `room` bytes: their number, 0 at the end, or -EFBIG (over LIMIT_PAYLOAD_BYTES, or compressed with
 * more memory than we lend), -EBADMSG (the compressed bytes are damaged or cut), or the errno of read(2). */
ssize_t input_read(struct input *input, char *bytes, size_t room, struct failure *ret_failure);
/* How many bytes there are in all: reads a compressed payload once. -EFBIG for what was compressed more than
 * LIMIT_UNPACK_RATIO times. Negative errno on failure. The place is undefined afterwards: seek. */
int64_t input_size(struct input *input, struct failure *ret_failure);
int input_seek(struct input *input, int64_t offset, struct failure *ret_failure); /* from the start */
void input_close(struct input *input);                                            /* NULL is fine */

#endif
