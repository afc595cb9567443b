/* answer.h - what an answer of a register means. */
#ifndef M13_FEED_ANSWER_H
#define M13_FEED_ANSWER_H

#include "m13/feed.h"
#include "m13/http.h"
#include "m13/text.h"

/* Of a sentence about a turn: longer than any of ours, short enough for a table. */
#define DETAIL_BYTES 900
/* Of a stranger's words in it. */
#define EXCERPT_TOLD_BYTES 160

enum answer_meaning {
    ANSWER_PAGE,
    ANSWER_NONE,      /* the register has no rows to show, here or any more */
    ANSWER_UNCHANGED, /* 304 */
    ANSWER_BAD,       /* a setback */
};

/* A turn that ends badly. */
struct setback {
    enum feed_outcome outcome;
    int64_t not_before; /* the host's word; 0 = none */
    int64_t next_at;    /* exactly then; 0 = as back-off has it */
    bool astray;        /* the mark at which the chain would go on leads nowhere new */
    const char *done;   /* of a list: values up to this one are done all the same; NULL = none is */
    struct text what;   /* a clause; the caller's to free */
};
#define SETBACK_EMPTY ((struct setback){.what = TEXT_WITH_CEILING(DETAIL_BYTES)})

/* Does a body of this kind belong into evidence? */
bool answer_is_page(const struct feed_definition *definition, int status, const char *content_type);
/* `start` is how the body begins; `conditional`: only news were asked for. */
enum answer_meaning answer_judge(const struct feed_definition *definition, const struct http_answer *answer,
    const struct text *start, bool conditional, int64_t now, struct setback *setback);

/* A body of another kind than the definition's is none, whatever its content type says. */
bool answer_begins_well(
    const struct feed_definition *definition, const struct text *start, struct setback *setback);
/* For a request beside the pages: a whole answer that is no error. */
bool answer_is_fine(
    const struct http_answer *answer, const struct text *start, int64_t now, struct setback *setback);

#endif
