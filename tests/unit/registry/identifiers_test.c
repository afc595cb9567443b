/* Identifiers with a shape: vectors of the registers themselves where they are public, else of the same make.
 */
#include "cell_examples.h"

static void numbers_of_the_device_register_old_and_new(void **state)
{
    (void)state;
    CHECK_CELLS(local_cell_nmpa_number, {"国械注准20253010001", "国械注准20253010001"},
        {"京械注准20252400123", "京械注准20252400123"}, {"国械注进20153400456", "国械注进20153400456"},
        {"国械注许20163080012", "国械注许20163080012"}, {"国械注准202530100012", "国械注准202530100012"},
        {"京械备20210001号", "京械备20210001号"}, {"京械备20210001", "京械备20210001号"},
        {"京海械备20160023号", "京海械备20160023号"}, {"国械备20150012号", "国械备20150012号"},
        {"国食药监械（准）字2013第3460123号", "国食药监械(准)字2013第3460123号"},
        {"国食药监械(准)字2013第3460123", "国食药监械(准)字2013第3460123号"},
        {"京药监械(准)字2012第2400123号", "京药监械(准)字2012第2400123号"},
        {"京食药监械(准)字2013第2400123号", "京食药监械(准)字2013第2400123号"},
        {" 京 械注准 ２０２５２４００１２３ ", "京械注准20252400123"},
        {"京械注准20252400123号", "京械注准20252400123"},
        {"国药监械(进)字2004第3460123号", "国药监械(进)字2004第3460123号"});
}

static void a_local_number_of_another_shape_is_an_error(void **state)
{
    (void)state;
    CHECK_CELLS(local_cell_nmpa_number, {"京械注准2025240012", NULL}, {"京械注准2025240012345", NULL},
        {"京械注准19252400123", NULL}, {"京械注准20254400123", NULL}, {"京械注准20250400123", NULL},
        {"美械注准20252400123", NULL}, {"京械注20252400123", NULL}, {"械注准20252400123", NULL},
        {"京京械注准20252400123", NULL}, {"京械注准2025240012A", NULL}, {"京械备2021001号", NULL},
        {"京械备2021000001号", NULL}, {"械备20210001号", NULL}, {"京海淀朝械备20210001号", NULL},
        {"AB械备20210001号", NULL}, {"国食药监械(准)字2013第4460123号", NULL},
        {"国食药监械(准)2013第3460123号", NULL}, {"国食药监械(准)字2013第346012号", NULL}, {"号", NULL},
        {"械备", NULL}, {"药监械(", NULL}, {"K253101", NULL}, {"已注册", NULL},
        {"国械注准20253010001、国械注准20253010002", NULL});
}

static void declarations_of_customs_have_18_digits_or_21_with_the_item(void **state)
{
    (void)state;
    CHECK_CELLS(local_cell_declaration, {"020220080525641690", "020220080525641690"},
        {"010120260516000001", "010120260516000001"}, {"0101 2026 1 516000001", "010120261516000001"},
        {"01012026E516000001", "01012026E516000001"}, {"01012026i516000001", "01012026I516000001"},
        {"020220080525641690012", "020220080525641690012"},
        {"０２０２２００８０５２５６４１６９０", "020220080525641690"}, {"02022008052564169", NULL},
        {"0202200805256416900", NULL}, {"020220082525641690", NULL}, {"020221080525641690", NULL},
        {"020220080525641690112", NULL}, {"020220080525641690000", NULL}, {"02022008A525641690", NULL},
        {"A20220080525641690", NULL}, {"报关单", NULL});
    assert_null(local_declaration_item("020220080525641690"));
    assert_string_equal(local_declaration_item("020220080525641690012"), "12");
    CHECK_CELLS(local_cell_item_number, {"1", "1"}, {"01", "1"}, {"012", "12"}, {"999", "999"}, {"0", NULL},
        {"00", NULL}, {"1000", NULL}, {"1.0", NULL}, {"一", NULL});
}

static void gtins_of_any_length_become_fourteen_digits(void **state)
{
    (void)state;
    CHECK_CELLS(local_cell_udi_di, {"06971254923411", "06971254923411"}, {"06980211292118", "06980211292118"},
        {"06974767392002", "06974767392002"}, {"04260580283705", "04260580283705"},
        {"6971254923411", "06971254923411"}, {"6901234567892", "06901234567892"},
        {"036000291452", "00036000291452"}, {"96385074", "00000096385074"},
        {"(01)06971254923411", "06971254923411"}, {"(01)06971254923411(11)250101(10)A1", "06971254923411"},
        {"（01）06971254923411", "06971254923411"}, {"010697125492341111250101", "06971254923411"},
        {"0106971254923411", "06971254923411"}, {"06971254923411; 6971254923411", "06971254923411"},
        {"06971254923411 04260580283705", "06971254923411|04260580283705"}, {"06971254923412", NULL},
        {"6901234567893", NULL}, {"(01)06971254923412", NULL}, {"(02)06971254923411", NULL},
        {"(01)6971254923411", NULL}, {"971254923411", NULL}, {"97125492341", NULL},
        {"0106971254923412", NULL}, {";;", NULL});
    assert_int_equal(answer_of(local_cell_udi_di, "06971254923412", "校验位"), -1);
}

static void other_agencies_identifiers_stay_as_they_are(void **state)
{
    (void)state;
    CHECK_CELLS(local_cell_udi_di, {"+H123ABC01", "+H123ABC01"},
        {"MA.156.M0.100221.AZ01", "MA.156.M0.100221.AZ01"}, {"=/A9999XYZ100T0944", "=/A9999XYZ100T0944"},
        {"81234567890123456789", "81234567890123456789"}, {"X-1", "X-1"});
    assert_int_equal(answer_of(local_cell_udi_di, "+H123ABC01", ""), 0);
    assert_int_equal(answer_of(local_cell_udi_di, "ma.156.M0.1", ""), 0);
    assert_int_equal(answer_of(local_cell_udi_di, "X-1", "发码机构"), 1);
    assert_int_equal(answer_of(local_cell_udi_di, "81234567890123456789", "GS1"), 1);
}

static void firms_abroad_are_known_by_srn_and_fei(void **state)
{
    (void)state;
    CHECK_CELLS(local_cell_srn, {"CN-MF-000012345", "CN-MF-000012345"},
        {"cn-mf-000012345", "CN-MF-000012345"}, {"CNMF000012345", "CN-MF-000012345"},
        {"ＣＮ—ＭＦ—０００００６２９９", "CN-MF-000006299"}, {"CN－MF－000006299", "CN-MF-000006299"},
        {"CN-MF-000000001;DE-AR-000000002", "CN-MF-000000001|DE-AR-000000002"}, {"CN-MF-12345", NULL},
        {"12345", NULL}, {"C1-MF-000012345", NULL}, {"CN-MF-0000123456", NULL}, {"-", NULL});
    CHECK_CELLS(local_cell_fei, {"3006400113", "3006400113"}, {"3006400113, 1000123", "3006400113|1000123"},
        {"300640011A", NULL}, {"12345", NULL}, {"30064001130", NULL});
    CHECK_CELLS(local_cell_corporate_number, {"7000012050002", "7000012050002"}, {"HRB 12345", "HRB12345"});
    assert_int_equal(answer_of(local_cell_corporate_number, "7000012050002", ""), 0);
    assert_int_equal(answer_of(local_cell_corporate_number, "8000012050002", "法人番号"), 1);
}

static void credit_codes_are_folded_before_they_are_judged(void **state)
{
    (void)state;
    CHECK_CELLS(local_cell_uscc, {" ９１110000802100433b ", "91110000802100433B"},
        {"9111 0000 8021 0043 3B", "91110000802100433B"}, {"91110000101623741K", "91110000101623741K"},
        {"911101066976941872", "911101066976941872"}, {"91440300708461136T", "91440300708461136T"},
        {"91350211M0000XUF46", "91350211M0000XUF46"}, {"91110108MA83FQEF90", "91110108MA83FQEF90"},
        {"91110108MAR4GQH65Y", "91110108MAR4GQH65Y"}, {"91110000802100433", NULL},
        {"91110000802100433B1", NULL}, {"九一", NULL}, {"9111000080210O433B", NULL},
        {"91110000802100433I", NULL}, {"911A0000802100433B", NULL});
    assert_int_equal(answer_of(local_cell_uscc, "91110108MAR4GQH65Y", ""), 0);
    assert_int_equal(answer_of(local_cell_uscc, "91350211M0000XUF46", "校验码"), 1);
}

static void our_own_numbers(void **state)
{
    (void)state;
    CHECK_CELLS(local_cell_case, {"M13-2026-00042", "M13-2026-00042"}, {"m13－2026－00042", "M13-2026-00042"},
        {"M13-2026-123456", "M13-2026-123456"}, {"M13-26-00042", NULL}, {"M13-2026-42", NULL}, {"M13", NULL},
        {"-2026-00042", NULL}, {"M13-2026-", NULL}, {"M13-2026-0004X", NULL});
    CHECK_CELLS(local_cell_facts_hash,
        {"BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD",
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"ba7816bf8f01cfea", NULL},
        {"ga7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", NULL});
}

static void addresses_are_checked_and_never_quoted(void **state)
{
    (void)state;
    CHECK_CELLS(local_cell_address, {"li.wei@example.com", "li.wei@example.com"},
        {"ｌｉ＠example.com", "li@example.com"},
        {"https://oapi.dingtalk.com/robot/send?access_token=AbC",
            "https://oapi.dingtalk.com/robot/send?access_token=AbC"},
        {"https://hook.example.com:8443/x", "https://hook.example.com:8443/x"},
        {"http://example.com/x", NULL}, {"li.wei", NULL}, {"@example.com", NULL}, {"li@", NULL},
        {"li@example", NULL}, {"li@exa mple.com", NULL}, {"a@b.cn;c@d.cn", NULL}, {"a@b@c.cn", NULL},
        {".a@b.cn", NULL}, {"a@-b.cn", NULL}, {"a@b..cn", NULL}, {"https://", NULL},
        {"https://localhost", NULL}, {"https://user:pw@example.com/", NULL}, {"ftp://example.com", NULL},
        {"李@example.com", NULL}, {"13800000000", NULL});
    struct text out = TEXT_WITH_CEILING(1000);
    struct failure why;
    assert_true(local_cell_address("secret@", &out, &why) < 0);
    assert_null(strstr(why.text, "secret"));
    text_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_of_the_device_register_old_and_new),
        cmocka_unit_test(a_local_number_of_another_shape_is_an_error),
        cmocka_unit_test(declarations_of_customs_have_18_digits_or_21_with_the_item),
        cmocka_unit_test(gtins_of_any_length_become_fourteen_digits),
        cmocka_unit_test(other_agencies_identifiers_stay_as_they_are),
        cmocka_unit_test(firms_abroad_are_known_by_srn_and_fei),
        cmocka_unit_test(credit_codes_are_folded_before_they_are_judged),
        cmocka_unit_test(our_own_numbers),
        cmocka_unit_test(addresses_are_checked_and_never_quoted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
