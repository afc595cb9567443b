/* retry_after.c - the Retry-After header (RFC 9110, 10.2.3). */
#include "m13/clock.h"
#include "m13/http.h"
#include "m13/limits.h"
#include "m13/text.h"

#include <string.h>
#include <time.h>

/* The three forms that a recipient must accept (RFC 9110, 5.6.7). */
static const char *const date_forms[] = {
    "%a, %d %b %Y %H:%M:%S GMT", /* IMF-fixdate */
    "%A, %d-%b-%y %H:%M:%S GMT", /* RFC 850 */
    "%a %b %d %H:%M:%S %Y",      /* asctime */
};

static int64_t delay_of_seconds(const char *digits, size_t count)
{
    int64_t seconds = 0;
    for (size_t i = 0; i < count; i++) {
        seconds = 10 * seconds + (digits[i] - '0');
        if (seconds > LIMIT_RETRY_AFTER_MS / CLOCK_SECOND)
            return LIMIT_RETRY_AFTER_MS;
    }
    return seconds * CLOCK_SECOND;
}

static int64_t delay_until_date(const char *value, int64_t now)
{
    for (size_t i = 0; i < sizeof date_forms / sizeof *date_forms; i++) {
        struct tm broken = {0};
        const char *rest = strptime(value, date_forms[i], &broken);
        if (rest == NULL || rest[strspn(rest, " \t")] != '\0')
            continue;
        int64_t delay = (int64_t)timegm(&broken) * CLOCK_SECOND - now;
        if (delay < 0)
            return 0; /* already past */
        return delay < LIMIT_RETRY_AFTER_MS ? delay : LIMIT_RETRY_AFTER_MS;
    }
    return -1;
}

int64_t http_retry_after(const char *value, int64_t now)
{
    if (string_is_blank(value))
        return -1;
    value += strspn(value, " \t");
    size_t digits = strspn(value, "0123456789");
    if (digits > 0 && value[digits + strspn(value + digits, " \t")] == '\0')
        return delay_of_seconds(value, digits);
    return delay_until_date(value, now);
}
