/* csv_quotes.h - do the quotes of a CSV text pair?
 *
 * libcsv reads on when a quoted cell has a bare quote inside, and so swallows whole rows where one was never
 * closed; in its strict mode it gives the file up at the first. This walks beside it and tells only where. */
#ifndef M13_DECODE_CSV_QUOTES_H
#define M13_DECODE_CSV_QUOTES_H

#include <stdbool.h>
#include <stddef.h>

enum csv_quotes_state {
    QUOTES_CELL_BEGINS,
    QUOTES_PLAIN,
    QUOTES_INSIDE,
    QUOTES_CLOSED, /* or the first half of a doubled quote */
    QUOTES_CLOSED_BLANK,
    QUOTES_MISPLACED, /* the byte shows that the quote before it did not close the cell */
};
struct csv_quotes {
    char separator;
    char quote; /* 0 = quotes are data: everything pairs */
    enum csv_quotes_state state;
    size_t cell_bytes; /* of this cell so far */
};

/* Passes over `bytes` up to and with the first quote that is out of place (*ret_misplaced), or until the cell
 * is full (csv_quotes_full), or over all of them; returns how many. */
size_t csv_quotes_pass(struct csv_quotes *quotes, const char *bytes, size_t length, bool *ret_misplaced);
/* The cell has all but reached LIMIT_FIELD_BYTES: what more of it there is must be dropped. */
bool csv_quotes_full(const struct csv_quotes *quotes);
/* How many bytes are nothing but more of a full cell; *ret_line: there are line breaks among them, which may
 * have been the ends of rows. The byte behind them must be passed. */
size_t csv_quotes_drop(const struct csv_quotes *quotes, const char *bytes, size_t length, bool *ret_line);
/* At the end of the text: a quoted cell is still open. */
bool csv_quotes_open(const struct csv_quotes *quotes);

#endif
