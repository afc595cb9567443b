/* judge.c - one name of a firm against one reading of the query: which rule holds, what stands against it. */
#include "decide.h"

#include "m13/text.h"
#include "spoken.h"
#include "tables.h"

#include <string.h>

enum {
    REVIEW_BASE = 600,
    CONFLICT_BASE = 850,
    SHORT_BASE = 400,
    WHOLE_CORE_BASE = 500,
    COST_TRANSLATED = 50, /* so that a direct comparison goes before a reading of the same firm's name */
    PLAIN_WORDS = 3
};

/* What is to be read: the name, without what an entry holds besides. */
static void parse_foreign(const struct normal_name *normal, struct parsed_name *ret_parsed)
{
    name_parse(normal, 0, ret_parsed);
    if (ret_parsed->reading_count == 0)
        return;
    unsigned reading = ret_parsed->alias_groups[ret_parsed->alias_count];
    if (reading - normal->brackets == READING_NAME)
        name_parse(normal, reading, ret_parsed);
}

static bool parse_form(const struct normal_name *normal, struct form form, struct parsed_name *ret_parsed)
{
    struct parsed_name foreign;
    switch (form.kind) {
    case FORM_NAME:
        name_parse(normal, 0, ret_parsed);
        return ret_parsed->count > 0;
    case FORM_ALIAS:
        name_parse(normal, form.number, ret_parsed);
        return ret_parsed->count > 0;
    case FORM_LATIN:
        parse_foreign(normal, &foreign);
        return !foreign.overflowed && name_in_latin(&foreign, form.number, ret_parsed);
    case FORM_SPOKEN:
        parse_foreign(normal, &foreign);
        return !foreign.overflowed && name_as_spoken(&foreign, form.number, ret_parsed);
    }
    return false;
}

bool form_parse(const struct match_index *index, const struct normal_name *normal, struct form form,
    struct parsed_name *ret_parsed)
{
    bool there = parse_form(normal, form, ret_parsed) && !ret_parsed->overflowed;
    if (there)
        index_classify(index, ret_parsed);
    return there;
}

static bool has_core(const struct align_side *side)
{
    for (size_t i = 0; i < side->count; i++)
        if (side->tokens[i].class == TOKEN_CORE)
            return true;
    return false;
}

static bool has_place(const struct align_side *side)
{
    for (size_t i = 0; i < side->count; i++)
        if (side->tokens[i].class == TOKEN_PLACE)
            return true;
    return false;
}

/* --------------------------------------------------------------------------------------------- glue */

static size_t side_glue(const struct align_side *side, enum glue_kind kind, char out[NAME_LETTERS])
{
    size_t length = 0;
    for (size_t i = 0; i < side->count; i++) {
        const struct align_token *token = &side->tokens[i];
        /* A translation is good for review only, hence as written in either glue. */
        bool raw = kind == GLUE_RAW || token->loose;
        const char *bytes = raw ? token->raw : token->text;
        size_t count = raw ? token->raw_length : token->length;
        /* Several canonical words of one phrase share its raw text. */
        bool repeats = raw && token->shares;
        if (length + count + 1 > NAME_LETTERS)
            return 0;
        if (token->class == TOKEN_PLACE && token->position == POSITION_TAIL)
            out[length++] = '|';
        for (size_t j = 0; !repeats && j < count; j++)
            if (bytes[j] != ' ' && bytes[j] != '&')
                out[length++] = bytes[j];
    }
    return length;
}

/* Of the two glues of each side some two are the same letters. */
static bool same_glue(const struct align_side *a, const struct align_side *b, enum glue_kind least)
{
    char own[NAME_LETTERS];
    char other[NAME_LETTERS];
    for (int i = GLUE_RAW; i <= GLUE_CANONICAL; i++)
        for (int j = GLUE_RAW; j <= GLUE_CANONICAL; j++) {
            if (least == GLUE_RAW && (i != GLUE_RAW || j != GLUE_RAW))
                continue;
            size_t length = side_glue(a, (enum glue_kind)i, own);
            if (length > 0 && side_glue(b, (enum glue_kind)j, other) == length &&
                memcmp(own, other, length) == 0)
                return true;
        }
    return false;
}

/* The query reads out a Chinese name in full: bei jing wan dong yi liao ke ji you xian gong si. */
static bool reads_out(const struct judged *judged, const struct index_name *name)
{
    const char *source = index_source_text(judged->index, name);
    struct normal_name normal;
    struct parsed_name chinese;
    char own[NAME_LETTERS];
    char other[NAME_LETTERS];
    name_normalise(source, strlen(source), &normal);
    name_parse(&normal, 0, &chinese);
    size_t length = side_glue(judged->side, GLUE_RAW, own);
    size_t with_legal;
    size_t without = name_pinyin_glue(&chinese, other, &with_legal);
    return length > 0 && (length == without || length == with_legal) && memcmp(own, other, length) == 0;
}

/* -------------------------------------------------------------------------------------------- rules */

struct comparison {
    const struct judged *judged;
    const struct index_name *name;
    struct align_side firm;
    struct alignment alignment;
    bool same, glued;
};

/* Without any core every letter must agree, and there must be enough of them: a place and a trade word, or
 * three trade words (Precision Medical Plastics). */
static bool same_to_the_letter(const struct comparison *c)
{
    const struct align_side *query = c->judged->side;
    size_t trade_words = 0;
    for (size_t i = 0; i < query->count; i++)
        trade_words += query->tokens[i].class == TOKEN_GENERIC;
    bool enough = trade_words >= PLAIN_WORDS || (trade_words > 0 && has_place(query));
    return enough && same_glue(query, &c->firm, GLUE_RAW);
}

/* A1: the same key, or the same glue with a core on both sides. */
static bool holds_a1(struct comparison *c, bool by_glue)
{
    const struct align_side *query = c->judged->side;
    bool core = has_core(query) && has_core(&c->firm);
    if (c->same)
        return core || same_to_the_letter(c);
    c->glued = by_glue && core && !c->name->latin && c->alignment.places != PLACES_CONFLICT &&
               same_glue(query, &c->firm, GLUE_CANONICAL);
    return c->glued;
}

static bool holds_a2(const struct comparison *c)
{
    const struct alignment *a = &c->alignment;
    return !a->left_over && !a->loose && !a->edited && a->places == PLACES_EQUAL && a->core_agrees &&
           a->core_in_order;
}

/* The query is nothing but the firm's core, or that and some of its trade words: Aeonmed, Xiaomi. */
static bool is_shortened(const struct comparison *c)
{
    const struct alignment *a = &c->alignment;
    return a->core_agrees && !a->edited && !a->left_any[0] && a->left_any[1] && !a->left_core[1] &&
           c->judged->side->legal == 0;
}

static bool is_loose(const struct align_side *side)
{
    for (size_t i = 0; i < side->count; i++)
        if (side->tokens[i].loose)
            return true;
    return false;
}

static bool is_chinese(const struct align_side *side)
{
    for (size_t i = 0; i < side->count; i++)
        if (side->tokens[i].class == TOKEN_CORE && (side->tokens[i].letters & LETTERS_NOT_LATIN) != 0)
            return true;
    return false;
}

/* All of the core agrees: across languages; or in characters, in the same town, where 生物技术 and 生物科技
 * are one trade, and a brand is rarely shared. */
static bool has_whole_core(const struct comparison *c)
{
    const struct alignment *a = &c->alignment;
    if (!a->core_agrees || a->edited || a->left_core[0] || a->left_core[1])
        return false;
    return is_loose(c->judged->side) || is_loose(&c->firm) ||
           (is_chinese(c->judged->side) && a->places == PLACES_EQUAL && has_place(&c->firm));
}

static uint32_t bit(enum reason reason, bool holds)
{
    return holds ? 1u << reason : 0;
}

static uint32_t place_reason(const struct comparison *c)
{
    /* Where the glue agrees, the place may only be hidden in a glued word. */
    if (c->glued)
        return 0;
    switch (c->alignment.places) {
    case PLACES_EQUAL:
        return 0;
    case PLACES_ELSEWHERE:
        return 1u << REASON_PLACE_ELSEWHERE;
    case PLACES_MISSING:
        return 1u << REASON_PLACE_MISSING;
    case PLACES_CONFLICT:
        return 1u << REASON_PLACE_CONFLICT;
    }
    return 0;
}

static uint32_t reasons_against(const struct comparison *c)
{
    const struct judged *judged = c->judged;
    const struct alignment *a = &c->alignment;
    bool placeless = !has_place(judged->side) && !has_place(&c->firm);
    return place_reason(c) | bit(REASON_LEGAL_FORM, !legal_agrees(judged->side->legal, c->firm.legal)) |
           bit(REASON_TRANSLATED, c->name->latin || judged->form.kind == FORM_LATIN ||
                                      judged->form.kind == FORM_SPOKEN || (a->loose && !c->glued)) |
           bit(REASON_SHORT, is_shortened(c) || c->name->is_short || judged->form.kind == FORM_ALIAS) |
           bit(REASON_CLOSE, a->edited && !c->glued) |
           bit(REASON_PARTIAL, !c->same && !c->glued && (a->left_over || !a->core_in_order)) |
           bit(REASON_ENTITY, c->name->kind == MATCH_NAME_ENTITY) |
           bit(REASON_BESIDE, judged->has_beside || c->name->has_beside) |
           bit(REASON_ADDRESS_ELSEWHERE, placeless && judged->address_elsewhere);
}

/* Another town; or another spelling under another legal form: two small doubts make a great one. */
static bool is_in_conflict(const struct comparison *c)
{
    return c->alignment.places == PLACES_CONFLICT ||
           (c->alignment.edited && !legal_agrees(c->judged->side->legal, c->firm.legal));
}

int base_needed(bool in_conflict, bool shortened, bool whole_core)
{
    if (in_conflict)
        return CONFLICT_BASE;
    return shortened ? SHORT_BASE : whole_core ? WHOLE_CORE_BASE : REVIEW_BASE;
}

struct fit judge(const struct judged *judged, uint32_t at, bool by_glue)
{
    const struct index_name *name = &judged->index->names[at];
    struct comparison c; /* large: not zeroed */
    c.judged = judged;
    c.name = name;
    c.glued = false;
    align_firm(judged->index, name, &c.firm);
    align(judged->side, &c.firm, &c.alignment);
    c.same = align_is_same(judged->side, &c.firm);
    struct fit fit = {.name = at, .firm = name->firm, .form = judged->form};
    if (holds_a1(&c, by_glue))
        fit.rule = name->kind == MATCH_NAME_CONFIRMED ? "A3" : "A1";
    else if (holds_a2(&c))
        fit.rule = "A2";
    fit.reasons = reasons_against(&c);
    fit.base = c.alignment.base;
    fit.score = c.alignment.score;
    fit.matched = c.alignment.matched;
    bool core_differs = has_core(judged->side) && has_core(&c.firm) && !c.alignment.core_agrees;
    bool read_out = by_glue && fit.rule == NULL && name->latin && reads_out(judged, name);
    if (c.glued || read_out)
        fit.base = fit.score = 1000;
    if (fit.reasons & (1u << REASON_TRANSLATED))
        fit.score = fit.score > COST_TRANSLATED ? fit.score - COST_TRANSLATED : 0;
    fit.contradicts = !c.glued && !read_out && (c.alignment.places == PLACES_CONFLICT || core_differs);
    bool evidence = fit.rule != NULL || c.same || c.alignment.core_agrees || read_out;
    int needed = base_needed(is_in_conflict(&c), is_shortened(&c), has_whole_core(&c));
    /* Where both have a Chinese name, its characters count: sounding alike, they are two firms. */
    bool sounds = judged->form.kind == FORM_LATIN && judged->index->firms[name->firm].has_chinese;
    /* Nor is it one that merely sounds alike, or means the same, in another town. */
    bool elsewhere = c.alignment.places == PLACES_CONFLICT && (fit.reasons & (1u << REASON_TRANSLATED)) != 0;
    fit.qualifies = evidence && !sounds && !elsewhere && fit.base >= needed;
    return fit;
}

bool fit_is_automatic(const struct fit *fit)
{
    return fit_is_for_review(fit) && fit->rule != NULL && fit->reasons == 0;
}

bool fit_is_for_review(const struct fit *fit)
{
    return fit->name != NOTHING && fit->qualifies;
}

bool fit_is_better(const struct match_index *index, const struct fit *a, const struct fit *b)
{
    if (a->name == NOTHING || b->name == NOTHING)
        return a->name != NOTHING;
    if (a->qualifies != b->qualifies)
        return a->qualifies;
    if (fit_is_automatic(a) != fit_is_automatic(b))
        return fit_is_automatic(a);
    bool candidate = index->firms[a->firm].is_candidate;
    if (fit_is_automatic(a) && candidate != index->firms[b->firm].is_candidate)
        return !candidate;
    if (a->score != b->score)
        return a->score > b->score;
    if (a->matched != b->matched)
        return a->matched > b->matched;
    int order = strcmp(index->firms[a->firm].uscc, index->firms[b->firm].uscc);
    if (order != 0)
        return order < 0;
    const struct index_name *own = &index->names[a->name];
    const struct index_name *other = &index->names[b->name];
    if (own->kind != other->kind)
        return own->kind < other->kind;
    order = strcmp(index_source_text(index, own), index_source_text(index, other));
    if (order != 0)
        return order < 0;
    return a->form.kind != b->form.kind ? a->form.kind < b->form.kind : a->form.number < b->form.number;
}
