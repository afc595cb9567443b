/* explain.c - one case from rule to source bytes: gathered as JSON, then told. */
#include "alerts.h"

#include "m13/clock.h"
#include "m13/money.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- gathering
 * ---------------------------------------------------------------------------------------------- */

static void set_string(json_t *object, const char *key, const char *value)
{
    json_object_set_new(object, key, json_string(value));
}

static void set_parsed(json_t *object, const char *key, const char *text)
{
    json_t *value = *text ? json_loads(text, 0, NULL) : NULL;
    json_object_set_new(object, key, value ? value : json_null());
}

static json_t *gather_case(struct store *store, const char *case_id, int64_t *ret_case, int64_t *ret_approval)
{
    json_t *dossier = NULL;
    struct query *q = query_bind(
        query(store, "SELECT f.id, f.approval, f.authority, f.number, f.item, f.stage, f.opened_at, "
                     "c.version, c.seq_from, "
                     "c.uscc, c.product_id, c.verdict, c.review_kind, c.amount_state, c.award, c.missing, "
                     "c.next_action, "
                     "c.facts_hash, c.parameters_hash, c.facts, c.trace, "
                     "coalesce(firm.fields ->> 'name_zh', ''), coalesce(firm.fields ->> 'name_en', '') "
                     "FROM case_file f JOIN case_version c ON c.case_file = f.id AND c.seq_to IS NULL "
                     "LEFT JOIN local_record firm ON firm.kind = 'firms' AND firm.key = c.uscc AND "
                     "firm.seq_to IS NULL "
                     "WHERE f.case_id = ?"),
        "t", case_id);
    if (query_next(q)) {
        char at[CLOCK_STRING_BYTES];
        dossier = json_object();
        *ret_case = query_integer(q, 0);
        *ret_approval = query_integer(q, 1);
        set_string(dossier, "case_id", case_id);
        static const char *const texts[] = {"authority", "number", "item", "stage"};
        for (int i = 0; i < 4; i++)
            set_string(dossier, texts[i], query_text(q, 2 + i));
        set_string(dossier, "first_flagged", clock_format(query_integer(q, 6), at));
        json_object_set_new(dossier, "version", json_integer(query_integer(q, 7)));
        json_object_set_new(dossier, "journal_seq", json_integer(query_integer(q, 8)));
        static const char *const more[] = {"uscc", "product_id", "verdict", "review_kind", "amount_state"};
        for (int i = 0; i < 5; i++)
            set_string(dossier, more[i], query_text(q, 9 + i));
        json_object_set_new(dossier, "award", json_integer(query_integer(q, 14)));
        set_parsed(dossier, "missing", query_text(q, 15));
        set_string(dossier, "next_action", query_text(q, 16));
        set_string(dossier, "facts_hash", query_text(q, 17));
        set_string(dossier, "parameters_hash", query_text(q, 18));
        set_parsed(dossier, "facts", query_text(q, 19));
        set_parsed(dossier, "trace", query_text(q, 20));
        set_string(dossier, "firm_name", query_text(q, 21));
        set_string(dossier, "firm_name_en", query_text(q, 22));
    }
    query_end(q);
    return dossier;
}

static json_t *gather_source(struct store *store, int64_t approval)
{
    json_t *source = json_object();
    char at[CLOCK_STRING_BYTES];
    struct query *q = query_bind(
        query(store, "SELECT p.sha256, p.url, p.fetched_at, p.bytes, v.row, a.feed, p.page, v.version, "
                     "v.record, v.content, coalesce(f.limits_zh, ''), coalesce(f.limits_en, '') "
                     "FROM approval a JOIN approval_version v ON v.approval = a.id AND v.seq_to IS NULL "
                     "LEFT JOIN payload p ON p.id = v.payload LEFT JOIN feed f ON f.name = a.feed "
                     "WHERE a.id = ?"),
        "i", approval);
    if (query_next(q)) {
        set_string(source, "payload_sha256", query_text(q, 0));
        set_string(source, "url", query_text(q, 1));
        set_string(source, "fetched_at", clock_format(query_integer(q, 2), at));
        json_object_set_new(source, "bytes", json_integer(query_integer(q, 3)));
        json_object_set_new(source, "row", json_integer(query_integer(q, 4)));
        set_string(source, "feed", query_text(q, 5));
        json_object_set_new(source, "page", json_integer(query_integer(q, 6)));
        json_object_set_new(source, "version", json_integer(query_integer(q, 7)));
        set_parsed(source, "record", query_text(q, 8));
        set_string(source, "content_sha256", query_text(q, 9));
        set_string(source, "limits_zh", query_text(q, 10));
        set_string(source, "limits_en", query_text(q, 11));
    }
    query_end(q);
    return source;
}

static json_t *gather_match(struct store *store, int64_t approval, const char *uscc)
{
    json_t *match = json_object();
    struct query *q = query_bind(
        query(store, "SELECT m.band, m.rule, m.score, m.uscc, m.why, maker.name, maker.country, maker.city, "
                     "maker.postcode FROM approval_version v JOIN maker ON maker.id = " CHOSEN_MAKER
                     " JOIN match m ON m.maker = maker.id AND m.seq_to IS NULL "
                     "WHERE v.approval = ?2 AND v.seq_to IS NULL"),
        "ti", uscc, approval);
    if (query_next(q)) {
        set_string(match, "band", query_text(q, 0));
        set_string(match, "rule", query_text(q, 1));
        json_object_set_new(match, "score", json_integer(query_integer(q, 2)));
        set_string(match, "uscc", query_text(q, 3));
        set_parsed(match, "why", query_text(q, 4));
        static const char *const texts[] = {"maker", "country", "city", "postcode"};
        for (int i = 0; i < 4; i++)
            set_string(match, texts[i], query_text(q, 5 + i));
    }
    query_end(q);
    return match;
}

/* What officers have said of its makers, of the product, of what rules ask, and still stands. */
static json_t *gather_decisions(struct store *store, const char *case_id, int64_t approval)
{
    json_t *decisions = json_array();
    struct query *q = query_bind(
        query(store,
            "SELECT DISTINCT d.item, d.decision, d.uscc, d.actor, d.at, d.note "
            "FROM approval_maker k JOIN maker ON maker.id = k.maker "
            "JOIN review_decision d ON d.name = maker.name AND d.country = maker.country "
            "AND d.maker > 0 AND d.seq_to IS NULL WHERE k.approval = ?1 AND k.seq_to IS NULL "
            "UNION SELECT d.item, d.decision, iif(d.product_id <> '', d.product_id, d.uscc), d.actor, "
            "d.at, d.note FROM case_file f CROSS JOIN review_decision d "
            "ON (d.item > f.case_id || '/R' AND d.item < f.case_id || '/S' OR d.item = 'P' || f.id) "
            "AND d.maker = 0 AND d.seq_to IS NULL WHERE f.case_id = ?2 "
            "ORDER BY 5, 3"),
        "it", approval, case_id);
    while (query_next(q)) {
        char at[CLOCK_STRING_BYTES];
        json_array_append_new(
            decisions, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "item", query_text(q, 0), "decision",
                           query_text(q, 1), "uscc", query_text(q, 2), "actor", query_text(q, 3),
                           "decided_at", clock_format(query_integer(q, 4), at), "note", query_text(q, 5)));
    }
    return decisions;
}

static void add_message(struct ctl *ctl, json_t *message, void *messages)
{
    (void)ctl;
    json_array_append(messages, message);
}

static json_t *gather_alerts(struct ctl *ctl, const char *case_id)
{
    json_t *messages = json_array();
    const struct alerts_filter filter = {.case_id = case_id};
    alerts_each(ctl, &filter, add_message, messages);
    return messages;
}

static json_t *gather_events(struct store *store, int64_t case_file)
{
    json_t *events = json_array();
    struct query *q = query_bind(
        query(store,
            "SELECT at, kind, cause, old, new, actor, seq FROM case_event WHERE case_file = ? ORDER BY id"),
        "i", case_file);
    while (query_next(q)) {
        char at[CLOCK_STRING_BYTES];
        json_array_append_new(events,
            json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:I}", "at", clock_format(query_integer(q, 0), at),
                "kind", query_text(q, 1), "cause", query_text(q, 2), "old", query_text(q, 3), "new",
                query_text(q, 4), "actor", query_text(q, 5), "journal_seq", (json_int_t)query_integer(q, 6)));
    }
    return events;
}

/* --- telling
 * -------------------------------------------------------------------------------------------------- */

static const char *text_at(json_t *object, const char *key)
{
    const char *value = json_string_value(json_object_get(object, key));
    return value ? value : "";
}

static void print_heading(struct ctl *ctl, const char *zh, const char *en)
{
    printf("\n%s\n", SAY(ctl, zh, en));
}

static void print_line(const char *label, const char *value)
{
    if (*value)
        printf(
            "  %s%*s%s\n", label, (int)(text_columns(label) < 14 ? 14 - text_columns(label) : 1), "", value);
}

/* On what the link rests: the row of a list of products, or a product whose UDI-DI the register has. */
static void print_product_ground(struct ctl *ctl, json_t *product)
{
    json_t *source = json_object_get(product, "source");
    if (!*text_at(product, "product_id") || !*text_at(source, "table"))
        return;
    char *assurance = ctl_label(ctl, "assurance", text_at(source, "assurance"));
    struct text ground = TEXT_WITH_CEILING(1024);
    bool listed = string_equal(text_at(source, "table"), "local_record:scopes");
    text_append_format(&ground, SAY(ctl, "%s %s（%s）", "%s %s (%s)"),
        listed ? SAY(ctl, "产品清单", "list of products")
               : SAY(ctl, "UDI-DI 相同：产品", "the same UDI-DI: product"),
        text_at(source, "id"), assurance);
    print_line(SAY(ctl, "产品依据", "linked by"), text_string(&ground));
    text_free(&ground);
    free(assurance);
}

static void print_head(struct ctl *ctl, json_t *dossier)
{
    char *verdict = ctl_label(ctl, "verdict", text_at(dossier, "verdict"));
    char *stage = ctl_label(ctl, "stage", text_at(dossier, "stage"));
    char *action = ctl_label(ctl, "next-action", text_at(dossier, "next_action"));
    printf("%s  %s\n", text_at(dossier, "case_id"), verdict);
    print_line(SAY(ctl, "企业", "firm"), text_at(dossier, "firm_name"));
    print_line("", text_at(dossier, "firm_name_en"));
    print_line(SAY(ctl, "信用代码", "uscc"), text_at(dossier, "uscc"));
    print_line(SAY(ctl, "产品", "product"), *text_at(dossier, "product_id")
                                                ? text_at(dossier, "product_id")
                                                : SAY(ctl, "（待关联）", "(not yet linked)"));
    print_product_ground(ctl, json_object_get(json_object_get(dossier, "facts"), "product"));
    print_line(SAY(ctl, "环节", "stage"), stage);
    print_line(SAY(ctl, "下一步", "next"), action);
    free(verdict);
    free(stage);
    free(action);
}

static void print_source(struct ctl *ctl, json_t *source)
{
    char number[64];
    print_heading(ctl, "一、来源（监管机构提供的原始数据）", "1. Source (what the regulator served)");
    if (!*text_at(source, "payload_sha256")) {
        print_line(SAY(ctl, "纸质", "paper"),
            SAY(ctl, "仅有报送的批准文件（m13ctl records approvals），尚无登记机构的数据",
                "a certificate that was sent in (m13ctl records approvals); no register has shown it yet"));
        return;
    }
    print_line(SAY(ctl, "数据源", "feed"), text_at(source, "feed"));
    print_line(SAY(ctl, "地址", "url"), text_at(source, "url"));
    print_line(SAY(ctl, "取得时间", "fetched"), text_at(source, "fetched_at"));
    print_line("SHA-256", text_at(source, "payload_sha256"));
    snprintf(number, sizeof number, "%lld (%s %lld, %lld %s)",
        (long long)json_integer_value(json_object_get(source, "row")), SAY(ctl, "页", "page"),
        (long long)json_integer_value(json_object_get(source, "page")) + 1,
        (long long)json_integer_value(json_object_get(source, "bytes")), SAY(ctl, "字节", "bytes"));
    print_line(SAY(ctl, "行", "row"), number);
    print_line(SAY(ctl, "看不到的", "cannot show"), text_at(source, SAY(ctl, "limits_zh", "limits_en")));
}

static void print_record(struct ctl *ctl, json_t *source)
{
    const char *key;
    json_t *value;
    print_heading(ctl, "二、记录（解码后）", "2. Record (as it was read)");
    json_object_foreach(json_object_get(source, "record"), key, value)
        print_line(key, json_string_value(value));
}

static void print_match(struct ctl *ctl, json_t *match)
{
    char score[64];
    char *band = ctl_label(ctl, "band", text_at(match, "band"));
    print_heading(ctl, "三、企业识别", "3. Whose it is");
    print_line(SAY(ctl, "登记名称", "spelling"), text_at(match, "maker"));
    snprintf(score, sizeof score, "%s %s, %lld/1000", band, text_at(match, "rule"),
        (long long)json_integer_value(json_object_get(match, "score")));
    print_line(SAY(ctl, "匹配", "match"), score);
    char *words = match_words(ctl, json_object_get(match, "why"));
    print_line(SAY(ctl, "说明", "why"), words ? words : "");
    free(words);
    free(band);
}

static void print_decisions(struct ctl *ctl, json_t *decisions)
{
    size_t i;
    json_t *one;
    json_array_foreach(decisions, i, one)
    {
        struct text line = TEXT_WITH_CEILING(16 * 1024);
        char *word = ctl_label(ctl, "decision", text_at(one, "decision"));
        text_append_format(&line, "%s %s %s %s  %s (%s)", text_at(one, "decided_at"), text_at(one, "actor"),
            word, text_at(one, "uscc"), text_at(one, "note"), text_at(one, "item"));
        print_line(SAY(ctl, "人工核定", "decided"), text_string(&line));
        text_free(&line);
        free(word);
    }
}

static void print_trace_line(struct ctl *ctl, json_t *line)
{
    json_t *fact = json_object_get(line, "fact"), *parameter = json_object_get(line, "parameter");
    char *outcome = ctl_label(ctl, "rule-outcome", text_at(line, "outcome"));
    printf("  %s  %-*s %s\n", text_at(line, "rule"), (int)(8 + strlen(outcome) - text_columns(outcome)),
        outcome, text_at(line, ctl->english ? "en" : "zh"));
    if (fact) {
        char *assurance = ctl_label(ctl, "assurance", text_at(fact, "assurance"));
        printf("       %s: %s  [%s %s v%lld, %s]\n", SAY(ctl, "事实", "fact"), text_at(fact, "value"),
            text_at(fact, "table"), text_at(fact, "id"),
            (long long)json_integer_value(json_object_get(fact, "version")), assurance);
        free(assurance);
    }
    if (parameter)
        printf("       %s: %s = %s  [%s; %s]\n", SAY(ctl, "参数", "parameter"), text_at(parameter, "name"),
            text_at(parameter, "value"), text_at(parameter, "cited"),
            json_is_true(json_object_get(parameter, "confirmed"))
                ? SAY(ctl, "已确认", "confirmed")
                : SAY(ctl, "假定，待主管部门确认", "assumption"));
    free(outcome);
}

static void print_trace(struct ctl *ctl, json_t *dossier)
{
    size_t i;
    json_t *line;
    print_heading(ctl, "四、逐条规则", "4. Rule by rule");
    json_array_foreach(json_object_get(dossier, "trace"), i, line) print_trace_line(ctl, line);
    print_heading(ctl, "五、测算上限（非承诺）", "5. Ceiling (no promise)");
    char yuan[MONEY_STRING_BYTES];
    char *state = ctl_label(ctl, "amount", text_at(dossier, "amount_state"));
    printf("  %s: %s %s\n", state,
        money_format_yuan(json_integer_value(json_object_get(dossier, "award")), yuan),
        SAY(ctl, "元", "CNY"));
    print_line(SAY(ctl, "事实哈希", "facts hash"), text_at(dossier, "facts_hash"));
    print_line(SAY(ctl, "参数哈希", "parameters"), text_at(dossier, "parameters_hash"));
    free(state);
}

static void print_history(struct ctl *ctl, json_t *dossier)
{
    size_t i;
    json_t *one;
    print_heading(ctl, "七、经过", "7. What happened");
    json_array_foreach(json_object_get(dossier, "events"), i, one)
        printf("  %s  %s  %s -> %s  (%s)  %s\n", text_at(one, "at"), text_at(one, "kind"),
            text_at(one, "old"), text_at(one, "new"), text_at(one, "cause"), text_at(one, "actor"));
    print_heading(ctl, "八、通知", "8. Alerts");
    json_array_foreach(json_object_get(dossier, "alerts"), i, one)
    {
        printf("  %s  %s  %s  %s  %s\n", text_at(one, "created_at"),
            alerts_audience_word(ctl, text_at(one, "audience")), alerts_kind_word(ctl, text_at(one, "kind")),
            alerts_state_word(ctl, text_at(one, "state")), text_at(one, "message_id"));
        alerts_print_deliveries(ctl, json_object_get(one, "deliveries"));
    }
    if (json_array_size(json_object_get(dossier, "alerts")) == 0)
        printf("  %s\n", SAY(ctl, "无", "none"));
}

int verb_explain(struct ctl *ctl)
{
    int64_t case_file = 0, approval = 0;
    if (ctl->count != 1)
        return ctl_usage(ctl, "explain 需要一个线索编号，如 M13-2026-00001",
            "explain takes a case such as M13-2026-00001");
    int exit_code = ctl_open_reader(ctl);
    if (exit_code)
        return exit_code;
    store_begin_reading(ctl->store);
    json_t *dossier = gather_case(ctl->store, ctl->arguments[0], &case_file, &approval);
    if (!dossier) {
        fprintf(stderr, "m13ctl: %s: %s\n", SAY(ctl, "没有这条线索", "no such case"), ctl->arguments[0]);
        return EXIT_BAD_USAGE;
    }
    json_object_set_new(dossier, "source", gather_source(ctl->store, approval));
    json_object_set_new(dossier, "match", gather_match(ctl->store, approval, text_at(dossier, "uscc")));
    json_object_set_new(dossier, "decisions", gather_decisions(ctl->store, ctl->arguments[0], approval));
    json_object_set_new(dossier, "standing", standing_gather(ctl->store, ctl->arguments[0]));
    json_object_set_new(dossier, "documents", checklist_gather(ctl->store, ctl->arguments[0]));
    json_object_set_new(dossier, "events", gather_events(ctl->store, case_file));
    json_object_set_new(dossier, "alerts", gather_alerts(ctl, ctl->arguments[0]));
    store_end_reading(ctl->store);
    if (ctl->json) {
        ctl_print_json(dossier);
        return 0;
    }
    print_head(ctl, dossier);
    standing_print(ctl, json_object_get(dossier, "standing"));
    print_source(ctl, json_object_get(dossier, "source"));
    print_record(ctl, json_object_get(dossier, "source"));
    print_match(ctl, json_object_get(dossier, "match"));
    print_decisions(ctl, json_object_get(dossier, "decisions"));
    print_trace(ctl, dossier);
    print_heading(ctl, "六、材料清单", "6. Documents");
    checklist_print(ctl, json_object_get(dossier, "documents"));
    print_history(ctl, dossier);
    json_decref(dossier);
    return 0;
}
