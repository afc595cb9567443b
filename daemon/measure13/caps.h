/* caps.h - how much room committed payments leave under a cap, in words (R18, R19). */
#ifndef M13_MEASURE13_CAPS_H
#define M13_MEASURE13_CAPS_H

#include "line.h"
#include "question.h"

void caps_say_room(
    struct trace_line *line, const char *whose_zh, const char *whose_en, fen_t cap, fen_t committed);
/* Names the entry of the ledger where one says it all: of the product, or of the firm in a year. */
void caps_name_entry(const struct rule_question *question, bool of_product, int year, fen_t committed,
    struct trace_line *line);

#endif
