/* decoder.h - payload bytes to rows, in a sandboxed child: both ends of it.
 *
 * The child is this program started as `m13d --child decode`. It reads descriptors of payloads from its
 * standard input (a SOCK_SEQPACKET socket: one message a payload, SCM_RIGHTS with the descriptor, body
 * "PAGE\n"), the feed's definition from descriptor 3, and writes one stream of NDJSON to standard output:
 *   {"sandbox":"seccomp+landlock"}                            first: the cage is closed
 *   {"page":{"page":0,"total":173883,"as_of":"2026-01-12"}}   before the rows of a payload
 *   {"sheet":{"name":"企业","epoch":1904}}                    of a local table: before the rows of each
 * sheet; name "" for CSV, "epoch" only where it is 1904
 *   {"row":1,"record":{...}}                                  a canonical record (m13/record.h), or for local
 *                                                             tables
 *   {"row":2,"cells":["辰岚医疗","", ...]}                    all cells of a row, from the first column on;
 *                                                             blank ones at its end, and blank rows, left out
 *   {"row":7,"reject":{"field":"decision_date","reason":"...","excerpt":"..."}}
 *   {"done":{"page":0,"total":173883,"as_of":"2026-01-12"}}   behind the rows, with what stood behind them
 *   {"shape":"number|holder|date"}                            behind all payloads of a feed, once, when rows
 *                                                             had any fields (struct decoder_item)
 *   {"end":{"rows":N,"rejected":M,"skipped":S,"replaced":R,"unread":U,"unended":false}}
 *                                                             last; without it the stream is not complete
 *   {"failed":{"kind":"malformed","text":"..."}}              last instead; or "too-large"
 * It has no network, can open no file and start no process: seccomp is required (else exit 70), Landlock is
 * used where the kernel has it; memory and CPU are limited. Payloads may be zstd-compressed (told by their
 * magic). A crash, a time-out and a lie of the child are ordinary failures.
 *
 * A cell is a string: text (blanks at its ends gone, inside folded to one, line breaks kept), numbers as
 * decimal text of at most 15 digits (what Excel holds), dates by their number format as 2026-03-05,
 * 2026-03-05 13:45 or 13:45, and as 2026-03 where the cell shows no day and holds a first of the month,
 * percentages as 60%, booleans as TRUE and FALSE. What cannot be trusted is an object instead:
 * {"number":"911101080000000000"} has more digits than a numeric cell holds, {"error":"#REF!"} is a formula's
 * failure, or one without its value, or a day that no calendar has. Hidden sheets are left out: forms keep
 * their lists there; a visible one may have no rows.
 *
 * A workbook and a zip must lie in a file, compressed or not: their list stands at the end. Rejects and
 * failures of local tables are Chinese sentences for their sender.
 *
 * Rows are counted in their payload: elements of JSON arrays, and row nodes of XML and HTML, from 1; rows of
 * a table as a spreadsheet shows them, from 1 in each sheet. N + M + S is what stood in the payloads; of
 * tables rows without text, and those down to the header, are left out. */
#ifndef M13_DECODER_H
#define M13_DECODER_H

#include "m13/failure.h"
#include "m13/feed_definition.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct loop;

/* --- the daemon's end
 * --------------------------------------------------------------------------------------------- */

enum decoder_line {
    DECODER_PAGE,
    DECODER_SHEET,
    DECODER_RECORD,
    DECODER_CELLS,
    DECODER_REJECT,
    /* Which fields the rows of all payloads have, read by the definition or not: "col|col|col". Columns of a
     * table in their order (NAME#2 for the second of a name), of other formats the different names of
     * members, sorted; at most LIMIT_SHAPE_NAMES and LIMIT_SHAPE_BYTES. */
    DECODER_SHAPE
};

struct decoder_item {
    enum decoder_line kind;
    int64_t page;     /* payload that it came from */
    int64_t row;      /* 1-based in the payload, or in the sheet; 0 for what is no row */
    const char *text; /* record: the JSON object; cells: the JSON array; as it came, `length` bytes,
                         NUL-terminated. Sheet: its name. Shape: itself */
    size_t length;
    const char *field, *reason, *excerpt; /* reject */
    int64_t total;                        /* page: declared count, -1 = none */
    const char *as_of;                    /* page: "" = none */
    bool epoch_1904; /* sheet: its bare date numbers count from 1904-01-01 (an old Macintosh's workbook) */
};

enum decoder_outcome {
    DECODER_OK,        /* end record seen, exit 0 */
    DECODER_MALFORMED, /* the payload as a whole cannot be read (exit 65): `text` says what and where */
    DECODER_TOO_LARGE, /* a ceiling was met: memory, CPU, row, depth */
    DECODER_CRASHED,   /* signal, sandbox violation, no end record */
    DECODER_TIMED_OUT,
    DECODER_UNAVAILABLE, /* no sandbox to be had (exit 70): nothing is decoded */
};

struct decoder_result {
    enum decoder_outcome outcome;
    int64_t rows, rejected, skipped; /* records or cells, rejects, rows left out by the definition's `skip` */
    int64_t replaced;                /* characters that were none: U+FFFD stands for each */
    int64_t unread;  /* values that are there and cannot be read, in records that stand without them: dates in
                        no accepted form, countries that nobody knows */
    bool unended;    /* a payload of CSV has no line end behind its last line: it may have been cut there */
    char text[1024]; /* of a local table in Chinese, where it is MALFORMED or TOO_LARGE: for its sender */
};

struct decoder_events {
    /* One line; false = stop reading for now (back-pressure): call decoder_resume() later. The item is still
     * taken. */
    bool (*item)(const struct decoder_item *item, void *context);
    void (*ended)(
        const struct decoder_result *result, void *context); /* once; the decoder is gone afterwards */
    void *context;
};

struct decoder;
/* A payload that says behind its rows how many there are, or of which date, is told again (DECODER_PAGE, with
 * all that is known) after them.
 * `definition_file`: path of the definition, or NULL for a local table (CSV or XLSX of unknown header,
 * cells out).
 * Payload descriptors are handed over with decoder_feed() in order, then decoder_finish(). */
int decoder_start(struct loop *loop, const char *definition_file, const struct decoder_events *events,
    struct decoder **ret_decoder, struct failure *ret_failure);
void decoder_feed(
    struct decoder *decoder, int64_t page, int descriptor); /* takes the descriptor over, closes it */
void decoder_finish(struct decoder *decoder);               /* no more payloads will come */
void decoder_resume(struct decoder *decoder);
void decoder_kill(struct decoder *decoder); /* no item comes any more; `ended` still does, from the loop */

/* --- the child's end
 * ------------------------------------------------------------------------------------------------ */

int decoder_child_main(int argc, char **argv); /* `m13d --child decode [--table]`; returns the exit code */

/* `m13d decode FEED [FILE]` (NULL = standard input): records on stdout, rejects on stderr, exit code as in
 * contract.md. */
struct config;
int decoder_by_hand(const struct config *config, const char *feed, const char *file);

/* How this machine sandboxes, for `status`: "seccomp+landlock", "seccomp", "none: nothing is decoded", or
 * "off (not a release build)". */
const char *decoder_sandbox_kind(void);

#endif
