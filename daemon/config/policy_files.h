/* policy_files.h - measure13.conf and authorities.conf, read over the parameters that are there already. */
#ifndef M13_POLICY_FILES_H
#define M13_POLICY_FILES_H

#include "settings.h"

#include "m13/parameters.h"

extern const struct settings measure13_settings, authorities_settings;

/* The target of both tables: settings that are not in the file leave what stands in `parameters`. */
void measure13_check(
    struct settings_reader *reader, config_setting_t *root, struct policy_parameters *parameters);

/* The groups of measure13.conf that measure13_money_file.c reads. */
extern const struct settings measure13_first_approval, measure13_group_company, measure13_device,
    measure13_sale, measure13_product, measure13_costs, measure13_cost_window, measure13_ratio,
    measure13_product_cap, measure13_firm_cap, measure13_order, measure13_other_money, measure13_credit,
    measure13_exchange;
void measure13_check_money(struct settings_reader *reader, const char *name, const config_setting_t *group,
    struct policy_parameters *parameters);

/* Of one authority or route, by its code: the one that is there, or a new one at the end. */
struct authority_parameter *policy_authority(struct policy_parameters *parameters, const char *code);
struct route_parameter *policy_route(struct policy_parameters *parameters, const char *code);

/* Entries of every group that carries a value: who says so, and from when to when. */
#define SOURCE_ENTRIES(source)                                                                               \
    {"cited", SETTING_TEXT,                                                                                  \
        .place = offsetof(struct policy_parameters, source) + offsetof(struct parameter_source, cited)},     \
        {"confirmed", SETTING_FLAG,                                                                          \
            .place =                                                                                         \
                offsetof(struct policy_parameters, source) + offsetof(struct parameter_source, confirmed)},  \
        {"applies-by", SETTING_WORD,                                                                         \
            .place =                                                                                         \
                offsetof(struct policy_parameters, source) + offsetof(struct parameter_source, applies_by),  \
            .words = applies_by_names, .word_count = sizeof applies_by_names / sizeof *applies_by_names},    \
        {"from", SETTING_DATE,                                                                               \
            .place = offsetof(struct policy_parameters, source) + offsetof(struct parameter_source, from)},  \
    {                                                                                                        \
        "to", SETTING_DATE,                                                                                  \
            .place = offsetof(struct policy_parameters, source) + offsetof(struct parameter_source, to)      \
    }

/* What is accepted as a foreign country, or NULL when the code is one. */
const char *policy_refuses_country(const char *code);

/* In each group that is named like a parameter `from` is not behind `to`. */
void policy_check_sources(
    struct settings_reader *reader, const config_setting_t *root, struct policy_parameters *parameters);
/* The same at the top of authorities.conf. */
void policy_check_source(
    struct settings_reader *reader, const config_setting_t *group, const struct parameter_source *source);

#endif
