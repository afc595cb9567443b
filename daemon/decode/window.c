#include "window.h"

#include "m13/limits.h"
#include "m13/memory.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_BYTES ((size_t)256 * 1024)
#define LEAST_READ  ((size_t)64 * 1024)
#define MOST_BYTES  ((size_t)LIMIT_ROW_BYTES + LEAST_READ)

void window_init(struct window *window)
{
    *window = (struct window){.bytes = memory_get(FIRST_BYTES + 1), .capacity = FIRST_BYTES};
}

void window_begin(struct window *window, struct charset *source)
{
    window->at = window->end = window->keep = 0;
    window->bytes[0] = '\0';
    window->held = false;
    window->base = 0;
    window->source = source;
    window->failure = (struct failure){0};
}

void window_release(struct window *window)
{
    free(window->bytes);
    window->bytes = NULL;
}

static void drop_front(struct window *window)
{
    size_t first = window->held ? window->keep : window->at;
    memmove(window->bytes, window->bytes + first, window->end - first);
    window->at -= first;
    window->end -= first;
    window->keep = 0;
    window->base += (int64_t)first;
}

enum window_more window_more(struct window *window)
{
    if (window->capacity - window->end < LEAST_READ)
        drop_front(window);
    if (window->capacity - window->end < LEAST_READ) {
        if (window->capacity == MOST_BYTES)
            return WINDOW_FULL;
        size_t wanted = window->capacity * 2 < MOST_BYTES ? window->capacity * 2 : MOST_BYTES;
        window->bytes = memory_resize(window->bytes, wanted + 1, 1);
        window->capacity = wanted;
    }
    ssize_t got = charset_read(
        window->source, window->bytes + window->end, window->capacity - window->end, &window->failure);
    if (got > 0)
        window->end += (size_t)got;
    window->bytes[window->end] = '\0';
    return got > 0 ? WINDOW_MORE : got == 0 ? WINDOW_END : WINDOW_FAILED;
}
