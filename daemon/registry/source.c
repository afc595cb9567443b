#include "source.h"

#include "import.h"

#include "m13/clock.h"
#include "m13/evidence.h"
#include "m13/limits.h"
#include "m13/memory.h"
#include "m13/store.h"
#include "m13/text.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

struct local_source {
    struct store *store;
    int descriptor;
    bool expected; /* `sha256` is what the bytes have to be */
    char sha256[DIGEST_HEX_BYTES];
    int64_t bytes;
    struct digest_stream *digest; /* of what was expected: compared before anything is kept */
    struct evidence_writer *writer;
};

struct local_source *local_source_new(struct store *store, int descriptor, const char *sha256)
{
    struct local_source *source = memory_get_zeroed(1, sizeof *source);
    source->store = store;
    source->descriptor = descriptor;
    source->expected = sha256 != NULL;
    if (source->expected) {
        snprintf(source->sha256, sizeof source->sha256, "%s", sha256);
        source->digest = digest_begin();
    }
    return source;
}

void local_source_free(struct local_source *source)
{
    if (source == NULL)
        return;
    evidence_abandon(source->writer);
    digest_abandon(source->digest);
    free(source);
}

const char *local_source_sha256(const struct local_source *source)
{
    return source->sha256;
}

int64_t local_source_bytes(const struct local_source *source)
{
    return source->bytes;
}

static bool is_kept_already(struct local_source *source)
{
    return source->expected && source->bytes == 0 &&
           store_value(source->store, 0,
               "SELECT count(*) FROM evidence WHERE sha256 = ? AND removed_at IS NULL", "t",
               source->sha256) > 0;
}

static int keep(struct local_source *source, struct failure *ret_failure)
{
    if (source->expected) {
        uint8_t digest[DIGEST_BYTES];
        char actual[DIGEST_HEX_BYTES];
        digest_end(source->digest, digest);
        source->digest = NULL;
        if (strcmp(digest_hex(digest, actual), source->sha256) != 0)
            return fail(ret_failure, -ESTALE, "the file was changed while it was read");
    }
    struct evidence_writer *writer = source->writer;
    source->writer = NULL; /* it frees itself */
    return evidence_keep(writer, source->sha256, &source->bytes, ret_failure);
}

static int add(struct local_source *source, const char *bytes, size_t length, struct failure *ret_failure)
{
    source->bytes += (int64_t)length;
    if (source->bytes > LIMIT_LOCAL_FILE_BYTES) /* it grows while we read */
        return fail(ret_failure, -EFBIG, "the file is larger than %lld MB", LIMIT_LOCAL_FILE_BYTES >> 20);
    if (source->expected)
        digest_add(source->digest, bytes, length);
    return evidence_add(source->writer, bytes, length, ret_failure);
}

/* A disk that fills up ends the program at its next commit: better not to begin. */
static int begin(struct local_source *source, struct failure *ret_failure)
{
    struct statvfs disk;
    struct stat status;
    const char *folder = store_directory(source->store);
    if (fstat(source->descriptor, &status) < 0)
        return fail(ret_failure, -errno, "the file cannot be read: %s", strerror(errno));
    if (statvfs(folder, &disk) < 0)
        return fail(ret_failure, -errno, "%s: %s", folder, strerror(errno));
    int64_t room = (int64_t)(disk.f_bavail * disk.f_frsize);
    if (room < local_import_reserve_bytes + status.st_size)
        return fail(ret_failure, -ENOSPC, "%s: the disk is nearly full: %lld MB are free", folder,
            (long long)(room >> 20));
    return evidence_begin(source->store, &source->writer, ret_failure);
}

int local_source_slice(struct local_source *source, struct failure *ret_failure)
{
    static char buffer[64 * 1024];
    if (is_kept_already(source))
        return 0;
    int r = source->writer == NULL ? begin(source, ret_failure) : 0;
    int64_t deadline = clock_monotonic_us() + LIMIT_SLICE_MS * 1000;
    while (r == 0 && clock_monotonic_us() < deadline) {
        ssize_t length = pread(source->descriptor, buffer, sizeof buffer, source->bytes);
        if (length < 0 && errno == EINTR)
            continue;
        if (length < 0)
            return fail(ret_failure, -errno, "the file cannot be read: %s", strerror(errno));
        if (length == 0)
            return keep(source, ret_failure);
        r = add(source, buffer, (size_t)length, ret_failure);
    }
    return r < 0 ? r : 1;
}
