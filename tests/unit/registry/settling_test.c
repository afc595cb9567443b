/* The inbox in real time: a file is taken when its writer has finished, as far as that can be seen. */
#include "fake_decoder.h"
#include "inbox_inside.h"
#include "office.h"
#include "scratch.h"

#include "m13/clock.h"
#include "m13/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define ROSTER "uscc,name_zh\n" CHEN ",x\n"

static int set_up(void **state)
{
    local_inbox_settled_ms = 2000;
    local_inbox_held_ms = 60000;
    return office_open(state);
}

/* --- one folder ------------------------------------------------------------------------------------------
 */

static struct local_inbox *watch_folder(struct office *office)
{
    char *path = office_path(office, "");
    struct local_inbox *inbox = local_inbox_new(path, NULL, NULL);
    free(path);
    return inbox;
}

static void add_name(const char *name, void *context)
{
    strcat(strcat(context, name), " ");
}

/* Reads the folder, then takes what is whole at `now`. */
static int64_t scan(struct local_inbox *inbox, int64_t now, char taken[100])
{
    bool more;
    taken[0] = '\0';
    while (!local_inbox_read(inbox, clock_monotonic_us() + 1)) /* in very small slices */
        ;
    return local_inbox_take(inbox, now, add_name, taken, &more);
}

/* The present millisecond, and the next one has begun. */
static int64_t let_time_pass(void)
{
    int64_t now = clock_monotonic();
    while (clock_monotonic() == now)
        ;
    return now;
}

static void a_file_that_changes_starts_again(void **state)
{
    struct office *office = *state;
    struct local_inbox *inbox = watch_folder(office);
    char taken[100];
    office_put(office, "a.csv", ROSTER);
    office_put(office, "b.csv", ROSTER);
    assert_true(scan(inbox, clock_monotonic(), taken) > 0);
    assert_string_equal(taken, "");
    int64_t seen = let_time_pass();
    office_put(office, "b.csv", ROSTER "and more");
    assert_true(scan(inbox, seen + 2000, taken) > 0);
    assert_string_equal(taken, "a.csv ");
    int64_t later = let_time_pass();
    assert_int_equal(scan(inbox, later + 2000, taken), -1);
    assert_string_equal(taken, "a.csv b.csv ");
    local_inbox_leave(inbox, "a.csv");
    assert_int_equal(scan(inbox, later + 2000, taken), -1);
    assert_string_equal(taken, "b.csv ");
    office_put(office, "a.csv", "other");
    assert_true(scan(inbox, later + 2000, taken) > 0);
    local_inbox_free(inbox);
}

/* Its time of arrival nobody can set: the entry is told another. */
static void move_arrival(struct local_inbox *inbox, const char *name, int64_t seconds)
{
    inbox_find(inbox, name)->status.st_ctim.tv_sec += seconds;
}

static void what_came_later_is_taken_later_whatever_its_name(void **state)
{
    struct office *office = *state;
    struct local_inbox *inbox = watch_folder(office);
    char taken[100];
    bool more;
    static const char *const names[] = {"c.csv", "a.csv", "sales.csv", "sales-correction.csv", "b.csv"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        office_put(office, names[i], ROSTER);
        local_inbox_whole(inbox, names[i]);
    }
    assert_int_equal(scan(inbox, clock_monotonic(), taken), -1);
    assert_string_equal(taken, "a.csv b.csv c.csv sales.csv sales-correction.csv ");
    move_arrival(inbox, "sales.csv", 3600);
    move_arrival(inbox, "c.csv", -3600);
    taken[0] = '\0';
    local_inbox_take(inbox, clock_monotonic(), add_name, taken, &more);
    assert_string_equal(taken, "c.csv a.csv b.csv sales-correction.csv sales.csv ");
    local_inbox_free(inbox);
}

static void a_file_that_was_closed_need_not_settle(void **state)
{
    struct office *office = *state;
    struct local_inbox *inbox = watch_folder(office);
    char taken[100];
    office_put(office, "b.csv", ROSTER);
    local_inbox_whole(inbox, "b.csv"); /* before any look */
    office_put(office, "a.csv", ROSTER);
    int64_t now = clock_monotonic();
    assert_true(scan(inbox, now, taken) >= 2000);
    assert_string_equal(taken, "b.csv ");
    local_inbox_whole(inbox, "a.csv");
    assert_int_equal(scan(inbox, now, taken), -1);
    assert_string_equal(taken, "a.csv b.csv ");
    office_put(office, "b.csv", ROSTER "and more"); /* opened again, and nobody has said that it is closed */
    assert_true(scan(inbox, now, taken) >= 2000);
    assert_string_equal(taken, "a.csv ");
    local_inbox_free(inbox);
}

static void only_files_that_are_meant_are_noted_as_closed(void **state)
{
    struct office *office = *state;
    struct local_inbox *inbox = watch_folder(office);
    char taken[100], *link = office_path(office, "link.csv");
    office_put(office, "~$a.xlsx", "lock");
    office_put(office, "empty.csv", "");
    assert_int_equal(symlink("/etc/passwd", link), 0);
    static const char *const names[] = {"~$a.xlsx", "empty.csv", "link.csv", "gone.csv", "files", ".."};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        local_inbox_whole(inbox, names[i]);
    assert_int_equal(scan(inbox, clock_monotonic(), taken), -1);
    assert_string_equal(taken, "");
    free(link);
    local_inbox_free(inbox);
}

static void a_writer_that_pauses_is_waited_for(void **state)
{
    struct office *office = *state;
    struct local_inbox *inbox = watch_folder(office);
    struct failure failure;
    char taken[100], *path = office_path(office, "a.csv");
    local_inbox_settled_ms = 0;
    office_put(office, "a.csv", ROSTER);
    int writer = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
    assert_int_equal(scan(inbox, clock_monotonic() + 1000, taken), -1); /* the scan itself takes time */
    assert_int_equal(local_inbox_open(inbox, "a.csv", &failure), -EAGAIN);
    local_inbox_held_ms = 0; /* it has not changed for so long: a spreadsheet left open */
    int descriptor = local_inbox_open(inbox, "a.csv", &failure);
    assert_true(descriptor >= 0);
    close(descriptor);
    local_inbox_held_ms = 60000;
    close(writer);
    descriptor = local_inbox_open(inbox, "a.csv", &failure);
    assert_true(descriptor >= 0);
    /* Nothing of it stays behind that could hold up, or end, anybody. */
    writer = open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NONBLOCK);
    assert_true(writer >= 0);
    close(writer);
    close(descriptor);
    free(path);
    local_inbox_free(inbox);
}

static void who_still_writes_is_looked_at_again_when_settled(void **state)
{
    struct office *office = *state;
    struct local_inbox *inbox = watch_folder(office);
    char taken[100];
    office_put(office, "a.csv", ROSTER);
    local_inbox_whole(inbox, "a.csv");
    int64_t now = clock_monotonic();
    local_inbox_wait(inbox, "a.csv");
    assert_true(scan(inbox, now, taken) >= 2000);
    assert_string_equal(taken, "");
    local_inbox_whole(inbox, "a.csv"); /* closed, says the kernel: that counts at once */
    assert_int_equal(scan(inbox, now, taken), -1);
    assert_string_equal(taken, "a.csv ");
    local_inbox_free(inbox);
}

/* --- the registry ----------------------------------------------------------------------------------------
 */

static void let_go(void *context)
{
    int *descriptor = context;
    close(*descriptor);
    *descriptor = -1;
}

static void a_run_waits_for_the_file_to_settle(void **state)
{
    struct office *office = *state;
    int64_t started = clock_monotonic();
    local_inbox_settled_ms = 20;
    office_put(office, "a.csv", ROSTER);
    office_start_and_run(office);
    assert_string_equal(office->imported, "a.csv:1: ");
    assert_true(registry_is_idle(office->registry));
    assert_true(clock_monotonic() - started >= 20);
}

static void a_file_is_taken_at_once_when_its_writer_closes_it(void **state)
{
    struct office *office = *state;
    int64_t started = clock_monotonic();
    local_inbox_settled_ms = 100000;
    office_start_and_run(office);
    office_put(office, "a.csv", ROSTER);
    office_run(office);
    assert_string_equal(office->imported, "a.csv:1: ");
    char *from = scratch_path(office->bureau->folder, "b.csv"), *to = office_path(office, "b.csv");
    scratch_write(from, "uscc,name_zh\n" SIZH ",y\n", strlen("uscc,name_zh\n" SIZH ",y\n"));
    assert_int_equal(rename(from, to), 0);
    office_run(office);
    assert_string_equal(office->imported, "a.csv:1: b.csv:1: ");
    assert_true(clock_monotonic() - started < local_inbox_settled_ms);
    free(from);
    free(to);
}

static void a_document_that_has_waited_for_its_row_need_not_settle_again(void **state)
{
    struct office *office = *state;
    local_inbox_settled_ms = 60000;
    office_start_and_run(office);
    office_put(office, "files/a.pdf", "scan");
    office_run(office); /* heard of, and nobody wants it */
    office_put(office, "sales.csv",
        "sale_id,uscc,product_id,country,date,amount,currency,document\n"
        "S1," CHEN ",P1,US,2026-03-01,100,USD,a.pdf\n");
    office_run(office);
    assert_string_equal(office->imported, "sales.csv:1: ");
    assert_false(office_has(office, "files/a.pdf"));
}

static void a_file_that_was_still_held_is_taken_when_it_is_let_go(void **state)
{
    struct office *office = *state;
    local_inbox_settled_ms = 30;
    office_put(office, "a.csv", ROSTER);
    char *path = office_path(office, "a.csv");
    int writer = open(path, O_RDWR | O_CLOEXEC);
    struct loop_timer *timer = loop_timer_new(office->loop, LOOP_REAL, "test", let_go, &writer);
    loop_timer_set_in(timer, 100);
    office_start_and_run(office);
    assert_string_equal(office->imported, "a.csv:1: ");
    assert_int_equal(writer, -1);
    loop_timer_free(timer);
    free(path);
}

static void stop(void *context)
{
    loop_stop(context);
}

static void at_rest_nothing_wakes_it(void **state)
{
    struct office *office = *state;
    office_put(office, "files/unnamed.pdf", "scan");
    office_start_and_run(office);
    struct loop_health before, after;
    struct loop_timer *timer = loop_timer_new(office->loop, LOOP_REAL, "test", stop, office->loop);
    office->wanted_gone = "files"; /* so that the loop goes on */
    office->give_up_at = clock_wall() + CLOCK_MINUTE;
    loop_health(office->loop, &before);
    loop_timer_set_in(timer, 150);
    loop_run(office->loop, false);
    loop_health(office->loop, &after);
    assert_true(after.turns - before.turns <= 2);
    loop_timer_free(timer);
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, set_up, office_close)
    const struct CMUnitTest tests[] = {
        CLAIM(a_file_that_changes_starts_again),
        CLAIM(what_came_later_is_taken_later_whatever_its_name),
        CLAIM(a_file_that_was_closed_need_not_settle),
        CLAIM(only_files_that_are_meant_are_noted_as_closed),
        CLAIM(a_writer_that_pauses_is_waited_for),
        CLAIM(who_still_writes_is_looked_at_again_when_settled),
        CLAIM(a_run_waits_for_the_file_to_settle),
        CLAIM(a_file_that_was_still_held_is_taken_when_it_is_let_go),
        CLAIM(a_file_is_taken_at_once_when_its_writer_closes_it),
        CLAIM(a_document_that_has_waited_for_its_row_need_not_settle_again),
        CLAIM(at_rest_nothing_wakes_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
