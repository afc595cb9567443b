/* R08: the firm is registered in Beijing, on the decision date and now, as a legal person.
 *
 * The list of firms is the bureau's own, so a firm in it is taken to be in Beijing unless the list says more.
 * What speaks against it is a person's matter: the machine tells a firm nothing negative. */
#include "rules.h"

static void say_candidate(const struct fact_firm *firm, struct trace_line *line)
{
    line_asks_a_person(line, REVIEW_IDENTITY);
    line_zh(
        line, "该企业仅以境外编号（%s）登记，尚无统一社会信用代码，须先确认是北京的哪家企业。", firm->uscc);
    line_en(line,
        "The firm is known by its foreign number only (%s); which firm of Beijing it is has to be settled "
        "first.",
        firm->uscc);
}

static void say_unlisted(struct trace_line *line)
{
    line_asks_a_person(line, REVIEW_IDENTITY);
    line_zh(line, "最近一次全量企业名录中没有该企业；是否仍在京注册须由工作人员查明。");
    line_en(line, "The last full list of firms does not name the firm; whether it is still registered in "
                  "Beijing has to be cleared up.");
}

/* What the business register says of a firm that is no ordinary one. */
static const struct status {
    const char *code, *zh, *en;
} doubtful[] = {
    {"moved-out", "迁出", "moved out of Beijing"},
    {"suspended", "停业", "suspended"},
    {"revoked", "吊销", "its licence revoked"},
    {"deregistered", "注销", "deregistered"},
};

static const struct status *doubt_of(const char *code)
{
    for (size_t i = 0; i < sizeof doubtful / sizeof doubtful[0]; i++)
        if (string_equal(doubtful[i].code, code))
            return &doubtful[i];
    return NULL;
}

static void say_doubtful(const struct status *status, struct trace_line *line)
{
    line_asks_a_person(line, REVIEW_IDENTITY);
    line_zh(line, "企业名录注明该企业“%s”，是否仍可申报由主管部门核定。", status->zh);
    line_en(line,
        "The list of firms says of the firm: %s; whether it may still apply is for the bureau to decide.",
        status->en);
}

/* --- moving ----------------------------------------------------------------------------------------------
 */

static void say_left(const struct fact_firm *firm, struct trace_line *line)
{
    char until[DATE_STRING_BYTES];
    line_asks_a_person(line, REVIEW_IDENTITY);
    line_zh(line, "企业名录登记该企业在京注册至%s，迁出如何处理由主管部门核定。",
        date_format(firm->beijing_to, until));
    line_en(line,
        "The list of firms has the firm registered in Beijing until %s; what follows from its leaving is for "
        "the bureau to "
        "decide.",
        until);
}

static void say_came_later(const struct fact_firm *firm, const char *decided, struct trace_line *line)
{
    char from[DATE_STRING_BYTES];
    line_asks_a_person(line, REVIEW_ASSESSMENT);
    line_zh(line, "该企业自%s起在京注册，晚于批准日期%s，是否支持由主管部门核定。",
        date_format(firm->beijing_from, from), decided);
    line_en(line,
        "The firm has been registered in Beijing since %s, after the decision of %s; whether that is "
        "supported is for the bureau to decide.",
        from, decided);
}

static void say_unclear(const struct fact_firm *firm, const char *decided, struct trace_line *line)
{
    char from[DATE_STRING_BYTES];
    line_misses(line, MISSING_EXACT_DATE);
    line_zh(line, "在京注册起始日期（%s）和批准日期（%s）不够确切，无法判断先后。",
        date_format(firm->beijing_from, from), decided);
    line_en(line,
        "The day of registration in Beijing (%s) and the day of the decision (%s) are not exact enough to "
        "tell which "
        "came first.",
        from, decided);
}

static void say_in_beijing(const struct fact_firm *firm, struct trace_line *line)
{
    char from[DATE_STRING_BYTES];
    line->outcome = RULE_PASS;
    if (date_is_known(firm->beijing_from)) {
        line_zh(line, "该企业自%s起在京注册。", date_format(firm->beijing_from, from));
        line_en(line, "The firm has been registered in Beijing since %s.", from);
    } else {
        line_zh(line, "该企业在北京市企业名录中；未登记迁入日期，按批准之日已在京注册认定（假定）。");
        line_en(line,
            "The firm is in Beijing's list of firms; no day of moving in is on record, so it is assumed "
            "to have been there on the day of the decision.");
    }
}

/* Every possible day of `a` is after every possible day of `b`. */
static bool is_after(struct date a, struct date b)
{
    return date_is_known(a) && date_is_known(b) && a.first > b.last;
}

static void judge_dates(const struct rule_question *question, struct trace_line *line)
{
    const struct fact_firm *firm = &question->facts->firm;
    struct date decided = question->item->decision;
    char day[DATE_STRING_BYTES];
    date_format(decided, day);
    line_fact_date(line, &firm->source, firm->beijing_from);
    /* Also a day to come: whoever signs should know, and a verdict must not change by the calendar alone. */
    if (date_is_known(firm->beijing_to))
        say_left(firm, line);
    else if (is_after(firm->beijing_from, decided))
        say_came_later(firm, day, line);
    else if (date_is_known(firm->beijing_from) && date_is_known(decided) &&
             firm->beijing_from.last > decided.first)
        say_unclear(firm, day, line);
    else
        say_in_beijing(firm, line);
}

void rule_in_beijing(const struct rule_question *question, struct trace_line *line)
{
    const struct fact_firm *firm = &question->facts->firm;
    const struct status *doubt = doubt_of(firm->status);
    if (!firm->known) {
        line->outcome = RULE_NOT_APPLICABLE; /* R07 says so */
        line_zh(line, "企业不在企业名录中，见R07。");
        line_en(line, "The firm is not in the list of firms: see R07.");
        return;
    }
    line_fact(line, &firm->source, firm->status);
    if (firm->candidate)
        say_candidate(firm, line);
    else if (firm->unlisted)
        say_unlisted(line);
    else if (doubt != NULL)
        say_doubtful(doubt, line);
    else
        judge_dates(question, line);
}
