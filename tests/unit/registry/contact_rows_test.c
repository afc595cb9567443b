/* Contacts: through the same import, into a database of their own, and into no other. */
#include "delivery.h"

#include "scratch.h"

#include "m13/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CHEN "91110108MA0DEMA17F"
#define SIZH "91110114MA0DEMB219"
#define QIFA "91110115MA0DEMC36X"

#define CONTACTS "统一社会信用代码|联系渠道|联系地址|语言|联系人\n"

static bool append(const struct contact *contact, void *context)
{
    text_append_format(context, "%s %s %s;", contact->channel, contact->address, contact->name);
    return true;
}

static const char *contacts_of(struct bureau *bureau, const char *uscc)
{
    static struct text text = {.ceiling = 4096};
    text_clear(&text);
    contacts_each(bureau->contacts, uscc, append, &text);
    return text_string(&text);
}

static void assert_no_trace(struct bureau *bureau, const char *value)
{
    static const char *const names[] = {"m13d.db", "m13d.db-wal"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size_t length;
        char *path = scratch_path(bureau->folder, "%s", names[i]);
        char *bytes = scratch_read(path, &length);
        if (memmem(bytes, length, value, strlen(value)) != NULL)
            fail_msg("%s is in %s", value, names[i]);
        free(bytes);
        free(path);
    }
}

static void contacts_are_kept_apart(void **state)
{
    struct bureau *bureau = *state;
    struct import_result result = deliver(bureau, "联系人.csv", "a1",
        CONTACTS CHEN "|邮箱|wang@chenlan.example|中文|王小明\n" SIZH "|邮箱|li@sizhuo.example||\n");
    assert_counts(result, 2, 0, 0, 0);
    assert_string_equal(result.kind, "contacts");
    assert_int_equal(result.waiting, 0);
    assert_string_equal(contacts_of(bureau, CHEN), "email wang@chenlan.example 王小明;");
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_record"), 0);
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_staged"), 0);
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_file WHERE kind = 'contacts' "
                                    "AND state = 'applied' AND added = 2"),
        1);
    assert_int_equal(number(bureau, "SELECT count(*) FROM journal WHERE kind = 'import'"), 1);
    assert_int_equal(number(bureau, "SELECT count(*) FROM work"), 0);
    assert_no_trace(bureau, "wang@");
    assert_no_trace(bureau, "li@");
    assert_no_trace(bureau, "王小明");
}

static void contacts_merge_as_records_do(void **state)
{
    struct bureau *bureau = *state;
    deliver(bureau, "1.csv", "a1", CONTACTS CHEN "|邮箱|wang@chenlan.example|中文|王小明\n");
    struct import_result result = deliver(bureau, "2.csv", "a2",
        "统一社会信用代码|联系渠道|联系地址|联系人|作废\n" CHEN "|邮箱||清空|\n" SIZH "|邮箱|||\n" QIFA
        "|邮箱|||是\n");
    assert_counts(result, 0, 1, 1, 1);
    assert_string_equal(contacts_of(bureau, CHEN), "email wang@chenlan.example ;");
    assert_says(rejects(bureau), "3 联系地址: 必填，现在是空的");
    result = deliver(bureau, "3.csv", "a3", "统一社会信用代码|联系渠道|作废\n" CHEN "|邮箱|是\n");
    assert_counts(result, 0, 1, 0, 0);
    assert_string_equal(contacts_of(bureau, CHEN), "");
}

static void contacts_of_a_refused_file_are_not_kept(void **state)
{
    struct bureau *bureau = *state;
    struct local_import *import = delivery_stage(bureau, "1.xlsx", "a1",
        "[联系人]\n" CONTACTS CHEN "|邮箱|wang@chenlan.example||\n[统计]\n年度|合计\n1|2\n");
    assert_true(local_import_is_personal(import));
    local_import_free(import);
    assert_string_equal(contacts_of(bureau, CHEN), "");
    assert_refused(deliver(bureau, "1.xlsx", "a1",
                       "[联系人]\n" CONTACTS CHEN "|邮箱|wang@chenlan.example||\n[统计]\n年度|合计\n1|2\n"),
        "工作表“统计”");
    assert_string_equal(contacts_of(bureau, CHEN), "");
    /* It holds them all the same, whatever else is wrong with it. */
    import = delivery_stage(bureau, "2.csv", "a2",
        "统一社会信用代码|联系渠道|联系地址|生日\n" CHEN "|邮箱|wang@chenlan.example|1.1\n");
    assert_int_equal(delivery_end(bureau, import), IMPORT_REFUSED);
    assert_true(local_import_is_personal(import));
    local_import_free(import);
}

static void a_faulty_contact_is_told_without_its_value(void **state)
{
    struct bureau *bureau = *state;
    assert_counts(deliver(bureau, "1.csv", "a1", CONTACTS CHEN "|邮箱|13800000000wang||\n"), 0, 0, 0, 1);
    assert_true(rejects(bureau)[0] != '\0');
    assert_null(strstr(rejects(bureau), "13800000000"));
    assert_no_trace(bureau, "13800000000");
}

static void contacts_beside_other_kinds_are_taken_too(void **state)
{
    struct bureau *bureau = *state;
    struct import_result result = deliver(bureau, "1.xlsx", "a1",
        "[企业]\nuscc|企业名称\n" CHEN "|晨岚\n[联系人]\n" CONTACTS CHEN "|邮箱|wang@chenlan.example||\n");
    assert_counts(result, 2, 0, 0, 0);
    assert_string_equal(result.kind, "firms, contacts");
    assert_string_equal(contacts_of(bureau, CHEN), "email wang@chenlan.example ;");
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_file WHERE state = 'applied'"), 2);
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_record"), 1);
}

static void one_contact_twice_in_a_file_is_told(void **state)
{
    struct bureau *bureau = *state;
    assert_counts(deliver(bureau, "1.csv", "a1",
                      CONTACTS CHEN "|邮箱|wang@chenlan.example||\n" CHEN "|邮箱|li@chenlan.example||\n" CHEN
                                    "|邮箱|wang@chenlan.example||\n"),
        1, 0, 1, 1);
    assert_says(rejects(bureau), "与第 2 行是同一条记录，内容不同");
    assert_null(strstr(rejects(bureau), "@"));
    assert_string_equal(contacts_of(bureau, CHEN), "email wang@chenlan.example ;");
}

static void a_full_list_of_contacts_removes_what_it_does_not_name(void **state)
{
    struct bureau *bureau = *state;
    deliver(bureau, "1.csv", "a1",
        CONTACTS CHEN "|邮箱|wang@chenlan.example||\n" CHEN "|企业微信|https://qyapi.weixin.qq.com/cgi-bin/"
                      "webhook/send?key=0||\n" SIZH "|邮箱|li@sizhuo.example||\n");
    struct import_result result =
        deliver(bureau, "2.xlsx", "a2", "[全量]\n" CONTACTS CHEN "|邮箱|wang@chenlan.example||\n");
    assert_counts(result, 0, 0, 1, 0);
    assert_int_equal(result.unlisted, 1);
    assert_string_equal(contacts_of(bureau, CHEN), "email wang@chenlan.example ;");
    assert_string_equal(contacts_of(bureau, SIZH), "email li@sizhuo.example ;");
}

static void contacts_that_are_delivered_again_are_taken_again(void **state)
{
    struct bureau *bureau = *state;
    const char *table = CONTACTS CHEN "|邮箱|wang@chenlan.example||\n";
    deliver(bureau, "1.csv", "a1", table);
    assert_counts(deliver(bureau, "1.csv", "a1", table), 0, 0, 1, 0);
    assert_int_equal(contacts_forget(bureau->contacts, CHEN, NULL), 1);
    assert_counts(deliver(bureau, "1.csv", "a1", table), 1, 0, 0, 0);
    assert_string_equal(contacts_of(bureau, CHEN), "email wang@chenlan.example ;");
}

static void contacts_that_only_lie_where_they_lay_are_known_as_such(void **state)
{
    struct bureau *bureau = *state;
    struct import_result result = {0};
    bool personal = false;
    deliver(bureau, "1.xlsx", "a1",
        "[企业]\nuscc|企业名称\n" CHEN "|晨岚\n[联系人]\n" CONTACTS CHEN "|邮箱|wang@chenlan.example||\n");
    assert_true(local_file_find(bureau->store, "a1", 0, &result, &personal));
    assert_true(personal);
    assert_false(local_file_find(bureau->store, "a1", INT64_MAX, &result, &personal));
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, bureau_open, bureau_close)
    const struct CMUnitTest tests[] = {
        CLAIM(contacts_are_kept_apart),
        CLAIM(contacts_merge_as_records_do),
        CLAIM(contacts_of_a_refused_file_are_not_kept),
        CLAIM(a_faulty_contact_is_told_without_its_value),
        CLAIM(contacts_beside_other_kinds_are_taken_too),
        CLAIM(one_contact_twice_in_a_file_is_told),
        CLAIM(a_full_list_of_contacts_removes_what_it_does_not_name),
        CLAIM(contacts_that_are_delivered_again_are_taken_again),
        CLAIM(contacts_that_only_lie_where_they_lay_are_known_as_such),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
