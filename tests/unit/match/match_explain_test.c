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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(automatic_match_shows_each_aligned_token),
        cmocka_unit_test(review_shows_reasons_what_is_left_and_the_runner_up),
        cmocka_unit_test(identifiers_are_shown_with_whose_they_are),
        cmocka_unit_test(a_slip_is_shown_with_its_size),
        cmocka_unit_test(no_match_has_no_explanation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
