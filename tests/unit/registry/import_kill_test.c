/* All of a file or nothing of it, whenever a kill comes; and no firm is decided on half of one. */
#include "delivery.h"

#include "m13/journal.h"
#include "m13/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CHEN "91110108MA0DEMA17F"
#define SIZH "91110114MA0DEMB219"
#define QIFA "91110115MA0DEMC36X"

#define ROWS 40

/* Firms and, on a second sheet, one product of each: more rows than one slice applies. */
static char *big_book(void)
{
    struct text book = TEXT_WITH_CEILING(1 << 20);
    text_append_string(&book, "[企业]\nuscc|企业名称\n");
    for (int i = 0; i < ROWS; i++)
        text_append_format(&book, "91110108MA%06d0X|第%d公司\n", i, i);
    text_append_string(&book, "[产品]\n产品编号|uscc|产品名称\n");
    for (int i = 0; i < ROWS; i++)
        text_append_format(&book, "P%d|91110108MA%06d0X|心电\n", i, i);
    return text_take(&book);
}

static void assert_nothing_came(struct bureau *bureau)
{
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_record"), 0);
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_staged"), 0);
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_reject"), 0);
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_file"), 0);
    assert_int_equal(number(bureau, "SELECT count(*) FROM work"), 0);
    assert_int_equal(journal_head(bureau->store), 0);
}

static void assert_all_came(struct bureau *bureau)
{
    assert_int_equal(
        number(bureau, "SELECT count(*) FROM local_record WHERE seq_to IS NULL AND version = 1"), 2 * ROWS);
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_record"), 2 * ROWS);
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_staged"), 0);
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_file WHERE state = 'applied'"), 2);
    assert_int_equal(number(bureau, "SELECT count(*) FROM work WHERE kind = 'decide'"), ROWS);
    assert_int_equal(number(bureau, "SELECT count(*) FROM work WHERE kind = 'rematch'"), 1);
    assert_int_equal(number(bureau, "SELECT count(*) FROM journal WHERE kind = 'import'"), 2);
    assert_false(local_apply_pending(bureau->store));
}

static void a_kill_before_the_seal_leaves_nothing(void **state)
{
    struct bureau *bureau = *state;
    char *book = big_book();
    struct local_import *import = delivery_stage(bureau, "1.xlsx", "a1", book);
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_staged"), 2 * ROWS);
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_record"), 0);
    local_import_free(import);
    bureau_kill(bureau);
    delivery_apply(bureau);
    assert_nothing_came(bureau);

    assert_counts(deliver(bureau, "1.xlsx", "a1", book), 2 * ROWS, 0, 0, 0);
    assert_all_came(bureau);
    free(book);
}

static void a_kill_while_the_leftovers_are_swept_is_made_good(void **state)
{
    struct bureau *bureau = *state;
    char *book = big_book();
    local_import_free(delivery_stage(bureau, "1.xlsx", "a1", book));
    bureau_kill(bureau);
    /* The next file is staged before all of the first is gone. */
    struct local_import *import = delivery_stage(bureau, "1.xlsx", "a1", book);
    delivery_apply_slice(bureau);
    bureau_kill(bureau);
    delivery_apply(bureau);
    assert_nothing_came(bureau);
    local_import_free(import);
    free(book);
}

static void a_kill_after_the_seal_loses_nothing(void **state)
{
    struct bureau *bureau = *state;
    char *book = big_book();
    delivery_seal(bureau, delivery_stage(bureau, "1.xlsx", "a1", book));
    assert_true(local_apply_pending(bureau->store));
    bureau_kill(bureau);
    delivery_apply(bureau);
    assert_all_came(bureau);
    assert_true(deliver(bureau, "1.xlsx", "a1", book).known);
    free(book);
}

static void a_kill_between_any_two_slices_loses_and_doubles_nothing(void **state)
{
    struct bureau *bureau = *state;
    char *book = big_book();
    delivery_seal(bureau, delivery_stage(bureau, "1.xlsx", "a1", book));
    int slices = 0;
    for (; local_apply_pending(bureau->store); slices++) {
        /* No firm is given to decide before all of the file is in. */
        int64_t records = number(bureau, "SELECT count(*) FROM local_record");
        int64_t decide = number(bureau, "SELECT count(*) FROM work WHERE kind = 'decide'");
        assert_true(decide == 0 || records == 2 * ROWS);
        assert_int_equal(number(bureau, "SELECT count(*) FROM local_file WHERE state = 'sealed'"), 2);
        delivery_apply_slice(bureau);
        bureau_kill(bureau);
    }
    assert_true(slices > 6);
    assert_all_came(bureau);
    free(book);
}

static void applying_from_the_start_again_changes_nothing_more(void **state)
{
    struct bureau *bureau = *state;
    char *book = big_book();
    deliver(bureau, "0.csv", "a0", "uscc|企业名称\n91110108MA0000000X|旧名称\n");
    forget_work(bureau);
    delivery_seal(bureau, delivery_stage(bureau, "1.xlsx", "a1", book));
    for (int i = 0; i < 3; i++)
        delivery_apply_slice(bureau);
    work_add(bureau->store, "apply-local", "2", true);
    store_commit(bureau->store);
    delivery_apply(bureau);
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_record"), 2 * ROWS + 1);
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_record WHERE seq_to IS NULL"), 2 * ROWS);
    assert_string_equal(field(bureau, "firms", "91110108MA0000000X", "name_zh"), "第0公司");
    assert_int_equal(number(bureau, "SELECT max(version) FROM local_record"), 2);
    free(book);
}

static void its_end_is_told_once_all_of_it_is_in(void **state)
{
    struct bureau *bureau = *state;
    char *book = big_book();
    delivery_seal(bureau, delivery_stage(bureau, "1.xlsx", "a1", book));
    while (delivery_apply_slice(bureau) && local_apply_pending(bureau->store))
        assert_int_equal(bureau->ends, 0);
    assert_int_equal(bureau->ends, 1);
    assert_all_came(bureau);
    free(book);
}

static void a_dropped_import_leaves_nothing(void **state)
{
    struct bureau *bureau = *state;
    char *book = big_book();
    struct local_import *import = delivery_stage(bureau, "1.xlsx", "a1", book);
    local_import_drop(import);
    store_commit(bureau->store);
    local_import_free(import);
    /* The next one does not get the number of what is still being swept. */
    import = delivery_stage(bureau, "2.csv", "a2", "uscc|企业名称\n" CHEN "|晨岚\n");
    delivery_apply(bureau);
    delivery_seal(bureau, import);
    delivery_apply(bureau);
    assert_string_equal(field(bureau, "firms", CHEN, "name_zh"), "晨岚");
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_record"), 1);
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_staged"), 0);
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_file"), 1);
    free(book);
}

static void what_a_refused_file_staged_goes(void **state)
{
    struct bureau *bureau = *state;
    char *book = big_book();
    struct local_import *import = delivery_stage(bureau, "1.xlsx", "a1", book);
    local_import_refuse(import, "读不下去了");
    local_import_record_refusal(import);
    store_commit(bureau->store);
    local_import_free(import);
    bureau_kill(bureau);
    delivery_apply(bureau);
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_staged"), 0);
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_record"), 0);
    assert_int_equal(
        number(bureau, "SELECT count(*) FROM local_file WHERE state = 'refused' AND problem = '读不下去了'"),
        2);
    assert_int_equal(number(bureau, "SELECT count(*) FROM work"), 0);
    free(book);
}

static void nothing_is_staged_on_a_disk_that_is_nearly_full(void **state)
{
    struct bureau *bureau = *state;
    int64_t reserve = local_import_reserve_bytes;
    local_import_reserve_bytes = INT64_MAX / 2;
    struct import_result result =
        deliver(bureau, "1.csv", "a1", "uscc|企业名称\n" CHEN "|晨岚\n" SIZH "|思卓\n");
    local_import_reserve_bytes = reserve;
    assert_says(result.problem, "later: ");
    assert_says(result.problem, "the disk is nearly full");
    assert_nothing_came(bureau);
    assert_counts(deliver(bureau, "1.csv", "a1", "uscc|企业名称\n" CHEN "|晨岚\n"), 1, 0, 0, 0);
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, bureau_open, bureau_close)
    const struct CMUnitTest tests[] = {
        CLAIM(a_kill_before_the_seal_leaves_nothing),
        CLAIM(a_kill_while_the_leftovers_are_swept_is_made_good),
        CLAIM(a_kill_after_the_seal_loses_nothing),
        CLAIM(a_kill_between_any_two_slices_loses_and_doubles_nothing),
        CLAIM(applying_from_the_start_again_changes_nothing_more),
        CLAIM(its_end_is_told_once_all_of_it_is_in),
        CLAIM(a_dropped_import_leaves_nothing),
        CLAIM(what_a_refused_file_staged_goes),
        CLAIM(nothing_is_staged_on_a_disk_that_is_nearly_full),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
