#include "m13/child.h"

#include "child_exec.h"

#include "m13/failure.h"
#include "m13/limits.h"
#include "m13/log.h"
#include "m13/loop.h"
#include "m13/memory.h"
#include "m13/text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define LINE_BYTES 1024 /* a longer line of stderr is told in pieces */

struct child {
    struct loop *loop;
    char *name;
    pid_t process;
    /* The end is watched through a descriptor of the process, not by SIGCHLD: libraries may have children of
     * their own, and this one's process number stays taken until we have asked for its status. */
    int process_descriptor;
    int error_descriptor; /* our end of its stderr */
    struct loop_watch *process_watch, *error_watch;
    struct loop_timer *deadline;
    void (*ended)(const struct child_end *end, void *context);
    void *context;

    struct child_end end;
    char line[LINE_BYTES];
    size_t line_length;
    size_t said; /* bytes of stderr that were logged */
    bool waits;  /* for us: no flight */
};

/* --- what it says ----------------------------------------------------------------------------------------
 */

/* The priority that a child of ours puts before its lines; a line without one comes from a library that is in
 * trouble. */
static enum log_level take_level(const char **line, size_t *length)
{
    const char *text = *line;
    if (*length < 3 || text[0] != '<' || text[1] < '3' || text[1] > '7' || text[2] != '>')
        return LOG_LEVEL_WARNING;
    *line += 3;
    *length -= 3;
    return (enum log_level)(text[1] - '0');
}

static void keep_last_words(struct child *child, const char *line, size_t length)
{
    size_t kept =
        length < sizeof child->end.last_words ? length : utf8_cut(line, sizeof child->end.last_words - 1);
    for (size_t i = 0; i < kept; i++)
        child->end.last_words[i] = (char)(line[i] != '\0' ? line[i] : ' ');
    child->end.last_words[kept] = '\0';
}

static void take_line(struct child *child)
{
    const char *line = child->line;
    size_t length = child->line_length;
    child->line_length = 0;
    enum log_level level = take_level(&line, &length);
    if (length == 0)
        return;
    keep_last_words(child, line, length);
    bool was_heard = child->said <= LIMIT_CHILD_STDERR_BYTES;
    child->said += length;
    if (child->said <= LIMIT_CHILD_STDERR_BYTES)
        log_library(level, child->name, line, length);
    else if (was_heard)
        log_warning(
            "%s: says more than %d bytes, the rest is left out", child->name, LIMIT_CHILD_STDERR_BYTES);
}

static void take_stderr(struct child *child, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] != '\n')
            child->line[child->line_length++] = bytes[i];
        if (bytes[i] == '\n' || child->line_length == sizeof child->line)
            take_line(child);
    }
}

/* One read; false when there is nothing more for now or for good. */
static bool read_stderr(struct child *child)
{
    char bytes[4096];
    ssize_t got = read(child->error_descriptor, bytes, sizeof bytes);
    if (got < 0 && errno == EINTR)
        return true;
    if (got > 0)
        take_stderr(child, bytes, (size_t)got);
    else if (got == 0 || errno != EAGAIN)
        loop_watch_change(child->error_watch, 0);
    return got > 0;
}

static void on_stderr(int descriptor, int events, void *context)
{
    (void)descriptor, (void)events;
    read_stderr(context);
}

/* --- how it ends -----------------------------------------------------------------------------------------
 */

static void release(struct child *child)
{
    loop_watch_free(child->process_watch);
    loop_watch_free(child->error_watch);
    loop_timer_free(child->deadline);
    close(child->process_descriptor);
    close(child->error_descriptor);
    free(child->name);
    free(child);
}

static void on_end(int descriptor, int events, void *context)
{
    (void)descriptor, (void)events;
    struct child *child = context;
    int status;
    if (waitpid(child->process, &status, WNOHANG) != child->process)
        return;
    /* What it said last is still in the pipe. Not until the end of file, since a process that it left behind
     * may hold the other end, and not for ever, since that one may be writing. */
    for (int i = 0; i < 64 && read_stderr(child); i++)
        ;
    take_line(child);
    child->end.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    child->end.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;

    struct child_end end = child->end;
    struct loop *loop = child->loop;
    bool waited = child->waits;
    void (*ended)(const struct child_end *, void *) = child->ended;
    void *ended_context = child->context;
    release(child);
    ended(&end, ended_context);
    if (!waited)
        loop_flight_end(loop);
}

static void on_deadline(void *context)
{
    struct child *child = context;
    child->end.timed_out = true;
    child_kill(child);
}

void child_kill(struct child *child)
{
    kill(child->process, SIGKILL);
}

void child_forget(struct child *child)
{
    if (child == NULL)
        return;
    child_kill(child);
    while (waitpid(child->process, NULL, 0) < 0 && errno == EINTR)
        ;
    if (!child->waits)
        loop_flight_end(child->loop);
    release(child);
}

void child_waits(struct child *child, bool waits)
{
    if (waits == child->waits)
        return;
    child->waits = waits;
    if (waits)
        loop_flight_end(child->loop);
    else
        loop_flight_begin(child->loop);
}

/* --- how it begins ---------------------------------------------------------------------------------------
 */

int child_start(struct loop *loop, const struct child_plan *plan,
    void (*ended)(const struct child_end *end, void *context), void *context, struct child **ret_child)
{
    int error[2];
    pid_t process;
    if (pipe2(error, O_CLOEXEC) < 0)
        return -errno;
    int r = child_exec(plan, error[1], &process);
    close(error[1]);
    if (r < 0) {
        close(error[0]);
        return r;
    }
    int process_descriptor = pidfd_open(process, 0);
    if (process_descriptor < 0 || fcntl(error[0], F_SETFL, O_NONBLOCK) < 0)
        log_fatal(EXIT_INTERNAL, "%s: cannot be watched: %s", plan->name, strerror(errno));

    struct child *child = memory_get_zeroed(1, sizeof *child);
    child->loop = loop;
    child->name = memory_copy_string(plan->name);
    child->process = process;
    child->process_descriptor = process_descriptor;
    child->error_descriptor = error[0];
    child->ended = ended;
    child->context = context;
    child->process_watch = loop_watch_new(loop, process_descriptor, LOOP_READ, on_end, child);
    child->error_watch = loop_watch_new(loop, error[0], LOOP_READ, on_stderr, child);
    if (plan->milliseconds > 0) {
        child->deadline = loop_timer_new(loop, LOOP_REAL, "child's deadline", on_deadline, child);
        loop_timer_set_in(child->deadline, plan->milliseconds);
    }
    loop_flight_begin(loop);
    if (ret_child != NULL)
        *ret_child = child;
    return 0;
}
