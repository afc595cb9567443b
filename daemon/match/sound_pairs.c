/* sound_pairs.c - words read out of another script, against those that sound alike. */
#include "align.h"

#include <string.h>

/* One to three words in a row. */
struct run {
    size_t first, count;
};

/* NULL unless they all are core and still free. */
static const struct sound_ways *run_sounds(
    const struct align_side *side, const bool *used, struct run run, struct side_sounds *sounds, bool *spoken)
{
    char letters[SOUND_BYTES];
    size_t length = 0;
    for (size_t i = run.first; i < run.first + run.count; i++) {
        if (!align_is_free(side, used, i) || side->tokens[i].class != TOKEN_CORE ||
            length + side->tokens[i].length > SOUND_BYTES)
            return NULL;
        memcpy(letters + length, side->tokens[i].text, side->tokens[i].length);
        length += side->tokens[i].length;
        *spoken = *spoken || side->tokens[i].spoken;
    }
    struct sound_ways *ways = &sounds->runs[run.first][run.count - 1];
    bool *known = &sounds->known[run.first][run.count - 1];
    if (!*known)
        sound_fold_ways(letters, length, ways);
    *known = true;
    return ways;
}

static bool pair_at(struct alignment *a, const struct align_side *const sides[2],
    struct side_sounds *const sounds[2], const struct run runs[2])
{
    const struct sound_ways *ways[2];
    bool spoken = false;
    for (int side = 0; side < 2; side++) {
        ways[side] = run_sounds(sides[side], a->used[side], runs[side], sounds[side], &spoken);
        if (ways[side] == NULL)
            return false;
    }
    size_t longer;
    unsigned edits = spoken ? sound_between(ways[0], ways[1], &longer) : SOUND_SLIPS + 1;
    if (edits > SOUND_SLIPS)
        return false;
    align_add_pair(a, sides,
        (struct align_pair){.first = {(uint8_t)runs[0].first, (uint8_t)runs[1].first},
            .count = {(uint8_t)runs[0].count, (uint8_t)runs[1].count},
            .how = HOW_SOUND,
            .edits = (uint8_t)edits});
    align_charge_slips(a, edits, longer);
    return true;
}

static void pair_all(struct alignment *a, const struct align_side *const sides[2])
{
    struct side_sounds theirs; /* large: not zeroed as a whole */
    struct side_sounds ours;
    struct side_sounds *const sounds[2] = {sides[0]->sounds == NULL ? &ours : sides[0]->sounds, &theirs};
    memset(theirs.known, 0, sizeof theirs.known);
    if (sounds[0] == &ours)
        memset(ours.known, 0, sizeof ours.known);
    for (size_t i = 0; i < sides[0]->count; i++)
        for (size_t j = 0; j < sides[1]->count; j++)
            for (size_t both = 0; both < (size_t)SOUND_WORDS * SOUND_WORDS; both++) {
                const struct run runs[2] = {{i, both / SOUND_WORDS + 1}, {j, both % SOUND_WORDS + 1}};
                if (pair_at(a, sides, sounds, runs))
                    break;
            }
}

void align_sounds(struct alignment *a, const struct align_side *const sides[2])
{
    bool any = false;
    if (sides[0]->count * sides[1]->count > SOUND_PAIRS_MOST)
        return;
    for (int side = 0; side < 2; side++)
        for (size_t i = 0; i < sides[side]->count; i++)
            any = any || sides[side]->tokens[i].spoken;
    if (any)
        pair_all(a, sides);
}
