/* input.h - a payload as a stream of plain bytes, whether it is kept compressed or not.
 *
 * zstd is told by its magic, anything else is taken as it is. */
#ifndef M13_DECODE_INPUT_H
#define M13_DECODE_INPUT_H

#include "m13/failure.h"

#include <sys/types.h>

struct input;

struct input *input_open(int descriptor); /* the descriptor stays the caller's; reads from where it stands */
/* Up to `room` bytes: their number, 0 at the end, or -EFBIG (over LIMIT_PAYLOAD_BYTES, or compressed with
 * more memory than we lend), -EBADMSG (the compressed bytes are damaged or cut), or the errno of read(2). */
ssize_t input_read(struct input *input, char *bytes, size_t room, struct failure *ret_failure);
void input_close(struct input *input); /* NULL is fine */

#endif
