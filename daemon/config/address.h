/* address.h - no plain http beyond this machine, unless somebody says so. */
#ifndef M13_ADDRESS_H
#define M13_ADDRESS_H

#include "settings.h"

/* The entry of a table for `allow-http`. Its reader asks for nothing but true or false: address_check() looks
 * at the tree, since the permission concerns the check alone. */
#define ADDRESS_ALLOW_HTTP                                                                                   \
    {                                                                                                        \
        "allow-http", SETTING_OWN, .read = address_read_permission                                           \
    }
void address_read_permission(struct settings_reader *reader, config_setting_t *setting, void *target);

/* The setting `name` of `group` holds `address`: https, or loopback, or `allow-http = true` beside it. */
void address_check(
    struct settings_reader *reader, const config_setting_t *group, const char *name, const char *address);
bool address_is_permitted(const config_setting_t *group); /* `allow-http = true` stands in it */

#endif
