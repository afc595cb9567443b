/* next_page.h - where a chain goes on: by a link, by numbers, at the next value of a list. */
#ifndef M13_FEED_NEXT_PAGE_H
#define M13_FEED_NEXT_PAGE_H

#include "answer.h"
#include "page_chain.h"

struct feed;

/* The page at the chain's mark has come (`answer` NULL: its value has no rows): *ret_mark is the one after
 * it, with url NULL behind the last. False = the chain must not go on, for the reason told. */
bool next_page_find(struct feed *feed, const struct http_answer *answer, struct chain_mark *ret_mark,
    struct setback *setback);
/* The first value that a poll of a list asks for; NULL = there is none. */
char *next_page_first_value(struct feed *feed, const char *after);
/* The page is behind the last row that the register has: it is empty, and may look like another one. */
bool next_page_was_empty(const struct feed *feed, const struct chain_mark *next);

#endif
