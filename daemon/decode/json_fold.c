#include "json_fold.h"

#include "clean.h"

#include <unicode/uchar.h>

void json_fold(const char *bytes, size_t length, struct text *out)
{
    struct text clean = TEXT_WITH_CEILING(out->ceiling);
    int64_t ignored = 0;
    clean_append(bytes, length, (struct clean_rules){0}, &clean, &ignored);
    const char *cursor = text_string(&clean), *end = cursor + clean.length;
    while (cursor < end) {
        char utf8[4];
        UChar32 folded = u_foldCase((UChar32)utf8_next(&cursor, end), U_FOLD_CASE_DEFAULT);
        text_append(out, utf8, utf8_put((uint32_t)folded, utf8));
    }
    text_free(&clean);
}
