/* attach.c - what goes with a message: a calendar file for the configured deadline. */
#include "render.h"

#include "calendar_file.h"

#include "m13/memory.h"
#include "m13/text.h"

#include <stdlib.h>
#include <string.h>

static void add_attachment(struct attachment *attachments, size_t *count, const char *name, const char *type,
    char *bytes, size_t length)
{
    attachments[(*count)++] = (struct attachment){
        .name = memory_copy_string(name), .type = memory_copy_string(type), .bytes = bytes, .length = length};
}

static bool is_of_type(const json_t *facts, const char *type)
{
    return string_equal(json_string_value(json_object_get(facts, "type")), type);
}

size_t attachments_of(struct store *store, const struct config *config, const json_t *facts,
    enum alert_language language, struct attachment **ret_attachments)
{
    size_t count = 0;
    (void)store;
    *ret_attachments = memory_get_zeroed(2, sizeof **ret_attachments);
    char *calendar = is_of_type(facts, "m13.deadline") ? calendar_file_of(config, facts, language) : NULL;
    if (calendar)
        add_attachment(*ret_attachments, &count, language == ALERT_EN ? "deadline.ics" : "申报期限.ics",
            "text/calendar; charset=utf-8; method=PUBLISH", calendar, strlen(calendar));
    return count;
}

void attachments_free(struct attachment *attachments, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(attachments[i].name);
        free(attachments[i].type);
        free(attachments[i].bytes);
    }
    free(attachments);
}
