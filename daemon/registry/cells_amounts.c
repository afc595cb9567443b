/* cells_amounts.c - money, exchange rates and percentages. */
#include "cell_decimal.h"
#include "cell_parts.h"
#include "codes.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#define AMOUNT_DIGITS   15 /* before the point: what a spreadsheet still holds exactly */
#define AMOUNT_DECIMALS 6
#define RATE_DIGITS     9
#define RATE_DECIMALS   8
#define SHARES_MOST     100

#define DOLLARS "USD HKD SGD AUD CAD NZD TWD MOP BRL MXN CLP COP ARS BND FJD JMD NAD TTD XCD"

/* Signs that leave several currencies, and 元, which people put behind every currency's amount. */
static const struct currency_sign {
    const char *sign, *codes;
} currency_signs[] = {
    {"元", ""},
    {"圆", ""},
    {"¥", "CNY JPY"},
    {"￥", "CNY JPY"},
    {"$", DOLLARS},
};

static const struct multiplier {
    const char *word;
    size_t places;
} multipliers[] = {{"百万", 6}, {"千万", 7}, {"万", 4}, {"亿", 8}, {"千", 3}};

struct amount {
    struct cell_decimal decimal;
    bool negative;
    const char *currencies; /* "" = any */
};

/* The part of the cell that is about the currency; false when it means nothing. */
static bool read_currency(const char *mark, size_t length, struct amount *amount)
{
    while (length > 0 && mark[0] == ' ') {
        mark++;
        length--;
    }
    while (length > 0 && mark[length - 1] == ' ')
        length--;
    if (length > strlen("元") && memcmp(mark, "元", strlen("元")) == 0) { /* 万元人民币 */
        mark += strlen("元");
        length -= strlen("元");
    }
    if (length == 0)
        return true;
    const char *codes = local_code(currency_choices, mark, length);
    for (size_t i = 0; codes == NULL && i < sizeof currency_signs / sizeof currency_signs[0]; i++)
        if (strlen(currency_signs[i].sign) == length && memcmp(currency_signs[i].sign, mark, length) == 0)
            codes = currency_signs[i].codes;
    if (codes == NULL || (*codes != '\0' && *amount->currencies != '\0'))
        return false; /* two currencies: which is meant? */
    if (*codes != '\0')
        amount->currencies = codes;
    return true;
}

/* -, + and the currency in front of the digits. */
static const char *read_front(const char *cursor, struct amount *amount)
{
    size_t length = strcspn(cursor, "0123456789.,()+-");
    bool good = read_currency(cursor, length, amount);
    cursor += length;
    if (*cursor == '-' || *cursor == '+') {
        good &= !(amount->negative && *cursor == '-');
        amount->negative |= *cursor++ == '-';
        length = strcspn(cursor, "0123456789.,()+-");
        good &= read_currency(cursor, length, amount);
        cursor += length;
    }
    return good ? cursor : NULL;
}

/* 万元, 亿, 美元 ... behind the digits. */
static const char *read_behind(const char *cursor, struct amount *amount)
{
    while (*cursor == ' ')
        cursor++;
    for (size_t i = 0; i < sizeof multipliers / sizeof multipliers[0]; i++)
        if (string_starts(cursor, multipliers[i].word)) {
            cursor += strlen(multipliers[i].word);
            if (!cell_decimal_shift(&amount->decimal, multipliers[i].places))
                return NULL;
            break;
        }
    size_t length = strcspn(cursor, ")0123456789");
    return read_currency(cursor, length, amount) ? cursor + length : NULL;
}

/* Whether the whole of it is an amount. */
static bool read_amount(const char *cursor, struct amount *ret_amount)
{
    *ret_amount = (struct amount){.currencies = ""};
    bool bracket = *cursor == '(';
    cursor = read_front(cursor + bracket, ret_amount);
    if (cursor != NULL && *cursor == '(' && !bracket && !ret_amount->negative) {
        bracket = true; /* $(1,234.50) */
        cursor++;
    }
    if (cursor == NULL || (bracket && ret_amount->negative))
        return false;
    cursor = cell_decimal_read(cursor, &ret_amount->decimal);
    if (cursor != NULL)
        cursor = read_behind(cursor, ret_amount);
    if (cursor != NULL && bracket) {
        ret_amount->negative = true; /* as bookkeepers write it */
        cursor = *cursor == ')' ? read_behind(cursor + 1, ret_amount) : NULL;
    }
    return cursor != NULL && *cursor == '\0';
}

static bool fold_amount(const char *cell, struct cell_code *ret_folded)
{
    return cell_code_read(cell, strlen(cell), FOLD_WIDTH | FOLD_UPPER, ret_folded);
}

static int fail_amount(const char *cell, const struct cell_code *folded, struct failure *ret_why)
{
    size_t digits = strspn(folded->bytes, "0123456789.");
    bool ruined =
        digits > 0 && folded->bytes[digits] == 'E' && strspn(folded->bytes + digits + 1, "+-0123456789") > 0;
    return fail(ret_why, -EINVAL, ruined ? "%s 已被表格软件改成科学计数，原数已失真" : "%s 不是金额",
        local_cell_quoted(cell));
}

/* "100 200": one number, or two? Blanks that do not break are another thing: they part thousands. */
static bool has_gap(const char *cell)
{
    for (const char *at = strchr(cell, ' '); at != NULL; at = strchr(at + 1, ' '))
        if (at > cell && isdigit((unsigned char)at[-1]) && isdigit((unsigned char)at[strspn(at, " ")]))
            return true;
    return false;
}

static int parse_amount(const char *cell, struct amount *ret_amount, struct failure *ret_why)
{
    struct cell_code folded;
    *ret_amount = (struct amount){.currencies = ""};
    if (!fold_amount(cell, &folded) || !read_amount(folded.bytes, ret_amount))
        return fail_amount(cell, &folded, ret_why);
    if (has_gap(cell))
        return fail(ret_why, -EINVAL, "%s 数字中间有空格，分不清是一个数还是两个", local_cell_quoted(cell));
    if (ret_amount->decimal.whole > AMOUNT_DIGITS)
        return fail(ret_why, -ERANGE, "%s 整数部分超过 %d 位", local_cell_quoted(cell), AMOUNT_DIGITS);
    if (cell_decimal_fraction(&ret_amount->decimal) > AMOUNT_DECIMALS)
        return fail(ret_why, -ERANGE, "%s 小数超过 %d 位", local_cell_quoted(cell), AMOUNT_DECIMALS);
    return 0;
}

int local_cell_amount(const char *cell, struct text *out, struct failure *ret_why)
{
    struct amount amount;
    int r = parse_amount(cell, &amount, ret_why);
    if (r == 0)
        cell_decimal_put(&amount.decimal, amount.negative, out);
    return r;
}

const char *local_amount_currencies(const char *cell)
{
    static const char plain[] = "0123456789.,- ";
    struct cell_code folded;
    struct amount amount;
    if (cell[strspn(cell, plain)] == '\0')
        return "";
    return fold_amount(cell, &folded) && read_amount(folded.bytes, &amount) ? amount.currencies : "";
}

static int parse_cny(const char *cell, struct amount *ret_amount, struct failure *ret_why)
{
    int r = parse_amount(cell, ret_amount, ret_why);
    if (r < 0)
        return r;
    if (*ret_amount->currencies != '\0' && strstr(ret_amount->currencies, "CNY") == NULL)
        return fail(ret_why, -EINVAL, "%s 不是人民币金额", local_cell_quoted(cell));
    if (cell_decimal_fraction(&ret_amount->decimal) > 2)
        return fail(ret_why, -ERANGE, "%s 小数超过两位（分）", local_cell_quoted(cell));
    return 0;
}

int local_cell_amount_cny(const char *cell, struct text *out, struct failure *ret_why)
{
    struct amount amount;
    int r = parse_cny(cell, &amount, ret_why);
    if (r == 0)
        cell_decimal_put(&amount.decimal, amount.negative, out);
    return r;
}

int local_cell_positive_cny(const char *cell, struct text *out, struct failure *ret_why)
{
    struct amount amount;
    int r = parse_cny(cell, &amount, ret_why);
    if (r == 0 && (amount.negative || cell_decimal_is_zero(&amount.decimal)))
        r = fail(ret_why, -ERANGE, "%s 不大于零", local_cell_quoted(cell));
    if (r == 0)
        cell_decimal_put(&amount.decimal, false, out);
    return r;
}

int local_cell_rate(const char *cell, struct text *out, struct failure *ret_why)
{
    struct cell_code folded;
    struct cell_decimal rate;
    const char *end = fold_amount(cell, &folded) ? cell_decimal_read(folded.bytes, &rate) : NULL;
    if (end == NULL || *end != '\0' || has_gap(cell))
        return fail(ret_why, -EINVAL, "%s 不是汇率", local_cell_quoted(cell));
    if (cell_decimal_is_zero(&rate))
        return fail(ret_why, -ERANGE, "汇率不能是零");
    if (rate.whole > RATE_DIGITS || cell_decimal_fraction(&rate) > RATE_DECIMALS)
        return fail(ret_why, -ERANGE, "%s 位数过多：整数最多 %d 位，小数最多 %d 位", local_cell_quoted(cell),
            RATE_DIGITS, RATE_DECIMALS);
    cell_decimal_put(&rate, false, out);
    return 0;
}

/* --- percentages -----------------------------------------------------------------------------------------
 */

#define PERCENT_DECIMALS 4

/* Appends the percentage; *ret_scaled in ten-thousandths of one per cent. */
static int put_percent(
    const char *percent, size_t length, struct text *out, int64_t *ret_scaled, struct failure *ret_why)
{
    struct cell_code folded;
    struct cell_decimal decimal;
    const char *end =
        cell_code_read(percent, length, AS_CODE, &folded) ? cell_decimal_read(folded.bytes, &decimal) : NULL;
    bool sign = end != NULL && *end == '%';
    if (end == NULL || end[sign] != '\0')
        return fail(ret_why, -EINVAL, "%s 不是百分比", local_cell_quoted(folded.bytes));
    int64_t scaled = cell_decimal_scaled(&decimal, PERCENT_DECIMALS), one = 10000;
    if (cell_decimal_fraction(&decimal) > PERCENT_DECIMALS)
        return fail(ret_why, -ERANGE, "%s 小数超过 %d 位", local_cell_quoted(folded.bytes), PERCENT_DECIMALS);
    if (scaled <= 0 || scaled > 100 * one)
        return fail(ret_why, -ERANGE, "%s 不在 0 与 100%% 之间", local_cell_quoted(folded.bytes));
    if (!sign && scaled <= one) /* of a cell without its format, 0.6 is what is left of 60% */
        return fail(
            ret_why, -EINVAL, "%s 是百分之几还是几成？请写上 %%，如 60%%", local_cell_quoted(folded.bytes));
    cell_decimal_put(&decimal, false, out);
    *ret_scaled = scaled;
    return 0;
}

int local_cell_percent(const char *cell, struct text *out, struct failure *ret_why)
{
    int64_t scaled;
    return put_percent(cell, strlen(cell), out, &scaled, ret_why);
}

/* PRODUCT@PERCENT */
static int part_share(const char *part, size_t length, struct text *out, struct failure *ret_why)
{
    struct cell_code folded;
    int64_t scaled;
    if (!cell_code_read(part, length, FOLD_WIDTH, &folded))
        return fail(ret_why, -E2BIG, "%s 过长", local_cell_quoted(folded.bytes));
    if (folded.length == 0)
        return 0;
    const char *at = strrchr(folded.bytes, '@');
    size_t product = at == NULL ? 0 : (size_t)(at - folded.bytes);
    while (product > 0 && folded.bytes[product - 1] == ' ')
        product--;
    if (product == 0)
        return fail(ret_why, -EINVAL, "%s 要写作 产品编号@百分比", local_cell_quoted(folded.bytes));
    if (memchr(folded.bytes, '@', product) != NULL)
        return fail(
            ret_why, -EINVAL, "%s 中不止一个 @，多个产品之间用分号分开", local_cell_quoted(folded.bytes));
    text_append(out, folded.bytes, product);
    text_append_character(out, '@');
    return put_percent(at + 1, strlen(at + 1), out, &scaled, ret_why);
}

/* Each product once, and no more than the whole of it; `shares` is canonical. */
static int check_shares(const char *shares, struct failure *ret_why)
{
    const char *products[SHARES_MOST];
    size_t lengths[SHARES_MOST], count = 0;
    int64_t sum = 0;
    for (const char *part = shares; *part != '\0'; count++) {
        size_t length = strcspn(part, "|"), product = length;
        while (part[product] != '@')
            product--;
        if (count == SHARES_MOST)
            return fail(ret_why, -E2BIG, "分摊的产品超过 %d 个", SHARES_MOST);
        for (size_t i = 0; i < count; i++)
            if (lengths[i] == product && memcmp(products[i], part, product) == 0)
                return fail(ret_why, -EINVAL, "产品 %.*s 出现两次", (int)product, part);
        products[count] = part;
        lengths[count] = product;
        struct cell_decimal percent;
        cell_decimal_read(part + product + 1, &percent);
        sum += cell_decimal_scaled(&percent, PERCENT_DECIMALS);
        part += length + (part[length] == '|');
    }
    return sum <= 1000000 ? 0
                          : fail(ret_why, -ERANGE, "分摊比例合计 %lld.%04lld%%，超过 100%%",
                                (long long)(sum / 10000), (long long)(sum % 10000));
}

int local_cell_product_shares(const char *cell, struct text *out, struct failure *ret_why)
{
    static const char *const separators[] = {"|", "｜", ";", "；", "、", ",", "，", "\n", NULL};
    size_t before = out->length;
    int r = cell_put_parts(cell, separators, part_share, CELL_REPEATS_REFUSED, out, ret_why);
    if (r == 0 && !out->overflowed)
        r = check_shares(text_string(out) + before, ret_why);
    if (r < 0)
        cell_take_back(out, before);
    return r;
}
