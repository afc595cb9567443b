#include "conf_scan.h"

#include "m13/limits.h"
#include "m13/memory.h"
#include "m13/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct scan {
    const char *at, *end;
    int line;
    int depth;
    int opened[LIMIT_CONF_DEPTH]; /* lines of the brackets that are open */
    size_t items;                 /* names, values and brackets */
    bool after_string;            /* a string that follows is the rest of the same value */
    const char *name;
    struct config_problems *problems;
    struct conf_value_lines *lines;
};

static bool refuse(struct scan *scan, int line, const char *reason)
{
    config_problem_add(scan->problems, scan->name, line, "%s", reason);
    return false;
}

static bool refuse_more_than(struct scan *scan, const char *what, int accepted)
{
    config_problem_add(scan->problems, scan->name, scan->line, "%s: %d are accepted", what, accepted);
    return false;
}

/* Whether the text is clean UTF-8 without control characters. */
static bool check_characters(struct scan *scan)
{
    if (scan->end - scan->at >= 3 && memcmp(scan->at, "\xef\xbb\xbf", 3) == 0)
        return refuse(scan, 1,
            "the file starts with a byte-order mark: save it as UTF-8 without one (\"UTF-8, no BOM\")");
    int line = 1;
    for (const char *start = scan->at; start < scan->end; line++) {
        const char *end = memchr(start, '\n', (size_t)(scan->end - start));
        if (end == NULL)
            end = scan->end;
        if (memchr(start, '\0', (size_t)(end - start)) != NULL)
            return refuse(scan, line, "a NUL byte: this is no text file, or it is UTF-16; save it as UTF-8");
        if (!utf8_is_valid(start, (size_t)(end - start)))
            return refuse(scan, line, "not UTF-8: save the file as UTF-8");
        for (const char *byte = start; byte < end; byte++)
            if (((unsigned char)*byte < 0x20 && *byte != '\t' && *byte != '\r') || *byte == 0x7f)
                return refuse(scan, line, "a control character");
        start = end + 1;
    }
    return true;
}

static void note_value(struct scan *scan, int line)
{
    scan->items++;
    MEMORY_GROW(scan->lines->lines, scan->lines->count, scan->lines->capacity);
    scan->lines->lines[scan->lines->count++] = line;
}

static bool starts(const struct scan *scan, const char *word)
{
    size_t length = strlen(word);
    return (size_t)(scan->end - scan->at) >= length && memcmp(scan->at, word, length) == 0;
}

static void skip_to(struct scan *scan, const char *end)
{
    for (; scan->at < end; scan->at++)
        scan->line += *scan->at == '\n';
}

static bool skip_comment(struct scan *scan)
{
    if (!starts(scan, "/*")) {
        const char *end = memchr(scan->at, '\n', (size_t)(scan->end - scan->at));
        scan->at = end != NULL ? end : scan->end;
        return true;
    }
    const char *end = memmem(scan->at + 2, (size_t)(scan->end - scan->at - 2), "*/", 2);
    if (end == NULL)
        return refuse(scan, scan->line, "the comment that starts here is not closed (*/)");
    skip_to(scan, end + 2);
    return true;
}

static bool scan_string(struct scan *scan)
{
    int first_line = scan->line;
    if (!scan->after_string)
        note_value(scan, first_line);
    for (scan->at++; scan->at < scan->end && *scan->at != '"'; scan->at++) {
        if (starts(scan, "\\x00"))
            return refuse(scan, scan->line, "a NUL character in a string");
        scan->line += *scan->at == '\n';
        if (*scan->at == '\\' && scan->at + 1 < scan->end)
            scan->line += *++scan->at == '\n';
    }
    if (scan->at == scan->end)
        return refuse(scan, first_line, "the string that starts here is not closed (\")");
    scan->at++;
    scan->after_string = true;
    return true;
}

static bool is_word(char byte)
{
    return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') ||
           byte == '-' || byte == '_' || byte == '*';
}

/* What libconfig would cut in silence does not fit; what is no integer it refuses itself. */
static bool fits_32_bits(const char *start, size_t length)
{
    char digits[24];
    size_t sign = length > 0 && (*start == '-' || *start == '+') ? 1 : 0;
    if (length - sign > 2 && start[sign] == '0' && (start[sign + 1] == 'x' || start[sign + 1] == 'X'))
        return length - sign - 2 < 8;
    if (length >= sizeof digits)
        return false;
    memcpy(digits, start + sign, length - sign);
    digits[length - sign] = '\0';
    int64_t number;
    return string_to_integer(digits, 0, INT32_MAX, &number) != -ERANGE;
}

static bool scan_number(struct scan *scan)
{
    const char *start = scan->at;
    while (scan->at < scan->end && (is_word(*scan->at) || *scan->at == '+' || *scan->at == '.'))
        scan->at++;
    size_t length = (size_t)(scan->at - start);
    note_value(scan, scan->line);
    return memchr(start, 'L', length) != NULL || memchr(start, '.', length) != NULL ||
           fits_32_bits(start, length) || refuse(scan, scan->line, "a number beyond 2147483647");
}

/* A name, or one of the words true and false as a value. */
static bool scan_word(struct scan *scan)
{
    while (scan->at < scan->end && is_word(*scan->at))
        scan->at++;
    const char *next = scan->at;
    while (next < scan->end && strchr(" \t\r\n", *next) != NULL)
        next++;
    if (next == scan->end || (*next != '=' && *next != ':')) {
        note_value(scan, scan->line);
        return true;
    }
    scan->items++;
    return true;
}

static bool scan_punctuation(struct scan *scan)
{
    if (starts(scan, "@include"))
        return refuse(scan, scan->line, "@include is not accepted: each file stands for itself");
    if (strchr("{[(", *scan->at) != NULL) {
        if (scan->depth == LIMIT_CONF_DEPTH)
            return refuse_more_than(scan, "brackets nested too deeply", LIMIT_CONF_DEPTH);
        scan->opened[scan->depth++] = scan->line;
        scan->items++;
    } else if (strchr("}])", *scan->at) != NULL && scan->depth > 0) {
        scan->depth--;
    }
    scan->at++;
    return true;
}

static bool scan_token(struct scan *scan)
{
    char byte = *scan->at;
    if (strchr(" \t\r\n", byte) != NULL) {
        skip_to(scan, scan->at + 1);
        return true;
    }
    if (byte == '#' || starts(scan, "//") || starts(scan, "/*"))
        return skip_comment(scan);
    if (byte == '"')
        return scan_string(scan);
    scan->after_string = false;
    if ((byte >= '0' && byte <= '9') || byte == '-' || byte == '+' || byte == '.')
        return scan_number(scan);
    if (is_word(byte))
        return scan_word(scan);
    return scan_punctuation(scan);
}

bool conf_scan(const char *bytes, size_t length, const char *name, struct config_problems *problems,
    struct conf_value_lines *ret_lines)
{
    *ret_lines = (struct conf_value_lines){0};
    struct scan scan = {.at = bytes,
        .end = bytes + length,
        .line = 1,
        .name = name,
        .problems = problems,
        .lines = ret_lines};
    bool good = check_characters(&scan);
    while (good && scan.at < scan.end)
        good =
            scan_token(&scan) &&
            (scan.items <= LIMIT_CONF_ITEMS ||
                refuse_more_than(&scan, "too many names, values and brackets in one file", LIMIT_CONF_ITEMS));
    if (good && scan.depth > 0)
        return refuse(&scan, scan.opened[scan.depth - 1], "the bracket that opens here is not closed");
    return good;
}
