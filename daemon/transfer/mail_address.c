/* mail_address.c - addresses as they go over the wire, and the codes that replies to them have. */
#include "mail_inside.h"

#include "m13/memory.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/uidna.h>

enum { LOCAL_PART_MOST = 64, DOMAIN_MOST = 253, LABEL_MOST = 63, ADDRESS_MOST = 254 /* RFC 5321, 4.5.3.1 */ };

static bool is_local_part(const char *text, size_t length)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+/=?^_`{|}~.-";
    if (length == 0 || length > LOCAL_PART_MOST || strspn(text, allowed) != length)
        return false;
    return text[0] != '.' && text[length - 1] != '.' && memmem(text, length, "..", 2) == NULL;
}

static bool is_domain(const char *text)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-";
    if (strlen(text) > DOMAIN_MOST)
        return false;
    for (;;) {
        size_t label = strspn(text, allowed);
        if (label == 0 || label > LABEL_MOST || text[0] == '-' || text[label - 1] == '-')
            return false;
        text += label;
        if (*text == '\0')
            return true;
        if (*text++ != '.')
            return false;
    }
}

/* NULL when it is none. The caller frees. (libcurl's own conversion wants the locale's encoding.) */
static char *ascii_domain(const char *domain)
{
    UErrorCode status = U_ZERO_ERROR;
    UIDNAInfo info = UIDNA_INFO_INITIALIZER;
    char ascii[DOMAIN_MOST + 1];
    UIDNA *idna = uidna_openUTS46(
        UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ | UIDNA_USE_STD3_RULES,
        &status);
    int32_t length = uidna_nameToASCII_UTF8(idna, domain, -1, ascii, (int32_t)sizeof ascii, &info, &status);
    uidna_close(idna);
    return U_SUCCESS(status) && info.errors == 0 && length <= DOMAIN_MOST
               ? memory_copy_bytes(ascii, (size_t)length)
               : NULL;
}

char *mail_address(const char *text)
{
    const char *at = text != NULL ? strchr(text, '@') : NULL;
    if (at == NULL || !is_local_part(text, (size_t)(at - text)))
        return NULL;
    char *domain = ascii_domain(at + 1);
    struct text address = TEXT_WITH_CEILING(ADDRESS_MOST);
    if (domain != NULL && is_domain(domain)) {
        text_append(&address, text, (size_t)(at - text) + 1);
        text_append_string(&address, domain);
    }
    free(domain);
    bool whole = address.length > 0 && !address.overflowed;
    char *taken = whole ? text_take(&address) : NULL;
    text_free(&address);
    return taken;
}

const char *mail_domain(const char *address)
{
    const char *at = strrchr(address, '@');
    return at != NULL ? at + 1 : address;
}

bool mail_party_of(const char *text, struct mail_party *ret_party)
{
    *ret_party = (struct mail_party){0};
    const char *open = text != NULL ? strrchr(text, '<') : NULL;
    char *copy = memory_copy_string(open != NULL ? open + 1 : text);
    char *address = copy != NULL ? string_trim(copy) : NULL;
    size_t length = address != NULL ? strlen(address) : 0;
    bool closed = length > 0 && address[length - 1] == '>';
    if (closed && open != NULL)
        address[length - 1] = '\0';
    if (closed == (open != NULL))
        ret_party->address = mail_address(address);
    free(copy);
    if (ret_party->address == NULL || open == NULL)
        return ret_party->address != NULL;

    char *before = memory_copy_bytes(text, (size_t)(open - text)), *name = string_trim(before);
    length = strlen(name);
    if (length >= 2 && name[0] == '"' && name[length - 1] == '"') {
        name[length - 1] = '\0';
        name++;
    }
    ret_party->name = memory_copy_string(name);
    free(before);
    return true;
}

void mail_party_clear(struct mail_party *party)
{
    free(party->name);
    free(party->address);
    *party = (struct mail_party){0};
}

/* --- codes ------------------------------------------------------------------------------------------------
 */

/* At most three digits (RFC 3463, 2), -1 when there are none. */
static int number_at(const char **at)
{
    int number = 0, digits = 0;
    while (**at >= '0' && **at <= '9' && digits < 4) {
        number = 10 * number + (**at - '0');
        (*at)++;
        digits++;
    }
    return digits > 0 && digits < 4 ? number : -1;
}

bool mail_enhanced_of(const char *reply, struct mail_enhanced *ret_code)
{
    const char *at = reply;
    int status = number_at(&at);
    if (status < 200 || status > 599 || *at++ != ' ')
        return false;
    ret_code->class = number_at(&at);
    if (*at++ != '.')
        return false;
    ret_code->subject = number_at(&at);
    if (*at++ != '.')
        return false;
    ret_code->detail = number_at(&at);
    return ret_code->class == status / 100 && ret_code->subject >= 0 && ret_code->detail >= 0 &&
           (*at == ' ' || *at == '\0');
}
