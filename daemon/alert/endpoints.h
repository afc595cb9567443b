/* endpoints.h - who may be sent to next (private to the room; pure: it knows no clock, no database, no
 * network).
 *
 * An endpoint is a channel and a recipient. It is here while something waits for it, it may not be sent to
 * before its time, or something is under way to it: at most one message. Times are of one scale that never
 * goes back. */
#ifndef M13_ALERT_ENDPOINTS_H
#define M13_ALERT_ENDPOINTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum endpoint_state { ENDPOINT_WAITING, ENDPOINT_READY, ENDPOINT_UNDER_WAY };
enum endpoint_wait {
    WAIT_FOR_TIME, /* after a failure, by its own word, or for a message that was put aside */
    WAIT_FOR_HOUR, /* for the end of the quiet hours, or of mode draft */
    WAIT_FOR_RATE, /* for its own rate alone, and there is something for it */
};

struct endpoint {
    char *channel, *recipient;
    int64_t failures;  /* in a row */
    int64_t next_from; /* its own rate: not before */
    bool recorded;     /* it has a row in table endpoint */
    bool slow;         /* held its place long when it was last sent to, or may have */

    enum endpoint_state state;
    enum endpoint_wait why;
    int64_t due;
    size_t place;
    bool troubled; /* as of when it became ready */
    struct endpoint *next_alike, *next_ready;

    /* deliver_send.c: its last end is not on the disk yet. */
    bool held;
    int64_t held_until;
    enum endpoint_wait held_why;
    struct endpoint *next_held;
};

struct endpoints;
struct endpoints *endpoints_new(void);
void endpoints_free(struct endpoints *endpoints); /* NULL is fine */
struct endpoint *endpoints_find(
    const struct endpoints *endpoints, const char *channel, const char *recipient); /* NULL = not here */
/* A new one, which waits until `due`. */
struct endpoint *endpoints_add(
    struct endpoints *endpoints, const char *channel, const char *recipient, int64_t due);
/* One that waits or is under way waits until `due` from now on. */
void endpoints_wait(
    struct endpoints *endpoints, struct endpoint *endpoint, int64_t due, enum endpoint_wait why);
void endpoints_drop(struct endpoints *endpoints, struct endpoint *endpoint); /* not of one that is ready */
/* The next that may be sent to, under way from now on; NULL = none, or no room. In the order in which they
 * became due, but of those that hold their place long only so many at a time: who refuses quickly takes
 * nothing from the others. */
struct endpoint *endpoints_take(struct endpoints *endpoints, int64_t now);

int64_t endpoints_next(const struct endpoints *endpoints);  /* the first that waits; CLOCK_NEVER = none */
bool endpoints_may_take(const struct endpoints *endpoints); /* one is ready, and there is room for it */
size_t endpoints_count(const struct endpoints *endpoints);
size_t endpoints_under_way(const struct endpoints *endpoints);
size_t endpoints_ready(const struct endpoints *endpoints);
size_t endpoints_rated(const struct endpoints *endpoints); /* wait for their rate */

#endif
