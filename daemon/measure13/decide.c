/* decide.c - every rule is asked about every item, then the verdict is read off the trace and the caps are
 * applied.
 */
#include "line.h"
#include "question.h"

#include "award.h"

#include "m13/limits.h"
#include "m13/memory.h"

#include <stdlib.h>

/* excluded > out_of_window > review > pending > eligible: the first that applies (measure13.md, Verdict). */
static enum verdict verdict_of(const struct trace_line *line)
{
    switch (line->outcome) {
    case RULE_FAIL:
        return line->window ? VERDICT_OUT_OF_WINDOW : VERDICT_EXCLUDED;
    case RULE_REVIEW:
        return VERDICT_REVIEW;
    case RULE_MISSING:
        return VERDICT_PENDING;
    case RULE_PASS:
    case RULE_NOT_APPLICABLE:
        return VERDICT_ELIGIBLE;
    }
    return VERDICT_EXCLUDED;
}

/* Identity weighs more than assessment: as long as it is not known whose approval it is, no firm is told. */
static void read_verdict(struct case_verdict *answer)
{
    enum review_kind review = REVIEW_NOT;
    answer->verdict = VERDICT_ELIGIBLE;
    for (size_t i = 0; i < answer->trace_count; i++) {
        const struct trace_line *line = &answer->trace[i];
        if (!measure13_rules[i].of_verdict)
            continue;
        enum verdict verdict = verdict_of(line);
        if (verdict < answer->verdict)
            answer->verdict = verdict;
        if (line->outcome == RULE_REVIEW && review != REVIEW_IDENTITY)
            review = line->review;
    }
    answer->review = answer->verdict == VERDICT_REVIEW ? review : REVIEW_NOT;
}

static void ask_rules(const struct rule_question *question, struct case_verdict *answer)
{
    answer->trace = memory_get_zeroed(measure13_rule_count, sizeof *answer->trace);
    answer->trace_count = measure13_rule_count;
    for (size_t i = 0; i < measure13_rule_count; i++) {
        struct trace_line *line = &answer->trace[i];
        line->rule = measure13_rules[i].id;
        measure13_rules[i].judge(question, line);
        line_admit_assumption(line);
    }
}

static void record_facts(const struct rule_question *question, struct case_verdict *answer)
{
    struct text facts = TEXT_WITH_CEILING(LIMIT_LOCAL_FILE_BYTES); /* they came out of such files */
    measure13_facts_json(question->facts, question->item, question->parameters, question->today, &facts);
    digest_hex_of(text_string(&facts), facts.length, answer->facts_hash);
    answer->facts = text_take(&facts);
}

/* Until costs are known no case has a base, and none an amount. */
static void share_out(const struct rule_question *question, struct firm_verdict *answer)
{
    struct award_claim *claims = memory_get_zeroed(answer->case_count + 1, sizeof *claims);
    size_t count = 0;
    for (size_t i = 0; i < answer->case_count; i++) {
        const struct case_verdict *of_case = &answer->cases[i];
        if (of_case->verdict != VERDICT_ELIGIBLE && of_case->verdict != VERDICT_PENDING)
            continue;
        claims[count++] = (struct award_claim){.authority = of_case->item->authority,
            .number = of_case->item->number,
            .item = of_case->item->item,
            .product_id = of_case->item->product_id,
            .decision = of_case->item->decision,
            .decision_year = award_decision_year(of_case->item->decision),
            .eligible = of_case->verdict == VERDICT_ELIGIBLE,
            .base = BASE_UNKNOWN};
    }
    measure13_award(
        claims, count, question->facts->payments, question->facts->payment_count, question->parameters);
    for (size_t i = 0, claim = 0; i < answer->case_count; i++) {
        struct case_verdict *of_case = &answer->cases[i];
        if (of_case->verdict != VERDICT_ELIGIBLE && of_case->verdict != VERDICT_PENDING)
            continue;
        of_case->amount_state = claims[claim].base == BASE_UNKNOWN ? AMOUNT_NONE : AMOUNT_COMPLETE;
        of_case->award = claims[claim++].award;
    }
    free(claims);
}

void measure13_decide(const struct firm_facts *facts, const struct policy_parameters *parameters,
    int32_t today, struct firm_verdict *ret_verdict)
{
    struct rule_question question = {facts, NULL, parameters, today};
    *ret_verdict =
        (struct firm_verdict){.cases = memory_get_zeroed(facts->item_count + 1, sizeof(struct case_verdict)),
            .case_count = facts->item_count};
    for (size_t i = 0; i < facts->item_count; i++) {
        struct case_verdict *answer = &ret_verdict->cases[i];
        question.item = answer->item = &facts->items[i];
        ask_rules(&question, answer);
        read_verdict(answer);
        record_facts(&question, answer);
    }
    share_out(&question, ret_verdict);
}

void measure13_release(struct firm_verdict *verdict)
{
    for (size_t i = 0; i < verdict->case_count; i++) {
        for (size_t line = 0; line < verdict->cases[i].trace_count; line++)
            line_release(&verdict->cases[i].trace[line]);
        free(verdict->cases[i].trace);
        free(verdict->cases[i].facts);
    }
    free(verdict->cases);
    *verdict = (struct firm_verdict){0};
}
