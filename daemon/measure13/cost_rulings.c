/* cost_rulings.c - what a person has said of one cost: it counts for this case, or it does not. What is wrong
 * with its figures (amount, shares, rate, other money) no answer mends: the record is corrected. */
#include "costs.h"
#include "json.h"

#include "m13/digest.h"
#include "m13/limits.h"
#include "m13/text.h"

static const char rule[] = "R15";

bool cost_doubt_is_for_a_person(enum cost_doubt doubt)
{
    switch (doubt) {
    case DOUBT_CATEGORY:
    case DOUBT_PAYER:
    case DOUBT_TWICE:
    case DOUBT_CASE:
    case DOUBT_WINDOW:
        return true;
    case DOUBT_SHARES:
    case DOUBT_OTHER:
    case DOUBT_RATE:
    case DOUBT_AMOUNT:
    case COST_DOUBTS:
        break;
    }
    return false;
}

static bool is_asked(const struct cost_line *line)
{
    bool open = false;
    for (enum cost_doubt doubt = 0; doubt < COST_DOUBTS; doubt++) {
        if (line->by[doubt] == COST_OUT)
            return false;
        open |= line->by[doubt] == COST_OPEN && cost_doubt_is_for_a_person(doubt);
    }
    return open;
}

/* The case, all of the cost that he had before him, and what was in doubt about it. */
static void hash_question(const struct rule_question *question, struct cost_line *line)
{
    const struct fact_item *item = question->item;
    const struct fact_cost *cost = line->cost;
    const char *const parts[] = {question->facts->firm.uscc, item->authority, item->number, item->item,
        item->product_id, cost->cost_id, cost->number, cost->category, cost->payer.name, cost->amount,
        cost->currency, cost->vat, cost->cny_debited, cost->payee, cost->invoice_no, cost->also_in};
    struct text asked = TEXT_WITH_CEILING(LIMIT_ROW_BYTES);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        text_append_string(&asked, parts[i] != NULL ? parts[i] : "");
        text_append_character(&asked, '\n');
    }
    put_date(&asked, "paid", cost->paid);
    put_flag(&asked, "claimed_elsewhere", cost->claimed_elsewhere);
    for (enum cost_doubt doubt = 0; doubt < COST_DOUBTS; doubt++)
        if (cost_doubt_is_for_a_person(doubt))
            text_append_character(&asked, line->by[doubt] == COST_OPEN ? '?' : '.');
    digest_hex_of(text_string(&asked), asked.length, line->question);
    text_free(&asked);
}

static const struct fact_ruling *ruling_on(const struct fact_item *item, const char *cost_id)
{
    for (size_t i = 0; i < item->ruling_count; i++)
        if (string_equal(item->rulings[i].rule, rule) && string_equal(item->rulings[i].about, cost_id))
            return &item->rulings[i];
    return NULL;
}

/* A product's part of a cost is for one case: which one, somebody has said. */
static bool is_given_to_another(const struct rule_question *question, const struct fact_cost *cost)
{
    const struct firm_facts *facts = question->facts;
    for (size_t i = 0; i < facts->item_count; i++) {
        const struct fact_item *other = &facts->items[i];
        const struct fact_ruling *ruling = ruling_on(other, cost->cost_id);
        if (other != question->item && ruling != NULL && ruling->accepted &&
            string_equal(other->product_id, question->item->product_id))
            return true;
    }
    return false;
}

void cost_rulings_apply(const struct rule_question *question, struct cost_line *line)
{
    if (line->by[DOUBT_CASE] == COST_OPEN && is_given_to_another(question, line->cost))
        line->by[DOUBT_CASE] = COST_OUT;
    if (!is_asked(line))
        return;
    hash_question(question, line);
    const struct fact_ruling *ruling = ruling_on(question->item, line->cost->cost_id);
    line->changed = ruling != NULL && !string_equal(ruling->question, line->question);
    if (ruling == NULL || line->changed)
        return;
    line->ruling = ruling;
    for (enum cost_doubt doubt = 0; doubt < COST_DOUBTS; doubt++)
        if (cost_doubt_is_for_a_person(doubt) && line->by[doubt] == COST_OPEN)
            line->by[doubt] = ruling->accepted ? COST_COUNTS : COST_OUT;
}
