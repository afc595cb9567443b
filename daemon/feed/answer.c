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
    [HTTP_FORBIDDEN] = FEED_UNREACHABLE,
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

/* --- how a body begins ------------------------------------------------------------------------------------
 *
 * Maintenance pages, captchas and log-in pages come with 200 and with any content type. */

static const char *skip_blanks(const char *bytes)
{
    if (string_starts(bytes, "\xef\xbb\xbf"))
        bytes += 3;
    return bytes + strspn(bytes, " \t\r\n");
}

static bool is_zip(const char *bytes)
{
    return string_starts(bytes, "PK\x03\x04") || string_starts(bytes, "PK\x05\x06");
}

static const char *expected_kind(const struct feed_definition *definition)
{
    static const char *const kinds[] = {[FORMAT_JSON] = "JSON",
        [FORMAT_CSV] = "CSV",
        [FORMAT_XLSX] = "XLSX",
        [FORMAT_XML] = "XML",
        [FORMAT_HTML] = "HTML"};
    return definition->container == CONTAINER_ZIP ? "zip archive" : kinds[definition->format];
}

/* What can be told from the first bytes; an empty body is the decoder's. */
static bool begins_as_expected(const struct feed_definition *definition, const struct text *start)
{
    const char *bytes = skip_blanks(text_string(start));
    if (*bytes == '\0')
        return true;
    if (definition->container == CONTAINER_ZIP)
        return is_zip(bytes);
    switch (definition->format) {
    case FORMAT_JSON:
        return *bytes == '{' || *bytes == '[';
    case FORMAT_CSV:
        return *bytes != '<' && !is_zip(bytes);
    case FORMAT_XLSX:
        return is_zip(bytes);
    case FORMAT_XML:
        return *bytes == '<';
    case FORMAT_HTML:
        return !is_zip(bytes);
    }
    return true;
}

bool answer_begins_well(
    const struct feed_definition *definition, const struct text *start, struct setback *setback)
{
    if (begins_as_expected(definition, start))
        return true;
    setback->outcome = FEED_WRONG_TYPE;
    text_append_format(&setback->what, "the body is no %s: ", expected_kind(definition));
    outcome_excerpt(&setback->what, text_string(start), start->length, EXCERPT_TOLD_BYTES);
    return false;
}

/* --- what it means ----------------------------------------------------------------------------------------
 */

/* An error that was cut short is still that error; anything else that was cut short is nothing. */
static bool is_cut_short(const struct http_answer *answer, struct setback *setback)
{
    if (answer->fault == HTTP_FINE || answer->status >= 400)
        return false;
    setback->outcome = words_of_faults[answer->fault];
    text_append_string(&setback->what, answer->problem);
    return true;
}

static void append_start(const struct text *start, struct setback *setback)
{
    if (start->length == 0)
        return;
    text_append_string(&setback->what, ": ");
    outcome_excerpt(&setback->what, text_string(start), start->length, EXCERPT_TOLD_BYTES);
}

enum answer_meaning answer_judge(const struct feed_definition *definition, const struct http_answer *answer,
    const struct text *start, bool conditional, int64_t now, struct setback *setback)
{
    if (is_cut_short(answer, setback))
        return ANSWER_BAD;
    if (answer->status == 304 && conditional)
        return ANSWER_UNCHANGED;
    /* Also how a chain ends whose last page was full: its link leads to nothing. */
    if (answer->fault == HTTP_FINE && means_none(definition, answer, start))
        return ANSWER_NONE;
    if (answer_is_page(definition, answer->status, answer->content_type))
        return answer_begins_well(definition, start, setback) ? ANSWER_PAGE : ANSWER_BAD;
    if (answer->status == 200)
        judge_type(definition, answer, setback);
    else
        judge_status(answer, now, setback);
    append_start(start, setback);
    return ANSWER_BAD;
}

bool answer_is_fine(
    const struct http_answer *answer, const struct text *start, int64_t now, struct setback *setback)
{
    if (is_cut_short(answer, setback))
        return false;
    if (answer->status >= 200 && answer->status < 300)
        return true;
    judge_status(answer, now, setback);
    append_start(start, setback);
    return false;
}
