/* line.h - how a rule writes its line of the trace. */
#ifndef M13_MEASURE13_LINE_H
#define M13_MEASURE13_LINE_H

#include "m13/measure13.h"

/* Outcomes that carry more than their word. */
void line_misses(struct trace_line *line, enum missing_fact fact);
void line_asks_a_person(struct trace_line *line, enum review_kind kind);
void line_is_out_of_window(struct trace_line *line);

/* The fact and the parameter that were used; copies of the values. */
void line_fact(struct trace_line *line, const struct fact_source *source, const char *value);
void line_fact_date(struct trace_line *line, const struct fact_source *source, struct date date);
void line_parameter(struct trace_line *line, const struct parameter_source *source, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The sentences. */
void line_zh(struct trace_line *line, const char *format, ...) __attribute__((format(printf, 2, 3)));
void line_en(struct trace_line *line, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Adds a sentence to each. */
void line_adds(struct trace_line *line, const char *zh, const char *en);
/* Adds to both sentences that the parameter used is an assumption, where it is one. */
void line_admit_assumption(struct trace_line *line);

void line_release(struct trace_line *line);

#endif
