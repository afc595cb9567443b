#include "codes.h"

#include <string.h>

#define TABLE(name)                                                                                          \
    {                                                                                                        \
        name##_choices, sizeof name##_choices / sizeof name##_choices[0]                                     \
    }

const struct local_choices local_choice_tables[] = {
    TABLE(country),
    TABLE(currency),
    TABLE(yes_no),
    TABLE(related),
    TABLE(firm_status),
    TABLE(district),
    TABLE(device_class),
    TABLE(relation),
    TABLE(authority),
    TABLE(route),
    TABLE(approval_status),
    TABLE(trade_mode),
    TABLE(cost_category),
    TABLE(level),
    TABLE(payment_kind),
    TABLE(quote),
    TABLE(credit_flag),
    TABLE(channel),
    TABLE(language),
    TABLE(slot),
    TABLE(decision_item),
    TABLE(answer),
    TABLE(dispute),
};
const size_t local_choice_table_count = sizeof local_choice_tables / sizeof local_choice_tables[0];

/* Every word of every table, found by hash: a row of sales asks for a country, a currency, a trade mode ...
 */
#define WORD_SLOTS 8192 /* a power of two; the tables have some 2,600 words */

struct word_slot {
    const struct local_choice *table, *choice; /* NULL = free */
    const char *word;
    size_t length;
};

static struct word_slot words[WORD_SLOTS];
static bool words_are_known;

/* FNV-1a over the table's address and the word. */
static size_t place_of(const struct local_choice *table, const char *word, size_t length)
{
    uint64_t hash = 0xcbf29ce484222325 ^ (uintptr_t)table;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)word[i]) * 0x100000001b3;
    return (size_t)(hash ^ (hash >> 32)) & (WORD_SLOTS - 1);
}

static struct word_slot *find_slot(const struct local_choice *table, const char *word, size_t length)
{
    size_t place = place_of(table, word, length);
    while (words[place].choice != NULL && (words[place].table != table || words[place].length != length ||
                                              memcmp(words[place].word, word, length) != 0))
        place = (place + 1) & (WORD_SLOTS - 1);
    return &words[place];
}

static void learn(const struct local_choice *table, const struct local_choice *choice)
{
    for (const char *word = choice->words; *word != '\0';) {
        size_t length = strcspn(word, "|");
        *find_slot(table, word, length) = (struct word_slot){table, choice, word, length};
        word += length + (word[length] == '|');
    }
}

static void learn_all(void)
{
    for (size_t t = 0; t < local_choice_table_count; t++)
        for (size_t i = 0; i < local_choice_tables[t].count; i++)
            learn(local_choice_tables[t].items, &local_choice_tables[t].items[i]);
    words_are_known = true;
}

const char *local_code(const struct local_choice *table, const char *folded, size_t length)
{
    if (!words_are_known)
        learn_all();
    const struct word_slot *slot = find_slot(table, folded, length);
    return slot->choice == NULL ? NULL : slot->choice->code;
}
