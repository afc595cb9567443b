#include "mail_address.h"

#include "m13/text.h"

#include <stdbool.h>
#include <string.h>

/* Of RFC 5322 the dot-atom, in ASCII: quoted local parts, comments and address literals are nothing that a
 * bureau has, and each of them is a way to smuggle a second recipient. */
#define LETTERS_AND_DIGITS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
static const char local_bytes[] = LETTERS_AND_DIGITS "!#$%&'*+-/=?^_`{|}~.";
static const char domain_bytes[] = LETTERS_AND_DIGITS "-.";

enum { LOCAL_MOST = 64, ADDRESS_MOST = 254 }; /* RFC 5321, 4.5.3.1 */

static bool has_good_dots(const char *string, size_t length)
{
    if (string[0] == '.' || string[length - 1] == '.')
        return false;
    for (size_t i = 1; i < length; i++)
        if (string[i] == '.' && string[i - 1] == '.')
            return false;
    return true;
}

static bool address_is_good(const char *address, size_t length)
{
    size_t local = strspn(address, local_bytes);
    if (local == 0 || local > LOCAL_MOST || local >= length || address[local] != '@' || length > ADDRESS_MOST)
        return false;
    const char *domain = address + local + 1;
    size_t rest = length - local - 1;
    return rest > 0 && strspn(domain, domain_bytes) >= rest && has_good_dots(address, local) &&
           has_good_dots(domain, rest) && domain[0] != '-';
}

const char *mail_refuses_address(const char *address)
{
    return address_is_good(address, strlen(address)) ? NULL : "an address of mail, like desk@example.gov.cn";
}

/* Those of ASCII and Latin-1, and what Unicode breaks lines or turns the direction of reading with. */
static bool has_control(const char *line)
{
    const char *cursor = line, *end = line + strlen(line);
    for (uint32_t point = utf8_next(&cursor, end); point != 0; point = utf8_next(&cursor, end))
        if (point < 0x20 || (point >= 0x7f && point < 0xa0) || (point >= 0x2028 && point <= 0x202e) ||
            (point >= 0x2066 && point <= 0x2069))
            return true;
    return false;
}

const char *mail_refuses_line(const char *line)
{
    return string_is_blank(line) || has_control(line) ? "one line of text, without control characters" : NULL;
}

const char *mail_refuses_mailbox(const char *mailbox)
{
    static const char accepted[] =
        "an address of mail, like desk@example.gov.cn, or NAME <ADDRESS> with a name without \" < > \\";
    const char *open = strchr(mailbox, '<');
    if (open == NULL)
        return mail_refuses_address(mailbox) == NULL ? NULL : accepted;
    size_t length = strlen(open + 1);
    bool good = open > mailbox && open[-1] == ' ' && length > 1 && open[length] == '>' &&
                address_is_good(open + 1, length - 1) &&
                strcspn(mailbox, "\"\\>,;") >= (size_t)(open - mailbox);
    return good && mail_refuses_line(mailbox) == NULL ? NULL : accepted;
}
