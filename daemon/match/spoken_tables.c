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
enum { LEAST_TRADE_SOUND = 5, LEAST_SPOKEN_SOUND = 4 };
enum { READINGS = 512, RULES = 128, TRADE_SOUNDS = 2048 };

static struct {
    bool loaded;
    struct word_map readings, letter_names, rules[2],
        trade; /* rules: [1] in pinyin, [0] in all other words */
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
        for (int pinyin = 0; pinyin < 2; pinyin++)
            if (where == NULL || string_equal(where, pinyin == 1 ? "pinyin" : "other"))
                word_map_put(&spoken.rules[pinyin], from, strlen(from), at);
    }
}

/* The first word that claims a sound keeps it: spoken.txt goes before what the rules make of the lists. */
static void put_trade_sound(
    const char *letters, size_t length, size_t least, const char *word, size_t word_length)
{
    char sound[SOUND_BYTES];
    uint32_t known;
    size_t count = sound_fold(letters, length, sound);
    if (count < least || word_map_find(&spoken.trade, sound, count, &known))
        return;
    uint32_t at = next_entry(&spoken.trade_count, TRADE_SOUNDS, "of trade words by sound");
    spoken.trade_words[at] = memory_copy_bytes(word, word_length);
    word_map_put(&spoken.trade, memory_copy_bytes(sound, count), count, at);
}

static void load_spoken(void)
{
    char buffer[TABLE_LINE_BYTES];
    const char *cursor = match_table_spoken;
    while (table_line(&cursor, buffer) != NULL) {
        char *rest = buffer;
        const char *word = table_part(&rest, " ");
        for (const char *sound; (sound = table_part(&rest, " ")) != NULL;)
            put_trade_sound(sound, strlen(sound), LEAST_SPOKEN_SOUND, word, strlen(word));
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

const char *table_sound(const char *letters, size_t length, bool pinyin)
{
    uint32_t at;
    return word_map_find(&spoken.rules[pinyin], letters, length, &at) ? spoken.rule_texts[at] : NULL;
}

const char *table_trade_sound(const char *sound, size_t length)
{
    uint32_t at;
    bool found = word_map_find(&spoken.trade, sound, length, &at);
    if (!found && length > LEAST_TRADE_SOUND && sound[length - 1] == 's')
        found = word_map_find(&spoken.trade, sound, length - 1, &at); /* its plural */
    return found ? spoken.trade_words[at] : NULL;
}
