/* check_kinds.c - what the columns of one kind must be to each other. */
#include "cell_decimal.h"
#include "cells.h"
#include "check_parts.h"
#include "check_rates.h"

#include <stdio.h>
#include <string.h>

/* --- money -----------------------------------------------------------------------------------------------
 */

static size_t decimals_of(const char *amount)
{
    const char *point = strchr(amount, '.');
    return point == NULL ? 0 : strlen(point + 1);
}

/* Whether `codes`, parted by blanks, has the code. */
static bool has_code(const char *codes, const char *code)
{
    size_t length = strlen(code);
    for (const char *at = codes; (at = strstr(at, code)) != NULL; at += length)
        if ((at == codes || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
            return true;
    return false;
}

/* 万元 over amounts in dollars: ten thousand of them, or of yuan? */
static void check_unit(struct checking *checking, const char *key, const char *currency)
{
    int column = checked_column(checking, key);
    const char *unit = NULL;
    for (size_t i = 0; i < checking->headers->count; i++)
        if (checking->headers->items[i].column == column)
            unit = checking->headers->items[i].unit;
    bool told = checking->memory != NULL && checking->memory->unit_told;
    if (unit == NULL || told || strcmp(currency, "CNY") == 0 || !string_ends(unit, "元"))
        return;
    char reason[200], amount[60];
    snprintf(amount, sizeof amount, "1%.50s", unit);
    if (*local_amount_currencies(amount) != '\0')
        return; /* 万美元 */
    snprintf(reason, sizeof reason, "单位写的是%.50s，币种是 %s：按 %s 计，这里是 %.60s", unit, currency,
        currency, checked_value(checking, key));
    check_warn(checking, key, reason, "若金额是人民币，币种填 CNY；以下各行不再提醒");
    if (checking->memory != NULL)
        checking->memory->unit_told = true;
}

static bool holds_amounts(const struct local_headers *headers, const struct local_header *item)
{
    local_cell_parser *parse = item->column < 0 ? NULL : headers->kind->columns[item->column].parse;
    return parse == local_cell_amount || parse == local_cell_amount_cny;
}

static void warn_of_units(
    struct checking *checking, const struct local_header *with, const struct local_header *without)
{
    struct text reason = TEXT_WITH_CEILING(400);
    text_append_format(
        &reason, "“%.120s”按%.40s计，而“%.120s”没有写单位，按元计", with->text, with->unit, without->text);
    local_problem_warn(checking->problems, checking->row->row, without->text, text_string(&reason),
        "在列名中写明单位，如 税额（元）；以下各行不再提醒");
    text_free(&reason);
}

/* 金额（万元） beside 税额: in yuan, or forgotten? */
static void check_units(struct checking *checking)
{
    const struct local_headers *headers = checking->headers;
    const struct local_header *with = NULL;
    if (checking->memory != NULL && checking->memory->units_told)
        return;
    for (size_t i = 0; i < headers->count; i++)
        if (headers->items[i].unit != NULL && holds_amounts(headers, &headers->items[i]))
            with = &headers->items[i];
    for (size_t i = 0; i < headers->count && with != NULL; i++)
        if (!headers->items[i].unit_told && headers->items[i].unit == NULL &&
            holds_amounts(headers, &headers->items[i]))
            warn_of_units(checking, with, &headers->items[i]);
    if (checking->memory != NULL)
        checking->memory->units_told = true;
}

static void check_amount(struct checking *checking, const char *key)
{
    const char *amount = checked_value(checking, key), *currency = checked_value(checking, "currency");
    if (amount == NULL || currency == NULL)
        return;
    char reason[200];
    int most = local_currency_decimals(currency);
    if (decimals_of(amount) > (size_t)most) {
        snprintf(reason, sizeof reason, "%s 的金额最多 %d 位小数，这里是 %.60s", currency, most, amount);
        check_fault(checking, key, reason, most == 0 ? "整数" : "核对金额和币种");
    }
    if (is_touched(checking, key))
        check_unit(checking, key, currency);
    const char *marks = checking->row->currencies[checked_column(checking, key)];
    if (marks != NULL && *marks != '\0' && !has_code(marks, currency)) {
        snprintf(reason, sizeof reason, "金额写的不是 %s，而币种是 %s", currency, currency);
        check_fault(checking, key, reason, "金额与币种两栏一致");
    }
}

static bool is_zero(const char *amount)
{
    return amount != NULL && strpbrk(amount, "123456789") == NULL;
}

static void check_not_zero(struct checking *checking, const char *key)
{
    if (is_zero(checked_value(checking, key)))
        check_fault(checking, key, "金额是零", "不是零的金额");
}

static void check_not_negative(struct checking *checking, const char *key)
{
    const char *amount = checked_value(checking, key);
    if (amount != NULL && *amount == '-')
        check_fault(checking, key, "金额是负数", "零或正数");
}

/* --- kind by kind ----------------------------------------------------------------------------------------
 */

static void check_not_itself(
    struct checking *checking, const char *key, const char *other, const char *reason)
{
    if (checked_value(checking, key) != NULL &&
        string_equal(checked_value(checking, key), checked_value(checking, other)))
        check_fault(checking, key, reason, "另一个，或留空");
}

static void check_products(struct checking *checking)
{
    const char *number = checked_value(checking, "nmpa_number"), *class = checked_value(checking, "class");
    if (number == NULL || class == NULL ||
        !(is_touched(checking, "nmpa_number") || is_touched(checking, "class")))
        return;
    static const char *const classes[] = {"I", "II", "III"};
    const char *digits = strpbrk(number, "0123456789"), *ordinal = strstr(number, "第");
    const char *told = strstr(number, "械备") != NULL ? "1"
                       : ordinal != NULL              ? ordinal + strlen("第")
                                                      : digits + 4;
    if (*told >= '1' && *told <= '3' && strcmp(classes[*told - '1'], class) != 0)
        check_warn(checking, "class", "与注册证编号所示的管理类别不一致，请核对",
            "注册证编号中年份之后的一位数字是类别");
}

/* FDA: 510(k) K, De Novo DEN, PMA P and HDE H (CBER's with a B before), six digits, a supplement's /S001. A
 * digit too few would never meet its approval, without a word. */
static bool is_number_of_fda(const char *number)
{
    static const char *const letters[] = {"K", "DEN", "P", "H", "BK", "BP", "BH"};
    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++) {
        const char *digits = number + strlen(letters[i]);
        if (string_starts(number, letters[i]) && strspn(digits, "0123456789") == 6 &&
            (digits[6] == '\0' || (digits[6] == '/' && digits[7] == 'S' &&
                                      strspn(digits + 8, "0123456789") == 3 && digits[11] == '\0')))
            return true;
    }
    return false;
}

static void check_number(struct checking *checking)
{
    const char *number = checked_value(checking, "number");
    if (number != NULL && is_touched(checking, "number") &&
        string_equal(checked_value(checking, "authority"), "FDA") && !is_number_of_fda(number))
        check_warn(
            checking, "number", "不像 FDA 的批准编号，请核对", "如 K253101、DEN250001、P250001、H250001");
}

static void check_approvals(struct checking *checking)
{
    check_number(checking);
    if (!is_told(checking, "uscc") && !is_told(checking, "holder"))
        check_fault(checking, "holder", "持有人和统一社会信用代码都是空的", "至少填一项");
    check_not_itself(checking, "predecessor_number", "number", "原批准编号与批准编号相同");
}

static void check_declarations(struct checking *checking)
{
    if (string_equal(checked_value(checking, "first_approval"), "yes") &&
        checked_value(checking, "earlier_approvals") != NULL)
        check_warn(
            checking, "earlier_approvals", "承诺首次获批，又列有既往批准，将由人核定", "首次获批的留空");
}

static void check_sales(struct checking *checking)
{
    check_amount(checking, "amount");
    check_not_zero(checking, "amount");
    check_not_itself(checking, "return_of", "sale_id", "退货对应的是这笔销售自己");
    const char *amount = checked_value(checking, "amount");
    if (amount != NULL && *amount == '-' && !is_told(checking, "return_of"))
        check_warn(checking, "amount", "金额是负数而没有写明退的是哪一笔", "退货请填 退货对应销售编号");
    if (is_touched(checking, "country") && string_equal(checked_value(checking, "country"), "CN"))
        check_warn(checking, "country", "最终目的国是中国，不算境外销售", "货物最终到达的国家或地区");
}

/* It is part of the amount. */
static void check_vat(struct checking *checking)
{
    struct cell_decimal vat, amount;
    const char *vat_text = checked_value(checking, "vat"), *amount_text = checked_value(checking, "amount");
    if (vat_text == NULL || amount_text == NULL || cell_decimal_read(vat_text, &vat) == NULL ||
        cell_decimal_read(amount_text + (*amount_text == '-'), &amount) == NULL)
        return;
    int64_t tax = cell_decimal_scaled(&vat, 3), whole = cell_decimal_scaled(&amount, 3);
    if (tax >= 0 && whole >= 0 && tax >= whole && whole > 0)
        check_fault(checking, "vat", "增值税不小于金额", "含在金额中的可抵扣税额，与金额同一币种");
}

static void check_debit(struct checking *checking)
{
    const char *currency = checked_value(checking, "currency"), *amount = checked_value(checking, "amount");
    const char *debited = checked_value(checking, "cny_debited");
    if (currency != NULL && amount != NULL && debited != NULL &&
        !check_debit_is_plausible(currency, amount, debited))
        check_fault(checking, "cny_debited", "与金额不相称，请核对单位（元、万元）和币种",
            "银行为这笔费用实际扣款的人民币元数");
}

/* Lines are summed up one by one, and none of them takes from another. */
static void check_no_refund(struct checking *checking)
{
    const char *amount = checked_value(checking, "amount");
    if (amount != NULL && *amount == '-')
        check_fault(
            checking, "amount", "金额是负数，费用不收负数", "退款、红字发票：更正或作废原来的那条费用");
}

static void check_costs(struct checking *checking)
{
    check_number(checking);
    check_amount(checking, "amount");
    check_amount(checking, "vat");
    check_not_zero(checking, "amount");
    check_no_refund(checking);
    check_not_negative(checking, "vat");
    check_vat(checking);
    check_debit(checking);
    check_units(checking);
    check_not_negative(checking, "cny_debited");
    check_not_negative(checking, "other_funding");
}

static void check_payments(struct checking *checking)
{
    if (is_told(checking, "case") || (is_told(checking, "uscc") && is_told(checking, "product_id")))
        return;
    check_fault(checking, "case", "没有写明支持的是哪一项", "填线索编号，或同时填统一社会信用代码和产品编号");
}

static void check_fx(struct checking *checking)
{
    const char *currency = checked_value(checking, "currency"), *date = checked_value(checking, "date");
    const char *rate = checked_value(checking, "rate"), *quote = checked_value(checking, "quote");
    if (string_equal(currency, "CNY"))
        check_fault(checking, "currency", "人民币没有对人民币的汇率", "外币，如 USD");
    if (currency == NULL || date == NULL || rate == NULL || quote == NULL || string_equal(currency, "CNY"))
        return;
    struct failure why;
    int r = check_rate(checking->store, checking->memory, currency, date, rate, quote, &why);
    const char *expected = "直接：100 外币合多少元；间接：100 元合多少外币。原有的汇率有误的，先更正那一条";
    if (r < 0)
        check_fault(checking, "rate", why.text, expected);
    else if (r > 0)
        check_warn(checking, "rate", why.text, expected);
}

/* Hosts of the robots' services: an address of one under the name of another would never arrive. */
static const struct robot {
    const char *channel, *host;
} robots[] = {
    {"wecom", "https://qyapi.weixin.qq.com/"},
    {"dingtalk", "https://oapi.dingtalk.com/"},
    {"feishu", "https://open.feishu.cn/"},
    {"feishu", "https://open.larksuite.com/"},
};

static void check_contacts(struct checking *checking)
{
    const char *channel = checked_value(checking, "channel"), *address = checked_value(checking, "address");
    if (channel == NULL || address == NULL)
        return;
    bool url = string_starts(address, "https://"), mail = strcmp(channel, "email") == 0;
    if (mail == url)
        check_fault(checking, "address", "地址与通知渠道不符",
            mail ? "电子邮箱，如 name@example.com" : "https:// 开头的机器人地址");
    for (size_t i = 0; url && i < sizeof robots / sizeof robots[0]; i++)
        if (string_starts(address, robots[i].host) && strcmp(robots[i].channel, channel) != 0 &&
            strcmp(channel, "webhook") != 0) {
            check_fault(checking, "address", "这是另一种机器人的地址", "与通知渠道一致的地址");
            break;
        }
}

static void check_documents(struct checking *checking)
{
    bool by = is_told(checking, "original_seen_by"), on = is_told(checking, "seen_on");
    if (by != on)
        check_fault(checking, by ? "seen_on" : "original_seen_by", "核验人和核验日期要同时填写",
            "两项都填，或都留空");
}

static void check_decisions(struct checking *checking)
{
    check_not_itself(checking, "second_officer", "officer", "复核人与核定人是同一人");
}

static void check_answers(struct checking *checking)
{
    if (string_equal(checked_value(checking, "answer"), "dispute") && !is_told(checking, "about"))
        check_fault(checking, "about", "有异议而没有写明对什么有异议",
            "非本企业产品、批准日期、新批准或换证、金额 或 其他");
}

/* --- the table --------------------------------------------------------------------------------------------
 */

static void check_firms(struct checking *checking)
{
    check_not_itself(checking, "parent_uscc", "uscc", "母公司是这家企业自己");
    check_not_itself(checking, "successor_uscc", "uscc", "承继企业是这家企业自己");
    check_renamed(checking);
}

static const struct {
    const char *kind;
    void (*check)(struct checking *checking);
} checks[] = {
    {"firms", check_firms},
    {"products", check_products},
    {"approvals", check_approvals},
    {"scopes", check_number},
    {"declarations", check_declarations},
    {"sales", check_sales},
    {"costs", check_costs},
    {"payments", check_payments},
    {"fx", check_fx},
    {"contacts", check_contacts},
    {"documents", check_documents},
    {"decisions", check_decisions},
    {"answers", check_answers},
};

void check_kind(struct checking *checking)
{
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++)
        if (strcmp(checks[i].kind, checking->headers->kind->kind) == 0)
            checks[i].check(checking);
}
