#include "editions.h"

#include "award.h"

#include "m13/memory.h"

#include <stdlib.h>
#include <string.h>

/* All sets of a firm, one behind the other. */
struct policy_editions {
    struct policy_editions *next;
    struct policy_parameters parameters; /* its strings and lists are those of the configuration */
};

/* --- one parameter -------------------------------------------------------------------------------------- */

static const struct parameter_source *source_at(const struct policy_parameters *values, size_t begin)
{
    return (const struct parameter_source *)(const void *)((const char *)values + begin);
}

bool editions_is_first(const struct policy_parameters *parameters, size_t place)
{
    return place == 0 || parameters->dated[place - 1].begin != parameters->dated[place].begin;
}

/* Values stand in order of days: the last one that has begun holds. */
static const struct policy_parameters *values_on(
    const struct policy_parameters *parameters, size_t begin, int32_t day)
{
    const struct policy_parameters *found = parameters;
    for (size_t i = 0; i < parameters->dated_count; i++)
        if (parameters->dated[i].begin == begin && source_at(parameters->dated[i].values, begin)->from <= day)
            found = parameters->dated[i].values;
    return found;
}

const struct parameter_source *editions_source_on(
    const struct policy_parameters *parameters, size_t begin, int32_t day)
{
    return source_at(values_on(parameters, begin, day), begin);
}

enum award_order editions_order(const struct policy_parameters *parameters, int32_t today)
{
    return values_on(parameters, offsetof(struct policy_parameters, order_source), today)->order;
}

/* --- a whole set ---------------------------------------------------------------------------------------- */

int32_t editions_day(enum applies_by by, const struct fact_item *item, int32_t today)
{
    int32_t day = by == APPLIES_BY_BATCH ? item->batched_on : item->applied_on;
    return day != 0 ? day : today;
}

static void compose(const struct policy_parameters *parameters, const struct fact_item *item, int32_t decided,
    int32_t today, struct policy_parameters *ret_edition)
{
    *ret_edition = *parameters;
    for (size_t i = 0; i < parameters->dated_count; i++) {
        const struct dated_value *dated = &parameters->dated[i];
        if (!editions_is_first(parameters, i))
            continue;
        enum applies_by by = source_at(parameters, dated->begin)->applies_by;
        int32_t day = by == APPLIES_BY_DECISION ? decided : editions_day(by, item, today);
        const struct policy_parameters *values = values_on(parameters, dated->begin, day);
        memcpy((char *)ret_edition + dated->begin, (const char *)values + dated->begin,
            dated->end - dated->begin);
    }
}

/* Sets of the same parameters are told apart by the days from which their values hold, not by the bytes
 * between the members, which nobody writes. */
static bool is_same(const struct policy_parameters *one, const struct policy_parameters *other)
{
    for (size_t i = 0; i < one->dated_count; i++)
        if (source_at(one, one->dated[i].begin)->from != source_at(other, one->dated[i].begin)->from)
            return false;
    return true;
}

static const struct policy_parameters *keep(
    const struct policy_parameters *edition, struct policy_editions **kept)
{
    struct policy_editions **end = kept;
    for (; *end != NULL; end = &(*end)->next)
        if (is_same(&(*end)->parameters, edition))
            return &(*end)->parameters;
    *end = memory_get_zeroed(1, sizeof **end);
    (*end)->parameters = *edition;
    return &(*end)->parameters;
}

static void add(const struct policy_parameters *parameters, const struct fact_item *item, int32_t decided,
    int32_t today, struct policy_editions **kept, struct edition_list *list)
{
    struct policy_parameters *edition = memory_get_zeroed(1, sizeof *edition);
    compose(parameters, item, decided, today, edition);
    const struct policy_parameters *found = keep(edition, kept);
    free(edition);
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i] == found)
            return;
    MEMORY_GROW(list->items, list->count, list->capacity);
    list->items[list->count++] = found;
}

/* --- all that may hold ---------------------------------------------------------------------------------- */

static int compare_days(const void *a, const void *b)
{
    const int32_t *first = a, *second = b;
    return *first < *second ? -1 : *first > *second;
}

/* The first day that the decision may be, and every later one on which another value begins; a date that is
 * not known may be any. The caller frees. */
static int32_t *days_of_decision(
    const struct policy_parameters *parameters, struct date decision, size_t *ret_count)
{
    int32_t *days = memory_get_zeroed(parameters->dated_count + 1, sizeof *days);
    size_t count = 0;
    days[count++] = decision.first;
    for (size_t i = 0; i < parameters->dated_count; i++) {
        const struct parameter_source *source =
            source_at(parameters->dated[i].values, parameters->dated[i].begin);
        bool inside =
            !date_is_known(decision) || (source->from > decision.first && source->from <= decision.last);
        if (source->applies_by == APPLIES_BY_DECISION && inside)
            days[count++] = source->from;
    }
    qsort(days, count, sizeof *days, compare_days);
    *ret_count = count;
    return days;
}

void editions_of_item(const struct policy_parameters *parameters, const struct fact_item *item, int32_t today,
    struct policy_editions **kept, struct edition_list *ret_list)
{
    ret_list->count = 0;
    if (parameters->dated_count == 0) {
        MEMORY_GROW(ret_list->items, ret_list->count, ret_list->capacity);
        ret_list->items[ret_list->count++] = parameters;
        return;
    }
    size_t count;
    int32_t *days = days_of_decision(parameters, item->decision, &count);
    for (size_t i = 0; i < count; i++)
        add(parameters, item, days[i], today, kept, ret_list);
    free(days);
}

/* --- the calendar --------------------------------------------------------------------------------------- */

/* Of a parameter that is not chosen by the decision another value may begin for what is not yet applied for.
 */
static bool has_other_days(const struct policy_parameters *parameters)
{
    for (size_t i = 0; i < parameters->dated_count; i++)
        if (source_at(parameters, parameters->dated[i].begin)->applies_by != APPLIES_BY_DECISION)
            return true;
    return false;
}

bool measure13_follows_calendar(const struct policy_parameters *parameters)
{
    if (newly_follows_the_calendar(parameters) || parameters->last_filing_day != DAY_NONE)
        return true;
    for (size_t i = 0; i < parameters->dated_count; i++) {
        const struct policy_parameters *values = parameters->dated[i].values;
        size_t begin = parameters->dated[i].begin;
        if ((begin == offsetof(struct policy_parameters, newly_source) &&
                newly_follows_the_calendar(values)) ||
            (begin == offsetof(struct policy_parameters, force_source) &&
                values->last_filing_day != DAY_NONE))
            return true;
    }
    return has_other_days(parameters);
}

static void take_later(int32_t *latest, int32_t day, int32_t today)
{
    if (day != DAY_NONE && day <= today && day > *latest)
        *latest = day;
}

static void take_days_of(const struct policy_parameters *values, size_t begin, int32_t today, int32_t *latest)
{
    if (begin == offsetof(struct policy_parameters, force_source) && values->last_filing_day != DAY_NONE)
        take_later(latest, values->last_filing_day + 1, today);
    if (begin != offsetof(struct policy_parameters, newly_source))
        return;
    if (values->newly_mode == NEWLY_CALENDAR_YEAR)
        take_later(latest, day_from_civil(award_year_of_day(today), 1, 1), today);
    if (values->newly_mode == NEWLY_ROLLING_MONTHS)
        take_later(latest, today, today);
}

int32_t measure13_calendar_day(const struct policy_parameters *parameters, int32_t today)
{
    int32_t latest = DAY_NONE;
    take_days_of(parameters, offsetof(struct policy_parameters, force_source), today, &latest);
    take_days_of(parameters, offsetof(struct policy_parameters, newly_source), today, &latest);
    for (size_t i = 0; i < parameters->dated_count; i++) {
        const struct dated_value *dated = &parameters->dated[i];
        const struct parameter_source *source = source_at(dated->values, dated->begin);
        take_days_of(dated->values, dated->begin, today, &latest);
        if (source->applies_by != APPLIES_BY_DECISION)
            take_later(&latest, source->from, today);
    }
    return latest;
}

void editions_free(struct policy_editions *kept)
{
    while (kept != NULL) {
        struct policy_editions *next = kept->next;
        free(kept);
        kept = next;
    }
}
