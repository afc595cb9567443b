/* why_not_tell.c - what why_not.c has gathered, in words: what stands in the way, and who can move it. */
#include "why_not.h"

#include "m13/measure13.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- the firm ---------------------------------------------------------------------------------------------
 */

static const struct {
    const char *standing, *zh, *en;
} standings[] = {
    {"unknown", "企业名录中没有这家企业：先导入企业名录（firms），才会识别它的批准。",
        "No such firm in the local list: import it (firms), and its approvals are looked for."},
    {"withdrawn", "这家企业的记录已作废：不再识别它的批准。",
        "The firm's record was withdrawn: its approvals are not looked for any more."},
    {"candidate", "仅知境外编号、尚无统一社会信用代码的候选企业：可以有线索，不能有支持金额。",
        "A candidate, known by a foreign number only: it may have leads, and no award."},
    {"unlisted", "最近的全量企业名录中没有它：是否仍在京须核实（规则 R08）。",
        "The last full list does not name it: whether it is still in Beijing has to be seen (rule R08)."},
};

static void tell_firm(struct ctl *ctl, const json_t *firm)
{
    json_t *names = json_object_get(firm, "names"), *value;
    const char *key, *now = why_not_string(firm, "now");
    printf("%s  %s\n", why_not_string(firm, "uscc"), why_not_string(names, "name_zh"));
    for (size_t i = 0; i < sizeof standings / sizeof *standings; i++)
        if (string_equal(why_not_string(firm, "standing"), standings[i].standing))
            printf("  %s\n", SAY(ctl, standings[i].zh, standings[i].en));
    if (string_equal(why_not_string(firm, "standing"), "unknown") &&
        uscc_check(why_not_string(firm, "uscc")) == USCC_CHECK_WRONG)
        printf("  %s\n",
            SAY(ctl, "代码的校验位不符：请核对是否输错。", "Its check character is wrong: mistyped?"));
    if (*now)
        printf("  %s %s\n", SAY(ctl, "现已登记为企业", "It is a firm by now:"), now);
    json_object_foreach(names, key, value) if (!string_equal(key, "name_zh"))
        printf("    %s: %s\n", key, json_string_value(value));
}

/* --- what is missing, and from whom -----------------------------------------------------------------------
 */

static const struct {
    const char *code;
    bool desk; /* else the firm */
} suppliers[] = {
    {"exact-date", true},
    {"product-link", true},
    {"exchange-rate", true},
};

static const char *supplier_of(struct ctl *ctl, const char *code)
{
    for (size_t i = 0; i < sizeof suppliers / sizeof *suppliers; i++)
        if (suppliers[i].desk && string_equal(suppliers[i].code, code))
            return SAY(ctl, "经办处室", "the desk");
    return SAY(ctl, "企业", "the firm");
}

static void tell_missing(struct ctl *ctl, json_t *missing)
{
    size_t i;
    json_t *code;
    json_array_foreach(missing, i, code)
    {
        char *label = ctl_label(ctl, "missing", json_string_value(code));
        printf("      %s %s%s%s\n", SAY(ctl, "缺：", "missing:"), label, SAY(ctl, "；由谁提供：", "; from: "),
            supplier_of(ctl, json_string_value(code)));
        free(label);
    }
}

/* --- one approval -----------------------------------------------------------------------------------------
 */

static void tell_case(struct ctl *ctl, const json_t *found)
{
    size_t i;
    json_t *line, *left = json_object_get(found, "days_left_to_pay");
    char *verdict = ctl_label(ctl, "verdict", why_not_string(found, "verdict"));
    printf("    %s %s: %s\n", SAY(ctl, "线索", "case"), why_not_string(found, "case_id"), verdict);
    json_array_foreach(json_object_get(found, "lines"), i, line)
    {
        char *outcome = ctl_label(ctl, "rule-outcome", why_not_string(line, "outcome"));
        printf("      %s %s: %s\n", why_not_string(line, "rule"), outcome,
            why_not_string(line, ctl->english ? "en" : "zh"));
        free(outcome);
    }
    tell_missing(ctl, json_object_get(found, "missing"));
    if (json_is_integer(left) && json_integer_value(left) >= 0)
        printf("      %s %lld %s\n", SAY(ctl, "费用付款计入期还剩", "costs paid count for another"),
            (long long)json_integer_value(left), SAY(ctl, "天（规则 R16）", "days (rule R16)"));
    free(verdict);
}

static void tell_why(struct ctl *ctl, const json_t *approval)
{
    json_t *why = json_object_get(approval, "why");
    char *words = json_object_size(why) ? match_words(ctl, why) : NULL;
    if (words)
        printf("      %s\n", words);
    free(words);
}

static const struct {
    const char *relation, *zh, *en;
} relations[] = {
    {"matched", "制造商已识别为该企业", "its maker is recognised as this firm"},
    {"review", "制造商可能是该企业，待人工核定", "its maker may be this firm: a person has to say"},
    {"elsewhere", "制造商识别为另一家企业", "its maker is recognised as another firm"},
    {"none", "制造商未识别为任何北京企业：如确属该企业，请补充英文名称、别名、曾用名或 SRN/FEI，或直接核定",
        "its maker is recognised as no firm: if it is this one, add English name, alias, former name or "
        "SRN/FEI, "
        "or decide so"},
    {"waiting", "制造商尚未比对", "its maker has not been matched yet"},
    {"no-maker", "登记未载明制造商：不能按名称归属，只能由产品清单（scopes）认领",
        "the register names no maker: only a list of products (scopes) can claim it"},
};

static void tell_relation(struct ctl *ctl, const json_t *approval)
{
    const char *relation = why_not_string(approval, "relation"), *rule = why_not_string(approval, "rule");
    for (size_t i = 0; i < sizeof relations / sizeof *relations; i++)
        if (string_equal(relation, relations[i].relation))
            printf("    %s%s%s%s%s\n", SAY(ctl, relations[i].zh, relations[i].en), *rule ? " (" : "", rule,
                *rule ? ")" : "",
                string_equal(relation, "elsewhere") ? why_not_string(approval, "matched") : "");
    if (string_equal(relation, "matched"))
        return;
    tell_why(ctl, approval);
    if (*why_not_string(approval, "question"))
        printf("      m13ctl review show %s\n", why_not_string(approval, "question"));
}

static void tell_approval(struct ctl *ctl, const json_t *approval)
{
    printf("  %s %s  %s  %s\n", why_not_string(approval, "authority"), why_not_string(approval, "number"),
        why_not_string(approval, "decision_date"), why_not_string(approval, "device"));
    printf("    %s: %s  %s %s\n", SAY(ctl, "登记制造商", "maker as registered"),
        why_not_string(approval, "manufacturer"), why_not_string(approval, "country"),
        why_not_string(approval, "city"));
    tell_relation(ctl, approval);
    const json_t *found = json_object_get(approval, "case");
    if (json_is_object(found))
        tell_case(ctl, found);
    else if (*why_not_string(approval, "matched") &&
             !string_equal(why_not_string(approval, "relation"), "elsewhere"))
        printf("    %s\n",
            SAY(ctl, "尚未判断：m13d 处理之后才有线索", "not decided yet: m13d has still to come to it"));
}

/* --- nothing found ----------------------------------------------------------------------------------------
 */

static void tell_nothing(struct ctl *ctl, const json_t *told)
{
    const char *number = why_not_string(told, "number");
    size_t i;
    json_t *feed, *never = json_object_get(told, "feeds_never_read");
    if (!*number)
        printf("  %s\n",
            SAY(ctl,
                "没有任何境外批准识别为该企业。名称是否齐全：英文名称、别名、曾用名、SRN/FEI；"
                "待认领的在京企业见 m13ctl roster。",
                "No approval is recognised as this firm's. Are its names complete: English name, aliases, "
                "former names, SRN/FEI? Makers in Beijing that nobody has claimed: m13ctl roster."));
    else if (json_array_size(json_object_get(told, "paper")))
        printf("  %s: %s\n", number,
            SAY(ctl, "只有企业提供的记录（approvals），境外登记中未见过这一编号。",
                "Only a local record (approvals) speaks of it; no register has shown this number."));
    else
        printf("  %s: %s\n", number,
            SAY(ctl, "任何数据源都未见过这一编号。", "No register has shown this number."));
    if (json_array_size(never))
        printf("  %s", SAY(ctl, "停用或从未成功的数据源：", "Feeds that are off, or have never been read: "));
    json_array_foreach(never, i, feed) printf("%s%s", i ? ", " : "", json_string_value(feed));
    if (json_array_size(never))
        puts("");
}

static void tell_days(struct ctl *ctl, const json_t *days)
{
    json_t *ends = json_object_get(days, "policy_ends"), *filing = json_object_get(days, "last_filing_day");
    if (json_is_integer(ends))
        printf("%s %lld %s\n", SAY(ctl, "政策有效期还剩", "The policy is in force for another"),
            (long long)json_integer_value(ends), SAY(ctl, "天", "days"));
    if (json_is_integer(filing))
        printf("%s %lld %s\n", SAY(ctl, "距申报截止日还有", "Last filing day in"),
            (long long)json_integer_value(filing), SAY(ctl, "天", "days"));
    else
        puts(SAY(ctl, "申报截止日未设置。", "No last filing day is set."));
}

void why_not_tell(struct ctl *ctl, json_t *told)
{
    size_t i;
    json_t *approval, *approvals = json_object_get(told, "approvals");
    tell_firm(ctl, json_object_get(told, "firm"));
    json_array_foreach(approvals, i, approval) tell_approval(ctl, approval);
    if (json_array_size(approvals) == 0)
        tell_nothing(ctl, told);
    tell_days(ctl, json_object_get(told, "days_left"));
}
