/* words.c - the codes and rules of all rooms, for whoever reads the database without this program. */
#include "house.h"

#include "m13/casework.h"
#include "m13/feed.h"
#include "m13/match.h"
#include "m13/measure13.h"
#include "m13/review.h"
#include "m13/store.h"
#include "m13/text.h"

#include <stdlib.h>

#define WORDS(kind, table)                                                                                   \
    {                                                                                                        \
        kind, table, sizeof(table) / sizeof *(table)                                                         \
    }

/* Codes that only the published tables have: what became of an approval's maker (bi_seen), and what is asked
 * (bi_review). */
static const struct name_entry standing_names[] = {
    {0, "auto", "已识别为北京企业", "recognised as a firm"},
    {1, "review", "待人工核定归属", "a person has to say whose it is"},
    {2, "unclaimed", "在京企业，待认领", "a maker in Beijing that no firm has claimed"},
    {3, "none", "未识别为北京企业", "not recognised as a firm"},
    {4, "waiting", "尚未比对", "not matched yet"},
    {5, "no-maker", "登记未载明制造商", "the register names no maker"},
};
/* What agrees where a match is automatic (matching.md). */
static const struct name_entry automatic_rule_names[] = {
    {0, "A0", "识别码相同", "the same identifier"},
    {1, "A1", "名称完全一致", "the same name"},
    {2, "A2", "字号、行业词和地名全部一致", "core, trade words and places all agree"},
    {3, "A3", "与人工确认过的写法一致", "a spelling that a person has confirmed"},
    {4, "PAPER", "企业报送的批准文件载明", "named by a certificate that the firm has sent"},
};
static const struct name_entry question_names[] = {
    {0, "match", "企业归属", "match"},
    {1, "product", "产品关联", "product"},
    {2, "rule", "规则判断", "rule"},
    {3, "self-check", "名录自查", "self-check"},
};
static const struct name_entry question_state_names[] = {
    {0, "open", "待核定", "open"},
    {1, "reopened", "依据有变，重新核定", "open again: its basis has changed"},
};

/* Who changed a case (bi_event). */
static const struct name_entry actor_role_names[] = {
    {0, "system", "系统", "m13d"},
    {1, "officer", "工作人员", "an officer"},
    {2, "firm", "企业", "the firm"},
};
static const struct name_entry batch_state_names[] = {
    {0, "open", "已建立", "open"},
    {1, "frozen", "已封存", "frozen"},
    {2, "published", "公示中", "published"},
    {3, "closed", "已关闭", "closed"},
};

/* Messages and what became of them (bi_alert). */
static const struct name_entry message_names[] = {
    {0, "lead", "线索通知", "lead"},
    {1, "question", "待核定事项", "question"},
    {2, "correction", "更正", "correction"},
    {3, "reminder", "提醒", "reminder"},
    {4, "deadline", "申报截止提醒", "deadline"},
    {5, "weekly", "每周清单", "weekly list"},
    {6, "receipt", "报送回执", "receipt"},
    {7, "alarm", "运维告警", "alarm"},
    {8, "health", "运维周报", "sign of life"},
    {9, "delivery", "投递失败", "failed delivery"},
};
static const struct name_entry message_state_names[] = {
    {0, "draft", "草稿", "draft"},
    {1, "held", "待放行", "held for release"},
    {2, "released", "已放行，没有可用渠道", "released, no channel carries it"},
    {3, "cancelled", "已取消", "cancelled"},
    {4, "waiting", "待投递", "waiting"},
    {5, "delivered", "已送达", "delivered"},
    {6, "failed", "未能送达", "failed"},
    {7, "unreachable", "没有联系方式", "no address"},
};

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
    WORDS("match-rule", automatic_rule_names),
    WORDS("match-rule", match_reason_names),
    WORDS("match-rule", review_rule_names),
    WORDS("self-finding", match_self_names),
    WORDS("decision", review_decision_names),
    WORDS("standing", standing_names),
    WORDS("question", question_names),
    WORDS("question-state", question_state_names),
    WORDS("stage", case_stage_names),
    WORDS("dispute", case_dispute_names),
    WORDS("dispute-outcome", dispute_outcome_names),
    WORDS("batch-step", batch_step_names),
    WORDS("next-action", case_next_action_names),
    WORDS("missing", missing_fact_names),
    WORDS("supplier", fact_supplier_names),
    WORDS("likeness", predecessor_likeness_names),
    WORDS("event", case_event_names),
    WORDS("cause", case_cause_names),
    WORDS("actor-role", actor_role_names),
    WORDS("batch-state", batch_state_names),
    WORDS("message", message_names),
    WORDS("message-state", message_state_names),
    WORDS("audience", alert_audience_names),
    WORDS("channel", channel_kind_names),
};

static void write_label(
    struct store *store, const char *kind, const char *code, const char *zh, const char *en, size_t sort)
{
    query_run(query_bind(
        query(store, "INSERT OR REPLACE INTO label (kind, code, zh, en, sort) VALUES (?, ?, ?, ?, ?)"),
        "tttti", kind, code, zh, en, (int64_t)sort));
}

static char *joined(char *const *codes, size_t count)
{
    struct text text = TEXT_WITH_CEILING(4096);
    for (size_t i = 0; i < count; i++)
        text_append_format(&text, "%s%s", i > 0 ? " " : "", codes[i]);
    return text_take(&text);
}

static void write_authority(struct store *store, const struct authority_parameter *authority, size_t sort)
{
    char *markets = joined(authority->markets, authority->market_count);
    char *review = joined(authority->review_markets, authority->review_market_count);
    query_run(query_bind(
        query(store,
            "INSERT INTO authority (code, zh, en, named, country, markets, review_markets, register, "
            "sort) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"),
        "tttttttii", authority->code, authority->zh, authority->en, authority->group, authority->country,
        markets, review, (int64_t)authority->available, (int64_t)sort));
    free(markets);
    free(review);
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

static void write_channels(struct store *store, const struct config *config)
{
    for (size_t i = 0; i < config->alerts.channel_count; i++) {
        const struct alert_channel *channel = &config->alerts.channels[i];
        query_run(query_bind(query(store, "INSERT OR REPLACE INTO channel (name, kind) VALUES (?, ?)"), "tt",
            channel->name, name_code(channel_kind_names, CHANNEL_KINDS, (int)channel->kind)));
    }
}

void words_write(struct store *store, const struct config *config)
{
    const struct policy_parameters *parameters = config->parameters;
    store_write(store);
    query_run(query(store, "DELETE FROM label"));
    query_run(query(store, "DELETE FROM rule"));
    query_run(query(store, "DELETE FROM parameter"));
    query_run(query(store, "DELETE FROM authority"));
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        for (size_t j = 0; j < words[i].count; j++) {
            const struct name_entry *entry = &words[i].entries[j];
            write_label(store, words[i].kind, entry->code, entry->zh, entry->en, j);
        }
    for (int i = 0; i < MISSING_FACTS; i++) {
        const struct name_entry *supplier = &fact_supplier_names[measure13_supplier((enum missing_fact)i)];
        write_label(store, "supplier-of", missing_fact_names[i].code, supplier->zh, supplier->en, (size_t)i);
    }
    for (size_t i = 0; i < parameters->route_count; i++) {
        const struct route_parameter *route = &parameters->routes[i];
        write_label(store, "route", route->code, route->zh, route->en, i);
    }
    for (size_t i = 0; i < parameters->authority_count; i++) {
        const struct authority_parameter *authority = &parameters->authorities[i];
        write_label(store, "authority", authority->code, authority->zh, authority->en, i);
        write_authority(store, authority, i);
    }
    for (size_t i = 0; i < measure13_rule_count; i++) {
        const struct rule_text *rule = &measure13_rules[i];
        query_run(
            query_bind(query(store, "INSERT INTO rule (rule, zh, en, cited, decides) VALUES (?, ?, ?, ?, ?)"),
                "ttttt", rule->id, rule->zh, rule->en, rule->cited, rule->of_verdict ? "verdict" : "amount"));
    }
    parameters_list(parameters, write_parameter, store);
    write_channels(store, config);
}
