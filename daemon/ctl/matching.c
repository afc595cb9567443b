/* matching.c - `m13ctl match [--text] [FILE]`: names in, one JSON line for each, in order; or words for
 * people. */
#include "match_list.h"

#include "m13/match.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct matching {
    struct ctl *ctl;
    struct match_index *index;
    bool in_words;
};

/* One column carries whichever identifier the register has: told apart by its shape. The FDA's numbers of
 * establishments have 7 or 10 digits, those of owners and operators up to 8. */
enum { SRN_SHORTEST = 7, USCC_LENGTH = 18, OWNER_LONGEST = 8 };

static void set_identifier(struct match_query *query, const char *identifier)
{
    size_t length = strlen(identifier);
    if (length >= SRN_SHORTEST && identifier[2] == '-' && identifier[5] == '-')
        query->srn = identifier;
    else if (length == USCC_LENGTH)
        query->uscc = identifier;
    else
        query->fei = identifier;
    if (length <= OWNER_LONGEST && query->fei[0] != '\0')
        query->owner_operator = identifier;
}

static void print_result(const struct listed_name *row, const struct match_result *result)
{
    json_t *why = json_loads(text_string(&result->why), 0, NULL);
    json_t *line = json_pack("{s:s, s:s, s:s, s:s, s:f, s:s, s:b, s:o}", "name", row->name, "band",
        name_code(match_band_names, 3, (int)result->band), "uscc", result->uscc, "firm_name",
        result->firm_name ? result->firm_name : "", "score", result->score / 1000.0, "rule", result->rule,
        "beijing", (int)result->beijing, "why", why ? why : json_object());
    if (*row->problem)
        json_object_set_new(line, "problem", json_string(row->problem));
    ctl_print_json(line);
}

char *match_words(struct ctl *ctl, const json_t *why)
{
    struct text paragraph = TEXT_WITH_CEILING(64 * 1024);
    char *json = json_dumps(why, JSON_COMPACT | JSON_ENCODE_ANY);
    if (json)
        match_explain_paragraph(json, ctl->english ? MATCH_ENGLISH : MATCH_CHINESE, &paragraph);
    free(json);
    return paragraph.length ? text_take(&paragraph) : NULL;
}

static void tell_result(struct ctl *ctl, const struct listed_name *row, const struct match_result *result)
{
    printf("%s\n", row->name);
    if (*row->problem) {
        printf("    %s\n", row->problem);
        return;
    }
    json_t *why = json_loads(text_string(&result->why), 0, NULL);
    char *words = match_words(ctl, why);
    if (*result->uscc)
        printf("    %s  %s\n", result->uscc, result->firm_name ? result->firm_name : "");
    printf("    %s\n", words ? words : "");
    if (result->band == MATCH_NONE && result->beijing)
        printf("    %s\n", SAY(ctl, "登记在北京：在登记库中出现时列为待认领企业。",
                               "It sits in Beijing: where a register has it, it is shown as unclaimed."));
    free(words);
    json_decref(why);
}

static void match_row(const struct listed_name *row, void *context)
{
    struct matching *matching = context;
    struct match_result result = {0};
    struct match_query query = {.name = row->name,
        .country = row->country,
        .city = row->city,
        .postcode = "",
        .srn = "",
        .fei = "",
        .owner_operator = "",
        .uscc = ""};
    set_identifier(&query, row->identifier);
    if (!*row->problem)
        match_find(matching->index, &query, &result);
    if (matching->in_words)
        tell_result(matching->ctl, row, &result);
    else
        print_result(row, &result);
    match_result_release(&result);
}

int verb_match(struct ctl *ctl)
{
    bool in_words = ctl_take_flag(ctl, "--text");
    if (ctl->count > 1)
        return ctl_usage(ctl, "match 最多接受一个文件", "match takes one file at most");
    int exit_code = ctl_open_reader(ctl);
    if (exit_code)
        return exit_code;
    FILE *in = ctl->count ? fopen(ctl->arguments[0], "re") : stdin;
    if (!in) {
        fprintf(stderr, "m13ctl: %s: %s\n", ctl->arguments[0], strerror(errno));
        return EXIT_IO;
    }
    struct matching matching = {
        .ctl = ctl, .index = match_index_of_store(ctl->store), .in_words = in_words && !ctl->json};
    exit_code = match_list_read(ctl, in, match_row, &matching);
    match_index_free(matching.index);
    if (in != stdin)
        fclose(in);
    return exit_code;
}
