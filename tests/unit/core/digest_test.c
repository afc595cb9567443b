#include "m13/digest.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void digests_are_those_of_fips_180(void **state)
{
    (void)state;
    char hex[DIGEST_HEX_BYTES];
    assert_string_equal(
        digest_hex_of("", 0, hex), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_string_equal(
        digest_hex_of("abc", 3, hex), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void a_stream_in_pieces_gives_the_same_digest(void **state)
{
    (void)state;
    enum { BYTES = 1000 };
    uint8_t bytes[BYTES], whole[DIGEST_BYTES], pieces[DIGEST_BYTES];
    for (int i = 0; i < BYTES; i++)
        bytes[i] = (uint8_t)(i * 7);
    digest_of(bytes, BYTES, whole);
    for (size_t step = 1; step < 130; step += 3) {
        struct digest_stream *stream = digest_begin();
        for (size_t at = 0; at < BYTES; at += step)
            digest_add(stream, bytes + at, at + step < BYTES ? step : BYTES - at);
        digest_end(stream, pieces);
        assert_memory_equal(whole, pieces, DIGEST_BYTES);
    }
    digest_abandon(digest_begin());
    digest_abandon(NULL);
}

static void signatures_are_those_of_rfc_4231(void **state)
{
    (void)state;
    uint8_t mac[DIGEST_BYTES];
    char hex[DIGEST_HEX_BYTES];
    digest_hmac("Jefe", 4, "what do ya want for nothing?", 28, mac);
    assert_string_equal(
        digest_hex(mac, hex), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    uint8_t key[131];
    memset(key, 0xaa, sizeof key);
    digest_hmac(key, sizeof key, "Test Using Larger Than Block-Size Key - Hash Key First", 54, mac);
    assert_string_equal(
        digest_hex(mac, hex), "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    digest_hmac(NULL, 0, "", 0, mac); /* an empty key is not the key of the call before */
    assert_string_equal(
        digest_hex(mac, hex), "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

static void base64_is_that_of_rfc_4648(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {{"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        uint8_t *bytes;
        size_t length;
        char *string = base64_encode(pairs[i][0], strlen(pairs[i][0]));
        assert_string_equal(string, pairs[i][1]);
        assert_int_equal(base64_decode(string, &bytes, &length), 0);
        assert_int_equal(length, strlen(pairs[i][0]));
        assert_memory_equal(bytes, pairs[i][0], length + 1);
        free(bytes);
        free(string);
    }
}

static void base64_takes_one_spelling_only(void **state)
{
    (void)state;
    static const char *const refused[] = {"Z", "Zg", "Zg=", "Zh==", "Zm9=", "=",
        "====", "Zg==Zg==", "Z===", "Zm9v\n", " Zm9v", "Zm9-", "Zm9_", "Zm=v", "Zm9v=", "\xff\xff\xff\xff",
        "Zm9vZ"};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        uint8_t *bytes = NULL;
        size_t length = 0;
        if (base64_decode(refused[i], &bytes, &length) != -EINVAL || bytes != NULL)
            fail_msg("'%s' was taken", refused[i]);
    }
}

static void all_bytes_survive_base64(void **state)
{
    (void)state;
    uint8_t all[256], *back;
    size_t length;
    for (int i = 0; i < 256; i++)
        all[i] = (uint8_t)(i * 37);
    for (size_t most = 0; most <= sizeof all; most++) {
        char *string = base64_encode(all, most);
        assert_int_equal(base64_decode(string, &back, &length), 0);
        assert_int_equal(length, most);
        assert_memory_equal(back, all, most);
        free(back);
        free(string);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digests_are_those_of_fips_180),
        cmocka_unit_test(a_stream_in_pieces_gives_the_same_digest),
        cmocka_unit_test(signatures_are_those_of_rfc_4231),
        cmocka_unit_test(base64_is_that_of_rfc_4648),
        cmocka_unit_test(base64_takes_one_spelling_only),
        cmocka_unit_test(all_bytes_survive_base64),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
