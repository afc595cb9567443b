/* secrets.c - what proves that a message is ours: read from files at the moment of sending, never kept, never
 * named in a problem. */
#include "channels.h"

#include "m13/digest.h"
#include "m13/memory.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SECRET_BYTES = 4096,  /* the address of a robot has some 150, a webhook's secret 100 */
    KEY_BYTES_LEAST = 24, /* Standard Webhooks: between 24 and 64 random bytes */
};
static const char prefix[] = "whsec_";

void secret_free(char *secret)
{
    if (secret != NULL)
        explicit_bzero(secret, strlen(secret));
    free(secret);
}

/* One line, in plain ASCII: what somebody has copied from a web page may bring more than he sees. */
static bool is_one_word(const char *line)
{
    for (const char *byte = line; *byte != '\0'; byte++)
        if (*byte <= ' ' || *byte > '~')
            return false;
    return *line != '\0';
}

char *channel_secret(const char *file, char *ret_problem, size_t size)
{
    char bytes[SECRET_BYTES], *secret = NULL;
    FILE *stream = fopen(file, "re");
    if (stream == NULL) {
        snprintf(ret_problem, size, "a secret file of the channel cannot be read: %s", strerror(errno));
        return NULL;
    }
    setvbuf(stream, NULL, _IONBF, 0); /* no copy in a buffer that nobody erases */
    size_t length = fread(bytes, 1, sizeof bytes - 1, stream);
    bytes[length] = '\0';
    bool failed = ferror(stream) || length == sizeof bytes - 1 || memchr(bytes, '\0', length) != NULL;
    fclose(stream);
    const char *word = string_trim(bytes);
    if (!failed && is_one_word(word))
        secret = memory_copy_string(word);
    else
        snprintf(ret_problem, size, "a secret file of the channel holds no secret: one line is expected");
    explicit_bzero(bytes, sizeof bytes);
    return secret;
}

int webhook_key(const char *secret, uint8_t **ret_key, size_t *ret_length)
{
    if (!string_starts(secret, prefix) || base64_decode(secret + strlen(prefix), ret_key, ret_length) < 0)
        return -EINVAL;
    if (*ret_length >= KEY_BYTES_LEAST)
        return 0;
    explicit_bzero(*ret_key, *ret_length);
    free(*ret_key);
    return -EINVAL;
}

char *secret_of_firm(const char *secret, const char *uscc)
{
    uint8_t *key = NULL, derived[DIGEST_BYTES];
    size_t length = 0;
    if (webhook_key(secret, &key, &length) < 0)
        return NULL;
    struct text words = TEXT_WITH_CEILING(256);
    text_append_format(&words, "m13d %s", uscc);
    digest_hmac(key, length, text_string(&words), words.length, derived);
    char *encoded = base64_encode(derived, sizeof derived);
    text_clear(&words);
    text_append_format(&words, "%s%s", prefix, encoded);
    secret_free(encoded);
    explicit_bzero(derived, sizeof derived);
    explicit_bzero(key, length);
    free(key);
    return text_take(&words);
}

char *channel_firm_secret(
    const struct alert_channel *channel, size_t which, const char *uscc, struct failure *ret_failure)
{
    char problem[128] = "";
    if (channel->kind != CHANNEL_WEBHOOK || which >= channel->secret_count) {
        fail(ret_failure, -EINVAL, "channel %s has no secret file %zu from which firms' secrets come",
            channel->name, which + 1);
        return NULL;
    }
    char *secret = channel_secret(channel->secret_files[which], problem, sizeof problem);
    char *derived = secret != NULL ? secret_of_firm(secret, uscc) : NULL;
    if (secret == NULL)
        fail(ret_failure, -EACCES, "channel %s: %s", channel->name, problem);
    else if (derived == NULL)
        fail(ret_failure, -EINVAL, "channel %s: secret file %zu is no whsec_ and base64 of at least %d bytes",
            channel->name, which + 1, (int)KEY_BYTES_LEAST);
    secret_free(secret);
    return derived;
}
