#include "tables.h"

#include "fold.h"
#include "m13/failure.h"
#include "m13/log.h"
#include "m13/memory.h"
#include "m13/text.h"
#include "spoken.h"
#include "word_map.h"

#include <string.h>

extern const char match_table_legal[], match_table_places_china[], match_table_places_beijing[],
    match_table_places_abroad[], match_table_generic[], match_table_common[], match_table_synonyms[],
    match_table_han_words[], match_table_kin[];

const char place_beijing[] = "beijing", place_china[] = "china";

enum { HAN_FIRST = 0x4e00, HAN_LAST = 0x9fff };
enum { PLACE_OPENINGS = 4096, OPENING_BYTES = 3, LEGAL_OPENINGS = 1 << 16 };
enum { LEGAL_READINGS = 128, LEGAL_READING_BYTES = 48 };
enum { FAMILIES = 64, KIN_GROUPS = 32, KIN_WORDS = 256 };

/* A word of generic.txt, or a synonym: its letters and the canonical word. */
struct trade_word {
    const char *letters, *word;
};

struct legal_reading {
    char letters[LEGAL_READING_BYTES];
    size_t length;
};

/* The maps give indices into these; they are read once and live as long as the process. */
static struct {
    bool loaded;
    struct word_map legal, places, place_suffixes, generic, common, synonyms, openers, han_words, kin;
    struct legal_form legal_forms[1024];
    struct place place_entries[1024];
    struct synonym synonym_entries[1024];
    const char *han_entries[512];
    const char *families[FAMILIES];
    uint32_t kin_groups[KIN_WORDS];                            /* a bit for each group */
    struct trade_word trade_words[2048];                       /* as they are read */
    struct legal_reading legal_readings[LEGAL_READINGS];       /* of the Chinese forms, each once */
    uint64_t legal_openings[LEGAL_OPENINGS / 64];              /* bits by the first two bytes of forms */
    uint64_t place_openings[PLACE_OPENINGS / 64];              /* bits by the first three bytes of places */
    uint8_t han_longest[TABLE_HANS][HAN_LAST - HAN_FIRST + 1]; /* by the first character */
    size_t legal_count, legal_reading_count, place_count, synonym_count, han_count, family_count, kin_count,
        trade_count;
    uint64_t tacit;
} tables;

const char *table_line(const char **cursor, char buffer[TABLE_LINE_BYTES])
{
    while (**cursor != '\0') {
        size_t length = strcspn(*cursor, "\n");
        const char *line = *cursor;
        *cursor += length + (line[length] == '\n');
        if (length == 0 || line[0] == '#')
            continue;
        if (length >= TABLE_LINE_BYTES)
            log_fatal(EXIT_INTERNAL, "match: a table has a line of %zu bytes", length);
        memcpy(buffer, line, length);
        buffer[length] = '\0';
        char *comment = strstr(buffer, "  #");
        if (comment != NULL)
            *comment = '\0';
        return string_trim(buffer);
    }
    return NULL;
}

char *table_part(char **cursor, const char *ends)
{
    if (*cursor == NULL || string_is_blank(*cursor))
        return NULL;
    char *part = *cursor;
    size_t length = strcspn(part, ends);
    *cursor = part[length] == '\0' ? NULL : part + length + 1;
    part[length] = '\0';
    return string_trim(part);
}

static void check_room(size_t count, size_t most, const char *table)
{
    if (count >= most)
        log_fatal(EXIT_INTERNAL, "match: table %s has more than %zu entries", table, most);
}

/* A word with two meanings is a mistake in a table. Returns its copy. */
static const char *put_copy(struct word_map *map, const char *key, uint32_t value)
{
    uint32_t known;
    if (word_map_find(map, key, strlen(key), &known))
        log_fatal(EXIT_INTERNAL, "match: \"%s\" stands twice in its tables", key);
    const char *copy = memory_copy_string(key);
    word_map_put(map, copy, strlen(copy), value);
    return copy;
}

static void note_trade_word(const char *letters, const char *word)
{
    size_t most = sizeof tables.trade_words / sizeof *tables.trade_words;
    check_room(tables.trade_count, most, "generic and synonyms");
    tables.trade_words[tables.trade_count++] = (struct trade_word){letters, word};
}

/* The place of a run's first character in han_longest; NULL when it is no Han. */
static uint8_t *han_longest(enum table_han table, const char *run, size_t length)
{
    const char *at = run;
    uint32_t first = length == 0 ? 0 : utf8_next(&at, run + length);
    return first < HAN_FIRST || first > HAN_LAST ? NULL : &tables.han_longest[table][first - HAN_FIRST];
}

static void note_han(enum table_han table, const char *word)
{
    uint8_t *longest = han_longest(table, word, strlen(word));
    uint8_t letters = 0;
    for (const char *at = word, *end = word + strlen(word); at < end && letters < HAN_WORD_LETTERS; letters++)
        utf8_next(&at, end);
    if (longest != NULL && letters > *longest)
        *longest = letters;
}

size_t table_han_longest(enum table_han table, const char *run, size_t length)
{
    const uint8_t *longest = han_longest(table, run, length);
    return longest == NULL ? 0 : *longest;
}

/* ---------------------------------------------------------------------------------------- legal forms */

uint64_t table_legal_family(const char *name)
{
    for (size_t i = 0; i < tables.family_count; i++)
        if (string_equal(tables.families[i], name))
            return 1ull << i;
    return 0;
}

static uint64_t family_bit(const char *name)
{
    uint64_t bit = table_legal_family(name);
    if (bit != 0)
        return bit;
    check_room(tables.family_count, FAMILIES, "legal (families)");
    tables.families[tables.family_count] = memory_copy_string(name);
    return 1ull << tables.family_count++;
}

static size_t legal_opening(const char *letters)
{
    return (size_t)(unsigned char)letters[0] << 8 | (unsigned char)letters[1];
}

bool table_opens_legal(const char *letters, size_t length)
{
    if (length < 2)
        return true; /* the rest of a form that is written apart may follow */
    size_t bit = legal_opening(letters);
    return (tables.legal_openings[bit / 64] >> bit % 64 & 1) != 0;
}

/* False when some of it is no Han. */
static bool read_out_form(const char *form, struct legal_reading *ret_reading)
{
    ret_reading->length = 0;
    for (const char *at = form, *end = form + strlen(form); at < end;) {
        const struct han_syllable *syllable = han_reading(utf8_next(&at, end), 0);
        if (syllable == NULL || ret_reading->length + syllable->length > LEGAL_READING_BYTES)
            return false;
        memcpy(ret_reading->letters + ret_reading->length, syllable->letters, syllable->length);
        ret_reading->length += syllable->length;
    }
    return ret_reading->length > 0;
}

static bool ends_with(const char *letters, size_t length, const struct legal_reading *reading)
{
    return length > reading->length && letters[length - 1] == reading->letters[reading->length - 1] &&
           memcmp(letters + length - reading->length, reading->letters, reading->length) == 0;
}

static void note_legal_reading(const char *form)
{
    struct legal_reading reading;
    if (!read_out_form(form, &reading))
        return;
    for (size_t i = 0; i < tables.legal_reading_count; i++) {
        const struct legal_reading *known = &tables.legal_readings[i];
        if (known->length == reading.length && memcmp(known->letters, reading.letters, reading.length) == 0)
            return;
    }
    check_room(tables.legal_reading_count, LEGAL_READINGS, "legal (Chinese)");
    tables.legal_readings[tables.legal_reading_count++] = reading;
}

size_t table_legal_reading(const char *letters, size_t length, size_t *cursor)
{
    while (*cursor < tables.legal_reading_count) {
        const struct legal_reading *reading = &tables.legal_readings[(*cursor)++];
        if (ends_with(letters, length, reading))
            return reading->length;
    }
    return 0;
}

static void load_legal(void)
{
    char buffer[TABLE_LINE_BYTES];
    const char *cursor = match_table_legal;
    for (const char *line; (line = table_line(&cursor, buffer)) != NULL;) {
        check_room(tables.legal_count, sizeof tables.legal_forms / sizeof *tables.legal_forms, "legal");
        struct legal_form *form = &tables.legal_forms[tables.legal_count];
        char *rest = buffer;
        const char *letters = table_part(&rest, " ");
        char *families = table_part(&rest, " ");
        const char *first = table_part(&rest, " ");
        for (const char *family; (family = table_part(&families, ",")) != NULL;)
            form->families |= family_bit(family);
        form->may_open = first != NULL;
        note_legal_reading(letters);
        size_t bit = legal_opening(letters);
        tables.legal_openings[bit / 64] |= 1ull << bit % 64;
        put_copy(&tables.legal, letters, (uint32_t)tables.legal_count++);
    }
    tables.tacit = table_legal_family("ltd") | table_legal_family("inc");
}

const struct legal_form *table_legal(const char *letters, size_t length)
{
    uint32_t at;
    return word_map_find(&tables.legal, letters, length, &at) ? &tables.legal_forms[at] : NULL;
}

uint64_t table_legal_tacit(void)
{
    return tables.tacit;
}

/* --------------------------------------------------------------------------------------------- places */

static int place_kind_of(const char *word)
{
    static const char *const words[] = {"country", "province", "city", "district", "suffix"};
    for (int i = 0; i < 5; i++)
        if (string_equal(words[i], word))
            return i;
    log_fatal(EXIT_INTERNAL, "match: a table of places has the kind %s", word);
}

static size_t opening_bit(const char *letters)
{
    return word_hash(letters, OPENING_BYTES) % PLACE_OPENINGS;
}

static void note_place(const char *spelling)
{
    size_t bit = strlen(spelling) < OPENING_BYTES ? 0 : opening_bit(spelling);
    tables.place_openings[bit / 64] |= 1ull << bit % 64;
    note_han(TABLE_HAN_PLACES, spelling);
}

bool table_opens_place(const char *letters, size_t length)
{
    if (length < OPENING_BYTES)
        return true; /* one that is written apart may follow */
    size_t bit = opening_bit(letters);
    return (tables.place_openings[bit / 64] >> bit % 64 & 1) != 0;
}

static void load_places(const char *cursor)
{
    char buffer[TABLE_LINE_BYTES];
    for (const char *line; (line = table_line(&cursor, buffer)) != NULL;) {
        char *rest = buffer;
        int kind = place_kind_of(table_part(&rest, " "));
        const char *value = table_part(&rest, ":");
        size_t at = tables.place_count;
        bool suffix = kind > PLACE_DISTRICT;
        if (!suffix) {
            check_room(at, sizeof tables.place_entries / sizeof *tables.place_entries, "places");
            tables.place_entries[tables.place_count++] =
                (struct place){.value = memory_copy_string(value), .kind = (uint8_t)kind};
        }
        for (const char *spelling; (spelling = table_part(&rest, ",")) != NULL;) {
            put_copy(suffix ? &tables.place_suffixes : &tables.places, spelling, (uint32_t)at);
            if (!suffix)
                note_place(spelling);
        }
    }
}

const struct place *table_place(const char *letters, size_t length)
{
    uint32_t at;
    return word_map_find(&tables.places, letters, length, &at) ? &tables.place_entries[at] : NULL;
}

bool table_place_suffix(const char *letters, size_t length)
{
    uint32_t at;
    return word_map_find(&tables.place_suffixes, letters, length, &at);
}

/* ---------------------------------------------------------------------------------------------- words */

static void load_weights(struct word_map *map, const char *cursor)
{
    char buffer[TABLE_LINE_BYTES];
    for (const char *line; (line = table_line(&cursor, buffer)) != NULL;) {
        char *rest = buffer;
        const char *word = table_part(&rest, " ");
        int64_t weight = 0;
        if (string_to_integer(rest == NULL ? "" : string_trim(rest), 1, UINT16_MAX, &weight) != 0)
            log_fatal(EXIT_INTERNAL, "match: the weight of %s is no number", word);
        const char *kept = put_copy(map, word, (uint32_t)weight);
        if (map == &tables.generic)
            note_trade_word(kept, kept);
    }
}

bool table_generic(const char *word, size_t length, uint16_t *ret_weight)
{
    uint32_t weight;
    if (!word_map_find(&tables.generic, word, length, &weight))
        return false;
    *ret_weight = (uint16_t)weight;
    return true;
}

uint16_t table_core_weight(const char *word, size_t length)
{
    uint32_t weight;
    if (word_map_find(&tables.common, word, length, &weight))
        return (uint16_t)weight;
    return length <= 1 ? WEIGHT_UNKNOWN / 2 : WEIGHT_UNKNOWN;
}

bool table_is_brand(const char *word, size_t length)
{
    uint32_t weight;
    return word_map_find(&tables.common, word, length, &weight);
}

static void load_synonyms(void)
{
    char buffer[TABLE_LINE_BYTES];
    const char *cursor = match_table_synonyms;
    for (const char *line; (line = table_line(&cursor, buffer)) != NULL;) {
        check_room(
            tables.synonym_count, sizeof tables.synonym_entries / sizeof *tables.synonym_entries, "synonyms");
        uint32_t at = (uint32_t)tables.synonym_count++;
        bool loose = strchr(buffer, '~') != NULL;
        char *rest = buffer;
        char *words = table_part(&rest, "=~");
        tables.synonym_entries[at] = (struct synonym){
            .words = memory_copy_string(rest == NULL ? "" : string_trim(rest)), .loose = loose};
        for (const char *phrase; (phrase = table_part(&words, ",")) != NULL;) {
            note_trade_word(put_copy(&tables.synonyms, phrase, at), tables.synonym_entries[at].words);
            size_t first = strcspn(phrase, " ");
            uint32_t known;
            if (phrase[first] != '\0' && !word_map_find(&tables.openers, phrase, first, &known))
                word_map_put(&tables.openers, memory_copy_bytes(phrase, first), first, 0);
        }
    }
}

const struct synonym *table_synonym(const char *phrase, size_t length)
{
    uint32_t at;
    return word_map_find(&tables.synonyms, phrase, length, &at) ? &tables.synonym_entries[at] : NULL;
}

bool table_opens_phrase(const char *word, size_t length)
{
    uint32_t at;
    return word_map_find(&tables.openers, word, length, &at);
}

static void load_han_words(void)
{
    char buffer[TABLE_LINE_BYTES];
    const char *cursor = match_table_han_words;
    for (const char *line; (line = table_line(&cursor, buffer)) != NULL;) {
        check_room(tables.han_count, sizeof tables.han_entries / sizeof *tables.han_entries, "han_words");
        char *rest = buffer;
        const char *word = table_part(&rest, " ");
        tables.han_entries[tables.han_count] = memory_copy_string(string_trim(rest));
        note_han(TABLE_HAN_WORDS, put_copy(&tables.han_words, word, (uint32_t)tables.han_count++));
    }
}

const char *table_han_word(const char *word, size_t length)
{
    uint32_t at;
    return word_map_find(&tables.han_words, word, length, &at) ? tables.han_entries[at] : NULL;
}

static void load_kin(void)
{
    char buffer[TABLE_LINE_BYTES];
    const char *cursor = match_table_kin;
    for (unsigned group = 0; table_line(&cursor, buffer) != NULL; group++) {
        check_room(group, KIN_GROUPS, "kin");
        char *rest = buffer;
        for (const char *word; (word = table_part(&rest, " ")) != NULL;) {
            uint32_t at;
            if (!word_map_find(&tables.kin, word, strlen(word), &at)) {
                check_room(tables.kin_count, KIN_WORDS, "kin");
                at = (uint32_t)tables.kin_count++;
                word_map_put(&tables.kin, memory_copy_string(word), strlen(word), at);
            }
            tables.kin_groups[at] |= 1u << group;
        }
    }
}

bool table_are_kin(const char *a, size_t a_length, const char *b, size_t b_length)
{
    uint32_t own;
    uint32_t other;
    return word_map_find(&tables.kin, a, a_length, &own) && word_map_find(&tables.kin, b, b_length, &other) &&
           (tables.kin_groups[own] & tables.kin_groups[other]) != 0;
}

void table_each_trade_word(void (*each)(const char *letters, size_t length, const char *word))
{
    for (size_t i = 0; i < tables.trade_count; i++)
        each(
            tables.trade_words[i].letters, strlen(tables.trade_words[i].letters), tables.trade_words[i].word);
}

void tables_load(void)
{
    if (tables.loaded)
        return;
    tables.loaded = true;
    fold_load();
    load_legal();
    load_places(match_table_places_china);
    load_places(match_table_places_beijing);
    load_places(match_table_places_abroad);
    load_weights(&tables.generic, match_table_generic);
    load_weights(&tables.common, match_table_common);
    load_synonyms();
    load_han_words();
    load_kin();
    spoken_load();
}
