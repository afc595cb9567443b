/* house.c - opens the rooms and lays the pipes between them. Data goes one way; nothing calls back upstream.
 */
#include "house.h"

#include "m13/alert.h"
#include "m13/approvals.h"
#include "m13/casework.h"
#include "m13/clock.h"
#include "m13/control.h"
#include "m13/evidence.h"
#include "m13/feed.h"
#include "m13/limits.h"
#include "m13/log.h"
#include "m13/loop.h"
#include "m13/match.h"
#include "m13/publish.h"
#include "m13/registry.h"
#include "m13/store.h"
#include "m13/work.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>

static void on_page(int64_t poll, void *context)
{
    struct house *house = context;
    approvals_page(house->approvals, poll);
}

static void on_broken_off(int64_t poll, void *context)
{
    struct house *house = context;
    approvals_broken_off(house->approvals, poll);
}

static void on_fetched(int64_t poll, void *context)
{
    struct house *house = context;
    approvals_decode(house->approvals, poll);
}

static char *on_next_value(const struct feed_each *each, const char *after, void *context)
{
    struct house *house = context;
    return approvals_next_value(house->store, each, after);
}

static void on_sealing(const struct import_result *result, void *context)
{
    struct house *house = context;
    alert_file_taken(house->alert, result);
}

static void on_imported(const struct import_result *result, void *context)
{
    struct house *house = context;
    if (*result->problem)
        log_warning("local file %s refused: %s", result->file, result->problem);
    else
        log_info("local file %s: %s, %lld rows, %lld new, %lld changed, %lld unlisted, %lld waiting, %lld "
                 "rejected",
            result->file, result->kind, (long long)result->rows, (long long)result->added,
            (long long)result->changed, (long long)result->unlisted, (long long)result->waiting,
            (long long)result->rejected);
    if (result->firms_changed)
        matcher_firms_changed(house->matcher);
}

static void on_case_changed(const struct case_change *change, void *context)
{
    struct house *house = context;
    alert_case_changed(change, house->alert);
}

static const char *publish_problem_now(void *context)
{
    struct house *house = context;
    return house->publish != NULL ? publish_problem(house->publish) : "";
}

static bool published_head(void *context, int64_t *ret_seq, char out[DIGEST_HEX_BYTES])
{
    struct house *house = context;
    return publish_told_head(store_directory(house->store), ret_seq, out);
}

/* One slice of the work list. What a firm's decision gives to tell is written with it. */
static bool work_turn(void *context)
{
    struct house *house = context;
    int64_t deadline = clock_monotonic_us() + LIMIT_SLICE_MS * 1000;
    bool more = true;
    while (more && clock_monotonic_us() < deadline) {
        more = work_slice(house->work, deadline);
        alert_turn_end(house->alert);
    }
    return more;
}

/* While a file is staged or applied a turn writes a hundred rows and would wait for the disk longer than it
 * took to write them. Nobody is told anything before the commit, and a kill costs the import what it costs it
 * anyway. */
static bool may_group(struct house *house)
{
    if (registry_is_idle(house->registry) || !store_may_wait(house->store))
        return false;
    if (!loop_timer_is_set(house->group))
        loop_timer_set_in(house->group, LIMIT_GROUP_MS);
    return true;
}

/* A turn comes, at whose end is committed. */
static void on_group(void *context)
{
    (void)context;
}

/* Group commit: one transaction a turn. Then whoever reads the published file is told that it has aged. */
static void turn_end(void *context)
{
    struct house *house = context;
    if (may_group(house))
        return;
    store_commit(house->store);
    int64_t writes = sqlite3_total_changes64(store_handle(house->store));
    if (writes == house->writes_published)
        return;
    house->writes_published = writes;
    loop_wake(house->loop); /* what was written may be work */
    alert_database_changed(house->alert);
    if (!clock_is_overridden())
        publish_request(house->publish);
}

/* A database that a real-time daemon has used is never touched under another clock: its times would lie. */
static int check_clock(struct house *house)
{
    char *clock = store_meta(house->store, "clock");
    bool real = clock && *clock == 'r';
    free(clock);
    if (clock_is_overridden() && real) {
        log_error(
            "%s: --now is refused on a database that a real-time daemon has used", house->config->state);
        return EXIT_BAD_USAGE;
    }
    if (!real)
        store_meta_set(house->store, "clock", clock_is_overridden() ? "overridden" : "real");
    return 0;
}

/* Readers of a replay tell ages by the replay's clock, not by their own. */
static void note_clock(struct house *house)
{
    char now[CLOCK_STRING_BYTES];
    if (clock_is_overridden())
        store_meta_set(house->store, "clock-stood-at", clock_format(clock_wall(), now));
}

static int open_store(struct house *house)
{
    struct failure failure = {0};
    int r = store_open(house->config->state, STORE_WRITER, &house->store, &failure);
    if (r == 0)
        return check_clock(house);
    log_error("%s", failure.text);
    return r == -EWOULDBLOCK ? EXIT_TRY_LATER : r == -EPROTO ? EXIT_BAD_DATA : EXIT_IO;
}

static int open_registry(struct house *house)
{
    struct failure failure = {0};
    struct registry_events events = {.sealing = on_sealing, .imported = on_imported, .context = house};
    if (registry_new(house->loop, house->store, &events, &house->registry, &failure) == 0)
        return 0;
    log_error("%s", failure.text);
    return EXIT_IO;
}

static void register_work(struct house *house)
{
    house->work = work_new(house->store);
    registry_register_work(house->registry, house->work);
    approvals_register_work(house->approvals, house->work);
    matcher_register_work(house->matcher, house->work);
    casework_register_work(house->casework, house->work);
}

int house_open(struct house *house, const char *config_file, struct config *config)
{
    *house = (struct house){.config = config, .config_file = config_file};
    int exit_code = open_store(house);
    if (exit_code)
        return exit_code;
    evidence_sweep(house->store);
    words_write(house->store, config);

    house->loop = loop_new();
    house->alert = alert_new(house->loop, house->store, config);
    alert_set_outside(house->alert, &(struct alert_outside){publish_problem_now, published_head, house});
    house->casework = casework_new(house->store, config, &(struct casework_events){on_case_changed, house});
    house->matcher = matcher_new(house->store);
    house->feeds = feeds_new(house->loop, house->store, config,
        &(struct feeds_events){.page = on_page,
            .broken_off = on_broken_off,
            .fetched = on_fetched,
            .next_value = on_next_value,
            .context = house});
    house->approvals = approvals_new(house->loop, house->store, config, house->feeds);
    exit_code = open_registry(house);
    if (exit_code)
        return exit_code;
    house->publish = publish_new(house->loop, house->store, config->publish_every_ms);
    register_work(house);
    house->group = loop_timer_new(house->loop, LOOP_REAL, "group commit", on_group, house);
    loop_set_work(house->loop, work_turn, house);
    loop_on_turn_end(house->loop, turn_end, house);
    store_commit(house->store);
    return 0;
}

bool house_reload(struct house *house)
{
    struct config_problems problems = {0};
    struct config *fresh = config_load(house->config_file, &problems);
    for (size_t i = 0; i < problems.count; i++)
        log_error("%s:%d: %s", problems.items[i].file, problems.items[i].line, problems.items[i].text);
    config_problems_free(&problems);
    if (fresh && !string_equal(fresh->state, house->config->state)) {
        log_error("%s: `state` cannot change while m13d runs: restart it", house->config_file);
        config_free(fresh);
        fresh = NULL;
    }
    if (!fresh) {
        log_error("the configuration stays as it was");
        return false;
    }
    struct config *old = house->config;
    house->config = fresh;
    log_set_level((enum log_level)fresh->log_level);
    words_write(house->store, fresh);
    alert_reload(house->alert, fresh);
    casework_reload(house->casework, fresh);
    feeds_reload(house->feeds, fresh);
    approvals_reload(house->approvals, fresh);
    publish_set_pace(house->publish, fresh->publish_every_ms);
    config_free(old);
    loop_wake(house->loop);
    log_notice("configuration reloaded from %s", house->config_file);
    return true;
}

bool house_is_idle(const struct house *house)
{
    return registry_is_idle(house->registry) && feeds_are_idle(house->feeds) &&
           approvals_are_idle(house->approvals) && work_left(house->store) == 0 &&
           alert_is_idle(house->alert);
}

void house_close(struct house *house)
{
    if (!house->store) {
        config_free(house->config);
        return;
    }
    if (house->loop) {
        note_clock(house);
        store_commit(house->store);
    }
    alert_free(house->alert); /* who waits at the control socket for a test message is still told */
    control_free(house->control);
    publish_free(house->publish);
    registry_free(house->registry);
    approvals_free(house->approvals);
    feeds_free(house->feeds);
    matcher_free(house->matcher);
    casework_free(house->casework);
    work_free(house->work);
    loop_timer_free(house->group);
    loop_free(house->loop);
    store_close(house->store);
    config_free(house->config);
}
