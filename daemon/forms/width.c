#include "workbook.h"

#include <string.h>

enum { FIRST_WIDE = 0x1100 }; /* Hangul Jamo: wide characters begin here, and few narrow ones follow */

size_t form_width(const char *string)
{
    const char *cursor = string, *end = string + strlen(string);
    size_t width = 0;
    while (cursor < end)
        width += utf8_next(&cursor, end) >= FIRST_WIDE ? 2 : 1;
    return width;
}
