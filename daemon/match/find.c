/* find.c - one query: every reading of its name, every name that might be meant, the identifiers, one answer.
 */
#include "decide.h"

#include "m13/text.h"
#include "spoken.h"
#include "tables.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

const struct name_entry match_band_names[] = {
    {MATCH_NONE, "none", "未匹配", "none"},
    {MATCH_REVIEW, "review", "待核", "review"},
    {MATCH_AUTO, "auto", "自动匹配", "automatic"},
};

/* In the order of enum reason: the gravest first. */
const struct name_entry match_reason_names[] = {
    {REASON_OTHER_FIRMS_IDENTIFIER, "R1", "识别码属于另一家企业", "the identifier is another firm's"},
    {REASON_IDENTIFIER_ONLY, "R2", "识别码相同，但名称不符", "identifier equal, name contradicts"},
    {REASON_SEVERAL, "R3", "多家企业相符", "several firms fit"},
    {REASON_PASSED_OVER, "R17", "经办人已否定另一家相符的企业",
        "a person has rejected another firm that fits"},
    {REASON_ABROAD, "R4", "登记国别不是中国", "registered in another country: affiliate"},
    {REASON_ENTITY, "R15", "关联主体的名称或识别码", "name or identifier of a related entity: affiliate"},
    {REASON_LISTED, "R16", "其登记场所列名该批准", "an establishment of the firm lists this approval"},
    {REASON_PLACE_CONFLICT, "R5", "地名冲突", "places in conflict"},
    {REASON_ADDRESS_ELSEWHERE, "R6", "登记地址在外地", "no place in the name, address elsewhere"},
    {REASON_BESIDE, "R7", "括号内另有名称", "another name in brackets"},
    {REASON_LEGAL_FORM, "R8", "组织形式不同", "legal forms differ"},
    {REASON_PLACE_ELSEWHERE, "R9", "地名位置不同", "place stands elsewhere in the name"},
    {REASON_PLACE_MISSING, "R10", "一方缺少地名", "place on one side only"},
    {REASON_TRANSLATED, "R11", "经音译或意译得到", "reached through readings or translation"},
    {REASON_SHORT, "R12", "简称或别名", "short name or alias"},
    {REASON_CLOSE, "R13", "字号拼写相近", "a word differs by a slip"},
    {REASON_PARTIAL, "R14", "字号相符，其余不同", "core agrees, the rest does not"},
};

enum { MATCH_WHY_BYTES = 64 * 1024, FULL_SCORE = 1000 };

/* In pairs: of one pair by its sound; of laying a name against the query, beside its pairs. */
enum { SOUND_EFFORT = 32, JUDGE_EFFORT = 60 };

struct found {
    struct fit best, runner_up;
    uint32_t automatic_firm; /* NOTHING: none so far */
    bool several;            /* a second firm fits as well */
    bool passed_fits;
};

struct search {
    struct match_index *index;
    struct judged judged;
    struct bound bound;
    struct effort effort;
    struct found found;
    struct found before; /* what is found even if the rest of the present form costs too much */
    const char *const *passed_over;
};

static bool same_firm(const struct match_index *index, uint32_t a, uint32_t b)
{
    return a == b || strcmp(index->firms[a].uscc, index->firms[b].uscc) == 0;
}

/* A candidate of the same name is most likely the firm itself, whose SRN nobody has told yet: the firm goes
 * before it. */
static void note_automatic(struct search *search, uint32_t firm)
{
    const struct match_index *index = search->index;
    uint32_t known = search->found.automatic_firm;
    bool candidate = index->firms[firm].is_candidate;
    if (known == NOTHING || (index->firms[known].is_candidate && !candidate)) {
        search->found.automatic_firm = firm;
        search->found.several = false;
    } else if (!same_firm(index, known, firm) && candidate == index->firms[known].is_candidate) {
        search->found.several = true;
    }
}

/* Keeps the best fits of two firms. */
static void offer(struct search *search, const struct fit *fit)
{
    const struct match_index *index = search->index;
    if (!fit_is_for_review(fit))
        return;
    if (fit_is_automatic(fit)) {
        note_automatic(search, fit->firm);
    }
    if (fit_is_better(index, fit, &search->found.best)) {
        if (search->found.best.name != NOTHING && !same_firm(index, search->found.best.firm, fit->firm))
            search->found.runner_up = search->found.best;
        search->found.best = *fit;
    } else if (!same_firm(index, search->found.best.firm, fit->firm) &&
               fit_is_better(index, fit, &search->found.runner_up)) {
        search->found.runner_up = *fit;
    }
}

static bool is_passed_over(const struct match_index *index, const char *const *passed_over, uint32_t firm)
{
    for (; passed_over != NULL && *passed_over != NULL; passed_over++)
        if (strcmp(*passed_over, index->firms[firm].uscc) == 0)
            return true;
    return false;
}

/* Pairs of tokens to be compared; those of core words several times by sound. */
static size_t pairs_with(const struct search *search, uint32_t name)
{
    size_t tokens = search->index->names[name].token_count;
    size_t pairs = search->judged.side->count * tokens;
    bool aloud = search->bound.spoken && pairs <= SOUND_PAIRS_MOST;
    return JUDGE_EFFORT + pairs + (aloud ? search->bound.cores * tokens * SOUND_EFFORT : 0);
}

static void consider(uint32_t name, bool by_glue, void *context)
{
    struct search *search = context;
    if (!by_glue && !bound_allows(&search->bound, name))
        return;
    if (!search->bound.whole && !effort_takes(&search->effort, pairs_with(search, name)))
        return;
    struct fit fit = judge(&search->judged, name, by_glue);
    if (is_passed_over(search->index, search->passed_over, fit.firm))
        search->found.passed_fits = search->found.passed_fits || fit_is_automatic(&fit);
    else
        offer(search, &fit);
}

static void take_roads(struct search *search, struct form form, const struct parsed_name *parsed)
{
    struct reach reach = {.index = search->index,
        .query = parsed,
        .each = consider,
        .context = search,
        .effort = &search->effort,
        .takes_all = form.kind == FORM_LATIN || form.kind == FORM_SPOKEN};
    index_next_stamp(search->index);
    if (form.kind == FORM_SPOKEN) {
        /* What sounds the same is kept, whatever all that sounds alike would cost. */
        reach_by_sound(&reach, SOUND_SAME);
        search->before = search->effort.exceeded ? search->before : search->found;
    }
    reach_by_glue(&reach);
    reach_by_words(&reach);
    if (form.kind == FORM_SPOKEN)
        reach_by_sound(&reach, SOUND_ALIKE);
    /* Where a firm fits, what is merely near would change nothing. */
    if (search->found.automatic_firm == NOTHING)
        reach_by_near(&reach);
}

/* An automatic match has every word of the name: it is found whatever all other names would cost. */
static void take_whole_names(struct search *search, const struct parsed_name *parsed)
{
    struct reach reach = {.index = search->index, .query = parsed, .each = consider, .context = search};
    search->bound.whole = true;
    index_next_stamp(search->index);
    reach_by_glue(&reach);
    reach_by_rarest_word(&reach);
}

static void search_form(struct search *search, struct form form, const struct parsed_name *parsed)
{
    struct align_side side;
    search->before = search->found;
    align_query(search->index, parsed, &side);
    search->judged.side = &side;
    search->judged.form = form;
    bound_query(search->index, &side, &search->bound);
    struct side_sounds sounds; /* large: not zeroed as a whole */
    memset(sounds.known, 0, sizeof sounds.known);
    side.sounds = &sounds;
    take_roads(search, form, parsed);
    if (!search->effort.exceeded)
        return;
    /* No name of a firm, but a row of words that many have. */
    search->found = search->before;
    if (form.kind == FORM_NAME)
        take_whole_names(search, parsed);
}

static void search_other_forms(
    struct search *search, const struct normal_name *normal, const struct parsed_name *main)
{
    struct parsed_name parsed;
    for (size_t i = 0; i < main->alias_count + main->reading_count; i++) {
        struct form form = {.kind = FORM_ALIAS, .number = main->alias_groups[i]};
        if (form_parse(search->index, normal, form, &parsed))
            search_form(search, form, &parsed);
    }
    for (unsigned variant = 0; variant < NAME_VARIANTS; variant++) {
        struct form form = {.kind = FORM_LATIN, .number = variant};
        if (form_parse(search->index, normal, form, &parsed))
            search_form(search, form, &parsed);
    }
    for (unsigned variant = 0; variant < SPOKEN_VARIANTS; variant++) {
        struct form form = {.kind = FORM_SPOKEN, .number = variant};
        if (form_parse(search->index, normal, form, &parsed))
            search_form(search, form, &parsed);
    }
}

/* Han, kana, Cyrillic, Greek: there are readings to try. */
static bool has_other_script(const struct parsed_name *parsed)
{
    for (size_t i = 0; i < parsed->count; i++)
        if (parsed->tokens[i].han || parsed->tokens[i].foreign)
            return true;
    return false;
}

/* ---------------------------------------------------------------------------------------- identifiers */

static uint32_t firm_of_identifier(
    struct decision *decision, enum identifier_kind kind, const char *identifier, bool *ret_several)
{
    const struct match_index *index = decision->index;
    uint32_t found = NOTHING;
    const struct chains *chains = &index->identifiers;
    struct chain_walk walk = chains_find(chains, identifier_hash(kind, identifier));
    for (uint32_t firm; chain_next(&walk, &firm);) {
        if (!identifier_in_list(firm_identifiers(&index->firms[firm], kind), identifier))
            continue;
        if (is_passed_over(index, decision->query->passed_over, firm)) {
            decision->passed_fits = true;
            continue;
        }
        if (found != NOTHING && !same_firm(index, found, firm))
            *ret_several = true;
        /* Of several the answer names the first by code, whatever the order of adding. */
        if (found == NOTHING || strcmp(index->firms[firm].uscc, index->firms[found].uscc) < 0)
            found = firm;
    }
    return found;
}

struct asked {
    enum identifier_kind kind;
    bool listed;   /* of an establishment that lists the approval */
    bool indirect; /* told only when it is somebody's */
};

static void ask_identifiers(
    struct decision *decision, struct asked asked, const char *list, uint32_t *firm, bool *several)
{
    const struct match_index *index = decision->index;
    char text[IDENTIFIER_BYTES];
    while (list != NULL && decision->answer_count < ANSWERS && identifier_next(&list, text)) {
        struct identifier_answer *answer = &decision->answers[decision->answer_count++];
        *answer = (struct identifier_answer){
            .kind = asked.kind, .listed = asked.listed, .good = identifier_is_good(asked.kind, text)};
        memcpy(answer->text, text, sizeof text);
        answer->firm = answer->good ? firm_of_identifier(decision, asked.kind, text, several) : NOTHING;
        if (answer->firm == NOTHING) {
            decision->answer_count -= asked.indirect;
            continue;
        }
        if (*firm != NOTHING && !same_firm(index, *firm, answer->firm))
            *several = true;
        if (*firm == NOTHING || strcmp(index->firms[answer->firm].uscc, index->firms[*firm].uscc) < 0)
            *firm = answer->firm;
    }
}

/* One reading of the query's name against all names of a firm: the best fit, and whether any does not
 * contradict. */
static bool form_allows(struct search *search, struct form form, const struct parsed_name *parsed,
    const struct index_firm *firm, struct fit *best)
{
    const struct match_index *index = search->index;
    struct align_side side;
    bool allowed = false;
    align_query(index, parsed, &side);
    search->judged.side = &side;
    search->judged.form = form;
    for (uint32_t name = firm->first_name; name < firm->first_name + firm->name_count; name++) {
        struct fit fit = judge(&search->judged, name, true);
        allowed = allowed || !fit.contradicts;
        if (fit_is_better(index, &fit, best))
            *best = fit;
    }
    search->judged.side = NULL;
    return allowed;
}

/* False when every name of the firm whose identifier it is contradicts the query's. */
static bool name_allows(
    struct search *search, const struct normal_name *normal, uint32_t at, struct fit *ret_fit)
{
    const struct index_firm *firm = &search->index->firms[at];
    struct parsed_name parsed;
    struct form form = {.kind = FORM_NAME};
    *ret_fit = (struct fit){.name = NOTHING, .firm = at};
    if (!form_parse(search->index, normal, form, &parsed))
        return !normal->overflowed; /* no name says nothing against it; a monstrous one does */
    bool allowed = firm->name_count == 0 || form_allows(search, form, &parsed, firm, ret_fit);
    for (unsigned i = 0; has_other_script(&parsed) && !allowed && i < NAME_VARIANTS + SPOKEN_VARIANTS; i++) {
        struct parsed_name latin;
        bool spoken = i >= NAME_VARIANTS;
        struct form reading = {
            .kind = spoken ? FORM_SPOKEN : FORM_LATIN, .number = spoken ? i - NAME_VARIANTS : i};
        if (form_parse(search->index, normal, reading, &latin))
            allowed = form_allows(search, reading, &latin, firm, ret_fit);
    }
    return allowed;
}

/* ------------------------------------------------------------------------------------------- decision */

/* An affiliate is at home in its own country. */
static bool is_abroad(const struct match_index *index, const char *country, const struct fit *fit)
{
    if (fit->name == NOTHING || index->names[fit->name].kind != MATCH_NAME_ENTITY)
        return !country_is_china(country);
    const char *own = index->sources[index->names[fit->name].source].country;
    bool known = !string_is_blank(own) && !string_is_blank(country);
    return known && strcasecmp(own, country) != 0;
}

static void decide_by_name(struct decision *decision, const struct search *search)
{
    bool abroad = is_abroad(decision->index, decision->query->country, &search->found.best);
    decision->best = search->found.best;
    decision->runner_up = search->found.runner_up;
    if (!fit_is_for_review(&search->found.best))
        return;
    decision->band = MATCH_REVIEW;
    decision->score = search->found.best.score;
    decision->rule = search->found.best.rule;
    decision->reasons = search->found.best.reasons;
    if (abroad)
        decision->reasons |= 1u << REASON_ABROAD;
    if (fit_is_automatic(&search->found.best) && search->found.several)
        decision->reasons |= 1u << REASON_SEVERAL;
    if (fit_is_automatic(&search->found.best) && decision->reasons == 0)
        decision->band = MATCH_AUTO;
}

static void decide_by_identifier(
    struct decision *decision, struct search *search, uint32_t firm, bool several)
{
    struct fit fit;
    struct search scratch = *search;
    bool allowed = name_allows(&scratch, decision->normal, firm, &fit);
    uint32_t by_name = search->found.automatic_firm;
    bool other_by_name = by_name != NOTHING && !same_firm(search->index, by_name, firm) &&
                         !search->index->firms[by_name].is_candidate;
    if (search->found.best.name != NOTHING && !same_firm(search->index, search->found.best.firm, firm))
        decision->runner_up = search->found.best;
    else
        decision->runner_up = search->found.runner_up;
    decision->best = fit;
    decision->best.firm = firm;
    decision->score = allowed ? FULL_SCORE : fit.score;
    decision->reasons = 0;
    if (other_by_name)
        decision->reasons |= 1u << REASON_OTHER_FIRMS_IDENTIFIER;
    if (!allowed)
        decision->reasons |= 1u << REASON_IDENTIFIER_ONLY;
    if (several)
        decision->reasons |= 1u << REASON_SEVERAL;
    decision->band = decision->reasons == 0 ? MATCH_AUTO : MATCH_REVIEW;
    decision->rule = "A0";
}

/* Rule of an automatic match, or the gravest reason against one. */
static const char *code_of(const struct decision *decision)
{
    if (decision->band == MATCH_NONE)
        return "";
    if (decision->band == MATCH_AUTO)
        return decision->rule;
    for (int reason = 0; reason < REASONS; reason++)
        if (decision->reasons & (1u << reason))
            return match_reason_names[reason].code;
    return match_reason_names[REASON_PARTIAL].code;
}

static void answer(const struct decision *decision, struct match_result *ret_result)
{
    const struct match_index *index = decision->index;
    ret_result->band = decision->band;
    ret_result->score = decision->score;
    const char *code = code_of(decision);
    memcpy(ret_result->rule, code, strlen(code) + 1);
    if (decision->band == MATCH_NONE) {
        text_append_string(&ret_result->why, "{}");
        return;
    }
    const struct index_firm *firm = &index->firms[decision->best.firm];
    size_t length = strlen(firm->uscc);
    if (length >= sizeof ret_result->uscc)
        length = sizeof ret_result->uscc - 1;
    memcpy(ret_result->uscc, firm->uscc, length);
    ret_result->firm_name = firm->name_zh;
    explain(decision, &ret_result->why);
}

/* Where a register's address tells nothing (none, or a town that no table knows: "PRC", "BDA"), the name is
 * all there is to say where the maker sits: rather one too many among the unclaimed than one lost. */
static bool sits_in_beijing(const struct match_query *query, const struct parsed_name *parsed)
{
    enum address address = address_judge(query->country, query->city, query->postcode);
    if (address != ADDRESS_UNKNOWN)
        return address == ADDRESS_BEIJING;
    for (size_t i = 0; i < parsed->count; i++) {
        const struct token *token = &parsed->tokens[i];
        if (token->class == TOKEN_PLACE && token->text_length == strlen(place_beijing) &&
            memcmp(parsed->bytes + token->text, place_beijing, token->text_length) == 0)
            return true;
    }
    return false;
}

/* EUDAMED has a maker whose name is its code: an identifier, and no name. */
static bool name_is_code(const char *name)
{
    return identifier_is_good(IDENTIFIER_USCC, name);
}

/* What only points to a firm: an identifier of its subsidiary, or its establishment that lists the approval.
 * It goes before any name but one that fits without a doubt. */
static void decide_by_pointer(
    struct decision *decision, const struct search *search, enum reason reason, uint32_t firm, bool several)
{
    if (firm == NOTHING || decision->band == MATCH_AUTO)
        return;
    bool same = decision->band == MATCH_REVIEW && same_firm(search->index, decision->best.firm, firm);
    decision->reasons |= 1u << reason;
    if (several)
        decision->reasons |= 1u << REASON_SEVERAL;
    if (same)
        return;
    decision->reasons = 1u << reason | (several ? 1u << REASON_SEVERAL : 0);
    decision->runner_up = search->found.best;
    decision->best = (struct fit){.name = NOTHING, .firm = firm};
    decision->band = MATCH_REVIEW;
    decision->score = FULL_SCORE;
    decision->rule = "";
}

static void ask_pointers(struct decision *decision, const struct search *search)
{
    const struct match_query *query = decision->query;
    const struct {
        struct asked asked;
        const char *list;
        enum reason reason;
    } pointers[] = {
        {{IDENTIFIER_FEI, true, false}, query->listed_fei, REASON_LISTED},
        {{IDENTIFIER_OWNER_OPERATOR, true, false}, query->listed_owner_operator, REASON_LISTED},
        {{IDENTIFIER_ENTITY_SRN, false, true}, query->srn, REASON_ENTITY},
        {{IDENTIFIER_ENTITY_FEI, false, true}, query->fei, REASON_ENTITY},
    };
    for (size_t i = 0; i < sizeof pointers / sizeof *pointers; i++) {
        uint32_t firm = NOTHING;
        bool several = false;
        ask_identifiers(decision, pointers[i].asked, pointers[i].list, &firm, &several);
        decide_by_pointer(decision, search, pointers[i].reason, firm, several);
    }
}

static void decide(struct decision *decision, struct search *search)
{
    const struct match_query *query = decision->query;
    uint32_t firm = NOTHING;
    bool several = false;
    ask_identifiers(decision, (struct asked){.kind = IDENTIFIER_SRN}, query->srn, &firm, &several);
    ask_identifiers(decision, (struct asked){.kind = IDENTIFIER_FEI}, query->fei, &firm, &several);
    ask_identifiers(
        decision, (struct asked){.kind = IDENTIFIER_OWNER_OPERATOR}, query->owner_operator, &firm, &several);
    ask_identifiers(decision, (struct asked){.kind = IDENTIFIER_USCC}, query->uscc, &firm, &several);
    if (name_is_code(query->name == NULL ? "" : query->name))
        ask_identifiers(decision, (struct asked){.kind = IDENTIFIER_USCC}, query->name, &firm, &several);
    if (firm != NOTHING) {
        decide_by_identifier(decision, search, firm, several);
        return;
    }
    decide_by_name(decision, search);
    ask_pointers(decision, search);
}

void match_find(struct match_index *index, const struct match_query *query, struct match_result *ret_result)
{
    *ret_result = (struct match_result){.firm_name = "", .why = TEXT_WITH_CEILING(MATCH_WHY_BYTES)};
    match_index_build(index, INT64_MAX);
    const char *name = query->name == NULL || name_is_code(query->name) ? "" : query->name;
    struct normal_name normal;
    struct parsed_name parsed;
    struct form form = {.kind = FORM_NAME};
    name_normalise(name, strlen(name), &normal);
    bool usable = form_parse(index, &normal, form, &parsed);
    struct search search = {
        .index = index, .found = {.automatic_firm = NOTHING}, .effort = {.left = index->effort_most}};
    search.found.best = search.found.runner_up = (struct fit){.name = NOTHING, .firm = NOTHING};
    search.passed_over = query->passed_over;
    search.judged = (struct judged){.index = index,
        .has_beside = parsed.has_beside,
        .address_elsewhere =
            address_judge(query->country, query->city, query->postcode) == ADDRESS_ELSEWHERE};
    if (usable)
        search_form(&search, form, &parsed);
    if (usable && search.found.automatic_firm == NOTHING &&
        (parsed.alias_count + parsed.reading_count > 0 || has_other_script(&parsed)))
        search_other_forms(&search, &normal, &parsed);
    struct decision decision = {.index = index, .query = query, .normal = &normal, .rule = ""};
    decide(&decision, &search);
    if (decision.band == MATCH_AUTO && (decision.passed_fits || search.found.passed_fits)) {
        decision.band = MATCH_REVIEW;
        decision.reasons |= 1u << REASON_PASSED_OVER;
    }
    ret_result->beijing = sits_in_beijing(query, &parsed);
    answer(&decision, ret_result);
}

void match_result_release(struct match_result *result)
{
    text_free(&result->why);
}
