/* cases.c - what is decided becomes a version of its case, with journal entry and events, in one transaction.
 */
#include "internal.h"
#include "next_action.h"

#include "m13/clock.h"
#include "m13/journal.h"
#include "m13/limits.h"
#include "m13/memory.h"
#include "m13/store.h"
#include "m13/work.h"

#include <stdio.h>
#include <stdlib.h>

enum { CASE_ID_BYTES = 48 };
static const char actor[] = "m13d";

/* One change on its way into the database. */
struct writing {
    struct casework *casework;
    const struct current_case *current;
    const struct decided_case *decided;
    const char *case_id;
    int64_t case_file, seq, now;
    const char *cause;
};

static const char *verdict_code(const struct writing *writing)
{
    return verdict_names[writing->decided->verdict->verdict].code;
}

static const char *review_code(const struct writing *writing)
{
    return review_kind_names[writing->decided->verdict->review].code;
}

/* --- a new case ----------------------------------------------------------------------------------------- */

/* Counts within the Beijing year of opening, without gaps: the count is part of the turn's transaction. */
static void next_case_id(struct casework *casework, int64_t now, char ret_case_id[CASE_ID_BYTES])
{
    int year, month, day;
    char name[32], number[24];
    int64_t count = 0;
    day_to_civil(day_in_beijing(now), &year, &month, &day);
    snprintf(name, sizeof name, "cases-%04d", year);
    char *counted = store_meta(casework->store, name);
    if (counted != NULL)
        string_to_integer(counted, 0, INT64_MAX - 1, &count);
    free(counted);
    snprintf(number, sizeof number, "%lld", (long long)++count);
    store_meta_set(casework->store, name, number);
    snprintf(ret_case_id, CASE_ID_BYTES, "%.16s-%04d-%05lld", casework->config->parameters->policy, year,
        (long long)count);
}

static void open_case(struct writing *writing)
{
    struct store *store = writing->casework->store;
    const struct fact_item *item = writing->decided->verdict->item;
    query_run(query_bind(
        query(store, "INSERT INTO case_file (case_id, policy, authority, number, item, approval, opened_at, "
                     "opened_seq, stage, stage_since) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
        "tttttiiiti", writing->case_id, writing->casework->config->parameters->policy, item->authority,
        item->number, item->item, writing->decided->approval, writing->now, writing->seq,
        case_stage_names[STAGE_LEAD].code, writing->now));
    writing->case_file = store_last_id(store);
    if (store_value(store, 0,
            "SELECT count(*) FROM local_record WHERE case_id = ? AND case_id <> '' AND seq_to IS NULL", "t",
            writing->case_id) > 0)
        work_add(store, "enact", writing->case_id, true); /* what people have sent before */
}

/* --- its versions --------------------------------------------------------------------------------------- */

static int64_t append_journal(const struct writing *writing)
{
    const struct case_verdict *verdict = writing->decided->verdict;
    struct text body = TEXT_WITH_CEILING(LIMIT_ROW_BYTES);
    text_append_string(&body, "{\"case_id\":");
    text_append_json(&body, writing->case_id);
    text_append_string(&body, ",\"old\":");
    text_append_json(&body, writing->current->case_file != 0 ? writing->current->verdict : "");
    text_append_string(&body, ",\"new\":");
    text_append_json(&body, verdict_code(writing));
    text_append_string(&body, ",\"facts_hash\":");
    text_append_json(&body, verdict->facts_hash);
    text_append_string(&body, ",\"parameters_hash\":");
    text_append_json(&body, writing->decided->parameters_hash);
    text_append_character(&body, '}');
    int64_t seq =
        journal_append(writing->casework->store, actor, "case", writing->case_id, text_string(&body));
    text_free(&body);
    return seq;
}

static void write_version(const struct writing *writing)
{
    struct store *store = writing->casework->store;
    const struct case_verdict *verdict = writing->decided->verdict;
    struct text missing = TEXT_WITH_CEILING(4096);
    case_missing_json(verdict, &missing);
    if (writing->current->case_file != 0)
        query_run(
            query_bind(query(store, "UPDATE case_version SET seq_to = ? WHERE case_file = ? AND version = ?"),
                "iii", writing->seq, writing->case_file, writing->current->version));
    query_run(query_bind(
        query(store, "INSERT INTO case_version (case_file, version, seq_from, at, uscc, product_id, verdict, "
                     "review_kind, amount_state, award, missing, next_action, facts_hash, parameters_hash, "
                     "trace_hash, facts, trace) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
        "iiiitttttittttttt", writing->case_file, writing->current->version + 1, writing->seq, writing->now,
        writing->decided->uscc, verdict->item->product_id, verdict_code(writing), review_code(writing),
        amount_state_names[verdict->amount_state].code, verdict->award, text_string(&missing),
        case_next_action_code(verdict), verdict->facts_hash, writing->decided->parameters_hash,
        writing->decided->trace_hash, verdict->facts, writing->decided->trace));
    text_free(&missing);
}

/* --- answers that are used up -------------------------------------------------------------------------- */

/* Some rules ask how things stand at present. Where they stand otherwise now, what was said of them is over:
 * should they come to be so again, a person is asked again. */
static bool asks_how_things_stand(const char *rule)
{
    return string_equal(rule, "R08") || string_equal(rule, "R10");
}

static bool is_asked(const struct case_verdict *verdict, const char *rule)
{
    for (size_t i = 0; i < verdict->trace_count; i++)
        if (string_equal(verdict->trace[i].rule, rule))
            return verdict->trace[i].question[0] != '\0';
    return false;
}

static void use_up_answers(const struct writing *writing)
{
    const struct case_verdict *verdict = writing->decided->verdict;
    struct store *store = writing->casework->store;
    for (size_t i = 0; i < verdict->item->ruling_count; i++) {
        const struct fact_ruling *ruling = &verdict->item->rulings[i];
        if (!asks_how_things_stand(ruling->rule) || is_asked(verdict, ruling->rule))
            continue;
        query_run(
            query_bind(query(store, "UPDATE review_decision SET seq_to = ? WHERE item = ? AND maker = 0 "
                                    "AND uscc = ? AND seq_to IS NULL"),
                "itt", writing->seq, ruling->source.id, writing->decided->uscc));
        work_add(store, "decide", writing->decided->uscc, true); /* the answer was among the facts */
    }
}

/* --- events --------------------------------------------------------------------------------------------- */

static void tell(const struct writing *writing, const char *kind, const char *old, const char *new)
{
    struct casework *casework = writing->casework;
    query_run(query_bind(
        query(casework->store, "INSERT INTO case_event (case_file, seq, at, kind, cause, old, new, actor) "
                               "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"),
        "iiittttt", writing->case_file, writing->seq, writing->now, kind, writing->cause, old, new, actor));
    if (casework->events.changed == NULL)
        return;
    struct case_change change = {.case_file = writing->case_file,
        .case_id = writing->case_id,
        .uscc = writing->decided->uscc,
        .kind = kind,
        .old_verdict = writing->current->case_file != 0 ? writing->current->verdict : "",
        .verdict = writing->decided->verdict,
        .first_load = writing->decided->first_load,
        .seq = writing->seq};
    casework->events.changed(&change, casework->events.context);
}

/* A version that changes none of these is still an event: the facts, the sentences or the amount are not what
 * they were. */
static void tell_changes(const struct writing *writing)
{
    const struct current_case *current = writing->current;
    const char *product = writing->decided->verdict->item->product_id;
    bool firm = !string_equal(current->uscc, writing->decided->uscc);
    bool other_product = !string_equal(current->product_id, product);
    bool verdict = !string_equal(current->verdict, verdict_code(writing));
    bool review = !verdict && !string_equal(current->review, review_code(writing));
    if (firm)
        tell(writing, "firm", current->uscc, writing->decided->uscc);
    if (other_product)
        tell(writing, "product", current->product_id, product);
    if (verdict)
        tell(writing, "verdict", current->verdict, verdict_code(writing));
    if (review)
        tell(writing, "verdict", current->review, review_code(writing));
    if (!firm && !other_product && !verdict && !review)
        tell(writing, "facts", current->facts_hash, writing->decided->verdict->facts_hash);
}

void case_write(
    struct casework *casework, const struct current_case *current, const struct decided_case *decided)
{
    char new_id[CASE_ID_BYTES];
    struct text cause = TEXT_WITH_CEILING(256);
    struct writing writing = {.casework = casework,
        .current = current,
        .decided = decided,
        .case_id = current->case_id,
        .case_file = current->case_file,
        .now = clock_wall()};
    store_write(casework->store);
    case_cause(casework->store, current, decided, &cause);
    writing.cause = text_string(&cause);
    if (current->case_file == 0) {
        next_case_id(casework, writing.now, new_id);
        writing.case_id = new_id;
    }
    writing.seq = append_journal(&writing);
    if (current->case_file == 0)
        open_case(&writing);
    write_version(&writing);
    use_up_answers(&writing);
    if (current->case_file == 0)
        tell(&writing, "opened", "", verdict_code(&writing));
    else
        tell_changes(&writing);
    text_free(&cause);
}
