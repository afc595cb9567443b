/* tables.c - what dashboards read: one file tables/NAME.sql a table, its CREATE first, then the SELECT that
 * fills it.
 *
 * Dates are TEXT YYYY-MM-DD and again *_ts, epoch seconds of 00:00 UTC (Grafana); instants are RFC 3339 and
 * again *_ts; decision dates are intervals: *_from, *_to, *_precision. Money is INTEGER fen and again *_cny.
 * Types are declared because Metabase reads them. */
#include "m13/publish.h"

#include "m13/text.h"

#include <string.h>

extern const char bi_meta_sql[], bi_label_sql[], bi_rule_sql[], bi_case_sql[], bi_case_rule_sql[],
    bi_firm_sql[], bi_product_sql[], bi_param_sql[], bi_feed_sql[], bi_unclaimed_sql[], bi_review_sql[],
    bi_seen_sql[], bi_firm_year_sql[], bi_ledger_sql[], bi_approval_sql[], bi_scope_sql[], bi_authority_sql[],
    bi_event_sql[], bi_batch_sql[], bi_alert_sql[];

const struct publish_table publish_tables[] = {
    {"bi_meta", bi_meta_sql},
    {"bi_label", bi_label_sql},
    {"bi_rule", bi_rule_sql},
    {"bi_case", bi_case_sql},
    {"bi_case_rule", bi_case_rule_sql},
    {"bi_event", bi_event_sql},
    {"bi_firm", bi_firm_sql},
    {"bi_firm_year", bi_firm_year_sql},
    {"bi_product", bi_product_sql},
    {"bi_ledger", bi_ledger_sql},
    {"bi_batch", bi_batch_sql},
    {"bi_approval", bi_approval_sql},
    {"bi_scope", bi_scope_sql},
    {"bi_param", bi_param_sql},
    {"bi_feed", bi_feed_sql},
    {"bi_authority", bi_authority_sql},
    {"bi_unclaimed", bi_unclaimed_sql},
    {"bi_review", bi_review_sql},
    {"bi_seen", bi_seen_sql},
    {"bi_alert", bi_alert_sql},
};
const size_t publish_table_count = sizeof publish_tables / sizeof *publish_tables;

const struct publish_table *publish_table(const char *name)
{
    for (size_t i = 0; i < publish_table_count; i++)
        if (string_equal(publish_tables[i].name, name))
            return &publish_tables[i];
    return NULL;
}

/* The CREATE ends with the first line that begins with its closing parenthesis. */
static const char *end_of_create(const struct publish_table *table)
{
    return strstr(strstr(table->sql, "\n)"), ";\n") + strlen(";\n");
}

void publish_table_create(const struct publish_table *table, struct text *out)
{
    text_append(out, table->sql, (size_t)(end_of_create(table) - table->sql));
}

const char *publish_table_select(const struct publish_table *table)
{
    return end_of_create(table);
}
