/* paragraph.c - an explanation as one readable paragraph, in Chinese or in English. */
#include "m13/match.h"

#include <jansson.h>
#include <string.h>

/* A code of the explanation, and how people say it. */
struct word {
    const char *code, *zh, *en;
};

static const struct word rules[] = {
    {"A0", "识别码相同", "the same identifier"},
    {"A1", "名称完全一致", "the same name"},
    {"A2", "字号、行业词和地名全部一致", "core, trade words and places all agree"},
    {"A3", "与人工确认过的写法一致", "a spelling that a person has confirmed"},
    {"H1", "经办人已认定为该企业", "a person has confirmed this firm for this maker"},
    {"H2", "经办人的认定所依据的情况已变化，需重新核对",
        "a person has decided, and the facts under it have changed since"},
};
static const struct word kinds[] = {
    {"zh", "中文名称", "Chinese name"},
    {"en", "英文名称", "English name"},
    {"alias", "别名", "alias"},
    {"former", "曾用名", "former name"},
    {"confirmed", "已确认的写法", "confirmed spelling"},
    {"entity", "关联主体名称", "name of a related entity"},
};
static const struct word forms[] = {
    {"name", "", ""},
    {"bracket", "（比对括号内的名称）", " (compared: the name in its bracket)"},
    {"entry", "（比对该栏中的名称部分）", " (compared: the name in its entry, which holds more or is cut)"},
    {"reading", "（按汉字读音和词义比对）", " (compared: its Chinese read out and translated)"},
    {"spoken", "（按外文读音比对）", " (compared: its letters as they sound)"},
};
static const struct word classes[] = {
    {"core", "字号", "core"},
    {"generic", "行业词", "trade word"},
};
static const struct word hows[] = {
    {"exact", "相同", "the same"},
    {"synonym", "同义", "a synonym"},
    {"join", "连写相同", "the same when joined"},
    {"loose", "音译或意译", "a translation"},
    {"sound", "读音相近", "alike in sound"},
    {"edit", "拼写相近", "a slip apart"},
};
static const struct word places[] = {
    {"equal", "地名一致", "Places agree"},
    {"elsewhere", "地名相同但位置不同", "The same places at other positions"},
    {"missing", "只有一方有地名", "A place on one side only"},
    {"conflict", "地名冲突", "Places in conflict"},
};
static const struct word identifiers[] = {
    {"srn", "SRN", "SRN"},
    {"fei", "FEI", "FEI"},
    {"owner_operator", "所有者/经营者编号", "owner/operator number"},
    {"uscc", "统一社会信用代码", "USCC"},
    {"entity_srn", "关联主体的SRN", "SRN of a related entity"},
    {"entity_fei", "关联主体的FEI", "FEI of a related entity"},
    {"listed_fei", "列名场所的FEI", "FEI of an establishment that lists it"},
    {"listed_owner_operator", "列名场所的所有者/经营者编号",
        "owner/operator number of an establishment that lists it"},
};
#define SAY(table, code) say(table, sizeof(table) / sizeof *(table), code, language)

static const char *say(const struct word *words, size_t count, const char *code, enum match_language language)
{
    for (size_t i = 0; i < count; i++)
        if (string_equal(words[i].code, code))
            return language == MATCH_CHINESE ? words[i].zh : words[i].en;
    return code;
}

static const char *string_of(const json_t *object, const char *name)
{
    const char *value = json_string_value(json_object_get(object, name));
    return value == NULL ? "" : value;
}

/* Formats are literals, for the compiler to check. */
#define APPEND(zh, en, ...)                                                                                  \
    do {                                                                                                     \
        if (language == MATCH_CHINESE)                                                                       \
            text_append_format(out, zh, __VA_ARGS__);                                                        \
        else                                                                                                 \
            text_append_format(out, en, __VA_ARGS__);                                                        \
    } while (0)

static const char *choose(enum match_language language, const char *zh, const char *en)
{
    return language == MATCH_CHINESE ? zh : en;
}

/* "; " between the parts of a list, nothing before the first. */
static void separate(struct text *out, size_t at, enum match_language language)
{
    if (at > 0)
        text_append_string(out, choose(language, "；", "; "));
}

static void say_reasons(const json_t *why, enum match_language language, struct text *out)
{
    size_t at;
    json_t *code;
    json_array_foreach(json_object_get(why, "reasons"), at, code)
    {
        separate(out, at, language);
        const struct name_entry *reason =
            name_find(match_reason_names, MATCH_REASONS, json_string_value(code));
        text_append_string(out, json_string_value(code));
        if (reason != NULL)
            text_append_format(out, " %s", choose(language, reason->zh, reason->en));
    }
}

/* What was decided, and by which rule or for which reasons. */
static void say_decision(const json_t *why, enum match_language language, struct text *out)
{
    const char *rule = string_of(why, "rule");
    long long score = json_integer_value(json_object_get(why, "score"));
    bool automatic = json_array_size(json_object_get(why, "reasons")) == 0;
    text_append_string(out, automatic ? choose(language, "自动匹配", "Matched automatically")
                                      : choose(language, "待人工核对", "For review"));
    APPEND("（得分 %lld/1000", " (score %lld of 1000", score);
    if (*rule != '\0')
        APPEND("，规则 %s：%s", ", rule %s: %s", rule, SAY(rules, rule));
    text_append_string(out, choose(language, "）", ")"));
    if (!automatic) {
        text_append_string(out, choose(language, "，原因：", ", because: "));
        say_reasons(why, language, out);
    }
    text_append_string(out, choose(language, "。", ". "));
}

static void say_name(const json_t *why, enum match_language language, struct text *out)
{
    const json_t *ours = json_object_get(why, "ours");
    if (ours == NULL)
        return;
    APPEND(
        "我方%s“%s”", "Ours is the %s \"%s\"", SAY(kinds, string_of(ours, "kind")), string_of(ours, "name"));
    if (json_is_true(json_object_get(ours, "read")))
        text_append_string(out, choose(language, "（按读音和词义）", " (read out and translated)"));
    text_append_string(out, SAY(forms, string_of(why, "compared")));
    text_append_string(out, choose(language, "。", ". "));
}

static void say_aligned(const json_t *why, enum match_language language, struct text *out)
{
    const json_t *aligned = json_object_get(why, "aligned");
    size_t at;
    json_t *pair;
    if (json_array_size(aligned) > 0)
        text_append_string(out, choose(language, "相符：", "Agreeing: "));
    json_array_foreach(aligned, at, pair)
    {
        separate(out, at, language);
        const char *ours = string_of(pair, "ours");
        const char *theirs = string_of(pair, "theirs");
        APPEND("“%s”", "\"%s\"", ours);
        if (strcmp(ours, theirs) != 0)
            APPEND("对“%s”", " with \"%s\"", theirs);
        APPEND("（%s，%s）", " (%s, %s)", SAY(classes, string_of(pair, "class")),
            SAY(hows, string_of(pair, "how")));
    }
    if (json_array_size(aligned) > 0)
        text_append_string(out, choose(language, "。", ". "));
}

static void say_left(const json_t *why, const char *side, enum match_language language, struct text *out)
{
    const json_t *left = json_object_get(json_object_get(why, "left"), side);
    bool ours = strcmp(side, "ours") == 0;
    size_t at;
    json_t *word;
    if (json_array_size(left) == 0)
        return;
    text_append_string(out, ours ? choose(language, "仅我方有：", "Only ours: ")
                                 : choose(language, "仅对方有：", "Only theirs: "));
    json_array_foreach(left, at, word)
    {
        separate(out, at, language);
        APPEND("“%s”（%s）", "\"%s\" (%s)", string_of(word, "word"), SAY(classes, string_of(word, "class")));
    }
    text_append_string(out, choose(language, "。", ". "));
}

static void say_places_of(const json_t *list, enum match_language language, struct text *out)
{
    size_t at;
    json_t *place;
    json_array_foreach(list, at, place)
    {
        text_append_string(out, at > 0 ? choose(language, "、", ", ") : "");
        text_append_string(out, string_of(place, "place"));
    }
    if (json_array_size(list) == 0)
        text_append_string(out, choose(language, "无", "none"));
}

static void say_places(const json_t *why, enum match_language language, struct text *out)
{
    const json_t *relation = json_object_get(why, "places");
    const json_t *ours = json_object_get(relation, "ours");
    const json_t *theirs = json_object_get(relation, "theirs");
    if (json_array_size(ours) + json_array_size(theirs) == 0)
        return;
    APPEND("%s（我方 ", "%s (ours ", SAY(places, string_of(relation, "relation")));
    say_places_of(ours, language, out);
    text_append_string(out, choose(language, "，对方 ", ", theirs "));
    say_places_of(theirs, language, out);
    text_append_string(out, choose(language, "）。", "). "));
}

static void say_identifiers(const json_t *why, enum match_language language, struct text *out)
{
    size_t at;
    json_t *one;
    json_array_foreach(json_object_get(why, "identifiers"), at, one)
    {
        const char *firm = string_of(one, "firm");
        text_append_format(out, "%s %s", SAY(identifiers, string_of(one, "kind")), string_of(one, "value"));
        if (!json_is_true(json_object_get(one, "valid")))
            text_append_string(out, choose(language, "不合编码规则。", " breaks its check rule. "));
        else if (*firm == '\0')
            text_append_string(out, choose(language, "不属于名录中的企业。", " is no firm's of ours. "));
        else
            APPEND("属于企业 %s。", " is that of firm %s. ", firm);
    }
}

static void say_runner_up(const json_t *why, enum match_language language, struct text *out)
{
    const json_t *runner_up = json_object_get(why, "runner_up");
    if (runner_up == NULL)
        return;
    APPEND("其次为 %s“%s”，相差 %lld。", "Next best: %s \"%s\", %lld behind. ", string_of(runner_up, "uscc"),
        string_of(runner_up, "name"), (long long)json_integer_value(json_object_get(runner_up, "margin")));
}

static void say_version(const json_t *why, enum match_language language, struct text *out)
{
    const char *version = string_of(why, "rules");
    if (*version != '\0')
        APPEND("规则版本 %s。", "Rules %s.", version);
}

bool match_explain_paragraph(const char *why, enum match_language language, struct text *out)
{
    json_t *read = json_loads(why, 0, NULL);
    if (!json_is_object(read)) {
        json_decref(read);
        return false;
    }
    if (json_object_size(read) == 0) {
        text_append_string(out, choose(language, "没有企业与之相符。", "No firm fits."));
    } else {
        say_decision(read, language, out);
        say_name(read, language, out);
        say_aligned(read, language, out);
        say_left(read, "ours", language, out);
        say_left(read, "theirs", language, out);
        say_places(read, language, out);
        say_identifiers(read, language, out);
        say_runner_up(read, language, out);
        say_version(read, language, out);
    }
    json_decref(read);
    return true;
}
