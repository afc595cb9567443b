#include "posting_desk.h"

#include "scratch.h"

#include "m13/letter.h"
#include "m13/loop.h"
#include "m13/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SECRETS_MOST = 4 };

static char phone[] = "010-5555-0100", office[] = "医药健康产业处", channel_name[] = "bureau";
static const char lead[] =
    "{\"id\":\"msg_01\",\"type\":\"m13.lead\",\"timestamp\":\"2026-11-22T08:00:00Z\",\"audience\":\"firm\","
    "\"urgent\":true,\"firm\":{\"uscc\":\"91110108MA01ABCD5X\",\"name_zh\":\"北京晨岚医疗科技有限公司\"},"
    "\"cases\":[{\"case_id\":\"M13-2026-0001\",\"event\":\"opened\",\"authority\":\"fda\","
    "\"authority_zh\":\"美国食品药品监督管理局\",\"authority_en\":\"FDA\",\"number\":\"K262001\","
    "\"device\":\"PulseLeaf\",\"decision_date\":\"2026-08-28\",\"verdict\":\"pending\"}]}";

struct posting_desk *posting_desk_open(enum channel_kind kind, const char *path)
{
    struct posting_desk *desk = memory_get_zeroed(1, sizeof *desk);
    struct text url = TEXT_WITH_CEILING(1000);
    unsetenv("http_proxy");
    desk->loop = loop_new();
    desk->receiver = receiver_new(loop_base(desk->loop));
    desk->folder = scratch_new();
    desk->config.alerts.desk.phone = phone;
    desk->config.alerts.desk.name = office;
    text_append_format(&url, "%s%s", receiver_url(desk->receiver), path);
    desk->channel = (struct alert_channel){.name = channel_name,
        .kind = kind,
        .url = text_take(&url),
        .secret_files = memory_get_zeroed(SECRETS_MOST, sizeof(char *)),
        .allow_private = true};
    desk->courier = (struct courier){.loop = desk->loop,
        .http = http_new(desk->loop),
        .templates = templates_new(&desk->config),
        .config = &desk->config};
    posting_desk_facts(desk, lead);
    desk->parcel = (struct parcel){.channel = &desk->channel,
        .message_id = "msg_01",
        .recipient = "",
        .facts = desk->facts,
        .audience = AUDIENCE_FIRM};
    return desk;
}

void posting_desk_close(struct posting_desk *desk)
{
    http_free(desk->courier.http);
    templates_free(desk->courier.templates);
    receiver_free(desk->receiver);
    loop_free(desk->loop);
    json_decref(desk->facts);
    for (size_t i = 0; i < SECRETS_MOST; i++)
        free(desk->channel.secret_files[i]);
    free(desk->channel.secret_files);
    free(desk->channel.url);
    free(desk->conversation);
    scratch_remove(desk->folder);
    free(desk);
}

void posting_desk_use_contact(struct posting_desk *desk, const char *address)
{
    desk->contact = (struct contact){
        .uscc = "91110108MA01ABCD5X", .channel = "webhook", .address = address, .language = "", .name = ""};
    desk->parcel.contact = &desk->contact;
    desk->parcel.recipient = desk->contact.uscc;
}

void posting_desk_secret(struct posting_desk *desk, size_t which, const char *content)
{
    free(desk->channel.secret_files[which]);
    desk->channel.secret_files[which] = scratch_path(desk->folder, "secret-%zu", which);
    scratch_write(desk->channel.secret_files[which], content, strlen(content));
    if (desk->channel.secret_count <= which)
        desk->channel.secret_count = which + 1;
}

void posting_desk_facts(struct posting_desk *desk, const char *json)
{
    json_decref(desk->facts);
    desk->facts = json_loads(json, 0, NULL);
    assert_non_null(desk->facts);
    desk->parcel.facts = desk->facts;
}

static void keep_end(const struct sending_end *end, void *context)
{
    struct posting_desk *desk = context;
    desk->times++;
    desk->end = *end;
    loop_stop(desk->loop);
}

const struct sending_end *posting_desk_send(struct posting_desk *desk)
{
    desk->times = 0;
    desk->end = (struct sending_end){0};
    channel_of(desk->channel.kind)->send(&desk->courier, &desk->parcel, keep_end, desk);
    if (desk->times == 0)
        loop_run(desk->loop, false);
    assert_int_equal(desk->times, 1);
    assert_null(strstr(desk->end.text, "127.0.0.1"));
    return &desk->end;
}

const char *posting_desk_converse(struct posting_desk *desk)
{
    size_t length = 0;
    free(desk->conversation);
    desk->parcel.conversation = open_memstream(&desk->conversation, &length);
    posting_desk_send(desk);
    fclose(desk->parcel.conversation);
    desk->parcel.conversation = NULL;
    return desk->conversation;
}
