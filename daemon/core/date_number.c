/* Days that are numbers: a spreadsheet's serial, and the time in a ULID. */
#include "date_forms.h"

#include "m13/clock.h"
#include "m13/text.h"

#include <errno.h>
#include <string.h>

/* Five digits, 1927-05-18 to 2173-10-13: a year or a day as 20260105 is no serial, nor is any day before
 * 1 March 1900, where spreadsheets count a leap day that was none. */
int date_parse_serial(const char *string, struct date *ret_date)
{
    int64_t serial;
    if (strlen(string) != 5 || string_to_integer(string, 10000, 99999, &serial) < 0)
        return -EINVAL;
    *ret_date = date_of_day(day_from_civil(1899, 12, 30) + (int32_t)serial);
    return 0;
}

/* github.com/ulid/spec: 26 characters of Crockford's base 32, of which the first ten are 48 bits of
 * milliseconds since 1970; so the first is at most 7. */
int date_parse_ulid(const char *string, struct date *ret_date)
{
    static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    int64_t ms = 0;
    if (strlen(string) != 26 || string[0] > '7')
        return -EINVAL;
    for (size_t i = 0; i < 26; i++) {
        char letter = string[i] >= 'a' && string[i] <= 'z' ? (char)(string[i] - 'a' + 'A') : string[i];
        const char *digit = strchr(digits, letter);
        if (digit == NULL)
            return -EINVAL;
        if (i < 10)
            ms = ms * 32 + (digit - digits);
    }
    struct date date = date_of_day(day_in_utc(ms));
    if (date.first > day_from_civil(2200, 12, 31))
        return -EINVAL;
    *ret_date = date;
    return 0;
}
