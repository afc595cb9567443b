/* signature.c - how each receiver wants to see that a message is ours. All three are HMAC-SHA256; what is key
 * and what is message differs. */
#include "channels.h"

#include "m13/digest.h"

#include <stdlib.h>
#include <string.h>

enum { BODY_BYTES = 16 * 1024 * 1024 };

/* standardwebhooks.com, specification 1.0: over "id.timestamp.body". */
char *webhook_signature(const char *secret, const char *id, int64_t timestamp_seconds, const char *body)
{
    uint8_t *key = NULL, mac[DIGEST_BYTES];
    size_t key_length = 0;
    if (webhook_key(secret, &key, &key_length) < 0)
        return NULL;
    struct text signed_text = TEXT_WITH_CEILING(BODY_BYTES), out = TEXT_WITH_CEILING(256);
    text_append_format(&signed_text, "%s.%lld.", id, (long long)timestamp_seconds);
    text_append_string(&signed_text, body);
    digest_hmac(key, key_length, text_string(&signed_text), signed_text.length, mac);
    char *encoded = base64_encode(mac, sizeof mac);
    text_append_format(&out, "v1,%s", encoded);
    free(encoded);
    explicit_bzero(key, key_length);
    free(key);
    text_free(&signed_text);
    return text_take(&out);
}

/* "TIME\nSECRET" in base64; as the key where it signs nothing, as the message where the secret is the key. */
static char *sign_time(const char *secret, int64_t time, bool time_is_key)
{
    uint8_t mac[DIGEST_BYTES];
    struct text words = TEXT_WITH_CEILING(8192);
    text_append_format(&words, "%lld\n", (long long)time);
    text_append_string(&words, secret);
    if (time_is_key)
        digest_hmac(text_string(&words), words.length, "", 0, mac);
    else
        digest_hmac(secret, strlen(secret), text_string(&words), words.length, mac);
    explicit_bzero(words.bytes, words.length);
    text_free(&words);
    return base64_encode(mac, sizeof mac);
}

char *dingtalk_signature(const char *secret, int64_t milliseconds)
{
    return sign_time(secret, milliseconds, false);
}

char *feishu_signature(const char *secret, int64_t seconds)
{
    return sign_time(secret, seconds, true);
}
