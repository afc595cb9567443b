/* Evidence: the bytes that were served, once, whole, and found out when they are not. */
#include "m13/evidence.h"

#include "m13/store.h"

#include "process.h"
#include "scratch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct house {
    char *folder;
    struct store *store;
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
    *state = house;
    return 0;
}

static int tear_down(void **state)
{
    struct house *house = *state;
    store_close(house->store);
    scratch_remove(house->folder);
    free(house);
    return 0;
}

/* Rows as a register serves them: alike, not the same. The caller frees. */
static char *payload(size_t length)
{
    char *bytes = malloc(length + 128);
    size_t used = 0;
    for (unsigned row = 0; used < length; row++)
        used += (size_t)sprintf(bytes + used, "{\"k_number\":\"K%06u\",\"applicant\":\"Acme %x Medical\"},\n",
            row, row * 2654435761u);
    return bytes;
}

/* What no compressor makes smaller. */
static char *noise(size_t length)
{
    char *bytes = malloc(length);
    uint64_t seed = 88172645463325252u;
    for (size_t i = 0; i < length; i++) {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        bytes[i] = (char)(seed >> 24);
    }
    return bytes;
}

static int store_bytes(struct store *store, const char *bytes, size_t length, size_t piece,
    char sha256[DIGEST_HEX_BYTES], struct failure *ret_failure)
{
    struct evidence_writer *writer = NULL;
    int64_t kept = -1;
    int r = evidence_begin(store, &writer, ret_failure);
    for (size_t at = 0; r == 0 && at < length; at += piece)
        r = evidence_add(writer, bytes + at, length - at < piece ? length - at : piece, ret_failure);
    if (r < 0) {
        evidence_abandon(writer);
        return r;
    }
    r = evidence_keep(writer, sha256, &kept, ret_failure);
    if (r == 0 && kept != (int64_t)length)
        fail_msg("%lld bytes are told for %zu", (long long)kept, length);
    return r;
}

static void keep(
    struct house *house, const char *bytes, size_t length, size_t piece, char sha256[DIGEST_HEX_BYTES])
{
    struct failure failure = {0};
    if (store_bytes(house->store, bytes, length, piece, sha256, &failure) < 0)
        fail_msg("%s", failure.text);
}

static char *file_of(const char *folder, const char *sha256)
{
    return scratch_path(folder, "evidence/%.2s/%s.zst", sha256, sha256);
}

static struct stat status_of(const struct house *house, const char *sha256)
{
    char *path = file_of(house->folder, sha256);
    struct stat status = {0};
    assert_int_equal(lstat(path, &status), 0);
    free(path);
    return status;
}

static int64_t rows(struct house *house)
{
    return store_value(house->store, -1, "SELECT count(*) FROM evidence", "");
}

static int count_temporaries(const char *folder)
{
    char *path = scratch_path(folder, "evidence/tmp");
    DIR *entries = opendir(path);
    int count = 0;
    for (struct dirent *entry; entries != NULL && (entry = readdir(entries)) != NULL;)
        count += entry->d_name[0] != '.';
    closedir(entries);
    free(path);
    return count;
}

/* --- keeping ---------------------------------------------------------------------------------------------
 */

static void hash_is_that_of_sha256sum(void **state)
{
    struct house *house = *state;
    char sha256[DIGEST_HEX_BYTES], told[DIGEST_HEX_BYTES] = "", command[512];
    char *bytes = payload(300000), *path = scratch_path(house->folder, "served");
    scratch_write(path, bytes, 300000);
    snprintf(command, sizeof command, "sha256sum %s", path);
    FILE *tool = popen(command, "re");
    assert_non_null(fgets(told, sizeof told, tool));
    assert_int_equal(pclose(tool), 0);
    keep(house, bytes, 300000, 16384, sha256);
    assert_string_equal(sha256, told);
    free(path);
    free(bytes);
}

static void file_is_compressed_read_only_and_recorded(void **state)
{
    struct house *house = *state;
    char sha256[DIGEST_HEX_BYTES];
    unsigned char magic[4];
    char *bytes = payload(300000);
    keep(house, bytes, 300000, 16384, sha256);
    struct stat status = status_of(house, sha256);
    assert_int_equal(status.st_mode & 07777, 0400);
    assert_true(status.st_size < 100000);
    assert_int_equal(
        store_value(house->store, -1, "SELECT bytes FROM evidence WHERE sha256 = ?", "t", sha256), 300000);
    assert_int_equal(
        store_value(house->store, -1, "SELECT stored_bytes FROM evidence WHERE sha256 = ?", "t", sha256),
        status.st_size);
    int descriptor = evidence_open(house->store, sha256, NULL);
    assert_true(descriptor >= 0);
    assert_int_equal(read(descriptor, magic, sizeof magic), 4);
    assert_memory_equal(magic, "\x28\xb5\x2f\xfd", 4); /* zstd's */
    assert_true(fcntl(descriptor, F_GETFD) & FD_CLOEXEC);
    close(descriptor);
    assert_int_equal(evidence_verify(house->store, sha256, NULL), 0);
    assert_int_equal(count_temporaries(house->folder), 0);
    free(bytes);
}

static void nothing_served_is_evidence_too(void **state)
{
    struct house *house = *state;
    char sha256[DIGEST_HEX_BYTES];
    keep(house, "", 0, 1, sha256);
    assert_string_equal(sha256, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_int_equal(evidence_verify(house->store, sha256, NULL), 0);
}

static void same_bytes_are_stored_once_however_they_arrive(void **state)
{
    struct house *house = *state;
    char first[DIGEST_HEX_BYTES], again[DIGEST_HEX_BYTES];
    char *bytes = payload(200000);
    size_t pieces[] = {1, 777, 16384, 200000};
    keep(house, bytes, 200000, 16384, first);
    ino_t file = status_of(house, first).st_ino;
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        keep(house, bytes, 200000, pieces[i], again);
        assert_string_equal(again, first);
        assert_int_equal(status_of(house, first).st_ino, file);
        assert_int_equal(rows(house), 1);
        assert_int_equal(count_temporaries(house->folder), 0);
    }
    free(bytes);
}

static void abandoned_bytes_leave_nothing(void **state)
{
    struct house *house = *state;
    struct evidence_writer *writer;
    assert_int_equal(evidence_begin(house->store, &writer, NULL), 0);
    assert_int_equal(evidence_add(writer, "abc", 3, NULL), 0);
    assert_int_equal(count_temporaries(house->folder), 1);
    evidence_abandon(writer);
    assert_int_equal(count_temporaries(house->folder), 0);
    assert_int_equal(rows(house), 0);
    evidence_abandon(NULL);
}

/* --- kills -----------------------------------------------------------------------------------------------
 */

static void keep_and_die_before_the_commit(void *folder)
{
    char sha256[DIGEST_HEX_BYTES], *bytes = payload(5000);
    store_bytes(open_store(folder), bytes, 5000, 5000, sha256, NULL);
    raise(SIGKILL);
}

static void file_without_a_row_is_taken_over(void **state)
{
    struct house *house = *state;
    char sha256[DIGEST_HEX_BYTES], *bytes = payload(5000);
    store_close(house->store);
    assert_int_equal(process_run(keep_and_die_before_the_commit, house->folder), PROCESS_SIGNAL + SIGKILL);
    house->store = open_store(house->folder);
    digest_hex_of(bytes, 5000, sha256);
    ino_t file = status_of(house, sha256).st_ino;
    assert_int_equal(rows(house), 0);
    keep(house, bytes, 5000, 5000, sha256);
    assert_int_equal(status_of(house, sha256).st_ino, file);
    assert_int_equal(rows(house), 1);
    assert_int_equal(evidence_verify(house->store, sha256, NULL), 0);
    free(bytes);
}

static void die_while_receiving(void *folder)
{
    struct evidence_writer *writer;
    evidence_begin(open_store(folder), &writer, NULL);
    evidence_add(writer, "abc", 3, NULL);
    raise(SIGKILL);
}

static void what_a_kill_left_half_written_is_swept(void **state)
{
    struct house *house = *state;
    char sha256[DIGEST_HEX_BYTES];
    store_close(house->store);
    for (int i = 0; i < 3; i++)
        process_run(die_while_receiving, house->folder);
    house->store = open_store(house->folder);
    keep(house, "kept", 4, 4, sha256);
    assert_int_equal(count_temporaries(house->folder), 3);
    evidence_sweep(house->store);
    assert_int_equal(count_temporaries(house->folder), 0);
    assert_int_equal(evidence_verify(house->store, sha256, NULL), 0);
}

/* --- damage ----------------------------------------------------------------------------------------------
 */

static void rewrite(const struct house *house, const char *sha256, const char *bytes, size_t length)
{
    char *path = file_of(house->folder, sha256);
    assert_int_equal(chmod(path, 0600), 0);
    scratch_write(path, bytes, length);
    free(path);
}

static void assert_damaged(struct house *house, const char *sha256)
{
    struct failure failure = {0};
    assert_int_equal(evidence_verify(house->store, sha256, &failure), -EBADMSG);
    assert_non_null(strstr(failure.text, sha256));
}

static void cut_changed_or_lengthened_files_are_found(void **state)
{
    struct house *house = *state;
    char sha256[DIGEST_HEX_BYTES], *bytes = payload(100000);
    keep(house, bytes, 100000, 16384, sha256);
    char *path = file_of(house->folder, sha256);
    size_t length;
    char *file = scratch_read(path, &length);
    for (size_t cut = 0; cut < length; cut += length / 16 + 1) {
        rewrite(house, sha256, file, cut);
        assert_damaged(house, sha256);
        file[cut] ^= 4;
        rewrite(house, sha256, file, length);
        assert_damaged(house, sha256);
        file[cut] ^= 4;
    }
    rewrite(house, sha256, file, length - 1);
    assert_damaged(house, sha256);
    file = realloc(file, 2 * length + 1);
    memcpy(file + length, file, length);
    rewrite(house, sha256, file, length + 1); /* a byte behind */
    assert_damaged(house, sha256);
    rewrite(house, sha256, file, 2 * length); /* a sound frame behind: the bytes twice */
    assert_damaged(house, sha256);
    rewrite(house, sha256, file, length);
    assert_int_equal(evidence_verify(house->store, sha256, NULL), 0);
    free(file);
    free(path);
    free(bytes);
}

static void sound_file_of_other_bytes_is_found(void **state)
{
    struct house *house = *state;
    char ours[DIGEST_HEX_BYTES], other[DIGEST_HEX_BYTES];
    keep(house, "eligible", 8, 8, ours);
    keep(house, "excluded", 8, 8, other);
    char *path = file_of(house->folder, other);
    size_t length;
    char *file = scratch_read(path, &length);
    rewrite(house, ours, file, length);
    assert_damaged(house, ours);
    free(file);
    free(path);
}

static void damaged_file_is_replaced_when_its_bytes_are_served_again(void **state)
{
    struct house *house = *state;
    char sha256[DIGEST_HEX_BYTES], *bytes = payload(100000);
    keep(house, bytes, 100000, 16384, sha256);
    char *path = file_of(house->folder, sha256);
    size_t length;
    char *file = scratch_read(path, &length);
    file[length / 2] ^= 1;
    rewrite(house, sha256, file, length);
    keep(house, bytes, 100000, 16384, sha256);
    assert_int_equal(evidence_verify(house->store, sha256, NULL), 0);
    assert_int_equal(status_of(house, sha256).st_mode & 07777, 0400);
    assert_int_equal(rows(house), 1);
    free(file);
    free(path);
    free(bytes);
}

static void missing_file_is_missing_but_a_removed_one_is_fine(void **state)
{
    struct house *house = *state;
    char sha256[DIGEST_HEX_BYTES];
    struct failure failure = {0};
    keep(house, "bytes", 5, 5, sha256);
    char *path = file_of(house->folder, sha256);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(evidence_verify(house->store, sha256, &failure), -ENOENT);
    assert_non_null(strstr(failure.text, sha256));
    query_run(query(house->store, "UPDATE evidence SET removed_at = 7"));
    assert_int_equal(evidence_verify(house->store, sha256, &failure), 0);
    assert_int_equal(failure.code, 0);
    keep(house, "bytes", 5, 5, sha256); /* served again */
    assert_int_equal(store_value(house->store, -1, "SELECT removed_at FROM evidence", ""), -1);
    assert_int_equal(evidence_verify(house->store, sha256, NULL), 0);
    free(path);
}

static void only_a_hash_names_evidence(void **state)
{
    struct house *house = *state;
    static const char *const names[] = {"", "../../m13d.db", "abc",
        "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b8555",
        "../0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_int_equal(evidence_open(house->store, names[i], NULL), -EINVAL);
        assert_int_equal(evidence_verify(house->store, names[i], NULL), -EINVAL);
    }
}

static void link_in_the_place_of_evidence_is_not_followed(void **state)
{
    struct house *house = *state;
    char sha256[DIGEST_HEX_BYTES];
    keep(house, "bytes", 5, 5, sha256);
    char *path = file_of(house->folder, sha256), *elsewhere = scratch_path(house->folder, "elsewhere");
    assert_int_equal(rename(path, elsewhere), 0);
    assert_int_equal(symlink(elsewhere, path), 0);
    assert_int_equal(evidence_open(house->store, sha256, NULL), -ELOOP);
    keep(house, "bytes", 5, 5, sha256);
    assert_true(S_ISREG(status_of(house, sha256).st_mode));
    free(elsewhere);
    free(path);
}

/* --- no space --------------------------------------------------------------------------------------------
 */

/* Exit code 0 when noise fails with `code`, leaves nothing, and a small payload is kept afterwards. */
static void assert_fails_cleanly(struct store *store, const char *folder, int code)
{
    char sha256[DIGEST_HEX_BYTES], *bytes = noise(2000000);
    struct failure failure = {0};
    /* Once while it streams, once when only the last bytes are too many. */
    size_t lengths[] = {2000000, 300000};
    for (size_t i = 0; i < 2; i++) {
        int r = store_bytes(store, bytes, lengths[i], 16384, sha256, &failure);
        if (r != code) {
            fprintf(stderr, "%zu bytes gave %d: %s\n", lengths[i], r, failure.text);
            _exit(1);
        }
    }
    if (count_temporaries(folder) != 0)
        _exit(2);
    if (store_value(store, -1, "SELECT count(*) FROM evidence", "") != 0)
        _exit(3);
    if (store_bytes(store, "small", 5, 5, sha256, &failure) < 0 || evidence_verify(store, sha256, NULL) < 0)
        _exit(4);
    free(bytes);
}

static void store_beyond_the_largest_file(void *folder)
{
    struct store *store = open_store(folder);
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &(struct rlimit){290000, 290000});
    assert_fails_cleanly(store, folder, -EFBIG);
}

static void file_that_may_not_grow_is_told_and_leaves_nothing(void **state)
{
    struct house *house = *state;
    store_close(house->store);
    assert_int_equal(process_run(store_beyond_the_largest_file, house->folder), 0);
    house->store = open_store(house->folder);
}

enum { MAY_NOT_MOUNT = 77 };

/* In a mount name space of its own, which goes with the process. */
static void store_on_a_small_disk(void *folder)
{
    struct store *store = open_store(folder);
    char *evidence = scratch_path(folder, "evidence"), *temporary = scratch_path(folder, "evidence/tmp");
    if (unshare(CLONE_NEWNS) < 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
        mount("tmpfs", evidence, "tmpfs", 0, "size=256k") < 0)
        _exit(MAY_NOT_MOUNT);
    if (mkdir(temporary, 0700) < 0)
        _exit(98);
    assert_fails_cleanly(store, folder, -ENOSPC);
}

static void full_disk_is_told_and_leaves_nothing(void **state)
{
    struct house *house = *state;
    store_close(house->store);
    int r = process_run(store_on_a_small_disk, house->folder);
    house->store = open_store(house->folder);
    if (r == MAY_NOT_MOUNT)
        skip();
    assert_int_equal(r, 0);
}

static void missing_folder_is_told(void **state)
{
    struct house *house = *state;
    struct evidence_writer *writer = NULL;
    struct failure failure = {0};
    char *path = scratch_path(house->folder, "evidence/tmp");
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(evidence_begin(house->store, &writer, &failure), -ENOENT);
    assert_non_null(strstr(failure.text, "evidence cannot be begun"));
    free(path);
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(hash_is_that_of_sha256sum),
        test(file_is_compressed_read_only_and_recorded),
        test(nothing_served_is_evidence_too),
        test(same_bytes_are_stored_once_however_they_arrive),
        test(abandoned_bytes_leave_nothing),
        test(file_without_a_row_is_taken_over),
        test(what_a_kill_left_half_written_is_swept),
        test(cut_changed_or_lengthened_files_are_found),
        test(sound_file_of_other_bytes_is_found),
        test(damaged_file_is_replaced_when_its_bytes_are_served_again),
        test(missing_file_is_missing_but_a_removed_one_is_fine),
        test(only_a_hash_names_evidence),
        test(link_in_the_place_of_evidence_is_not_followed),
        test(file_that_may_not_grow_is_told_and_leaves_nothing),
        test(full_disk_is_told_and_leaves_nothing),
        test(missing_folder_is_told),
    };
    return cmocka_run_group_tests_name("evidence", tests, NULL, NULL);
}
