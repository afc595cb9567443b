#include "xlsx_format.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* --- by number -------------------------------------------------------------------------------------------
 */

static const struct {
    int64_t first, last;
    enum xlsx_format format;
} known[] = {
    {9, 10, XLSX_FORMAT_PERCENT},
    {14, 16, XLSX_FORMAT_DATE},
    {17, 17, XLSX_FORMAT_MONTH}, /* mmm-yy, which Excel gives to a typed 2026-3 */
    {18, 21, XLSX_FORMAT_TIME},
    {22, 22, XLSX_FORMAT_DATE_TIME},
    {27, 27, XLSX_FORMAT_MONTH}, /* yyyy"年"m"月", as 36, 50, 52 and 57 */
    {28, 31, XLSX_FORMAT_DATE},
    {32, 35, XLSX_FORMAT_TIME},
    {36, 36, XLSX_FORMAT_MONTH},
    {45, 45, XLSX_FORMAT_TIME},
    {47, 47, XLSX_FORMAT_TIME},
    {50, 50, XLSX_FORMAT_MONTH},
    {51, 51, XLSX_FORMAT_DATE},
    {52, 52, XLSX_FORMAT_MONTH},
    {53, 54, XLSX_FORMAT_DATE},
    {55, 56, XLSX_FORMAT_TIME},
    {57, 57, XLSX_FORMAT_MONTH},
    {58, 58, XLSX_FORMAT_DATE},
};

enum xlsx_format xlsx_format_of_id(int64_t id)
{
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (id >= known[i].first && id <= known[i].last)
            return known[i].format;
    return XLSX_FORMAT_NUMBER;
}

/* --- by code ---------------------------------------------------------------------------------------------
 */

struct code_reading {
    bool year, month, day, hour, second, elapsed, percent;
    bool minutes_likely;  /* the last part was an hour: an m that follows means minutes */
    bool undecided_month; /* the last part was an m: seconds that follow make it minutes */
};

/* One run of equal letters. `e` is the year of an era, `b` a Buddhist one, `aaa` a weekday. */
static void take_letter(struct code_reading *reading, char letter, size_t length)
{
    bool month = letter == 'm' && !reading->minutes_likely;
    reading->month = reading->month || (reading->undecided_month && letter != 's');
    reading->undecided_month = month;
    reading->minutes_likely = letter == 'h';
    if (letter == 'y' || letter == 'e' || letter == 'b')
        reading->year = true;
    else if (letter == 'd' || (letter == 'a' && length >= 3))
        reading->day = true;
    else if (letter == 'h')
        reading->hour = true;
    else if (letter == 's')
        reading->second = true;
}

/* Behind a quoted text, an escaped character, a colour, a condition or a locale; elapsed times are noted:
 * [h]:mm may count far beyond a day. */
static const char *skip_literal(struct code_reading *reading, const char *at)
{
    const char *end = NULL;
    if (*at == '"')
        end = strchr(at + 1, '"');
    else if (*at == '[')
        end = strchr(at, ']');
    else if (*at == '\\' || *at == '_' || *at == '*')
        return at[1] != '\0' ? at + 2 : at + 1;
    else
        return at;
    if (*at == '[' && end != NULL && strspn(at + 1, "hHmMsS") == (size_t)(end - at - 1) && end > at + 1)
        reading->elapsed = true;
    return end != NULL ? end + 1 : at + strlen(at);
}

/* AM/PM, A/P, and General, whose letters mean nothing. */
static const char *skip_word(struct code_reading *reading, const char *at)
{
    static const struct {
        const char *word;
        bool hour;
    } words[] = {{"General", false}, {"AM/PM", true}, {"A/P", true}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strncasecmp(at, words[i].word, strlen(words[i].word)) == 0) {
            reading->hour = reading->hour || words[i].hour;
            return at + strlen(words[i].word);
        }
    /* 0.00E+00 is no era. */
    if ((*at == 'E' || *at == 'e') && (at[1] == '+' || at[1] == '-'))
        return at + 2;
    return at;
}

static enum xlsx_format judge(const struct code_reading *reading)
{
    bool month = reading->month || reading->undecided_month;
    bool date = reading->year || month || reading->day, time = reading->hour || reading->second;
    if (reading->elapsed)
        return XLSX_FORMAT_NUMBER;
    if (date && time)
        return XLSX_FORMAT_DATE_TIME;
    if (time)
        return XLSX_FORMAT_TIME;
    if (date && reading->year && !reading->day)
        return month ? XLSX_FORMAT_MONTH : XLSX_FORMAT_YEAR;
    if (date)
        return XLSX_FORMAT_DATE;
    return reading->percent ? XLSX_FORMAT_PERCENT : XLSX_FORMAT_NUMBER;
}

enum xlsx_format xlsx_format_of_code(const char *code)
{
    struct code_reading reading = {0};
    /* Only the first section: it is that of what is not negative. */
    for (const char *at = code; *at != '\0' && *at != ';';) {
        const char *next = skip_literal(&reading, at);
        if (next == at)
            next = skip_word(&reading, at);
        if (next == at && isalpha((unsigned char)*at)) {
            size_t length = 1;
            while (at[length] == *at)
                length++;
            take_letter(&reading, (char)tolower((unsigned char)*at), length);
            next = at + length;
        } else if (next == at) {
            reading.percent = reading.percent || *at == '%';
            next++;
        }
        at = next;
    }
    return judge(&reading);
}
