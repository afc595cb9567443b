/* once.c - `m13d once`: import, poll what is due, match, decide, deliver, publish, leave. */
#include "house.h"

#include "m13/alert.h"
#include "m13/approvals.h"
#include "m13/feed.h"
#include "m13/log.h"
#include "m13/loop.h"
#include "m13/publish.h"
#include "m13/registry.h"
#include "m13/store.h"
#include "m13/work.h"

#include <errno.h>
#include <signal.h>

/* Steps of one run, in order: what a later one needs, an earlier one has finished. */
enum once_step { ONCE_IMPORT, ONCE_POLL, ONCE_TELL, ONCE_PUBLISH, ONCE_DONE };

struct once {
    struct house *house;
    const struct once_plan *plan;
    enum once_step step;
    int exit_code;
};

static void start_polls(struct once *once)
{
    struct house *house = once->house;
    const struct once_plan *plan = once->plan;
    struct failure failure;
    feeds_hold_schedule(house->feeds);
    if (plan->all && feeds_poll_now(house->feeds, NULL, &failure) < 0)
        log_error("%s", failure.text);
    for (size_t i = 0; i < plan->feed_count; i++) {
        int r = feeds_poll_now(house->feeds, plan->feeds[i], &failure);
        if (r < 0) {
            log_error("%s", failure.text);
            once->exit_code = r == -EAGAIN ? EXIT_SOME_FAILED : EXIT_BAD_USAGE;
        }
    }
    feeds_start(house->feeds);
}

/* Looks after each turn whether the step is over. */
static void advance(void *context)
{
    struct once *once = context;
    struct house *house = once->house;
    switch (once->step) {
    case ONCE_IMPORT:
        if (!registry_is_idle(house->registry) || work_left(house->store) > 0)
            return;
        once->step = ONCE_POLL;
        start_polls(once);
        break;
    case ONCE_POLL:
        if (!house_is_idle(house))
            return;
        once->step = ONCE_TELL;
        alert_start(house->alert);
        alert_look_at_alarms(house->alert);
        break;
    case ONCE_TELL:
        if (!house_is_idle(house))
            return;
        once->step = ONCE_PUBLISH;
        publish_now(house->publish);
        break;
    case ONCE_PUBLISH:
        if (!publish_is_idle(house->publish))
            return;
        once->step = ONCE_DONE;
        loop_stop(house->loop);
        break;
    case ONCE_DONE:
        break;
    }
    loop_wake(house->loop);
}

static void on_stop_signal(int signal, void *context)
{
    struct once *once = context;
    log_notice("signal %d: stopping; what was committed stays", signal);
    once->exit_code = EXIT_TRY_LATER;
    loop_stop(once->house->loop);
}

static int failed_feeds(struct store *store)
{
    return (int)store_value(store, 0,
        "SELECT count(*) FROM feed f JOIN feed_state s USING (name) "
        "WHERE f.enabled AND s.failures > 0",
        "");
}

int once_verb(const char *config_file, struct config *config, const struct once_plan *plan)
{
    struct house house;
    struct once once = {.house = &house, .plan = plan};
    int exit_code = house_open(&house, config_file, config);
    if (exit_code) {
        house_close(&house);
        return exit_code;
    }
    loop_on_turn_end(house.loop, advance, &once);
    loop_on_signal(house.loop, SIGTERM, on_stop_signal, &once);
    loop_on_signal(house.loop, SIGINT, on_stop_signal, &once);
    registry_start(house.registry);
    loop_wake(house.loop);
    loop_run(house.loop, false);

    if (!once.exit_code && *publish_problem(house.publish))
        once.exit_code = EXIT_IO;
    if (!once.exit_code && failed_feeds(house.store))
        once.exit_code = EXIT_SOME_FAILED;
    if (!once.exit_code && registry_put_off(house.registry) > 0)
        once.exit_code = EXIT_TRY_LATER;
    house_close(&house);
    return once.exit_code;
}
