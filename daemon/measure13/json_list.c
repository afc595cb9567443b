/* json_list.c - arrays in an order of their own. */
#include "json_list.h"

#include "m13/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A list longer than this names its first elements, and stands for the rest by their number and digest: a
 * product with ten thousand sales is not copied whole into each version of its case. */
enum { LISTED_MOST = 100 };

void list_add(struct json_list *list, struct text *element)
{
    MEMORY_GROW(list->elements, list->count, list->capacity);
    list->elements[list->count++] = text_take(element);
}

static int compare_elements(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void append_digest(struct text *out, const struct json_list *list)
{
    uint8_t digest[DIGEST_BYTES];
    char hex[DIGEST_HEX_BYTES];
    struct digest_stream *stream = digest_begin();
    for (size_t i = 0; i < list->count; i++) {
        digest_add(stream, list->elements[i], strlen(list->elements[i]));
        digest_add(stream, "\n", 1);
    }
    digest_end(stream, digest);
    put_number(out, "count", (int64_t)list->count);
    put_string(out, "sha256", digest_hex(digest, hex));
}

void list_end(struct text *out, const char *name, struct json_list *list)
{
    if (list->count > 0) {
        qsort(list->elements, list->count, sizeof list->elements[0], compare_elements);
        put_key(out, name);
        text_append_character(out, '[');
        for (size_t i = 0; i < list->count && i < LISTED_MOST; i++) {
            if (i > 0)
                text_append_character(out, ',');
            text_append_string(out, list->elements[i]);
        }
        text_append_character(out, ']');
    }
    if (list->count > LISTED_MOST) {
        char all[32];
        snprintf(all, sizeof all, "%s_all", name);
        put_key(out, all);
        text_append_character(out, '{');
        append_digest(out, list);
        text_append_character(out, '}');
    }
    for (size_t i = 0; i < list->count; i++)
        free(list->elements[i]);
    free(list->elements);
}
