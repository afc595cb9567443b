/* Kill -9 before and after every commit, from the fetched poll to its last swept row: after the restart the
 * outcome is the same as if it had not happened. */
#include "world.h"

#include "m13/log.h"
#include "m13/text.h"

#include "process.h"
#include "scratch.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct world world;
static int kill_at, commits; /* 0 = never */

/* What happens between two commits leaves no more behind than the first of them. */
static void commit_or_die(void)
{
    if (++commits == kill_at)
        raise(SIGKILL);
    store_commit(world.store);
}

enum { POLLS = 5, OF_ONE_FEED = 3 };

/* 40 rows on two pages: some new, some changed, a double, a reject in the first poll; some missing. */
static void says_pages_of_register(int64_t poll)
{
    for (int page = 0; page < 2; page++) {
        says_page(page, -1, "2026-11-20");
        for (int i = page * 20; i < page * 20 + 20; i++) {
            char number[16], device[16];
            snprintf(number, sizeof number, "K%06d", i);
            snprintf(device, sizeof device, "%d", i % 5 == 0 ? (int)poll : 0);
            if (poll > 1 && i % 7 == 3)
                continue;
            says_row((struct row){.number = number, .device = device, .maker = i % 2 ? "Odd" : "Even"});
            if (i == 5)
                says_row((struct row){.number = number, .device = "double"});
            if (i % 15 == 14)
                commit_or_die(); /* a turn of the loop in the midst of a page */
        }
    }
    if (poll == 1)
        says_reject("number", "is empty", "{}");
}

/* 24 rows of 8 approvals, made one each, of which the first feed has told otherwise. */
static void says_rows_of_weekly(int64_t poll)
{
    says_page(0, -1, "");
    for (int i = 0; i < 24; i++) {
        char number[24], device[24], decided[24];
        snprintf(number, sizeof number, "K%06d", i * 5 % 8);
        snprintf(device, sizeof device, "Weekly %d", i == 4 ? (int)poll : i);
        snprintf(decided, sizeof decided, "2026-01-%02d", 1 + i);
        says_row((struct row){.number = number, .device = device, .decided = decided});
        if (i % 10 == 9)
            commit_or_die();
    }
}

static void says_pages(int64_t poll)
{
    if (poll <= OF_ONE_FEED)
        says_pages_of_register(poll);
    else
        says_rows_of_weekly(poll);
}

/* What the house does with a database in any state: polls that are still to be read are told again, then
 * work. */
static void go_on(void *context)
{
    (void)context;
    world_enter(&world);
    for (int64_t poll = 1; poll <= POLLS; poll++) {
        approvals_decode(world.approvals, poll);
        commit_or_die();
        for (bool more = true; more || decoder_stand_in.running;) {
            if (decoder_stand_in.running) {
                says_pages(poll);
                ends_well();
                commit_or_die();
            }
            more = work_slice(world.work, 0);
            commit_or_die();
        }
    }
    world_leave(&world);
}

/* A folder in which all polls are fetched, to be copied for each try. */
static char *fetch_polls(void)
{
    world_open(&world);
    world.definitions[FDA_WEEKLY].repeated = (struct feed_repeated){
        .latest_by = RECORD_DECISION_DATE, .joined = {RECORD_DEVICE}, .joined_count = 1};
    for (int poll = 1; poll <= OF_ONE_FEED; poll++)
        world_poll(&world, poll == 3 ? "window" : "full", poll == 3 ? 20000 : DAY_NONE, 21000, 2);
    for (int poll = OF_ONE_FEED + 1; poll <= POLLS; poll++)
        world_poll_of(&world, "fda-weekly", "full", DAY_NONE, DAY_NONE, 1);
    world_leave(&world);
    return world.folder;
}

struct copy {
    const char *from, *to;
};

static void copy_folder(void *context)
{
    const struct copy *copy = context;
    execlp("cp", "cp", "-a", copy->from, copy->to, (char *)NULL);
    _exit(1);
}

/* The state after a run that is killed at `step` (0 = never), and one that goes on where it stopped. */
static char *try_kill(const char *fetched, int step, int *ret_ended)
{
    char *folder = scratch_new(), *state_folder = scratch_path(folder, "state");
    assert_int_equal(process_run(copy_folder, &(struct copy){fetched, state_folder}), 0);
    world.folder = state_folder;
    kill_at = step;
    *ret_ended = process_run(go_on, NULL);
    kill_at = 0;
    assert_int_equal(process_run(go_on, NULL), 0);
    world_enter(&world);
    char *dump = dump_of(&world);
    world_leave(&world);
    free(state_folder);
    scratch_remove(folder);
    return dump;
}

static void a_kill_at_any_commit_changes_nothing(void **state)
{
    (void)state;
    int ended, step = 1;
    char *fetched = fetch_polls(), *undisturbed = try_kill(fetched, 0, &ended);
    assert_int_equal(ended, 0);
    assert_non_null(strstr(undisturbed, "not-listed"));
    assert_non_null(strstr(undisturbed, "the same number stands"));
    assert_non_null(strstr(undisturbed, "SELECT count(*) FROM staged\n|0\n"));
    for (;; step++) {
        char *disturbed = try_kill(fetched, step, &ended);
        if (strcmp(undisturbed, disturbed) != 0)
            fail_msg("killed at step %d:\n%s\ninstead of\n%s", step, disturbed, undisturbed);
        free(disturbed);
        if (ended == 0)
            break;
        assert_int_equal(ended, PROCESS_SIGNAL + SIGKILL);
    }
    assert_true(step > 20);
    free(undisturbed);
    world.folder = fetched;
    world_enter(&world);
    world_close(&world);
}

/* A turn that never ends well, again and again, leaves no rows behind and does not wear out. */
static void a_poll_that_is_killed_many_times_is_staged_once(void **state)
{
    (void)state;
    world_open(&world);
    int64_t poll = world_poll(&world, "full", DAY_NONE, DAY_NONE, 2);
    for (int i = 0; i < 5; i++) {
        approvals_decode(world.approvals, poll);
        world_work(&world);
        says_page(0, -1, "");
        says_row((struct row){.number = "K1"});
        store_commit(world.store);
        world_reopen(&world);
    }
    assert_int_equal(count_of(&world, "SELECT count(*) FROM staged"), 1);
    approvals_decode(world.approvals, poll);
    world_work(&world);
    says_page(0, -1, "");
    says_row((struct row){.number = "K2"});
    ends_well();
    world_work(&world);
    assert_string_equal(value_of(&world, "SELECT group_concat(number) FROM approval"), "K2");
    world_close(&world);
}

int main(void)
{
    world_clock();
    log_set_level(LOG_LEVEL_WARNING); /* SQLite tells of each recovery */
    const struct CMUnitTest claims[] = {
        cmocka_unit_test(a_kill_at_any_commit_changes_nothing),
        cmocka_unit_test(a_poll_that_is_killed_many_times_is_staged_once),
    };
    return cmocka_run_group_tests(claims, NULL, NULL);
}
