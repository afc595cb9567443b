/* The loop under an overridden clock: order, jumps, flights, idleness. */
#include "m13/loop.h"

#include "m13/clock.h"
#include "m13/failure.h"

#include "apart.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define START (20000 * CLOCK_DAY)

static struct loop *loop;
static char told[256]; /* letters of what happened, in order */

static int set_up(void **state)
{
    (void)state;
    clock_override(START);
    loop = loop_new();
    told[0] = '\0';
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    loop_free(loop);
    return 0;
}

static void tell(char letter)
{
    size_t length = strlen(told);
    assert_true(length < sizeof told - 1);
    told[length] = letter;
    told[length + 1] = '\0';
}

static void tell_context(void *context)
{
    tell(*(const char *)context);
}

static void stop(void *context)
{
    (void)context;
    loop_stop(loop);
}

static struct loop_timer *timer_telling(const char *letter)
{
    static char letters[256];
    letters[(unsigned char)*letter] = *letter;
    return loop_timer_new(loop, LOOP_CLOCK, "letter", tell_context, &letters[(unsigned char)*letter]);
}

static void timers_fire_by_time_then_in_the_order_in_which_they_were_set(void **state)
{
    (void)state;
    struct loop_timer *timers[6];
    static const struct {
        const char *letter;
        int64_t at;
    } plan[] = {{"c", 50}, {"d", 50}, {"a", 10}, {"e", 50}, {"b", 20}, {"z", 90}};
    for (int i = 0; i < 6; i++) {
        timers[i] = timer_telling(plan[i].letter);
        loop_timer_set_at(timers[i], START + plan[i].at);
    }
    struct loop_timer *end = loop_timer_new(loop, LOOP_CLOCK, "end", stop, NULL);
    loop_timer_set_in(end, 80);
    loop_run(loop, false);
    assert_string_equal(told, "abcde");
    assert_true(clock_wall() == START + 80);
    assert_true(loop_timer_is_set(timers[5]));
    assert_false(loop_timer_is_set(timers[0]));
    for (int i = 0; i < 6; i++)
        loop_timer_free(timers[i]);
    loop_timer_free(end);
}

static void the_past_means_now_and_never_is_not_set(void **state)
{
    (void)state;
    struct loop_timer *first = timer_telling("a"), *second = timer_telling("b"), *never = timer_telling("n");
    loop_timer_set_at(first, START - 5);
    loop_timer_set_at(second, START - CLOCK_DAY);
    loop_timer_set_at(never, CLOCK_NEVER);
    assert_false(loop_timer_is_set(never));
    loop_timer_set_in(never, INT64_MAX);
    assert_false(loop_timer_is_set(never));
    loop_run(loop, true);
    assert_string_equal(told, "ab");
    assert_true(clock_wall() == START);
    loop_timer_free(first);
    loop_timer_free(second);
    loop_timer_free(never);
}

static struct loop_timer *daily;
static int days;

static void another_day(void *context)
{
    (void)context;
    assert_true(clock_wall() == START + days * CLOCK_DAY);
    if (++days > 366)
        loop_stop(loop);
    loop_timer_set_at(daily, START + days * CLOCK_DAY);
}

static void a_year_passes_at_once(void **state)
{
    (void)state;
    int64_t began = clock_monotonic();
    days = 0;
    daily = loop_timer_new(loop, LOOP_CLOCK, "daily", another_day, NULL);
    loop_timer_set_in(daily, 0);
    loop_run(loop, false);
    assert_true(clock_wall() == START + 366 * CLOCK_DAY);
    assert_true(clock_monotonic() - began < 1000);
    loop_timer_free(daily);
}

static void land(void *context)
{
    (void)context;
    assert_true(clock_wall() == START); /* the clock stood still meanwhile */
    tell('l');
    loop_flight_end(loop);
}

static void clock_waits_for_a_flight(void **state)
{
    (void)state;
    struct loop_timer *landing = loop_timer_new(loop, LOOP_REAL, "landing", land, NULL);
    struct loop_timer *tomorrow = timer_telling("t"),
                      *end = loop_timer_new(loop, LOOP_CLOCK, "end", stop, NULL);
    loop_flight_begin(loop);
    loop_timer_set_in(landing, 15);
    loop_timer_set_in(tomorrow, CLOCK_DAY);
    loop_timer_set_in(end, CLOCK_DAY);
    loop_run(loop, false);
    assert_string_equal(told, "lt");
    assert_true(clock_wall() == START + CLOCK_DAY);
    loop_timer_free(landing);
    loop_timer_free(tomorrow);
    loop_timer_free(end);
}

static int slices;

static bool ten_slices(void *context)
{
    (void)context;
    assert_true(clock_wall() == START);
    return ++slices < 10;
}

static void clock_waits_for_work(void **state)
{
    (void)state;
    struct loop_timer *end = loop_timer_new(loop, LOOP_CLOCK, "end", stop, NULL);
    slices = 0;
    loop_set_work(loop, ten_slices, NULL);
    loop_timer_set_in(end, 1);
    loop_run(loop, false);
    assert_int_equal(slices, 10);
    loop_timer_free(end);
}

static void hear_command(int descriptor, int events, void *context)
{
    (void)context;
    char byte;
    assert_int_equal(events, LOOP_READ);
    assert_int_equal(read(descriptor, &byte, 1), 1);
    assert_true(clock_wall() == START);
    tell(byte);
}

static void a_command_that_has_arrived_is_heard_before_the_clock_jumps(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
    struct loop_watch *watch = loop_watch_new(loop, ends[0], LOOP_READ, hear_command, NULL);
    struct loop_timer *end = loop_timer_new(loop, LOOP_CLOCK, "end", stop, NULL);
    loop_timer_set_in(end, CLOCK_DAY);
    assert_int_equal(write(ends[1], "xy", 2), 2);
    loop_run(loop, false);
    assert_string_equal(told, "xy");
    loop_watch_free(watch);
    loop_timer_free(end);
    close(ends[0]);
    close(ends[1]);
}

static void until_idle_does_what_is_due_and_leaves_the_clock_alone(void **state)
{
    (void)state;
    struct loop_timer *now = timer_telling("n"), *later = timer_telling("l");
    struct loop_timer *landing = loop_timer_new(loop, LOOP_REAL, "landing", land, NULL);
    struct loop_timer *guard = loop_timer_new(loop, LOOP_REAL, "guard", stop, NULL);
    loop_timer_set_in(now, 0);
    loop_timer_set_in(later, 1);
    loop_timer_set_in(guard, 60000); /* does not keep it from being idle */
    loop_flight_begin(loop);
    loop_timer_set_in(landing, 10);
    slices = 0;
    loop_set_work(loop, ten_slices, NULL);
    loop_run(loop, true);
    assert_string_equal(told, "nl");
    assert_int_equal(slices, 10);
    assert_true(loop_timer_is_set(later));
    assert_true(clock_wall() == START);
    loop_timer_free(now);
    loop_timer_free(later);
    loop_timer_free(landing);
    loop_timer_free(guard);
}

static void wake_once(void *context)
{
    (void)context;
    if (slices == 0)
        loop_wake(loop);
}

static bool one_slice(void *context)
{
    (void)context;
    slices++;
    return false;
}

static void work_that_a_commit_brings_is_done_before_idleness(void **state)
{
    (void)state;
    slices = -1; /* the first slice finds nothing, the hook then finds zero */
    loop_set_work(loop, one_slice, NULL);
    loop_on_turn_end(loop, wake_once, NULL);
    loop_run(loop, true);
    assert_int_equal(slices, 1);
}

static void clock_set_back_floods_nobody(void **state)
{
    (void)state;
    struct loop_timer *at = timer_telling("a");
    loop_timer_set_at(at, START + CLOCK_HOUR);
    clock_override(START - 5 * CLOCK_HOUR);
    loop_run(loop, true);
    assert_string_equal(told, ""); /* its time has not come */
    clock_override(START + 7 * CLOCK_DAY);
    loop_run(loop, true);
    assert_string_equal(told, "a"); /* a week's leap: once */
    loop_timer_free(at);
}

static struct loop_timer *first_of_two, *second_of_two;

static void free_both(void *context)
{
    (void)context;
    tell('f');
    loop_timer_free(first_of_two);
    loop_timer_free(second_of_two);
}

static void a_timer_may_free_itself_and_one_that_is_due(void **state)
{
    (void)state;
    first_of_two = loop_timer_new(loop, LOOP_CLOCK, "first", free_both, NULL);
    second_of_two = timer_telling("s");
    loop_timer_set_in(first_of_two, 0);
    loop_timer_set_in(second_of_two, 0);
    loop_run(loop, true);
    assert_string_equal(told, "f");
    loop_timer_free(NULL);
}

static struct loop_timer *again;
static int times;

static void set_again(void *context)
{
    (void)context;
    tell('a');
    if (++times < 3)
        loop_timer_set_in(again, 0);
}

static void a_timer_set_by_itself_lets_the_others_go_first(void **state)
{
    (void)state;
    struct loop_timer *other = timer_telling("o");
    times = 0;
    again = loop_timer_new(loop, LOOP_CLOCK, "again", set_again, NULL);
    loop_timer_set_in(again, 0);
    loop_timer_set_in(other, 0);
    loop_run(loop, true);
    assert_string_equal(told, "aoaa");
    loop_timer_free(again);
    loop_timer_free(other);
}

static void set_for_ever(void *context)
{
    (void)context;
    loop_timer_set_at(again, 0);
}

static void run_away(void)
{
    again = loop_timer_new(loop, LOOP_CLOCK, "feed fda-510k", set_for_ever, NULL);
    loop_timer_set_in(again, 0);
    loop_run(loop, false);
}

static void set_by_the_wrong_clock(void)
{
    loop_timer_set_at(loop_timer_new(loop, LOOP_REAL, "guard", stop, NULL), START);
}

static void end_no_flight(void)
{
    loop_flight_end(loop);
}

static void run_within(void *context)
{
    (void)context;
    loop_run(loop, true);
}

static void run_nested(void)
{
    loop_on_turn_end(loop, run_within, NULL);
    loop_run(loop, true);
}

static void wait_for_nothing(void)
{
    loop_run(loop, false);
}

static void faults_of_ours_are_fatal_and_named(void **state)
{
    (void)state;
    static struct apart apart;
    static const struct {
        void (*fault)(void);
        const char *message;
    } faults[] = {
        {run_away, "the timer 'feed fda-510k' fired 100000 times at the same time"},
        {set_by_the_wrong_clock, "the timer 'guard' runs in real time"},
        {end_no_flight, "a flight ended that had not begun"},
        {run_nested, "the loop was run from within the loop"},
        {wait_for_nothing, "the loop has nothing left to wait for"},
    };
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        run_apart(faults[i].fault, 0, &apart);
        assert_int_equal(apart.exit_code, EXIT_INTERNAL);
        assert_non_null(strstr(apart.said, faults[i].message));
    }
}

/* --- the queue against a model ---------------------------------------------------------------------------
 */

#define MANY 600

static struct model {
    struct loop_timer *timer;
    int64_t due; /* -1 = not set */
    int order;
    int fired;
} models[MANY];
static int orders, firings;
static int64_t last_due;
static int last_order;

static void check_order(void *context)
{
    struct model *model = context;
    assert_true(model->due == clock_wall());
    assert_true(model->due > last_due || (model->due == last_due && model->order > last_order));
    last_due = model->due;
    last_order = model->order;
    model->due = -1;
    model->fired++;
    firings++;
}

static void random_timers_fire_exactly_once_each_in_order(void **state)
{
    (void)state;
    srandom(13);
    int expected = 0, set = 0;
    last_due = firings = orders = 0;
    memset(models, 0, sizeof models);
    for (int i = 0; i < MANY; i++) {
        models[i].due = -1;
        models[i].timer = loop_timer_new(loop, LOOP_CLOCK, "model", check_order, &models[i]);
    }
    for (int step = 0; step < 5 * MANY; step++) {
        struct model *model = &models[random() % MANY];
        if (random() % 4 == 0) {
            loop_timer_stop(model->timer);
            model->due = -1;
        } else {
            model->due = START + random() % 200;
            model->order = ++orders;
            loop_timer_set_at(model->timer, model->due);
        }
    }
    for (int i = 0; i < MANY; i++) {
        expected += models[i].due >= 0;
        assert_int_equal(loop_timer_is_set(models[i].timer), models[i].due >= 0);
    }
    struct loop_timer *end = loop_timer_new(loop, LOOP_CLOCK, "end", stop, NULL);
    loop_timer_set_in(end, 1000);
    loop_run(loop, false);
    assert_int_equal(firings, expected);
    for (int i = 0; i < MANY; i++) {
        set += models[i].fired;
        assert_true(models[i].fired <= 1);
        loop_timer_free(models[i].timer);
    }
    assert_int_equal(set, expected);
    loop_timer_free(end);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(timers_fire_by_time_then_in_the_order_in_which_they_were_set),
        CASE(the_past_means_now_and_never_is_not_set),
        CASE(a_year_passes_at_once),
        CASE(clock_waits_for_a_flight),
        CASE(clock_waits_for_work),
        CASE(a_command_that_has_arrived_is_heard_before_the_clock_jumps),
        CASE(until_idle_does_what_is_due_and_leaves_the_clock_alone),
        CASE(work_that_a_commit_brings_is_done_before_idleness),
        CASE(clock_set_back_floods_nobody),
        CASE(a_timer_may_free_itself_and_one_that_is_due),
        CASE(a_timer_set_by_itself_lets_the_others_go_first),
        CASE(faults_of_ours_are_fatal_and_named),
        CASE(random_timers_fire_exactly_once_each_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
