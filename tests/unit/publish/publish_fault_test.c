/* Kill -9, a full disk and a failing one, at every step of a publication: the old file stays, or the new one
 * is whole, and the next publication is as if nothing had happened. */
#include "as_child.h"
#include "world.h"

#include "m13/publish.h"
#include "m13/text.h"

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
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define LATER (NOW + 60000)

static struct world world;
static ino_t old_file;

static ino_t file_now(void)
{
    struct stat status;
    assert_int_equal(stat(world.published, &status), 0);
    return status.st_ino;
}

static int open_world(void **state)
{
    (void)state;
    world_open(&world);
    world_feed(&world, "fda-510k", "", true, NOW);
    world_approval(&world, "K260001", "auto", 20522, 20522);
    world_case(&world, "K260001", "declaration");
    world_commit(&world);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    world_close(&world);
    return 0;
}

static void publish_well(int64_t now)
{
    assert_int_equal(publish_as_child(world.folder, now, NULL), 0);
    assert_string_equal(published_text(&world, "PRAGMA integrity_check"), "ok");
    old_file = file_now();
}

static bool nothing_is_left_behind(void)
{
    char *fresh = scratch_path(world.folder, "published/.m13.db.new");
    bool nothing = access(fresh, F_OK) != 0;
    free(fresh);
    return nothing;
}

/* The old one as it was, or the new one as it should be. */
static void assert_old_or_new(void)
{
    assert_string_equal(published_text(&world, "PRAGMA integrity_check"), "ok");
    const char *at = published_text(&world, "SELECT value FROM bi_meta WHERE name = 'published_at'");
    assert_string_equal(at, file_now() == old_file ? "2026-11-18T11:06:40Z" : "2026-11-18T11:07:40Z");
    assert_int_equal(published_number(&world, "SELECT count(*) FROM bi_case_rule"), 1);
}

/* Faults at step 1, 2 ... until the child comes through; how many there were. */
static int try_every_step(const char *kind, void (*look)(int ended))
{
    publish_well(NOW);
    for (int step = 1;; step++) {
        char fault[32];
        snprintf(fault, sizeof fault, "%s:%d", kind, step);
        int ended = publish_as_child(world.folder, LATER, fault);
        assert_old_or_new();
        if (ended == 0)
            return step - 1;
        look(ended);
        if (file_now() != old_file)
            publish_well(NOW);
    }
}

static void look_at_the_killed(int ended)
{
    assert_int_equal(ended, PROCESS_SIGNAL + SIGKILL);
}

static void a_kill_at_any_step_leaves_a_whole_file(void **state)
{
    (void)state;
    /* Opening, writing, mode, sync, rename, sync of the folder. */
    assert_true(try_every_step("kill", look_at_the_killed) > 8);
    publish_well(LATER);
    assert_true(nothing_is_left_behind());
}

static void look_at_the_full(int ended)
{
    assert_int_equal(ended, EXIT_IO);
    assert_non_null(strstr(as_child_words, "full"));
    assert_int_equal(file_now(), old_file);
    assert_true(nothing_is_left_behind());
}

static void a_full_disk_at_any_write_leaves_the_old_file_and_says_so(void **state)
{
    (void)state;
    int steps = try_every_step("full", look_at_the_full);
    assert_true(steps > 3);
}

static int faults_met;

/* One fault may be one that the child gets over: it tries again without the last publication. */
static void look_at_the_faulty(int ended)
{
    assert_true(ended == 0 || ended == EXIT_IO);
    assert_true(nothing_is_left_behind());
    faults_met += ended == 0;
}

static void one_failing_call_is_told_or_got_over(void **state)
{
    (void)state;
    for (int step = 1; step < 12; step++) {
        char fault[32];
        publish_well(NOW);
        snprintf(fault, sizeof fault, "fault:%d", step);
        look_at_the_faulty(publish_as_child(world.folder, LATER, fault));
        assert_old_or_new();
    }
    assert_true(faults_met > 0);
}

static void a_working_database_that_is_missing_is_told(void **state)
{
    (void)state;
    publish_well(NOW);
    char *file = scratch_path(world.folder, "m13d.db"), *away = scratch_path(world.folder, "away.db");
    assert_int_equal(rename(file, away), 0);
    assert_int_equal(publish_as_child(world.folder, LATER, NULL), EXIT_IO);
    assert_non_null(strstr(as_child_words, "m13d.db"));
    assert_int_equal(file_now(), old_file);
    assert_int_equal(access(file, F_OK), -1); /* and is not made */
    assert_int_equal(rename(away, file), 0);
    free(away);
    free(file);
}

static void a_folder_that_is_missing_is_told(void **state)
{
    (void)state;
    char *folder = scratch_path(world.folder, "published");
    assert_int_equal(rmdir(folder), 0);
    assert_int_equal(publish_as_child(world.folder, LATER, NULL), EXIT_IO);
    assert_non_null(strstr(as_child_words, "published"));
    assert_int_equal(mkdir(folder, 0750), 0);
    free(folder);
}

int main(int argc, char **argv)
{
    int code;
    if (as_child(argc, argv, &code))
        return code;
#define CLAIM(claim) cmocka_unit_test_setup_teardown(claim, open_world, close_world)
    const struct CMUnitTest claims[] = {
        CLAIM(a_kill_at_any_step_leaves_a_whole_file),
        CLAIM(a_full_disk_at_any_write_leaves_the_old_file_and_says_so),
        CLAIM(one_failing_call_is_told_or_got_over),
        CLAIM(a_working_database_that_is_missing_is_told),
        CLAIM(a_folder_that_is_missing_is_told),
    };
    return cmocka_run_group_tests(claims, NULL, NULL);
}
