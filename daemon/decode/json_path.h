/* json_path.h - where in a JSON value a definition looks, as people write it.
 *
 *   a.b                 the member `b` of the object at member `a`; "" is the value itself
 *   *                   every member of an object, or every element of an array
 *   a[].b               `b` of each element of the array at `a`: the first that is not empty
 *   a[*].b              the same: all that differ, in their order, joined by "; "
 *   a[0].b              `b` of that element, from 0 on
 *   a[city=beijing*].b  `b` of the first element that fits: its member `city` (or `place.city`) says
 *                       "beijing"; a trailing * stands for any rest; capitals do not matter
 *
 * A path with several values (* and brackets) takes the first that is not empty, unless [*] joins them; what
 * in it is no text is nothing. The same condition picks the same element, whatever is then read of it: city
 * and country come of one maker. Names have no dots and no brackets. */
#ifndef M13_DECODE_JSON_PATH_H
#define M13_DECODE_JSON_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum json_path_kind {
    JSON_PATH_NAME,     /* text, length */
    JSON_PATH_EVERY,    /* * */
    JSON_PATH_ELEMENTS, /* [] */
    JSON_PATH_ALL,      /* [*] */
    JSON_PATH_INDEX,    /* [0]: index */
    JSON_PATH_FITTING,  /* [key=value]: key, and text without its trailing * */
    JSON_PATH_END,
};

struct json_path_step {
    enum json_path_kind kind;
    const char *text; /* within the path */
    size_t length;
    const char *key;
    size_t key_length;
    bool prefix; /* the value had a trailing * */
    int64_t index;
};

/* The step at *cursor, which moves behind it. A bracket that says nothing of the above is part of a name. */
struct json_path_step json_path_next(const char **cursor);

#endif
