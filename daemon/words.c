/* words.c - the codes and rules of all rooms, for whoever reads the database without this program. */
#include "house.h"

#include "m13/casework.h"
#include "m13/feed.h"
#include "m13/match.h"
#include "m13/measure13.h"
#include "m13/review.h"
#include "m13/store.h"

#define WORDS(kind, table)                                                                                   \
    {                                                                                                        \
        kind, table, sizeof(table) / sizeof *(table)                                                         \
    }

static const struct {
    const char *kind;
    const struct name_entry *entries;
    size_t count;
} words[] = {
    WORDS("verdict", verdict_names),
    WORDS("review", review_kind_names),
    WORDS("amount", amount_state_names),
    WORDS("rule-outcome", rule_outcome_names),
    WORDS("assurance", assurance_names),
    WORDS("outcome", feed_outcome_names),
    WORDS("band", match_band_names),
    WORDS("match-rule", match_reason_names),
    WORDS("match-rule", review_rule_names),
    WORDS("decision", review_decision_names),
    WORDS("stage", case_stage_names),
    WORDS("next-action", case_next_action_names),
    WORDS("missing", missing_fact_names),
};

static void write_label(
    struct store *store, const char *kind, const char *code, const char *zh, const char *en, size_t sort)
{
    query_run(query_bind(
        query(store, "INSERT OR REPLACE INTO label (kind, code, zh, en, sort) VALUES (?, ?, ?, ?, ?)"),
        "tttti", kind, code, zh, en, (int64_t)sort));
}

static void write_parameter(
    void *context, const char *rule, const struct parameter_source *source, const char *value)
{
    static const char *const applies_by[] = {"decision", "application", "batch"};
    query_run(query_bind(
        query(context,
            "INSERT INTO parameter (rule, name, from_day, to_day, value, applies_by, confirmed, cited) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"),
        "ttddttit", rule, source->name, source->from, source->to, value, applies_by[source->applies_by],
        (int64_t)source->confirmed, source->cited));
}

void words_write(struct store *store, const struct config *config)
{
    const struct policy_parameters *parameters = config->parameters;
    store_write(store);
    query_run(query(store, "DELETE FROM label"));
    query_run(query(store, "DELETE FROM rule"));
    query_run(query(store, "DELETE FROM parameter"));
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        for (size_t j = 0; j < words[i].count; j++) {
            const struct name_entry *entry = &words[i].entries[j];
            write_label(store, words[i].kind, entry->code, entry->zh, entry->en, j);
        }
    for (size_t i = 0; i < parameters->route_count; i++) {
        const struct route_parameter *route = &parameters->routes[i];
        write_label(store, "route", route->code, route->zh, route->en, i);
    }
    for (size_t i = 0; i < parameters->authority_count; i++) {
        const struct authority_parameter *authority = &parameters->authorities[i];
        write_label(store, "authority", authority->code, authority->zh, authority->en, i);
    }
    for (size_t i = 0; i < measure13_rule_count; i++) {
        const struct rule_text *rule = &measure13_rules[i];
        query_run(
            query_bind(query(store, "INSERT INTO rule (rule, zh, en, cited, decides) VALUES (?, ?, ?, ?, ?)"),
                "ttttt", rule->id, rule->zh, rule->en, rule->cited, rule->of_verdict ? "verdict" : "amount"));
    }
    parameters_list(parameters, write_parameter, store);
}
