/* text.h - a growing byte string that is born with a ceiling.
 *
 * Appending past the ceiling sets `overflowed` and drops the bytes: append freely, ask once at the end. */
#ifndef M13_TEXT_H
#define M13_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
    char *bytes;   /* NUL-terminated once anything was appended; NULL before */
    size_t length; /* without the NUL */
    size_t capacity;
    size_t ceiling; /* most bytes that it may ever hold */
    bool overflowed;
};

#define TEXT_WITH_CEILING(most) ((struct text){.ceiling = (most)})

void text_append(struct text *text, const char *bytes, size_t length);
void text_append_string(struct text *text, const char *string); /* NULL appends nothing */
void text_append_format(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_append_character(struct text *text, char character);
void text_append_integer(struct text *text, int64_t number);
/* As a JSON string with its quotes; invalid UTF-8 becomes U+FFFD. NULL appends `null`. */
void text_append_json(struct text *text, const char *string);
void text_append_json_bytes(struct text *text, const char *bytes, size_t length);
const char *text_string(const struct text *text); /* never NULL */
char *text_take(struct text *text);               /* the caller frees; the text is empty afterwards */
void text_clear(struct text *text);               /* keeps the memory */
void text_free(struct text *text);

/* Plain string helpers that C lacks. */
bool string_equal(const char *a, const char *b); /* NULL equals only NULL */
bool string_starts(const char *string, const char *prefix);
bool string_ends(const char *string, const char *suffix);
bool string_is_blank(const char *string); /* NULL, empty or only ASCII blanks */
char *string_trim(char *string); /* in place, ASCII blanks at both ends; returns the first byte kept */
char *path_join(const char *folder, const char *name); /* folder "" = name alone; the caller frees */
bool utf8_is_valid(const char *bytes, size_t length);
/* Next code point at *cursor, which moves on; malformed bytes give U+FFFD, one each. 0 at `end`. */
uint32_t utf8_next(const char **cursor, const char *end);
size_t utf8_put(uint32_t code_point, char out[4]); /* bytes written */
/* The most bytes, up to `most`, that end with no cut sequence: where to cut for a fixed buffer. So many must
 * be there: strnlen() first. */
size_t utf8_cut(const char *bytes, size_t most);
/* Whole-string decimal in [least, most], or -EINVAL / -ERANGE. */
int string_to_integer(const char *string, int64_t least, int64_t most, int64_t *ret_number);

#endif
