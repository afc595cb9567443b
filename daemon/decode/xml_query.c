#include "xml_query.h"

#include "xml_text.h"

#include "m13/limits.h"
#include "m13/memory.h"
#include "m13/text.h"

#include <errno.h>
#include <libxml/parser.h>
#include <libxml/xmlerror.h>
#include <libxml/xpathInternals.h>
#include <stdlib.h>
#include <string.h>

struct query {
    char *expression;
    xmlXPathCompExprPtr compiled; /* NULL = a mistake */
};

struct xml_queries {
    enum xml_language language;
    struct query *queries;
    size_t count, capacity;
    char **prefixes; /* that stand in any of them */
    size_t prefix_count, prefix_capacity;
    struct failure mistake;
    xmlXPathContextPtr context; /* between begin and end */
    struct text text;
    const char *said; /* of the last fault */
};

/* libxml2 gives a number without words to whoever listens. */
static const char *words_of(int code)
{
    static const char *const words[] = {
        [XPATH_UNFINISHED_LITERAL_ERROR] = "a quote is not closed",
        [XPATH_VARIABLE_REF_ERROR] = "a variable without a name",
        [XPATH_UNDEF_VARIABLE_ERROR] = "there are no variables",
        [XPATH_INVALID_PREDICATE_ERROR] = "a condition in [ ] is wrong",
        [XPATH_UNCLOSED_ERROR] = "a bracket is not closed",
        [XPATH_UNKNOWN_FUNC_ERROR] = "a function that there is not",
        [XPATH_INVALID_OPERAND] = "an operand is wrong",
        [XPATH_INVALID_TYPE] = "a value of the wrong type",
        [XPATH_INVALID_ARITY] = "a function with too many or too few arguments",
        [XPATH_MEMORY_ERROR] = "it needs more memory than a decoder has",
        [XPATH_UNDEF_PREFIX_ERROR] = "a prefix that stands nowhere",
        [XPATH_OP_LIMIT_EXCEEDED] = "it takes too many steps",
        [XPATH_RECURSION_LIMIT_EXCEEDED] = "it is nested too deeply",
    };
    size_t number = (size_t)(code - XML_XPATH_EXPRESSION_OK);
    bool known = number < sizeof words / sizeof words[0] && words[number] != NULL;
    return known ? words[number] : "it is not understood";
}

static void keep_fault(void *context, xmlErrorPtr error)
{
    struct xml_queries *queries = context;
    queries->said = words_of(error->code);
}

/* --- the expressions ------------------------------------------------------------------------------------
 */

struct xml_queries *xml_queries_new(enum xml_language language)
{
    struct xml_queries *queries = memory_get_zeroed(1, sizeof *queries);
    queries->language = language;
    queries->text = TEXT_WITH_CEILING(LIMIT_ROW_BYTES);
    return queries;
}

void xml_queries_free(struct xml_queries *queries)
{
    if (queries == NULL)
        return;
    for (size_t i = 0; i < queries->count; i++) {
        free(queries->queries[i].expression);
        xmlXPathFreeCompExpr(queries->queries[i].compiled);
    }
    for (size_t i = 0; i < queries->prefix_count; i++)
        free(queries->prefixes[i]);
    free(queries->queries);
    free(queries->prefixes);
    text_free(&queries->text);
    free(queries);
}

static bool is_name_byte(char byte)
{
    unsigned char value = (unsigned char)byte;
    return (value | 0x20) >= 'a' ? (value | 0x20) <= 'z' || value >= 0x80
                                 : strchr("0123456789-._", byte) != NULL && byte != '\0';
}

/* What stands before a single colon, outside of quotes. One too many does no harm. */
static void find_prefixes(struct xml_queries *queries, const char *expression)
{
    const char *name = expression;
    for (const char *at = expression; *at != '\0'; at++) {
        if (*at == '"' || *at == '\'') {
            const char *close = strchr(at + 1, *at);
            at = close != NULL ? close : at + strlen(at) - 1;
            name = at + 1;
        } else if (*at == ':' && at > name && at[1] != ':') {
            MEMORY_GROW(queries->prefixes, queries->prefix_count, queries->prefix_capacity);
            queries->prefixes[queries->prefix_count++] = memory_copy_bytes(name, (size_t)(at - name));
        }
        if (!is_name_byte(*at))
            name = at + 1;
    }
}

static xmlXPathContextPtr open_context(struct xml_queries *queries, xmlDocPtr document)
{
    xmlXPathContextPtr context = xmlXPathNewContext(document);
    if (context == NULL)
        return NULL;
    context->error = keep_fault;
    context->userData = queries;
    context->opLimit = LIMIT_XPATH_STEPS;
    xmlXPathContextSetCache(context, /* active= */ 1, /* default size= */ -1, 0);
    for (size_t i = 0; i < queries->prefix_count; i++)
        xmlXPathRegisterNs(
            context, (const xmlChar *)queries->prefixes[i], (const xmlChar *)queries->prefixes[i]);
    return context;
}

static xmlXPathObjectPtr ask(struct xml_queries *queries, size_t query, xmlNodePtr node)
{
    queries->said = words_of(0);
    queries->context->node = node;
    queries->context->opCount = 0;
    return xmlXPathCompiledEval(queries->queries[query].compiled, queries->context);
}

/* Functions and variables are looked up only when an expression is asked: so it is asked once. */
static void try_it(struct xml_queries *queries, size_t query)
{
    xmlDocPtr empty = xmlNewDoc((const xmlChar *)"1.0");
    xmlNodePtr root = xmlNewDocNode(empty, NULL, (const xmlChar *)"row", NULL);
    xmlDocSetRootElement(empty, root);
    queries->said = words_of(0);
    queries->context = open_context(queries, empty);
    struct query *tried = &queries->queries[query];
    tried->compiled = xmlXPathCtxtCompile(queries->context, (const xmlChar *)tried->expression);
    xmlXPathObjectPtr answer = tried->compiled != NULL ? ask(queries, query, root) : NULL;
    if (answer == NULL && queries->mistake.code == 0)
        fail(&queries->mistake, -EINVAL, "the definition's `%s` is no XPath that can be asked: %s",
            tried->expression, queries->said);
    xmlXPathFreeObject(answer);
    xmlXPathFreeContext(queries->context);
    xmlFreeDoc(empty);
    queries->context = NULL;
}

size_t xml_queries_add(struct xml_queries *queries, const char *expression)
{
    MEMORY_GROW(queries->queries, queries->count, queries->capacity);
    queries->queries[queries->count] = (struct query){.expression = memory_copy_string(expression)};
    find_prefixes(queries, expression);
    try_it(queries, queries->count);
    return queries->count++;
}

int xml_queries_mistake(const struct xml_queries *queries, struct failure *ret_failure)
{
    if (queries->mistake.code < 0)
        *ret_failure = queries->mistake;
    return queries->mistake.code;
}

/* --- the questions --------------------------------------------------------------------------------------
 */

void xml_queries_begin(struct xml_queries *queries, xmlDocPtr document)
{
    queries->context = open_context(queries, document);
}

void xml_queries_end(struct xml_queries *queries)
{
    xmlXPathFreeContext(queries->context);
    queries->context = NULL;
}

static int cannot(const struct xml_queries *queries, size_t query, struct failure *ret_failure)
{
    return fail(ret_failure, -EBADMSG, "`%.100s` cannot be answered here: %s",
        queries->queries[query].expression, queries->said);
}

xmlXPathObjectPtr xml_queries_nodes(
    struct xml_queries *queries, size_t query, xmlNodePtr node, struct failure *ret_failure)
{
    xmlXPathObjectPtr answer = ask(queries, query, node);
    if (answer != NULL && answer->type == XPATH_NODESET) {
        xmlXPathNodeSetSort(answer->nodesetval);
        return answer;
    }
    if (answer != NULL)
        queries->said = "it gives no nodes";
    xmlXPathFreeObject(answer);
    cannot(queries, query, ret_failure);
    return NULL;
}

const char *xml_queries_text(struct xml_queries *queries, xmlNodePtr node, size_t *ret_length)
{
    text_clear(&queries->text);
    xml_text_append(node, queries->language == LANGUAGE_HTML, &queries->text);
    *ret_length = queries->text.length;
    return text_string(&queries->text);
}

static void say_nodes(struct xml_queries *queries, xmlNodeSetPtr nodes)
{
    size_t length;
    xmlXPathNodeSetSort(nodes);
    for (int i = 0; nodes != NULL && i < nodes->nodeNr; i++) {
        xml_queries_text(queries, nodes->nodeTab[i], &length);
        if (!xml_text_is_blank(&queries->text))
            return;
    }
    text_clear(&queries->text);
}

const char *xml_queries_say(struct xml_queries *queries, size_t query, xmlNodePtr node, size_t *ret_length,
    struct failure *ret_failure)
{
    xmlXPathObjectPtr answer = ask(queries, query, node);
    if (answer == NULL) {
        cannot(queries, query, ret_failure);
        return NULL;
    }
    if (answer->type == XPATH_NODESET) {
        say_nodes(queries, answer->nodesetval);
    } else {
        xmlChar *string = xmlXPathCastToString(answer);
        text_clear(&queries->text);
        text_append_string(&queries->text, (const char *)string);
        xmlFree(string);
    }
    xmlXPathFreeObject(answer);
    *ret_length = queries->text.length;
    return text_string(&queries->text);
}
