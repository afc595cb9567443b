#include "candidates.h"

#include "m13/memory.h"

#include <stdlib.h>
#include <string.h>

enum { HEISEI_BEFORE_FIRST = 1988, REIWA_BEFORE_FIRST = 2018, OLDEST_YEAR = 1976 };

/* --- the year in a number ------------------------------------------------------------------------------- */

static int digits(const char *text, size_t count)
{
    int value = 0;
    for (size_t i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

/* The FDA has cleared devices since 1976. */
static int year_of_fda(const char *number)
{
    static const char *const series[] = {"DEN", "BK", "BP", "BH", "K", "P", "H", "N"};
    for (size_t i = 0; i < sizeof series / sizeof series[0]; i++) {
        size_t length = strlen(series[i]);
        if (strncmp(number, series[i], length) != 0 || digits(number + length, 6) < 0)
            continue;
        int year = digits(number + length, 2);
        return 2000 + year - (2000 + year >= OLDEST_YEAR + 100 ? 100 : 0);
    }
    return 0;
}

static int year_of_pmda(const char *number)
{
    int year = digits(number, 3);
    if (year < 0 || digits(number + 3, 2) < 0)
        return 0;
    return year / 100 == 2   ? HEISEI_BEFORE_FIRST + year % 100
           : year / 100 == 3 ? REIWA_BEFORE_FIRST + year % 100
                             : 0;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int year_between_others(const char *number)
{
    for (const char *at = number; *at != '\0'; at++) {
        int year = digits(at, 4);
        bool alone = (at == number || !is_digit(at[-1])) && year >= 0 && !is_digit(at[4]);
        if (alone && year > OLDEST_YEAR && year < OLDEST_YEAR + 200)
            return year;
    }
    return 0;
}

int candidates_number_year(const char *authority, const char *number)
{
    static const struct {
        const char *authority;
        int (*year)(const char *number);
    } authorities[] = {{"FDA", year_of_fda}, {"PMDA", year_of_pmda}, {"ROSZDRAVNADZOR", year_between_others},
        {"CDSCO", year_between_others}};
    for (size_t i = 0; i < sizeof authorities / sizeof authorities[0]; i++)
        if (string_equal(authorities[i].authority, authority))
            return authorities[i].year(number);
    return 0;
}

static int year_of_day(int32_t day)
{
    int year, month, of_month;
    day_to_civil(day, &year, &month, &of_month);
    return year;
}

int candidates_odd_year(const struct rule_question *question)
{
    const struct fact_item *item = question->item;
    int year = candidates_number_year(item->authority, item->number);
    if (year == 0 || !date_is_known(item->decision))
        return 0;
    int most = question->parameters->number_years_apart;
    bool near =
        year >= year_of_day(item->decision.first) - most && year <= year_of_day(item->decision.last) + most;
    return near ? 0 : year;
}

/* --- earlier approvals ---------------------------------------------------------------------------------- */

/* A like entry of another holder is the same product again only when it is not long ago. */
static bool is_near(const struct rule_question *question, const struct fact_predecessor *earlier)
{
    struct date decision = question->item->decision;
    int most = question->parameters->like_entry_days;
    if (earlier->likeness != LIKE_OTHER_HOLDER)
        return true;
    return most > 0 && (!date_is_known(decision) || !date_is_known(earlier->decision) ||
                           decision.first - earlier->decision.last <= most);
}

static int compare(const void *a, const void *b)
{
    const struct fact_predecessor *first = *(const struct fact_predecessor *const *)a;
    const struct fact_predecessor *second = *(const struct fact_predecessor *const *)b;
    int order = strcmp(first->number, second->number);
    if (order == 0)
        order = strcmp(first->authority, second->authority);
    if (order == 0)
        order = (int)first->likeness - (int)second->likeness;
    if (order == 0)
        order = first->decision.first < second->decision.first
                    ? -1
                    : first->decision.first > second->decision.first;
    if (order == 0)
        order = strcmp(first->device, second->device);
    return order != 0 ? order : strcmp(first->source.id, second->source.id);
}

const struct fact_predecessor **candidates_of_item(const struct rule_question *question, size_t *ret_count)
{
    const struct fact_item *item = question->item;
    const struct fact_predecessor **found = NULL;
    size_t count = 0, capacity = 0;
    for (size_t i = 0; i < item->predecessor_count; i++) {
        const struct fact_predecessor *earlier = &item->predecessors[i];
        if (earlier->kind != PREDECESSOR_CANDIDATE || !is_near(question, earlier))
            continue;
        MEMORY_GROW(found, count, capacity);
        found[count++] = earlier;
    }
    if (count > 0)
        qsort(found, count, sizeof(struct fact_predecessor *), compare);
    *ret_count = count;
    return found;
}
