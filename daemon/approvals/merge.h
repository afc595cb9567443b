/* merge.h - several records of one approval become one. Pure: the same records in any order give the same
 * line. */
#ifndef M13_APPROVALS_MERGE_H
#define M13_APPROVALS_MERGE_H

#include "m13/feed_definition.h"
#include "m13/record.h"
#include "m13/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Between the values of a member that holds several. */
#define MERGE_SEPARATOR "; "

/* A set of members: bit n stands for the member n. */
typedef uint64_t record_fields;
_Static_assert(RECORD_FIELDS <= 64, "a set of members has 64 bits");
record_fields record_fields_of(const enum record_field *fields, size_t count);

/* A row of a poll. */
struct merge_row {
    const char *line; /* the record as it came */
    struct record record;
};
/* Rows of one poll with one number, made one as the definition says (struct feed_repeated): its line goes to
 * `out`. Where they are not of one approval, its status is unknown, and a person has to look. Returns the
 * index of the row that gave the members. `rows` are never none. */
size_t merge_rows(
    const struct feed_repeated *repeated, const struct merge_row *rows, size_t count, struct text *out);

/* Between polls of one feed its earliest dates never move later (a renewal brings a new date under the old
 * number): `now` takes those of `before` that are earlier; true when there was any. */
bool merge_keep_earliest(
    const struct feed_repeated *repeated, const struct record *before, struct record *now);

/* In a poll that had dates or country names in words that nobody could read: what is empty in `now` stays as
 * it was in `before`. True when there was any. */
bool merge_keep_unread(const struct record *before, struct record *now);

/* The latest record of a feed. */
struct merge_source {
    const char *feed;
    bool defined; /* a feed whose definition is gone only fills what others leave */
    int64_t rank;
    record_fields wins;
    struct record record;
};
/* The order in which they count: for qsort() of an array of pointers to struct merge_source. */
int merge_compare_sources(const void *left, const void *right);
/* Of each member the first value that is there: of those that win it, else of all, both in order; where the
 * maker is and which numbers it has, of those alone that name the same maker, or none. The line goes to
 * `out`. */
void merge_sources(const struct merge_source *const *in_order, size_t count, struct text *out);

/* Whether two records tell the same facts: a register that shuffles the values of a member has not changed.
 */
bool merge_is_same(const struct record *a, const struct record *b);

#endif
