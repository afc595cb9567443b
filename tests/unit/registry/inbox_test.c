/* The inbox: what is taken when, where it goes, and what a kill or a fault leaves behind. */
#include "delivery.h"
#include "fake_decoder.h"
#include "inbox.h"
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

#define CHEN   "91110108MA0DEMA17F"
#define SIZH   "91110114MA0DEMB219"
#define ROSTER "统一社会信用代码,企业名称\n" CHEN ",晨岚\n"

struct house {
    struct bureau *bureau;
    struct loop *loop;
    struct registry *registry;
    char imported[4000]; /* "NAME:ADDED:PROBLEM " of each */
    int done;
    struct import_result last;
    const char *wanted_gone; /* file for which a run goes on, ten minutes at most */
    int64_t give_up_at;
};

static bool is_there(struct house *house, const char *name);

static void on_imported(const struct import_result *result, void *context)
{
    struct house *house = context;
    size_t used = strlen(house->imported);
    snprintf(house->imported + used, sizeof house->imported - used, "%s:%lld:%s ", result->file,
        (long long)result->added, result->known ? "known" : result->problem);
    house->last = *result;
}

static void on_done(const struct import_result *result, void *context)
{
    struct house *house = context;
    house->done++;
    house->last = *result;
}

static void end_turn(void *context)
{
    struct house *house = context;
    store_commit(house->bureau->store);
    bool waits =
        house->wanted_gone != NULL && is_there(house, house->wanted_gone) && clock_wall() < house->give_up_at;
    if (registry_is_idle(house->registry) && !waits)
        loop_stop(house->loop);
}

static void move_in(struct house *house)
{
    house->loop = loop_new();
    house->registry =
        registry_new(house->loop, house->bureau->store, &(struct registry_events){on_imported, house});
    loop_on_turn_end(house->loop, end_turn, house);
}

static void move_out(struct house *house)
{
    registry_free(house->registry);
    loop_free(house->loop);
}

static int set_up(void **state)
{
    struct house *house = calloc(1, sizeof *house);
    void *bureau;
    bureau_open(&bureau);
    house->bureau = bureau;
    fake_decoder_plan = (struct fake_decoder_plan){0};
    fake_decoder_starts = 0;
    move_in(house);
    *state = house;
    return 0;
}

static int tear_down(void **state)
{
    struct house *house = *state;
    void *bureau = house->bureau;
    move_out(house);
    bureau_close(&bureau);
    free(house);
    return 0;
}

static char *inbox_path(struct house *house, const char *name)
{
    return scratch_path(house->bureau->folder, "inbox/%s", name);
}

static void put(struct house *house, const char *name, const char *text)
{
    char *path = inbox_path(house, name);
    scratch_write(path, text, strlen(text));
    free(path);
}

static bool is_there(struct house *house, const char *name)
{
    char *path = inbox_path(house, name);
    struct stat status;
    bool there = lstat(path, &status) == 0;
    free(path);
    return there;
}

static char *content(struct house *house, const char *name)
{
    char *path = inbox_path(house, name);
    char *text = scratch_read(path, NULL);
    free(path);
    return text;
}

static const char *name_after(const char *folder, const char *stem, const char *text, const char *extension)
{
    static char name[300];
    char hex[DIGEST_HEX_BYTES];
    digest_hex_of(text, strlen(text), hex);
    snprintf(name, sizeof name, "%s/%s.%.8s%s", folder, stem, hex, extension);
    return name;
}

static void start_and_run(struct house *house)
{
    registry_start(house->registry);
    loop_run(house->loop, false);
}

/* Under the test's clock the loop jumps from one look at the inbox to the next. */
static void run_until_gone(struct house *house, const char *name)
{
    house->wanted_gone = name;
    house->give_up_at = clock_wall() + 10 * CLOCK_MINUTE;
    loop_run(house->loop, false);
    house->wanted_gone = NULL;
    assert_false(is_there(house, name));
}

/* --- taking ----------------------------------------------------------------------------------------------
 */

static void a_file_is_imported_and_goes_to_done(void **state)
{
    struct house *house = *state;
    put(house, "名录.csv", ROSTER);
    assert_true(registry_is_idle(house->registry));
    registry_start(house->registry);
    assert_false(registry_is_idle(house->registry));
    loop_run(house->loop, false);
    assert_string_equal(house->imported, "名录.csv:1: ");
    assert_true(house->last.firms_changed);
    assert_false(is_there(house, "名录.csv"));
    assert_true(is_there(house, name_after("done", "名录", ROSTER, ".csv")));
    assert_false(is_there(house, "rejected/名录.csv.errors.csv"));
    assert_string_equal(field(house->bureau, "firms", CHEN, "name_zh"), "晨岚");
    assert_int_equal(
        number(house->bureau, "SELECT count(*) FROM local_file WHERE delivered_by = 'inbox'"), 1);
    assert_int_equal(number(house->bureau, "SELECT count(*) FROM journal WHERE actor = 'm13d'"), 1);
}

static void files_are_taken_in_order_of_name(void **state)
{
    struct house *house = *state;
    put(house, "2.csv", "uscc,name_zh\n" CHEN ",second\n");
    put(house, "10.csv", "uscc,name_zh\n" CHEN ",first\n");
    put(house, "3.csv", "uscc,name_zh\n" CHEN ",third\n");
    start_and_run(house);
    assert_string_equal(house->imported, "10.csv:1: 2.csv:0: 3.csv:0: ");
    assert_string_equal(field(house->bureau, "firms", CHEN, "name_zh"), "third");
}

static void what_programs_leave_beside_is_not_touched(void **state)
{
    struct house *house = *state;
    static const char *const names[] = {
        "~$名录.xlsx", ".~lock.a.csv#", ".hidden.csv", "a.tmp", "b.csv.part", "c.crdownload", "d.csv~"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        put(house, names[i], ROSTER);
    put(house, "empty.csv", "");
    char *fifo = inbox_path(house, "fifo.csv"), *link = inbox_path(house, "link.csv"),
         *folder = inbox_path(house, "folder.csv");
    assert_int_equal(mkfifo(fifo, 0600), 0);
    assert_int_equal(symlink("/etc/passwd", link), 0);
    assert_int_equal(mkdir(folder, 0700), 0);
    start_and_run(house);
    assert_string_equal(house->imported, "");
    assert_int_equal(fake_decoder_starts, 0);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_true(is_there(house, names[i]));
    assert_true(is_there(house, "fifo.csv") && is_there(house, "link.csv") && is_there(house, "folder.csv"));
    free(fifo);
    free(link);
    free(folder);
}

static void a_file_put_in_later_is_found_within_a_minute(void **state)
{
    struct house *house = *state;
    start_and_run(house);
    int64_t started = clock_wall();
    put(house, "late.csv", ROSTER);
    run_until_gone(house, "late.csv");
    assert_string_equal(house->imported, "late.csv:1: ");
    assert_true(clock_wall() - started <= CLOCK_MINUTE);
}

static void more_files_than_one_look_shows_are_all_taken(void **state)
{
    struct house *house = *state;
    for (int i = 0; i < 1010; i++) {
        char name[40];
        snprintf(name, sizeof name, "%04d.csv", i);
        put(house, name, ROSTER);
    }
    start_and_run(house);
    assert_false(is_there(house, "0000.csv") || is_there(house, "0500.csv") || is_there(house, "1009.csv"));
    assert_int_equal(number(house->bureau, "SELECT count(*) FROM local_file"), 1);
}

/* --- refusing --------------------------------------------------------------------------------------------
 */

static void rows_that_are_refused_come_back_as_a_table(void **state)
{
    struct house *house = *state;
    const char table[] = "uscc,企业名称,所属区\n" CHEN ",晨岚,\"火星\"区\n" SIZH ",思卓,\n1,短,\n";
    put(house, "名录.csv", table);
    start_and_run(house);
    char *receipt = content(house, "rejected/名录.csv.errors.csv");
    assert_string_equal(receipt,
        "\xef\xbb\xbf\"行\",\"列\",\"问题\",\"应为\"\r\n"
        "\"2\",\"所属区\",\"无法识别 “\"\"火星\"\"区”\",\"北京市的区，如 海淀区、经开区，或 110108\"\r\n"
        "\"4\",\"uscc\",\"“1” 不是统一社会信用代码\",\"18 位统一社会信用代码，如 91110000802100433B\"\r\n");
    free(receipt);
    assert_true(is_there(house, name_after("done", "名录", table, ".csv")));

    /* Put right under the same name: nothing is left to do. */
    put(house, "名录.csv", "uscc,企业名称,所属区\n" CHEN ",晨岚,海淀\n");
    run_until_gone(house, "名录.csv");
    assert_false(is_there(house, "rejected/名录.csv.errors.csv"));
}

static void a_refused_file_is_kept_with_its_reason(void **state)
{
    struct house *house = *state;
    const char table[] = "=HYPERLINK(\"http://evil\"),@SUM(1)\n1,2\n";
    put(house, "乱.csv", table);
    start_and_run(house);
    assert_false(is_there(house, "乱.csv"));
    assert_true(is_there(house, name_after("rejected", "乱", table, ".csv")));
    char *receipt = content(house, "rejected/乱.csv.errors.csv");
    assert_non_null(
        strstr(receipt, "\"无法判断这是哪一种表。表头为：=HYPERLINK(\"\"http://evil\"\")、@SUM(1)。"));
    free(receipt);
    assert_int_equal(journal_head(house->bureau->store), 0);
}

static void a_formula_in_a_receipt_is_text(void **state)
{
    struct house *house = *state;
    /* These columns are known, whatever stands before their names in the file. */
    static const char *const starts[] = {"=", "+", "-", "@", "＝", "＋", "－", "＠"};
    struct store *store = house->bureau->store;
    store_write(store);
    query_run(
        query(store, "INSERT INTO local_file VALUES (1, 'f.csv', 'aa', 'firms', 'x', 1, 8, 0, 0, 8, 1)"));
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        char cell[40];
        snprintf(cell, sizeof cell, "%scmd|' /C calc'!A0", starts[i]);
        query_run(query_bind(query(store, "INSERT INTO local_reject VALUES (1, ?, ?, ?, ?)"), "ittt",
            (int64_t)i + 2, cell, cell, "ok"));
    }
    char hex[DIGEST_HEX_BYTES];
    query_run(query_bind(
        query(store, "UPDATE local_file SET sha256 = ?"), "t", digest_hex_of(ROSTER, strlen(ROSTER), hex)));
    store_commit(store);
    put(house, "f.csv", ROSTER); /* known bytes: the receipt is written from the database */
    start_and_run(house);
    char *receipt = content(house, "rejected/f.csv.errors.csv");
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        char line[200];
        snprintf(line, sizeof line, "\"%zu\",\"'%scmd|' /C calc'!A0\",\"'%scmd|' /C calc'!A0\",\"ok\"\r\n",
            i + 2, starts[i], starts[i]);
        assert_non_null(strstr(receipt, line));
    }
    free(receipt);
}

static void what_the_decoder_cannot_read_is_refused(void **state)
{
    struct house *house = *state;
    static const enum decoder_outcome outcomes[] = {
        DECODER_MALFORMED, DECODER_TOO_LARGE, DECODER_CRASHED, DECODER_TIMED_OUT};
    for (size_t i = 0; i < sizeof outcomes / sizeof outcomes[0]; i++) {
        char name[40];
        snprintf(name, sizeof name, "%zu.csv", i);
        fake_decoder_plan.outcome = outcomes[i];
        put(house, name, ROSTER);
        start_and_run(house);
        assert_false(is_there(house, name));
        assert_non_null(strstr(house->last.problem, "what the child said"));
    }
    assert_int_equal(number(house->bureau, "SELECT count(*) FROM local_record"), 0);
    assert_int_equal(number(house->bureau, "SELECT count(*) FROM local_file"), 0);
}

static void a_file_over_the_ceiling_is_refused_unread(void **state)
{
    struct house *house = *state;
    put(house, "big.csv", ROSTER);
    char *path = inbox_path(house, "big.csv");
    assert_int_equal(truncate(path, LIMIT_LOCAL_FILE_BYTES + 1), 0);
    free(path);
    start_and_run(house);
    assert_int_equal(fake_decoder_starts, 0);
    assert_non_null(strstr(house->last.problem, "文件过大"));
    assert_false(is_there(house, "big.csv"));
}

/* --- once and not twice ----------------------------------------------------------------------------------
 */

static void the_same_bytes_again_change_nothing(void **state)
{
    struct house *house = *state;
    put(house, "a.csv", ROSTER);
    put(house, "b.csv", ROSTER);
    start_and_run(house);
    assert_string_equal(house->imported, "a.csv:1: b.csv:0:known ");
    assert_int_equal(house->last.rows, 1);
    assert_int_equal(house->last.unchanged, 1);
    assert_false(house->last.firms_changed);
    assert_true(is_there(house, name_after("done", "a", ROSTER, ".csv")));
    assert_true(is_there(house, name_after("done", "b", ROSTER, ".csv")));
    assert_int_equal(journal_head(house->bureau->store), 1);
    assert_int_equal(fake_decoder_starts, 1);
}

static void a_kill_between_commit_and_move_is_made_up_for(void **state)
{
    struct house *house = *state;
    const char table[] = ROSTER "1,短\n";
    put(house, "名录.csv", table);
    start_and_run(house);
    int64_t head = journal_head(house->bureau->store);
    /* As the kill leaves it: committed, not moved, no receipt. */
    char *done = inbox_path(house, name_after("done", "名录", table, ".csv"));
    char *before = inbox_path(house, "名录.csv"),
         *receipt = inbox_path(house, "rejected/名录.csv.errors.csv");
    assert_int_equal(rename(done, before), 0);
    assert_int_equal(unlink(receipt), 0);
    move_out(house);
    move_in(house);
    house->imported[0] = '\0';
    start_and_run(house);
    assert_string_equal(house->imported, "名录.csv:0:known ");
    struct stat status;
    assert_int_equal(lstat(done, &status), 0);
    assert_int_equal(lstat(receipt, &status), 0);
    assert_int_equal(lstat(before, &status), -1);
    assert_int_equal(journal_head(house->bureau->store), head);
    free(done);
    free(before);
    free(receipt);
}

static void replace_file(void *context)
{
    struct house *house = context;
    char *path = inbox_path(house, "名录.csv"), *other = inbox_path(house, ".new");
    put(house, ".new", "uscc,name_zh\n" SIZH ",思卓\n");
    assert_int_equal(rename(other, path), 0);
    fake_decoder_plan.before_end = NULL;
    free(path);
    free(other);
}

static void a_file_that_is_replaced_while_it_is_read_is_taken_too(void **state)
{
    struct house *house = *state;
    put(house, "名录.csv", ROSTER);
    fake_decoder_plan.before_end = replace_file;
    fake_decoder_plan.context = house;
    start_and_run(house);
    assert_string_equal(field(house->bureau, "firms", CHEN, "name_zh"), "晨岚");
    assert_true(is_there(house, "名录.csv")); /* the other one */
    run_until_gone(house, "名录.csv");
    assert_string_equal(field(house->bureau, "firms", SIZH, "name_zh"), "思卓");
}

static void append_to_file(void *context)
{
    put(context, "名录.csv", ROSTER SIZH ",思卓\n");
    fake_decoder_plan.before_end = NULL;
}

static void a_file_that_grows_while_it_is_read_waits(void **state)
{
    struct house *house = *state;
    put(house, "名录.csv", ROSTER);
    fake_decoder_plan.before_end = append_to_file;
    fake_decoder_plan.context = house;
    start_and_run(house);
    assert_int_equal(number(house->bureau, "SELECT count(*) FROM local_record"), 0);
    assert_true(is_there(house, "名录.csv"));
    run_until_gone(house, "名录.csv");
    assert_int_equal(number(house->bureau, "SELECT count(*) FROM local_record"), 2);
    assert_int_equal(number(house->bureau, "SELECT count(*) FROM local_file"), 1);
}

static void without_a_decoder_files_stay_until_there_is_one(void **state)
{
    struct house *house = *state;
    put(house, "名录.csv", ROSTER);
    fake_decoder_plan.outcome = DECODER_UNAVAILABLE;
    start_and_run(house);
    assert_true(is_there(house, "名录.csv"));
    assert_false(is_there(house, "rejected/名录.csv.errors.csv"));
    fake_decoder_plan.outcome = DECODER_OK;
    fake_decoder_plan.start = -EMFILE;
    move_out(house);
    move_in(house);
    start_and_run(house);
    assert_true(is_there(house, "名录.csv"));
    fake_decoder_plan.start = 0;
    run_until_gone(house, "名录.csv");
    assert_string_equal(field(house->bureau, "firms", CHEN, "name_zh"), "晨岚");
}

/* --- handed over -----------------------------------------------------------------------------------------
 */

static int open_scratch(struct house *house, const char *text)
{
    char *path = scratch_path(house->bureau->folder, "given.csv");
    scratch_write(path, text, strlen(text));
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    free(path);
    return descriptor;
}

static void a_file_handed_over_is_imported_for_its_sender(void **state)
{
    struct house *house = *state;
    int descriptor = open_scratch(house, ROSTER "1,短\n");
    assert_int_equal(lseek(descriptor, 7, SEEK_SET), 7); /* wherever its sender had read to */
    registry_import(house->registry, descriptor, "../../etc/名录.csv", "li", on_done, house);
    assert_int_equal(house->done, 0);
    assert_false(registry_is_idle(house->registry));
    loop_run(house->loop, false);
    assert_int_equal(house->done, 1);
    assert_int_equal(house->last.added, 1);
    assert_int_equal(house->last.rejected, 1);
    assert_int_equal(
        number(house->bureau, "SELECT count(*) FROM journal WHERE actor = 'li' AND subject = '名录.csv'"), 1);
    assert_true(is_there(house, "rejected/名录.csv.errors.csv"));
    assert_true(is_there(house, "../given.csv"));
    assert_int_equal(fcntl(descriptor, F_GETFD), -1); /* closed */
}

static void what_is_no_file_is_answered(void **state)
{
    struct house *house = *state;
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    registry_import(house->registry, ends[0], "pipe", "li", on_done, house);
    registry_import(
        house->registry, open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC), "folder", "li", on_done, house);
    registry_import(house->registry, -1, "nothing", "li", on_done, house);
    registry_import(house->registry, open("/dev/zero", O_RDONLY | O_CLOEXEC), "zero", "li", NULL, NULL);
    loop_run(house->loop, false);
    assert_int_equal(house->done, 3);
    assert_string_equal(house->imported,
        "pipe:0:不是普通文件 folder:0:不是普通文件 "
        "nothing:0:暂时无法处理，稍后自动重试或请重新报送 zero:0:不是普通文件 ");
    close(ends[1]);
}

static void stop_here(void *context)
{
    struct house *house = context;
    loop_stop(house->loop);
}

static void leaving_in_the_middle_is_no_fault(void **state)
{
    struct house *house = *state;
    fake_decoder_plan.never_ends = true;
    fake_decoder_plan.before_end = stop_here;
    fake_decoder_plan.context = house;
    registry_import(house->registry, open_scratch(house, ROSTER), "a.csv", "li", on_done, house);
    registry_import(house->registry, open_scratch(house, ROSTER), "b.csv", "li", on_done, house);
    loop_run(house->loop, false);
    assert_int_equal(fake_decoder_starts, 1);
    registry_free(house->registry);
    /* The decoder's own end comes later, and finds nobody. */
    house->registry = registry_new(house->loop, house->bureau->store, NULL);
    loop_run(house->loop, false);
    assert_int_equal(house->done, 0);
    assert_int_equal(number(house->bureau, "SELECT count(*) FROM local_record"), 0);
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
    int64_t start;
    clock_parse("2026-07-01T08:00:00+08:00", &start);
    clock_override(start);
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CLAIM(a_file_is_imported_and_goes_to_done),
        CLAIM(files_are_taken_in_order_of_name),
        CLAIM(what_programs_leave_beside_is_not_touched),
        CLAIM(a_file_put_in_later_is_found_within_a_minute),
        CLAIM(more_files_than_one_look_shows_are_all_taken),
        CLAIM(rows_that_are_refused_come_back_as_a_table),
        CLAIM(a_refused_file_is_kept_with_its_reason),
        CLAIM(a_formula_in_a_receipt_is_text),
        CLAIM(what_the_decoder_cannot_read_is_refused),
        CLAIM(a_file_over_the_ceiling_is_refused_unread),
        CLAIM(the_same_bytes_again_change_nothing),
        CLAIM(a_kill_between_commit_and_move_is_made_up_for),
        CLAIM(a_file_that_is_replaced_while_it_is_read_is_taken_too),
        CLAIM(a_file_that_grows_while_it_is_read_waits),
        CLAIM(without_a_decoder_files_stay_until_there_is_one),
        CLAIM(a_file_handed_over_is_imported_for_its_sender),
        CLAIM(what_is_no_file_is_answered),
        CLAIM(leaving_in_the_middle_is_no_fault),
        cmocka_unit_test(names_cannot_lead_elsewhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
