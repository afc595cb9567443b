/* Base64 with padding, RFC 4648 section 4: one text for every byte string, and no other text is accepted. */
#include "m13/digest.h"

#include "m13/failure.h"
#include "m13/log.h"
#include "m13/memory.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

char *base64_encode(const void *bytes, size_t length)
{
    const uint8_t *in = bytes;
    if (length > SIZE_MAX / 2)
        log_fatal(EXIT_INTERNAL, "base64 of %zu bytes is more than there can be", length);
    char *out = memory_get((length + 2) / 3 * 4 + 1), *next = out;
    for (size_t i = 0; i < length; i += 3) {
        size_t left = length - i;
        uint32_t group = (uint32_t)in[i] << 16 | (left > 1 ? (uint32_t)in[i + 1] << 8 : 0) |
                         (left > 2 ? (uint32_t)in[i + 2] : 0);
        *next++ = alphabet[group >> 18];
        *next++ = alphabet[group >> 12 & 63];
        *next++ = left > 1 ? alphabet[group >> 6 & 63] : '=';
        *next++ = left > 2 ? alphabet[group & 63] : '=';
    }
    *next = '\0';
    return out;
}

static int value_of(char character)
{
    const char *found = character != '\0' ? strchr(alphabet, character) : NULL;
    return found != NULL ? (int)(found - alphabet) : -1;
}

/* Three bytes of four characters, the last `padding` of which are '='; false when they are none. */
static bool decode_group(const char *characters, size_t padding, uint8_t out[3])
{
    uint32_t group = 0;
    for (size_t i = 0; i < 4; i++) {
        int value = i < 4 - padding ? value_of(characters[i]) : 0;
        if (value < 0)
            return false;
        group = group << 6 | (uint32_t)value;
    }
    out[0] = (uint8_t)(group >> 16);
    out[1] = (uint8_t)(group >> 8);
    out[2] = (uint8_t)group;
    /* Bits that no byte takes must be zero: else two texts would mean the same bytes. */
    return (padding < 1 || out[2] == 0) && (padding < 2 || out[1] == 0);
}

int base64_decode(const char *string, uint8_t **ret_bytes, size_t *ret_length)
{
    size_t length = strlen(string), padding = 0;
    if (length % 4 != 0)
        return -EINVAL;
    while (padding < 2 && padding < length && string[length - 1 - padding] == '=')
        padding++;

    uint8_t *bytes = memory_get(length / 4 * 3 + 1);
    for (size_t i = 0; i < length; i += 4) {
        if (!decode_group(string + i, i + 4 == length ? padding : 0, bytes + i / 4 * 3)) {
            free(bytes);
            return -EINVAL;
        }
    }
    *ret_length = length / 4 * 3 - padding;
    bytes[*ret_length] = '\0';
    *ret_bytes = bytes;
    return 0;
}
