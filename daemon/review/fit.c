/* fit.c - which of a firm's products an approval may be: for a person to see, never to decide.
 *
 * Names of products in a register are words of trade: only whole words count, blanks and punctuation do not
 * ("Clear DR 500" and "ClearDR500" are one). */
#include "internal.h"

#include "m13/memory.h"
#include "m13/text.h"

#include <stdlib.h>
#include <string.h>

const struct name_entry review_fit_names[5] = {
    {0, "udi-di", "UDI-DI 相同", "the same UDI-DI"},
    {1, "model", "型号", "model"},
    {2, "brand", "品牌", "brand"},
    {3, "name", "名称", "name"},
    {4, "name-part", "名称中的部分词", "words of the name"},
};

/* Thousandths: what one kind of evidence is worth, and each further kind. */
enum {
    WORTH_UDI_DI = 1000,
    WORTH_NAME = 800,
    WORTH_WORD = 700, /* a brand or a model: seldom another product's, too */
    WORTH_PART = 500, /* of a name, times the share of its letters */
    WORTH_MORE = 150,
    WORTH_MOST = 990
};
enum {
    WORDS_BYTES = 16 * 1024,
    LEAST_BRAND = 3,
    LEAST_MODEL = 2,
    LONG_MODEL = 4,
    LEAST_NAME = 4,
    HALF = 500,
    THOUSAND = 1000
};

/* The letters and digits of a text, small, without anything between; where words begin. */
struct words {
    char *glue;
    bool *begins; /* one more than there are bytes: the end begins a word, too */
    size_t length;
};

static bool is_letter(uint32_t c)
{
    bool ascii = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    bool sign = c < 0xC0 || (c >= 0x2000 && c < 0x2E80) || (c >= 0x3000 && c < 0x3040) ||
                (c >= 0xFE00 && c < 0xFF10) || c == 0xFFFD;
    return ascii || !sign;
}

/* Chinese is written without blanks: each character may begin a word. */
static bool is_han(uint32_t c)
{
    return c >= 0x3400 && c < 0xA000;
}

/* A hyphen inside a model says nothing: CW-1 is CW1. */
static bool joins(uint32_t c)
{
    return c == '-' || c == '.' || c == '_';
}

static struct words words_of(const char *text)
{
    size_t most = strnlen(text, WORDS_BYTES);
    const char *cursor = text, *end = text + utf8_cut(text, most);
    struct words words = {
        .glue = memory_get_zeroed(most + 1, 1), .begins = memory_get_zeroed(most + 2, sizeof *words.begins)};
    bool begins = true;
    while (cursor < end) {
        const char *at = cursor;
        uint32_t c = utf8_next(&cursor, end);
        if (!is_letter(c)) {
            begins = begins || !joins(c);
            continue;
        }
        words.begins[words.length] = begins || is_han(c);
        for (; at < cursor; at++)
            words.glue[words.length++] = (char)(*at >= 'A' && *at <= 'Z' ? *at - 'A' + 'a' : *at);
        begins = is_han(c);
    }
    words.begins[words.length] = true;
    return words;
}

static void release_words(struct words *words)
{
    free(words->glue);
    free(words->begins);
}

static bool stands_in(const struct words *text, const struct words *phrase)
{
    for (size_t at = 0; phrase->length > 0 && at + phrase->length <= text->length; at++)
        if (text->begins[at] && text->begins[at + phrase->length] &&
            memcmp(text->glue + at, phrase->glue, phrase->length) == 0)
            return true;
    return false;
}

/* --- evidence ---------------------------------------------------------------------------------------------
 */

struct fitting {
    const json_t *record;
    struct words texts[3]; /* of the register: device, brand, models */
    json_t *evidence;
    int score;
};
static const char *const text_fields[] = {"device", "brand", "models"};
enum { TEXTS = sizeof text_fields / sizeof *text_fields };

static void add_evidence(
    struct fitting *fitting, const char *kind, const char *ours, const char *theirs, int worth)
{
    int more = fitting->score > 0 ? WORTH_MORE : 0;
    int best = fitting->score > worth ? fitting->score : worth;
    fitting->score = best + more > WORTH_MOST && best < WORTH_UDI_DI ? WORTH_MOST : best + more;
    if (fitting->score > WORTH_UDI_DI)
        fitting->score = WORTH_UDI_DI;
    json_array_append_new(
        fitting->evidence, json_pack("{s:s, s:s, s:s}", "kind", kind, "ours", ours, "theirs", theirs));
}

/* The text of the register in which the phrase stands; NULL = in none. */
static const char *text_with(const struct fitting *fitting, const struct words *phrase)
{
    for (size_t i = 0; i < TEXTS; i++)
        if (stands_in(&fitting->texts[i], phrase))
            return review_member(fitting->record, text_fields[i]);
    return NULL;
}

/* II is no model of anybody's. */
static bool tells_a_model(const struct words *words)
{
    return words->length >= LONG_MODEL || strpbrk(words->glue, "0123456789") != NULL;
}

/* True when the phrase is one that can tell a product from another, and stands in the register's words. */
static bool add_phrase(struct fitting *fitting, const char *kind, const char *phrase, size_t least, int worth)
{
    struct words words = words_of(phrase);
    bool model = string_equal(kind, "model");
    bool telling = words.length >= least && (!model || tells_a_model(&words));
    const char *theirs = telling ? text_with(fitting, &words) : NULL;
    release_words(&words);
    if (theirs != NULL)
        add_evidence(fitting, kind, phrase, theirs, worth);
    return theirs != NULL;
}

/* The first of a list that stands there. */
static void add_listed(struct fitting *fitting, const char *kind, const char *list, size_t least, int worth)
{
    bool found = false;
    for (const char *part = list; *part != '\0' && !found;) {
        size_t length = strcspn(part, "|;");
        char *phrase = memory_copy_bytes(part, length);
        found = add_phrase(fitting, kind, string_trim(phrase), least, worth);
        free(phrase);
        part += length + (part[length] != '\0');
    }
}

/* The share of a name's letters whose words stand in the register's, in thousandths. */
static int share_of(const struct fitting *fitting, const char *name)
{
    struct words all = words_of(name);
    size_t found = 0;
    for (size_t from = 0, to; from < all.length; from = to) {
        for (to = from + 1; !all.begins[to];)
            to++;
        char *word = memory_copy_bytes(all.glue + from, to - from);
        struct words one = words_of(word);
        found += text_with(fitting, &one) == NULL ? 0 : to - from;
        release_words(&one);
        free(word);
    }
    int share = all.length == 0 ? 0 : (int)(found * THOUSAND / all.length);
    release_words(&all);
    return share;
}

static void add_name(struct fitting *fitting, const char *name)
{
    if (add_phrase(fitting, "name", name, LEAST_NAME, WORTH_NAME))
        return;
    int share = share_of(fitting, name);
    if (share >= HALF)
        add_evidence(fitting, "name-part", name, review_member(fitting->record, text_fields[0]),
            WORTH_PART * share / THOUSAND);
}

static void add_identifiers(struct fitting *fitting, const json_t *product)
{
    const char *theirs = review_member(fitting->record, "udi_di");
    char *ours = memory_copy_string(review_member(product, "udi_di"));
    char *rest = ours;
    for (const char *part; (part = strtok_r(rest, "|; ", &rest)) != NULL;)
        if (review_lists_meet(part, theirs))
            add_evidence(fitting, "udi-di", part, theirs, WORTH_UDI_DI);
    free(ours);
}

json_t *review_product_fit(const json_t *product, const json_t *record)
{
    struct fitting fitting = {.record = record, .evidence = json_array()};
    for (size_t i = 0; i < TEXTS; i++)
        fitting.texts[i] = words_of(review_member(record, text_fields[i]));
    add_identifiers(&fitting, product);
    add_listed(&fitting, "model", review_member(product, "models"), LEAST_MODEL, WORTH_WORD);
    add_listed(&fitting, "brand", review_member(product, "brand"), LEAST_BRAND, WORTH_WORD);
    add_name(&fitting, review_member(product, "name_en"));
    add_name(&fitting, review_member(product, "name_zh"));
    for (size_t i = 0; i < TEXTS; i++)
        release_words(&fitting.texts[i]);
    return json_pack("{s:i, s:o}", "score", fitting.score, "evidence", fitting.evidence);
}
