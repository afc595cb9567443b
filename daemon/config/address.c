#include "address.h"

#include "web.h"

void address_read_permission(struct settings_reader *reader, config_setting_t *setting, void *target)
{
    (void)target;
    if (config_setting_type(setting) != CONFIG_TYPE_BOOL)
        settings_problem(reader, setting, "`allow-http`: accepted is true or false, without quotes");
}

bool address_is_permitted(const config_setting_t *group)
{
    const config_setting_t *permission = settings_member(group, "allow-http");
    return permission != NULL && config_setting_get_bool(permission) != 0;
}

void address_check(
    struct settings_reader *reader, const config_setting_t *group, const char *name, const char *address)
{
    const config_setting_t *setting = settings_member(group, name);
    const config_setting_t *permission = settings_member(group, "allow-http");
    if (setting == NULL || address == NULL)
        return;
    if (permission != NULL && config_setting_type(permission) != CONFIG_TYPE_BOOL)
        return; /* told already */
    if (web_is_https(address) || web_is_loopback(address))
        settings_inert(reader, group, "allow-http", "the address is https, or of this machine");
    else if (!address_is_permitted(group))
        settings_problem(reader, setting,
            "`%s`: http is accepted on this machine's own addresses only; use https, or say `allow-http = "
            "true;`",
            name);
}
