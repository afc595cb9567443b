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

void parameters_list(const struct policy_parameters *parameters,
    void (*each)(void *context, const char *rule, const struct parameter_source *source, const char *value),
    void *context)
{
    const struct {
        const char *rule;
        const struct parameter_source *source;
        void (*say)(const struct policy_parameters *parameters, struct text *out);
    } lines[] = {
        {"R01", &parameters->force_source, parameters_say_force},
        {"R02", &parameters->newly_source, parameters_say_newly},
        {"R03", &parameters->authorities_source, parameters_say_authorities},
        {"R05", &parameters->routes_source, parameters_say_routes},
        {"R18", &parameters->product_cap_source, parameters_say_product_cap},
        {"R19", &parameters->firm_cap_source, parameters_say_firm_cap},
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct text value = TEXT_WITH_CEILING(MOST_CANONICAL_BYTES);
        lines[i].say(parameters, &value);
        each(context, lines[i].rule, lines[i].source, text_string(&value));
        text_free(&value);
    }
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

void parameters_free(struct policy_parameters *parameters)
{
    if (parameters == NULL)
        return;
    free(parameters->policy);
    free(parameters->force_source.cited);
    free(parameters->newly_source.cited);
    free(parameters->authorities_source.cited);
    free(parameters->routes_source.cited);
    free(parameters->product_cap_source.cited);
    free(parameters->firm_cap_source.cited);
    free_authorities(parameters->authorities, parameters->authority_count);
    free_routes(parameters->routes, parameters->route_count);
    free(parameters);
}
