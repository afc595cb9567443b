/* facts.c - a case as it is told: what was approved, why it may count, what is missing, who can supply it. */
#include "facts.h"

#include "m13/clock.h"
#include "m13/letter.h"
#include "m13/memory.h"
#include "m13/registry.h"
#include "m13/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SENTENCE_BYTES = 64 * 1024 };

/* A firm's or product's name may hold anything that its row held: jansson takes UTF-8 alone, and a message
 * is not lost for a byte. */
static void put(json_t *object, const char *name, const char *value)
{
    json_t *text = json_string(value != NULL ? value : "");
    json_object_set_new(object, name, text != NULL ? text : json_string(""));
}

static const char *text_of(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text != NULL ? text : "";
}

static void put_words(json_t *object, const char *name, const char *zh, const char *en)
{
    char member[64];
    snprintf(member, sizeof member, "%s_zh", name);
    put(object, member, zh);
    snprintf(member, sizeof member, "%s_en", name);
    put(object, member, en);
}

/* --- what a rule says
 * ------------------------------------------------------------------------------------------- */

static bool decides_verdict(const char *rule)
{
    for (size_t i = 0; i < measure13_rule_count; i++)
        if (string_equal(measure13_rules[i].id, rule))
            return measure13_rules[i].of_verdict;
    return false;
}

/* A line of a trace that leaves the verdict open or turns it down, as far as a message tells of it; its
 * strings are the trace's. */
struct open_line {
    const char *missing, *zh, *en;
    enum fact_supplier supplier;
    char until[DAY_STRING_BYTES]; /* "" = no day */
};

struct open_lines {
    struct open_line *items;
    size_t count, capacity;
};

static bool is_open(const char *rule, enum rule_outcome outcome)
{
    return outcome != RULE_PASS && outcome != RULE_NOT_APPLICABLE && decides_verdict(rule);
}

static void add_line(struct open_lines *lines, const struct open_line *line)
{
    MEMORY_GROW(lines->items, lines->count, lines->capacity);
    lines->items[lines->count++] = *line;
}

static struct open_lines lines_of_verdict(const struct case_verdict *verdict)
{
    struct open_lines lines = {0};
    for (size_t i = 0; i < verdict->trace_count; i++) {
        const struct trace_line *line = &verdict->trace[i];
        if (!is_open(line->rule, line->outcome))
            continue;
        struct open_line open = {
            .missing = line->missing, .zh = line->zh, .en = line->en, .supplier = line->supplier};
        if (line->until != DAY_NONE)
            day_format(line->until, open.until);
        add_line(&lines, &open);
    }
    return lines;
}

/* `trace` as measure13_trace_json() writes it, and as the versions of cases keep it. */
static struct open_lines lines_of_trace(const json_t *trace)
{
    struct open_lines lines = {0};
    size_t i;
    json_t *line;
    json_array_foreach(trace, i, line)
    {
        const struct name_entry *outcome = name_find(rule_outcome_names, 5, text_of(line, "outcome"));
        const struct name_entry *supplier =
            name_find(fact_supplier_names, SUPPLIERS, text_of(line, "supplier"));
        if (outcome == NULL || !is_open(text_of(line, "rule"), (enum rule_outcome)outcome->value))
            continue;
        struct open_line open = {.missing = text_of(line, "missing"),
            .zh = text_of(line, "zh"),
            .en = text_of(line, "en"),
            .supplier = supplier != NULL ? (enum fact_supplier)supplier->value : SUPPLIER_NONE};
        snprintf(open.until, sizeof open.until, "%s", text_of(line, "until"));
        add_line(&lines, &open);
    }
    return lines;
}

/* As the trace is kept: what is no UTF-8 in the register's words is replaced. */
static json_t *sentence_of(const char *bytes, size_t length)
{
    json_t *sentence = json_stringn(bytes, length);
    if (sentence != NULL)
        return sentence;
    struct text mended = TEXT_WITH_CEILING(SENTENCE_BYTES);
    text_append_json_bytes(&mended, bytes, length);
    sentence = json_loads(text_string(&mended), JSON_DECODE_ANY, NULL);
    text_free(&mended);
    return sentence != NULL ? sentence : json_string("");
}

/* Without what a near miss adds to it: money stands there, and of money a message says only the caps of the
 * text. */
static json_t *plain_sentence(const char *sentence, const char *phrase)
{
    if (sentence == NULL)
        return json_string("");
    const char *end = sentence + strlen(sentence);
    for (const char *at = *phrase != '\0' ? strstr(sentence, phrase) : NULL; at != NULL;
         at = strstr(at + 1, phrase))
        end = at;
    return sentence_of(sentence, (size_t)(end - sentence));
}

static void add_sentence(json_t *told, const struct open_line *line)
{
    const struct name_entry *phrase = &fact_supply_phrases[line->supplier];
    json_array_append_new(json_object_get(told, "why_zh"), plain_sentence(line->zh, phrase->zh));
    json_array_append_new(json_object_get(told, "why_en"), plain_sentence(line->en, phrase->en));
}

static void add_near(json_t *told, const struct open_line *line)
{
    if (line->supplier == SUPPLIER_NONE)
        return;
    const struct name_entry *phrase = &fact_supply_phrases[line->supplier];
    json_array_append_new(json_object_get(told, "near"),
        json_pack("{s:s, s:s, s:s, s:s}", "supplier", fact_supplier_names[line->supplier].code, "date_by",
            line->until, "zh", phrase->zh, "en", phrase->en + (phrase->en[0] == ' ')));
}

/* --- what is missing, and how to supply it
 * ---------------------------------------------------------------------- */

static bool is_missed(const struct open_line *line, const struct name_entry *fact)
{
    enum fact_supplier supplier =
        line->supplier != SUPPLIER_NONE ? line->supplier : measure13_supplier((enum missing_fact)fact->value);
    return string_equal(line->missing, fact->code) && supplier == SUPPLIER_FIRM;
}

static bool misses(const struct open_lines *lines, const struct name_entry *fact)
{
    for (size_t i = 0; i < lines->count; i++)
        if (is_missed(&lines->items[i], fact))
            return true;
    return false;
}

static void append_form(struct text *zh, struct text *en, const struct local_kind *form)
{
    char quoted[128];
    snprintf(quoted, sizeof quoted, "“%s”", form->zh);
    if (strstr(text_string(zh), quoted) != NULL) /* one form serves several facts */
        return;
    text_append_string(zh, quoted);
    text_append_format(en, "%s\"%s\"", en->length > 0 ? ", " : "", form->en);
}

static void put_missing(json_t *told, const struct open_lines *lines)
{
    struct text forms_zh = TEXT_WITH_CEILING(SENTENCE_BYTES), forms_en = TEXT_WITH_CEILING(SENTENCE_BYTES);
    struct text zh = TEXT_WITH_CEILING(SENTENCE_BYTES), en = TEXT_WITH_CEILING(SENTENCE_BYTES);
    json_t *list = json_array();
    for (size_t i = 0; i < MISSING_FACTS; i++) {
        const struct name_entry *fact = &missing_fact_names[i];
        const char *form = form_for_fact((enum missing_fact)fact->value);
        if (!misses(lines, fact))
            continue;
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:s}", "fact", fact->code, "zh", fact->zh, "en", fact->en));
        if (form != NULL)
            append_form(&forms_zh, &forms_en, local_kind(form));
    }
    if (forms_zh.length > 0) {
        text_append_format(&zh, "请填写%s表，连同证明材料一并报送；表格未随附的，可向经办处室索取。",
            text_string(&forms_zh));
        text_append_format(&en,
            "Please fill in and send, with the documents that prove it: %s. The desk has the forms where "
            "none is attached.",
            text_string(&forms_en));
    }
    json_object_set_new(told, "missing", list);
    put_words(told, "supply", text_string(&zh), text_string(&en));
    text_free(&forms_zh);
    text_free(&forms_en);
    text_free(&zh);
    text_free(&en);
}

static void put_lines(json_t *told, struct open_lines lines)
{
    json_object_set_new(told, "why_zh", json_array());
    json_object_set_new(told, "why_en", json_array());
    json_object_set_new(told, "near", json_array());
    for (size_t i = 0; i < lines.count; i++) {
        add_sentence(told, &lines.items[i]);
        add_near(told, &lines.items[i]);
    }
    put_missing(told, &lines);
    free(lines.items);
}

/* --- a told case
 * ------------------------------------------------------------------------------------------------ */

static void put_product(json_t *told, struct store *store, const char *product_id)
{
    put(told, "product_id", product_id);
    put(told, "product_zh", "");
    struct query *q =
        query_bind(query(store, "SELECT fields ->> 'name_zh' FROM local_record WHERE kind = 'products' "
                                "AND key = ? AND key <> '' AND seq_to IS NULL"),
            "t", product_id);
    if (query_next(q))
        put(told, "product_zh", query_text(q, 0));
    query_end(q);
}

static void put_authority(json_t *told, const struct config *config, const char *code)
{
    const struct authority_parameter *authority =
        config->parameters != NULL ? parameters_authority(config->parameters, code) : NULL;
    put_words(told, "authority", authority != NULL ? authority->zh : code,
        authority != NULL ? authority->en : code);
    put(told, "authority", code);
}

static void put_verdict(json_t *told, const char *verdict, const char *old_verdict)
{
    const struct name_entry *known =
        name_find(verdict_names, sizeof verdict_names / sizeof *verdict_names, verdict);
    put(told, "verdict", verdict);
    put_words(told, "verdict", known != NULL ? known->zh : "", known != NULL ? known->en : "");
    put(told, "old_verdict", old_verdict);
}

/* What the register says of it, and where the case stands; false when there is no such case. */
static bool put_register(json_t *told, struct store *store, int64_t case_file)
{
    static const char *const members[] = {"case_id", "authority", "number", "device", "decision_date", "url",
        "limits_zh", "limits_en", "stage"};
    int count = sizeof members / sizeof *members;
    struct query *q = query_bind(
        query(store, "SELECT f.case_id, f.authority, f.number, coalesce(v.device, ''), "
                     "coalesce(v.record ->> 'decision_date', ''), coalesce(v.record ->> 'url', ''), "
                     "coalesce(e.limits_zh, ''), coalesce(e.limits_en, ''), f.stage, "
                     "coalesce(p.kind = 'history' OR p.first_by_hand, 0) "
                     "FROM case_file f JOIN approval a ON a.id = f.approval "
                     "LEFT JOIN approval_version v ON v.approval = a.id AND v.seq_to IS NULL "
                     "LEFT JOIN poll p ON p.id = a.first_poll LEFT JOIN feed e ON e.name = a.feed "
                     "WHERE f.id = ?"),
        "i", case_file);
    bool found = query_next(q);
    for (int i = 0; found && i < count; i++)
        put(told, members[i], query_text(q, i));
    if (found)
        json_object_set_new(told, "first_load", json_boolean(query_integer(q, count) != 0));
    query_end(q);
    return found;
}

json_t *facts_of_change(struct store *store, const struct config *config, const struct case_change *change)
{
    const struct fact_item *item = change->verdict->item;
    char decision[DATE_STRING_BYTES];
    json_t *told = json_object();
    put_register(told, store, change->case_file);
    put(told, "case_id", change->case_id);
    put(told, "event", change->kind);
    put_authority(told, config, item->authority);
    put(told, "number", item->number);
    put(told, "device", item->device);
    put(told, "decision_date", date_format(item->decision, decision));
    put_product(told, store, item->product_id);
    put_verdict(told, verdict_names[change->verdict->verdict].code, change->old_verdict);
    put_lines(told, lines_of_verdict(change->verdict));
    json_object_set_new(told, "first_load", json_boolean(change->first_load));
    put(told, "told_before", "");
    return told;
}

json_t *facts_of_case(struct store *store, const struct config *config, int64_t case_file, const char *event)
{
    json_t *told = json_object();
    struct query *q = query_bind(
        query(store, "SELECT product_id, verdict, trace, coalesce(facts ->> '$.approval.device', ''), "
                     "coalesce(facts ->> '$.approval.decision', '') FROM case_version "
                     "WHERE case_file = ? AND seq_to IS NULL"),
        "i", case_file);
    if (!put_register(told, store, case_file) || !query_next(q)) {
        query_end(q);
        json_decref(told);
        return NULL;
    }
    put_authority(told, config, text_of(told, "authority"));
    put(told, "event", event);
    put_product(told, store, query_text(q, 0));
    put_verdict(told, query_text(q, 1), "");
    json_t *trace = json_loads(query_text(q, 2), 0, NULL);
    put_lines(told, lines_of_trace(trace));
    json_decref(trace);
    if (query_text(q, 3)[0] != '\0')
        put(told, "device", query_text(q, 3));
    if (query_text(q, 4)[0] != '\0')
        put(told, "decision_date", query_text(q, 4));
    query_end(q);
    put(told, "told_before", "");
    return told;
}

/* --- the frame
 * -------------------------------------------------------------------------------------------------- */

static json_t *firm_of(struct store *store, const char *uscc)
{
    json_t *firm = json_object();
    put(firm, "uscc", uscc);
    put(firm, "name_zh", "");
    struct query *q = query_bind(
        query(store, "SELECT fields ->> 'name_zh' FROM local_record WHERE kind = 'firms' AND key = ? "
                     "AND seq_to IS NULL"),
        "t", uscc);
    if (query_next(q))
        put(firm, "name_zh", query_text(q, 0));
    query_end(q);
    return firm;
}

json_t *facts_of_message(struct store *store, const char *id, const char *kind, enum alert_audience audience,
    bool urgent, const char *uscc, int64_t now)
{
    char at[CLOCK_STRING_BYTES], type[64];
    json_t *message = json_object();
    snprintf(type, sizeof type, "m13.%s", kind);
    put(message, "id", id);
    put(message, "type", type);
    put(message, "timestamp", clock_format(now, at));
    put(message, "audience", name_code(alert_audience_names, ALERT_AUDIENCES, (int)audience));
    json_object_set_new(message, "urgent", json_boolean(urgent));
    if (uscc[0] != '\0')
        json_object_set_new(message, "firm", firm_of(store, uscc));
    return message;
}
