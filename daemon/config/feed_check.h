/* feed_check.h - what the settings of a definition must be to each other: contradictions, and settings
 * without effect. */
#ifndef M13_FEED_CHECK_H
#define M13_FEED_CHECK_H

#include "settings.h"

#include "m13/feed_definition.h"

/* Request, schedule and expectations. */
void feed_check_request(
    struct settings_reader *reader, const config_setting_t *root, const struct feed_definition *definition);
/* Format, and the sources that the fields read in it. */
void feed_check_format(
    struct settings_reader *reader, const config_setting_t *root, const struct feed_definition *definition);

/* --- between the files of these checks ---------------------------------------------------------------- */

/* feed_check_paging.c: the several requests of one poll. */
void feed_check_paging(
    struct settings_reader *reader, const config_setting_t *root, const struct feed_definition *definition);
/* feed_sources.c: every source of `fields` and `skip` as the format spells it. */
void feed_check_sources(
    struct settings_reader *reader, const config_setting_t *root, const struct feed_definition *definition);
bool feed_query_has(const struct feed_query *query, const char *placeholder); /* in path, query or body */

/* What is accepted instead of a path in a JSON document, or NULL when it is good: members by their names with
 * dots between; with `stars` also `*` for every member or element; with `elements` also a[], a[*],
 * a[key=value]. */
const char *feed_refuses_json_path(const char *path, bool stars, bool elements);
const char *feed_refuses_xpath(const char *expression);

#endif
