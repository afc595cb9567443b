/* fuzz_lines.h - what holds of the lines of every payload, whatever it is. */
#ifndef M13_FUZZ_LINES_H
#define M13_FUZZ_LINES_H

struct reading;

void fuzz_must(int holds, const char *what, const char *line); /* or the program ends */
/* Every line is JSON, every record one that the daemon can read, and no row is lost on the way. */
void fuzz_check_lines(const struct reading *reading);

#endif
