/* next_action.h - what is missing and what is to be done next, read off a verdict. */
#ifndef M13_CASEWORK_NEXT_ACTION_H
#define M13_CASEWORK_NEXT_ACTION_H

#include "m13/casework.h"

/* The codes that the verdict's rules miss, each once, in order of missing_fact_names: a JSON array. Of an
 * excluded case nothing is asked. */
void case_missing_json(const struct case_verdict *verdict, struct text *out);
enum case_next_action case_next_action(const struct case_verdict *verdict);
const char *case_next_action_code(const struct case_verdict *verdict);

#endif
