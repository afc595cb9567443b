/* R07: the maker named in the approval is the firm. Its group's companies come with the table of entities. */
#include "rules.h"

static void say_lost(const struct rule_question *question, struct trace_line *line)
{
    line->outcome = RULE_FAIL;
    line_zh(line, "登记的制造商“%s”不再被认定为本企业。", question->item->manufacturer);
    line_en(line, "The maker in the register, \"%s\", is no longer recognised as this firm.",
        question->item->manufacturer);
}

static void say_firm_unknown(const struct rule_question *question, struct trace_line *line)
{
    line_asks_a_person(line, REVIEW_IDENTITY);
    line_zh(line, "企业%s已不在企业名录中，归属须由工作人员查明。", question->facts->firm.uscc);
    line_en(line,
        "The firm %s is no longer in the list of firms; whose approval this is has to be cleared up.",
        question->facts->firm.uscc);
}

static void say_unsure(const struct rule_question *question, struct trace_line *line)
{
    line_asks_a_person(line, REVIEW_IDENTITY);
    line_zh(line, "登记的制造商“%s”可能是本企业（规则%s），须由工作人员核实。", question->item->manufacturer,
        question->item->link_rule);
    line_en(line,
        "The maker in the register, \"%s\", may be this firm (rule %s); a person has to confirm it.",
        question->item->manufacturer, question->item->link_rule);
}

static void say_recognised(const struct rule_question *question, struct trace_line *line)
{
    line->outcome = RULE_PASS;
    line_zh(line, "登记的制造商“%s”认定为本企业（规则%s）。", question->item->manufacturer,
        question->item->link_rule);
    line_en(line, "The maker in the register, \"%s\", is recognised as this firm (rule %s).",
        question->item->manufacturer, question->item->link_rule);
}

void rule_link(const struct rule_question *question, struct trace_line *line)
{
    line_fact(line, &question->item->link_source, question->item->link_rule);
    if (!question->item->recognised)
        say_lost(question, line);
    else if (!question->facts->firm.known)
        say_firm_unknown(question, line);
    else if (question->item->link == LINK_REVIEW)
        say_unsure(question, line);
    else
        say_recognised(question, line);
}
