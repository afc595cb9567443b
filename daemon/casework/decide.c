/* decide.c - one firm: its facts gathered, judged, compared with what stands, and what differs written. */
#include "gather.h"
#include "internal.h"

#include "m13/clock.h"
#include "m13/limits.h"
#include "m13/work.h"

#include <stdlib.h>

static void write_case(
    struct casework *casework, const struct current_case *current, const struct decided_case *decided)
{
    case_write(casework, current, decided);
    case_agrees(casework->store, current);
}

/* `trace`: room for it, used again for each case. */
static bool decide_case(struct casework *casework, const struct gathered_facts *gathered, size_t index,
    const struct case_verdict *verdict, struct text *trace)
{
    const struct approval_view *view = &gathered_approval_of(gathered, index)->view;
    struct current_case current;
    text_clear(trace);
    measure13_trace_json(verdict, trace);
    struct decided_case decided = {.verdict = verdict,
        .uscc = gathered->facts.firm.uscc,
        .parameters_hash = casework->config->parameters->hash,
        .approval = view->approval,
        .first_load = view->first_load,
        .trace = text_string(trace)};
    digest_hex_of(decided.trace, trace->length, decided.trace_hash);
    current_case_find(casework->store, casework->config->parameters->policy, &decided, &current);
    bool changed = !current.same;
    if (!changed)
        case_agrees(casework->store, &current);
    else if (case_is_held(casework->store, &current, &decided))
        changed = case_differs(casework, &current, &decided);
    else
        write_case(casework, &current, &decided);
    if (changed && verdict->item->other_claimant[0] != '\0') /* to the other one it is news as well */
        work_add(casework->store, "decide", verdict->item->other_claimant, true);
    current_case_release(&current);
    return changed;
}

bool decide_firm(struct casework *casework, const char *uscc)
{
    struct gathered_facts *gathered = casework_gather(casework->store, uscc);
    struct firm_verdict answer;
    struct text trace = TEXT_WITH_CEILING(LIMIT_ROW_BYTES);
    bool changed = false;
    measure13_decide(&gathered->facts, casework->config->parameters, day_in_beijing(clock_wall()), &answer);
    for (size_t i = 0; i < answer.case_count; i++)
        changed |= decide_case(casework, gathered, i, &answer.cases[i], &trace);
    text_free(&trace);
    measure13_release(&answer);
    gathered_facts_free(gathered);
    return changed;
}
