/* sandbox.h - the cage of a process that reads hostile bytes: it may compute, read what is open, and write.
 *
 * seccomp allows some twenty system calls; others fail with EPERM, and exec, socket and ptrace kill.
 * Landlock, where the kernel has it, takes away every file. Neither can be undone. */
#ifndef M13_DECODE_SANDBOX_H
#define M13_DECODE_SANDBOX_H

#include "m13/failure.h"

#include <stdbool.h>

/* True where this build has no cage, since sanitizers and coverage need what it denies
 * (M13_SANDBOX_OPTIONAL): sandbox_enter() then does nothing. Never in a release. */
extern const bool sandbox_is_off;

/* Closes the cage around this process for good. 0, or -EPERM when seccomp cannot be had: then nothing hostile
 * may be read. */
int sandbox_enter(struct failure *ret_failure);

#endif
