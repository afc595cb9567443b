#include "csv_rows.h"

#include "csv_quotes.h"

#include "m13/limits.h"
#include "m13/memory.h"
#include "m13/text.h"

#include <csv.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_BYTES ((size_t)64 * 1024)
/* libcsv cannot be told that there are no quotes; this byte never stands in UTF-8. */
#define NO_QUOTE ((unsigned char)0xff)

struct csv_state {
    const struct csv_reading *reading;
    struct text cells; /* of the row, one behind the other */
    size_t starts[LIMIT_CSV_COLUMNS + 1];
    struct csv_cell views[LIMIT_CSV_COLUMNS];
    struct csv_row row;
    struct csv_quotes quotes;
    bool cut;       /* a cell of the row is not whole */
    char last;      /* byte that was read */
    int last_break; /* the byte that ended the row before */
    int result;
    struct failure *ret_failure;
};

/* libcsv's buffer of one cell has no ceiling of its own, and a quote that is never closed would put the whole
 * payload into it. */
static void *resize_cell(void *old, size_t bytes)
{
    return bytes <= LIMIT_FIELD_BYTES ? realloc(old, bytes) : NULL;
}

static void take_cell(void *bytes, size_t length, void *context)
{
    struct csv_state *state = context;
    struct csv_row *row = &state->row;
    size_t index = row->count++;
    if (index >= LIMIT_CSV_COLUMNS) {
        row->too_wide = row->too_wide || length > 0;
        return;
    }
    state->starts[index] = state->cells.length;
    if (length > 0) {
        text_append(&state->cells, bytes, length);
        row->breaks_lines = row->breaks_lines || memchr(bytes, '\n', length) != NULL;
    }
    state->starts[index + 1] = state->cells.length;
}

static int give_up(struct csv_state *state, enum fault_kind kind, int64_t row)
{
    struct fault fault = {.kind = kind, .row = row, .number = LIMIT_FIELD_BYTES};
    return fault_tell(&fault, state->reading->language, state->ret_failure);
}

static void give_row(struct csv_state *state)
{
    struct csv_row *row = &state->row;
    size_t kept = row->count < LIMIT_CSV_COLUMNS ? row->count : LIMIT_CSV_COLUMNS;
    if ((row->misquoted || state->cut) && row->breaks_lines) {
        state->result = give_up(state, row->misquoted ? FAULT_CSV_QUOTES : FAULT_CSV_CELL, row->number);
        return;
    }
    for (size_t i = 0; i < kept; i++)
        state->views[i] = (struct csv_cell){
            text_string(&state->cells) + state->starts[i], state->starts[i + 1] - state->starts[i]};
    row->cells = state->views;
    row->too_large = state->cells.overflowed || state->cut;
    state->result = state->reading->row(row, state->reading->context, state->ret_failure);
}

static void take_row(int line_break, void *context)
{
    struct csv_state *state = context;
    struct csv_row *row = &state->row;
    bool second_half = line_break == '\n' && state->last_break == '\r' && row->count == 0;
    state->last_break = line_break;
    if (second_half || state->result < 0)
        return;
    row->number++;
    if (row->count > 0)
        give_row(state);
    text_clear(&state->cells);
    row->count = 0;
    row->breaks_lines = row->misquoted = row->too_wide = state->cut = false;
}

static int parse_piece(struct csv_parser *parser, struct csv_state *state, const char *bytes, size_t length)
{
    if (csv_parse(parser, bytes, length, take_cell, take_row, state) < length)
        return give_up(state, FAULT_CSV_CELL, state->row.number + 1);
    return state->result;
}

static int parse_chunk(struct csv_parser *parser, struct csv_state *state, const char *bytes, size_t length)
{
    int r = 0;
    while (length > 0 && r == 0) {
        bool misplaced, line = false;
        if (csv_quotes_full(&state->quotes)) {
            size_t dropped = csv_quotes_drop(&state->quotes, bytes, length, &line);
            state->cut = true;
            bytes += dropped;
            length -= dropped;
        }
        if (line)
            return give_up(state, FAULT_CSV_CELL, state->row.number + 1);
        size_t piece = csv_quotes_pass(&state->quotes, bytes, length, &misplaced);
        r = parse_piece(parser, state, bytes, piece);
        state->row.misquoted = state->row.misquoted || misplaced;
        bytes += piece;
        length -= piece;
    }
    return r;
}

static int parse(struct csv_parser *parser, struct csv_state *state, struct charset *source, char *chunk)
{
    int r;
    do {
        ssize_t got = charset_read(source, chunk, CHUNK_BYTES, state->ret_failure);
        if (got <= 0)
            return (int)got;
        state->last = chunk[got - 1];
        r = parse_chunk(parser, state, chunk, (size_t)got);
    } while (r == 0);
    return r;
}

static int finish(struct csv_parser *parser, struct csv_state *state)
{
    if (csv_quotes_open(&state->quotes))
        return give_up(state, FAULT_CSV_OPEN, state->row.number + 1);
    csv_fini(parser, take_cell, take_row, state);
    if (state->reading->ret_unended != NULL)
        *state->reading->ret_unended = state->last != '\n' && state->last != '\r' && state->last != '\0';
    return state->result;
}

int csv_rows_read(struct charset *source, const struct csv_reading *reading, struct failure *ret_failure)
{
    struct csv_parser parser;
    struct csv_state *state = memory_get_zeroed(1, sizeof *state);
    char *chunk = memory_get(CHUNK_BYTES);
    state->reading = reading;
    state->cells = TEXT_WITH_CEILING(LIMIT_ROW_BYTES);
    state->quotes = (struct csv_quotes){.separator = reading->separator, .quote = reading->quote};
    state->ret_failure = ret_failure;
    csv_init(&parser, CSV_REPALL_NL);
    csv_set_delim(&parser, (unsigned char)reading->separator);
    csv_set_quote(&parser, reading->quote != 0 ? (unsigned char)reading->quote : NO_QUOTE);
    csv_set_realloc_func(&parser, resize_cell);
    csv_set_blk_size(&parser, 4096);
    int r = parse(&parser, state, source, chunk);
    if (r == 0)
        r = finish(&parser, state);
    csv_free(&parser);
    text_free(&state->cells);
    free(chunk);
    free(state);
    return r;
}
