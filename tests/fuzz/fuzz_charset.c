/* Any bytes as a payload in each character set, in pieces of any size: what comes out does not depend on the
 * pieces, and is clean UTF-8 once cleaned. The first byte chooses the set, the second the size. */
#include "fuzz_target.h"

#include "charset.h"
#include "clean.h"

#include "m13/text.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static void must(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "%s\n", what);
    abort();
}

/* The answer of the last read: 0, or the fault. */
static ssize_t convert(struct charset *charset, int payload, size_t room, struct text *out)
{
    static char piece[65536];
    ssize_t got;
    must(lseek(payload, 0, SEEK_SET) == 0, "no seek");
    struct input *input = input_open(payload);
    charset_begin(charset, input);
    while ((got = charset_read(charset, piece, room, NULL)) > 0)
        text_append(out, piece, (size_t)got);
    input_close(input);
    return got;
}

static void check_clean(const struct text *text, struct clean_rules rules)
{
    struct text once = TEXT_WITH_CEILING(1 << 24), twice = TEXT_WITH_CEILING(1 << 24);
    int64_t replaced = 0, again = 0;
    clean_append(text_string(text), text->length, rules, &once, &replaced);
    must(utf8_is_valid(text_string(&once), once.length), "cleaned, but no UTF-8");
    must(memchr(text_string(&once), '\0', once.length) == NULL, "a NUL stayed");
    clean_append(text_string(&once), once.length, rules, &twice, &again);
    must(once.length == twice.length && memcmp(text_string(&once), text_string(&twice), once.length) == 0,
        "cleaning twice is not cleaning once");
    must(again == 0, "there was still something to replace");
    text_free(&once);
    text_free(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static struct charset *charsets[CHARSET_GB18030 + 1];
    if (length < 2)
        return 0;
    enum feed_charset kind = (enum feed_charset)(bytes[0] % (CHARSET_GB18030 + 1));
    if (charsets[kind] == NULL)
        charsets[kind] = charset_new(kind);
    int payload = memfd_create("fuzz", MFD_CLOEXEC);
    must(payload >= 0 && write(payload, bytes + 2, length - 2) == (ssize_t)(length - 2), "no payload");

    struct text whole = TEXT_WITH_CEILING(1 << 24), pieces = TEXT_WITH_CEILING(1 << 24);
    ssize_t end = convert(charsets[kind], payload, 65536, &whole);
    ssize_t end_of_pieces = convert(charsets[kind], payload, CHARSET_LEAST_ROOM + bytes[1], &pieces);
    must(end == end_of_pieces, "the pieces end in another way");
    must(end < 0 || (whole.length == pieces.length &&
                        memcmp(text_string(&whole), text_string(&pieces), whole.length) == 0),
        "the pieces say something else");
    if (end == 0 && kind >= CHARSET_CP1252)
        must(utf8_is_valid(text_string(&whole), whole.length), "converted, but no UTF-8");
    check_clean(&whole, (struct clean_rules){.c1_is_cp1252 = kind == CHARSET_UTF8_C1_AS_CP1252});
    check_clean(&whole, (struct clean_rules){.keep_lines = true});
    text_free(&whole);
    text_free(&pieces);
    close(payload);
    return 0;
}
