/* judge.c - the matcher's word and people's: which holds. */
#include "internal.h"

#include "m13/clock.h"
#include "m13/text.h"

#include <stdlib.h>
#include <string.h>

enum { SURE = 1000 };

const struct name_entry review_decision_names[2] = {
    {REVIEW_ACCEPT, "accept", "认定为该企业", "accepted"},
    {REVIEW_REJECT, "reject", "认定不是该企业", "rejected"},
};

const struct name_entry review_rule_names[2] = {
    {0, "H1", "经办人已认定", "an officer has decided so"},
    {1, "H2", "经办人曾作认定，其后依据有变化，须重新核定",
        "an officer had decided, and what that rested on has changed"},
};

static const struct name_entry change_names[] = {
    {REVIEW_CHANGED_FIRM, "firm", "", ""},
    {REVIEW_CHANGED_MAKER, "maker", "", ""},
    {REVIEW_CHANGED_RIVAL, "rival", "", ""},
};

/* Bands before scores: how good the matcher takes a firm to be. */
static int rank(const struct review_answer *answer)
{
    return (int)answer->band * (SURE + 1) + (answer->band == REVIEW_BAND_NONE ? 0 : answer->score);
}

/* Another firm than the one that was accepted: has it overtaken that one, or come nearer than any had? */
static bool has_rival(const struct review_word *accepted, const struct review_answer *own)
{
    if (own->band == REVIEW_BAND_NONE || string_equal(own->uscc, accepted->uscc_now))
        return false;
    return string_equal(accepted->own.uscc, accepted->uscc) || rank(own) > rank(&accepted->own);
}

static char *person_json(const struct review_word *word, unsigned changed, const struct review_answer *own)
{
    char at[CLOCK_STRING_BYTES];
    json_t *changes = json_array();
    for (size_t i = 0; i < sizeof change_names / sizeof *change_names; i++)
        if (changed & (unsigned)change_names[i].value)
            json_array_append_new(changes, json_string(change_names[i].code));
    json_t *person = json_pack("{s:s, s:s, s:s, s:o, s:{s:s, s:s, s:s, s:i}}", "decision",
        review_decision_names[word->decision].code, "uscc", word->uscc, "at", clock_format(word->at, at),
        "changed", changes, "own", "band", review_band_code(own->band), "uscc", own->uscc, "rule", own->rule,
        "score", own->score);
    char *json = json_dumps(person, JSON_COMPACT);
    json_decref(person);
    return json;
}

static void set_answer(struct review_answer *answer, enum review_band band, const char *uscc, int rule)
{
    const char *code = review_rule_names[rule].code;
    answer->band = band;
    memmove(answer->uscc, uscc, strlen(uscc) + 1);
    memcpy(answer->rule, code, strlen(code) + 1);
}

static bool judge_accepted(const struct review_word *word, const struct review_answer *own,
    struct review_answer *answer, char **ret_person)
{
    if (word->uscc_now[0] == '\0')
        return false; /* no such firm: nobody can be recognised as it */
    unsigned changed = word->changed | (has_rival(word, own) ? REVIEW_CHANGED_RIVAL : 0u);
    bool by_itself = own->band == REVIEW_BAND_AUTO && string_equal(own->uscc, word->uscc_now);
    if (changed != 0 && by_itself)
        return false; /* what a person had to say is plain by now */
    set_answer(answer, changed == 0 ? REVIEW_BAND_AUTO : REVIEW_BAND_REVIEW, word->uscc_now, changed != 0);
    if (changed == 0)
        answer->score = SURE;
    *ret_person = person_json(word, changed, own);
    return true;
}

/* Rejected, and yet the matcher's best: passed over as long as the basis stands, else asked again, but never
 * taken without a person. */
static bool judge_rejected(const struct review_word *word, const struct review_answer *own,
    struct review_answer *answer, char **ret_person)
{
    if (own->band == REVIEW_BAND_NONE || !string_equal(own->uscc, word->uscc_now))
        return false;
    if (word->changed == 0) {
        *answer = (struct review_answer){.band = REVIEW_BAND_NONE};
        return true;
    }
    set_answer(answer, REVIEW_BAND_REVIEW, word->uscc_now, 1);
    *ret_person = person_json(word, word->changed, own);
    return true;
}

bool review_judge(const struct review_words *words, const struct review_answer *own,
    struct review_answer *ret_answer, char **ret_person)
{
    *ret_answer = *own;
    *ret_person = NULL;
    for (size_t i = 0; i < words->count; i++)
        if (words->items[i].decision == REVIEW_ACCEPT &&
            judge_accepted(&words->items[i], own, ret_answer, ret_person))
            return true;
    for (size_t i = 0; i < words->count; i++)
        if (words->items[i].decision == REVIEW_REJECT &&
            judge_rejected(&words->items[i], own, ret_answer, ret_person))
            return true;
    return false;
}
