/* What a spelling may cost that is made to be slow: so many comparisons and no more, whatever the firms. */
#include "decide.h"
#include "spoken.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { FIRMS = 3000, SYLLABLES = 12, SPELLING = 4096, NAME = 160 };

static const char *const syllables[SYLLABLES] = {
    "kang", "mei", "hua", "rui", "sheng", "tai", "wan", "xin", "yuan", "zhong", "bai", "ling"};
static const char *const kana[] = {"カン", "メイ", "ホア", "ルイ", "シェン", "タイ"};
static const char *const cyrillic[] = {"Кан", "Мэй", "Хуа", "Жуй", "Шэн", "Тай"};

/* Each firm has three of twelve words, and one long word that is a slip or two away from hundreds of others.
 */
static struct match_index *crowd(bool backwards)
{
    struct match_index *index = match_index_new();
    for (unsigned at = 0; at < FIRMS; at++) {
        unsigned i = backwards ? FIRMS - 1 - at : at;
        char name[NAME];
        char uscc[16];
        snprintf(uscc, sizeof uscc, "F%06u", i);
        snprintf(name, sizeof name, "Beijing %s %s %s Longwordof%c%cletters Medical Co., Ltd.",
            syllables[i % SYLLABLES], syllables[i / 7 % SYLLABLES], syllables[i / 31 % SYLLABLES],
            'a' + (char)(i % 26), 'a' + (char)(i / 26 % 26));
        struct match_name names[] = {{.kind = MATCH_NAME_EN, .text = name}};
        match_index_add(index, &(struct match_firm){.uscc = uscc, .names = names, .name_count = 1});
    }
    match_index_build(index, INT64_MAX);
    return index;
}

static void repeat(char out[SPELLING], const char *const *words, size_t count, size_t times)
{
    size_t length = 0;
    for (size_t i = 0; i < times; i++)
        length += (size_t)snprintf(out + length, SPELLING - length, "%s ", words[i % count]);
}

struct seen {
    struct match_index *index;
    struct effort effort;
    struct bound bound;
    struct align_side side;
    size_t names, pairs;
};

static void see(uint32_t name, bool by_glue, void *context)
{
    (void)by_glue;
    struct seen *seen = context;
    size_t pairs = seen->side.count * seen->index->names[name].token_count;
    seen->names++;
    if (bound_allows(&seen->bound, name) && effort_takes(&seen->effort, pairs))
        seen->pairs += pairs;
}

/* Walks every road as match_find() does, and tells what it met. */
static void walk_far(
    struct match_index *index, const char *spelling, struct form form, size_t effort, struct seen *ret_seen)
{
    struct normal_name normal;
    struct parsed_name parsed;
    *ret_seen = (struct seen){.index = index, .effort = {.left = effort}};
    name_normalise(spelling, strlen(spelling), &normal);
    assert_true(form_parse(index, &normal, form, &parsed));
    align_query(index, &parsed, &ret_seen->side);
    bound_query(index, &ret_seen->side, &ret_seen->bound);
    struct reach reach = {.index = index,
        .query = &parsed,
        .each = see,
        .context = ret_seen,
        .effort = &ret_seen->effort,
        .takes_all = form.kind == FORM_SPOKEN};
    index_next_stamp(index);
    reach_by_glue(&reach);
    reach_by_words(&reach);
    reach_by_sound(&reach, SOUND_ALIKE);
    reach_by_near(&reach);
}

static void walk(struct match_index *index, const char *spelling, struct form form, struct seen *ret_seen)
{
    walk_far(index, spelling, form, EFFORT_MOST, ret_seen);
}

static void assert_paid(const struct seen *seen)
{
    enum { LEAST_FOR_A_NAME = 12 };
    assert_true(seen->names * LEAST_FOR_A_NAME + seen->pairs <= EFFORT_MOST);
}

static void rows_of_common_words_cost_no_more_than_allowed(void **state)
{
    char spelling[SPELLING];
    struct seen seen;
    repeat(spelling, syllables, SYLLABLES, NAME_TOKENS);
    walk(*state, spelling, (struct form){.kind = FORM_NAME}, &seen);
    assert_true(seen.names > 0);
    assert_true(seen.effort.exceeded);
    assert_paid(&seen);
}

static void rows_of_slips_cost_no_more_than_allowed(void **state)
{
    const char *const words[] = {"longwordofxqletters", "longwordofqzletter", "longwordofvvletterss"};
    char spelling[SPELLING];
    struct seen seen;
    repeat(spelling, words, 3, 40);
    walk(*state, spelling, (struct form){.kind = FORM_NAME}, &seen);
    assert_true(seen.effort.left < EFFORT_MOST);
    assert_paid(&seen);
}

static void rows_in_other_scripts_cost_no_more_than_allowed(void **state)
{
    char spelling[SPELLING];
    struct seen seen;
    repeat(spelling, kana, 6, 16);
    walk(*state, spelling, (struct form){.kind = FORM_SPOKEN}, &seen);
    assert_true(seen.names > 0);
    assert_paid(&seen);
    repeat(spelling, cyrillic, 6, NAME_TOKENS);
    walk(*state, spelling, (struct form){.kind = FORM_SPOKEN}, &seen);
    assert_true(seen.names > 0);
    assert_paid(&seen);
}

/* Hundreds of words are near each of these, and lead to names that were met before. */
static void what_a_spelling_costs_does_not_depend_on_the_order_of_adding(void **state)
{
    const char *const spellings[] = {"longwordofxqletters", "Longwordofbxletters Medical",
        "Longwordofaaletters Longwordofacletter Medical", "Kang Longwordofqqlettersx Ling"};
    struct match_index *backwards = crowd(true);
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
        struct seen there;
        struct seen back;
        walk_far(*state, spellings[i], (struct form){.kind = FORM_NAME}, 1000ul * EFFORT_MOST, &there);
        walk_far(backwards, spellings[i], (struct form){.kind = FORM_NAME}, 1000ul * EFFORT_MOST, &back);
        assert_true(there.names > 0);
        assert_false(there.effort.exceeded);
        assert_int_equal(there.names, back.names);
        assert_int_equal(there.effort.left, back.effort.left);
    }
    match_index_free(backwards);
}

static void an_ordinary_name_costs_a_fraction(void **state)
{
    struct seen seen;
    walk(
        *state, "Beijing Rui Xinqing Medical Instruments Co., Ltd.", (struct form){.kind = FORM_NAME}, &seen);
    assert_true(seen.names > 0);
    assert_true(seen.effort.left > EFFORT_MOST / 2);
}

static void ask(struct match_index *index, const char *name, struct match_result *ret_result)
{
    match_find(index, &(struct match_query){.name = name, .country = "CN"}, ret_result);
}

/* Its own name, written as another register does it, among thousands that share each of its words. */
static void a_firm_in_a_crowd_is_found_at_any_cost(void **state)
{
    struct match_index *index = *state;
    const char *const spellings[] = {"BEIJING KANG KANG KANG LONGWORDOFAALETTERS MEDICAL CO LTD",
        "Beijing KangKang Kang Longwordofaaletters Medical",
        "Beijing Kang Kang Kang Longwordof aa letters Medical"};
    index->effort_most = 1;
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
        struct match_result result;
        ask(index, spellings[i], &result);
        assert_int_equal(result.band, MATCH_AUTO);
        assert_string_equal(result.uscc, "F000000");
        match_result_release(&result);
    }
    index->effort_most = EFFORT_MOST;
}

/* Hundreds of firms whose names have the same consonants: what sounds the same is found all the same. */
static void a_name_in_another_script_is_found_among_many_that_sound_alike(void **state)
{
    (void)state;
    enum { VOWELS = 8 };
    static const char *const vowels[VOWELS] = {"a", "e", "i", "o", "u", "ai", "ei", "ia"};
    struct match_index *index = match_index_new();
    for (unsigned i = 0; i < VOWELS * VOWELS * VOWELS; i++) {
        char uscc[16];
        char name[NAME];
        snprintf(uscc, sizeof uscc, "F%06u", i);
        snprintf(name, sizeof name, "Beijing K%sm%st%s Medical Technology Co., Ltd.", vowels[i / 64],
            vowels[i / 8 % VOWELS], vowels[i % VOWELS]);
        struct match_name names[] = {{.kind = MATCH_NAME_EN, .text = name}};
        match_index_add(index, &(struct match_firm){.uscc = uscc, .names = names, .name_count = 1});
    }
    struct match_result result;
    ask(index, "Пекин Камэта Медикал Технолоджи Ко., Лтд.", &result);
    assert_int_equal(result.band, MATCH_REVIEW);
    assert_string_equal(result.uscc, "F000008"); /* Kameta */
    match_result_release(&result);
    match_index_free(index);
}

static int set_up(void **state)
{
    *state = crowd(false);
    return 0;
}

static int tear_down(void **state)
{
    match_index_free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_of_common_words_cost_no_more_than_allowed),
        cmocka_unit_test(rows_of_slips_cost_no_more_than_allowed),
        cmocka_unit_test(rows_in_other_scripts_cost_no_more_than_allowed),
        cmocka_unit_test(what_a_spelling_costs_does_not_depend_on_the_order_of_adding),
        cmocka_unit_test(an_ordinary_name_costs_a_fraction),
        cmocka_unit_test(a_firm_in_a_crowd_is_found_at_any_cost),
        cmocka_unit_test(a_name_in_another_script_is_found_among_many_that_sound_alike),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
