/* calendar_file.c - RFC 5545: lines end with CR LF and are folded at 75 bytes, text is escaped. */
#include "calendar_file.h"

#include "template.h"

#include "m13/clock.h"
#include "m13/date.h"
#include "m13/digest.h"
#include "m13/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FOLD_BYTES = 75, CALENDAR_BYTES = 64 * 1024, UID_DIGITS = 32 };

static const char *string_at(const json_t *object, const char *key)
{
    const char *value = json_string_value(json_object_get(object, key));
    return value ? value : "";
}

/* A long line goes on behind a blank (3.1); never within a character. */
static void add_line(struct text *out, const char *line)
{
    size_t left = strlen(line), most = FOLD_BYTES;
    while (left > most) {
        size_t length = utf8_cut(line, most);
        text_append(out, line, length);
        text_append_string(out, "\r\n ");
        line += length;
        left -= length;
        most = FOLD_BYTES - 1;
    }
    text_append_string(out, line);
    text_append_string(out, "\r\n");
}

/* 3.3.11: backslash, semicolon and comma are escaped; a line end is `\n`. */
static void add_text_property(struct text *out, const char *name, const char *value)
{
    struct text line = TEXT_WITH_CEILING(CALENDAR_BYTES);
    text_append_format(&line, "%s:", name);
    for (const char *c = value; *c; c++) {
        if (*c == '\n') {
            text_append_string(&line, "\\n");
            continue;
        }
        text_append_string(&line, strchr("\\;,", *c) ? "\\" : "");
        text_append_character(&line, *c);
    }
    add_line(out, text_string(&line));
    text_free(&line);
}

static void add_day(struct text *out, const char *name, int32_t day)
{
    int year, month, of_month;
    char line[64];
    day_to_civil(day, &year, &month, &of_month);
    snprintf(line, sizeof line, "%s;VALUE=DATE:%04d%02d%02d", name, year, month, of_month);
    add_line(out, line);
}

/* The time of the message: the same each time that it is sent. */
static void add_stamp(struct text *out, const json_t *facts)
{
    int64_t wall = 0;
    char at[CLOCK_STRING_BYTES], line[64];
    (void)clock_parse(string_at(facts, "timestamp"), &wall);
    clock_format(wall, at);
    snprintf(line, sizeof line, "DTSTAMP:%.4s%.2s%.2sT%.2s%.2s%.2sZ", at, at + 5, at + 8, at + 11, at + 14,
        at + 17);
    add_line(out, line);
}

/* By the deadline's name and the firm: a calendar moves the event when the bureau has moved the day. */
static void add_uid(struct text *out, const struct config *config, const json_t *facts)
{
    char hex[DIGEST_HEX_BYTES], line[96];
    struct text seed = TEXT_WITH_CEILING(8192);
    text_append_format(&seed, "m13d deadline|%s|%s", config->alerts.deadline.name,
        string_at(json_object_get(facts, "firm"), "uscc"));
    digest_hex_of(text_string(&seed), seed.length, hex);
    snprintf(line, sizeof line, "UID:%.*s@m13d", UID_DIGITS, hex);
    add_line(out, line);
    text_free(&seed);
}

static void add_clean(struct text *out, const char *value)
{
    template_neutralise(value, strlen(value), out);
}

static void add_words(struct text *out, const struct config *config, const json_t *facts, bool english)
{
    struct text summary = TEXT_WITH_CEILING(4096), description = TEXT_WITH_CEILING(CALENDAR_BYTES / 4);
    size_t i;
    json_t *told;
    text_append_string(&summary, english ? "[Measure 13] " : "【第13条】");
    add_clean(&summary, config->alerts.deadline.name);
    text_append_string(&description, english ? "Leads:" : "线索：");
    json_array_foreach(json_object_get(facts, "cases"), i, told)
    {
        text_append_character(&description, '\n');
        add_clean(&description, string_at(told, "case_id"));
        text_append_character(&description, ' ');
        add_clean(&description, string_at(told, "authority"));
        text_append_character(&description, ' ');
        add_clean(&description, string_at(told, "number"));
    }
    if (config->alerts.desk.phone && *config->alerts.desk.phone) {
        text_append_string(&description, english ? "\nTelephone: " : "\n咨询电话：");
        add_clean(&description, config->alerts.desk.phone);
    }
    add_text_property(out, "SUMMARY", text_string(&summary));
    add_text_property(out, "DESCRIPTION", text_string(&description));
    add_line(out, "BEGIN:VALARM");
    add_line(out, "ACTION:DISPLAY");
    add_text_property(out, "DESCRIPTION", text_string(&summary));
    add_line(out, "TRIGGER:-P3D");
    add_line(out, "END:VALARM");
    text_free(&summary);
    text_free(&description);
}

char *calendar_file_of(const struct config *config, const json_t *facts, enum alert_language language)
{
    int32_t day = config->alerts.deadline.day;
    if (day == DAY_NONE || !config->alerts.deadline.name)
        return NULL;
    struct text out = TEXT_WITH_CEILING(CALENDAR_BYTES);
    add_line(&out, "BEGIN:VCALENDAR");
    add_line(&out, "VERSION:2.0");
    add_line(&out, "PRODID:-//m13d//Measure 13//ZH");
    add_line(&out, "CALSCALE:GREGORIAN");
    add_line(&out, "METHOD:PUBLISH");
    add_line(&out, "BEGIN:VEVENT");
    add_uid(&out, config, facts);
    add_stamp(&out, facts);
    add_day(&out, "DTSTART", day);
    add_day(&out, "DTEND", day + 1); /* not included: 3.6.1 */
    add_line(&out, "TRANSP:TRANSPARENT");
    add_words(&out, config, facts, language == ALERT_EN);
    add_line(&out, "END:VEVENT");
    add_line(&out, "END:VCALENDAR");
    return text_take(&out);
}
