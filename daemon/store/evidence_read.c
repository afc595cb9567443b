/* evidence_read.c - kept bytes are found again, and held to their hash. */
#include "m13/evidence.h"
#include "m13/text.h"

#include "evidence_files.h"
#include "internal.h"

#include "m13/limits.h"
#include "m13/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

char *evidence_folder(const struct store *store, const char sha256[DIGEST_HEX_BYTES])
{
    char name[16];
    snprintf(name, sizeof name, "evidence/%.2s", sha256);
    return path_join(store_directory(store), name);
}

char *evidence_path(const struct store *store, const char sha256[DIGEST_HEX_BYTES])
{
    char name[16 + DIGEST_HEX_BYTES];
    snprintf(name, sizeof name, "evidence/%.2s/%.64s.zst", sha256, sha256);
    return path_join(store_directory(store), name);
}

ssize_t read_whole(int descriptor, void *bytes, size_t length)
{
    size_t used = 0;
    while (used < length) {
        ssize_t got = read(descriptor, (char *)bytes + used, length - used);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -errno;
        if (got == 0)
            break;
        used += (size_t)got;
    }
    return (ssize_t)used;
}

/* A hash may come from an operator's command line: nothing else may become part of a path. */
static bool is_hash(const char *sha256)
{
    return strlen(sha256) == DIGEST_HEX_BYTES - 1 &&
           strspn(sha256, "0123456789abcdef") == DIGEST_HEX_BYTES - 1;
}

int evidence_open(struct store *store, const char *sha256, struct failure *ret_failure)
{
    if (!is_hash(sha256))
        return fail(ret_failure, -EINVAL, "evidence is named by 64 hex digits, not by %.80s", sha256);
    char *path = evidence_path(store, sha256);
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    int r = descriptor < 0 ? -errno : 0;
    free(path);
    if (r < 0)
        return fail(ret_failure, r, "evidence %s cannot be read: %s", sha256, strerror(-r));
    return descriptor;
}

/* --- verifying -------------------------------------------------------------------------------------------
 */

struct unpacking {
    ZSTD_DCtx *decompressor;
    struct digest_stream *digest;
    char *packed, *plain;
    size_t packed_size, plain_size;
    int64_t bytes, most;
    size_t wanted; /* what zstd still waits for: 0 at the end of a frame */
};

/* All frames of one piece of the file into the digest; false when they are damaged or too long. */
static bool unpack_piece(struct unpacking *unpacking, size_t length)
{
    ZSTD_inBuffer input = {unpacking->packed, length, 0};
    ZSTD_outBuffer output;
    do {
        output = (ZSTD_outBuffer){unpacking->plain, unpacking->plain_size, 0};
        unpacking->wanted = ZSTD_decompressStream(unpacking->decompressor, &output, &input);
        if (ZSTD_isError(unpacking->wanted))
            return false;
        digest_add(unpacking->digest, output.dst, output.pos);
        unpacking->bytes += (int64_t)output.pos;
        if (unpacking->bytes > unpacking->most)
            return false;
    } while (input.pos < input.size || output.pos == output.size);
    return true;
}

static int unpack(struct unpacking *unpacking, int descriptor)
{
    ssize_t length;
    while ((length = read_whole(descriptor, unpacking->packed, unpacking->packed_size)) > 0)
        if (!unpack_piece(unpacking, (size_t)length))
            return -EBADMSG;
    if (length < 0)
        return (int)length;
    return unpacking->wanted == 0 ? 0 : -EBADMSG;
}

static int hash_file(int descriptor, int64_t most, int64_t *ret_bytes, char ret_sha256[DIGEST_HEX_BYTES])
{
    struct unpacking unpacking = {
        .decompressor = ZSTD_createDCtx(),
        .digest = digest_begin(),
        .packed_size = ZSTD_DStreamInSize(),
        .plain_size = ZSTD_DStreamOutSize(),
        .most = most,
        .wanted = 1, /* an empty file lacks even a frame's header */
    };
    unpacking.packed = memory_get(unpacking.packed_size);
    unpacking.plain = memory_get(unpacking.plain_size);
    int r = unpacking.decompressor != NULL ? unpack(&unpacking, descriptor) : -ENOMEM;
    uint8_t digest[DIGEST_BYTES];
    digest_end(unpacking.digest, digest);
    digest_hex(digest, ret_sha256);
    *ret_bytes = unpacking.bytes;
    ZSTD_freeDCtx(unpacking.decompressor);
    free(unpacking.packed);
    free(unpacking.plain);
    return r;
}

struct evidence_row {
    bool found, removed;
    int64_t bytes;
};

static struct evidence_row read_row(struct store *store, const char *sha256)
{
    struct evidence_row row = {.bytes = LIMIT_PAYLOAD_BYTES};
    struct query *q =
        query_bind(query(store, "SELECT bytes, removed_at FROM evidence WHERE sha256 = ?"), "t", sha256);
    if (query_next(q))
        row = (struct evidence_row){
            .found = true, .bytes = query_integer(q, 0), .removed = !query_is_null(q, 1)};
    query_end(q);
    return row;
}

int evidence_verify(struct store *store, const char *sha256, struct failure *ret_failure)
{
    struct evidence_row row = read_row(store, sha256);
    int descriptor = evidence_open(store, sha256, ret_failure);
    if (descriptor == -ENOENT && row.removed) {
        if (ret_failure != NULL)
            *ret_failure = (struct failure){0};
        return 0;
    }
    if (descriptor < 0)
        return descriptor;

    char actual[DIGEST_HEX_BYTES];
    int64_t bytes;
    int r = hash_file(descriptor, row.bytes, &bytes, actual);
    close(descriptor);
    if (r == 0 && (strcmp(actual, sha256) != 0 || (row.found && bytes != row.bytes)))
        r = -EBADMSG;
    if (r == -EBADMSG)
        return fail(
            ret_failure, r, "evidence %s is damaged: its bytes are not those that were served", sha256);
    return r == 0 ? 0 : fail(ret_failure, r, "evidence %s cannot be read: %s", sha256, strerror(-r));
}
