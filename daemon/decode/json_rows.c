#include "json_rows.h"

#include "json_envelope.h"
#include "json_picks.h"
#include "json_recover.h"
#include "json_walk.h"

#include "m13/limits.h"
#include "m13/memory.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#define EXCERPT_REACH                                                                                        \
    32 /* bytes shown on either side of a fault: enough to find it, too few to carry much                    \
        */

enum place { PLACE_OUTSIDE, PLACE_FIRST_ROW, PLACE_BEHIND_ROW };

struct json_rows {
    const struct feed_definition *definition;
    struct window window;
    struct json_lexer lexer;
    struct json_envelope envelope;
    struct path_tree row_tree;
    struct json_picks *picks;
    struct json_walk document, row;
    struct shape *shape;
    enum place place;
    bool whole; /* the document is one row */
    bool found; /* rows, or where they would be */
    int64_t number;
    int64_t row_start;
    struct reject reject;
};

struct json_rows *json_rows_new(const struct feed_definition *definition, const struct source_list *sources)
{
    struct json_rows *rows = memory_get_zeroed(1, sizeof *rows);
    rows->definition = definition;
    rows->whole = json_envelope_is_row(definition);
    window_init(&rows->window);
    json_envelope_init(&rows->envelope, definition);
    path_tree_init(&rows->row_tree);
    for (size_t i = 0; i < sources->count; i++)
        path_tree_add(&rows->row_tree, sources->names[i], i);
    rows->picks = json_picks_new(&rows->row_tree);
    return rows;
}

void json_rows_begin(struct json_rows *rows, struct charset *source, struct shape *shape)
{
    window_begin(&rows->window, source);
    rows->lexer = (struct json_lexer){.window = &rows->window};
    json_envelope_begin(&rows->envelope);
    json_walk_begin(&rows->document, &rows->lexer, &rows->envelope.tree);
    rows->shape = shape;
    rows->place = PLACE_OUTSIDE;
    rows->found = false;
    rows->number = 0;
}

void json_rows_free(struct json_rows *rows)
{
    if (rows == NULL)
        return;
    window_release(&rows->window);
    json_envelope_release(&rows->envelope);
    json_picks_free(rows->picks);
    path_tree_release(&rows->row_tree);
    free(rows);
}

int64_t json_rows_number(const struct json_rows *rows)
{
    return rows->number;
}

int64_t json_rows_total(const struct json_rows *rows)
{
    return rows->envelope.total;
}

const char *json_rows_as_of(const struct json_rows *rows)
{
    return rows->envelope.as_of;
}

const struct reject *json_rows_reject(const struct json_rows *rows)
{
    return &rows->reject;
}

size_t json_rows_count(const struct json_rows *rows, size_t source)
{
    return json_picks_of(rows->picks, source)->count;
}

struct json_member json_rows_member(const struct json_rows *rows, size_t source, size_t index)
{
    const struct json_place *place = &json_picks_of(rows->picks, source)->places[index];
    int quotes = place->kind == JSON_STRING;
    return (struct json_member){.kind = place->kind,
        .bytes = window_bytes(&rows->window, place->start + quotes),
        .length = (size_t)(place->end - place->start - 2 * quotes),
        .escaped = place->escaped};
}

/* --- the document as a whole -----------------------------------------------------------------------------
 */

static enum json_rows_step failed(struct json_rows *rows, struct failure *ret_failure)
{
    const struct json_fault *fault = &rows->lexer.fault;
    bool ceiling = fault->kind == JSON_FAULT_FULL || fault->kind == JSON_FAULT_DEPTH;
    int code = fault->kind == JSON_FAULT_READ ? rows->window.failure.code : ceiling ? -EFBIG : -EBADMSG;
    if (rows->place == PLACE_BEHIND_ROW)
        fail(ret_failure, code, "byte %" PRId64 ", in or behind row %" PRId64 ": %s", fault->offset,
            rows->number, fault->reason);
    else
        fail(ret_failure, code, "byte %" PRId64 ": %s", fault->offset, fault->reason);
    return JSON_ROWS_FAILED;
}

static enum json_rows_step end_document(struct json_rows *rows, struct failure *ret_failure)
{
    struct json_lexer *lexer = &rows->lexer;
    window_let_go(&rows->window);
    int next = json_lexer_peek(lexer);
    if (next != -1)
        json_lexer_fail(lexer, JSON_FAULT_SYNTAX, window_offset(&rows->window),
            "the document has ended, but more follows");
    if (lexer->fault.kind != JSON_FAULT_NONE)
        return failed(rows, ret_failure);
    if (json_envelope_end(&rows->envelope, ret_failure) < 0)
        return JSON_ROWS_FAILED;
    if (!rows->found) {
        fail(ret_failure, -EBADMSG, "the document has no array at `%s`", rows->definition->rows);
        return JSON_ROWS_FAILED;
    }
    return JSON_ROWS_END;
}

/* Until an array of rows opens (JSON_ROWS_ROW: one may follow), or the document ends, well or not. */
static enum json_rows_step walk_document(struct json_rows *rows, struct failure *ret_failure)
{
    for (;;) {
        enum json_step step = json_walk_next(&rows->document);
        if (step == JSON_STEP_DONE)
            return end_document(rows, ret_failure);
        if (step == JSON_STEP_FAULT)
            return failed(rows, ret_failure);
        switch (json_envelope_meet(&rows->envelope, &rows->document, ret_failure)) {
        case ENVELOPE_FINE:
            break;
        case ENVELOPE_ROWS:
            return JSON_ROWS_ROW;
        case ENVELOPE_FAILED:
            return JSON_ROWS_FAILED;
        }
    }
}

/* --- one row ---------------------------------------------------------------------------------------------
 */

static enum json_rows_step bad_row(struct json_rows *rows, const char *reason, int64_t offset)
{
    const struct window *window = &rows->window;
    int64_t here = window_offset(window);
    int64_t first = offset - EXCERPT_REACH > rows->row_start ? offset - EXCERPT_REACH : rows->row_start;
    int64_t last = offset + EXCERPT_REACH < here ? offset + EXCERPT_REACH : here;
    bool gone = rows->lexer.passed_over || last < first;
    reject_say(&rows->reject, "", gone ? "" : window_bytes(window, first), gone ? 0 : (size_t)(last - first),
        "byte %" PRId64 ": %s", offset, reason);
    return JSON_ROWS_BAD;
}

static enum json_rows_step recover(struct json_rows *rows, struct failure *ret_failure)
{
    struct json_fault fault = rows->lexer.fault;
    bool hopeless = fault.kind == JSON_FAULT_READ || rows->lexer.passed_over;
    if (hopeless || json_recover(&rows->lexer, rows->row_start) == JSON_LOST)
        return failed(rows, ret_failure);
    return bad_row(rows, fault.reason, fault.offset);
}

/* Notes what the row has, until it is done or a fault. */
static enum json_step walk_row(struct json_rows *rows)
{
    rows->number++;
    rows->row_start = window_offset(&rows->window);
    window_hold(&rows->window);
    rows->lexer.passed_over = false;
    json_picks_begin(rows->picks);
    json_walk_begin(&rows->row, &rows->lexer, &rows->row_tree);
    rows->row.shape = rows->shape;
    enum json_step step;
    while ((step = json_walk_next(&rows->row)) != JSON_STEP_DONE && step != JSON_STEP_FAULT)
        json_picks_meet(rows->picks, &rows->row, step);
    return step;
}

static enum json_rows_step read_row(struct json_rows *rows, struct failure *ret_failure)
{
    char first = rows->window.bytes[rows->window.at];
    if (walk_row(rows) == JSON_STEP_FAULT)
        return recover(rows, ret_failure);
    if (rows->lexer.passed_over)
        return bad_row(rows, "the row is larger than any row may be", rows->row_start);
    return first == '{' ? JSON_ROWS_ROW : bad_row(rows, "a row must be an object", rows->row_start);
}

/* Between two rows, or before the first: true when a row begins here; else *ret_fault, or the array ends. */
static bool find_row(struct json_rows *rows, bool *ret_fault)
{
    struct json_lexer *lexer = &rows->lexer;
    int byte = json_lexer_peek(lexer);
    *ret_fault = false;
    if (byte == ']') {
        rows->window.at++;
        return false;
    }
    if (rows->place == PLACE_FIRST_ROW && byte != -1)
        return true;
    if (byte == ',') {
        rows->window.at++;
        byte = json_lexer_peek(lexer);
        if (byte != -1)
            return true;
    }
    *ret_fault = true;
    if (lexer->fault.kind == JSON_FAULT_NONE)
        json_lexer_fail(lexer, byte == -1 ? JSON_FAULT_CUT : JSON_FAULT_SYNTAX, window_offset(&rows->window),
            byte == -1 ? "the document ends here" : "a comma or the closing bracket is missing here");
    return false;
}

static enum json_rows_step next_row(struct json_rows *rows, bool *ret_no_more, struct failure *ret_failure)
{
    bool fault;
    window_let_go(&rows->window);
    rows->lexer.in_row = true;
    if (find_row(rows, &fault)) {
        rows->place = PLACE_BEHIND_ROW;
        return read_row(rows, ret_failure);
    }
    if (fault)
        return failed(rows, ret_failure);
    rows->lexer.in_row = false;
    rows->place = PLACE_OUTSIDE;
    json_walk_closed(&rows->document);
    *ret_no_more = true;
    return JSON_ROWS_END;
}

/* --- a document that is one row --------------------------------------------------------------------------
 */

static enum json_rows_step read_whole(struct json_rows *rows, struct failure *ret_failure)
{
    struct json_lexer *lexer = &rows->lexer;
    lexer->in_row = true;
    int first = json_lexer_peek(lexer);
    enum json_step step = walk_row(rows);
    if (step == JSON_STEP_DONE && lexer->passed_over)
        json_lexer_fail(
            lexer, JSON_FAULT_FULL, rows->row_start, "the document is one row, and larger than any may be");
    else if (step == JSON_STEP_DONE && first != '{')
        json_lexer_fail(lexer, JSON_FAULT_SYNTAX, rows->row_start, "a row must be an object");
    rows->found = true;
    return lexer->fault.kind != JSON_FAULT_NONE ? failed(rows, ret_failure) : JSON_ROWS_ROW;
}

/* The row is still in the window: the document is walked once more for what it says beside the row. */
static enum json_rows_step end_whole(struct json_rows *rows, struct failure *ret_failure)
{
    rows->window.at = (size_t)(rows->row_start - rows->window.base);
    return walk_document(rows, ret_failure);
}

enum json_rows_step json_rows_next(struct json_rows *rows, struct failure *ret_failure)
{
    if (rows->whole)
        return rows->found ? end_whole(rows, ret_failure) : read_whole(rows, ret_failure);
    for (;;) {
        if (rows->place == PLACE_OUTSIDE) {
            enum json_rows_step step = walk_document(rows, ret_failure);
            if (step != JSON_ROWS_ROW)
                return step;
            rows->place = PLACE_FIRST_ROW;
            rows->found = true;
        }
        bool no_more = false;
        enum json_rows_step step = next_row(rows, &no_more, ret_failure);
        if (!no_more)
            return step;
    }
}
