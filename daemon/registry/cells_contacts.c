/* cells_contacts.c - where messages go. The address is personal: no reason here quotes it. */
#include "cell_parts.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#define ADDRESS_BYTES 500

static bool is_host(const char *host, size_t length)
{
    size_t label = 0, labels = 0;
    for (size_t i = 0; i <= length; i++) {
        bool ends = i == length || host[i] == '.';
        if (!ends && !isalnum((unsigned char)host[i]) && host[i] != '-')
            return false;
        if (!ends) {
            label++;
            continue;
        }
        if (label == 0 || label > 63 || host[i - 1] == '-' || host[i - label] == '-')
            return false;
        labels++;
        label = 0;
    }
    return labels > 1;
}

/* What people have as addresses, not all that RFC 5321 allows. */
static bool is_mail(const char *address)
{
    const char *at = strchr(address, '@');
    size_t local = at == NULL ? 0 : (size_t)(at - address);
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+/=?^_`{}~.-";
    return local > 0 && local <= 64 && strspn(address, allowed) == local && address[0] != '.' &&
           at[-1] != '.' && is_host(at + 1, strlen(at + 1));
}

static bool is_url(const char *address)
{
    const char *host = address + strlen("https://");
    size_t length = strcspn(host, ":/?#");
    return is_host(host, length) && memchr(host, '@', strcspn(host, "/?#")) == NULL;
}

int local_cell_address(const char *cell, struct text *out, struct failure *ret_why)
{
    size_t before = out->length;
    int r = cell_put_folded(cell, strlen(cell), FOLD_WIDTH, ADDRESS_BYTES, out, ret_why);
    if (r < 0)
        return r;
    const char *address = text_string(out) + before;
    const char *reason = NULL;
    for (const char *byte = address; *byte != '\0' && reason == NULL; byte++)
        if ((unsigned char)*byte <= 0x20 || (unsigned char)*byte >= 0x7f)
            reason = "只能填一个地址，中间不能有空格和汉字";
    if (reason == NULL && strncmp(address, "http://", strlen("http://")) == 0)
        reason = "地址须以 https:// 开头";
    if (reason == NULL && !(string_starts(address, "https://") ? is_url(address) : is_mail(address)))
        reason = "既不是电子邮箱，也不是 https:// 开头的地址";
    if (reason == NULL)
        return 0;
    cell_take_back(out, before);
    return fail(ret_why, -EINVAL, "%s", reason);
}
