/* caps.c - how much room committed payments leave under the caps. They decide no verdict: a case that
 * qualifies goes on qualifying when a cap is used up, with nothing left to award. */
#include "caps.h"

#include "award.h"

void caps_say_room(
    struct trace_line *line, const char *whose_zh, const char *whose_en, fen_t cap, fen_t committed)
{
    char cap_yuan[MONEY_STRING_BYTES], committed_yuan[MONEY_STRING_BYTES], room_yuan[MONEY_STRING_BYTES];
    fen_t room = award_room(cap, committed);
    money_format_yuan(cap, cap_yuan);
    money_format_yuan(committed, committed_yuan);
    money_format_yuan(room, room_yuan);
    line->outcome = room > 0 ? RULE_PASS : RULE_FAIL;
    line_zh(
        line, "%s的支持上限为%s元，已安排%s元，剩余%s元。", whose_zh, cap_yuan, committed_yuan, room_yuan);
    line_en(line, "The ceiling for %s is CNY %s, of which %s is committed and %s is left.", whose_en,
        cap_yuan, committed_yuan, room_yuan);
}

/* Where one entry says it all, it is named. */
static const struct fact_source *only_source(const struct rule_question *question, bool of_product, int year)
{
    const struct fact_source *source = NULL;
    for (size_t i = 0; i < question->commitment_count; i++) {
        const struct commitment *commitment = &question->commitments[i];
        if (of_product ? !commitment_concerns(commitment, question->item->product_id)
                       : !commitment->own || commitment->year != year)
            continue;
        if (source != NULL)
            return NULL;
        source = commitment->source;
    }
    return source;
}

void caps_name_entry(
    const struct rule_question *question, bool of_product, int year, fen_t committed, struct trace_line *line)
{
    const struct fact_source *source = only_source(question, of_product, year);
    char yuan[MONEY_STRING_BYTES];
    if (source != NULL)
        line_fact(line, source, money_format_yuan(committed, yuan));
}
