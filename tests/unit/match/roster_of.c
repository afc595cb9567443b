#include "roster_of.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static size_t add(struct match_name *names, size_t count, enum match_name_kind kind, const char *text)
{
    if (text == NULL)
        return count;
    names[count] = (struct match_name){.kind = kind, .text = text};
    return count + 1;
}

struct match_index *roster_of(const struct test_firm *firms, size_t count)
{
    struct match_index *index = match_index_new();
    for (size_t i = 0; i < count; i++) {
        struct match_name names[5];
        size_t n = add(names, 0, MATCH_NAME_ZH, firms[i].zh);
        n = add(names, n, MATCH_NAME_EN, firms[i].en);
        n = add(names, n, MATCH_NAME_ALIAS, firms[i].alias);
        n = add(names, n, MATCH_NAME_FORMER, firms[i].former);
        n = add(names, n, MATCH_NAME_CONFIRMED, firms[i].confirmed);
        match_index_add(index, &(struct match_firm){.uscc = firms[i].uscc,
                                   .name_zh = firms[i].zh,
                                   .names = names,
                                   .name_count = n,
                                   .srn = firms[i].srn,
                                   .fei = firms[i].fei,
                                   .owner_operator = firms[i].owner_operator});
    }
    assert_true(match_index_build(index, INT64_MAX));
    return index;
}

enum match_band band_of_name(struct match_index *index, const char *name, char *ret_uscc)
{
    struct match_result result;
    match_find(index, &(struct match_query){.name = name}, &result);
    snprintf(ret_uscc, 32, "%s", result.uscc);
    enum match_band band = result.band;
    match_result_release(&result);
    return band;
}

void assert_answer(struct match_index *index, const struct match_query *query, enum match_band band,
    const char *uscc, const char *rule)
{
    struct match_result result;
    match_find(index, query, &result);
    bool right = result.band == band && strcmp(result.uscc, uscc) == 0 && strcmp(result.rule, rule) == 0;
    if (!right)
        print_error("%s\n  wanted %s %s %s\n  got    %s %s %s %s\n", query->name,
            name_code(match_band_names, 3, band), uscc, rule, name_code(match_band_names, 3, result.band),
            result.uscc, result.rule, text_string(&result.why));
    match_result_release(&result);
    assert_true(right);
}

void assert_auto(struct match_index *index, const char *name, const char *uscc, const char *rule)
{
    assert_answer(index, &(struct match_query){.name = name}, MATCH_AUTO, uscc, rule);
}

void assert_review(struct match_index *index, const char *name, const char *uscc, const char *rule)
{
    assert_answer(index, &(struct match_query){.name = name}, MATCH_REVIEW, uscc, rule);
}

void assert_none(struct match_index *index, const char *name)
{
    assert_answer(index, &(struct match_query){.name = name}, MATCH_NONE, "", "");
}
