#include "process.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void give_up(const char *what) __attribute__((noreturn));

static void give_up(const char *what)
{
    fprintf(stderr, "process: %s: %s\n", what, strerror(errno));
    exit(1);
}

/* A test that is killed takes its children along. */
static pid_t fork_child(void)
{
    fflush(NULL);
    pid_t id = fork();
    if (id < 0)
        give_up("fork");
    if (id == 0)
        prctl(PR_SET_PDEATHSIG, SIGKILL);
    return id;
}

static int how_it_ended(pid_t id)
{
    int status;
    while (waitpid(id, &status, 0) < 0)
        if (errno != EINTR)
            give_up("waitpid");
    return WIFSIGNALED(status) ? PROCESS_SIGNAL + WTERMSIG(status) : WEXITSTATUS(status);
}

int process_run(void (*function)(void *context), void *context)
{
    pid_t id = fork_child();
    if (id == 0) {
        function(context);
        _exit(0);
    }
    return how_it_ended(id);
}

static void read_all(int descriptor, char *ret_text, size_t size)
{
    char rest[512];
    size_t used = 0;
    for (ssize_t got = 1; got > 0;) {
        bool room = used + 1 < size;
        got = read(descriptor, room ? ret_text + used : rest, room ? size - 1 - used : sizeof rest);
        if (got < 0 && errno != EINTR)
            give_up("read");
        if (got > 0 && room)
            used += (size_t)got;
        got = got < 0 ? 1 : got;
    }
    ret_text[used] = '\0';
}

int process_run_telling(void (*function)(void *context), void *context, char *ret_stderr, size_t size)
{
    int ends[2];
    if (pipe(ends) < 0)
        give_up("pipe");
    pid_t id = fork_child();
    if (id == 0) {
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        close(ends[1]);
        function(context);
        _exit(0);
    }
    close(ends[1]);
    read_all(ends[0], ret_stderr, size);
    close(ends[0]);
    return how_it_ended(id);
}

struct process process_start(void (*function)(struct process *parent, void *context), void *context)
{
    int ends[2];
    pid_t parent = getpid();
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        give_up("socketpair");
    pid_t id = fork_child();
    if (id == 0) {
        close(ends[0]);
        function(&(struct process){.id = parent, .channel = ends[1]}, context);
        _exit(0);
    }
    close(ends[1]);
    return (struct process){.id = id, .channel = ends[0]};
}

bool process_meet(struct process *other)
{
    char byte = '.';
    return send(other->channel, &byte, 1, MSG_NOSIGNAL) == 1 && recv(other->channel, &byte, 1, 0) == 1;
}

bool process_is_running(const struct process *process)
{
    char byte;
    ssize_t got = recv(process->channel, &byte, 1, MSG_DONTWAIT | MSG_PEEK);
    return got > 0 || (got < 0 && errno == EAGAIN);
}

int process_end(struct process *process)
{
    close(process->channel);
    return how_it_ended(process->id);
}

int process_kill(struct process *process)
{
    kill(process->id, SIGKILL);
    return process_end(process);
}
