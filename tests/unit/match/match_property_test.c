/* What must hold for any input: the same answer in any order and from any index, and no crash at all. */
#include "roster_of.h"

#include "m13/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A generator of our own: the same sequence on every machine. */
static uint64_t seed;

static uint32_t roll(uint32_t sides)
{
    seed = seed * 6364136223846793005ull + 1442695040888963407ull;
    return (uint32_t)(seed >> 33) % sides;
}

enum { FIRMS = 40, QUERIES = 200, NAME = 200 };

static const char *const cores[] = {"Qinghe", "Qing He", "Ruichen", "Ruichan", "Moxi", "Yunhai", "Wanhua",
    "Aurora", "BMC", "Tongrui", "Tong Rui", "KangLiDi", "Kang Li Di", "Xinglu", "Beifang", "Innovation",
    "Vision"};
static const char *const trades[] = {"Medical", "Technology", "Tech", "Biotech", "Bio-Tech", "Instruments",
    "Device", "Devices", "Healthcare", "Imp. & Exp.", "Electronic", "Tecnologia"};
static const char *const forms[] = {"Co., Ltd.", "Co.,Ltd", "Inc.", "Company Limited", "", "GmbH", "Corp."};
static const char *const places[] = {"Beijing", "Peking", "Shanghai", "China", "Bei Jing"};

#define PICK(list) list[roll(sizeof(list) / sizeof *(list))]

struct parts {
    const char *place, *core, *trade, *second, *form;
    bool place_first;
};

static struct parts pick_parts(void)
{
    struct parts parts = {
        .place = roll(4) > 0 ? PICK(places) : "", .core = PICK(cores), .trade = PICK(trades)};
    parts.second = roll(2) > 0 ? PICK(trades) : "";
    parts.form = PICK(forms);
    parts.place_first = roll(3) > 0;
    return parts;
}

static void spell(struct parts parts, char out[NAME])
{
    if (parts.place_first)
        snprintf(out, NAME, "%s %s %s %s %s", parts.place, parts.core, parts.trade, parts.second, parts.form);
    else
        snprintf(
            out, NAME, "%s %s %s (%s) %s", parts.core, parts.trade, parts.second, parts.place, parts.form);
}

/* The same name with some of its parts taken from another. */
static struct parts vary(struct parts parts)
{
    struct parts others = pick_parts();
    parts.core = roll(3) == 0 ? others.core : parts.core;
    parts.trade = roll(3) == 0 ? others.trade : parts.trade;
    parts.place = roll(3) == 0 ? others.place : parts.place;
    parts.form = others.form;
    return parts;
}

struct set {
    char names[FIRMS][2][NAME];
    char codes[FIRMS][8];
    struct test_firm firms[FIRMS];
    char queries[QUERIES][NAME];
};

static struct set *make_set(void)
{
    struct set *set = memory_get_zeroed(1, sizeof *set);
    struct parts parts[FIRMS];
    for (size_t i = 0; i < FIRMS; i++) {
        parts[i] = pick_parts();
        spell(parts[i], set->names[i][0]);
        /* Some names are those of two firms: who is told then? */
        spell(i % 5 == 4 ? parts[i - 1] : pick_parts(), set->names[i][1]);
        snprintf(set->codes[i], sizeof set->codes[i], "F%03zu", i);
        set->firms[i] =
            (struct test_firm){.uscc = set->codes[i], .en = set->names[i][0], .former = set->names[i][1]};
    }
    for (size_t i = 0; i < QUERIES; i++)
        spell(i % 2 == 0 ? vary(parts[roll(FIRMS)]) : pick_parts(), set->queries[i]);
    return set;
}

static char *answer(struct match_index *index, const char *name)
{
    struct match_result result;
    struct text all = TEXT_WITH_CEILING(1024 * 1024);
    match_find(index, &(struct match_query){.name = name}, &result);
    text_append_format(&all, "%d %s %d %s %d %s", (int)result.band, result.uscc, result.score, result.rule,
        (int)result.beijing, text_string(&result.why));
    match_result_release(&result);
    return text_take(&all);
}

static void order_of_adding_changes_no_byte(void **state)
{
    (void)state;
    seed = 1;
    struct set *set = make_set();
    struct match_index *first = roster_of(set->firms, FIRMS);
    for (size_t i = FIRMS - 1; i > 0; i--) {
        size_t j = roll((uint32_t)i + 1);
        struct test_firm swapped = set->firms[i];
        set->firms[i] = set->firms[j];
        set->firms[j] = swapped;
    }
    struct match_index *second = roster_of(set->firms, FIRMS);
    size_t found = 0;
    for (size_t i = 0; i < QUERIES; i++) {
        char *a = answer(first, set->queries[i]);
        char *b = answer(second, set->queries[i]);
        char *again = answer(first, set->queries[i]);
        assert_string_equal(a, b);
        assert_string_equal(a, again);
        found += a[0] != '0';
        free(a);
        free(b);
        free(again);
    }
    assert_true(found > QUERIES / 4);
    match_index_free(first);
    match_index_free(second);
    free(set);
}

/* Brute force: each firm in an index of its own. A firm that would be automatic alone is automatic among all,
 * unless another one is too: then it is for review. */
static void index_finds_what_comparing_with_every_firm_finds(void **state)
{
    (void)state;
    seed = 2;
    struct set *set = make_set();
    struct match_index *all = roster_of(set->firms, FIRMS);
    struct match_index *alone[FIRMS];
    for (size_t i = 0; i < FIRMS; i++)
        alone[i] = roster_of(&set->firms[i], 1);
    size_t automatic = 0;
    for (size_t i = 0; i < QUERIES; i++) {
        size_t fitting = 0;
        size_t reviewed = 0;
        char uscc[32] = "";
        char only[32] = "";
        for (size_t firm = 0; firm < FIRMS; firm++) {
            enum match_band band = band_of_name(alone[firm], set->queries[i], uscc);
            reviewed += band != MATCH_NONE;
            if (band == MATCH_AUTO && fitting++ == 0)
                snprintf(only, sizeof only, "%s", uscc);
        }
        enum match_band band = band_of_name(all, set->queries[i], uscc);
        assert_int_equal(band, fitting == 1 ? MATCH_AUTO : reviewed > 0 ? MATCH_REVIEW : MATCH_NONE);
        if (fitting >= 1)
            assert_string_equal(uscc, only);
        automatic += fitting == 1;
    }
    assert_true(automatic > QUERIES / 20);
    for (size_t i = 0; i < FIRMS; i++)
        match_index_free(alone[i]);
    match_index_free(all);
    free(set);
}

/* A fits B exactly when B fits A. */
static void automatic_match_is_symmetric(void **state)
{
    (void)state;
    seed = 3;
    size_t automatic = 0;
    for (size_t i = 0; i < 400; i++) {
        char a[NAME];
        char b[NAME];
        char uscc[32];
        struct parts parts = pick_parts();
        struct parts others = vary(parts);
        others.second = roll(3) == 0 ? PICK(trades) : roll(2) == 0 ? "" : others.second;
        spell(parts, a);
        spell(others, b);
        struct match_index *of_a = roster_of(&(struct test_firm){.uscc = "A", .en = a}, 1);
        struct match_index *of_b = roster_of(&(struct test_firm){.uscc = "B", .en = b}, 1);
        bool one = band_of_name(of_a, b, uscc) == MATCH_AUTO;
        bool other = band_of_name(of_b, a, uscc) == MATCH_AUTO;
        if (one != other)
            print_error("%s | %s\n", a, b);
        assert_int_equal(one, other);
        automatic += one;
        match_index_free(of_a);
        match_index_free(of_b);
    }
    assert_true(automatic > 20);
}

/* --- arbitrary bytes ---------------------------------------------------------------------------------------
 */

static void put_random(char *out, size_t bytes)
{
    static const uint32_t blocks[] = {0x20, 0x20, 0x41, 0x61, 0xc0, 0x300, 0x391, 0x410, 0x5d0, 0x627, 0xe01,
        0x1100, 0x1e00, 0x2000, 0x3000, 0x3040, 0x30a0, 0x4e00, 0x5317, 0xac00, 0xf900, 0xfb00, 0xff00,
        0x1f600, 0x20000, 0xe0100};
    static const char *const pieces[] = {"北京", "有限公司", "(", ")", "（", "Co., Ltd.", "Beijing", "&", ".",
        "-", "医疗", " ", "W.H.", "Qinghe", "\xff", "\xc3", "\xed\xa0\x80", "株式会社", "ООО "};
    size_t length = 0;
    while (length + 40 < bytes && roll(60) > 0) {
        if (roll(3) == 0) {
            const char *piece = PICK(pieces);
            memcpy(out + length, piece, strlen(piece));
            length += strlen(piece);
        } else if (roll(20) == 0) {
            out[length++] = (char)(1 + roll(255));
        } else {
            length += utf8_put(PICK(blocks) + roll(0x60), out + length);
        }
    }
    out[length] = '\0';
}

static void arbitrary_bytes_never_crash(void **state)
{
    (void)state;
    seed = 4;
    enum { MOST = 6000 };
    char *name = memory_get(MOST);
    struct match_index *index = match_index_new();
    for (size_t i = 0; i < 25; i++) {
        put_random(name, i % 20 == 0 ? MOST : 300);
        struct match_name names[] = {
            {.kind = MATCH_NAME_ZH, .text = name}, {.kind = MATCH_NAME_ALIAS, .text = name}};
        match_index_add(
            index, &(struct match_firm){.uscc = "X", .names = names, .name_count = 2, .srn = name});
    }
    assert_true(match_index_build(index, INT64_MAX));
    for (size_t i = 0; i < 400; i++) {
        put_random(name, i % 50 == 0 ? MOST : 200);
        struct match_query query = {
            .name = name, .city = name, .postcode = name, .srn = name, .country = "CN"};
        struct match_result result;
        match_find(index, &query, &result);
        assert_in_range(result.score, 0, 1000);
        assert_false(result.why.overflowed);
        assert_true(result.why.length > 0);
        assert_true(utf8_is_valid(text_string(&result.why), result.why.length));
        match_result_release(&result);
    }
    match_index_free(index);
    free(name);
}

static void monstrous_names_match_nothing(void **state)
{
    (void)state;
    enum { MOST = 100000 };
    char *name = memory_get(MOST);
    memset(name, 'a', MOST - 1);
    name[MOST - 1] = '\0';
    struct match_index *index = roster_of(&(struct test_firm){.uscc = "X", .en = name}, 1);
    assert_none(index, name);
    for (size_t i = 0; i < MOST - 1; i++)
        name[i] = i % 2 == 0 ? 'a' : ' ';
    assert_none(index, name);
    for (size_t i = 0; i < MOST - 1; i++)
        name[i] = i % 2 == 0 ? '(' : 'b';
    assert_none(index, name);
    assert_none(index, "");
    assert_none(index, "   ");
    assert_none(index, "&");
    match_index_free(index);
    free(name);
}

/* Each of its characters may be read in two ways; and read out, the longer one fills no buffer. */
static void long_name_of_ambiguous_characters_is_one_name(void **state)
{
    (void)state;
    static const size_t lengths[] = {31, 32, 33, 100, 230};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        char name[1024] = "";
        for (size_t j = 0; j < lengths[i]; j++)
            memcpy(name + strlen(name), "长", sizeof "长");
        memcpy(name + strlen(name), "有限公司", sizeof "有限公司");
        struct match_index *index = roster_of(&(struct test_firm){.uscc = "X", .zh = name}, 1);
        assert_auto(index, name, "X", "A1");
        assert_none(index, "Chang Chang Co., Ltd.");
        match_index_free(index);
    }
}

static void firms_added_to_a_built_index_are_as_if_they_had_come_before(void **state)
{
    (void)state;
    enum { MAKERS = 2100, EACH = 20 };
    for (int late = 0; late < 2; late++) {
        struct match_index *index = match_index_new();
        for (unsigned i = 0; i < MAKERS; i++) {
            char name[NAME];
            snprintf(name, sizeof name, "Brost%c%c%c %s GmbH", 'a' + i % 26, 'a' + i / 26 % 26, 'a' + i / 676,
                i % EACH == 0 ? "Zephyrion" : "");
            match_index_learn(index, name);
        }
        struct match_name first = {.kind = MATCH_NAME_EN, .text = "Beijing Lanqi Medical Co., Ltd."};
        match_index_add(index, &(struct match_firm){.uscc = "A", .names = &first, .name_count = 1});
        if (late)
            assert_true(match_index_build(index, INT64_MAX));
        struct match_name sole = {.kind = MATCH_NAME_EN, .text = "Zephyrion Co., Ltd."};
        match_index_add(index, &(struct match_firm){.uscc = "B", .names = &sole, .name_count = 1});
        assert_auto(index, "ZEPHYRION CO LTD", "B", "A1");
        match_index_free(index);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(long_name_of_ambiguous_characters_is_one_name),
        cmocka_unit_test(firms_added_to_a_built_index_are_as_if_they_had_come_before),
        cmocka_unit_test(order_of_adding_changes_no_byte),
        cmocka_unit_test(index_finds_what_comparing_with_every_firm_finds),
        cmocka_unit_test(automatic_match_is_symmetric),
        cmocka_unit_test(arbitrary_bytes_never_crash),
        cmocka_unit_test(monstrous_names_match_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
