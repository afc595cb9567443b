/* explain.c - a decision as JSON: everything that a person needs to agree or not, and nothing else.
 *
 * Deterministic to the byte. "ours" is the firm's name, "theirs" the register's. */
#include "decide.h"

#include "m13/text.h"

#include <string.h>

static const char *const class_names[] = {"core", "generic", "place"};
static const char *const position_names[] = {"first", "inside", "last", "tail"};
static const char *const kind_names[] = {"zh", "en", "alias", "former", "confirmed", "entity"};
static const char *const form_names[] = {"name", "bracket", "reading", "spoken"};

static void key(struct text *out, const char *name)
{
    text_append_format(out, "\"%s\":", name);
}

static void string_member(struct text *out, const char *name, const char *value)
{
    key(out, name);
    text_append_json(out, value);
    text_append_character(out, ',');
}

/* Closes a list or an object over the comma that its last member left. */
static void close_with(struct text *out, char closing)
{
    if (out->length > 0 && out->bytes[out->length - 1] == ',')
        out->bytes[--out->length] = '\0';
    text_append_character(out, closing);
    text_append_character(out, ',');
}

static void append_run(struct text *out, const struct align_side *side, size_t first, size_t count)
{
    struct text run = TEXT_WITH_CEILING(NAME_BYTES);
    for (size_t i = first; i < first + count; i++) {
        const struct align_token *token = &side->tokens[i];
        if (token->shares && i > first)
            continue;
        if (run.length > 0)
            text_append_character(&run, ' ');
        text_append(&run, token->raw, token->raw_length);
    }
    text_append_json(out, text_string(&run));
    text_free(&run);
}

static void append_pair(struct text *out, const struct align_pair *pair, const struct align_side *query,
    const struct align_side *firm)
{
    text_append_string(out, "{\"ours\":");
    append_run(out, firm, pair->first[1], pair->count[1]);
    text_append_string(out, ",\"theirs\":");
    append_run(out, query, pair->first[0], pair->count[0]);
    text_append_format(out, ",\"class\":\"%s\",\"weight\":%u,\"how\":\"%s\"",
        pair->is_core ? "core" : "generic", (unsigned)pair->weight, align_how_names[pair->how]);
    if (pair->edits > 0)
        text_append_format(out, ",\"edits\":%u", (unsigned)pair->edits);
    text_append_string(out, "},");
}

static void append_left(struct text *out, const char *name, const struct align_side *side, const bool *used)
{
    key(out, name);
    text_append_character(out, '[');
    for (size_t i = 0; i < side->count; i++) {
        const struct align_token *token = &side->tokens[i];
        if (used[i] || token->class == TOKEN_PLACE)
            continue;
        text_append_string(out, "{\"word\":");
        append_run(out, side, i, 1);
        text_append_format(
            out, ",\"class\":\"%s\",\"weight\":%u},", class_names[token->class], (unsigned)token->weight);
    }
    close_with(out, ']');
}

static void append_places(struct text *out, const char *name, const struct align_side *side)
{
    key(out, name);
    text_append_character(out, '[');
    for (size_t i = 0; i < side->count; i++) {
        const struct align_token *token = &side->tokens[i];
        if (token->class != TOKEN_PLACE)
            continue;
        text_append_string(out, "{\"place\":");
        text_append_json_bytes(out, token->text, token->length);
        text_append_format(out, ",\"position\":\"%s\"},", position_names[token->position]);
    }
    close_with(out, ']');
}

/* Legal forms as written: families alone are no words for people. */
static void append_legal_forms(struct text *out, const char *source, const struct parsed_name *theirs)
{
    struct normal_name normal;
    struct parsed_name ours;
    name_normalise(source, strlen(source), &normal);
    name_parse(&normal, 0, &ours);
    text_append_string(out, "\"legal_forms\":{");
    string_member(out, "ours", ours.legal_text);
    string_member(out, "theirs", theirs->legal_text);
    close_with(out, '}');
}

static void append_names(struct text *out, const struct decision *decision)
{
    const struct match_index *index = decision->index;
    const struct index_name *name = &index->names[decision->best.name];
    struct parsed_name theirs;
    struct align_side query;
    struct align_side firm;
    struct alignment alignment;
    if (!form_parse(index, decision->normal, decision->best.form, &theirs))
        return;
    align_query(index, &theirs, &query);
    align_firm(index, name, &firm);
    align(&query, &firm, &alignment);
    text_append_format(out, "\"ours\":{\"name\":");
    text_append_json(out, index_source_text(index, name));
    text_append_format(
        out, ",\"kind\":\"%s\",\"read\":%s},", kind_names[name->kind], name->latin ? "true" : "false");
    const struct form *form = &decision->best.form;
    bool is_entry = form->kind == FORM_ALIAS && form->number > decision->normal->brackets;
    string_member(out, "compared", is_entry ? "entry" : form_names[form->kind]);
    append_legal_forms(out, index_source_text(index, name), &theirs);
    text_append_string(out, "\"aligned\":[");
    for (size_t i = 0; i < alignment.pair_count; i++)
        append_pair(out, &alignment.pairs[i], &query, &firm);
    close_with(out, ']');
    text_append_string(out, "\"left\":{");
    append_left(out, "ours", &firm, alignment.used[1]);
    append_left(out, "theirs", &query, alignment.used[0]);
    close_with(out, '}');
    text_append_format(out, "\"places\":{\"relation\":\"%s\",", place_relation_names[alignment.places]);
    append_places(out, "ours", &firm);
    append_places(out, "theirs", &query);
    close_with(out, '}');
}

static void append_identifiers(struct text *out, const struct decision *decision)
{
    text_append_string(out, "\"identifiers\":[");
    for (size_t i = 0; i < decision->answer_count; i++) {
        const struct identifier_answer *answer = &decision->answers[i];
        text_append_format(out, "{\"kind\":\"%s%s\",\"value\":", answer->listed ? "listed_" : "",
            identifier_names[answer->kind]);
        text_append_json(out, answer->text);
        text_append_format(out, ",\"valid\":%s,\"firm\":", answer->good ? "true" : "false");
        text_append_json(out, answer->firm == NOTHING ? "" : decision->index->firms[answer->firm].uscc);
        text_append_string(out, "},");
    }
    close_with(out, ']');
}

static void append_runner_up(struct text *out, const struct decision *decision)
{
    const struct fit *runner_up = &decision->runner_up;
    if (!fit_is_for_review(runner_up))
        return;
    text_append_string(out, "\"runner_up\":{\"uscc\":");
    text_append_json(out, decision->index->firms[runner_up->firm].uscc);
    text_append_string(out, ",\"name\":");
    text_append_json(out, index_source_text(decision->index, &decision->index->names[runner_up->name]));
    text_append_format(
        out, ",\"score\":%d,\"margin\":%d},", runner_up->score, decision->score - runner_up->score);
}

void explain(const struct decision *decision, struct text *out)
{
    text_append_character(out, '{');
    string_member(out, "rule", decision->rule == NULL ? "" : decision->rule);
    text_append_string(out, "\"reasons\":[");
    for (int reason = 0; reason < REASONS; reason++)
        if (decision->reasons & (1u << reason))
            text_append_format(out, "\"%s\",", match_reason_names[reason].code);
    close_with(out, ']');
    text_append_format(out, "\"score\":%d,", decision->score);
    if (decision->best.name != NOTHING)
        append_names(out, decision);
    append_identifiers(out, decision);
    append_runner_up(out, decision);
    string_member(out, "rules", match_rules_version);
    close_with(out, '}');
    /* close_with() leaves a comma for a next member; there is none. */
    if (out->length > 0)
        out->bytes[--out->length] = '\0';
}
