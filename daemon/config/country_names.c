#include "country_names.h"

#include "m13/country.h"
#include "m13/memory.h"
#include "m13/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/uloc.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#define UNITS 256 /* of UTF-16: far more than any country's name */

/* --- keys ---------------------------------------------------------------------------------------------- */

/* Width and case folded, letters and their accents apart; 0 when it is too long, or no text. */
static int32_t fold(const char *name, UChar out[UNITS])
{
    UChar units[UNITS], folded[UNITS];
    UErrorCode code = U_ZERO_ERROR;
    int32_t count = 0;
    const UNormalizer2 *fold_case = unorm2_getNFKCCasefoldInstance(&code),
                       *apart = unorm2_getNFDInstance(&code);
    u_strFromUTF8(units, UNITS, &count, name, -1, &code);
    count = unorm2_normalize(fold_case, units, count, folded, UNITS, &code);
    count = unorm2_normalize(apart, folded, count, out, UNITS, &code);
    return U_SUCCESS(code) ? count : 0;
}

static bool parts_at(UChar32 character)
{
    static const UChar32 marks[] = {'(', ')', '[', ']', ',', ';', '/', 0x3001};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (marks[i] == character)
            return true;
    return false;
}

/* Keys of the whole, or of its parts with a NUL behind each; how many there are. */
static size_t make_keys(const char *name, bool parted, char out[COUNTRY_KEY_BYTES])
{
    UChar units[UNITS];
    int32_t count = fold(name, units);
    size_t length = 0, start = 0, keys = 0;
    for (int32_t i = 0; i < count;) {
        UChar32 character;
        U16_NEXT(units, i, count, character);
        if (parted && parts_at(character) && length > start) {
            out[length++] = '\0';
            start = length;
            keys++;
        }
        if (u_isalnum(character) && length + 8 < COUNTRY_KEY_BYTES)
            length += utf8_put((uint32_t)character, out + length);
    }
    keys += length > start;
    out[length] = '\0';
    out[length + 1] = '\0';
    return keys;
}

void country_key_whole(const char *name, char out[COUNTRY_KEY_BYTES])
{
    make_keys(name, false, out);
}

bool country_key_parts(const char *name, char out[COUNTRY_KEY_BYTES])
{
    return make_keys(name, true, out) > 1;
}

/* --- all names ----------------------------------------------------------------------------------------- */

struct named {
    char *key;
    const char *code;
    bool ours; /* counts before CLDR's */
};

struct names {
    struct named *items;
    size_t count, capacity;
};

static void add_key(struct names *names, const char *key, const char *code, bool ours)
{
    MEMORY_GROW(names->items, names->count, names->capacity);
    names->items[names->count++] = (struct named){memory_copy_string(key), code, ours};
}

static void add_name(struct names *names, const char *name, const char *code, bool ours)
{
    char key[COUNTRY_KEY_BYTES];
    country_key_whole(name, key);
    if (key[0] != '\0')
        add_key(names, key, code, ours);
}

/* Codes are keys as they are, in capitals, which no folded name is: "N/A" is not Namibia. */
static void add_codes(struct names *names, const char *code)
{
    char locale[16];
    snprintf(locale, sizeof locale, "und_%s", code);
    add_key(names, code, code, true);
    add_key(names, uloc_getISO3Country(locale), code, true);
}

static void add_spellings(struct names *names)
{
    for (const struct country_spelling *spelling = country_spellings; spelling->code != NULL; spelling++)
        for (const char *name = spelling->names; *name != '\0';) {
            size_t length = strcspn(name, "|");
            char *copy = memory_copy_bytes(name, length);
            add_name(names, copy, spelling->code, true);
            free(copy);
            name += length + (name[length] == '|');
        }
}

/* CLDR writes "Trinidad & Tobago", registers "and". */
static void add_with_and(struct names *names, const char *name, const char *code)
{
    const char *sign = strstr(name, " & ");
    if (sign == NULL)
        return;
    struct text text = TEXT_WITH_CEILING(1024);
    text_append_format(&text, "%.*s and %s", (int)(sign - name), name, sign + 3);
    add_name(names, text_string(&text), code, false);
    text_free(&text);
}

/* As people of that language call the country with this code. */
static void add_of_language(struct names *names, const char *code, const char *language)
{
    char locale[16], utf8[4 * UNITS];
    UChar units[UNITS];
    UErrorCode status = U_ZERO_ERROR;
    snprintf(locale, sizeof locale, "und_%s", code);
    int32_t count = uloc_getDisplayCountry(locale, language, units, UNITS, &status);
    if (status == U_USING_DEFAULT_WARNING)
        return; /* the code itself */
    u_strToUTF8(utf8, sizeof utf8, NULL, units, count, &status);
    if (U_FAILURE(status) || status == U_STRING_NOT_TERMINATED_WARNING)
        return;
    add_name(names, utf8, code, false);
    add_with_and(names, utf8, code);
}

static int by_key(const void *a, const void *b)
{
    const struct named *left = a, *right = b;
    int order = strcmp(left->key, right->key);
    order = order != 0 ? order : (int)right->ours - (int)left->ours;
    return order != 0 ? order : strcmp(left->code, right->code);
}

/* One item a key. What two languages call two countries by is none's, unless we say which. */
static void make_unique(struct names *names)
{
    size_t kept = 0;
    for (size_t i = 0; i < names->count;) {
        size_t end = i;
        bool one = true;
        while (end < names->count && strcmp(names->items[end].key, names->items[i].key) == 0) {
            one = one && strcmp(names->items[end].code, names->items[i].code) == 0;
            end++;
        }
        bool keeps = one || names->items[i].ours;
        if (keeps)
            names->items[kept++] = names->items[i];
        for (size_t j = i + keeps; j < end; j++)
            free(names->items[j].key);
        i = end;
    }
    names->count = kept;
}

static void make_names(struct names *names)
{
    static const char *const languages[] = {
        "en", "zh", "zh_Hant", "pt", "pt_PT", "ru", "ja", "id", "es", "fr", "de"};
    add_spellings(names);
    add_key(names, "UK", "GB", true);
    add_key(names, "EL", "GR", true); /* as the EU has it */
    add_key(names, "XI", "GB", true); /* Northern Ireland in EUDAMED */
    for (const char *const *code = uloc_getISOCountries(); *code != NULL; code++) {
        if (!country_exists(*code))
            continue;
        add_codes(names, *code);
        for (size_t i = 0; i < sizeof languages / sizeof *languages; i++)
            add_of_language(names, *code, languages[i]);
    }
    qsort(names->items, names->count, sizeof *names->items, by_key);
    make_unique(names);
}

static int key_against(const void *key, const void *item)
{
    return strcmp(key, ((const struct named *)item)->key);
}

const char *country_of_key(const char *key)
{
    static struct names all; /* made of constants when a name is first asked for */
    if (all.count == 0)
        make_names(&all);
    const struct named *found = bsearch(key, all.items, all.count, sizeof *all.items, key_against);
    return found != NULL ? found->code : NULL;
}
