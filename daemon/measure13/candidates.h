/* candidates.h - which earlier approvals may be of the same product: what R06 puts before a person. */
#ifndef M13_MEASURE13_CANDIDATES_H
#define M13_MEASURE13_CANDIDATES_H

#include "question.h"

/* The candidates of an item in order of number; the caller frees. NULL when there is none. */
const struct fact_predecessor **candidates_of_item(const struct rule_question *question, size_t *ret_count);

/* The year that the authority has written into an approval's number, or 0 where it writes none.
 *   FDA            K260001, P250012, H250003, DEN240010: two digits, of the year in which it was received
 *   PMDA           22700BZX00123000: one digit for the era (2 Heisei, 3 Reiwa), two for its year
 *   ROSZDRAVNADZOR РЗН 2026/12345; CDSCO IMP/MD/2026/000123: four digits between other characters */
int candidates_number_year(const char *authority, const char *number);
/* That year when it is further from the one of the decision than the parameters allow, on every day that the
 * decision may be; else 0. */
int candidates_odd_year(const struct rule_question *question);

#endif
