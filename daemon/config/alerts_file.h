/* alerts_file.h - alerts.conf: whether, when, by which channels, and for which desk messages go out. */
#ifndef M13_ALERTS_FILE_H
#define M13_ALERTS_FILE_H

#include "loading.h"

/* What holds where nothing is said, also without the file. */
void alerts_set_defaults(struct config *config);
/* The file at `path`, parsed: into loading->config, with all checks; relative paths in it become absolute. */
void alerts_read(struct loading *loading, const char *path, config_setting_t *root);
/* The days of the file that `alerts` names, or of `holidays` beside m13d.conf; `root` NULL = no alerts.conf.
 */
void alerts_read_holidays(struct loading *loading, const char *path, const config_setting_t *root);
void alerts_release(struct config *config);

#endif
