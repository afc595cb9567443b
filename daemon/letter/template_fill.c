/* template_fill.c - the values of a message in the places that a template has for them. */
#include "template_nodes.h"

#include "m13/limits.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Of a section, or of the whole: where it stands, and the item of the list that it is at. */
struct walk {
    size_t section, at, end;
    const json_t *list; /* NULL = once */
    size_t item;
};

struct filler {
    const struct template *template;
    struct text *out;
    const json_t *contexts[LIMIT_TEMPLATE_DEPTH + 1]; /* innermost last */
    size_t depth;
    int64_t steps;
};

/* --- values ----------------------------------------------------------------------------------------------
 */

static bool turns_writing(uint32_t c)
{
    return c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
           (c >= 0x2066 && c <= 0x2069);
}

static bool is_invisible(uint32_t c)
{
    return c == 0xAD || c == 0x200B || c == 0x2060 || c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFB) ||
           (c >= 0xE0000 && c <= 0xE007F);
}

static bool is_line_or_control(uint32_t c)
{
    return c < ' ' || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029;
}

void template_neutralise(const char *value, size_t length, struct text *out)
{
    const char *cursor = value, *end = value + length;
    while (cursor < end) {
        char bytes[4];
        uint32_t c = *cursor ? utf8_next(&cursor, end) : (cursor++, ' ');
        if (turns_writing(c) || is_invisible(c))
            continue;
        text_append(out, bytes, utf8_put(is_line_or_control(c) ? ' ' : c, bytes));
    }
}

void template_escape_html(const char *value, size_t length, struct text *out)
{
    static const struct {
        char character;
        const char *entity;
    } entities[] = {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"}};
    size_t written = 0;
    for (size_t i = 0; i < length; i++)
        for (size_t j = 0; j < sizeof entities / sizeof *entities; j++)
            if (entities[j].character == value[i]) {
                text_append(out, value + written, i - written);
                text_append_string(out, entities[j].entity);
                written = i + 1;
            }
    text_append(out, value + written, length - written);
}

static void add_string(const struct filler *filler, const char *value, size_t length)
{
    struct text clean = TEXT_WITH_CEILING(LIMIT_MESSAGE_BYTES);
    template_neutralise(value, length, &clean);
    switch (filler->template->kind) {
    case TEMPLATE_PLAIN:
        text_append(filler->out, text_string(&clean), clean.length);
        break;
    case TEMPLATE_WORDS:
        text_append_character(filler->out, VALUE_BEGINS);
        text_append(filler->out, text_string(&clean), clean.length);
        text_append_character(filler->out, VALUE_ENDS);
        break;
    case TEMPLATE_HTML:
        template_escape_html(text_string(&clean), clean.length, filler->out);
        break;
    }
    text_free(&clean);
}

static void add_value(const struct filler *filler, const json_t *value)
{
    if (json_is_string(value)) {
        add_string(filler, json_string_value(value), json_string_length(value));
    } else if (json_is_integer(value)) {
        struct text number = TEXT_WITH_CEILING(32);
        text_append_integer(&number, json_integer_value(value));
        add_string(filler, text_string(&number), number.length);
        text_free(&number);
    }
}

static bool is_there(const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return json_object_size(value) > 0;
    case JSON_ARRAY:
        return json_array_size(value) > 0;
    case JSON_STRING:
        return json_string_length(value) > 0;
    case JSON_INTEGER:
        return json_integer_value(value) != 0;
    case JSON_REAL:
    case JSON_TRUE:
        return true;
    case JSON_FALSE:
    case JSON_NULL:
        return false;
    }
    return false;
}

/* --- names -----------------------------------------------------------------------------------------------
 */

static const json_t *part_of(const struct filler *filler, const char *name, size_t length)
{
    for (size_t i = filler->depth; i > 0; i--) {
        const json_t *found = json_object_getn(filler->contexts[i - 1], name, length);
        if (found)
            return found;
    }
    return NULL;
}

static const json_t *value_of(const struct filler *filler, const struct node *node)
{
    const char *name = node->text, *end = node->text + node->length;
    const json_t *value = NULL;
    if (string_equal(name, "."))
        return filler->contexts[filler->depth - 1];
    for (bool first = true; name <= end; first = false) {
        const char *dot = memchr(name, '.', (size_t)(end - name));
        size_t length = (size_t)((dot ? dot : end) - name);
        value = first ? part_of(filler, name, length) : json_object_getn(value, name, length);
        if (!value)
            return NULL;
        name += length + 1;
    }
    return value;
}

/* --- the walk --------------------------------------------------------------------------------------------
 */

/* Enters a section with a context; false when there is none (any more). */
static bool enter(struct filler *filler, struct walk *walk, const json_t *context)
{
    if (!context)
        return false;
    filler->contexts[filler->depth++] = context;
    walk->at = walk->section + 1;
    return true;
}

/* What a section is walked with first. */
static const json_t *first_context(const struct filler *filler, const struct node *node, struct walk *walk)
{
    const json_t *value = value_of(filler, node);
    bool there = value && is_there(value);
    if (node->kind == NODE_INVERTED)
        return there ? NULL : filler->contexts[filler->depth - 1];
    if (!there)
        return NULL;
    walk->list = json_is_array(value) ? value : NULL;
    return walk->list ? json_array_get(value, 0) : value;
}

static void fill_node(const struct filler *filler, const struct node *node)
{
    switch (node->kind) {
    case NODE_TEXT:
        text_append(filler->out, node->text, node->length);
        break;
    case NODE_VALUE:
        add_value(filler, value_of(filler, node));
        break;
    case NODE_RAW:
        text_append_string(filler->out, json_string_value(value_of(filler, node)));
        break;
    case NODE_SECTION:
    case NODE_INVERTED:
        break;
    }
}

/* The sections that are open, outermost first: as many as the reader allows to lie in each other. */
static void fill(struct filler *filler)
{
    struct walk walks[LIMIT_TEMPLATE_DEPTH + 1] = {{.end = filler->template->count}}, *walk = walks;
    while (filler->steps++ < LIMIT_TEMPLATE_STEPS && !filler->out->overflowed) {
        if (walk->at == walk->end) {
            if (walk == walks)
                return;
            filler->depth--;
            /* The next of the list; NULL behind its last, and where there is no list. */
            if (!enter(filler, walk, json_array_get(walk->list, ++walk->item)))
                walk--;
            continue;
        }
        const struct node *node = &filler->template->nodes[walk->at++];
        if (node->kind != NODE_SECTION && node->kind != NODE_INVERTED) {
            fill_node(filler, node);
            continue;
        }
        struct walk inner = {.section = walk->at - 1, .end = node->end};
        walk->at = node->end;
        if (enter(filler, &inner, first_context(filler, node, &inner)))
            *++walk = inner;
    }
}

bool template_fill(const struct template *template, const json_t *values, struct text *out)
{
    struct filler filler = {.template = template, .out = out, .contexts = {values}, .depth = 1};
    fill(&filler);
    return filler.steps <= LIMIT_TEMPLATE_STEPS && !out->overflowed;
}
