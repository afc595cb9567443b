/* review_show.c - `m13ctl review show ID`: all that a person needs to answer one question. */
#include "ctl.h"

#include "m13/clock.h"
#include "m13/memory.h"
#include "m13/review.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_APPROVALS = 50 };

static const char *string_of(json_t *object, const char *key)
{
    const char *value = json_string_value(json_object_get(object, key));
    return value ? value : "";
}

/* Each row as an object of strings, under the names of its columns. */
static json_t *take_rows(struct query *q, const char *const *names, size_t count)
{
    json_t *rows = json_array();
    while (query_next(q)) {
        json_t *row = json_object();
        for (size_t i = 0; i < count; i++)
            json_object_set_new(row, names[i], json_string(query_text(q, (int)i)));
        json_array_append_new(rows, row);
    }
    return rows;
}

#define TAKE_ROWS(q, names) take_rows(q, names, sizeof(names) / sizeof *(names))

/* --- gathering --------------------------------------------------------------------------------------------
 */

/* Of the question itself, and of its decisions of all times. */
static json_t *gather_decisions(struct ctl *ctl, const char *item)
{
    static const char *const names[] = {
        "decision", "uscc", "product_id", "actor", "decided_at", "note", "maker", "standing", "basis_hash"};
    return TAKE_ROWS(
        query_bind(query(ctl->store,
                       "SELECT decision, uscc, product_id, actor, strftime('%Y-%m-%dT%H:%M:%SZ', at / 1000, "
                       "'unixepoch'), note, maker, iif(seq_to IS NULL, 'current', 'replaced'), basis_hash "
                       "FROM review_decision WHERE item = ? ORDER BY seq_from, maker, uscc"),
            "t", item),
        names);
}

static json_t *gather_makers(struct ctl *ctl, int64_t first)
{
    static const char *const names[] = {"maker", "name", "country", "city", "postcode", "identifiers", "band",
        "uscc", "firm_name", "rule", "score", "why"};
    json_t *makers = TAKE_ROWS(
        query_bind(
            query(ctl->store,
                "SELECT maker.id, maker.name, maker.country, maker.city, maker.postcode, maker.identifiers, "
                "coalesce(m.band, ''), coalesce(m.uscc, ''), coalesce(firm.fields ->> 'name_zh', "
                "firm.fields ->> 'name_en', ''), coalesce(m.rule, ''), coalesce(m.score, 0), coalesce(m.why, "
                "'') "
                "FROM maker this CROSS JOIN maker ON maker.name = this.name AND maker.country = this.country "
                "LEFT JOIN match m ON m.maker = maker.id AND m.seq_to IS NULL "
                "LEFT JOIN local_record firm ON firm.kind = 'firms' AND firm.key = m.uscc "
                "AND firm.seq_to IS NULL WHERE this.id = ? ORDER BY maker.id"),
            "i", first),
        names);
    size_t i;
    json_t *maker;
    json_array_foreach(makers, i, maker)
    {
        json_t *why = json_loads(string_of(maker, "why"), 0, NULL);
        int64_t score = 0;
        string_to_integer(string_of(maker, "score"), 0, INT32_MAX, &score);
        json_object_set_new(maker, "score", json_integer(score));
        json_object_set_new(maker, "why", why ? why : json_object());
    }
    return makers;
}

static json_t *gather_approvals(struct ctl *ctl, int64_t first)
{
    static const char *const names[] = {
        "authority", "number", "device", "decision_date", "status", "case_id", "verdict", "url"};
    return TAKE_ROWS(
        query_bind(
            query(ctl->store,
                "SELECT a.authority, a.number, v.device, coalesce(v.record ->> 'decision_date', ''), "
                "v.status, "
                "coalesce(f.case_id, ''), coalesce(c.verdict, ''), coalesce(v.record ->> 'url', '') "
                "FROM approval_version v CROSS JOIN approval a ON a.id = v.approval "
                "LEFT JOIN case_file f ON f.approval = a.id "
                "LEFT JOIN case_version c ON c.case_file = f.id AND c.seq_to IS NULL "
                "WHERE v.seq_to IS NULL AND v.approval IN ("
                "SELECT w.approval FROM maker this CROSS JOIN maker ON maker.name = this.name "
                "AND maker.country = this.country CROSS JOIN approval_version w ON w.maker = maker.id "
                "AND w.seq_to IS NULL WHERE this.id = ?1 "
                "UNION ALL SELECT k.approval FROM maker this CROSS JOIN maker ON maker.name = this.name "
                "AND maker.country = this.country CROSS JOIN further_maker k ON k.maker = maker.id "
                "AND k.seq_to IS NULL WHERE this.id = ?1) ORDER BY v.decision_last DESC, a.number LIMIT ?2"),
            "ii", first, (int64_t)MOST_APPROVALS),
        names);
}

static json_t *gather_match(struct ctl *ctl, int64_t maker)
{
    char item[24];
    int64_t first = store_value(ctl->store, 0,
        "SELECT min(other.id) FROM maker CROSS JOIN maker other ON other.name = maker.name "
        "AND other.country = maker.country WHERE maker.id = ?",
        "i", maker);
    if (first == 0)
        return NULL;
    snprintf(item, sizeof item, "M%lld", (long long)first);
    return json_pack("{s:s, s:s, s:o, s:o, s:o}", "item", item, "kind", "match", "makers",
        gather_makers(ctl, first), "approvals", gather_approvals(ctl, first), "decisions",
        gather_decisions(ctl, item));
}

/* The case, and for a link the products that its firm has. */
static json_t *gather_case(const char *item, const char *kind, struct query *q)
{
    static const char *const names[] = {"case_id", "uscc", "firm_name", "authority", "number", "route",
        "device", "decision_date", "verdict", "product_id", "trace"};
    json_t *rows = TAKE_ROWS(q, names), *shown = NULL;
    if (json_array_size(rows))
        shown = json_pack("{s:s, s:s, s:O}", "item", item, "kind", kind, "case", json_array_get(rows, 0));
    json_decref(rows);
    return shown;
}

#define CASE_COLUMNS                                                                                         \
    "SELECT f.case_id, c.uscc, coalesce(firm.fields ->> 'name_zh', ''), f.authority, f.number, v.route, "    \
    "v.device, coalesce(v.record ->> 'decision_date', ''), c.verdict, c.product_id, c.trace "                \
    "FROM case_file f JOIN case_version c ON c.case_file = f.id AND c.seq_to IS NULL "                       \
    "JOIN approval_version v ON v.approval = f.approval AND v.seq_to IS NULL "                               \
    "LEFT JOIN local_record firm ON firm.kind = 'firms' AND firm.key = c.uscc AND firm.seq_to IS NULL "

static json_t *gather_product(struct ctl *ctl, int64_t case_file, const char *item)
{
    json_t *shown = gather_case(
        item, "product", query_bind(query(ctl->store, CASE_COLUMNS "WHERE f.id = ?"), "i", case_file));
    if (!shown)
        return NULL;
    json_t *row = json_object_get(shown, "case");
    json_object_del(row, "trace");
    json_object_set_new(shown, "products", fitted_products(ctl, case_file, string_of(row, "uscc")));
    json_object_set_new(shown, "decisions", gather_decisions(ctl, item));
    return shown;
}

/* The line of the rule; of CASE/R15/COST the question about that cost, which has the line's members that
 * count. */
static json_t *line_of_item(json_t *trace, const char *rule, const char *about)
{
    size_t i;
    json_t *line, *one;
    json_array_foreach(trace, i, line) if (string_starts(rule, string_of(line, "rule")))
    {
        if (!*about)
            return line;
        json_array_foreach(
            json_object_get(line, "asked"), i, one) if (string_equal(string_of(one, "about"), about))
        {
            json_object_set(one, "rule", json_object_get(line, "rule"));
            return one;
        }
        return NULL;
    }
    return NULL;
}

/* CASE/RULE: what the rule leaves open; CASE/RULE/ABOUT: about one thing of many. */
static json_t *gather_rule(struct ctl *ctl, const char *item)
{
    const char *slash = strchr(item, '/');
    if (!slash)
        return NULL;
    const char *about = strchr(slash + 1, '/');
    char *case_id = memory_copy_bytes(item, (size_t)(slash - item));
    json_t *shown = gather_case(
        item, "rule", query_bind(query(ctl->store, CASE_COLUMNS "WHERE f.case_id = ?"), "t", case_id));
    free(case_id);
    if (!shown)
        return NULL;
    json_t *row = json_object_get(shown, "case");
    json_t *trace = json_loads(string_of(row, "trace"), 0, NULL);
    json_object_del(row, "trace");
    json_object_set(shown, "line", line_of_item(trace, slash + 1, about ? about + 1 : ""));
    json_decref(trace);
    json_object_set_new(shown, "decisions", gather_decisions(ctl, item));
    if (json_object_get(shown, "line"))
        return shown;
    json_decref(shown);
    return NULL;
}

/* --- telling ----------------------------------------------------------------------------------------------
 */

static void print_decisions(struct ctl *ctl, json_t *shown)
{
    size_t i;
    json_t *one, *decisions = json_object_get(shown, "decisions");
    if (json_array_size(decisions))
        printf("%s\n", SAY(ctl, "历次核定：", "Decisions:"));
    json_array_foreach(decisions, i, one)
    {
        char *word = ctl_label(ctl, "decision", string_of(one, "decision"));
        const char *product = string_of(one, "product_id");
        printf("    %s  %s  %s %s  %s%s\n", string_of(one, "decided_at"), string_of(one, "actor"), word,
            *product ? product : string_of(one, "uscc"),
            string_equal(string_of(one, "standing"), "current") ? ""
                                                                : SAY(ctl, "（已被取代）", "(replaced) "),
            string_of(one, "note"));
        free(word);
    }
}

static void print_maker(struct ctl *ctl, json_t *maker)
{
    char *band = ctl_label(ctl, "band", string_of(maker, "band"));
    char *rule = ctl_label(ctl, "match-rule", string_of(maker, "rule"));
    printf("  %s  [%s]  %s %s %s %s\n", string_of(maker, "name"), string_of(maker, "maker"),
        string_of(maker, "country"), string_of(maker, "city"), string_of(maker, "postcode"),
        string_of(maker, "identifiers"));
    printf("    %s  %s %s  %s %s\n", band, string_of(maker, "uscc"), string_of(maker, "firm_name"),
        string_of(maker, "rule"), rule);
    json_t *why = json_object_get(maker, "why");
    char *words = json_object_size(why) ? match_words(ctl, why) : NULL;
    if (words)
        printf("      %s\n", words);
    free(words);
    free(band);
    free(rule);
}

static void print_match(struct ctl *ctl, json_t *shown)
{
    size_t i;
    json_t *one;
    printf("%s  %s\n", string_of(shown, "item"),
        SAY(ctl, "该境外登记企业是否为这家北京企业", "Is this maker that firm?"));
    json_array_foreach(json_object_get(shown, "makers"), i, one) print_maker(ctl, one);
    printf("%s\n", SAY(ctl, "批准：", "Approvals:"));
    json_array_foreach(json_object_get(shown, "approvals"), i, one)
        printf("    %s %s  %s  %s  %s\n", string_of(one, "authority"), string_of(one, "number"),
            string_of(one, "decision_date"), string_of(one, "device"), string_of(one, "case_id"));
    print_decisions(ctl, shown);
    printf("%s\n    m13ctl review accept|reject %s [--firm USCC] --note ...\n", SAY(ctl, "核定：", "Decide:"),
        string_of(shown, "item"));
}

static void print_case_line(struct ctl *ctl, json_t *row)
{
    char *verdict = ctl_label(ctl, "verdict", string_of(row, "verdict"));
    printf("  %s  %s %s  %s %s  %s  %s\n", string_of(row, "case_id"), string_of(row, "uscc"),
        string_of(row, "firm_name"), string_of(row, "authority"), string_of(row, "number"),
        string_of(row, "decision_date"), verdict);
    printf("    %s\n", string_of(row, "device"));
    free(verdict);
}

static void print_product(struct ctl *ctl, json_t *shown)
{
    printf("%s  %s\n", string_of(shown, "item"),
        SAY(ctl, "该批准属于企业的哪个产品", "Of which product is this approval?"));
    print_case_line(ctl, json_object_get(shown, "case"));
    printf("%s\n", json_array_size(json_object_get(shown, "products"))
                       ? SAY(ctl, "该企业的产品：", "Products of the firm:")
                       : SAY(ctl, "该企业尚无产品记录：先导入产品（products）。",
                             "The firm has no product on record: import it first (products)."));
    fitted_print(ctl, json_object_get(shown, "products"));
    print_decisions(ctl, shown);
    printf("%s\n    m13ctl review accept %s --product ID --note ...\n", SAY(ctl, "核定：", "Decide:"),
        string_of(shown, "item"));
}

static void print_rule(struct ctl *ctl, json_t *shown)
{
    json_t *line = json_object_get(shown, "line");
    printf("%s\n", string_of(shown, "item"));
    print_case_line(ctl, json_object_get(shown, "case"));
    printf("    %s  %s\n", string_of(line, "rule"), string_of(line, ctl->english ? "en" : "zh"));
    print_decisions(ctl, shown);
    if (*string_of(line, "question"))
        printf("%s\n    m13ctl review accept|reject %s --note ...\n", SAY(ctl, "核定：", "Decide:"),
            string_of(shown, "item"));
    else
        printf("%s\n",
            SAY(ctl, "该规则不须人工核定：补充或更正相应的本地记录后自动重新判断。",
                "It asks nothing of a person: supply or correct the local records that it rests on."));
}

/* --- a name that does not lead to its own firm
 * ----------------------------------------------------------------- */

static void print_self_check(struct ctl *ctl, json_t *row, void *context)
{
    *(bool *)context = true;
    if (ctl->json) {
        ctl_print_json(json_incref(row));
        return;
    }
    printf("%s  %s  %s\n  %s\n  %s\n%s\n", string_of(row, "item"), string_of(row, "firm_name"),
        string_of(row, "uscc"), string_of(row, "subject"),
        string_of(row, ctl->english ? "question_en" : "question_zh"),
        SAY(ctl, "请在企业名录中更正相应的名称、曾用名、简称或识别码；更正后自动重新自查。",
            "To be mended in the firms' records: names, former names, aliases, identifiers. The check is "
            "then "
            "made again."));
}

static int show_self_check(struct ctl *ctl, const char *item)
{
    bool found = false;
    rows_each(ctl, "bi_review", &(struct rows_filter){"item = ?", item}, 1, print_self_check, &found);
    if (!found)
        fprintf(stderr, "m13ctl: %s: %s\n", item, SAY(ctl, "没有这个事项", "no such question"));
    return found ? 0 : EXIT_BAD_DATA;
}

int review_show(struct ctl *ctl)
{
    if (ctl->count != 1)
        return ctl_usage(ctl, "review show 需要一个编号", "review show takes one ID");
    int exit_code = ctl_open_reader(ctl);
    if (exit_code)
        return exit_code;
    const char *item = ctl->arguments[0];
    if (string_starts(item, "S-"))
        return show_self_check(ctl, item);
    int64_t maker = review_item_number(item, 'M'), case_file = review_item_number(item, 'P');
    json_t *shown = maker       ? gather_match(ctl, maker)
                    : case_file ? gather_product(ctl, case_file, item)
                                : gather_rule(ctl, item);
    if (!shown) {
        fprintf(stderr, "m13ctl: %s: %s\n", item, SAY(ctl, "没有这个事项", "no such question"));
        return EXIT_BAD_DATA;
    }
    if (ctl->json)
        ctl_print_json(json_incref(shown));
    else if (maker)
        print_match(ctl, shown);
    else if (case_file)
        print_product(ctl, shown);
    else
        print_rule(ctl, shown);
    json_decref(shown);
    return 0;
}
