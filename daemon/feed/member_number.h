/* member_number.h - a count that stands in a JSON document, read from its bytes as they arrive.
 *
 * Finds one member of the outermost object and takes its value when that is an integer; the rest is only
 * stepped over. It is no parser: whether the document is good is the decoder's question. What it holds does
 * not grow with the document. */
#ifndef M13_FEED_MEMBER_NUMBER_H
#define M13_FEED_MEMBER_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum member_found {
    MEMBER_ABSENT,
    MEMBER_FOUND,
    MEMBER_UNFIT, /* there, but no count: a fraction, negative, too long, cut off, or there twice */
};

enum member_state {
    MEMBER_STATE_START,
    MEMBER_STATE_BETWEEN, /* outside of strings */
    MEMBER_STATE_STRING,
    MEMBER_STATE_ESCAPE,
    MEMBER_STATE_NUMBER, /* in the digits of the wanted value */
    MEMBER_STATE_OVER,
};

struct member_number {
    const char *name; /* the caller's; without characters that JSON escapes */
    enum member_state state;
    int64_t depth;
    bool key_is_due;   /* the next string of the outermost object is a name */
    bool in_key, fits; /* in a name; it is the wanted one so far */
    size_t matched;    /* bytes of it */
    bool value_is_due; /* of the wanted member */
    int digits;
    int64_t number;
    enum member_found found;
    int64_t value;
};

void member_number_begin(struct member_number *scan, const char *name);
void member_number_add(struct member_number *scan, const char *bytes, size_t length);
/* After the last byte. *ret_value is set with MEMBER_FOUND. */
enum member_found member_number_end(struct member_number *scan, int64_t *ret_value);

#endif
