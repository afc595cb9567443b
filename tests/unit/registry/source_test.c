/* The bytes of a delivered file become evidence, in slices, or nothing is left of them. */
#include "source.h"

#include "import.h"

#include "m13/evidence.h"
#include "m13/store.h"

#include "scratch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct cellar {
    char *folder, *path;
    struct store *store;
    int descriptor;
};

static int set_up(void **state)
{
    struct cellar *cellar = calloc(1, sizeof *cellar);
    struct failure failure = {0};
    cellar->folder = scratch_new();
    cellar->path = scratch_path(cellar->folder, "file");
    scratch_store(cellar->folder);
    if (store_open(cellar->folder, STORE_WRITER, &cellar->store, &failure) < 0)
        return -1;
    cellar->descriptor = open(cellar->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    *state = cellar;
    return 0;
}

static int tear_down(void **state)
{
    struct cellar *cellar = *state;
    close(cellar->descriptor);
    store_close(cellar->store);
    free(cellar->path);
    scratch_remove(cellar->folder);
    free(cellar);
    return 0;
}

static void fill(struct cellar *cellar, const char *text)
{
    scratch_write(cellar->path, text, strlen(text));
}

/* Slices to the end: what the last one said. */
static int finish(struct local_source *source, int *ret_slices)
{
    struct failure failure;
    int r = 1;
    for (*ret_slices = 0; r > 0; ++*ret_slices)
        r = local_source_slice(source, &failure);
    return r;
}

static int64_t kept(struct cellar *cellar)
{
    return store_value(cellar->store, 0, "SELECT count(*) FROM evidence", "");
}

static int temporary_files(struct cellar *cellar)
{
    char *path = scratch_path(cellar->folder, "evidence/tmp");
    DIR *folder = opendir(path);
    int count = 0;
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
        count += entry->d_name[0] != '.';
    closedir(folder);
    free(path);
    return count;
}

static void a_file_is_kept_whatever_it_is(void **state)
{
    struct cellar *cellar = *state;
    char hex[DIGEST_HEX_BYTES];
    int slices;
    fill(cellar, "%PDF-1.7 scan");
    assert_int_equal(lseek(cellar->descriptor, 5, SEEK_SET), 5);
    struct local_source *source = local_source_new(cellar->store, cellar->descriptor, NULL);
    assert_int_equal(finish(source, &slices), 0);
    assert_string_equal(local_source_sha256(source), digest_hex_of("%PDF-1.7 scan", 13, hex));
    assert_int_equal(local_source_bytes(source), 13);
    local_source_free(source);
    store_commit(cellar->store);
    assert_int_equal(evidence_verify(cellar->store, hex, NULL), 0);
    assert_int_equal(
        store_value(cellar->store, 0, "SELECT bytes FROM evidence WHERE sha256 = ?", "t", hex), 13);
}

static void what_it_is_known_to_be_is_held_against_it(void **state)
{
    struct cellar *cellar = *state;
    char hex[DIGEST_HEX_BYTES];
    int slices;
    digest_hex_of("uscc\n1\n", 7, hex);
    fill(cellar, "uscc\n2\n");
    struct local_source *source = local_source_new(cellar->store, cellar->descriptor, hex);
    assert_int_equal(finish(source, &slices), -ESTALE);
    local_source_free(source);
    assert_int_equal(kept(cellar), 0);
    assert_int_equal(temporary_files(cellar), 0);
    fill(cellar, "uscc\n1\n");
    source = local_source_new(cellar->store, cellar->descriptor, hex);
    assert_int_equal(finish(source, &slices), 0);
    local_source_free(source);
    assert_int_equal(kept(cellar), 1);
}

static void known_bytes_are_not_read_again(void **state)
{
    struct cellar *cellar = *state;
    char hex[DIGEST_HEX_BYTES];
    int slices;
    fill(cellar, "same");
    struct local_source *source =
        local_source_new(cellar->store, cellar->descriptor, digest_hex_of("same", 4, hex));
    assert_int_equal(finish(source, &slices), 0);
    local_source_free(source);
    source = local_source_new(cellar->store, -1, hex);
    assert_int_equal(finish(source, &slices), 0);
    assert_int_equal(slices, 1);
    local_source_free(source);
    /* Bytes that went, and left their tombstone, are kept anew. */
    store_write(cellar->store);
    query_run(query(cellar->store, "UPDATE evidence SET removed_at = 1"));
    source = local_source_new(cellar->store, cellar->descriptor, hex);
    assert_int_equal(finish(source, &slices), 0);
    local_source_free(source);
    assert_int_equal(
        store_value(cellar->store, 0, "SELECT count(*) FROM evidence WHERE removed_at IS NULL", ""), 1);
}

static void a_large_file_takes_several_turns(void **state)
{
    struct cellar *cellar = *state;
    static char noise[1024 * 1024];
    unsigned seed = 1;
    for (size_t i = 0; i < sizeof noise; i++) {
        seed = seed * 1103515245u + 12345u;
        noise[i] = (char)(seed >> 16);
    }
    for (int i = 0; i < 24; i++)
        assert_int_equal(write(cellar->descriptor, noise, sizeof noise), sizeof noise);
    int slices;
    struct local_source *source = local_source_new(cellar->store, cellar->descriptor, NULL);
    assert_int_equal(finish(source, &slices), 0);
    assert_true(slices > 2);
    assert_int_equal(local_source_bytes(source), 24 * (int64_t)sizeof noise);
    local_source_free(source);
}

static void what_is_given_up_leaves_nothing(void **state)
{
    struct cellar *cellar = *state;
    struct failure failure;
    assert_int_equal(ftruncate(cellar->descriptor, 64 * 1024 * 1024), 0);
    struct local_source *source = local_source_new(cellar->store, cellar->descriptor, NULL);
    assert_int_equal(local_source_slice(source, &failure), 1);
    assert_int_equal(temporary_files(cellar), 1);
    local_source_free(source);
    assert_int_equal(temporary_files(cellar), 0);
    assert_int_equal(kept(cellar), 0);
    local_source_free(NULL);
}

static void on_a_disk_that_is_nearly_full_nothing_is_begun(void **state)
{
    struct cellar *cellar = *state;
    struct failure failure = {0};
    fill(cellar, "x");
    int64_t before = local_import_reserve_bytes;
    local_import_reserve_bytes = INT64_MAX / 2;
    struct local_source *source = local_source_new(cellar->store, cellar->descriptor, NULL);
    assert_int_equal(local_source_slice(source, &failure), -ENOSPC);
    assert_non_null(strstr(failure.text, "nearly full"));
    assert_int_equal(temporary_files(cellar), 0);
    local_import_reserve_bytes = before;
    assert_int_equal(local_source_slice(source, &failure), 0); /* later */
    local_source_free(source);
}

static void without_room_that_is_told(void **state)
{
    struct cellar *cellar = *state;
    char *tmp = scratch_path(cellar->folder, "evidence/tmp");
    struct failure failure = {0};
    fill(cellar, "x");
    assert_int_equal(rmdir(tmp), 0);
    struct local_source *source = local_source_new(cellar->store, cellar->descriptor, NULL);
    assert_int_equal(local_source_slice(source, &failure), -ENOENT);
    assert_non_null(strstr(failure.text, "evidence"));
    local_source_free(source);
    source = local_source_new(cellar->store, -1, NULL);
    assert_int_equal(mkdir(tmp, 0700), 0);
    assert_int_equal(local_source_slice(source, &failure), -EBADF);
    local_source_free(source);
    assert_int_equal(temporary_files(cellar), 0);
    free(tmp);
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CLAIM(a_file_is_kept_whatever_it_is),
        CLAIM(what_it_is_known_to_be_is_held_against_it),
        CLAIM(known_bytes_are_not_read_again),
        CLAIM(a_large_file_takes_several_turns),
        CLAIM(what_is_given_up_leaves_nothing),
        CLAIM(on_a_disk_that_is_nearly_full_nothing_is_begun),
        CLAIM(without_room_that_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
