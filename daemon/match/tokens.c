/* tokens.c - from words to tokens: place, trade word or core, in their canonical form. */
#include "name.h"
#include "spoken.h"
#include "tables.h"

#include <string.h>

enum {
    PLACE_WORDS = 4,  /* people's republic of china */
    PHRASE_WORDS = 4, /* a phrase of synonyms.txt */
    SPLIT_LETTERS = 6 /* shortest place that is split off a word by its capital (BeijingModern) */
};

static uint16_t put_bytes(struct parsed_name *parsed, const char *bytes, size_t length)
{
    if (length > NAME_BYTES - parsed->bytes_used) {
        parsed->overflowed = true;
        return 0;
    }
    size_t at = parsed->bytes_used;
    memcpy(parsed->bytes + at, bytes, length);
    parsed->bytes_used += length;
    return (uint16_t)at;
}

struct token *token_add(struct parsed_name *parsed, enum token_class class, const char *raw,
    size_t raw_length, const char *text, size_t text_length)
{
    static struct token nowhere;
    if (parsed->count == NAME_TOKENS) {
        parsed->overflowed = true;
        nowhere = (struct token){0};
        return &nowhere;
    }
    struct token *token = &parsed->tokens[parsed->count++];
    *token = (struct token){.class = (uint8_t) class, .raw_length = (uint16_t)raw_length};
    token->raw = put_bytes(parsed, raw, raw_length);
    token->text = text == NULL ? token->raw : put_bytes(parsed, text, text_length);
    token->text_length = (uint16_t)(text == NULL ? raw_length : text_length);
    if (parsed->overflowed)
        token->raw_length = token->text_length = 0;
    return token;
}

/* A place as it stands in one word of Chinese: with or without 市, 省 or 区. */
static const struct place *place_of_run(const char *letters, size_t length)
{
    static const char *const suffixes[] = {"市", "省", "区"};
    const struct place *place = table_place(letters, length);
    for (size_t i = 0; place == NULL && i < 3; i++)
        if (length > 3 && memcmp(letters + length - 3, suffixes[i], 3) == 0)
            place = table_place(letters, length - 3);
    return place;
}

size_t words_place(const struct word_list *list, size_t first, const struct place **ret_place)
{
    char letters[NAME_LETTERS];
    const struct name_word *word = &list->words[first];
    size_t most = list->count - first < PLACE_WORDS ? list->count - first : PLACE_WORDS;
    if (!table_opens_place(list->letters + word->start, word->length))
        return 0;
    for (size_t count = most; count > 0; count--) {
        size_t length = 0;
        bool one_group = true;
        for (size_t i = first; i < first + count; i++)
            one_group = one_group && list->words[i].bracket == list->words[first].bracket &&
                        list->words[i].script != SCRIPT_AND;
        if (one_group)
            length = words_join(list, first, count, letters);
        const struct place *place = length == 0 ? NULL : place_of_run(letters, length);
        if (place == NULL || place->kind == PLACE_DISTRICT)
            continue;
        *ret_place = place;
        while (first + count < list->count &&
               list->words[first + count].bracket == list->words[first].bracket &&
               table_place_suffix(
                   list->letters + list->words[first + count].start, list->words[first + count].length))
            count++;
        return count;
    }
    return 0;
}

/* Raw text of several words, parted by blanks. */
static size_t spell(const struct word_list *list, size_t first, size_t count, char out[NAME_LETTERS])
{
    size_t length = 0;
    for (size_t i = first; i < first + count; i++) {
        const struct name_word *word = &list->words[i];
        bool sign = word->script == SCRIPT_AND;
        size_t more = sign ? 1 : word->length;
        if (length + more + 1 > NAME_LETTERS)
            return length;
        if (i > first)
            out[length++] = ' ';
        memcpy(out + length, sign ? "&" : list->letters + word->start, more);
        length += more;
    }
    return length;
}

static void add_place(struct parsed_name *parsed, const struct word_list *list, size_t first, size_t count,
    const struct place *place)
{
    char raw[NAME_LETTERS];
    size_t length = spell(list, first, count, raw);
    struct token *token = token_add(parsed, TOKEN_PLACE, raw, length, place->value, strlen(place->value));
    token->weight = WEIGHT_PLACE;
    token->bracketed = list->words[first].bracket != 0;
    token->han = list->words[first].script == SCRIPT_HAN;
}

static void classify(struct parsed_name *parsed, struct token *token)
{
    const char *text = parsed->bytes + token->text;
    token->class = TOKEN_CORE;
    if (table_generic(text, token->text_length, &token->weight))
        token->class = TOKEN_GENERIC;
    else
        token->weight = table_core_weight(text, token->text_length);
}

/* The longest phrase of synonyms that starts here: its words are taken, or 0. */
static size_t add_synonym(struct parsed_name *parsed, const struct word_list *list, size_t first)
{
    const struct name_word *word = &list->words[first];
    bool phrase =
        word->script == SCRIPT_LATIN && table_opens_phrase(list->letters + word->start, word->length);
    size_t most = !phrase ? 1 : list->count - first < PHRASE_WORDS ? list->count - first : PHRASE_WORDS;
    for (size_t count = most; count > 0; count--) {
        char raw[NAME_LETTERS];
        if (list->words[first + count - 1].bracket != word->bracket)
            continue;
        size_t length = spell(list, first, count, raw);
        const struct synonym *synonym = table_synonym(raw, length);
        if (synonym == NULL)
            continue;
        const struct token *first_token = NULL;
        for (const char *at = synonym->words; *at != '\0'; at += strspn(at, " ")) {
            size_t letters = strcspn(at, " ");
            struct token *token =
                token_add(parsed, TOKEN_CORE, raw, first_token == NULL ? length : 0, at, letters);
            if (first_token != NULL) {
                token->raw = first_token->raw;
                token->raw_length = first_token->raw_length;
                token->shares = true;
            }
            first_token = token;
            token->loose = synonym->loose;
            token->bracketed = word->bracket != 0;
            classify(parsed, token);
            at += letters;
        }
        return count;
    }
    return 0;
}

/* BeijingModern: a place that a capital sets off. */
static const struct place *place_before_capital(const struct word_list *list, const struct name_word *word)
{
    if (word->camel < SPLIT_LETTERS)
        return NULL;
    const struct place *place = table_place(list->letters + word->start, word->camel);
    return place == NULL || place->kind == PLACE_DISTRICT ? NULL : place;
}

static bool has_name_token(const struct parsed_name *parsed)
{
    for (size_t i = 0; i < parsed->count; i++)
        if (parsed->tokens[i].class != TOKEN_PLACE)
            return true;
    return false;
}

static void add_word(struct parsed_name *parsed, const struct word_list *list, size_t at)
{
    const struct name_word *word = &list->words[at];
    const char *letters = list->letters + word->start;
    if (word->script == SCRIPT_HAN) {
        han_segment(parsed, letters, word->length, !has_name_token(parsed), word->bracket != 0);
        return;
    }
    /* "&" joins and says nothing; "and" before any other word is a name (Suzhou AND Science & Technology). */
    if (word->script == SCRIPT_AND && (word->length == 1 || has_name_token(parsed)))
        return;
    struct token *token = token_add(parsed, TOKEN_CORE, letters, word->length, NULL, 0);
    token->bracketed = word->bracket != 0;
    token->foreign = word->script == SCRIPT_OTHER && spoken_is_foreign(letters, word->length);
    classify(parsed, token);
}

static void add_words(struct parsed_name *parsed, struct word_list *list)
{
    for (size_t i = 0; i < list->count;) {
        const struct place *place = place_before_capital(list, &list->words[i]);
        if (place != NULL) {
            struct name_word *word = &list->words[i];
            struct token *token = token_add(parsed, TOKEN_PLACE, list->letters + word->start, word->camel,
                place->value, strlen(place->value));
            token->weight = WEIGHT_PLACE;
            word->start = (uint16_t)(word->start + word->camel);
            word->length = (uint16_t)(word->length - word->camel);
            word->camel = 0;
            continue;
        }
        size_t taken = words_place(list, i, &place);
        if (taken > 0) {
            add_place(parsed, list, i, taken, place);
        } else {
            taken = add_synonym(parsed, list, i);
            if (taken == 0) {
                add_word(parsed, list, i);
                taken = 1;
            }
        }
        i += taken;
    }
}

static void set_positions(struct parsed_name *parsed)
{
    size_t first = parsed->count;
    size_t last = 0;
    for (size_t i = 0; i < parsed->count; i++)
        if (parsed->tokens[i].class != TOKEN_PLACE) {
            first = i < first ? i : first;
            last = i;
        }
    for (size_t i = 0; i < parsed->count; i++)
        parsed->tokens[i].position = i < first ? POSITION_FIRST : i < last ? POSITION_INSIDE : POSITION_LAST;
}

/* What stands behind the legal form: places as such, the rest like any word of the name. */
static void add_tail(struct parsed_name *parsed, struct word_list *tail)
{
    size_t first = parsed->count;
    add_words(parsed, tail);
    for (size_t i = first; i < parsed->count; i++)
        if (parsed->tokens[i].class == TOKEN_PLACE)
            parsed->tokens[i].position = POSITION_TAIL;
}

static void collect_words(
    const struct normal_name *normal, unsigned group, struct parsed_name *parsed, struct word_list *list)
{
    struct word_list all = {.letters = normal->letters, .count = normal->word_count};
    memcpy(all.words, normal->words, normal->word_count * sizeof *all.words);
    enum group_role roles[NAME_GROUPS + 1];
    brackets_judge(&all, normal->brackets, roles);
    for (unsigned i = 1; group == 0 && i <= normal->brackets; i++) {
        if (roles[i] != GROUP_INLINE)
            parsed->alias_groups[parsed->alias_count++] = (uint8_t)i;
        parsed->has_beside = parsed->has_beside || roles[i] == GROUP_BESIDE;
    }
    for (size_t i = 0; i < all.count; i++) {
        unsigned own = all.words[i].bracket;
        bool wanted = group == 0 ? roles[own] == GROUP_INLINE : own == group;
        bool label = group != 0 && list->count == 0 && bracket_opens_former(&all, i) &&
                     all.words[i].script != SCRIPT_HAN;
        if (wanted && !label)
            list->words[list->count++] = all.words[i];
    }
}

void parsed_begin(struct parsed_name *parsed, uint64_t legal, bool overflowed)
{
    parsed->count = parsed->alias_count = parsed->reading_count = parsed->bytes_used = 0;
    parsed->legal = legal;
    parsed->legal_text[0] = '\0';
    parsed->has_beside = false;
    parsed->overflowed = overflowed;
}

static void add_reading(
    struct parsed_name *parsed, const struct normal_name *normal, enum name_reading reading)
{
    parsed->alias_groups[parsed->alias_count + parsed->reading_count++] =
        (uint8_t)(normal->brackets + reading);
}

/* A last word that means nothing here may be the beginning of one. */
static bool ends_unknown(const struct parsed_name *parsed)
{
    return parsed->legal == 0 && parsed->count > 0 && parsed->tokens[parsed->count - 1].class == TOKEN_CORE &&
           !parsed->tokens[parsed->count - 1].foreign;
}

static void parse_group(const struct normal_name *normal, unsigned group, struct parsed_name *ret_parsed)
{
    parsed_begin(ret_parsed, 0, normal->overflowed);
    if (normal->overflowed)
        return;
    struct word_list list = {.letters = normal->letters};
    struct word_list tail;
    unsigned reading = group > normal->brackets ? group - normal->brackets : 0;
    collect_words(normal, reading == 0 ? group : 0, ret_parsed, &list);
    ret_parsed->alias_count = group == 0 ? ret_parsed->alias_count : 0;
    struct word_list part = list; /* to see whether there is one */
    bool has_more = group == 0 && words_keep_name(&part);
    bool may_be_cut = group == 0 && words_may_be_cut(&list);
    if (has_more)
        part = list;
    bool has_latin = group == 0 && words_keep_latin(&part);
    if (reading == READING_NAME)
        words_keep_name(&list);
    else if (reading == READING_LATIN)
        words_keep_latin(&list);
    else if (reading == READING_UNCUT)
        list.count--;
    legal_strip(&list, &tail, ret_parsed);
    add_words(ret_parsed, &list);
    set_positions(ret_parsed);
    add_tail(ret_parsed, &tail);
    if (has_more)
        add_reading(ret_parsed, normal, READING_NAME);
    if (may_be_cut && ends_unknown(ret_parsed))
        add_reading(ret_parsed, normal, READING_UNCUT);
    if (has_latin)
        add_reading(ret_parsed, normal, READING_LATIN);
    if (group == 0 && name_is_misread(normal))
        add_reading(ret_parsed, normal, READING_REPAIRED);
}

void name_parse(const struct normal_name *normal, unsigned group, struct parsed_name *ret_parsed)
{
    if (group != normal->brackets + READING_REPAIRED) {
        parse_group(normal, group, ret_parsed);
        return;
    }
    struct normal_name repaired = *normal;
    name_repair(&repaired);
    parse_group(&repaired, 0, ret_parsed);
    ret_parsed->alias_count = ret_parsed->reading_count = 0;
}

bool parsed_has_core(const struct parsed_name *parsed)
{
    for (size_t i = 0; i < parsed->count; i++)
        if (parsed->tokens[i].class == TOKEN_CORE)
            return true;
    return false;
}

size_t name_glue(const struct parsed_name *parsed, enum glue_kind kind, char out[NAME_LETTERS])
{
    size_t length = 0;
    for (size_t i = 0; i < parsed->count; i++) {
        const struct token *token = &parsed->tokens[i];
        const char *bytes = parsed->bytes + (kind == GLUE_RAW ? token->raw : token->text);
        size_t count = kind == GLUE_RAW ? token->raw_length : token->text_length;
        /* Several canonical words of one phrase share its raw text. */
        if (kind == GLUE_RAW && token->shares)
            continue;
        if (length + count + 1 > NAME_LETTERS)
            return 0;
        if (token->class == TOKEN_PLACE && token->position == POSITION_TAIL)
            out[length++] = '|';
        for (size_t j = 0; j < count; j++)
            if (bytes[j] != ' ' && bytes[j] != '&')
                out[length++] = bytes[j];
    }
    return length;
}
