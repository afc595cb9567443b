/* headers.h - from a file's header row to its kind and columns. */
#ifndef REGISTRY_HEADERS_H
#define REGISTRY_HEADERS_H

#include "m13/registry.h"

/* Most columns of any kind. */
#define LOCAL_COLUMNS 32

enum {
    HEADER_WITHDRAWS = -1, /* 作废 */
    HEADER_IGNORED = -2, /* 序号, 备注, 参考...; and columns without a header, which must stay empty */
};

struct local_header {
    char *text; /* as in the file */
    int column; /* of the kind, or one of the above */
    /* A unit that the header names, 金额（万元）: put behind each cell that has none, before it is parsed;
     * NULL. */
    char *unit;
    bool unit_told; /* the header says which, 元 too, or a note above the table does */
};
struct local_headers {
    const struct local_kind *kind;
    struct local_header *items;
    size_t count;
    bool full_list; /* the sheet's name, or a cell above the headers, says 全量 */
    /* 参考... columns: a sheet of ours that came back filled in. Of firms, rows without a USCC are those that
     * nobody has claimed: left out like blank ones. */
    bool reference;
};

/* The header row is found among the first rows of a sheet: blank rows, titles and notes may stand above it,
 * and a header of two levels (基本信息 over 所属区, 地址) is read downwards. */
struct local_header_search;
struct local_header_search *local_header_search_new(const char *sheet);
enum header_found { HEADER_NOT_YET, HEADER_FOUND, HEADER_FAILED };
/* The next row, blank ones too. FOUND: *ret_headers are the caller's. FAILED: the reason in Chinese: no kind
 * has these key columns, or several have, an unknown column, two columns of one meaning. */
enum header_found local_header_search_row(struct local_header_search *search, const char *const *cells,
    size_t count, struct local_headers *ret_headers, struct failure *ret_why);
/* No more rows: the reason why none of them was a header. True when the sheet says of itself that it is not
 * for reading (说明, 填写说明, README), or has no cell at all: then it is simply left out. */
bool local_header_search_end(const struct local_header_search *search, struct failure *ret_why);
/* The sheet failed, and holds personal data as far as its headers tell: it may not be kept. */
bool local_header_search_is_personal(const struct local_header_search *search);
void local_header_search_free(struct local_header_search *search); /* NULL is fine */

/* How the file heads a column, or the column's own first header where the file lacks it. */
const char *local_header_of(const struct local_headers *headers, int column);
void local_headers_free(struct local_headers *headers);

#endif
