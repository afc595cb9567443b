/* feed_check.h - what the settings of a definition must be to each other. */
#ifndef M13_FEED_CHECK_H
#define M13_FEED_CHECK_H

#include "settings.h"

#include "m13/feed_definition.h"

/* Request, schedule, expectations and format: contradictions, and settings without effect. */
void feed_check_request(
    struct settings_reader *reader, const config_setting_t *root, const struct feed_definition *definition);

#endif
