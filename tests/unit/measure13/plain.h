/* plain.h - measure13.md once more, as slowly and plainly as it reads: day by day, line by line, without the
 * program's helpers. What it and the program agree on was understood twice. */
#ifndef M13_TEST_PLAIN_H
#define M13_TEST_PLAIN_H

#include "random_firm.h"

struct plain_answer {
    enum verdict verdict;
    enum amount_state state;
    fen_t cost, award[SCENARIOS_MOST];
};
void plainly(const struct random_firm *firm, struct plain_answer answers[ITEMS_MOST]);

#endif
