/* process.h - parts of a test that run in a process of their own: what ends a program, what is killed, what
 * reads while another writes.
 *
 * The function runs in a forked child, so open databases and descriptors of the parent must not be used in
 * it. Whatever fails here ends the test program with a line on stderr. */
#ifndef M13_TEST_PROCESS_H
#define M13_TEST_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* How the child ended: its exit code, or PROCESS_SIGNAL plus the signal. A function that returns exits 0. */
#define PROCESS_SIGNAL 1000
int process_run(void (*function)(void *context), void *context);
/* The same, with what it wrote to stderr, NUL-terminated and cut at `size`. */
int process_run_telling(void (*function)(void *context), void *context, char *ret_stderr, size_t size);

/* For two that go on at once: process_meet() on both sides returns when both have called it, false when the
 * other has ended. */
struct process {
    pid_t id;
    int channel;
};
struct process process_start(void (*function)(struct process *parent, void *context), void *context);
bool process_meet(struct process *other);
bool process_is_running(const struct process *process);
int process_end(struct process *process);  /* waits; how it ended */
int process_kill(struct process *process); /* SIGKILL, then as process_end() */

#endif
