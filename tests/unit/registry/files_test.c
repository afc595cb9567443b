/* inbox/files: scans and PDFs that rows name become evidence; what nobody names waits. */
#include "fake_decoder.h"
#include "office.h"
#include "scratch.h"

#include "m13/digest.h"
#include "m13/evidence.h"
#include "m13/journal.h"
#include "m13/limits.h"
#include "m13/loop.h"

#include "process.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define HEADER "sale_id,uscc,product_id,country,date,amount,currency,document\n"
#define SALE   HEADER "S1," CHEN ",P1,US,2026-03-01,100,USD,合同.pdf\n"
#define SCAN   "%PDF-1.7 what was scanned"

static const char *assurance(struct office *office)
{
    static char text[40];
    text[0] = '\0';
    struct query *q = query(office->bureau->store,
        "SELECT assurance FROM local_record WHERE kind = 'sales' AND key = 'S1' AND seq_to IS NULL");
    if (query_next(q))
        snprintf(text, sizeof text, "%s", query_text(q, 0));
    query_end(q);
    return text;
}

static int64_t versions_of(struct office *office, const char *name)
{
    return store_value(
        office->bureau->store, 0, "SELECT count(*) FROM local_document WHERE name = ?", "t", name);
}

/* --- taking ----------------------------------------------------------------------------------------------
 */

static void a_file_that_a_row_names_becomes_evidence(void **state)
{
    struct office *office = *state;
    office_put(office, "files/合同.pdf", SCAN);
    office_put(office, "sales.csv", SALE);
    office_start_and_run(office);
    assert_string_equal(office->imported, "sales.csv:1: ");
    assert_string_equal(assurance(office), "documented");
    assert_false(office_has(office, "files/合同.pdf"));
    char hex[DIGEST_HEX_BYTES];
    digest_hex_of(SCAN, strlen(SCAN), hex);
    assert_int_equal(evidence_verify(office->bureau->store, hex, NULL), 0);
    assert_int_equal(
        store_value(office->bureau->store, 0,
            "SELECT count(*) FROM local_document WHERE name = '合同.pdf' AND sha256 = ?", "t", hex),
        1);
    assert_true(office->decided >= 1);
}

static void a_file_that_comes_after_its_row_is_taken_at_once(void **state)
{
    struct office *office = *state;
    office_put(office, "sales.csv", SALE);
    office_start_and_run(office);
    assert_string_equal(assurance(office), "claimed");
    office->decided = 0;
    office_put(office, "files/合同.pdf", SCAN);
    office_run_until_gone(office, "files/合同.pdf");
    assert_string_equal(assurance(office), "documented");
    assert_int_equal(office->decided, 1);
}

static void a_file_that_nobody_names_waits(void **state)
{
    struct office *office = *state;
    office_put(office, "files/合同.pdf", SCAN);
    office_put(office, "files/other.pdf", SCAN);
    office_start_and_run(office);
    assert_true(registry_is_idle(office->registry));
    assert_true(office_has(office, "files/合同.pdf"));
    assert_int_equal(registry_each_unnamed(office->bureau->store, NULL, NULL), 2);
    assert_int_equal(number(office->bureau, "SELECT count(*) FROM evidence"), 0);
    /* Its row takes it along, without another look in between. */
    office_put(office, "sales.csv", SALE);
    office_run_until_gone(office, "sales.csv");
    assert_false(office_has(office, "files/合同.pdf"));
    assert_string_equal(assurance(office), "documented");
    assert_int_equal(registry_each_unnamed(office->bureau->store, NULL, NULL), 1);
}

static void other_bytes_under_the_name_are_another_version(void **state)
{
    struct office *office = *state;
    office_put(office, "sales.csv", SALE);
    office_put(office, "files/合同.pdf", SCAN);
    office_start_and_run(office);
    office_put(office, "files/合同.pdf", SCAN " again, and better");
    office_run_until_gone(office, "files/合同.pdf");
    assert_int_equal(versions_of(office, "合同.pdf"), 2);
    assert_int_equal(number(office->bureau, "SELECT count(*) FROM journal WHERE kind = 'document'"), 2);
}

static void blanks_in_a_files_name_are_as_in_a_cell(void **state)
{
    struct office *office = *state;
    office_put(office, "sales.csv", HEADER "S1," CHEN ",P1,US,2026-03-01,100,USD,合同 二.pdf\n");
    office_put(office, "files/合同　 二.pdf", SCAN);
    office_start_and_run(office);
    assert_string_equal(assurance(office), "documented");
    assert_false(office_has(office, "files/合同　 二.pdf"));
    assert_int_equal(versions_of(office, "合同 二.pdf"), 1);
}

static void many_files_are_all_taken(void **state)
{
    struct office *office = *state;
    struct text table = TEXT_WITH_CEILING(1 << 20);
    text_append_string(&table, HEADER);
    for (int i = 0; i < 60; i++) {
        char name[40];
        text_append_format(&table, "S%d," CHEN ",P1,US,2026-03-01,100,USD,%d.pdf\n", i, i);
        snprintf(name, sizeof name, "files/%d.pdf", i);
        office_put(office, name, name);
    }
    office_put(office, "sales.csv", text_string(&table));
    office_start_and_run(office);
    assert_int_equal(
        number(office->bureau, "SELECT count(*) FROM local_record WHERE assurance = 'documented'"), 60);
    assert_int_equal(registry_each_unnamed(office->bureau->store, NULL, NULL), 0);
    text_free(&table);
}

static void files_are_taken_in_order_of_name_when_no_table_waits(void **state)
{
    struct office *office = *state;
    office_put(office, "1.csv", HEADER "S1," CHEN ",P1,US,2026-03-01,100,USD,c.pdf\n");
    office_put(office, "2.csv", HEADER "S2," CHEN ",P1,US,2026-03-01,100,USD,b.pdf\n");
    office_put(office, "3.csv", HEADER "S3," CHEN ",P1,US,2026-03-01,100,USD,a.pdf;d.pdf\n");
    for (char name[] = "files/a.pdf"; name[6] <= 'd'; name[6]++)
        office_put(office, name, name);
    office_start_and_run(office);
    struct query *q = query(office->bureau->store, "SELECT group_concat(subject, ' ') FROM "
                                                   "(SELECT subject FROM journal ORDER BY seq)");
    assert_true(query_next(q));
    assert_string_equal(query_text(q, 0), "1.csv 2.csv 3.csv a.pdf b.pdf c.pdf d.pdf");
    query_end(q);
}

/* --- a restart -------------------------------------------------------------------------------------------
 */

static void a_kill_before_the_file_was_removed_is_made_up_for(void **state)
{
    struct office *office = *state;
    office_put(office, "sales.csv", SALE);
    office_put(office, "files/合同.pdf", SCAN);
    office_start_and_run(office);
    int64_t head = journal_head(office->bureau->store);
    office_move_out(office);
    office_put(office, "files/合同.pdf", SCAN);
    office_move_in(office);
    office_start_and_run(office);
    assert_false(office_has(office, "files/合同.pdf"));
    assert_int_equal(versions_of(office, "合同.pdf"), 1);
    assert_int_equal(journal_head(office->bureau->store), head);
}

static void what_was_left_to_assess_is_done_before_the_next_file(void **state)
{
    struct office *office = *state;
    struct store *store = office->bureau->store;
    office_put(office, "sales.csv", SALE);
    office_start_and_run(office);
    office_move_out(office);
    /* As the kill leaves it: the document is known, its rows have not followed. */
    store_write(store);
    int64_t seq = journal_append(store, "m13d", "document", "合同.pdf", "{}");
    query_run(
        query_bind(query(store, "INSERT INTO local_document VALUES ('合同.pdf', 1, ?, NULL, 'aa', 1, 1, '')"),
            "i", seq));
    char key[60];
    snprintf(key, sizeof key, "%lld 合同.pdf", (long long)seq);
    work_add(store, "assess-local", key, true);
    store_commit(store);
    office_move_in(office);
    office_put(office, "more.csv", HEADER "S1," CHEN ",P1,US,2026-03-01,200,USD,\n");
    office_start_and_run(office);
    assert_int_equal(number(office->bureau, "SELECT count(*) FROM local_record WHERE kind = 'sales'"), 3);
    assert_int_equal(number(office->bureau, "SELECT count(*) FROM local_record WHERE kind = 'sales' AND "
                                            "version = 2 AND assurance = 'documented' AND file = 0"),
        1);
    assert_string_equal(assurance(office), "documented");
}

static int turns;

static void stop_after_a_few(void *context)
{
    struct office *office = context;
    if (++turns == 4)
        loop_stop(office->loop);
}

static void what_was_sealed_before_a_kill_names_its_files_in_time(void **state)
{
    struct office *office = *state;
    struct store *store = office->bureau->store;
    office_put(office, "1.csv", HEADER "S1," CHEN ",P1,US,2026-03-01,100,USD,b.pdf\n");
    office_start_and_run(office);
    office_move_out(office);
    /* As the kill leaves it: the row that names a.pdf is still to be assessed, and named only then. */
    store_write(store);
    work_add(store, "assess-local", "1 none.pdf", true);
    store_commit(store);
    office_put(office, "files/a.pdf", "a");
    office_put(office, "files/b.pdf", "b");
    office_move_in(office);
    office_put(office, "2.csv", HEADER "S2," CHEN ",P1,US,2026-03-01,100,USD,a.pdf\n");
    office_start_and_run(office);
    struct query *q = query(store, "SELECT group_concat(subject, ' ') FROM "
                                   "(SELECT subject FROM journal WHERE kind = 'document' ORDER BY seq)");
    assert_true(query_next(q));
    assert_string_equal(query_text(q, 0), "a.pdf b.pdf");
    query_end(q);
}

static void leaving_in_the_middle_leaves_the_file(void **state)
{
    struct office *office = *state;
    office_put(office, "sales.csv", SALE);
    office_start_and_run(office);
    char *path = office_path(office, "files/合同.pdf");
    office_put(office, "files/合同.pdf", SCAN);
    assert_int_equal(truncate(path, 64 * 1024 * 1024), 0); /* of many turns */
    free(path);
    turns = 0;
    loop_on_turn_end(office->loop, stop_after_a_few, office);
    office_run(office);
    assert_int_equal(turns, 4);
    assert_false(registry_is_idle(office->registry));
    office_move_out(office);
    assert_true(office_has(office, "files/合同.pdf"));
    assert_int_equal(versions_of(office, "合同.pdf"), 0);
    assert_int_equal(number(office->bureau, "SELECT count(*) FROM evidence"), 1); /* the table's */
    office_move_in(office);
}

static void without_room_for_evidence_it_is_tried_again(void **state)
{
    struct office *office = *state;
    char *tmp = scratch_path(office->bureau->folder, "evidence/tmp");
    office_put(office, "sales.csv", SALE);
    office_start_and_run(office);
    assert_int_equal(rmdir(tmp), 0);
    office_put(office, "files/合同.pdf", SCAN);
    office_run(office);
    assert_int_equal(registry_put_off(office->registry), 1);
    assert_string_equal(assurance(office), "claimed");
    assert_int_equal(mkdir(tmp, 0700), 0);
    office_run_until_gone(office, "files/合同.pdf");
    assert_int_equal(registry_put_off(office->registry), 0);
    assert_string_equal(assurance(office), "documented");
    free(tmp);
}

/* --- hostile ---------------------------------------------------------------------------------------------
 */

static void only_files_are_taken(void **state)
{
    struct office *office = *state;
    office_put(office, "sales.csv",
        HEADER "S1," CHEN ",P1,US,2026-03-01,100,USD,link.pdf\n"
               "S2," CHEN ",P1,US,2026-03-01,100,USD,folder.pdf\n"
               "S3," CHEN ",P1,US,2026-03-01,100,USD,pipe.pdf\n"
               "S4," CHEN ",P1,US,2026-03-01,100,USD,empty.pdf\n");
    char *link = office_path(office, "files/link.pdf"), *folder = office_path(office, "files/folder.pdf"),
         *fifo = office_path(office, "files/pipe.pdf");
    assert_int_equal(symlink("/etc/passwd", link), 0);
    assert_int_equal(mkdir(folder, 0700), 0);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    office_put(office, "files/empty.pdf", "");
    office_start_and_run(office);
    assert_int_equal(number(office->bureau, "SELECT count(*) FROM local_document"), 0);
    assert_true(office_has(office, "files/link.pdf") && office_has(office, "files/folder.pdf"));
    free(link);
    free(folder);
    free(fifo);
}

static void a_row_cannot_point_out_of_the_folder(void **state)
{
    struct office *office = *state;
    office_put(office, "files/passwd", SCAN);
    office_put(office, "sales.csv",
        HEADER "S1," CHEN ",P1,US,2026-03-01,100,USD,../../../../etc/passwd\n"
               "S2," CHEN ",P1,US,2026-03-01,100,USD,/etc/passwd\n"
               "S3," CHEN ",P1,US,2026-03-01,100,USD,..\n");
    office_start_and_run(office);
    assert_int_equal(
        number(office->bureau, "SELECT count(*) FROM local_document WHERE name LIKE '%/%' OR name = '..'"),
        0);
    assert_int_equal(access("/etc/passwd", F_OK), 0);
}

static void put_too_large(void *context)
{
    struct office *office = context;
    if (store_open(office->bureau->folder, STORE_WRITER, &office->bureau->store, NULL) < 0)
        _exit(4);
    office_move_in(office);
    office_put(office, "sales.csv", SALE);
    office_put(office, "files/合同.pdf", SCAN);
    char *path = office_path(office, "files/合同.pdf");
    if (truncate(path, LIMIT_LOCAL_FILE_BYTES + 1) < 0)
        _exit(2);
    free(path);
    office_start_and_run(office);
    for (int i = 0; i < 3; i++) { /* and at each later look */
        char name[20];
        snprintf(name, sizeof name, "%d.csv", i);
        office_put(office, name, SALE);
        office_run_until_gone(office, name);
    }
    if (!office_has(office, "files/合同.pdf") || versions_of(office, "合同.pdf") != 0)
        _exit(3);
}

static void a_file_over_the_ceiling_stays_and_that_is_said_once(void **state)
{
    struct office *office = *state;
    char said[4000];
    office_move_out(office);
    store_close(office->bureau->store); /* the other process opens its own */
    int code = process_run_telling(put_too_large, office, said, sizeof said);
    assert_int_equal(store_open(office->bureau->folder, STORE_WRITER, &office->bureau->store, NULL), 0);
    office_move_in(office);
    assert_int_equal(code, 0);
    const char *first = strstr(said, "合同.pdf: it has");
    assert_non_null(first);
    assert_null(strstr(first + 1, "合同.pdf: it has"));
}

static bool appended;

static void append_once(void *context)
{
    struct office *office = context;
    char *path = office_path(office, "files/合同.pdf");
    int descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
    if (!appended && descriptor >= 0 && number(office->bureau, "SELECT count(*) FROM local_file") > 0)
        appended = write(descriptor, "tail", 4) == 4;
    if (descriptor >= 0)
        close(descriptor);
    free(path);
}

static void a_file_that_changes_while_it_is_read_is_taken_as_it_is_then(void **state)
{
    struct office *office = *state;
    appended = false;
    office_put(office, "files/合同.pdf", SCAN);
    office_put(office, "sales.csv", SALE);
    loop_on_turn_end(office->loop, append_once, office);
    office_start_and_run(office);
    assert_true(appended);
    if (office_has(office, "files/合同.pdf"))
        office_run_until_gone(office, "files/合同.pdf");
    char hex[DIGEST_HEX_BYTES];
    digest_hex_of(SCAN "tail", strlen(SCAN "tail"), hex);
    assert_int_equal(store_value(office->bureau->store, 0,
                         "SELECT count(*) FROM local_document WHERE seq_to IS NULL AND sha256 = ?", "t", hex),
        1);
}

int main(void)
{
    office_set_clock();
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, office_open, office_close)
    const struct CMUnitTest tests[] = {
        CLAIM(a_file_that_a_row_names_becomes_evidence),
        CLAIM(a_file_that_comes_after_its_row_is_taken_at_once),
        CLAIM(a_file_that_nobody_names_waits),
        CLAIM(other_bytes_under_the_name_are_another_version),
        CLAIM(blanks_in_a_files_name_are_as_in_a_cell),
        CLAIM(many_files_are_all_taken),
        CLAIM(files_are_taken_in_order_of_name_when_no_table_waits),
        CLAIM(a_kill_before_the_file_was_removed_is_made_up_for),
        CLAIM(what_was_left_to_assess_is_done_before_the_next_file),
        CLAIM(what_was_sealed_before_a_kill_names_its_files_in_time),
        CLAIM(leaving_in_the_middle_leaves_the_file),
        CLAIM(without_room_for_evidence_it_is_tried_again),
        CLAIM(only_files_are_taken),
        CLAIM(a_row_cannot_point_out_of_the_folder),
        CLAIM(a_file_over_the_ceiling_stays_and_that_is_said_once),
        CLAIM(a_file_that_changes_while_it_is_read_is_taken_as_it_is_then),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
