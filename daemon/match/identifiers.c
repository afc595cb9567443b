/* identifiers.c - what a register or the firm's record gives as an identifier, and the rules that it must
 * pass before anything rests on it: SRN (EUDAMED, Regulation 2021/2078), FEI and owner/operator number (FDA),
 * USCC (GB 32100-2015; its check character is not demanded, since a real firm has a wrong one). */
#include "index.h"
#include "m13/text.h"

#include <string.h>

const char *const identifier_names[IDENTIFIER_KINDS] = {
    "srn", "fei", "owner_operator", "uscc", "entity_srn", "entity_fei"};

static bool is_part(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-';
}

bool identifier_next(const char **cursor, char out[IDENTIFIER_BYTES])
{
    const char *at = *cursor;
    while (*at != '\0') {
        size_t length = 0;
        while (is_part(at[length]))
            length++;
        if (length == 0) {
            at++;
            continue;
        }
        for (size_t i = 0; i < length && i + 1 < IDENTIFIER_BYTES; i++)
            out[i] = (char)(at[i] >= 'a' ? at[i] - 'a' + 'A' : at[i]);
        out[length < IDENTIFIER_BYTES ? length : IDENTIFIER_BYTES - 1] = '\0';
        *cursor = at + length;
        if (length < IDENTIFIER_BYTES)
            return true;
        at += length; /* too long for any identifier: not cut to one */
    }
    *cursor = at;
    return false;
}

static bool all_digits(const char *text, size_t least, size_t most)
{
    size_t length = strlen(text);
    return length >= least && length <= most && strspn(text, "0123456789") == length;
}

/* CN-MF-000001408: country, role (manufacturer, producer of packs, authorised representative, importer). */
static bool is_srn(const char *text)
{
    static const char *const roles[] = {"MF", "PR", "AR", "IM"};
    if (strlen(text) != 15 || text[2] != '-' || text[5] != '-' || !all_digits(text + 6, 9, 9))
        return false;
    if (text[0] < 'A' || text[0] > 'Z' || text[1] < 'A' || text[1] > 'Z')
        return false;
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (memcmp(text + 3, roles[i], 2) == 0)
            return true;
    return false;
}

bool identifier_is_good(enum identifier_kind kind, const char *identifier)
{
    switch (kind) {
    case IDENTIFIER_SRN:
    case IDENTIFIER_ENTITY_SRN:
        return is_srn(identifier);
    case IDENTIFIER_FEI:
    case IDENTIFIER_ENTITY_FEI:
        return all_digits(identifier, 7, 10);
    case IDENTIFIER_OWNER_OPERATOR:
        return all_digits(identifier, 5, 10);
    case IDENTIFIER_USCC:
        return strlen(identifier) == 18 && strspn(identifier, "0123456789ABCDEFGHJKLMNPQRTUWXY") == 18;
    }
    return false;
}

uint64_t identifier_hash(enum identifier_kind kind, const char *identifier)
{
    return word_hash_end(word_hash(identifier, strlen(identifier)) + kind);
}

const char *firm_identifiers(const struct index_firm *firm, enum identifier_kind kind)
{
    static const enum identifier_kind kept[] = {IDENTIFIER_SRN, IDENTIFIER_FEI, IDENTIFIER_OWNER_OPERATOR,
        IDENTIFIER_ENTITY_SRN, IDENTIFIER_ENTITY_FEI};
    const char *list = firm->identifiers;
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++, list += strlen(list) + 1)
        if (kept[i] == kind)
            return list;
    return firm->uscc;
}

bool identifier_in_list(const char *list, const char *identifier)
{
    char own[IDENTIFIER_BYTES];
    while (identifier_next(&list, own))
        if (strcmp(own, identifier) == 0)
            return true;
    return false;
}
