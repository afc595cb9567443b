#include "csv_quotes.h"

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

size_t csv_quotes_pass(struct csv_quotes *quotes, const char *bytes, size_t length, bool *ret_misplaced)
{
    *ret_misplaced = false;
    for (size_t i = 0; i < length && quotes->quote != 0; i++) {
        quotes->state = next_state(quotes, bytes[i]);
        if (quotes->state != QUOTES_MISPLACED)
            continue;
        /* As libcsv does: the cell goes on, and a quote may have closed it again. */
        quotes->state = bytes[i] == quotes->quote ? QUOTES_CLOSED : QUOTES_INSIDE;
        *ret_misplaced = true;
        return i + 1;
    }
    return length;
}

bool csv_quotes_open(const struct csv_quotes *quotes)
{
    return quotes->state == QUOTES_INSIDE;
}
