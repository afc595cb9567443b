/* fold.h - characters as they are compared (tables/fold.txt, compose.txt, han_simplified.txt,
 * han_reading.txt, han_override.txt). */
#ifndef MATCH_FOLD_H
#define MATCH_FOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum letter_kind {
    LETTER_BREAK, /* blank, punctuation, symbol: ends a word */
    LETTER_LATIN, /* a to z, 0 to 9 */
    LETTER_HAN,
    LETTER_OTHER, /* a letter of another script */
    LETTER_MARK,  /* combining mark */
    LETTER_SKIP,  /* apostrophes, soft hyphens, zero-width characters: as if they were not there */
    LETTER_DOT,
    LETTER_DASH,
    LETTER_AND, /* & */
    LETTER_OPEN,
    LETTER_CLOSE
};

struct letter {
    uint8_t kind;   /* enum letter_kind */
    uint8_t length; /* of bytes; 0 unless it is a letter */
    char bytes[4];  /* UTF-8 of the folded letter or letters (ß gives "ss") */
};

void fold_load(void); /* reads the tables; harmless when they are read */
struct letter fold_letter(uint32_t code_point);
const struct letter *fold_ascii(unsigned char byte); /* below 128; outlives all */
/* Letter + mark as one letter of a script that keeps its marks; 0 when there is none. */
uint32_t fold_compose(uint32_t letter, uint32_t mark);

enum { HAN_READING_BYTES = 12 };
/* The reading of a Han character, as letters; `which` 0 or 1. NULL when it has none (of that rank). */
struct han_syllable {
    char letters[HAN_READING_BYTES];
    uint8_t length;
};
const struct han_syllable *han_reading(uint32_t code_point, unsigned which);
/* Whether the letters can be cut into Mandarin syllables. */
bool han_spells(const char *letters, size_t length);

#endif
