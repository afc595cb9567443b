#include "policy_files.h"

#include "country.h"
#include "parameters_text.h"

#include "m13/memory.h"
#include "m13/text.h"

#include <stdlib.h>
#include <string.h>

static const char *refuses_group(const char *group)
{
    static const char *const known[] = {"", "FDA", "CE", "PMDA", "TGA", "BRICS", "WHO"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (string_equal(known[i], group))
            return NULL;
    return "a word of the text: FDA, CE, PMDA, TGA, BRICS, WHO; or \"\" for what it does not name";
}

static const char *refuses_market(const char *market)
{
    if (string_equal(market, "*") || (country_exists(market) && !string_equal(market, "CN")))
        return NULL;
    return "a foreign country by its code of ISO 3166-1 (the United Kingdom is GB, Greece GR), or \"*\" for "
           "all of "
           "them";
}

#define AT(member)       .place = offsetof(struct authority_parameter, member)
#define COUNT_AT(member) .count_place = offsetof(struct authority_parameter, member)

static const struct setting_entry authority_entries[] = {
    {"zh", SETTING_TEXT, AT(zh)},
    {"en", SETTING_TEXT, AT(en)},
    {"group", SETTING_TEXT, AT(group), .refuses = refuses_group},
    {"markets", SETTING_TEXTS, AT(markets), COUNT_AT(market_count), .refuses = refuses_market},
    {"review-markets", SETTING_TEXTS, AT(review_markets), COUNT_AT(review_market_count),
        .refuses = refuses_market},
    {"register", SETTING_FLAG, AT(available)},
};
static const struct settings authority_settings = SETTINGS(authority_entries);

struct authority_parameter *policy_authority(struct policy_parameters *parameters, const char *code)
{
    for (size_t i = 0; i < parameters->authority_count; i++)
        if (string_equal(parameters->authorities[i].code, code))
            return &parameters->authorities[i];
    parameters->authorities = memory_resize(
        parameters->authorities, parameters->authority_count + 1, sizeof *parameters->authorities);
    struct authority_parameter *authority = &parameters->authorities[parameters->authority_count++];
    *authority =
        (struct authority_parameter){.code = memory_copy_string(code), .group = memory_copy_string("")};
    return authority;
}

static bool holds(char *const *markets, size_t count, const char *market)
{
    for (size_t i = 0; i < count; i++)
        if (string_equal(markets[i], market))
            return true;
    return false;
}

static void check_markets(struct settings_reader *reader, const config_setting_t *setting,
    const struct authority_parameter *authority)
{
    for (size_t i = 0; i < authority->market_count; i++)
        if (holds(authority->review_markets, authority->review_market_count, authority->markets[i]))
            settings_problem(reader, setting, "`%s`: \"%s\" stands in `markets` and in `review-markets`",
                authority->code, authority->markets[i]);
    if ((authority->market_count > 1 && holds(authority->markets, authority->market_count, "*")) ||
        (authority->review_market_count > 1 &&
            holds(authority->review_markets, authority->review_market_count, "*")))
        settings_problem(reader, setting, "`%s`: \"*\" stands for all countries, so no other has an effect",
            authority->code);
}

static void read_authority(
    struct settings_reader *reader, config_setting_t *setting, struct policy_parameters *parameters)
{
    const char *code = config_setting_name(setting);
    if (strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") != strlen(code)) {
        settings_problem(reader, setting, "`%s`: an authority's code has capitals, digits and hyphens", code);
        return;
    }
    if (!config_setting_is_group(setting)) {
        settings_problem(
            reader, setting, "`%s`: accepted is a group: { zh = ...; en = ...; markets = [...]; }", code);
        return;
    }
    struct authority_parameter *authority = policy_authority(parameters, code);
    settings_read(reader, setting, &authority_settings, authority);
    if (authority->zh == NULL)
        settings_need(reader, setting, "zh", "the authority is new");
    if (authority->en == NULL)
        settings_need(reader, setting, "en", "the authority is new");
    check_markets(reader, setting, authority);
}

static void read_authorities(struct settings_reader *reader, config_setting_t *setting, void *parameters)
{
    if (!config_setting_is_group(setting)) {
        settings_problem(
            reader, setting, "`authorities`: accepted is a group of groups: { FDA = { ... }; ... }");
        return;
    }
    for (size_t i = 0; i < settings_count(setting); i++)
        read_authority(reader, settings_element(setting, i), parameters);
}

static const struct setting_entry file_entries[] = {
    SOURCE_ENTRIES(authorities_source),
    {"authorities", SETTING_OWN, .read = read_authorities},
};
const struct settings authorities_settings = SETTINGS(file_entries);
