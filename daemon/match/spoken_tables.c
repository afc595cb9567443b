/* spoken_tables.c - the word lists of spoken.c and sound.c, read once. */
#include "spoken.h"

#include "m13/failure.h"
#include "m13/log.h"
#include "m13/memory.h"
#include "m13/text.h"
#include "tables.h"
#include "word_map.h"

#include <string.h>

extern const char match_table_kana[], match_table_alphabets[], match_table_letter_names[],
    match_table_sounds[], match_table_spoken[];

/* A shorter sound is that of too many names: rubber sounds like Luobei. */
enum { LEAST_TRADE_SOUND = 5, LEAST_SPOKEN_SOUND = 4, LEAST_CONSONANTS = 5 };
enum { READINGS = 512, RULES = 128, TRADE_SOUNDS = 2048 };

static struct {
    bool loaded;
    struct word_map readings, letter_names, rules[SOUND_RULES];
    struct word_map trade_spelled, trade,
        trade_consonants; /* as in spoken.txt; by sound; by its consonants */
    const char *reading_texts[READINGS], *rule_texts[RULES], *trade_words[TRADE_SOUNDS];
    size_t reading_count, rule_count, trade_count;
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

static void load_rules(void)
{
    char buffer[TABLE_LINE_BYTES];
    const char *cursor = match_table_sounds;
    while (table_line(&cursor, buffer) != NULL) {
        char *rest = buffer;
        char *from = memory_copy_string(table_part(&rest, " "));
        const char *to = table_part(&rest, " ");
        const char *where = table_part(&rest, " ");
        uint32_t at = next_entry(&spoken.rule_count, RULES, "sounds");
        spoken.rule_texts[at] = copy_sound(to);
        for (int rules = 0; rules < SOUND_RULES; rules++) {
            const char *own = rules == SOUND_PINYIN ? "pinyin" : "other";
            bool soft = rules == SOUND_SOFT && string_equal(where, "soft");
            if (where == NULL || string_equal(where, own) || soft)
                word_map_put(&spoken.rules[rules], from, strlen(from), at);
        }
    }
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

const char *table_sound(const char *letters, size_t length, enum sound_rules rules)
{
    uint32_t at;
    return word_map_find(&spoken.rules[rules], letters, length, &at) ? spoken.rule_texts[at] : NULL;
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
