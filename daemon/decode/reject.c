#include "reject.h"

#include "clean.h"

#include "m13/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void reject_say(struct reject *reject, const char *field, const char *excerpt, size_t excerpt_length,
    const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int wanted = vsnprintf(reject->reason, sizeof reject->reason, format, arguments);
    va_end(arguments);
    if (wanted >= (int)sizeof reject->reason)
        reject->reason[utf8_cut(reject->reason, sizeof reject->reason - 1)] = '\0';
    reject->field = field;

    /* Cleaning triples a byte at worst. */
    size_t most = sizeof reject->excerpt - 1, taken = excerpt_length < most ? excerpt_length : most;
    struct text clean = TEXT_WITH_CEILING(3 * sizeof reject->excerpt);
    int64_t ignored = 0;
    clean_append(excerpt, utf8_cut(excerpt, taken), (struct clean_rules){0}, &clean, &ignored);
    size_t length = clean.length > most ? utf8_cut(clean.bytes, most) : clean.length;
    memcpy(reject->excerpt, text_string(&clean), length);
    reject->excerpt[length] = '\0';
    text_free(&clean);
}
