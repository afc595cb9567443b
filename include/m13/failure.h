/* failure.h - an error on its way up to the one who can say it to a person.
 *
 * A function logs an error or returns it, never both. One that can fail in a way worth telling takes a
 * `struct failure *ret_failure` last and returns a negative errno; callers that don't care pass NULL. */
#ifndef M13_FAILURE_H
#define M13_FAILURE_H

#include <stdarg.h>

struct failure {
    int code;        /* negative errno; 0 = no failure */
    char text[1024]; /* one sentence: which feed, file, line, row; what was expected; what to do */
};

/* Fills *ret_failure (may be NULL) and returns `code`, so that `return fail(f, -EINVAL, "...")` reads well.
 * Outside text in it is cut at the buffer's end and its control characters are replaced. */
int fail(struct failure *ret_failure, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
int vfail(struct failure *ret_failure, int code, const char *format, va_list arguments)
    __attribute__((format(printf, 3, 0)));

/* Puts "context: " in front of the text that is there; returns the failure's code. */
int fail_in(struct failure *failure, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Exit codes of both programs (contract.md), after sysexits.h. */
enum exit_code {
    EXIT_FINE = 0,
    EXIT_SOME_FAILED = 3, /* some feed failed or some rows were rejected; the rest is done */
    EXIT_BAD_USAGE = 64,
    EXIT_BAD_DATA = 65, /* nothing usable in the input */
    EXIT_UNAVAILABLE = 69,
    EXIT_INTERNAL = 70,
    EXIT_IO = 74,
    EXIT_TRY_LATER = 75,
    EXIT_BAD_CONFIG = 78,
};

#endif
