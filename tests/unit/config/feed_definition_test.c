/* What a good definition gives: the defaults of a short one, and every setting of a full one. */
#include "conf_folder.h"

#include "m13/clock.h"
#include "m13/digest.h"
#include "m13/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct feed_definition *read_text(const char *file_name, const char *text)
{
    struct config_problems problems = {0};
    FILE *file = fmemopen((void *)(uintptr_t)text, strlen(text), "r");
    struct feed_definition *definition = feed_definition_read(file, file_name, &problems);
    fclose(file);
    config_problems_print(&problems, stderr);
    assert_int_equal(problems.count, 0);
    assert_non_null(definition);
    return definition;
}

static void short_definition_has_working_defaults(void **state)
{
    (void)state;
    struct feed_definition *definition = read_text("/etc/m13d/feeds.d/some-feed.conf", minimal_definition);
    char hash[DIGEST_HEX_BYTES];
    assert_string_equal(definition->name, "some-feed");
    assert_string_equal(definition->file, "/etc/m13d/feeds.d/some-feed.conf");
    assert_string_equal(
        definition->hash, digest_hex_of(minimal_definition, strlen(minimal_definition), hash));
    assert_true(definition->enabled);
    assert_string_equal(definition->budget, "register.example"); /* feeds of one host share it */
    assert_int_equal(definition->requests_a_minute, 10);
    assert_int_equal(definition->requests_a_day, 500);
    assert_int_equal(definition->every_ms, CLOCK_DAY);
    assert_int_equal(definition->at_ms, -1);
    assert_in_range(definition->jitter_ms, 1, CLOCK_DAY - 1);
    assert_int_equal(definition->fresh_ms, 3 * CLOCK_DAY);
    assert_int_equal(definition->full_every_ms, 0);
    assert_int_equal(definition->paging, PAGING_NONE);
    assert_int_equal(definition->none_status, 0);
    assert_null(definition->none_text);
    assert_null(definition->history.path);
    assert_string_equal(definition->content_type, "application/json");
    assert_int_equal(definition->maximum_bytes, LIMIT_PAYLOAD_BYTES_DEFAULT);
    assert_int_equal(definition->minimum_rows, 0);
    assert_string_equal(definition->rows, "");
    assert_null(definition->total);
    assert_int_equal(definition->charset, CHARSET_UTF8);
    assert_int_equal(definition->skip_count, 0);
    assert_true(feed_mapping_of(definition, RECORD_NUMBER)->required);
    assert_false(feed_mapping_of(definition, RECORD_MANUFACTURER)->required);
    assert_null(feed_mapping_of(definition, RECORD_CITY));
    feed_definition_free(definition);
}

static const char full[] =
    "enabled = false; authority = \"ANVISA\"; routes = [\"registro\", \"notificacao\"];\n"
    "title = { zh = \"一\"; en = \"1\"; }; covers = { zh = \"二\"; en = \"2\"; }; limits = { zh = \"三\"; en "
    "= \"3\"; };\n"
    "request = { base = \"http://mirror.example:81\"; allow-http = true; dates = \"plain\"; paging = "
    "\"link\";\n"
    "  poll = { path = \"/a/{today}.csv\"; query = \"from={since}&q=%5Bx%5D\"; }; history = { path = "
    "\"/all.csv\"; };\n"
    "  headers = [\"Accept: text/csv\", \"X-Client: m13d\"]; none = { status = 404; text = \"nada\"; }; };\n"
    "budget = { group = \"brazil\"; a-minute = 5; a-day = 50; };\n"
    "schedule = { every = \"2d\"; at = \"06:30\"; jitter = \"90s\"; overlap = \"2w\"; full-every = \"30d\"; "
    "};\n"
    "expect = { completeness = \"window\"; fresh = \"5d\"; content-type = \"text/plain\"; maximum-bytes = "
    "\"2G\";\n"
    "  minimum-rows = 15000; };\n"
    "format = { kind = \"csv\"; charset = \"windows-1252\"; separator = \";\"; quote = \"none\"; };\n"
    "fields = {\n"
    "  url = { rules = ( { template = \"https://x.example/{number}\"; when = ( (\"CLASSE\", \"I\", \"II\") "
    "); } );\n"
    "          template = \"https://x.example/{authority}/{row.NUMERO PROCESSO}\"; };\n"
    "  status = { from = [\"SITUACAO\", \"STATUS\"]; rules = (\n"
    "     { is = \"cancelled\"; when = ( (\"VALIDADE\", \"CANC*\"), (\"!CNPJ\", \"\") ); },\n"
    "     { from = [\"A\", \"B\"]; join = \" \"; when = ( (\"!SITUACAO\", \"\", \"x\") ); } ); };\n"
    "  route = { rules = ( { is = \"registro\"; when = ( (\"CLASSE\", \"III\", \"IV\") ); },\n"
    "     { is = \"notificacao\"; when = ( (\"CLASSE\", \"I\", \"II\") ); } ); otherwise = \"unknown\"; };\n"
    "  number = { from = [\"NUMERO\", \"SUB\"]; join = \"/\"; };\n"
    "  holder = { from = \"DETENTOR\"; required = true; };\n"
    "  decision_date = { from = \"DT_PUB\"; forms = [\"eu\", \"iso\"]; };\n"
    "};\n"
    "skip = ( (\"PAIS\", \"BRASIL\"), ( (\"!TIPO\", \"PRODUTO\"), (\"CNPJ\", \"\") ) );\n";

static void every_setting_of_the_asking_half_is_read(void **state)
{
    (void)state;
    struct feed_definition *definition = read_text("full.conf", full);
    assert_false(definition->enabled);
    assert_string_equal(definition->authority, "ANVISA");
    assert_int_equal(definition->route_count, 2);
    assert_string_equal(definition->routes[1], "notificacao");
    assert_string_equal(definition->title.zh, "一");
    assert_string_equal(definition->covers.en, "2");
    assert_string_equal(definition->limits.zh, "三");
    assert_string_equal(definition->base, "http://mirror.example:81");
    assert_string_equal(definition->window.path, "/a/{today}.csv");
    assert_string_equal(definition->window.query, "from={since}&q=%5Bx%5D");
    assert_string_equal(definition->history.path, "/all.csv");
    assert_null(definition->history.query);
    assert_int_equal(definition->query_dates, DATE_FORM_PLAIN);
    assert_int_equal(definition->header_count, 2);
    assert_string_equal(definition->headers[1], "X-Client: m13d");
    assert_int_equal(definition->paging, PAGING_LINK);
    assert_int_equal(definition->none_status, 404);
    assert_string_equal(definition->none_text, "nada");
    assert_string_equal(definition->budget, "brazil");
    assert_int_equal(definition->requests_a_minute, 5);
    assert_int_equal(definition->requests_a_day, 50);
    assert_int_equal(definition->every_ms, 2 * CLOCK_DAY);
    assert_int_equal(definition->at_ms, 6 * CLOCK_HOUR + 30 * CLOCK_MINUTE);
    assert_int_equal(definition->jitter_ms, 90 * CLOCK_SECOND);
    assert_int_equal(definition->overlap_days, 14);
    assert_int_equal(definition->full_every_ms, 30 * CLOCK_DAY);
    assert_int_equal(definition->completeness, COMPLETENESS_WINDOW);
    assert_int_equal(definition->fresh_ms, 5 * CLOCK_DAY);
    assert_string_equal(definition->content_type, "text/plain");
    assert_int_equal(definition->maximum_bytes, 2ll << 30);
    assert_int_equal(definition->minimum_rows, 15000);
    feed_definition_free(definition);
}

static void every_setting_of_the_reading_half_is_read(void **state)
{
    (void)state;
    struct feed_definition *definition = read_text("full.conf", full);
    assert_int_equal(definition->format, FORMAT_CSV);
    assert_int_equal(definition->charset, CHARSET_CP1252);
    assert_int_equal(definition->separator, ';');
    assert_int_equal(definition->quote, '\0');
    for (size_t i = 1; i < definition->mapping_count; i++) /* in wire order, whatever the file's */
        assert_true(definition->mappings[i - 1].field < definition->mappings[i].field);

    const struct feed_mapping *number = feed_mapping_of(definition, RECORD_NUMBER);
    assert_int_equal(number->source_count, 2);
    assert_string_equal(number->sources[1], "SUB");
    assert_string_equal(number->join, "/");

    const struct feed_mapping *status = feed_mapping_of(definition, RECORD_STATUS);
    assert_null(status->unmatched);
    assert_int_equal(status->source_count, 2);
    assert_int_equal(status->rule_count, 2);
    assert_string_equal(status->rules[0].value, "cancelled");
    assert_int_equal(status->rules[0].condition_count, 2);
    assert_string_equal(status->rules[0].conditions[0].values[0], "CANC*");
    assert_false(status->rules[0].conditions[0].negated);
    assert_true(status->rules[0].conditions[1].negated);
    assert_string_equal(status->rules[0].conditions[1].source, "CNPJ");
    assert_string_equal(status->rules[0].conditions[1].values[0], "");
    assert_null(status->rules[1].value);
    assert_int_equal(status->rules[1].source_count, 2);
    assert_string_equal(status->rules[1].join, " ");
    assert_int_equal(status->rules[1].conditions[0].value_count, 2);

    const struct feed_mapping *date = feed_mapping_of(definition, RECORD_DECISION_DATE);
    assert_int_equal(date->date_form_count, 2);
    assert_int_equal(date->date_forms[0], DATE_FORM_EU);
    assert_int_equal(date->date_forms[1], DATE_FORM_ISO);
    assert_true(feed_mapping_of(definition, RECORD_HOLDER)->required);
    const struct feed_mapping *url = feed_mapping_of(definition, RECORD_URL);
    assert_string_equal(url->rules[0].url_template, "https://x.example/{number}");
    assert_string_equal(url->url_template, "https://x.example/{authority}/{row.NUMERO PROCESSO}");

    assert_int_equal(definition->skip_count, 2);
    assert_int_equal(definition->skip[0].condition_count, 1);
    assert_string_equal(definition->skip[0].conditions[0].source, "PAIS");
    assert_int_equal(definition->skip[1].condition_count, 2);
    assert_true(definition->skip[1].conditions[0].negated);
    assert_string_equal(definition->skip[1].conditions[1].source, "CNPJ");
    feed_definition_free(definition);
}

static void nothing_at_all_is_freed_too(void **state)
{
    (void)state;
    feed_definition_free(NULL);
    struct config_problems problems = {0};
    FILE *file = fopen("/dev/null", "r");
    assert_null(feed_definition_read(file, "empty.conf", &problems));
    fclose(file);
    assert_true(problems.count >= 8); /* each missing setting by its name */
    config_problems_free(&problems);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(short_definition_has_working_defaults),
        cmocka_unit_test(every_setting_of_the_asking_half_is_read),
        cmocka_unit_test(every_setting_of_the_reading_half_is_read),
        cmocka_unit_test(nothing_at_all_is_freed_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
