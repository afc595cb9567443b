/* world.h - a real store and the approvals room in it; before it a decoder that says what the test says,
 * behind it a feeds room that keeps what it is told. Both stand in by name: the linker takes them instead of
 * the real ones.
 *
 * Four feeds: fda-510k, fda-weekly (both approvals of FDA) and fda-listing (evidence of FDA), tga (of TGA).
 * The clock stands still: world_clock() first. */
#ifndef M13_TEST_APPROVALS_WORLD_H
#define M13_TEST_APPROVALS_WORLD_H

#include "internal.h"

#include "m13/date.h"
#include "m13/store.h"
#include "m13/work.h"

struct loop;

enum world_feed { FDA_510K, TGA, FDA_WEEKLY, FDA_LISTING, WORLD_FEEDS };

struct world {
    char *folder;
    struct store *store;
    struct work *work;
    struct loop *loop;
    struct config config;
    struct feed_definition definitions[WORLD_FEEDS];
    struct feed_definition *feeds[WORLD_FEEDS];
    struct approvals *approvals;
};

void world_clock(void);
void world_open(struct world *world);
void world_close(struct world *world);
/* As after a kill: what was not committed is lost, and what stood in memory. The decoder's child is gone. */
void world_reopen(struct world *world);
/* In a process of its own, which goes on with the database of its parent's: the parent must have left it. */
void world_leave(struct world *world);
void world_enter(struct world *world);

/* --- polls ------------------------------------------------------------------------------------------------
 */

/* A poll of fda-510k that is fetched, with evidence of so many pages. since DAY_NONE = everything. */
int64_t world_poll(struct world *world, const char *kind, int32_t since, int32_t until, int pages);
int64_t world_poll_of(
    struct world *world, const char *feed, const char *kind, int32_t since, int32_t until, int pages);
void world_decode(struct world *world, int64_t poll); /* approvals_decode(), committed */
/* A first load of fda-510k that is still being fetched: its next page comes, and is told of; then it is
 * whole. */
int64_t world_fetching(struct world *world);
void world_page(struct world *world, int64_t poll);
void world_fetched(struct world *world, int64_t poll);
/* Both for a poll of fda-510k; a window reaches over some days of 2024 to 2026. Its id. */
int64_t world_begin(struct world *world, const char *kind, int pages);

/* --- the decoder ------------------------------------------------------------------------------------------
 *
 * Stands for the running decoder, if there is one; several are never started at once. */
struct stand_in {
    bool running, finished, killed;
    int started;       /* so far */
    bool cannot_start; /* the next one */
    int64_t pages_fed; /* of the running one */
    int64_t rows, rejected, skipped, unread, page, row;
    bool unended;
    char definition[256]; /* its file */
};
extern struct stand_in decoder_stand_in;

void says_page(int64_t page, int64_t total, const char *as_of);
void says_record(const char *line);
void says_reject(const char *field, const char *reason, const char *excerpt);
void says_shape(const char *shape); /* behind all rows */
void ends_well(void);               /* with the counts of what it said */
void ends(const struct decoder_result *result);

/* --- rows -------------------------------------------------------------------------------------------------
 */

/* A row of a register. What is left out is that of an ordinary 510(k) of 2026-03-10, made by "Maker". */
struct row {
    const char *number, *decided, *maker, *route, *status, *device, *authority, *city;
};
const char *line_of(struct row row); /* its record; static, of the last four */
void says_row(struct row row);
void says_rows(int from, int count); /* K000000 ... */

/* A whole poll of one page: decoded, sealed, applied. Its id. */
int64_t show(struct world *world, const char *kind, int32_t since, int32_t until, const struct row *rows,
    size_t count);
#define SHOW_ALL(world, ...)                                                                                 \
    show((world), "full", DAY_NONE, DAY_NONE, (struct row[]){__VA_ARGS__},                                   \
        sizeof((struct row[]){__VA_ARGS__}) / sizeof(struct row))

/* The same for any feed, of records as they stand on the wire. */
int64_t show_lines(struct world *world, enum world_feed feed, const char *kind, size_t count, ...);
/* The definitions are read again, and what follows from it is done. */
void world_reload(struct world *world);

/* The work list until nothing is left, a commit after each slice; slices as short as can be. */
void world_work(struct world *world);
/* One slice and its commit; false when nothing was left to do. */
bool world_work_once(struct world *world);

/* --- what came of it --------------------------------------------------------------------------------------
 */

struct ended_turn {
    int64_t poll;
    enum feed_outcome outcome;
    char detail[1024];
};
extern struct ended_turn ended_turns[64];
extern size_t ended_turn_count;
void assert_ended(
    int64_t poll, enum feed_outcome outcome, const char *words); /* the last one; words in its detail */

const char *state_of(struct world *world, int64_t poll);
/* It stands at `sealed`, and then is applied. */
void assert_sealed(struct world *world, int64_t poll);
/* It has ended with that word, and nothing of it is left. */
void assert_refused(struct world *world, int64_t poll, enum feed_outcome outcome, const char *words);

int64_t count_of(struct world *world, const char *sql);
const char *value_of(struct world *world, const char *sql); /* of a single value; static */
/* approval, version, listing, maker, journal, poll, reject, work: all that must be the same whatever
 * happened. */
char *dump_of(struct world *world);

#endif
