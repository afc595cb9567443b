/* evidence_write.c - bytes become a durable file and a row. */
#include "m13/evidence.h"
#include "m13/text.h"

#include "evidence_files.h"
#include "internal.h"

#include "m13/clock.h"
#include "m13/memory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

/* 164 MB of openFDA's clearances with their arrays: level 1 keeps 1/5.2 at 2.8 ms a MB, level 3 1/5.8 at 4.7
 * ms, level 5 1/6.4 at more than twice that. The loop compresses while it receives, and nothing else costs it
 * as much: a tenth of the disk is not worth its time. */
#define COMPRESSION_LEVEL 1
/* Compressed bytes after which the kernel is asked to begin writing, so that the fsync at the end finds
 * little left to do: it holds up the loop. */
#define WRITE_BEHIND_BYTES (1024 * 1024)

struct evidence_writer {
    struct store *store;
    int descriptor;
    char *path; /* temporary */
    ZSTD_CCtx *compressor;
    struct digest_stream *digest;
    char *buffer; /* compressed, not yet written */
    size_t buffer_length, buffer_size;
    int64_t bytes, stored_bytes, written_behind;
};

static int io_failure(const char *doing, struct failure *ret_failure)
{
    int code = -errno;
    return fail(ret_failure, code, "evidence cannot be %s: %s", doing, strerror(-code));
}

/* --- streaming -------------------------------------------------------------------------------------------
 */

int evidence_begin(struct store *store, struct evidence_writer **ret_writer, struct failure *ret_failure)
{
    struct evidence_writer *writer = memory_get_zeroed(1, sizeof *writer);
    writer->store = store;
    writer->path = path_join(store_directory(store), "evidence/tmp/XXXXXX");
    writer->descriptor = mkostemp(writer->path, O_CLOEXEC);
    if (writer->descriptor < 0) {
        int r = io_failure("begun", ret_failure);
        evidence_abandon(writer);
        return r;
    }
    writer->digest = digest_begin();
    writer->buffer_size = ZSTD_CStreamOutSize();
    writer->buffer = memory_get(writer->buffer_size);
    writer->compressor = ZSTD_createCCtx();
    if (writer->compressor == NULL) {
        evidence_abandon(writer);
        return fail(ret_failure, -ENOMEM, "evidence cannot be begun: no memory for its compression");
    }
    ZSTD_CCtx_setParameter(writer->compressor, ZSTD_c_compressionLevel, COMPRESSION_LEVEL);
    ZSTD_CCtx_setParameter(writer->compressor, ZSTD_c_checksumFlag, 1); /* `zstd -t` finds damage too */
    *ret_writer = writer;
    return 0;
}

static int write_buffer(struct evidence_writer *writer, struct failure *ret_failure)
{
    const char *bytes = writer->buffer;
    while (writer->buffer_length > 0) {
        ssize_t written = write(writer->descriptor, bytes, writer->buffer_length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return io_failure("written", ret_failure);
        bytes += written;
        writer->buffer_length -= (size_t)written;
        writer->stored_bytes += written;
    }
    if (writer->stored_bytes - writer->written_behind >= WRITE_BEHIND_BYTES) {
        /* A hint: whether it worked is told by fsync(). */
        sync_file_range(writer->descriptor, writer->written_behind,
            writer->stored_bytes - writer->written_behind, SYNC_FILE_RANGE_WRITE);
        writer->written_behind = writer->stored_bytes;
    }
    return 0;
}

/* One step of the compressor; *ret_left is 0 when it has done all that `how` asks. */
static int compress_step(struct evidence_writer *writer, ZSTD_inBuffer *input, ZSTD_EndDirective how,
    size_t *ret_left, struct failure *ret_failure)
{
    ZSTD_outBuffer output = {writer->buffer, writer->buffer_size, writer->buffer_length};
    *ret_left = ZSTD_compressStream2(writer->compressor, &output, input, how);
    if (ZSTD_isError(*ret_left))
        return fail(ret_failure, -ENOMEM, "evidence cannot be compressed: %s", ZSTD_getErrorName(*ret_left));
    writer->buffer_length = output.pos;
    bool full = output.pos == output.size;
    return full ? write_buffer(writer, ret_failure) : 0;
}

int evidence_add(
    struct evidence_writer *writer, const void *bytes, size_t length, struct failure *ret_failure)
{
    ZSTD_inBuffer input = {bytes, length, 0};
    size_t left;
    int r = 0;
    digest_add(writer->digest, bytes, length);
    writer->bytes += (int64_t)length;
    while (r == 0 && input.pos < input.size)
        r = compress_step(writer, &input, ZSTD_e_continue, &left, ret_failure);
    return r;
}

static int end_frame(struct evidence_writer *writer, struct failure *ret_failure)
{
    ZSTD_inBuffer nothing = {NULL, 0, 0};
    size_t left;
    int r;
    do {
        r = compress_step(writer, &nothing, ZSTD_e_end, &left, ret_failure);
    } while (r == 0 && left > 0);
    return r == 0 ? write_buffer(writer, ret_failure) : r;
}

/* --- keeping ---------------------------------------------------------------------------------------------
 */

/* Is the file that is there, byte for byte, the one that we have just made from the regulator's bytes? Then
 * it is whole, and nothing needs to be written. */
static bool is_same_file(const struct evidence_writer *writer, const char *path)
{
    static char ours[64 * 1024], theirs[sizeof ours];
    struct stat status;
    int other = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    bool same = other >= 0 && fstat(other, &status) == 0 && status.st_size == writer->stored_bytes &&
                lseek(writer->descriptor, 0, SEEK_SET) == 0;
    for (ssize_t length = 1; same && length > 0;) {
        length = read_whole(writer->descriptor, ours, sizeof ours);
        same = length >= 0 && read_whole(other, theirs, sizeof theirs) == length &&
               memcmp(ours, theirs, (size_t)length) == 0;
    }
    if (other >= 0)
        close(other);
    return same;
}

/* The file first, then its name, then the folder that holds the name. */
static int put_in_place(
    struct evidence_writer *writer, const char *path, const char *folder, struct failure *ret_failure)
{
    if (fchmod(writer->descriptor, 0400) < 0 || fsync(writer->descriptor) < 0)
        return io_failure("made durable", ret_failure);
    int r = folder_create(folder, 0700);
    if (r == 0)
        r = rename(writer->path, path) == 0 ? 0 : -errno;
    if (r < 0)
        return fail(ret_failure, r, "evidence cannot be put in place: %s", strerror(-r));
    writer->path[0] = '\0'; /* nothing temporary is left */
    return 0;
}

static int sync_names(const struct store *store, const char *folder, struct failure *ret_failure)
{
    char *parent = path_join(store_directory(store), "evidence");
    int r = folder_sync(folder);
    if (r == 0)
        r = folder_sync(parent);
    free(parent);
    return r == 0 ? 0 : fail(ret_failure, r, "evidence cannot be made durable: %s", strerror(-r));
}

static void record(const struct evidence_writer *writer, const char *sha256)
{
    struct store *store = writer->store;
    store_write(store);
    query_run(query_bind(
        query(store,
            "INSERT INTO evidence (sha256, bytes, stored_bytes, stored_at) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (sha256) DO UPDATE SET stored_bytes = excluded.stored_bytes, removed_at = NULL, "
            "    stored_at = iif(removed_at IS NULL, stored_at, excluded.stored_at)"),
        "tiii", sha256, writer->bytes, writer->stored_bytes, clock_wall()));
}

static int keep(struct evidence_writer *writer, const char *sha256, struct failure *ret_failure)
{
    char *folder = evidence_folder(writer->store, sha256), *path = evidence_path(writer->store, sha256);
    int r = 0;
    if (!is_same_file(writer, path))
        r = put_in_place(writer, path, folder, ret_failure);
    /* Also when the file was there: a kill may have come before its name was durable. */
    if (r == 0)
        r = sync_names(writer->store, folder, ret_failure);
    if (r == 0)
        record(writer, sha256);
    free(path);
    free(folder);
    return r;
}

int evidence_keep(struct evidence_writer *writer, char ret_sha256[DIGEST_HEX_BYTES], int64_t *ret_bytes,
    struct failure *ret_failure)
{
    int r = end_frame(writer, ret_failure);
    if (r == 0) {
        uint8_t digest[DIGEST_BYTES];
        digest_end(writer->digest, digest);
        writer->digest = NULL;
        digest_hex(digest, ret_sha256);
        *ret_bytes = writer->bytes;
        r = keep(writer, ret_sha256, ret_failure);
    }
    evidence_abandon(writer);
    return r;
}

void evidence_abandon(struct evidence_writer *writer)
{
    if (writer == NULL)
        return;
    if (writer->descriptor >= 0) {
        close(writer->descriptor);
        if (writer->path[0] != '\0')
            unlink(writer->path);
    }
    digest_abandon(writer->digest);
    ZSTD_freeCCtx(writer->compressor);
    free(writer->buffer);
    free(writer->path);
    free(writer);
}

void evidence_sweep(struct store *store)
{
    char *path = path_join(store_directory(store), "evidence/tmp");
    DIR *folder = opendir(path);
    struct dirent *entry;
    while (folder != NULL && (entry = readdir(folder)) != NULL)
        if (entry->d_name[0] != '.')
            unlinkat(dirfd(folder), entry->d_name, 0);
    if (folder != NULL)
        closedir(folder);
    free(path);
}
