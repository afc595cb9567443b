/* cells_identifiers.c - identifiers with a shape or a check character: of firms, customs and our own. */
#include "cell_parts.h"

#include "m13/registry.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

static bool are_digits(const char *string, size_t least, size_t most)
{
    size_t length = strspn(string, "0123456789");
    return length >= least && length <= most && string[length] == '\0';
}

int local_cell_uscc(const char *cell, struct text *out, struct failure *ret_why)
{
    struct cell_code code;
    bool fits = cell_code_read(cell, strlen(cell), AS_CODE, &code);
    int r = 0;
    switch (fits ? uscc_check(code.bytes) : USCC_SHAPE_WRONG) {
    case USCC_GOOD:
        break;
    case USCC_CHECK_WRONG:
        fail(ret_why, 0, "%s 的校验码不符，请核对", local_cell_quoted(cell));
        r = 1;
        break;
    case USCC_SHAPE_WRONG:
        r = fail(ret_why, -EINVAL, "%s 不是统一社会信用代码", local_cell_quoted(cell));
        break;
    }
    if (r >= 0)
        text_append(out, code.bytes, code.length);
    return r;
}

/* --- of the regulators -----------------------------------------------------------------------------------
 */

#define SRN_LETTERS 4 /* country, role: CN-MF-000012345 */
#define SRN_DIGITS  9

static int part_srn(const char *part, size_t length, struct text *out, struct failure *ret_why)
{
    struct cell_code code;
    bool good = cell_code_read(part, length, AS_CODE, &code);
    char plain[CELL_CODE_BYTES + 1];
    size_t count = 0;
    for (const char *byte = code.bytes; *byte != '\0'; byte++)
        if (*byte != '-')
            plain[count++] = *byte;
    plain[count] = '\0';
    if (count == 0 && good)
        return 0;
    good = good && count == SRN_LETTERS + SRN_DIGITS &&
           strspn(plain, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == SRN_LETTERS &&
           are_digits(plain + SRN_LETTERS, SRN_DIGITS, SRN_DIGITS);
    if (!good)
        return fail(ret_why, -EINVAL, "%s 不是 SRN", local_cell_quoted(code.bytes));
    text_append_format(out, "%.2s-%.2s-%s", plain, plain + 2, plain + SRN_LETTERS);
    return 0;
}

int local_cell_srn(const char *cell, struct text *out, struct failure *ret_why)
{
    return cell_put_parts(cell, cell_code_separators, part_srn, CELL_REPEATS_LEFT_OUT, out, ret_why);
}

/* FDA's numbers of establishments (FEI) and of their owners have 7 to 10 digits. */
static int part_fda_number(const char *part, size_t length, struct text *out, struct failure *ret_why)
{
    struct cell_code code;
    bool fits = cell_code_read(part, length, AS_CODE, &code);
    if (fits && code.length == 0)
        return 0;
    if (!fits || !are_digits(code.bytes, 7, 10))
        return fail(ret_why, -EINVAL, "%s 不是 FDA 的企业编号", local_cell_quoted(code.bytes));
    text_append(out, code.bytes, code.length);
    return 0;
}

int local_cell_fei(const char *cell, struct text *out, struct failure *ret_why)
{
    return cell_put_parts(cell, cell_code_separators, part_fda_number, CELL_REPEATS_LEFT_OUT, out, ret_why);
}

int local_cell_owner_operator(const char *cell, struct text *out, struct failure *ret_why)
{
    return local_cell_fei(cell, out, ret_why);
}

#define CORPORATE_DIGITS 13

/* 法人番号 (Japan): the first digit is 9 less the weighted sum of the others modulo 9, weights 1 and 2 from
 * the right (国税庁, 法人番号の指定等に関する省令 article 2). */
static bool is_corporate_number_of_japan(const char *digits)
{
    int sum = 0;
    for (int i = 1; i < CORPORATE_DIGITS; i++)
        sum += (digits[i] - '0') * ((CORPORATE_DIGITS - i) % 2 == 1 ? 1 : 2);
    return digits[0] - '0' == 9 - sum % 9;
}

int local_cell_corporate_number(const char *cell, struct text *out, struct failure *ret_why)
{
    size_t before = out->length;
    int r = cell_put_folded(cell, strlen(cell), AS_CODE, CELL_CODE_BYTES, out, ret_why);
    const char *number = text_string(out) + before;
    if (r < 0 || out->overflowed || !are_digits(number, CORPORATE_DIGITS, CORPORATE_DIGITS) ||
        is_corporate_number_of_japan(number))
        return r;
    fail(ret_why, 0, "%s 若是日本法人番号，校验位不符，请核对", local_cell_quoted(cell));
    return 1;
}

/* --- of China's customs ----------------------------------------------------------------------------------
 */

#define DECLARATION_DIGITS 18
#define DECLARED_ITEM      21 /* as the systems for tax refunds write it: with 0 and two digits of the item */

/* 4 digits of the customs district, year, 0 (export), 1 (import), E or I (集中申报), 9 digits. */
static bool is_declaration(const char *code, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!isdigit((unsigned char)code[i]) && !(i == 8 && (code[i] == 'E' || code[i] == 'I')))
            return false;
    if (length != DECLARATION_DIGITS && length != DECLARED_ITEM)
        return false;
    bool century = strncmp(code + 4, "19", 2) == 0 || strncmp(code + 4, "20", 2) == 0;
    bool item = length == DECLARATION_DIGITS ||
                (code[DECLARATION_DIGITS] == '0' && strcmp(code + DECLARATION_DIGITS + 1, "00") != 0);
    return century && item && strchr("01EI", code[8]) != NULL;
}

int local_cell_declaration(const char *cell, struct text *out, struct failure *ret_why)
{
    struct cell_code code;
    if (!cell_code_read(cell, strlen(cell), AS_CODE, &code) || !is_declaration(code.bytes, code.length))
        return fail(ret_why, -EINVAL, "%s 不是报关单号", local_cell_quoted(cell));
    text_append(out, code.bytes, code.length);
    return 0;
}

const char *local_declaration_item(const char *canonical)
{
    return strlen(canonical) == DECLARED_ITEM ? canonical + DECLARATION_DIGITS + 1 : NULL;
}

int local_cell_item_number(const char *cell, struct text *out, struct failure *ret_why)
{
    struct cell_code code;
    bool fits = cell_code_read(cell, strlen(cell), AS_CODE, &code);
    const char *number = code.bytes + strspn(code.bytes, "0");
    if (!fits || !are_digits(code.bytes, 1, 3) || *number == '\0')
        return fail(ret_why, -EINVAL, "%s 不是报关单的项号", local_cell_quoted(cell));
    text_append_string(out, number);
    return 0;
}

/* --- our own ---------------------------------------------------------------------------------------------
 */

/* M13-2026-00042 */
int local_cell_case(const char *cell, struct text *out, struct failure *ret_why)
{
    struct cell_code code;
    bool fits = cell_code_read(cell, strlen(cell), AS_CODE, &code);
    size_t policy = strspn(code.bytes, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
    const char *rest = code.bytes + policy;
    size_t year = *rest == '-' ? strspn(rest + 1, "0123456789") : 0;
    if (!fits || policy == 0 || year != 4 || rest[5] != '-' || !are_digits(rest + 6, 5, 9))
        return fail(ret_why, -EINVAL, "%s 不是线索编号", local_cell_quoted(cell));
    text_append(out, code.bytes, code.length);
    return 0;
}

#define HASH_DIGITS 64

int local_cell_facts_hash(const char *cell, struct text *out, struct failure *ret_why)
{
    struct cell_code code;
    bool fits = cell_code_read(cell, strlen(cell), AS_CODE, &code);
    if (!fits || code.length != HASH_DIGITS || strspn(code.bytes, "0123456789ABCDEF") != HASH_DIGITS)
        return fail(ret_why, -EINVAL, "%s 不是事实指纹", local_cell_quoted(cell));
    for (char *byte = code.bytes; *byte != '\0'; byte++)
        *byte = (char)tolower((unsigned char)*byte);
    text_append(out, code.bytes, code.length);
    return 0;
}
