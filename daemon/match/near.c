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

/* The word itself and with each letter left out. */
static void keys_without_one(
    const char *text, size_t length, void (*each)(uint64_t hash, void *context), void *context)
{
    uint64_t head = word_hash_more(WORD_HASH_START, "-", 1);
    for (size_t dropped = 0; dropped < length; dropped++) {
        each(word_hash_end(word_hash_more(head, text + dropped + 1, length - dropped - 1)), context);
        head = word_hash_more(head, text + dropped, 1);
    }
    each(word_hash_end(head), context);
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
        keys_without_one(text, length, each, context);
    if (length >= SHORTEST_DOUBLE)
        keys_of_own_pieces(text, length, each, context);
}

void near_keys_sought(
    const char *text, size_t length, void (*each)(uint64_t hash, void *context), void *context)
{
    if (!takes_part(text, length))
        return;
    if (length <= LONGEST_SINGLE)
        keys_without_one(text, length, each, context);
    for (size_t whole = length - EDITS; length >= SHORTEST_DOUBLE && whole <= length + EDITS; whole++)
        if (whole >= SHORTEST_DOUBLE)
            keys_of_foreign_pieces(text, length, whole, each, context);
}

uint32_t letters_of(const char *text, size_t length)
{
    uint32_t letters = 0;
    for (size_t i = 0; i < length; i++)
        letters |= 1u << ((unsigned char)text[i] & 31);
    return letters;
}

bool near_is_far(uint32_t a_letters, uint32_t b_letters)
{
    uint32_t differ = a_letters ^ b_letters;
    for (int bits = 0; bits < 2 * EDITS; bits++)
        differ &= differ - 1;
    return differ != 0;
}

unsigned near_distance(
    const char *a, size_t a_length, uint32_t a_letters, const char *b, size_t b_length, uint32_t b_letters)
{
    if (near_is_far(a_letters, b_letters))
        return EDITS + 1;
    return edit_distance(a, a_length, b, b_length);
}

enum { MOST_LETTERS = 64, FAR = EDITS + 1 };

/* Three rows of the table of distances, each with a cell before and one behind its band. */
struct distance_rows {
    uint8_t cell[3][MOST_LETTERS + 2];
};

/* The cell (i, j) from its neighbours: replace, drop, insert, swap. */
static uint8_t distance_cell(
    const struct distance_rows *rows, const char *a, size_t i, const char *b, size_t j)
{
    const uint8_t *row = rows->cell[i % 3], *above = rows->cell[(i + 2) % 3];
    unsigned best = above[j - 1] + (a[i - 1] != b[j - 1]);
    best = above[j] + 1u < best ? above[j] + 1u : best;
    best = row[j - 1] + 1u < best ? row[j - 1] + 1u : best;
    if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        unsigned swapped = rows->cell[(i + 1) % 3][j - 2] + 1u;
        best = swapped < best ? swapped : best;
    }
    return (uint8_t)(best > FAR ? FAR : best);
}

/* Both words not empty; only a band of EDITS around the diagonal is looked at. */
static unsigned banded_distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    struct distance_rows rows;
    memset(&rows, FAR, sizeof rows);
    for (size_t j = 0; j <= b_length && j <= EDITS; j++)
        rows.cell[0][j] = (uint8_t)j;
    for (size_t i = 1; i <= a_length; i++) {
        uint8_t *row = rows.cell[i % 3];
        size_t first = i > EDITS ? i - EDITS : 1;
        size_t last = i + EDITS < b_length ? i + EDITS : b_length;
        row[first - 1] = first == 1 && i <= EDITS ? (uint8_t)i : FAR;
        unsigned least = row[first - 1];
        for (size_t j = first; j <= last; j++) {
            row[j] = distance_cell(&rows, a, i, b, j);
            least = row[j] < least ? row[j] : least;
        }
        row[last + 1] = FAR;
        if (least == FAR)
            return FAR;
    }
    return rows.cell[a_length % 3][b_length];
}

/* Distance with swaps of neighbours (optimal string alignment), or EDITS + 1 when it is more. What both ends
 * have in common is left out first. */
unsigned edit_distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t difference = a_length > b_length ? a_length - b_length : b_length - a_length;
    if (difference > EDITS || a_length > MOST_LETTERS || b_length > MOST_LETTERS)
        return FAR;
    while (a_length > 0 && b_length > 0 && *a == *b)
        a++, b++, a_length--, b_length--;
    while (a_length > 0 && b_length > 0 && a[a_length - 1] == b[b_length - 1])
        a_length--, b_length--;
    if (a_length == 0 || b_length == 0)
        return (unsigned)(a_length + b_length);
    return banded_distance(a, a_length, b, b_length);
}

/* One edit for 5 to 8 letters, two for 9 and more, by the shorter word; none below. */
unsigned edits_allowed(size_t a_length, size_t b_length)
{
    size_t shorter = a_length < b_length ? a_length : b_length;
    return shorter < SHORTEST ? 0 : shorter < SHORTEST_DOUBLE ? 1 : EDITS;
}
