/* R19: the cap of one firm and year. Until its key is confirmed, the year of the decision and the year of the
 * batch must both keep it. */
#include "award.h"
#include "caps.h"
#include "rules.h"

#include <stdio.h>

void rule_firm_cap(const struct rule_question *question, struct trace_line *line)
{
    const struct policy_parameters *parameters = question->parameters;
    char yuan[MONEY_STRING_BYTES], whose_zh[64], whose_en[64];
    line_parameter(line, &parameters->firm_cap_source, "%s", money_format_yuan(parameters->firm_cap, yuan));
    int year = award_decision_year(question->item->decision);
    if (year == 0) {
        line_misses(line, MISSING_EXACT_DATE);
        line_fact_date(line, &question->item->source, question->item->decision);
        line_zh(line, "批准决定日期不能确定年度，无法核对企业年度额度。");
        line_en(line,
            "The decision date does not tell the year, so the firm's ceiling for it cannot be checked.");
        return;
    }
    fen_t committed = committed_to_firm(question->commitments, question->commitment_count, year);
    int batch = question->item->batch_year;
    fen_t in_batch =
        batch != 0 ? committed_in_batch_year(question->commitments, question->commitment_count, batch) : 0;
    if (batch != 0 && in_batch > committed) { /* the fuller of both leaves the room */
        snprintf(whose_zh, sizeof whose_zh, "企业%d年度（按批次年度计）", batch);
        snprintf(whose_en, sizeof whose_en, "the firm in %d, by the batch,", batch);
        caps_say_room(line, whose_zh, whose_en, parameters->firm_cap, in_batch);
        return;
    }
    snprintf(whose_zh, sizeof whose_zh, "企业%d年度（按批准决定日期计）", year);
    snprintf(whose_en, sizeof whose_en, "the firm in %d, by the decision date,", year);
    caps_name_entry(question, false, year, committed, line);
    caps_say_room(line, whose_zh, whose_en, parameters->firm_cap, committed);
}
