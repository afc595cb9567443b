/* template_nodes.h - a template that has been read: what template.c makes and template_fill.c walks. */
#ifndef M13_LETTER_TEMPLATE_NODES_H
#define M13_LETTER_TEMPLATE_NODES_H

#include "template.h"

#include <stddef.h>

enum node_kind { NODE_TEXT, NODE_VALUE, NODE_RAW, NODE_SECTION, NODE_INVERTED };

struct node {
    enum node_kind kind;
    char *text; /* the text, or the name */
    size_t length;
    size_t end; /* of a section: the node behind it */
};

struct template
{
    enum template_kind kind;
    struct node *nodes;
    size_t count, capacity;
};

#endif
