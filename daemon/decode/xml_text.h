/* xml_text.h - what a node of a document says. */
#ifndef M13_DECODE_XML_TEXT_H
#define M13_DECODE_XML_TEXT_H

#include "m13/text.h"

#include <libxml/tree.h>
#include <stdbool.h>

/* Appends all text in the node `top`. In HTML (`apart`) what is not part of a line begins and ends one. */
void xml_text_append(const xmlNode *top, bool apart, struct text *out);
bool xml_text_is_blank(const struct text *text); /* nothing would be left of it when it is cleaned */

#endif
