/* as_child.h - the test program in the role of `m13d --child publish`, with faults on demand.
 *
 * The child is the test program itself, started by exec, so that it holds no lock and no descriptor of the
 * test. $PUBLISH_FAULT makes it misbehave: KIND:N, where N counts its system calls that change something,
 * from 1. kill:N   it is killed before call N full:N   from call N on every write says that the disk is full
 *   fault:N  call N fails with EIO
 *   hang:0   it does nothing, for ever;   die:0   it ends with a signal, without a word */
#ifndef M13_TEST_AS_CHILD_H
#define M13_TEST_AS_CHILD_H

#include <stdbool.h>
#include <stdint.h>

/* First in main(): true when this process is such a child, which has then done its work. */
bool as_child(int argc, char **argv, int *ret_exit);

/* Publishes STATE at `now` in a child with `fault` (NULL = none); how it ended as in process.h. What it wrote
 * to stderr stands in as_child_words. */
int publish_as_child(const char *state, int64_t now, const char *fault);
extern char as_child_words[4096];

/* A folder with an m13d that is this program, for child_own_program(): sets $M13_BUILD. */
void as_child_program(const char *folder);

#endif
