/* Local tables as people save them: every row as its cells, whatever stands above, beside and below. */
#include "tables.h"

#include "m13/limits.h"
#include "m13/text.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct reading *read_text(const char *payload)
{
    return reading_of_text(NULL, payload);
}

static void every_row_comes_as_its_cells(void **state)
{
    (void)state;
    struct reading *reading =
        read_text("\xef\xbb\xbf企业名称, 统一社会信用代码 ,别名\n\n北京虚构医疗公司,9111,\"甲\n乙\"\n");
    assert_string_equal(reading->lines[0], "{\"page\":{\"page\":0,\"total\":-1,\"as_of\":\"\"}}");
    assert_string_equal(reading->lines[1], "{\"sheet\":{\"name\":\"\"}}");
    table_is(reading, "1 [\"企业名称\",\"统一社会信用代码\",\"别名\"]\n"
                      "3 [\"北京虚构医疗公司\",\"9111\",\"甲\\n乙\"]\n");
}

static void blank_rows_and_blanks_at_the_end_of_a_row_are_left_out(void **state)
{
    (void)state;
    table_is(read_text(",,\na,b\n1\n,2,,,\n1,2,3\n,,,\n ,　\n\"\",\n4, ,5 , \n"),
        "2 [\"a\",\"b\"]\n3 [\"1\"]\n4 [\"\",\"2\"]\n5 [\"1\",\"2\",\"3\"]\n9 [\"4\",\"\",\"5\"]\n");
    table_is(read_text("uscc,name_zh"), "1 [\"uscc\",\"name_zh\"]\n");
}

static void empty_files_are_refused(void **state)
{
    (void)state;
    table_is_refused(read_text(""), -EBADMSG, "文件是空的");
    table_is_refused(read_text("\n ,\n"), -EBADMSG, "文件是空的");
    table_is_refused(read_text("\xef\xbb\xbf"), -EBADMSG, "文件是空的");
}

static void a_text_that_was_made_a_formula_is_what_excel_shows(void **state)
{
    (void)state;
    table_is(read_text("id,n\n=\"00123\",\"=\"\"0045\"\"\"\n=A1,=\"a\"&\"b\"\n=\"\",=\"\n"),
        "1 [\"id\",\"n\"]\n2 [\"00123\",\"0045\"]\n3 [\"=A1\",\"=\\\"a\\\"&\\\"b\\\"\"]\n4 "
        "[\"\",\"=\\\"\"]\n");
}

/* --- character sets --------------------------------------------------------------------------------------
 */

static void gb18030_is_what_is_no_utf8(void **state)
{
    (void)state;
    struct reading *reading = read_text("\xc6\xf3\xd2\xb5\xc3\xfb\xb3\xc6,uscc\r\n\xb1\xb1\xbe\xa9,1\r\n");
    assert_int_equal(reading->replaced, 0);
    table_is(reading, "1 [\"企业名称\",\"uscc\"]\n2 [\"北京\",\"1\"]\n");
    /* With a mark it is UTF-8, whatever else is wrong with it. */
    reading = read_text("\xef\xbb\xbfname\n\xb1\xb1\n");
    assert_int_equal(reading->replaced, 2);
    table_is(reading, "1 [\"name\"]\n2 [\"\xef\xbf\xbd\xef\xbf\xbd\"]\n");
    /* What cannot be read is counted once, though the text is looked at twice. */
    reading = read_text("\xb1\xb1\xff,1\n");
    assert_int_equal(reading->replaced, 1);
    reading_free(reading);
    /* Overlong forms, half a surrogate pair, what is beyond Unicode and a cut character are none either. */
    static const char *const almost[][2] = {
        {"\xe0\x80\x81\x40\n", "1 [\"鄝丂\"]\n"},
        {"\xed\xa0\x81\x40\n", "1 [\"頎丂\"]\n"},
        {"\xf4\x90\x81\x82\n", "1 [\"魫亗\"]\n"},
        {"\xf0\x84\x81\x82\n", "1 [\"饎亗\"]\n"},
        {"\xc1\x81\n", "1 [\"羴\"]\n"},
        {"\xe5\x8c", "1 [\"鍖\"]\n"},
    };
    for (size_t i = 0; i < sizeof almost / sizeof almost[0]; i++)
        table_is(read_text(almost[i][0]), almost[i][1]);
}

static void one_damaged_character_is_no_other_character_set(void **state)
{
    (void)state;
    struct reading *reading = read_text("名称,n\n心电\xe5\xbf\xe7\x94\xb2,2\n");
    assert_int_equal(reading->replaced, 2);
    table_is(reading, "1 [\"名称\",\"n\"]\n2 [\"心电\xef\xbf\xbd\xef\xbf\xbd甲\",\"2\"]\n");
    /* The other way round: damaged GB18030 is not UTF-8. */
    table_is(read_text("\xc3\xfb\xb3\xc6,n\n\xd0\xc4\xb5\xff,2\n"),
        "1 [\"名称\",\"n\"]\n2 [\"心\xef\xbf\xbd\",\"2\"]\n");
}

static void excels_unicode_text_is_read(void **state)
{
    (void)state;
    static const char little[] = "\xff\xfe\x0d\x54\t\0d\0\r\0\n\0\x32\x75\t\0"
                                 "1\0\r\0\n";
    static const char big[] = "\xfe\xff\x54\x0d\0\t\0d\0\r\0\n\x75\x32\0\t\0"
                              "1";
    static const char rows[] = "1 [\"名\",\"d\"]\n2 [\"甲\",\"1\"]\n";
    table_is(reading_of(NULL, little, sizeof little), rows);
    table_is(reading_of(NULL, big, sizeof big - 1), rows);
}

/* --- separators ------------------------------------------------------------------------------------------
 */

static void most_lines_tell_the_separator(void **state)
{
    (void)state;
    static const char *const tables[][2] = {
        {"a,b\n1;x,2\n", "1 [\"a\",\"b\"]\n2 [\"1;x\",\"2\"]\n"},
        {"a;b\n\"1;x\";2,0\n", "1 [\"a\",\"b\"]\n2 [\"1;x\",\"2,0\"]\n"},
        {"a\tb\n1;x\t2\n", "1 [\"a\",\"b\"]\n2 [\"1;x\",\"2\"]\n"},
        {"\"a;c;d\",b\n1,2\n", "1 [\"a;c;d\",\"b\"]\n2 [\"1\",\"2\"]\n"},
        {"only\n1\n2\n", "1 [\"only\"]\n2 [\"1\"]\n3 [\"2\"]\n"},
    };
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
        table_is(read_text(tables[i][0]), tables[i][1]);
}

static void a_title_does_not_decide_the_separator(void **state)
{
    (void)state;
    table_is(
        read_text(
            "2026年企业名单\n\n填报说明：先填代码，后填名称, 勿留空, 勿合并\n代码;名称\n1;甲\n2;乙,丙\n"),
        "1 [\"2026年企业名单\"]\n3 [\"填报说明：先填代码，后填名称, 勿留空, 勿合并\"]\n"
        "4 [\"代码\",\"名称\"]\n5 [\"1\",\"甲\"]\n6 [\"2\",\"乙,丙\"]\n");
}

static void lists_and_amounts_in_cells_do_not_decide_the_separator(void **state)
{
    (void)state;
    table_is(read_text("n,alias,k\n1,a;b;c,x\n2,a;b;c,x\n3,,x\n"),
        "1 [\"n\",\"alias\",\"k\"]\n2 [\"1\",\"a;b;c\",\"x\"]\n3 [\"2\",\"a;b;c\",\"x\"]\n"
        "4 [\"3\",\"\",\"x\"]\n");
    table_is(read_text("n\tamount\n5\" tube\t1,234.50\nx\t2,000.00\n"),
        "1 [\"n\",\"amount\"]\n2 [\"5\\\" tube\",\"1,234.50\"]\n3 [\"x\",\"2,000.00\"]\n");
    table_is(read_text("a;b\n\"x\n,,,,\n,,,,\n,,,,\";2\n"),
        "1 [\"a\",\"b\"]\n2 [\"x\\n,,,,\\n,,,,\\n,,,,\",\"2\"]\n");
}

/* --- what cannot be read ---------------------------------------------------------------------------------
 */

static void what_is_no_table_says_what_it_is(void **state)
{
    (void)state;
    static const char xls[] = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
    struct text locked = TEXT_WITH_CEILING(1 << 20);
    table_is_refused(reading_of(NULL, xls, 8), -EBADMSG, "旧版 Excel（.xls）");
    /* The name lies across the border of two reads. */
    text_append(&locked, xls, 8);
    while (locked.length < 65536 - 11)
        text_append_character(&locked, '\0');
    text_append(&locked, "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0", 32);
    table_is_refused(reading_of(NULL, locked.bytes, locked.length), -EBADMSG, "打开密码");
    text_free(&locked);
    table_is_refused(
        read_text("\n<html><table><tr><td>1</td></tr></table></html>"), -EBADMSG, "另存为 .xlsx");
    table_is_refused(read_text("<?xml version=\"1.0\"?><Workbook/>"), -EBADMSG, "另存为 .xlsx");
    table_is_refused(read_text("%PDF-1.7\n"), -EBADMSG, "PDF");
    table_is_refused(reading_of(NULL, "a\0,\0b\0\n\0001\0,\0002\0", 14), -EBADMSG, "不是文本文件");
    table_is(read_text("<5 mm,a\n"), "1 [\"<5 mm\",\"a\"]\n");
}

static void a_nul_costs_its_row(void **state)
{
    (void)state;
    static const char payload[] = "a,b\n1,\0x\nlong enough to be text,2\n";
    table_is(reading_of(NULL, payload, sizeof payload - 1),
        "1 [\"a\",\"b\"]\n2 这一行有看不见的空字符（NUL），文件可能已损坏：请重新填写这一行\n"
        "3 [\"long enough to be text\",\"2\"]\n");
}

static void a_bare_quote_costs_its_row(void **state)
{
    (void)state;
    table_is(read_text("a,b\n1,\"5\" tube\"\n2,5\" tube\n"),
        "1 [\"a\",\"b\"]\n2 带引号的单元格内又有英文双引号：请写成两个双引号，或改用中文引号\n"
        "3 [\"2\",\"5\\\" tube\"]\n");
}

static void quotes_that_may_have_swallowed_rows_end_the_file(void **state)
{
    (void)state;
    table_is_refused(read_text("a,b\n1,\"x\n2,\"y\"\n3,z\n"), -EBADMSG, "第 2 行：英文双引号不成对");
    table_is_refused(read_text("a,b\n1,\"x\n2,y\n3,z\n"), -EBADMSG, "第 2 行：有一个英文双引号没有成对");
    struct text payload = TEXT_WITH_CEILING(4 << 20);
    text_append_string(&payload, "a,b\n1,\"x\n");
    for (int i = 0; i < 40000; i++)
        text_append_string(&payload, "2,y,,,,,\n");
    table_is_refused(read_text(text_string(&payload)), -EFBIG, "第 2 行：有一格超过 262144 字节");
    text_free(&payload);
}

static void what_is_too_large_costs_its_row(void **state)
{
    (void)state;
    struct text payload = TEXT_WITH_CEILING(16 << 20);
    text_append_string(&payload, "a,b,c\n");
    for (int cell = 0; cell < 3; cell++) {
        for (int i = 0; i < 20000; i++)
            text_append_string(&payload, "0123456789");
        text_append_character(&payload, cell < 2 ? ',' : '\n');
    }
    for (int i = 0; i < LIMIT_CSV_COLUMNS; i++)
        text_append_character(&payload, ',');
    text_append_string(&payload, "\n");
    for (int i = 0; i < LIMIT_CSV_COLUMNS; i++)
        text_append_character(&payload, ',');
    text_append_string(&payload, "x\n");
    for (int i = 0; i < 30000; i++)
        text_append_string(&payload, "0123456789");
    text_append_string(&payload, ",2,3\n1,2,3\n");
    table_is(read_text(text_string(&payload)),
        "1 [\"a\",\"b\",\"c\"]\n2 内容过多：一格最多 256 KB，一行最多 512 KB\n"
        "4 第 512 列以后还有内容：一行最多 512 列\n5 内容过多：一格最多 256 KB，一行最多 512 KB\n"
        "6 [\"1\",\"2\",\"3\"]\n");
    text_free(&payload);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_comes_as_its_cells),
        cmocka_unit_test(blank_rows_and_blanks_at_the_end_of_a_row_are_left_out),
        cmocka_unit_test(a_text_that_was_made_a_formula_is_what_excel_shows),
        cmocka_unit_test(empty_files_are_refused),
        cmocka_unit_test(gb18030_is_what_is_no_utf8),
        cmocka_unit_test(one_damaged_character_is_no_other_character_set),
        cmocka_unit_test(excels_unicode_text_is_read),
        cmocka_unit_test(most_lines_tell_the_separator),
        cmocka_unit_test(a_title_does_not_decide_the_separator),
        cmocka_unit_test(lists_and_amounts_in_cells_do_not_decide_the_separator),
        cmocka_unit_test(what_is_no_table_says_what_it_is),
        cmocka_unit_test(a_nul_costs_its_row),
        cmocka_unit_test(a_bare_quote_costs_its_row),
        cmocka_unit_test(quotes_that_may_have_swallowed_rows_end_the_file),
        cmocka_unit_test(what_is_too_large_costs_its_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
