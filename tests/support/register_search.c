/* register_search.c - the part of openFDA's search syntax that feeds use: terms joined by AND, each perhaps
 * after NOT; field:[A TO B] over dates, field:word, field:"phrase". */
#include "register_parts.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define TERMS_MOST 16

struct term {
    bool negated;
    char field[64];
    char value[128]; /* "" with a range */
    int from, to;
};

struct search {
    struct term terms[TERMS_MOST];
    size_t count;
};

static bool characters_are_allowed(const char *expression)
{
    for (const unsigned char *c = (const unsigned char *)expression; *c != '\0'; c++)
        if (!isalnum(*c) && strchr(" &@%/\\',._:()\"[]{}-+><=*", *c) == NULL)
            return false;
    return true;
}

static bool parse_range(char *range, struct term *term)
{
    char *end = strchr(range, ']');
    char *to = strstr(range, " TO ");
    if (end == NULL || end[1] != '\0' || to == NULL)
        return false;
    *end = *to = '\0';
    term->from = dataset_date(range);
    term->to = dataset_date(to + strlen(" TO "));
    return term->from != 0 && term->to != 0;
}

static bool parse_term(char *text, struct term *term)
{
    *term = (struct term){0};
    while (*text == ' ' || *text == '(')
        text++;
    if (strncmp(text, "NOT ", 4) == 0) {
        term->negated = true;
        text += 4;
    }
    char *colon = strchr(text, ':');
    if (colon == NULL || colon == text || (size_t)(colon - text) >= sizeof term->field)
        return false;
    memcpy(term->field, text, (size_t)(colon - text));
    text = colon + 1;
    size_t length = strlen(text);
    while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == ')'))
        text[--length] = '\0';
    if (*text == '[')
        return parse_range(text + 1, term);
    if (length >= 2 && *text == '"' && text[length - 1] == '"') {
        text[length - 1] = '\0';
        text++;
    }
    if (*text == '\0' || strlen(text) >= sizeof term->value)
        return false;
    strcpy(term->value, text);
    return true;
}

struct search *search_parse(const char *expression)
{
    if (!characters_are_allowed(expression))
        return NULL;
    struct search *search = calloc(1, sizeof *search);
    char *copy = strdup(expression), *at = copy;
    bool good = true;
    while (good && at != NULL) {
        char *joint = strstr(at, " AND ");
        if (joint != NULL)
            *joint = '\0';
        good = search->count < TERMS_MOST && parse_term(at, &search->terms[search->count]);
        search->count += good;
        at = joint != NULL ? joint + strlen(" AND ") : NULL;
    }
    free(copy);
    if (good)
        return search;
    free(search);
    return NULL;
}

static bool has_words(const char *value, const char *words)
{
    size_t length = strlen(words);
    for (const char *at = strcasestr(value, words); at != NULL; at = strcasestr(at + 1, words))
        if ((at == value || !isalnum((unsigned char)at[-1])) && !isalnum((unsigned char)at[length]))
            return true;
    return false;
}

static bool term_takes(const struct term *term, const struct dataset_row *row)
{
    if (term->value[0] == '\0' && strcmp(term->field, "decision_date") == 0)
        return row->decision_date >= term->from && row->decision_date <= term->to;
    char value[256];
    dataset_field(row, term->field, value, sizeof value);
    if (term->value[0] != '\0')
        return has_words(value, term->value);
    int date = dataset_date(value);
    return date >= term->from && date <= term->to;
}

bool search_takes(const struct search *search, const struct dataset_row *row)
{
    for (size_t i = 0; i < search->count; i++)
        if (term_takes(&search->terms[i], row) == search->terms[i].negated)
            return false;
    return true;
}

void search_free(struct search *search)
{
    free(search);
}
