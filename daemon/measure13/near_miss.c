#include "near_miss.h"

enum fact_supplier measure13_supplier(enum missing_fact missing)
{
    static const enum fact_supplier suppliers[MISSING_FACTS] = {
        [MISSING_EXACT_DATE] = SUPPLIER_FIRM, /* its certificate shows the day */
        [MISSING_PRODUCT_LINK] = SUPPLIER_DESK,
        [MISSING_DECLARATION] = SUPPLIER_FIRM,
        [MISSING_DECLARATION_DOCUMENT] = SUPPLIER_FIRM,
        [MISSING_SALE] = SUPPLIER_FIRM,
        [MISSING_SALE_DOCUMENT] = SUPPLIER_FIRM,
        [MISSING_SCOPE_LIST] = SUPPLIER_FIRM,
        [MISSING_SCOPE_DOCUMENT] = SUPPLIER_FIRM,
        [MISSING_COSTS] = SUPPLIER_FIRM,
        [MISSING_RATE] = SUPPLIER_DESK,
        [MISSING_APPROVAL_DOCUMENT] = SUPPLIER_FIRM,
        [MISSING_DATE_IN_WINDOW] = SUPPLIER_BUREAU,
    };
    return suppliers[missing];
}

static enum fact_supplier supplier_of(const char *missing)
{
    const struct name_entry *known = name_find(missing_fact_names, MISSING_FACTS, missing);
    return known != NULL ? measure13_supplier((enum missing_fact)known->value) : SUPPLIER_NONE;
}

/* A product may have come into a certificate's scope later than the certificate was issued: the firm can show
 * that. Any other date is what it is, and only another reading of the text would admit it. */
static bool may_be_in_later(const struct fact_item *item)
{
    return item->scope == ITEM_UNLISTED;
}

static bool is_open(const struct case_verdict *answer, const struct trace_line *line)
{
    switch (answer->verdict) {
    case VERDICT_OUT_OF_WINDOW:
        return line->window;
    case VERDICT_PENDING:
    case VERDICT_ELIGIBLE:
        return line->outcome == RULE_MISSING;
    case VERDICT_EXCLUDED:
    case VERDICT_REVIEW:
        break;
    }
    return false;
}

const struct name_entry fact_supply_phrases[SUPPLIERS] = {
    {SUPPLIER_NONE, "", "", ""},
    {SUPPLIER_FIRM, "", "可由企业提供", " The firm can supply it"},
    {SUPPLIER_DESK, "", "由工作人员补充", " The desk has to supply it"},
    {SUPPLIER_BUREAU, "", "仅主管部门对口径另作确认时可改变",
        " Only another reading by the bureau would change that"},
};

static void say_until(const struct policy_parameters *parameters, struct text *zh, struct text *en)
{
    char first[DAY_STRING_BYTES], last[DAY_STRING_BYTES];
    const char *cited = parameters->filing_source.cited;
    day_format(parameters->filing_first, first);
    day_format(parameters->filing_last, last);
    text_append_format(zh, "；申报期间为%s至%s（%s）", first, last, cited);
    text_append_format(en, "; applications are taken from %s to %s (%s)", first, last, cited);
}

static void say_stake(const struct trace_line *line, bool reckoned, struct text *zh, struct text *en)
{
    char yuan[MONEY_STRING_BYTES];
    money_format_yuan(line->at_stake, yuan);
    text_append_format(zh,
        reckoned ? "；涉及测算上限%s元（非承诺）。" : "；涉及的支持以单个产品%s元为上限（非承诺）。", yuan);
    text_append_format(en,
        reckoned ? "; at stake is a reckoned ceiling of CNY %s (no promise)."
                 : "; at stake is support of at most CNY %s for the product (no promise).",
        yuan);
}

static void tell(
    const struct rule_question *question, const struct case_verdict *answer, struct trace_line *line)
{
    const struct policy_parameters *parameters = question->parameters;
    bool reckoned = answer->verdict != VERDICT_OUT_OF_WINDOW && answer->award > 0;
    struct text zh = TEXT_WITH_CEILING(4096), en = TEXT_WITH_CEILING(4096);
    if (line->window) {
        line->missing = name_code(missing_fact_names, MISSING_FACTS, MISSING_DATE_IN_WINDOW);
        line->supplier = may_be_in_later(question->item) ? SUPPLIER_FIRM : SUPPLIER_BUREAU;
    } else {
        line->supplier = supplier_of(line->missing);
    }
    line->at_stake = reckoned ? answer->award : parameters->product_cap;
    text_append_string(&zh, fact_supply_phrases[line->supplier].zh);
    text_append_string(&en, fact_supply_phrases[line->supplier].en);
    if (parameters->filing_last != DAY_NONE && line->supplier == SUPPLIER_FIRM) {
        line->until = parameters->filing_last;
        say_until(parameters, &zh, &en);
    }
    say_stake(line, reckoned, &zh, &en);
    line_adds(line, text_string(&zh), text_string(&en));
    text_free(&zh);
    text_free(&en);
}

void near_miss_tell(const struct rule_question *question, struct case_verdict *answer)
{
    for (size_t i = 0; i < answer->trace_count; i++) {
        answer->trace[i].until = DAY_NONE;
        if (is_open(answer, &answer->trace[i]) && !answer->settled)
            tell(question, answer, &answer->trace[i]);
    }
}
