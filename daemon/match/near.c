/* near.c - keys under which words that differ by a slip or two meet.
 *
 * Words of 5 to 9 letters: the word and all its forms with one letter left out; two words at one edit (letter
 * wrong, missing, added, or two swapped) share one of these. Words of 9 letters and more: three pieces with
 * their place; of two edits at most two pieces are hit, the third is found where it was or shifted by them.
 */
#include "index.h"

#include <string.h>

enum { SHORTEST = 5, LONGEST_SINGLE = 9, SHORTEST_DOUBLE = 9, PIECES = 3, EDITS = 2 };

static bool is_latin(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] >= 0x80)
            return false;
    return true;
}

static uint64_t hash_without(const char *text, size_t length, size_t dropped)
{
    uint64_t hash = word_hash_more(WORD_HASH_START, "-", 1);
    hash = word_hash_more(hash, text, dropped);
    if (dropped < length)
        hash = word_hash_more(hash, text + dropped + 1, length - dropped - 1);
    return word_hash_end(hash);
}

static uint64_t hash_piece(const char *text, size_t length, size_t whole, unsigned piece)
{
    char prefix[2] = {(char)('0' + piece), (char)whole};
    return word_hash_end(word_hash_more(word_hash_more(WORD_HASH_START, prefix, 2), text, length));
}

/* Where piece `piece` of a word of `whole` letters begins. */
static size_t piece_start(size_t whole, unsigned piece)
{
    return whole * piece / PIECES;
}

static void keys_of_own_pieces(
    const char *text, size_t length, void (*each)(uint64_t hash, void *context), void *context)
{
    for (unsigned piece = 0; piece < PIECES; piece++) {
        size_t start = piece_start(length, piece);
        each(hash_piece(text + start, piece_start(length, piece + 1) - start, length, piece), context);
    }
}

/* The pieces of all words of `whole` letters that this one may be a slip of. */
static void keys_of_foreign_pieces(
    const char *text, size_t length, size_t whole, void (*each)(uint64_t hash, void *context), void *context)
{
    long grown = (long)length - (long)whole;
    for (unsigned piece = 0; piece < PIECES; piece++) {
        long start = (long)piece_start(whole, piece);
        long bytes = (long)piece_start(whole, piece + 1) - start;
        for (long shift = -EDITS; shift <= EDITS; shift++) {
            long left = grown - shift;
            bool possible = (shift < 0 ? -shift : shift) + (left < 0 ? -left : left) <= EDITS;
            if (possible && start + shift >= 0 && start + shift + bytes <= (long)length)
                each(hash_piece(text + start + shift, (size_t)bytes, whole, piece), context);
        }
    }
}

static bool takes_part(const char *text, size_t length)
{
    return length >= SHORTEST && length <= 64 && is_latin(text, length);
}

void near_keys_stored(
    const char *text, size_t length, void (*each)(uint64_t hash, void *context), void *context)
{
    if (!takes_part(text, length))
        return;
    if (length <= LONGEST_SINGLE)
        for (size_t dropped = 0; dropped <= length; dropped++)
            each(hash_without(text, length, dropped), context);
    if (length >= SHORTEST_DOUBLE)
        keys_of_own_pieces(text, length, each, context);
}

void near_keys_sought(
    const char *text, size_t length, void (*each)(uint64_t hash, void *context), void *context)
{
    if (!takes_part(text, length))
        return;
    if (length <= LONGEST_SINGLE)
        for (size_t dropped = 0; dropped <= length; dropped++)
            each(hash_without(text, length, dropped), context);
    for (size_t whole = length - EDITS; length >= SHORTEST_DOUBLE && whole <= length + EDITS; whole++)
        if (whole >= SHORTEST_DOUBLE)
            keys_of_foreign_pieces(text, length, whole, each, context);
}

/* Distance with swaps of neighbours (optimal string alignment), or EDITS + 1 when it is more. */
unsigned edit_distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    enum { MOST = 64 };
    size_t difference = a_length > b_length ? a_length - b_length : b_length - a_length;
    if (difference > EDITS || a_length > MOST || b_length > MOST)
        return EDITS + 1;
    uint8_t rows[3][MOST + 1];
    for (size_t j = 0; j <= b_length; j++)
        rows[0][j] = (uint8_t)j;
    for (size_t i = 1; i <= a_length; i++) {
        uint8_t *row = rows[i % 3];
        const uint8_t *above = rows[(i - 1) % 3];
        row[0] = (uint8_t)i;
        for (size_t j = 1; j <= b_length; j++) {
            unsigned best = above[j - 1] + (a[i - 1] != b[j - 1]);
            best = above[j] + 1u < best ? above[j] + 1u : best;
            best = row[j - 1] + 1u < best ? row[j - 1] + 1u : best;
            bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped && rows[(i - 2) % 3][j - 2] + 1u < best)
                best = rows[(i - 2) % 3][j - 2] + 1u;
            row[j] = (uint8_t)best;
        }
    }
    unsigned distance = rows[a_length % 3][b_length];
    return distance > EDITS ? EDITS + 1 : distance;
}

/* One edit for 5 to 8 letters, two for 9 and more, by the shorter word; none below. */
unsigned edits_allowed(size_t a_length, size_t b_length)
{
    size_t shorter = a_length < b_length ? a_length : b_length;
    return shorter < SHORTEST ? 0 : shorter < SHORTEST_DOUBLE ? 1 : EDITS;
}
