/* template.c - reads a template once into a flat list of nodes. */
#include "template_nodes.h"

#include "m13/limits.h"
#include "m13/memory.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct open_section {
    size_t node;
    int line;
    const struct template_member *members; /* of its items; NULL = values */
};

struct reading {
    const struct template_source *source;
    const char *at;
    int line;
    size_t depth; /* sections that were open when it began */
};

struct compiler {
    struct template *template;
    const struct template_rules *rules;
    struct template_problem *problem;
    struct reading reading[2], *now; /* the template, and a part in it */
    struct template_source part;
    struct open_section open[LIMIT_TEMPLATE_DEPTH];
    size_t depth;
};

struct tag {
    char mark; /* '#', '^', '/', '>', '!', '{', or 0 of a plain name */
    const char *name;
    size_t length;
    const char *begin, *end; /* with the braces */
    bool alone;              /* on its line, which goes with it */
};

__attribute__((format(printf, 2, 3))) static bool refuse(struct compiler *compiler, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vfail(&compiler->problem->failure, -EINVAL, format, arguments);
    va_end(arguments);
    compiler->problem->file = compiler->now->source->file;
    compiler->problem->line = compiler->now->line;
    return false;
}

static bool add_node(struct compiler *compiler, enum node_kind kind, const char *bytes, size_t length)
{
    struct template *template = compiler->template;
    if (template->count >= LIMIT_TEMPLATE_NODES)
        return refuse(compiler, "the template has more than %d tags and texts", LIMIT_TEMPLATE_NODES);
    MEMORY_GROW(template->nodes, template->count, template->capacity);
    template->nodes[template->count++] =
        (struct node){.kind = kind, .text = memory_copy_bytes(bytes, length), .length = length};
    return true;
}

/* --- names -----------------------------------------------------------------------------------------------
 */

static const struct template_member *member_of(
    const struct template_member *members, const char *name, size_t length)
{
    for (; members && members->name; members++)
        if (strlen(members->name) == length && strncmp(members->name, name, length) == 0)
            return members;
    return NULL;
}

static const struct template_member *first_part(
    const struct compiler *compiler, const char *name, size_t length)
{
    for (size_t i = compiler->depth; i > 0; i--) {
        const struct template_member *found = member_of(compiler->open[i - 1].members, name, length);
        if (found)
            return found;
    }
    return member_of(compiler->rules->members, name, length);
}

static bool refuse_name(
    struct compiler *compiler, const struct tag *tag, const struct template_member *accepted)
{
    struct text list = TEXT_WITH_CEILING(700);
    for (; accepted && accepted->name; accepted++)
        text_append_format(&list, "%s%s", list.length ? ", " : "", accepted->name);
    bool r = refuse(compiler, "there is no \"%.*s\" here; accepted: %s", (int)tag->length, tag->name,
        list.length ? text_string(&list) : "nothing");
    text_free(&list);
    return r;
}

/* The member that a name means; NULL after a problem. `.` has none of its own. */
static bool resolve(
    struct compiler *compiler, const struct tag *tag, const struct template_member **ret_member)
{
    static const struct template_member dot = {.name = "."};
    const char *name = tag->name, *end = tag->name + tag->length;
    if (tag->length == 1 && *name == '.') {
        *ret_member = &dot;
        return compiler->depth > 0 || refuse(compiler, "{{.}} stands in a section alone");
    }
    const struct template_member *members =
        compiler->depth ? compiler->open[compiler->depth - 1].members : compiler->rules->members;
    const struct template_member *member = NULL;
    for (bool first = true; name <= end; first = false) {
        const char *dot_at = memchr(name, '.', (size_t)(end - name));
        const char *part_end = dot_at ? dot_at : end;
        size_t length = (size_t)(part_end - name);
        member = first ? first_part(compiler, name, length) : member_of(members, name, length);
        if (!member)
            return refuse_name(compiler, tag, members ? members : compiler->rules->members);
        members = member->members;
        name = part_end + 1;
    }
    *ret_member = member;
    return true;
}

/* --- tags ------------------------------------------------------------------------------------------------
 */

static bool open_section(struct compiler *compiler, const struct tag *tag)
{
    const struct template_member *member = NULL;
    if (!resolve(compiler, tag, &member))
        return false;
    if (compiler->depth >= LIMIT_TEMPLATE_DEPTH)
        return refuse(compiler, "sections lie in each other deeper than %d", LIMIT_TEMPLATE_DEPTH);
    compiler->open[compiler->depth++] = (struct open_section){
        compiler->template->count, compiler->now->line, tag->mark == '#' ? member->members : NULL};
    return add_node(compiler, tag->mark == '#' ? NODE_SECTION : NODE_INVERTED, tag->name, tag->length);
}

static bool close_section(struct compiler *compiler, const struct tag *tag)
{
    struct template *template = compiler->template;
    if (compiler->depth <= compiler->now->depth)
        return refuse(compiler, "{{/%.*s}} closes nothing that is open", (int)tag->length, tag->name);
    const struct open_section *section = &compiler->open[compiler->depth - 1];
    const struct node *node = &template->nodes[section->node];
    if (node->length != tag->length || memcmp(node->text, tag->name, tag->length) != 0)
        return refuse(compiler, "{{/%.*s}}: {{/%s}} is awaited, which was opened in line %d",
            (int)tag->length, tag->name, node->text, section->line);
    template->nodes[section->node].end = template->count;
    compiler->depth--;
    return true;
}

static bool add_value(struct compiler *compiler, const struct tag *tag)
{
    const struct template_member *member = NULL;
    if (!resolve(compiler, tag, &member))
        return false;
    if (tag->mark == '{' && !member->raw)
        return refuse(compiler,
            "{{{%.*s}}}: only what m13d has made itself may go in unescaped; accepted: {{%.*s}}",
            (int)tag->length, tag->name, (int)tag->length, tag->name);
    return add_node(compiler, tag->mark == '{' ? NODE_RAW : NODE_VALUE, tag->name, tag->length);
}

static bool begin_reading(
    struct compiler *compiler, struct reading *reading, const struct template_source *source);

static bool add_part(struct compiler *compiler, const struct tag *tag)
{
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)tag->length, tag->name);
    if (compiler->now != compiler->reading)
        return refuse(compiler, "{{>%s}}: a part has no parts", name);
    if (!compiler->rules->part || !compiler->rules->part(name, compiler->rules->context, &compiler->part))
        return refuse(compiler, "{{>%s}}: there is no such part", name);
    return begin_reading(compiler, &compiler->reading[1], &compiler->part);
}

/* --- from text to tags ------------------------------------------------------------------------------------
 */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Whether only blanks stand around it on its line: then where the line begins and where the next one does. */
static bool stands_alone(
    const struct compiler *compiler, const struct tag *tag, const char **ret_begin, const char **ret_end)
{
    const char *begin = tag->begin, *end = tag->end, *first = compiler->now->source->text;
    while (begin > first && is_blank(begin[-1]))
        begin--;
    while (is_blank(*end) || *end == '\r')
        end++;
    if ((begin > first && begin[-1] != '\n') || (*end && *end != '\n'))
        return false;
    *ret_begin = begin;
    *ret_end = *end ? end + 1 : end;
    return true;
}

static void trim_name(struct tag *tag)
{
    while (tag->length && is_blank(tag->name[0])) {
        tag->name++;
        tag->length--;
    }
    while (tag->length && is_blank(tag->name[tag->length - 1]))
        tag->length--;
}

static bool is_name(const struct tag *tag)
{
    for (size_t i = 0; i < tag->length; i++)
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.", tag->name[i]))
            return false;
    return tag->length > 0 && tag->length < 64;
}

/* Reads the tag that begins at `begin` ("{{"). */
static bool read_tag(struct compiler *compiler, const char *begin, struct tag *ret_tag)
{
    bool raw = begin[2] == '{';
    const char *close = strstr(begin + 2, raw ? "}}}" : "}}");
    if (!close)
        return refuse(compiler, "\"%s\" is not closed", raw ? "{{{" : "{{");
    struct tag tag = {.begin = begin, .end = close + (raw ? 3 : 2), .name = begin + (raw ? 3 : 2)};
    tag.length = (size_t)(close - tag.name);
    if (raw) {
        tag.mark = '{';
    } else if (tag.length && strchr("#^/>!", *tag.name)) {
        tag.mark = *tag.name++;
        tag.length--;
    }
    trim_name(&tag);
    if (tag.mark != '!' && !is_name(&tag))
        return refuse(compiler,
            "\"%.*s\" is no name; accepted: {{name}}, {{a.b}}, {{.}}, {{#name}}, {{^name}}, "
            "{{/name}}, {{>part}}, {{! remark}}",
            (int)(tag.end - tag.begin > 40 ? 40 : tag.end - tag.begin), tag.begin);
    *ret_tag = tag;
    return true;
}

static bool take_tag(struct compiler *compiler, const struct tag *tag)
{
    switch (tag->mark) {
    case '!':
        return true;
    case '#':
    case '^':
        return open_section(compiler, tag);
    case '/':
        return close_section(compiler, tag);
    case '>':
        return add_part(compiler, tag);
    default:
        return add_value(compiler, tag);
    }
}

static bool add_text(struct compiler *compiler, const char *end)
{
    const char *at = compiler->now->at;
    return end <= at || add_node(compiler, NODE_TEXT, at, (size_t)(end - at));
}

static void go_to(struct reading *reading, const char *at)
{
    for (; reading->at < at; reading->at++)
        reading->line += *reading->at == '\n';
}

static bool is_clean(struct compiler *compiler)
{
    struct reading *reading = compiler->now;
    const struct template_source *source = reading->source;
    if (source->length > LIMIT_TEMPLATE_BYTES)
        return refuse(compiler, "the template is larger than %d bytes", LIMIT_TEMPLATE_BYTES);
    if (strlen(source->text) != source->length || !utf8_is_valid(source->text, source->length))
        return refuse(compiler, "the template is no text in UTF-8");
    for (const char *c = source->text; *c; c++) {
        if ((unsigned char)*c < ' ' && *c != '\n' && *c != '\t' && *c != '\r')
            return refuse(compiler, "a control character stands in the template");
        reading->line += *c == '\n';
    }
    reading->line = 1;
    return true;
}

static bool begin_reading(
    struct compiler *compiler, struct reading *reading, const struct template_source *source)
{
    const char *begin = source->text + (string_starts(source->text, "\xEF\xBB\xBF") ? 3 : 0);
    *reading = (struct reading){.source = source, .at = begin, .line = 1, .depth = compiler->depth};
    compiler->now = reading;
    return is_clean(compiler);
}

/* Text up to the tag at `begin`, and the tag. */
static bool read_to_tag(struct compiler *compiler, const char *begin)
{
    struct reading *reading = compiler->now;
    struct tag tag = {0};
    const char *text_end = begin, *next = NULL, *at = reading->at;
    go_to(reading, begin);
    if (!read_tag(compiler, begin, &tag))
        return false;
    tag.alone = tag.mark && tag.mark != '{' && stands_alone(compiler, &tag, &text_end, &next);
    if (text_end > at && !add_node(compiler, NODE_TEXT, at, (size_t)(text_end - at)))
        return false;
    if (!take_tag(compiler, &tag))
        return false;
    go_to(reading, tag.alone ? next : tag.end);
    return true;
}

/* Also that all which was opened in it is closed. */
static bool end_reading(struct compiler *compiler)
{
    struct reading *reading = compiler->now;
    if (!add_text(compiler, reading->at + strlen(reading->at)))
        return false;
    if (compiler->depth > reading->depth) {
        const struct open_section *section = &compiler->open[compiler->depth - 1];
        reading->line = section->line;
        return refuse(compiler, "{{#%s}} is not closed", compiler->template->nodes[section->node].text);
    }
    compiler->now = reading == compiler->reading ? NULL : compiler->reading;
    return true;
}

static bool compile_text(struct compiler *compiler, const struct template_source *source)
{
    if (!begin_reading(compiler, compiler->reading, source))
        return false;
    while (compiler->now) {
        const char *begin = strstr(compiler->now->at, "{{");
        if (begin ? !read_to_tag(compiler, begin) : !end_reading(compiler))
            return false;
    }
    return true;
}

struct template *template_compile(const struct template_source *source, const struct template_rules *rules,
    struct template_problem *ret_problem)
{
    struct template *template = memory_get_zeroed(1, sizeof *template);
    struct compiler compiler = {.template = template, .rules = rules, .problem = ret_problem};
    template->kind = rules->kind;
    if (compile_text(&compiler, source))
        return template;
    template_free(template);
    return NULL;
}

void template_free(struct template *template)
{
    if (!template)
        return;
    for (size_t i = 0; i < template->count; i++)
        free(template->nodes[i].text);
    free(template->nodes);
    free(template);
}
