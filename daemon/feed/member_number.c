/* member_number.c - a count that stands in a JSON document. */
#include "member_number.h"

#include <string.h>

/* No register has a million times a million rows. */
#define DIGITS_MOST 12

void member_number_begin(struct member_number *scan, const char *name)
{
    *scan = (struct member_number){.name = name};
}

static void settle(struct member_number *scan, bool is_count)
{
    scan->value_is_due = false;
    scan->found = is_count && scan->found == MEMBER_ABSENT ? MEMBER_FOUND : MEMBER_UNFIT;
    scan->value = scan->number;
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* A byte order mark may come first; a document that is no object has no members. */
static void step_at_start(struct member_number *scan, char byte)
{
    if (byte == '{') {
        scan->state = MEMBER_STATE_BETWEEN;
        scan->depth = 1;
        scan->key_is_due = true;
    } else if (!is_blank(byte) && byte != '\xef' && byte != '\xbb' && byte != '\xbf') {
        scan->state = MEMBER_STATE_OVER;
    }
}

static void begin_string(struct member_number *scan)
{
    scan->state = MEMBER_STATE_STRING;
    scan->in_key = scan->depth == 1 && scan->key_is_due;
    scan->fits = scan->in_key;
    scan->matched = 0;
}

static void step_between(struct member_number *scan, char byte)
{
    if (scan->value_is_due && !is_blank(byte) && byte != ':') {
        if (is_digit(byte)) {
            scan->state = MEMBER_STATE_NUMBER;
            scan->number = byte - '0';
            scan->digits = 1;
            return;
        }
        settle(scan, false);
    }
    if (byte == '"') {
        begin_string(scan);
    } else if (byte == '{' || byte == '[') {
        scan->depth++;
    } else if (byte == '}' || byte == ']') {
        if (--scan->depth == 0)
            scan->state = MEMBER_STATE_OVER;
    } else if (scan->depth == 1 && (byte == ',' || byte == ':')) {
        scan->key_is_due = byte == ',';
    }
}

/* A name that is written with escapes is none that we ask for. */
static void step_in_string(struct member_number *scan, char byte)
{
    if (byte == '"') {
        scan->state = MEMBER_STATE_BETWEEN;
        if (scan->in_key) {
            scan->key_is_due = false;
            scan->value_is_due = scan->fits && scan->name[scan->matched] == '\0';
        }
        return;
    }
    if (byte == '\\')
        scan->state = MEMBER_STATE_ESCAPE;
    scan->fits = scan->fits && byte != '\\' && byte != '\0' && scan->name[scan->matched] == byte;
    scan->matched += scan->fits;
}

static void step_in_number(struct member_number *scan, char byte)
{
    if (is_digit(byte)) {
        if (++scan->digits <= DIGITS_MOST)
            scan->number = scan->number * 10 + (byte - '0');
        return;
    }
    bool ends = is_blank(byte) || byte == ',' || byte == '}';
    settle(scan, ends && scan->digits <= DIGITS_MOST);
    scan->state = MEMBER_STATE_BETWEEN;
    step_between(scan, byte);
}

void member_number_add(struct member_number *scan, const char *bytes, size_t length)
{
    for (const char *end = bytes + length; bytes < end; bytes++)
        switch (scan->state) {
        case MEMBER_STATE_START:
            step_at_start(scan, *bytes);
            break;
        case MEMBER_STATE_BETWEEN:
            step_between(scan, *bytes);
            break;
        case MEMBER_STATE_STRING:
            step_in_string(scan, *bytes);
            break;
        case MEMBER_STATE_ESCAPE:
            scan->state = MEMBER_STATE_STRING;
            break;
        case MEMBER_STATE_NUMBER:
            step_in_number(scan, *bytes);
            break;
        case MEMBER_STATE_OVER:
            return;
        }
}

enum member_found member_number_end(struct member_number *scan, int64_t *ret_value)
{
    if (scan->state == MEMBER_STATE_NUMBER || scan->value_is_due)
        settle(scan, false);
    scan->state = MEMBER_STATE_OVER;
    if (scan->found == MEMBER_FOUND)
        *ret_value = scan->value;
    return scan->found;
}
