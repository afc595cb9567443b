/* alert_world.h - cases that change, hours that pass, and what is told of it: for the tests of messages.
 *
 * Two firms, a desk's channel, live, a digest on working days at nine. It is Tuesday, 2026-09-01, 08:00. */
#ifndef ALERT_WORLD_H
#define ALERT_WORLD_H

#include "notice.h"

#include <stdbool.h>
#include <stdint.h>

extern const char anzhen[], boyan[]; /* USCCs */

struct alert_world {
    char *folder;
    struct store *store;
    struct config config;
    struct alert_channel channel;
    int64_t seq;
};

struct case_told {
    const char *uscc, *number, *kind, *old_verdict;
    enum verdict verdict;
    enum review_kind review;
    bool first_load;
};

int alert_world_open(void **state);
int alert_world_close(void **state);

void at(const char *wall); /* RFC 3339 */
/* The case is decided so: its version, and the change that follows. Opens it where it lacks. */
void decided(struct alert_world *world, struct case_told told);
/* What a turn's end makes of it. */
bool turn(struct alert_world *world);
void tells(struct alert_world *world, struct case_told told); /* decided, and the turn has ended */
int64_t case_file(struct alert_world *world, const char *number);
void stage(struct alert_world *world, const char *number, const char *stage);
/* All deliveries of what is released arrive now. */
void everything_arrives(struct alert_world *world);

/* The first column of the first row is this text. */
void assert_row(struct alert_world *world, const char *sql, const char *expected);
/* Messages in order of writing, but those that were taken back: "AUDIENCE STATE NUMBER+NUMBER", parted by
 * ", ". Firms by the first letter of their name. */
void assert_told(struct alert_world *world, const char *expected);
/* The newest message that was not taken back; the caller's. */
json_t *newest(struct alert_world *world);
const char *said(json_t *object, const char *key);

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, alert_world_open, alert_world_close)

#endif
