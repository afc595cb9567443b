/* registry.c - one file after the other, from the inbox and from m13ctl; documents between them; and the
 * contacts' last days. */
#include "m13/registry.h"

#include "apply.h"
#include "arrival.h"
#include "attic.h"
#include "documents.h"
#include "job.h"
#include "lookout.h"
#include "queue.h"
#include "receipt.h"

#include "m13/clock.h"
#include "m13/contacts.h"
#include "m13/journal.h"
#include "m13/log.h"
#include "m13/loop.h"
#include "m13/memory.h"
#include "m13/store.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

/* When contacts are looked through for their last day, and old files removed: 03:00 in Beijing, when nobody
 * delivers. */
#define NIGHT_MS (3 * CLOCK_HOUR)
#define ZONE_MS  (8 * CLOCK_HOUR)

struct registry {
    struct loop *loop;
    struct store *store;
    struct contacts *contacts;
    struct registry_events events;
    struct local_lookout *lookout;
    struct local_queue tables, documents;
    struct local_waiting_file *current; /* what the job or the arrival works on */
    struct local_job *job;
    struct local_arrival *arrival;
    struct local_apply apply;
    struct local_documents assess;
    struct loop_timer *night, *sweep;
    int64_t swept;                /* old files, in the sweep that goes on */
    bool moved[LOOKOUT_FOLDERS];  /* since the last look room was made */
    bool passed[LOOKOUT_FOLDERS]; /* since then more files came than are kept in mind */
    bool applied;                 /* a file, since all was settled */
    bool replaced;                /* another file stands in the current one's place */
};

static void start_next(struct registry *registry);

/* What was sealed or has arrived is not in all records yet: nothing else is read against them. */
static bool is_settled(const struct registry *registry)
{
    return !local_apply_pending(registry->store) && !local_document_pending(registry->store);
}

static void on_settled(void *context)
{
    struct registry *registry = context;
    if (!is_settled(registry))
        return;
    bool look = registry->applied && local_lookout_is_started(registry->lookout);
    registry->applied = false;
    if (registry->job != NULL)
        local_job_applied(registry->job); /* whose end looks, too */
    else if (look)
        local_lookout_look(registry->lookout);
    else
        start_next(registry);
}

/* Its rows may name files that a look before did not want. */
static void on_applied(void *context)
{
    struct registry *registry = context;
    registry->applied = true;
    on_settled(registry);
}

/* --- files that are looked at ----------------------------------------------------------------------------
 */

static void on_whole(enum lookout_folder folder, const char *name, void *context)
{
    struct registry *registry = context;
    struct local_queue *queue = folder == LOOKOUT_INBOX ? &registry->tables : &registry->documents;
    const struct local_waiting_file *current = registry->current;
    bool is_current = current != NULL && current->from_inbox && string_equal(current->name, name) &&
                      (registry->arrival != NULL) == (folder == LOOKOUT_FILES);
    if (is_current || local_queue_has(queue, name))
        return;
    if (queue->count < INBOX_FILES_A_SCAN)
        local_queue_append(
            queue, name, "inbox", &(struct local_waiting_file){.from_inbox = true, .descriptor = -1});
    else
        registry->passed[folder] = true;
}

static void on_looked(bool all, void *context)
{
    struct registry *registry = context;
    for (size_t i = 0; i < LOOKOUT_FOLDERS && all; i++)
        registry->moved[i] = registry->passed[i] = false;
    start_next(registry);
}

/* A file of a folder is done with: `r` is what became of the try to take it away. */
static void leave_folder(struct registry *registry, enum lookout_folder folder, const char *name, int r,
    const struct failure *failure)
{
    if (r == -ESTALE) {
        log_notice("inbox: %s: it is taken next", failure->text);
        registry->replaced = true;
    } else if (r < 0) {
        log_error("inbox: %s", failure->text);
        local_inbox_leave(local_lookout_folder(registry->lookout, folder), name);
    } else {
        registry->moved[folder] = true;
    }
}

static void put_off(struct registry *registry, enum lookout_folder folder, bool is_put_off)
{
    const struct local_waiting_file *current = registry->current;
    if (current->from_inbox)
        local_inbox_put_off(local_lookout_folder(registry->lookout, folder), current->name, is_put_off);
}

/* Of the files that one look shows none is left, and there may be more. */
static bool is_more_there(const struct registry *registry, enum lookout_folder folder)
{
    const struct local_queue *queue = folder == LOOKOUT_INBOX ? &registry->tables : &registry->documents;
    bool room_made = registry->moved[folder] && local_lookout_has_more(registry->lookout, folder);
    return queue->count == 0 && (room_made || registry->passed[folder]);
}

/* Ends what the current file was, and goes on with the next; a look starts that too. */
static void go_on(struct registry *registry, bool look)
{
    local_waiting_file_free(registry->current);
    registry->current = NULL;
    look |= registry->replaced;
    registry->replaced = false;
    for (enum lookout_folder folder = 0; folder < LOOKOUT_FOLDERS; folder++)
        look |= is_more_there(registry, folder);
    if (look && local_lookout_is_started(registry->lookout))
        local_lookout_look(registry->lookout);
    else
        start_next(registry);
}

/* It was written to while it was read: what it is now is taken when it has settled. The same file, after a
 * fault of ours, waits for the next minute. */
static bool has_changed(struct registry *registry, enum lookout_folder folder, const struct stat *status)
{
    const struct local_waiting_file *current = registry->current;
    return current->from_inbox &&
           !local_inbox_is_same(local_lookout_folder(registry->lookout, folder), current->name, status);
}

/* --- documents -------------------------------------------------------------------------------------------
 */

static void on_arrived(enum arrival_end end, const struct stat *status, void *context)
{
    struct registry *registry = context;
    const char *name = registry->current->name;
    struct local_inbox *files = local_lookout_folder(registry->lookout, LOOKOUT_FILES);
    registry->arrival = NULL; /* it frees itself */
    struct failure failure;
    bool look = end == ARRIVAL_LATER && has_changed(registry, LOOKOUT_FILES, status);
    put_off(registry, LOOKOUT_FILES, end == ARRIVAL_LATER && !look);
    switch (end) {
    case ARRIVAL_TAKEN:
        leave_folder(
            registry, LOOKOUT_FILES, name, local_inbox_remove(files, name, status, &failure), &failure);
        break;
    case ARRIVAL_TOO_LARGE:
        local_inbox_leave(files, name);
        break;
    case ARRIVAL_LATER:
        break;
    }
    go_on(registry, look);
}

/* --- tables ----------------------------------------------------------------------------------------------
 */

static void on_sealing(const struct import_result *result, void *context)
{
    struct registry *registry = context;
    if (registry->events.sealing != NULL)
        registry->events.sealing(result, registry->events.context);
}

static void write_receipt(struct registry *registry, enum job_end end, const struct import_result *result)
{
    struct failure failure;
    int r = 0;
    if (end == JOB_LATER)
        return;
    if (result->id != 0)
        r = local_receipt_write(registry->store, result->id, result->file, &failure);
    else if (end == JOB_REFUSED)
        r = local_receipt_refuse(registry->store, result->file, result->problem, &failure);
    if (r < 0)
        log_error("receipt of local file %s: %s", result->file, failure.text);
}

/* A file with contacts in it is nowhere kept, whatever else is in it: its sender has the original. */
static void clear_inbox(
    struct registry *registry, enum job_end end, const struct stat *status, const char *sha256, bool personal)
{
    struct failure failure;
    const char *name = registry->current->name;
    struct local_inbox *inbox = local_lookout_folder(registry->lookout, LOOKOUT_INBOX);
    if (end == JOB_LATER)
        return;
    int r = personal ? local_inbox_remove(inbox, name, status, &failure)
                     : local_inbox_move(
                           inbox, name, status, end == JOB_TAKEN ? "done" : "rejected", sha256, &failure);
    leave_folder(registry, LOOKOUT_INBOX, name, r, &failure);
}

static void on_ended(enum job_end end, const struct import_result *result, const struct stat *status,
    const char *sha256, bool personal, void *context)
{
    struct registry *registry = context;
    struct local_waiting_file *current = registry->current;
    registry->job = NULL; /* it frees itself */
    write_receipt(registry, end, result);
    bool look = end == JOB_LATER && has_changed(registry, LOOKOUT_INBOX, status);
    put_off(registry, LOOKOUT_INBOX, end == JOB_LATER && !look);
    if (current->from_inbox)
        clear_inbox(registry, end, status, sha256, personal);
    if (current->done != NULL)
        current->done(result, current->context);
    if (registry->events.imported != NULL && end != JOB_LATER)
        registry->events.imported(result, registry->events.context);
    /* Its rows may name files that wait. */
    look |= end == JOB_TAKEN && !result->known;
    go_on(registry, look);
}

/* --- the queue -------------------------------------------------------------------------------------------
 */

static bool open_file(struct registry *registry, enum lookout_folder folder, struct local_waiting_file *file)
{
    struct failure failure;
    struct local_inbox *inbox = local_lookout_folder(registry->lookout, folder);
    if (!file->from_inbox)
        return true; /* the job tells its sender when it is none */
    file->descriptor = local_inbox_open(inbox, file->name, &failure);
    if (file->descriptor >= 0)
        return true;
    if (file->descriptor == -EAGAIN) {
        local_lookout_wait(registry->lookout, folder, file->name);
    } else if (file->descriptor != -ENOENT) { /* which means that somebody has taken it away again */
        log_error("inbox: %s", failure.text);
        local_inbox_leave(inbox, file->name);
    }
    local_waiting_file_free(file);
    return false;
}

static void start_job(struct registry *registry, struct local_waiting_file *file)
{
    if (!open_file(registry, LOOKOUT_INBOX, file))
        return;
    registry->current = file;
    registry->job = local_job_start(registry->loop, registry->store, registry->contacts, file->descriptor,
        file->name, file->by, file->allowed, &(struct job_events){on_sealing, on_ended, registry});
    file->descriptor = -1; /* the job's now */
}

static void start_arrival(struct registry *registry, struct local_waiting_file *file)
{
    if (!local_document_is_named(registry->store, file->name)) { /* any more, or by two firms since */
        local_waiting_file_free(file);
        return;
    }
    if (!open_file(registry, LOOKOUT_FILES, file))
        return;
    registry->current = file;
    registry->arrival = local_arrival_start(registry->loop, registry->store, file->descriptor, file->name,
        &(struct arrival_events){on_arrived, registry});
    file->descriptor = -1;
}

static void start_next(struct registry *registry)
{
    while (registry->current == NULL &&
           (registry->tables.first != NULL || registry->documents.first != NULL) && is_settled(registry)) {
        struct local_waiting_file *table = local_queue_take(&registry->tables);
        if (table != NULL)
            start_job(registry, table);
        else
            start_arrival(registry, local_queue_take(&registry->documents));
    }
}

/* --- each night --------------------------------------------------------------------------------------------
 */

static void journal_erasure(struct registry *registry, const char *actor, const char *subject, int64_t count)
{
    struct text body = TEXT_WITH_CEILING(80);
    text_append_format(&body, "{\"contacts\":%" PRId64 "}", count);
    journal_append(registry->store, actor, "forget", subject, text_string(&body));
    text_free(&body);
}

int64_t registry_forget(
    struct registry *registry, const char *uscc, const char *by, struct failure *ret_failure)
{
    int64_t count = contacts_forget(registry->contacts, uscc, ret_failure);
    if (count >= 0)
        journal_erasure(registry, by, uscc, count);
    return count;
}

static void on_sweep(void *context)
{
    struct registry *registry = context;
    int removed = local_attic_sweep(registry->store);
    registry->swept += removed;
    if (removed == LOCAL_ATTIC_A_TURN) {
        loop_timer_set_in(registry->sweep, 0);
        return;
    }
    if (registry->swept > 0)
        log_notice("inbox/done: %lld files older than 90 days are removed; their bytes are evidence",
            (long long)registry->swept);
    registry->swept = 0;
}

static void on_night(void *context)
{
    struct registry *registry = context;
    struct failure failure;
    int64_t now = clock_wall(), local = now + ZONE_MS;
    loop_timer_set_at(registry->night, now - local % CLOCK_DAY + CLOCK_DAY + NIGHT_MS);
    loop_timer_set_in(registry->sweep, 0);
    int64_t count = contacts_expire(registry->contacts, day_in_beijing(now), &failure);
    if (count < 0)
        log_error("%s", failure.text);
    if (count > 0)
        journal_erasure(registry, "m13d", "retention", count);
}

/* --- from outside ----------------------------------------------------------------------------------------
 */

int registry_new(struct loop *loop, struct store *store, const struct registry_events *events,
    struct registry **ret_registry, struct failure *ret_failure)
{
    struct contacts *contacts;
    int r = contacts_open(store_directory(store), CONTACTS_WRITER, &contacts, ret_failure);
    if (r < 0)
        return r;
    struct registry *registry = memory_get_zeroed(1, sizeof *registry);
    registry->loop = loop;
    registry->store = store;
    /* So that what is told of them, and in which order, follows from what lies there, kill or no kill. */
    registry->documents.by_name = true;
    registry->contacts = contacts;
    if (events != NULL)
        registry->events = *events;
    registry->lookout =
        local_lookout_new(loop, store, &(struct lookout_events){on_whole, on_looked, registry});
    registry->night = loop_timer_new(loop, LOOP_CLOCK, "contacts", on_night, registry);
    registry->sweep = loop_timer_new(loop, LOOP_REAL, "old files", on_sweep, registry);
    registry->apply = (struct local_apply){.store = store, .all_applied = on_applied, .context = registry};
    registry->assess = (struct local_documents){store, on_settled, registry};
    *ret_registry = registry;
    return 0;
}

void registry_register_work(struct registry *registry, struct work *work)
{
    local_apply_register(&registry->apply, work);
    local_document_register(&registry->assess, work);
}

void registry_start(struct registry *registry)
{
    local_lookout_start(registry->lookout);
    loop_timer_set_in(registry->night, 0);
}

void registry_import(struct registry *registry, int descriptor, const char *name, const char *by,
    unsigned allowed, void (*done)(const struct import_result *result, void *context), void *context)
{
    local_queue_append(&registry->tables, name, by,
        &(struct local_waiting_file){
            .descriptor = descriptor, .allowed = allowed, .done = done, .context = context});
    start_next(registry);
}

bool registry_is_idle(const struct registry *registry)
{
    return registry->current == NULL && registry->tables.first == NULL && registry->documents.first == NULL &&
           local_lookout_is_idle(registry->lookout);
}

size_t registry_put_off(const struct registry *registry)
{
    size_t count = 0;
    for (enum lookout_folder folder = 0; folder < LOOKOUT_FOLDERS; folder++)
        count += local_inbox_count_put_off(local_lookout_folder(registry->lookout, folder));
    return count;
}

void registry_free(struct registry *registry)
{
    if (registry == NULL)
        return;
    local_job_free(registry->job);
    local_arrival_free(registry->arrival);
    local_waiting_file_free(registry->current);
    local_queue_clear(&registry->tables);
    local_queue_clear(&registry->documents);
    local_lookout_free(registry->lookout);
    loop_timer_free(registry->night);
    loop_timer_free(registry->sweep);
    local_apply_free(&registry->apply);
    contacts_close(registry->contacts);
    free(registry);
}
