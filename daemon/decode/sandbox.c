#include "sandbox.h"

#include "m13/decoder.h"

#include <errno.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef M13_SANDBOX_OPTIONAL
const bool sandbox_is_off = true;
#else
const bool sandbox_is_off = false;
#endif

/* What a decoder does: read payloads, write lines, receive descriptors, have memory, end. */
static const int allowed[] = {
    SCMP_SYS(read),
    SCMP_SYS(write),
    SCMP_SYS(lseek), /* tables and archives are read at several places */
    SCMP_SYS(close),
    SCMP_SYS(recvmsg),
    SCMP_SYS(brk),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(futex), /* ICU's locks */
    SCMP_SYS(clock_gettime),
    SCMP_SYS(getrandom), /* the allocator's seed */
    SCMP_SYS(restart_syscall),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
};

/* Memory may be had, but none that can be executed: the third argument is the protection. */
static const int allowed_without_execution[] = {SCMP_SYS(mmap), SCMP_SYS(mprotect)};

/* Whoever tries these is no decoder any more. */
static const int deadly[] = {SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(socket), SCMP_SYS(socketpair),
    SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev)};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static int add_rules(scmp_filter_ctx filter)
{
    int r = 0;
    for (size_t i = 0; i < COUNT(allowed) && r == 0; i++)
        r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
    for (size_t i = 0; i < COUNT(allowed_without_execution) && r == 0; i++)
        r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed_without_execution[i], 1,
            SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    for (size_t i = 0; i < COUNT(deadly) && r == 0; i++)
        r = seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, deadly[i], 0);
    return r;
}

static int load_filter(struct failure *ret_failure)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    int r = filter != NULL ? add_rules(filter) : -ENOMEM;
    if (r == 0)
        r = seccomp_load(filter);
    seccomp_release(filter);
    if (r < 0)
        return fail(ret_failure, -EPERM,
            "the sandbox cannot be closed: seccomp answers \"%s\" (does the unit's SystemCallFilter name "
            "`seccomp`?)",
            strerror(-r));
    return 0;
}

/* Version of Landlock's interface in this kernel; 0 = none. glibc has no wrappers. */
static int landlock_version(void)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    return version > 0 ? (int)version : 0;
}

/* A set of rules that handles every right on files and grants none. Which rights there are, by version: 1 has
 * 13, 2 adds REFER, 3 TRUNCATE, 5 IOCTL_DEV. */
static void enter_landlock(void)
{
    int version = landlock_version();
    unsigned rights = version >= 5 ? 16 : version >= 3 ? 15 : version == 2 ? 14 : 13;
    struct landlock_ruleset_attr everything = {.handled_access_fs = (UINT64_C(1) << rights) - 1};
    if (version == 0)
        return;
    long rules = syscall(SYS_landlock_create_ruleset, &everything, sizeof everything.handled_access_fs, 0);
    if (rules < 0)
        return;
    /* Should it fail, seccomp still denies every open: Landlock is the second wall. */
    (void)syscall(SYS_landlock_restrict_self, rules, 0);
    close((int)rules);
}

int sandbox_enter(struct failure *ret_failure)
{
    if (sandbox_is_off)
        return 0;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return fail(ret_failure, -EPERM, "the sandbox cannot be closed: no_new_privs: %s", strerror(errno));
    enter_landlock();
    return load_filter(ret_failure);
}

const char *decoder_sandbox_kind(void)
{
    const uint32_t action = SECCOMP_RET_KILL_PROCESS;
    if (sandbox_is_off)
        return "off (not a release build)";
    if (syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) < 0)
        return "none: nothing is decoded";
    return landlock_version() > 0 ? "seccomp+landlock" : "seccomp";
}
