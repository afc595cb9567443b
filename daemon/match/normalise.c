/* normalise.c - from any bytes to words of folded letters. */
#include "fold.h"
#include "m13/text.h"
#include "name.h"
#include "tables.h"

#include <string.h>

struct state {
    struct normal_name *name;
    struct name_word *word; /* the open one, or NULL */
    uint32_t previous;      /* code point of the last letter that keeps its marks; 0 = none */
    uint8_t bracket;
    unsigned depth; /* of brackets in brackets */
    bool dash, dot; /* seen since the last letter */
    bool was_small; /* the last letter was a small Latin one */
};

static void end_word(struct state *state)
{
    state->word = NULL;
    state->previous = 0;
    state->was_small = false;
}

static enum word_script script_of(const struct letter *letter)
{
    switch (letter->kind) {
    case LETTER_LATIN:
        return SCRIPT_LATIN;
    case LETTER_HAN:
        return SCRIPT_HAN;
    case LETTER_AND:
        return SCRIPT_AND;
    default:
        return SCRIPT_OTHER;
    }
}

static uint32_t first_of(const struct letter *letter)
{
    const char *at = letter->bytes;
    return utf8_next(&at, letter->bytes + letter->length);
}

static void begin_word(struct state *state, enum word_script script)
{
    struct normal_name *name = state->name;
    if (name->word_count == NAME_WORDS) {
        name->overflowed = true;
        return;
    }
    state->word = &name->words[name->word_count++];
    *state->word = (struct name_word){.start = (uint16_t)name->letter_count,
        .script = (uint8_t)script,
        .bracket = state->bracket,
        .after_dash = state->dash,
        .dotted = state->dot};
    state->dash = state->dot = false;
}

static void add_letter(struct state *state, uint32_t code_point, const struct letter *letter)
{
    struct normal_name *name = state->name;
    enum word_script script = script_of(letter);
    bool capital = code_point < 128 && code_point != (uint32_t)letter->bytes[0];
    if (state->word == NULL || state->word->script != script || script == SCRIPT_AND) {
        end_word(state);
        begin_word(state, script);
    } else if (capital && state->was_small && state->word->camel == 0) {
        state->word->camel = state->word->length;
    }
    if (name->letter_count + letter->length > NAME_LETTERS)
        name->overflowed = true;
    if (name->overflowed)
        return;
    memcpy(name->letters + name->letter_count, letter->bytes, letter->length);
    name->letter_count += letter->length;
    state->word->length = (uint16_t)(state->word->length + letter->length);
    state->was_small = script == SCRIPT_LATIN && !capital;
    state->previous = letter->kind == LETTER_OTHER ? first_of(letter) : 0;
}

/* A mark: gone on a Latin letter, part of the letter elsewhere (й is not и). */
static void add_mark(struct state *state, uint32_t mark)
{
    if (state->word == NULL || state->previous == 0)
        return;
    uint32_t whole = fold_compose(state->previous, mark);
    if (whole == 0)
        return;
    char bytes[4];
    char old[4];
    size_t old_length = utf8_put(state->previous, old);
    size_t length = utf8_put(whole, bytes);
    struct normal_name *name = state->name;
    if (name->overflowed || old_length != length)
        return;
    memcpy(name->letters + name->letter_count - length, bytes, length);
    state->previous = whole;
}

static void open_bracket(struct state *state)
{
    end_word(state);
    state->dash = state->dot = false;
    if (state->depth++ > 0)
        return;
    if (state->name->brackets == NAME_GROUPS) {
        state->name->overflowed = true;
        return;
    }
    state->bracket = (uint8_t)++state->name->brackets;
}

static void close_bracket(struct state *state)
{
    end_word(state);
    state->dash = state->dot = false;
    if (state->depth > 0 && --state->depth == 0)
        state->bracket = 0;
}

static void take(struct state *state, uint32_t code_point)
{
    struct letter letter = fold_letter(code_point);
    switch ((enum letter_kind)letter.kind) {
    case LETTER_LATIN:
    case LETTER_HAN:
    case LETTER_OTHER:
    case LETTER_AND:
        add_letter(state, code_point, &letter);
        return;
    case LETTER_MARK:
        add_mark(
            state, letter.length > 0 ? first_of(&letter) : code_point); /* half-width kana have their own */
        return;
    case LETTER_SKIP:
        return;
    case LETTER_DOT:
        end_word(state);
        state->dot = true;
        return;
    case LETTER_DASH:
        /* "Bio-Tech": the dash only parts. " - Shanghai": it sets apart. */
        state->dash = state->word == NULL;
        state->dot = false;
        end_word(state);
        return;
    case LETTER_OPEN:
        open_bracket(state);
        return;
    case LETTER_CLOSE:
        close_bracket(state);
        return;
    case LETTER_BREAK:
        end_word(state);
        state->dot = false;
        return;
    }
}

/* Cyrillic and Greek letters take two bytes: О.О.О., Α.Ε. */
static bool is_single_letter(const struct name_word *word)
{
    return (word->script == SCRIPT_LATIN && word->length == 1) ||
           (word->script == SCRIPT_OTHER && word->length == 2);
}

/* W.H.P.M. is one word, Co.Ltd two: only single letters are joined, and only by dots without blanks. */
static void join_dotted(struct normal_name *name)
{
    size_t kept = 0;
    bool joining = false;
    for (size_t i = 0; i < name->word_count; i++) {
        struct name_word word = name->words[i];
        struct name_word *last = kept == 0 ? NULL : &name->words[kept - 1];
        bool to_last = last != NULL && is_single_letter(&word) && word.dotted &&
                       word.bracket == last->bracket && word.script == last->script &&
                       (joining || is_single_letter(last));
        if (to_last)
            last->length = (uint16_t)(last->length + word.length);
        else
            name->words[kept++] = word;
        joining = to_last;
    }
    name->word_count = kept;
}

/* "and" is another spelling of "&". */
static void find_and(struct normal_name *name)
{
    for (size_t i = 0; i < name->word_count; i++) {
        struct name_word *word = &name->words[i];
        bool is_and = word->script == SCRIPT_LATIN && word->length == 3 &&
                      memcmp(name->letters + word->start, "and", 3) == 0;
        if (is_and)
            word->script = SCRIPT_AND;
    }
}

/* Letters of ASCII that go on with a word, as most do. How many were taken. */
static size_t take_ascii(struct state *state, const char *bytes, size_t length)
{
    struct normal_name *name = state->name;
    size_t count = 0;
    size_t room = NAME_LETTERS - name->letter_count;
    for (; state->word != NULL && state->word->script == SCRIPT_LATIN && count < length && count < room;
         count++) {
        unsigned char byte = (unsigned char)bytes[count];
        if (byte > 127)
            break;
        const struct letter *letter = fold_ascii(byte);
        if (letter->kind != LETTER_LATIN)
            break;
        bool capital = byte != (unsigned char)letter->bytes[0];
        if (capital && state->was_small && state->word->camel == 0)
            state->word->camel = (uint16_t)(state->word->length + count);
        state->was_small = !capital;
        name->letters[name->letter_count + count] = letter->bytes[0];
    }
    if (count > 0) {
        name->letter_count += count;
        state->word->length = (uint16_t)(state->word->length + count);
        state->previous = 0;
    }
    return count;
}

void name_normalise(const char *bytes, size_t length, struct normal_name *ret_normal)
{
    tables_load();
    ret_normal->letter_count = ret_normal->word_count = 0;
    ret_normal->brackets = 0;
    ret_normal->overflowed = false;
    struct state state = {.name = ret_normal};
    for (const char *at = bytes, *end = bytes + length; at < end && !ret_normal->overflowed;) {
        take(&state, utf8_next(&at, end));
        at += take_ascii(&state, at, (size_t)(end - at));
    }
    join_dotted(ret_normal);
    find_and(ret_normal);
}
