#include "merge.h"

#include "m13/memory.h"

#include <stdlib.h>
#include <string.h>

record_fields record_fields_of(const enum record_field *fields, size_t count)
{
    record_fields set = 0;
    for (size_t i = 0; i < count; i++)
        if (fields[i] < RECORD_FIELDS)
            set |= (record_fields)1 << fields[i];
    return set;
}

static bool has(record_fields set, int field)
{
    return (set >> field & 1) != 0;
}

/* --- several values of one member ------------------------------------------------------------------------
 */

struct value {
    const char *bytes;
    size_t length;
};

struct value_list {
    struct value *items;
    size_t count, capacity;
};

static int compare_values(const void *left, const void *right)
{
    const struct value *a = left, *b = right;
    int order = memcmp(a->bytes, b->bytes, a->length < b->length ? a->length : b->length);
    return order != 0 ? order : (a->length > b->length) - (a->length < b->length);
}

static void add_values(struct value_list *list, const char *joined)
{
    while (*joined != '\0') {
        const char *end = strstr(joined, MERGE_SEPARATOR);
        size_t length = end != NULL ? (size_t)(end - joined) : strlen(joined);
        if (length > 0) {
            MEMORY_GROW(list->items, list->count, list->capacity);
            list->items[list->count++] = (struct value){joined, length};
        }
        joined += length + (end != NULL ? strlen(MERGE_SEPARATOR) : 0);
    }
}

static void sort_values(struct value_list *list)
{
    size_t kept = 0;
    if (list->count > 1)
        qsort(list->items, list->count, sizeof *list->items, compare_values);
    for (size_t i = 0; i < list->count; i++)
        if (kept == 0 || compare_values(&list->items[kept - 1], &list->items[i]) != 0)
            list->items[kept++] = list->items[i];
    list->count = kept;
}

static void append_values(const struct value_list *list, struct text *out)
{
    for (size_t i = 0; i < list->count; i++) {
        text_append_string(out, i > 0 ? MERGE_SEPARATOR : NULL);
        text_append(out, list->items[i].bytes, list->items[i].length);
    }
}

static bool have_same_values(const char *a, const char *b)
{
    struct value_list list_a = {0}, list_b = {0};
    add_values(&list_a, a);
    add_values(&list_b, b);
    sort_values(&list_a);
    sort_values(&list_b);
    bool same = list_a.count == list_b.count;
    for (size_t i = 0; same && i < list_a.count; i++)
        same = compare_values(&list_a.items[i], &list_b.items[i]) == 0;
    free(list_a.items);
    free(list_b.items);
    return same;
}

bool merge_is_same(const struct record *a, const struct record *b)
{
    for (int field = 0; field < RECORD_FIELDS; field++) {
        const char *of_a = a->value[field], *of_b = b->value[field];
        if (string_equal(of_a, of_b))
            continue;
        if (strstr(of_a, MERGE_SEPARATOR) == NULL || strstr(of_b, MERGE_SEPARATOR) == NULL ||
            !have_same_values(of_a, of_b))
            return false;
    }
    return true;
}

/* --- rows of one poll ------------------------------------------------------------------------------------
 */

static struct date date_of(const char *iso)
{
    struct date date;
    return date_parse(iso, DATE_FORM_ISO, &date) == 0 ? date : DATE_NONE;
}

static int compare_days(int32_t a, int32_t b)
{
    return (a > b) - (a < b);
}

/* No value comes before any; of two dates the one that ends later is the later one. */
static int compare_member(enum record_field field, const char *a, const char *b)
{
    int order = 0;
    if (record_member(field)->kind == RECORD_KIND_DATE)
        order = compare_days(date_of(a).last, date_of(b).last);
    return order != 0 ? order : strcmp(a, b);
}

static size_t latest_row(const struct feed_repeated *repeated, const struct merge_row *rows, size_t count)
{
    enum record_field field = repeated->latest_by;
    size_t latest = 0;
    for (size_t i = 1; i < count; i++) {
        int order = field < RECORD_FIELDS
                        ? compare_member(field, rows[i].record.value[field], rows[latest].record.value[field])
                        : 0;
        if (order == 0)
            order = strcmp(rows[i].line, rows[latest].line);
        if (order > 0)
            latest = i;
    }
    return latest;
}

/* No date is none; of two that begin alike the order of their texts tells. */
static bool is_earlier(const char *date, const char *than)
{
    if (*date == '\0' || *than == '\0')
        return *date != '\0';
    int order = compare_days(date_of(date).first, date_of(than).first);
    return order < 0 || (order == 0 && strcmp(date, than) < 0);
}

/* The same number, given twice: by two certifiers to two makers, say. */
static bool is_of_another(
    const struct feed_repeated *repeated, const struct record *record, const struct record *than)
{
    bool another = repeated->apart_count > 0;
    for (size_t i = 0; another && i < repeated->apart_count; i++)
        another = !string_equal(record->value[repeated->apart[i]], than->value[repeated->apart[i]]);
    return another;
}

static const char *earliest_date(const struct feed_repeated *repeated, enum record_field field,
    const struct merge_row *rows, size_t count, size_t latest)
{
    const char *earliest = "";
    for (size_t i = 0; i < count; i++)
        if (!is_of_another(repeated, &rows[i].record, &rows[latest].record) &&
            is_earlier(rows[i].record.value[field], earliest))
            earliest = rows[i].record.value[field];
    return earliest;
}

bool merge_keep_earliest(
    const struct feed_repeated *repeated, const struct record *before, struct record *now)
{
    bool kept = false, another = is_of_another(repeated, before, now);
    for (size_t i = 0; !another && i < repeated->earliest_count; i++) {
        enum record_field field = repeated->earliest[i];
        if (is_earlier(before->value[field], now->value[field])) {
            now->value[field] = before->value[field];
            kept = true;
        }
    }
    return kept;
}

bool merge_keep_unread(const struct record *before, struct record *now)
{
    bool kept = false;
    for (int field = 0; field < RECORD_FIELDS; field++) {
        bool may_be_unread = field == RECORD_COUNTRY || record_member(field)->kind == RECORD_KIND_DATE;
        if (may_be_unread && *now->value[field] == '\0' && *before->value[field] != '\0') {
            now->value[field] = before->value[field];
            kept = true;
        }
    }
    return kept;
}

static char *joined_values(enum record_field field, const struct merge_row *rows, size_t count)
{
    struct value_list list = {0};
    struct text joined = TEXT_WITH_CEILING(SIZE_MAX / 2);
    for (size_t i = 0; i < count; i++)
        add_values(&list, rows[i].record.value[field]);
    sort_values(&list);
    append_values(&list, &joined);
    free(list.items);
    return joined.length > 0 ? text_take(&joined) : memory_copy_string("");
}

enum { JOINED_MOST = sizeof((struct feed_repeated *)0)->joined / sizeof(enum record_field) };

size_t merge_rows(
    const struct feed_repeated *repeated, const struct merge_row *rows, size_t count, struct text *out)
{
    size_t latest = latest_row(repeated, rows, count);
    char *joined[JOINED_MOST];
    struct record merged = rows[latest].record;
    for (size_t i = 0; i < repeated->earliest_count; i++)
        merged.value[repeated->earliest[i]] =
            earliest_date(repeated, repeated->earliest[i], rows, count, latest);
    for (size_t i = 0; i < repeated->joined_count; i++)
        merged.value[repeated->joined[i]] = joined[i] = joined_values(repeated->joined[i], rows, count);
    for (size_t i = 0; i < count; i++)
        if (is_of_another(repeated, &rows[i].record, &rows[latest].record)) {
            merged.value[RECORD_STATUS] = "unknown";
            merged.value[RECORD_SOURCE_STATUS] = "this number stands for several approvals";
        }
    record_write(&merged, out);
    for (size_t i = 0; i < repeated->joined_count; i++)
        free(joined[i]);
    return latest;
}

/* --- records of several feeds ----------------------------------------------------------------------------
 */

int merge_compare_sources(const void *left, const void *right)
{
    const struct merge_source *a = *(const struct merge_source *const *)left;
    const struct merge_source *b = *(const struct merge_source *const *)right;
    if (a->defined != b->defined)
        return a->defined ? -1 : 1;
    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    return strcmp(a->feed, b->feed);
}

/* Where a maker is, and by which numbers of its own it is known (those that list it are the listing firm's).
 */
static bool tells_of_maker(int field)
{
    static const bool of_maker[RECORD_FIELDS] = {
        [RECORD_COUNTRY] = true,
        [RECORD_STATE] = true,
        [RECORD_CITY] = true,
        [RECORD_POSTCODE] = true,
        [RECORD_ADDRESS] = true,
        [RECORD_SRN] = true,
        [RECORD_FEI] = true,
        [RECORD_OWNER_OPERATOR] = true,
    };
    return of_maker[field];
}

/* A list of evidence may name another firm, a contract maker say: its city is not the maker's. */
static bool names_another(const struct merge_source *source, const char *maker)
{
    const char *named = source->record.value[RECORD_MANUFACTURER];
    return *named != '\0' && strcasecmp(named, maker) != 0;
}

static const char *first_value(
    const struct merge_source *const *in_order, size_t count, int field, const char *maker, bool of_winners)
{
    for (size_t i = 0; i < count; i++) {
        const struct merge_source *source = in_order[i];
        if (tells_of_maker(field) && names_another(source, maker))
            continue;
        if ((!of_winners || (source->defined && has(source->wins, field))) &&
            *source->record.value[field] != '\0')
            return source->record.value[field];
    }
    return "";
}

static const char *merged_value(
    const struct merge_source *const *in_order, size_t count, int field, const char *maker)
{
    const char *value = first_value(in_order, count, field, maker, true);
    return *value != '\0' ? value : first_value(in_order, count, field, maker, false);
}

void merge_sources(const struct merge_source *const *in_order, size_t count, struct text *out)
{
    struct record merged = {.decision = DATE_NONE};
    const char *maker = merged_value(in_order, count, RECORD_MANUFACTURER, "");
    for (int field = 0; field < RECORD_FIELDS; field++)
        merged.value[field] = merged_value(in_order, count, field, maker);
    record_write(&merged, out);
}
