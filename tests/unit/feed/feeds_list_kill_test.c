/* kill -9 at any turn of the loop, in the middle of a list of values with numbered pages: after the restart
 * the poll ends as if it had not happened. */
#include "script.h"

#include "scratch.h"

#include <event2/event.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static const char *const values[] = {"CN-MF-1", "CN-MF-2", "CN-MF-3", NULL};

/* The second has two pages, the third none. */
static void answer_devices(const struct script_request *request, struct script_answer *answer, void *context)
{
    (void)context;
    answer->set_cookie = strcmp(request->target, "/page") == 0 ? "visit=1" : NULL;
    if (strstr(request->target, "CN-MF-3") != NULL)
        answer->status = 404;
    else
        text_append_format(&answer->body, "{\"of\":\"%s\",\"totalElements\":%d}", request->target,
            strstr(request->target, "CN-MF-2") != NULL ? 15 : 1);
}

struct apart {
    struct event_base *base;
    struct event *child;
    struct script script;
};

static void on_child(evutil_socket_t signal, short events, void *context)
{
    (void)signal;
    (void)events;
    event_base_loopbreak(context);
}

static void run_daemon(const char *folder, const char *url, int kill_at, bool before_commit)
{
    static char list[] = "eudamed-actors", total[] = "totalElements", prime[] = "/page";
    struct world world;
    world_open_apart(&world, folder, url);
    struct feed_definition *feed = script_feed(&world, "/devices", "srn={each}&page={page}", NULL);
    feed->paging = PAGING_NUMBERED;
    feed->pages = (struct feed_pages){.size = 10, .total = total};
    feed->each = (struct feed_each){.feed = list, .member = RECORD_SRN, .a_turn = 3};
    feed->prime = (struct feed_query){.path = prime};
    world.values = values;
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
static bool daemon_ends(struct apart *apart, const char *folder, int kill_at, bool before_commit)
{
    int status;
    pid_t daemon = fork();
    if (daemon == 0)
        run_daemon(folder, apart->script.url, kill_at, before_commit);
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
    assert_sql(&world, "SELECT kind, state, pages, values_done, rotation_ended, part FROM poll",
        "history|applied|3|3|1|1");
    assert_sql(&world,
        "SELECT url LIKE '%srn=CN-MF-' || (1 + (page > 0)) || '&page=' || (page = 2) "
        "FROM payload ORDER BY page",
        "1|1|1");
    assert_sql(&world, "SELECT cycle, failures, outcome, each_after = '' FROM feed_state", "1|0|applied|1");
    world_close(&world);
}

static void check_kills(bool before_commit)
{
    struct apart apart;
    bool ended = false;
    int kills = 0;
    apart.base = event_base_new();
    apart.child = evsignal_new(apart.base, SIGCHLD, on_child, apart.base);
    event_add(apart.child, NULL);
    script_open_apart(&apart.script, apart.base, answer_devices, NULL);
    for (int turn = 1; !ended; turn++) {
        char *folder = scratch_new();
        int before = apart.script.count;
        ended = daemon_ends(&apart, folder, turn, before_commit);
        kills += !ended;
        assert_true(daemon_ends(&apart, folder, 0, false));
        check_state(folder, apart.script.url);
        /* A cookie and four pages; after a kill the cookie anew, and the page in flight. */
        assert_in_range(apart.script.count - before, 5, ended ? 5 : 7);
        scratch_remove(folder);
    }
    assert_true(kills >= 8);
    script_close(&apart.script);
    event_free(apart.child);
    event_base_free(apart.base);
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
