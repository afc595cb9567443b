/* registry.h - local records: what the bureau and the firms know, validated, versioned, rejected with
 * reasons.
 *
 * A table of kinds tells columns (English key, Chinese headers), which are required, which make the key, and
 * the parser of each cell. Good rows of a file are taken, each bad row is reported in Chinese; the same file
 * again changes nothing.
 *
 * A file (CSV, or a workbook of one kind a sheet) goes the way of a poll: its rows are checked, compared with
 * the current versions and staged in slices, invisible; sealed in one small transaction when the decoder has
 * ended well, with one journal entry (kind "import") a sheet, which is the seq of all its versions; then
 * applied from the work list (kind "apply-local", key: local_file.id), before any firm is decided. So all its
 * good rows are taken, or none, whenever a kill comes.
 *
 * The bytes of a file that was taken are evidence (m13/evidence.h) from its sealing on, by local_file.sha256;
 * so are the scans and PDFs that rows name. But a file with contacts in it, whatever else it holds, is
 * deleted when it was taken or refused, and its bytes are kept nowhere: personal data has to go one day,
 * evidence stays. Files lie in inbox/done for 90 days. */
#ifndef M13_REGISTRY_H
#define M13_REGISTRY_H

#include "m13/date.h"
#include "m13/failure.h"
#include "m13/money.h"
#include "m13/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct loop;
struct store;
struct work;
struct registry;

struct import_result {
    int64_t id;       /* local_file.id of its first sheet; 0 = not even that could be written */
    const char *file; /* its name */
    const char *by;   /* user, or "inbox" */
    char kind[64];    /* "firms"; of several sheets "firms, products"; "" when it could not be told */
    int64_t sheets;   /* taken; 1 for CSV */
    int64_t rows, added, changed, unchanged, rejected; /* of all sheets together */
    int64_t unlisted;   /* records that a full list no longer names: now unknown, never closed */
    int64_t waiting;    /* of its rows: name a firm, product or case that is not known yet */
    int64_t warnings;   /* cells that were taken although they look wrong (a USCC's check character) */
    bool firms_changed; /* firms were added, changed or withdrawn: makers must be matched again */
    bool put_off;       /* for a fault of ours: try again later */
    bool known;         /* these very bytes were imported before: nothing done */
    char problem[1024]; /* "" = fine; Chinese, for the sender, when the file as a whole was refused */
};

struct registry_events {
    /* In the very transaction that seals, or refuses, the file: what must be told with it (the desk's
     * receipt). Not for files that were known. */
    void (*sealing)(const struct import_result *result, void *context);
    /* After all of it was applied; also of a file that is refused, not of one that will be tried again. */
    void (*imported)(const struct import_result *result, void *context);
    void *context;
};

/* Watches state/inbox and inbox/files when the loop runs: inotify (a writer has closed the file, or renamed
 * it in), and a scan at start and every minute, since network shares report nothing. `events` is copied; NULL
 * is fine. Opens state/contacts.db (m13/contacts.h). */
int registry_new(struct loop *loop, struct store *store, const struct registry_events *events,
    struct registry **ret_registry, struct failure *ret_failure);
void registry_register_work(struct registry *registry, struct work *work); /* "apply-local" */
void registry_start(struct registry *registry);
enum {
    IMPORT_ALLOW_SHRINK = 1
}; /* a full list may be much shorter than what is known: a person has looked */
/* Takes one file (an open descriptor, handed over) as user `by`. `done` (may be NULL) is called when all of
 * it was applied, never from within this call. */
void registry_import(struct registry *registry, int descriptor, const char *name, const char *by,
    unsigned allowed, void (*done)(const struct import_result *result, void *context), void *context);
/* Erases the contacts of a firm, for good; how many there were, or a negative errno. Journalled without them.
 */
int64_t registry_forget(
    struct registry *registry, const char *uscc, const char *by, struct failure *ret_failure);
/* Nothing is being imported, nothing waits, and the inbox has been looked at since registry_start(). */
bool registry_is_idle(const struct registry *registry);
/* Files that a fault of ours has left in the inbox, or in inbox/files: they are tried again each minute. */
size_t registry_put_off(const struct registry *registry);
void registry_free(struct registry *registry); /* NULL is fine */

/* --- kinds
 * ------------------------------------------------------------------------------------------------------------------
 */

/* A cell's canonical value is a string, never blank:
 *   text      blanks trimmed and folded
 *   date      ISO with the precision that was given: 2026, 2026-03, 2026-03-05
 *   yes/no    yes, no
 *   country   ISO 3166-1 alpha-2
 *   amount    decimal, thousands separators and zeros at either end removed: 1234.5, -3; 12.5万 is 125000
 *   percent   the same, at most 100, without the sign
 *   currency  ISO 4217
 *   list      its parts joined by '|'; former names as NAME@UNTIL or NAME, shares as PRODUCT@PERCENT
 *   status    active, moved-out, suspended, abnormal, revoked, deregistered
 *   class     I, II, III
 *   district  东城区 ... 延庆区, 经开区
 *   udi_di    a GTIN of any length as its 14 digits, other agencies' as they are
 *   nmpa      国械注准20253010001, 京械备20210001号, 国食药监械(准)字2013第3460123号
 *   code      of a closed list (relation, category, slot, level, kind, channel, flag, answer ...): lower
 *             case, as the `choices` of its column tell
 * In a file a blank cell leaves the value as it is, `清空` clears it (it is then absent from the fields); so
 * does 无, / or - (长期, 至今 of a date), which people write where nothing is to be said. */
struct local_choice {
    const char *code;  /* canonical */
    const char *words; /* what is taken for it, parted by '|'; the first is what a form offers */
};
struct local_column {
    const char *key;         /* English key, as in contract.md */
    const char *headers[12]; /* Chinese headers accepted, NULL-terminated; the first is used in messages */
    bool required, is_key;
    /* Canonical value of a cell appended to `out`. 0; 1 when it is taken but ret_why warns; negative with the
     * reason in Chinese in ret_why. The cell is not blank. */
    int (*parse)(const char *cell, struct text *out, struct failure *ret_why);
    const char *expected; /* what would be right, in Chinese */
    /* The closed list that `parse` reads, for the drop-down of a form; NULL = free. */
    const struct local_choice *choices;
    size_t choice_count;
    bool digits;         /* Excel must keep it as text: long numbers, leading zeros */
    const char *example; /* for a form; NULL = none */
};
/* What a full list (全量) speaks for: what it does not name is marked unknown. */
enum local_full_list {
    FULL_LIST_NEVER,    /* single facts: such a list is refused */
    FULL_LIST_ALL,      /* everything of its kind */
    FULL_LIST_OF_FIRMS, /* the records of the firms that it names */
};
struct local_kind {
    const char *kind; /* firms, products, scopes, declarations, sales ... */
    const char *zh, *en;
    /* Of a row without a document. The bureau's own lists (firms, products) rest on the business register and
     * NMPA's, hence `documented`; what a firm says of itself is `claimed` until the file that its `document`
     * names is there (m13d.db, local_document), and `verified` when an officer has seen the original. */
    const char *assurance;
    enum local_full_list full_list;
    bool personal; /* contacts: kept in contacts.db alone; values in no message, file deleted when taken */
    /* Columns of which one may stand in for the key: a candidate's SRN or FEI; NULL = none. */
    const char *key_instead[2];
    const struct local_column *columns;
    size_t column_count;
};
extern const struct local_kind local_kinds[];
extern const size_t local_kind_count;
const struct local_kind *local_kind(const char *kind);                  /* or NULL */
int local_column_index(const struct local_kind *kind, const char *key); /* -1 = it has no such column */

/* --- reading
 * ------------------------------------------------------------------------------------------------------------------
 */

/* One current record; strings live until `each` returns. */
struct local_record {
    const char *kind, *key, *uscc, *product_id, *authority, *number, *case_id, *assurance;
    int64_t version, file, row;
    bool unlisted;      /* the last full list does not name it: unknown, neither current nor closed */
    const char *fields; /* JSON object of strings: canonical values by English key */
};
/* Calls `each` for the current, not withdrawn records of `kind` of a firm (uscc NULL = all), in order of key;
 * false from `each` stops. No statement is open during the call, so `each` may read and write. */
void registry_each(struct store *store, const char *kind, const char *uscc,
    bool (*each)(const struct local_record *record, void *context), void *context);

/* The papers of a case, slot by slot in the order of the form; a slot with several files comes once for each:
 * those of the case's row of kind documents, then those that its sales, costs, scopes and declarations name.
 */
enum slot_state {
    SLOT_MISSING, /* no row speaks of it */
    SLOT_AWAITED, /* a row names the file, which has not come to inbox/files */
    SLOT_THERE,
};
struct document_slot {
    const char *slot, *zh; /* certificate, and its Chinese name */
    enum slot_state state;
    const char *file;              /* "" = missing */
    const char *sha256;            /* of its evidence; "" = not there */
    int64_t bytes, taken_at;       /* 0 = not there */
    const char *seen_by, *seen_on; /* the original, by an officer; "" = nobody */
    const char *assurance;         /* of the row: claimed, documented, verified; "" = none */
};
void registry_each_slot(struct store *store, const char *case_id,
    void (*each)(const struct document_slot *slot, void *context), void *context);
/* Files in inbox/files that no current record names, or those of two firms: they stay there and wait. How
 * many, or a negative errno; `each` may be NULL. Names are as in the folder: any bytes but '/'. */
int64_t registry_each_unnamed(
    struct store *store, void (*each)(const char *name, int64_t bytes, void *context), void *context);

/* Firms are known by USCC; one that is known by SRN or FEI only is a candidate: it may hold leads and no
 * award. Its id is "SRN:..." or "FEI:...", and stands where a USCC stands. When a row brings the USCC
 * together with that SRN or FEI, the candidate becomes the firm: its own record is withdrawn, what only it
 * knew goes over. */
bool registry_is_candidate(const char *uscc);

/* Unified social credit code: shape and check character (GB 32100-2015). A wrong check is a warning only: a
 * real firm has one. */
enum uscc_answer { USCC_GOOD, USCC_CHECK_WRONG, USCC_SHAPE_WRONG };
enum uscc_answer uscc_check(const char *code);

#endif
