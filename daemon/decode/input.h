/* input.h - a payload as a stream of plain bytes, whether it is kept compressed or not.
 *
 * zstd is told by its magic, anything else is taken as it is.
 *
 * An archive (workbook, zip) must be read at several places, its list at the end first. A compressed one is
 * then unpacked again from its start for each step back, which costs time and no memory: a file to unpack it
 * into is denied to the child (RLIMIT_FSIZE 0 holds for a memfd too), memory of its own would be as large as
 * the payload, and shared memory, though RLIMIT_AS and the resident size do not count it where it is not
 * mapped, is the machine's all the same. Archives hardly compress, so that unpacking them is copying. */
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
