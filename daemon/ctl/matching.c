/* matching.c - `m13ctl match [--text] [FILE]`: names in, one JSON line for each, in order; or words for
 * people. */
#include "ctl.h"

#include "m13/limits.h"
#include "m13/match.h"
#include "m13/memory.h"

#include <csv.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum match_column {
    COLUMN_NAME,
    COLUMN_COUNTRY,
    COLUMN_CITY,
    COLUMN_IDENTIFIER,
    COLUMNS,
    COLUMN_OTHER = COLUMNS
};
static const char *const column_names[COLUMNS] = {"name", "country", "city", "identifier"};

struct matching {
    struct ctl *ctl;
    struct match_index *index;
    enum match_column columns[LIMIT_CSV_COLUMNS]; /* of the file, by position */
    size_t column_count, at;
    bool header_read, in_words;
    struct text cells[COLUMNS];
    char problem[256];
};

static void take_header(struct matching *matching, const char *cell, size_t length)
{
    if (matching->column_count == LIMIT_CSV_COLUMNS)
        return;
    if (matching->column_count == 0 && length >= 3 && memcmp(cell, "\xef\xbb\xbf", 3) == 0) {
        cell += 3; /* the byte-order mark of Excel */
        length -= 3;
    }
    enum match_column column = COLUMN_OTHER;
    for (enum match_column i = 0; i < COLUMNS; i++)
        if (strlen(column_names[i]) == length && strncasecmp(cell, column_names[i], length) == 0)
            column = i;
    matching->columns[matching->column_count++] = column;
}

static void on_cell(void *cell, size_t length, void *context)
{
    struct matching *matching = context;
    if (!matching->header_read)
        take_header(matching, cell, length);
    else if (matching->at < matching->column_count && matching->columns[matching->at] != COLUMN_OTHER)
        text_append(&matching->cells[matching->columns[matching->at]], cell, length);
    matching->at++;
}

/* One column carries whichever identifier the register has: told apart by its shape. */
static void set_identifier(struct match_query *query, const char *identifier)
{
    size_t length = strlen(identifier);
    if (length > 6 && identifier[2] == '-' && identifier[5] == '-')
        query->srn = identifier;
    else if (length == 18)
        query->uscc = identifier;
    else
        query->fei = identifier;
}

static void print_result(const char *name, const struct match_result *result)
{
    json_t *why = json_loads(text_string(&result->why), 0, NULL);
    ctl_print_json(json_pack("{s:s, s:s, s:s, s:s, s:f, s:s, s:o}", "name", name, "band",
        name_code(match_band_names, 3, (int)result->band), "uscc", result->uscc, "firm_name",
        result->firm_name ? result->firm_name : "", "score", result->score / 1000.0, "rule", result->rule,
        "why", why ? why : json_object()));
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

static void tell_result(struct ctl *ctl, const char *name, const struct match_result *result)
{
    json_t *why = json_loads(text_string(&result->why), 0, NULL);
    char *words = match_words(ctl, why);
    printf("%s\n    %s  %s\n    %s\n", name, result->uscc, result->firm_name ? result->firm_name : "",
        words ? words : "");
    free(words);
    json_decref(why);
}

static void on_row(int end, void *context)
{
    struct matching *matching = context;
    (void)end;
    matching->at = 0;
    if (!matching->header_read) {
        matching->header_read = true;
        bool has_name = false;
        for (size_t i = 0; i < matching->column_count; i++)
            has_name |= matching->columns[i] == COLUMN_NAME;
        if (!has_name)
            snprintf(matching->problem, sizeof matching->problem, "%s",
                SAY(matching->ctl, "表头缺少 name 列", "the header has no column `name`"));
        return;
    }
    if (*matching->problem)
        return;
    struct match_result result = {0};
    struct match_query query = {.name = text_string(&matching->cells[COLUMN_NAME]),
        .country = text_string(&matching->cells[COLUMN_COUNTRY]),
        .city = text_string(&matching->cells[COLUMN_CITY]),
        .postcode = "",
        .srn = "",
        .fei = "",
        .owner_operator = "",
        .uscc = ""};
    set_identifier(&query, text_string(&matching->cells[COLUMN_IDENTIFIER]));
    match_find(matching->index, &query, &result);
    if (matching->in_words)
        tell_result(matching->ctl, query.name, &result);
    else
        print_result(query.name, &result);
    match_result_release(&result);
    for (size_t i = 0; i < COLUMNS; i++)
        text_clear(&matching->cells[i]);
}

static int match_stream(struct matching *matching, FILE *in)
{
    struct csv_parser parser;
    char buffer[64 * 1024];
    size_t length;
    csv_init(&parser, CSV_APPEND_NULL);
    while ((length = fread(buffer, 1, sizeof buffer, in)) > 0)
        if (csv_parse(&parser, buffer, length, on_cell, on_row, matching) != length)
            snprintf(matching->problem, sizeof matching->problem, "%s", csv_strerror(csv_error(&parser)));
    csv_fini(&parser, on_cell, on_row, matching);
    csv_free(&parser);
    if (*matching->problem)
        fprintf(stderr, "m13ctl: %s\n", matching->problem);
    return *matching->problem ? EXIT_BAD_DATA : 0;
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
    struct matching *matching = memory_get_zeroed(1, sizeof *matching);
    matching->ctl = ctl;
    matching->in_words = in_words && !ctl->json;
    for (size_t i = 0; i < COLUMNS; i++)
        matching->cells[i] = TEXT_WITH_CEILING(LIMIT_NAME_BYTES);
    matching->index = match_index_of_store(ctl->store);
    exit_code = match_stream(matching, in);
    match_index_free(matching->index);
    for (size_t i = 0; i < COLUMNS; i++)
        text_free(&matching->cells[i]);
    free(matching);
    if (in != stdin)
        fclose(in);
    return exit_code;
}
