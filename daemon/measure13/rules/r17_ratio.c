/* R17: the share of the costs that is supported. While it is unset, scenarios. */
#include "rules.h"

static void append_scenarios(const struct case_verdict *answer, struct text *zh, struct text *en)
{
    for (size_t i = 0; i < answer->scenario_count; i++) {
        const struct award_scenario *scenario = &answer->scenarios[i];
        char base[MONEY_STRING_BYTES], award[MONEY_STRING_BYTES];
        money_format_yuan(scenario->base, base);
        money_format_yuan(scenario->award, award);
        text_append_format(
            zh, "%s按%d%%为%s元，额度内%s元", i > 0 ? "；" : "", scenario->percent, base, award);
        text_append_format(en, "%sat %d %%: CNY %s, of which under the ceilings %s", i > 0 ? "; " : "",
            scenario->percent, base, award);
    }
}

void rule_ratio(const struct rule_question *question, struct trace_line *line)
{
    const struct policy_parameters *parameters = question->parameters;
    const struct case_verdict *answer = question->answer;
    if (answer->settled || answer->amount_state == AMOUNT_NONE) {
        line->outcome = RULE_NOT_APPLICABLE;
        line_zh(line, "%s", answer->settled ? "本案已安排资金，不再测算。" : "本案目前没有可测算的金额。");
        line_en(line, "%s",
            answer->settled ? "Money is committed to this case; nothing more is reckoned."
                            : "There is no amount to be reckoned for this case at present.");
        return;
    }
    if (parameters->ratio == RATIO_UNSET)
        line_parameter(line, &parameters->ratio_source, "unset");
    else
        line_parameter(line, &parameters->ratio_source, "%d %%", parameters->ratio);
    struct text zh = TEXT_WITH_CEILING(2048), en = TEXT_WITH_CEILING(2048);
    append_scenarios(answer, &zh, &en);
    if (parameters->ratio == RATIO_UNSET)
        line_asks_a_person(line, REVIEW_ASSESSMENT);
    else
        line->outcome = RULE_PASS;
    line_zh(line, "%s测算上限（非承诺）：%s。", parameters->ratio == RATIO_UNSET ? "支持比例未定，" : "",
        text_string(&zh));
    line_en(line, "%sReckoned ceiling, no promise: %s.",
        parameters->ratio == RATIO_UNSET ? "The ratio is not yet set. " : "", text_string(&en));
    text_free(&zh);
    text_free(&en);
}
