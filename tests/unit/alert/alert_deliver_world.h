/* alert_deliver_world.h - a house whose deliveries go to a channel of the test's own, in place of channels.c.
 *
 * Two channels, `web` and `spare`; mode live; it is Tuesday, 2026-09-01, 10:00, and time goes on where a test
 * says so. */
#ifndef ALERT_DELIVER_WORLD_H
#define ALERT_DELIVER_WORLD_H

#include "deliver.h"

#include "m13/channel.h"
#include "m13/limits.h"
#include "m13/loop.h"
#include "m13/store.h"

/* Of our own: nobody is called that. */
#define FIRM  "91110108MA0DEMA01X"
#define OTHER "91110108MA0DEMB02Y"

enum { SENT_MOST = 1024 };
struct sent {
    char channel[16], recipient[32], message[32], address[64];
    int64_t at;
};
extern struct sent sent[SENT_MOST];
extern size_t sent_count;

/* What was sent while `hangs`: nobody has answered yet. */
struct hanging {
    void (*ended)(const struct sending_end *end, void *context);
    void *context;
};
extern struct hanging hanging[SENT_MOST];
extern size_t hanging_count;
extern bool hangs;

/* How the next sendings end, to whom and for which message that is said of; all others are done. */
extern struct sending_end answer;
extern const char *answer_recipient, *answer_message;

struct world {
    char *folder;
    struct store *store;
    struct loop *loop;
    struct config config;
    struct alert_channel channels[2];
    char names[2][8];
    struct deliver *deliver;
};
int open_world(void **state);
int close_world(void **state);

void put_message(struct world *world, int64_t number, const char *audience);
void put_delivery(struct world *world, int64_t message, const char *channel, const char *recipient);
/* Messages of these numbers to the desk by the channel `web`. */
void put(struct world *world, int64_t from, int64_t to);
void give_contact(struct world *world, const char *uscc, const char *address);
void go_on(struct world *world);
void pass(struct world *world, int64_t milliseconds);

void assert_sent(const char *const *messages, size_t count);
#define ASSERT_SENT(...)                                                                                     \
    assert_sent((const char *const[]){__VA_ARGS__},                                                          \
        sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))
int64_t count_in(struct world *world, const char *state);

#define CLAIM(claim) cmocka_unit_test_setup_teardown(claim, open_world, close_world)

#endif
