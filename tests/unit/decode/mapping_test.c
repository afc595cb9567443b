/* What the shipped definitions make of FDA's rows, and what a definition may say. */
#include "reading.h"

#include "m13/memory.h"
#include "m13/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define JSON "kind = \"json\"; charset = \"utf-8\"; rows = \"results\";"
#define LEAST                                                                                                \
    "number = \"n\"; holder = \"h\"; decision_date = { from = \"d\"; forms = [\"iso\"]; }; status = \"s\";"

static void is(const char *line, const char *name, const char *expected)
{
    const char *found = reading_member(line, name);
    if (expected == NULL) {
        assert_null(found);
        return;
    }
    assert_non_null(found);
    assert_string_equal(found, expected);
}

/* One row through a definition; its line, which is a record. */
static const char *record_of(
    struct reading **reading, const struct feed_definition *definition, const char *row)
{
    struct text document = TEXT_WITH_CEILING(1 << 20);
    if (*reading != NULL)
        reading_free(*reading);
    text_append_format(&document, "{\"results\":[%s]}", row);
    *reading = reading_of_text(definition, text_string(&document));
    text_free(&document);
    assert_int_equal((*reading)->code, 0);
    const char *line = reading_line(*reading, "record", 0);
    return line != NULL ? line : reading_line(*reading, "reject", 0);
}

static struct reading *openfda(void)
{
    struct feed_definition *definition = reading_shipped_definition("fda-510k");
    struct reading *reading = reading_of_file(definition, "fixtures/openfda_510k.json");
    assert_int_equal(reading->code, 0);
    feed_definition_free(definition);
    return reading;
}

static void a_clearance_of_a_beijing_firm_comes_out_whole(void **state)
{
    (void)state;
    struct reading *reading = openfda();
    assert_non_null(strstr(reading->lines[0], "\"total\":4,\"as_of\":\"2026-10-19\""));
    assert_string_equal(reading_line(reading, "record", 0),
        "{\"row\":1,\"record\":{\"authority\":\"FDA\",\"number\":\"K269901\",\"route\":\"510k-special\","
        "\"status\":\"active\",\"manufacturer\":\"Beijing Yunhe Invented Medical Technology Co.,Ltd\","
        "\"holder\":\"Beijing Yunhe Invented Medical Technology "
        "Co.,Ltd\",\"country\":\"CN\",\"city\":\"Beijing\","
        "\"postcode\":\"102629\",\"address\":\"Room 301, No. 7 Kechuang 99th Street, Daxing\","
        "\"device\":\"Handheld Ultrasound™ Scanner – YH-1\",\"product_code\":\"IYN\",\"device_class\":\"2\","
        "\"decision_date\":\"2026-08-22\",\"received_date\":\"2026-07-05\","
        "\"url\":\"https://www.accessdata.fda.gov/scripts/cdrh/cfdocs/cfpmn/pmn.cfm?ID=K269901\","
        "\"source_status\":\"SESE\",\"source_route\":\"Special\"}}");
    /* Persons stay out. */
    assert_null(strstr(reading->stream, "A Person"));
    reading_free(reading);
}

static void a_de_novo_grant_is_an_approval_with_a_page_of_its_own(void **state)
{
    (void)state;
    struct reading *reading = openfda();
    const char *line = reading_line(reading, "record", 1);
    is(line, "number", "DEN259901");
    is(line, "route", "de-novo");
    is(line, "status", "active");
    is(line, "postcode", "214000");
    is(line, "manufacturer", "Jiangsu Invented Neuro Inc.");
    is(line, "device_class", NULL);
    is(line, "url", "https://www.accessdata.fda.gov/scripts/cdrh/cfdocs/cfpmn/denovo.cfm?id=DEN259901");
    reading_free(reading);
}

static void old_bare_codes_are_clearances_too(void **state)
{
    (void)state;
    struct reading *reading = openfda();
    const char *line = reading_line(reading, "record", 2);
    is(line, "route", "510k");
    is(line, "status", "active");
    is(line, "received_date", NULL);
    is(line, "address", NULL);
    reading_free(reading);
}

static void an_impossible_decision_date_is_a_reject_that_helps(void **state)
{
    (void)state;
    struct reading *reading = openfda();
    const char *line = reading_line(reading, "reject", 0);
    assert_int_equal(reading->rejected, 1);
    assert_non_null(strstr(line, "{\"row\":4,"));
    is(line, "field", "decision_date");
    is(line, "reason", "found \"2026-02-30\" in `decision_date`; accepted: 2026-01-05, 2026-01, 2026");
    is(line, "excerpt", "2026-02-30");
    reading_free(reading);
}

static void unknown_codes_stay_unknown(void **state)
{
    (void)state;
    struct feed_definition *definition = reading_shipped_definition("fda-510k");
    struct reading *reading = NULL;
    const char *line = record_of(&reading, definition,
        "{\"k_number\":\"K1\",\"applicant\":\"X\",\"decision_date\":\"2026-01-01\",\"decision_code\":\"ZZ\","
        "\"clearance_type\":\"Novel\"}");
    is(line, "status", "unknown");
    is(line, "route", "unknown");
    is(line, "source_status", "ZZ");
    is(line, "source_route", "Novel");
    reading_free(reading);
    feed_definition_free(definition);
}

/* feeds-fda-ce 1.4: which supplements may be a new product. */
static const struct {
    const char *number, *type, *reason, *code, *date;
    const char *expected_number, *parent, *route, *status;
} supplements[] = {
    {"", "", "", "APPR", "2026-08-05", "P229901", NULL, "pma", "active"},
    {"", "", "", "APCB", "1979-08-05", "P229901", NULL, "pma", "active"},
    {"", "", "", "APCV", "1979-08-05", "P229901", NULL, "pma", "active"},
    {"", "", "", "APRL", "2026-08-05", "P229901", NULL, "pma", "reclassified"},
    {"", "", "", "APWD", "2026-08-05", "P229901", NULL, "pma", "withdrawn"},
    {"", "", "", "DENY", "2026-08-05", "P229901", NULL, "pma", "refused"},
    {"", "", "", "GT30", "2026-08-05", "P229901", NULL, "pma", "unknown"},
    {"S001", "Panel Track", "Labeling Change - Indications/instructions/shelf life/tradename", "APPR",
        "2026-08-05", "P229901/S001", "P229901", "pma-panel-track", "active"},
    {"S002", "Normal 180 Day Track", "Change Design/Components/Specifications/Material", "APPR", "2026-08-05",
        "P229901/S002", "P229901", "pma-supplement-design", "active"},
    {"S003", "Normal 180 Day Track", "Process Change - Manufacturer/Sterilizer/Packager/Supplier", "APPR",
        "2026-08-05", "P229901/S003", "P229901", "pma-supplement", "active"},
    {"S004", "Normal 180 Day Track No User Fee", "Change Design/Components/Specifications/Material", "APPR",
        "2026-08-05", "P229901/S004", "P229901", "pma-supplement", "active"},
    {"S005", "Real-Time Process", "Change Design/Components/Specifications/Material", "APPR", "2026-08-05",
        "P229901/S005", "P229901", "pma-supplement", "active"},
    {"S006", "30-Day Notice", "Process Change - Manufacturer/Sterilizer/Packager/Supplier", "OK30",
        "2026-08-05", "P229901/S006", "P229901", "pma-notice", "active"},
    {"S007", "135 Review Track For 30-Day Notice", "Change Design/Components/Specifications/Material", "APPR",
        "2026-08-05", "P229901/S007", "P229901", "pma-notice", "active"},
    {"S008", "Special (Immediate Track)", "Labeling Change - Indications/instructions/shelf life/tradename",
        "APPR", "2026-08-05", "P229901/S008", "P229901", "pma-supplement", "active"},
    {"S963", "Panel Track", "", "APRL", "2026-08-05", "P229901/S963", "P229901", "pma-panel-track",
        "reclassified"},
};

static void pma_supplements_are_told_from_new_products(void **state)
{
    (void)state;
    struct feed_definition *definition = reading_shipped_definition("fda-pma");
    struct reading *reading = NULL;
    for (size_t i = 0; i < sizeof supplements / sizeof supplements[0]; i++) {
        char row[1024], page[200];
        snprintf(row, sizeof row,
            "{\"pma_number\":\"P229901\",\"supplement_number\":\"%s\",\"supplement_type\":\"%s\","
            "\"supplement_reason\":\"%s\",\"decision_code\":\"%s\",\"decision_date\":\"%s\","
            "\"applicant\":\"Tianjin Invented Vision Co., "
            "Ltd.\",\"city\":\"Tianjin\",\"state\":\"\",\"zip\":\"300000\","
            "\"street_1\":\"1 Test Road\",\"street_2\":\"\"}",
            supplements[i].number, supplements[i].type, supplements[i].reason, supplements[i].code,
            supplements[i].date);
        const char *line = record_of(&reading, definition, row);
        is(line, "number", supplements[i].expected_number);
        is(line, "parent", supplements[i].parent);
        is(line, "route", supplements[i].route);
        is(line, "status", supplements[i].status);
        is(line, "received_date", NULL);
        is(line, "country", NULL);
        snprintf(page, sizeof page,
            "https://www.accessdata.fda.gov/scripts/cdrh/cfdocs/cfpma/pma.cfm?id=P229901%s",
            supplements[i].number);
        is(line, "url", page);
    }
    reading_free(reading);
    feed_definition_free(definition);
}

static void a_missing_required_member_names_what_is_accepted(void **state)
{
    (void)state;
    struct feed_definition *definition = reading_definition(JSON,
        LEAST "route = \"r\"; manufacturer = { from = [\"a\", \"b\"]; required = true; };"
              "received_date = { from = \"e\"; forms = [\"us\", \"zh\"]; required = true; };",
        "");
    struct reading *reading = NULL;
    const char *line = record_of(&reading, definition, "{\"h\":\"X\"}");
    is(line, "field", "number");
    is(line, "reason", "required, but there is nothing in `n`; accepted: any text");
    line = record_of(&reading, definition, "{\"n\":\"1\",\"a\":\" \",\"b\":null}");
    is(line, "field", "manufacturer");
    is(line, "reason", "required, but there is nothing in `a`, `b`; accepted: any text");
    line = record_of(&reading, definition, "{\"n\":\"1\",\"b\":\"X\",\"e\":\"2026-01-05\"}");
    is(line, "field", "received_date");
    is(line, "reason",
        "found \"2026-01-05\" in `e`; accepted: 01/05/2026 (month first); 2026年1月5日, 2026年1月, 2026年");
    line = record_of(&reading, definition, "{\"n\":\"1\",\"b\":\"X\",\"e\":\"01/05/2026\"}");
    is(line, "received_date", "2026-01-05");
    line = record_of(&reading, definition, "{\"n\":\"1\",\"b\":\"X\",\"e\":\"2026年1月\"}");
    is(line, "received_date", "2026-01");
    /* A date that need not be there is left out when it is none. */
    line = record_of(&reading, definition, "{\"n\":\"1\",\"b\":\"X\",\"e\":\"01/05/2026\",\"d\":\"soon\"}");
    is(line, "decision_date", NULL);
    reading_free(reading);
    feed_definition_free(definition);
}

static void conditions_know_prefixes_absence_and_negation(void **state)
{
    (void)state;
    struct feed_definition *definition = reading_definition(JSON,
        LEAST "route = \"r\"; state = { rules = ("
              "  { is = \"both\"; when = ( (\"a\", \"X*\"), (\"!b\", \"\") ); },"
              "  { is = \"prefix\"; when = ( (\"a\", \"q\", \"X*\") ); },"
              "  { is = \"absent\"; when = ( (\"a\", \"\") ); },"
              "  { from = [\"b\", \"a\"]; join = \"+\"; when = ( (\"!a\", \"none*\", \"nix\") ); }"
              "); otherwise = \"left over\"; };",
        "skip = ( (\"s\", \"draft*\"), (\"a\", \"skipped\") );");
    static const char *const cases[][2] = {
        {"{\"n\":\"1\",\"a\":\"Xy\",\"b\":\"1\"}", "both"},
        {"{\"n\":\"1\",\"a\":\"X\",\"b\":\"\"}", "prefix"},
        {"{\"n\":\"1\",\"a\":\" q \"}", "prefix"},
        {"{\"n\":\"1\",\"a\":\"qq\"}", "qq"},
        {"{\"n\":\"1\"}", "absent"},
        {"{\"n\":\"1\",\"a\":null,\"b\":\"1\"}", "absent"},
        {"{\"n\":\"1\",\"a\":\"x\",\"b\":\"1\"}", "1+x"},
        {"{\"n\":\"1\",\"a\":\"nonesuch\"}", "left over"},
        {"{\"n\":\"1\",\"a\":\"nix\"}", "left over"},
    };
    struct reading *reading = NULL;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        is(record_of(&reading, definition, cases[i][0]), "state", cases[i][1]);
    assert_null(record_of(&reading, definition, "{\"n\":\"1\",\"s\":\"drafted\"}"));
    assert_int_equal(reading->skipped, 1);
    assert_null(record_of(&reading, definition, "{\"a\":\"skipped\"}"));
    assert_int_equal(reading->skipped, 1);
    reading_free(reading);
    feed_definition_free(definition);
}

static void addresses_are_encoded_and_never_half(void **state)
{
    (void)state;
    struct feed_definition *definition = reading_definition(
        JSON, LEAST "route = \"r\"; url = { template = \"https://r.example/{number}?p={row.page}\"; };", "");
    struct reading *reading = NULL;
    is(record_of(&reading, definition, "{\"n\":\"A/1 b\",\"page\":\"北&\"}"), "url",
        "https://r.example/A%2F1%20b?p=%E5%8C%97%26");
    is(record_of(&reading, definition, "{\"n\":\"a.b-c_d~\"}"), "url", "https://r.example/a.b-c_d~?p=");
    reading_free(reading);
    feed_definition_free(definition);

    definition = reading_definition(
        JSON, LEAST "route = \"r\"; url = { template = \"https://r.example/?p={row.page}\"; };", "");
    reading = NULL;
    is(record_of(&reading, definition, "{\"n\":\"1\"}"), "url", NULL);
    reading_free(reading);
    feed_definition_free(definition);
}

static void joined_members_have_a_ceiling(void **state)
{
    (void)state;
    struct feed_definition *definition = reading_definition(
        JSON, LEAST "route = \"r\"; address = { from = [\"a\", \"b\"]; join = \", \"; };", "");
    struct text row = TEXT_WITH_CEILING(1 << 20);
    text_append_string(&row, "{\"n\":\"1\",\"a\":\"");
    for (int i = 0; i < 150000; i++)
        text_append_character(&row, 'a');
    struct reading *reading = NULL;
    text_append_string(&row, "\",\"b\":\"b\"}");
    is(record_of(&reading, definition, text_string(&row)), "number", "1");
    row.length -= 2;
    for (int i = 0; i < 150000; i++)
        text_append_character(&row, 'b');
    text_append_string(&row, "\"}");
    char *document = memory_get(row.length + 32);
    sprintf(document, "{\"results\":[%s]}", text_string(&row));
    reading_free(reading);
    reading = reading_of_text(definition, document);
    is(reading_line(reading, "reject", 0), "field", "address");
    free(document);
    text_free(&row);
    reading_free(reading);
    feed_definition_free(definition);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_clearance_of_a_beijing_firm_comes_out_whole),
        cmocka_unit_test(a_de_novo_grant_is_an_approval_with_a_page_of_its_own),
        cmocka_unit_test(old_bare_codes_are_clearances_too),
        cmocka_unit_test(an_impossible_decision_date_is_a_reject_that_helps),
        cmocka_unit_test(unknown_codes_stay_unknown),
        cmocka_unit_test(pma_supplements_are_told_from_new_products),
        cmocka_unit_test(a_missing_required_member_names_what_is_accepted),
        cmocka_unit_test(conditions_know_prefixes_absence_and_negation),
        cmocka_unit_test(addresses_are_encoded_and_never_half),
        cmocka_unit_test(joined_members_have_a_ceiling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
