/* memory.h - allocation that ends the program when it fails.
 *
 * m13d is crash-safe and restarted by its supervisor, so a small allocation that fails ends it with a line in
 * the log (exit 70). Whatever an outsider sizes goes through `text.h` or a ceiling of `limits.h` first. */
#ifndef M13_MEMORY_H
#define M13_MEMORY_H

#include <stddef.h>

void *memory_get(size_t bytes) __attribute__((malloc, returns_nonnull));
void *memory_get_zeroed(size_t count, size_t bytes)
    __attribute__((malloc, returns_nonnull)); /* product checked */
void *memory_resize(void *old, size_t count, size_t bytes)
    __attribute__((returns_nonnull));                                 /* product checked */
char *memory_copy_string(const char *string) __attribute__((malloc)); /* NULL gives NULL */
char *memory_copy_bytes(const char *bytes, size_t length)
    __attribute__((malloc, returns_nonnull)); /* NUL added */

/* For growing arrays: `MEMORY_GROW(items, count, capacity)` makes room for one more element. */
void *memory_grow(void *items, size_t count, size_t *capacity, size_t bytes);
#define MEMORY_GROW(items, count, capacity)                                                                  \
    ((items) = memory_grow((items), (count), &(capacity), sizeof *(items)))

#endif
