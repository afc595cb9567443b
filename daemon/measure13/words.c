#include "words.h"

#include <stddef.h>
#include <string.h>

static char lower(char character)
{
    return character >= 'A' && character <= 'Z' ? (char)(character - 'A' + 'a') : character;
}

static bool is_letter(char character)
{
    return lower(character) >= 'a' && lower(character) <= 'z';
}

static bool begins(const char *text, const char *word, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (lower(text[i]) != lower(word[i]))
            return false;
    return true;
}

static bool holds(const char *text, const char *word)
{
    size_t length = strlen(word), size = strlen(text);
    for (size_t at = 0; length > 0 && at + length <= size; at++) {
        if (!begins(text + at, word, length))
            continue;
        bool cut_before = at > 0 && is_letter(text[at - 1]) && is_letter(word[0]);
        bool cut_behind = is_letter(text[at + length]) && is_letter(word[length - 1]);
        if (!cut_before && !cut_behind)
            return true;
    }
    return false;
}

const char *word_list_find(const struct word_list *list, const char *text)
{
    for (size_t i = 0; i < list->count && text != NULL; i++)
        if (holds(text, list->words[i]))
            return list->words[i];
    return NULL;
}
