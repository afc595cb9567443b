#include "json_recover.h"

#include "m13/limits.h"

#include <string.h>

struct bounds {
    int depth;
    bool in_string;
    int escaped;                                             /* bytes of an escape still to be passed over */
    bool is_object[LIMIT_JSON_DEPTH];                        /* deeper brackets are counted only */
    enum { BORDER_NONE, BORDER_BRACE, BORDER_COMMA } border; /* how much of }, { a string has shown */
};

/* False when a string seems to span the border of two rows. */
static bool pass_string_byte(struct bounds *bounds, char byte)
{
    if (byte == '"') {
        bounds->in_string = false;
    } else if (byte == '}') {
        bounds->border = BORDER_BRACE;
    } else if (byte == ',' && bounds->border == BORDER_BRACE) {
        bounds->border = BORDER_COMMA;
    } else if (byte == '{' && bounds->border == BORDER_COMMA) {
        return false;
    } else if (byte == '\\') {
        bounds->escaped = 1;
    } else if (memchr(" \t\r\n", byte, 4) == NULL) {
        bounds->border = BORDER_NONE;
    }
    return true;
}

static bool pass_bracket(struct bounds *bounds, char byte)
{
    if (byte == '{' || byte == '[') {
        if (bounds->depth < LIMIT_JSON_DEPTH)
            bounds->is_object[bounds->depth] = byte == '{';
        bounds->depth++;
        return true;
    }
    bounds->depth--;
    return bounds->depth >= LIMIT_JSON_DEPTH || bounds->is_object[bounds->depth] == (byte == '}');
}

enum verdict { GO_ON, ROW_ENDS_BEFORE, ROW_ENDS_BEHIND, LOST };

static enum verdict pass(struct bounds *bounds, char byte)
{
    if (bounds->escaped > 0) {
        bounds->escaped--;
        return GO_ON;
    }
    if (bounds->in_string) {
        if (!pass_string_byte(bounds, byte))
            return LOST;
        return !bounds->in_string && bounds->depth == 0 ? ROW_ENDS_BEHIND : GO_ON;
    }
    if (byte == '"') {
        bounds->in_string = true;
        bounds->border = BORDER_NONE;
        return GO_ON;
    }
    if (bounds->depth == 0 && (byte == ',' || byte == ']'))
        return ROW_ENDS_BEFORE;
    if (memchr("{}[]", byte, 4) == NULL)
        return GO_ON;
    if ((byte == '}' || byte == ']') && bounds->depth == 0)
        return LOST;
    if (!pass_bracket(bounds, byte))
        return LOST;
    return bounds->depth == 0 ? ROW_ENDS_BEHIND : GO_ON;
}

enum json_recovery json_recover(struct json_lexer *lexer, int64_t start)
{
    struct window *window = lexer->window;
    struct json_fault first = lexer->fault;
    struct bounds bounds = {0};
    enum verdict verdict = GO_ON;
    window->at = (size_t)(start - window->base);
    lexer->fault.kind = JSON_FAULT_NONE;
    while (verdict == GO_ON && json_lexer_more(lexer) && !lexer->passed_over) {
        verdict = pass(&bounds, window->bytes[window->at]);
        if (verdict != ROW_ENDS_BEFORE)
            window->at++;
    }
    bool ended = (verdict == ROW_ENDS_BEFORE || verdict == ROW_ENDS_BEHIND) && window_offset(window) > start;
    int next = ended ? json_lexer_peek(lexer) : -1;
    if (next == ',' || next == ']')
        return JSON_RECOVERED;
    /* A fault of reading outranks the one that we came for. */
    if (lexer->fault.kind != JSON_FAULT_READ)
        lexer->fault = first;
    return JSON_LOST;
}
