/* place.c - whether a register's address is in Beijing, elsewhere, or cannot be told. */
#include "decide.h"

#include "fold.h"
#include "m13/text.h"
#include "tables.h"

#include <string.h>

enum { BEIJING_FIRST = 100000, BEIJING_LAST = 102699, POSTCODE_DIGITS = 6 };

struct found {
    bool beijing, district, elsewhere;
};

static void note(struct found *found, const struct place *place)
{
    bool beijing = strcmp(place->value, place_beijing) == 0;
    if (place->kind == PLACE_DISTRICT)
        found->district = true;
    else if (beijing)
        found->beijing = true;
    else if (strcmp(place->value, place_china) != 0)
        found->elsewhere = true;
}

/* 北京市海淀区: places anywhere in the run, the longest first. */
static void search_run(struct found *found, const char *run, size_t length)
{
    for (size_t at = 0; at < length;) {
        size_t taken = 0;
        size_t most = HAN_WORD_LETTERS * 3;
        for (size_t bytes = length - at < most ? length - at : most; bytes >= 6 && taken == 0; bytes--) {
            const struct place *place = table_place(run + at, bytes);
            if (place != NULL) {
                note(found, place);
                taken = bytes;
            }
        }
        at += taken > 0 ? taken : 1;
    }
}

static void search_words(struct found *found, const struct word_list *list)
{
    for (size_t i = 0; i < list->count;) {
        const struct name_word *word = &list->words[i];
        const char *letters = list->letters + word->start;
        const struct place *place = NULL;
        size_t taken = word->script == SCRIPT_HAN ? 0 : words_place(list, i, &place);
        if (word->script == SCRIPT_HAN)
            search_run(found, letters, word->length);
        else if (taken == 0)
            place = table_place(letters, word->length); /* a district: no place in a name, but one here */
        if (place != NULL)
            note(found, place);
        i += taken > 0 ? taken : 1;
    }
}

/* The six digits of a Chinese postcode, however it is written ("100 085", "CN-100085"); 0 = none. */
static int postcode_number(const char *postcode)
{
    int number = 0;
    int digits = 0;
    for (; *postcode != '\0'; postcode++) {
        if (*postcode < '0' || *postcode > '9')
            continue;
        if (++digits > POSTCODE_DIGITS)
            return 0;
        number = number * 10 + (*postcode - '0');
    }
    return digits == POSTCODE_DIGITS ? number : 0;
}

bool country_is_china(const char *country)
{
    bool cn = country != NULL && (country[0] == 'C' || country[0] == 'c') &&
              (country[1] == 'N' || country[1] == 'n') && country[2] == '\0';
    return cn || string_is_blank(country);
}

/* Moscow, Tashkent and others have six digits too: a postcode speaks only where the register says China. */
enum address address_judge(const char *country, const char *city, const char *postcode)
{
    if (!country_is_china(country))
        return ADDRESS_ELSEWHERE;
    struct found found = {0};
    if (!string_is_blank(city)) {
        struct normal_name normal;
        struct word_list list;
        name_normalise(city, strlen(city), &normal);
        list.letters = normal.letters;
        list.count = normal.word_count;
        memcpy(list.words, normal.words, normal.word_count * sizeof *list.words);
        search_words(&found, &list);
    }
    int number = string_is_blank(postcode) || string_is_blank(country) ? 0 : postcode_number(postcode);
    if (number >= BEIJING_FIRST && number <= BEIJING_LAST)
        return ADDRESS_BEIJING;
    if (found.elsewhere)
        return ADDRESS_ELSEWHERE; /* Beijing Road, Shanghai */
    if (found.beijing || (found.district && number == 0))
        return ADDRESS_BEIJING;
    return number == 0 ? ADDRESS_UNKNOWN : ADDRESS_ELSEWHERE;
}

bool match_place_is_elsewhere(const char *country, const char *city, const char *postcode)
{
    tables_load();
    return address_judge(country, city, postcode) == ADDRESS_ELSEWHERE;
}

bool match_place_is_beijing(const char *country, const char *city, const char *postcode)
{
    tables_load();
    return address_judge(country, city, postcode) == ADDRESS_BEIJING;
}
