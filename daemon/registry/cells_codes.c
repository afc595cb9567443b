/* cells_codes.c - words of the lists in codes.h, however written. */
#include "cell_parts.h"
#include "codes.h"

#include <errno.h>
#include <string.h>

static int put_word(
    const struct local_choice *table, const char *cell, struct text *out, struct failure *ret_why)
{
    struct cell_code folded;
    const char *code = cell_code_read(cell, strlen(cell), AS_CODE, &folded)
                           ? local_code(table, folded.bytes, folded.length)
                           : NULL;
    if (code == NULL)
        return fail(ret_why, -EINVAL, "无法识别 %s", local_cell_quoted(cell));
    text_append_string(out, code);
    return 0;
}

#define CLOSED_LIST(parser, table)                                                                           \
    int parser(const char *cell, struct text *out, struct failure *ret_why)                                  \
    {                                                                                                        \
        return put_word(table, cell, out, ret_why);                                                          \
    }
CLOSED_LIST(local_cell_yes_no, yes_no_choices)
CLOSED_LIST(local_cell_related, related_choices)
CLOSED_LIST(local_cell_currency, currency_choices)
CLOSED_LIST(local_cell_status, firm_status_choices)
CLOSED_LIST(local_cell_class, device_class_choices)
CLOSED_LIST(local_cell_relation, relation_choices)
CLOSED_LIST(local_cell_approval_status, approval_status_choices)
CLOSED_LIST(local_cell_cost_category, cost_category_choices)
CLOSED_LIST(local_cell_level, level_choices)
CLOSED_LIST(local_cell_payment_kind, payment_kind_choices)
CLOSED_LIST(local_cell_quote, quote_choices)
CLOSED_LIST(local_cell_credit_flag, credit_flag_choices)
CLOSED_LIST(local_cell_channel, channel_choices)
CLOSED_LIST(local_cell_language, language_choices)
CLOSED_LIST(local_cell_slot, slot_choices)
CLOSED_LIST(local_cell_decision_item, decision_item_choices)
CLOSED_LIST(local_cell_answer, answer_choices)
CLOSED_LIST(local_cell_dispute, dispute_choices)

/* 英国(UK): both must be the same one; 中国(香港) is a word of its own. */
int local_cell_country(const char *cell, struct text *out, struct failure *ret_why)
{
    struct cell_code folded;
    bool fits = cell_code_read(cell, strlen(cell), AS_CODE, &folded);
    const char *code = fits ? local_code(country_choices, folded.bytes, folded.length) : NULL;
    size_t open = strcspn(folded.bytes, "(");
    if (code == NULL && fits && open + 2 < folded.length && folded.bytes[folded.length - 1] == ')') {
        const char *outside = local_code(country_choices, folded.bytes, open);
        const char *inside = local_code(country_choices, folded.bytes + open + 1, folded.length - open - 2);
        code = outside != NULL && inside != NULL && strcmp(outside, inside) == 0 ? outside : NULL;
    }
    if (code == NULL)
        return fail(ret_why, -EINVAL, "无法识别 %s", local_cell_quoted(cell));
    text_append_string(out, code);
    return 0;
}

int local_cell_district(const char *cell, struct text *out, struct failure *ret_why)
{
    static const char *const prefixes[] = {"北京市", "北京"};
    struct cell_code folded;
    if (!cell_code_read(cell, strlen(cell), AS_CODE, &folded))
        return fail(ret_why, -EINVAL, "无法识别 %s", local_cell_quoted(cell));
    const char *district = folded.bytes;
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0] && district == folded.bytes; i++)
        if (string_starts(district, prefixes[i]) && strcmp(district, "北京城市副中心") != 0)
            district += strlen(prefixes[i]);
    const char *code = local_code(district_choices, district, strlen(district));
    if (code == NULL)
        return fail(ret_why, -EINVAL, "%s 不是北京市的区", local_cell_quoted(cell));
    text_append_string(out, code);
    return 0;
}

/* The measure's list is open (等): a code that is none of ours stays as it is, with a warning, for a person
 * to judge its cases. */
int local_cell_authority(const char *cell, struct text *out, struct failure *ret_why)
{
    if (put_word(authority_choices, cell, out, NULL) == 0)
        return 0;
    struct cell_code folded;
    bool fits = cell_code_read(cell, strlen(cell), AS_CODE, &folded);
    size_t length = strspn(folded.bytes, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");
    if (!fits || length < 2 || length > 24 || folded.bytes[length] != '\0')
        return fail(ret_why, -EINVAL, "无法识别 %s", local_cell_quoted(cell));
    if (strcmp(folded.bytes, "NMPA") == 0 || strcmp(folded.bytes, "CFDA") == 0)
        return fail(ret_why, -EINVAL, "%s 不是境外机构", local_cell_quoted(cell));
    fail(ret_why, 0, "%s 不在第13条列名的机构代码中，已按原文保留", local_cell_quoted(cell));
    text_append(out, folded.bytes, length);
    return 1;
}

/* What a firm calls its way to the approval; the rules judge what they know, a person the rest. */
int local_cell_route(const char *cell, struct text *out, struct failure *ret_why)
{
    if (put_word(route_choices, cell, out, NULL) == 0)
        return 0;
    int r = cell_put_folded(cell, strlen(cell), 0, CELL_CODE_BYTES, out, ret_why);
    if (r < 0)
        return r;
    fail(ret_why, 0, "%s 不是已知的批准途径，已按原文保留", local_cell_quoted(cell));
    return 1;
}

/* A code of customs that our list lacks is a code all the same. */
int local_cell_trade_mode(const char *cell, struct text *out, struct failure *ret_why)
{
    struct cell_code folded;
    bool fits = cell_code_read(cell, strlen(cell), AS_CODE, &folded);
    const char *code = fits ? local_code(trade_mode_choices, folded.bytes, folded.length) : NULL;
    size_t digits = strspn(folded.bytes, "0123456789");
    if (code == NULL && fits && (digits == 3 || digits == 4)) {
        /* 0110一般贸易, and a code whose first 0 a spreadsheet has dropped */
        char padded[5] = {'0', '0', '0', '0', '\0'};
        memcpy(padded + 4 - digits, folded.bytes, digits);
        code = local_code(trade_mode_choices, padded, 4);
        bool alone = folded.bytes[digits] == '\0';
        bool agrees = !alone && code != NULL &&
                      local_code(trade_mode_choices, folded.bytes + digits, folded.length - digits) == code;
        if (alone && code == NULL) {
            text_append(out, padded, 4);
            fail(ret_why, 0, "%s 不是常见的监管方式代码，请核对", local_cell_quoted(cell));
            return 1;
        }
        code = alone || agrees ? code : NULL;
    }
    if (code == NULL)
        return fail(ret_why, -EINVAL, "无法识别 %s", local_cell_quoted(cell));
    text_append_string(out, code);
    return 0;
}
