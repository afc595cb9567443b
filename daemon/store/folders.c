/* folders.c - the folders of the state directory. */
#include "internal.h"

#include "m13/memory.h"
#include "m13/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Dashboards' readers pass through the state directory to `published`; what regulators served and what firms
 * delivered is the owner's alone. Those that are there keep the mode that the operator gave them. */
static const struct {
    const char *name;
    mode_t mode;
} folders[] = {
    {".", 0750},
    {"evidence", 0700},
    {"evidence/tmp", 0700},
    {"inbox", 0700},
    {"inbox/files", 0700},
    {"inbox/done", 0700},
    {"inbox/rejected", 0700},
    {"published", 0750},
};

int folder_create(const char *path, mode_t mode)
{
    /* The mode at once, whatever the umask: a kill between mkdir and chmod would leave it wrong for good. */
    mode_t mask = umask(0);
    int r = mkdir(path, mode) == 0 || errno == EEXIST ? 0 : -errno;
    umask(mask);
    return r;
}

int folder_sync(const char *path)
{
    int descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return -errno;
    int r = fsync(descriptor) == 0 ? 0 : -errno;
    close(descriptor);
    return r;
}

int folders_create(const char *state_directory, struct failure *ret_failure)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < sizeof folders / sizeof folders[0]; i++) {
        char *path =
            i == 0 ? memory_copy_string(state_directory) : path_join(state_directory, folders[i].name);
        r = folder_create(path, folders[i].mode);
        if (r < 0)
            fail(ret_failure, r, "folder %s cannot be made: %s", path, strerror(-r));
        free(path);
    }
    return r;
}
