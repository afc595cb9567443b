#include "m13/memory.h"

#include "m13/failure.h"
#include "m13/log.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void *checked(void *memory, size_t bytes)
{
    if (memory == NULL)
        log_fatal(EXIT_INTERNAL, "out of memory: %zu bytes could not be had", bytes);
    return memory;
}

static size_t product(size_t count, size_t bytes)
{
    size_t total;
    if (__builtin_mul_overflow(count, bytes, &total) || total > PTRDIFF_MAX)
        log_fatal(
            EXIT_INTERNAL, "out of memory: %zu times %zu bytes is more than there can be", count, bytes);
    return total != 0 ? total : 1;
}

void *memory_get(size_t bytes)
{
    size_t total = product(1, bytes);
    return checked(malloc(total), total);
}

void *memory_get_zeroed(size_t count, size_t bytes)
{
    size_t total = product(count, bytes);
    return checked(calloc(1, total), total);
}

void *memory_resize(void *old, size_t count, size_t bytes)
{
    size_t total = product(count, bytes);
    return checked(realloc(old, total), total);
}

char *memory_copy_string(const char *string)
{
    return string != NULL ? memory_copy_bytes(string, strlen(string)) : NULL;
}

char *memory_copy_bytes(const char *bytes, size_t length)
{
    char *copy = memory_get(length + 1);
    if (length > 0)
        memcpy(copy, bytes, length);
    copy[length] = '\0';
    return copy;
}

void *memory_grow(void *items, size_t count, size_t *capacity, size_t bytes)
{
    if (count < *capacity)
        return items;
    /* One and a half times: freed blocks can be used again for a later, larger one. */
    size_t wanted = *capacity < 8 ? 8 : *capacity + *capacity / 2;
    items = memory_resize(items, wanted, bytes);
    *capacity = wanted;
    return items;
}
