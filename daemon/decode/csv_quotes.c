#include "csv_quotes.h"

#include "m13/limits.h"

#include <string.h>

/* Room that libcsv keeps for a quote and a blank of which it does not know yet what they are. */
#define MARGIN 64

/* The state after a byte that ends a cell, or else `otherwise`. */
static enum csv_quotes_state after(
    const struct csv_quotes *quotes, char byte, enum csv_quotes_state otherwise)
{
    bool ends = byte == quotes->separator || byte == '\n' || byte == '\r';
    return ends ? QUOTES_CELL_BEGINS : otherwise;
}

static bool is_blank(const struct csv_quotes *quotes, char byte)
{
    return (byte == ' ' || byte == '\t') && byte != quotes->separator;
}

/* The same states as libcsv's. */
static enum csv_quotes_state next_state(const struct csv_quotes *quotes, char byte)
{
    bool is_quote = byte == quotes->quote;
    switch (quotes->state) {
    case QUOTES_CELL_BEGINS:
        if (is_quote || is_blank(quotes, byte))
            return is_quote ? QUOTES_INSIDE : QUOTES_CELL_BEGINS;
        return after(quotes, byte, QUOTES_PLAIN);
    case QUOTES_PLAIN:
        return after(quotes, byte, QUOTES_PLAIN);
    case QUOTES_INSIDE:
        return is_quote ? QUOTES_CLOSED : QUOTES_INSIDE;
    case QUOTES_CLOSED:
        if (is_quote)
            return QUOTES_INSIDE; /* a doubled quote stands for itself */
        return is_blank(quotes, byte) ? QUOTES_CLOSED_BLANK : after(quotes, byte, QUOTES_MISPLACED);
    case QUOTES_CLOSED_BLANK:
        return is_blank(quotes, byte) ? QUOTES_CLOSED_BLANK : after(quotes, byte, QUOTES_MISPLACED);
    case QUOTES_MISPLACED:
        break;
    }
    return QUOTES_MISPLACED;
}

static bool is_full(const struct csv_quotes *quotes)
{
    return quotes->cell_bytes >= LIMIT_FIELD_BYTES - MARGIN;
}

bool csv_quotes_full(const struct csv_quotes *quotes)
{
    return is_full(quotes);
}

size_t csv_quotes_pass(struct csv_quotes *quotes, const char *bytes, size_t length, bool *ret_misplaced)
{
    *ret_misplaced = false;
    for (size_t i = 0; i < length && quotes->quote != 0; i++) {
        quotes->state = next_state(quotes, bytes[i]);
        quotes->cell_bytes = quotes->state == QUOTES_CELL_BEGINS ? 0 : quotes->cell_bytes + 1;
        if (quotes->state != QUOTES_MISPLACED) {
            if (is_full(quotes))
                return i + 1;
            continue;
        }
        /* As libcsv does: the cell goes on, and a quote may have closed it again. */
        quotes->state = bytes[i] == quotes->quote ? QUOTES_CLOSED : QUOTES_INSIDE;
        *ret_misplaced = true;
        return i + 1;
    }
    return length;
}

size_t csv_quotes_drop(const struct csv_quotes *quotes, const char *bytes, size_t length, bool *ret_line)
{
    size_t dropped = 0;
    *ret_line = false;
    if (quotes->state == QUOTES_INSIDE) {
        const char *quote = memchr(bytes, quotes->quote, length);
        dropped = quote != NULL ? (size_t)(quote - bytes) : length;
        *ret_line = memchr(bytes, '\n', dropped) != NULL || memchr(bytes, '\r', dropped) != NULL;
    } else if (quotes->state == QUOTES_PLAIN) {
        while (dropped < length && bytes[dropped] != quotes->separator && bytes[dropped] != '\n' &&
               bytes[dropped] != '\r')
            dropped++;
    }
    return dropped;
}

bool csv_quotes_open(const struct csv_quotes *quotes)
{
    return quotes->state == QUOTES_INSIDE;
}
