#include "job.h"

#include "import.h"
#include "inbox.h"
#include "source.h"

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
/* A child may be killed for somebody else's hunger: only the second time it is the file's fault. */
#define DECODER_TRIES 2

struct local_job {
    struct loop *loop;
    struct store *store;
    struct contacts *contacts;
    struct job_events events;
    struct loop_timer *timer;
    void (*step)(struct local_job *job); /* what the timer does next */
    char *name, *by;
    unsigned allowed;
    int descriptor;
    struct stat status;
    struct digest_stream *digest;
    int64_t hashed;
    char sha256[DIGEST_HEX_BYTES];
    struct decoder *decoder;
    int tries;
    bool stopped;  /* the rest of the file does not matter any more */
    bool orphan;   /* nobody waits for it any more: only the decoder's end */
    bool sealed;   /* it waits until it is applied */
    bool personal; /* known or sealed, with contacts in it */
    struct local_import *import;
    struct local_source *source;
    struct import_result result;
    enum job_end end;
};

/* --- the end ---------------------------------------------------------------------------------------------
 */

static void release(struct local_job *job)
{
    digest_abandon(job->digest);
    local_import_free(job->import);
    local_source_free(job->source);
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

/* After the commit: what the outside sees. A kill before this leaves a file whose bytes are known: the next
 * scan comes here again. */
static void finish(void *context)
{
    struct local_job *job = context;
    bool personal = job->personal || (job->import != NULL && local_import_is_personal(job->import));
    job->result.file = job->name;
    job->result.by = job->by;
    job->events.ended(job->end, &job->result, &job->status, job->sha256, personal, job->events.context);
    local_job_free(job);
}

static void tell_of_sealing(struct local_job *job)
{
    job->result = *local_import_result(job->import);
    if (job->events.sealing != NULL)
        job->events.sealing(&job->result, job->events.context);
}

static void end_later(struct local_job *job, const char *why)
{
    log_error("local file %s: %s", job->name, why);
    if (job->import != NULL)
        local_import_drop(job->import);
    snprintf(job->result.problem, sizeof job->result.problem, "暂时无法处理，稍后自动重试或请重新报送");
    job->result.put_off = true;
    job->end = JOB_LATER;
    store_after_commit(job->store, finish, job);
}

static void end_refused(struct local_job *job)
{
    local_import_record_refusal(job->import);
    tell_of_sealing(job);
    job->end = JOB_REFUSED;
    store_after_commit(job->store, finish, job);
}

static struct local_import *new_import(struct local_job *job)
{
    return local_import_new(job->store, job->contacts, job->name, job->by, job->sha256, job->allowed);
}

/* Before any of it was read. */
static void refuse_unread(struct local_job *job, const char *problem)
{
    job->import = new_import(job);
    local_import_refuse(job->import, "%s", problem);
    end_refused(job);
}

void local_job_applied(struct local_job *job)
{
    if (job != NULL && job->sealed)
        finish(job);
}

/* --- sealing ---------------------------------------------------------------------------------------------
 */

static bool has_changed(const struct local_job *job)
{
    struct stat now;
    return fstat(job->descriptor, &now) < 0 || !local_same_file(&now, &job->status);
}

static void seal(struct local_job *job)
{
    struct failure failure;
    bool applied;
    if (local_import_seal(job->import, &applied, &failure) < 0) {
        end_later(job, failure.text);
        return;
    }
    tell_of_sealing(job);
    job->end = JOB_TAKEN;
    job->sealed = true;
    job->personal = local_import_is_personal(job->import);
    local_import_free(job->import); /* what it remembers of each row */
    job->import = NULL;
    if (applied)
        store_after_commit(job->store, finish, job);
    loop_wake(job->loop); /* it is the work list's now */
}

/* The bytes that its records rest on, before these count; but of contacts nothing is kept. */
static void keep_source(struct local_job *job)
{
    struct failure failure;
    int r = has_changed(job) ? fail(&failure, -ESTALE, "it was changed while it was read")
                             : local_source_slice(job->source, &failure);
    if (r > 0)
        loop_timer_set_in(job->timer, 0);
    else if (r < 0)
        end_later(job, failure.text);
    else
        seal(job);
}

static void begin_sealing(struct local_job *job)
{
    if (local_import_is_personal(job->import)) {
        seal(job);
        return;
    }
    job->source = local_source_new(job->store, job->descriptor, job->sha256);
    job->step = keep_source;
    keep_source(job);
}

/* What only the whole of the file tells. */
static void end_import(struct local_job *job)
{
    struct failure failure;
    if (has_changed(job)) {
        end_later(job, "it was changed while it was read");
        return;
    }
    switch (local_import_end(job->import, clock_monotonic_us() + LIMIT_SLICE_MS * 1000, &failure)) {
    case IMPORT_GOES_ON:
        loop_timer_set_in(job->timer, 0);
        break;
    case IMPORT_READY:
        begin_sealing(job);
        break;
    case IMPORT_REFUSED:
        end_refused(job);
        break;
    case IMPORT_LATER:
        end_later(job, failure.text);
        break;
    }
}

/* --- decoding --------------------------------------------------------------------------------------------
 */

/* Rows are staged in the slices in which the decoder reads its pipe: each turn commits what came in it. */
static bool on_item(const struct decoder_item *item, void *context)
{
    struct local_job *job = context;
    bool wanted = true;
    switch (item->kind) {
    case DECODER_PAGE:
    case DECODER_SHAPE:
        break;
    case DECODER_SHEET:
        wanted = local_import_sheet(job->import, item->text, item->epoch_1904);
        break;
    case DECODER_CELLS:
        wanted = local_import_cells(job->import, item->row, item->text, item->length);
        break;
    case DECODER_REJECT:
        wanted = local_import_unreadable(job->import, item->row, item->field, item->reason);
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

static void decode(struct local_job *job);

static void try_again(struct local_job *job, const char *why)
{
    log_warning("local file %s: the decoder: %s; trying once more", job->name, why);
    local_import_drop(job->import);
    local_import_free(job->import);
    job->import = NULL;
    job->step = decode;
    loop_timer_set_in(job->timer, 0);
}

static void on_decoded(const struct decoder_result *result, void *context)
{
    struct local_job *job = context;
    job->decoder = NULL;
    if (job->orphan) {
        free(job);
        return;
    }
    enum decoder_outcome outcome = job->stopped ? DECODER_OK : result->outcome;
    job->step = end_import;
    switch (outcome) {
    case DECODER_OK:
        break;
    case DECODER_MALFORMED:
    case DECODER_TOO_LARGE: /* of a table it speaks to the sender */
        local_import_refuse(job->import, "%s", result->text);
        break;
    case DECODER_CRASHED:
        if (job->tries < DECODER_TRIES) {
            try_again(job, result->text);
            return;
        }
        local_import_refuse(
            job->import, "读取文件的程序两次中途停止（%s）。请另存为 CSV（UTF-8）后重新报送", result->text);
        break;
    case DECODER_TIMED_OUT:
        local_import_refuse(
            job->import, "读取文件的时间过长（%s）。请另存为 CSV（UTF-8）后重新报送", result->text);
        break;
    case DECODER_UNAVAILABLE:
        end_later(job, result->text);
        return;
    }
    end_import(job);
}

static void decode(struct local_job *job)
{
    struct failure failure;
    struct decoder_events events = {on_item, on_decoded, job};
    /* The child reads from where the descriptor stands, which is the same for both. */
    int descriptor =
        lseek(job->descriptor, 0, SEEK_SET) < 0 ? -1 : fcntl(job->descriptor, F_DUPFD_CLOEXEC, 3);
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
    job->tries++;
    job->import = new_import(job);
    decoder_feed(job->decoder, 0, descriptor);
    decoder_finish(job->decoder);
}

/* --- hashing ---------------------------------------------------------------------------------------------
 */

/* Whoever hands a file over delivers it now; into the inbox it came when its inode was last changed, by its
 * writer or by a rename. Under another clock than the file system's, at the time of this run. */
static int64_t delivered_at(const struct local_job *job)
{
    if (!string_equal(job->by, "inbox"))
        return CLOCK_NEVER;
    if (clock_is_overridden())
        return clock_wall();
    const struct timespec *changed = &job->status.st_ctim;
    return changed->tv_sec * CLOCK_SECOND + changed->tv_nsec / 1000000;
}

static void identify(struct local_job *job)
{
    uint8_t digest[DIGEST_BYTES];
    digest_end(job->digest, digest);
    job->digest = NULL;
    digest_hex(digest, job->sha256);
    if (local_file_find(job->store, job->sha256, delivered_at(job), &job->result, &job->personal)) {
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
            refuse_unread(job, "文件过大");
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
    if (fstat(job->descriptor, &job->status) < 0) {
        end_later(job, strerror(errno));
        return;
    }
    const char *problem = objection(job, room, sizeof room);
    if (problem != NULL) {
        refuse_unread(job, problem);
        return;
    }
    job->digest = digest_begin();
    job->step = hash_slice;
    hash_slice(job);
}

static void on_timer(void *context)
{
    struct local_job *job = context;
    job->step(job);
}

struct local_job *local_job_start(struct loop *loop, struct store *store, struct contacts *contacts,
    int descriptor, const char *name, const char *by, unsigned allowed, const struct job_events *events)
{
    struct local_job *job = memory_get_zeroed(1, sizeof *job);
    job->loop = loop;
    job->store = store;
    job->contacts = contacts;
    job->descriptor = descriptor;
    job->name = local_file_name(name);
    job->by = memory_copy_string(by);
    job->allowed = allowed;
    job->events = *events;
    job->step = begin;
    job->timer = loop_timer_new(loop, LOOP_REAL, "local file", on_timer, job);
    loop_flight_begin(loop);
    loop_timer_set_in(job->timer, 0);
    return job;
}
