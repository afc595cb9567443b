/* headers.h - from a file's header row to its kind and columns. */
#ifndef REGISTRY_HEADERS_H
#define REGISTRY_HEADERS_H

#include "m13/registry.h"

/* Most columns of any kind. */
#define LOCAL_COLUMNS 32

enum {
    HEADER_WITHDRAWS = -1, /* 作废 */
    HEADER_IGNORED = -2,   /* 序号, and columns without a header, which must stay empty */
};

struct local_header {
    char *text; /* as in the file */
    int column; /* of the kind, or one of the above */
};
struct local_headers {
    const struct local_kind *kind;
    struct local_header *items;
    size_t count;
};

/* `names` as the file has them. 0, or -EINVAL with the reason in Chinese: no kind has these key columns, an
 * unknown column, two columns of one meaning. The kind is the one whose key columns are all there, and which
 * knows all the others. */
int local_headers_read(
    const char *const *names, size_t count, struct local_headers *ret_headers, struct failure *ret_why);
/* The header called `name`, most likely at `guess`; NULL = none. */
const struct local_header *local_header(const struct local_headers *headers, const char *name, size_t guess);
/* How the file heads a column, or the column's own first header where the file lacks it. */
const char *local_header_of(const struct local_headers *headers, int column);
void local_headers_free(struct local_headers *headers);

#endif
