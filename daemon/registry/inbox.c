#include "inbox.h"

#include "m13/clock.h"
#include "m13/log.h"
#include "m13/memory.h"
#include "m13/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int64_t local_inbox_settled_ms = 2000;
int64_t local_inbox_held_ms = CLOCK_MINUTE;
/* Files that one scan looks at: the rest comes when these are gone. */
#define FILES_A_SCAN 1000
/* Of a name: leaves room within NAME_MAX for what is added to it. */
#define NAME_BYTES 180

struct entry {
    char *name;
    struct stat status;
    int64_t since; /* on clock_monotonic() */
    bool whole;    /* its writer has closed it, or renamed it in */
    bool wanted;   /* else only remembered, for the day when it is */
    bool left;     /* has been tried, and stays as it is */
    bool put_off;  /* has been tried, and will be again */
};

struct local_inbox {
    char *folder;
    bool (*wanted)(const char *name, void *context); /* NULL = every file */
    void *context;
    struct entry *entries; /* of the last scan and since, in order of name */
    size_t count, capacity;
    bool told; /* that the folder cannot be read */
};

struct local_inbox *local_inbox_new(
    const char *folder, bool (*wanted)(const char *name, void *context), void *context)
{
    struct local_inbox *inbox = memory_get_zeroed(1, sizeof *inbox);
    inbox->folder = memory_copy_string(folder);
    inbox->wanted = wanted;
    inbox->context = context;
    return inbox;
}

static void free_entries(struct entry *entries, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(entries[i].name);
    free(entries);
}

void local_inbox_free(struct local_inbox *inbox)
{
    if (inbox == NULL)
        return;
    free_entries(inbox->entries, inbox->count);
    free(inbox->folder);
    free(inbox);
}

bool local_same_file(const struct stat *one, const struct stat *other)
{
    return one->st_dev == other->st_dev && one->st_ino == other->st_ino && one->st_size == other->st_size &&
           one->st_mtim.tv_sec == other->st_mtim.tv_sec && one->st_mtim.tv_nsec == other->st_mtim.tv_nsec;
}

/* --- scanning --------------------------------------------------------------------------------------------
 */

/* What programs leave beside the files that people mean: locks of Excel and WPS (~$), LibreOffice (.~lock)
 * and editors, downloads under way. */
static bool is_by_product(const char *name)
{
    static const char *const tails[] = {".tmp", ".TMP", ".part", ".partial", ".crdownload", ".swp", "~"};
    if (name[0] == '.' || string_starts(name, "~$"))
        return true;
    for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++)
        if (string_ends(name, tails[i]))
            return true;
    return false;
}

static int by_name(const void *a, const void *b)
{
    const struct entry *left = a, *right = b;
    return strcmp(left->name, right->name);
}

static int names_entry(const void *name, const void *entry)
{
    return strcmp(name, ((const struct entry *)entry)->name);
}

static struct entry *find(const struct local_inbox *inbox, const char *name)
{
    if (inbox->count == 0)
        return NULL;
    return bsearch(name, inbox->entries, inbox->count, sizeof *inbox->entries, names_entry);
}

/* Regular files with something in them: an empty one is a writer's that has not begun. */
bool local_inbox_stat(int folder, const char *name, struct stat *ret_status)
{
    return !is_by_product(name) && fstatat(folder, name, ret_status, AT_SYMLINK_NOFOLLOW) == 0 &&
           S_ISREG(ret_status->st_mode) && ret_status->st_size > 0;
}

static struct entry make_entry(
    const struct local_inbox *inbox, const char *name, const struct stat *status, int64_t now)
{
    const struct entry *before = find(inbox, name);
    bool same = before != NULL && local_same_file(&before->status, status);
    return (struct entry){
        .name = memory_copy_string(name),
        .status = *status,
        .since = same ? before->since : now,
        .whole = same && before->whole,
        .wanted = inbox->wanted == NULL || inbox->wanted(name, inbox->context),
        .left = same && before->left,
        .put_off = same && before->put_off,
    };
}

/* As many as one scan looks at; of those that nobody wants no more than that are remembered. */
static void read_folder(struct local_inbox *inbox, DIR *folder, int64_t now, bool *ret_more)
{
    struct entry *entries = NULL;
    size_t count = 0, capacity = 0, wanted = 0;
    struct stat status;
    for (struct dirent *found; wanted < FILES_A_SCAN && (found = readdir(folder)) != NULL;) {
        if (!local_inbox_stat(dirfd(folder), found->d_name, &status))
            continue;
        struct entry entry = make_entry(inbox, found->d_name, &status, now);
        wanted += entry.wanted;
        if (!entry.wanted && count - wanted >= FILES_A_SCAN) {
            free(entry.name);
            continue;
        }
        MEMORY_GROW(entries, count, capacity);
        entries[count++] = entry;
    }
    if (count > 0)
        qsort(entries, count, sizeof *entries, by_name);
    free_entries(inbox->entries, inbox->count);
    inbox->entries = entries;
    inbox->count = count;
    inbox->capacity = capacity;
    *ret_more = wanted == FILES_A_SCAN;
}

static DIR *open_folder(struct local_inbox *inbox)
{
    DIR *folder = opendir(inbox->folder);
    if (folder == NULL && !inbox->told)
        log_error("inbox %s cannot be read: %s", inbox->folder, strerror(errno));
    inbox->told = folder == NULL;
    return folder;
}

int64_t local_inbox_scan(
    struct local_inbox *inbox, void (*take)(const char *name, void *context), void *context, bool *ret_more)
{
    *ret_more = false;
    DIR *folder = open_folder(inbox);
    if (folder == NULL)
        return -1;
    int64_t now = clock_monotonic();
    read_folder(inbox, folder, now, ret_more);
    closedir(folder);

    int64_t settled_before = clock_is_overridden() ? INT64_MAX : now - local_inbox_settled_ms;
    int64_t wait = -1;
    for (size_t i = 0; i < inbox->count; i++) {
        const struct entry *entry = &inbox->entries[i];
        if (entry->left || !entry->wanted)
            continue;
        int64_t missing = entry->whole ? 0 : entry->since - settled_before;
        if (missing <= 0)
            take(entry->name, context);
        else if (wait < 0 || missing < wait)
            wait = missing;
    }
    return wait;
}

/* In its place in the order of names. */
static struct entry *insert(struct local_inbox *inbox, const char *name)
{
    MEMORY_GROW(inbox->entries, inbox->count, inbox->capacity);
    size_t place = inbox->count++;
    for (; place > 0 && strcmp(inbox->entries[place - 1].name, name) > 0; place--)
        inbox->entries[place] = inbox->entries[place - 1];
    inbox->entries[place] = (struct entry){.name = memory_copy_string(name)};
    return &inbox->entries[place];
}

void local_inbox_whole(struct local_inbox *inbox, const char *name)
{
    struct entry *entry = find(inbox, name);
    struct text path = TEXT_WITH_CEILING(PATH_MAX);
    text_append_format(&path, "%s/%s", inbox->folder, name);
    struct stat status;
    bool is_file = !is_by_product(name) && lstat(text_string(&path), &status) == 0 &&
                   S_ISREG(status.st_mode) && status.st_size > 0;
    text_free(&path);
    if (!is_file || (entry == NULL && inbox->count >= 2 * FILES_A_SCAN))
        return; /* of very many, the scans find this one */
    if (entry == NULL)
        entry = insert(inbox, name);
    *entry = (struct entry){
        .name = entry->name, .status = status, .since = clock_monotonic(), .whole = true, .left = false};
}

void local_inbox_leave(struct local_inbox *inbox, const char *name)
{
    struct entry *entry = find(inbox, name);
    if (entry != NULL)
        entry->left = true;
}

void local_inbox_put_off(struct local_inbox *inbox, const char *name, bool put_off)
{
    struct entry *entry = find(inbox, name);
    if (entry != NULL)
        entry->put_off = put_off;
}

size_t local_inbox_count_put_off(const struct local_inbox *inbox)
{
    size_t count = 0;
    for (size_t i = 0; i < inbox->count; i++)
        count += inbox->entries[i].put_off;
    return count;
}

/* --- taking and moving -----------------------------------------------------------------------------------
 */

/* Has somebody on this machine the file open for writing? A lease is granted only when not. What network file
 * systems, or files of another owner, cannot tell is taken for a no. */
static bool is_held(int descriptor)
{
    /* Who opens it for writing while we hold the lease makes a signal, which by default ends a program. */
    if (fcntl(descriptor, F_SETSIG, SIGURG) < 0)
        return false;
    bool granted = fcntl(descriptor, F_SETLEASE, F_RDLCK) == 0;
    bool held = !granted && errno == EAGAIN;
    if (granted)
        fcntl(descriptor, F_SETLEASE, F_UNLCK);
    return held;
}

/* Its writer makes a pause, as an upload over a bad line does: half of a full list is not the list. But a
 * spreadsheet may be left open for days. */
static bool is_paused(const struct local_inbox *inbox, const char *name, int descriptor)
{
    const struct entry *entry = find(inbox, name);
    return entry != NULL && clock_monotonic() - entry->since < local_inbox_held_ms && is_held(descriptor);
}

int local_inbox_open(const struct local_inbox *inbox, const char *name, struct failure *ret_failure)
{
    struct text path = TEXT_WITH_CEILING(PATH_MAX);
    text_append_format(&path, "%s/%s", inbox->folder, name);
    /* O_NONBLOCK: a pipe that has taken the file's place must not hold the loop. */
    int descriptor = open(text_string(&path), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (descriptor < 0)
        descriptor = fail(ret_failure, -errno, "%s: %s", text_string(&path), strerror(errno));
    else if (is_paused(inbox, name, descriptor)) {
        close(descriptor);
        descriptor = fail(ret_failure, -EAGAIN, "%s is still open for writing", text_string(&path));
    }
    text_free(&path);
    return descriptor;
}

static struct text target_path(
    const struct local_inbox *inbox, const char *name, const char *folder, const char *sha256)
{
    struct text path = TEXT_WITH_CEILING(PATH_MAX);
    char *clean = local_file_name(name);
    const char *extension = strrchr(clean, '.');
    if (extension == NULL || extension == clean)
        extension = clean + strlen(clean);
    text_append_format(&path, "%s/%s/%.*s.%.8s%s", inbox->folder, folder, (int)(extension - clean), clean,
        sha256, extension);
    free(clean);
    return path;
}

/* Is the file of that name still the one of `status`? */
static int check(const char *path, const struct stat *status, struct failure *ret_failure)
{
    struct stat now;
    if (lstat(path, &now) < 0)
        return fail(ret_failure, -errno, "%s: %s", path, strerror(errno));
    if (!local_same_file(&now, status))
        return fail(ret_failure, -ESTALE, "%s: another file has taken its place", path);
    return 0;
}

bool local_inbox_is_same(const struct local_inbox *inbox, const char *name, const struct stat *status)
{
    struct text path = TEXT_WITH_CEILING(PATH_MAX);
    text_append_format(&path, "%s/%s", inbox->folder, name);
    int r = check(text_string(&path), status, NULL);
    text_free(&path);
    return r == 0;
}

int local_inbox_remove(
    const struct local_inbox *inbox, const char *name, const struct stat *status, struct failure *ret_failure)
{
    struct text path = TEXT_WITH_CEILING(PATH_MAX);
    text_append_format(&path, "%s/%s", inbox->folder, name);
    int r = check(text_string(&path), status, ret_failure);
    if (r == 0 && unlink(text_string(&path)) < 0)
        r = fail(ret_failure, -errno, "%s cannot be deleted: %s", text_string(&path), strerror(errno));
    text_free(&path);
    return r;
}

int local_inbox_move(const struct local_inbox *inbox, const char *name, const struct stat *status,
    const char *folder, const char *sha256, struct failure *ret_failure)
{
    struct text from = TEXT_WITH_CEILING(PATH_MAX), to = target_path(inbox, name, folder, sha256);
    text_append_format(&from, "%s/%s", inbox->folder, name);
    int r = check(text_string(&from), status, ret_failure);
    if (r == 0 && rename(text_string(&from), text_string(&to)) < 0)
        r = fail(ret_failure, -errno, "%s to %s: %s", text_string(&from), text_string(&to), strerror(errno));
    text_free(&from);
    text_free(&to);
    return r;
}

char *local_file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;
    while (*name == '.')
        name++;
    size_t length = strlen(name);
    /* The end of a long name goes, but not its extension's. */
    const char *extension = strrchr(name, '.');
    size_t tail = extension == NULL || strlen(extension) > 10 ? 0 : strlen(extension);
    size_t head = length <= NAME_BYTES ? length - tail : utf8_cut(name, NAME_BYTES - tail);

    struct text clean = TEXT_WITH_CEILING(3 * NAME_BYTES);
    for (size_t part = 0; part < 2; part++) {
        const char *cursor = part == 0 ? name : name + length - tail;
        const char *end = part == 0 ? name + head : name + length;
        while (cursor < end) {
            const char *before = cursor;
            uint32_t code_point = utf8_next(&cursor, end);
            bool malformed = code_point == 0xfffd && cursor - before == 1;
            if (malformed || code_point < 0x20 || code_point == 0x7f)
                text_append_character(&clean, '_');
            else
                text_append(&clean, before, (size_t)(cursor - before));
        }
    }
    if (clean.length == 0)
        text_append_string(&clean, "unnamed");
    return text_take(&clean);
}
