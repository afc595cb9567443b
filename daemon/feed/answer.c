/* answer.c - what an answer of a register means: a page, nothing, or which setback. */
#include "answer.h"

#include "m13/clock.h"
#include "outcome.h"

#include <string.h>

static const enum feed_outcome words_of_faults[] = {
    [HTTP_UNREACHABLE] = FEED_UNREACHABLE,
    [HTTP_RESET] = FEED_RESET,
    [HTTP_TOO_SLOW] = FEED_TOO_SLOW,
    [HTTP_TOO_LARGE] = FEED_TOO_LARGE,
    [HTTP_BOMB] = FEED_BOMB,
    [HTTP_UNPACKABLE] = FEED_MALFORMED,
};

bool answer_is_page(const struct feed_definition *definition, int status, const char *content_type)
{
    const char *expected = definition->content_type;
    size_t length = strcspn(content_type, "; \t");
    if (status != 200)
        return false;
    return string_is_blank(expected) ||
           (strlen(expected) == length && strncasecmp(expected, content_type, length) == 0);
}

static bool means_none(
    const struct feed_definition *definition, const struct http_answer *answer, const struct text *start)
{
    if (definition->none_status == 0 || definition->none_status != answer->status)
        return false;
    return definition->none_text == NULL || memmem(text_string(start), start->length, definition->none_text,
                                                strlen(definition->none_text)) != NULL;
}

static void tell_excerpt(struct text *what, const char *words)
{
    outcome_excerpt(what, words, strlen(words), EXCERPT_TOLD_BYTES);
}

static void judge_status(const struct http_answer *answer, int64_t now, struct setback *setback)
{
    int64_t delay = http_retry_after(answer->retry_after, now);
    char until[CLOCK_STRING_BYTES];
    text_append_format(&setback->what, "HTTP %d", answer->status);
    if ((answer->status == 429 || answer->status == 503) && delay >= 0) {
        setback->outcome = FEED_RETRY_AFTER;
        setback->not_before = now + delay;
        text_append_format(&setback->what, ", not before %s", clock_format(setback->not_before, until));
    } else if (answer->status == 429) {
        setback->outcome = FEED_RATE_LIMITED;
    } else if (answer->status >= 500) {
        setback->outcome = FEED_SERVER_ERROR;
    } else if (answer->status >= 400) {
        setback->outcome = FEED_REFUSED;
    } else if (answer->status >= 300 && answer->status != 304) {
        setback->outcome = FEED_MOVED;
        text_append_string(&setback->what, " to ");
        tell_excerpt(&setback->what, answer->location);
    } else {
        setback->outcome = FEED_WRONG_TYPE;
        text_append_string(&setback->what, ", which was not asked for");
    }
}

static void judge_type(
    const struct feed_definition *definition, const struct http_answer *answer, struct setback *setback)
{
    setback->outcome = FEED_WRONG_TYPE;
    text_append_string(&setback->what, "'");
    tell_excerpt(&setback->what, answer->content_type);
    text_append_format(&setback->what, "' instead of '%s'", definition->content_type);
}

enum answer_meaning answer_judge(const struct feed_definition *definition, const struct http_answer *answer,
    const struct text *start, bool conditional, int64_t now, struct setback *setback)
{
    /* An error that was cut short is still that error; anything else that was cut short is nothing. */
    if (answer->fault != HTTP_FINE && answer->status < 400) {
        setback->outcome = words_of_faults[answer->fault];
        text_append_string(&setback->what, answer->problem);
        return ANSWER_BAD;
    }
    if (answer->status == 304 && conditional)
        return ANSWER_UNCHANGED;
    /* Also how a chain ends whose last page was full: its link leads to nothing. */
    if (answer->fault == HTTP_FINE && means_none(definition, answer, start))
        return ANSWER_NONE;
    if (answer_is_page(definition, answer->status, answer->content_type))
        return ANSWER_PAGE;
    if (answer->status == 200)
        judge_type(definition, answer, setback);
    else
        judge_status(answer, now, setback);
    if (start->length > 0) {
        text_append_string(&setback->what, ": ");
        outcome_excerpt(&setback->what, text_string(start), start->length, EXCERPT_TOLD_BYTES);
    }
    return ANSWER_BAD;
}
