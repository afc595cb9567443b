/* decide.c - every rule is asked about every item: first those that decide the verdict, then, when the caps
 * have been shared out among the firm's cases, those on the amount. */
#include "award.h"
#include "costs.h"
#include "depends.h"
#include "facts.h"
#include "line.h"
#include "near_miss.h"
#include "question.h"

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

/* Under every value that the parameters may have for the item. */
static void ask_rules(struct rule_question *question, const struct edition_list *editions,
    struct case_verdict *answer, bool of_verdict)
{
    for (size_t i = 0; i < measure13_rule_count; i++)
        if (measure13_rules[i].of_verdict == of_verdict)
            depends_ask(question, editions, &measure13_rules[i], &answer->trace[i]);
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
    answer->parameters = parameters;
    answer->cost = question->costs->total;
    answer->scenario_count = set ? 1 : parameters->scenario_count;
    for (size_t i = 0; i < answer->scenario_count; i++) {
        int percent = set ? parameters->ratio : parameters->scenarios[i];
        answer->scenarios[i] =
            (struct award_scenario){.percent = percent, .base = money_part(answer->cost, percent, 100)};
    }
}

static void set_state(
    const struct rule_question *question, const struct edition_list *editions, struct case_verdict *answer)
{
    fen_t committed = committed_to_case(
        question->commitments, question->commitment_count, question->item, &answer->settled);
    if (answer->settled) {
        answer->award = committed > 0 ? committed : 0;
        answer->amount_state = AMOUNT_COMPLETE;
    } else if (asks_for_money(answer)) {
        answer->amount_state = costs_state(question->costs, question->parameters);
        if (answer->amount_state != AMOUNT_NONE && depends_amount(editions))
            answer->amount_state = AMOUNT_PARTIAL;
    }
}

/* A case whose ratio is set stands with that one among the scenarios of others. */
static size_t own_scenario(const struct case_verdict *answer, size_t scenario)
{
    return scenario < answer->scenario_count ? scenario : answer->scenario_count - 1;
}

static struct award_claim claim_of(const struct case_verdict *answer, size_t scenario)
{
    const struct fact_item *item = answer->item;
    fen_t base = answer->scenarios[own_scenario(answer, scenario)].base;
    return (struct award_claim){.authority = item->authority,
        .number = item->number,
        .item = item->item,
        .product_id = item->product_id,
        .decision = item->decision,
        .decision_year = award_decision_year(item->decision),
        .product_cap = answer->parameters->product_cap,
        .firm_cap = answer->parameters->firm_cap,
        .batch_year = item->batch_year,
        .eligible = answer->uncontested == VERDICT_ELIGIBLE,
        .base = base > 0 ? base : BASE_UNKNOWN};
}

static void share_out(const struct rule_question *question, struct firm_verdict *answers, size_t scenario,
    struct award_claim *claims)
{
    size_t count = 0;
    for (size_t i = 0; i < answers->case_count; i++)
        if (stands_in_order(&answers->cases[i]))
            claims[count++] = claim_of(&answers->cases[i], scenario);
    measure13_award(claims, count, question->commitments, question->commitment_count,
        editions_order(question->all, question->today));
    for (size_t i = 0, claim = 0; i < answers->case_count; i++) {
        struct case_verdict *answer = &answers->cases[i];
        if (!stands_in_order(answer))
            continue;
        const struct award_claim *own = &claims[claim++];
        if (scenario >= answer->scenario_count)
            continue;
        answer->scenarios[scenario].award = answer->contested ? 0 : own->award;
        answer->scenarios[scenario].left = own->left;
        if (scenario == 0)
            answer->award = answer->scenarios[0].award;
    }
}

/* --- a firm --------------------------------------------------------------------------------------------- */

/* What is worked out for each item before the answer is complete. */
struct item_work {
    struct edition_list editions;
    struct item_costs costs;
};

/* The first value is the one that counts in sums, as long as the date does not tell. */
static void turn_to(
    struct rule_question *question, const struct case_verdict *answer, const struct edition_list *editions)
{
    question->item = answer->item;
    question->parameters = editions->items[0];
}

static void judge_verdicts(
    struct rule_question *question, struct firm_verdict *answers, struct item_work *work)
{
    for (size_t i = 0; i < answers->case_count; i++) {
        struct case_verdict *answer = &answers->cases[i];
        answer->item = &question->facts->items[i];
        editions_of_item(question->all, answer->item, question->today, &answers->editions, &work[i].editions);
        turn_to(question, answer, &work[i].editions);
        answer->trace = memory_get_zeroed(measure13_rule_count, sizeof *answer->trace);
        answer->trace_count = measure13_rule_count;
        ask_rules(question, &work[i].editions, answer, true);
        read_verdict(answer);
        read_contest(answer);
    }
}

static void judge_amounts(
    struct rule_question *question, struct firm_verdict *answers, struct item_work *work)
{
    struct award_claim *claims = memory_get_zeroed(answers->case_count + 1, sizeof *claims);
    size_t scenarios = 0;
    for (size_t i = 0; i < answers->case_count; i++) {
        struct case_verdict *answer = &answers->cases[i];
        turn_to(question, answer, &work[i].editions);
        costs_of_item(question, &work[i].costs);
        question->costs = &work[i].costs;
        set_bases(question, answer);
        set_state(question, &work[i].editions, answer);
        scenarios = answer->scenario_count > scenarios ? answer->scenario_count : scenarios;
    }
    for (size_t scenario = 0; scenario < scenarios; scenario++)
        share_out(question, answers, scenario, claims);
    free(claims);
}

static void finish(struct rule_question *question, struct case_verdict *answer, const struct item_work *work)
{
    struct text facts = TEXT_WITH_CEILING(LIMIT_LOCAL_FILE_BYTES); /* they came out of such files */
    turn_to(question, answer, &work->editions);
    question->answer = answer;
    question->costs = &work->costs;
    ask_rules(question, &work->editions, answer, false);
    near_miss_tell(question, answer);
    facts_write(question, &facts);
    digest_hex_of(text_string(&facts), facts.length, answer->facts_hash);
    answer->facts = text_take(&facts);
}

void measure13_decide(const struct firm_facts *facts, const struct policy_parameters *parameters,
    int32_t today, struct firm_verdict *ret_verdict)
{
    struct rule_question question = {
        .facts = facts, .all = parameters, .parameters = parameters, .today = today};
    *ret_verdict =
        (struct firm_verdict){.cases = memory_get_zeroed(facts->item_count + 1, sizeof(struct case_verdict)),
            .case_count = facts->item_count};
    struct commitment *commitments = measure13_commitments(facts, parameters, &question.commitment_count);
    struct item_work *work = memory_get_zeroed(facts->item_count + 1, sizeof *work);
    question.commitments = commitments;
    question.answers = ret_verdict;
    judge_verdicts(&question, ret_verdict, work);
    judge_amounts(&question, ret_verdict, work);
    for (size_t i = 0; i < ret_verdict->case_count; i++) {
        finish(&question, &ret_verdict->cases[i], &work[i]);
        costs_release(&work[i].costs);
        free(work[i].editions.items);
    }
    free(work);
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
    editions_free(verdict->editions);
    *verdict = (struct firm_verdict){0};
}
