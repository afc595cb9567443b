#include "attic.h"

#include "m13/clock.h"
#include "m13/log.h"
#include "m13/store.h"
#include "m13/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int64_t local_attic_kept_ms = 90 * CLOCK_DAY;
#define HASH_DIGITS 8

/* The digits in NAME.HASH.EXT or NAME.HASH, as local_inbox_move() calls a file; NULL = it is another's name.
 */
static const char *digits_in(const char *name)
{
    const char *point = strrchr(name, '.');
    if (point == NULL)
        return NULL;
    if (strspn(point + 1, "0123456789abcdef") == HASH_DIGITS && point[1 + HASH_DIGITS] == '\0')
        return point + 1;
    const char *digits = point - name > HASH_DIGITS ? point - HASH_DIGITS : NULL;
    bool found = digits != NULL && digits[-1] == '.' && strspn(digits, "0123456789abcdef") == HASH_DIGITS;
    return found ? digits : NULL;
}

static bool is_evidence(struct store *store, const char *name)
{
    const char *digits = digits_in(name);
    char from[HASH_DIGITS + 1] = "";
    if (digits == NULL)
        return false;
    memcpy(from, digits, HASH_DIGITS);
    return store_value(store, 0,
               "SELECT EXISTS (SELECT 1 FROM evidence WHERE sha256 >= ?1 AND sha256 < ?1 || 'g' "
               "               AND removed_at IS NULL)",
               "t", from) != 0;
}

static bool is_old(int folder, const char *name, int64_t before)
{
    struct stat status;
    return fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(status.st_mode) &&
           (int64_t)status.st_ctim.tv_sec * CLOCK_SECOND < before;
}

int local_attic_sweep(struct store *store)
{
    if (clock_is_overridden())
        return 0;
    char *path = path_join(store_directory(store), "inbox/done");
    DIR *folder = opendir(path);
    int removed = 0;
    int64_t before = clock_wall() - local_attic_kept_ms;
    for (struct dirent *found;
         folder != NULL && removed < LOCAL_ATTIC_A_TURN && (found = readdir(folder)) != NULL;) {
        if (!is_old(dirfd(folder), found->d_name, before) || !is_evidence(store, found->d_name))
            continue;
        if (unlinkat(dirfd(folder), found->d_name, 0) == 0)
            removed++;
        else
            log_error("%s/%s cannot be removed: %s", path, found->d_name, strerror(errno));
    }
    if (folder != NULL)
        closedir(folder);
    free(path);
    return removed;
}
