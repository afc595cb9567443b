#include "as_child.h"

#include "m13/log.h"
#include "m13/publish.h"
#include "m13/text.h"

#include "process.h"
#include "scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- faults ----------------------------------------------------------------------------------------------
 */

static enum { FAULT_NONE, FAULT_KILL, FAULT_FULL, FAULT_IO } fault;
static long faulty_call, calls;

/* 0, or the errno with which the next call that changes something fails. */
static int next_call(bool writes)
{
    calls++;
    if (fault == FAULT_KILL && calls == faulty_call)
        raise(SIGKILL);
    if (fault == FAULT_FULL && calls >= faulty_call && writes)
        return ENOSPC;
    return fault == FAULT_IO && calls == faulty_call ? EIO : 0;
}

static bool fails(bool writes)
{
    int code = next_call(writes);
    errno = code != 0 ? code : errno;
    return code != 0;
}

static ssize_t faulty_pwrite(int descriptor, const void *bytes, size_t length, off_t offset)
{
    return fails(true) ? -1 : pwrite(descriptor, bytes, length, offset);
}

static int faulty_ftruncate(int descriptor, off_t length)
{
    return fails(false) ? -1 : ftruncate(descriptor, length);
}

static int faulty_open(const char *path, int flags, int mode)
{
    return (flags & O_CREAT) != 0 && fails(false) ? -1 : open(path, flags, mode);
}

/* The room's own calls, by the linker's --wrap. */
int __real_rename(const char *from, const char *to);
int __real_fsync(int descriptor);
int __real_chmod(const char *path, mode_t mode);
int __wrap_rename(const char *from, const char *to);
int __wrap_fsync(int descriptor);
int __wrap_chmod(const char *path, mode_t mode);

int __wrap_rename(const char *from, const char *to)
{
    return fails(false) ? -1 : __real_rename(from, to);
}

int __wrap_fsync(int descriptor)
{
    return fails(false) ? -1 : __real_fsync(descriptor);
}

int __wrap_chmod(const char *path, mode_t mode)
{
    return fails(false) ? -1 : __real_chmod(path, mode);
}

static void take_fault(const char *wanted)
{
    static const struct {
        const char *name;
        int fault;
    } kinds[] = {{"kill:", FAULT_KILL}, {"full:", FAULT_FULL}, {"fault:", FAULT_IO}};
    sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
    vfs->xSetSystemCall(vfs, "pwrite", (sqlite3_syscall_ptr)faulty_pwrite);
    vfs->xSetSystemCall(vfs, "pwrite64", (sqlite3_syscall_ptr)faulty_pwrite);
    vfs->xSetSystemCall(vfs, "ftruncate", (sqlite3_syscall_ptr)faulty_ftruncate);
    vfs->xSetSystemCall(vfs, "open", (sqlite3_syscall_ptr)faulty_open);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (string_starts(wanted, kinds[i].name)) {
            fault = kinds[i].fault;
            faulty_call = strtol(wanted + strlen(kinds[i].name), NULL, 10);
        }
    while (string_equal(wanted, "hang:0"))
        pause();
    if (string_equal(wanted, "die:0"))
        raise(SIGKILL);
}

/* --- the role --------------------------------------------------------------------------------------------
 */

bool as_child(int argc, char **argv, int *ret_exit)
{
    if (argc < 3 || !string_equal(argv[1], "--child") || !string_equal(argv[2], "publish"))
        return false;
    const char *wanted = getenv("PUBLISH_FAULT");
    log_open("m13d", LOG_LEVEL_INFO);
    if (wanted != NULL)
        take_fault(wanted);
    *ret_exit = publish_child_main(argc - 3, argv + 3);
    return true;
}

struct order {
    const char *state, *now, *fault;
};

static void become_child(void *context)
{
    const struct order *order = context;
    if (order->fault != NULL)
        setenv("PUBLISH_FAULT", order->fault, 1);
    execl("/proc/self/exe", "m13d", "--child", "publish", order->state, order->now, (char *)NULL);
    _exit(127);
}

char as_child_words[4096];

int publish_as_child(const char *state, int64_t now, const char *fault_wanted)
{
    char number[24];
    snprintf(number, sizeof number, "%lld", (long long)now);
    struct order order = {state, number, fault_wanted};
    return process_run_telling(become_child, &order, as_child_words, sizeof as_child_words);
}

void as_child_program(const char *folder)
{
    char program[4096];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    program[length > 0 ? length : 0] = '\0';
    char *link = scratch_path(folder, "m13d");
    if (symlink(program, link) != 0)
        abort();
    free(link);
    setenv("M13_BUILD", folder, 1);
}
