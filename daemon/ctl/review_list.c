/* review_list.c - `m13ctl review list`: the questions that wait for a person, and those that were decided. */
#include "ctl.h"

#include "m13/clock.h"
#include "m13/memory.h"
#include "m13/review.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *string_of(json_t *row, const char *key)
{
    const char *value = json_string_value(json_object_get(row, key));
    return value ? value : "";
}

static const struct {
    const char *code, *zh, *en;
} kinds[] = {
    {"match", "企业归属", "match"},
    {"product", "产品关联", "product"},
    {"rule", "规则判断", "rule"},
    {"self-check", "名录自查", "self-check"},
};

static bool is_kind(const char *code)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (string_equal(kinds[i].code, code))
            return true;
    return false;
}

static const char *kind_word(struct ctl *ctl, const char *code)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (string_equal(kinds[i].code, code))
            return SAY(ctl, kinds[i].zh, kinds[i].en);
    return code;
}

/* --- open -------------------------------------------------------------------------------------------------
 */

static void print_json_row(struct ctl *ctl, json_t *row, void *context)
{
    (void)ctl;
    (void)context;
    ctl_print_json(json_incref(row));
}

/* Score of a match; the rule of a self-check; what it is about else. */
static const char *point_of(json_t *row, char out[96])
{
    if (string_equal(string_of(row, "kind"), "match"))
        snprintf(out, 96, "%.3f %s", (double)json_integer_value(json_object_get(row, "score")) / 1000,
            string_of(row, "rule"));
    else if (string_equal(string_of(row, "kind"), "self-check"))
        snprintf(out, 96, "%s", string_of(row, "rule"));
    else
        snprintf(out, 96, "%s %s", string_of(row, "authority"), string_of(row, "number"));
    return out;
}

enum { QUESTION_COLUMNS = 72 };

static void add_row(struct ctl *ctl, json_t *row, void *context)
{
    char point[96], cases[24];
    snprintf(cases, sizeof cases, "%lld", (long long)json_integer_value(json_object_get(row, "cases")));
    char *decided = *string_of(row, "decided") ? ctl_label(ctl, "decision", string_of(row, "decided"))
                                               : memory_copy_string("");
    char *question =
        text_shortened(string_of(row, ctl->english ? "question_en" : "question_zh"), QUESTION_COLUMNS);
    const char *cells[] = {string_of(row, "item"), kind_word(ctl, string_of(row, "kind")),
        string_of(row, "subject"), string_of(row, "firm_name"), point_of(row, point), cases,
        string_of(row, "newest_decision"), decided, question};
    grid_add(context, cells);
    free(decided);
    free(question);
}

static int list_open(struct ctl *ctl, const char *kind, const char *firm)
{
    const struct rows_filter filters[] = {{"kind = ?", kind}, {"uscc = ?", firm}};
    if (ctl->json) {
        rows_each(ctl, "bi_review", filters, 2, print_json_row, NULL);
        return 0;
    }
    const char *zh[] = {
        "编号", "类别", "境外登记", "企业", "得分或批准", "线索", "最近批准", "原核定", "问题"};
    const char *en[] = {"id", "kind", "as registered", "firm", "score or approval", "cases", "newest",
        "decided before", "question"};
    struct grid *grid = grid_new(9, ctl->english ? en : zh);
    rows_each(ctl, "bi_review", filters, 2, add_row, grid);
    if (grid_rows(grid))
        grid_print(grid);
    else
        puts(SAY(ctl, "没有待核定的事项。", "Nothing to decide."));
    grid_free(grid);
    return 0;
}

/* --- decided ----------------------------------------------------------------------------------------------
 */

static void add_decided(struct ctl *ctl, struct query *q, struct grid *grid)
{
    char at[CLOCK_STRING_BYTES];
    clock_format(query_integer(q, 7), at);
    if (ctl->json) {
        ctl_print_json(json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:I}", "item",
            query_text(q, 0), "kind", query_text(q, 1), "subject", query_text(q, 2), "uscc", query_text(q, 3),
            "product_id", query_text(q, 4), "decided", query_text(q, 5), "actor", query_text(q, 6),
            "decided_at", at, "note", query_text(q, 8), "makers", (json_int_t)query_integer(q, 9)));
        return;
    }
    char *decided = ctl_label(ctl, "decision", query_text(q, 5));
    const char *what = *query_text(q, 4) ? query_text(q, 4) : query_text(q, 3);
    const char *cells[] = {query_text(q, 0), kind_word(ctl, query_text(q, 1)), query_text(q, 2), decided,
        what, query_text(q, 6), at, query_text(q, 8)};
    grid_add(grid, cells);
    free(decided);
}

static int list_decided(struct ctl *ctl, const char *kind, const char *firm)
{
    const char *zh[] = {"编号", "类别", "境外登记", "核定", "企业或产品", "经办人", "时间", "说明"};
    const char *en[] = {"id", "kind", "as registered", "decision", "firm or product", "by", "when", "note"};
    struct grid *grid = grid_new(8, ctl->english ? en : zh);
    struct query *q = query_bind(
        query(ctl->store,
            "SELECT item, CASE WHEN maker > 0 THEN 'match' WHEN product_id <> '' THEN 'product' ELSE 'rule' "
            "END "
            "AS kind, CASE WHEN maker > 0 THEN name WHEN product_id = '' THEN basis ->> 'zh' ELSE "
            "coalesce((SELECT f.case_id FROM case_file f WHERE 'P' || f.id = item), '') END, uscc, "
            "product_id, "
            "decision, actor, max(at), note, count(*) FROM review_decision WHERE seq_to IS NULL "
            "AND (?1 IS NULL OR CASE WHEN maker > 0 THEN 'match' WHEN product_id <> '' THEN 'product' "
            "ELSE 'rule' END = ?1) AND (?2 IS NULL OR uscc = ?2) "
            "GROUP BY item, uscc, product_id, decision ORDER BY max(at) DESC, item"),
        "tt", kind, firm);
    while (query_next(q))
        add_decided(ctl, q, grid);
    if (!ctl->json && grid_rows(grid))
        grid_print(grid);
    else if (!ctl->json)
        puts(SAY(ctl, "尚未核定任何事项。", "Nothing has been decided yet."));
    grid_free(grid);
    return 0;
}

int review_list(struct ctl *ctl)
{
    const char *kind = ctl_take_option(ctl, "--kind"), *firm = ctl_take_option(ctl, "--firm");
    bool decided = ctl_take_flag(ctl, "--decided");
    if (ctl->count)
        return ctl_usage(ctl, "review list 只接受 --kind、--firm、--decided",
            "review list takes --kind, --firm, --decided");
    if (kind && !is_kind(kind))
        return ctl_usage(ctl, "--kind 应为 match、product、rule 或 self-check",
            "--kind is match, product, rule or self-check");
    int exit_code = ctl_open_reader(ctl);
    if (exit_code)
        return exit_code;
    return decided ? list_decided(ctl, kind, firm) : list_open(ctl, kind, firm);
}
