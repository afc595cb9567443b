/* signature.c - Standard Webhooks (standardwebhooks.com, specification 1.0): HMAC-SHA256 over
 * "id.timestamp.body". */
#include "m13/alert.h"

#include "m13/digest.h"
#include "m13/text.h"

#include <stdlib.h>
#include <string.h>

char *alert_webhook_signature(const char *secret, const char *id, int64_t timestamp_seconds, const char *body)
{
    static const char prefix[] = "whsec_";
    uint8_t *key = NULL, mac[DIGEST_BYTES];
    size_t key_length = 0;
    if (!string_starts(secret, prefix) || base64_decode(secret + strlen(prefix), &key, &key_length) < 0)
        return NULL;
    struct text signed_text = TEXT_WITH_CEILING(16 * 1024 * 1024), out = TEXT_WITH_CEILING(256);
    text_append_format(&signed_text, "%s.%lld.", id, (long long)timestamp_seconds);
    text_append_string(&signed_text, body);
    digest_hmac(key, key_length, text_string(&signed_text), signed_text.length, mac);
    char *encoded = base64_encode(mac, sizeof mac);
    text_append_format(&out, "v1,%s", encoded);
    free(encoded);
    free(key);
    text_free(&signed_text);
    return text_take(&out);
}
