/* The inbox: what is taken when, where it goes, and what a kill or a fault leaves behind. */
#include "fake_decoder.h"
#include "inbox.h"
#include "office.h"
#include "scratch.h"

#include "m13/clock.h"
#include "m13/digest.h"
#include "m13/journal.h"
#include "m13/limits.h"
#include "m13/loop.h"
#include "m13/memory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define ROSTER "统一社会信用代码,企业名称\n" CHEN ",晨岚\n"

/* --- taking ----------------------------------------------------------------------------------------------
 */

static void a_file_is_imported_and_goes_to_done(void **state)
{
    struct office *office = *state;
    office_put(office, "名录.csv", ROSTER);
    assert_true(registry_is_idle(office->registry));
    registry_start(office->registry);
    assert_false(registry_is_idle(office->registry));
    office_run(office);
    assert_string_equal(office->imported, "名录.csv:1: ");
    assert_string_equal(office->sealed, "名录.csv:1: ");
    assert_true(office->last.firms_changed);
    assert_false(office_has(office, "名录.csv"));
    assert_true(office_has(office, office_moved("done", "名录", ROSTER, ".csv")));
    assert_false(office_has(office, "rejected/名录.csv.errors.csv"));
    assert_string_equal(field(office->bureau, "firms", CHEN, "name_zh"), "晨岚");
    assert_int_equal(
        number(office->bureau, "SELECT count(*) FROM local_file WHERE delivered_by = 'inbox'"), 1);
    assert_int_equal(number(office->bureau, "SELECT count(*) FROM journal WHERE actor = 'm13d'"), 1);
}

static void files_that_came_together_are_taken_in_order_of_name(void **state)
{
    struct office *office = *state;
    office_put(office, "2.csv", "uscc,name_zh\n" CHEN ",second\n");
    office_put(office, "10.csv", "uscc,name_zh\n" CHEN ",first\n");
    office_put(office, "3.csv", "uscc,name_zh\n" CHEN ",third\n");
    office_start_and_run(office);
    assert_string_equal(office->imported, "10.csv:1: 2.csv:0: 3.csv:0: ");
    assert_string_equal(field(office->bureau, "firms", CHEN, "name_zh"), "third");
}

static void what_programs_leave_beside_is_not_touched(void **state)
{
    struct office *office = *state;
    static const char *const names[] = {
        "~$名录.xlsx", ".~lock.a.csv#", ".hidden.csv", "a.tmp", "b.csv.part", "c.crdownload", "d.csv~"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        office_put(office, names[i], ROSTER);
    office_put(office, "empty.csv", "");
    char *fifo = office_path(office, "fifo.csv"), *link = office_path(office, "link.csv"),
         *folder = office_path(office, "folder.csv");
    assert_int_equal(mkfifo(fifo, 0600), 0);
    assert_int_equal(symlink("/etc/passwd", link), 0);
    assert_int_equal(mkdir(folder, 0700), 0);
    office_start_and_run(office);
    assert_string_equal(office->imported, "");
    assert_int_equal(fake_decoder_starts, 0);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_true(office_has(office, names[i]));
    assert_true(
        office_has(office, "fifo.csv") && office_has(office, "link.csv") && office_has(office, "folder.csv"));
    free(fifo);
    free(link);
    free(folder);
}

static void a_file_put_in_later_is_found_within_a_minute(void **state)
{
    struct office *office = *state;
    office_start_and_run(office);
    int64_t started = clock_wall();
    office_put(office, "late.csv", ROSTER);
    office_run_until_gone(office, "late.csv");
    assert_string_equal(office->imported, "late.csv:1: ");
    assert_true(clock_wall() - started <= CLOCK_MINUTE);
}

static void put_many(struct office *office, const char *stem)
{
    for (int i = 0; i < 1010; i++) {
        char name[40];
        snprintf(name, sizeof name, "%s%04d.csv", stem, i);
        office_put(office, name, ROSTER);
    }
}

static void more_files_than_one_look_shows_are_all_taken(void **state)
{
    struct office *office = *state;
    put_many(office, "");
    office_start_and_run(office);
    assert_false(
        office_has(office, "0000.csv") || office_has(office, "0500.csv") || office_has(office, "1009.csv"));
    assert_int_equal(number(office->bureau, "SELECT count(*) FROM local_file"), 1);
}

static void more_files_at_once_than_are_kept_in_mind_are_all_taken(void **state)
{
    struct office *office = *state;
    int64_t now = clock_wall();
    office_start_and_run(office);
    put_many(office, "late");
    office_run(office);
    assert_false(office_has(office, "late0000.csv") || office_has(office, "late1009.csv"));
    assert_int_equal(clock_wall(), now); /* without waiting for the next minute */
}

static void take_away_the_next(void *context)
{
    char *path = office_path(context, "b.csv");
    assert_int_equal(unlink(path), 0);
    fake_decoder_plan.before_end = NULL;
    free(path);
}

static void a_file_that_somebody_takes_away_again_is_no_fault(void **state)
{
    struct office *office = *state;
    office_put(office, "a.csv", ROSTER);
    office_put(office, "b.csv", ROSTER);
    fake_decoder_plan.before_end = take_away_the_next;
    fake_decoder_plan.context = office;
    office_start_and_run(office);
    assert_string_equal(office->imported, "a.csv:1: ");
    assert_int_equal(registry_put_off(office->registry), 0);
}

/* --- refusing --------------------------------------------------------------------------------------------
 */

static void rows_that_are_refused_come_back_as_a_table(void **state)
{
    struct office *office = *state;
    const char table[] = "uscc,企业名称,所属区\n" CHEN ",晨岚,\"火星\"区\n" SIZH ",思卓,\n1,短,\n";
    office_put(office, "名录.csv", table);
    office_start_and_run(office);
    char *receipt = office_read(office, "rejected/名录.csv.errors.csv");
    assert_string_equal(receipt,
        "\xef\xbb\xbf\"行\",\"列\",\"问题\",\"应为\"\r\n"
        "\"2\",\"所属区\",\"“\"\"火星\"\"区” 不是北京市的区\",\"北京市的区，如 海淀区、经开区，或 "
        "110108\"\r\n"
        "\"4\",\"uscc\",\"“1” 不是统一社会信用代码\",\"18 位统一社会信用代码，如 91110000802100433B\"\r\n");
    free(receipt);
    assert_true(office_has(office, office_moved("done", "名录", table, ".csv")));

    /* Put right under the same name: nothing is left to do. */
    office_put(office, "名录.csv", "uscc,企业名称,所属区\n" CHEN ",晨岚,海淀\n");
    office_run_until_gone(office, "名录.csv");
    assert_false(office_has(office, "rejected/名录.csv.errors.csv"));
}

static void a_refused_file_is_kept_with_its_reason(void **state)
{
    struct office *office = *state;
    const char table[] = "=HYPERLINK(\"http://evil\"),@SUM(1)\n1,2\n";
    office_put(office, "乱.csv", table);
    office_start_and_run(office);
    assert_false(office_has(office, "乱.csv"));
    assert_true(office_has(office, office_moved("rejected", "乱", table, ".csv")));
    char *receipt = office_read(office, "rejected/乱.csv.errors.csv");
    assert_non_null(strstr(receipt, "\"无法判断这是哪一种表"));
    assert_null(strstr(receipt, "\"=HYPERLINK"));
    free(receipt);
    assert_int_equal(journal_head(office->bureau->store), 0);
}

static void what_the_decoder_cannot_read_is_refused(void **state)
{
    struct office *office = *state;
    static const enum decoder_outcome outcomes[] = {
        DECODER_MALFORMED, DECODER_TOO_LARGE, DECODER_CRASHED, DECODER_TIMED_OUT};
    registry_start(office->registry);
    for (size_t i = 0; i < sizeof outcomes / sizeof outcomes[0]; i++) {
        char name[40];
        snprintf(name, sizeof name, "%zu.csv", i);
        fake_decoder_plan.outcome = outcomes[i];
        office_put(office, name, ROSTER);
        office_run_until_gone(office, name);
        assert_non_null(strstr(office->last.problem, "what the child said"));
    }
    assert_int_equal(number(office->bureau, "SELECT count(*) FROM local_record"), 0);
    assert_int_equal(number(office->bureau, "SELECT count(*) FROM local_file WHERE state <> 'refused'"), 0);
    assert_int_equal(number(office->bureau, "SELECT count(*) FROM evidence"), 0);
}

static void a_file_over_the_ceiling_is_refused_unread(void **state)
{
    struct office *office = *state;
    office_put(office, "big.csv", ROSTER);
    char *path = office_path(office, "big.csv");
    assert_int_equal(truncate(path, LIMIT_LOCAL_FILE_BYTES + 1), 0);
    free(path);
    office_start_and_run(office);
    assert_int_equal(fake_decoder_starts, 0);
    assert_non_null(strstr(office->last.problem, "文件过大"));
    assert_false(office_has(office, "big.csv"));
}

static void refused_files_of_one_name_are_all_kept(void **state)
{
    struct office *office = *state;
    registry_start(office->registry);
    for (int i = 0; i < 3; i++) {
        office_put(office, "big.csv", ROSTER);
        char *path = office_path(office, "big.csv");
        assert_int_equal(truncate(path, LIMIT_LOCAL_FILE_BYTES + 1 + i), 0);
        free(path);
        office_run_until_gone(office, "big.csv");
    }
    int kept = 0;
    char *rejected = office_path(office, "rejected");
    DIR *folder = opendir(rejected);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
        kept += string_starts(entry->d_name, "big.") && strlen(entry->d_name) == strlen("big.01234567.csv");
    closedir(folder);
    free(rejected);
    assert_int_equal(kept, 3);
}

/* --- once and not twice ----------------------------------------------------------------------------------
 */

static void the_same_bytes_again_change_nothing(void **state)
{
    struct office *office = *state;
    office_put(office, "a.csv", ROSTER);
    office_put(office, "b.csv", ROSTER);
    office_start_and_run(office);
    assert_string_equal(office->imported, "a.csv:1: b.csv:0:known ");
    assert_int_equal(office->last.rows, 1);
    assert_int_equal(office->last.unchanged, 1);
    assert_false(office->last.firms_changed);
    assert_true(office_has(office, office_moved("done", "a", ROSTER, ".csv")));
    assert_true(office_has(office, office_moved("done", "b", ROSTER, ".csv")));
    assert_int_equal(journal_head(office->bureau->store), 1);
    assert_int_equal(fake_decoder_starts, 1);
}

static void a_kill_between_commit_and_move_is_made_up_for(void **state)
{
    struct office *office = *state;
    const char table[] = ROSTER "1,短\n";
    office_put(office, "名录.csv", table);
    office_start_and_run(office);
    int64_t head = journal_head(office->bureau->store);
    /* As the kill leaves it: committed, not moved, no receipt. */
    char *done = office_path(office, office_moved("done", "名录", table, ".csv"));
    char *before = office_path(office, "名录.csv"),
         *receipt = office_path(office, "rejected/名录.csv.errors.csv");
    assert_int_equal(rename(done, before), 0);
    assert_int_equal(unlink(receipt), 0);
    office_move_out(office);
    office_move_in(office);
    office->imported[0] = '\0';
    office_start_and_run(office);
    assert_string_equal(office->imported, "名录.csv:0:known ");
    struct stat status;
    assert_int_equal(lstat(done, &status), 0);
    assert_int_equal(lstat(receipt, &status), 0);
    assert_int_equal(lstat(before, &status), -1);
    assert_int_equal(journal_head(office->bureau->store), head);
    free(done);
    free(before);
    free(receipt);
}

static void replace_file(void *context)
{
    struct office *office = context;
    char *path = office_path(office, "名录.csv"), *other = office_path(office, ".new");
    office_put(office, ".new", "uscc,name_zh\n" SIZH ",思卓\n");
    assert_int_equal(rename(other, path), 0);
    fake_decoder_plan.before_end = NULL;
    free(path);
    free(other);
}

static void a_file_that_is_replaced_while_it_is_read_is_taken_too(void **state)
{
    struct office *office = *state;
    office_put(office, "名录.csv", ROSTER);
    fake_decoder_plan.before_end = replace_file;
    fake_decoder_plan.context = office;
    office_start_and_run(office);
    assert_string_equal(field(office->bureau, "firms", CHEN, "name_zh"), "晨岚");
    assert_false(office_has(office, "名录.csv")); /* nor the other one */
    assert_string_equal(field(office->bureau, "firms", SIZH, "name_zh"), "思卓");
}

static void append_to_file(void *context)
{
    office_put(context, "名录.csv", ROSTER SIZH ",思卓\n");
    fake_decoder_plan.before_end = NULL;
}

static void a_file_that_grows_while_it_is_read_is_taken_when_it_is_whole(void **state)
{
    struct office *office = *state;
    office_put(office, "名录.csv", ROSTER);
    fake_decoder_plan.before_end = append_to_file;
    fake_decoder_plan.context = office;
    int64_t now = clock_wall();
    office_start_and_run(office);
    assert_false(office_has(office, "名录.csv"));
    assert_int_equal(clock_wall(), now); /* not at the next scan */
    assert_string_equal(office->sealed, "名录.csv:2: ");
    assert_string_equal(office->imported, "名录.csv:2: "); /* and nobody heard of the first try */
    assert_int_equal(number(office->bureau, "SELECT count(*) FROM local_record"), 2);
    assert_int_equal(number(office->bureau, "SELECT count(*) FROM local_file"), 1);
}

static void without_a_decoder_files_stay_until_there_is_one(void **state)
{
    struct office *office = *state;
    office_put(office, "名录.csv", ROSTER);
    fake_decoder_plan.outcome = DECODER_UNAVAILABLE;
    assert_int_equal(registry_put_off(office->registry), 0);
    office_start_and_run(office);
    assert_true(office_has(office, "名录.csv"));
    assert_int_equal(registry_put_off(office->registry), 1);
    assert_false(office_has(office, "rejected/名录.csv.errors.csv"));
    fake_decoder_plan.outcome = DECODER_OK;
    fake_decoder_plan.start = -EMFILE;
    office_move_out(office);
    office_move_in(office);
    office_start_and_run(office);
    assert_true(office_has(office, "名录.csv"));
    assert_int_equal(registry_put_off(office->registry), 1);
    fake_decoder_plan.start = 0;
    office_run_until_gone(office, "名录.csv");
    assert_int_equal(registry_put_off(office->registry), 0);
    assert_string_equal(field(office->bureau, "firms", CHEN, "name_zh"), "晨岚");
}

/* --- handed over -----------------------------------------------------------------------------------------
 */

static int open_scratch(struct office *office, const char *text)
{
    char *path = scratch_path(office->bureau->folder, "given.csv");
    scratch_write(path, text, strlen(text));
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    free(path);
    return descriptor;
}

static void a_file_handed_over_is_imported_for_its_sender(void **state)
{
    struct office *office = *state;
    int descriptor = open_scratch(office, ROSTER "1,短\n");
    assert_int_equal(lseek(descriptor, 7, SEEK_SET), 7); /* wherever its sender had read to */
    registry_import(office->registry, descriptor, "../../etc/名录.csv", "li", 0, office_on_done, office);
    assert_int_equal(office->done, 0);
    assert_false(registry_is_idle(office->registry));
    office_run(office);
    assert_int_equal(office->done, 1);
    assert_int_equal(office->last.added, 1);
    assert_int_equal(office->last.rejected, 1);
    assert_int_equal(
        number(office->bureau, "SELECT count(*) FROM journal WHERE actor = 'li' AND subject = '名录.csv'"),
        1);
    assert_true(office_has(office, "rejected/名录.csv.errors.csv"));
    assert_true(office_has(office, "../given.csv"));
    assert_int_equal(fcntl(descriptor, F_GETFD), -1); /* closed */
}

static void what_is_no_file_is_answered(void **state)
{
    struct office *office = *state;
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    registry_import(office->registry, ends[0], "pipe", "li", 0, office_on_done, office);
    registry_import(office->registry, open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC), "folder", "li", 0,
        office_on_done, office);
    registry_import(office->registry, -1, "nothing", "li", 0, office_on_done, office);
    registry_import(office->registry, open("/dev/zero", O_RDONLY | O_CLOEXEC), "zero", "li", 0, NULL, NULL);
    office_run(office);
    assert_int_equal(office->done, 3);
    assert_string_equal(office->imported, "pipe:0:不是普通文件 folder:0:不是普通文件 zero:0:不是普通文件 ");
    close(ends[1]);
}

static void stop_here(void *context)
{
    struct office *office = context;
    loop_stop(office->loop);
}

static void leaving_in_the_middle_is_no_fault(void **state)
{
    struct office *office = *state;
    fake_decoder_plan.never_ends = true;
    fake_decoder_plan.before_end = stop_here;
    fake_decoder_plan.context = office;
    registry_import(office->registry, open_scratch(office, ROSTER), "a.csv", "li", 0, office_on_done, office);
    registry_import(office->registry, open_scratch(office, ROSTER), "b.csv", "li", 0, office_on_done, office);
    office_run(office);
    assert_int_equal(fake_decoder_starts, 1);
    registry_free(office->registry);
    /* The decoder's own end comes later, and finds nobody. */
    struct failure failure = {0};
    assert_int_equal(registry_new(office->loop, office->bureau->store, NULL, &office->registry, &failure), 0);
    office_run(office);
    assert_int_equal(office->done, 0);
    assert_int_equal(number(office->bureau, "SELECT count(*) FROM local_record"), 0);
}

/* --- names and settling ----------------------------------------------------------------------------------
 */

static void names_cannot_lead_elsewhere(void **state)
{
    (void)state;
    static const struct {
        const char *given, *kept;
    } names[] = {{"名录.csv", "名录.csv"}, {"../../etc/passwd", "passwd"}, {"..", "unnamed"}, {"", "unnamed"},
        {".errors.csv", "errors.csv"}, {"a\nb\x01.csv", "a_b_.csv"}, {"\xc3\xfb\xb5\xa5.csv", "____.csv"},
        {"a/", "unnamed"}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char *kept = local_file_name(names[i].given);
        assert_string_equal(kept, names[i].kept);
        free(kept);
    }
    char longest[256], *kept;
    for (size_t i = 0; i < 251; i += 3)
        memcpy(longest + i, "名", 3);
    memcpy(longest + 251, ".csv", 5);
    kept = local_file_name(longest);
    assert_true(strlen(kept) <= 180 && strlen(kept) > 170);
    assert_true(utf8_is_valid(kept, strlen(kept)) && string_ends(kept, ".csv"));
    free(kept);
}

int main(void)
{
    office_set_clock();
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, office_open, office_close)
    const struct CMUnitTest tests[] = {
        CLAIM(a_file_is_imported_and_goes_to_done),
        CLAIM(files_that_came_together_are_taken_in_order_of_name),
        CLAIM(what_programs_leave_beside_is_not_touched),
        CLAIM(a_file_put_in_later_is_found_within_a_minute),
        CLAIM(more_files_than_one_look_shows_are_all_taken),
        CLAIM(more_files_at_once_than_are_kept_in_mind_are_all_taken),
        CLAIM(a_file_that_somebody_takes_away_again_is_no_fault),
        CLAIM(rows_that_are_refused_come_back_as_a_table),
        CLAIM(a_refused_file_is_kept_with_its_reason),
        CLAIM(what_the_decoder_cannot_read_is_refused),
        CLAIM(a_file_over_the_ceiling_is_refused_unread),
        CLAIM(refused_files_of_one_name_are_all_kept),
        CLAIM(the_same_bytes_again_change_nothing),
        CLAIM(a_kill_between_commit_and_move_is_made_up_for),
        CLAIM(a_file_that_is_replaced_while_it_is_read_is_taken_too),
        CLAIM(a_file_that_grows_while_it_is_read_is_taken_when_it_is_whole),
        CLAIM(without_a_decoder_files_stay_until_there_is_one),
        CLAIM(a_file_handed_over_is_imported_for_its_sender),
        CLAIM(what_is_no_file_is_answered),
        CLAIM(leaving_in_the_middle_is_no_fault),
        cmocka_unit_test(names_cannot_lead_elsewhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
