/* near.c - keys under which words that differ by a slip or two meet.
 *
 * Words of 5 to 9 letters: the word and all its forms with one letter left out; two words at one edit (letter
 * wrong, missing, added, or two swapped) share one of these. Words of 9 letters and more: three pieces with
 * their place; of two edits at most two pieces are hit, the third is found where it was or shifted by them.
 */
#include "index.h"

#include <string.h>

enum {
    SHORTEST = NEAR_SHORTEST,
    LONGEST_SINGLE = 9,
    SHORTEST_DOUBLE = NEAR_DOUBLE,
    PIECES = 3,
    EDITS = NEAR_EDITS
};

static bool is_latin(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] >= 0x80)
            return false;
    return true;
}

/* Letters as the digits of a number: what a word becomes without one of its letters, or a piece of it,
 * follows from the whole in a step or two. */
#define BASE WORD_NUMBER_BASE
enum { LONGEST = 64 };

struct digits {
    uint64_t head[LONGEST + 1];  /* of the first so many letters */
    uint64_t power[LONGEST + 1]; /* of BASE */
};

static void count_digits(const char *text, size_t length, struct digits *ret_digits)
{
    ret_digits->head[0] = 0;
    ret_digits->power[0] = 1;
    for (size_t i = 0; i < length; i++) {
        ret_digits->head[i + 1] = ret_digits->head[i] * BASE + (unsigned char)text[i];
        ret_digits->power[i + 1] = ret_digits->power[i] * BASE;
    }
}

/* The word itself and with each letter left out. */
static void keys_without_one(const char *text, size_t length, const struct digits *digits, unsigned differ,
    near_each *each, void *context)
{
    uint64_t whole = digits->head[length];
    uint64_t dropped = whole - (unsigned char)text[0] * digits->power[length - 1];
    for (size_t i = 0; i < length; i++) {
        each(word_hash_end(dropped), differ, context);
        /* The letter that was dropped next takes the place of the one that is dropped now. */
        if (i + 1 < length)
            dropped += ((uint64_t)(unsigned char)text[i] - (unsigned char)text[i + 1]) *
                       digits->power[length - 2 - i];
    }
    each(word_hash_end(whole), differ, context);
}

/* `count` letters from `start` on, as piece number `piece` of a word of `whole` letters. */
static uint64_t hash_piece(
    const struct digits *digits, size_t start, size_t count, size_t whole, unsigned piece)
{
    uint64_t number = digits->head[start + count] - digits->head[start] * digits->power[count];
    return word_hash_end(number ^ ((uint64_t)(whole * PIECES + piece + 1) << 56));
}

/* Where piece `piece` of a word of `whole` letters begins. */
static size_t piece_start(size_t whole, unsigned piece)
{
    return whole * piece / PIECES;
}

static void keys_of_own_pieces(const struct digits *digits, size_t length, near_each *each, void *context)
{
    for (unsigned piece = 0; piece < PIECES; piece++) {
        size_t start = piece_start(length, piece);
        each(hash_piece(digits, start, piece_start(length, piece + 1) - start, length, piece), 0, context);
    }
}

/* The pieces of all words of `whole` letters that this one may be a slip of. */
static void keys_of_foreign_pieces(
    const struct digits *digits, size_t length, size_t whole, near_each *each, void *context)
{
    long grown = (long)length - (long)whole;
    unsigned differ = 2 * EDITS - (unsigned)(grown < 0 ? -grown : grown);
    for (unsigned piece = 0; piece < PIECES; piece++) {
        long start = (long)piece_start(whole, piece);
        long bytes = (long)piece_start(whole, piece + 1) - start;
        for (long shift = -EDITS; shift <= EDITS; shift++) {
            long left = grown - shift;
            bool possible = (shift < 0 ? -shift : shift) + (left < 0 ? -left : left) <= EDITS;
            if (possible && start + shift >= 0 && start + shift + bytes <= (long)length)
                each(hash_piece(digits, (size_t)(start + shift), (size_t)bytes, whole, piece), differ,
                    context);
        }
    }
}

static bool takes_part(const char *text, size_t length)
{
    return length >= SHORTEST && length <= LONGEST && is_latin(text, length);
}

void near_keys_stored(const char *text, size_t length, near_each *each, void *context)
{
    struct digits digits;
    if (!takes_part(text, length))
        return;
    count_digits(text, length, &digits);
    if (length <= LONGEST_SINGLE)
        keys_without_one(text, length, &digits, 0, each, context);
    if (length >= SHORTEST_DOUBLE)
        keys_of_own_pieces(&digits, length, each, context);
}

void near_keys_sought(const char *text, size_t length, near_each *each, void *context)
{
    struct digits digits;
    if (!takes_part(text, length))
        return;
    count_digits(text, length, &digits);
    if (length <= LONGEST_SINGLE)
        keys_without_one(text, length, &digits, length < SHORTEST_DOUBLE ? 2 : 2 * EDITS, each, context);
    for (size_t whole = length - EDITS; length >= SHORTEST_DOUBLE && whole <= length + EDITS; whole++)
        if (whole >= SHORTEST_DOUBLE)
            keys_of_foreign_pieces(&digits, length, whole, each, context);
}

/* The bits of each letter: the first stands for one of it, the next for a second, as far as they reach.
 * Letters that most names have get more of them (LETTERS_SECOND), rare ones share. */
struct letter_field {
    uint32_t first, all;
};
#define BITS(bit, count)                                                                                     \
    {                                                                                                        \
        1u << (bit), ((1u << (count)) - 1) << (bit)                                                          \
    }
static const struct letter_field fields[128] = {['a'] = BITS(0, 2),
    ['e'] = BITS(2, 2),
    ['g'] = BITS(4, 2),
    ['h'] = BITS(6, 2),
    ['i'] = BITS(8, 2),
    ['n'] = BITS(10, 3),
    ['o'] = BITS(13, 2),
    ['u'] = BITS(15, 2),
    ['b'] = BITS(17, 1),
    ['c'] = BITS(18, 1),
    ['d'] = BITS(19, 1),
    ['f'] = BITS(20, 1),
    ['j'] = BITS(20, 1),
    ['k'] = BITS(21, 1),
    ['w'] = BITS(21, 1),
    ['l'] = BITS(22, 1),
    ['m'] = BITS(23, 1),
    ['p'] = BITS(24, 1),
    ['q'] = BITS(25, 1),
    ['v'] = BITS(25, 1),
    ['r'] = BITS(26, 1),
    ['s'] = BITS(27, 1),
    ['t'] = BITS(28, 1),
    ['x'] = BITS(29, 1),
    ['z'] = BITS(29, 1),
    ['y'] = BITS(30, 1)};

uint32_t letters_of(const char *text, size_t length)
{
    uint32_t letters = 0;
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)text[i];
        const struct letter_field *field = &fields[byte & 127];
        letters |= byte > 127 ? LETTERS_NOT_LATIN : ((letters << 1) | field->first) & field->all;
    }
    return letters;
}

unsigned near_distance(
    const char *a, size_t a_length, uint32_t a_letters, const char *b, size_t b_length, uint32_t b_letters)
{
    size_t difference = a_length > b_length ? a_length - b_length : b_length - a_length;
    if (((a_letters | b_letters) & LETTERS_NOT_LATIN) != 0)
        return EDITS + 1;
    if (difference > EDITS || near_is_far(a_letters, b_letters, (unsigned)(2 * EDITS - difference)))
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
