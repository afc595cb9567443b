#include "feed_rows.h"

#include "feed_markup.h"
#include "json_rows.h"
#include "json_values.h"
#include "table_header.h"
#include "xlsx_rows.h"

#include "m13/limits.h"

void feed_rows_init(struct feed_rows *rows, const struct feed_definition *definition, struct emit *emit)
{
    *rows = (struct feed_rows){.definition = definition,
        .emit = emit,
        .charset = charset_new(definition->charset),
        .mapping = mapping_new(definition),
        .line = TEXT_WITH_CEILING(LIMIT_RECORD_BYTES)};
    const struct source_list *sources = mapping_sources(rows->mapping);
    row_values_init(&rows->values, sources,
        (struct clean_rules){.c1_is_cp1252 = definition->charset == CHARSET_UTF8_C1_AS_CP1252});
    if (definition->format == FORMAT_CSV || definition->format == FORMAT_XLSX)
        rows->header = table_header_new(sources, rows->values.rules);
    rows->values.rules.keep_lines = mapping_reads_lines(rows->mapping); /* of cells, not of headers */
    if (definition->format == FORMAT_XLSX)
        xlsx_prepare();
    if (definition->format == FORMAT_JSON) {
        rows->json = json_rows_new(definition, sources);
        rows->json_values = json_values_new();
    }
    rows->markup = feed_markup_new(definition, sources);
}

void feed_rows_release(struct feed_rows *rows)
{
    feed_markup_free(rows->markup);
    json_rows_free(rows->json);
    json_values_free(rows->json_values);
    table_header_free(rows->header);
    row_values_release(&rows->values);
    mapping_free(rows->mapping);
    charset_free(rows->charset);
    text_free(&rows->line);
    shape_release(&rows->shape);
}

void feed_rows_map(struct feed_rows *rows, int64_t number)
{
    struct reject reject;
    text_clear(&rows->line);
    switch (mapping_apply(rows->mapping, rows->values.texts, &rows->line, &reject)) {
    case MAPPING_RECORD:
        emit_record(rows->emit, number, &rows->line);
        break;
    case MAPPING_SKIP:
        rows->emit->skipped++;
        break;
    case MAPPING_REJECT:
        emit_reject(rows->emit, number, &reject);
        break;
    }
}
