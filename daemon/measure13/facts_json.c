/* facts_json.c - the facts that one item's verdict rests on, in one canonical form: what the hash is taken
 * of. */
#include "json.h"
#include "question.h"

#include "award.h"

#include "m13/limits.h"
#include "m13/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A list longer than this names its first elements, and stands for the rest by their number and digest: a
 * product with ten thousand sales is not copied whole into each version of its case. */
enum { LISTED_MOST = 100 };

/* --- lists, in an order of their own -------------------------------------------------------------------- */

struct list {
    char **elements; /* each one's JSON: sorted as bytes, the order of arrival does not show */
    size_t count, capacity;
};

static void list_add(struct list *list, struct text *element)
{
    MEMORY_GROW(list->elements, list->count, list->capacity);
    list->elements[list->count++] = text_take(element);
}

static int compare_elements(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void append_digest(struct text *out, const struct list *list)
{
    uint8_t digest[DIGEST_BYTES];
    char hex[DIGEST_HEX_BYTES];
    struct digest_stream *stream = digest_begin();
    for (size_t i = 0; i < list->count; i++) {
        digest_add(stream, list->elements[i], strlen(list->elements[i]));
        digest_add(stream, "\n", 1);
    }
    digest_end(stream, digest);
    put_number(out, "count", (int64_t)list->count);
    put_string(out, "sha256", digest_hex(digest, hex));
}

/* An array under `name`; a long one is followed by NAME_all with the number and digest of all its elements.
 */
static void list_end(struct text *out, const char *name, struct list *list)
{
    if (list->count > 0) {
        qsort(list->elements, list->count, sizeof list->elements[0], compare_elements);
        put_key(out, name);
        text_append_character(out, '[');
        for (size_t i = 0; i < list->count && i < LISTED_MOST; i++) {
            if (i > 0)
                text_append_character(out, ',');
            text_append_string(out, list->elements[i]);
        }
        text_append_character(out, ']');
    }
    if (list->count > LISTED_MOST) {
        char all[32];
        snprintf(all, sizeof all, "%s_all", name);
        put_key(out, all);
        text_append_character(out, '{');
        append_digest(out, list);
        text_append_character(out, '}');
    }
    for (size_t i = 0; i < list->count; i++)
        free(list->elements[i]);
    free(list->elements);
}

/* --- the facts ------------------------------------------------------------------------------------------ */

static void append_firm(struct text *out, const struct fact_firm *firm)
{
    put_key(out, "firm");
    text_append_character(out, '{');
    put_string(out, "uscc", firm->uscc);
    put_flag(out, "known", firm->known);
    put_string(out, "name_zh", firm->name_zh);
    put_string(out, "name_en", firm->name_en);
    put_date(out, "beijing_from", firm->beijing_from);
    put_date(out, "beijing_to", firm->beijing_to);
    put_string(out, "status", firm->status);
    put_flag(out, "candidate", firm->candidate);
    put_flag(out, "unlisted", firm->unlisted);
    if (firm->known)
        put_source(out, &firm->source);
    text_append_character(out, '}');
}

static void append_approval(struct text *out, const struct fact_item *item)
{
    put_key(out, "approval");
    text_append_character(out, '{');
    put_string(out, "authority", item->authority);
    put_string(out, "number", item->number);
    put_string(out, "item", item->item);
    put_string(out, "route", item->route);
    put_string(out, "status", item->status);
    put_flag(out, "gone", item->gone);
    put_string(out, "manufacturer", item->manufacturer);
    put_string(out, "holder", item->holder);
    put_string(out, "device", item->device);
    put_string(out, "product_code", item->product_code);
    put_date(out, "decision", item->decision);
    put_date(out, "valid_to", item->valid_to);
    put_string(out, "first_seen", item->first_seen);
    put_source(out, &item->source);
    text_append_character(out, '}');
}

static void append_link(struct text *out, const struct fact_item *item)
{
    put_key(out, "link");
    text_append_character(out, '{');
    put_flag(out, "recognised", item->recognised);
    put_string(out, "band", !item->recognised ? "none" : item->link == LINK_AUTO ? "auto" : "review");
    put_string(out, "rule", item->link_rule);
    put_source(out, &item->link_source);
    text_append_character(out, '}');
}

static void append_product(struct text *out, const struct fact_item *item)
{
    if (item->product_id[0] == '\0')
        return;
    put_key(out, "product");
    text_append_character(out, '{');
    put_string(out, "product_id", item->product_id);
    put_source(out, &item->product_source);
    text_append_character(out, '}');
}

static void append_declaration(struct text *out, const struct fact_item *item)
{
    if (!item->declared)
        return;
    put_key(out, "declaration");
    text_append_character(out, '{');
    put_flag(out, "first", item->declared_first);
    put_string(out, "earlier", item->declared_earlier);
    put_date(out, "signed_on", item->declared_on);
    put_source(out, &item->declaration_source);
    text_append_character(out, '}');
}

static void append_predecessors(struct text *out, const struct fact_item *item)
{
    static const char *const kinds[] = {[PREDECESSOR_CANDIDATE] = "candidate",
        [PREDECESSOR_PARENT] = "parent",
        [PREDECESSOR_IDENTIFIER] = "identifier"};
    struct list list = {0};
    for (size_t i = 0; i < item->predecessor_count; i++) {
        const struct fact_predecessor *earlier = &item->predecessors[i];
        struct text element = TEXT_WITH_CEILING(LIMIT_ROW_BYTES);
        text_append_character(&element, '{');
        put_string(&element, "kind", kinds[earlier->kind]);
        put_string(&element, "authority", earlier->authority);
        put_string(&element, "number", earlier->number);
        put_string(&element, "device", earlier->device);
        put_date(&element, "decision", earlier->decision);
        put_source(&element, &earlier->source);
        text_append_character(&element, '}');
        list_add(&list, &element);
    }
    list_end(out, "predecessors", &list);
}

/* All sales of the item's product, whatever their market: which of them counts is the rule's to say. */
static void append_sales(struct text *out, const struct firm_facts *facts, const struct fact_item *item)
{
    struct list list = {0};
    for (size_t i = 0; i < facts->sale_count && item->product_id[0] != '\0'; i++) {
        const struct fact_sale *sale = &facts->sales[i];
        if (!string_equal(sale->product_id, item->product_id))
            continue;
        struct text element = TEXT_WITH_CEILING(LIMIT_ROW_BYTES);
        text_append_character(&element, '{');
        put_string(&element, "sale_id", sale->sale_id);
        put_string(&element, "country", sale->country);
        put_date(&element, "date", sale->date);
        put_string(&element, "amount", sale->amount);
        put_string(&element, "currency", sale->currency);
        put_number(&element, "sign", sale->amount_sign);
        put_string(&element, "return_of", sale->return_of);
        put_flag(&element, "returned_whole", sale->returned_whole);
        put_string(&element, "related", sale->related);
        put_source(&element, &sale->source);
        text_append_character(&element, '}');
        list_add(&list, &element);
    }
    list_end(out, "sales", &list);
}

static void append_payments(struct text *out, const struct firm_facts *facts, const struct fact_item *item)
{
    struct list list = {0};
    int year = award_decision_year(item->decision);
    for (size_t i = 0; i < facts->payment_count; i++) {
        const struct fact_payment *payment = &facts->payments[i];
        bool of_product = item->product_id[0] != '\0' && string_equal(payment->product_id, item->product_id);
        if (!of_product && payment->year != year)
            continue;
        struct text element = TEXT_WITH_CEILING(LIMIT_ROW_BYTES);
        text_append_character(&element, '{');
        put_string(&element, "product_id", payment->product_id);
        put_number(&element, "year", payment->year);
        put_number(&element, "batch_year", payment->batch_year);
        put_number(&element, "amount", payment->amount);
        put_source(&element, &payment->source);
        text_append_character(&element, '}');
        list_add(&list, &element);
    }
    list_end(out, "payments", &list);
}

/* What the calendar decides, where a parameter lets it. */
static void append_day(struct text *out, const struct rule_question *question)
{
    static const char *const answers[] = {
        [NEWLY_YES] = "yes", [NEWLY_WATCH] = "watch", [NEWLY_NO] = "no", [NEWLY_UNKNOWN] = "unknown"};
    bool newly = newly_follows_the_calendar(question->parameters);
    bool over = question_filing_is_over(question);
    if (!newly && !over)
        return;
    put_key(out, "day");
    text_append_character(out, '{');
    if (newly)
        put_string(out, "newly", answers[question_newly(question)]);
    put_flag(out, "filing_over", over);
    text_append_character(out, '}');
}

void measure13_facts_json(const struct firm_facts *facts, const struct fact_item *item,
    const struct policy_parameters *parameters, int32_t today, struct text *out)
{
    struct rule_question question = {facts, item, parameters, today};
    text_append_character(out, '{');
    append_firm(out, &facts->firm);
    append_approval(out, item);
    append_link(out, item);
    append_product(out, item);
    append_predecessors(out, item);
    append_declaration(out, item);
    append_sales(out, facts, item);
    append_payments(out, facts, item);
    append_day(out, &question);
    text_append_character(out, '}');
}
