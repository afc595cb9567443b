/* control_verbs.c - what m13ctl may ask of the running daemon. */
#include "house.h"

#include "m13/casework.h"
#include "m13/control.h"
#include "m13/feed.h"
#include "m13/import_answer.h"
#include "m13/log.h"
#include "m13/loop.h"
#include "m13/memory.h"
#include "m13/publish.h"
#include "m13/registry.h"
#include "m13/review.h"
#include "m13/store.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

/* Who may change something: whoever runs the daemon, root, and members of these. All who may read the state
 * directory reach the socket. */
static const char *const officers[] = {"m13d-officer", "m13d-admin"};
enum { GROUPS_MOST = 256 };

static bool is_officer(const struct passwd *user)
{
    gid_t groups[GROUPS_MOST];
    int count = GROUPS_MOST;
    if (getgrouplist(user->pw_name, user->pw_gid, groups, &count) < 0)
        return false;
    for (size_t i = 0; i < sizeof officers / sizeof *officers; i++) {
        const struct group *group = getgrnam(officers[i]);
        for (int j = 0; group && j < count; j++)
            if (groups[j] == group->gr_gid)
                return true;
    }
    return false;
}

bool control_may_change(struct control_request *request)
{
    uid_t uid = control_user(request);
    const struct passwd *user = getpwuid(uid);
    if (uid == 0 || uid == geteuid() || (user && is_officer(user)))
        return true;
    log_warning("control: %s may not change anything", control_actor(request));
    control_finish(
        request, EXIT_BAD_USAGE, "only members of m13d-officer and m13d-admin may change something");
    return false;
}

static void answer_status(struct control_request *request, void *context)
{
    struct house *house = context;
    struct loop_health health;
    loop_health(house->loop, &health);
    control_reply(
        request, json_pack("{s:I, s:I, s:I, s:I, s:I, s:s}", "pid", (json_int_t)getpid(), "loop_turns",
                     (json_int_t)health.turns, "stall_p50_us", (json_int_t)health.stall_p50_us,
                     "stall_p99_us", (json_int_t)health.stall_p99_us, "stall_max_us",
                     (json_int_t)health.stall_max_us, "publish_problem", publish_problem(house->publish)));
    control_finish(request, 0, NULL);
}

static void answer_poll(struct control_request *request, void *context)
{
    struct house *house = context;
    struct failure failure = {0};
    size_t i;
    json_t *name, *names = json_object_get(control_arguments(request), "feeds");
    if (!control_may_change(request))
        return;
    json_array_foreach(names, i, name)
    {
        if (!json_is_string(name)) {
            control_finish(request, EXIT_BAD_USAGE, "poll takes names of feeds");
            return;
        }
        int r = feeds_poll_now(house->feeds, json_string_value(name), &failure);
        if (r < 0) {
            control_finish(request, r == -EAGAIN ? EXIT_TRY_LATER : EXIT_BAD_USAGE, failure.text);
            return;
        }
        store_commit(house->store); /* an import may keep the turn's writes open for a while */
        log_notice("feed %s: asked now, by %s", json_string_value(name), control_actor(request));
        control_reply(request, json_pack("{s:s}", "feed", json_string_value(name)));
    }
    control_finish(request, 0, NULL);
}

/* --- import: several files, answered one by one as they are done
 * ------------------------------------------------ */

struct importing {
    struct control_request *request;
    size_t left;
    int exit_code;
};

static void on_imported(const struct import_result *result, void *context)
{
    struct importing *importing = context;
    int exit_code = import_exit_code(result);
    importing->exit_code = exit_code > importing->exit_code ? exit_code : importing->exit_code;
    control_reply(importing->request, import_answer(result));
    if (--importing->left > 0)
        return;
    control_finish(importing->request, importing->exit_code, NULL);
    free(importing);
}

static void answer_import(struct control_request *request, void *context)
{
    struct house *house = context;
    json_t *names = json_object_get(control_arguments(request), "names");
    size_t count = control_file_count(request);
    if (!control_may_change(request))
        return;
    if (count == 0 || json_array_size(names) != count) {
        control_finish(request, EXIT_BAD_USAGE, "import takes as many names as files");
        return;
    }
    struct importing *importing = memory_get_zeroed(1, sizeof *importing);
    *importing = (struct importing){.request = request, .left = count};
    unsigned allowed =
        json_is_true(json_object_get(control_arguments(request), "allow_shrink")) ? IMPORT_ALLOW_SHRINK : 0;
    for (size_t i = 0; i < count; i++) {
        const char *name = json_string_value(json_array_get(names, i));
        registry_import(house->registry, control_take_file(request, i), name ? name : "?",
            control_actor(request), allowed, on_imported, importing);
    }
}

/* --- forget -----------------------------------------------------------------------------------------------
 */

static void answer_forget(struct control_request *request, void *context)
{
    struct house *house = context;
    struct failure failure = {0};
    const char *uscc = json_string_value(json_object_get(control_arguments(request), "uscc"));
    if (!control_may_change(request))
        return;
    if (!uscc) {
        control_finish(request, EXIT_BAD_USAGE, "forget takes a USCC");
        return;
    }
    int64_t count = registry_forget(house->registry, uscc, control_actor(request), &failure);
    if (count < 0) {
        control_finish(request, EXIT_IO, failure.text);
        return;
    }
    store_commit(house->store); /* the journal's word of it, before the answer */
    control_reply(request, json_pack("{s:s, s:I}", "uscc", uscc, "forgotten", (json_int_t)count));
    control_finish(request, 0, NULL);
}

/* --- review -----------------------------------------------------------------------------------------------
 */

static void answer_review(struct control_request *request, void *context)
{
    struct house *house = context;
    struct failure failure = {0};
    struct review_result result;
    json_t *arguments = control_arguments(request);
    const struct name_entry *decision =
        name_find(review_decision_names, sizeof review_decision_names / sizeof *review_decision_names,
            json_string_value(json_object_get(arguments, "decision")));
    struct review_order order = {.item = json_string_value(json_object_get(arguments, "item")),
        .decision = decision ? (enum review_decision)decision->value : REVIEW_ACCEPT,
        .firm = json_string_value(json_object_get(arguments, "firm")),
        .product = json_string_value(json_object_get(arguments, "product")),
        .items = json_string_value(json_object_get(arguments, "items")),
        .from = json_string_value(json_object_get(arguments, "from")),
        .note = json_string_value(json_object_get(arguments, "note")),
        .actor = control_actor(request),
        .english = json_is_true(json_object_get(arguments, "english"))};
    if (!control_may_change(request))
        return;
    if (!decision || !order.item) {
        control_finish(request, EXIT_BAD_USAGE, "review takes accept or reject, and an ID");
        return;
    }
    int r = review_decide(house->store, &order, &result, &failure);
    if (r < 0) {
        control_finish(request, review_exit_code(r), failure.text);
        return;
    }
    /* What was told has happened. */
    store_commit(house->store);
    log_notice("%s: %s %s, by %s", order.item, decision->code, result.uscc, order.actor);
    control_reply(request, review_answer_json(&order, &result));
    control_finish(request, 0, NULL);
}

/* --- casework ---------------------------------------------------------------------------------------------
 */

static const char *argument(struct control_request *request, const char *name)
{
    return json_string_value(json_object_get(control_arguments(request), name));
}

static struct case_order case_order(struct control_request *request)
{
    return (struct case_order){.case_id = argument(request, "case"),
        .stage = argument(request, "stage"),
        .note = argument(request, "note"),
        .about = argument(request, "about"),
        .outcome = argument(request, "outcome"),
        .actor = control_actor(request),
        .english = json_is_true(json_object_get(control_arguments(request), "english"))};
}

/* What was told has happened: the answer goes out behind the commit. */
static void answer_done(
    struct house *house, struct control_request *request, int result, json_t *answer, const char *problem)
{
    if (result < 0) {
        json_decref(answer);
        control_finish(request, review_exit_code(result), problem);
        return;
    }
    store_commit(house->store);
    control_reply(request, answer);
    control_finish(request, 0, NULL);
}

static void answer_case(struct control_request *request, void *context)
{
    struct house *house = context;
    struct failure failure = {0};
    struct case_order order = case_order(request);
    struct case_moved moved = {0};
    if (!control_may_change(request))
        return;
    if (!order.case_id || !order.stage) {
        control_finish(request, EXIT_BAD_USAGE, "case takes a case and a stage");
        return;
    }
    int r = case_move(house->store, &order, &moved, &failure);
    if (r == 0)
        log_notice("%s: %s -> %s%s, by %s", order.case_id, moved.from, moved.to,
            moved.waits ? ", waits for a second person" : "", order.actor);
    answer_done(house, request, r, r < 0 ? NULL : case_moved_json(&order, &moved), failure.text);
}

static void answer_assign(struct control_request *request, void *context)
{
    struct house *house = context;
    struct failure failure = {0};
    struct case_order order = case_order(request);
    const char *officer = argument(request, "officer");
    if (!control_may_change(request))
        return;
    if (!order.case_id || !officer) {
        control_finish(request, EXIT_BAD_USAGE, "assign takes a case and an officer");
        return;
    }
    int r = case_assign(house->store, &order, officer, &failure);
    answer_done(house, request, r,
        r < 0 ? NULL : json_pack("{s:s, s:s}", "case_id", order.case_id, "officer", officer), failure.text);
}

static void answer_batch(struct control_request *request, void *context)
{
    struct house *house = context;
    struct failure failure = {0};
    struct batch_done done = {0};
    const struct name_entry *step = name_find(batch_step_names, BATCH_STEPS, argument(request, "step"));
    struct batch_order order = {.step = step ? (enum batch_step)step->value : BATCH_OPEN,
        .name = argument(request, "batch"),
        .cutoff = argument(request, "cutoff"),
        .from = argument(request, "from"),
        .to = argument(request, "to"),
        .actor = control_actor(request),
        .english = json_is_true(json_object_get(control_arguments(request), "english"))};
    if (!control_may_change(request))
        return;
    if (!step || !order.name) {
        control_finish(request, EXIT_BAD_USAGE, "batch takes open, freeze, publish or close, and a name");
        return;
    }
    int r = batch_do(house->store, house->config->parameters, &order, &done, &failure);
    if (r == 0)
        log_notice("batch %s: %s%s, by %s", order.name, step->code,
            done.waits ? ", waits for a second person" : "", order.actor);
    answer_done(house, request, r, r < 0 ? NULL : batch_done_json(&order, &done), failure.text);
}

static const struct control_verb verbs[] = {
    {"status", answer_status},
    {"poll", answer_poll},
    {"import", answer_import},
    {"ingest", control_answer_ingest},
    {"forget", answer_forget},
    {"review", answer_review},
    {"case", answer_case},
    {"assign", answer_assign},
    {"batch", answer_batch},
    {"alerts", control_answer_alerts},
    {"alerts-test", control_answer_alerts_test},
};

int control_verbs_open(struct house *house)
{
    struct failure failure = {0};
    house->control =
        control_new(house->loop, house->config->state, verbs, sizeof verbs / sizeof *verbs, house, &failure);
    if (house->control)
        return 0;
    log_error("%s", failure.text);
    return EXIT_IO;
}
