/* message.c - what is said of a case: facts as JSON, and the same in plain words of both languages. */
#include "internal.h"

#include "m13/clock.h"
#include "m13/digest.h"
#include "m13/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void copy_line(struct told_case *told, const struct trace_line *line)
{
    size_t at = told->sentence_count++;
    told->sentences_zh[at] = memory_copy_string(line->zh);
    told->sentences_en[at] = memory_copy_string(line->en);
    if (line->outcome == RULE_MISSING && line->missing)
        told->missing[told->missing_count++] = memory_copy_string(line->missing);
}

static bool decides_verdict(const struct trace_line *line)
{
    for (size_t i = 0; i < measure13_rule_count; i++)
        if (string_equal(measure13_rules[i].id, line->rule))
            return measure13_rules[i].of_verdict;
    return false;
}

void told_case_of(const struct case_change *change, struct told_case *ret_case)
{
    const struct case_verdict *verdict = change->verdict;
    const struct fact_item *item = verdict->item;
    char decision[DATE_STRING_BYTES];
    *ret_case = (struct told_case){
        .case_id = memory_copy_string(change->case_id),
        .kind = memory_copy_string(change->kind),
        .old_verdict = memory_copy_string(change->old_verdict),
        .verdict = memory_copy_string(verdict_names[verdict->verdict].code),
        .verdict_zh = memory_copy_string(verdict_names[verdict->verdict].zh),
        .verdict_en = memory_copy_string(verdict_names[verdict->verdict].en),
        .authority = memory_copy_string(item->authority),
        .number = memory_copy_string(item->number),
        .device = memory_copy_string(item->device),
        .decision = memory_copy_string(date_format(item->decision, decision)),
        .first_seen = memory_copy_string(item->first_seen ? item->first_seen : ""),
        .missing = memory_get_zeroed(verdict->trace_count + 1, sizeof(char *)),
        .sentences_zh = memory_get_zeroed(verdict->trace_count + 1, sizeof(char *)),
        .sentences_en = memory_get_zeroed(verdict->trace_count + 1, sizeof(char *)),
        .first_load = change->first_load,
        .seq = change->seq,
    };
    for (size_t i = 0; i < verdict->trace_count; i++) {
        const struct trace_line *line = &verdict->trace[i];
        /* Of money a message says only the caps in the text's words. */
        if (decides_verdict(line) && line->outcome != RULE_PASS && line->outcome != RULE_NOT_APPLICABLE)
            copy_line(ret_case, line);
    }
}

static void free_strings(char **strings, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(strings[i]);
    free(strings);
}

static void told_case_clear(struct told_case *told)
{
    char *single[] = {told->case_id, told->kind, told->old_verdict, told->verdict, told->verdict_zh,
        told->verdict_en, told->authority, told->number, told->device, told->decision, told->first_seen};
    for (size_t i = 0; i < sizeof single / sizeof *single; i++)
        free(single[i]);
    free_strings(told->missing, told->missing_count);
    free_strings(told->sentences_zh, told->sentence_count);
    free_strings(told->sentences_en, told->sentence_count);
}

void told_firm_clear(struct told_firm *told)
{
    for (size_t i = 0; i < told->case_count; i++)
        told_case_clear(&told->cases[i]);
    free(told->cases);
    free(told->uscc);
    *told = (struct told_firm){0};
}

void message_id(const struct told_firm *told, char out[40])
{
    struct text seed = TEXT_WITH_CEILING(1024 * 1024);
    char hex[DIGEST_HEX_BYTES];
    text_append_format(&seed, "%d|%s", (int)told->audience, told->uscc);
    for (size_t i = 0; i < told->case_count; i++)
        text_append_format(
            &seed, "|%s:%s:%lld", told->cases[i].case_id, told->cases[i].kind, (long long)told->cases[i].seq);
    digest_hex_of(text_string(&seed), seed.length, hex);
    snprintf(out, 40, "msg_%.32s", hex);
    text_free(&seed);
}

/* --- as JSON
 * ------------------------------------------------------------------------------------------------ */

static void member(struct text *out, const char *name, const char *value)
{
    text_append_character(out, ',');
    text_append_json(out, name);
    text_append_character(out, ':');
    text_append_json(out, value);
}

static void list(struct text *out, const char *name, char *const *values, size_t count)
{
    text_append_character(out, ',');
    text_append_json(out, name);
    text_append_string(out, ":[");
    for (size_t i = 0; i < count; i++) {
        if (i)
            text_append_character(out, ',');
        text_append_json(out, values[i]);
    }
    text_append_character(out, ']');
}

static void case_json(struct text *out, const struct told_case *told)
{
    text_append_string(out, "{\"case_id\":");
    text_append_json(out, told->case_id);
    member(out, "event", told->kind);
    member(out, "authority", told->authority);
    member(out, "number", told->number);
    member(out, "device", told->device);
    member(out, "decision_date", told->decision);
    member(out, "verdict", told->verdict);
    member(out, "old_verdict", told->old_verdict);
    list(out, "missing", told->missing, told->missing_count);
    list(out, "why_zh", told->sentences_zh, told->sentence_count);
    list(out, "why_en", told->sentences_en, told->sentence_count);
    text_append_format(out, ",\"first_load\":%s}", told->first_load ? "true" : "false");
}

/* --- in words
 * ------------------------------------------------------------------------------------------------ */

static bool is_held(const struct told_case *one)
{
    return string_equal(one->kind, "difference");
}

static void words_zh(
    struct text *out, const struct told_firm *told, const char *firm_name, const struct config *config)
{
    if (told->audience == AUDIENCE_FIRM)
        text_append_format(out,
            "%s：\n您单位的下列产品可能符合“第13条”境外注册支持（初判，非承诺；单个产品最高100万元，"
            "单个企业每年最高300万元）：\n",
            firm_name);
    else
        text_append_format(out, "%s（%s）有需要人工核定的线索：\n", firm_name, told->uscc);
    for (size_t i = 0; i < told->case_count; i++) {
        const struct told_case *one = &told->cases[i];
        text_append_format(out, "\n%s　%s %s　%s%s%s\n　　产品：%s\n　　结论：%s%s\n", one->case_id,
            one->authority, one->number, one->first_load ? "已于" : "", one->decision,
            one->first_load ? "获批" : "批准", one->device,
            is_held(one) ? "已封存或已拨付，不变；按现有事实会是：" : "", one->verdict_zh);
        for (size_t j = 0; j < one->sentence_count; j++)
            text_append_format(out, "　　· %s\n", one->sentences_zh[j]);
    }
    if (config->alerts.desk.name && *config->alerts.desk.name)
        text_append_format(out, "\n如有疑问或异议，请联系%s：%s。\n", config->alerts.desk.name,
            config->alerts.desk.phone ? config->alerts.desk.phone : "");
}

static void words_en(
    struct text *out, const struct told_firm *told, const char *firm_name, const struct config *config)
{
    if (told->audience == AUDIENCE_FIRM)
        text_append_format(out,
            "%s:\nthese products of yours may qualify under Measure 13 (first reading, no promise; at "
            "most CNY 1,000,000 a product and CNY 3,000,000 a firm and year):\n",
            firm_name);
    else
        text_append_format(out, "%s (%s) has leads that a person must judge:\n", firm_name, told->uscc);
    for (size_t i = 0; i < told->case_count; i++) {
        const struct told_case *one = &told->cases[i];
        text_append_format(out, "\n%s  %s %s  %s %s\n  product: %s\n  verdict: %s%s\n", one->case_id,
            one->authority, one->number, one->first_load ? "approved earlier, on" : "approved on",
            one->decision, one->device,
            is_held(one) ? "unchanged, for it is frozen or paid; on today's facts it would be: " : "",
            one->verdict_en);
        for (size_t j = 0; j < one->sentence_count; j++)
            text_append_format(out, "  - %s\n", one->sentences_en[j]);
    }
    if (config->alerts.desk.name && *config->alerts.desk.name)
        text_append_format(out, "\nQuestions or objections: %s, %s.\n", config->alerts.desk.name,
            config->alerts.desk.phone ? config->alerts.desk.phone : "");
}

void message_body(const struct told_firm *told, const char *id, const char *firm_name,
    const struct config *config, int64_t now, struct text *out)
{
    char at[CLOCK_STRING_BYTES];
    struct text zh = TEXT_WITH_CEILING(1024 * 1024), en = TEXT_WITH_CEILING(1024 * 1024);
    words_zh(&zh, told, firm_name, config);
    words_en(&en, told, firm_name, config);

    text_append_string(out, "{\"id\":");
    text_append_json(out, id);
    member(out, "type", told->audience == AUDIENCE_FIRM ? "m13.lead" : "m13.question");
    member(out, "timestamp", clock_format(now, at));
    member(out, "audience", told->audience == AUDIENCE_FIRM ? "firm" : "desk");
    text_append_string(out, ",\"firm\":{\"uscc\":");
    text_append_json(out, told->uscc);
    member(out, "name_zh", firm_name);
    text_append_string(out, "},\"cases\":[");
    for (size_t i = 0; i < told->case_count; i++) {
        if (i)
            text_append_character(out, ',');
        case_json(out, &told->cases[i]);
    }
    text_append_character(out, ']');
    member(out, "text_zh", text_string(&zh));
    member(out, "text_en", text_string(&en));
    text_append_character(out, '}');
    text_free(&zh);
    text_free(&en);
}
