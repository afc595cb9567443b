/* digest.h - SHA-256 (FIPS 180-4), over libcrypto. */
#ifndef M13_DIGEST_H
#define M13_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#define DIGEST_BYTES     32
#define DIGEST_HEX_BYTES 65 /* lower case, with the NUL */

struct digest_stream;
struct digest_stream *digest_begin(void);
void digest_add(struct digest_stream *stream, const void *bytes, size_t length);
void digest_end(struct digest_stream *stream, uint8_t ret_digest[DIGEST_BYTES]); /* frees the stream */
void digest_abandon(struct digest_stream *stream);                               /* NULL is fine */

void digest_of(const void *bytes, size_t length, uint8_t ret_digest[DIGEST_BYTES]);
const char *digest_hex(const uint8_t digest[DIGEST_BYTES], char out[DIGEST_HEX_BYTES]);
const char *digest_hex_of(const void *bytes, size_t length, char out[DIGEST_HEX_BYTES]);
/* HMAC-SHA256 (RFC 2104), for signatures. */
void digest_hmac(
    const void *key, size_t key_length, const void *bytes, size_t length, uint8_t ret[DIGEST_BYTES]);
/* Base64 (RFC 4648, with padding): NUL-terminated copy, the caller frees. Decoding: -EINVAL on any fault. */
char *base64_encode(const void *bytes, size_t length);
int base64_decode(const char *string, uint8_t **ret_bytes, size_t *ret_length);

#endif
