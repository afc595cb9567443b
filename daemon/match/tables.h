/* tables.h - the word lists of tables/, embedded at build time and read once. */
#ifndef MATCH_TABLES_H
#define MATCH_TABLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One line of a table without its comment; *cursor moves on. NULL at the end. The line is NUL-terminated in
 * `buffer`. */
enum { TABLE_LINE_BYTES = 8192 };
const char *table_line(const char **cursor, char buffer[TABLE_LINE_BYTES]);
/* Next part of a line up to one of `ends` (dropped), trimmed; NULL when none is left. Writes into the line.
 */
char *table_part(char **cursor, const char *ends);

void tables_load(void); /* reads all tables; harmless when they are read */

/* Legal forms. Families are bits; two forms that share none are different legal entities. */
struct legal_form {
    uint64_t families;
    bool may_open; /* stands before the name in its language */
};
const struct legal_form *table_legal(const char *letters, size_t length); /* NULL: no legal form */
bool table_opens_legal(const char *letters, size_t length); /* false: no form begins with this word */
/* The next Chinese form, from *cursor = 0 on, whose reading the letters end with: its letters; 0 = no more.
 */
size_t table_legal_reading(const char *letters, size_t length, size_t *cursor);
uint64_t table_legal_family(const char *name); /* 0: no such family */
/* Families whose absence on the other side is no difference: Chinese firms leave these out at will. */
uint64_t table_legal_tacit(void);

/* Places. */
enum place_kind { PLACE_COUNTRY, PLACE_PROVINCE, PLACE_CITY, PLACE_DISTRICT };
struct place {
    const char *value; /* what is compared, e.g. "beijing" */
    uint8_t kind;      /* enum place_kind */
};
const struct place *table_place(const char *letters, size_t length); /* NULL: no place */
bool table_opens_place(const char *letters, size_t length);  /* false: no place begins with this word */
bool table_place_suffix(const char *letters, size_t length); /* "city", "province" */
extern const char place_beijing[], place_china[];

/* Trade words, brands that are frequent, and all others. */
enum { WEIGHT_UNKNOWN = 10000, WEIGHT_PLACE = 1500 };
bool table_generic(const char *word, size_t length, uint16_t *ret_weight);
uint16_t table_core_weight(const char *word, size_t length);
bool table_is_brand(const char *word, size_t length); /* frequent, and a name all the same (common.txt) */

/* Synonyms: `words` are the canonical ones, parted by blanks; "" = the word says nothing. */
struct synonym {
    const char *words;
    bool loose; /* a translation or a guess: for review only */
};
const struct synonym *table_synonym(const char *phrase, size_t length); /* NULL: none */
bool table_opens_phrase(const char *word, size_t length); /* some phrase of several words begins with it */

/* Chinese trade words: their English ones, parted by blanks; NULL = none. */
const char *table_han_word(const char *word, size_t length);
enum { HAN_WORD_LETTERS = 6 }; /* the longest that are looked for */
/* Characters of the longest Chinese trade word, or place, that begins as the run does; 0 = none. */
enum table_han { TABLE_HAN_WORDS, TABLE_HAN_PLACES, TABLE_HANS };
size_t table_han_longest(enum table_han table, const char *run, size_t length);

/* Whether one word of another language may stand for both (kin.txt). */
bool table_are_kin(const char *a, size_t a_length, const char *b, size_t b_length);

/* All words of generic.txt, and the Latin synonyms of one word, with their canonical word. */
void table_each_trade_word(void (*each)(const char *letters, size_t length, const char *word));

/* Names in other scripts (spoken_tables.c): the reading of letters; the Latin letter that a name of letters
 * means, or NUL; what letters become by their sound; the trade word that sounds like this. NULL = none. */
const char *table_reading(const char *letters, size_t length);
char table_letter_name(const char *letters, size_t length);
enum sound_rules { SOUND_OTHER, SOUND_PINYIN, SOUND_SOFT, SOUND_RULES };
/* The letters of a word (at most SOUND_BYTES) by these rules, doubled ones once; how many. */
size_t table_sound(const char *letters, size_t length, enum sound_rules rules, char *out);
/* Whether the soft rules can make anything else of the word than these. */
bool table_may_be_soft(const char *letters, size_t length, enum sound_rules rules);
const char *table_trade_sound(const char *letters, size_t length); /* Latin letters, as read */

#endif
