/* Receipts: what the sender of a file gets back, to be worked through in Excel. */
#include "receipt.h"

#include "m13/limits.h"
#include "m13/store.h"

#include "scratch.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define BOM "\xef\xbb\xbf"

struct desk {
    char *folder;
    struct store *store;
};

static int set_up(void **state)
{
    struct desk *desk = calloc(1, sizeof *desk);
    struct failure failure = {0};
    desk->folder = scratch_new();
    scratch_store(desk->folder);
    if (store_open(desk->folder, STORE_WRITER, &desk->store, &failure) < 0)
        return -1;
    store_write(desk->store);
    *state = desk;
    return 0;
}

static int tear_down(void **state)
{
    struct desk *desk = *state;
    store_close(desk->store);
    scratch_remove(desk->folder);
    free(desk);
    return 0;
}

static void sheet(
    struct desk *desk, int64_t id, int64_t delivery, const char *name, const char *state, const char *problem)
{
    query_run(query_bind(
        query(desk->store, "INSERT INTO local_file (id, delivery, name, sheet, sha256, kind, delivered_by, "
                           "taken_at, state, rejected, problem) "
                           "VALUES (?1, ?2, 'f', ?3, 'hash ' || ?2, 'firms', 'x', 1, ?4, 20000, ?5)"),
        "iittt", id, delivery, name, state, problem));
}

static void problem(
    struct desk *desk, int64_t file, int64_t row, const char *field, const char *reason, int64_t warning)
{
    query_run(query_bind(query(desk->store, "INSERT INTO local_reject (file, row, field, reason, expected, "
                                            "warning) VALUES (?, ?, ?, ?, '对的', ?)"),
        "iitti", file, row, field, reason, warning));
}

static void write_receipt(struct desk *desk, int64_t delivery)
{
    struct failure failure = {0};
    if (local_receipt_write(desk->store, delivery, "表.xlsx", &failure) < 0)
        fail_msg("%s", failure.text);
}

/* "" = no such file. Own buffer. */
static const char *receipt(struct desk *desk, const char *ending)
{
    static char text[4 * 1024 * 1024];
    char *path = scratch_path(desk->folder, "inbox/rejected/表.xlsx.%s.csv", ending);
    text[0] = '\0';
    if (access(path, F_OK) == 0) {
        char *content = scratch_read(path, NULL);
        snprintf(text, sizeof text, "%s", content);
        free(content);
    }
    free(path);
    return text;
}

/* --- what is in it ---------------------------------------------------------------------------------------
 */

static void a_table_is_told_by_row_and_column(void **state)
{
    struct desk *desk = *state;
    sheet(desk, 7, 7, "", "applied", "");
    problem(desk, 7, 12, "金额", "“abc” 不是金额", 0);
    problem(desk, 7, 3, "企业\"名称\"", "缺少必填项", 0);
    write_receipt(desk, 7);
    assert_string_equal(receipt(desk, "errors"), BOM "\"行\",\"列\",\"问题\",\"应为\"\r\n"
                                                     "\"3\",\"企业\"\"名称\"\"\",\"缺少必填项\",\"对的\"\r\n"
                                                     "\"12\",\"金额\",\"“abc” 不是金额\",\"对的\"\r\n");
    assert_string_equal(receipt(desk, "warnings"), "");
}

static void a_workbook_is_told_by_sheet_in_the_order_of_its_sheets(void **state)
{
    struct desk *desk = *state;
    sheet(desk, 7, 7, "销售", "applied", "");
    sheet(desk, 8, 7, "企业", "applied", "");
    sheet(desk, 9, 9, "另一个文件", "applied", "");
    problem(desk, 8, 2, "a", "b", 0);
    problem(desk, 7, 99, "c", "d", 0);
    problem(desk, 9, 1, "not", "mine", 0);
    write_receipt(desk, 7);
    assert_string_equal(receipt(desk, "errors"), BOM "\"工作表\",\"行\",\"列\",\"问题\",\"应为\"\r\n"
                                                     "\"销售\",\"99\",\"c\",\"d\",\"对的\"\r\n"
                                                     "\"企业\",\"2\",\"a\",\"b\",\"对的\"\r\n");
}

static void what_was_taken_although_it_looks_wrong_stands_apart(void **state)
{
    struct desk *desk = *state;
    sheet(desk, 7, 7, "", "applied", "");
    problem(desk, 7, 2, "代码", "校验位不符", 1);
    write_receipt(desk, 7);
    assert_string_equal(receipt(desk, "errors"), "");
    assert_string_equal(receipt(desk, "warnings"), BOM "\"行\",\"列\",\"提醒\",\"应为\"\r\n"
                                                       "\"2\",\"代码\",\"校验位不符\",\"对的\"\r\n");
    problem(desk, 7, 2, "代码", "不对", 0);
    write_receipt(desk, 7);
    assert_null(strstr(receipt(desk, "errors"), "校验位"));
    assert_non_null(strstr(receipt(desk, "errors"), "不对"));
    assert_null(strstr(receipt(desk, "warnings"), "不对"));
}

static void a_refused_file_is_told_why_and_what_was_seen_by_then(void **state)
{
    struct desk *desk = *state;
    sheet(desk, 7, 7, "企业", "refused", "表头不对");
    sheet(desk, 8, 7, "产品", "refused", "表头不对");
    problem(desk, 7, 5, "a", "b", 0);
    write_receipt(desk, 7);
    assert_string_equal(receipt(desk, "errors"),
        BOM "\"工作表\",\"行\",\"列\",\"问题\",\"应为\"\r\n"
            "\"企业\",\"\",\"\",\"表头不对\",\"整个文件未被接收；改正后重新报送\"\r\n"
            "\"企业\",\"5\",\"a\",\"b\",\"对的\"\r\n");
}

static void a_file_that_the_database_does_not_know_is_told_too(void **state)
{
    struct desk *desk = *state;
    assert_int_equal(local_receipt_refuse(desk->store, "表.xlsx", "文件过大", NULL), 0);
    assert_string_equal(receipt(desk, "errors"),
        BOM "\"行\",\"列\",\"问题\",\"应为\"\r\n"
            "\"\",\"\",\"文件过大\",\"整个文件未被接收；改正后重新报送\"\r\n");
}

static void what_has_been_put_right_is_taken_back(void **state)
{
    struct desk *desk = *state;
    sheet(desk, 7, 7, "", "applied", "");
    problem(desk, 7, 2, "a", "b", 0);
    problem(desk, 7, 2, "a", "b", 1);
    write_receipt(desk, 7);
    assert_true(*receipt(desk, "errors") != '\0');
    assert_true(*receipt(desk, "warnings") != '\0');
    sheet(desk, 8, 8, "", "applied", "");
    write_receipt(desk, 8);
    assert_string_equal(receipt(desk, "errors"), "");
    assert_string_equal(receipt(desk, "warnings"), "");
    write_receipt(desk, 8); /* also when there is none */
}

static void a_formula_is_text(void **state)
{
    static const char *const starts[] = {"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"};
    struct desk *desk = *state;
    sheet(desk, 7, 7, "=1+1", "applied", "");
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        char cell[60];
        snprintf(cell, sizeof cell, "%scmd|' /C calc'!A0", starts[i]);
        problem(desk, 7, (int64_t)i, cell, cell, 0);
    }
    write_receipt(desk, 7);
    const char *text = receipt(desk, "errors");
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        char line[300];
        snprintf(line, sizeof line, "\"'=1+1\",\"%zu\",\"'%scmd|' /C calc'!A0\",\"'%scmd|' /C calc'!A0\",", i,
            starts[i], starts[i]);
        assert_non_null(strstr(text, line));
    }
}

static void of_too_many_problems_the_rest_is_counted(void **state)
{
    struct desk *desk = *state;
    sheet(desk, 7, 7, "", "applied", "");
    for (int64_t row = 1; row <= LIMIT_REJECTS_KEPT; row++)
        problem(desk, 7, row, "a", "b", 0);
    write_receipt(desk, 7);
    const char *text = receipt(desk, "errors");
    assert_non_null(strstr(text, "只列出前 10000 条；全文件共有 20000 行未被接收"));
}

/* --- the file --------------------------------------------------------------------------------------------
 */

static void a_link_under_its_name_is_not_followed(void **state)
{
    struct desk *desk = *state;
    char *victim = scratch_path(desk->folder, "victim"),
         *link = scratch_path(desk->folder, "inbox/rejected/表.xlsx.errors.csv"),
         *temporary = scratch_path(desk->folder, "inbox/rejected/.表.xlsx.errors.csv.tmp");
    scratch_write(victim, "mine", 4);
    assert_int_equal(symlink(victim, link), 0);
    assert_int_equal(local_receipt_refuse(desk->store, "表.xlsx", "x", NULL), 0);
    assert_int_equal(symlink(victim, temporary), 0);
    struct failure failure;
    assert_int_equal(local_receipt_refuse(desk->store, "表.xlsx", "x", &failure), -ELOOP);
    char *after = scratch_read(victim, NULL);
    assert_string_equal(after, "mine");
    free(after);
    free(victim);
    free(link);
    free(temporary);
}

static void without_its_folder_that_is_told(void **state)
{
    struct desk *desk = *state;
    char *folder = scratch_path(desk->folder, "inbox/rejected");
    struct failure failure = {0};
    assert_int_equal(rmdir(folder), 0);
    sheet(desk, 7, 7, "", "refused", "x");
    assert_int_equal(local_receipt_write(desk->store, 7, "表.xlsx", &failure), -ENOENT);
    assert_non_null(strstr(failure.text, "rejected"));
    free(folder);
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CLAIM(a_table_is_told_by_row_and_column),
        CLAIM(a_workbook_is_told_by_sheet_in_the_order_of_its_sheets),
        CLAIM(what_was_taken_although_it_looks_wrong_stands_apart),
        CLAIM(a_refused_file_is_told_why_and_what_was_seen_by_then),
        CLAIM(a_file_that_the_database_does_not_know_is_told_too),
        CLAIM(what_has_been_put_right_is_taken_back),
        CLAIM(a_formula_is_text),
        CLAIM(of_too_many_problems_the_rest_is_counted),
        CLAIM(a_link_under_its_name_is_not_followed),
        CLAIM(without_its_folder_that_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
