/* Files as people's spreadsheets save them, through the real decoder in its child. */
#include "delivery.h"
#include "scratch.h"

#include "m13/clock.h"
#include "m13/loop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#define CHEN "91110108MA0DEMA17F"

struct house {
    struct bureau *bureau;
    struct loop *loop;
    struct work *work;
    struct registry *registry;
    struct import_result last;
    int imported;
};

static void on_imported(const struct import_result *result, void *context)
{
    struct house *house = context;
    house->last = *result;
    house->imported++;
}

static bool do_work(void *context)
{
    struct house *house = context;
    return work_slice(house->work, clock_monotonic_us() + 5000);
}

static void end_turn(void *context)
{
    struct house *house = context;
    store_commit(house->bureau->store);
    loop_wake(house->loop);
    if (registry_is_idle(house->registry))
        loop_stop(house->loop);
}

static int set_up(void **state)
{
    struct house *house = calloc(1, sizeof *house);
    void *bureau;
    bureau_open(&bureau);
    house->bureau = bureau;
    house->loop = loop_new();
    house->work = work_new(house->bureau->store);
    assert_int_equal(
        registry_new(house->loop, house->bureau->store,
            &(struct registry_events){.imported = on_imported, .context = house}, &house->registry, NULL),
        0);
    registry_register_work(house->registry, house->work);
    loop_set_work(house->loop, do_work, house);
    loop_on_turn_end(house->loop, end_turn, house);
    *state = house;
    return 0;
}

static int tear_down(void **state)
{
    struct house *house = *state;
    void *bureau = house->bureau;
    registry_free(house->registry);
    work_free(house->work);
    loop_free(house->loop);
    bureau_close(&bureau);
    free(house);
    return 0;
}

static struct import_result import(struct house *house, const void *bytes, size_t length)
{
    char *path = scratch_path(house->bureau->folder, "inbox/table.csv");
    scratch_write(path, bytes, length);
    free(path);
    registry_start(house->registry);
    loop_run(house->loop, false);
    assert_int_equal(house->imported, 1);
    return house->last;
}

static void gb18030_as_excel_saves_it(void **state)
{
    struct house *house = *state;
    /* 统一社会信用代码,企业名称,英文名称 / ...,北京晨岚医疗科技有限公司,"Chenlan Co., Ltd." / 镕 outside
     * GB2312 */
    static const char table[] =
        "\xcd\xb3\xd2\xbb\xc9\xe7\xbb\xe1\xd0\xc5\xd3\xc3\xb4\xfa\xc2\xeb,\xc6\xf3\xd2\xb5\xc3\xfb\xb3\xc6,"
        "\xd3\xa2\xce\xc4\xc3\xfb\xb3\xc6\r\n" CHEN
        ",\xb1\xb1\xbe\xa9\xb3\xbf\xe1\xb0\xe9\x46,\"Chenlan Co., Ltd.\"\r\n";
    struct import_result result = import(house, table, sizeof table - 1);
    assert_string_equal(result.problem, "");
    assert_int_equal(result.added, 1);
    assert_string_equal(field(house->bureau, "firms", CHEN, "name_zh"), "北京晨岚镕");
    assert_string_equal(field(house->bureau, "firms", CHEN, "name_en"), "Chenlan Co., Ltd.");
}

static void byte_order_mark_semicolons_and_lines_within_a_cell(void **state)
{
    struct house *house = *state;
    static const char table[] = "\xef\xbb\xbf统一社会信用代码;企业名称;地址;序号\n" CHEN
                                ";晨岚;\"海淀区\n中关村\"\"1\"\"号\";1\n;;;2\n\n";
    struct import_result result = import(house, table, sizeof table - 1);
    assert_string_equal(result.problem, "");
    assert_int_equal(result.added, 1);
    assert_string_equal(field(house->bureau, "firms", CHEN, "address"), "海淀区 中关村\"1\"号");
    /* A row that holds nothing but its own number lacks its key. */
    assert_int_equal(result.rejected, 1);
}

static void a_row_with_too_many_cells_is_told_as_the_spreadsheet_counts(void **state)
{
    struct house *house = *state;
    static const char table[] = "uscc,name_zh\n\n" CHEN ",晨岚,Beijing A Co.,Ltd.\n" CHEN ",晨岚\n";
    struct import_result result = import(house, table, sizeof table - 1);
    assert_int_equal(result.added, 1);
    assert_int_equal(result.rejected, 1);
    assert_int_equal(strncmp(rejects(house->bureau), "3 : ", strlen("3 : ")), 0);
    assert_int_equal(number(house->bureau, "SELECT row FROM local_record"), 4);
}

static void what_is_no_table_is_refused(void **state)
{
    struct house *house = *state;
    static const char workbook[] = "PK\x03\x04 and so on";
    struct import_result result = import(house, workbook, sizeof workbook - 1);
    assert_true(result.problem[0] != '\0' && result.rows == 0);
    char *receipt = scratch_path(house->bureau->folder, "inbox/rejected/table.csv.errors.csv");
    struct stat status;
    assert_int_equal(stat(receipt, &status), 0);
    free(receipt);
}

static void a_header_alone_is_no_data(void **state)
{
    struct house *house = *state;
    static const char table[] = "统一社会信用代码,企业名称\r\n";
    assert_string_equal(import(house, table, sizeof table - 1).problem, "文件中没有数据行");
}

static void a_nul_costs_its_row(void **state)
{
    struct house *house = *state;
    static const char table[] = "uscc,name_zh\n" CHEN ",晨\0岚\n";
    struct import_result result = import(house, table, sizeof table - 1);
    assert_int_equal(result.rejected, 1);
    assert_says(rejects(house->bureau), "2 : 这一行有看不见的空字符（NUL）");
    assert_int_equal(number(house->bureau, "SELECT count(*) FROM local_record"), 0);
}

static void a_cell_of_a_megabyte_costs_its_row(void **state)
{
    struct house *house = *state;
    static const char start[] = "uscc,name_zh\n" CHEN ",";
    size_t length = sizeof start - 1 + (1 << 20);
    char *table = malloc(length + 1);
    memcpy(table, start, sizeof start - 1);
    memset(table + sizeof start - 1, 'x', 1 << 20);
    struct import_result result = import(house, table, length);
    free(table);
    assert_int_equal(result.rejected, 1);
    assert_says(rejects(house->bureau), "2 : 内容过多：一格最多 256 KB");
    assert_int_equal(number(house->bureau, "SELECT count(*) FROM local_record"), 0);
}

int main(void)
{
    int64_t start;
    char child[4096];
    clock_parse("2026-07-01T08:00:00+08:00", &start);
    clock_override(start);
    snprintf(child, sizeof child, "%s/tests/decode", getenv("M13_BUILD"));
    setenv("M13_BUILD", child, 1); /* where the decoder's program is */
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CLAIM(gb18030_as_excel_saves_it),
        CLAIM(byte_order_mark_semicolons_and_lines_within_a_cell),
        CLAIM(a_row_with_too_many_cells_is_told_as_the_spreadsheet_counts),
        CLAIM(what_is_no_table_is_refused),
        CLAIM(a_header_alone_is_no_data),
        CLAIM(a_nul_costs_its_row),
        CLAIM(a_cell_of_a_megabyte_costs_its_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
