/* roster_of.h - small indexes for tests: a firm is a code and its names. */
#ifndef M13_TEST_ROSTER_OF_H
#define M13_TEST_ROSTER_OF_H

#include "m13/match.h"

struct test_firm {
    const char *uscc, *zh, *en;
    const char *alias, *former, *confirmed;
    const char *srn, *fei, *owner_operator;
};

struct match_index *roster_of(const struct test_firm *firms, size_t count);
/* The band, and the firm in `ret_uscc` (32 bytes), of a bare name from a register without addresses. */
enum match_band band_of_name(struct match_index *index, const char *name, char *ret_uscc);

/* Fails with the names in the message. */
void assert_auto(struct match_index *index, const char *name, const char *uscc, const char *rule);
void assert_review(struct match_index *index, const char *name, const char *uscc, const char *rule);
void assert_none(struct match_index *index, const char *name);
/* The same for a whole query. */
void assert_answer(struct match_index *index, const struct match_query *query, enum match_band band,
    const char *uscc, const char *rule);

#endif
