/* apart.h - runs a function in a process of its own, to see how it ends and what it says on stderr. */
#ifndef M13_TEST_APART_H
#define M13_TEST_APART_H

#include <stddef.h>

struct apart {
    int exit_code;     /* -1 when a signal ended it */
    size_t length;     /* of what it said */
    char said[131072]; /* NUL-terminated */
};

/* Exit code 0 when `run` returns. `to_journal` makes $JOURNAL_STREAM name its stderr. */
void run_apart(void (*run)(void), int to_journal, struct apart *ret_apart);

#endif
