/* aside.c - registers put more into a name's field than a name: "Manufactured by ..., No. 5 Long Street,
 * Beijing", "... Co., Ltd. d/b/a ...", "... Co., Ltd. c/o ...", or less, where a column ends; and scanned
 * ones take letters for others. */
#include "name.h"
#include "tables.h"

#include <string.h>

enum {
    FORM_WORDS = 5,
    SURE_LETTERS = 3, /* "Ltd" ends a name wherever it stands, "Co" and "AG" may be part of one; "SA" mostly
                         stands before what the company does */
    COLUMN_LETTERS = 24, /* of a name that may fill a column of 32 */
    LABEL_WORDS = 2
};

static bool is_word(const struct word_list *list, size_t at, const char *letters)
{
    const struct name_word *word = &list->words[at];
    return word->length == strlen(letters) && memcmp(list->letters + word->start, letters, word->length) == 0;
}

/* Words that only say that a maker's name follows. */
static size_t label_words(const struct word_list *list)
{
    static const char *const labels[][LABEL_WORDS] = {{"manufactured", "by"}, {"made", "by"},
        {"produced", "by"}, {"legal", "manufacturer"}, {"manufacturer", ""}, {"fabricado", "por"},
        {"produzido", "por"}, {"fabricante", ""}, {"fabricant", ""}, {"hersteller", ""},
        {"производитель", ""}, {"изготовитель", ""}, {"生产企业", ""}, {"生产商", ""}, {"制造商", ""}};
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
        size_t count = *labels[i][1] == '\0' ? 1 : LABEL_WORDS;
        if (list->count > count && is_word(list, 0, labels[i][0]) &&
            (count == 1 || is_word(list, 1, labels[i][1])))
            return count;
    }
    return 0;
}

/* Words of the surest legal form that starts here, and of what else stands of it behind. */
static size_t form_words(const struct word_list *list, size_t at)
{
    char letters[NAME_LETTERS];
    const struct name_word *word = &list->words[at];
    size_t most = list->count - at < FORM_WORDS ? list->count - at : FORM_WORDS;
    if (word->script != SCRIPT_AND && !table_opens_legal(list->letters + word->start, word->length))
        return 0;
    for (size_t count = most; count > 0; count--) {
        uint64_t families = words_legal(list, at, count);
        if (families == 0)
            continue;
        bool is_sure = words_join(list, at, count, letters) >= SURE_LETTERS ||
                       (families & table_legal_family("sa")) != 0;
        if (!is_sure)
            continue;
        while (at + count < list->count && words_legal(list, at + count, 1) != 0)
            count++;
        return count;
    }
    return 0;
}

/* 北京清禾医疗科技有限公司上海分公司: bytes up to the end of a legal form amid a run, or all of it. */
static size_t bytes_of_name(const char *run, size_t length)
{
    static const char *const forms[] = {"有限公司", "责任公司", "股份公司"};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        const char *form = memmem(run, length, forms[i], strlen(forms[i]));
        if (form != NULL && form > run)
            return (size_t)(form - run) + strlen(forms[i]);
    }
    return length;
}

static size_t end_of_name(const struct word_list *list, size_t first)
{
    for (size_t at = first; at < list->count; at++) {
        const struct name_word *word = &list->words[at];
        bool opens = at == first && words_legal(list, at, 1) != 0; /* 株式会社 before the name */
        if (word->script == SCRIPT_HAN && !opens &&
            (word_ends_legal(list, at) ||
                bytes_of_name(list->letters + word->start, word->length) < word->length))
            return at + 1;
        size_t words = at == first ? 0 : form_words(list, at);
        if (words > 0)
            return at + words;
    }
    return list->count;
}

/* Brackets and places behind a legal form are part of what is compared (legal.c); "China" says no more there
 * than an address does. */
static bool is_of_the_name(const struct word_list *list, size_t end)
{
    for (size_t at = end; at < list->count;) {
        const struct place *place = NULL;
        size_t words = words_place(list, at, &place);
        bool china = words > 0 && strcmp(place->value, place_china) == 0;
        if (list->words[at].bracket == 0 && (words == 0 || china))
            return false;
        at += words == 0 ? 1 : words;
    }
    return true;
}

bool words_keep_name(struct word_list *list)
{
    if (list->count == 0)
        return false;
    size_t first = label_words(list);
    size_t end = end_of_name(list, first);
    struct name_word *last = &list->words[end - 1];
    size_t bytes =
        last->script == SCRIPT_HAN ? bytes_of_name(list->letters + last->start, last->length) : last->length;
    if (is_of_the_name(list, end) && bytes == last->length)
        end = list->count;
    if (first == 0 && end == list->count && bytes == last->length)
        return false;
    last->length = (uint16_t)bytes;
    memmove(list->words, list->words + first, (end - first) * sizeof *list->words);
    list->count = end - first;
    return true;
}

bool words_may_be_cut(const struct word_list *list)
{
    size_t letters = 0;
    for (size_t i = 0; i < list->count; i++)
        letters += list->words[i].length;
    return list->count > 2 && letters >= COLUMN_LETTERS &&
           list->words[list->count - 1].script == SCRIPT_LATIN;
}

bool words_keep_latin(struct word_list *list)
{
    size_t first = 0;
    size_t count = 0;
    for (size_t i = 0, run = 0; i < list->count; i++) {
        bool latin = list->words[i].script == SCRIPT_LATIN || list->words[i].script == SCRIPT_AND;
        run = latin ? run + 1 : 0;
        if (run > count) {
            count = run;
            first = i + 1 - run;
        }
    }
    if (count < 2 || count == list->count)
        return false;
    memmove(list->words, list->words + first, count * sizeof *list->words);
    list->count = count;
    words_keep_name(list);
    return true;
}

/* "I-I" for H: a single i, and a word that begins with another. */
static bool is_torn(const struct normal_name *name, size_t at)
{
    const struct name_word *word = &name->words[at];
    return word->length == 1 && name->letters[word->start] == 'i' && at + 1 < name->word_count &&
           word[1].script == SCRIPT_LATIN && word[1].bracket == word->bracket && word[1].length > 1 &&
           name->letters[word[1].start] == 'i';
}

static bool is_letter(char c)
{
    return c >= 'a' && c <= 'z';
}

/* A 0 or 1 between letters, or a 0 behind two: "H0tgen", "Sin0". '\0' = it is what it seems. */
static char misread(const struct normal_name *name, const struct name_word *word, size_t at)
{
    const char *letter = name->letters + word->start + at;
    if ((*letter != '0' && *letter != '1') || at == 0 || !is_letter(letter[-1]))
        return '\0';
    bool inside = at + 1 < word->length && is_letter(letter[1]);
    bool at_end = *letter == '0' && at + 1 == word->length && at > 1 && is_letter(letter[-2]);
    return !inside && !at_end ? '\0' : *letter == '0' ? 'o' : 'l';
}

bool name_is_misread(const struct normal_name *name)
{
    for (size_t i = 0; i < name->word_count; i++) {
        if (is_torn(name, i))
            return true;
        for (size_t j = 0; j < name->words[i].length; j++)
            if (misread(name, &name->words[i], j) != '\0')
                return true;
    }
    return false;
}

void name_repair(struct normal_name *name)
{
    size_t kept = 0;
    for (size_t i = 0; i < name->word_count; i++) {
        if (is_torn(name, i)) {
            name->letters[name->words[i + 1].start] = 'h';
            continue;
        }
        struct name_word *word = &name->words[kept++];
        *word = name->words[i];
        for (size_t j = 0; j < word->length; j++) {
            char letter = misread(name, word, j);
            if (letter != '\0')
                name->letters[word->start + j] = letter;
        }
    }
    name->word_count = kept;
}
