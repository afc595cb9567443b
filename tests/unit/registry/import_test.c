/* A file of local records, from its rows to versions: in the order in which people do things. */
#include "delivery.h"
#include "documents.h"

#include "m13/journal.h"
#include "m13/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CHEN "91110108MA0DEMA17F"
#define SIZH "91110114MA0DEMB219"
#define QIFA "91110115MA0DEMC36X"

#define ROSTER_HEADER "统一社会信用代码|企业名称|英文名称|所属区\n"
#define SALES_HEADER  "销售编号|统一社会信用代码|产品编号|最终目的国|日期|金额|币种|证明材料\n"

/* --- the story -------------------------------------------------------------------------------------------
 */

static void first_roster_with_mistakes_then_its_correction(void **state)
{
    struct bureau *bureau = *state;
    struct import_result result = deliver(bureau, "名录.csv", "a1",
        ROSTER_HEADER CHEN "|北京晨岚医疗科技有限公司|Beijing Chenlan Co., Ltd.|海淀\n" /* good */
                           "9111010|北京短码公司||朝阳\n"                               /* no code */
        SIZH "||Beijing Sizhuo|火星区\n");                                              /* two mistakes */
    assert_counts(result, 1, 0, 0, 2);
    assert_string_equal(result.kind, "firms");
    assert_true(result.firms_changed);
    const char *told = rejects(bureau);
    assert_says(told, "3 统一社会信用代码: “9111010” 不是统一社会信用代码 -> 18 位");
    assert_says(told, "4 企业名称: 必填，现在是空的 -> 名称");
    assert_says(told, "4 所属区: “火星区” 不是北京市的区 -> 北京市的区");
    assert_string_equal(field(bureau, "firms", CHEN, "district"), "海淀区");
    assert_string_equal(field(bureau, "firms", SIZH, "name_zh"), "");

    result = deliver(bureau, "名录.csv", "a2",
        ROSTER_HEADER CHEN "|北京晨岚医疗科技有限公司|Beijing Chenlan Co., Ltd.|海淀\n" SIZH
                           "|北京思卓影像设备股份有限公司|Beijing Sizhuo|昌平\n");
    assert_counts(result, 1, 0, 1, 0);
    assert_string_equal(rejects(bureau), "");
    assert_string_equal(field(bureau, "firms", SIZH, "name_zh"), "北京思卓影像设备股份有限公司");
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_record"), 2);
}

static void a_change_closes_the_old_version_at_the_imports_entry(void **state)
{
    struct bureau *bureau = *state;
    deliver(bureau, "1.csv", "a1", ROSTER_HEADER CHEN "|旧名称|Old|海淀\n");
    int64_t first = journal_head(bureau->store);
    struct import_result result = deliver(bureau, "2.csv", "a2", ROSTER_HEADER CHEN "|新名称||\n");
    int64_t second = journal_head(bureau->store);
    assert_counts(result, 0, 1, 0, 0);
    assert_int_equal(number(bureau, "SELECT seq_from FROM local_record WHERE version = 1"), first);
    assert_int_equal(number(bureau, "SELECT seq_to FROM local_record WHERE version = 1"), second);
    assert_int_equal(number(bureau, "SELECT seq_from FROM local_record WHERE version = 2"), second);
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_record WHERE seq_to IS NULL"), 1);
    assert_string_equal(field(bureau, "firms", CHEN, "name_zh"), "新名称");
    assert_string_equal(field(bureau, "firms", CHEN, "name_en"), "Old"); /* blank = unchanged */
    assert_int_equal(journal_verify(bureau->store, NULL), 0);
    assert_int_equal(number(bureau, "SELECT count(*) FROM journal WHERE kind = 'import' AND actor = 'zhang' "
                                    "AND subject = '2.csv' AND body ->> 'changed' = 1"),
        1);
    assert_int_equal(number(bureau, "SELECT seq FROM local_file WHERE name = '2.csv'"), second);
}

static void clearing_is_not_leaving_blank(void **state)
{
    struct bureau *bureau = *state;
    deliver(bureau, "1.csv", "a1", ROSTER_HEADER CHEN "|晨岚|Chenlan|海淀\n");
    assert_counts(deliver(bureau, "2.csv", "a2", ROSTER_HEADER CHEN "||清空|\n"), 0, 1, 0, 0);
    assert_string_equal(field(bureau, "firms", CHEN, "name_en"), "");
    assert_string_equal(field(bureau, "firms", CHEN, "district"), "海淀区");
    assert_counts(deliver(bureau, "3.csv", "a3", ROSTER_HEADER CHEN "|| 清空　|\n"), 0, 0, 1, 0);

    assert_counts(deliver(bureau, "4.csv", "a4", ROSTER_HEADER CHEN "|清空||\n"), 0, 0, 0, 1);
    assert_says(rejects(bureau), "2 企业名称: 必填项不能清空");
}

static void a_withdrawn_row_is_gone_but_known(void **state)
{
    struct bureau *bureau = *state;
    deliver(bureau, "1.csv", "a1", ROSTER_HEADER CHEN "|晨岚|Chenlan|海淀\n");
    struct import_result result = deliver(bureau, "2.csv", "a2", "uscc|作废\n" CHEN "|是\n" SIZH "|是\n");
    assert_counts(result, 0, 1, 0, 1);
    assert_true(result.firms_changed);
    assert_says(rejects(bureau), "3 uscc: 没有这条记录，无法作废");
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_record WHERE withdrawn = 1 AND version = 2 "
                                    "AND seq_to IS NULL AND fields ->> 'name_zh' = '晨岚'"),
        1);
    assert_counts(deliver(bureau, "3.csv", "a3", "uscc|作废\n" CHEN "|1\n"), 0, 0, 1, 0);

    /* It comes back as a whole or not at all. */
    assert_counts(deliver(bureau, "4.csv", "a4", "uscc|英文名称\n" CHEN "|Chenlan\n"), 0, 0, 0, 1);
    assert_says(rejects(bureau), "2 企业名称: 必填，现在是空的");
    assert_says(rejects(bureau), "2 uscc: 这条记录已作废 -> ");
    assert_counts(deliver(bureau, "5.csv", "a5", "uscc|企业名称\n" CHEN "|晨岚\n"), 1, 0, 0, 0);
    assert_says(rejects(bureau), "!2 uscc: 这条记录先前已作废，现按本行恢复");
    assert_string_equal(field(bureau, "firms", CHEN, "name_en"), "");
    assert_int_equal(number(bureau, "SELECT max(version) FROM local_record"), 3);
}

static void another_key_is_another_record(void **state)
{
    struct bureau *bureau = *state;
    deliver(bureau, "1.csv", "a1", "产品编号|统一社会信用代码|产品名称\nP1|" CHEN "|心电\n");
    struct import_result result =
        deliver(bureau, "2.csv", "a2", "产品编号|统一社会信用代码|产品名称\nP2|" CHEN "|心电\n");
    assert_counts(result, 1, 0, 0, 0);
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_record WHERE seq_to IS NULL"), 2);
}

/* --- rows of one file ------------------------------------------------------------------------------------
 */

static void rows_that_repeat_each_other_count_once(void **state)
{
    struct bureau *bureau = *state;
    struct import_result result = deliver(bureau, "1.csv", "a1",
        ROSTER_HEADER CHEN "|晨岚||\n" CHEN "|晨岚||\n" CHEN "|别的名字||\n" SIZH "|||海淀\n" SIZH
                           "|思卓||海淀\n" CHEN "|||火星\n" CHEN "|又一个名字||\n");
    assert_counts(result, 2, 0, 1, 4);
    assert_says(rejects(bureau), "4 统一社会信用代码: 与第 2 行是同一条记录，内容不同");
    assert_says(rejects(bureau), "5 企业名称: 必填，现在是空的");
    assert_says(rejects(bureau), "8 统一社会信用代码: 与第 2 行是同一条记录，内容不同");
    assert_string_equal(field(bureau, "firms", CHEN, "name_zh"), "晨岚");
    assert_string_equal(
        field(bureau, "firms", SIZH, "name_zh"), "思卓"); /* a refused row stands for nothing */
}

static void blank_rows_are_no_rows(void **state)
{
    struct bureau *bureau = *state;
    assert_counts(deliver(bureau, "1.csv", "a1", ROSTER_HEADER "|||\n |　||\n" CHEN "|晨岚||\n"), 1, 0, 0, 0);
    assert_int_equal(number(bureau, "SELECT row FROM local_record"), 4);
}

static void a_doubtful_code_is_taken_with_a_warning(void **state)
{
    struct bureau *bureau = *state;
    struct import_result result =
        deliver(bureau, "1.csv", "a1", ROSTER_HEADER "91350211M0000XUF46|真实存在的企业||\n");
    assert_counts(result, 1, 0, 0, 0);
    assert_int_equal(result.warnings, 1);
    assert_says(rejects(bureau), "!2 统一社会信用代码: “91350211M0000XUF46” 的校验码不符");
}

static void a_row_without_its_key_is_told_so(void **state)
{
    struct bureau *bureau = *state;
    assert_counts(deliver(bureau, "1.csv", "a1", SALES_HEADER "|" CHEN "|P1|US|2026|1|USD|\n"), 0, 0, 0, 1);
    assert_says(rejects(bureau), "2 销售编号: 缺少必填项 -> 编号");
}

/* --- references and what follows -------------------------------------------------------------------------
 */

static void touched_firms_are_decided_again_and_no_others(void **state)
{
    struct bureau *bureau = *state;
    deliver(bureau, "1.csv", "a1", ROSTER_HEADER CHEN "|晨岚||\n" SIZH "|思卓||\n");
    assert_true(is_to_be_decided(bureau, CHEN) && is_to_be_decided(bureau, SIZH));
    assert_int_equal(number(bureau, "SELECT count(*) FROM work WHERE kind = 'rematch' AND key = 'all'"), 1);
    forget_work(bureau);

    struct import_result result = deliver(bureau, "2.csv", "a2", ROSTER_HEADER CHEN "|晨岚||\n");
    assert_counts(result, 0, 0, 1, 0);
    assert_false(result.firms_changed);
    assert_int_equal(number(bureau, "SELECT count(*) FROM work"), 0);

    deliver(bureau, "3.csv", "a3", "产品编号|统一社会信用代码|产品名称\nP1|" CHEN "|心电\n");
    assert_true(is_to_be_decided(bureau, CHEN) && !is_to_be_decided(bureau, SIZH));
    assert_int_equal(number(bureau, "SELECT count(*) FROM work"), 1);
    forget_work(bureau);

    deliver(bureau, "4.csv", "a4", "产品编号|统一社会信用代码\nP1|" SIZH "\n"); /* it changes hands */
    assert_true(is_to_be_decided(bureau, CHEN) && is_to_be_decided(bureau, SIZH));
    forget_work(bureau);

    deliver(bureau, "5.csv", "a5", "批准机构|批准编号|产品编号|纳入日期\nFDA|k253101|P1|2026-02\n");
    assert_true(is_to_be_decided(bureau, SIZH)); /* a scope's firm is its product's */
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_record WHERE kind = 'scopes' AND "
                                    "authority = 'FDA' AND number = 'K253101' AND product_id = 'P1' AND "
                                    "key = 'FDA|K253101|P1'"),
        1);
}

static void a_reference_may_come_before_what_it_names(void **state)
{
    struct bureau *bureau = *state;
    struct import_result result =
        deliver(bureau, "1.csv", "a1", SALES_HEADER "S1|" QIFA "|NEW-P|US|2026-05-20|\"|USD|\n");
    assert_counts(result, 0, 0, 0, 1); /* the quote is no amount */
    result = deliver(bureau, "1.csv", "a2", SALES_HEADER "S1|" QIFA "|NEW-P|US|2026-05-20|5|USD|\n");
    assert_counts(result, 1, 0, 0, 0);
    assert_int_equal(
        number(bureau, "SELECT count(*) FROM local_record WHERE uscc = '" QIFA "' AND product_id = 'NEW-P'"),
        1);
    assert_true(is_to_be_decided(bureau, QIFA));
}

static void assert_assurance(struct bureau *bureau, const char *key, int64_t version, const char *assurance)
{
    assert_int_equal(store_value(bureau->store, -1,
                         "SELECT version FROM local_record WHERE kind = 'sales' AND key = ? "
                         "AND assurance = ? AND seq_to IS NULL",
                         "tt", key, assurance),
        version);
}

static void a_name_is_a_claim_and_a_file_that_came_is_a_document(void **state)
{
    struct bureau *bureau = *state;
    local_document_arrived(bureau->store, "bill.pdf", "d1", 100);
    store_commit(bureau->store);
    forget_work(bureau);
    deliver(bureau, "1.csv", "a1",
        SALES_HEADER "S1|" CHEN "|P1|US|2026-05-20|48,000.00|USD|\nS2|" CHEN
                     "|P1|US|2026-05-21|1|USD|bill.pdf\nS3|" CHEN "|P1|US|2026-05-22|1|USD|lost.pdf\n");
    assert_assurance(bureau, "S1", 1, "claimed");
    assert_assurance(bureau, "S2", 1, "documented");
    assert_assurance(bureau, "S3", 1, "claimed");
    assert_int_equal(
        number(bureau, "SELECT count(*) FROM local_waiting WHERE missing = 'document' AND name = 'lost.pdf'"),
        1);
    deliver(bureau, "2.csv", "a2", "销售编号|证明材料\nS1|bill.pdf\nS2|清空\n");
    assert_assurance(bureau, "S1", 2, "documented");
    assert_assurance(bureau, "S2", 2, "claimed");
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_document_use"), 2);
    deliver(bureau, "3.csv", "a3", "销售编号|作废\nS3|是\n");
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_document_use"), 1);
    deliver(bureau, "4.csv", "a4", ROSTER_HEADER CHEN "|晨岚||\n");
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_record WHERE kind = 'firms' AND "
                                    "assurance = 'documented'"),
        1);
}

static void a_file_name_of_another_firm_is_told(void **state)
{
    struct bureau *bureau = *state;
    deliver(bureau, "1.csv", "a1", SALES_HEADER "S1|" CHEN "|P1|US|2026-05-20|1|USD|发票.pdf\n");
    struct import_result result =
        deliver(bureau, "2.csv", "a2", SALES_HEADER "S2|" SIZH "|P2|US|2026-05-20|1|USD|发票.pdf\n");
    assert_counts(result, 1, 0, 0, 0);
    assert_says(rejects(bureau), "!2 证明材料: 文件名 发票.pdf 已被另一家企业的记录使用");
}

/* The scan comes between the row's comparison with what is known and its sealing. */
static void a_document_that_arrives_while_a_file_is_read_counts(void **state)
{
    struct bureau *bureau = *state;
    deliver(bureau, "1.csv", "a1", SALES_HEADER "S1|" CHEN "|P1|US|2026-05-20|1|USD|bill.pdf\n");
    struct local_import *import = delivery_stage(bureau, "2.csv", "a2", "销售编号|金额\nS1|2\n");
    local_document_arrived(bureau->store, "bill.pdf", "d1", 100);
    store_commit(bureau->store);
    assert_int_equal(delivery_end(bureau, import), IMPORT_READY);
    delivery_seal(bureau, import);
    delivery_apply(bureau);
    assert_string_equal(field(bureau, "sales", "S1", "amount"), "2");
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_record WHERE key = 'S1' "
                                    "AND seq_to IS NULL AND assurance = 'documented'"),
        1);
    /* Each version begins where the one before it ends. */
    assert_int_equal(
        number(bureau, "SELECT count(*) FROM local_record a JOIN local_record b USING (kind, key) "
                       "WHERE b.version = a.version + 1 AND b.seq_from <> a.seq_to"),
        0);
}

static void amounts_and_destinations_are_stored_canonically(void **state)
{
    struct bureau *bureau = *state;
    deliver(bureau, "1.csv", "a1", SALES_HEADER "S1|" CHEN "|P1|美国|2026年5月20日|48,000.00|美元|\n");
    assert_string_equal(field(bureau, "sales", "S1", "amount"), "48000");
    assert_string_equal(field(bureau, "sales", "S1", "country"), "US");
    assert_string_equal(field(bureau, "sales", "S1", "currency"), "USD");
    assert_string_equal(field(bureau, "sales", "S1", "date"), "2026-05-20");
    /* The same written otherwise is the same. */
    struct import_result result =
        deliver(bureau, "2.csv", "a2", SALES_HEADER "S1|" CHEN "|P1|USA|2026/5/20|48000.00|USD|\n");
    assert_counts(result, 0, 0, 1, 0);
}

/* --- files that are refused as a whole -------------------------------------------------------------------
 */

static void assert_is_refused(struct bureau *bureau, const char *table, const char *reason)
{
    int64_t before = journal_head(bureau->store), files = number(bureau, "SELECT count(*) FROM local_file");
    assert_refused(deliver(bureau, "x.csv", "ff", table), reason);
    assert_int_equal(journal_head(bureau->store), before);
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_record"), 0);
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_staged"), 0);
    /* It is remembered, with the reason. */
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_file"), files + 1);
    assert_int_equal(store_value(bureau->store, 0,
                         "SELECT instr(problem, ?) > 0 AND delivery = id AND seq = 0 FROM local_file "
                         "WHERE state = 'refused' ORDER BY id DESC LIMIT 1",
                         "t", reason),
        1);
}

static void a_file_of_no_known_kind_changes_nothing(void **state)
{
    struct bureau *bureau = *state;
    assert_is_refused(bureau, "姓名|电话\n张三|1\n", "无法判断这是哪一种表");
    assert_is_refused(bureau, ROSTER_HEADER, "文件中没有数据行");
    assert_is_refused(bureau, "uscc|企业名称|法人爱好|=cmd\n" CHEN "|晨岚|钓鱼|1\n", "法人爱好");
    assert_is_refused(bureau, "uscc|企业名称|公司名称\n" CHEN "|晨岚|晨岚\n", "公司名称");
}

static void a_file_without_a_table_changes_nothing(void **state)
{
    struct bureau *bureau = *state;
    struct local_import *import =
        local_import_new(bureau->store, bureau->contacts, "x.csv", "zhang", "b0", 0);
    assert_int_equal(local_import_end(import, 0, &(struct failure){0}), IMPORT_REFUSED);
    assert_string_equal(local_import_result(import)->problem, "文件中没有表头");
    local_import_free(import);
}

static void what_was_refused_may_come_again(void **state)
{
    struct bureau *bureau = *state;
    const char *table = "[全量]\n" ROSTER_HEADER CHEN "|晨岚||\n";
    deliver(bureau, "0.csv", "a0", ROSTER_HEADER CHEN "|晨岚||\n" SIZH "|思卓||\n" QIFA "|启帆||\n");
    assert_refused(deliver(bureau, "1.csv", "a1", table), "全量表缺得太多");
    bureau->allowed = IMPORT_ALLOW_SHRINK;
    struct import_result result = deliver(bureau, "1.csv", "a1", table);
    assert_counts(result, 0, 0, 1, 0);
    assert_int_equal(result.unlisted, 2);
}

static void the_same_bytes_again_change_nothing(void **state)
{
    struct bureau *bureau = *state;
    const char *table = ROSTER_HEADER CHEN "|晨岚||\n9111|短码||\n";
    assert_counts(deliver(bureau, "1.csv", "a1", table), 1, 0, 0, 1);
    int64_t head = journal_head(bureau->store);
    forget_work(bureau);
    struct import_result result = deliver(bureau, "copy.csv", "a1", table);
    assert_true(result.known);
    assert_string_equal(result.kind, "firms");
    assert_int_equal(result.id, 1);
    assert_int_equal(result.rows, 2);
    assert_int_equal(result.rejected, 1);
    assert_int_equal(journal_head(bureau->store), head);
    assert_int_equal(number(bureau, "SELECT count(*) FROM work"), 0);
}

static void an_old_file_delivered_again_puts_right_what_came_between(void **state)
{
    struct bureau *bureau = *state;
    const char *right = SALES_HEADER "S1|" CHEN "|P1|US|2026-05-20|100|USD|\n";
    const char *wrong = SALES_HEADER "S1|" CHEN "|P1|US|2026-05-20|900|USD|\n";
    deliver(bureau, "a.csv", "a1", right);
    deliver(bureau, "b.csv", "a2", wrong);
    assert_string_equal(field(bureau, "sales", "S1", "amount"), "900");
    /* One that still lies where it lay was not delivered again. */
    struct import_result result = {0};
    bool personal;
    assert_true(local_file_find(bureau->store, "a1", 0, &result, &personal));
    result = deliver(bureau, "a.csv", "a1", right);
    assert_counts(result, 0, 1, 0, 0);
    assert_string_equal(field(bureau, "sales", "S1", "amount"), "100");
    assert_true(deliver(bureau, "a.csv", "a1", right).known);
    /* What changes other kinds changes nothing of it. */
    deliver(bureau, "c.csv", "a3", ROSTER_HEADER CHEN "|晨岚||\n");
    assert_true(deliver(bureau, "a.csv", "a1", right).known);
}

static void two_firms_that_number_alike_do_not_correct_each_other(void **state)
{
    struct bureau *bureau = *state;
    deliver(bureau, "1.csv", "a1", SALES_HEADER "S1|" CHEN "|P1|US|2026-05-20|100|USD|\n");
    assert_counts(
        deliver(bureau, "2.csv", "a2", SALES_HEADER "S1|" SIZH "|P2|DE|2026-05-21|700|EUR|\n"), 0, 0, 0, 1);
    assert_says(rejects(bureau), "2 销售编号: S1 已是企业 " CHEN " 的记录 -> 换一个编号");
    assert_string_equal(field(bureau, "sales", "S1", "amount"), "100");
    assert_counts(
        deliver(bureau, "2b.csv", "a2b", "销售编号|统一社会信用代码|作废\nS1|" SIZH "|是\n"), 0, 0, 0, 1);
    /* A firm that was written wrongly: withdrawn, then sent anew. */
    deliver(bureau, "3.csv", "a3", "销售编号|作废\nS1|是\n");
    assert_counts(
        deliver(bureau, "4.csv", "a4", SALES_HEADER "S1|" SIZH "|P2|DE|2026-05-21|700|EUR|\n"), 1, 0, 0, 0);
}

static void a_product_is_handed_on_when_it_is_surely_the_same(void **state)
{
    struct bureau *bureau = *state;
    deliver(bureau, "1.xlsx", "a1",
        "[企业]\nuscc|企业名称|承继企业统一社会信用代码\n" QIFA "|启帆|" SIZH "\n"
        "[产品]\n产品编号|统一社会信用代码|产品名称|注册证编号\nP1|" CHEN "|心电|\nP2|" CHEN
        "|超声|\nP3|" CHEN "|监护仪|京械注准20252400123\nP4|" QIFA "|呼吸机|\n");
    struct import_result result = deliver(bureau, "2.csv", "a2",
        "产品编号|统一社会信用代码|产品名称|注册证编号\n"
        "P1|" SIZH "|心电|\n"                      /* its name is everybody's */
        "P2|" SIZH "||\n"                          /* no new product: that needs a name */
        "P3|" SIZH "|监护仪|京械注准20252400123\n" /* the register's number */
        "P4|" SIZH "|呼吸机|\n");                  /* of the firm that went into this one */
    assert_counts(result, 0, 3, 0, 1);
    assert_int_equal(result.warnings, 3);
    assert_says(rejects(bureau), "2 产品编号: P1 已是企业 " CHEN " 的记录");
    assert_says(rejects(bureau), "!3 统一社会信用代码: P2 原属企业 " CHEN);
}

/* The receipt is written from them, however often it is asked for. */
static void the_faulty_rows_of_a_refused_file_are_kept(void **state)
{
    struct bureau *bureau = *state;
    assert_refused(deliver(bureau, "1.xlsx", "a1",
                       "[企业]\n" ROSTER_HEADER "9111|短码||\n" CHEN "|晨岚||\n[其他]\n姓名|电话\n张三|1\n"),
        "工作表“其他”：");
    assert_says(rejects(bureau), "企业2 统一社会信用代码: ");
    assert_int_equal(
        number(bureau, "SELECT count(*) FROM local_file WHERE state = 'refused' AND rejected = 1 "
                       "AND rows = 2"),
        1);
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_staged"), 0);
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_record"), 0);
}

/* --- hostile rows ----------------------------------------------------------------------------------------
 */

static struct local_import *begin(struct bureau *bureau, const char *name)
{
    static const char headers[] = "[\"uscc\",\"name_zh\"]";
    struct local_import *import = local_import_new(bureau->store, bureau->contacts, name, "mallory", name, 0);
    assert_true(local_import_sheet(import, "", false));
    assert_true(local_import_cells(import, 1, headers, sizeof headers - 1));
    return import;
}

static struct import_result end(struct bureau *bureau, struct local_import *import)
{
    assert_int_equal(delivery_end(bureau, import), IMPORT_READY);
    struct import_result result = *local_import_result(import);
    delivery_seal(bureau, import);
    delivery_apply(bureau);
    return result;
}

static void hostile_cells_cost_their_row_only(void **state)
{
    struct bureau *bureau = *state;
    struct local_import *import = begin(bureau, "hostile.csv");
    char *huge = malloc((1 << 20) + 200);
    int start = sprintf(huge, "[\"" CHEN "\",\"");
    memset(huge + start, 'x', 1 << 20);
    strcpy(huge + start + (1 << 20), "\"]");
    static const char *const rows[] = {
        "[\"" SIZH "\",\"a\\u0000b\"]",         /* NUL */
        "[\"" SIZH "\",17]",                    /* no text */
        "[\"" SIZH "\",\"x\",\"y\"]",           /* a column of its own */
        "[\"" SIZH "\",{\"error\":\"#REF!\"}]", /* a formula's failure */
        "[\"" SIZH "\",{\"number\":\"911101080000000000\"}]", "[\"" SIZH "\",[\"x\"]]", "{}", "[", "",
        "\xff\xfe", "[\"" QIFA "\",\"\\u202e=HYPERLINK(1)\\ud800\"]", /* a lone surrogate */
    };
    assert_true(local_import_cells(import, 2, huge, strlen(huge)));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_true(local_import_cells(import, 3 + (int64_t)i, rows[i], strlen(rows[i])));
    const char good[] = "[\"" QIFA "\",\"\\u202e'; DROP TABLE local_record; --\"]";
    assert_true(local_import_cells(import, 20, good, sizeof good - 1));
    struct import_result result = end(bureau, import);
    free(huge);
    assert_int_equal(result.added, 1);
    assert_int_equal(result.rejected, 1 + sizeof rows / sizeof rows[0]);
    assert_string_equal(field(bureau, "firms", QIFA, "name_zh"), "'; DROP TABLE local_record; --");
    assert_says(rejects(bureau), "2 name_zh: 内容过长");
    assert_says(rejects(bureau), "3 name_zh: ");
}

static void reasons_beyond_the_ceiling_are_counted(void **state)
{
    struct bureau *bureau = *state;
    struct local_import *import = begin(bureau, "many.csv");
    const char bad[] = "[\"1\",\"x\"]";
    for (int64_t row = 2; row < 2 + LIMIT_REJECTS_KEPT + 500; row++)
        local_import_cells(import, row, bad, sizeof bad - 1);
    assert_int_equal(end(bureau, import).rejected, LIMIT_REJECTS_KEPT + 500);
    assert_int_equal(number(bureau, "SELECT count(*) FROM local_reject"), LIMIT_REJECTS_KEPT);
    assert_int_equal(number(bureau, "SELECT rejected FROM local_file"), LIMIT_REJECTS_KEPT + 500);
}

static void a_row_that_the_decoder_could_not_read_is_told_in_its_place(void **state)
{
    struct bureau *bureau = *state;
    struct local_import *import = local_import_new(bureau->store, NULL, "cut.csv", "zhang", "b3", 0);
    assert_true(local_import_sheet(import, "", false));
    assert_true(local_import_unreadable(import, 1, "", "引号没有结束")); /* before the header */
    const char headers[] = "[\"uscc\",\"name_zh\"]", good[] = "[\"" QIFA "\",\"启帆\"]";
    assert_true(local_import_cells(import, 2, headers, sizeof headers - 1));
    local_import_unreadable(import, 3, "", "多出一格");
    local_import_unreadable(import, 3, "", "还有一处");
    local_import_cells(import, 4, good, sizeof good - 1);
    struct import_result result = end(bureau, import);
    assert_int_equal(result.added, 1);
    assert_says(rejects(bureau), "1 : 引号没有结束");
    assert_says(rejects(bureau), "3 : 多出一格；还有一处");
}

/* --- reading ---------------------------------------------------------------------------------------------
 */

struct seen {
    char keys[20000];
    int64_t count, stop_after;
    struct bureau *bureau;
};

static bool remember(const struct local_record *record, void *context)
{
    struct seen *seen = context;
    if (seen->count < 5)
        strcat(strcat(seen->keys, record->key), " ");
    assert_true(record->fields[0] == '{' && record->version > 0 && record->file > 0 && record->row > 0);
    return ++seen->count != seen->stop_after;
}

static bool ask_within(const struct local_record *record, void *context)
{
    struct seen *inner = context;
    registry_each(inner->bureau->store, record->kind, record->uscc, remember, inner);
    return true;
}

static void current_records_come_in_order_of_key(void **state)
{
    struct bureau *bureau = *state;
    char table[40000] = "产品编号|统一社会信用代码|产品名称\n";
    for (int i = 499; i >= 0; i--)
        sprintf(table + strlen(table), "P%03d|%s|x\n", i, i % 2 ? CHEN : SIZH);
    assert_counts(deliver(bureau, "1.csv", "a1", table), 500, 0, 0, 0);
    deliver(bureau, "2.csv", "a2", "产品编号|作废\nP002|是\n");

    struct seen all = {.bureau = bureau}, firm = {.bureau = bureau}, two = {.stop_after = 2}, none = {0};
    registry_each(bureau->store, "products", NULL, remember, &all);
    assert_int_equal(all.count, 499);
    assert_string_equal(all.keys, "P000 P001 P003 P004 P005 ");
    registry_each(bureau->store, "products", SIZH, remember, &firm);
    assert_int_equal(firm.count, 249);
    assert_string_equal(firm.keys, "P000 P004 P006 P008 P010 ");
    registry_each(bureau->store, "products", NULL, remember, &two);
    assert_int_equal(two.count, 2);
    registry_each(bureau->store, "sales", NULL, remember, &none);
    assert_int_equal(none.count, 0);

    struct seen nested = {.bureau = bureau}; /* a query within a query of the same kind */
    registry_each(bureau->store, "products", SIZH, ask_within, &nested);
    assert_int_equal(nested.count, 249 * 249);
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, bureau_open, bureau_close)
    const struct CMUnitTest tests[] = {
        CLAIM(first_roster_with_mistakes_then_its_correction),
        CLAIM(a_change_closes_the_old_version_at_the_imports_entry),
        CLAIM(clearing_is_not_leaving_blank),
        CLAIM(a_withdrawn_row_is_gone_but_known),
        CLAIM(another_key_is_another_record),
        CLAIM(rows_that_repeat_each_other_count_once),
        CLAIM(blank_rows_are_no_rows),
        CLAIM(a_doubtful_code_is_taken_with_a_warning),
        CLAIM(a_row_without_its_key_is_told_so),
        CLAIM(touched_firms_are_decided_again_and_no_others),
        CLAIM(a_reference_may_come_before_what_it_names),
        CLAIM(a_name_is_a_claim_and_a_file_that_came_is_a_document),
        CLAIM(a_file_name_of_another_firm_is_told),
        CLAIM(a_document_that_arrives_while_a_file_is_read_counts),
        CLAIM(amounts_and_destinations_are_stored_canonically),
        CLAIM(a_file_of_no_known_kind_changes_nothing),
        CLAIM(a_file_without_a_table_changes_nothing),
        CLAIM(what_was_refused_may_come_again),
        CLAIM(the_same_bytes_again_change_nothing),
        CLAIM(an_old_file_delivered_again_puts_right_what_came_between),
        CLAIM(two_firms_that_number_alike_do_not_correct_each_other),
        CLAIM(a_product_is_handed_on_when_it_is_surely_the_same),
        CLAIM(the_faulty_rows_of_a_refused_file_are_kept),
        CLAIM(hostile_cells_cost_their_row_only),
        CLAIM(reasons_beyond_the_ceiling_are_counted),
        CLAIM(a_row_that_the_decoder_could_not_read_is_told_in_its_place),
        CLAIM(current_records_come_in_order_of_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
