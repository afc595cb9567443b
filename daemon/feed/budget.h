/* budget.h - how many requests a host gets from us: by the minute in memory, by the UTC day in the database.
 *
 * A budget is a group of feeds that ask one host. Its state is shared; each feed measures it by the figures
 * of its own definition. */
#ifndef M13_FEED_BUDGET_H
#define M13_FEED_BUDGET_H

#include "m13/feed_definition.h"

#include <stdbool.h>
#include <stdint.h>

struct store;

struct budget {
    struct budget *next;
    char *name;
    int64_t paid_until; /* each request moves it on by its share of a minute */
    int64_t patience;   /* the host asked for no request before; 0 = it did not */
};

struct budget *budget_of(struct budget **budgets, const char *name); /* made when it is not there */
void budgets_free(struct budget *budgets);

/* When the minute's budget allows the next request: `now` or later. */
int64_t budget_ready_at(const struct budget *budget, const struct feed_definition *definition, int64_t now);
void budget_spend(struct budget *budget, const struct feed_definition *definition, int64_t now);
/* Is there a request left in the UTC day of `now`? */
bool budget_lasts(
    struct store *store, const struct budget *budget, const struct feed_definition *definition, int64_t now);
/* Counts one request, in the minute and in the day. In the turn's transaction: it is sent only after the
 * commit. */
void budget_take(
    struct store *store, struct budget *budget, const struct feed_definition *definition, int64_t now);
/* The host said when: nobody of the group asks before. */
void budget_be_patient(struct budget *budget, int64_t until);
/* The time until which the group must be patient; 0 when it need not. */
int64_t budget_patience(const struct budget *budget, int64_t now);

#endif
