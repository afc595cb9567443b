/* child.h - children: started by exec of a program with nothing inherited but what is named.
 *
 * Every descriptor above 2 is closed in the child but those in `descriptors`, which become 3, 4, ... in
 * order. Limits are set before exec. stderr of the child is read, split into lines and logged under the
 * child's name (at most LIMIT_CHILD_STDERR_BYTES); a child of ours marks its lines with their level by
 * itself. Signals are as a new program expects them, and what the service manager said to the daemon is not
 * passed on. A child dies when the daemon does. The end of a child is an ordinary event, told once; the loop
 * is freed after the last of them. */
#ifndef M13_CHILD_H
#define M13_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct loop;
struct child;

struct child_plan {
    const char *name;        /* for the log */
    const char *const *argv; /* argv[0] = path of the program; NULL-terminated */
    const int *descriptors;  /* the caller keeps and closes its copies after child_start() */
    size_t descriptor_count;
    int standard_input;   /* -1 = /dev/null */
    int standard_output;  /* -1 = /dev/null */
    int64_t memory_bytes; /* RLIMIT_AS; 0 = none (sanitizers exclude it) */
    int64_t cpu_seconds;  /* RLIMIT_CPU; 0 = none */
    int64_t milliseconds; /* killed after so long (real time); 0 = never */
    bool no_files;        /* RLIMIT_FSIZE 0 and RLIMIT_NPROC 0: it may write no file and start no process */
};

struct child_end {
    int exit_code; /* -1 when a signal ended it */
    int signal;    /* 0 when it exited */
    bool timed_out;
    char last_words[512]; /* the last line of its stderr */
};

/* 0 or a negative errno. A running child counts as a flight. `ended` is called once from the loop, after
 * which the child is gone. */
int child_start(struct loop *loop, const struct child_plan *plan,
    void (*ended)(const struct child_end *end, void *context), void *context, struct child **ret_child);
void child_kill(struct child *child); /* SIGKILL; `ended` still comes */
/* By one that is freed before its child has ended: SIGKILL, and `ended` does not come. NULL is fine. */
void child_forget(struct child *child);
/* One that only waits for us is no flight: the clock may jump. */
void child_waits(struct child *child, bool waits);
const char *child_own_program(
    void); /* path of the running executable's m13d, for children of m13d and m13ctl */

#endif
