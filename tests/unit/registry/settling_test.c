/* The inbox in real time: a file is taken when its writer has finished, as far as that can be seen. */
#include "delivery.h"
#include "fake_decoder.h"
#include "inbox.h"
#include "scratch.h"

#include "m13/clock.h"
#include "m13/loop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ROSTER "uscc,name_zh\n91110108MA0DEMA17F,x\n"

static void put(struct bureau *bureau, const char *name, const char *text)
{
    char *path = scratch_path(bureau->folder, "inbox/%s", name);
    scratch_write(path, text, strlen(text));
    free(path);
}

static void add_name(const char *name, void *context)
{
    strcat(strcat(context, name), " ");
}

static int64_t scan(struct local_inbox *inbox, char taken[100])
{
    bool more;
    taken[0] = '\0';
    return local_inbox_scan(inbox, add_name, taken, &more);
}

static void let_time_pass(void)
{
    for (int64_t start = clock_monotonic(); clock_monotonic() < start + 3;)
        ;
}

static void a_file_that_changes_starts_again(void **state)
{
    struct bureau *bureau = *state;
    struct local_inbox *inbox = local_inbox_new(bureau->folder);
    char taken[100];
    local_inbox_settled_ms = 2000;
    put(bureau, "a.csv", ROSTER);
    put(bureau, "b.csv", ROSTER);
    assert_int_equal(scan(inbox, taken), 2000);
    assert_string_equal(taken, "");
    let_time_pass();
    put(bureau, "b.csv", ROSTER "and more");
    local_inbox_settled_ms = 2;
    assert_int_equal(scan(inbox, taken), 2);
    assert_string_equal(taken, "a.csv ");
    let_time_pass();
    assert_int_equal(scan(inbox, taken), -1);
    assert_string_equal(taken, "a.csv b.csv ");
    local_inbox_leave(inbox, "a.csv");
    assert_int_equal(scan(inbox, taken), -1);
    assert_string_equal(taken, "b.csv ");
    put(bureau, "a.csv", "other");
    assert_int_equal(scan(inbox, taken), 2);
    local_inbox_free(inbox);
}

static void count(const struct import_result *result, void *context)
{
    *(int64_t *)context += result->added;
}

static void end_turn(void *context)
{
    store_commit(context);
}

static void a_run_until_idle_waits_for_the_file_to_settle(void **state)
{
    struct bureau *bureau = *state;
    int64_t added = 0, started = clock_monotonic();
    local_inbox_settled_ms = 20;
    put(bureau, "a.csv", ROSTER);
    struct loop *loop = loop_new();
    struct registry *registry = registry_new(loop, bureau->store, &(struct registry_events){count, &added});
    loop_on_turn_end(loop, end_turn, bureau->store);
    registry_start(registry);
    loop_run(loop, true);
    assert_int_equal(added, 1);
    assert_true(registry_is_idle(registry));
    assert_true(clock_monotonic() - started >= 20);
    registry_free(registry);
    loop_free(loop);
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, bureau_open, bureau_close)
    const struct CMUnitTest tests[] = {
        CLAIM(a_file_that_changes_starts_again),
        CLAIM(a_run_until_idle_waits_for_the_file_to_settle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
