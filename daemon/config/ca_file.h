/* ca_file.h - certificates of authorities that a definition or a channel brings with it, in PEM. */
#ifndef M13_CA_FILE_H
#define M13_CA_FILE_H

#include "settings.h"

/* The file must be there and hold certificates: a poll would fail on it only days later. `why` ends the
 * problem of one that is not there. */
void ca_file_check(
    struct settings_reader *reader, const config_setting_t *setting, const char *path, const char *why);

#endif
