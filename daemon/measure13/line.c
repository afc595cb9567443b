#include "line.h"

#include "m13/limits.h"
#include "m13/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void line_misses(struct trace_line *line, enum missing_fact fact)
{
    line->outcome = RULE_MISSING;
    line->missing = name_code(missing_fact_names, MISSING_FACTS, (int)fact);
}

void line_asks_a_person(struct trace_line *line, enum review_kind kind)
{
    line->outcome = RULE_REVIEW;
    line->review = kind;
}

void line_is_out_of_window(struct trace_line *line)
{
    line->outcome = RULE_FAIL;
    line->window = true;
}

void line_fact(struct trace_line *line, const struct fact_source *source, const char *value)
{
    line->fact = source;
    free(line->fact_value);
    line->fact_value = memory_copy_string(value);
}

void line_fact_date(struct trace_line *line, const struct fact_source *source, struct date date)
{
    char string[DATE_STRING_BYTES];
    line_fact(line, source, date_format(date, string));
}

static char *say(const char *format, va_list arguments) __attribute__((format(printf, 1, 0)));

/* A sentence holds names out of a register once or twice, and these have ceilings of their own. */
static char *say(const char *format, va_list arguments)
{
    char short_one[512] = "";
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(short_one, sizeof short_one, format, again);
    va_end(again);
    if (length < (int)sizeof short_one)
        return memory_copy_string(short_one);
    char *sentence = memory_get((size_t)length + 1);
    vsnprintf(sentence, (size_t)length + 1, format, arguments);
    return sentence;
}

void line_parameter(struct trace_line *line, const struct parameter_source *source, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    line->parameter = source;
    free(line->parameter_value);
    line->parameter_value = say(format, arguments);
    va_end(arguments);
}

void line_zh(struct trace_line *line, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    free(line->zh);
    line->zh = say(format, arguments);
    va_end(arguments);
}

void line_en(struct trace_line *line, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    free(line->en);
    line->en = say(format, arguments);
    va_end(arguments);
}

static char *joined(char *sentence, const char *addition)
{
    size_t length = sentence != NULL ? strlen(sentence) : 0, more = strlen(addition) + 1;
    sentence = memory_resize(sentence, length + more, 1);
    memcpy(sentence + length, addition, more);
    return sentence;
}

void line_adds(struct trace_line *line, const char *zh, const char *en)
{
    line->zh = joined(line->zh, zh);
    line->en = joined(line->en, en);
}

void line_admit_assumption(struct trace_line *line)
{
    if (line->parameter != NULL && !line->parameter->confirmed)
        line_adds(
            line, "（暂定口径，待主管部门确认。）", " (An assumption, not yet confirmed by the bureau.)");
}

void line_release(struct trace_line *line)
{
    free(line->fact_value);
    free(line->parameter_value);
    free(line->zh);
    free(line->en);
    free(line->candidates);
    for (size_t i = 0; i < line->asked_count; i++) {
        free(line->asked[i].zh);
        free(line->asked[i].en);
    }
    free(line->asked);
}
