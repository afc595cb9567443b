/* facts_json.c - the facts that one item's verdict rests on, in one canonical form: what the hash is taken
 * of. */
#include "facts.h"

#include "editions.h"

#include "json_list.h"

#include "m13/limits.h"

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

static void append_scope(struct text *out, const struct fact_item *item)
{
    static const char *const scopes[] = {[ITEM_ONE_DEVICE] = "",
        [ITEM_LISTED] = "listed",
        [ITEM_UNLISTED] = "unlisted",
        [ITEM_DROPPED] = "dropped",
        [ITEM_JOINED] = "joined"};
    put_string(out, "scope", scopes[item->scope]);
    if (item->scope != ITEM_LISTED)
        return;
    put_date(out, "approved", item->approved);
    put_date(out, "out_of_scope", item->out_of_scope);
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
    append_scope(out, item);
    put_string(out, "first_seen", item->first_seen);
    put_source(out, &item->source);
    text_append_character(out, '}');
}

/* The certificate that the firm or the desk has put on file. */
static void append_paper(struct text *out, const struct fact_item *item)
{
    if (item->paper_date == NULL || (item->paper_date[0] == '\0' && !item->on_paper))
        return;
    put_key(out, "paper");
    text_append_character(out, '{');
    put_flag(out, "alone", item->on_paper);
    put_flag(out, "dates", item->dated_by_paper);
    put_string(out, "decision", item->paper_date);
    put_source(out, &item->paper_source);
    text_append_character(out, '}');
}

/* The other certificate that the product needs. */
static void append_pair(struct text *out, const struct fact_item *item)
{
    if (item->pair_number == NULL)
        return;
    put_key(out, "pair");
    text_append_character(out, '{');
    put_string(out, "number", item->pair_number);
    put_string(out, "status", item->pair_status);
    put_source(out, &item->pair_source);
    text_append_character(out, '}');
}

static void append_link(struct text *out, const struct fact_item *item)
{
    put_key(out, "link");
    text_append_character(out, '{');
    put_flag(out, "recognised", item->recognised);
    put_flag(out, "by_list", item->by_list);
    put_string(out, "band", !item->recognised ? "none" : item->link == LINK_AUTO ? "auto" : "review");
    put_string(out, "rule", item->link_rule);
    put_source(out, &item->link_source);
    put_party(out, "maker", &item->maker_party);
    put_party(out, "holder", &item->holder_party);
    text_append_character(out, '}');
    if (item->other_claimant == NULL || item->other_claimant[0] == '\0')
        return;
    put_key(out, "claimant");
    text_append_character(out, '{');
    put_string(out, "uscc", item->other_claimant);
    put_source(out, &item->claimant_source);
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
    struct json_list list = {0};
    for (size_t i = 0; i < item->predecessor_count; i++) {
        const struct fact_predecessor *earlier = &item->predecessors[i];
        struct text element = TEXT_WITH_CEILING(LIMIT_ROW_BYTES);
        text_append_character(&element, '{');
        put_string(&element, "kind", kinds[earlier->kind]);
        put_string(&element, "why", predecessor_likeness_names[earlier->likeness].code);
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

/* What people have answered: to the questions that they were asked. */
static void append_rulings(struct text *out, const struct fact_item *item)
{
    struct json_list list = {0};
    for (size_t i = 0; i < item->ruling_count; i++) {
        const struct fact_ruling *ruling = &item->rulings[i];
        struct text element = TEXT_WITH_CEILING(LIMIT_ROW_BYTES);
        text_append_character(&element, '{');
        put_string(&element, "rule", ruling->rule);
        put_string(&element, "about", ruling->about);
        put_flag(&element, "accepted", ruling->accepted);
        put_string(&element, "question", ruling->question);
        put_string(&element, "reason", ruling->reason);
        put_source(&element, &ruling->source);
        text_append_character(&element, '}');
        list_add(&list, &element);
    }
    list_end(out, "rulings", &list);
}

static void append_application(struct text *out, const struct fact_item *item)
{
    if (item->applied_on == 0 && item->batched_on == 0)
        return;
    put_key(out, "application");
    text_append_character(out, '{');
    if (item->applied_on != 0)
        put_date(out, "applied_on", date_of_day(item->applied_on));
    if (item->batched_on != 0)
        put_date(out, "batched_on", date_of_day(item->batched_on));
    text_append_character(out, '}');
}

/* --- the calendar --------------------------------------------------------------------------------------- */

/* Which value of a parameter today decides on, while there is no application or batch to do so. */
static void append_editions(struct text *out, const struct rule_question *question)
{
    const struct policy_parameters *all = question->all;
    for (size_t i = 0; i < all->dated_count; i++) {
        const struct parameter_source *source = editions_source_on(all, all->dated[i].begin, question->today);
        const struct fact_item *item = question->item;
        bool by_today = (source->applies_by == APPLIES_BY_APPLICATION && item->applied_on == 0) ||
                        (source->applies_by == APPLIES_BY_BATCH && item->batched_on == 0);
        if (editions_is_first(all, i) && by_today)
            put_date(out, source->name, date_of_day(source->from));
    }
}

/* What the calendar decides, where a parameter lets it. */
static void append_day(struct text *out, const struct rule_question *question)
{
    static const char *const answers[] = {
        [NEWLY_YES] = "yes", [NEWLY_WATCH] = "watch", [NEWLY_NO] = "no", [NEWLY_UNKNOWN] = "unknown"};
    struct text day = TEXT_WITH_CEILING(4096);
    text_append_character(&day, '{');
    if (newly_follows_the_calendar(question->parameters))
        put_string(&day, "newly", answers[question_newly(question)]);
    put_flag(&day, "filing_over", question_filing_is_over(question));
    append_editions(&day, question);
    text_append_character(&day, '}');
    if (!string_equal(text_string(&day), "{}")) {
        put_key(out, "day");
        text_append_string(out, text_string(&day));
    }
    text_free(&day);
}

void facts_write(const struct rule_question *question, struct text *out)
{
    const struct fact_item *item = question->item;
    text_append_character(out, '{');
    append_firm(out, &question->facts->firm);
    append_approval(out, item);
    append_paper(out, item);
    append_pair(out, item);
    append_link(out, item);
    append_product(out, item);
    append_predecessors(out, item);
    append_declaration(out, item);
    append_rulings(out, item);
    append_application(out, item);
    if (item->batch_year != 0)
        put_number(out, "batch_year", item->batch_year);
    facts_write_money(question, out);
    append_day(out, question);
    text_append_character(out, '}');
}
