/* R03: the authority is one that the text lists; any other may be meant by 等 and is judged by a person. */
#include "rules.h"

/* The words of the text. */
static const struct name_entry groups[] = {
    {0, "FDA", "美国食品药品监督管理局(FDA)", "the US Food and Drug Administration (FDA)"},
    {1, "CE", "欧洲共同体(CE)", "the European Community (CE)"},
    {2, "PMDA", "日本药品医疗器械局(PMDA)", "Japan's PMDA"},
    {3, "TGA", "澳大利亚药品管理局(TGA)", "Australia's TGA"},
    {4, "BRICS", "金砖国家药品监管机构", "the regulators of the BRICS countries"},
    {5, "WHO", "世界卫生组织(WHO)", "the World Health Organization (WHO)"},
};

static void say_unlisted(const char *zh, const char *en, struct trace_line *line)
{
    line_asks_a_person(line, REVIEW_ASSESSMENT);
    line_zh(line, "批准机构%s未在政策中列明；是否属于“等权威国际机构”，由主管部门核定。", zh);
    line_en(line,
        "The authority, %s, is not listed in the policy; whether it is another authoritative international "
        "body is for "
        "the bureau to decide.",
        en);
}

void rule_authority(const struct rule_question *question, struct trace_line *line)
{
    const struct authority_parameter *authority = question_authority(question);
    const char *code = question->item->authority;
    const char *group = authority != NULL ? authority->group : "";
    const struct name_entry *words = name_find(groups, sizeof groups / sizeof groups[0], group);
    line_fact(line, &question->item->source, code);
    line_parameter(line, &question->parameters->authorities_source, "%s: %s", code,
        group[0] != '\0' ? group : "not named in the text");
    if (words == NULL || authority == NULL) {
        say_unlisted(
            authority != NULL ? authority->zh : code, authority != NULL ? authority->en : code, line);
        return;
    }
    line->outcome = RULE_PASS;
    line_zh(line, "批准机构为%s，即政策列明的“%s”。", authority->zh, words->zh);
    line_en(line, "The authority is %s: in the policy's list, %s.", authority->en, words->en);
}
