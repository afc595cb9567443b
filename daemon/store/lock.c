/* lock.c - state/lock: one writer at a time.
 *
 * The kernel releases a flock when its holder dies, however it dies. The file stays: removing it would let
 * two processes hold locks on two files of the same name. The holder's process id in it is for people. */
#include "internal.h"
#include "m13/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static int refuse(int descriptor, const char *path, struct failure *ret_failure)
{
    char holder[24] = "";
    ssize_t length = pread(descriptor, holder, sizeof holder - 1, 0);
    holder[length > 0 ? strspn(holder, "0123456789") : 0] = '\0';
    return fail(ret_failure, -EWOULDBLOCK, "%s is held by process %s: another m13d or m13ctl is writing",
        path, holder[0] != '\0' ? holder : "(unknown)");
}

static int name_holder(int descriptor)
{
    char line[24];
    int length = snprintf(line, sizeof line, "%ld\n", (long)getpid());
    if (ftruncate(descriptor, 0) < 0)
        return -errno;
    ssize_t written = pwrite(descriptor, line, (size_t)length, 0);
    return written == length ? 0 : written < 0 ? -errno : -ENOSPC;
}

static int hold(int descriptor, const char *path, struct failure *ret_failure)
{
    if (flock(descriptor, LOCK_EX | LOCK_NB) < 0)
        return errno == EWOULDBLOCK
                   ? refuse(descriptor, path, ret_failure)
                   : fail(ret_failure, -errno, "%s cannot be locked: %s", path, strerror(errno));
    int r = name_holder(descriptor);
    return r == 0 ? 0 : fail(ret_failure, r, "%s cannot be written: %s", path, strerror(-r));
}

int lock_take(const char *state_directory, struct failure *ret_failure)
{
    char *path = path_join(state_directory, "lock");
    int descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
    int r = descriptor < 0 ? fail(ret_failure, -errno, "%s cannot be opened: %s", path, strerror(errno))
                           : hold(descriptor, path, ret_failure);
    if (r < 0 && descriptor >= 0)
        close(descriptor);
    free(path);
    return r < 0 ? r : descriptor;
}
