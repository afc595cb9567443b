/* Who may be sent to next: everyone in their own time, and the troubled never in all the places. */
#include "endpoints.h"

#include "m13/clock.h"
#include "m13/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

enum { CROWD = 1000 };

static struct endpoint *add(struct endpoints *endpoints, int number, int64_t due)
{
    char recipient[32];
    snprintf(recipient, sizeof recipient, "firm-%d", number);
    return endpoints_add(endpoints, "web", recipient, due);
}

static void endpoint_is_found_by_channel_and_recipient(void **state)
{
    struct endpoints *endpoints = *state;
    struct endpoint *firm = endpoints_add(endpoints, "web", "A", 0);
    struct endpoint *desk = endpoints_add(endpoints, "web", "", 0);
    struct endpoint *mail = endpoints_add(endpoints, "mail", "A", 0);
    assert_ptr_equal(endpoints_find(endpoints, "web", "A"), firm);
    assert_ptr_equal(endpoints_find(endpoints, "web", ""), desk);
    assert_ptr_equal(endpoints_find(endpoints, "mail", "A"), mail);
    assert_null(endpoints_find(endpoints, "mail", ""));
    endpoints_drop(endpoints, firm);
    assert_null(endpoints_find(endpoints, "web", "A"));
    assert_int_equal(endpoints_count(endpoints), 2);
}

static void all_of_a_crowd_are_found_and_gone_when_dropped(void **state)
{
    struct endpoints *endpoints = *state;
    char recipient[32];
    for (int i = 0; i < CROWD; i++)
        add(endpoints, i, i);
    for (int i = 0; i < CROWD; i++) {
        snprintf(recipient, sizeof recipient, "firm-%d", i);
        struct endpoint *endpoint = endpoints_find(endpoints, "web", recipient);
        assert_non_null(endpoint);
        assert_string_equal(endpoint->recipient, recipient);
        endpoints_drop(endpoints, endpoint);
    }
    assert_int_equal(endpoints_count(endpoints), 0);
    assert_true(endpoints_next(endpoints) == CLOCK_NEVER);
}

static void each_is_taken_when_it_is_due_and_not_before(void **state)
{
    struct endpoints *endpoints = *state;
    /* 37 and 1000 have no common factor: every time once, in no order. */
    for (int i = 0; i < CROWD; i++)
        add(endpoints, i, 37 * i % CROWD);
    for (int64_t now = 0; now < CROWD; now++) {
        assert_int_equal(endpoints_next(endpoints), now);
        assert_null(endpoints_take(endpoints, now - 1));
        struct endpoint *endpoint = endpoints_take(endpoints, now);
        assert_int_equal(endpoint->due, now);
        endpoints_drop(endpoints, endpoint);
    }
}

static void one_that_waits_anew_changes_its_place(void **state)
{
    struct endpoints *endpoints = *state;
    struct endpoint *first = add(endpoints, 1, 10), *second = add(endpoints, 2, 20);
    endpoints_wait(endpoints, first, 30, WAIT_FOR_RATE);
    assert_int_equal(endpoints_rated(endpoints), 1);
    assert_int_equal(endpoints_next(endpoints), 20);
    assert_ptr_equal(endpoints_take(endpoints, 30), second);
    assert_ptr_equal(endpoints_take(endpoints, 30), first);
    assert_int_equal(endpoints_rated(endpoints), 0);
}

static void one_that_is_under_way_is_not_taken_again(void **state)
{
    struct endpoints *endpoints = *state;
    struct endpoint *endpoint = add(endpoints, 1, 0);
    assert_ptr_equal(endpoints_take(endpoints, 0), endpoint);
    assert_null(endpoints_take(endpoints, 1000));
    assert_int_equal(endpoints_under_way(endpoints), 1);
    endpoints_wait(endpoints, endpoint, 5, WAIT_FOR_TIME);
    assert_int_equal(endpoints_under_way(endpoints), 0);
    assert_null(endpoints_take(endpoints, 4));
    assert_ptr_equal(endpoints_take(endpoints, 5), endpoint);
}

static int take_all(struct endpoints *endpoints, int64_t now)
{
    int taken = 0;
    while (endpoints_take(endpoints, now))
        taken++;
    return taken;
}

static void troubled_ones_never_have_all_places(void **state)
{
    struct endpoints *endpoints = *state;
    for (int i = 0; i < CROWD; i++)
        add(endpoints, i, 0)->slow = true;
    assert_int_equal(take_all(endpoints, 0), LIMIT_DELIVERIES_TROUBLED);
    assert_false(endpoints_may_take(endpoints));
    struct endpoint *well = add(endpoints, CROWD, 0);
    assert_ptr_equal(endpoints_take(endpoints, 0), well);
}

static void who_refuses_quickly_takes_no_place_from_others(void **state)
{
    struct endpoints *endpoints = *state;
    for (int i = 0; i < LIMIT_DELIVERIES_TROUBLED; i++)
        add(endpoints, i, 0)->slow = true;
    assert_int_equal(take_all(endpoints, 0), LIMIT_DELIVERIES_TROUBLED);
    struct endpoint *refusing = add(endpoints, CROWD, 0);
    refusing->failures = 3;
    assert_ptr_equal(endpoints_take(endpoints, 0), refusing);
}

static void places_are_bounded_and_come_back(void **state)
{
    struct endpoints *endpoints = *state;
    for (int i = 0; i < CROWD; i++)
        add(endpoints, i, 0);
    struct endpoint *first = endpoints_take(endpoints, 0);
    assert_int_equal(1 + take_all(endpoints, 0), LIMIT_DELIVERIES_UNDER_WAY - LIMIT_DELIVERIES_TROUBLED);
    assert_false(endpoints_may_take(endpoints));
    endpoints_drop(endpoints, first);
    assert_true(endpoints_may_take(endpoints));
    assert_int_equal(take_all(endpoints, 0), 1);
}

static void place_is_given_back_to_the_line_it_was_taken_from(void **state)
{
    struct endpoints *endpoints = *state;
    struct endpoint *endpoint = add(endpoints, 0, 0);
    assert_ptr_equal(endpoints_take(endpoints, 0), endpoint);
    endpoint->slow = true; /* it was well when it was taken */
    endpoints_wait(endpoints, endpoint, 10, WAIT_FOR_TIME);
    assert_int_equal(endpoints_under_way(endpoints), 0);
    assert_ptr_equal(endpoints_take(endpoints, 10), endpoint);
    endpoint->slow = false;
    endpoints_drop(endpoints, endpoint);
    assert_int_equal(endpoints_under_way(endpoints), 0);
}

static int open_endpoints(void **state)
{
    *state = endpoints_new();
    return 0;
}

static int close_endpoints(void **state)
{
    endpoints_free(*state);
    return 0;
}

#define CLAIM(claim) cmocka_unit_test_setup_teardown(claim, open_endpoints, close_endpoints)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLAIM(endpoint_is_found_by_channel_and_recipient),
        CLAIM(all_of_a_crowd_are_found_and_gone_when_dropped),
        CLAIM(each_is_taken_when_it_is_due_and_not_before),
        CLAIM(one_that_waits_anew_changes_its_place),
        CLAIM(one_that_is_under_way_is_not_taken_again),
        CLAIM(troubled_ones_never_have_all_places),
        CLAIM(who_refuses_quickly_takes_no_place_from_others),
        CLAIM(places_are_bounded_and_come_back),
        CLAIM(place_is_given_back_to_the_line_it_was_taken_from),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
