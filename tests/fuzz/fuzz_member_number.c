/* Any bytes as a document, in pieces of any size: the count does not depend on the pieces, and a document
 * that jansson reads has the count that jansson finds. The first byte is the size of the pieces. */
#include "fuzz_target.h"

#include "member_number.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME "total"

static void must(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "%s\n", what);
    abort();
}

static enum member_found scan(const char *document, size_t length, size_t piece, int64_t *ret_value)
{
    struct member_number scan;
    member_number_begin(&scan, NAME);
    for (size_t at = 0; at < length; at += piece)
        member_number_add(&scan, document + at, length - at < piece ? length - at : piece);
    return member_number_end(&scan, ret_value);
}

/* Names that are written with escapes are jansson's alone. */
static void compare(const char *document, size_t length, enum member_found found, int64_t value)
{
    json_t *root = json_loadb(document, length, JSON_REJECT_DUPLICATES, NULL);
    json_t *member = json_object_get(root, NAME);
    if (root != NULL && memchr(document, '\\', length) == NULL) {
        must((member != NULL) == (found != MEMBER_ABSENT), "there for one of both only");
        must(found != MEMBER_FOUND || json_integer_value(member) == value, "another count");
        must(found != MEMBER_FOUND || json_is_integer(member), "a count that is none");
    }
    json_decref(root);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    if (length < 1)
        return 0;
    const char *document = (const char *)bytes + 1;
    int64_t whole = 0, pieces = 0;
    enum member_found found = scan(document, length - 1, length, &whole);
    must(
        found == scan(document, length - 1, (size_t)bytes[0] + 1, &pieces), "the pieces find something else");
    must(whole == pieces, "the pieces count otherwise");
    must(found != MEMBER_FOUND || whole >= 0, "a count below nothing");
    compare(document, length - 1, found, whole);
    return 0;
}
