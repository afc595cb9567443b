/* decide.c - every rule is asked about every item: first those that decide the verdict, then, when the caps
 * have been shared out among the firm's cases, those on the amount. */
#include "award.h"
#include "costs.h"
#include "facts.h"
#include "line.h"
#include "question.h"
#include "rulings.h"

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

static bool is_identity_of(const struct trace_line *line)
{
    return string_equal(line->rule, "R07");
}

/* What the verdict would be if nobody else claimed the approval. */
static void read_contest(struct case_verdict *answer)
{
    const char *other = answer->item->other_claimant;
    answer->uncontested = VERDICT_ELIGIBLE;
    for (size_t i = 0; i < answer->trace_count; i++) {
        const struct trace_line *line = &answer->trace[i];
        if (measure13_rules[i].of_verdict && !is_identity_of(line) && verdict_of(line) < answer->uncontested)
            answer->uncontested = verdict_of(line);
    }
    answer->contested = other != NULL && other[0] != '\0' && answer->verdict == VERDICT_REVIEW &&
                        answer->uncontested >= VERDICT_PENDING;
}

static void ask_rules(const struct rule_question *question, struct case_verdict *answer, bool of_verdict)
{
    for (size_t i = 0; i < measure13_rule_count; i++) {
        struct trace_line *line = &answer->trace[i];
        if (measure13_rules[i].of_verdict != of_verdict)
            continue;
        line->rule = measure13_rules[i].id;
        measure13_rules[i].judge(question, line);
        if (of_verdict)
            rulings_apply(question, line);
        line_admit_assumption(line);
    }
}

/* --- the amount ----------------------------------------------------------------------------------------- */

static bool asks_for_money(const struct case_verdict *answer)
{
    return answer->verdict >= VERDICT_PENDING && !answer->settled;
}

static bool stands_in_order(const struct case_verdict *answer)
{
    return asks_for_money(answer) || (answer->contested && !answer->settled);
}

/* base(c) = floor(ratio x cost(c)), for the ratio or for each scenario. */
static void set_bases(const struct rule_question *question, struct case_verdict *answer)
{
    const struct policy_parameters *parameters = question->parameters;
    bool set = parameters->ratio != RATIO_UNSET;
    answer->cost = question->costs->total;
    answer->scenario_count = set ? 1 : parameters->scenario_count;
    for (size_t i = 0; i < answer->scenario_count; i++) {
        int percent = set ? parameters->ratio : parameters->scenarios[i];
        answer->scenarios[i] =
            (struct award_scenario){.percent = percent, .base = money_part(answer->cost, percent, 100)};
    }
}

static void set_state(const struct rule_question *question, struct case_verdict *answer)
{
    fen_t committed = committed_to_case(
        question->commitments, question->commitment_count, question->item, &answer->settled);
    if (answer->settled) {
        answer->award = committed > 0 ? committed : 0;
        answer->amount_state = AMOUNT_COMPLETE;
    } else if (asks_for_money(answer)) {
        answer->amount_state = costs_state(question->costs, question->parameters);
    }
}

static struct award_claim claim_of(const struct case_verdict *answer, size_t scenario)
{
    const struct fact_item *item = answer->item;
    return (struct award_claim){.authority = item->authority,
        .number = item->number,
        .item = item->item,
        .product_id = item->product_id,
        .decision = item->decision,
        .decision_year = award_decision_year(item->decision),
        .batch_year = item->batch_year,
        .eligible = answer->uncontested == VERDICT_ELIGIBLE,
        .base = answer->scenarios[scenario].base > 0 ? answer->scenarios[scenario].base : BASE_UNKNOWN};
}

static void share_out(const struct rule_question *question, struct firm_verdict *answers, size_t scenario,
    struct award_claim *claims)
{
    size_t count = 0;
    for (size_t i = 0; i < answers->case_count; i++)
        if (stands_in_order(&answers->cases[i]))
            claims[count++] = claim_of(&answers->cases[i], scenario);
    measure13_award(claims, count, question->commitments, question->commitment_count, question->parameters);
    for (size_t i = 0, claim = 0; i < answers->case_count; i++) {
        struct case_verdict *answer = &answers->cases[i];
        if (!stands_in_order(answer))
            continue;
        fen_t award = answer->contested ? 0 : claims[claim].award;
        answer->scenarios[scenario].award = award;
        answer->scenarios[scenario].left = claims[claim++].left;
        if (scenario == 0)
            answer->award = award;
    }
}

/* --- a firm --------------------------------------------------------------------------------------------- */

static void judge_verdicts(struct rule_question *question, struct firm_verdict *answers)
{
    for (size_t i = 0; i < answers->case_count; i++) {
        struct case_verdict *answer = &answers->cases[i];
        question->item = answer->item = &question->facts->items[i];
        answer->trace = memory_get_zeroed(measure13_rule_count, sizeof *answer->trace);
        answer->trace_count = measure13_rule_count;
        ask_rules(question, answer, true);
        read_verdict(answer);
        read_contest(answer);
    }
}

static void judge_amounts(
    struct rule_question *question, struct firm_verdict *answers, struct item_costs *costs)
{
    struct award_claim *claims = memory_get_zeroed(answers->case_count + 1, sizeof *claims);
    for (size_t i = 0; i < answers->case_count; i++) {
        question->item = answers->cases[i].item;
        costs_of_item(question, &costs[i]);
        question->costs = &costs[i];
        set_bases(question, &answers->cases[i]);
        set_state(question, &answers->cases[i]);
    }
    for (size_t scenario = 0; answers->case_count > 0 && scenario < answers->cases[0].scenario_count;
         scenario++)
        share_out(question, answers, scenario, claims);
    free(claims);
}

static void finish(
    struct rule_question *question, struct case_verdict *answer, const struct item_costs *costs)
{
    struct text facts = TEXT_WITH_CEILING(LIMIT_LOCAL_FILE_BYTES); /* they came out of such files */
    question->item = answer->item;
    question->answer = answer;
    question->costs = costs;
    ask_rules(question, answer, false);
    facts_write(question, &facts);
    digest_hex_of(text_string(&facts), facts.length, answer->facts_hash);
    answer->facts = text_take(&facts);
}

void measure13_decide(const struct firm_facts *facts, const struct policy_parameters *parameters,
    int32_t today, struct firm_verdict *ret_verdict)
{
    struct rule_question question = {.facts = facts, .parameters = parameters, .today = today};
    *ret_verdict =
        (struct firm_verdict){.cases = memory_get_zeroed(facts->item_count + 1, sizeof(struct case_verdict)),
            .case_count = facts->item_count};
    struct commitment *commitments = measure13_commitments(facts, parameters, &question.commitment_count);
    struct item_costs *costs = memory_get_zeroed(facts->item_count + 1, sizeof *costs);
    question.commitments = commitments;
    question.answers = ret_verdict;
    judge_verdicts(&question, ret_verdict);
    judge_amounts(&question, ret_verdict, costs);
    for (size_t i = 0; i < ret_verdict->case_count; i++) {
        finish(&question, &ret_verdict->cases[i], &costs[i]);
        costs_release(&costs[i]);
    }
    free(costs);
    free(commitments);
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
