/* endpoints.c - who may be sent to next: a table to find one, a heap of those that wait, two lines of those
 * that are ready: the well and the troubled. */
#include "endpoints.h"

#include "m13/clock.h"
#include "m13/limits.h"
#include "m13/memory.h"
#include "m13/text.h"

#include <stdlib.h>

enum { BUCKETS_AT_FIRST = 64 };

struct line {
    struct endpoint *first, **last;
    size_t count, under_way, most_under_way;
};

struct endpoints {
    struct endpoint **buckets; /* `bucket_count` is a power of two */
    size_t bucket_count, count;
    struct endpoint **heap; /* those that wait */
    size_t waiting, capacity, rated;
    struct line well, troubled;
};

struct endpoints *endpoints_new(void)
{
    struct endpoints *endpoints = memory_get_zeroed(1, sizeof *endpoints);
    endpoints->bucket_count = BUCKETS_AT_FIRST;
    endpoints->buckets = memory_get_zeroed(BUCKETS_AT_FIRST, sizeof *endpoints->buckets);
    endpoints->well = (struct line){.last = &endpoints->well.first,
        .most_under_way = LIMIT_DELIVERIES_UNDER_WAY - LIMIT_DELIVERIES_TROUBLED};
    endpoints->troubled =
        (struct line){.last = &endpoints->troubled.first, .most_under_way = LIMIT_DELIVERIES_TROUBLED};
    return endpoints;
}

static void endpoint_free(struct endpoint *endpoint)
{
    free(endpoint->channel);
    free(endpoint->recipient);
    free(endpoint);
}

void endpoints_free(struct endpoints *endpoints)
{
    if (!endpoints)
        return;
    for (size_t i = 0; i < endpoints->bucket_count; i++)
        for (struct endpoint *endpoint = endpoints->buckets[i], *next; endpoint; endpoint = next) {
            next = endpoint->next_alike;
            endpoint_free(endpoint);
        }
    free(endpoints->buckets);
    free(endpoints->heap);
    free(endpoints);
}

/* --- the table --------------------------------------------------------------------------------------------
 */

/* FNV-1a over both; the names are ours, nobody outside can choose them to collide. */
static size_t hash_of(const char *channel, const char *recipient)
{
    uint64_t hash = 14695981039346656037ULL;
    for (const char *part = channel; *part; part++)
        hash = (hash ^ (uint8_t)*part) * 1099511628211ULL;
    hash = (hash ^ '|') * 1099511628211ULL;
    for (const char *part = recipient; *part; part++)
        hash = (hash ^ (uint8_t)*part) * 1099511628211ULL;
    return (size_t)(hash ^ hash >> 32);
}

static struct endpoint **bucket_of(
    const struct endpoints *endpoints, const char *channel, const char *recipient)
{
    return &endpoints->buckets[hash_of(channel, recipient) & (endpoints->bucket_count - 1)];
}

struct endpoint *endpoints_find(const struct endpoints *endpoints, const char *channel, const char *recipient)
{
    struct endpoint *endpoint = *bucket_of(endpoints, channel, recipient);
    while (endpoint &&
           !(string_equal(endpoint->channel, channel) && string_equal(endpoint->recipient, recipient)))
        endpoint = endpoint->next_alike;
    return endpoint;
}

static void put_into_table(struct endpoints *endpoints, struct endpoint *endpoint)
{
    struct endpoint **bucket = bucket_of(endpoints, endpoint->channel, endpoint->recipient);
    endpoint->next_alike = *bucket;
    *bucket = endpoint;
}

static void widen_table(struct endpoints *endpoints)
{
    struct endpoint **old = endpoints->buckets;
    size_t old_count = endpoints->bucket_count;
    endpoints->bucket_count *= 4;
    endpoints->buckets = memory_get_zeroed(endpoints->bucket_count, sizeof *endpoints->buckets);
    for (size_t i = 0; i < old_count; i++)
        for (struct endpoint *endpoint = old[i], *next; endpoint; endpoint = next) {
            next = endpoint->next_alike;
            put_into_table(endpoints, endpoint);
        }
    free(old);
}

/* --- the heap ---------------------------------------------------------------------------------------------
 */

static void set_place(struct endpoints *endpoints, size_t place, struct endpoint *endpoint)
{
    endpoints->heap[place] = endpoint;
    endpoint->place = place;
}

static void move_up(struct endpoints *endpoints, size_t place, struct endpoint *endpoint)
{
    while (place > 0 && endpoint->due < endpoints->heap[(place - 1) / 2]->due) {
        set_place(endpoints, place, endpoints->heap[(place - 1) / 2]);
        place = (place - 1) / 2;
    }
    set_place(endpoints, place, endpoint);
}

static void move_down(struct endpoints *endpoints, size_t place, struct endpoint *endpoint)
{
    for (size_t child; (child = 2 * place + 1) < endpoints->waiting; place = child) {
        if (child + 1 < endpoints->waiting && endpoints->heap[child + 1]->due < endpoints->heap[child]->due)
            child++;
        if (endpoint->due <= endpoints->heap[child]->due)
            break;
        set_place(endpoints, place, endpoints->heap[child]);
    }
    set_place(endpoints, place, endpoint);
}

static void enter_heap(
    struct endpoints *endpoints, struct endpoint *endpoint, int64_t due, enum endpoint_wait why)
{
    endpoint->state = ENDPOINT_WAITING;
    endpoint->due = due;
    endpoint->why = why;
    endpoints->rated += why == WAIT_FOR_RATE;
    MEMORY_GROW(endpoints->heap, endpoints->waiting, endpoints->capacity);
    move_up(endpoints, endpoints->waiting++, endpoint);
}

static void leave_heap(struct endpoints *endpoints, struct endpoint *endpoint)
{
    struct endpoint *last = endpoints->heap[--endpoints->waiting];
    endpoints->rated -= endpoint->why == WAIT_FOR_RATE;
    size_t place = endpoint->place;
    if (last == endpoint)
        return;
    if (place > 0 && last->due < endpoints->heap[(place - 1) / 2]->due)
        move_up(endpoints, place, last);
    else
        move_down(endpoints, place, last);
}

/* --- states -----------------------------------------------------------------------------------------------
 */

static struct line *line_of(struct endpoints *endpoints, const struct endpoint *endpoint)
{
    return endpoint->troubled ? &endpoints->troubled : &endpoints->well;
}

/* Out of the heap, or back from the way. One that is ready stands in a line until it is taken. */
static void leave_state(struct endpoints *endpoints, struct endpoint *endpoint)
{
    if (endpoint->state == ENDPOINT_WAITING)
        leave_heap(endpoints, endpoint);
    else if (endpoint->state == ENDPOINT_UNDER_WAY)
        line_of(endpoints, endpoint)->under_way--;
}

struct endpoint *endpoints_add(
    struct endpoints *endpoints, const char *channel, const char *recipient, int64_t due)
{
    struct endpoint *endpoint = memory_get_zeroed(1, sizeof *endpoint);
    endpoint->channel = memory_copy_string(channel);
    endpoint->recipient = memory_copy_string(recipient);
    if (endpoints->count++ >= 2 * endpoints->bucket_count)
        widen_table(endpoints);
    put_into_table(endpoints, endpoint);
    enter_heap(endpoints, endpoint, due, WAIT_FOR_TIME);
    return endpoint;
}

void endpoints_wait(
    struct endpoints *endpoints, struct endpoint *endpoint, int64_t due, enum endpoint_wait why)
{
    if (endpoint->state == ENDPOINT_READY)
        return;
    leave_state(endpoints, endpoint);
    enter_heap(endpoints, endpoint, due, why);
}

void endpoints_drop(struct endpoints *endpoints, struct endpoint *endpoint)
{
    if (endpoint->state == ENDPOINT_READY)
        return;
    leave_state(endpoints, endpoint);
    struct endpoint **at = bucket_of(endpoints, endpoint->channel, endpoint->recipient);
    while (*at != endpoint)
        at = &(*at)->next_alike;
    *at = endpoint->next_alike;
    endpoints->count--;
    endpoint_free(endpoint);
}

/* --- who is next ------------------------------------------------------------------------------------------
 */

static void line_up(struct endpoints *endpoints, struct endpoint *endpoint)
{
    leave_heap(endpoints, endpoint);
    endpoint->state = ENDPOINT_READY;
    endpoint->troubled = endpoint->slow;
    endpoint->next_ready = NULL;
    struct line *line = line_of(endpoints, endpoint);
    *line->last = endpoint;
    line->last = &endpoint->next_ready;
    line->count++;
}

static bool has_room(const struct line *line)
{
    return line->first && line->under_way < line->most_under_way;
}

struct endpoint *endpoints_take(struct endpoints *endpoints, int64_t now)
{
    while (endpoints->waiting > 0 && endpoints->heap[0]->due <= now)
        line_up(endpoints, endpoints->heap[0]);
    struct line *line = has_room(&endpoints->well)       ? &endpoints->well
                        : has_room(&endpoints->troubled) ? &endpoints->troubled
                                                         : NULL;
    if (!line)
        return NULL;
    struct endpoint *endpoint = line->first;
    line->first = endpoint->next_ready;
    if (!line->first)
        line->last = &line->first;
    line->count--;
    line->under_way++;
    endpoint->state = ENDPOINT_UNDER_WAY;
    return endpoint;
}

int64_t endpoints_next(const struct endpoints *endpoints)
{
    return endpoints->waiting > 0 ? endpoints->heap[0]->due : CLOCK_NEVER;
}

bool endpoints_may_take(const struct endpoints *endpoints)
{
    return has_room(&endpoints->well) || has_room(&endpoints->troubled);
}

size_t endpoints_count(const struct endpoints *endpoints)
{
    return endpoints->count;
}

size_t endpoints_under_way(const struct endpoints *endpoints)
{
    return endpoints->well.under_way + endpoints->troubled.under_way;
}

size_t endpoints_ready(const struct endpoints *endpoints)
{
    return endpoints->well.count + endpoints->troubled.count;
}

size_t endpoints_rated(const struct endpoints *endpoints)
{
    return endpoints->rated;
}
