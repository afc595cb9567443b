/* script.h - a register that answers as the test at hand has it; on the loop under test. */
#ifndef M13_TEST_FEED_SCRIPT_H
#define M13_TEST_FEED_SCRIPT_H

#include "m13/text.h"
#include "world.h"

struct script_request {
    const char *method, *target, *body, *cookie, *content_type, *if_none_match;
};
struct script_answer {
    int status;               /* 200 */
    const char *content_type; /* application/json */
    struct text body;
    const char *set_cookie, *etag, *location;
};

struct script {
    void (*answer)(const struct script_request *request, struct script_answer *answer, void *context);
    void *context;
    struct evhttp *http;
    char url[40];
    char *lines[400]; /* METHOD TARGET[ BODY][ cookie=...] of each request so far */
    int count;
};

/* The feed "fda-510k" of the world asks it from now on. */
void script_open(struct script *script, struct world *world,
    void (*answer)(const struct script_request *request, struct script_answer *answer, void *context),
    void *context);
/* The same on a base of its own, for a world in another process. */
void script_open_apart(struct script *script, struct event_base *base,
    void (*answer)(const struct script_request *request, struct script_answer *answer, void *context),
    void *context);
void script_close(struct script *script); /* before the world */
/* Lines of the requests from `first` (1) on, joined by newlines. The caller frees. */
char *script_lines(const struct script *script, int first);
#define assert_asked(script, first, expected)                                                                \
    do {                                                                                                     \
        char *asked_lines = script_lines(script, first);                                                     \
        assert_string_equal(asked_lines, expected);                                                          \
        free(asked_lines);                                                                                   \
    } while (0)
/* Number of a parameter in a query or a JSON body; -1 = it is not there. */
int64_t script_number(const char *haystack, const char *name);

/* The first feed, with this window as its only query (NULL = none of it). */
struct feed_definition *script_feed(
    struct world *world, const char *path, const char *query, const char *body);

#endif
