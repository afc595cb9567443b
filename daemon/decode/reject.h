/* reject.h - why a row could not be read, for the person who will look at it. */
#ifndef M13_DECODE_REJECT_H
#define M13_DECODE_REJECT_H

#include <stddef.h>

struct reject {
    const char
        *field;       /* member of the record, or the register's own name of it, or "" = the row as a whole */
    char reason[512]; /* what was found, and what is accepted */
    char excerpt[200]; /* the value, or what stands around the fault */
};

/* The reason as printf; the excerpt made printable and cut to its room. */
void reject_say(struct reject *reject, const char *field, const char *excerpt, size_t excerpt_length,
    const char *format, ...) __attribute__((format(printf, 5, 6)));

#endif
