/* Any two strings as names: one of a firm, one of a maker, parted by the first newline. Nothing crashes, the
 * answer is the same twice and reads as JSON and as a paragraph, an automatic match holds both ways, and
 * whatever is answered is seen by the question whether a changed firm concerns the spelling. */
#include "fuzz_target.h"

#include "index.h"

#include "m13/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void must(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "%s\n", what);
    abort();
}

static struct match_index *index_of(const char *name)
{
    struct match_index *index = match_index_new();
    struct match_name names[] = {{.kind = MATCH_NAME_EN, .text = name}};
    match_index_add(index, &(struct match_firm){.uscc = "X", .names = names, .name_count = 1});
    match_index_build(index, INT64_MAX);
    return index;
}

static void check_words(const struct match_result *result)
{
    struct text out = TEXT_WITH_CEILING(1024 * 1024);
    must(!result->why.overflowed && utf8_is_valid(text_string(&result->why), result->why.length), "no UTF-8");
    must(match_explain_paragraph(text_string(&result->why), MATCH_CHINESE, &out), "no JSON");
    must(match_explain_paragraph(text_string(&result->why), MATCH_ENGLISH, &out), "no JSON");
    must(out.length > 0 && utf8_is_valid(text_string(&out), out.length), "no paragraph");
    text_free(&out);
}

static enum match_band ask(struct match_index *index, const char *name)
{
    struct match_query query = {.name = name};
    struct match_result first;
    struct match_result second;
    match_find(index, &query, &first);
    match_find(index, &query, &second);
    must(first.score >= 0 && first.score <= 1000, "no score");
    must(string_equal(text_string(&first.why), text_string(&second.why)), "two answers");
    must(first.band == MATCH_NONE || index_touches(index, &query), "an answer from nowhere");
    check_words(&first);
    enum match_band band = first.band;
    match_result_release(&first);
    match_result_release(&second);
    return band;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char *ours = memory_copy_bytes((const char *)bytes, length);
    char *theirs = strchr(ours, '\n');
    if (theirs != NULL)
        *theirs++ = '\0';
    else
        theirs = ours;
    struct match_index *index = index_of(ours);
    struct match_index *other = index_of(theirs);
    bool one = ask(index, theirs) == MATCH_AUTO;
    must(one == (ask(other, ours) == MATCH_AUTO), "automatic one way only");
    match_index_free(index);
    match_index_free(other);
    free(ours);
    return 0;
}
