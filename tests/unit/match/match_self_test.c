/* Every firm finds itself by its own names; who does not is told, and by whom it is shadowed. */
#include "roster_of.h"

#include "m13/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char *const finding_names[] = {"found", "doubted", "shadowed", "lost"};

static void note(const struct match_self *finding, void *context)
{
    struct text *out = context;
    text_append_format(out, "%s %s \"%s\" %s %s\n", finding_names[finding->finding], finding->uscc,
        finding->name, finding->other, finding->rule);
}

static void assert_findings(const struct test_firm *firms, size_t count, const char *wanted)
{
    struct match_index *index = roster_of(firms, count);
    struct text out = TEXT_WITH_CEILING(64 * 1024);
    size_t cursor = 0;
    size_t slices = 1;
    while (!match_self_check(index, &cursor, clock_monotonic_us(), note, &out))
        slices++;
    assert_string_equal(text_string(&out), wanted);
    assert_int_equal(slices, count); /* one firm at least in each, and here no more */
    text_free(&out);
    match_index_free(index);
}

static void firms_that_find_themselves_are_not_told(void **state)
{
    (void)state;
    static const struct test_firm firms[] = {
        {.uscc = "A",
            .zh = "北京清禾医疗科技股份有限公司",
            .en = "Beijing Qinghe Medical Technology Co., Ltd.",
            .alias = "QHMT",
            .former = "北京青田仪器有限公司"},
        {.uscc = "B", .en = "Moxi Instruments Co., Ltd.", .confirmed = "MOXI INSTR. BEIJING"},
    };
    assert_findings(firms, 2, "");
}

static void firm_shadowed_by_anothers_former_name_is_told(void **state)
{
    (void)state;
    static const struct test_firm firms[] = {
        {.uscc = "A", .en = "Beijing Qinghe Medical Technology Co., Ltd."},
        {.uscc = "B",
            .en = "Moxi Instruments Co., Ltd.",
            .former = "Beijing Qinghe Medical Technology Co., Ltd."},
    };
    assert_findings(firms, 2,
        "doubted A \"Beijing Qinghe Medical Technology Co., Ltd.\" A R3\n"
        "shadowed B \"Beijing Qinghe Medical Technology Co., Ltd.\" A R3\n");
}

static void name_without_a_core_is_told(void **state)
{
    (void)state;
    static const struct test_firm firms[] = {
        {.uscc = "A", .zh = "北京清禾医疗科技股份有限公司", .en = "&"},
        {.uscc = "B", .en = "Medical Technology"},
    };
    assert_findings(firms, 2, "lost A \"&\"  \ndoubted B \"Medical Technology\" B R14\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(firms_that_find_themselves_are_not_told),
        cmocka_unit_test(firm_shadowed_by_anothers_former_name_is_told),
        cmocka_unit_test(name_without_a_core_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
