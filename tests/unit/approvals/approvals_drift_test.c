/* Whether a register has changed its form: what is new, what is missing, and when it is the new form. */
#include "drift.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The feed's memory between polls. */
static char known[4096], seen[4096], words[4096];

static int begin(void **state)
{
    (void)state;
    known[0] = seen[0] = '\0';
    return 0;
}

static const char *poll(const char *shape, bool all)
{
    struct drift drift;
    drift_judge(known, seen, shape, all, &drift);
    snprintf(known, sizeof known, "%s", drift.known);
    snprintf(seen, sizeof seen, "%s", drift.seen);
    snprintf(words, sizeof words, "%s", text_string(&drift.words));
    drift_release(&drift);
    return words;
}

static void the_first_form_is_the_known_one(void **state)
{
    (void)state;
    assert_string_equal(poll("number|holder", true), "");
    assert_string_equal(known, "number|holder");
    assert_string_equal(poll("number|holder", true), "");
}

static void a_new_name_is_told_once(void **state)
{
    (void)state;
    poll("number|holder", true);
    assert_string_equal(poll("number|holder|maker", true), "new names: maker");
    assert_string_equal(known, "number|holder");
    assert_string_equal(poll("number|holder|maker", true), "");
    assert_string_equal(known, "number|holder|maker");
    assert_string_equal(seen, "");
}

static void a_name_that_is_no_longer_there_is_told(void **state)
{
    (void)state;
    poll("number|holder|date", true);
    assert_string_equal(poll("number|date", true), "no longer there: holder");
}

static void a_renamed_column_is_both(void **state)
{
    (void)state;
    poll("number|holder", true);
    assert_string_equal(poll("number|Holder name", true), "new names: Holder name; no longer there: holder");
    assert_string_equal(poll("number|Holder name", true), "");
    assert_string_equal(known, "number|Holder name");
}

static void another_order_is_no_drift(void **state)
{
    (void)state;
    poll("number|holder|date", true);
    assert_string_equal(poll("date|number|holder", true), "");
    assert_string_equal(known, "number|holder|date");
}

static void two_different_new_forms_are_both_drift(void **state)
{
    (void)state;
    poll("number", true);
    assert_string_equal(poll("number|a", true), "new names: a");
    assert_string_equal(poll("number|b", true), "new names: b");
    assert_string_equal(poll("number|b|c", true), "new names: b, c");
    assert_string_equal(known, "number");
}

static void what_was_new_one_day_alone_is_drift_again_when_it_comes_back(void **state)
{
    (void)state;
    poll("number", true);
    poll("number|a", true);
    assert_string_equal(poll("number", true), "");
    assert_string_equal(poll("number|a", true), "new names: a");
}

static void a_few_rows_need_not_have_every_member(void **state)
{
    (void)state;
    poll("number|holder|remark", true);
    assert_string_equal(poll("number|holder", false), "");
    assert_string_equal(known, "number|holder|remark");
    assert_string_equal(poll("number|brand", false), "new names: brand");
    assert_string_equal(poll("brand|number", false), "");
    assert_string_equal(known, "number|holder|remark|brand");
}

static void a_poll_that_tells_no_form_changes_nothing(void **state)
{
    (void)state;
    assert_string_equal(poll("", true), "");
    poll("number", true);
    assert_string_equal(poll("", true), "");
    assert_string_equal(known, "number");
}

static void of_many_names_some_are_told(void **state)
{
    (void)state;
    poll("x", true);
    assert_string_equal(poll("x|a|b|c|d|e|f|g|h|i|j", true), "new names: a, b, c, d, e, f, g, h and 2 more");
}

int main(void)
{
#define CLAIM(claim) cmocka_unit_test_setup(claim, begin)
    const struct CMUnitTest claims[] = {
        CLAIM(the_first_form_is_the_known_one),
        CLAIM(a_new_name_is_told_once),
        CLAIM(a_name_that_is_no_longer_there_is_told),
        CLAIM(a_renamed_column_is_both),
        CLAIM(another_order_is_no_drift),
        CLAIM(two_different_new_forms_are_both_drift),
        CLAIM(what_was_new_one_day_alone_is_drift_again_when_it_comes_back),
        CLAIM(a_few_rows_need_not_have_every_member),
        CLAIM(a_poll_that_tells_no_form_changes_nothing),
        CLAIM(of_many_names_some_are_told),
    };
    return cmocka_run_group_tests(claims, NULL, NULL);
}
