/* han.c - Chinese names: cut into place, trade words and core; read out in Latin letters. */
#include "fold.h"
#include "m13/text.h"
#include "name.h"
#include "tables.h"

#include <string.h>

/* Bytes of the UTF-8 sequence that starts here. */
static size_t step(const char *at)
{
    unsigned char lead = (unsigned char)*at;
    return lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

/* Bytes of the first `letters` characters of the run. */
static size_t prefix(const char *run, size_t length, size_t letters)
{
    size_t at = 0;
    while (letters-- > 0 && at < length)
        at += step(run + at);
    return at < length ? at : length;
}

/* The place that opens the run: 北京市..., 中国北京...; longest first. */
static size_t opening_place(const char *run, size_t length, const struct place **ret_place)
{
    for (size_t letters = table_han_longest(TABLE_HAN_PLACES, run, length); letters >= 2; letters--) {
        size_t bytes = prefix(run, length, letters);
        const struct place *place = table_place(run, bytes);
        if (place == NULL || place->kind == PLACE_DISTRICT)
            continue;
        *ret_place = place;
        bool with_suffix = length >= bytes + 3 && place->kind != PLACE_COUNTRY &&
                           memcmp(run + bytes, place->kind == PLACE_CITY ? "市" : "省", 3) == 0;
        return bytes + (with_suffix ? 3 : 0);
    }
    return 0;
}

static size_t longest_trade_word(const char *run, size_t length)
{
    for (size_t letters = table_han_longest(TABLE_HAN_WORDS, run, length); letters >= 2; letters--) {
        size_t bytes = prefix(run, length, letters);
        if (table_han_word(run, bytes) != NULL)
            return bytes;
    }
    return 0;
}

static uint16_t trade_weight(const char *word, size_t length)
{
    const char *english = table_han_word(word, length);
    uint16_t heaviest = 0;
    while (*english != '\0') {
        size_t letters = strcspn(english, " ");
        uint16_t weight;
        if (table_generic(english, letters, &weight) && weight > heaviest)
            heaviest = weight;
        english += letters + strspn(english + letters, " ");
    }
    return heaviest == 0 ? WEIGHT_UNKNOWN / 2 : heaviest;
}

static void add(struct parsed_name *parsed, enum token_class class, const char *run, size_t length,
    uint16_t weight, bool bracketed)
{
    struct token *token = token_add(parsed, class, run, length, NULL, 0);
    token->weight = weight;
    token->bracketed = bracketed;
    token->han = true;
}

void han_segment(struct parsed_name *parsed, const char *run, size_t length, bool opens_name, bool bracketed)
{
    const struct place *place = NULL;
    size_t at = 0;
    bool more = opens_name || bracketed;
    /* A second place only after a country or a province: 江苏苏州, but 北京海门 may be a brand. */
    while (more) {
        size_t bytes = opening_place(run + at, length - at, &place);
        if (bytes == 0)
            break;
        struct token *token =
            token_add(parsed, TOKEN_PLACE, run + at, bytes, place->value, strlen(place->value));
        token->weight = WEIGHT_PLACE;
        token->bracketed = bracketed;
        token->han = true;
        at += bytes;
        more = place->kind != PLACE_CITY;
    }
    size_t core = at;
    while (at < length) {
        size_t bytes = longest_trade_word(run + at, length - at);
        if (bytes == 0) {
            at += step(run + at);
            continue;
        }
        if (at > core)
            add(parsed, TOKEN_CORE, run + core, at - core, WEIGHT_UNKNOWN, bracketed);
        add(parsed, TOKEN_GENERIC, run + at, bytes, trade_weight(run + at, bytes), bracketed);
        at += bytes;
        core = at;
    }
    if (length > core)
        add(parsed, TOKEN_CORE, run + core, length - core, WEIGHT_UNKNOWN, bracketed);
}

/* -------------------------------------------------------------------------------------------- reading */

enum { CHOICES = 16 }; /* characters of a name whose second reading can be taken */

/* Bit i of `choice` takes the second reading of the i-th character that has two; *ambiguous counts these.
 * Characters without a reading are kept. Letters written in all; 0 when they do not fit. */
static size_t read_out(const char *run, size_t length, unsigned choice, unsigned *ambiguous,
    char out[NAME_LETTERS], size_t written)
{
    for (const char *at = run, *end = run + length; at < end;) {
        const char *start = at;
        uint32_t code_point = utf8_next(&at, end);
        const struct han_syllable *reading = han_reading(code_point, 0);
        const struct han_syllable *other = han_reading(code_point, 1);
        if (reading != NULL && other != NULL) {
            if (*ambiguous < CHOICES && (choice >> *ambiguous & 1) != 0)
                reading = other;
            ++*ambiguous;
        }
        size_t bytes = reading == NULL ? (size_t)(at - start) : reading->length;
        if (written + bytes > NAME_LETTERS)
            return 0;
        memcpy(out + written, reading == NULL ? start : reading->letters, bytes);
        written += bytes;
    }
    return written;
}

static void add_english(struct parsed_name *latin, const struct token *token, const char *raw)
{
    const char *english = table_han_word(raw, token->raw_length);
    while (english != NULL && *english != '\0') {
        size_t letters = strcspn(english, " ");
        struct token *added = token_add(latin, TOKEN_GENERIC, raw, token->raw_length, english, letters);
        added->loose = true;
        added->shares = english != table_han_word(raw, token->raw_length);
        if (!table_generic(english, letters, &added->weight))
            added->weight = WEIGHT_UNKNOWN / 2;
        english += letters + strspn(english + letters, " ");
    }
}

static void add_as_is(struct parsed_name *latin, const struct parsed_name *chinese, const struct token *token)
{
    struct token *added = token_add(latin, (enum token_class)token->class, chinese->bytes + token->raw,
        token->raw_length, chinese->bytes + token->text, token->text_length);
    added->weight = token->weight;
    added->position = token->position;
    added->bracketed = token->bracketed;
    added->shares = token->shares;
}

/* Characters with two readings in the core of a name, as far as they are counted; `any`: whether there is Han
 * at all. */
static unsigned ambiguous_readings(const struct parsed_name *chinese, bool *ret_any)
{
    unsigned ambiguous = 0;
    *ret_any = false;
    for (size_t i = 0; i < chinese->count; i++) {
        const struct token *token = &chinese->tokens[i];
        *ret_any = *ret_any || token->han;
        const char *at = chinese->bytes + token->raw;
        const char *end = at + (token->han && token->class == TOKEN_CORE ? token->raw_length : 0);
        while (at < end)
            ambiguous += han_reading(utf8_next(&at, end), 1) != NULL;
    }
    return ambiguous < CHOICES ? ambiguous : CHOICES;
}

bool name_in_latin(const struct parsed_name *chinese, unsigned variant, struct parsed_name *ret_latin)
{
    bool any;
    unsigned choices = ambiguous_readings(chinese, &any);
    if (!any || variant >> choices != 0)
        return false;
    parsed_begin(ret_latin, chinese->legal, chinese->overflowed);
    unsigned ambiguous = 0;
    for (size_t i = 0; i < chinese->count; i++) {
        const struct token *token = &chinese->tokens[i];
        const char *raw = chinese->bytes + token->raw;
        if (!token->han || token->class == TOKEN_PLACE) {
            add_as_is(ret_latin, chinese, token);
        } else if (token->class == TOKEN_GENERIC) {
            add_english(ret_latin, token, raw);
        } else {
            char reading[NAME_LETTERS];
            size_t length = read_out(raw, token->raw_length, variant, &ambiguous, reading, 0);
            struct token *added = token_add(ret_latin, TOKEN_CORE, raw, token->raw_length, reading, length);
            added->loose = true;
            added->weight = table_core_weight(reading, length);
            ret_latin->overflowed = ret_latin->overflowed || length == 0;
        }
    }
    return true;
}

size_t name_pinyin_glue(const struct parsed_name *chinese, char out[NAME_LETTERS], size_t *ret_with_legal)
{
    size_t written = 0;
    unsigned ambiguous = 0;
    *ret_with_legal = 0;
    for (size_t i = 0; i < chinese->count; i++) {
        const struct token *token = &chinese->tokens[i];
        written = read_out(chinese->bytes + token->raw, token->raw_length, 0, &ambiguous, out, written);
        if (written == 0)
            return 0;
    }
    *ret_with_legal = read_out(chinese->legal_text, strlen(chinese->legal_text), 0, &ambiguous, out, written);
    return written;
}
