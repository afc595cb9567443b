#include "m13/record.h"

#include "m13/limits.h"
#include "m13/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct record_member members[RECORD_FIELDS] = {
    [RECORD_AUTHORITY] = {"authority", RECORD_KIND_CODE, false},
    [RECORD_NUMBER] = {"number", RECORD_KIND_TEXT, false},
    [RECORD_PARENT] = {"parent", RECORD_KIND_TEXT, false},
    [RECORD_ROUTE] = {"route", RECORD_KIND_CODE, false},
    [RECORD_STATUS] = {"status", RECORD_KIND_CODE, false},
    [RECORD_MANUFACTURER] = {"manufacturer", RECORD_KIND_TEXT, false},
    [RECORD_HOLDER] = {"holder", RECORD_KIND_TEXT, false},
    [RECORD_COUNTRY] = {"country", RECORD_KIND_CODE, false},
    [RECORD_STATE] = {"state", RECORD_KIND_TEXT, false},
    [RECORD_CITY] = {"city", RECORD_KIND_TEXT, false},
    [RECORD_POSTCODE] = {"postcode", RECORD_KIND_TEXT, false},
    [RECORD_ADDRESS] = {"address", RECORD_KIND_TEXT, false},
    [RECORD_DEVICE] = {"device", RECORD_KIND_TEXT, false},
    [RECORD_BRAND] = {"brand", RECORD_KIND_TEXT, false},
    [RECORD_MODELS] = {"models", RECORD_KIND_TEXT, false},
    [RECORD_PRODUCT_CODE] = {"product_code", RECORD_KIND_TEXT, false},
    [RECORD_DEVICE_CLASS] = {"device_class", RECORD_KIND_TEXT, false},
    [RECORD_DECISION_DATE] = {"decision_date", RECORD_KIND_DATE, false},
    [RECORD_RECEIVED_DATE] = {"received_date", RECORD_KIND_DATE, false},
    [RECORD_VALID_FROM] = {"valid_from", RECORD_KIND_DATE, false},
    [RECORD_VALID_TO] = {"valid_to", RECORD_KIND_DATE, false},
    [RECORD_PREDECESSOR] = {"predecessor", RECORD_KIND_TEXT, false},
    [RECORD_SRN] = {"srn", RECORD_KIND_TEXT, true},
    [RECORD_FEI] = {"fei", RECORD_KIND_TEXT, true},
    [RECORD_OWNER_OPERATOR] = {"owner_operator", RECORD_KIND_TEXT, true},
    [RECORD_UDI_DI] = {"udi_di", RECORD_KIND_TEXT, false},
    [RECORD_REPRESENTATIVE] = {"representative", RECORD_KIND_TEXT, false},
    [RECORD_TERM] = {"term", RECORD_KIND_TEXT, false},
    [RECORD_SCOPE] = {"scope", RECORD_KIND_TEXT, false},
    [RECORD_LISTED_FEI] = {"listed_fei", RECORD_KIND_TEXT, true},
    [RECORD_LISTED_OWNER_OPERATOR] = {"listed_owner_operator", RECORD_KIND_TEXT, true},
    [RECORD_CREATED] = {"created", RECORD_KIND_DATE, false},
    [RECORD_DETAIL] = {"detail", RECORD_KIND_TEXT, false},
    [RECORD_URL] = {"url", RECORD_KIND_TEXT, false},
    [RECORD_SOURCE_STATUS] = {"source_status", RECORD_KIND_TEXT, false},
    [RECORD_SOURCE_ROUTE] = {"source_route", RECORD_KIND_TEXT, false},
    [RECORD_SOURCE_REASON] = {"source_reason", RECORD_KIND_TEXT, false},
};

const struct record_member *record_member(enum record_field field)
{
    return &members[field];
}

int record_field_by_name(const char *name)
{
    for (int field = 0; field < RECORD_FIELDS; field++)
        if (strcmp(members[field].name, name) == 0)
            return field;
    return -1;
}

/* Reading. A value is undone in place, in the record's copy of the line: it never grows. The copy ends with a
 * NUL, which no string may hold, so scanning needs no other bound. */

/* The control byte written as \u00XX at `hex`, in the one spelling that text_append_json() has; else -1. */
static int control_byte(const char *hex)
{
    static const char digits[] = "0123456789abcdef";
    if (hex[0] != '0' || hex[1] != '0' || (hex[2] != '0' && hex[2] != '1') || hex[3] == '\0')
        return -1;
    const char *low = strchr(digits, hex[3]);
    if (low == NULL)
        return -1;
    int byte = (hex[2] - '0') * 16 + (int)(low - digits);
    return byte == 0 || strchr("\b\f\n\r\t", byte) != NULL ? -1 : byte;
}

/* Undoes the escape whose letter is at *cursor, which moves behind it; -1 when the writer has no such. */
static int unescape(const char **cursor)
{
    static const char letters[] = "\"\\bfnrt", bytes[] = "\"\\\b\f\n\r\t";
    char letter = **cursor;
    if (letter == 'u') {
        int byte = control_byte(*cursor + 1);
        *cursor += byte != -1 ? 5 : 0;
        return byte;
    }
    const char *found = letter != '\0' ? strchr(letters, letter) : NULL;
    *cursor += found != NULL ? 1 : 0;
    return found != NULL ? bytes[found - letters] : -1;
}

static bool is_plain(char byte)
{
    return byte != '"' && byte != '\\' && (unsigned char)byte >= 0x20;
}

/* From behind the opening quote to behind the closing one, or NULL; the value becomes a C string. An empty
 * one would have been left out by the writer. */
static char *read_value(char *value)
{
    char *to = value;
    while (is_plain(*to))
        to++;
    const char *from = to;
    while (*from != '"') {
        if (is_plain(*from)) {
            *to++ = *from++;
            continue;
        }
        int byte = *from++ == '\\' ? unescape(&from) : -1;
        if (byte == -1)
            return NULL;
        *to++ = (char)byte;
    }
    char *behind = value + (from - value) + 1;
    *to = '\0';
    return to > value ? behind : NULL;
}

/* The field whose quoted name and colon stand at `cursor`, among those from `field` on; or RECORD_FIELDS. */
static int field_at(const char *cursor, int field)
{
    for (; field < RECORD_FIELDS; field++) {
        size_t length = strlen(members[field].name);
        if (strncmp(cursor, members[field].name, length) == 0 && cursor[length] == '"')
            break;
    }
    return field;
}

/* Members come in wire order, so that one set of facts has one line and one hash. */
static bool read_members(char *cursor, struct record *record)
{
    if (strcmp(cursor, "{}") == 0)
        return true;
    for (int field = 0; *cursor == (field == 0 ? '{' : ','); field++) {
        if (cursor[1] != '"')
            return false;
        field = field_at(cursor + 2, field);
        if (field == RECORD_FIELDS)
            return false;
        cursor += 2 + strlen(members[field].name) + 1;
        if (cursor[0] != ':' || cursor[1] != '"')
            return false;
        record->value[field] = cursor + 2;
        cursor = read_value(cursor + 2);
        if (cursor == NULL)
            return false;
    }
    return strcmp(cursor, "}") == 0;
}

static bool read_dates(struct record *record)
{
    for (int field = 0; field < RECORD_FIELDS; field++) {
        struct date date;
        if (members[field].kind != RECORD_KIND_DATE || record->value[field][0] == '\0')
            continue;
        if (date_parse(record->value[field], DATE_FORM_ISO, &date) < 0)
            return false;
        if (field == RECORD_DECISION_DATE)
            record->decision = date;
    }
    return true;
}

int record_read(const char *line, size_t length, struct record *ret_record)
{
    if (length > 0 && line[length - 1] == '\n')
        length--;
    if (length > LIMIT_RECORD_BYTES || memchr(line, '\0', length) != NULL || !utf8_is_valid(line, length))
        return -EINVAL;

    struct record record = {.decision = DATE_NONE, .memory = memory_copy_bytes(line, length)};
    for (int field = 0; field < RECORD_FIELDS; field++)
        record.value[field] = "";
    if (!read_members(record.memory, &record) || !read_dates(&record)) {
        record_release(&record);
        return -EINVAL;
    }
    *ret_record = record;
    return 0;
}

void record_write(const struct record *record, struct text *out)
{
    char separator = '{';
    for (int field = 0; field < RECORD_FIELDS; field++) {
        if (record->value[field][0] == '\0')
            continue;
        text_append_character(out, separator);
        text_append_character(out, '"');
        text_append_string(out, members[field].name);
        text_append(out, "\":", 2);
        text_append_json(out, record->value[field]);
        separator = ',';
    }
    text_append_string(out, separator == '{' ? "{}" : "}");
}

void record_release(struct record *record)
{
    free(record->memory);
    record->memory = NULL;
    for (int field = 0; field < RECORD_FIELDS; field++)
        record->value[field] = "";
    record->decision = DATE_NONE;
}
