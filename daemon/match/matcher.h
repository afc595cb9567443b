/* matcher.h - what the room's other works use of the matcher. */
#ifndef MATCH_MATCHER_H
#define MATCH_MATCHER_H

#include "m13/match.h"

/* The index of the present firms; NULL = not there yet: this was one slice towards it. */
struct match_index *matcher_index(struct matcher *matcher, int64_t deadline_us);
/* Digest of all that this index rests on. */
const char *matcher_basis(const struct matcher *matcher);
struct store *matcher_store(const struct matcher *matcher);

/* Work kind "self-check" (self_check_work.c). */
void self_check_register(struct matcher *matcher, struct work *work);

#endif
