/* retry.c - when to try again. */
#include "deliver.h"

#include "m13/clock.h"
#include "m13/limits.h"

int64_t retry_wait(int64_t attempts, const char *message_id)
{
    (void)message_id;
    static const int64_t waits[LIMIT_DELIVERY_ATTEMPTS - 1] = {5 * CLOCK_SECOND, CLOCK_MINUTE,
        5 * CLOCK_MINUTE, 30 * CLOCK_MINUTE, 2 * CLOCK_HOUR, 5 * CLOCK_HOUR, 8 * CLOCK_HOUR, 10 * CLOCK_HOUR,
        12 * CLOCK_HOUR, 14 * CLOCK_HOUR, 20 * CLOCK_HOUR};
    return attempts >= 1 && attempts < LIMIT_DELIVERY_ATTEMPTS ? waits[attempts - 1] : -1;
}
