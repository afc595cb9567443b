#include "m13/failure.h"

#include "m13/text.h"

#include <stdio.h>
#include <string.h>

/* One line of clean UTF-8, whatever an outsider put into it. */
static void clean(char *text)
{
    size_t length = strlen(text);
    text[utf8_cut(text, length)] = '\0';
    const char *end = text + strlen(text);
    for (char *byte = text; byte < end;) {
        const char *next = byte;
        uint32_t code_point = utf8_next(&next, end);
        bool malformed = code_point == 0xfffd && next - byte == 1;
        if (code_point < 0x20 || code_point == 0x7f)
            *byte = ' ';
        else if (malformed)
            *byte = '?';
        byte = text + (next - text);
    }
}

int vfail(struct failure *ret_failure, int code, const char *format, va_list arguments)
{
    if (ret_failure != NULL) {
        ret_failure->code = code;
        vsnprintf(ret_failure->text, sizeof ret_failure->text, format, arguments);
        clean(ret_failure->text);
    }
    return code;
}

int fail(struct failure *ret_failure, int code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vfail(ret_failure, code, format, arguments);
    va_end(arguments);
    return code;
}

int fail_in(struct failure *failure, const char *format, ...)
{
    if (failure == NULL)
        return 0;
    char context[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(context, sizeof context, format, arguments);
    va_end(arguments);

    char whole[sizeof context + sizeof failure->text + 2];
    snprintf(whole, sizeof whole, "%s: %s", context, failure->text);
    size_t length = strnlen(whole, sizeof failure->text - 1);
    memcpy(failure->text, whole, length);
    failure->text[length] = '\0';
    clean(failure->text);
    return failure->code;
}
