/* inbox_file.c - one file of a folder: opened, moved, deleted, and by which name it is known. */
#include "inbox_inside.h"

#include "m13/clock.h"
#include "m13/digest.h"
#include "m13/memory.h"
#include "m13/text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int64_t local_inbox_held_ms = CLOCK_MINUTE;
/* Of a name: leaves room within NAME_MAX for what is added to it. */
#define NAME_BYTES 180

char *inbox_path(const struct local_inbox *inbox, const char *name)
{
    return path_join(inbox->folder, name);
}

/* --- opening ---------------------------------------------------------------------------------------------
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
    const struct inbox_entry *entry = inbox_find(inbox, name);
    return entry != NULL && clock_monotonic() - entry->since < local_inbox_held_ms && is_held(descriptor);
}

int local_inbox_open(const struct local_inbox *inbox, const char *name, struct failure *ret_failure)
{
    char *path = inbox_path(inbox, name);
    /* O_NONBLOCK: a pipe that has taken the file's place must not hold the loop. */
    int descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (descriptor < 0)
        descriptor = fail(ret_failure, -errno, "%s: %s", path, strerror(errno));
    else if (is_paused(inbox, name, descriptor)) {
        close(descriptor);
        descriptor = fail(ret_failure, -EAGAIN, "%s is still open for writing", path);
    }
    free(path);
    return descriptor;
}

/* A file that was not read to its end has no hash: its place and time tell it from another of its name. */
static const char *mark_of(const struct stat *status, const char *sha256, char out[DIGEST_HEX_BYTES])
{
    if (*sha256 != '\0')
        return sha256;
    int64_t parts[] = {
        (int64_t)status->st_ino, status->st_size, status->st_mtim.tv_sec, status->st_mtim.tv_nsec};
    return digest_hex_of(parts, sizeof parts, out);
}

static struct text target_path(
    const struct local_inbox *inbox, const char *name, const char *folder, const char *mark)
{
    struct text path = TEXT_WITH_CEILING(PATH_MAX);
    char *clean = local_file_name(name);
    const char *extension = strrchr(clean, '.');
    if (extension == NULL || extension == clean)
        extension = clean + strlen(clean);
    text_append_format(
        &path, "%s/%s/%.*s.%.8s%s", inbox->folder, folder, (int)(extension - clean), clean, mark, extension);
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
    char *path = inbox_path(inbox, name);
    int r = check(path, status, NULL);
    free(path);
    return r == 0;
}

int local_inbox_remove(
    const struct local_inbox *inbox, const char *name, const struct stat *status, struct failure *ret_failure)
{
    char *path = inbox_path(inbox, name);
    int r = check(path, status, ret_failure);
    if (r == 0 && unlink(path) < 0)
        r = fail(ret_failure, -errno, "%s cannot be deleted: %s", path, strerror(errno));
    free(path);
    return r;
}

int local_inbox_move(const struct local_inbox *inbox, const char *name, const struct stat *status,
    const char *folder, const char *sha256, struct failure *ret_failure)
{
    char mark[DIGEST_HEX_BYTES];
    struct text to = target_path(inbox, name, folder, mark_of(status, sha256, mark));
    char *from = inbox_path(inbox, name);
    int r = check(from, status, ret_failure);
    if (r == 0 && rename(from, text_string(&to)) < 0)
        r = fail(ret_failure, -errno, "%s to %s: %s", from, text_string(&to), strerror(errno));
    free(from);
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
