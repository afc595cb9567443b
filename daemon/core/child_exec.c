#include "child_exec.h"

#include "m13/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define DESCRIPTORS_MOST 16

/* All that the child needs, made before the fork: between fork and exec only async-signal-safe calls are
 * allowed, for a library's thread may hold the lock of malloc. */
struct launch {
    const struct child_plan *plan;
    char *const *arguments; /* the plan's, as execve wants them: it does not write to them */
    char *const *environment;
    pid_t parent;
    int descriptors[3 + DESCRIPTORS_MOST]; /* what becomes 0, 1, 2, 3 ... */
    int descriptor_count;
    int report; /* where the errno of a failed exec goes; closed by a successful one */
};

/* --- within the child ------------------------------------------------------------------------------------
 */

static int limit(int resource, int64_t most)
{
    struct rlimit value = {.rlim_cur = (rlim_t)most, .rlim_max = (rlim_t)most};
    return setrlimit(resource, &value);
}

static int set_limits(const struct child_plan *plan)
{
    if (limit(RLIMIT_CORE, 0) < 0) /* a core would hold what regulators and firms sent */
        return -1;
    if (plan->memory_bytes > 0 && limit(RLIMIT_AS, plan->memory_bytes) < 0)
        return -1;
    if (plan->cpu_seconds > 0 && limit(RLIMIT_CPU, plan->cpu_seconds) < 0)
        return -1;
    if (plan->no_files && (limit(RLIMIT_FSIZE, 0) < 0 || limit(RLIMIT_NPROC, 0) < 0))
        return -1;
    return 0;
}

/* First out of the way of each other, then to their places. */
static int place_descriptors(struct launch *launch)
{
    int count = launch->descriptor_count;
    for (int i = 0; i < count; i++) {
        launch->descriptors[i] = fcntl(launch->descriptors[i], F_DUPFD_CLOEXEC, count + 1);
        if (launch->descriptors[i] < 0)
            return -1;
    }
    int report = fcntl(launch->report, F_DUPFD_CLOEXEC, count + 1);
    if (report < 0)
        return -1;
    launch->report = report;
    for (int i = 0; i < count; i++)
        if (dup2(launch->descriptors[i], i) < 0)
            return -1;
    if (dup3(report, count, O_CLOEXEC) < 0)
        return -1;
    launch->report = count;
    return close_range((unsigned)count + 1, ~0U, 0);
}

static void default_signals(void)
{
    /* Ignored signals would stay ignored through exec, and a handler of ours must not run here. */
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static _Noreturn void become(struct launch *launch)
{
    /* A group of its own: Ctrl-C at a terminal is for the daemon, which then decides. */
    bool ready = setpgid(0, 0) == 0 && prctl(PR_SET_PDEATHSIG, SIGKILL) == 0;
    if (getppid() != launch->parent) /* died before prctl */
        _exit(EXIT_FAILURE);
    default_signals();
    if (ready && place_descriptors(launch) == 0 && set_limits(launch->plan) == 0)
        execve(launch->plan->argv[0], launch->arguments, launch->environment);
    int code = errno;
    ssize_t ignored = write(launch->report, &code, sizeof code);
    (void)ignored;
    _exit(EXIT_FAILURE);
}

/* --- within the parent -----------------------------------------------------------------------------------
 */

/* What the service manager said to the daemon is not for its children: they would answer in its name. */
static bool is_withheld(const char *variable)
{
    static const char *const names[] = {"NOTIFY_SOCKET=", "WATCHDOG_PID=", "WATCHDOG_USEC=", "LISTEN_PID=",
        "LISTEN_FDS=", "LISTEN_FDNAMES=", "JOURNAL_STREAM=", "CREDENTIALS_DIRECTORY="};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strncmp(variable, names[i], strlen(names[i])) == 0)
            return true;
    return false;
}

/* The child's stderr poses as the journal's stream, so that its log marks each line with the priority. */
static char **make_environment(int standard_error, char journal_stream[64])
{
    size_t count = 0, kept = 0;
    while (environ[count] != NULL)
        count++;
    char **environment = memory_get_zeroed(count + 2, sizeof *environment);
    for (size_t i = 0; i < count; i++)
        if (!is_withheld(environ[i]))
            environment[kept++] = environ[i];
    struct stat status;
    if (fstat(standard_error, &status) == 0) {
        snprintf(journal_stream, 64, "JOURNAL_STREAM=%llu:%llu", (unsigned long long)status.st_dev,
            (unsigned long long)status.st_ino);
        environment[kept] = journal_stream;
    }
    return environment;
}

/* Waits for the exec, which closes the pipe without a word when it succeeds. */
static int await_exec(int report, pid_t process)
{
    int code = 0;
    ssize_t got;
    do
        got = read(report, &code, sizeof code);
    while (got < 0 && errno == EINTR);
    if (got == 0)
        return 0;
    while (waitpid(process, NULL, 0) < 0 && errno == EINTR)
        ;
    return got == sizeof code && code > 0 ? -code : -EIO;
}

static int fork_and_exec(struct launch *launch, int report, pid_t *ret_process)
{
    sigset_t all, before;
    sigfillset(&all);
    /* A signal that reached the child before its handlers are gone would be told to the parent's loop. */
    sigprocmask(SIG_SETMASK, &all, &before);
    pid_t process = fork();
    int code = errno;
    if (process == 0)
        become(launch);
    sigprocmask(SIG_SETMASK, &before, NULL);
    close(launch->report);
    if (process < 0)
        return -code;
    *ret_process = process;
    return await_exec(report, process);
}

int child_exec(const struct child_plan *plan, int standard_error, pid_t *ret_process)
{
    if (plan->descriptor_count > DESCRIPTORS_MOST)
        return -E2BIG;
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    int report[2];
    if (null < 0)
        return -errno;
    if (pipe2(report, O_CLOEXEC) < 0) {
        int code = errno;
        close(null);
        return -code;
    }
    char journal_stream[64];
    char **environment = make_environment(standard_error, journal_stream);
    struct launch launch = {.plan = plan,
        .environment = environment,
        .parent = getpid(),
        .descriptors = {plan->standard_input >= 0 ? plan->standard_input : null,
            plan->standard_output >= 0 ? plan->standard_output : null, standard_error},
        .descriptor_count = 3 + (int)plan->descriptor_count,
        .report = report[1]};
    memcpy(&launch.arguments, &plan->argv, sizeof launch.arguments);
    for (size_t i = 0; i < plan->descriptor_count; i++)
        launch.descriptors[3 + i] = plan->descriptors[i];
    int r = fork_and_exec(&launch, report[0], ret_process);
    free(environment);
    close(report[0]);
    close(null);
    return r;
}
