/* inbox.c - what is in a folder, and which of it is whole. */
#include "inbox_inside.h"

#include "m13/clock.h"
#include "m13/log.h"
#include "m13/memory.h"
#include "m13/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

int64_t local_inbox_settled_ms = 2000;
/* Files of which a look knows; of these it takes the oldest. */
#define FILES_MOST ((size_t)20 * INBOX_FILES_A_SCAN)
/* Who copies a folder puts one file behind the other within this time. */
#define TOGETHER_NS 2000000000LL

struct local_inbox *local_inbox_new(
    const char *folder, bool (*wanted)(const char *name, void *context), void *context)
{
    struct local_inbox *inbox = memory_get_zeroed(1, sizeof *inbox);
    inbox->folder = memory_copy_string(folder);
    inbox->wanted = wanted;
    inbox->context = context;
    return inbox;
}

static void clear(struct inbox_entries *entries)
{
    for (size_t i = 0; i < entries->count; i++)
        free(entries->items[i].name);
    free(entries->items);
    *entries = (struct inbox_entries){0};
}

void local_inbox_free(struct local_inbox *inbox)
{
    if (inbox == NULL)
        return;
    if (inbox->reading != NULL)
        closedir(inbox->reading);
    clear(&inbox->known);
    clear(&inbox->fresh);
    free(inbox->folder);
    free(inbox);
}

bool local_same_file(const struct stat *one, const struct stat *other)
{
    return one->st_dev == other->st_dev && one->st_ino == other->st_ino && one->st_size == other->st_size &&
           one->st_mtim.tv_sec == other->st_mtim.tv_sec && one->st_mtim.tv_nsec == other->st_mtim.tv_nsec;
}

/* What programs leave beside the files that people mean: locks of Excel and WPS (~$), LibreOffice (.~lock)
 * and editors, downloads under way. */
bool inbox_is_by_product(const char *name)
{
    static const char *const tails[] = {".tmp", ".TMP", ".part", ".partial", ".crdownload", ".swp", "~"};
    if (name[0] == '.' || string_starts(name, "~$"))
        return true;
    for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++)
        if (string_ends(name, tails[i]))
            return true;
    return false;
}

/* Regular files with something in them: an empty one is a writer's that has not begun. */
bool local_inbox_stat(int folder, const char *name, struct stat *ret_status)
{
    return !inbox_is_by_product(name) && fstatat(folder, name, ret_status, AT_SYMLINK_NOFOLLOW) == 0 &&
           S_ISREG(ret_status->st_mode) && ret_status->st_size > 0;
}

/* --- entries ---------------------------------------------------------------------------------------------
 */

static int by_name(const void *a, const void *b)
{
    const struct inbox_entry *left = a, *right = b;
    return strcmp(left->name, right->name);
}

static int names_entry(const void *name, const void *entry)
{
    return strcmp(name, ((const struct inbox_entry *)entry)->name);
}

struct inbox_entry *inbox_find(const struct local_inbox *inbox, const char *name)
{
    if (inbox->known.count == 0)
        return NULL;
    return bsearch(name, inbox->known.items, inbox->known.count, sizeof *inbox->known.items, names_entry);
}

static bool is_wanted(const struct local_inbox *inbox, const char *name)
{
    return inbox->wanted == NULL || inbox->wanted(name, inbox->context);
}

/* In its place in the order of names. */
static struct inbox_entry *insert(struct local_inbox *inbox, const char *name)
{
    struct inbox_entries *known = &inbox->known;
    MEMORY_GROW(known->items, known->count, known->capacity);
    size_t place = known->count++;
    for (; place > 0 && strcmp(known->items[place - 1].name, name) > 0; place--)
        known->items[place] = known->items[place - 1];
    known->items[place] = (struct inbox_entry){.name = memory_copy_string(name)};
    return &known->items[place];
}

bool local_inbox_whole(struct local_inbox *inbox, const char *name)
{
    struct stat status;
    char *path = inbox_path(inbox, name);
    bool is_file = !inbox_is_by_product(name) && lstat(path, &status) == 0 && S_ISREG(status.st_mode) &&
                   status.st_size > 0;
    free(path);
    if (!is_file)
        return false;
    bool wanted = is_wanted(inbox, name);
    struct inbox_entry *entry = inbox_find(inbox, name);
    if (entry == NULL && inbox->known.count < 2 * INBOX_FILES_A_SCAN) /* of more, the scans find this one */
        entry = insert(inbox, name);
    if (entry != NULL)
        *entry = (struct inbox_entry){.name = entry->name,
            .status = status,
            .since = clock_monotonic(),
            .whole = true,
            .wanted = wanted};
    return wanted;
}

void local_inbox_leave(struct local_inbox *inbox, const char *name)
{
    struct inbox_entry *entry = inbox_find(inbox, name);
    if (entry != NULL)
        entry->left = true;
}

void local_inbox_wait(struct local_inbox *inbox, const char *name)
{
    struct inbox_entry *entry = inbox_find(inbox, name);
    if (entry != NULL)
        entry->not_until = clock_monotonic() + local_inbox_settled_ms;
}

void local_inbox_put_off(struct local_inbox *inbox, const char *name, bool put_off)
{
    struct inbox_entry *entry = inbox_find(inbox, name);
    if (entry != NULL)
        entry->put_off = put_off;
}

size_t local_inbox_count_put_off(const struct local_inbox *inbox)
{
    size_t count = 0;
    for (size_t i = 0; i < inbox->known.count; i++)
        count += inbox->known.items[i].put_off;
    return count;
}

/* --- scanning --------------------------------------------------------------------------------------------
 */

static void note(struct local_inbox *inbox, const char *name, const struct stat *status)
{
    struct inbox_entries *fresh = &inbox->fresh;
    bool wanted = is_wanted(inbox, name);
    if (!wanted && fresh->count - fresh->wanted >= INBOX_FILES_A_SCAN)
        return; /* of those that nobody wants no more than that are remembered */
    const struct inbox_entry *before = inbox_find(inbox, name);
    bool same = before != NULL && local_same_file(&before->status, status);
    MEMORY_GROW(fresh->items, fresh->count, fresh->capacity);
    fresh->items[fresh->count++] = (struct inbox_entry){
        .name = memory_copy_string(name),
        .status = *status,
        .since = same ? before->since : clock_monotonic(),
        .whole = same && before->whole,
        .wanted = wanted,
        .left = same && before->left,
        .put_off = same && before->put_off,
        .not_until = same ? before->not_until : 0,
    };
    fresh->wanted += wanted;
}

/* What an administrator tries: told once, or he waits for ever. */
static void tell_of_link(struct local_inbox *inbox, const char *name)
{
    struct stat status;
    if (inbox->told_of_link || inbox_is_by_product(name) ||
        fstatat(dirfd(inbox->reading), name, &status, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISLNK(status.st_mode))
        return;
    inbox->told_of_link = true;
    log_notice(
        "%s/%s is a link, and links are not followed: the file itself has to lie there", inbox->folder, name);
}

static void end_reading(struct local_inbox *inbox)
{
    closedir(inbox->reading);
    inbox->reading = NULL;
    inbox->more = inbox->fresh.wanted == FILES_MOST;
    if (inbox->fresh.count > 0)
        qsort(inbox->fresh.items, inbox->fresh.count, sizeof *inbox->fresh.items, by_name);
    clear(&inbox->known);
    inbox->known = inbox->fresh;
    inbox->fresh = (struct inbox_entries){0};
}

static void begin_reading(struct local_inbox *inbox)
{
    inbox->reading = opendir(inbox->folder);
    if (inbox->reading == NULL && !inbox->told)
        log_error("inbox %s cannot be read: %s", inbox->folder, strerror(errno));
    inbox->told = inbox->reading == NULL;
}

bool local_inbox_read(struct local_inbox *inbox, int64_t deadline_us)
{
    if (inbox->reading == NULL)
        begin_reading(inbox);
    if (inbox->reading == NULL)
        return true;
    struct stat status;
    for (struct dirent *found;
         inbox->fresh.wanted < FILES_MOST && (found = readdir(inbox->reading)) != NULL;) {
        if (local_inbox_stat(dirfd(inbox->reading), found->d_name, &status))
            note(inbox, found->d_name, &status);
        else
            tell_of_link(inbox, found->d_name);
        if (clock_monotonic_us() >= deadline_us)
            return false;
    }
    end_reading(inbox);
    return true;
}

static int64_t arrival_of(const struct inbox_entry *entry)
{
    return (int64_t)entry->status.st_ctim.tv_sec * 1000000000 + entry->status.st_ctim.tv_nsec;
}

static int by_arrival(const void *a, const void *b)
{
    const struct inbox_entry *const *left = a, *const *right = b;
    int64_t one = arrival_of(*left), other = arrival_of(*right);
    return one != other ? (one > other) - (one < other) : strcmp((*left)->name, (*right)->name);
}

/* Without their extensions: 销售-更正.csv corrects 销售.csv, and '-' stands before '.'. */
static int pointed_by_name(const void *a, const void *b)
{
    const struct inbox_entry *const *left = a, *const *right = b;
    const char *one = (*left)->name, *other = (*right)->name;
    const char *one_end = strrchr(one, '.'), *other_end = strrchr(other, '.');
    size_t one_length = one_end != NULL ? (size_t)(one_end - one) : strlen(one);
    size_t other_length = other_end != NULL ? (size_t)(other_end - other) : strlen(other);
    int r = memcmp(one, other, one_length < other_length ? one_length : other_length);
    if (r == 0)
        r = (one_length > other_length) - (one_length < other_length);
    return r != 0 ? r : strcmp(one, other);
}

/* What corrects another file came later, whatever its name. But a folder that was copied as a whole is meant
 * in the order of its names. */
static void sort_by_arrival(const struct inbox_entry **entries, size_t count)
{
    if (count > 0)
        qsort(entries, count, sizeof(const struct inbox_entry *), by_arrival);
    for (size_t from = 0, to; from < count; from = to) {
        for (to = from + 1;
             to < count && arrival_of(entries[to]) - arrival_of(entries[to - 1]) < TOGETHER_NS;)
            to++;
        qsort(entries + from, to - from, sizeof(const struct inbox_entry *), pointed_by_name);
    }
}

/* In how many milliseconds the file is whole; not positive = it is. */
static int64_t missing_of(const struct inbox_entry *entry, int64_t now)
{
    int64_t settled_before = clock_is_overridden() ? INT64_MAX : now - local_inbox_settled_ms;
    int64_t missing = entry->whole ? 0 : entry->since - settled_before;
    return missing < entry->not_until - now ? entry->not_until - now : missing;
}

int64_t local_inbox_take(const struct local_inbox *inbox, int64_t now,
    void (*take)(const char *name, void *context), void *context, bool *ret_more)
{
    const struct inbox_entry **whole = memory_get_zeroed(inbox->known.count + 1, sizeof *whole);
    size_t count = 0;
    int64_t wait = -1;
    for (size_t i = 0; i < inbox->known.count; i++) {
        const struct inbox_entry *entry = &inbox->known.items[i];
        if (entry->left || !entry->wanted)
            continue;
        int64_t missing = missing_of(entry, now);
        if (missing <= 0)
            whole[count++] = entry;
        else if (wait < 0 || missing < wait)
            wait = missing;
    }
    sort_by_arrival(whole, count);
    *ret_more = inbox->more || count > INBOX_FILES_A_SCAN;
    for (size_t i = 0; i < count && i < INBOX_FILES_A_SCAN; i++)
        take(whole[i]->name, context);
    free(whole);
    return wait;
}
