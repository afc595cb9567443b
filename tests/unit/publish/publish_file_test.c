/* The published file: complete, of the mode that its readers need, and never in anybody's way. */
#include "as_child.h"
#include "world.h"

#include "m13/log.h"
#include "m13/publish.h"
#include "m13/text.h"

#include "process.h"
#include "scratch.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static struct world world;

static int open_world(void **state)
{
    (void)state;
    world_open(&world);
    world_feed(&world, "fda-510k", "", true, NOW);
    world_approval(&world, "K260001", "auto", 20522, 20522);
    world_approval(&world, "K260002", "none", 20522, 20522);
    world_case(&world, "K260001", "declaration");
    world_batch(&world, "2027-1");
    query_run(query(world.store, "INSERT INTO outbox (message_id, audience, uscc, kind, state, created_at, "
                                 "created_seq, cases, body) "
                                 "VALUES ('msg_1', 'desk', '', 'question', 'draft', 0, 1, '[]', '{}')"));
    world_commit(&world);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    world_close(&world);
    return 0;
}

/* Names in the folder of publications, parted by blanks. */
static const char *published_names(void)
{
    static char names[1024];
    char *folder = scratch_path(world.folder, "published");
    DIR *entries = opendir(folder);
    names[0] = '\0';
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            snprintf(names + strlen(names), sizeof names - strlen(names), "%s%s", names[0] ? " " : "",
                entry->d_name);
    closedir(entries);
    free(folder);
    return names;
}

static void the_file_is_whole_and_in_rollback_mode(void **state)
{
    (void)state;
    struct stat status;
    umask(0077);
    assert_int_equal(publish_as_child(world.folder, NOW, NULL), 0);
    umask(0022);
    assert_int_equal(stat(world.published, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0640);
    assert_string_equal(published_names(), "m13.db");
    assert_string_equal(published_text(&world, "PRAGMA journal_mode"), "delete");
    assert_string_equal(published_text(&world, "PRAGMA integrity_check"), "ok");
    /* Its header says so too: 1 = rollback journal, 2 = WAL. */
    char *bytes = scratch_read(world.published, NULL);
    assert_int_equal(bytes[18], 1);
    assert_int_equal(bytes[19], 1);
    free(bytes);
    assert_string_equal(published_names(), "m13.db");
}

static void every_table_of_the_list_is_there(void **state)
{
    (void)state;
    assert_int_equal(publish_as_child(world.folder, NOW, NULL), 0);
    for (size_t i = 0; i < publish_table_count; i++) {
        char sql[128];
        snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", publish_tables[i].name);
        assert_true(published_number(&world, sql) > 0);
    }
    assert_int_equal(published_number(&world, "SELECT value FROM bi_meta WHERE name = 'cases'"), 1);
    assert_int_equal(published_number(&world, "SELECT value FROM bi_meta WHERE name = 'approvals'"), 2);
}

static void chinese_view_of_the_firms_years_has_names_and_yuan(void **state)
{
    (void)state;
    assert_int_equal(publish_as_child(world.folder, NOW, NULL), 0);
    assert_string_equal(
        published_text(&world, "SELECT 企业名称 || ' ' || 年度 || ' ' || 年度上限_元 || ' ' || 剩余额度_元 "
                               "FROM 企业年度额度 WHERE 年度 = 2026"),
        "北京晨星医疗 2026 3000000.0 2749999.5");
}

static void the_length_and_head_of_the_journal_stand_in_it(void **state)
{
    (void)state;
    assert_int_equal(publish_as_child(world.folder, NOW, NULL), 0);
    sqlite3 *working = store_handle(world.store);
    char *head = strdup(text_in(working, "SELECT hash FROM journal ORDER BY seq DESC LIMIT 1"));
    assert_string_equal(
        published_text(&world, "SELECT value FROM bi_meta WHERE name = 'journal_head'"), head);
    assert_int_equal(published_number(&world, "SELECT value FROM bi_meta WHERE name = 'journal_entries'"),
        number_in(working, "SELECT count(*) FROM journal"));
    free(head);
}

static void chinese_views_show_names_and_words(void **state)
{
    (void)state;
    assert_int_equal(publish_as_child(world.folder, NOW, NULL), 0);
    assert_string_equal(
        published_text(&world, "SELECT 企业名称 || ' ' || 境外机构 || ' ' || 批准途径 || ' ' || 批准日期 || "
                               "' ' || 日期精度 || ' ' || "
                               "初判结论 || ' ' || 办理环节 || ' ' || 待补事项 FROM 初判线索"),
        "北京晨星医疗 美国食品药品监督管理局 510(k) 实质等同 2026-03-10 日 待补材料 线索 首次获证承诺");
    assert_string_equal(
        published_text(
            &world, "SELECT 名称 || ' ' || 是否启用 || ' ' || 最近结果 || ' ' || 是否过期 FROM 数据源状态"),
        "题名 启用 尚未询问 否");
    assert_string_equal(published_text(&world, "SELECT 境外登记名称 || ' ' || 最近编号 FROM 待认领企业"),
        "Maker of K260002 K260002");
}

static void a_folder_whose_name_a_uri_would_take_apart_is_a_folder(void **state)
{
    (void)state;
    char *odd = scratch_path(world.folder, "state?mode=memory#1%%41 北京");
    char *link = scratch_path(odd, "m13d.db"), *target = scratch_path(world.folder, "m13d.db");
    char *published = scratch_path(odd, "published");
    assert_int_equal(mkdir(odd, 0700), 0);
    assert_int_equal(mkdir(published, 0700), 0);
    assert_int_equal(symlink(target, link), 0);
    assert_int_equal(publish_as_child(odd, NOW, NULL), 0);
    char *file = scratch_path(published, "m13.db");
    assert_int_equal(access(file, R_OK), 0);
    free(file);
    free(published);
    free(target);
    free(link);
    free(odd);
}

static void what_a_killed_child_left_behind_is_swept(void **state)
{
    (void)state;
    char *left = scratch_path(world.folder, "published/.m13.db.new");
    scratch_write(left, "half", 4);
    assert_int_equal(publish_as_child(world.folder, NOW, NULL), 0);
    assert_string_equal(published_names(), "m13.db");
    free(left);
}

static void wrong_arguments_are_told_apart_from_faults(void **state)
{
    (void)state;
    char state_argument[] = "x", none[] = "soon";
    assert_int_equal(publish_child_main(1, (char *[]){state_argument, NULL}), EXIT_BAD_USAGE);
    assert_int_equal(publish_child_main(2, (char *[]){state_argument, none, NULL}), EXIT_BAD_USAGE);
}

/* --- readers ---------------------------------------------------------------------------------------------
 */

enum { PUBLICATIONS = 120 };

/* What holds in every whole publication: case n came with the n-th one. */
static bool is_whole(sqlite3 *database)
{
    return number_in(database,
               "SELECT (SELECT value FROM bi_meta WHERE name = 'cases') = (SELECT count(*) FROM bi_case) "
               "AND (SELECT count(*) FROM bi_case) = (SELECT count(*) FROM bi_case_rule) "
               "AND (SELECT count(*) FROM bi_case) = (SELECT count(*) FROM 初判线索) "
               "AND (SELECT count(*) FROM bi_label) > 5") == 1;
}

/* SQLite remarks on each replaced file that it has open. */
static void begin_reading(struct process *parent)
{
    log_set_level(LOG_LEVEL_ERROR);
    process_meet(parent);
}

/* Opens, reads and closes as fast as it can, until it is killed; leaves when anything is wrong. */
static void read_for_ever(struct process *parent, void *context)
{
    (void)context;
    begin_reading(parent);
    for (int64_t last = 0;;) {
        sqlite3 *database = world_published(&world);
        int64_t cases = number_in(database, "SELECT count(*) FROM bi_case");
        if (cases < last || !is_whole(database))
            _exit(1);
        last = cases;
        sqlite3_close(database);
    }
}

/* Holds one connection over all publications. */
static void hold_and_read(struct process *parent, void *context)
{
    (void)context;
    sqlite3 *database = world_published(&world);
    begin_reading(parent);
    for (;;)
        if (!is_whole(database) || number_in(database, "SELECT count(*) FROM bi_case") != 1)
            _exit(1);
}

/* The publisher, a process without anybody's connections: one more case a publication. */
static void publish_many(void *context)
{
    char now[24];
    (void)context;
    snprintf(now, sizeof now, "%lld", (long long)NOW);
    for (int i = 0; i < PUBLICATIONS; i++) {
        char number[16];
        snprintf(number, sizeof number, "K27%04d", i);
        world_approval(&world, number, "auto", 20522, 20522);
        world_case(&world, number, "declaration");
        world_commit(&world);
        if (publish_child_main(2, (char *[]){world.folder, now, NULL}) != 0)
            _exit(1);
    }
}

static void open_and_publish_many(void *context)
{
    struct failure failure;
    if (store_open(world.folder, STORE_WRITER, &world.store, &failure) != 0)
        _exit(2);
    publish_many(context);
    store_close(world.store);
}

static void readers_never_wait_nor_see_half(void **state)
{
    (void)state;
    assert_int_equal(publish_as_child(world.folder, NOW, NULL), 0);
    store_close(world.store);
    struct process eager = process_start(read_for_ever, NULL), patient = process_start(hold_and_read, NULL);
    process_meet(&eager);
    process_meet(&patient);
    assert_int_equal(process_run(open_and_publish_many, NULL), 0);
    assert_true(process_is_running(&eager));
    assert_true(process_is_running(&patient));
    assert_int_equal(process_kill(&eager), PROCESS_SIGNAL + 9);
    assert_int_equal(process_kill(&patient), PROCESS_SIGNAL + 9);
    struct failure failure;
    assert_int_equal(store_open(world.folder, STORE_WRITER, &world.store, &failure), 0);
    assert_int_equal(published_number(&world, "SELECT count(*) FROM bi_case"), 1 + PUBLICATIONS);
}

/* What the daemon writes meanwhile is in the next one: a publication is one moment of the database. */
static void the_child_reads_beside_a_writer(void **state)
{
    (void)state;
    world_approval(&world, "K260003", "auto", 20522, 20522);
    world_case(&world, "K260003", "sale");
    assert_int_equal(publish_as_child(world.folder, NOW, NULL), 0); /* in the midst of a transaction */
    assert_int_equal(published_number(&world, "SELECT count(*) FROM bi_case"), 1);
    world_commit(&world);
    assert_int_equal(publish_as_child(world.folder, NOW, NULL), 0);
    assert_int_equal(published_number(&world, "SELECT count(*) FROM bi_case"), 2);
}

int main(int argc, char **argv)
{
    int code;
    if (as_child(argc, argv, &code))
        return code;
#define CLAIM(claim) cmocka_unit_test_setup_teardown(claim, open_world, close_world)
    const struct CMUnitTest claims[] = {
        CLAIM(the_file_is_whole_and_in_rollback_mode),
        CLAIM(every_table_of_the_list_is_there),
        CLAIM(chinese_view_of_the_firms_years_has_names_and_yuan),
        CLAIM(the_length_and_head_of_the_journal_stand_in_it),
        CLAIM(chinese_views_show_names_and_words),
        CLAIM(a_folder_whose_name_a_uri_would_take_apart_is_a_folder),
        CLAIM(what_a_killed_child_left_behind_is_swept),
        CLAIM(wrong_arguments_are_told_apart_from_faults),
        CLAIM(readers_never_wait_nor_see_half),
        CLAIM(the_child_reads_beside_a_writer),
    };
    return cmocka_run_group_tests(claims, NULL, NULL);
}
