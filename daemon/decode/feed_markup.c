#include "feed_markup.h"

#include "feed_rows.h"
#include "xml_rows.h"

#include "m13/memory.h"

#include <stdlib.h>

static size_t add_optional(struct xml_queries *queries, const char *expression)
{
    return expression != NULL ? xml_queries_add(queries, expression) : SIZE_MAX;
}

struct feed_markup *feed_markup_new(
    const struct feed_definition *definition, const struct source_list *sources)
{
    bool is_html = definition->format == FORMAT_HTML;
    if (!is_html && definition->format != FORMAT_XML)
        return NULL;
    struct feed_markup *markup = memory_get_zeroed(1, sizeof *markup);
    xml_prepare();
    markup->queries = xml_queries_new(is_html ? LANGUAGE_HTML : LANGUAGE_XML);
    for (size_t i = 0; i < sources->count; i++)
        xml_queries_add(markup->queries, sources->names[i]);
    if (!is_html) {
        markup->rows = xml_rows_new(definition);
        return markup;
    }
    markup->row_query = xml_queries_add(markup->queries, definition->rows);
    markup->total_query = add_optional(markup->queries, definition->total);
    markup->as_of_query = add_optional(markup->queries, definition->as_of);
    return markup;
}

void feed_markup_free(struct feed_markup *markup)
{
    if (markup == NULL)
        return;
    xml_queries_free(markup->queries);
    xml_rows_free(markup->rows);
    free(markup);
}

static bool add_values(struct feed_rows *rows, xmlNodePtr row, struct reject *ret_reject)
{
    struct row_values *values = &rows->values;
    row_values_begin(values);
    for (size_t i = 0; i < values->sources->count; i++) {
        struct failure failure = {0};
        size_t length;
        const char *text = xml_queries_say(rows->markup->queries, i, row, &length, &failure);
        if (text == NULL)
            reject_say(ret_reject, values->sources->names[i], "", 0, "%s", failure.text);
        if (text == NULL || !row_values_add(values, i, text, length, ret_reject))
            return false;
    }
    row_values_end(values);
    return true;
}

void feed_markup_take_row(struct feed_rows *rows, int64_t number, xmlNodePtr row)
{
    struct reject reject;
    if (add_values(rows, row, &reject))
        feed_rows_map(rows, number);
    else
        emit_reject(rows->emit, number, &reject);
}
