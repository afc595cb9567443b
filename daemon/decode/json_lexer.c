#include "json_lexer.h"

#include <string.h>

static const bool is_blank[256] = {[' '] = true, ['\t'] = true, ['\n'] = true, ['\r'] = true};

/* What ends a run of ordinary bytes in a string: the quote, the backslash, and all control characters (NUL
 * among them, which also stands behind the window's end). */
enum string_byte { STRING_PLAIN, STRING_QUOTE, STRING_ESCAPE, STRING_CONTROL };
static const unsigned char string_bytes[256] = {STRING_CONTROL, STRING_CONTROL, STRING_CONTROL,
    STRING_CONTROL, STRING_CONTROL, STRING_CONTROL, STRING_CONTROL, STRING_CONTROL, STRING_CONTROL,
    STRING_CONTROL, STRING_CONTROL, STRING_CONTROL, STRING_CONTROL, STRING_CONTROL, STRING_CONTROL,
    STRING_CONTROL, STRING_CONTROL, STRING_CONTROL, STRING_CONTROL, STRING_CONTROL, STRING_CONTROL,
    STRING_CONTROL, STRING_CONTROL, STRING_CONTROL, STRING_CONTROL, STRING_CONTROL, STRING_CONTROL,
    STRING_CONTROL, STRING_CONTROL, STRING_CONTROL, STRING_CONTROL,
    STRING_CONTROL, ['"'] = STRING_QUOTE, ['\\'] = STRING_ESCAPE};

const char *json_token_name(enum json_token token)
{
    static const char *const names[] = {
        [JSON_OBJECT_BEGIN] = "an object",
        [JSON_OBJECT_END] = "}",
        [JSON_ARRAY_BEGIN] = "an array",
        [JSON_ARRAY_END] = "]",
        [JSON_COMMA] = "a comma",
        [JSON_COLON] = "a colon",
        [JSON_STRING] = "a string",
        [JSON_NUMBER] = "a number",
        [JSON_TRUE] = "true",
        [JSON_FALSE] = "false",
        [JSON_NULL] = "null",
        [JSON_TEXT_END] = "the end",
        [JSON_FAULT] = "nonsense",
    };
    return names[token];
}

enum json_token json_lexer_fail(
    struct json_lexer *lexer, enum json_fault_kind kind, int64_t offset, const char *reason)
{
    lexer->fault = (struct json_fault){kind, offset, reason};
    return JSON_FAULT;
}

bool json_lexer_more(struct json_lexer *lexer)
{
    struct window *window = lexer->window;
    if (window->at < window->end)
        return true;
    enum window_more more = window_more(window);
    if (more == WINDOW_FULL && lexer->in_row) {
        lexer->passed_over = true;
        window_let_go(window);
        more = window_more(window);
    }
    switch (more) {
    case WINDOW_MORE:
        return true;
    case WINDOW_END:
        return false;
    case WINDOW_FULL:
        json_lexer_fail(
            lexer, JSON_FAULT_FULL, lexer->start, "something outside the rows is larger than any row may be");
        return false;
    case WINDOW_FAILED:
        json_lexer_fail(lexer, JSON_FAULT_READ, window_offset(window), window->failure.text);
        return false;
    }
    return false;
}

/* Like json_lexer_more(), where the end of the text is a fault too. */
static bool need_more(struct json_lexer *lexer)
{
    if (json_lexer_more(lexer))
        return true;
    if (lexer->fault.kind == JSON_FAULT_NONE)
        json_lexer_fail(lexer, JSON_FAULT_CUT, window_offset(lexer->window), "the document ends here");
    return false;
}

int json_lexer_peek(struct json_lexer *lexer)
{
    struct window *window = lexer->window;
    for (;;) {
        const char *byte = window->bytes + window->at;
        while (is_blank[(unsigned char)*byte])
            byte++;
        window->at = (size_t)(byte - window->bytes);
        if (window->at < window->end)
            return (unsigned char)*byte;
        if (!json_lexer_more(lexer))
            return -1;
    }
}

static enum json_token end_token(struct json_lexer *lexer, enum json_token token)
{
    lexer->end = window_offset(lexer->window);
    return token;
}

static bool is_hex(char byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f') || (byte >= 'A' && byte <= 'F');
}

/* `at` is on the backslash. */
static bool scan_escape(struct json_lexer *lexer)
{
    struct window *window = lexer->window;
    int64_t offset = window_offset(window);
    lexer->escaped = true;
    window->at++;
    if (!need_more(lexer))
        return false;
    char letter = window->bytes[window->at++];
    if (letter != 'u') {
        if (letter != '\0' && strchr("\"\\/bfnrt", letter) != NULL)
            return true;
        json_lexer_fail(
            lexer, JSON_FAULT_SYNTAX, offset, "a backslash with a letter that JSON does not know");
        return false;
    }
    for (int digits = 0; digits < 4; digits++, window->at++) {
        if (!need_more(lexer))
            return false;
        if (!is_hex(window->bytes[window->at])) {
            json_lexer_fail(lexer, JSON_FAULT_SYNTAX, offset, "\\u without four hexadecimal digits");
            return false;
        }
    }
    return true;
}

static enum json_token scan_string(struct json_lexer *lexer)
{
    struct window *window = lexer->window;
    window->at++;
    lexer->escaped = false;
    for (;;) {
        const char *byte = window->bytes + window->at;
        while (string_bytes[(unsigned char)*byte] == STRING_PLAIN)
            byte++;
        window->at = (size_t)(byte - window->bytes);
        if (*byte == '"') {
            window->at++;
            return end_token(lexer, JSON_STRING);
        }
        if (*byte == '\\') {
            if (!scan_escape(lexer))
                return JSON_FAULT;
        } else if (window->at < window->end) {
            return json_lexer_fail(
                lexer, JSON_FAULT_SYNTAX, window_offset(window), "a bare control character inside a string");
        } else if (!need_more(lexer)) {
            return JSON_FAULT;
        }
    }
}

/* The grammar of numbers as a table: state and kind of byte give the next state; 0 = no such number. */
enum {
    NUMBER_BAD,
    NUMBER_START,
    NUMBER_MINUS,
    NUMBER_ZERO,
    NUMBER_WHOLE,
    NUMBER_POINT,
    NUMBER_FRACTION,
    NUMBER_E,
    NUMBER_SIGN,
    NUMBER_EXPONENT,
    NUMBER_STATES
};
enum { BYTE_OTHER, BYTE_ZERO, BYTE_DIGIT, BYTE_MINUS, BYTE_PLUS, BYTE_POINT, BYTE_E, BYTE_KINDS };
static const unsigned char number_next[NUMBER_STATES][BYTE_KINDS] = {
    [NUMBER_START] = {[BYTE_ZERO] = NUMBER_ZERO, [BYTE_DIGIT] = NUMBER_WHOLE, [BYTE_MINUS] = NUMBER_MINUS},
    [NUMBER_MINUS] = {[BYTE_ZERO] = NUMBER_ZERO, [BYTE_DIGIT] = NUMBER_WHOLE},
    [NUMBER_ZERO] = {[BYTE_POINT] = NUMBER_POINT, [BYTE_E] = NUMBER_E},
    [NUMBER_WHOLE] = {[BYTE_ZERO] = NUMBER_WHOLE,
        [BYTE_DIGIT] = NUMBER_WHOLE,
        [BYTE_POINT] = NUMBER_POINT,
        [BYTE_E] = NUMBER_E},
    [NUMBER_POINT] = {[BYTE_ZERO] = NUMBER_FRACTION, [BYTE_DIGIT] = NUMBER_FRACTION},
    [NUMBER_FRACTION] = {[BYTE_ZERO] = NUMBER_FRACTION, [BYTE_DIGIT] = NUMBER_FRACTION, [BYTE_E] = NUMBER_E},
    [NUMBER_E] = {[BYTE_ZERO] = NUMBER_EXPONENT,
        [BYTE_DIGIT] = NUMBER_EXPONENT,
        [BYTE_MINUS] = NUMBER_SIGN,
        [BYTE_PLUS] = NUMBER_SIGN},
    [NUMBER_SIGN] = {[BYTE_ZERO] = NUMBER_EXPONENT, [BYTE_DIGIT] = NUMBER_EXPONENT},
    [NUMBER_EXPONENT] = {[BYTE_ZERO] = NUMBER_EXPONENT, [BYTE_DIGIT] = NUMBER_EXPONENT},
};

static int number_byte(char byte)
{
    switch (byte) {
    case '0':
        return BYTE_ZERO;
    case '-':
        return BYTE_MINUS;
    case '+':
        return BYTE_PLUS;
    case '.':
        return BYTE_POINT;
    case 'e':
    case 'E':
        return BYTE_E;
    default:
        return byte > '0' && byte <= '9' ? BYTE_DIGIT : BYTE_OTHER;
    }
}

static enum json_token scan_number(struct json_lexer *lexer)
{
    struct window *window = lexer->window;
    int state = NUMBER_START;
    while (json_lexer_more(lexer)) {
        int kind = number_byte(window->bytes[window->at]);
        if (kind == BYTE_OTHER)
            break;
        state = number_next[state][kind];
        if (state == NUMBER_BAD)
            return json_lexer_fail(
                lexer, JSON_FAULT_SYNTAX, window_offset(window), "a number that JSON does not know");
        window->at++;
    }
    if (lexer->fault.kind != JSON_FAULT_NONE)
        return JSON_FAULT;
    bool complete =
        state == NUMBER_ZERO || state == NUMBER_WHOLE || state == NUMBER_FRACTION || state == NUMBER_EXPONENT;
    if (!complete)
        return json_lexer_fail(lexer, window->at < window->end ? JSON_FAULT_SYNTAX : JSON_FAULT_CUT,
            window_offset(window), "a number that does not go on");
    return end_token(lexer, JSON_NUMBER);
}

static enum json_token scan_word(struct json_lexer *lexer, const char *word, enum json_token token)
{
    struct window *window = lexer->window;
    for (; *word != '\0'; word++, window->at++) {
        if (!need_more(lexer))
            return JSON_FAULT;
        if (window->bytes[window->at] != *word)
            return json_lexer_fail(lexer, JSON_FAULT_SYNTAX, lexer->start, "a word that JSON does not know");
    }
    return end_token(lexer, token);
}

static enum json_token scan_mark(struct json_lexer *lexer, enum json_token token)
{
    lexer->window->at++;
    return end_token(lexer, token);
}

enum json_token json_lexer_next(struct json_lexer *lexer)
{
    if (!lexer->in_row)
        window_let_go(lexer->window);
    int byte = json_lexer_peek(lexer);
    lexer->start = window_offset(lexer->window);
    if (!lexer->in_row)
        window_hold(lexer->window);
    switch (byte) {
    case -1:
        return lexer->fault.kind != JSON_FAULT_NONE ? JSON_FAULT : JSON_TEXT_END;
    case '"':
        return scan_string(lexer);
    case '{':
        return scan_mark(lexer, JSON_OBJECT_BEGIN);
    case '}':
        return scan_mark(lexer, JSON_OBJECT_END);
    case '[':
        return scan_mark(lexer, JSON_ARRAY_BEGIN);
    case ']':
        return scan_mark(lexer, JSON_ARRAY_END);
    case ',':
        return scan_mark(lexer, JSON_COMMA);
    case ':':
        return scan_mark(lexer, JSON_COLON);
    case 't':
        return scan_word(lexer, "true", JSON_TRUE);
    case 'f':
        return scan_word(lexer, "false", JSON_FALSE);
    case 'n':
        return scan_word(lexer, "null", JSON_NULL);
    default:
        if (byte == '-' || (byte >= '0' && byte <= '9'))
            return scan_number(lexer);
        return json_lexer_fail(
            lexer, JSON_FAULT_SYNTAX, lexer->start, "a byte with which nothing in JSON begins");
    }
}
