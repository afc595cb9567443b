/* alerts_channels.h - the group `channels` of alerts.conf: each kind has settings of its own. */
#ifndef M13_ALERTS_CHANNELS_H
#define M13_ALERTS_CHANNELS_H

#include "settings.h"

/* A reader of SETTING_OWN; target: struct config. Marks each audience that a channel names. */
void channels_read(struct settings_reader *reader, config_setting_t *setting, void *target);
/* Once the whole file is read: whom a channel carries that does not say so, and what channels must be to the
 * desk, the mode and each other. `channels` is their group, or NULL. */
void channels_settle(struct settings_reader *reader, const config_setting_t *channels, const char *folder,
    struct config *config);
/* Some channel must carry what the mode sends. */
void channels_check_mode(
    struct settings_reader *reader, const config_setting_t *alerts, struct config *config);
void channels_release(struct config *config);

#endif
