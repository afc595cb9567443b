/* Payloads that a person fetched: evidence, a poll of their own, and nothing that a turn would be. */
#include "script.h"

#include "scratch.h"

#include "m13/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define NOW  0
#define THEN (-2 * CLOCK_DAY)

struct told {
    int64_t poll;
    enum feed_outcome outcome;
    int times;
};

static void on_ended(int64_t poll, enum feed_outcome outcome, const char *detail, void *context)
{
    struct told *told = context;
    assert_non_null(detail);
    told->poll = poll;
    told->outcome = outcome;
    told->times++;
}

static int open_file(struct world *world, const char *name, const char *content)
{
    char *path = scratch_path(world->folder, "%s", name);
    scratch_write(path, content, strlen(content));
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    free(path);
    assert_true(descriptor >= 0);
    return descriptor;
}

static int take(struct world *world, const char *feed, int64_t from_now, const char *const *contents,
    size_t count, struct told *told, struct failure *ret_failure)
{
    static const char *const names[] = {"page-1.json", "page-2.json", "page-3.json"};
    int descriptors[3];
    for (size_t i = 0; i < count; i++)
        descriptors[i] = open_file(world, names[i], contents[i]);
    return feeds_take_by_hand(world->feeds,
        &(struct feed_by_hand){.feed = feed,
            .descriptors = descriptors,
            .names = names,
            .count = count,
            .fetched_at = clock_wall() + from_now,
            .actor = "officer",
            .ended = on_ended,
            .context = told},
        ret_failure);
}

static struct told *awaited;
static bool was_told(struct world *world)
{
    (void)world;
    return awaited->times > 0;
}

static void files_by_hand_are_a_poll_of_their_own(void **state)
{
    (void)state;
    const char *const contents[] = {"{\"results\":[1]}", "{\"results\":[2]}"};
    struct world world;
    struct failure failure = {0};
    struct told told = {0};
    world_open(&world);
    world.definitions[0].every_ms = 100 * CLOCK_DAY;
    world_start(&world);
    assert_int_equal(take(&world, "fda-510k", THEN, contents, 2, &told, &failure), 0);
    awaited = &told;
    world_run(&world, was_told);
    assert_int_equal(told.outcome, FEED_APPLIED);
    assert_sql(&world, "SELECT state, kind, pages FROM poll WHERE kind = 'manual'", "applied|manual|2");
    assert_sql(&world,
        "SELECT group_concat(url), min(status), max(status) FROM payload WHERE url LIKE 'file:%'",
        "file:page-1.json,file:page-2.json|0|0");
    assert_sql(&world,
        "SELECT actor, kind, subject, body LIKE '%\"fetched_at\":\"2026-11-20T00:00:00Z\",\"payloads\":[\"%' "
        "FROM journal",
        "officer|ingest|fda-510k|1");
    assert_sql(
        &world, "SELECT count(*) FROM payload JOIN evidence USING (sha256) WHERE url LIKE 'file:%'", "2");
    world_close(&world);
}

static const char *later(int64_t wall, int minutes)
{
    static char moment[CLOCK_STRING_BYTES];
    return clock_format(wall + minutes * CLOCK_MINUTE, moment);
}

static void a_kill_behind_the_commit_loses_nothing(void **state)
{
    (void)state;
    const char *const contents[] = {"{\"results\":[1]}"};
    struct world world;
    struct told told = {0};
    world_open(&world);
    world.holds = true;
    world_start(&world);
    int64_t began = clock_wall();
    assert_int_equal(take(&world, "fda-510k", THEN, contents, 1, &told, NULL), 0);
    world_run_until(&world, later(began, 10));
    assert_sql(&world, "SELECT state FROM poll WHERE kind = 'manual'", "fetched");
    world.holds = false;
    world_restart(&world);
    world_run_until(&world, later(began, 20));
    assert_sql(&world, "SELECT state FROM poll WHERE kind = 'manual'", "applied");
    assert_int_equal(told.times, 0);
    world_close(&world);
}

static void what_is_not_plausible_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *feed;
        int64_t from_now;
        const char *content, *words;
    } cases[] = {
        {"nobody", THEN, "{}", "no feed named nobody"},
        {"fda-510k", CLOCK_SECOND, "{}", "lies in the future"},
        {"fda-510k", THEN, "", "is empty"},
        {"fda-510k", THEN, "<html>Access denied</html>", "is no JSON: Access denied"},
    };
    struct world world;
    world_open(&world);
    world_start(&world);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct failure failure = {0};
        struct told told = {0};
        assert_true(
            take(&world, cases[i].feed, cases[i].from_now, &cases[i].content, 1, &told, &failure) < 0);
        if (strstr(failure.text, cases[i].words) == NULL)
            fail_msg("%s", failure.text);
        assert_int_equal(told.times, 0);
    }
    assert_sql(&world, "SELECT count(*) FROM poll WHERE kind = 'manual'", "0");
    world_close(&world);
}

static void a_folder_or_a_file_that_is_too_large_is_refused(void **state)
{
    (void)state;
    static const char *const names[] = {"x"};
    struct world world;
    struct failure failure = {0};
    world_open(&world);
    world_start(&world);
    world.definitions[0].maximum_bytes = 3;
    int folder = open(world.folder, O_RDONLY | O_CLOEXEC | O_DIRECTORY);
    int large = open_file(&world, "large.json", "{   }");
    struct feed_by_hand by_hand = {.feed = "fda-510k",
        .descriptors = &folder,
        .names = names,
        .count = 1,
        .fetched_at = clock_wall() + THEN,
        .actor = "o"};
    assert_int_equal(feeds_take_by_hand(world.feeds, &by_hand, &failure), -EINVAL);
    by_hand.descriptors = &large;
    assert_int_equal(feeds_take_by_hand(world.feeds, &by_hand, &failure), -EFBIG);
    by_hand.count = 0;
    assert_int_equal(feeds_take_by_hand(world.feeds, &by_hand, &failure), -EINVAL);
    /* They were closed with the refusal. */
    assert_int_equal(fcntl(folder, F_GETFD), -1);
    assert_int_equal(fcntl(large, F_GETFD), -1);
    world_close(&world);
}

static void what_is_older_than_what_is_known_is_refused(void **state)
{
    (void)state;
    const char *const contents[] = {"{\"results\":[1]}"};
    struct world world;
    struct failure failure = {0};
    struct told told = {0};
    world_open(&world);
    world_start(&world);
    world_run_turns(&world, "fda-510k", 1);
    assert_int_equal(take(&world, "fda-510k", THEN, contents, 1, &told, &failure), -EINVAL);
    assert_non_null(strstr(failure.text, "would put old facts over new ones"));
    assert_int_equal(take(&world, "fda-510k", NOW, contents, 1, &told, &failure), 0);
    awaited = &told;
    world_run(&world, was_told);
    world_close(&world);
}

static void a_feed_that_is_switched_off_takes_files_by_hand(void **state)
{
    (void)state;
    const char *const contents[] = {"{\"results\":[1]}"};
    struct world world;
    struct told told = {0};
    world_open(&world);
    world.definitions[0].enabled = false;
    world_start(&world);
    assert_int_equal(take(&world, "fda-510k", THEN, contents, 1, &told, NULL), 0);
    awaited = &told;
    world_run(&world, was_told);
    assert_sql(&world,
        "SELECT outcome, last_success_at = (SELECT fetched_at FROM payload), last_full_at FROM feed_state",
        "applied|1|null");
    world_close(&world);
}

int main(void)
{
    world_begin_time("2026-11-22T00:00:00Z");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_by_hand_are_a_poll_of_their_own),
        cmocka_unit_test(a_kill_behind_the_commit_loses_nothing),
        cmocka_unit_test(what_is_not_plausible_is_refused),
        cmocka_unit_test(a_folder_or_a_file_that_is_too_large_is_refused),
        cmocka_unit_test(what_is_older_than_what_is_known_is_refused),
        cmocka_unit_test(a_feed_that_is_switched_off_takes_files_by_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
