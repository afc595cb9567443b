/* alarms.c - the alarms to the operator that are open: also told here, since no channel need exist for him.
 */
#include "ctl.h"

#include "m13/clock.h"

#include <stdio.h>

void alarms_gather(struct ctl *ctl, json_t *into)
{
    json_t *alarms = json_array();
    struct query *q = query(ctl->store,
        "SELECT kind, subject, strftime('%Y-%m-%dT%H:%M:%SZ', seen_at / 1000, 'unixepoch'), "
        "times, detail_zh, detail_en FROM alarm "
        "WHERE healed_at IS NULL AND gone_at IS NULL ORDER BY id");
    while (query_next(q))
        json_array_append_new(
            alarms, json_pack("{s:s, s:s, s:s, s:I, s:s, s:s}", "kind", query_text(q, 0), "subject",
                        query_text(q, 1), "since", query_text(q, 2), "times", (json_int_t)query_integer(q, 3),
                        "detail_zh", query_text(q, 4), "detail_en", query_text(q, 5)));
    json_object_set_new(into, "alarms", alarms);
}

void alarms_print(struct ctl *ctl, const json_t *status)
{
    size_t i;
    json_t *alarm;
    json_array_foreach(json_object_get(status, "alarms"), i, alarm)
    {
        const char *words =
            json_string_value(json_object_get(alarm, ctl->english ? "detail_en" : "detail_zh"));
        printf("  ! %s\n", words != NULL ? words : "");
    }
}
