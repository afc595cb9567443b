#include "check_parts.h"

#include "m13/clock.h"
#include "m13/date.h"

#include <string.h>

/* --- reading the record ----------------------------------------------------------------------------------
 */

int checked_column(const struct checking *checking, const char *key)
{
    return local_column_index(checking->headers->kind, key);
}

const char *checked_value(const struct checking *checking, const char *key)
{
    int column = checked_column(checking, key);
    const char *value = column < 0 ? NULL : checking->merged[column];
    return value == NULL || *value == '\0' ? NULL : value;
}

static bool is_column_told(const struct checking *checking, size_t column)
{
    const char *value = checking->merged[column];
    return (value != NULL && *value != '\0') || checking->row->faulty[column];
}

bool is_told(const struct checking *checking, const char *key)
{
    int column = checked_column(checking, key);
    return column >= 0 && is_column_told(checking, (size_t)column);
}

bool is_touched(const struct checking *checking, const char *key)
{
    int column = checked_column(checking, key);
    return column >= 0 && checking->row->value[column] != NULL;
}

void check_fault(struct checking *checking, const char *key, const char *reason, const char *expected)
{
    int column = checked_column(checking, key);
    local_problem_add(checking->problems, checking->row->row,
        column < 0 ? "" : local_header_of(checking->headers, column), reason, expected);
    checking->faults++;
}

void check_warn(struct checking *checking, const char *key, const char *reason, const char *expected)
{
    int column = checked_column(checking, key);
    local_problem_warn(checking->problems, checking->row->row,
        column < 0 ? "" : local_header_of(checking->headers, column), reason, expected);
}

const char *checked_header(const struct checking *checking, const char *key)
{
    return local_header_of(checking->headers, checked_column(checking, key));
}

/* --- what is required ------------------------------------------------------------------------------------
 */

static bool has_key_instead(const struct checking *checking)
{
    const struct local_kind *kind = checking->headers->kind;
    for (size_t n = 0; n < 2 && kind->key_instead[n] != NULL; n++)
        if (is_told(checking, kind->key_instead[n]))
            return true;
    return false;
}

static void check_required(struct checking *checking)
{
    const struct local_kind *kind = checking->headers->kind;
    bool candidate = !is_told(checking, "uscc") && has_key_instead(checking);
    for (size_t i = 0; i < kind->column_count; i++) {
        const struct local_column *column = &kind->columns[i];
        if (!column->required || is_column_told(checking, i))
            continue;
        if (candidate &&
            (column->is_key || (strcmp(column->key, "name_zh") == 0 && is_told(checking, "name_en"))))
            continue;
        check_fault(checking, column->key, checking->row->untold[i] ? "必填，不能写“无”" : "必填，现在是空的",
            column->expected);
    }
}

/* 无 in a cell changes nothing, and something is there. */
static void check_untold(struct checking *checking)
{
    const struct local_kind *kind = checking->headers->kind;
    for (size_t i = 0; i < kind->column_count; i++)
        if (checking->row->untold[i] && checking->merged[i] != NULL && *checking->merged[i] != '\0')
            check_warn(
                checking, kind->columns[i].key, "按空白处理，原有的内容没有改动", "要删去原有内容请填 清空");
}

/* --- dates -----------------------------------------------------------------------------------------------
 */

static struct date date_of(const struct checking *checking, const char *key)
{
    struct date date;
    const char *value = checked_value(checking, key);
    return value != NULL && date_parse(value, DATE_FORM_ISO, &date) == 0 ? date : DATE_NONE;
}

/* One day can only be before the other, however exact they are. */
static const struct date_order {
    const char *kind, *first, *last;
} date_orders[] = {
    {"firms", "beijing_from", "beijing_to"},
    {"entities", "from", "to"},
    {"approvals", "decision_date", "valid_to"},
    {"scopes", "in_scope_from", "out_of_scope_on"},
    {"credit", "from", "to"},
};

static void check_date_orders(struct checking *checking)
{
    for (size_t i = 0; i < sizeof date_orders / sizeof date_orders[0]; i++) {
        const struct date_order *order = &date_orders[i];
        if (strcmp(order->kind, checking->headers->kind->kind) != 0)
            continue;
        struct date first = date_of(checking, order->first), last = date_of(checking, order->last);
        if (!date_is_known(first) || !date_is_known(last) || first.first <= last.last)
            continue;
        struct text reason = TEXT_WITH_CEILING(300);
        text_append_format(&reason, "%s %s 早于%s %s", checked_header(checking, order->last),
            checked_value(checking, order->last), checked_header(checking, order->first),
            checked_value(checking, order->first));
        check_fault(checking, order->last, text_string(&reason), "后一个日期不早于前一个");
        text_free(&reason);
    }
}

/* What has happened happened before today (a record of the past may be replayed under another clock), and
 * what the measure asks about not long ago: 1926 is 2026. */
static const struct past_date {
    const char *kind, *key;
    int first_year; /* 0 = any */
} past_dates[] = {
    {"firms", "established_on", 0},
    {"approvals", "decision_date", 0},
    {"declarations", "signed_on", 2015},
    {"sales", "date", 2015},
    {"costs", "paid_date", 2015},
    {"payments", "paid_date", 2015},
    {"fx", "date", 0},
    {"credit", "from", 0},
    {"documents", "seen_on", 2015},
    {"decisions", "date", 2015},
    {"answers", "date", 2015},
};

static void check_past_date(struct checking *checking, const struct past_date *past)
{
    struct date date = date_of(checking, past->key);
    if (date_on_or_after(date, day_in_beijing(clock_wall()) + 1) == TRUTH_YES)
        check_warn(checking, past->key, "日期在今天之后，请核对", "已经发生的日期");
    else if (past->first_year > 0 &&
             date_on_or_before(date, day_from_civil(past->first_year, 1, 1) - 1) == TRUTH_YES)
        check_warn(checking, past->key, "日期过早，请核对年份", "近年的日期");
}

static void check_past_dates(struct checking *checking)
{
    for (size_t i = 0; i < sizeof past_dates / sizeof past_dates[0]; i++)
        if (strcmp(past_dates[i].kind, checking->headers->kind->kind) == 0 &&
            is_touched(checking, past_dates[i].key))
            check_past_date(checking, &past_dates[i]);
}

/* ------------------------------------------------------------------------------------------------------------
 */

int local_check(struct store *store, const struct local_headers *headers, const struct local_row *row,
    const char *const merged[], struct local_problems *problems, struct local_check_memory *memory)
{
    struct checking checking = {store, headers, row, merged, problems, memory, 0};
    check_required(&checking);
    check_untold(&checking);
    check_date_orders(&checking);
    check_past_dates(&checking);
    check_kind(&checking);
    return checking.faults;
}
