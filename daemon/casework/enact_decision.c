/* enact_decision.c - what an officer has decided on paper: a rule's question, the whole verdict, a match, a
 * product, a stage. It takes the same ways as his word by m13ctl. */
#include "enact.h"

#include "m13/memory.h"
#include "m13/review.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* --- words of a value
 * --------------------------------------------------------------------------------------- */

static const struct {
    const char *word;
    enum review_decision decision;
} words[] = {{"accept", REVIEW_ACCEPT}, {"pass", REVIEW_ACCEPT}, {"eligible", REVIEW_ACCEPT},
    {"yes", REVIEW_ACCEPT}, {"符合", REVIEW_ACCEPT}, {"初判符合", REVIEW_ACCEPT}, {"通过", REVIEW_ACCEPT},
    {"是", REVIEW_ACCEPT}, {"认定", REVIEW_ACCEPT}, {"reject", REVIEW_REJECT}, {"fail", REVIEW_REJECT},
    {"excluded", REVIEW_REJECT}, {"no", REVIEW_REJECT}, {"不符合", REVIEW_REJECT},
    {"初判不符合", REVIEW_REJECT}, {"不通过", REVIEW_REJECT}, {"否", REVIEW_REJECT}, {"否定", REVIEW_REJECT}};

enum { ITEM_BYTES = 320 };
static const char separators[] = " =:|;,";

static bool find_decision(const char *word, size_t length, enum review_decision *ret_decision)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strlen(words[i].word) == length && strncasecmp(words[i].word, word, length) == 0) {
            *ret_decision = words[i].decision;
            return true;
        }
    return false;
}

static int refuse_value(const struct enacted_row *row, const char *expected, struct failure *ret_failure)
{
    return fail(
        ret_failure, -EINVAL, "核定结果“%.60s”无法理解，应为：%s", enacted_field(row, "value"), expected);
}

/* --- questions
 * ---------------------------------------------------------------------------------------------- */

static int decide(struct enacting *enacting, const struct enacted_row *row, const char *item,
    enum review_decision decision, const char *product, struct failure *ret_failure)
{
    struct review_result result;
    const char *second = enacted_field(row, "second_officer");
    struct text actor = TEXT_WITH_CEILING(1024);
    text_append_format(&actor, "%s%s%s", row->actor, second[0] != '\0' ? ", " : "", second);
    int r = review_decide(enacting->store,
        &(struct review_order){.item = item,
            .decision = decision,
            .firm = item[0] == 'M' && strchr(item, '/') == NULL ? enacting->standing.uscc : NULL,
            .product = product,
            .note = enacted_field(row, "reason"),
            .actor = text_string(&actor)},
        &result, ret_failure);
    text_free(&actor);
    return r;
}

/* "R06 符合", "R06=pass|R10=fail", "R15/C7 符合": a case has one row for all its rules. */
static int decide_rules(struct enacting *enacting, const struct enacted_row *row, struct failure *ret_failure)
{
    const char *at = enacted_field(row, "value");
    size_t decided = 0;
    for (at += strspn(at, separators); *at != '\0'; at += strspn(at, separators)) {
        char item[ITEM_BYTES];
        enum review_decision decision;
        size_t rule = strcspn(at, separators);
        const char *word = at + rule + strspn(at + rule, separators);
        size_t length = strcspn(word, separators);
        if (rule < 3 || rule > ITEM_BYTES / 2 || (rule > 3 && at[3] != '/') ||
            (at[0] != 'R' && at[0] != 'r') || !find_decision(word, length, &decision))
            return refuse_value(
                row, "R06 符合、R06 不符合、R15/费用编号 符合（多条规则以 | 分隔）", ret_failure);
        snprintf(item, sizeof item, "%s/R%.*s", enacting->standing.case_id, (int)rule - 1, at + 1);
        int r = decide(enacting, row, item, decision, NULL, ret_failure);
        if (r < 0)
            return r;
        decided++;
        at = word + length;
    }
    return decided > 0 ? 0 : refuse_value(row, "R06 符合、R06 不符合", ret_failure);
}

/* The rules that ask a person now, one after the other by place. */
static bool open_question(struct enacting *enacting, size_t place, char item[ITEM_BYTES])
{
    struct query *q =
        query_bind(query(enacting->store,
                       "SELECT line.value ->> 'rule' FROM case_version c, json_each(c.trace) line "
                       "WHERE c.case_file = ? AND c.seq_to IS NULL AND line.value ->> 'outcome' = 'review' "
                       "AND line.value ->> 'question' IS NOT NULL ORDER BY line.key LIMIT 1 OFFSET ?"),
            "ii", enacting->standing.case_file, (int64_t)place);
    bool found = query_next(q);
    if (found)
        snprintf(item, ITEM_BYTES, "%s/%.7s", enacting->standing.case_id, query_text(q, 0));
    query_end(q);
    return found;
}

/* A verdict follows from facts and rules: who decides it answers all that they leave open. */
static int decide_verdict(
    struct enacting *enacting, const struct enacted_row *row, struct failure *ret_failure)
{
    const char *value = enacted_field(row, "value");
    enum review_decision decision;
    char item[ITEM_BYTES];
    size_t place = 0;
    int r = 0;
    if (!find_decision(value, strlen(value), &decision))
        return refuse_value(row, "符合 或 不符合", ret_failure);
    for (; r == 0 && open_question(enacting, place, item); place++)
        r = decide(enacting, row, item, decision, NULL, ret_failure);
    if (r == 0 && place == 0)
        r = fail(ret_failure, -EINVAL, "%s 没有待人工核定的问题，结论由事实和规则得出",
            enacting->standing.case_id);
    return r;
}

static int decide_match(struct enacting *enacting, const struct enacted_row *row, struct failure *ret_failure)
{
    const char *value = enacted_field(row, "value");
    enum review_decision decision;
    char item[32];
    if (!find_decision(value, strlen(value), &decision))
        return refuse_value(row, "是 或 否（制造商是否为该企业）", ret_failure);
    int64_t maker = case_maker(enacting->store, enacting->standing.case_file, enacting->standing.uscc);
    if (maker == 0)
        return fail(ret_failure, -EINVAL, "%s 的登记信息没有制造商", enacting->standing.case_id);
    snprintf(item, sizeof item, "M%lld", (long long)maker);
    return decide(enacting, row, item, decision, NULL, ret_failure);
}

static int decide_product(
    struct enacting *enacting, const struct enacted_row *row, struct failure *ret_failure)
{
    char item[32];
    snprintf(item, sizeof item, "P%lld", (long long)enacting->standing.case_file);
    return decide(enacting, row, item, REVIEW_ACCEPT, enacted_field(row, "value"), ret_failure);
}

/* "待核实", "applied", and when a dispute ends "confirmed|upheld". */
static int decide_stage(struct enacting *enacting, const struct enacted_row *row, struct failure *ret_failure)
{
    const char *value = enacted_field(row, "value");
    size_t length = strcspn(value, "|");
    char stage[64], outcome[64];
    const char *second = enacted_field(row, "second_officer");
    bool alone = person_is_same(second, enacted_field(row, "officer"));
    struct case_moved moved;
    snprintf(stage, sizeof stage, "%.*s", (int)length, value);
    snprintf(outcome, sizeof outcome, "%s", value[length] != '\0' ? value + length + 1 : "");
    int r = case_move(enacting->store,
        &(struct case_order){.case_id = enacting->standing.case_id,
            .stage = stage,
            .note = enacted_field(row, "reason"),
            .outcome = outcome[0] != '\0' ? outcome : NULL,
            .actor = row->actor,
            .second = alone ? NULL : second},
        &moved, ret_failure);
    return r == 0 && moved.waits ? fail(ret_failure, -EINVAL, "转为“%s”须有复核人", stage) : r;
}

int enact_decision(struct enacting *enacting, const struct enacted_row *row, struct failure *ret_failure)
{
    static const struct {
        const char *item;
        int (*decide)(struct enacting *enacting, const struct enacted_row *row, struct failure *ret_failure);
    } items[] = {{"verdict", decide_verdict}, {"rule", decide_rules}, {"match", decide_match},
        {"product", decide_product}, {"stage", decide_stage}};
    for (size_t i = 0; i < sizeof items / sizeof *items; i++)
        if (string_equal(items[i].item, enacted_field(row, "item")))
            return items[i].decide(enacting, row, ret_failure);
    return refuse_value(row, "结论、规则、企业匹配、产品归属 或 阶段", ret_failure);
}
