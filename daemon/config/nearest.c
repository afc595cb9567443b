#include "nearest.h"

#include <stdbool.h>
#include <string.h>

#define MOST_LENGTH 48 /* longer words are not compared */

static char plain(char byte)
{
    if (byte >= 'A' && byte <= 'Z')
        return (char)(byte - 'A' + 'a');
    return byte == '_' ? '-' : byte;
}

static size_t least(size_t a, size_t b, size_t c)
{
    size_t smaller = a < b ? a : b;
    return smaller < c ? smaller : c;
}

/* Damerau's distance in its restricted form: insertions, deletions, substitutions, neighbours exchanged. */
static size_t distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t rows[3][MOST_LENGTH + 1];
    size_t *before = rows[0], *above = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b_length; j++)
        above[j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            bool same = plain(a[i - 1]) == plain(b[j - 1]);
            row[j] = least(above[j] + 1, row[j - 1] + 1, above[j - 1] + !same);
            if (i > 1 && j > 1 && plain(a[i - 1]) == plain(b[j - 2]) && plain(a[i - 2]) == plain(b[j - 1]))
                row[j] = least(row[j], before[j - 2] + 1, row[j]);
        }
        size_t *oldest = before;
        before = above;
        above = row;
        row = oldest;
    }
    return above[b_length];
}

const char *nearest_word(const char *word, const char *const *known, size_t count)
{
    const char *nearest = NULL;
    size_t length = strlen(word);
    size_t best = length / 3 + 1; /* a third of the letters may be wrong, three at most */
    best = best > 3 ? 3 : best;
    for (size_t i = 0; length <= MOST_LENGTH && i < count; i++) {
        size_t known_length = strlen(known[i]);
        if (known_length > MOST_LENGTH)
            continue;
        size_t far = distance(word, length, known[i], known_length);
        if (far < best || (far == best && nearest == NULL && far < known_length)) {
            best = far;
            nearest = known[i];
        }
    }
    return nearest;
}
