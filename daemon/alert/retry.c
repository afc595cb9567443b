/* retry.c - when to try again. */
#include "deliver.h"

#include "m13/clock.h"
#include "m13/digest.h"
#include "m13/limits.h"

#include <inttypes.h>
#include <stdio.h>

/* Parts of a thousand of the wait that may be added or taken: messages that failed together come back apart.
 */
enum { JITTER = 200 };

/* Between -JITTER and JITTER, the same for the same message and attempt. */
static int64_t jitter_of(const char *message_id, int64_t attempts)
{
    char seed[128], hex[DIGEST_HEX_BYTES];
    int64_t number = 0;
    int length = snprintf(seed, sizeof seed, "%.64s|%" PRId64, message_id, attempts);
    digest_hex_of(seed, (size_t)length, hex);
    for (size_t i = 0; i < 8; i++)
        number = 16 * number + (hex[i] <= '9' ? hex[i] - '0' : hex[i] - 'a' + 10);
    return number % (2 * JITTER + 1) - JITTER;
}

int64_t retry_wait(int64_t attempts, const char *message_id)
{
    static const int64_t waits[LIMIT_DELIVERY_ATTEMPTS - 1] = {5 * CLOCK_SECOND, CLOCK_MINUTE,
        5 * CLOCK_MINUTE, 30 * CLOCK_MINUTE, 2 * CLOCK_HOUR, 5 * CLOCK_HOUR, 8 * CLOCK_HOUR, 10 * CLOCK_HOUR,
        12 * CLOCK_HOUR, 14 * CLOCK_HOUR, 20 * CLOCK_HOUR};
    if (attempts < 1 || attempts >= LIMIT_DELIVERY_ATTEMPTS)
        return -1;
    int64_t wait = waits[attempts - 1];
    return wait + wait * jitter_of(message_id, attempts) / 1000;
}

int64_t retry_wait_of_receiver(int64_t failures, const char *message_id)
{
    const int64_t most = LIMIT_DELIVERY_IN_LINE - 1;
    return retry_wait(failures < most ? failures : most, message_id);
}
