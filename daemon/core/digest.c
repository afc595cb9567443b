#include "m13/digest.h"

#include "m13/failure.h"
#include "m13/log.h"
#include "m13/memory.h"

#include <limits.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdbool.h>
#include <stdlib.h>

struct digest_stream {
    EVP_MD_CTX *context;
};

/* libcrypto fails here only when it lacks memory or is installed wrongly. */
static void must(bool done)
{
    if (!done)
        log_fatal(EXIT_INTERNAL, "libcrypto refuses SHA-256");
}

/* Fetched once: OpenSSL 3 otherwise looks the algorithm up, under locks, at every start. */
static const EVP_MD *sha256(void)
{
    static EVP_MD *algorithm;
    if (algorithm == NULL)
        algorithm = EVP_MD_fetch(NULL, "SHA256", NULL);
    must(algorithm != NULL);
    return algorithm;
}

struct digest_stream *digest_begin(void)
{
    struct digest_stream *stream = memory_get(sizeof *stream);
    stream->context = EVP_MD_CTX_new();
    must(stream->context != NULL && EVP_DigestInit_ex2(stream->context, sha256(), NULL) == 1);
    return stream;
}

void digest_add(struct digest_stream *stream, const void *bytes, size_t length)
{
    must(EVP_DigestUpdate(stream->context, bytes, length) == 1);
}

void digest_end(struct digest_stream *stream, uint8_t ret_digest[DIGEST_BYTES])
{
    must(EVP_DigestFinal_ex(stream->context, ret_digest, NULL) == 1);
    digest_abandon(stream);
}

void digest_abandon(struct digest_stream *stream)
{
    if (stream == NULL)
        return;
    EVP_MD_CTX_free(stream->context);
    free(stream);
}

void digest_of(const void *bytes, size_t length, uint8_t ret_digest[DIGEST_BYTES])
{
    static EVP_MD_CTX *context; /* kept: one digest per record of a history load */
    if (context == NULL)
        context = EVP_MD_CTX_new();
    must(context != NULL && EVP_DigestInit_ex2(context, sha256(), NULL) == 1 &&
         EVP_DigestUpdate(context, bytes, length) == 1 && EVP_DigestFinal_ex(context, ret_digest, NULL) == 1);
}

const char *digest_hex(const uint8_t digest[DIGEST_BYTES], char out[DIGEST_HEX_BYTES])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < DIGEST_BYTES; i++) {
        out[2 * i] = digits[digest[i] >> 4];
        out[2 * i + 1] = digits[digest[i] & 15];
    }
    out[DIGEST_HEX_BYTES - 1] = '\0';
    return out;
}

const char *digest_hex_of(const void *bytes, size_t length, char out[DIGEST_HEX_BYTES])
{
    uint8_t digest[DIGEST_BYTES];
    digest_of(bytes, length, digest);
    return digest_hex(digest, out);
}

void digest_hmac(
    const void *key, size_t key_length, const void *bytes, size_t length, uint8_t ret[DIGEST_BYTES])
{
    static const unsigned char empty[1];
    must(key_length <= INT_MAX);
    /* HMAC() takes a NULL key for "the key of the last call". */
    must(HMAC(sha256(), key != NULL ? key : empty, (int)key_length, bytes, length, ret, NULL) != NULL);
}
