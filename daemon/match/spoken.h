/* spoken.h - names in kana, Cyrillic and Greek: read in Latin letters, and compared by their sound
 * (tables/kana.txt, alphabets.txt, letter_names.txt, sounds.txt, spoken.txt).
 *
 * Whatever is reached this way is for review only. */
#ifndef MATCH_SPOKEN_H
#define MATCH_SPOKEN_H

#include "name.h"

void spoken_load(void); /* after the other tables; harmless when it was done */

/* Whether the first letter is of a script that can be read here. */
bool spoken_is_foreign(const char *letters, size_t length);

/* The name with its foreign words read. `variant` 0 takes them by sound, 1 as names of letters (ビーエムシー,
 * BMC), 2 by sound again where letters have a second one (Жуйчэн, Ruicheng); false when there is
 * nothing to read that way. */
enum { SPOKEN_VARIANTS = 3 };
bool name_as_spoken(const struct parsed_name *foreign, unsigned variant, struct parsed_name *ret_latin);

/* How Latin letters sound, coarsely; `soft`: the other way where there are two. 0 when they do not fit or are
 * not Latin. */
enum { SOUND_BYTES = 64 };
size_t sound_fold(const char *letters, size_t length, bool soft, char out[SOUND_BYTES]);
/* Its consonants, and a '-' for a vowel at its beginning. */
size_t sound_consonants(const char *sound, size_t length, char out[SOUND_BYTES]);
/* Under which names that may sound alike meet: the key by their consonants; and the sound as a whole, for
 * those that sound the same. */
struct sound_key {
    uint64_t consonants;
    uint32_t whole;
};
/* Of the one or two ways in which the letters may sound; how many. None when there are too few consonants to
 * say anything. */
size_t sound_keys(const char *letters, size_t length, struct sound_key ret_keys[2]);
/* Both ways in which the letters may sound; where they are one, or there is none, the length is 0. */
struct sound_ways {
    char letters[2][SOUND_BYTES];
    uint8_t length[2];
};
void sound_fold_ways(const char *letters, size_t length, struct sound_ways *ret_ways);
/* Slips between the sounds of two words, the nearest of their ways, or more than SOUND_SLIPS when they are
 * not alike. *ret_longer: letters of the longer sound. */
enum { SOUND_SLIPS = 2 };
unsigned sound_between(const struct sound_ways *a, const struct sound_ways *b, size_t *ret_longer);

/* Words in a row that may be written as one in another script. */
enum { SOUND_WORDS = 3 };

#endif
