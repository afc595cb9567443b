/* run.c - `m13d run`: the daemon. */
#include "house.h"

#include "m13/alert.h"
#include "m13/casework.h"
#include "m13/clock.h"
#include "m13/control.h"
#include "m13/date.h"
#include "m13/feed.h"
#include "m13/log.h"
#include "m13/loop.h"
#include "m13/match.h"
#include "m13/publish.h"
#include "m13/registry.h"
#include "m13/store.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* How often the daemon looks whether it has nothing to do. */
#define QUIET_MS (5 * CLOCK_MINUTE)

/* When the night's check begins, in Beijing. */
#define NIGHT_MS (2 * CLOCK_HOUR + 30 * CLOCK_MINUTE)

struct running {
    struct house *house;
    struct loop_timer *watchdog, *midnight, *night, *hourly, *quiet;
    int64_t turns_seen; /* at the last watchdog ping */
    bool stopping;
};

/* The ping is tied to the loop's progress: a timer that fires proves a turn, and a turn that hangs sends
 * none. */
static void on_watchdog(void *context)
{
    struct running *running = context;
    struct loop_health health;
    loop_health(running->house->loop, &health);
    if (health.turns > running->turns_seen)
        notify_send("WATCHDOG=1");
    running->turns_seen = health.turns;
    loop_timer_set_in(running->watchdog, notify_watchdog_ms());
}

/* Where the parameters let the calendar decide, a new day in Beijing decides all firms again. */
static void on_midnight(void *context)
{
    struct running *running = context;
    int64_t tomorrow = (int64_t)(day_in_beijing(clock_wall()) + 1) * CLOCK_DAY - 8 * CLOCK_HOUR;
    casework_reload(running->house->casework, running->house->config);
    loop_wake(running->house->loop);
    loop_timer_set_at(running->midnight, tomorrow);
}

/* While desks are empty trade words are learnt from the registers, and the roster proves itself. */
static void on_night(void *context)
{
    struct running *running = context;
    int64_t now = clock_wall();
    int64_t night = (int64_t)day_in_beijing(now) * CLOCK_DAY - 8 * CLOCK_HOUR + NIGHT_MS;
    matcher_learn_again(running->house->matcher);
    matcher_check_itself(running->house->matcher);
    loop_wake(running->house->loop);
    loop_timer_set_at(running->night, night > now ? night : night + CLOCK_DAY);
}

/* Empties the write-ahead log in a quiet minute. */
static void on_quiet(void *context)
{
    struct running *running = context;
    if (house_is_idle(running->house))
        store_idle(running->house->store);
    loop_timer_set_in(running->quiet, QUIET_MS);
}

/* Ages and staleness stand in the published file: it is renewed even when nothing has happened. */
static void on_hour(void *context)
{
    struct running *running = context;
    publish_now(running->house->publish);
    loop_timer_set_in(running->hourly, CLOCK_HOUR);
}

static void on_stop_signal(int signal, void *context)
{
    struct running *running = context;
    if (running->stopping) {
        log_warning("second signal %d: leaving at once", signal);
        _exit(EXIT_TRY_LATER);
    }
    running->stopping = true;
    notify_send("STOPPING=1");
    log_notice("signal %d: stopping", signal);
    loop_stop(running->house->loop);
}

static void on_reload_signal(int signal, void *context)
{
    struct running *running = context;
    char line[64];
    (void)signal;
    snprintf(line, sizeof line, "RELOADING=1\nMONOTONIC_USEC=%lld", (long long)clock_monotonic_us());
    notify_send(line);
    house_reload(running->house);
    notify_send("READY=1");
}

static void start_timers(struct running *running)
{
    struct loop *loop = running->house->loop;
    running->watchdog = loop_timer_new(loop, LOOP_REAL, "watchdog", on_watchdog, running);
    running->midnight = loop_timer_new(loop, LOOP_CLOCK, "midnight", on_midnight, running);
    running->night = loop_timer_new(loop, LOOP_CLOCK, "night", on_night, running);
    running->hourly = loop_timer_new(loop, LOOP_CLOCK, "hourly", on_hour, running);
    if (notify_watchdog_ms() > 0)
        loop_timer_set_in(running->watchdog, notify_watchdog_ms());
    running->quiet = loop_timer_new(loop, LOOP_CLOCK, "quiet", on_quiet, running);
    loop_timer_set_in(running->midnight, 0);
    loop_timer_set_in(running->night, 0);
    loop_timer_set_in(running->quiet, QUIET_MS);
    loop_timer_set_in(running->hourly, CLOCK_HOUR);
}

int run_verb(const char *config_file, struct config *config)
{
    struct house house;
    struct running running = {.house = &house};
    int exit_code = house_open(&house, config_file, config);
    if (!exit_code)
        exit_code = control_verbs_open(&house);
    if (exit_code) {
        house_close(&house);
        return exit_code;
    }
    loop_on_signal(house.loop, SIGTERM, on_stop_signal, &running);
    loop_on_signal(house.loop, SIGINT, on_stop_signal, &running);
    loop_on_signal(house.loop, SIGHUP, on_reload_signal, &running);
    start_timers(&running);
    registry_start(house.registry);
    alert_start(house.alert);
    alert_watch_alarms(house.alert);
    feeds_start(house.feeds);
    notify_send("READY=1\nSTATUS=watching");
    log_notice("m13d %s watches %zu feeds; state in %s", M13_VERSION, config->feed_count, config->state);
    loop_wake(house.loop);
    loop_run(house.loop, false);

    loop_timer_free(running.watchdog);
    loop_timer_free(running.midnight);
    loop_timer_free(running.night);
    loop_timer_free(running.hourly);
    loop_timer_free(running.quiet);
    house_close(&house);
    return 0;
}
