/* R07: the maker or holder named in the approval is the firm, or a company of its group. */
#include "rules.h"

#include "party.h"

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

static void say_second_claimant(const struct rule_question *question, struct trace_line *line)
{
    line_asks_a_person(line, REVIEW_IDENTITY);
    line_fact(line, &question->item->claimant_source, question->item->number);
    line_zh(line, "另有企业主张批准%s属于其产品；一项批准只能有一个申报企业，归属须由工作人员查明。",
        question->item->number);
    line_en(line,
        "Another firm claims the approval %s for a product of its own; an approval has one claimant, and "
        "whose it is has "
        "to be cleared up.",
        question->item->number);
}

/* No register names the firm; a list of products does. */
static void say_by_scope(const struct rule_question *question, struct trace_line *line)
{
    const struct fact_item *item = question->item;
    line_asks_a_person(line, REVIEW_IDENTITY);
    line_fact(line, &item->product_source, item->product_id);
    line_zh(line, "登记的制造商“%s”未被认定为本企业，仅由产品清单（%s）关联，归属须由工作人员核实。",
        item->manufacturer, item->product_id);
    line_en(line,
        "The maker in the register, \"%s\", is not recognised as this firm; only the list of products (%s) "
        "links it, and "
        "a person has to confirm it.",
        item->manufacturer, item->product_id);
}

static void say_group(const struct rule_question *question, struct trace_line *line)
{
    const struct fact_entity *entity = question->item->maker_party.entity;
    const struct name_entry *relation = &entity_relation_names[entity->relation];
    bool owned = party_standing(&question->item->maker_party, question->item->decision,
                     question->parameters) == PARTY_OWNED;
    const char *share = entity->share != NULL && entity->share[0] != '\0' ? entity->share : "-";
    line_fact(line, &entity->source, entity->name);
    if (owned) {
        line->outcome = RULE_PASS;
        line_zh(line, "登记的制造商“%s”是企业的%s（持股%s%%），批准之日已在登记。",
            question->item->manufacturer, relation->zh, share);
        line_en(line,
            "The maker in the register, \"%s\", was a %s of the firm on the day of the decision (share %s "
            "%%).",
            question->item->manufacturer, relation->en, share);
        return;
    }
    line_asks_a_person(line, REVIEW_ASSESSMENT);
    line_zh(line, "登记的制造商“%s”与企业的关系为%s（持股%s%%），批准之日是否可视同企业，由主管部门核定。",
        question->item->manufacturer, relation->zh, share);
    line_en(line,
        "The maker in the register, \"%s\", stands to the firm as: %s (share %s %%); whether it is as good "
        "as the firm "
        "on the day of the decision is for the bureau to decide.",
        question->item->manufacturer, relation->en, share);
}

/* The firm makes it for another, whose approval it is. */
static void say_contract_maker(const struct rule_question *question, struct trace_line *line)
{
    line_asks_a_person(line, REVIEW_ASSESSMENT);
    line_fact(line, &question->item->holder_party.entity->source, question->item->holder);
    line_zh(line, "持证人“%s”与企业为委托生产关系，企业是否仅为受托生产，由主管部门核定。",
        question->item->holder);
    line_en(line,
        "The holder, \"%s\", and the firm are bound by contract making; whether the firm is a mere contract "
        "maker is for "
        "the bureau to decide.",
        question->item->holder);
}

static void say_recognised(const struct rule_question *question, struct trace_line *line)
{
    const struct fact_entity *holder = question->item->holder_party.entity;
    line->outcome = RULE_PASS;
    if (holder != NULL) {
        const struct name_entry *relation = &entity_relation_names[holder->relation];
        line_zh(line, "登记的制造商“%s”认定为本企业（规则%s）；持证人“%s”为其%s。",
            question->item->manufacturer, question->item->link_rule, question->item->holder, relation->zh);
        line_en(line,
            "The maker in the register, \"%s\", is recognised as this firm (rule %s); the holder, \"%s\", is "
            "on record with it: %s.",
            question->item->manufacturer, question->item->link_rule, question->item->holder, relation->en);
        return;
    }
    line_zh(line, "登记的制造商“%s”认定为本企业（规则%s）。", question->item->manufacturer,
        question->item->link_rule);
    line_en(line, "The maker in the register, \"%s\", is recognised as this firm (rule %s).",
        question->item->manufacturer, question->item->link_rule);
}

static bool is_claimed_twice(const struct fact_item *item)
{
    return item->other_claimant != NULL && item->other_claimant[0] != '\0';
}

/* By the very name under which the firm has put it on record: the matcher holds a related company's name for
 * a hint only, and its share and its days are judged here. */
static bool is_of_group(const struct fact_party *maker)
{
    return !maker->firm && maker->entity != NULL &&
           (maker->entity->relation == ENTITY_SUBSIDIARY || maker->entity->relation == ENTITY_PARENT);
}

void rule_link(const struct rule_question *question, struct trace_line *line)
{
    const struct fact_item *item = question->item;
    line_fact(line, &item->link_source, item->link_rule);
    line_parameter(
        line, &question->parameters->group_source, "at least %d %%", question->parameters->group_least_share);
    if (!item->recognised && !item->by_list)
        say_lost(question, line);
    else if (!question->facts->firm.known)
        say_firm_unknown(question, line);
    else if (is_claimed_twice(item))
        say_second_claimant(question, line);
    else if (!item->recognised)
        say_by_scope(question, line);
    else if (is_of_group(&item->maker_party))
        say_group(question, line);
    else if (item->link == LINK_REVIEW)
        say_unsure(question, line);
    else if (item->holder_party.entity != NULL && item->holder_party.entity->relation == ENTITY_OEM)
        say_contract_maker(question, line);
    else
        say_recognised(question, line);
}
