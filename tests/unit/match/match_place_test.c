/* Whether a register puts a maker in Beijing. */
#include "roster_of.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void every_spelling_of_the_city_is_beijing(void **state)
{
    (void)state;
    static const char *const cities[] = {"Beijing", "BEIJING", "Bejing", "Peking", "Pequim", "Bei Jing",
        "Beijing City", "Beijing, P.R. China", "Haidian District, Beijing", "BEIJING 100085", "Beijing Shi",
        "Пекин", "北京", "北京市", "北京市海淀区", "中国北京", "Haidian", "ベイジン"};
    for (size_t i = 0; i < sizeof cities / sizeof *cities; i++) {
        if (!match_place_is_beijing("CN", cities[i], "") || !match_place_is_beijing("", cities[i], ""))
            fail_msg("%s", cities[i]);
    }
}

static void other_towns_are_not(void **state)
{
    (void)state;
    static const char *const cities[] = {"Shanghai", "Nanjing", "Tianjin", "Beijing Road, Shanghai",
        "上海市北京路", "Langfang", "", "Beihai", "Bei", "Zhongguancun"};
    for (size_t i = 0; i < sizeof cities / sizeof *cities; i++)
        if (match_place_is_beijing("CN", cities[i], ""))
            fail_msg("%s", cities[i]);
}

static void postcodes_of_beijing_count_in_china_only(void **state)
{
    (void)state;
    assert_true(match_place_is_beijing("CN", "", "100000"));
    assert_true(match_place_is_beijing("CN", "", "102699"));
    assert_true(match_place_is_beijing("CN", "Zhongguancun", "100 085"));
    assert_true(match_place_is_beijing("cn", NULL, "CN-100085"));
    assert_false(match_place_is_beijing("CN", "", "102700"));
    assert_false(match_place_is_beijing("CN", "", "099999"));
    assert_false(match_place_is_beijing("CN", "", "1000850"));
    assert_false(match_place_is_beijing("CN", "", "10008"));
    /* Moscow's codes run from 101000, Tashkent's from 100000. */
    assert_false(match_place_is_beijing("RU", "", "101000"));
    assert_false(match_place_is_beijing("", "", "101000"));
    assert_false(match_place_is_beijing(NULL, NULL, NULL));
}

static void beijing_abroad_is_not_beijing(void **state)
{
    (void)state;
    assert_false(match_place_is_beijing("US", "Beijing", "100085"));
    assert_false(match_place_is_beijing("TW", "北京", ""));
}

static bool shown_in_beijing(struct match_index *index, struct match_query query)
{
    struct match_result result;
    match_find(index, &query, &result);
    bool beijing = result.beijing;
    match_result_release(&result);
    return beijing;
}

/* So that a maker that fits no firm is `unclaimed`, never none in silence. */
static void name_stands_in_where_there_is_no_address(void **state)
{
    (void)state;
    struct match_index *index = roster_of(NULL, 0);
    assert_true(
        shown_in_beijing(index, (struct match_query){.name = "Beijing Moxi Co., Ltd.", .country = "CN"}));
    /* A town that no table knows says nothing either. */
    assert_true(shown_in_beijing(
        index, (struct match_query){.name = "Beijing Moxi Co., Ltd.", .country = "CN", .city = "PRC"}));
    assert_false(shown_in_beijing(
        index, (struct match_query){.name = "Beijing Moxi Co., Ltd.", .country = "CN", .city = "Tianjin"}));
    assert_true(shown_in_beijing(index, (struct match_query){.name = "墨溪（北京）有限公司"}));
    assert_true(shown_in_beijing(
        index, (struct match_query){.name = "Moxi Co., Ltd.", .country = "CN", .city = "Bejing"}));
    assert_false(shown_in_beijing(
        index, (struct match_query){.name = "Beijing Moxi Co., Ltd.", .country = "CN", .city = "Zoucheng"}));
    assert_false(shown_in_beijing(index, (struct match_query){.name = "Moxi Co., Ltd.", .country = "CN"}));
    assert_false(shown_in_beijing(index, (struct match_query){.name = "Beijing Duck GmbH", .country = "DE"}));
    match_index_free(index);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_spelling_of_the_city_is_beijing),
        cmocka_unit_test(other_towns_are_not),
        cmocka_unit_test(postcodes_of_beijing_count_in_china_only),
        cmocka_unit_test(beijing_abroad_is_not_beijing),
        cmocka_unit_test(name_stands_in_where_there_is_no_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
