/* cells_udi.c - UDI-DI: identifiers of a model in its packaging, after the rules of the agency that gave them
 * out. */
#include "cell_parts.h"

#include <errno.h>
#include <string.h>

#define GTIN_DIGITS 14

/* GS1 General Specifications, 7.9: weights 3 and 1 from the right, up to the next ten. */
static bool gtin_is_good(const char *digits, size_t length)
{
    int sum = 0;
    for (size_t i = 0; i < length; i++)
        sum += (digits[i] - '0') * ((length - i) % 2 == 1 ? 1 : 3);
    return sum % 10 == 0;
}

/* GTIN-8, -12 and -13 are GTIN-14 without the zeros in front, by which registers know them. */
static int put_gtin(const char *digits, size_t length, struct text *out, struct failure *ret_why)
{
    if (!gtin_is_good(digits, length))
        return fail(ret_why, -EINVAL, "%s 的校验位不符", local_cell_quoted(digits));
    for (size_t i = length; i < GTIN_DIGITS; i++)
        text_append_character(out, '0');
    text_append(out, digits, length);
    return 0;
}

static int put_digits(const char *digits, size_t length, struct text *out, struct failure *ret_why)
{
    if (length == 8 || length == 12 || length == 13 || length == 14)
        return put_gtin(digits, length, out, ret_why);
    /* (01) of an element string without its brackets: the rest is lot, dates, serial number */
    if (length > GTIN_DIGITS + 2 && string_starts(digits, "01") && gtin_is_good(digits + 2, GTIN_DIGITS))
        return put_gtin(digits + 2, GTIN_DIGITS, out, ret_why);
    if (length == 16 && string_starts(digits, "01"))
        return put_gtin(digits + 2, GTIN_DIGITS, out, ret_why);
    if (length < GTIN_DIGITS)
        return fail(ret_why, -EINVAL, "%s 的位数不对，可能丢了开头的 0", local_cell_quoted(digits));
    fail(ret_why, 0, "%s 不是 GS1 编码，已按原文保留", local_cell_quoted(digits));
    text_append(out, digits, length);
    return 1;
}

/* (01)06971254923411(11)250101 */
static int put_element_string(const char *code, struct text *out, struct failure *ret_why)
{
    const char *digits = code + strlen("(01)");
    size_t length = strspn(digits, "0123456789");
    if (!string_starts(code, "(01)") || length != GTIN_DIGITS ||
        (digits[length] != '\0' && digits[length] != '('))
        return fail(ret_why, -EINVAL, "%s 中没有 (01) 开头的 14 位产品标识", local_cell_quoted(code));
    return put_gtin(digits, GTIN_DIGITS, out, ret_why);
}

static int part_udi(const char *part, size_t length, struct text *out, struct failure *ret_why)
{
    struct cell_code code;
    if (!cell_code_read(part, length, AS_CODE, &code))
        return fail(ret_why, -E2BIG, "%s 过长", local_cell_quoted(code.bytes));
    if (code.length == 0)
        return 0;
    if (strspn(code.bytes, "0123456789") == code.length)
        return put_digits(code.bytes, code.length, out, ret_why);
    if (code.bytes[0] == '(')
        return put_element_string(code.bytes, out, ret_why);
    text_append(out, code.bytes, code.length);
    /* HIBCC, ICCBBA, MA (IDcode) */
    if (code.bytes[0] == '+' || string_starts(code.bytes, "=/") || string_starts(code.bytes, "MA."))
        return 0;
    fail(ret_why, 0, "%s 不是已知发码机构（GS1、MA、HIBCC、ICCBBA）的编码，已按原文保留",
        local_cell_quoted(code.bytes));
    return 1;
}

int local_cell_udi_di(const char *cell, struct text *out, struct failure *ret_why)
{
    return cell_put_parts(cell, cell_code_separators, part_udi, CELL_REPEATS_LEFT_OUT, out, ret_why);
}
