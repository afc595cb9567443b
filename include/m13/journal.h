/* journal.h - the hash-chained record of everything that a decision rests on.
 *
 * Each entry carries hash = SHA-256(previous hash as its 64 hex digits (the first entry's: 64 zeros), then
 * seq, at, actor, kind, subject and body, each as its decimal or UTF-8 bytes preceded by its length in bytes
 * as decimal and ':'). Sequence numbers have no gaps
 * and are the order of versions everywhere (wall clocks go back). Triggers refuse UPDATE and DELETE. No
 * personal data. */
#ifndef M13_JOURNAL_H
#define M13_JOURNAL_H

#include "m13/digest.h"
#include "m13/failure.h"

#include <stdbool.h>
#include <stdint.h>

struct store;

/* Appends in the turn's transaction; returns the new seq. `actor` is "m13d" or a user's name; `body` is JSON.
 */
int64_t journal_append(
    struct store *store, const char *actor, const char *kind, const char *subject, const char *body);
int64_t journal_head(struct store *store);                                      /* 0 when empty */
const char *journal_head_hash(struct store *store, char out[DIGEST_HEX_BYTES]); /* 64 zeros when empty */
/* Hash of one entry (seq 0: 64 zeros), to be compared with a head that was told outside: only so a cut end or
 * a chain rewritten as a whole is seen. False when there is no such entry. */
bool journal_hash_at(struct store *store, int64_t seq, char out[DIGEST_HEX_BYTES]);
/* An entry that was found good. */
struct journal_mark {
    int64_t seq;
    char hash[DIGEST_HEX_BYTES];
};
#define JOURNAL_BEGINNING ((struct journal_mark){.hash = JOURNAL_NO_HASH})
/* The hash before the first entry's. */
#define JOURNAL_NO_HASH "0000000000000000000000000000000000000000000000000000000000000000"
/* Walks at most `most` entries behind `mark`, which moves on; the entry at the mark must still be there as it
 * was. 0, or -EBADMSG with the first bad seq told. */
int journal_verify_part(
    struct store *store, struct journal_mark *mark, int64_t most, struct failure *ret_failure);
/* Walks the whole chain: 0, or -EBADMSG with the first bad seq told. */
int journal_verify(struct store *store, struct failure *ret_failure);

#endif
