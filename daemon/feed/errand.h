/* errand.h - what is asked before the pages of a chain: a cookie, whether filters hold, where the file lies.
 */
#ifndef M13_FEED_ERRAND_H
#define M13_FEED_ERRAND_H

#include "answer.h"
#include "page_chain.h"

struct feed;

enum errand {
    ERRAND_PRIME,   /* each turn: its cookies go with what follows */
    ERRAND_CONTROL, /* before the first page: a register that ignores filters gives the world's rows */
    ERRAND_FIND,    /* before the first page: the address of the file */
    ERRAND_PAGE,    /* none: the pages themselves */
};

/* The first errand from `from` on that this chain still has to run. */
enum errand errand_from(
    const struct feed_definition *definition, const struct page_chain *chain, enum errand from);
const struct feed_query *errand_query(const struct feed_definition *definition, enum errand errand);
int64_t errand_maximum_bytes(const struct feed_definition *definition, enum errand errand);
/* The next bytes of its answer; false = enough of them. */
bool errand_body(struct feed *feed, int status, const char *bytes, size_t length);
/* Its answer is whole; false = the turn ends with the setback. In the turn's transaction. */
bool errand_take(struct feed *feed, const struct http_answer *answer, struct setback *setback);

#endif
