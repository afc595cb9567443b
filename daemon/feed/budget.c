/* budget.c - how many requests a host gets from us. */
#include "budget.h"

#include "m13/clock.h"
#include "m13/date.h"
#include "m13/limits.h"
#include "m13/memory.h"
#include "m13/store.h"
#include "m13/text.h"

#include <stdlib.h>
#include <string.h>

/* Of the minute's requests this share may go at once; the others are spaced over the minute. */
#define BURST_SHARE 6

struct budget *budget_of(struct budget **budgets, const char *name)
{
    struct budget **place = budgets;
    while (*place != NULL && !string_equal((*place)->name, name))
        place = &(*place)->next;
    if (*place == NULL) {
        *place = memory_get_zeroed(1, sizeof **place);
        (*place)->name = memory_copy_string(name);
    }
    return *place;
}

void budgets_free(struct budget *budgets)
{
    while (budgets != NULL) {
        struct budget *next = budgets->next;
        free(budgets->name);
        free(budgets);
        budgets = next;
    }
}

/* --- by the minute: a token bucket, kept as the time at which it is full again ---------------------------
 */

static int64_t burst_of(const struct feed_definition *definition)
{
    int64_t burst = definition->requests_a_minute / BURST_SHARE;
    return burst > 1 ? burst : 1;
}

/* So that burst and flow together never exceed the budget in any minute. */
static int64_t spacing_of(const struct feed_definition *definition)
{
    int64_t flow = definition->requests_a_minute - burst_of(definition) + 1;
    return (CLOCK_MINUTE + flow - 1) / flow;
}

/* Under a clock that was set back the bucket may seem to fill in years: take it as empty instead. */
static int64_t paid_until(const struct budget *budget, const struct feed_definition *definition, int64_t now)
{
    int64_t emptiest = now + burst_of(definition) * spacing_of(definition);
    return budget->paid_until < emptiest ? budget->paid_until : emptiest;
}

int64_t budget_ready_at(const struct budget *budget, const struct feed_definition *definition, int64_t now)
{
    if (definition->requests_a_minute <= 0)
        return now;
    int64_t ready = paid_until(budget, definition, now) - (burst_of(definition) - 1) * spacing_of(definition);
    return ready > now ? ready : now;
}

void budget_spend(struct budget *budget, const struct feed_definition *definition, int64_t now)
{
    if (definition->requests_a_minute <= 0)
        return;
    int64_t paid = paid_until(budget, definition, now);
    budget->paid_until = (paid > now ? paid : now) + spacing_of(definition);
}

/* --- by the day ------------------------------------------------------------------------------------------
 */

bool budget_lasts(
    struct store *store, const struct budget *budget, const struct feed_definition *definition, int64_t now)
{
    if (definition->requests_a_day <= 0)
        return true;
    int64_t used = store_value(store, 0, "SELECT requests FROM request_budget WHERE budget = ? AND day = ?",
        "td", budget->name, day_in_utc(now));
    return used < definition->requests_a_day;
}

void budget_take(
    struct store *store, struct budget *budget, const struct feed_definition *definition, int64_t now)
{
    budget_spend(budget, definition, now);
    store_write(store);
    query_run(query_bind(query(store, "INSERT INTO request_budget (budget, day, requests) VALUES (?, ?, 1) "
                                      "ON CONFLICT (budget, day) DO UPDATE SET requests = requests + 1"),
        "td", budget->name, day_in_utc(now)));
}

/* --- the host's own word ---------------------------------------------------------------------------------
 */

void budget_be_patient(struct budget *budget, int64_t until)
{
    if (until > budget->patience)
        budget->patience = until;
}

int64_t budget_patience(const struct budget *budget, int64_t now)
{
    /* Never longer than a host can have asked for, whatever the clock did meanwhile. */
    return budget->patience > now && budget->patience <= now + LIMIT_RETRY_AFTER_MS ? budget->patience : 0;
}
