/* name.h - a name taken apart: first into words, then into legal form, places, trade words and core.
 *
 * The whole design rests on this: what agrees is decided token by token, never by the likeness of strings. */
#ifndef MATCH_NAME_H
#define MATCH_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Longest real name: 25 words, 200 letters. Longer input is no name: it gets band none, with `overflowed`. */
enum { NAME_WORDS = 64, NAME_LETTERS = 1024, NAME_TOKENS = 48, NAME_BYTES = 4096, NAME_GROUPS = 8 };
/* Numbers behind those of the brackets: the name in an entry that holds more; one without its last word,
 * which a column's end may have cut; the one in Latin letters beside one in others; and one with misread
 * letters mended (aside.c). */
enum name_reading {
    READING_NAME = 1,
    READING_UNCUT,
    READING_LATIN,
    READING_REPAIRED,
    NAME_READINGS = READING_REPAIRED
};

/* --- words (normalise.c) ----------------------------------------------------------------------------- */

enum word_script { SCRIPT_LATIN, SCRIPT_HAN, SCRIPT_OTHER, SCRIPT_AND };

struct name_word {
    uint16_t start, length; /* in letters */
    uint16_t camel;         /* bytes before an inner capital, as in BeijingModern; 0 = none */
    uint8_t script;         /* enum word_script */
    uint8_t bracket;        /* 0 = outside; else number of its bracket, from 1 */
    bool after_dash;        /* a dash with blanks or brackets around it stands before it */
    bool dotted;            /* a dot stands directly before it */
};

struct normal_name {
    char letters[NAME_LETTERS]; /* of all words, folded, without anything in between */
    size_t letter_count;
    struct name_word words[NAME_WORDS];
    size_t word_count;
    unsigned brackets;
    bool overflowed;
};

void name_normalise(const char *bytes, size_t length, struct normal_name *ret_normal);

/* --- tokens (brackets.c, legal.c, tokens.c, han.c) ---------------------------------------------------- */

enum token_class { TOKEN_CORE, TOKEN_GENERIC, TOKEN_PLACE };
/* Where a place stands among the other tokens; a different position is another firm until a person says
 * otherwise (the two Lepus). */
enum place_position {
    POSITION_FIRST,  /* before all of them */
    POSITION_INSIDE, /* between two */
    POSITION_LAST,   /* after all of them, before the legal form */
    POSITION_TAIL    /* after the legal form, like an address */
};

struct token {
    uint16_t text, text_length; /* canonical, in the name's bytes */
    uint16_t raw, raw_length;   /* as written, folded, words parted by blanks */
    uint16_t weight;
    uint8_t class;    /* enum token_class */
    uint8_t position; /* enum place_position, of places */
    bool loose;       /* canonical by translation or guess: good for review only */
    bool bracketed;
    bool han;
    bool foreign; /* of a script that spoken.h reads */
    bool spoken;  /* canonical by its sound: compared by it */
    bool shares;  /* its raw text is that of the token before it: one phrase, several canonical words */
};

struct parsed_name {
    struct token tokens[NAME_TOKENS];
    size_t count;
    uint64_t legal;      /* families of the legal form; 0 = none */
    char legal_text[64]; /* as written, folded */
    uint8_t alias_groups[NAME_GROUPS + NAME_READINGS];
    size_t alias_count;   /* brackets that hold another name */
    size_t reading_count; /* behind them in alias_groups: other readings of an entry, for review only */
    bool has_beside;      /* one of these may be somebody else's */
    bool overflowed;
    size_t bytes_used;
    char bytes[NAME_BYTES];
};

/* Without tokens; what is large is left as it is. */
void parsed_begin(struct parsed_name *parsed, uint64_t legal, bool overflowed);
/* The name itself (`group` 0), or one of its alias groups or readings. */
void name_parse(const struct normal_name *normal, unsigned group, struct parsed_name *ret_parsed);
bool parsed_has_core(const struct parsed_name *parsed);

/* A Chinese name in Latin letters and English trade words, for review only. `variant` counts through the
 * readings of its ambiguous characters, from 0; false when there is no such variant, or no Han in it. */
enum { NAME_VARIANTS = 4 };
bool name_in_latin(const struct parsed_name *chinese, unsigned variant, struct parsed_name *ret_latin);

/* All letters in one: "glue", for spellings that differ in blanks only. A place after the legal form is
 * parted by '|'. Returns the length; 0 when it does not fit. */
enum glue_kind { GLUE_RAW, GLUE_CANONICAL };
size_t name_glue(const struct parsed_name *parsed, enum glue_kind kind, char out[NAME_LETTERS]);
/* A Chinese name read out in full, trade words too; *ret_with_legal: how far its legal form goes behind it.
 */
size_t name_pinyin_glue(const struct parsed_name *chinese, char out[NAME_LETTERS], size_t *ret_with_legal);

/* --- between the files of the parser -------------------------------------------------------------------- */

/* The words of one name under work: copies that are cut and dropped. */
struct word_list {
    const char *letters;
    struct name_word words[NAME_WORDS];
    size_t count;
};

/* Letters of words [first, first + count) without blanks; 0 when they do not fit or one is no letters. */
size_t words_join(const struct word_list *list, size_t first, size_t count, char out[NAME_LETTERS]);
/* Number of words, from `first`, that spell a place (with its suffix: "city"), or 0. */
struct place;
size_t words_place(const struct word_list *list, size_t first, const struct place **ret_place);
/* What each bracket of the name is for (brackets.c). */
enum group_role {
    GROUP_INLINE, /* part of the name */
    GROUP_ALIAS,  /* its abbreviation */
    GROUP_FORMER, /* a former name */
    GROUP_BESIDE  /* another name, whoever bears it */
};
void brackets_judge(const struct word_list *all, unsigned brackets, enum group_role roles[NAME_GROUPS + 1]);
bool bracket_opens_former(const struct word_list *list, size_t first);
/* Drops a label before the name and whatever stands behind its legal form; false when there is neither. */
bool words_keep_name(struct word_list *list);
/* Letters that a scan takes for others: "I-I" for H, 0 for o, 1 for l. */
bool name_is_misread(const struct normal_name *name);
void name_repair(struct normal_name *name);
/* Keeps the longest run of words in Latin letters; false when it is all, or less than two words. */
bool words_keep_latin(struct word_list *list);
/* Whether the words, without a legal form, may fill a column whose end cuts the last of them. */
bool words_may_be_cut(const struct word_list *list);
/* Takes legal forms off the tail (or, where their language has them there, the head), and places and brackets
 * behind them into `tail`. */
void legal_strip(struct word_list *list, struct word_list *tail, struct parsed_name *parsed);
/* Whether the word is a legal form, or ends with one (Chinese). */
bool word_ends_legal(const struct word_list *list, size_t at);
/* Families of the legal form that words [first, first + count) are; 0 = none. */
uint64_t words_legal(const struct word_list *list, size_t first, size_t count);
/* Appends a token; canonical text may be the raw one (NULL). */
struct token *token_add(struct parsed_name *parsed, enum token_class class, const char *raw,
    size_t raw_length, const char *text, size_t text_length);
void han_segment(struct parsed_name *parsed, const char *run, size_t length, bool opens_name, bool bracketed);

#endif
