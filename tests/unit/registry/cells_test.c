/* Words, names and lists: what people type into a cell, and what it means. */
#include "cell_examples.h"

#include "codes.h"
#include "fold.h"

#include <stdlib.h>

static void countries_are_told_by_codes_and_names(void **state)
{
    (void)state;
    CHECK_CELLS(local_cell_country, {"US", "US"}, {"usa", "US"}, {"美国", "US"}, {" 德 国 ", "DE"},
        {"ＪＰ", "JP"}, {"阿联酋", "AE"}, {"阿拉伯联合酋长国", "AE"}, {"印尼", "ID"}, {"中国香港", "HK"},
        {"台湾", "TW"}, {"ZAF", "ZA"}, {"俄罗斯联邦", "RU"}, {"刚果（金）", "CD"}, {"UK", "GB"}, {"EL", "GR"},
        {"中国", "CN"}, {"United States of America", "US"}, {"Côte", NULL}, {"South Africa", "ZA"},
        {"欧盟", NULL}, {"XX", NULL}, {"英国（UK）", "GB"}, {"中国（香港）", "HK"}, {"刚果(布)", "CG"},
        {"中国(美国)", NULL}, {"美国()", NULL}, {"|", NULL}, {"美", NULL}, {"US|USA", NULL},
        {"美国、德国", NULL});
}

static void the_countries_digits_are_those_of_chinas_customs(void **state)
{
    (void)state;
    CHECK_CELLS(local_cell_country, {"502", "US"}, {"110", "HK"}, {"116", "JP"}, {"142", "CN"}, {"143", "TW"},
        {"304", "DE"}, {"344", "RU"}, {"410", "BR"}, {"111", "IN"}, {"244", "ZA"}, {"601", "AU"},
        {"５０２", "US"},
        /* ISO 3166's own digits mean others, or nothing */
        {"840", NULL}, {"392", NULL}, {"000", NULL}, {"50", NULL}, {"0502", NULL}, {"199", NULL},
        {"701", NULL});
}

static size_t count_words(const struct local_choices *table)
{
    size_t count = 0;
    for (size_t i = 0; i < table->count; i++) {
        assert_non_null(table->items[i].code);
        char *copy = strdup(table->items[i].words), *rest = copy;
        for (char *word; (word = strsep(&rest, "|")) != NULL; count++) {
            struct text folded = TEXT_WITH_CEILING(1000);
            assert_true(word[0] != '\0');
            local_fold(word, strlen(word), FOLD_WIDTH | FOLD_UPPER | FOLD_NO_BLANKS, &folded);
            assert_string_equal(text_string(&folded), word); /* or it could never be met */
            text_free(&folded);
            const char *code = local_code(table->items, word, strlen(word));
            if (code == NULL || strcmp(code, table->items[i].code) != 0)
                fail_msg("'%s' is %s, and not only %s", word, code, table->items[i].code);
        }
        free(copy);
    }
    return count;
}

static void no_word_of_a_table_means_two_codes(void **state)
{
    (void)state;
    size_t words = 0;
    for (size_t t = 0; t < local_choice_table_count; t++)
        words += count_words(&local_choice_tables[t]);
    assert_in_range(words, 2000, 5000); /* the hash table has 8192 places */
    assert_null(local_code(yes_no_choices, "", 0));
    assert_null(local_code(yes_no_choices, "FDA", 3)); /* another table's */
}

static void every_code_is_a_word_of_its_own(void **state)
{
    (void)state;
    for (size_t t = 0; t < local_choice_table_count; t++)
        for (size_t i = 0; i < local_choice_tables[t].count; i++) {
            const char *code = local_choice_tables[t].items[i].code;
            struct text folded = TEXT_WITH_CEILING(1000);
            local_fold(code, strlen(code), FOLD_WIDTH | FOLD_UPPER | FOLD_NO_BLANKS, &folded);
            const char *found = local_code(local_choice_tables[t].items, text_string(&folded), folded.length);
            if (found == NULL || strcmp(found, code) != 0)
                fail_msg("%s is taken for %s", code, found == NULL ? "nothing" : found);
            text_free(&folded);
        }
}

static void short_codes_have_their_words(void **state)
{
    (void)state;
    CHECK_CELLS(local_cell_yes_no, {"是", "yes"}, {"否", "no"}, {"Yes", "yes"}, {"0", "no"}, {"１", "yes"},
        {"TRUE", "yes"}, {"√", "yes"}, {"也许", NULL}, {"2", NULL});
    CHECK_CELLS(local_cell_currency, {"usd", "USD"}, {"美元", "USD"}, {"人民币", "CNY"}, {"日元", "JPY"},
        {"€", "EUR"}, {"澳元", "AUD"}, {"142", "CNY"}, {"502", "USD"}, {"840", NULL}, {"元", NULL},
        {"$", NULL}, {"¥", NULL}, {"卢比", NULL}, {"克朗", NULL}, {"XAU", NULL});
    CHECK_CELLS(local_cell_status, {"存续", "active"}, {"存续（在营、开业、在册）", "active"},
        {"注销", "deregistered"}, {"吊销，未注销", "revoked"}, {"迁出", "moved-out"}, {"不详", NULL});
    CHECK_CELLS(
        local_cell_class, {"二类", "II"}, {"第三类", "III"}, {"Ⅲ类", "III"}, {"3", "III"}, {"四类", NULL});
    CHECK_CELLS(local_cell_relation, {"全资子公司", "subsidiary"}, {"DMAH", "agent"}, {"欧代", "agent"},
        {"OEM", "oem"}, {"经销商", "distributor"}, {"朋友", NULL});
    CHECK_CELLS(local_cell_cost_category, {"官方费用", "official-fee"}, {"公告机构", "notified-body"},
        {"检测费", "testing"}, {"临床试验费", "clinical"}, {"年费", "annual-fee"}, {"其他", "other"},
        {"餐费", NULL});
    CHECK_CELLS(local_cell_credit_flag, {"严重失信", "serious-dishonesty"},
        {"经营异常名录", "abnormal-operation"}, {"召回", "recall"}, {"良好", NULL});
    CHECK_CELLS(local_cell_quote, {"直接", "direct"}, {"100外币＝？元", "direct"}, {"间接标价法", "indirect"},
        {"100元=?外币", "indirect"}, {"直", NULL});
    CHECK_CELLS(
        local_cell_payment_kind, {"预留", "reserve"}, {"拨付", "pay"}, {"追回", "recover"}, {"x", NULL});
    CHECK_CELLS(local_cell_answer, {"有异议", "dispute"}, {"确认", "confirm"}, {"不申报", "decline"},
        {"补件", "supply"});
    CHECK_CELLS(
        local_cell_channel, {"企业微信", "wecom"}, {"e-mail", "email"}, {"飞书", "feishu"}, {"电话", NULL});
    CHECK_CELLS(local_cell_approval_status, {"有效", "active"}, {"撤销", "withdrawn"}, {"", NULL});
}

static void districts_of_beijing_and_no_others(void **state)
{
    (void)state;
    CHECK_CELLS(local_cell_district, {"海淀", "海淀区"}, {"北京市海淀区", "海淀区"}, {"110108", "海淀区"},
        {"亦庄", "经开区"}, {"北京经济技术开发区", "经开区"}, {"北京市北京经济技术开发区", NULL},
        {"密云县", "密云区"}, {"崇文", "东城区"}, {"北京城市副中心", "通州区"}, {"浦东新区", NULL},
        {"北京", NULL}, {"北京市", NULL}, {"110106 丰台区", NULL}, {"120101", NULL});
}

static void an_authority_beyond_the_list_is_kept_with_a_warning(void **state)
{
    (void)state;
    CHECK_CELLS(local_cell_authority, {"fda", "FDA"}, {"美国FDA", "FDA"}, {"欧盟", "CE"},
        {"世界卫生组织", "WHO"}, {"CE（MDR）", NULL}, {"hsa", "HSA"}, {"某机构", NULL}, {"X", NULL},
        {"NMPA", NULL}, {"FDA/CE", NULL});
    assert_int_equal(answer_of(local_cell_authority, "hsa", "第13条"), 1);
    assert_int_equal(answer_of(local_cell_authority, "nmpa", "不是境外机构"), -1);
}

static void a_route_or_trade_mode_beyond_the_list_is_for_a_person(void **state)
{
    (void)state;
    CHECK_CELLS(local_cell_route, {"510（k）", "510k"}, {"Special 510(k)", "510k-special"},
        {"De Novo", "de-novo"}, {"MDR", "ce-mdr"}, {"認証", "pmda-ninsho"}, {"HDE", "hde"},
        {"Health Canada MDL", "Health Canada MDL"});
    assert_int_equal(answer_of(local_cell_route, "Health Canada MDL", "批准途径"), 1);
    CHECK_CELLS(local_cell_trade_mode, {"一般贸易", "0110"}, {"0110", "0110"}, {"110", "0110"},
        {"3010", "3010"}, {"货样广告品", "3010"}, {"3100", "3100"}, {"0110一般贸易", "0110"},
        {"3010 货样广告品", "3010"}, {"0654", "0654"}, {"0110货样广告品", NULL}, {"11", NULL},
        {"01100", NULL}, {"卖", NULL});
    assert_int_equal(answer_of(local_cell_trade_mode, "0654", "监管方式"), 1);
}

static void codes_hold_no_bar(void **state)
{
    (void)state;
    CHECK_CELLS(local_cell_number, {"ｋ２５３１０１", "K253101"}, {"РЗН 2024/1", "РЗН2024/1"},
        {"рзН  2024/1", "РЗН2024/1"}, {"PЗH 2024/1", "РЗН2024/1"}, {"A|B", NULL}, {"A｜B", NULL});
    CHECK_CELLS(local_cell_code, {" P－1 ", "P-1"}, {"p1", "p1"}, {"a|b", NULL});
    CHECK_CELLS(local_cell_key_name, {"Example Medical Inc.", "Example Medical Inc."}, {"A | B", NULL},
        {"A｜B", NULL});
}

static void lists_are_parted_but_not_at_commas(void **state)
{
    (void)state;
    CHECK_CELLS(local_cell_names, {"Beijing A Co., Ltd.; A Medical", "Beijing A Co., Ltd.|A Medical"},
        {"甲、乙；丙|丁", "甲|乙|丙|丁"}, {";甲;;", "甲"}, {"甲\n乙", "甲|乙"}, {"甲；甲", "甲"},
        {"甲;乙;甲", "甲|乙"}, {" ; ", NULL});
    CHECK_CELLS(local_cell_codes, {"3006400113 3099900103", "3006400113|3099900103"}, {"a,b；c", "A|B|C"});
    CHECK_CELLS(
        local_cell_numbers, {"k201234, K190001", "K201234|K190001"}, {"РЗН 2024/1；K1", "РЗН 2024/1|K1"});
    CHECK_CELLS(local_cell_former_names, {"旧名@2019年5月", "旧名@2019-05"}, {"旧名", "旧名"},
        {"甲@2015；乙＠2019-05-01、丙", "甲@2015|乙@2019-05-01|丙"}, {"a@b@2015", "a@b@2015"},
        {"甲@昨天", NULL}, {"@2019", NULL}, {"甲@", NULL});
}

static void files_are_names_and_never_paths(void **state)
{
    (void)state;
    CHECK_CELLS(local_cell_files, {"报关单.pdf", "报关单.pdf"},
        {" a.pdf ; b.pdf\nc.pdf ", "a.pdf|b.pdf|c.pdf"}, {"invoice, no. 5.pdf", "invoice, no. 5.pdf"},
        {"../m13d.db", NULL}, {"a/b.pdf", NULL}, {"C:\\a.pdf", NULL}, {".hidden", NULL}, {"a.pdf;.b", NULL},
        {"..", NULL}, {";", NULL});
}

static void text_is_trimmed_and_what_cannot_be_seen_is_dropped(void **state)
{
    (void)state;
    CHECK_CELLS(local_cell_text, {"　北京　某某\n医疗 ", "北京 某某 医疗"}, {"a\u200b\u202eb\ufeff", "ab"},
        {"x\x01y", "x y"}, {"\xff", "\xef\xbf\xbd"});
}

static local_cell_parser *const all_parsers[] = {local_cell_text, local_cell_name, local_cell_names,
    local_cell_former_names, local_cell_key_name, local_cell_files, local_cell_code, local_cell_codes,
    local_cell_number, local_cell_numbers, local_cell_uscc, local_cell_srn, local_cell_fei,
    local_cell_owner_operator, local_cell_corporate_number, local_cell_nmpa_number, local_cell_udi_di,
    local_cell_declaration, local_cell_item_number, local_cell_case, local_cell_facts_hash,
    local_cell_address, local_cell_yes_no, local_cell_related, local_cell_country, local_cell_currency,
    local_cell_status, local_cell_class, local_cell_district, local_cell_relation, local_cell_approval_status,
    local_cell_cost_category, local_cell_level, local_cell_payment_kind, local_cell_quote,
    local_cell_credit_flag, local_cell_channel, local_cell_language, local_cell_slot,
    local_cell_decision_item, local_cell_answer, local_cell_dispute, local_cell_authority, local_cell_route,
    local_cell_trade_mode, local_cell_date, local_cell_year, local_cell_date_1904, local_cell_amount,
    local_cell_amount_cny, local_cell_positive_cny, local_cell_rate, local_cell_percent,
    local_cell_product_shares};

static void a_cell_of_a_megabyte_is_refused_and_quoted_short(void **state)
{
    (void)state;
    size_t length = 1 << 20;
    char *cell = malloc(length + 1);
    for (size_t i = 0; i < sizeof all_parsers / sizeof all_parsers[0]; i++) {
        struct text out = TEXT_WITH_CEILING(1 << 22);
        struct failure why = {0};
        memset(cell, '1', length);
        cell[length] = '\0';
        assert_true(all_parsers[i](cell, &out, &why) < 0);
        assert_true(why.text[0] != '\0' && strlen(why.text) < 400);
        assert_int_equal(out.length, 0);
        text_free(&out);
    }
    free(cell);
}

static void a_full_row_takes_no_more_and_breaks_nothing(void **state)
{
    (void)state;
    static const char *const cells[] = {"P1@60|P2@40", "甲@2015;乙", "2026-01-05", "12.5万", "a.pdf;b.pdf",
        "K253101", "06971254923411", "CN-MF-000012345", "7000012050002", "a@b.cn"};
    for (size_t i = 0; i < sizeof all_parsers / sizeof all_parsers[0]; i++)
        for (size_t c = 0; c < sizeof cells / sizeof cells[0]; c++)
            for (size_t room = 0; room < 16; room++) {
                struct text out = TEXT_WITH_CEILING(room);
                struct failure why;
                all_parsers[i](cells[c], &out, &why);
                assert_true(out.length <= room);
                text_free(&out);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(countries_are_told_by_codes_and_names),
        cmocka_unit_test(the_countries_digits_are_those_of_chinas_customs),
        cmocka_unit_test(no_word_of_a_table_means_two_codes),
        cmocka_unit_test(every_code_is_a_word_of_its_own),
        cmocka_unit_test(short_codes_have_their_words),
        cmocka_unit_test(districts_of_beijing_and_no_others),
        cmocka_unit_test(an_authority_beyond_the_list_is_kept_with_a_warning),
        cmocka_unit_test(a_route_or_trade_mode_beyond_the_list_is_for_a_person),
        cmocka_unit_test(codes_hold_no_bar),
        cmocka_unit_test(lists_are_parted_but_not_at_commas),
        cmocka_unit_test(files_are_names_and_never_paths),
        cmocka_unit_test(text_is_trimmed_and_what_cannot_be_seen_is_dropped),
        cmocka_unit_test(a_cell_of_a_megabyte_is_refused_and_quoted_short),
        cmocka_unit_test(a_full_row_takes_no_more_and_breaks_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
