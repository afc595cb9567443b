/* Old files of the inbox go, when nothing is lost by that. */
#include "attic.h"

#include "m13/clock.h"
#include "m13/store.h"

#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct attic {
    char *folder;
    struct store *store;
};

static int set_up(void **state)
{
    struct attic *attic = calloc(1, sizeof *attic);
    struct failure failure = {0};
    attic->folder = scratch_new();
    scratch_store(attic->folder);
    if (store_open(attic->folder, STORE_WRITER, &attic->store, &failure) < 0)
        return -1;
    store_write(attic->store);
    query_run(
        query(attic->store, "INSERT INTO evidence VALUES ('0123abcd' || printf('%056d', 0), 1, 1, 1, NULL),"
                            "                            ('beefbeef' || printf('%056d', 0), 1, 1, 1, 2)"));
    local_attic_kept_ms = -CLOCK_MINUTE; /* as if all were old */
    *state = attic;
    return 0;
}

static int tear_down(void **state)
{
    struct attic *attic = *state;
    store_close(attic->store);
    scratch_remove(attic->folder);
    free(attic);
    return 0;
}

static void put(struct attic *attic, const char *name)
{
    char *path = scratch_path(attic->folder, "inbox/%s", name);
    scratch_write(path, "x", 1);
    free(path);
}

static bool has(struct attic *attic, const char *name)
{
    char *path = scratch_path(attic->folder, "inbox/%s", name);
    bool there = access(path, F_OK) == 0;
    free(path);
    return there;
}

static void what_was_taken_goes_when_it_is_evidence(void **state)
{
    struct attic *attic = *state;
    static const char *const gone[] = {
        "done/名录.0123abcd.csv", "done/无.0123abcd", "done/a.b.0123abcd.xlsx"};
    static const char *const kept[] = {"done/名录.99999999.csv", "done/tombstone.beefbeef.csv",
        "done/0123abcd.csv", "done/notes.txt", "done/README", "done/x.0123ABCD.csv", "done/x.0123abcde.csv",
        "done/.0123abc"};
    for (size_t i = 0; i < sizeof gone / sizeof gone[0]; i++)
        put(attic, gone[i]);
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
        put(attic, kept[i]);
    assert_int_equal(local_attic_sweep(attic->store), 3);
    for (size_t i = 0; i < sizeof gone / sizeof gone[0]; i++)
        assert_false(has(attic, gone[i]));
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
        assert_true(has(attic, kept[i]));
}

static void nothing_else_in_the_inbox_goes(void **state)
{
    static const char *const kept[] = {"rejected/联系人.0123abcd.csv", "rejected/联系人.csv.errors.csv",
        "waiting.0123abcd.csv", "files/waiting.0123abcd.pdf"};
    struct attic *attic = *state;
    char *folder = scratch_path(attic->folder, "inbox/done/folder.0123abcd");
    assert_int_equal(mkdir(folder, 0700), 0);
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
        put(attic, kept[i]);
    assert_int_equal(local_attic_sweep(attic->store), 0);
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
        assert_true(has(attic, kept[i]));
    assert_true(has(attic, "done/folder.0123abcd"));
    free(folder);
}

static void what_is_younger_stays(void **state)
{
    struct attic *attic = *state;
    local_attic_kept_ms = CLOCK_MINUTE;
    put(attic, "done/a.0123abcd.csv");
    assert_int_equal(local_attic_sweep(attic->store), 0);
    assert_true(has(attic, "done/a.0123abcd.csv"));
}

static void very_many_go_in_several_turns(void **state)
{
    struct attic *attic = *state;
    for (int i = 0; i < 250; i++) {
        char name[60];
        snprintf(name, sizeof name, "done/%03d.0123abcd.csv", i);
        put(attic, name);
    }
    assert_int_equal(local_attic_sweep(attic->store), LOCAL_ATTIC_A_TURN);
    assert_int_equal(local_attic_sweep(attic->store), LOCAL_ATTIC_A_TURN);
    assert_int_equal(local_attic_sweep(attic->store), 50);
    assert_false(has(attic, "done/000.0123abcd.csv") || has(attic, "done/249.0123abcd.csv"));
}

static void without_its_folder_nothing_happens(void **state)
{
    struct attic *attic = *state;
    char *done = scratch_path(attic->folder, "inbox/done");
    assert_int_equal(rmdir(done), 0);
    assert_int_equal(local_attic_sweep(attic->store), 0);
    free(done);
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CLAIM(what_was_taken_goes_when_it_is_evidence),
        CLAIM(nothing_else_in_the_inbox_goes),
        CLAIM(what_is_younger_stays),
        CLAIM(very_many_go_in_several_turns),
        CLAIM(without_its_folder_nothing_happens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
