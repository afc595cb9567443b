#include "input.h"

#include "m13/limits.h"
#include "m13/memory.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>
#include <zstd_errors.h>

#define RAW_BYTES ((size_t)128 * 1024)
/* Our own evidence is written with a window of 2 MiB; zstd's default of 128 MiB would break the promise that
 * any payload is decoded within 64 MiB. */
#define WINDOW_LOG 23

struct input {
    input_reading *reading; /* NULL = of the descriptor */
    void *context;
    int descriptor;
    bool begun, ended;
    ZSTD_DStream *zstd; /* NULL = the bytes are taken as they are */
    bool in_frame;      /* a frame has begun and not ended */
    ZSTD_inBuffer raw;  /* what of `buffer` is not taken yet */
    int64_t given;
    char *buffer; /* RAW_BYTES */
};

struct input *input_open(int descriptor)
{
    struct input *input = memory_get_zeroed(1, sizeof *input);
    input->descriptor = descriptor;
    input->buffer = memory_get(RAW_BYTES);
    input->raw.src = input->buffer;
    return input;
}

struct input *input_open_stream(input_reading *reading, void *context)
{
    struct input *input = memory_get_zeroed(1, sizeof *input);
    input->descriptor = -1;
    input->reading = reading;
    input->context = context;
    return input;
}

void input_close(struct input *input)
{
    if (input == NULL)
        return;
    ZSTD_freeDStream(input->zstd);
    free(input->buffer);
    free(input);
}

static ssize_t read_raw(struct input *input, char *bytes, size_t room, struct failure *ret_failure)
{
    ssize_t got;
    do
        got = read(input->descriptor, bytes, room);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return fail(ret_failure, -errno, "the payload cannot be read: %s", strerror(errno));
    input->ended = got == 0;
    return got;
}

static int refill(struct input *input, struct failure *ret_failure)
{
    ssize_t got = read_raw(input, input->buffer, RAW_BYTES, ret_failure);
    if (got < 0)
        return (int)got;
    input->raw = (ZSTD_inBuffer){input->buffer, (size_t)got, 0};
    return 0;
}

/* The first four bytes tell; a pipe may give them one by one. */
static int begin(struct input *input, struct failure *ret_failure)
{
    static const unsigned char magic[] = {0x28, 0xb5, 0x2f, 0xfd};
    input->begun = true;
    while (input->raw.size < sizeof magic && !input->ended) {
        ssize_t got =
            read_raw(input, input->buffer + input->raw.size, RAW_BYTES - input->raw.size, ret_failure);
        if (got < 0)
            return (int)got;
        input->raw.size += (size_t)got;
    }
    if (input->raw.size < sizeof magic || memcmp(input->buffer, magic, sizeof magic) != 0)
        return 0;
    input->zstd = ZSTD_createDStream();
    if (input->zstd == NULL ||
        ZSTD_isError(ZSTD_DCtx_setParameter(input->zstd, ZSTD_d_windowLogMax, WINDOW_LOG)))
        return fail(ret_failure, -ENOMEM, "the payload cannot be unpacked: out of memory");
    return 0;
}

static ssize_t read_plain(struct input *input, char *bytes, size_t room, struct failure *ret_failure)
{
    size_t left = input->raw.size - input->raw.pos;
    if (left == 0)
        return input->ended ? 0 : read_raw(input, bytes, room, ret_failure);
    size_t taken = left < room ? left : room;
    memcpy(bytes, input->buffer + input->raw.pos, taken);
    input->raw.pos += taken;
    return (ssize_t)taken;
}

static int unpacking_failed(size_t code, struct failure *ret_failure)
{
    if (ZSTD_getErrorCode(code) == ZSTD_error_frameParameter_windowTooLarge)
        return fail(ret_failure, -EFBIG,
            "the payload was compressed with a window of more than %d MiB: more memory than a decoder may "
            "use",
            1 << (WINDOW_LOG - 20));
    return fail(ret_failure, -EBADMSG, "the compressed payload is damaged: %s", ZSTD_getErrorName(code));
}

static ssize_t read_packed(struct input *input, char *bytes, size_t room, struct failure *ret_failure)
{
    ZSTD_outBuffer out = {bytes, room, 0};
    while (out.pos == 0) {
        if (input->raw.pos == input->raw.size && !input->ended) {
            int r = refill(input, ret_failure);
            if (r < 0)
                return r;
        }
        if (input->ended && input->raw.pos == input->raw.size && !input->in_frame)
            return 0;
        size_t before = input->raw.pos;
        size_t code = ZSTD_decompressStream(input->zstd, &out, &input->raw);
        if (ZSTD_isError(code))
            return unpacking_failed(code, ret_failure);
        input->in_frame = code != 0;
        if (out.pos == 0 && input->ended && input->raw.pos == before)
            return fail(ret_failure, -EBADMSG, "the compressed payload is cut: its last frame has no end");
    }
    return (ssize_t)out.pos;
}

ssize_t input_read(struct input *input, char *bytes, size_t room, struct failure *ret_failure)
{
    if (input->reading == NULL && !input->begun) {
        int r = begin(input, ret_failure);
        if (r < 0)
            return r;
    }
    ssize_t got = input->reading != NULL ? input->reading(input->context, bytes, room, ret_failure)
                  : input->zstd != NULL  ? read_packed(input, bytes, room, ret_failure)
                                         : read_plain(input, bytes, room, ret_failure);
    if (got <= 0)
        return got;
    input->given += got;
    if (input->given > LIMIT_PAYLOAD_BYTES)
        return fail(ret_failure, -EFBIG, "the payload is larger than %lld bytes", LIMIT_PAYLOAD_BYTES);
    return got;
}

/* --- another place ---------------------------------------------------------------------------------------
 */

static int64_t move_raw(struct input *input, int64_t offset, int whence, struct failure *ret_failure)
{
    off_t at = lseek(input->descriptor, offset, whence);
    input->raw.size = input->raw.pos = 0;
    input->ended = false;
    return at >= 0 ? at : fail(ret_failure, -errno, "the payload cannot be read twice: %s", strerror(errno));
}

static int rewind_packed(struct input *input, struct failure *ret_failure)
{
    int64_t r = move_raw(input, 0, SEEK_SET, ret_failure);
    ZSTD_DCtx_reset(input->zstd, ZSTD_reset_session_only);
    input->in_frame = false;
    input->given = 0;
    return r < 0 ? (int)r : 0;
}

/* Unpacks and drops, up to `offset` or to the end. */
static int pass(struct input *input, int64_t offset, struct failure *ret_failure)
{
    char *dropped = memory_get(RAW_BYTES);
    ssize_t got = 1;
    while (got > 0 && input->given < offset) {
        int64_t left = offset - input->given;
        got = input_read(input, dropped, left < (int64_t)RAW_BYTES ? (size_t)left : RAW_BYTES, ret_failure);
    }
    free(dropped);
    return got < 0 ? (int)got : 0;
}

int input_seek(struct input *input, int64_t offset, struct failure *ret_failure)
{
    int r = input->begun ? 0 : begin(input, ret_failure);
    if (r == 0 && input->zstd == NULL) {
        int64_t at = move_raw(input, offset, SEEK_SET, ret_failure);
        input->given = at;
        return at < 0 ? (int)at : 0;
    }
    if (r == 0 && offset < input->given)
        r = rewind_packed(input, ret_failure);
    return r < 0 ? r : pass(input, offset, ret_failure);
}

static bool is_bomb(int64_t unpacked, int64_t packed)
{
    return unpacked > LIMIT_WORKBOOK_SMALL_BYTES && unpacked / LIMIT_UNPACK_RATIO > packed;
}

int64_t input_size(struct input *input, struct failure *ret_failure)
{
    int r = input->begun ? 0 : begin(input, ret_failure);
    if (r == 0 && input->zstd != NULL)
        r = pass(input, LIMIT_PAYLOAD_BYTES + 1, ret_failure);
    if (r < 0)
        return r;
    int64_t unpacked = input->given, raw = move_raw(input, 0, SEEK_END, ret_failure);
    if (raw < 0 || input->zstd == NULL)
        return raw;
    r = rewind_packed(input, ret_failure);
    if (r == 0 && is_bomb(unpacked, raw))
        r = fail(ret_failure, -EFBIG, "the payload unpacks to more than %d times its size: a bomb",
            LIMIT_UNPACK_RATIO);
    return r < 0 ? r : unpacked;
}
