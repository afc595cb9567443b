/* view.c - the facts of a message, made ready for words. */
#include "view.h"

#include "m13/casework.h"
#include "m13/clock.h"
#include "m13/limits.h"
#include "m13/measure13.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *string_at(const json_t *object, const char *key)
{
    const char *value = json_string_value(json_object_get(object, key));
    return value ? value : "";
}

static void set_string(json_t *object, const char *key, const char *suffix, const char *value)
{
    char name[64];
    snprintf(name, sizeof name, "%s%s", key, suffix);
    json_object_set_new(object, name, json_string(value));
}

/* --- a copy that a person can read -----------------------------------------------------------------------
 */

static json_t *readable_string(const char *value)
{
    struct text cut = TEXT_WITH_CEILING(LIMIT_MESSAGE_VALUE + 8);
    text_append(&cut, value, utf8_cut(value, LIMIT_MESSAGE_VALUE));
    text_append_string(&cut, "…");
    json_t *string = json_string(text_string(&cut));
    text_free(&cut);
    return string;
}

/* What takes the place of a member, or NULL; containers in it come next. */
static json_t *shortened(json_t *value, json_t *ret_inner)
{
    if (json_is_object(value) || json_is_array(value))
        json_array_append(ret_inner, value);
    return json_is_string(value) && json_string_length(value) > LIMIT_MESSAGE_VALUE
               ? readable_string(json_string_value(value))
               : NULL;
}

/* Of a list in a list fewer: a message of many cases stays a message. */
static void shorten_list(json_t *list, int depth)
{
    size_t most = depth < 2 ? LIMIT_MESSAGE_LIST : LIMIT_MESSAGE_INNER_LIST;
    while (json_array_size(list) > most)
        json_array_remove(list, json_array_size(list) - 1);
}

static void count_list(json_t *counts, const char *key, size_t whole, size_t shown)
{
    char name[64];
    if (strlen(key) > 40)
        return;
    snprintf(name, sizeof name, "%s_count", key);
    json_object_set_new(counts, name, json_integer((json_int_t)whole));
    snprintf(name, sizeof name, "%s_more", key);
    json_object_set_new(counts, name, json_integer((json_int_t)(whole - shown)));
}

static void shorten_members(json_t *object, int depth, json_t *ret_inner)
{
    json_t *counts = json_object(), *member, *instead;
    const char *key;
    json_object_foreach(object, key, member)
    {
        size_t whole = json_array_size(member);
        if (json_is_array(member)) {
            shorten_list(member, depth);
            count_list(counts, key, whole, json_array_size(member));
        }
        if ((instead = shortened(member, ret_inner)))
            json_object_iter_set_new(object, json_object_key_to_iter(key), instead);
    }
    json_object_update_new(object, counts);
}

static void shorten_items(json_t *list, json_t *ret_inner)
{
    json_t *item, *instead;
    size_t i;
    json_array_foreach(list, i, item) if ((instead = shortened(item, ret_inner)))
        json_array_set_new(list, i, instead);
}

/* Level by level: facts lie in each other four deep, and whatever lies deeper is not shown by any template.
 */
static json_t *readable(const json_t *facts)
{
    json_t *copy = json_deep_copy(facts), *level = json_pack("[O]", copy), *one;
    for (int depth = 0; depth < LIMIT_TEMPLATE_DEPTH && json_array_size(level); depth++) {
        json_t *inner = json_array();
        size_t i;
        json_array_foreach(level, i, one)
        {
            if (json_is_object(one))
                shorten_members(one, depth, inner);
            else
                shorten_items(one, inner);
        }
        json_decref(level);
        level = inner;
    }
    json_decref(level);
    return copy;
}

/* --- dates in words --------------------------------------------------------------------------------------
 */

static const char *const months[] = {"January", "February", "March", "April", "May", "June", "July", "August",
    "September", "October", "November", "December"};

static void year_words(const int *part, bool english, char *out, size_t size)
{
    snprintf(out, size, english ? "%d (the register gives the year alone)" : "%d年（登记信息仅载明年份）",
        part[0]);
}

static void month_words(const int *part, bool english, char *out, size_t size)
{
    if (english)
        snprintf(out, size, "%s %d (the register gives no day)", months[part[1] - 1], part[0]);
    else
        snprintf(out, size, "%d年%d月（登记信息仅载明月份）", part[0], part[1]);
}

static void day_words(const int *part, bool english, char *out, size_t size)
{
    if (english)
        snprintf(out, size, "%d %s %d", part[2], months[part[1] - 1], part[0]);
    else
        snprintf(out, size, "%d年%d月%d日", part[0], part[1], part[2]);
}

void view_date(const char *iso, bool english, char *out, size_t size)
{
    struct date date;
    int part[3];
    *out = '\0';
    if (date_parse(iso, DATE_FORM_ISO, &date) < 0) {
        /* FIRST/LAST, and what is no date of ours, as it is. */
        snprintf(out, size, "%s", iso);
        return;
    }
    day_to_civil(date.first, &part[0], &part[1], &part[2]);
    if (string_equal(date_precision(date), "year"))
        year_words(part, english, out, size);
    else if (string_equal(date_precision(date), "month"))
        month_words(part, english, out, size);
    else
        day_words(part, english, out, size);
}

static void set_date(json_t *object, const char *key)
{
    char zh[128], en[128], at[CLOCK_STRING_BYTES];
    int64_t wall;
    const char *value = string_at(object, key);
    if (!*value)
        return;
    if (clock_parse(value, &wall) == 0) {
        clock_format_beijing(wall, at);
        snprintf(zh, sizeof zh, "%s（北京时间）", at);
        snprintf(en, sizeof en, "%s (Beijing time)", at);
    } else {
        view_date(value, false, zh, sizeof zh);
        view_date(value, true, en, sizeof en);
    }
    set_string(object, key, "_zh", zh);
    set_string(object, key, "_en", en);
}

/* --- words and flags of codes ------------------------------------------------------------------------------
 */

static void set_flag(json_t *object, const char *code)
{
    char name[64];
    int length = snprintf(name, sizeof name, "is_%s", code);
    for (int i = 0; i < length && i < (int)sizeof name; i++)
        if (name[i] == '-')
            name[i] = '_';
    if (*code)
        json_object_set_new(object, name, json_true());
}

static void set_words(json_t *object, const char *key, const struct name_entry *table, size_t count)
{
    const struct name_entry *entry = name_find(table, count, string_at(object, key));
    if (!entry)
        return;
    set_string(object, key, "_zh", entry->zh);
    set_string(object, key, "_en", entry->en);
}

static void complete_case(json_t *told)
{
    size_t i;
    json_t *near;
    set_date(told, "decision_date");
    set_date(told, "told_before");
    json_array_foreach(json_object_get(told, "near"), i, near) set_date(near, "date_by");
    set_words(told, "old_verdict", verdict_names, VERDICT_ELIGIBLE + 1);
    set_words(told, "stage", case_stage_names, CASE_STAGES);
    set_flag(told, string_at(told, "event"));
    set_flag(told, string_at(told, "verdict"));
}

static void complete_cases(json_t *view)
{
    size_t i;
    json_t *told;
    json_array_foreach(json_object_get(view, "cases"), i, told)
    {
        complete_case(told);
        if (json_is_true(json_object_get(told, "first_load")))
            json_object_set_new(view, "any_first_load", json_true());
        if (json_array_size(json_object_get(told, "missing")))
            json_object_set_new(view, "any_missing", json_true());
        if (string_equal(string_at(told, "verdict"), "eligible"))
            json_object_set_new(view, "any_eligible", json_true());
    }
}

static void complete_list(json_t *view, const char *list)
{
    size_t i;
    json_t *item;
    json_array_foreach(json_object_get(view, list), i, item) set_date(item, "since");
}

static json_t *desk_of(const struct config *config)
{
    const char *const parts[][2] = {{"name", config->alerts.desk.name}, {"phone", config->alerts.desk.phone},
        {"mail", config->alerts.desk.mail}, {"address", config->alerts.desk.address}};
    json_t *desk = json_object();
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i][1])
            set_string(desk, parts[i][0], "", parts[i][1]);
    return desk;
}

json_t *view_of(const struct config *config, const json_t *facts, bool attached)
{
    static const char *const lists[] = {"silent", "unreachable", "dead", "raised", "standing", "healed"};
    json_t *view = readable(facts);
    const char *type = string_at(view, "type");
    set_date(view, "timestamp");
    set_date(json_object_get(view, "deadline"), "day");
    complete_cases(view);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        complete_list(view, lists[i]);
    set_flag(view, string_starts(type, "m13.") ? type + strlen("m13.") : type);
    json_object_set_new(view, "desk", desk_of(config));
    json_object_set_new(view, "attached", json_boolean(attached));
    return view;
}

/* --- for robots of firms -----------------------------------------------------------------------------------
 */

/* Of an object the members that are named, and no other. */
static json_t *picked(const json_t *from, const struct template_member *members)
{
    json_t *to = json_object();
    for (; members->name; members++) {
        json_t *value = json_object_get(from, members->name);
        if (value && !json_is_object(value) && !json_is_array(value))
            json_object_set(to, members->name, value);
    }
    return to;
}

static json_t *picked_items(const json_t *list, const struct template_member *members)
{
    json_t *to = json_array();
    for (size_t i = 0; i < json_array_size(list); i++)
        json_array_append_new(to, picked(json_array_get(list, i), members));
    return to;
}

json_t *view_public(const struct config *config, const json_t *facts)
{
    json_t *view = view_of(config, facts, false), *shown = picked(view, view_public_members);
    for (const struct template_member *member = view_public_members; member->name; member++) {
        const json_t *value = json_object_get(view, member->name);
        if (member->members)
            json_object_set_new(shown, member->name,
                json_is_array(value) ? picked_items(value, member->members) : picked(value, member->members));
    }
    json_decref(view);
    return shown;
}
