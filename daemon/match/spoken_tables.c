/* spoken_tables.c - the word lists of spoken.c and sound.c, read once. */
#include "spoken.h"

#include "m13/failure.h"
#include "m13/log.h"
#include "m13/memory.h"
#include "m13/text.h"
#include "tables.h"
#include "word_map.h"

#include <stdlib.h>
#include <string.h>

extern const char match_table_kana[], match_table_alphabets[], match_table_letter_names[],
    match_table_sounds[], match_table_spoken[];

/* A shorter sound is that of too many names: rubber sounds like Luobei. */
enum { LEAST_TRADE_SOUND = 5, LEAST_SPOKEN_SOUND = 4, LEAST_CONSONANTS = 5 };
enum { READINGS = 512, RULES = 128, RULE_LETTERS = 4, TRADE_SOUNDS = 2048 };

/* What one to four letters become by their sound. */
struct sound_rule {
    uint32_t letters, mask; /* as they stand in memory */
    uint8_t count, to_count;
    bool opens, closes; /* only at the beginning of a word; only at its end */
    char to[RULE_LETTERS];
};

static struct {
    bool loaded;
    struct word_map readings, letter_names;
    struct sound_rule rules[SOUND_RULES]
                           [RULES];           /* by first letter; of these the one that goes before first */
    uint8_t first_rule[SOUND_RULES][128 + 1]; /* of each letter */
    uint8_t first_for[SOUND_RULES][128][128]; /* of two letters in a row, the second 0 at the end of a word */
    bool is_soft[SOUND_RULES][128][128];      /* two letters in a row that have other soft rules than these */
    struct word_map trade_spelled, trade,
        trade_consonants; /* as in spoken.txt; by sound; by its consonants */
    const char *reading_texts[READINGS], *trade_words[TRADE_SOUNDS];
    size_t reading_count, rule_count[SOUND_RULES], trade_count;
} spoken;

static uint32_t next_entry(size_t *count, size_t most, const char *table)
{
    if (*count >= most)
        log_fatal(EXIT_INTERNAL, "match: table %s has more than %zu entries", table, most);
    return (uint32_t)(*count)++;
}

/* "-" = silent. */
static const char *copy_sound(const char *text)
{
    return string_equal(text, "-") ? "" : memory_copy_string(text);
}

static void load_readings(const char *cursor)
{
    char buffer[TABLE_LINE_BYTES];
    while (table_line(&cursor, buffer) != NULL) {
        char *rest = buffer;
        char *letters = memory_copy_string(table_part(&rest, " "));
        uint32_t at = next_entry(&spoken.reading_count, READINGS, "of readings");
        spoken.reading_texts[at] = copy_sound(string_trim(rest));
        word_map_put(&spoken.readings, letters, strlen(letters), at);
    }
}

static void load_letter_names(void)
{
    char buffer[TABLE_LINE_BYTES];
    const char *cursor = match_table_letter_names;
    while (table_line(&cursor, buffer) != NULL) {
        char *rest = buffer;
        char *name = memory_copy_string(table_part(&rest, " "));
        word_map_put(&spoken.letter_names, name, strlen(name), (uint32_t)(unsigned char)*string_trim(rest));
    }
}

static uint32_t packed(const char *letters, size_t count)
{
    uint32_t number = 0;
    memcpy(&number, letters, count);
    return number;
}

static char first_letter(const struct sound_rule *rule)
{
    char letters[sizeof rule->letters];
    memcpy(letters, &rule->letters, sizeof letters);
    return letters[0];
}

/* More letters go before fewer; of as many, those that open or close a word before others. */
static int by_precedence(const void *a, const void *b)
{
    const struct sound_rule *own = a;
    const struct sound_rule *other = b;
    if (first_letter(own) != first_letter(other))
        return first_letter(own) - first_letter(other);
    if (own->count != other->count)
        return other->count - own->count;
    return own->opens != other->opens ? other->opens - own->opens : other->closes - own->closes;
}

static bool same_letters(const struct sound_rule *a, const struct sound_rule *b)
{
    return a->letters == b->letters && a->count == b->count && a->opens == b->opens && a->closes == b->closes;
}

static bool same_rule(const struct sound_rule *a, const struct sound_rule *b)
{
    return same_letters(a, b) && a->to_count == b->to_count && memcmp(a->to, b->to, a->to_count) == 0;
}

/* The last line that says what becomes of the same letters holds. */
static void put_rule(enum sound_rules rules, const struct sound_rule *rule)
{
    for (size_t i = 0; i < spoken.rule_count[rules]; i++) {
        struct sound_rule *known = &spoken.rules[rules][i];
        if (same_letters(known, rule)) {
            *known = *rule;
            return;
        }
    }
    spoken.rules[rules][next_entry(&spoken.rule_count[rules], RULES, "sounds")] = *rule;
}

static void sort_rules(enum sound_rules rules)
{
    struct sound_rule *list = spoken.rules[rules];
    size_t count = spoken.rule_count[rules];
    qsort(list, count, sizeof *list, by_precedence);
    for (size_t letter = 0, at = 0; letter < 128; letter++) {
        while (at < count && first_letter(&list[at]) < (char)letter)
            at++;
        spoken.first_rule[rules][letter] = (uint8_t)at;
    }
    spoken.first_rule[rules][128] = (uint8_t)count;
}

/* Whether the rule can hold where these two letters stand, the second 0 at the end of the word. */
static bool may_hold(const struct sound_rule *rule, char second)
{
    if (rule->count == 1)
        return !rule->closes || second == '\0';
    char letters[sizeof rule->letters];
    memcpy(letters, &rule->letters, sizeof letters);
    return letters[1] == second;
}

static const struct sound_rule *next_that_may(enum sound_rules rules, size_t *at, char first, char second)
{
    for (size_t end = spoken.first_rule[rules][(unsigned char)first + 1]; *at < end; ++*at)
        if (may_hold(&spoken.rules[rules][*at], second))
            return &spoken.rules[rules][(*at)++];
    return NULL;
}

/* Whether the soft rules for two letters in a row are others than these. */
static bool differ_softly(enum sound_rules rules, char first, char second)
{
    size_t own = spoken.first_rule[rules][(unsigned char)first];
    size_t soft = spoken.first_rule[SOUND_SOFT][(unsigned char)first];
    for (;;) {
        const struct sound_rule *a = next_that_may(rules, &own, first, second);
        const struct sound_rule *b = next_that_may(SOUND_SOFT, &soft, first, second);
        if (a == NULL || b == NULL)
            return a != b;
        if (!same_rule(a, b))
            return true;
    }
}

/* Of most pairs it is the only one that can hold. */
static void find_first_rules(enum sound_rules rules)
{
    for (int first = 0; first < 128; first++)
        for (int second = 0; second < 128; second++) {
            size_t at = spoken.first_rule[rules][first];
            bool found = next_that_may(rules, &at, (char)first, (char)second) != NULL;
            spoken.first_for[rules][first][second] = (uint8_t)(found ? at - 1 : at);
        }
}

static void compare_with_soft(enum sound_rules rules)
{
    for (int first = 0; first < 128; first++)
        for (int second = 0; second < 128; second++)
            spoken.is_soft[rules][first][second] = differ_softly(rules, (char)first, (char)second);
}

/* "^ch", "ch", "ch$": at the beginning of a word, anywhere, at its end. */
static struct sound_rule read_rule(const char *from, const char *to)
{
    bool silent = string_equal(to, "-");
    struct sound_rule rule = {.opens = *from == '^', .to_count = (uint8_t)(silent ? 0 : strlen(to))};
    from += rule.opens;
    rule.count = (uint8_t)strcspn(from, "$");
    rule.closes = from[rule.count] == '$';
    if (rule.count == 0 || rule.count > sizeof rule.letters || rule.to_count > sizeof rule.to)
        log_fatal(EXIT_INTERNAL, "match: table sounds has a rule for %u letters", rule.count);
    memcpy(rule.to, to, rule.to_count);
    rule.letters = packed(from, rule.count);
    memset(&rule.mask, 0xff, rule.count);
    return rule;
}

static void load_rules(void)
{
    char buffer[TABLE_LINE_BYTES];
    const char *cursor = match_table_sounds;
    while (table_line(&cursor, buffer) != NULL) {
        char *rest = buffer;
        const char *from = table_part(&rest, " ");
        const char *to = table_part(&rest, " ");
        const char *where = table_part(&rest, " ");
        struct sound_rule rule = read_rule(from, to);
        for (int rules = 0; rules < SOUND_RULES; rules++) {
            const char *own = rules == SOUND_PINYIN ? "pinyin" : "other";
            bool soft = rules == SOUND_SOFT && string_equal(where, "soft");
            if (where == NULL || string_equal(where, own) || soft)
                put_rule((enum sound_rules)rules, &rule);
        }
    }
    for (int rules = 0; rules < SOUND_RULES; rules++)
        sort_rules((enum sound_rules)rules);
    for (int rules = 0; rules < SOUND_RULES; rules++)
        find_first_rules((enum sound_rules)rules), compare_with_soft((enum sound_rules)rules);
}

static void put_new(struct word_map *map, const char *key, size_t length, uint32_t at)
{
    uint32_t known;
    if (!word_map_find(map, key, length, &known))
        word_map_put(map, memory_copy_bytes(key, length), length, at);
}

/* The first word that claims a sound keeps it: spoken.txt goes before what the rules make of the lists. */
static void put_trade_sound(
    const char *letters, size_t length, size_t least, const char *word, size_t word_length)
{
    char sound[SOUND_BYTES];
    char consonants[SOUND_BYTES];
    uint32_t at = next_entry(&spoken.trade_count, TRADE_SOUNDS, "of trade words by sound");
    spoken.trade_words[at] = memory_copy_bytes(word, word_length);
    size_t count = sound_fold(letters, length, false, sound);
    if (count >= least)
        put_new(&spoken.trade, sound, count, at);
    count = sound_consonants(sound, count, consonants);
    if (count >= LEAST_CONSONANTS)
        put_new(&spoken.trade_consonants, consonants, count, at);
}

/* What stands before a ッ is not doubled in a reading. */
static size_t undouble(const char *letters, size_t length, char out[SOUND_BYTES])
{
    size_t written = 0;
    for (size_t i = 0; i < length && written < SOUND_BYTES; i++)
        if (i == 0 || letters[i] != letters[i - 1])
            out[written++] = letters[i];
    return written;
}

static void load_spoken(void)
{
    char buffer[TABLE_LINE_BYTES];
    const char *cursor = match_table_spoken;
    while (table_line(&cursor, buffer) != NULL) {
        char *rest = buffer;
        const char *word = table_part(&rest, " ");
        for (const char *sound; (sound = table_part(&rest, " ")) != NULL;) {
            put_trade_sound(sound, strlen(sound), LEAST_SPOKEN_SOUND, word, strlen(word));
            char spelled[SOUND_BYTES];
            size_t length = undouble(sound, strlen(sound), spelled);
            put_new(&spoken.trade_spelled, spelled, length, (uint32_t)spoken.trade_count - 1);
        }
    }
}

static void take_trade_word(const char *letters, size_t length, const char *word)
{
    bool single = memchr(letters, ' ', length) == NULL && *word != '\0' && strchr(word, ' ') == NULL;
    if (single)
        put_trade_sound(letters, length, LEAST_TRADE_SOUND, word, strlen(word));
}

void spoken_load(void)
{
    if (spoken.loaded)
        return;
    spoken.loaded = true;
    load_readings(match_table_kana);
    load_readings(match_table_alphabets);
    load_letter_names();
    load_rules();
    load_spoken();
    table_each_trade_word(take_trade_word);
}

const char *table_reading(const char *letters, size_t length)
{
    uint32_t at;
    return word_map_find(&spoken.readings, letters, length, &at) ? spoken.reading_texts[at] : NULL;
}

char table_letter_name(const char *letters, size_t length)
{
    uint32_t letter;
    return (char)(word_map_find(&spoken.letter_names, letters, length, &letter) ? letter : '\0');
}

/* The rule for the letters at `at`, the longest first; NULL when there is none: they stay. */
static const struct sound_rule *rule_for(
    const char *letters, size_t length, size_t at, enum sound_rules rules)
{
    size_t left = length - at;
    unsigned char first = (unsigned char)letters[at] & 127;
    unsigned char second = left > 1 ? (unsigned char)letters[at + 1] & 127 : 0;
    size_t i = spoken.first_for[rules][first][second];
    size_t end = spoken.first_rule[rules][first + 1];
    if (i == end)
        return NULL;
    uint32_t here = packed(letters + at, left < sizeof here ? left : sizeof here);
    for (; i < end; i++) {
        const struct sound_rule *rule = &spoken.rules[rules][i];
        if ((here & rule->mask) == rule->letters && rule->count <= left && (at == 0 || !rule->opens) &&
            (rule->count == left || !rule->closes))
            return rule;
    }
    return NULL;
}

size_t table_sound(const char *letters, size_t length, enum sound_rules rules, char *out)
{
    size_t written = 0;
    for (size_t at = 0; at < length;) {
        const struct sound_rule *rule = rule_for(letters, length, at, rules);
        const char *to = rule == NULL ? letters + at : rule->to;
        size_t count = rule == NULL ? 1 : rule->to_count;
        for (size_t i = 0; i < count; i++)
            if (written == 0 || out[written - 1] != to[i]) {
                if (written == SOUND_BYTES)
                    return 0;
                out[written++] = to[i];
            }
        at += rule == NULL ? 1 : rule->count;
    }
    return written;
}

bool table_may_be_soft(const char *letters, size_t length, enum sound_rules rules)
{
    for (size_t at = 0; at < length; at++) {
        unsigned char second = at + 1 < length ? (unsigned char)letters[at + 1] & 127 : 0;
        if (spoken.is_soft[rules][(unsigned char)letters[at] & 127][second])
            return true;
    }
    return false;
}

const char *table_trade_sound(const char *letters, size_t length)
{
    char sound[SOUND_BYTES];
    char consonants[SOUND_BYTES];
    uint32_t at;
    size_t count = undouble(letters, length, sound);
    if (word_map_find(&spoken.trade_spelled, sound, count, &at))
        return spoken.trade_words[at];
    count = sound_fold(letters, length, false, sound);
    bool found = word_map_find(&spoken.trade, sound, count, &at);
    if (!found && count > LEAST_TRADE_SOUND && sound[count - 1] == 's') {
        size_t single = count - (sound[count - 2] == 'i' && sound[count - 3] == 's' ? 2 : 1);
        found = word_map_find(&spoken.trade, sound, single, &at); /* its plural */
    }
    if (!found) {
        count = sound_consonants(sound, count, consonants);
        found = word_map_find(&spoken.trade_consonants, consonants, count, &at);
    }
    return found ? spoken.trade_words[at] : NULL;
}
