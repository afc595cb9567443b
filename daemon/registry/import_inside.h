/* import_inside.h - one file on its way into the database, as the parts of the import share it. */
#ifndef REGISTRY_IMPORT_INSIDE_H
#define REGISTRY_IMPORT_INSIDE_H

#include "check.h"
#include "headers.h"
#include "import.h"
#include "problems.h"
#include "row.h"
#include "seen.h"
#include "waiting.h"

#include "m13/digest.h"
#include "m13/limits.h"

/* Where a record names others: columns of local_staged. */
enum {
    REFERENCE_USCC,
    REFERENCE_PRODUCT,
    REFERENCE_AUTHORITY,
    REFERENCE_NUMBER,
    REFERENCE_CASE,
    REFERENCE_DOCUMENT,
    REFERENCES,
};

struct local_sheet {
    char *name; /* "" for CSV */
    bool epoch_1904;
    struct local_header_search *search; /* NULL once the headers are found */
    struct local_headers headers;       /* kind NULL until then */
    int64_t file;                       /* local_file.id; 0 until then */
    struct local_check_memory rates;
    int reference[REFERENCES]; /* columns of the kind; -1 = it has none */
    int shares;                /* the same, of costs: the products among which they are shared */
    int64_t rows, added, changed, unchanged, unlisted, rejected, warnings;
    int64_t nameless; /* rows of which nobody can tell whose they are */
};

/* What a full list speaks for: each firm that it names, or its whole kind. */
struct full_list_scope {
    char *uscc; /* "" = the kind */
    int64_t known, gone;
};
/* How far the full lists have been compared with what is known. */
struct full_list_progress {
    size_t sheet;
    bool began; /* that sheet */
    struct text after_key;
    struct text firms; /* that a list of contacts names, each with a NUL */
    size_t firms_done; /* bytes of them */
    struct full_list_scope *scopes;
    size_t count, capacity;
    struct local_seen places; /* of the scopes */
};

struct local_import {
    struct store *store;
    struct contacts *contacts;
    char *name, *by;
    char sha256[DIGEST_HEX_BYTES];
    unsigned allowed;
    struct local_sheet *sheets[LIMIT_LOCAL_SHEETS];
    size_t sheet_count;
    int64_t id;           /* local_file.delivery; 0 = no sheet has begun */
    int64_t staged;       /* n of the last staged change */
    int64_t staged_bytes; /* what sealing it will cost on the disk, about */
    int64_t rows;
    struct local_problems problems; /* not written yet */
    int64_t problems_kept;
    struct local_seen seen;
    struct local_waiting waiting;
    struct local_row row; /* its memory is reused */
    struct text key, fields;
    struct full_list_progress full_list;
    bool contacts_begun;
    bool personal; /* there are contacts in it */
    bool refused;
    struct failure fault; /* of ours: code 0 = none */
    struct import_result result;
};

/* --- import.c
 * ------------------------------------------------------------------------------------------------------ */

bool local_import_is_going_on(const struct local_import *import);
/* A fault of ours: the import cannot go on. */
void local_import_fail(struct local_import *import, const struct failure *fault);
/* What was found wrong so far goes to the database, as told of this sheet. */
void local_import_write_problems(struct local_import *import, int64_t file);

/* --- sheets.c
 * ------------------------------------------------------------------------------------------------------ */

/* The sheet that is being read, or NULL. */
struct local_sheet *local_import_sheet_now(struct local_import *import);
/* A row of a sheet whose header was not found yet. */
void local_import_search_headers(struct local_import *import, struct local_sheet *sheet, json_t *cells);
/* Its row in the database, with the first row of its own: a form that nobody has filled in says nothing. */
void local_import_insert_sheet(struct local_import *import, struct local_sheet *sheet);
/* No more sheets will come: whether what came is worth going on with. */
bool local_import_end_sheets(struct local_import *import);
void local_import_free_sheet(struct local_sheet *sheet);

#endif
