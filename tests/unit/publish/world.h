/* world.h - a working database with feeds and cases as their rooms write them, and what is published of it.
 */
#ifndef M13_TEST_PUBLISH_WORLD_H
#define M13_TEST_PUBLISH_WORLD_H

#include "m13/store.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#define NOW  1795000000000LL      /* 2026-11-18 11:06:40 UTC */
#define FIRM "911100000000000001" /* 北京晨星医疗, whose approvals are recognised */

struct world {
    char *folder, *published; /* the file */
    struct store *store;
};

void world_open(struct world *world);
void world_close(struct world *world);
void world_commit(struct world *world);

/* A feed that is fresh for 3 days; `last_success_at` 0 = it never succeeded. */
void world_feed(
    struct world *world, const char *name, const char *budget, bool enabled, int64_t last_success_at);
/* An approval of feed fda-510k, and of a maker of its own in Beijing that is recognised as firm
 * 911100000000000001 (band "auto") or as nobody (band "none"). */
int64_t world_approval(
    struct world *world, const char *number, const char *band, int32_t first, int32_t last);
/* The case of that approval, or its next version: R06 is open because of `missing`. */
void world_case(struct world *world, const char *number, const char *missing);
/* An open batch, nothing in it; its cut-off is the last day of 2026. */
void world_batch(struct world *world, const char *name);

/* The publication, opened to read; closed by sqlite3_close(). */
sqlite3 *world_published(struct world *world);
/* Text of a single value; NULL when there is no row or it is NULL; in a static buffer. */
const char *text_in(sqlite3 *database, const char *sql);
int64_t number_in(sqlite3 *database, const char *sql);
/* The same of the publication that stands. */
const char *published_text(struct world *world, const char *sql);
int64_t published_number(struct world *world, const char *sql);

/* The first value of a published table's SELECT under a condition, as m13ctl runs it; until the next one. */
const char *world_selected(
    struct world *world, const char *table, const char *expression, const char *condition);

#endif
