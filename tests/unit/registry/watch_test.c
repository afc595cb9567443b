/* inotify: what is told of a folder, and what becomes of it when a folder, or inotify itself, goes away. */
#include "watch.h"

#include "m13/log.h"
#include "m13/loop.h"

#include "process.h"
#include "scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct scene {
    char *folder, *paths[2];
    struct loop *loop;
    struct local_watch *watch;
    char told[4000]; /* "FOLDER/NAME " of each */
    int batches, lost;
};

static void on_whole(size_t folder, const char *name, void *context)
{
    struct scene *scene = context;
    size_t used = strlen(scene->told);
    snprintf(scene->told + used, sizeof scene->told - used, "%zu/%s ", folder, name);
}

static void on_batch(bool lost, void *context)
{
    struct scene *scene = context;
    scene->batches++;
    scene->lost += lost;
}

static void begin(struct scene *scene)
{
    scene->loop = loop_new();
    scene->watch = local_watch_new(scene->loop, (const char *const *)scene->paths, 2,
        &(struct local_watch_events){on_whole, on_batch, scene});
}

static void end(struct scene *scene)
{
    local_watch_free(scene->watch);
    loop_free(scene->loop);
}

static int set_up(void **state)
{
    struct scene *scene = calloc(1, sizeof *scene);
    scene->folder = scratch_new();
    scene->paths[0] = scratch_path(scene->folder, "a");
    scene->paths[1] = scratch_path(scene->folder, "b");
    for (int i = 0; i < 2; i++)
        if (mkdir(scene->paths[i], 0700) < 0)
            return -1;
    begin(scene);
    *state = scene;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *scene = *state;
    end(scene);
    free(scene->paths[0]);
    free(scene->paths[1]);
    scratch_remove(scene->folder);
    free(scene);
    return 0;
}

static void put(struct scene *scene, const char *name)
{
    char *path = scratch_path(scene->folder, "%s", name);
    scratch_write(path, "x", 1);
    free(path);
}

static void move(struct scene *scene, const char *from, const char *to)
{
    char *old = scratch_path(scene->folder, "%s", from), *new = scratch_path(scene->folder, "%s", to);
    assert_int_equal(rename(old, new), 0);
    free(old);
    free(new);
}

/* What the kernel has to say by now; events are there as soon as what they tell is done. */
static const char *heard(struct scene *scene)
{
    static char told[sizeof scene->told];
    int batches;
    do {
        batches = scene->batches;
        loop_run(scene->loop, true);
    } while (scene->batches > batches);
    snprintf(told, sizeof told, "%s", scene->told);
    scene->told[0] = '\0';
    return told;
}

/* --- telling ---------------------------------------------------------------------------------------------
 */

static void a_file_is_told_when_its_writer_closes_it(void **state)
{
    struct scene *scene = *state;
    char *path = scratch_path(scene->folder, "a/名录.csv");
    int writer = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_int_equal(write(writer, "uscc\n", 5), 5);
    assert_string_equal(heard(scene), "");
    assert_int_equal(scene->batches, 0);
    close(writer);
    assert_string_equal(heard(scene), "0/名录.csv ");
    assert_int_equal(scene->batches, 1);
    int reader = open(path, O_RDONLY | O_CLOEXEC);
    close(reader);
    assert_string_equal(heard(scene), "");
    assert_int_equal(unlink(path), 0);
    assert_string_equal(heard(scene), "");
    free(path);
}

static void a_file_is_told_when_it_is_renamed_in(void **state)
{
    struct scene *scene = *state;
    put(scene, "outside.csv");
    assert_string_equal(heard(scene), "");
    move(scene, "outside.csv", "b/in.pdf");
    assert_string_equal(heard(scene), "1/in.pdf ");
    move(scene, "b/in.pdf", "a/over.csv");
    assert_string_equal(heard(scene), "0/over.csv ");
    move(scene, "a/over.csv", "out.csv");
    assert_string_equal(heard(scene), "");
}

static void folders_are_not_told(void **state)
{
    struct scene *scene = *state;
    char *made = scratch_path(scene->folder, "a/made"), *other = scratch_path(scene->folder, "other");
    assert_int_equal(mkdir(made, 0700), 0);
    assert_int_equal(mkdir(other, 0700), 0);
    move(scene, "other", "a/moved");
    put(scene, "a/made/deep.csv");
    assert_string_equal(heard(scene), "");
    free(made);
    free(other);
}

static void many_files_make_one_batch(void **state)
{
    struct scene *scene = *state;
    for (int i = 0; i < 50; i++) {
        char name[20];
        snprintf(name, sizeof name, "a/%02d", i);
        put(scene, name);
    }
    const char *told = heard(scene);
    assert_non_null(strstr(told, "0/00 "));
    assert_non_null(strstr(told, "0/49 "));
    assert_int_equal(scene->batches, 1);
}

static void what_was_lost_is_looked_for(void **state)
{
    struct scene *scene = *state;
    put(scene, "a/1");
    for (int i = 0; i < 20000; i++) /* the kernel keeps 16,384 events */
        move(scene, i % 2 == 0 ? "a/1" : "a/2", i % 2 == 0 ? "a/2" : "a/1");
    put(scene, "a/late");
    assert_null(strstr(heard(scene), "late"));
    assert_int_equal(scene->lost, 1);
    put(scene, "a/later");
    assert_string_equal(heard(scene), "0/later ");
}

/* --- folders that go away --------------------------------------------------------------------------------
 */

static void a_folder_in_anothers_place_is_watched_after_the_next_scan(void **state)
{
    struct scene *scene = *state;
    move(scene, "b", "old");
    assert_int_equal(mkdir(scene->paths[1], 0700), 0);
    heard(scene);
    put(scene, "b/unheard");
    assert_string_equal(heard(scene), "");
    local_watch_renew(scene->watch);
    put(scene, "b/heard");
    put(scene, "old/stranger");
    assert_string_equal(heard(scene), "1/heard ");
}

static void a_folder_that_was_deleted_may_come_again(void **state)
{
    struct scene *scene = *state;
    assert_int_equal(rmdir(scene->paths[0]), 0);
    heard(scene);
    local_watch_renew(scene->watch);
    assert_int_equal(mkdir(scene->paths[0], 0700), 0);
    local_watch_renew(scene->watch);
    put(scene, "a/again");
    put(scene, "b/too");
    assert_string_equal(heard(scene), "0/again 1/too ");
}

/* Without a word of the kernel: a file system is mounted over it, or a folder above it is moved. */
static void a_folder_is_found_by_its_name(void **state)
{
    struct scene *scene = *state;
    char *moved = scratch_path("/tmp", "%s-moved", strrchr(scene->folder, '/') + 1);
    assert_int_equal(rename(scene->folder, moved), 0);
    assert_int_equal(mkdir(scene->folder, 0700), 0);
    assert_int_equal(mkdir(scene->paths[0], 0700), 0);
    assert_int_equal(mkdir(scene->paths[1], 0700), 0);
    local_watch_renew(scene->watch);
    put(scene, "a/here");
    assert_string_equal(heard(scene), "0/here ");
    scratch_remove(moved);
}

/* --- what the log says -----------------------------------------------------------------------------------
 */

static int lines_with(const char *text, const char *word)
{
    int count = 0;
    for (const char *at = text; (at = strstr(at, word)) != NULL; at++)
        count++;
    return count;
}

static void lose_and_find(void *context)
{
    struct scene *scene = context;
    end(scene);
    begin(scene);
    rmdir(scene->paths[0]);
    loop_run(scene->loop, true);
    for (int i = 0; i < 5; i++)
        local_watch_renew(scene->watch);
    mkdir(scene->paths[0], 0700);
    for (int i = 0; i < 5; i++)
        local_watch_renew(scene->watch);
}

static void losing_a_folder_is_said_once_and_finding_it_too(void **state)
{
    char said[4000];
    assert_int_equal(process_run_telling(lose_and_find, *state, said, sizeof said), 0);
    assert_int_equal(lines_with(said, "is not watched"), 1);
    assert_int_equal(lines_with(said, "is watched again"), 1);
}

static void watch_without_descriptors(void *context)
{
    struct scene *scene = context;
    struct loop *loop = loop_new();
    int next = open("/dev/null", O_RDONLY | O_CLOEXEC);
    struct rlimit limit;
    close(next);
    /* The hard limit stays: valgrind lets nobody touch it. */
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
        _exit(2);
    limit.rlim_cur = (rlim_t)next;
    if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
        _exit(2);
    struct local_watch *watch = local_watch_new(
        loop, (const char *const *)scene->paths, 2, &(struct local_watch_events){on_whole, on_batch, scene});
    for (int i = 0; i < 5; i++)
        local_watch_renew(watch);
    loop_run(loop, true);
    local_watch_free(watch);
    loop_free(loop);
}

static void without_inotify_that_is_said_once_and_nothing_else_happens(void **state)
{
    char said[4000];
    assert_int_equal(process_run_telling(watch_without_descriptors, *state, said, sizeof said), 0);
    assert_int_equal(lines_with(said, "within a minute"), 1);
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CLAIM(a_file_is_told_when_its_writer_closes_it),
        CLAIM(a_file_is_told_when_it_is_renamed_in),
        CLAIM(folders_are_not_told),
        CLAIM(many_files_make_one_batch),
        CLAIM(what_was_lost_is_looked_for),
        CLAIM(a_folder_in_anothers_place_is_watched_after_the_next_scan),
        CLAIM(a_folder_that_was_deleted_may_come_again),
        CLAIM(a_folder_is_found_by_its_name),
        CLAIM(losing_a_folder_is_said_once_and_finding_it_too),
        CLAIM(without_inotify_that_is_said_once_and_nothing_else_happens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
