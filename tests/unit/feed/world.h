/* world.h - feeds on a loop, a register on the same loop, a database in a folder of its own, and in the place
 * of the decoder's side a stub that takes whatever was fetched. Time is virtual. */
#ifndef M13_TEST_FEED_WORLD_H
#define M13_TEST_FEED_WORLD_H

#include "m13/clock.h"
#include "m13/config.h"
#include "m13/feed.h"
#include "m13/loop.h"
#include "m13/store.h"
#include "register_server.h"

#define WORLD_FEEDS_MOST 12
#define WORLD_ROWS       25 /* of the register; with limit=10 three pages */

struct world {
    char *folder;
    struct loop *loop;
    struct store *store;
    struct register_server *server; /* on the loop; NULL when it lives elsewhere */
    char *url;                      /* of the register */
    struct config config;
    struct feed_definition definitions[WORLD_FEEDS_MOST];
    struct feed_definition *pointers[WORLD_FEEDS_MOST];
    struct feeds *feeds;

    /* the decoder's side */
    bool holds;                /* lets polls lie as they are */
    enum feed_outcome verdict; /* on each poll; FEED_APPLIED at first */
    const char *const *values; /* that lists ask for, in order, NULL behind the last; NULL = none */
    int64_t last_fetched;
    int fetched; /* polls handed on */

    bool (*until)(struct world *world);
    int64_t turns_left;
    const char *feed; /* of the condition */
    int64_t cycle;

    /* kill -9 at the end of the n-th turn, before or after its commit */
    int kill_at, turn;
    bool kill_before_commit;
};

/* Once in a program, first thing in main(). */
void world_begin_time(const char *rfc3339);
int64_t world_at(const char *rfc3339);

/* A register of WORLD_ROWS rows of 2026-01, and one feed "fda-510k" that asks it, not yet started. */
void world_open(struct world *world);
void world_close(struct world *world);
/* The same without a register of its own, in a folder that stays. */
void world_open_apart(struct world *world, const char *folder, const char *url);
struct feed_definition *world_add_feed(struct world *world, const char *name); /* before world_start() */
void world_rows(struct world *world, int count);                               /* what the register holds */
void world_write_rows(const char *file, int count);
void world_start(struct world *world);
/* As after a restart of the daemon: everything but register and folder is made anew. */
void world_restart(struct world *world);

/* Runs until the condition holds; fails the test when it never does. */
void world_run(struct world *world, bool (*until)(struct world *world));
/* Runs until the feed has ended `turns` more turns. */
void world_run_turns(struct world *world, const char *feed, int turns);
void world_run_until(struct world *world, const char *rfc3339);

bool world_turns_are_over(struct world *world); /* the condition of world_run_turns() */

/* Values of the database. */
int64_t world_number(struct world *world, const char *sql);
char *world_text(struct world *world, const char *sql); /* the caller frees */
#define assert_sql(world, sql, expected)                                                                     \
    do {                                                                                                     \
        char *found_text = world_text(world, sql);                                                           \
        assert_string_equal(found_text, expected);                                                           \
        free(found_text);                                                                                    \
    } while (0)
/* The n-th request that the register saw, as its log has it; counts from the end when negative. */
const char *world_request(struct world *world, int64_t number);

/* From now on the register has these faults (register_server --help). */
void scenario(struct world *world, const char *json);
#define assert_asks(world, number, target)                                                                   \
    assert_non_null(strstr(world_request(world, number), "\"target\":\"" target "\""))

#endif
