/* archive.h - a store with records and documents in it, put there as an import would, and their work. */
#ifndef M13_TEST_ARCHIVE_H
#define M13_TEST_ARCHIVE_H

#include "documents.h"

#include "m13/store.h"
#include "m13/work.h"

#include <stdbool.h>

#define CHEN "91110108MA0DEMA17F"
#define AA   "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define BB   "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

struct archive {
    char *folder;
    struct store *store;
    struct work *work;
    struct local_documents documents;
    char decided[4000]; /* firms, each with a blank behind */
    int assessed;
    int64_t hurry; /* microseconds of a slice */
};

/* Set-up and tear-down of cmocka. */
int archive_open(void **state);
int archive_close(void **state);

struct row {
    const char *kind, *key, *uscc, *names, *fields;
    const char *product_id, *case_id;
    bool by_inbox; /* else by an officer */
};

int64_t archive_next_seq(struct archive *archive);
/* As an import applies it: a new version, its use, its assurance; `seq` = its journal entry. */
void archive_apply(struct archive *archive, int64_t seq, struct row row);
int64_t archive_import(struct archive *archive, struct row row); /* with an entry of its own: its seq */
void archive_finish_work(struct archive *archive);
/* A file has come: whether these bytes are new. */
bool archive_arrive(struct archive *archive, const char *name, const char *sha256);
/* "ASSURANCE VERSION FILE" of the current version. Own buffer. */
const char *archive_standing(struct archive *archive, const char *kind, const char *key);

/* A sale that names a contract, and the row by which an officer says that he has seen it. */
#define SEEN   "{\"file\":\"合同.pdf\",\"original_seen_by\":\"李\",\"seen_on\":\"2026-07-01\"}"
#define UNSEEN "{\"file\":\"合同.pdf\"}"
extern const struct row sale, seen;

#endif
