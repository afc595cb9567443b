#include "job.h"

#include "import.h"
#include "inbox.h"
#include "receipt.h"

#include "m13/clock.h"
#include "m13/decoder.h"
#include "m13/digest.h"
#include "m13/limits.h"
#include "m13/log.h"
#include "m13/loop.h"
#include "m13/memory.h"
#include "m13/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One slice of hashing: about 2 ms. */
#define HASH_SLICE_BYTES ((size_t)1024 * 1024)
/* No process can be had just now: ask again. */
#define DECODER_RETRY_MS 1000

struct local_job {
    struct loop *loop;
    struct store *store;
    struct job_events events;
    struct loop_timer *timer;
    void (*step)(struct local_job *job); /* what the timer does next */
    char *name, *by;
    int descriptor;
    struct stat status;
    struct digest_stream *digest;
    int64_t hashed;
    char sha256[DIGEST_HEX_BYTES];
    struct decoder *decoder;
    bool stopped; /* the rest of the file does not matter any more */
    bool orphan;  /* nobody waits for it any more: only the decoder's end */
    struct local_import *import;
    struct import_result result;
    enum job_end end;
    int64_t file; /* id, when taken */
};

/* --- the end ---------------------------------------------------------------------------------------------
 */

static void release(struct local_job *job)
{
    digest_abandon(job->digest);
    local_import_free(job->import);
    loop_timer_free(job->timer);
    loop_flight_end(job->loop);
    if (job->descriptor >= 0)
        close(job->descriptor);
    free(job->name);
    free(job->by);
}

void local_job_free(struct local_job *job)
{
    if (job == NULL)
        return;
    release(job);
    if (job->decoder != NULL) {
        job->orphan = true; /* it still tells its end, if the loop goes on */
        decoder_kill(job->decoder);
    } else {
        free(job);
    }
}

static void write_receipt(struct local_job *job)
{
    struct failure failure = {0};
    int r = 0;
    if (job->end == JOB_TAKEN)
        r = local_receipt_write(job->store, job->file, job->name, &failure);
    else if (job->end == JOB_REFUSED)
        r = local_receipt_refuse(job->store, job->name, job->result.problem, &failure);
    if (r < 0)
        log_error("receipt of local file %s: %s", job->name, failure.text);
}

/* After the commit: what the outside sees. A kill before this leaves a file whose bytes are known: the next
 * scan comes here again. */
static void finish(void *context)
{
    struct local_job *job = context;
    write_receipt(job);
    job->result.file = job->name;
    job->events.ended(job->end, &job->result, &job->status, job->sha256, job->events.context);
    local_job_free(job);
}

static void end_later(struct local_job *job, const char *why)
{
    log_error("local file %s: %s", job->name, why);
    snprintf(job->result.problem, sizeof job->result.problem, "暂时无法处理，稍后自动重试或请重新报送");
    job->end = JOB_LATER;
    finish(job);
}

static void end_refused(struct local_job *job, const char *problem)
{
    size_t length = utf8_cut(problem, strnlen(problem, sizeof job->result.problem - 1));
    memcpy(job->result.problem, problem, length);
    job->result.problem[length] = '\0';
    job->end = JOB_REFUSED;
    finish(job);
}

static void apply(struct local_job *job)
{
    struct failure failure;
    int r = local_import_apply(job->import, job->sha256, &failure);
    if (r < 0) {
        end_later(job, failure.text);
        return;
    }
    job->result = *local_import_result(job->import);
    if (r > 0) {
        job->end = JOB_REFUSED;
        finish(job);
        return;
    }
    job->end = JOB_TAKEN;
    struct import_result ignored;
    job->file = local_file_find(job->store, job->sha256, &ignored);
    store_after_commit(job->store, finish, job);
}

/* --- decoding --------------------------------------------------------------------------------------------
 */

static bool on_item(const struct decoder_item *item, void *context)
{
    struct local_job *job = context;
    bool wanted = true;
    switch (item->kind) {
    case DECODER_PAGE:
        wanted = local_import_headers(job->import, item->text, item->length);
        break;
    case DECODER_CELLS:
        wanted = local_import_cells(job->import, item->row, item->text, item->length);
        break;
    case DECODER_REJECT:
        local_import_unreadable(job->import, item->row, item->field, item->reason);
        break;
    case DECODER_RECORD:
        local_import_refuse(job->import, "文件的内容不是表格");
        wanted = false;
        break;
    }
    if (!wanted && !job->stopped) {
        job->stopped = true;
        decoder_kill(job->decoder);
    }
    return true;
}

static bool has_changed(const struct local_job *job)
{
    struct stat now;
    return fstat(job->descriptor, &now) < 0 || !local_same_file(&now, &job->status);
}

static void on_decoded(const struct decoder_result *result, void *context)
{
    struct local_job *job = context;
    job->decoder = NULL;
    if (job->orphan) {
        free(job);
        return;
    }
    if (has_changed(job)) {
        end_later(job, "it was changed while it was read");
        return;
    }
    switch (result->outcome) {
    case DECODER_OK:
        break;
    case DECODER_MALFORMED:
        local_import_refuse(job->import, "文件无法读取（%s）。请另存为 CSV（UTF-8）后重新报送", result->text);
        break;
    case DECODER_TOO_LARGE:
        local_import_refuse(job->import, "文件或其中的某一格过大（%s）。请分成几个文件报送", result->text);
        break;
    case DECODER_CRASHED:
    case DECODER_TIMED_OUT:
        local_import_refuse(
            job->import, "文件在读取中出错（%s）。请另存为 CSV（UTF-8）后重新报送", result->text);
        break;
    case DECODER_UNAVAILABLE:
        end_later(job, result->text);
        return;
    }
    apply(job);
}

static void decode(struct local_job *job)
{
    struct failure failure;
    struct decoder_events events = {on_item, on_decoded, job};
    int descriptor = fcntl(job->descriptor, F_DUPFD_CLOEXEC, 3);
    if (descriptor < 0) {
        end_later(job, strerror(errno));
        return;
    }
    int r = decoder_start(job->loop, NULL, &events, &job->decoder, &failure);
    if (r < 0) {
        close(descriptor);
        if (r == -EAGAIN)
            loop_timer_set_in(job->timer, DECODER_RETRY_MS);
        else
            end_later(job, failure.text);
        return;
    }
    job->import = local_import_new(job->store, job->name, job->by);
    decoder_feed(job->decoder, 0, descriptor);
    decoder_finish(job->decoder);
}

/* --- hashing ---------------------------------------------------------------------------------------------
 */

static void identify(struct local_job *job)
{
    uint8_t digest[DIGEST_BYTES];
    digest_end(job->digest, digest);
    job->digest = NULL;
    digest_hex(digest, job->sha256);
    job->file = local_file_find(job->store, job->sha256, &job->result);
    if (job->file != 0) {
        job->end = JOB_TAKEN;
        finish(job);
        return;
    }
    job->step = decode;
    loop_timer_set_in(job->timer, 0);
}

static void hash_slice(struct local_job *job)
{
    static char buffer[64 * 1024];
    for (size_t done = 0; done < HASH_SLICE_BYTES;) {
        ssize_t length = pread(job->descriptor, buffer, sizeof buffer, job->hashed);
        if (length < 0 && errno == EINTR)
            continue;
        if (length < 0) {
            end_later(job, strerror(errno));
            return;
        }
        if (length == 0) {
            identify(job);
            return;
        }
        digest_add(job->digest, buffer, (size_t)length);
        job->hashed += length;
        done += (size_t)length;
        if (job->hashed > LIMIT_LOCAL_FILE_BYTES) { /* it grows while we read */
            end_refused(job, "文件过大");
            return;
        }
    }
    loop_timer_set_in(job->timer, 0);
}

/* Why the file is not read at all; NULL = it is. */
static const char *objection(const struct local_job *job, char *room, size_t bytes)
{
    if (!S_ISREG(job->status.st_mode))
        return "不是普通文件";
    if (job->status.st_size <= LIMIT_LOCAL_FILE_BYTES)
        return NULL;
    snprintf(room, bytes, "文件过大：%lld MB，最多 %lld MB。请分成几个文件报送",
        (long long)job->status.st_size / 1048576, LIMIT_LOCAL_FILE_BYTES / 1048576);
    return room;
}

static void begin(struct local_job *job)
{
    char room[160];
    bool readable = fstat(job->descriptor, &job->status) == 0;
    const char *problem = readable ? objection(job, room, sizeof room) : NULL;
    if (problem != NULL) {
        end_refused(job, problem);
    } else if (!readable || lseek(job->descriptor, 0, SEEK_SET) < 0) { /* the decoder reads on from there */
        end_later(job, strerror(errno));
    } else {
        job->digest = digest_begin();
        job->step = hash_slice;
        hash_slice(job);
    }
}

static void on_timer(void *context)
{
    struct local_job *job = context;
    job->step(job);
}

struct local_job *local_job_start(struct loop *loop, struct store *store, int descriptor, const char *name,
    const char *by, const struct job_events *events)
{
    struct local_job *job = memory_get_zeroed(1, sizeof *job);
    job->loop = loop;
    job->store = store;
    job->descriptor = descriptor;
    job->name = local_file_name(name);
    job->by = memory_copy_string(by);
    job->events = *events;
    job->step = begin;
    job->timer = loop_timer_new(loop, LOOP_REAL, "local file", on_timer, job);
    loop_flight_begin(loop);
    loop_timer_set_in(job->timer, 0);
    return job;
}
