/* sound.c - how a word in Latin letters sounds (tables/sounds.txt). */
#include "spoken.h"

#include "fold.h"
#include "index.h"
#include "tables.h"

#include <string.h>

enum { SHORT_SOUND = 3, MIDDLE_SOUND = 6, SOME_CONSONANTS = 3, MANY_CONSONANTS = 4 };

static bool is_vowel(char c)
{
    return c == 'a' || c == 'i' || c == 'u';
}

/* Doubled letters become one. */
static size_t append(char *sound, size_t kept, char letter)
{
    if (kept == 0 || sound[kept - 1] != letter)
        sound[kept++] = letter;
    return kept;
}

/* An r at the end of a syllable is silent (Infervision, インファービジョン); kana know no l. */
static size_t merge_liquids(char *sound, size_t length)
{
    size_t kept = 0;
    for (size_t i = 0; i < length; i++) {
        bool silent = sound[i] == 'r' && kept > 0 && is_vowel(sound[kept - 1]) &&
                      (i + 1 == length || !is_vowel(sound[i + 1]));
        if (!silent)
            kept = append(sound, kept, (char)(sound[i] == 'l' ? 'r' : sound[i]));
    }
    return kept;
}

/* Kana cannot write a consonant alone: they put an u behind it, or an o behind t and d, an i behind what
 * hisses. */
static size_t drop_props(char *sound, size_t length)
{
    size_t kept = 0;
    for (size_t i = 0; i < length; i++) {
        bool last = i + 1 == length;
        bool behind = kept > 0 && !is_vowel(sound[kept - 1]);
        bool u = sound[i] == 'u' && behind && (last || !is_vowel(sound[i + 1]));
        bool i_of_s = sound[i] == 'i' && behind && sound[kept - 1] == 's' && i > 1 && last;
        bool glide = sound[i] == 'i' && behind && sound[kept - 1] == 's' && !last && is_vowel(sound[i + 1]);
        if (!u && !i_of_s && !glide)
            kept = append(sound, kept, sound[i]);
    }
    return kept;
}

static size_t fold_by(const char *letters, size_t length, enum sound_rules rules, char out[SOUND_BYTES])
{
    return drop_props(out, merge_liquids(out, table_sound(letters, length, rules, out)));
}

static enum sound_rules usual_rules(const char *letters, size_t length)
{
    return han_spells(letters, length) ? SOUND_PINYIN : SOUND_OTHER;
}

static bool has_sound(const char *letters, size_t length)
{
    unsigned char all = 0;
    for (size_t i = 0; i < length; i++)
        all |= (unsigned char)letters[i];
    return all < 0x80 && length <= SOUND_BYTES;
}

size_t sound_fold(const char *letters, size_t length, bool soft, char out[SOUND_BYTES])
{
    if (!has_sound(letters, length))
        return 0;
    return fold_by(letters, length, soft ? SOUND_SOFT : usual_rules(letters, length), out);
}

size_t sound_consonants(const char *sound, size_t length, char out[SOUND_BYTES])
{
    size_t letters = 0;
    for (size_t i = 0; i < length; i++)
        if (!is_vowel(sound[i]) || i == 0)
            out[letters++] = is_vowel(sound[i]) ? '-' : sound[i];
    return letters;
}

static size_t add_key(const char *sound, size_t length, struct sound_key keys[2], size_t count)
{
    char consonants[SOUND_BYTES];
    size_t letters = sound_consonants(sound, length, consonants);
    struct sound_key key = {word_hash(consonants, letters), (uint32_t)(word_hash(sound, length) >> 32)};
    bool is_new =
        letters >= 2 && (count == 0 || keys[0].consonants != key.consonants || keys[0].whole != key.whole);
    if (is_new)
        keys[count++] = key;
    return count;
}

size_t sound_keys(const char *letters, size_t length, struct sound_key ret_keys[2])
{
    char sound[SOUND_BYTES];
    if (!has_sound(letters, length))
        return 0;
    enum sound_rules usual = usual_rules(letters, length);
    size_t ways = add_key(sound, fold_by(letters, length, usual, sound), ret_keys, 0);
    if (table_may_be_soft(letters, length, usual))
        ways = add_key(sound, fold_by(letters, length, SOUND_SOFT, sound), ret_keys, ways);
    return ways;
}

void sound_fold_ways(const char *letters, size_t length, struct sound_ways *ret_ways)
{
    for (int soft = 0; soft < 2; soft++)
        ret_ways->length[soft] = (uint8_t)sound_fold(letters, length, soft == 1, ret_ways->letters[soft]);
    if (ret_ways->length[0] == ret_ways->length[1] &&
        memcmp(ret_ways->letters[0], ret_ways->letters[1], ret_ways->length[0]) == 0)
        ret_ways->length[1] = 0;
}

/* The more consonants agree, the less the vowels count. */
static unsigned distance_of(const char *a, size_t a_length, const char *b, size_t b_length)
{
    char own[SOUND_BYTES];
    char other[SOUND_BYTES];
    unsigned distance = edit_distance(a, a_length, b, b_length);
    if (distance > SOUND_SLIPS)
        return distance;
    size_t consonants = sound_consonants(a, a_length, own);
    bool same = sound_consonants(b, b_length, other) == consonants && memcmp(own, other, consonants) == 0;
    size_t shorter = a_length < b_length ? a_length : b_length;
    unsigned allowed = shorter <= SHORT_SOUND ? 0 : shorter <= MIDDLE_SOUND ? 1 : SOUND_SLIPS;
    if (same && consonants >= MANY_CONSONANTS)
        allowed = SOUND_SLIPS;
    else if (same && consonants >= SOME_CONSONANTS && allowed == 0)
        allowed = 1;
    return distance <= allowed ? distance : SOUND_SLIPS + 1;
}

unsigned sound_between(const struct sound_ways *a, const struct sound_ways *b, size_t *ret_longer)
{
    unsigned least = SOUND_SLIPS + 1;
    *ret_longer = 1;
    for (int way = 0; way < 4; way++) {
        size_t own = a->length[way & 1];
        size_t other = b->length[way / 2];
        if (own == 0 || other == 0)
            continue;
        unsigned distance = distance_of(a->letters[way & 1], own, b->letters[way / 2], other);
        if (distance >= least)
            continue;
        least = distance;
        *ret_longer = own > other ? own : other;
    }
    return least;
}
