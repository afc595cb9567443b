/* feed_fields.h - the reading half of a definition: how the members of a record come about from a row. */
#ifndef M13_FEED_FIELDS_H
#define M13_FEED_FIELDS_H

#include "settings.h"

#include "m13/feed_definition.h"

/* Readers of the settings `fields` and `skip`; the target is the definition. */
void feed_read_fields(struct settings_reader *reader, config_setting_t *setting, void *target);
void feed_read_skip(struct settings_reader *reader, config_setting_t *setting, void *target);

/* What is to be said of the fields when the whole definition has been read: words that downstream does not
 * know, templates with placeholders that nothing fills, routes that no rule gives. */
void feed_check_fields(
    struct settings_reader *reader, const config_setting_t *root, const struct feed_definition *definition);

/* The members that a definition of its purpose and rank must map. */
void feed_check_needed(
    struct settings_reader *reader, const config_setting_t *root, const struct feed_definition *definition);

void feed_mapping_release(struct feed_mapping *mapping);

/* --- feed_rules.c: rules and their conditions --------------------------------------------------------- */

/* Reader of the setting `rules`; the target is the mapping. */
void feed_read_rules(struct settings_reader *reader, config_setting_t *setting, void *target);
const char *feed_refuses_join(const char *join);
void feed_check_join(
    struct settings_reader *reader, const config_setting_t *group, const char *join, size_t source_count);
void feed_conditions_free(struct feed_condition *conditions, size_t count);
void feed_rule_release(struct feed_rule *rule);

#endif
