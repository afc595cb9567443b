/* uscc.c - 统一社会信用代码 (GB 32100-2015): 2 characters of authority and kind, 6 digits of the district of
 * first registration, 9 of the organisation code, 1 check character. */
#include "m13/registry.h"

#include <string.h>

#define USCC_LENGTH 18

static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY"; /* no I O S V Z */

static int value_of(char character)
{
    if (character >= '0' && character <= '9')
        return character - '0';
    const char *at = character == '\0' ? NULL : strchr(alphabet, character);
    return at == NULL ? -1 : (int)(at - alphabet);
}

enum uscc_answer uscc_check(const char *code)
{
    if (strlen(code) != USCC_LENGTH)
        return USCC_SHAPE_WRONG;
    int sum = 0, weight = 1; /* the weights are the powers of 3 modulo 31 */
    for (int i = 0; i < USCC_LENGTH; i++) {
        int value = value_of(code[i]);
        bool must_be_digit = i >= 2 && i < 8;
        if (value < 0 || (must_be_digit && value > 9))
            return USCC_SHAPE_WRONG;
        if (i < USCC_LENGTH - 1)
            sum += value * weight;
        weight = weight * 3 % 31;
    }
    /* The outer modulus turns 31 into 0: copies of this rule often lack it. */
    int check = (31 - sum % 31) % 31;
    return code[USCC_LENGTH - 1] == alphabet[check] ? USCC_GOOD : USCC_CHECK_WRONG;
}
