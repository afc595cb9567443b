/* rulings.c - a person's answer takes the place of a rule's question, as long as it is the question that he
 * was asked. */
#include "rulings.h"

#include "json_list.h"
#include "rules/rules.h"
#include "sales.h"

#include "m13/limits.h"

/* --- what lies behind the sentence ---------------------------------------------------------------------- */

/* The sentence names some of them, and he was shown all. */
static void append_candidates(
    const struct rule_question *question, const struct trace_line *line, struct text *out)
{
    struct json_list list = {0};
    (void)question;
    for (size_t i = 0; i < line->candidate_count; i++) {
        const struct fact_predecessor *earlier = line->candidates[i];
        struct text element = TEXT_WITH_CEILING(LIMIT_ROW_BYTES);
        put_string(&element, "number", earlier->number);
        put_string(&element, "why", predecessor_likeness_names[earlier->likeness].code);
        put_string(&element, "device", earlier->device);
        put_date(&element, "decision", earlier->decision);
        list_add(&list, &element);
    }
    list_end(out, "candidates", &list);
}

static void append_claimant(
    const struct rule_question *question, const struct trace_line *line, struct text *out)
{
    (void)line;
    put_string(out, "claimant", question->item->other_claimant);
}

/* A sale is corrected under its own number. */
static void append_sale(const struct rule_question *question, const struct trace_line *line, struct text *out)
{
    const struct authority_parameter *authority = question_authority(question);
    const struct fact_sale *sale = authority != NULL ? sales_best(question, authority).sale : NULL;
    (void)line;
    if (sale == NULL)
        return;
    put_string(out, "country", sale->country);
    put_date(out, "date", sale->date);
    put_string(out, "amount", sale->amount);
    put_string(out, "currency", sale->currency);
    put_string(out, "related", sale->related);
    put_string(out, "trade_mode", sale->trade_mode);
    put_string(out, "seller", sale->seller.name);
    put_string(out, "buyer", sale->buyer.name);
}

/* The gravest flag speaks for all, and an answer on one is none on another. */
static void append_flags(
    const struct rule_question *question, const struct trace_line *line, struct text *out)
{
    struct json_list list = {0};
    struct date decision = question->item->decision;
    (void)line;
    for (size_t i = 0; i < question->facts->flag_count; i++) {
        const struct fact_flag *flag = &question->facts->flags[i];
        if (date_is_known(flag->to) && date_is_known(decision) && flag->to.last < decision.first)
            continue;
        struct text element = TEXT_WITH_CEILING(LIMIT_ROW_BYTES);
        put_string(&element, "flag", flag->flag);
        put_date(&element, "from", flag->from);
        put_date(&element, "to", flag->to);
        put_flag(&element, "unlisted", flag->unlisted);
        put_string(&element, "id", flag->source.id);
        list_add(&list, &element);
    }
    list_end(out, "credit", &list);
}

static const struct {
    const char *rule;
    void (*append)(const struct rule_question *question, const struct trace_line *line, struct text *out);
} behind[] = {
    {"R06", append_candidates},
    {"R07", append_claimant},
    {"R12", append_sale},
    {"R13", append_sale},
    {"R22", append_flags},
};

/* --- the question --------------------------------------------------------------------------------------- */

/* The firm, the product, the facts and parameter that the line names, and its words: what he had before him.
 * The versions of facts are left out, since a register that corrects a postcode asks nothing new; and so is
 * the confession of assumptions, since a parameter that is confirmed with the same value changes nothing. */
static void hash_question(const struct rule_question *question, struct trace_line *line)
{
    const char *const parts[] = {line->rule, question->facts->firm.uscc, question->item->authority,
        question->item->number, question->item->item, question->item->product_id,
        line->fact != NULL ? line->fact->table : "", line->fact != NULL ? line->fact->id : "",
        line->fact_value, line->parameter_value, line->zh};
    struct text asked = TEXT_WITH_CEILING(LIMIT_ROW_BYTES);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        text_append_string(&asked, parts[i] != NULL ? parts[i] : "");
        text_append_character(&asked, '\n');
    }
    for (size_t i = 0; i < sizeof behind / sizeof *behind; i++)
        if (string_equal(behind[i].rule, line->rule))
            behind[i].append(question, line, &asked);
    digest_hex_of(text_string(&asked), asked.length, line->question);
    text_free(&asked);
}

static const struct fact_ruling *ruling_of(const struct fact_item *item, const char *rule)
{
    for (size_t i = 0; i < item->ruling_count; i++)
        if (string_equal(item->rulings[i].rule, rule) && item->rulings[i].about[0] == '\0')
            return &item->rulings[i];
    return NULL;
}

static void say(struct trace_line *line, const char *zh, const char *en, const char *reason)
{
    struct text chinese = TEXT_WITH_CEILING(LIMIT_ROW_BYTES), english = TEXT_WITH_CEILING(LIMIT_ROW_BYTES);
    text_append_format(&chinese, "%s（理由：%s）。", zh, reason);
    text_append_format(&english, " %s (reason: %s).", en, reason);
    line_adds(line, text_string(&chinese), text_string(&english));
    text_free(&chinese);
    text_free(&english);
}

void rulings_apply(const struct rule_question *question, struct trace_line *line)
{
    if (line->outcome != RULE_REVIEW)
        return;
    hash_question(question, line);
    const struct fact_ruling *ruling = ruling_of(question->item, line->rule);
    if (ruling == NULL)
        return;
    if (!string_equal(ruling->question, line->question)) {
        say(line, "此前曾作核定，其后依据有变化，须重新核定",
            "It had been decided before, and what that rested on has changed", ruling->reason);
        return;
    }
    line->ruling = ruling;
    line->outcome = ruling->accepted ? RULE_PASS : RULE_FAIL;
    /* Of a sale that is none, or none in the market, another one is still to be shown. */
    if (!ruling->accepted && (string_equal(line->rule, "R12") || string_equal(line->rule, "R13")) &&
        question_has_market(question_authority(question)))
        line_misses(line, MISSING_SALE);
    line->review = REVIEW_NOT;
    say(line, ruling->accepted ? "经办人已核定：符合" : "经办人已核定：不符合",
        ruling->accepted ? "An officer has decided: satisfied" : "An officer has decided: not satisfied",
        ruling->reason);
    /* That it is no renewal is one thing, the firm's signature under it another. */
    if (ruling->accepted && string_equal(line->rule, "R06"))
        rule_misses_declaration(question, line);
}
