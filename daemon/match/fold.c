#include "fold.h"

#include "m13/memory.h"
#include "m13/text.h"
#include "tables.h"
#include "word_map.h"

#include <stdbool.h>
#include <string.h>

extern const char match_table_fold[], match_table_compose[], match_table_han_simplified[],
    match_table_han_reading[], match_table_han_override[];

enum {
    PAGES = 256,
    PAGE = 256,
    HAN_FIRST = 0x4e00,
    HAN_LAST = 0x9fff,
    SYLLABLES = 1024,
    SYLLABLE_NODES = 2048,
    COMPOSED = 128
};

/* Syllables by their letters, from node 0 on. */
struct syllable_node {
    uint16_t next['z' - 'a' + 1]; /* 0 = none */
    bool is_syllable;
};

struct composed {
    uint32_t letter, mark, whole;
};

static struct {
    bool loaded;
    struct letter ascii[128];
    struct letter *pages[PAGES]; /* of the basic plane: letters that fold into others */
    struct composed composed[COMPOSED];
    size_t composed_count;
    struct han_syllable syllables[SYLLABLES]; /* [0] = "no reading" */
    size_t syllable_count;
    struct word_map syllable_ids;
    struct syllable_node tree[SYLLABLE_NODES];
    size_t node_count;
    uint16_t reading[2][HAN_LAST - HAN_FIRST + 1];
} fold;

/* What is not a letter, beside ASCII. Gaps between the ranges are letters. */
static const struct {
    uint32_t first, last;
    uint8_t kind;
} ranges[] = {
    {0x80, 0xa9, LETTER_BREAK}, /* U+0080 to U+009F are windows-1252 taken for Latin-1: ™ and quotes */
    {0xab, 0xac, LETTER_BREAK},
    {0xad, 0xad, LETTER_SKIP}, /* soft hyphen */
    {0xae, 0xb1, LETTER_BREAK},
    {0xb4, 0xb4, LETTER_SKIP}, /* acute accent used as apostrophe */
    {0xb6, 0xb8, LETTER_BREAK},
    {0xbb, 0xbb, LETTER_BREAK},
    {0xbf, 0xbf, LETTER_BREAK},
    {0xd7, 0xd7, LETTER_BREAK},
    {0xf7, 0xf7, LETTER_BREAK},
    {0x2b0, 0x2ff, LETTER_SKIP}, /* modifier letters: ʼ and the like */
    {0x300, 0x36f, LETTER_MARK},
    {0x483, 0x489, LETTER_MARK},
    {0x2000, 0x200a, LETTER_BREAK},
    {0x200b, 0x200f, LETTER_SKIP},
    {0x2010, 0x2015, LETTER_DASH},
    {0x2016, 0x2017, LETTER_BREAK},
    {0x2018, 0x201b, LETTER_SKIP},
    {0x201c, 0x2023, LETTER_BREAK},
    {0x2024, 0x2024, LETTER_DOT},
    {0x2025, 0x2029, LETTER_BREAK},
    {0x202a, 0x202e, LETTER_SKIP},
    {0x202f, 0x205f, LETTER_BREAK},
    {0x2060, 0x206f, LETTER_SKIP},
    {0x20a0, 0x20cf, LETTER_BREAK},
    {0x20d0, 0x20ff, LETTER_MARK},
    {0x2100, 0x214f, LETTER_BREAK},
    {0x2190, 0x2bff, LETTER_BREAK},
    {0x2212, 0x2212, LETTER_DASH},
    {0x3000, 0x3004, LETTER_BREAK},
    {0x3008, 0x3011, LETTER_BREAK}, /* brackets among them: see below */
    {0x3012, 0x3013, LETTER_BREAK},
    {0x301c, 0x3020, LETTER_BREAK},
    {0x3030, 0x3030, LETTER_BREAK},
    {0x3099, 0x309a, LETTER_MARK},
    {0x309b, 0x309c, LETTER_SKIP},
    {0x30fb, 0x30fb, LETTER_BREAK},
    {0x3400, 0x9fff, LETTER_HAN},
    {0xd800, 0xf8ff, LETTER_BREAK},
    {0xf900, 0xfaff, LETTER_HAN},
    {0xfe00, 0xfe0f, LETTER_SKIP},
    {0xfe10, 0xfe6f, LETTER_BREAK},
    {0xfeff, 0xfeff, LETTER_SKIP},
    {0xff61, 0xff65, LETTER_BREAK},
    {0xffe0, 0xffff, LETTER_BREAK},
    {0x1f000, 0x1faff, LETTER_BREAK},
    {0x20000, 0x3ffff, LETTER_HAN},
    {0xe0000, 0x10ffff, LETTER_BREAK},
};

static const struct {
    uint32_t open, close;
} brackets[] = {
    {'(', ')'},
    {'[', ']'},
    {'{', '}'},
    {0xff08, 0xff09},
    {0x3010, 0x3011},
    {0x3014, 0x3015},
    {0x3016, 0x3017},
    {0xff3b, 0xff3d},
    {0xfe59, 0xfe5a},
    {0x3008, 0x3009},
    {0x300a, 0x300b},
};

static struct letter letter_of(enum letter_kind kind, uint32_t code_point)
{
    struct letter letter = {.kind = (uint8_t)kind};
    if (kind == LETTER_LATIN || kind == LETTER_HAN || kind == LETTER_OTHER || kind == LETTER_AND)
        letter.length = (uint8_t)utf8_put(code_point, letter.bytes);
    return letter;
}

static enum letter_kind bracket_kind(uint32_t code_point)
{
    for (size_t i = 0; i < sizeof brackets / sizeof *brackets; i++) {
        if (brackets[i].open == code_point)
            return LETTER_OPEN;
        if (brackets[i].close == code_point)
            return LETTER_CLOSE;
    }
    return LETTER_BREAK;
}

static struct letter ascii_letter(uint32_t code_point)
{
    if (code_point >= 'A' && code_point <= 'Z')
        return letter_of(LETTER_LATIN, code_point - 'A' + 'a');
    bool latin = (code_point >= 'a' && code_point <= 'z') || (code_point >= '0' && code_point <= '9');
    if (latin)
        return letter_of(LETTER_LATIN, code_point);
    switch (code_point) {
    case '&':
        return letter_of(LETTER_AND, '&');
    case '.':
        return letter_of(LETTER_DOT, 0);
    case '-':
        return letter_of(LETTER_DASH, 0);
    case '\'':
    case '`':
        return letter_of(LETTER_SKIP, 0);
    default:
        return letter_of(bracket_kind(code_point), 0);
    }
}

static enum letter_kind range_kind(uint32_t code_point)
{
    size_t low = 0;
    size_t high = sizeof ranges / sizeof *ranges;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (code_point < ranges[middle].first)
            high = middle;
        else if (code_point > ranges[middle].last)
            low = middle + 1;
        else
            return ranges[middle].kind;
    }
    return LETTER_OTHER;
}

const struct letter *fold_ascii(unsigned char byte)
{
    return &fold.ascii[byte & 127];
}

struct letter fold_letter(uint32_t code_point)
{
    if (code_point < 128)
        return fold.ascii[code_point];
    /* Full-width forms of ASCII's punctuation; their letters are in the table. */
    if (code_point >= 0xff01 && code_point <= 0xff5e)
        return fold.ascii[code_point - 0xff01 + '!'];
    if (code_point < PAGES * PAGE && fold.pages[code_point / PAGE] != NULL) {
        const struct letter *letter = &fold.pages[code_point / PAGE][code_point % PAGE];
        if (letter->length > 0)
            return *letter;
    }
    bool is_han = code_point >= HAN_FIRST && code_point <= HAN_LAST;
    enum letter_kind kind = is_han ? LETTER_HAN : range_kind(code_point);
    if (kind == LETTER_BREAK)
        kind = bracket_kind(code_point);
    return letter_of(kind, code_point);
}

uint32_t fold_compose(uint32_t letter, uint32_t mark)
{
    for (size_t i = 0; i < fold.composed_count; i++)
        if (fold.composed[i].letter == letter && fold.composed[i].mark == mark)
            return fold.composed[i].whole;
    return 0;
}

const struct han_syllable *han_reading(uint32_t code_point, unsigned which)
{
    if (code_point < HAN_FIRST || code_point > HAN_LAST || which > 1)
        return NULL;
    uint16_t syllable = fold.reading[which][code_point - HAN_FIRST];
    return syllable == 0 ? NULL : &fold.syllables[syllable];
}

bool han_spells(const char *letters, size_t length)
{
    bool ends[64] = {true}; /* a syllable, or the beginning, ends before letter i */
    if (length == 0 || length >= sizeof ends)
        return false;
    for (size_t at = 0; at < length; at++) {
        uint16_t node = 0;
        for (size_t to = at; ends[at] && to < length && letters[to] >= 'a' && letters[to] <= 'z'; to++) {
            node = fold.tree[node].next[letters[to] - 'a'];
            if (node == 0)
                break;
            ends[to + 1] = ends[to + 1] || fold.tree[node].is_syllable;
        }
    }
    return ends[length];
}

/* -------------------------------------------------------------------------------------------- loading */

static uint32_t first_code_point(const char *bytes)
{
    return utf8_next(&bytes, bytes + strlen(bytes));
}

/* A folded letter may have a simplified form (compatibility ideographs): one step more, in the second pass.
 */
static void load_pairs(const char *cursor)
{
    char buffer[TABLE_LINE_BYTES];
    for (const char *line; (line = table_line(&cursor, buffer)) != NULL;) {
        char *rest = buffer;
        uint32_t from = first_code_point(table_part(&rest, " "));
        const char *to = string_trim(rest);
        uint32_t target = first_code_point(to);
        bool ascii = target < 128;
        struct letter letter = {
            .kind = (uint8_t)(ascii ? LETTER_LATIN : range_kind(target)), .length = (uint8_t)strlen(to)};
        memcpy(letter.bytes, to, letter.length);
        if (fold.pages[from / PAGE] == NULL)
            fold.pages[from / PAGE] = memory_get_zeroed(PAGE, sizeof **fold.pages);
        fold.pages[from / PAGE][from % PAGE] = letter;
    }
}

static void simplify_folded(void)
{
    for (uint32_t from = 0xf900; from <= 0xfaff; from++) {
        struct letter *page = fold.pages[from / PAGE];
        struct letter *letter = page == NULL ? NULL : &page[from % PAGE];
        if (letter == NULL || letter->kind != LETTER_HAN)
            continue;
        char bytes[5] = {0};
        memcpy(bytes, letter->bytes, letter->length);
        *letter = fold_letter(first_code_point(bytes));
    }
}

static void load_compose(void)
{
    char buffer[TABLE_LINE_BYTES];
    const char *cursor = match_table_compose;
    for (const char *line; (line = table_line(&cursor, buffer)) != NULL;) {
        if (fold.composed_count == COMPOSED)
            return;
        const char *at = line;
        const char *end = line + strlen(line);
        struct composed composed = {.letter = utf8_next(&at, end)};
        composed.mark = utf8_next(&at, end);
        at += strspn(at, " ");
        composed.whole = utf8_next(&at, end);
        fold.composed[fold.composed_count++] = composed;
    }
}

static void grow_tree(const char *letters)
{
    uint16_t node = 0;
    for (; *letters >= 'a' && *letters <= 'z' && fold.node_count < SYLLABLE_NODES; letters++) {
        uint16_t *next = &fold.tree[node].next[*letters - 'a'];
        if (*next == 0)
            *next = (uint16_t)fold.node_count++;
        node = *next;
    }
    fold.tree[node].is_syllable = node != 0 && *letters == '\0';
}

static uint16_t syllable_of(const char *letters)
{
    uint32_t known;
    if (word_map_find(&fold.syllable_ids, letters, strlen(letters), &known))
        return (uint16_t)known;
    if (fold.syllable_count == SYLLABLES || strlen(letters) >= HAN_READING_BYTES)
        return 0;
    struct han_syllable *syllable = &fold.syllables[fold.syllable_count];
    syllable->length = (uint8_t)strlen(letters);
    memcpy(syllable->letters, letters, syllable->length + 1u);
    word_map_put(&fold.syllable_ids, syllable->letters, syllable->length, (uint32_t)fold.syllable_count);
    grow_tree(letters);
    return (uint16_t)fold.syllable_count++;
}

static void set_reading(uint32_t code_point, unsigned which, uint16_t syllable)
{
    if (code_point >= HAN_FIRST && code_point <= HAN_LAST)
        fold.reading[which][code_point - HAN_FIRST] = syllable;
}

static void load_readings(void)
{
    fold.syllable_count = fold.node_count = 1;
    char buffer[TABLE_LINE_BYTES];
    const char *cursor = match_table_han_reading;
    for (const char *line; (line = table_line(&cursor, buffer)) != NULL;) {
        char *rest = buffer;
        uint16_t syllable = syllable_of(table_part(&rest, " "));
        const char *at = string_trim(rest);
        for (const char *end = at + strlen(at); at < end;)
            set_reading(utf8_next(&at, end), 0, syllable);
    }
    cursor = match_table_han_override;
    for (const char *line; (line = table_line(&cursor, buffer)) != NULL;) {
        char *rest = buffer;
        uint32_t code_point = first_code_point(table_part(&rest, " "));
        const char *letters;
        for (unsigned which = 0; which < 2 && (letters = table_part(&rest, " ")) != NULL; which++)
            set_reading(code_point, which, syllable_of(letters));
    }
}

void fold_load(void)
{
    if (fold.loaded)
        return;
    fold.loaded = true;
    for (uint32_t code_point = 0; code_point < 128; code_point++)
        fold.ascii[code_point] = ascii_letter(code_point);
    load_pairs(match_table_fold);
    load_pairs(match_table_han_simplified);
    simplify_folded();
    load_compose();
    load_readings();
}
