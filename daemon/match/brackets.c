/* brackets.c - what a bracket in a name is for: a place, part of the name, another name, a former one. */
#include "m13/text.h"
#include "name.h"
#include "tables.h"

#include <string.h>

/* "(formerly ...)", "(ehemals ...)", "(原名...)". */
bool bracket_opens_former(const struct word_list *list, size_t first)
{
    static const char *const words[] = {"formerly", "former", "previously", "ehemals", "fka", "ex",
        "anciennement", "antiga", "ранее", "бывш"};
    static const char *const han[] = {"原名", "曾用名", "原"};
    const struct name_word *word = &list->words[first];
    const char *letters = list->letters + word->start;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (word->length == strlen(words[i]) && memcmp(letters, words[i], word->length) == 0)
            return true;
    for (size_t i = 0; i < sizeof han / sizeof *han; i++)
        if (word->script == SCRIPT_HAN && word->length >= strlen(han[i]) &&
            memcmp(letters, han[i], strlen(han[i])) == 0)
            return true;
    return false;
}

static bool is_trade_word(const struct word_list *list, size_t at)
{
    const struct name_word *word = &list->words[at];
    const char *letters = list->letters + word->start;
    uint16_t weight;
    if (word->script == SCRIPT_AND)
        return true;
    if (word->script == SCRIPT_HAN)
        return table_han_word(letters, word->length) != NULL;
    const struct synonym *synonym = table_synonym(letters, word->length);
    if (synonym != NULL)
        return table_generic(synonym->words, strcspn(synonym->words, " "), &weight) || !*synonym->words;
    return table_generic(letters, word->length, &weight);
}

enum { SHORT_LETTERS = 3, ABBREVIATION_LETTERS = 5 };

/* A bracket is part of the name when it holds a place, or nothing but trade words and legal forms, or so few
 * letters that they may stand for a place: (GZ), (SHA), (BJ). */
static bool belongs_inside(const struct word_list *all, size_t first, size_t count)
{
    const struct name_word *word = &all->words[first];
    bool plain = true;
    if (count == 1 && word->script == SCRIPT_LATIN && word->length <= SHORT_LETTERS)
        return true;
    for (size_t i = first; i < first + count; i++) {
        const struct place *place;
        if (words_place(all, i, &place) > 0)
            return true;
        plain = plain && (is_trade_word(all, i) || words_legal(all, i, 1) != 0);
    }
    return plain;
}

/* Whether the bracket stands right behind a legal form, and nothing but brackets and legal forms follow. Amid
 * the name, or before its legal form, it may be a town that no table knows: Poly Medicure (Laiyang) Co., Ltd.
 */
static bool closes_name(const struct word_list *all, size_t first, size_t after)
{
    if (first == 0 || all->words[first - 1].bracket != 0 || !word_ends_legal(all, first - 1))
        return false;
    for (size_t i = after; i < all->count; i++)
        if (all->words[i].bracket == 0 && words_legal(all, i, 1) == 0)
            return false;
    return true;
}

/* (SNIBE) behind Shenzhen New Industries Biomedical Engineering: a few letters, all of them found in the name
 * in this order, the first at the beginning of a word; but no word that others are called by: (Asia). */
static bool abbreviates(const struct word_list *all, size_t first, size_t count)
{
    const struct name_word *word = &all->words[first];
    const char *letters = all->letters + word->start;
    if (count != 1 || word->script != SCRIPT_LATIN || word->length > ABBREVIATION_LETTERS ||
        table_is_brand(letters, word->length))
        return false;
    size_t found = 0;
    for (size_t i = 0; i < first; i++)
        for (size_t j = 0; j < all->words[i].length && found < word->length; j++)
            found += (found > 0 || j == 0) && all->letters[all->words[i].start + j] == letters[found];
    return found == word->length;
}

static enum group_role judge_group(const struct word_list *all, size_t first, size_t count)
{
    if (bracket_opens_former(all, first))
        return GROUP_FORMER;
    if (belongs_inside(all, first, count) || !closes_name(all, first, first + count))
        return GROUP_INLINE;
    if (abbreviates(all, first, count))
        return GROUP_ALIAS;
    return count > 1 || all->words[first].script == SCRIPT_HAN ? GROUP_BESIDE : GROUP_INLINE;
}

void brackets_judge(const struct word_list *all, unsigned brackets, enum group_role roles[NAME_GROUPS + 1])
{
    bool outside = false;
    for (size_t i = 0; i < all->count; i++)
        outside = outside || all->words[i].bracket == 0;
    for (unsigned group = 0; group <= brackets; group++)
        roles[group] = GROUP_INLINE;
    for (size_t first = 0, count; outside && first < all->count; first += count) {
        unsigned group = all->words[first].bracket;
        for (count = 1; first + count < all->count && all->words[first + count].bracket == group;)
            count++;
        if (group != 0)
            roles[group] = judge_group(all, first, count);
    }
}
