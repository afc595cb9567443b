/* listening.h - a control socket with a few verbs, on a loop, and clients in processes of their own. */
#ifndef M13_TEST_LISTENING_H
#define M13_TEST_LISTENING_H

#include "m13/control.h"
#include "m13/loop.h"

struct listening {
    char *folder;
    struct loop *loop;
    struct control *control;
    struct control_request *kept; /* by the verb `keep`, until somebody finishes it */
    int asked;                    /* requests that reached a verb */
    struct loop_timer *watchman;  /* a test that waits in vain ends */
};
/* Verbs: echo (each of "words" in a reply), who (actor), files (what stands in each file; the last is left
 * untaken), keep (answers nothing), flood ("count" replies of "bytes"), fail (code 3 with a problem). */
int listening_open(void **state); /* cmocka set-up and tear-down */
int listening_close(void **state);

/* What a client saw: each answer's JSON in a line, then "exit CODE: PROBLEM". */
struct heard {
    char text[200000];
};
/* Runs control_ask() in a child process while the loop turns. `request` is JSON. */
void ask(struct listening *listening, const char *request, const int *files, size_t file_count,
    struct heard *ret_heard);
int open_descriptors(void); /* of this process */

#endif
