#include "m13/child.h"

#include "m13/text.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The running m13d by its descriptor in /proc when a newer one has been put in its place: daemon and children
 * must be of one version. */
static bool is_daemon(const char *executable, const char **ret_program)
{
    const char *name = strrchr(executable, '/');
    if (name == NULL || !string_starts(name, "/m13d"))
        return false;
    bool replaced = string_equal(name, "/m13d (deleted)");
    *ret_program = replaced ? "/proc/self/exe" : executable;
    return replaced || string_equal(name, "/m13d");
}

const char *child_own_program(void)
{
    static char executable[PATH_MAX], beside[PATH_MAX + 8];
    const char *program;
    ssize_t length = readlink("/proc/self/exe", executable, sizeof executable - 1);
    executable[length > 0 ? length : 0] = '\0';
    if (is_daemon(executable, &program))
        return program;

    const char *slash = strrchr(executable, '/');
    int folder = slash != NULL ? (int)(slash - executable) : 0;
    snprintf(beside, sizeof beside, "%.*s/m13d", folder, executable);
    if (access(beside, X_OK) == 0)
        return beside;
    /* The unit tests, which lie deeper in the build folder. */
    const char *build = secure_getenv("M13_BUILD");
    if (build != NULL) {
        snprintf(beside, sizeof beside, "%s/m13d", build);
        return beside;
    }
    return access("/usr/sbin/m13d", X_OK) == 0 ? "/usr/sbin/m13d" : "/usr/bin/m13d";
}
