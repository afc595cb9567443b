/* window.h - the part of a text that is being looked at: bytes come in at the end and leave at the front.
 *
 * Positions in the text are offsets from its beginning, so that they outlive the moving of the bytes. */
#ifndef M13_DECODE_WINDOW_H
#define M13_DECODE_WINDOW_H

#include "charset.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct window {
    char *bytes; /* bytes[end] is always NUL, so that a scan may run up to it */
    size_t at;   /* next byte to be looked at */
    size_t end;  /* behind the last byte that is here */
    size_t keep; /* while `held`: first byte that must stay; else all before `at` may go */
    bool held;
    int64_t base; /* offset of bytes[0] */
    size_t capacity;
    struct charset *source;
    struct failure failure; /* of the last WINDOW_FAILED */
};

enum window_more {
    WINDOW_MORE, /* there are more bytes behind `end` than before; `bytes`, `at` and `base` may have moved */
    WINDOW_END,  /* the text has ended */
    WINDOW_FULL, /* what is held has reached LIMIT_ROW_BYTES */
    WINDOW_FAILED, /* `failure` says why */
};

void window_init(struct window *window);
void window_begin(struct window *window, struct charset *source); /* a new text */
enum window_more window_more(struct window *window);
void window_release(struct window *window);

static inline int64_t window_offset(const struct window *window)
{
    return window->base + (int64_t)window->at;
}
static inline const char *window_bytes(const struct window *window, int64_t offset)
{
    return window->bytes + (offset - window->base);
}
/* What is between here and `offset` may not go until window_let_go(). */
static inline void window_hold(struct window *window)
{
    window->held = true;
    window->keep = window->at;
}
static inline void window_let_go(struct window *window)
{
    window->held = false;
}

#endif
