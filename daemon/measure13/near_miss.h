/* near_miss.h - what a case that does not qualify, or not yet, lacks: who can supply it, until when, and what
 * is at stake. */
#ifndef M13_MEASURE13_NEAR_MISS_H
#define M13_MEASURE13_NEAR_MISS_H

#include "line.h"
#include "question.h"

/* Of a case whose verdict and amount are complete: writes it into the lines that miss something, or that find
 * the decision outside the window. A last day is told only as the filing window is configured, with its
 * document. */
void near_miss_tell(const struct rule_question *question, struct case_verdict *answer);

#endif
