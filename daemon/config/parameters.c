#include "m13/parameters.h"

#include "m13/digest.h"
#include "m13/memory.h"
#include "m13/text.h"

#include "parameters_text.h"

#include <stdlib.h>
#include <string.h>

#define MOST_CANONICAL_BYTES (1024 * 1024) /* conf files have a ceiling of their own */

const struct authority_parameter *parameters_authority(
    const struct policy_parameters *parameters, const char *code)
{
    for (size_t i = 0; i < parameters->authority_count; i++)
        if (string_equal(parameters->authorities[i].code, code))
            return &parameters->authorities[i];
    return NULL;
}

const struct route_parameter *parameters_route(const struct policy_parameters *parameters, const char *code)
{
    for (size_t i = 0; i < parameters->route_count; i++)
        if (string_equal(parameters->routes[i].code, code))
            return &parameters->routes[i];
    return NULL;
}

void parameters_seal(struct policy_parameters *parameters)
{
    struct text canonical = TEXT_WITH_CEILING(MOST_CANONICAL_BYTES);
    parameters_canonical(parameters, &canonical);
    digest_hex_of(text_string(&canonical), canonical.length, parameters->hash);
    text_free(&canonical);
}

static void list_one(const struct parameter_line *line, const struct policy_parameters *values,
    void (*each)(void *context, const char *rule, const struct parameter_source *source, const char *value),
    void *context)
{
    const void *source = (const char *)values + line->source;
    struct text value = TEXT_WITH_CEILING(MOST_CANONICAL_BYTES);
    line->say(values, &value);
    each(context, line->rule, source, text_string(&value));
    text_free(&value);
}

void parameters_list(const struct policy_parameters *parameters,
    void (*each)(void *context, const char *rule, const struct parameter_source *source, const char *value),
    void *context)
{
    for (size_t i = 0; i < parameter_line_count; i++) {
        const struct parameter_line *line = &parameter_lines[i];
        list_one(line, parameters, each, context);
        for (size_t j = 0; j < parameters->dated_count; j++)
            if (parameters->dated[j].begin == line->source)
                list_one(line, parameters->dated[j].values, each, context);
    }
}

size_t parameters_source_count(void)
{
    return parameter_line_count;
}

struct parameter_source *parameters_source(struct policy_parameters *parameters, size_t index)
{
    return (struct parameter_source *)(void *)((char *)parameters + parameter_lines[index].source);
}

/* Behind the values that the same parameter has already. */
struct policy_parameters *parameters_add_dated(struct policy_parameters *parameters, size_t index)
{
    size_t begin = parameter_lines[index].source, place = 0;
    size_t end = index + 1 < parameter_line_count ? parameter_lines[index + 1].source
                                                  : offsetof(struct policy_parameters, dated);
    parameters->dated =
        memory_resize(parameters->dated, parameters->dated_count + 1, sizeof *parameters->dated);
    while (place < parameters->dated_count && parameters->dated[place].begin <= begin)
        place++;
    memmove(&parameters->dated[place + 1], &parameters->dated[place],
        (parameters->dated_count - place) * sizeof *parameters->dated);
    parameters->dated[place] = (struct dated_value){begin, end, parameters_default()};
    parameters->dated_count++;
    return parameters->dated[place].values;
}

static void free_strings(char **strings, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(strings[i]);
    free(strings);
}

static void free_authorities(struct authority_parameter *authorities, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct authority_parameter *authority = &authorities[i];
        free(authority->code);
        free(authority->zh);
        free(authority->en);
        free(authority->group);
        free(authority->country);
        free_strings(authority->markets, authority->market_count);
        free_strings(authority->review_markets, authority->review_market_count);
    }
    free(authorities);
}

static void free_routes(struct route_parameter *routes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(routes[i].code);
        free(routes[i].zh);
        free(routes[i].en);
    }
    free(routes);
}

static void free_values(struct policy_parameters *parameters)
{
    free(parameters->policy);
    for (size_t i = 0; i < parameter_line_count; i++)
        free(parameters_source(parameters, i)->cited);
    free_authorities(parameters->authorities, parameters->authority_count);
    free_routes(parameters->routes, parameters->route_count);
    for (size_t i = 0; i < parameters->brics_count; i++)
        free(parameters->brics[i].country);
    free(parameters->brics);
    free(parameters->categories);
    free(parameters->flags);
    struct word_list *const lists[] = {&parameters->doubtful_words, &parameters->alone_words,
        &parameters->no_sale_modes, &parameters->no_sale_regions, &parameters->settling_buyers};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        free_strings(lists[i]->words, lists[i]->count);
    free(parameters->dated);
    free(parameters);
}

void parameters_free(struct policy_parameters *parameters)
{
    if (parameters == NULL)
        return;
    for (size_t i = 0; i < parameters->dated_count; i++)
        free_values(parameters->dated[i].values);
    free_values(parameters);
}
