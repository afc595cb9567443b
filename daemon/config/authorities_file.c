#include "policy_files.h"

#include "parameters_text.h"

#include "m13/country.h"
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

const char *policy_refuses_country(const char *code)
{
    if (country_exists(code) && !string_equal(code, "CN"))
        return NULL;
    return "a foreign country by its code of ISO 3166-1, like \"BR\"";
}

static const char *refuses_home(const char *code)
{
    return code[0] == '\0' ? NULL : policy_refuses_country(code);
}

#define AT(member)       .place = offsetof(struct authority_parameter, member)
#define COUNT_AT(member) .count_place = offsetof(struct authority_parameter, member)

static const struct setting_entry authority_entries[] = {
    {"zh", SETTING_TEXT, AT(zh)},
    {"en", SETTING_TEXT, AT(en)},
    {"group", SETTING_TEXT, AT(group), .refuses = refuses_group},
    {"country", SETTING_TEXT, AT(country), .refuses = refuses_home},
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
    *authority = (struct authority_parameter){
        .code = memory_copy_string(code), .group = memory_copy_string(""), .country = memory_copy_string("")};
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

/* --- BRICS membership ----------------------------------------------------------------------------------- */

#define OF_MEMBER(member) .place = offsetof(struct membership_parameter, member)
static const struct setting_entry member_entries[] = {
    {"country", SETTING_TEXT, OF_MEMBER(country), .required = true, .refuses = policy_refuses_country},
    {"from", SETTING_DATE, OF_MEMBER(from)},
    {"to", SETTING_DATE, OF_MEMBER(to)},
    {"answer", SETTING_WORD, OF_MEMBER(answer), .words = route_answer_names,
        .word_count = sizeof route_answer_names / sizeof *route_answer_names},
};
static const struct settings member_settings = SETTINGS(member_entries);

static void drop_members(struct policy_parameters *parameters)
{
    for (size_t i = 0; i < parameters->brics_count; i++)
        free(parameters->brics[i].country);
    free(parameters->brics);
    parameters->brics = NULL;
    parameters->brics_count = 0;
}

static void read_member(
    struct settings_reader *reader, config_setting_t *element, struct policy_parameters *parameters)
{
    if (!config_setting_is_group(element)) {
        settings_problem(
            reader, element, "a member: accepted is { country = \"BR\"; from = \"2009-06-16\"; }");
        return;
    }
    parameters->brics =
        memory_resize(parameters->brics, parameters->brics_count + 1, sizeof *parameters->brics);
    struct membership_parameter *member = &parameters->brics[parameters->brics_count++];
    *member = (struct membership_parameter){.from = DAY_NONE, .to = DAY_NONE, .answer = ROUTE_YES};
    settings_read(reader, element, &member_settings, member);
    if (member->country == NULL)
        member->country = memory_copy_string("");
    if (member->from != DAY_NONE && member->to != DAY_NONE && member->to < member->from)
        settings_problem(reader, element, "`%s`: `to` is earlier than `from`", member->country);
}

/* The list is read whole: a member that it does not name is none. */
static void read_members(struct settings_reader *reader, config_setting_t *setting, void *parameters)
{
    if (!config_setting_is_list(setting)) {
        settings_problem(reader, setting,
            "`members`: accepted is a list of groups: ( { country = \"BR\"; from = \"2009-06-16\"; }, ... )");
        return;
    }
    drop_members(parameters);
    for (size_t i = 0; i < settings_count(setting); i++)
        read_member(reader, settings_element(setting, i), parameters);
}

static const struct setting_entry brics_entries[] = {
    {"members", SETTING_OWN, .read = read_members},
    SOURCE_ENTRIES(brics_source),
};
static const struct settings brics = SETTINGS(brics_entries);

static const struct setting_entry file_entries[] = {
    SOURCE_ENTRIES(authorities_source),
    {"authorities", SETTING_OWN, .read = read_authorities},
    {"brics", SETTING_GROUP, .group = &brics},
};
const struct settings authorities_settings = SETTINGS(file_entries);
