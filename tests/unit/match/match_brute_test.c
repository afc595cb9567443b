/* The index against comparing with every firm: the same automatic matches, and what comparing finds for
 * review. Among 10,000 invented firms; a sample of spellings, or M13_BRUTE_SPELLINGS of them
 * (tests/system/full/match_brute_test.py: 20,000). */
#include "decide.h"
#include "m13/memory.h"
#include "spoken.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { FIRMS = 10000, SPELLINGS = 40, NAME = 160 };

static uint64_t seed;

static uint32_t roll(uint32_t sides)
{
    seed = seed * 6364136223846793005ull + 1442695040888963407ull;
    return (uint32_t)(seed >> 33) % sides;
}
#define PICK(list) list[roll(sizeof(list) / sizeof *(list))]

static const char *const syllables[] = {"an", "bao", "chang", "cheng", "da", "de", "fang", "feng", "gao",
    "guang", "hai", "he", "hong", "hua", "jia", "jing", "kang", "lan", "le", "li", "ling", "ming", "nuo",
    "ping", "qing", "rui", "shan", "sheng", "tai", "tong", "wan", "wei", "xin", "xing", "yuan", "yun", "ze",
    "zhao", "zheng", "zhi"};
static const char *const brands[] = {
    "Med", "Bio", "Nova", "Vita", "Lux", "Cor", "Gen", "Ortho", "Neuro", "Dent"};
static const char *const trades[] = {"Medical", "Technology", "Biotech", "Instruments", "Devices",
    "Equipment", "Electronics", "Healthcare", "Imp. & Exp.", "Pharmaceutical", "Science & Technology",
    "Optical"};
static const char *const places[] = {"Beijing", "Beijing", "Beijing", "Peking", "Shanghai", "China"};
static const char *const forms[] = {"Co., Ltd.", "Co.,Ltd", "Co., Ltd", "Inc.", "Company Limited", ""};

/* Two to three syllables: now and then in words of their own, or a Western brand. Neighbours are many. */
static void invent(char out[NAME])
{
    char core[64];
    size_t count = 2 + roll(2);
    size_t length = 0;
    bool apart = roll(10) == 0;
    for (size_t i = 0; i < count; i++)
        length += (size_t)snprintf(
            core + length, sizeof core - length, "%s%s", apart && i > 0 ? " " : "", PICK(syllables));
    if (roll(6) == 0)
        snprintf(core, sizeof core, "%s%s", PICK(brands), PICK(syllables));
    const char *place = roll(5) == 0 ? "" : PICK(places);
    const char *trade = PICK(trades);
    const char *second = roll(2) ? PICK(trades) : "";
    if (roll(3) == 0)
        snprintf(out, NAME, "%s %s %s (%s) %s", core, trade, second, place, PICK(forms));
    else
        snprintf(out, NAME, "%s %s %s %s %s", place, core, trade, second, PICK(forms));
}

/* As another register writes it: as it is, in capitals, cut, glued, a letter gone. */
static void spell_anew(const char *name, char out[NAME])
{
    size_t length = strlen(name);
    size_t at = roll((uint32_t)length);
    memcpy(out, name, length + 1);
    switch (roll(5)) {
    case 0:
        for (size_t i = 0; i < length; i++)
            out[i] = out[i] >= 'a' && out[i] <= 'z' ? (char)(out[i] - 'a' + 'A') : out[i];
        return;
    case 1:
        memcpy(out + at, name + at + 1, length - at);
        return;
    case 2:
        if (strchr(out, ' ') != NULL)
            memmove(strchr(out, ' '), strchr(name, ' ') + 1, strlen(strchr(name, ' ')));
        return;
    case 3:
        out[length - roll(12) % length] = '\0';
        return;
    default:
        return;
    }
}

struct brute {
    const struct match_index *index;
    uint32_t automatic; /* first firm that fits without a doubt */
    bool several, reviewed;
};

static void compare_with_all(
    struct brute *brute, struct form form, const struct parsed_name *parsed, bool has_beside)
{
    struct align_side side;
    align_query(brute->index, parsed, &side);
    struct judged judged = {.index = brute->index, .side = &side, .form = form, .has_beside = has_beside};
    for (uint32_t at = 0; at < brute->index->name_count; at++) {
        struct fit fit = judge(&judged, at, true);
        brute->reviewed = brute->reviewed || fit_is_for_review(&fit);
        if (!fit_is_automatic(&fit))
            continue;
        brute->several = brute->several || (brute->automatic != NOTHING && brute->automatic != fit.firm);
        brute->automatic = brute->automatic == NOTHING ? fit.firm : brute->automatic;
    }
}

static void compare(struct brute *brute, const char *name)
{
    struct normal_name normal;
    struct parsed_name parsed;
    struct form form = {.kind = FORM_NAME};
    name_normalise(name, strlen(name), &normal);
    if (!form_parse(brute->index, &normal, form, &parsed))
        return;
    compare_with_all(brute, form, &parsed, parsed.has_beside);
    struct parsed_name other;
    for (size_t i = 0; i < parsed.alias_count; i++) {
        form = (struct form){.kind = FORM_ALIAS, .number = parsed.alias_groups[i]};
        if (brute->automatic == NOTHING && form_parse(brute->index, &normal, form, &other))
            compare_with_all(brute, form, &other, parsed.has_beside);
    }
}

static size_t spellings_wanted(void)
{
    const char *wanted = getenv("M13_BRUTE_SPELLINGS");
    int64_t count = SPELLINGS;
    if (wanted != NULL)
        assert_int_equal(string_to_integer(wanted, 1, 1000000, &count), 0);
    return (size_t)count;
}

/* What would cost too much is left out where it leads to review at best, and only there. */
static void ask_at_little_cost(
    struct match_index *index, const char *spelling, const struct match_result *full)
{
    struct match_result result;
    index->effort_most = 1;
    match_find(index, &(struct match_query){.name = spelling}, &result);
    index->effort_most = EFFORT_MOST;
    assert_int_equal(result.band == MATCH_AUTO, full->band == MATCH_AUTO);
    if (full->band == MATCH_AUTO)
        assert_string_equal(result.uscc, full->uscc);
    match_result_release(&result);
}

static void index_finds_what_comparing_with_every_firm_finds(void **state)
{
    (void)state;
    seed = 77;
    struct match_index *index = match_index_new();
    char(*names)[NAME] = memory_get_zeroed(FIRMS, NAME);
    for (size_t i = 0; i < FIRMS; i++) {
        char uscc[16];
        invent(names[i]);
        snprintf(uscc, sizeof uscc, "F%06zu", i);
        struct match_name name = {.kind = MATCH_NAME_EN, .text = names[i]};
        match_index_add(index, &(struct match_firm){.uscc = uscc, .names = &name, .name_count = 1});
    }
    match_index_build(index, INT64_MAX);
    size_t automatic = 0, reviewed = 0, missed = 0;
    size_t wanted = spellings_wanted();
    for (size_t i = 0; i < wanted; i++) {
        char spelling[NAME];
        spell_anew(names[roll(FIRMS)], spelling);
        if (roll(2))
            invent(spelling);
        struct brute brute = {.index = index, .automatic = NOTHING};
        compare(&brute, spelling);
        struct match_result result;
        match_find(index, &(struct match_query){.name = spelling}, &result);
        bool one = brute.automatic != NOTHING && !brute.several;
        if (one != (result.band == MATCH_AUTO))
            print_error("%s\n", spelling);
        assert_int_equal(one, result.band == MATCH_AUTO);
        if (one)
            assert_string_equal(result.uscc, index->firms[brute.automatic].uscc);
        ask_at_little_cost(index, spelling, &result);
        automatic += one;
        reviewed += brute.reviewed && !one;
        missed += brute.reviewed && result.band == MATCH_NONE;
        match_result_release(&result);
    }
    print_message("%zu spellings: %zu automatic, %zu for review, of these %zu not reached by the index\n",
        wanted, automatic, reviewed, missed);
    assert_true(automatic > 0);
    assert_true(
        missed * 100 <= reviewed); /* none where every road is taken; matching-evidence.md allows 0.5 % */
    match_index_free(index);
    free(names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(index_finds_what_comparing_with_every_firm_finds)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
