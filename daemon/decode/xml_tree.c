#include "xml_tree.h"

#include "m13/limits.h"

#include <libxml/dict.h>
#include <string.h>

void xml_tree_begin(struct xml_tree *tree, xmlParserCtxtPtr parser)
{
    *tree = (struct xml_tree){.document = xmlNewDoc((const xmlChar *)"1.0"),
        .text = TEXT_WITH_CEILING(LIMIT_ROW_BYTES),
        .value = TEXT_WITH_CEILING(LIMIT_ROW_BYTES)};
    tree->document->dict = parser->dict;
    xmlDictReference(parser->dict);
}

void xml_tree_clear(struct xml_tree *tree)
{
    xmlNodePtr root = xmlDocGetRootElement(tree->document);
    if (root != NULL) {
        xmlUnlinkNode(root);
        xmlFreeNode(root);
    }
    tree->node = NULL;
    tree->node_count = tree->byte_count = 0;
    text_clear(&tree->text);
}

void xml_tree_end(struct xml_tree *tree)
{
    xml_tree_clear(tree);
    xmlFreeDoc(tree->document);
    text_free(&tree->text);
    text_free(&tree->value);
}

/* Prefixes stand in the parser's dictionary: equal ones are one pointer. */
static bool find_prefix(struct xml_tree *tree, const xmlChar *prefix, xmlNsPtr *ret_prefix)
{
    *ret_prefix = NULL;
    if (prefix == NULL)
        return true;
    for (size_t i = 0; i < tree->prefix_count; i++)
        if (tree->prefixes[i].prefix == prefix)
            *ret_prefix = &tree->prefixes[i];
    if (*ret_prefix != NULL)
        return true;
    if (tree->prefix_count == LIMIT_XML_PREFIXES)
        return false;
    bool is_xml = strcmp((const char *)prefix, "xml") == 0;
    *ret_prefix = &tree->prefixes[tree->prefix_count++];
    **ret_prefix =
        (xmlNs){.type = XML_NAMESPACE_DECL, .prefix = prefix, .href = is_xml ? XML_XML_NAMESPACE : prefix};
    return true;
}

static bool add_attribute(struct xml_tree *tree, xmlNodePtr node, const struct xml_given_attribute *attribute)
{
    xmlNsPtr prefix;
    size_t length = (size_t)(attribute->end - attribute->value);
    if (!find_prefix(tree, attribute->prefix, &prefix))
        return false;
    text_clear(&tree->value);
    text_append(&tree->value, (const char *)attribute->value, length);
    xmlNewNsProp(node, prefix, attribute->name, (const xmlChar *)text_string(&tree->value));
    tree->node_count += 2;
    tree->byte_count += length;
    return true;
}

static void put_text(struct xml_tree *tree)
{
    if (tree->node == NULL || tree->text.length == 0)
        return;
    xmlAddChild(tree->node,
        xmlNewDocTextLen(tree->document, (const xmlChar *)tree->text.bytes, (int)tree->text.length));
    tree->node_count++;
    text_clear(&tree->text);
}

bool xml_tree_open(struct xml_tree *tree, const xmlChar *prefix, const xmlChar *name,
    const struct xml_given_attribute *attributes, size_t attribute_count)
{
    xmlNsPtr own;
    if (!find_prefix(tree, prefix, &own))
        return false;
    put_text(tree);
    xmlNodePtr node = xmlNewDocNode(tree->document, own, name, NULL);
    tree->node_count++;
    if (tree->node != NULL)
        xmlAddChild(tree->node, node);
    else
        xmlDocSetRootElement(tree->document, node);
    tree->node = node;
    bool good = true;
    for (size_t i = 0; i < attribute_count && good && !xml_tree_is_too_large(tree); i++)
        good = add_attribute(tree, node, &attributes[i]);
    return good;
}

void xml_tree_text(struct xml_tree *tree, const char *bytes, size_t length)
{
    text_append(&tree->text, bytes, length);
    tree->byte_count += length;
}

void xml_tree_close(struct xml_tree *tree)
{
    put_text(tree);
    tree->node = tree->node->parent; /* of the row: the document, until it is cleared */
}

bool xml_tree_is_too_large(const struct xml_tree *tree)
{
    return tree->node_count > LIMIT_XML_ROW_NODES || tree->byte_count > LIMIT_ROW_BYTES;
}
