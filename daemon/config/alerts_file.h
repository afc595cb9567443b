/* alerts_file.h - alerts.conf: whether, by which channels, and for which desk messages go out. */
#ifndef M13_ALERTS_FILE_H
#define M13_ALERTS_FILE_H

#include "settings.h"

extern const struct settings alerts_settings; /* target: struct config */

/* What the settings must be to each other; relative paths become absolute from `folder` on. */
void alerts_check(
    struct settings_reader *reader, config_setting_t *root, const char *folder, struct config *config);
void alerts_release(struct config *config);

#endif
