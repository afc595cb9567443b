/* The work list: order, cursors that survive, items that are wanted again. */
#include "m13/work.h"

#include "m13/clock.h"
#include "m13/failure.h"
#include "m13/store.h"

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

struct house {
    char *folder;
    struct store *store;
    struct work *work;
    char log[512];   /* what the handlers were called for */
    int64_t last_at; /* cursor at which an item is done */
    const char *adds_kind, *adds_key;
    bool adds_again;
};

static struct store *open_store(const char *folder)
{
    struct store *store = NULL;
    struct failure failure = {0};
    scratch_store(folder);
    if (store_open(folder, STORE_WRITER, &store, &failure) < 0) {
        fprintf(stderr, "%s\n", failure.text);
        _exit(99);
    }
    return store;
}

static int set_up(void **state)
{
    struct house *house = calloc(1, sizeof *house);
    house->folder = scratch_new();
    house->store = open_store(house->folder);
    house->work = work_new(house->store);
    *state = house;
    return 0;
}

static int tear_down(void **state)
{
    struct house *house = *state;
    work_free(house->work);
    store_close(house->store);
    scratch_remove(house->folder);
    free(house);
    return 0;
}

/* Goes on by one per slice until `last_at`, and writes down what it was called with. */
static bool one_step(void *context, const char *key, int64_t *cursor, int64_t deadline_us)
{
    struct house *house = context;
    (void)deadline_us;
    size_t used = strlen(house->log);
    snprintf(house->log + used, sizeof house->log - used, "%s:%lld ", key, (long long)*cursor);
    if (house->adds_kind != NULL) {
        work_add(house->store, house->adds_kind, house->adds_key, house->adds_again);
        house->adds_kind = NULL;
    }
    return ++*cursor > house->last_at;
}

static void register_kind(struct house *house, const char *kind, int order)
{
    work_register(house->work, &(struct work_kind){kind, order, one_step, house});
}

/* One slice: the deadline has passed. */
static bool slice(struct house *house)
{
    return work_slice(house->work, 0);
}

static void run_all(struct house *house)
{
    for (int turns = 0; slice(house); turns++) {
        store_commit(house->store);
        assert_true(turns < 100);
    }
    store_commit(house->store);
}

static void lowest_order_goes_first_and_in_it_the_oldest(void **state)
{
    struct house *house = *state;
    register_kind(house, "decide", 30);
    register_kind(house, "apply", 10);
    register_kind(house, "sweep", 10);
    register_kind(house, "match", 20);
    work_add(house->store, "decide", "d1", false);
    work_add(house->store, "sweep", "s1", false);
    work_add(house->store, "match", "m1", false);
    work_add(house->store, "apply", "a1", false);
    work_add(house->store, "sweep", "s2", false);
    work_add(house->store, "apply", "a2", false);
    run_all(house);
    assert_string_equal(house->log, "s1:0 a1:0 s2:0 a2:0 m1:0 d1:0 ");
    assert_int_equal(work_left(house->store), 0);
}

static void item_that_waits_is_not_added_twice(void **state)
{
    struct house *house = *state;
    register_kind(house, "match", 1);
    for (int i = 0; i < 3; i++)
        work_add(house->store, "match", "7", i > 0);
    assert_int_equal(work_left(house->store), 1);
    run_all(house);
    assert_string_equal(house->log, "7:0 ");
}

static void urgent_item_goes_between_the_slices_of_another(void **state)
{
    struct house *house = *state;
    house->last_at = 1;
    register_kind(house, "apply", 1);
    register_kind(house, "match", 2);
    work_add(house->store, "match", "m", false);
    assert_true(slice(house));
    work_add(house->store, "apply", "a", false);
    run_all(house);
    assert_string_equal(house->log, "m:0 a:0 a:1 m:1 ");
}

static void slices_go_on_until_the_deadline(void **state)
{
    struct house *house = *state;
    house->last_at = 3;
    register_kind(house, "match", 1);
    work_add(house->store, "match", "x", false);
    work_add(house->store, "match", "y", false);
    assert_false(work_slice(house->work, clock_monotonic_us() + 10 * 1000 * 1000));
    assert_string_equal(house->log, "x:0 x:1 x:2 x:3 y:0 y:1 y:2 y:3 ");
}

static void item_of_an_unknown_kind_waits(void **state)
{
    struct house *house = *state;
    register_kind(house, "match", 1);
    work_add(house->store, "of-a-later-version", "x", false);
    assert_false(slice(house));
    assert_int_equal(work_left(house->store), 1);
    work_add(house->store, "match", "m", false);
    run_all(house);
    assert_string_equal(house->log, "m:0 ");
    assert_int_equal(work_left(house->store), 1);
}

static void again_restarts_an_item_in_mid_course(void **state)
{
    struct house *house = *state;
    house->last_at = 2;
    register_kind(house, "decide-all", 1);
    work_add(house->store, "decide-all", "", false);
    slice(house);
    slice(house);
    work_add(house->store, "decide-all", "", false);
    slice(house);
    assert_string_equal(house->log, ":0 :1 :2 ");
    work_add(house->store, "decide-all", "", false);
    slice(house);
    work_add(house->store, "decide-all", "", true);
    run_all(house);
    assert_string_equal(house->log, ":0 :1 :2 :0 :0 :1 :2 ");
}

static void item_added_by_its_own_last_slice_comes_again_behind_its_like(void **state)
{
    struct house *house = *state;
    for (int again = 0; again <= 1; again++) {
        house->log[0] = '\0';
        house->adds_kind = "decide";
        house->adds_key = "a";
        house->adds_again = again;
        if (again == 0)
            register_kind(house, "decide", 1);
        work_add(house->store, "decide", "a", false);
        work_add(house->store, "decide", "b", false);
        run_all(house);
        assert_string_equal(house->log, "a:0 b:0 a:0 ");
    }
}

static void item_restarted_by_its_own_slice_begins_anew(void **state)
{
    struct house *house = *state;
    house->last_at = 2;
    register_kind(house, "decide", 1);
    work_add(house->store, "decide", "a", false);
    slice(house);
    house->adds_kind = "decide";
    house->adds_key = "a";
    house->adds_again = true;
    run_all(house);
    assert_string_equal(house->log, "a:0 a:1 a:0 a:1 a:2 ");
}

static void slice_may_add_other_items(void **state)
{
    struct house *house = *state;
    register_kind(house, "apply", 1);
    register_kind(house, "match", 2);
    house->adds_kind = "match";
    house->adds_key = "m";
    work_add(house->store, "apply", "a", false);
    assert_true(slice(house));
    run_all(house);
    assert_string_equal(house->log, "a:0 m:0 ");
}

/* --- restarts --------------------------------------------------------------------------------------------
 */

static void do_two_slices_and_die_in_the_third(void *folder)
{
    struct house house = {.store = open_store(folder), .last_at = 9};
    house.work = work_new(house.store);
    register_kind(&house, "apply", 1);
    work_add(house.store, "apply", "poll", false);
    for (int i = 0; i < 2; i++) {
        slice(&house);
        store_commit(house.store);
    }
    slice(&house);
    raise(SIGKILL);
}

static void cursor_survives_a_kill_and_an_uncommitted_slice_is_done_again(void **state)
{
    struct house *house = *state;
    house->last_at = 3;
    store_close(house->store);
    assert_int_equal(
        process_run(do_two_slices_and_die_in_the_third, house->folder), PROCESS_SIGNAL + SIGKILL);
    work_free(house->work);
    house->store = open_store(house->folder);
    house->work = work_new(house->store);
    register_kind(house, "apply", 1);
    run_all(house);
    assert_string_equal(house->log, "poll:2 poll:3 ");
}

static void long_list_is_worked_off_in_order(void **state)
{
    struct house *house = *state;
    char key[16];
    register_kind(house, "decide", 1);
    for (int i = 0; i < 20000; i++) {
        snprintf(key, sizeof key, "%05d", 99999 - i);
        work_add(house->store, "decide", key, false);
    }
    for (int i = 0; i < 20000; i++) {
        house->log[0] = '\0';
        assert_int_equal(slice(house), i < 19999);
        snprintf(key, sizeof key, "%05d:0 ", 99999 - i);
        assert_string_equal(house->log, key);
    }
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(lowest_order_goes_first_and_in_it_the_oldest),
        test(item_that_waits_is_not_added_twice),
        test(urgent_item_goes_between_the_slices_of_another),
        test(slices_go_on_until_the_deadline),
        test(item_of_an_unknown_kind_waits),
        test(again_restarts_an_item_in_mid_course),
        test(item_added_by_its_own_last_slice_comes_again_behind_its_like),
        test(item_restarted_by_its_own_slice_begins_anew),
        test(slice_may_add_other_items),
        test(cursor_survives_a_kill_and_an_uncommitted_slice_is_done_again),
        test(long_list_is_worked_off_in_order),
    };
    return cmocka_run_group_tests_name("work", tests, NULL, NULL);
}
