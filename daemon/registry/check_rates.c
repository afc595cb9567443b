#include "check_rates.h"

#include "cell_decimal.h"
#include "cells.h"
#include "m13/date.h"
#include "m13/memory.h"
#include "m13/store.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* Products of two rates need more than 64 bits. */
__extension__ typedef __int128 wide;

#define RATE_PLACES  8
#define RATE_ONE     100000000LL
#define UNITS        100 /* rates are for 100 */
#define NEAR_DAYS    400 /* rates further apart may well differ by more: then a person is only warned */
#define PLAUSIBLE    5   /* times more or less than usual */
#define JUMP_PERCENT 30

/* What 100 of a currency cost about, in ten-thousandths of a yuan: a first rate has nothing else to be held
 * against, and per 1 instead of per 100, or the other way round, is the usual mistake. Only of currencies
 * that have kept their value. */
static const struct usual_rate {
    const char *currency;
    int64_t about;
} usual_rates[] = {{"USD", 7200000}, {"EUR", 7800000}, {"GBP", 9200000}, {"JPY", 48000}, {"HKD", 920000},
    {"MOP", 890000}, {"TWD", 225000}, {"AUD", 4700000}, {"NZD", 4300000}, {"CAD", 5200000}, {"CHF", 8200000},
    {"SGD", 5400000}, {"KRW", 5200}, {"MYR", 1600000}, {"THB", 210000}, {"INR", 84000}, {"IDR", 440},
    {"VND", 280}, {"RUB", 80000}, {"ZAR", 390000}, {"BRL", 1300000}, {"MXN", 380000}, {"AED", 1960000},
    {"SAR", 1920000}, {"ILS", 1950000}, {"PLN", 1800000}, {"HUF", 20000}, {"DKK", 1050000}, {"SEK", 680000},
    {"NOK", 670000}};

/* CNY for 100 as a fraction; false when it is none that can be compared. */
static bool rate_value(const char *rate, const char *quote, struct local_rate *ret_rate)
{
    struct cell_decimal decimal;
    const char *end = cell_decimal_read(rate, &decimal);
    int64_t scaled = end != NULL && *end == '\0' ? cell_decimal_scaled(&decimal, RATE_PLACES) : 0;
    if (scaled <= 0)
        return false;
    bool direct = string_equal(quote, "direct");
    ret_rate->numerator = direct ? scaled : UNITS * UNITS * RATE_ONE;
    ret_rate->denominator = direct ? RATE_ONE : scaled;
    return true;
}

static int32_t day_of(const char *date)
{
    struct date parsed;
    return date_parse(date, DATE_FORM_ISO, &parsed) == 0 ? parsed.first : DAY_NONE;
}

/* --- what is known ---------------------------------------------------------------------------------------
 */

static bool read_known(const char *fields, struct local_rate *ret_rate)
{
    json_t *object = json_loads(fields, 0, NULL);
    const char *rate = json_string_value(json_object_get(object, "rate"));
    const char *date = json_string_value(json_object_get(object, "date"));
    bool good = rate != NULL && date != NULL &&
                rate_value(rate, json_string_value(json_object_get(object, "quote")), ret_rate);
    ret_rate->day = good ? day_of(date) : DAY_NONE;
    json_decref(object);
    return good && ret_rate->day != DAY_NONE;
}

/* The current rate of the currency before, or after, that date. Keys are CURRENCY|DATE|QUOTE. */
static bool find_known(
    struct store *store, const char *currency, const char *date, bool earlier, struct local_rate *ret_rate)
{
    struct text low = TEXT_WITH_CEILING(2 * CELL_CODE_BYTES), high = TEXT_WITH_CEILING(2 * CELL_CODE_BYTES);
    text_append_format(&low, "%s|%s", currency, earlier ? "" : date);
    text_append_string(&low, earlier ? "" : "|~");
    text_append_format(&high, "%s|%s|", currency, earlier ? date : "~");
    struct query *q = query_bind(
        earlier ? query(store, "SELECT fields FROM local_record WHERE kind = 'fx' AND key > ? AND key < ? "
                               "AND seq_to IS NULL AND withdrawn = 0 ORDER BY key DESC LIMIT 1")
                : query(store, "SELECT fields FROM local_record WHERE kind = 'fx' AND key > ? AND key < ? "
                               "AND seq_to IS NULL AND withdrawn = 0 ORDER BY key LIMIT 1"),
        "tt", text_string(&low), text_string(&high));
    bool found = query_next(q) && read_known(query_text(q, 0), ret_rate);
    query_end(q);
    text_free(&low);
    text_free(&high);
    return found;
}

static size_t currency_index(const char *currency)
{
    size_t i = 0;
    while (i < LOCAL_CURRENCIES && strcmp(currency_choices[i].code, currency) != 0)
        i++;
    return i;
}

/* The nearest earlier one, else the nearest later one. */
static bool find_nearest(struct store *store, const struct local_rate *in_file, const char *currency,
    const char *date, int32_t day, struct local_rate *ret_rate)
{
    struct local_rate stored;
    bool file = in_file != NULL && in_file->denominator > 0, file_is_earlier = file && in_file->day <= day;
    bool found = find_known(store, currency, date, true, &stored);
    if (file_is_earlier && (!found || in_file->day >= stored.day)) {
        *ret_rate = *in_file;
        return true;
    }
    if (!found)
        found = find_known(store, currency, date, false, &stored);
    if (file && (!found || (stored.day > day && in_file->day < stored.day)))
        *ret_rate = *in_file;
    else if (found)
        *ret_rate = stored;
    return found || file;
}

/* --- comparing -------------------------------------------------------------------------------------------
 */

static bool has_jumped(const struct local_rate *rate, const struct local_rate *known)
{
    wide ours = (wide)rate->numerator * known->denominator,
         theirs = (wide)known->numerator * rate->denominator;
    wide apart = ours > theirs ? ours - theirs : theirs - ours;
    return apart * 100 > theirs * JUMP_PERCENT;
}

static bool is_implausible(const char *currency, const struct local_rate *rate)
{
    for (size_t i = 0; i < sizeof usual_rates / sizeof usual_rates[0]; i++) {
        if (strcmp(usual_rates[i].currency, currency) != 0)
            continue;
        wide ours = (wide)rate->numerator * 10000, usual = (wide)usual_rates[i].about * rate->denominator;
        return ours > usual * PLAUSIBLE || ours * PLAUSIBLE < usual;
    }
    return false;
}

#define MONEY_PLACES 6

static bool is_scaled(const char *amount, int64_t *ret_scaled)
{
    struct cell_decimal decimal;
    const char *end = cell_decimal_read(amount, &decimal);
    *ret_scaled = end != NULL && *end == '\0' ? cell_decimal_scaled(&decimal, MONEY_PLACES) : -1;
    return *ret_scaled > 0;
}

bool check_debit_is_plausible(const char *currency, const char *amount, const char *debited)
{
    int64_t foreign, yuan;
    if (!is_scaled(amount, &foreign) || !is_scaled(debited, &yuan))
        return true;
    if (strcmp(currency, "CNY") == 0) {
        wide apart = foreign > yuan ? (wide)foreign - yuan : (wide)yuan - foreign;
        return apart * 100 <= foreign;
    }
    struct local_rate paid = {.numerator = yuan, .denominator = foreign};
    if (__builtin_mul_overflow(paid.numerator, (int64_t)UNITS, &paid.numerator))
        return true;
    return !is_implausible(currency, &paid);
}

/* CNY for 100, as the message shows it. */
static void put_rate(const struct local_rate *rate, struct text *out)
{
    int64_t shown = (int64_t)((wide)rate->numerator * 10000 / rate->denominator);
    text_append_format(out, "%lld.%04lld", (long long)(shown / 10000), (long long)(shown % 10000));
}

static void explain_jump(
    const struct local_rate *rate, const struct local_rate *known, struct failure *ret_why)
{
    char date[DAY_STRING_BYTES];
    struct text ours = TEXT_WITH_CEILING(64), theirs = TEXT_WITH_CEILING(64);
    put_rate(rate, &ours);
    put_rate(known, &theirs);
    fail(ret_why, -ERANGE, "折合 100 外币 = %s 元，与 %s 的 %s 元相差超过 %d%%", text_string(&ours),
        day_format(known->day, date), text_string(&theirs), JUMP_PERCENT);
    text_free(&ours);
    text_free(&theirs);
}

int check_rate(struct store *store, struct local_check_memory *memory, const char *currency, const char *date,
    const char *rate, const char *quote, struct failure *ret_why)
{
    struct local_rate value = {.day = day_of(date)}, known;
    size_t i = currency_index(currency);
    if (value.day == DAY_NONE || i == LOCAL_CURRENCIES || !rate_value(rate, quote, &value))
        return 0; /* faulty cells, which have been told of */
    int r = 0;
    if (!find_nearest(store, memory == NULL ? NULL : &memory->rates[i], currency, date, value.day, &known)) {
        if (is_implausible(currency, &value))
            r = fail(ret_why, -ERANGE, "与该币种的通常水平相差 %d 倍以上，可能标价方式或单位（每 100）有误",
                PLAUSIBLE);
    } else if (has_jumped(&value, &known)) {
        bool near = value.day - known.day <= NEAR_DAYS && known.day - value.day <= NEAR_DAYS;
        explain_jump(&value, &known, ret_why);
        r = near ? -ERANGE : 1;
    }
    if (r >= 0 && memory != NULL)
        memory->rates[i] = value;
    return r;
}
