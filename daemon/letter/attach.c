/* attach.c - what goes with a message to a firm: the forms of what is missing, and a calendar file for the
 * configured deadline. */
#include "calendar_file.h"

#include "m13/letter.h"
#include "m13/limits.h"
#include "m13/log.h"
#include "m13/memory.h"
#include "m13/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ATTACHMENTS_MOST = 2 };
#define WORKBOOK "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#define CALENDAR "text/calendar; charset=utf-8; method=PUBLISH"

static const char *string_at(const json_t *object, const char *key)
{
    const char *value = json_string_value(json_object_get(object, key));
    return value ? value : "";
}

static bool is_of_type(const json_t *facts, const char *type)
{
    return string_equal(string_at(facts, "type"), type);
}

static bool asks_firm(const json_t *facts)
{
    return string_equal(string_at(facts, "audience"), "firm") &&
           (is_of_type(facts, "m13.lead") || is_of_type(facts, "m13.reminder") ||
               is_of_type(facts, "m13.deadline")) &&
           json_array_size(json_object_get(facts, "cases")) > 0;
}

/* --- the workbook ------------------------------------------------------------------------------------------
 */

static char *read_workbook(const char *path, size_t *ret_length)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return NULL;
    char *bytes = memory_get_zeroed(1, LIMIT_ATTACHMENT_BYTES + 1);
    *ret_length = fread(bytes, 1, LIMIT_ATTACHMENT_BYTES + 1, file);
    bool good = !ferror(file) && *ret_length > 0 && *ret_length <= LIMIT_ATTACHMENT_BYTES;
    fclose(file);
    if (good)
        return memory_resize(bytes, *ret_length, 1);
    free(bytes);
    errno = EFBIG;
    return NULL;
}

/* libxlsxwriter writes files: one in the state folder, gone when it was read. */
static char *workbook_of(
    struct store *store, const struct config *config, const json_t *facts, size_t *ret_length)
{
    struct failure failure = {0};
    char *path = path_join(config->state, "attachment.xlsx"), *bytes = NULL;
    int r = forms_for_cases(store, config, string_at(json_object_get(facts, "firm"), "uscc"),
        json_object_get(facts, "cases"), path, &failure);
    if (r == 0 && !(bytes = read_workbook(path, ret_length)))
        fail(&failure, -errno, "%s: %s", path, strerror(errno));
    if (!bytes)
        log_warning("message %s goes without its forms: %s", string_at(facts, "id"), failure.text);
    unlink(path);
    free(path);
    return bytes;
}

/* --- all ---------------------------------------------------------------------------------------------------
 */

static void add_attachment(struct attachment *attachments, size_t *count, const char *name, const char *type,
    char *bytes, size_t length)
{
    if (bytes)
        attachments[(*count)++] =
            (struct attachment){memory_copy_string(name), memory_copy_string(type), bytes, length};
}

size_t attachments_of(struct store *store, const struct config *config, const json_t *facts,
    enum alert_language language, struct attachment **ret_attachments)
{
    size_t count = 0, length = 0;
    bool english = language == ALERT_EN;
    *ret_attachments = memory_get_zeroed(ATTACHMENTS_MOST, sizeof **ret_attachments);
    char *workbook = asks_firm(facts) ? workbook_of(store, config, facts, &length) : NULL;
    add_attachment(*ret_attachments, &count, english ? "measure13-forms.xlsx" : "第13条-请填写.xlsx",
        WORKBOOK, workbook, length);
    char *calendar = asks_firm(facts) && is_of_type(facts, "m13.deadline")
                         ? calendar_file_of(config, facts, language)
                         : NULL;
    add_attachment(*ret_attachments, &count, english ? "deadline.ics" : "申报期限.ics", CALENDAR, calendar,
        calendar ? strlen(calendar) : 0);
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
