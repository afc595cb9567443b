/* The explanation, to the byte: what a person sees before agreeing with a match must not change in silence.
 */
#include "roster_of.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct test_firm firms[] = {
    {.uscc = "91110108MA01ABCD2H",
        .zh = "北京清禾医疗科技股份有限公司",
        .en = "Beijing Qinghe Medical Technology Co., Ltd.",
        .srn = "CN-MF-000012345"},
    {.uscc = "91110108MAR4GQH65Y", .en = "Beijing Qinghi Medical Co., Ltd."},
};

/* The explanation without the version of tables and rules, which changes with every table. */
static char *explained(const struct match_query *query)
{
    struct match_index *index = roster_of(firms, 2);
    struct match_result result;
    match_find(index, query, &result);
    char *why = text_take(&result.why);
    match_result_release(&result);
    match_index_free(index);
    char *version = strstr(why, ",\"rules\":\"");
    assert_non_null(version);
    assert_non_null(strstr(version, match_rules_version));
    strcpy(version, "}");
    return why;
}

static void assert_explained(const struct match_query *query, const char *golden)
{
    char *why = explained(query);
    assert_string_equal(why, golden);
    json_t *json = json_loads(why, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(json);
    json_decref(json);
    free(why);
}

static void automatic_match_shows_each_aligned_token(void **state)
{
    (void)state;
    struct match_query query = {.name = "BEIJING QING HE MEDICAL TECH CO., LTD."};
    assert_explained(&query,
        "{\"rule\":\"A1\",\"reasons\":[],\"score\":1000,"
        "\"ours\":{\"name\":\"Beijing Qinghe Medical Technology Co., Ltd.\",\"kind\":\"en\",\"read\":false},"
        "\"compared\":\"name\",\"legal_forms\":{\"ours\":\"coltd\",\"theirs\":\"coltd\"},"
        "\"aligned\":["
        "{\"ours\":\"medical\",\"theirs\":\"medical\",\"class\":\"generic\",\"weight\":1811,\"how\":"
        "\"exact\"},"
        "{\"ours\":\"technology\",\"theirs\":\"tech\",\"class\":\"generic\",\"weight\":2383,\"how\":"
        "\"synonym\"},"
        "{\"ours\":\"qinghe\",\"theirs\":\"qing he\",\"class\":\"core\",\"weight\":10000,\"how\":\"join\"}],"
        "\"left\":{\"ours\":[],\"theirs\":[]},"
        "\"places\":{\"relation\":\"equal\","
        "\"ours\":[{\"place\":\"beijing\",\"position\":\"first\"}],"
        "\"theirs\":[{\"place\":\"beijing\",\"position\":\"first\"}]},"
        "\"identifiers\":[]}");
}

static void review_shows_reasons_what_is_left_and_the_runner_up(void **state)
{
    (void)state;
    struct match_query query = {.name = "Qinghe Laser Medical Technology Co., Ltd."};
    assert_explained(&query,
        "{\"rule\":\"\",\"reasons\":[\"R10\",\"R14\"],\"score\":648,"
        "\"ours\":{\"name\":\"Beijing Qinghe Medical Technology Co., Ltd.\",\"kind\":\"en\",\"read\":false},"
        "\"compared\":\"name\",\"legal_forms\":{\"ours\":\"coltd\",\"theirs\":\"coltd\"},"
        "\"aligned\":["
        "{\"ours\":\"qinghe\","
        "\"theirs\":\"qinghe\",\"class\":\"core\",\"weight\":10000,\"how\":\"exact\"},"
        "{\"ours\":\"medical\","
        "\"theirs\":\"medical\",\"class\":\"generic\",\"weight\":1811,\"how\":\"exact\"},"
        "{\"ours\":\"technology\","
        "\"theirs\":\"technology\",\"class\":\"generic\",\"weight\":2383,\"how\":\"exact\"}],"
        "\"left\":{"
        "\"ours\":[],"
        "\"theirs\":[{\"word\":\"laser\",\"class\":\"generic\",\"weight\":6722}]},"
        "\"places\":{\"relation\":\"missing\","
        "\"ours\":[{\"place\":\"beijing\",\"position\":\"first\"}],"
        "\"theirs\":[]},"
        "\"identifiers\":[]}");
}

static void identifiers_are_shown_with_whose_they_are(void **state)
{
    (void)state;
    struct match_query query = {.name = "Moxi", .srn = "CN-MF-000012345", .fei = "12"};
    assert_explained(&query,
        "{\"rule\":\"A0\",\"reasons\":[\"R2\"],\"score\":0,"
        "\"ours\":{\"name\":\"北京清禾医疗科技股份有限公司\",\"kind\":\"zh\",\"read\":false},"
        "\"compared\":\"name\",\"legal_forms\":{\"ours\":\"股份有限公司\",\"theirs\":\"\"},"
        "\"aligned\":[],"
        "\"left\":{"
        "\"ours\":[{\"word\":\"清禾\",\"class\":\"core\",\"weight\":10000},{\"word\":\"医疗科技\",\"class\":"
        "\"generic\",\"weight\":2383}],"
        "\"theirs\":[{\"word\":\"moxi\",\"class\":\"core\",\"weight\":10000}]},"
        "\"places\":{\"relation\":\"missing\","
        "\"ours\":[{\"place\":\"beijing\",\"position\":\"first\"}],"
        "\"theirs\":[]},"
        "\"identifiers\":["
        "{\"kind\":\"srn\",\"value\":\"CN-MF-000012345\",\"valid\":true,\"firm\":\"91110108MA01ABCD2H\"},"
        "{\"kind\":\"fei\",\"value\":\"12\",\"valid\":false,\"firm\":\"\"}]}");
}

static void a_slip_is_shown_with_its_size(void **state)
{
    (void)state;
    struct match_query query = {.name = "Beijing Qinghy Medical Technology Co Ltd"};
    assert_explained(&query,
        "{\"rule\":\"\",\"reasons\":[\"R13\"],\"score\":808,"
        "\"ours\":{\"name\":\"Beijing Qinghe Medical Technology Co., Ltd.\",\"kind\":\"en\",\"read\":false},"
        "\"compared\":\"name\",\"legal_forms\":{\"ours\":\"coltd\",\"theirs\":\"coltd\"},"
        "\"aligned\":["
        "{\"ours\":\"medical\","
        "\"theirs\":\"medical\",\"class\":\"generic\",\"weight\":1811,\"how\":\"exact\"},"
        "{\"ours\":\"technology\","
        "\"theirs\":\"technology\",\"class\":\"generic\",\"weight\":2383,\"how\":\"exact\"},"
        "{\"ours\":\"qinghe\","
        "\"theirs\":\"qinghy\",\"class\":\"core\",\"weight\":8334,\"how\":\"edit\",\"edits\":1}],"
        "\"left\":{"
        "\"ours\":[],"
        "\"theirs\":[]},"
        "\"places\":{\"relation\":\"equal\","
        "\"ours\":[{\"place\":\"beijing\",\"position\":\"first\"}],"
        "\"theirs\":[{\"place\":\"beijing\",\"position\":\"first\"}]},"
        "\"identifiers\":[],"
        "\"runner_up\":{\"uscc\":\"91110108MAR4GQH65Y\",\"name\":\"Beijing Qinghi Medical Co., "
        "Ltd.\",\"score\":670,\"margin\":138}}");
}

static void no_match_has_no_explanation(void **state)
{
    (void)state;
    struct match_index *index = roster_of(firms, 2);
    struct match_result result;
    match_find(index, &(struct match_query){.name = "Acme Surgical Inc."}, &result);
    assert_string_equal(text_string(&result.why), "{}");
    assert_string_equal(result.rule, "");
    assert_string_equal(result.firm_name, "");
    match_result_release(&result);
    match_index_free(index);
}

/* --- for people ------------------------------------------------------------------------------------------
 */

static void assert_paragraph(const struct match_query *query, const char *zh, const char *en)
{
    char *why = explained(query);
    struct text out = TEXT_WITH_CEILING(64 * 1024);
    assert_true(match_explain_paragraph(why, MATCH_CHINESE, &out));
    assert_string_equal(text_string(&out), zh);
    text_clear(&out);
    assert_true(match_explain_paragraph(why, MATCH_ENGLISH, &out));
    assert_string_equal(text_string(&out), en);
    text_free(&out);
    free(why);
}

static void an_explanation_reads_as_one_paragraph(void **state)
{
    (void)state;
    struct match_query query = {.name = "BEIJING QING HE MEDICAL TECH CO., LTD."};
    assert_paragraph(&query,
        "自动匹配（得分 1000/1000，规则 A1：名称完全一致）。我方英文名称“Beijing Qinghe Medical Technology "
        "Co., Ltd.”。相符：“medical”（行业词，相同）；“technology”对“tech”（行业词，同义）；“qinghe”对“qing "
        "he”（字号，连写相同）。地名一致（我方 beijing，对方 beijing）。",
        "Matched automatically (score 1000 of 1000, rule A1: the same name). Ours is the English name "
        "\"Beijing Qinghe Medical Technology Co., Ltd.\". Agreeing: \"medical\" (trade word, the same); "
        "\"technology\" with \"tech\" (trade word, a synonym); \"qinghe\" with \"qing he\" (core, the same "
        "when joined). Places agree (ours beijing, theirs beijing). ");
    struct match_query doubted = {.name = "Qinghe Medical Tech Group Co., Ltd.", .srn = "CN-MF-000099999"};
    assert_paragraph(&doubted,
        "待人工核对（得分 721/1000），原因：R10 一方缺少地名；R14 字号相符，其余不同。我方英文名称“Beijing "
        "Qinghe Medical Technology Co., "
        "Ltd."
        "”。相符：“qinghe”（字号，相同）；“medical”（行业词，相同）；“technology”对“tech”（行业词，同义）。仅"
        "对方有：“group”（行业词）。只有一方有地名（我方 beijing，对方 无）。SRN "
        "CN-MF-000099999不属于名录中的企业。",
        "For review (score 721 of 1000), because: R10 place on one side only; R14 core agrees, the rest does "
        "not. Ours is the English name \"Beijing Qinghe Medical Technology Co., Ltd.\". Agreeing: \"qinghe\" "
        "(core, the same); \"medical\" (trade word, the same); \"technology\" with \"tech\" (trade word, a "
        "synonym). Only theirs: \"group\" (trade word). A place on one side only (ours beijing, theirs "
        "none). SRN CN-MF-000099999 is no firm's of ours. ");
    struct match_query by_number = {.name = "Moxi Holding", .srn = "CN-MF-000012345"};
    assert_paragraph(&by_number,
        "待人工核对（得分 0/1000，规则 A0：识别码相同），原因：R2 "
        "识别码相同，但名称不符。我方中文名称“北京清禾医疗科技股份有限公司”。仅我方有：“清禾”（字号）；“医疗"
        "科技”（行业词）。仅对方有：“moxi”（字号）；“holding”（行业词）。只有一方有地名（我方 beijing，对方 "
        "无）。SRN CN-MF-000012345属于企业 91110108MA01ABCD2H。",
        "For review (score 0 of 1000, rule A0: the same identifier), because: R2 identifier equal, name "
        "contradicts. Ours is the Chinese name \"北京清禾医疗科技股份有限公司\". Only ours: \"清禾\" (core); "
        "\"医疗科技\" (trade word). Only theirs: \"moxi\" (core); \"holding\" (trade word). A place on one "
        "side only (ours beijing, theirs none). SRN CN-MF-000012345 is that of firm 91110108MA01ABCD2H. ");
}

static void what_is_no_explanation_gives_no_paragraph(void **state)
{
    (void)state;
    static const char *const broken[] = {"", "{", "[]", "null", "\"R1\"", "\xff"};
    struct text out = TEXT_WITH_CEILING(1024);
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
        assert_false(match_explain_paragraph(broken[i], MATCH_ENGLISH, &out));
    assert_int_equal(out.length, 0);
    assert_true(match_explain_paragraph("{}", MATCH_CHINESE, &out));
    assert_string_equal(text_string(&out), "没有企业与之相符。");
    text_clear(&out);
    /* Of another version, or cut: whatever it has is said, and nothing else is read. */
    assert_true(match_explain_paragraph(
        "{\"reasons\":[\"R99\",3],\"aligned\":7,\"left\":[],\"places\":\"\"}", MATCH_ENGLISH, &out));
    text_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(automatic_match_shows_each_aligned_token),
        cmocka_unit_test(review_shows_reasons_what_is_left_and_the_runner_up),
        cmocka_unit_test(identifiers_are_shown_with_whose_they_are),
        cmocka_unit_test(a_slip_is_shown_with_its_size),
        cmocka_unit_test(no_match_has_no_explanation),
        cmocka_unit_test(an_explanation_reads_as_one_paragraph),
        cmocka_unit_test(what_is_no_explanation_gives_no_paragraph),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
