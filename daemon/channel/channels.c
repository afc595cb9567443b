#include "channels.h"

#include "m13/memory.h"

#include <stdio.h>

static const struct channel *const channels[CHANNEL_KINDS] = {
    [CHANNEL_WEBHOOK] = &channel_webhook,
    [CHANNEL_FILE] = &channel_file,
    [CHANNEL_SMTP] = &channel_smtp,
    [CHANNEL_WECOM] = &channel_wecom,
    [CHANNEL_DINGTALK] = &channel_dingtalk,
    [CHANNEL_FEISHU] = &channel_feishu,
};

const struct channel *channel_of(enum channel_kind kind)
{
    return channels[kind];
}

enum alert_language parcel_language(const struct parcel *parcel)
{
    const struct name_entry *wish =
        parcel->contact != NULL ? name_find(alert_language_names, ALERT_BOTH + 1, parcel->contact->language)
                                : NULL;
    return wish != NULL ? (enum alert_language)wish->value : parcel->channel->language;
}

char *parcel_url(const struct parcel *parcel, char *ret_problem, size_t size)
{
    const struct alert_channel *channel = parcel->channel;
    if (parcel->contact != NULL)
        return memory_copy_string(parcel->contact->address);
    if (channel->url != NULL)
        return memory_copy_string(channel->url);
    if (channel->url_file != NULL)
        return channel_secret(channel->url_file, ret_problem, size);
    snprintf(ret_problem, size, "the channel has no address of its own");
    return NULL;
}
