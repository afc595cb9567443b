/* legal.c - the legal form: taken off the tail of a name only, as "Co-Innovation" and "BV Medical" demand. */
#include "name.h"
#include "tables.h"

#include <string.h>

enum {
    FORM_WORDS = 5,      /* most words of one form: s de rl de cv */
    GLUED_LETTERS = 12,  /* a word as long as this is a glued name, and may hide "co" at its end */
    HAN_BYTES = 3,       /* of a character, as those of legal forms are */
    HAN_FORM_BYTES = 24, /* 股份有限责任公司 */
    INITIALS = 3         /* a form as short as this is often a name: Dongfang SE Co., Ltd. */
};

size_t words_join(const struct word_list *list, size_t first, size_t count, char out[NAME_LETTERS])
{
    size_t length = 0;
    for (size_t i = first; i < first + count; i++) {
        const struct name_word *word = &list->words[i];
        if (word->script == SCRIPT_AND)
            continue;
        if (length + word->length > NAME_LETTERS)
            return 0;
        memcpy(out + length, list->letters + word->start, word->length);
        length += word->length;
    }
    return length;
}

uint64_t words_legal(const struct word_list *list, size_t first, size_t count)
{
    char letters[NAME_LETTERS];
    const struct name_word *word = &list->words[first];
    if (word->script != SCRIPT_AND && !table_opens_legal(list->letters + word->start, word->length))
        return 0;
    bool and_at_end =
        word->script == SCRIPT_AND && (count == 1 || list->words[first + 1].script == SCRIPT_AND);
    size_t length = and_at_end ? 0 : words_join(list, first, count, letters);
    const struct legal_form *form = length == 0 ? NULL : table_legal(letters, length);
    return form == NULL ? 0 : form->families;
}

/* Of several forms in a row the common family counts ("Co., Ltd."); without one the last of them. */
static void note_form(struct parsed_name *parsed, uint64_t families, const char *letters, size_t length)
{
    parsed->legal =
        parsed->legal == 0 || (parsed->legal & families) == 0 ? parsed->legal : parsed->legal & families;
    if (parsed->legal == 0)
        parsed->legal = families;
    size_t old = strlen(parsed->legal_text);
    if (old + length + 2 > sizeof parsed->legal_text)
        return;
    memmove(parsed->legal_text + length + (old > 0), parsed->legal_text, old + 1);
    memcpy(parsed->legal_text, letters, length);
    if (old > 0)
        parsed->legal_text[length] = ' ';
}

/* Before another form that it has nothing in common with, a form in Chinese is part of the name, and so are a
 * few letters, but for the "Co" of "GmbH & Co. KG": 研究院有限公司 is no 有限公司 of the same name. */
static bool is_of_the_name(const struct parsed_name *parsed, uint64_t families, bool han, size_t length)
{
    uint64_t known = parsed->legal | (han ? 0 : table_legal_tacit());
    return parsed->legal != 0 && (han || length <= INITIALS) && (known & families) == 0;
}

static bool strip_words(struct word_list *list, struct parsed_name *parsed)
{
    size_t most = list->count - 1 < FORM_WORDS ? list->count - 1 : FORM_WORDS;
    for (size_t count = most; count > 0; count--) {
        size_t first = list->count - count;
        uint64_t families = words_legal(list, first, count);
        if (families == 0)
            continue;
        char letters[NAME_LETTERS];
        size_t length = words_join(list, first, count, letters);
        if (is_of_the_name(parsed, families, list->words[first].script == SCRIPT_HAN, length))
            continue;
        note_form(parsed, families, letters, length);
        list->count = first;
        return true;
    }
    return false;
}

/* 北京万东医疗科技股份有限公司: the longest form at the end of the last run. One of another kind in front of
 * it is part of the name: 研究院有限公司 is no 有限公司 of the same name. */
static bool strip_han(struct word_list *list, struct parsed_name *parsed)
{
    struct name_word *word = &list->words[list->count - 1];
    if (word->script != SCRIPT_HAN)
        return false;
    size_t most = word->length < HAN_FORM_BYTES ? word->length : HAN_FORM_BYTES;
    for (size_t length = most - most % HAN_BYTES; length > 0; length -= HAN_BYTES) {
        const char *tail = list->letters + word->start + word->length - length;
        const struct legal_form *form = table_legal(tail, length);
        if (form == NULL || is_of_the_name(parsed, form->families, true, length) ||
            (length == word->length && list->count == 1))
            continue;
        note_form(parsed, form->families, tail, length);
        word->length = (uint16_t)(word->length - length);
        if (word->length == 0)
            list->count--;
        return true;
    }
    return false;
}

/* "TECHNOLOGYCO., LTD", "...PRODUCTSCO.,LTD": "co" stuck to a trade word or to a wholly glued name, never to
 * a short word of its own (Tabasco Ltd). */
static bool strip_stuck(struct word_list *list, struct parsed_name *parsed)
{
    static const char *const forms[] = {"coltd", "companylimited", "colimited", "co"};
    struct name_word *word = &list->words[list->count - 1];
    const char *letters = list->letters + word->start;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        size_t length = strlen(forms[i]);
        const struct legal_form *form = table_legal(forms[i], length);
        if (form == NULL || word->script != SCRIPT_LATIN || word->length < length + 3 ||
            memcmp(letters + word->length - length, forms[i], length) != 0)
            continue;
        size_t left = word->length - length;
        uint16_t weight;
        bool trade = table_generic(letters, left, &weight) || table_synonym(letters, left) != NULL;
        bool by_itself = length > 2 || parsed->legal != 0; /* a bare "co" only before "Ltd" */
        if (!by_itself || (!trade && left < GLUED_LETTERS))
            continue;
        note_form(parsed, form->families, forms[i], length);
        word->length = (uint16_t)left;
        return true;
    }
    return false;
}

bool word_ends_legal(const struct word_list *list, size_t at)
{
    const struct name_word *word = &list->words[at];
    if (words_legal(list, at, 1) != 0)
        return true;
    size_t most = word->script == SCRIPT_HAN ? word->length : 0;
    for (size_t bytes = HAN_BYTES; bytes <= most && bytes <= HAN_FORM_BYTES; bytes += HAN_BYTES)
        if (table_legal(list->letters + word->start + word->length - bytes, bytes) != NULL)
            return true;
    return false;
}

/* Words at the end that stand behind a legal form: a bracket, or a place of up to three words. */
static size_t words_behind_form(const struct word_list *list)
{
    size_t last = list->count - 1;
    unsigned bracket = list->words[last].bracket;
    size_t first = last;
    while (bracket != 0 && first > 0 && list->words[first - 1].bracket == bracket)
        first--;
    if (bracket != 0)
        return first > 0 && word_ends_legal(list, first - 1) ? list->count - first : 0;
    const struct place *place;
    for (size_t count = 3; count > 0; count--)
        if (count < list->count && word_ends_legal(list, list->count - count - 1) &&
            words_place(list, list->count - count, &place) == count)
            return count;
    return 0;
}

/* "Co., Ltd. (Beijing)", "Co., Ltd. - Shanghai", "Co. (Beijing) Ltd.": what stands behind a legal form. A
 * bracket that is itself a legal form, "(Pty)", is none of these. */
static bool move_behind(struct word_list *list, struct word_list *tail)
{
    size_t count = words_behind_form(list);
    size_t first = list->count - count;
    if (count == 0 || tail->count + count > NAME_WORDS || words_legal(list, first, count) != 0)
        return false;
    memmove(tail->words + count, tail->words, tail->count * sizeof *tail->words);
    memcpy(tail->words, list->words + first, count * sizeof *tail->words);
    tail->count += count;
    list->count = first;
    return true;
}

/* 株式会社..., ООО ...: forms that stand before the name. */
static void strip_head(struct word_list *list, struct parsed_name *parsed)
{
    struct name_word *word = &list->words[0];
    size_t longest =
        word->script == SCRIPT_HAN && word->length > HAN_FORM_BYTES ? HAN_FORM_BYTES : word->length;
    for (size_t length = longest; length >= 2; length--) {
        bool whole = length == word->length;
        if (!whole && word->script != SCRIPT_HAN)
            return;
        if (whole && list->count == 1)
            continue;
        const struct legal_form *form = table_legal(list->letters + word->start, length);
        if (form == NULL || !form->may_open)
            continue;
        note_form(parsed, form->families, list->letters + word->start, length);
        word->start = (uint16_t)(word->start + length);
        word->length = (uint16_t)(word->length - length);
        if (whole)
            memmove(list->words, list->words + 1, --list->count * sizeof *list->words);
        return;
    }
}

void legal_strip(struct word_list *list, struct word_list *tail, struct parsed_name *parsed)
{
    tail->letters = list->letters;
    tail->count = 0;
    while (list->count > 0) {
        if (list->count > 1 && (move_behind(list, tail) || strip_words(list, parsed)))
            continue;
        if (!strip_han(list, parsed) && !strip_stuck(list, parsed))
            break;
    }
    /* PT Medical Co., Ltd. is no Indonesian company: one form is enough. */
    if (list->count > 0 && parsed->legal == 0)
        strip_head(list, parsed);
    /* "Limited & Co": what joins nothing any more. */
    while (list->count > 1 && list->words[list->count - 1].script == SCRIPT_AND)
        list->count--;
}
