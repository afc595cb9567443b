/* spoken.c - kana, Cyrillic and Greek words read in Latin letters. */
#include "spoken.h"

#include "m13/text.h"
#include "tables.h"

#include <stdio.h>
#include <string.h>

enum {
    HIRAGANA_FIRST = 0x3041,
    HIRAGANA_LAST = 0x3096,
    TO_KATAKANA = 0x60,
    LETTER_NAME_BYTES = 18 /* ダブリュー is 15 */
};

/* Hiragana as katakana: one table serves both. */
static size_t as_katakana(const char *letters, size_t length, char out[NAME_LETTERS])
{
    size_t written = 0;
    for (const char *at = letters, *end = letters + length; at < end;) {
        uint32_t code_point = utf8_next(&at, end);
        if (code_point >= HIRAGANA_FIRST && code_point <= HIRAGANA_LAST)
            code_point += TO_KATAKANA;
        char bytes[4];
        size_t count = utf8_put(code_point, bytes);
        if (written + count > NAME_LETTERS)
            return 0;
        memcpy(out + written, bytes, count);
        written += count;
    }
    return written;
}

static size_t step(const char *at, const char *end)
{
    const char *next = at;
    utf8_next(&next, end);
    return (size_t)(next - at);
}

/* The reading of the one or two characters at `at`, and their bytes. */
static const char *read_at(const char *at, const char *end, size_t *ret_bytes)
{
    size_t one = step(at, end);
    size_t two = at + one < end ? one + step(at + one, end) : one;
    *ret_bytes = two;
    const char *reading = table_reading(at, two);
    if (reading != NULL)
        return reading;
    *ret_bytes = one;
    return table_reading(at, one);
}

bool spoken_is_foreign(const char *letters, size_t length)
{
    char katakana[NAME_LETTERS];
    size_t bytes;
    size_t count = as_katakana(letters, length, katakana);
    return count > 0 && read_at(katakana, katakana + count, &bytes) != NULL;
}

/* What some letters are read as as well. Russian writes the r of pinyin as ж (Жуй, Rui), elsewhere an English
 * j or g; Greek pairs are written as they sound, or letter by letter. */
static const struct second_reading {
    const char *letters, *reading;
} second_readings[] = {{"ж", "r"}, {"ντ", "nt"}, {"μπ", "mp"}, {"γκ", "gk"}};
enum { SECOND_READINGS = sizeof second_readings / sizeof *second_readings };

static const char *second_reading(const char *at, size_t bytes)
{
    for (size_t i = 0; i < SECOND_READINGS; i++)
        if (strlen(second_readings[i].letters) == bytes && memcmp(at, second_readings[i].letters, bytes) == 0)
            return second_readings[i].reading;
    return NULL;
}

/* Letters without a reading stay as they are. */
static size_t read_word(const char *letters, size_t length, bool second, char out[NAME_LETTERS])
{
    char katakana[NAME_LETTERS];
    size_t count = as_katakana(letters, length, katakana);
    size_t written = 0;
    for (const char *at = katakana, *end = katakana + count; at < end;) {
        size_t bytes;
        const char *reading = read_at(at, end, &bytes);
        const char *other = second ? second_reading(at, bytes) : NULL;
        reading = other == NULL ? reading : other;
        size_t more = reading == NULL ? bytes : strlen(reading);
        if (written + more > NAME_LETTERS)
            return 0;
        memcpy(out + written, reading == NULL ? at : reading, more);
        written += more;
        at += bytes;
    }
    return written;
}

/* The Latin letters whose names make up the word, the longest name first; 0 when something else is in it. */
static size_t read_letter_names(const char *letters, size_t length, char out[NAME_LETTERS])
{
    size_t written = 0;
    for (size_t at = 0; at < length;) {
        size_t most = length - at < LETTER_NAME_BYTES ? length - at : LETTER_NAME_BYTES;
        char letter = '\0';
        size_t bytes = most;
        while (bytes > 0 && (letter = table_letter_name(letters + at, bytes)) == '\0')
            bytes--;
        if (letter == '\0' || written == NAME_LETTERS)
            return 0;
        out[written++] = letter;
        at += bytes;
    }
    return written;
}

/* --- a whole name ----------------------------------------------------------------------------------------
 */

static void copy_token(struct parsed_name *to, const struct parsed_name *from, const struct token *token)
{
    struct token *added = token_add(to, (enum token_class)token->class, from->bytes + token->raw,
        token->raw_length, from->bytes + token->text, token->text_length);
    added->weight = token->weight;
    added->position = token->position;
    added->bracketed = token->bracketed;
    added->loose = token->loose;
    added->shares = token->shares;
}

static void add_read(struct parsed_name *to, const struct parsed_name *from, const struct token *token,
    const char *reading, size_t length)
{
    const char *trade = table_trade_sound(reading, length);
    struct token *added = token_add(to, trade == NULL ? TOKEN_CORE : TOKEN_GENERIC, from->bytes + token->raw,
        token->raw_length, trade == NULL ? reading : trade, trade == NULL ? length : strlen(trade));
    if (trade == NULL || !table_generic(trade, strlen(trade), &added->weight))
        added->weight = table_core_weight(reading, length);
    added->bracketed = token->bracketed;
    added->position = token->position;
    added->loose = true;
    added->spoken = trade == NULL;
}

/* Words from `first` on that are nothing but names of letters, as one. How many there are. */
static size_t add_letters(struct parsed_name *to, const struct parsed_name *from, size_t first)
{
    char letters[NAME_LETTERS];
    char one[NAME_LETTERS];
    size_t written = 0;
    size_t count = 0;
    for (; first + count < from->count; count++) {
        const struct token *token = &from->tokens[first + count];
        size_t more = !token->foreign || token->class != TOKEN_CORE
                          ? 0
                          : read_letter_names(from->bytes + token->raw, token->raw_length, one);
        if (more == 0 || written + more > NAME_LETTERS)
            break;
        memcpy(letters + written, one, more);
        written += more;
    }
    if (count > 0) {
        const struct token *token = &from->tokens[first];
        struct token *added =
            token_add(to, TOKEN_CORE, from->bytes + token->raw, token->raw_length, letters, written);
        added->weight = table_core_weight(letters, written);
        added->loose = true;
    }
    return count;
}

enum { VARIANT_SOUND, VARIANT_LETTERS, VARIANT_SECOND };

static bool has_second_reading(const struct parsed_name *foreign)
{
    for (size_t i = 0; i < foreign->count; i++) {
        const struct token *token = &foreign->tokens[i];
        for (size_t j = 0; j < SECOND_READINGS && token->foreign && token->class == TOKEN_CORE; j++)
            if (memmem(foreign->bytes + token->raw, token->raw_length, second_readings[j].letters,
                    strlen(second_readings[j].letters)) != NULL)
                return true;
    }
    return false;
}

/* Two translated trade words may be one of English: био технологии, biotechnology. */
static void merge_last_two(struct parsed_name *latin)
{
    char phrase[NAME_LETTERS];
    char raw[NAME_LETTERS];
    if (latin->count < 2)
        return;
    const struct token *last = &latin->tokens[latin->count - 1];
    const struct token *other = last - 1;
    bool both = last->class == TOKEN_GENERIC && other->class == TOKEN_GENERIC && last->loose &&
                other->loose && !last->shares && !other->shares && last->bracketed == other->bracketed;
    if (!both || other->text_length + last->text_length >= NAME_LETTERS ||
        other->raw_length + last->raw_length >= NAME_LETTERS)
        return;
    int length = snprintf(phrase, sizeof phrase, "%.*s %.*s", other->text_length, latin->bytes + other->text,
        last->text_length, latin->bytes + last->text);
    int raw_length = snprintf(raw, sizeof raw, "%.*s %.*s", other->raw_length, latin->bytes + other->raw,
        last->raw_length, latin->bytes + last->raw);
    const struct synonym *synonym = table_synonym(phrase, (size_t)length);
    uint16_t weight;
    if (synonym == NULL || !table_generic(synonym->words, strlen(synonym->words), &weight))
        return;
    bool bracketed = last->bracketed;
    latin->count -= 2;
    struct token *merged =
        token_add(latin, TOKEN_GENERIC, raw, (size_t)raw_length, synonym->words, strlen(synonym->words));
    merged->weight = weight;
    merged->loose = true;
    merged->bracketed = bracketed;
}

bool name_as_spoken(const struct parsed_name *foreign, unsigned variant, struct parsed_name *ret_latin)
{
    if (variant == VARIANT_SECOND && !has_second_reading(foreign))
        return false;
    parsed_begin(ret_latin, foreign->legal, foreign->overflowed);
    bool any = false;
    for (size_t i = 0; i < foreign->count;) {
        const struct token *token = &foreign->tokens[i];
        size_t letters = variant == VARIANT_LETTERS ? add_letters(ret_latin, foreign, i) : 0;
        if (letters > 0) {
            any = true;
            i += letters;
            continue;
        }
        char reading[NAME_LETTERS];
        bool read = token->foreign && token->class == TOKEN_CORE;
        size_t length = read ? read_word(foreign->bytes + token->raw, token->raw_length,
                                   variant == VARIANT_SECOND, reading)
                             : 0;
        if (length > 0)
            add_read(ret_latin, foreign, token, reading, length);
        else
            copy_token(ret_latin, foreign, token);
        merge_last_two(ret_latin);
        any = any || (variant != VARIANT_LETTERS && length > 0);
        i++;
    }
    return any;
}
