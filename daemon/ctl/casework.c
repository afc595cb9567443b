/* casework.c - `m13ctl case`, `assign`, `batch`: what people do with cases, through the daemon's socket, or
 * with the lock when no daemon runs. */
#include "ctl.h"

#include "m13/casework.h"

#include <stdio.h>

/* What a verb asks for, kept for when no daemon runs. */
struct asking {
    struct case_order case_order;
    const char *officer;
    struct batch_order batch_order;
};

static const char *member(const json_t *answer, const char *name)
{
    const char *value = json_string_value(json_object_get(answer, name));
    return value ? value : "";
}

/* --- case, assign -----------------------------------------------------------------------------------------
 */

static const char *stage_word(struct ctl *ctl, const char *code)
{
    const struct name_entry *stage = name_find(case_stage_names, CASE_STAGES, code);
    return !stage ? code : ctl->english ? stage->code : stage->zh;
}

static void print_moved(struct ctl *ctl, json_t *answer)
{
    printf("%s: %s -> %s\n", member(answer, "case_id"), stage_word(ctl, member(answer, "from")),
        stage_word(ctl, member(answer, "to")));
    if (json_is_true(json_object_get(answer, "waits")))
        printf(
            "    %s\n", SAY(ctl, "须另一人复核：由其执行同一命令后生效",
                            "a second person is needed: it holds when another user gives the same command"));
}

static int move_here(struct ctl *ctl, void *context, json_t **ret_answer, struct failure *ret_failure)
{
    struct asking *asking = context;
    struct case_moved moved;
    asking->case_order.actor = ctl_own_name();
    int r = case_move(ctl->store, &asking->case_order, &moved, ret_failure);
    if (r == 0)
        *ret_answer = case_moved_json(&asking->case_order, &moved);
    return r;
}

int verb_case(struct ctl *ctl)
{
    struct asking asking = {0};
    const struct ctl_change change = {print_moved, move_here, &asking};
    struct case_order *order = &asking.case_order;
    *order = (struct case_order){.stage = ctl_take_option(ctl, "--stage"),
        .note = ctl_take_option(ctl, "--note"),
        .about = ctl_take_option(ctl, "--about"),
        .outcome = ctl_take_option(ctl, "--outcome"),
        .english = ctl->english};
    if (ctl->count != 1 || *ctl->arguments[0] == '-' || !order->stage || !order->note)
        return ctl_usage(ctl, "case 需要线索编号、--stage 阶段、--note 理由（异议另加 --about、--outcome）",
            "case takes a case, --stage STAGE and --note TEXT (and --about or --outcome of a dispute)");
    order->case_id = ctl->arguments[0];
    return ctl_change(ctl,
        json_pack("{s:s, s:s, s:s, s:s, s:s*, s:s*}", "verb", "case", "case", order->case_id, "stage",
            order->stage, "note", order->note, "about", order->about, "outcome", order->outcome),
        &change);
}

static void print_assigned(struct ctl *ctl, json_t *answer)
{
    const char *officer = member(answer, "officer");
    printf("%s: %s\n", member(answer, "case_id"), *officer ? officer : SAY(ctl, "未指派", "nobody"));
}

static int assign_here(struct ctl *ctl, void *context, json_t **ret_answer, struct failure *ret_failure)
{
    struct asking *asking = context;
    asking->case_order.actor = ctl_own_name();
    int r = case_assign(ctl->store, &asking->case_order, asking->officer, ret_failure);
    if (r == 0)
        *ret_answer =
            json_pack("{s:s, s:s}", "case_id", asking->case_order.case_id, "officer", asking->officer);
    return r;
}

int verb_assign(struct ctl *ctl)
{
    struct asking asking = {0};
    const struct ctl_change change = {print_assigned, assign_here, &asking};
    asking.case_order = (struct case_order){.note = ctl_take_option(ctl, "--note"), .english = ctl->english};
    if (ctl->count != 2 || *ctl->arguments[0] == '-' || !asking.case_order.note)
        return ctl_usage(ctl, "assign 需要线索编号、经办人和 --note 理由（经办人为空：取消指派）",
            "assign takes a case, an officer and --note TEXT (an empty officer: nobody)");
    asking.case_order.case_id = ctl->arguments[0];
    asking.officer = ctl->arguments[1];
    return ctl_change(ctl,
        json_pack("{s:s, s:s, s:s, s:s}", "verb", "assign", "case", ctl->arguments[0], "officer",
            asking.officer, "note", asking.case_order.note),
        &change);
}

/* --- batch ------------------------------------------------------------------------------------------------
 */

static void print_batch(struct ctl *ctl, json_t *answer)
{
    const struct name_entry *step = name_find(batch_step_names, BATCH_STEPS, member(answer, "step"));
    long long cases = json_integer_value(json_object_get(answer, "cases"));
    long long award = json_integer_value(json_object_get(answer, "award"));
    printf("%s: %s\n", member(answer, "batch"), !step ? "" : SAY(ctl, step->zh, step->en));
    if (cases > 0)
        printf(
            SAY(ctl, "    %lld 条线索，合计 %lld.%02lld 元\n", "    %lld cases, CNY %lld.%02lld together\n"),
            cases, award / 100, award % 100);
    if (json_is_true(json_object_get(answer, "waits")))
        printf(
            "    %s\n", SAY(ctl, "须另一人会签：由其执行同一命令后封存",
                            "a second person signs: it is frozen when another user gives the same command"));
}

static int batch_here(struct ctl *ctl, void *context, json_t **ret_answer, struct failure *ret_failure)
{
    struct asking *asking = context;
    struct batch_done done;
    asking->batch_order.actor = ctl_own_name();
    int r = batch_do(ctl->store, ctl->config->parameters, &asking->batch_order, &done, ret_failure);
    if (r == 0)
        *ret_answer = batch_done_json(&asking->batch_order, &done);
    return r;
}

int verb_batch(struct ctl *ctl)
{
    struct asking asking = {0};
    const struct ctl_change change = {print_batch, batch_here, &asking};
    struct batch_order *order = &asking.batch_order;
    *order = (struct batch_order){.cutoff = ctl_take_option(ctl, "--cut-off"),
        .from = ctl_take_option(ctl, "--from"),
        .to = ctl_take_option(ctl, "--to"),
        .english = ctl->english};
    const struct name_entry *step =
        ctl->count == 2 ? name_find(batch_step_names, BATCH_STEPS, ctl->arguments[0]) : NULL;
    if (!step || *ctl->arguments[1] == '-')
        return ctl_usage(ctl,
            "batch open NAME --cut-off 日期 | freeze NAME | publish NAME --from 日期 --to 日期 | close NAME",
            "batch open NAME --cut-off DATE | freeze NAME | publish NAME --from DATE --to DATE | close NAME");
    order->step = (enum batch_step)step->value;
    order->name = ctl->arguments[1];
    return ctl_change(ctl,
        json_pack("{s:s, s:s, s:s, s:s*, s:s*, s:s*}", "verb", "batch", "step", step->code, "batch",
            order->name, "cutoff", order->cutoff, "from", order->from, "to", order->to),
        &change);
}
