/* review.c - `m13ctl review accept|reject`: an officer's word, through the daemon's socket, or with the lock
 * when no daemon runs. */
#include "ctl.h"

#include "m13/control.h"
#include "m13/review.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void print_result(struct ctl *ctl, json_t *answer)
{
    const char *item = json_string_value(json_object_get(answer, "item"));
    const char *product = json_string_value(json_object_get(answer, "product_id"));
    if (!item)
        return; /* the problem: told by whoever asked */
    if (ctl->json) {
        ctl_print_json(json_incref(answer));
        return;
    }
    const char *uscc = json_string_value(json_object_get(answer, "uscc"));
    bool accepted = string_equal(json_string_value(json_object_get(answer, "decided")), "accept");
    printf("%s: %s %s %s%s%s\n", item,
        accepted ? SAY(ctl, "认定为", "accepted:") : SAY(ctl, "认定不是", "rejected:"), uscc,
        json_string_value(json_object_get(answer, "firm_name")), product && *product ? " / " : "",
        product ? product : "");
    if (json_is_true(json_object_get(answer, "unchanged")))
        printf("    %s\n", SAY(ctl, "此前已如此核定，无变化", "decided so before: nothing to do"));
    else if (json_is_false(json_object_get(answer, "running")))
        printf("    %s\n", SAY(ctl, "m13d 未运行，下次启动时重新匹配和判断",
                               "m13d is not running: matched and decided at its next start"));
}

static void take_answer(json_t *answer, void *context)
{
    print_result(context, answer);
}

/* What the daemon would do, here: the work waits for its next start. */
static int decide_offline(struct ctl *ctl, struct review_order *order)
{
    struct failure failure = {0};
    struct review_result result;
    int exit_code = ctl_open_writer(ctl);
    if (exit_code)
        return exit_code;
    order->actor = ctl_own_name();
    int r = review_decide(ctl->store, order, &result, &failure);
    if (r < 0) {
        fprintf(stderr, "m13ctl: %s\n", failure.text);
        return review_exit_code(r);
    }
    store_commit(ctl->store);
    json_t *answer = review_answer_json(order, &result);
    json_object_set_new(answer, "running", json_false());
    print_result(ctl, answer);
    json_decref(answer);
    return 0;
}

static bool is_utf8(const char *text)
{
    return !text || utf8_is_valid(text, strlen(text));
}

static int decide(struct ctl *ctl, enum review_decision decision)
{
    struct failure failure = {0};
    struct review_order order = {.decision = decision,
        .firm = ctl_take_option(ctl, "--firm"),
        .product = ctl_take_option(ctl, "--product"),
        .items = ctl_take_option(ctl, "--items"),
        .from = ctl_take_option(ctl, "--from"),
        .note = ctl_take_option(ctl, "--note"),
        .english = ctl->english};
    if (ctl->count != 1 || *ctl->arguments[0] == '-')
        return ctl_usage(ctl,
            "review accept|reject 需要一个编号（另可加 --firm、--product、--items、--from、--note）",
            "review accept|reject takes one ID (and --firm, --product, --items, --from, --note)");
    order.item = ctl->arguments[0];
    if (!is_utf8(order.item) || !is_utf8(order.firm) || !is_utf8(order.product) || !is_utf8(order.from) ||
        !is_utf8(order.items) || !is_utf8(order.note))
        return ctl_usage(ctl, "参数须为 UTF-8 文字", "arguments are UTF-8 text");
    int r = control_ask(ctl->config->state,
        json_pack("{s:s, s:s, s:s, s:s*, s:s*, s:s*, s:s*, s:s*, s:b}", "verb", "review", "item", order.item,
            "decision", review_decision_names[decision].code, "firm", order.firm, "product", order.product,
            "items", order.items, "from", order.from, "note", order.note, "english", (int)order.english),
        NULL, 0, take_answer, ctl, &failure);
    if (nobody_listens(r))
        return decide_offline(ctl, &order);
    if (r != 0)
        fprintf(stderr, "m13ctl: %s\n", failure.text);
    return r < 0 ? EXIT_UNAVAILABLE : r;
}

static int accept(struct ctl *ctl)
{
    return decide(ctl, REVIEW_ACCEPT);
}

static int reject(struct ctl *ctl)
{
    return decide(ctl, REVIEW_REJECT);
}

int verb_review(struct ctl *ctl)
{
    static const struct {
        const char *name;
        int (*run)(struct ctl *ctl);
    } parts[] = {{"list", review_list}, {"show", review_show}, {"accept", accept}, {"reject", reject}};
    for (size_t i = 0; ctl->count && i < sizeof parts / sizeof *parts; i++)
        if (string_equal(parts[i].name, ctl->arguments[0])) {
            ctl->arguments++;
            ctl->count--;
            return parts[i].run(ctl);
        }
    return ctl_usage(ctl, "review 之后应为 list、show、accept 或 reject",
        "review is followed by list, show, accept or reject");
}
