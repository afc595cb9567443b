/* kill -9 at any turn of the loop: after the restart the poll ends as if it had not happened. */
#include "world.h"

#include "m13/memory.h"
#include "scratch.h"

#include <event2/event.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct register_apart {
    struct event_base *base;
    struct event *child;
    struct register_server *server;
    char *folder;
};

static void on_child(evutil_socket_t signal, short events, void *context)
{
    (void)signal;
    (void)events;
    event_base_loopbreak(context);
}

static void register_open(struct register_apart *apart)
{
    apart->folder = scratch_new();
    apart->base = event_base_new();
    apart->child = evsignal_new(apart->base, SIGCHLD, on_child, apart->base);
    event_add(apart->child, NULL);
    apart->server = register_server_new(apart->base, 0);
    assert_non_null(apart->server);
    char *rows = scratch_path(apart->folder, "rows.ndjson");
    world_write_rows(rows, WORLD_ROWS);
    assert_int_equal(register_server_dataset(apart->server, "/device/510k.json", rows), 0);
    free(rows);
}

static void register_close(struct register_apart *apart)
{
    register_server_free(apart->server);
    event_free(apart->child);
    event_base_free(apart->base);
    scratch_remove(apart->folder);
}

/* The daemon, in a process of its own: one turn of the feed, unless it is killed before. */
static void run_daemon(const char *folder, const char *url, int kill_at, bool before_commit)
{
    struct world world;
    world_open_apart(&world, folder, url);
    world.kill_at = kill_at;
    world.kill_before_commit = before_commit;
    world_start(&world);
    world.feed = "fda-510k";
    world.cycle = 1;
    if (!world_turns_are_over(&world))
        world_run(&world, world_turns_are_over);
    world_close(&world);
    _exit(0);
}

/* True when it came to its end. */
static bool daemon_ends(struct register_apart *apart, const char *folder, int kill_at, bool before_commit)
{
    int status;
    pid_t daemon = fork();
    if (daemon == 0)
        run_daemon(folder, register_server_url(apart->server), kill_at, before_commit);
    while (waitpid(daemon, &status, WNOHANG) == 0)
        event_base_loop(apart->base, EVLOOP_ONCE);
    if (WIFSIGNALED(status))
        assert_int_equal(WTERMSIG(status), SIGKILL);
    else
        assert_int_equal(WEXITSTATUS(status), 0);
    return !WIFSIGNALED(status);
}

static void check_state(const char *folder, const char *url)
{
    struct world world;
    world_open_apart(&world, folder, url);
    assert_sql(&world, "SELECT kind, state, pages, outcome FROM poll", "history|applied|3|applied");
    assert_sql(&world, "SELECT page FROM payload ORDER BY page", "0|1|2");
    assert_sql(&world, "SELECT count(DISTINCT sha256) FROM payload JOIN evidence USING (sha256)", "3");
    assert_sql(&world, "SELECT count(*) FROM evidence", "3");
    assert_sql(&world, "SELECT cycle, failures, outcome FROM feed_state", "1|0|applied");
    world_close(&world);
}

static void check_kills(bool before_commit)
{
    struct register_apart apart;
    bool ended = false;
    int kills = 0;
    register_open(&apart);
    for (int turn = 1; !ended; turn++) {
        char *folder = scratch_new();
        int64_t asked_before = register_server_requests(apart.server);
        ended = daemon_ends(&apart, folder, turn, before_commit);
        kills += !ended;
        assert_true(daemon_ends(&apart, folder, 0, false));
        int64_t asked = register_server_requests(apart.server) - asked_before;
        check_state(folder, register_server_url(apart.server));
        assert_true(asked == 3 || (asked == 4 && !ended)); /* at most the page in flight is asked for twice */
        /* What was asked was counted first. */
        struct world world;
        world_open_apart(&world, folder, register_server_url(apart.server));
        assert_true(world_number(&world, "SELECT requests FROM request_budget") >= asked);
        world_close(&world);
        scratch_remove(folder);
    }
    assert_true(kills >= 5);
    register_close(&apart);
}

static void killed_after_any_commit_it_goes_on(void **state)
{
    (void)state;
    check_kills(false);
}

static void killed_before_any_commit_it_goes_on(void **state)
{
    (void)state;
    check_kills(true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(killed_after_any_commit_it_goes_on),
        cmocka_unit_test(killed_before_any_commit_it_goes_on),
    };
    world_begin_time("2026-02-02T00:00:00Z");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
