#include "json_rows.h"

#include "clean.h"
#include "json_recover.h"
#include "json_string.h"
#include "json_walk.h"

#include "m13/limits.h"
#include "m13/memory.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define AS_OF_BYTES 64
#define EXCERPT_REACH                                                                                        \
    32 /* bytes shown on either side of a fault: enough to find it, too few to carry much                    \
        */

enum document_slot { SLOT_ROWS, SLOT_TOTAL, SLOT_AS_OF };
enum place { PLACE_BEFORE_ROWS, PLACE_FIRST_ROW, PLACE_BEHIND_ROW, PLACE_BEHIND_ROWS };

struct member_place {
    enum json_token kind;
    int64_t start, end;
    bool escaped;
};

struct json_rows {
    const struct feed_definition *definition;
    struct window window;
    struct json_lexer lexer;
    struct path_tree document_tree, row_tree;
    struct json_walk document, row;
    uint64_t walks;
    enum place place;
    int64_t number;
    int64_t row_start;
    struct member_place *members; /* by source */
    size_t member_count;
    struct reject reject;
    int64_t total;
    char as_of[AS_OF_BYTES];
};

struct json_rows *json_rows_new(const struct feed_definition *definition, const struct source_list *sources)
{
    struct json_rows *rows = memory_get_zeroed(1, sizeof *rows);
    rows->definition = definition;
    window_init(&rows->window);
    path_tree_init(&rows->document_tree);
    path_tree_add(&rows->document_tree, definition->rows, SLOT_ROWS);
    if (definition->total != NULL)
        path_tree_add(&rows->document_tree, definition->total, SLOT_TOTAL);
    if (definition->as_of != NULL)
        path_tree_add(&rows->document_tree, definition->as_of, SLOT_AS_OF);
    path_tree_init(&rows->row_tree);
    for (size_t i = 0; i < sources->count; i++)
        path_tree_add(&rows->row_tree, sources->names[i], (int)i);
    rows->member_count = sources->count;
    rows->members = memory_get_zeroed(sources->count, sizeof *rows->members);
    return rows;
}

void json_rows_begin(struct json_rows *rows, struct charset *source)
{
    window_begin(&rows->window, source);
    rows->lexer = (struct json_lexer){.window = &rows->window};
    json_walk_begin(&rows->document, &rows->lexer, &rows->document_tree, ++rows->walks);
    rows->place = PLACE_BEFORE_ROWS;
    rows->number = 0;
    rows->total = -1;
    rows->as_of[0] = '\0';
}

void json_rows_free(struct json_rows *rows)
{
    if (rows == NULL)
        return;
    window_release(&rows->window);
    path_tree_release(&rows->document_tree);
    path_tree_release(&rows->row_tree);
    free(rows->members);
    free(rows);
}

int64_t json_rows_number(const struct json_rows *rows)
{
    return rows->number;
}

int64_t json_rows_total(const struct json_rows *rows)
{
    return rows->total;
}

const char *json_rows_as_of(const struct json_rows *rows)
{
    return rows->as_of;
}

const struct reject *json_rows_reject(const struct json_rows *rows)
{
    return &rows->reject;
}

struct json_member json_rows_member(const struct json_rows *rows, size_t source)
{
    const struct member_place *member = &rows->members[source];
    if (member->kind == JSON_TEXT_END)
        return (struct json_member){.kind = JSON_TEXT_END};
    int quotes = member->kind == JSON_STRING;
    return (struct json_member){.kind = member->kind,
        .bytes = window_bytes(&rows->window, member->start + quotes),
        .length = (size_t)(member->end - member->start - 2 * quotes),
        .escaped = member->escaped};
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

static bool take_total(struct json_rows *rows)
{
    const struct json_walk *walk = &rows->document;
    if (walk->kind == JSON_NULL)
        return true;
    char digits[24];
    int quotes = walk->kind == JSON_STRING;
    size_t length = (size_t)(walk->end - walk->start - 2 * quotes);
    if (length >= sizeof digits)
        return false;
    memcpy(digits, window_bytes(&rows->window, walk->start + quotes), length);
    digits[length] = '\0';
    return string_to_integer(digits, 0, INT64_MAX, &rows->total) == 0;
}

static bool take_as_of(struct json_rows *rows)
{
    struct text undone = TEXT_WITH_CEILING(AS_OF_BYTES), clean = TEXT_WITH_CEILING(AS_OF_BYTES - 1);
    int64_t ignored = 0;
    if (rows->document.kind == JSON_NULL)
        return true;
    if (rows->document.kind != JSON_STRING)
        return false;
    const char *bytes = window_bytes(&rows->window, rows->document.start + 1);
    size_t length = (size_t)(rows->document.end - rows->document.start - 2);
    bool good = json_string_undo(bytes, length, &undone) == JSON_STRING_FINE;
    clean_append(text_string(&undone), undone.length, (struct clean_rules){0}, &clean, &ignored);
    good = good && !undone.overflowed && !clean.overflowed;
    if (good)
        memcpy(rows->as_of, text_string(&clean), clean.length + 1);
    text_free(&undone);
    text_free(&clean);
    return good;
}

/* A wanted scalar outside the rows. False when it is not what the definition says. */
static bool take_document_member(struct json_rows *rows, struct failure *ret_failure)
{
    const struct feed_definition *definition = rows->definition;
    int64_t at = rows->document.start;
    switch ((enum document_slot)rows->document.slot) {
    case SLOT_TOTAL:
        if (take_total(rows))
            return true;
        fail(ret_failure, -EBADMSG, "byte %" PRId64 ": `%s` is not a count", at, definition->total);
        return false;
    case SLOT_AS_OF:
        if (take_as_of(rows))
            return true;
        fail(ret_failure, -EBADMSG, "byte %" PRId64 ": `%s` is not a date", at, definition->as_of);
        return false;
    case SLOT_ROWS:
        break;
    }
    fail(ret_failure, -EBADMSG, "byte %" PRId64 ": at `%s` stands %s, an array of rows is expected", at,
        definition->rows, json_token_name(rows->document.kind));
    return false;
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
    if (rows->place != PLACE_BEHIND_ROWS) {
        fail(ret_failure, -EBADMSG, "the document has no array at `%s`", rows->definition->rows);
        return JSON_ROWS_FAILED;
    }
    return JSON_ROWS_END;
}

/* Until the array of rows opens (JSON_ROWS_ROW: one may follow), or the document ends, well or not. */
static enum json_rows_step walk_document(struct json_rows *rows, struct failure *ret_failure)
{
    for (;;) {
        enum json_step step = json_walk_next(&rows->document);
        if (step == JSON_STEP_DONE)
            return end_document(rows, ret_failure);
        if (step == JSON_STEP_FAULT)
            return failed(rows, ret_failure);
        if (rows->document.slot == SLOT_ROWS && rows->document.kind == JSON_ARRAY_BEGIN)
            return JSON_ROWS_ROW;
        if (!take_document_member(rows, ret_failure))
            return JSON_ROWS_FAILED;
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

static void note_member(struct json_rows *rows)
{
    const struct json_walk *row = &rows->row;
    rows->members[row->slot] = (struct member_place){row->kind, row->start, row->end, row->escaped};
}

static enum json_rows_step read_row(struct json_rows *rows, struct failure *ret_failure)
{
    rows->number++;
    rows->row_start = window_offset(&rows->window);
    char first = rows->window.bytes[rows->window.at];
    window_hold(&rows->window);
    rows->lexer.passed_over = false;
    for (size_t i = 0; i < rows->member_count; i++)
        rows->members[i].kind = JSON_TEXT_END;
    json_walk_begin(&rows->row, &rows->lexer, &rows->row_tree, ++rows->walks);
    enum json_step step;
    while ((step = json_walk_next(&rows->row)) != JSON_STEP_DONE && step != JSON_STEP_FAULT)
        note_member(rows);
    if (step == JSON_STEP_FAULT)
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
    rows->place = PLACE_BEHIND_ROWS;
    json_walk_closed(&rows->document);
    *ret_no_more = true;
    return JSON_ROWS_END;
}

enum json_rows_step json_rows_next(struct json_rows *rows, struct failure *ret_failure)
{
    if (rows->place == PLACE_BEFORE_ROWS) {
        enum json_rows_step step = walk_document(rows, ret_failure);
        if (step != JSON_ROWS_ROW)
            return step;
        rows->place = PLACE_FIRST_ROW;
    }
    if (rows->place != PLACE_BEHIND_ROWS) {
        bool no_more = false;
        enum json_rows_step step = next_row(rows, &no_more, ret_failure);
        if (!no_more)
            return step;
    }
    return walk_document(rows, ret_failure);
}
