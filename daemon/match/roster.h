/* roster.h - the firms of the registry on their way into an index, in slices. */
#ifndef MATCH_ROSTER_H
#define MATCH_ROSTER_H

#include "m13/digest.h"
#include "m13/match.h"

struct store;
struct roster;

struct roster *roster_begin(struct store *store);
/* One slice of reading makers (for the frequent words) and firms, and of indexing; true when the index is
 * complete. Whoever changes firms meanwhile has to begin anew. */
bool roster_build(struct roster *roster, int64_t deadline_us);
/* The index, once complete; it is the caller's from then on. */
struct match_index *roster_index(struct roster *roster);
int64_t roster_makers(const struct roster *roster); /* whose words it has learnt */
/* Digest of all that the index rests on: firms, frequent words, tables and rules. Once complete. */
const char *roster_basis(const struct roster *roster);
void roster_free(struct roster *roster); /* NULL is fine */

#endif
