/* Plain string helpers that C lacks. */
#include "m13/text.h"

#include <errno.h>
#include <string.h>

bool string_equal(const char *a, const char *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    return strcmp(a, b) == 0;
}

bool string_starts(const char *string, const char *prefix)
{
    return strncmp(string, prefix, strlen(prefix)) == 0;
}

bool string_ends(const char *string, const char *suffix)
{
    size_t length = strlen(string), tail = strlen(suffix);
    return length >= tail && memcmp(string + length - tail, suffix, tail) == 0;
}

/* Not isspace(): the locale has no say in what a blank is. */
static bool is_blank(char character)
{
    return character == ' ' || (character >= '\t' && character <= '\r');
}

bool string_is_blank(const char *string)
{
    if (string == NULL)
        return true;
    while (is_blank(*string))
        string++;
    return *string == '\0';
}

char *string_trim(char *string)
{
    while (is_blank(*string))
        string++;
    size_t length = strlen(string);
    while (length > 0 && is_blank(string[length - 1]))
        length--;
    string[length] = '\0';
    return string;
}

int string_to_integer(const char *string, int64_t least, int64_t most, int64_t *ret_number)
{
    if (string == NULL)
        return -EINVAL;
    bool negative = *string == '-';
    const char *digit = string + (negative ? 1 : 0);
    if (*digit == '\0')
        return -EINVAL;
    int64_t number = 0;
    bool overflowed = false;
    for (; *digit != '\0'; digit++) {
        if (*digit < '0' || *digit > '9')
            return -EINVAL;
        int step = negative ? '0' - *digit : *digit - '0';
        overflowed = overflowed || __builtin_mul_overflow(number, 10, &number) ||
                     __builtin_add_overflow(number, step, &number);
    }
    if (overflowed || number < least || number > most)
        return -ERANGE;
    *ret_number = number;
    return 0;
}

char *path_join(const char *folder, const char *name)
{
    struct text path = TEXT_WITH_CEILING(strlen(folder) + strlen(name) + 2);
    text_append_string(&path, folder);
    if (path.length > 0)
        text_append_character(&path, '/');
    text_append_string(&path, name);
    return text_take(&path);
}
