/* Character sets of registers and of people's spreadsheets, and what becomes of what is no text. */
#include "charset.h"
#include "clean.h"
#include "reading.h"

#include "m13/memory.h"
#include "m13/text.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zstd.h>

#include <cmocka.h>

static int memory_file(const void *bytes, size_t length)
{
    int descriptor = memfd_create("charset", MFD_CLOEXEC);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, bytes, length), length);
    assert_int_equal(lseek(descriptor, 0, SEEK_SET), 0);
    return descriptor;
}

/* The whole text in pieces of `room` bytes; the caller frees. */
static char *convert(
    enum feed_charset kind, const void *bytes, size_t length, size_t room, int64_t *ret_replaced)
{
    struct text out = TEXT_WITH_CEILING(1 << 24);
    struct charset *charset = charset_new(kind);
    int descriptor = memory_file(bytes, length);
    struct input *input = input_open(descriptor);
    char *piece = memory_get(room);
    ssize_t got;
    charset_begin(charset, input);
    while ((got = charset_read(charset, piece, room, NULL)) > 0)
        text_append(&out, piece, (size_t)got);
    assert_int_equal(got, 0);
    *ret_replaced = charset_replaced(charset);
    free(piece);
    input_close(input);
    close(descriptor);
    charset_free(charset);
    return text_take(&out);
}

static void expect(enum feed_charset kind, const char *bytes, const char *expected, int64_t expected_replaced)
{
    static const size_t rooms[] = {CHARSET_LEAST_ROOM, 65536};
    for (size_t i = 0; i < 2; i++) {
        int64_t replaced;
        char *text = convert(kind, bytes, strlen(bytes), rooms[i], &replaced);
        assert_string_equal(text, expected);
        assert_int_equal(replaced, expected_replaced);
        free(text);
    }
}

static void windows_1252_becomes_utf8(void **state)
{
    (void)state;
    expect(CHARSET_CP1252, "caf\xe9 \x80 \x99\x93\x94 \xff", "café € ™“” ÿ", 0);
    expect(CHARSET_CP1252, "\x81|\x8d|\x8f|\x90|\x9d",
        "\xef\xbf\xbd|\xef\xbf\xbd|\xef\xbf\xbd|\xef\xbf\xbd|\xef\xbf\xbd", 5);
}

static void gb18030_becomes_utf8(void **state)
{
    (void)state;
    expect(CHARSET_GB18030, "\xb1\xb1\xbe\xa9 Beijing", "北京 Beijing", 0);
    /* Four bytes: 㐀 (U+3400), and 𠀀 outside the basic plane; a trail byte may look like a separator. */
    expect(CHARSET_GB18030, "\x81\x39\xee\x39\x95\x32\x82\x36", "㐀𠀀", 0);
    expect(CHARSET_GB18030, "\x81\x7c|", "亅|", 0);
    expect(CHARSET_GB18030,
        "a\xff"
        "b",
        "a\xef\xbf\xbd"
        "b",
        1);
    expect(CHARSET_GB18030, "cut \xb1", "cut \xef\xbf\xbd", 1);
}

static void gb18030_is_converted_whole_at_any_size(void **state)
{
    (void)state;
    struct text bytes = TEXT_WITH_CEILING(1 << 22), expected = TEXT_WITH_CEILING(1 << 22);
    int64_t replaced;
    text_append_string(&bytes, "x"); /* so that no buffer ends on a character */
    text_append_string(&expected, "x");
    for (int i = 0; i < 60000; i++) {
        text_append_string(&bytes, i % 5 ? "\xb1\xb1\xbe\xa9" : "\x95\x32\x82\x36,");
        text_append_string(&expected, i % 5 ? "北京" : "𠀀,");
    }
    char *text = convert(CHARSET_GB18030, bytes.bytes, bytes.length, 1000, &replaced);
    assert_string_equal(text, text_string(&expected));
    assert_int_equal(replaced, 0);
    free(text);
    text_free(&bytes);
    text_free(&expected);
}

static void a_byte_order_mark_is_no_text(void **state)
{
    (void)state;
    expect(CHARSET_UTF8, "\xef\xbb\xbfname", "name", 0);
    expect(CHARSET_UTF8, "\xef\xbb\xbf", "", 0);
    expect(CHARSET_UTF8, "\xef\xbb", "\xef\xbb", 0);
    expect(CHARSET_UTF8, "", "", 0);
}

static void clean(
    const char *bytes, struct clean_rules rules, const char *expected, int64_t expected_replaced)
{
    struct text out = TEXT_WITH_CEILING(1024);
    int64_t replaced = 0;
    clean_append(bytes, strlen(bytes), rules, &out, &replaced);
    assert_string_equal(text_string(&out), expected);
    assert_int_equal(replaced, expected_replaced);
    text_free(&out);
}

static void blanks_fold(void **state)
{
    (void)state;
    const struct clean_rules plain = {0};
    clean("  Beijing \t\r\n  Firm  ", plain, "Beijing Firm", 0);
    clean("\xc2\xa0 北京　公司 \xe2\x80\xa8", plain, "北京 公司", 0);
    clean("\x01\x1f\x7f", plain, "", 0);
    clean("", plain, "", 0);
    clean("a\xef\xbb\xbf"
          "b",
        plain, "a b", 0);
    clean(" one\r\n two\n\n three ", (struct clean_rules){.keep_lines = true}, "one\ntwo\nthree", 0);
}

static void c1_characters_are_repaired_where_a_definition_says_so(void **state)
{
    (void)state;
    const struct clean_rules repair = {.c1_is_cp1252 = true};
    clean("Scan\xc2\x99 \xc2\x96 X\xc2\x85", repair, "Scan™ – X…", 0);
    clean("\xc2\x81", repair, "\xef\xbf\xbd", 1);
    clean("Scan\xc2\x99X", (struct clean_rules){0}, "Scan X", 0);
}

static void bad_bytes_become_one_mark_each(void **state)
{
    (void)state;
    clean("A\xff\xe5\x8c"
          "B\xc0\xaf",
        (struct clean_rules){0},
        "A\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
        "B\xef\xbf\xbd\xef\xbf\xbd",
        5);
    clean("\xef\xbf\xbd", (struct clean_rules){0}, "\xef\xbf\xbd", 0); /* the register's own */
}

/* --- compressed payloads ---------------------------------------------------------------------------------
 */

static ssize_t read_all(const void *bytes, size_t length, struct text *out, struct failure *ret_failure)
{
    int descriptor = memory_file(bytes, length);
    struct input *input = input_open(descriptor);
    char piece[1000];
    ssize_t got;
    while ((got = input_read(input, piece, sizeof piece, ret_failure)) > 0)
        text_append(out, piece, (size_t)got);
    input_close(input);
    close(descriptor);
    return got;
}

static void zstd_is_told_by_its_magic(void **state)
{
    (void)state;
    enum { BYTES = 300000 };
    char *plain = memory_get(BYTES), *packed = memory_get(ZSTD_compressBound(BYTES));
    for (int i = 0; i < BYTES; i++)
        plain[i] = (char)('a' + (i % 1009) * (i % 1009) % 23);
    size_t length = ZSTD_compress(packed, ZSTD_compressBound(BYTES), plain, BYTES, 3);
    struct text out = TEXT_WITH_CEILING(1 << 22);
    assert_int_equal(read_all(packed, length, &out, NULL), 0);
    assert_int_equal(out.length, BYTES);
    assert_memory_equal(out.bytes, plain, BYTES);

    /* Cut or damaged, it is no shorter payload. */
    struct failure failure;
    for (size_t cut = 4; cut < length; cut += length / 50) {
        text_clear(&out);
        assert_int_equal(read_all(packed, cut, &out, &failure), -EBADMSG);
    }
    packed[length / 2] ^= 0x55;
    packed[length / 2 + 1] ^= 0x55;
    text_clear(&out);
    ssize_t end = read_all(packed, length, &out, &failure);
    assert_true(end == -EBADMSG || memcmp(out.bytes, plain, BYTES) != 0);
    text_clear(&out);
    assert_int_equal(read_all(plain, BYTES, &out, NULL), 0);
    assert_int_equal(out.length, BYTES);
    text_free(&out);
    free(plain);
    free(packed);
}

static void a_frame_that_wants_much_memory_is_refused(void **state)
{
    (void)state;
    static const char plain[] = "little text, huge window";
    char packed[256];
    ZSTD_CCtx *context = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, 27);
    ZSTD_inBuffer in = {plain, sizeof plain, 0};
    ZSTD_outBuffer out = {packed, sizeof packed, 0};
    ZSTD_compressStream2(context, &out, &in, ZSTD_e_flush);
    ZSTD_compressStream2(context, &out, &in, ZSTD_e_end);
    struct text text = TEXT_WITH_CEILING(1000);
    struct failure failure;
    assert_int_equal(read_all(packed, out.pos, &text, &failure), -EFBIG);
    assert_non_null(strstr(failure.text, "more memory than a decoder may use"));
    text_free(&text);
    ZSTD_freeCCtx(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(windows_1252_becomes_utf8),
        cmocka_unit_test(gb18030_becomes_utf8),
        cmocka_unit_test(gb18030_is_converted_whole_at_any_size),
        cmocka_unit_test(a_byte_order_mark_is_no_text),
        cmocka_unit_test(blanks_fold),
        cmocka_unit_test(c1_characters_are_repaired_where_a_definition_says_so),
        cmocka_unit_test(bad_bytes_become_one_mark_each),
        cmocka_unit_test(zstd_is_told_by_its_magic),
        cmocka_unit_test(a_frame_that_wants_much_memory_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
