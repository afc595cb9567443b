#include "xml_text.h"

#include "clean.h"

#include <string.h>

/* Elements of HTML that stand within a line of text (phrasing content, without <br>). */
static bool is_within_a_line(const xmlNode *node)
{
    static const char *const names[] = {"a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code",
        "data", "del", "dfn", "em", "font", "i", "ins", "kbd", "label", "mark", "q", "s", "samp", "small",
        "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp((const char *)node->name, names[i]) == 0)
            return true;
    return false;
}

static bool has_text(const xmlNode *node)
{
    return node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE;
}

static const xmlNode *children_of(const xmlNode *node)
{
    return node->type == XML_ELEMENT_NODE || node->type == XML_ATTRIBUTE_NODE ||
                   node->type == XML_DOCUMENT_NODE || node->type == XML_HTML_DOCUMENT_NODE
               ? node->children
               : NULL;
}

/* The node behind all that is in `node`, within `top`; leaving what stands apart ends a line. */
static const xmlNode *next_behind(const xmlNode *node, const xmlNode *top, bool apart, struct text *out)
{
    while (node != top && node->next == NULL) {
        node = node->parent;
        if (apart && node != top && !is_within_a_line(node))
            text_append_character(out, '\n');
    }
    return node != top ? node->next : NULL;
}

void xml_text_append(const xmlNode *top, bool apart, struct text *out)
{
    const xmlNode *node = top;
    while (node != NULL) {
        bool stands_apart = apart && node->type == XML_ELEMENT_NODE && !is_within_a_line(node);
        if (has_text(node))
            text_append_string(out, (const char *)node->content);
        if (stands_apart)
            text_append_character(out, '\n');
        const xmlNode *inside = children_of(node);
        if (inside == NULL && stands_apart)
            text_append_character(out, '\n');
        node = inside != NULL ? inside : next_behind(node, top, apart, out);
    }
}

bool xml_text_is_blank(const struct text *text)
{
    struct text clean = TEXT_WITH_CEILING(1);
    int64_t ignored = 0;
    clean_append(text_string(text), text->length, (struct clean_rules){0}, &clean, &ignored);
    bool blank = clean.length == 0 && !clean.overflowed;
    text_free(&clean);
    return blank;
}
