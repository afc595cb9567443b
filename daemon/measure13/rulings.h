/* rulings.h - what people have answered where a rule asks a person. */
#ifndef M13_MEASURE13_RULINGS_H
#define M13_MEASURE13_RULINGS_H

#include "line.h"
#include "question.h"

/* Of a line that its rule has written. Where it asks a person, the question gets its hash; and where a person
 * has answered that very question, the answer is the outcome. An answer to another question does not count:
 * the line says that it has to be given again. */
void rulings_apply(const struct rule_question *question, struct trace_line *line);

#endif
