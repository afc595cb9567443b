/* Any bytes as a page: what is found fits what was looked for. The first byte chooses what that is. */
#include "fuzz_target.h"

#include "html_link.h"

#include "m13/limits.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *glob, *text;
} wanted[] = {{"*", NULL}, {"/files/000*.xlsx", NULL}, {"*.zip", "List"}, {"*a*b*c", "a b"}, {"??", "&"}};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    if (length < 1)
        return 0;
    size_t choice = bytes[0] % (sizeof wanted / sizeof *wanted);
    char *page = malloc(length); /* of exactly that size: a byte behind it is a fault */
    if (page == NULL)
        return 0;
    memcpy(page, bytes + 1, length - 1);
    char *found = html_link_find(page, length - 1, wanted[choice].glob, wanted[choice].text);
    if (found != NULL && (*found == '\0' || strlen(found) > LIMIT_URL_BYTES ||
                             fnmatch(wanted[choice].glob, found, FNM_NOESCAPE) != 0)) {
        fprintf(stderr, "'%s' does not fit '%s'\n", found, wanted[choice].glob);
        abort();
    }
    free(found);
    free(page);
    return 0;
}
