/* feed_tables.h - the tables of a definition's larger groups; the target of each is the definition. */
#ifndef M13_FEED_TABLES_H
#define M13_FEED_TABLES_H

#include "settings.h"

#include "m13/feed_definition.h"

extern const struct settings feed_request_settings; /* feed_request.c */
extern const struct settings feed_format_settings;  /* feed_format.c */

/* --- feed_merge.c: what becomes of several rows, or several feeds, of one approval -------------------- */

extern const struct settings feed_source_settings;   /* target: struct feed_source */
extern const struct settings feed_repeated_settings; /* target: struct feed_repeated */

/* Reader of the setting `member` of `each`; the target is that group's. */
void feed_read_each_member(struct settings_reader *reader, config_setting_t *setting, void *target);
/* Every member that `source` and `repeated` name must be mapped. */
void feed_check_merging(
    struct settings_reader *reader, const config_setting_t *root, const struct feed_definition *definition);

#endif
