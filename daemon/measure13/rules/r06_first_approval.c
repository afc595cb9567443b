/* R06: this authority's first approval of the product.
 *
 * It fails only on an identifier: a recorded predecessor, the same UDI-DI, a supplement of another approval,
 * or a number of that very approval in the firm's own declaration. Whatever else speaks for an earlier
 * approval (the same maker and product code; the firm's own no) is for a person to judge, and never decided
 * on a name. A number whose year is far from the decision's asks a person too. */
#include "rules.h"

#include "candidates.h"

#include "m13/limits.h"
#include "m13/memory.h"

#include <stdlib.h>
#include <string.h>

enum { CANDIDATES_NAMED = 5 }; /* in the sentence; all of them stand in the facts */

static int compare_predecessors(const void *a, const void *b)
{
    const struct fact_predecessor *first = *(const struct fact_predecessor *const *)a;
    const struct fact_predecessor *second = *(const struct fact_predecessor *const *)b;
    int order = strcmp(first->number, second->number);
    if (order == 0)
        order = strcmp(first->authority, second->authority);
    return order != 0 ? order : strcmp(first->source.id, second->source.id);
}

/* The predecessors of one kind in order of number; the caller frees. NULL when there is none. */
static const struct fact_predecessor **sorted(
    const struct fact_item *item, enum predecessor_kind kind, size_t *ret_count)
{
    const struct fact_predecessor **found = NULL;
    size_t count = 0, capacity = 0;
    for (size_t i = 0; i < item->predecessor_count; i++) {
        if (item->predecessors[i].kind != kind)
            continue;
        MEMORY_GROW(found, count, capacity);
        found[count++] = &item->predecessors[i];
    }
    if (count > 0)
        qsort(found, count, sizeof(struct fact_predecessor *), compare_predecessors);
    *ret_count = count;
    return found;
}

static void append_candidates(struct text *out, const struct trace_line *line, bool chinese)
{
    for (size_t i = 0; i < line->candidate_count && i < CANDIDATES_NAMED; i++) {
        const struct fact_predecessor *earlier = line->candidates[i];
        const struct name_entry *why = &predecessor_likeness_names[earlier->likeness];
        char decided[DATE_STRING_BYTES];
        date_format(earlier->decision, decided);
        text_append_format(out, "%s%s", i == 0 ? "" : chinese ? "、" : ", ", earlier->number);
        if (decided[0] != '\0' || why->code[0] != '\0')
            text_append_format(out, chinese ? "（%s%s%s）" : " (%s%s%s)", decided,
                decided[0] == '\0' || why->code[0] == '\0' ? ""
                : chinese                                  ? "，"
                                                           : ", ",
                chinese ? why->zh : why->en);
    }
}

static bool fails_on_identifier(const struct rule_question *question, struct trace_line *line)
{
    size_t count;
    const struct fact_predecessor **same = sorted(question->item, PREDECESSOR_IDENTIFIER, &count);
    if (count > 0) {
        line->outcome = RULE_FAIL;
        line_fact(line, &same[0]->source, same[0]->number);
        line_zh(line, "登记信息表明，同一产品此前已获该机构批准（%s），不是首次获批。", same[0]->number);
        line_en(line,
            "By its identifiers this product already had this authority's approval %s, so it is not the "
            "first one.",
            same[0]->number);
    }
    free(same);
    return count > 0;
}

/* A panel-track supplement brings a new indication or design and its own clinical data: a person judges.
 * Every other supplement belongs to the approval that it changes. */
static bool is_supplement(const struct rule_question *question, struct trace_line *line)
{
    size_t count;
    const struct fact_predecessor **parents = sorted(question->item, PREDECESSOR_PARENT, &count);
    if (count == 0)
        return false;
    const struct fact_predecessor *parent = parents[0];
    line_fact(line, &parent->source, parent->number);
    if (string_equal(question->item->route, "pma-panel-track")) {
        line_asks_a_person(line, REVIEW_ASSESSMENT);
        line_zh(
            line, "本批准是对%s的专家组程序补充批准，是否作为新获批产品，由主管部门核定。", parent->number);
        line_en(line,
            "This is a panel-track supplement to %s; whether it counts as a new product's approval is for "
            "the bureau "
            "to decide.",
            parent->number);
    } else {
        line->outcome = RULE_FAIL;
        line_zh(line, "本条目是对已有批准%s的补充或变更，与其为同一批准，不是首次获批。", parent->number);
        line_en(line,
            "This is a supplement to the approval %s, which it changes: the same approval, not a first one.",
            parent->number);
    }
    free(parents);
    return true;
}

/* The register says that it was decided years before or after its number was given: then it may be an old
 * approval under a new date. */
static void say_odd_year(const struct rule_question *question, int year, struct trace_line *line)
{
    char decided[DATE_STRING_BYTES];
    struct text zh = TEXT_WITH_CEILING(LIMIT_ROW_BYTES), en = TEXT_WITH_CEILING(LIMIT_ROW_BYTES);
    date_format(question->item->decision, decided);
    text_append_format(&zh,
        "批准编号%s所含年份为%d年，与批准决定日期（%s）相差较大，可能是此前批准的重新登记，由主管部门核定。",
        question->item->number, year, decided);
    text_append_format(&en,
        "%sThe number %s is of the year %d, which is far from the decision date, %s: it may be an earlier "
        "approval "
        "entered again, which is for the bureau to decide.",
        line->en != NULL ? " " : "", question->item->number, year, decided);
    if (line->zh != NULL) {
        line_adds(line, text_string(&zh), text_string(&en));
    } else {
        line_zh(line, "%s", text_string(&zh));
        line_en(line, "%s", text_string(&en));
    }
    text_free(&zh);
    text_free(&en);
}

static void say_candidates(struct trace_line *line)
{
    struct text zh = TEXT_WITH_CEILING(LIMIT_ROW_BYTES), en = TEXT_WITH_CEILING(LIMIT_ROW_BYTES);
    append_candidates(&zh, line, true);
    append_candidates(&en, line, false);
    line_fact(line, &line->candidates[0]->source, text_string(&en));
    line_zh(line,
        "该机构此前已批准同一制造商的同一产品，或产品代码、名称相同的产品共%zu项：%s%"
        "s；本次是否为该产品首次获批，由主管部门核定。",
        line->candidate_count, text_string(&zh), line->candidate_count > CANDIDATES_NAMED ? "等" : "");
    line_en(line,
        "Earlier approvals by this authority of the same maker, for the same product or under the same "
        "product code or name (%zu): %s%s; whether this one is the product's first is for the bureau to "
        "decide.",
        line->candidate_count, text_string(&en),
        line->candidate_count > CANDIDATES_NAMED ? " and others" : "");
    text_free(&zh);
    text_free(&en);
}

static bool has_candidates(const struct rule_question *question, struct trace_line *line)
{
    const struct policy_parameters *parameters = question->parameters;
    int year = candidates_odd_year(question);
    line->candidates = candidates_of_item(question, &line->candidate_count);
    if (line->candidate_count == 0 && year == 0)
        return false;
    line_asks_a_person(line, REVIEW_ASSESSMENT);
    if (line->candidate_count > 0)
        say_candidates(line);
    if (year != 0)
        say_odd_year(question, year, line);
    bool by_parameter = year != 0;
    for (size_t i = 0; i < line->candidate_count; i++)
        by_parameter |= line->candidates[i]->likeness == LIKE_OTHER_HOLDER;
    if (by_parameter)
        line_parameter(line, &parameters->first_source, "years %d; days %d", parameters->number_years_apart,
            parameters->like_entry_days);
    return true;
}

/* --- the declaration ------------------------------------------------------------------------------------ */

static bool names_number(const char *list, const char *number)
{
    size_t length = strlen(number);
    const char *separators = " \t\r\n|,;"; /* no slash: it is part of a supplement's number */
    for (const char *at = list; length > 0 && (at = strstr(at, number)) != NULL; at++) {
        bool starts = at == list || strchr(separators, at[-1]) != NULL || (unsigned char)at[-1] >= 0x80;
        char after = at[length];
        bool ends = after == '\0' || strchr(separators, after) != NULL || (unsigned char)after >= 0x80;
        if (starts && ends)
            return true;
    }
    return false;
}

static void judge_earlier(const struct fact_item *item, struct trace_line *line)
{
    line_fact(line, &item->declaration_source, item->declared_earlier);
    if (names_number(item->declared_earlier, item->number)) {
        line->outcome = RULE_FAIL;
        line_zh(line, "企业在承诺中说明，此前已获的批准即为本批准（%s），不是首次获批。", item->number);
        line_en(line,
            "By the firm's own declaration the earlier approval is this very one (%s), so it is not a first "
            "one.",
            item->number);
        return;
    }
    line_asks_a_person(line, REVIEW_ASSESSMENT);
    line_zh(line, "企业在承诺中说明该产品此前已获该机构批准（%s）；是否为同一产品，由主管部门核定。",
        item->declared_earlier[0] != '\0' ? item->declared_earlier : "未列编号");
    line_en(line,
        "The firm declares an earlier approval of this product by this authority (%s); whether it is the "
        "same product "
        "is for the bureau to decide.",
        item->declared_earlier[0] != '\0' ? item->declared_earlier : "no number given");
}

static void say_undeclared(struct trace_line *line)
{
    line_misses(line, MISSING_DECLARATION);
    line_zh(line, "尚未收到企业就该产品和该机构签署的首次获证承诺。");
    line_en(line, "The firm's signed declaration that this is the first approval has not been received.");
}

static void say_undocumented(struct trace_line *line)
{
    line_misses(line, MISSING_DECLARATION_DOCUMENT);
    line_zh(line, "企业表示为首次获批，但尚未提供签署的首次获证承诺文件。");
    line_en(
        line, "The firm says that this is the first approval, but the signed declaration is not on file.");
}

bool rule_misses_declaration(const struct rule_question *question, struct trace_line *line)
{
    const struct fact_item *item = question->item;
    if (!item->declared)
        say_undeclared(line);
    else if (item->declaration_source.assurance == ASSURANCE_CLAIMED)
        say_undocumented(line);
    else
        return false;
    return true;
}

static void judge_declaration(const struct fact_item *item, struct trace_line *line)
{
    if (!item->declared) {
        say_undeclared(line);
        return;
    }
    if (!item->declared_first || item->declared_earlier[0] != '\0') {
        judge_earlier(item, line);
        return;
    }
    char signed_on[DATE_STRING_BYTES];
    line_fact_date(line, &item->declaration_source, item->declared_on);
    date_format(item->declared_on, signed_on);
    if (item->declaration_source.assurance == ASSURANCE_CLAIMED) {
        say_undocumented(line);
        return;
    }
    line->outcome = RULE_PASS;
    line_zh(line, "企业已签署首次获证承诺（%s），且已知登记中没有该产品更早的批准。",
        signed_on[0] != '\0' ? signed_on : "未注明日期");
    line_en(line,
        "The firm has signed the declaration of first approval (%s), and no earlier approval of the product "
        "is known.",
        signed_on[0] != '\0' ? signed_on : "undated");
}

void rule_first_approval(const struct rule_question *question, struct trace_line *line)
{
    line_fact(line, &question->item->source, question->item->number);
    if (fails_on_identifier(question, line) || is_supplement(question, line))
        return;
    /* A person's word on the very number weighs more than a likeness. */
    const struct fact_item *item = question->item;
    if (item->declared && names_number(item->declared_earlier, item->number))
        judge_earlier(item, line);
    else if (!has_candidates(question, line))
        judge_declaration(item, line);
}
