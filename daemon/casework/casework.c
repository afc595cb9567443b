/* casework.c - the room's face: its work, and the parameters under which it was last done. */
#include "enact.h"
#include "internal.h"

#include "m13/clock.h"
#include "m13/journal.h"
#include "m13/memory.h"
#include "m13/store.h"
#include "m13/work.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    ORDER_PAPER = 20, /* before makers are matched */
    ORDER_ENACT = 22, /* before firms are decided: on the facts that people saw */
    ORDER_DECIDE = 40,
    ORDER_DECIDE_RATES = 41,
    ORDER_DECIDE_ALL = 42
}; /* after approvals and matches: data goes one way */

/* --- the parameters in force ---------------------------------------------------------------------------- */

static void journal_parameters(struct casework *casework, const char *old, const char *new)
{
    struct text body = TEXT_WITH_CEILING(1024);
    text_append_string(&body, "{\"old\":");
    text_append_json(&body, old != NULL ? old : "");
    text_append_string(&body, ",\"new\":");
    text_append_json(&body, new);
    text_append_character(&body, '}');
    journal_append(
        casework->store, "m13d", "parameters", casework->config->parameters->policy, text_string(&body));
    text_free(&body);
}

/* Rules, parameters and where it matters the day, as the last decisions knew them: when they have changed,
 * while we ran or between two runs, every firm is decided again. */
static void note_parameters(struct casework *casework)
{
    const struct policy_parameters *parameters = casework->config->parameters;
    char now[160], day[DAY_STRING_BYTES] = "";
    int32_t calendar_day = measure13_calendar_day(parameters, day_in_beijing(clock_wall()));
    if (calendar_day != DAY_NONE)
        day_format(calendar_day, day);
    snprintf(now, sizeof now, "rules %s, parameters %s%s%s", measure13_version, parameters->hash,
        day[0] != '\0' ? ", day " : "", day);
    char *last = store_meta(casework->store, "decided-under");
    if (!string_equal(last, now)) {
        store_write(casework->store);
        journal_parameters(casework, last, now);
        store_meta_set(casework->store, "decided-under", now);
        work_add(casework->store, "decide-all", "all", true);
    }
    free(last);
}

struct casework *casework_new(
    struct store *store, const struct config *config, const struct casework_events *events)
{
    struct casework *casework = memory_get_zeroed(1, sizeof *casework);
    casework->store = store;
    casework->config = config;
    if (events != NULL)
        casework->events = *events;
    note_parameters(casework);
    return casework;
}

void casework_reload(struct casework *casework, const struct config *config)
{
    casework->config = config;
    note_parameters(casework);
}

void casework_free(struct casework *casework)
{
    free(casework);
}

/* --- work ----------------------------------------------------------------------------------------------- */

static bool decide_one(void *context, const char *key, int64_t *cursor, int64_t deadline_us)
{
    (void)cursor;
    (void)deadline_us;
    decide_firm(context, key);
    return true;
}

/* The firm of the next case after `cursor` that is its firm's oldest: so each firm comes once, and a case
 * that is opened meanwhile is decided under the new parameters anyway. */
static bool next_firm(struct query *firms, int64_t *cursor, char **ret_uscc)
{
    bool found = query_next(firms);
    if (found) {
        *cursor = query_integer(firms, 0);
        *ret_uscc = memory_copy_string(query_text(firms, 1));
    }
    query_end(firms);
    return found;
}

static struct query *any_firm(struct store *store, int64_t cursor)
{
    return query_bind(
        query(store,
            "SELECT c.case_file, c.uscc FROM case_version c WHERE c.case_file > ? AND c.seq_to IS NULL "
            "AND NOT EXISTS (SELECT 1 FROM case_version older WHERE older.uscc = c.uscc "
            "AND older.seq_to IS NULL AND older.case_file < c.case_file) ORDER BY c.case_file LIMIT 1"),
        "i", cursor);
}

/* One that has costs in foreign currency. */
static struct query *foreign_firm(struct store *store, int64_t cursor)
{
    return query_bind(
        query(store,
            "SELECT c.case_file, c.uscc FROM case_version c WHERE c.case_file > ? AND c.seq_to IS NULL "
            "AND NOT EXISTS (SELECT 1 FROM case_version older WHERE older.uscc = c.uscc "
            "AND older.seq_to IS NULL AND older.case_file < c.case_file) "
            "AND EXISTS (SELECT 1 FROM local_record r WHERE r.uscc = c.uscc AND r.kind = 'costs' "
            "AND r.seq_to IS NULL AND json_extract(r.fields, '$.currency') <> 'CNY') "
            "ORDER BY c.case_file LIMIT 1"),
        "i", cursor);
}

static bool decide_each(struct casework *casework,
    struct query *(*firms)(struct store *store, int64_t cursor), int64_t *cursor, int64_t deadline_us)
{
    do {
        char *uscc;
        if (!next_firm(firms(casework->store, *cursor), cursor, &uscc))
            return true;
        decide_firm(casework, uscc);
        free(uscc);
    } while (clock_monotonic_us() < deadline_us);
    return false;
}

static bool decide_all(void *context, const char *key, int64_t *cursor, int64_t deadline_us)
{
    (void)key;
    return decide_each(context, any_firm, cursor, deadline_us);
}

/* Rates convert costs, and sales only where a least amount is asked for. */
static bool decide_rates(void *context, const char *key, int64_t *cursor, int64_t deadline_us)
{
    const struct casework *casework = context;
    (void)key;
    bool sales_too = casework->config->parameters->least_sale > 0;
    return decide_each(context, sales_too ? any_firm : foreign_firm, cursor, deadline_us);
}

void casework_register_work(struct casework *casework, struct work *work)
{
    work_register(work, &(struct work_kind){"paper", ORDER_PAPER, paper_slice, casework});
    work_register(work, &(struct work_kind){"enact", ORDER_ENACT, enact_slice, casework});
    work_register(work, &(struct work_kind){"decide", ORDER_DECIDE, decide_one, casework});
    work_register(work, &(struct work_kind){"decide-rates", ORDER_DECIDE_RATES, decide_rates, casework});
    work_register(work, &(struct work_kind){"decide-all", ORDER_DECIDE_ALL, decide_all, casework});
}
