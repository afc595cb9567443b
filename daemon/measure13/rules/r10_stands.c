/* R10: the approval stands. Only the register's own word ends it; its silence is for a person.
 *
 * A doubt is reviewed like an open identity: nothing goes to the firm, for the machine tells a firm nothing
 * negative. */
#include "rules.h"

enum standing { STANDS, DOUBTED, ENDED };

static const struct status {
    const char *code;
    enum standing standing;
    const char *zh, *en;
} statuses[] = {
    {"active", STANDS, "有效", "active"},
    {"suspended", DOUBTED, "暂停", "suspended"},
    {"reclassified", DOUBTED, "因产品重新分类而变更", "reclassified"},
    {"withdrawn", ENDED, "撤回", "withdrawn"},
    {"cancelled", ENDED, "注销", "cancelled"},
    {"expired", ENDED, "过期", "expired"},
    {"refused", ENDED, "未获批准", "refused"},
};

static const struct status *status_of(const char *code)
{
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++)
        if (string_equal(statuses[i].code, code))
            return &statuses[i];
    return NULL;
}

static void say_unknown(const char *code, struct trace_line *line)
{
    line_asks_a_person(line, REVIEW_IDENTITY);
    line_zh(line, "登记信息中的批准状态（%s）含义不明，须先由工作人员查明。", code[0] != '\0' ? code : "无");
    line_en(line,
        "The status in the register (%s) is not one that is known here; it has to be cleared up first.",
        code[0] != '\0' ? code : "none");
}

static void say_known(const struct status *status, bool gone, struct trace_line *line)
{
    switch (status->standing) {
    case ENDED:
        line->outcome = RULE_FAIL;
        line_zh(line, "登记机构注明该批准已%s，不再有效。", status->zh);
        line_en(line, "By the register's own word the approval does not stand: %s.", status->en);
        break;
    case DOUBTED:
        line_asks_a_person(line, REVIEW_IDENTITY);
        line_zh(line, "登记机构注明该批准的状态为“%s”，是否仍具上市资质，由主管部门核定。", status->zh);
        line_en(line,
            "The register says of the approval: %s; whether the product may still be marketed is for the "
            "bureau to "
            "decide.",
            status->en);
        break;
    case STANDS:
        if (gone) {
            line_asks_a_person(line, REVIEW_IDENTITY);
            line_zh(line, "该批准最近连续两次未在登记中出现；登记机构并未说明撤销，须由主管部门核定。");
            line_en(line, "The approval is no longer listed in the register, which does not say that it was "
                          "withdrawn; a person "
                          "has to look into it.");
        } else {
            line->outcome = RULE_PASS;
            line_zh(line, "登记信息显示该批准有效。");
            line_en(line, "The register shows the approval as active.");
        }
        break;
    }
}

/* The certificate stands, and the product is, or may be, in it no longer. */
static void say_out_of_scope(const struct fact_item *item, struct trace_line *line)
{
    char until[DATE_STRING_BYTES];
    date_format(item->out_of_scope, until);
    line_asks_a_person(line, REVIEW_IDENTITY);
    line_fact(line, &item->product_source, until);
    if (item->scope == ITEM_DROPPED) {
        line_zh(line, "证书%s的产品清单已不再列有该产品，须由工作人员查明。", item->number);
        line_en(line,
            "The list of products of the certificate %s does not name this one any more; that has to be "
            "cleared up.",
            item->number);
    } else {
        line_zh(line, "该产品自%s起移出证书%s的范围，如何处理由主管部门核定。", until, item->number);
        line_en(line,
            "The product left the scope of the certificate %s on %s; what follows is for the bureau to "
            "decide.",
            item->number, until);
    }
}

/* No register shows it (yet): the certificate on file is all there is. */
static void say_on_paper(const struct fact_item *item, struct trace_line *line)
{
    if (item->source.assurance == ASSURANCE_CLAIMED) {
        line_misses(line, MISSING_APPROVAL_DOCUMENT);
        line_zh(line, "该批准仅由企业报送，登记中尚未查到，批准证书文件也未提供。");
        line_en(line, "The approval is known from the firm alone: no register shows it, and the certificate "
                      "is not on file.");
        return;
    }
    line->outcome = RULE_PASS;
    line_zh(line, "批准证书文件在案，载明有效；登记中尚未查到该批准。");
    line_en(
        line, "The certificate is on file and stands by its own words; no register shows the approval yet.");
}

static bool is_out_of_scope(const struct fact_item *item)
{
    return item->scope == ITEM_DROPPED || (item->scope == ITEM_LISTED && date_is_known(item->out_of_scope));
}

void rule_stands(const struct rule_question *question, struct trace_line *line)
{
    const struct fact_item *item = question->item;
    const struct status *status = status_of(item->status);
    struct text value = TEXT_WITH_CEILING(4096);
    text_append_format(&value, "%.64s%s", item->status, item->gone ? ", no longer listed" : "");
    line_fact(line, &item->source, text_string(&value));
    text_free(&value);
    if (status == NULL)
        say_unknown(item->status, line);
    else if (status->standing == STANDS && !item->gone && is_out_of_scope(item))
        say_out_of_scope(item, line);
    else if (status->standing == STANDS && item->on_paper)
        say_on_paper(item, line);
    else
        say_known(status, item->gone, line);
}
