/* child_exec.h - the one fork of the program, and what happens between it and the exec. */
#ifndef M13_CHILD_EXEC_H
#define M13_CHILD_EXEC_H

#include "m13/child.h"

#include <sys/types.h>

/* Starts the plan's program with `standard_error` as its descriptor 2. 0 and the process, or a negative
 * errno: also what exec itself met, so a program that is missing is told here. */
int child_exec(const struct child_plan *plan, int standard_error, pid_t *ret_process);

#endif
