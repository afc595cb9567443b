/* Empty forms, and forms that already hold rows, as Excel finds them. */
#include "workbook_reader.h"

#include "m13/forms.h"
#include "m13/text.h"

#include "scratch.h"

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

static const struct local_choice yes_no[] = {{"yes", "是|yes|y"}, {"no", "否|no|n"}};
/* Thirty words of ten characters: more than the 255 that Excel takes in the rule of a cell. */
#define THREE(n)                                                                                             \
    {"a" n, "第" n "个很长的国家名字"}, {"b" n, "第" n "个更长的国家名字"},                                  \
    {                                                                                                        \
        "c" n, "第" n "个最长的国家名字"                                                             \
    }
static const struct local_choice countries[] = {THREE("0"), THREE("1"), THREE("2"), THREE("3"), THREE("4"),
    THREE("5"), THREE("6"), THREE("7"), THREE("8"), THREE("9")};

static const struct local_column columns[] = {
    {.key = "sale_id",
        .headers = {"销售编号", "销售ID"},
        .required = true,
        .is_key = true,
        .expected = "编号",
        .digits = true,
        .example = "S-2026-001"},
    {.key = "related",
        .headers = {"是否关联方"},
        .expected = "是 或 否",
        .choices = yes_no,
        .choice_count = 2},
    {.key = "country",
        .headers = {"最终目的国"},
        .required = true,
        .expected = "国家",
        .choices = countries,
        .choice_count = sizeof countries / sizeof *countries},
    {.key = "date", .headers = {"日期"}, .required = true, .expected = "日期，如 2026-03-05"},
    {.key = "amount", .headers = {"金额"}, .required = true, .expected = "数字"},
};
static const struct local_kind sales = {.kind = "sales",
    .zh = "销售",
    .en = "sales",
    .columns = columns,
    .column_count = sizeof columns / sizeof *columns};

struct fixture {
    char *folder, *file;
};

static int make(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    fixture->folder = scratch_new();
    fixture->file = scratch_path(fixture->folder, "form.xlsx");
    *state = fixture;
    return 0;
}

static int clean(void **state)
{
    struct fixture *fixture = *state;
    scratch_remove(fixture->folder);
    free(fixture->file);
    free(fixture);
    return 0;
}

static const char *empty_form(struct fixture *fixture)
{
    struct failure failure;
    assert_int_equal(form_template(&sales, fixture->file, &failure), 0);
    return fixture->file;
}

static void assert_cell(const char *file, int sheet, const char *reference, const char *text)
{
    char *cell = workbook_cell(file, sheet, reference);
    assert_string_equal(cell, text);
    free(cell);
}

static void assert_found(const char *file, const char *part, const char *xpath, const char *text)
{
    char *found = workbook_find(file, part, xpath);
    assert_string_equal(found, text);
    free(found);
}

#define SHEET "xl/worksheets/sheet1.xml"

static void headers_are_chinese_and_required_ones_are_marked(void **state)
{
    const char *file = empty_form(*state);
    assert_cell(file, 1, "A1", "销售编号*");
    assert_cell(file, 1, "B1", "是否关联方");
    assert_cell(file, 1, "E1", "金额*");
    assert_cell(file, 1, "F1", "作废");
    assert_cell(file, 1, "G1", "");
}

static void empty_form_has_no_second_row(void **state)
{
    assert_int_equal(workbook_count(empty_form(*state), SHEET, "//m:row[@r > 1]"), 0);
}

static void first_row_and_key_columns_stay_in_sight(void **state)
{
    const char *file = empty_form(*state);
    assert_found(file, SHEET, "//m:pane/@ySplit", "1");
    assert_found(file, SHEET, "//m:pane/@xSplit", "1");
    assert_found(file, SHEET, "//m:pane/@state", "frozen");
}

static void short_list_stands_in_the_cell_and_a_long_one_on_a_hidden_sheet(void **state)
{
    const char *file = empty_form(*state);
    assert_found(file, SHEET, "//m:dataValidation[@sqref='B2:B1048576']/m:formula1", "\"是,否\"");
    assert_found(file, SHEET, "//m:dataValidation[@sqref='C2:C1048576']/m:formula1", "'选项'!$A$1:$A$30");
    assert_found(file, "xl/workbook.xml", "//m:sheet[@state='hidden']/@name", "选项");
    assert_int_equal(workbook_count(file, "xl/workbook.xml", "//m:sheet"), 3);
}

static void other_spellings_may_be_typed_in_spite_of_the_list(void **state)
{
    assert_found(
        empty_form(*state), SHEET, "//m:dataValidation[@sqref='B2:B1048576']/@errorStyle", "warning");
}

static void cell_says_what_is_expected_with_an_example(void **state)
{
    const char *file = empty_form(*state);
    assert_found(file, SHEET, "//m:dataValidation[@sqref='A2:A1048576']/@promptTitle", "销售编号");
    assert_found(file, SHEET, "//m:dataValidation[@sqref='A2:A1048576']/@prompt", "编号\n例：S-2026-001");
}

/* The format of a whole column: its style's number format; 49 is text. */
static void assert_format(const char *file, int column, bool text)
{
    char xpath[128];
    snprintf(xpath, sizeof xpath, "//m:col[@min='%d']/@style + 1", column);
    char *style = workbook_find(file, SHEET, xpath);
    snprintf(xpath, sizeof xpath, "//m:cellXfs/m:xf[%s]/@numFmtId", style);
    char *format = workbook_find(file, "xl/styles.xml", xpath);
    assert_true(text == (strcmp(format, "49") == 0));
    free(format);
    free(style);
}

static void excel_may_spoil_neither_long_numbers_nor_dates(void **state)
{
    const char *file = empty_form(*state);
    assert_format(file, 1, true);  /* a code with leading zeros */
    assert_format(file, 4, true);  /* 2026-03 is no day */
    assert_format(file, 5, false); /* what is added up */
}

static void prints_on_landscape_pages_as_wide_as_the_table(void **state)
{
    const char *file = empty_form(*state);
    assert_found(file, SHEET, "//m:pageSetup/@orientation", "landscape");
    assert_found(file, SHEET, "//m:pageSetup/@fitToHeight", "0");
    assert_found(file, "xl/workbook.xml", "//m:definedName[@name='_xlnm.Print_Titles']", "'销售'!$1:$1");
}

static void guide_tells_every_column(void **state)
{
    const char *file = empty_form(*state);
    assert_found(file, "xl/workbook.xml", "//m:sheet[2]/@name", "填写说明");
    for (size_t i = 0; i < sales.column_count; i++) {
        char xpath[128];
        snprintf(xpath, sizeof xpath, "count(//m:si[m:t='%s']) > 0", columns[i].headers[0]);
        assert_found(file, "xl/sharedStrings.xml", xpath, "true");
    }
}

static void same_form_is_the_same_bytes(void **state)
{
    struct fixture *fixture = *state;
    size_t first_length, second_length;
    char *first = scratch_read(empty_form(fixture), &first_length);
    char *second = scratch_read(empty_form(fixture), &second_length);
    assert_int_equal(first_length, second_length);
    assert_memory_equal(first, second, first_length);
    free(first);
    free(second);
}

static void given_rows_show_words_for_codes_and_keep_digits(void **state)
{
    struct fixture *fixture = *state;
    static const char *const references[] = {"参考城市"};
    struct form_sheet sheet = {.kind = &sales, .references = references, .reference_count = 1};
    sheet.rows = json_pack("[{s:s, s:s, s:s, s:s}]", "sale_id", "010120260516000001", "related", "yes",
        "country", "nowhere", "参考城市", "Bejing");
    assert_int_equal(form_write(fixture->file, &sheet, 1, NULL), 0);
    json_decref(sheet.rows);
    assert_cell(fixture->file, 1, "A2", "010120260516000001");
    assert_cell(fixture->file, 1, "B2", "是");
    assert_cell(fixture->file, 1, "C2", "nowhere");
    assert_cell(fixture->file, 1, "D2", "");
    assert_cell(fixture->file, 1, "G1", "参考城市");
    assert_cell(fixture->file, 1, "G2", "Bejing");
}

static void given_percentages_have_their_sign(void **state)
{
    struct fixture *fixture = *state;
    static const struct local_column shares[] = {
        {.key = "share", .headers = {"持股比例"}, .expected = "比例"},
        {.key = "shares", .headers = {"产品分摊"}, .expected = "分摊"}};
    struct local_kind kind = sales;
    kind.columns = shares;
    kind.column_count = 2;
    struct form_sheet sheet = {.kind = &kind};
    sheet.rows = json_pack("[{s:s, s:s}]", "share", "0.5", "shares", "P1@60|P2@40");
    assert_int_equal(form_write(fixture->file, &sheet, 1, NULL), 0);
    json_decref(sheet.rows);
    assert_cell(fixture->file, 1, "A2", "0.5%");
    assert_cell(fixture->file, 1, "B2", "P1@60%|P2@40%");
}

/* What a register writes is text, and never a formula of the officer's Excel. */
static void text_that_looks_like_a_formula_stays_text(void **state)
{
    struct fixture *fixture = *state;
    struct form_sheet sheet = {.kind = &sales};
    sheet.rows = json_pack("[{s:s}]", "sale_id", "=HYPERLINK(\"http://x\")");
    assert_int_equal(form_write(fixture->file, &sheet, 1, NULL), 0);
    json_decref(sheet.rows);
    assert_cell(fixture->file, 1, "A2", "=HYPERLINK(\"http://x\")");
    assert_int_equal(workbook_count(fixture->file, SHEET, "//m:f"), 0);
}

static void form_may_have_some_columns_only(void **state)
{
    struct fixture *fixture = *state;
    static const char *const some[] = {"sale_id", "amount", NULL}, *const references[] = {"参考城市"};
    struct form_sheet sheet = {
        .kind = &sales, .columns = some, .references = references, .reference_count = 1};
    sheet.rows = json_pack(
        "[{s:s, s:s, s:s, s:s}]", "sale_id", "S-1", "related", "yes", "amount", "12.5", "参考城市", "Bejing");
    assert_int_equal(form_write(fixture->file, &sheet, 1, NULL), 0);
    json_decref(sheet.rows);
    static const char *const expected[][2] = {{"A1", "销售编号*"}, {"B1", "金额*"}, {"C1", "作废"},
        {"D1", "参考城市"}, {"E1", ""}, {"A2", "S-1"}, {"B2", "12.5"}, {"C2", ""}, {"D2", "Bejing"}};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        assert_cell(fixture->file, 1, expected[i][0], expected[i][1]);
}

static void one_workbook_may_hold_several_kinds(void **state)
{
    struct fixture *fixture = *state;
    struct local_kind costs = sales;
    costs.zh = "费用";
    const struct form_sheet sheets[] = {{.kind = &sales}, {.kind = &costs}};
    assert_int_equal(form_write(fixture->file, sheets, 2, NULL), 0);
    assert_found(fixture->file, "xl/workbook.xml", "//m:sheet[1]/@name", "销售");
    assert_found(fixture->file, "xl/workbook.xml", "//m:sheet[2]/@name", "费用");
    assert_cell(fixture->file, 2, "A1", "销售编号*");
}

static void every_kind_of_the_registry_has_a_form_that_excel_takes(void **state)
{
    struct fixture *fixture = *state;
    struct failure failure;
    for (size_t i = 0; i < local_kind_count; i++) {
        const struct local_kind *kind = &local_kinds[i];
        assert_int_equal(form_template(kind, fixture->file, &failure), 0);
        /* The library leaves out, with a word on stderr, a rule that is too long for Excel. */
        assert_int_equal(
            workbook_count(fixture->file, SHEET, "//m:dataValidation"), (int)kind->column_count + 1);
        assert_found(fixture->file, "xl/workbook.xml", "//m:sheet[1]/@name", kind->zh);
    }
}

static void folder_that_is_not_there_is_told_and_nothing_stays_behind(void **state)
{
    struct fixture *fixture = *state;
    struct failure failure;
    char *file = scratch_path(fixture->folder, "nowhere/form.xlsx");
    assert_true(form_template(&sales, file, &failure) < 0);
    assert_non_null(strstr(failure.text, "nowhere/form.xlsx"));
    free(file);
}

static void file_of_that_name_stays_when_the_new_one_cannot_take_its_place(void **state)
{
    struct fixture *fixture = *state;
    struct failure failure;
    assert_int_equal(mkdir(fixture->file, 0700), 0);
    assert_true(form_template(&sales, fixture->file, &failure) < 0);
    assert_int_equal(rmdir(fixture->file), 0);
    assert_int_equal(rmdir(fixture->folder), 0); /* empty: no half-made file was left */
    assert_int_equal(mkdir(fixture->folder, 0700), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make, clean)
    const struct CMUnitTest tests[] = {
        TEST(headers_are_chinese_and_required_ones_are_marked),
        TEST(empty_form_has_no_second_row),
        TEST(first_row_and_key_columns_stay_in_sight),
        TEST(short_list_stands_in_the_cell_and_a_long_one_on_a_hidden_sheet),
        TEST(other_spellings_may_be_typed_in_spite_of_the_list),
        TEST(cell_says_what_is_expected_with_an_example),
        TEST(excel_may_spoil_neither_long_numbers_nor_dates),
        TEST(prints_on_landscape_pages_as_wide_as_the_table),
        TEST(guide_tells_every_column),
        TEST(same_form_is_the_same_bytes),
        TEST(given_rows_show_words_for_codes_and_keep_digits),
        TEST(given_percentages_have_their_sign),
        TEST(text_that_looks_like_a_formula_stays_text),
        TEST(form_may_have_some_columns_only),
        TEST(one_workbook_may_hold_several_kinds),
        TEST(every_kind_of_the_registry_has_a_form_that_excel_takes),
        TEST(folder_that_is_not_there_is_told_and_nothing_stays_behind),
        TEST(file_of_that_name_stays_when_the_new_one_cannot_take_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
