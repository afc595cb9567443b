/* Texts of a row that are cut, folded, read as dates or countries before they are members of a record. */
#include "reading.h"

#include "m13/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define JSON "kind = \"json\"; charset = \"utf-8\"; rows = \"rows\";"
#define LEAST                                                                                                \
    "holder = \"h\"; route = \"r\"; status = \"s\"; decision_date = { from = \"d\"; forms = [\"iso\"]; };"

struct text_case {
    const char *text, *expected; /* NULL = the record has no such member */
};

static struct reading *read_row(const struct feed_definition *definition, const char *text)
{
    struct text row = TEXT_WITH_CEILING(1 << 20);
    text_append_string(&row, "{\"rows\":[{\"n\":\"1\",\"x\":");
    text_append_json(&row, text);
    text_append_string(&row, "}]}");
    struct reading *reading = reading_of_text(definition, text_string(&row));
    assert_int_equal(reading->code, 0);
    text_free(&row);
    return reading;
}

/* `field` as `mapping` makes it of the source x. */
static void expect_all(const char *field, const char *mapping, const struct text_case *cases, size_t count)
{
    struct text fields = TEXT_WITH_CEILING(8192);
    text_append_format(&fields, "%snumber = \"n\"; %s = { from = \"x\"; %s };", LEAST, field, mapping);
    struct feed_definition *definition = reading_definition(JSON, text_string(&fields), "");
    for (size_t i = 0; i < count; i++) {
        struct reading *reading = read_row(definition, cases[i].text);
        const char *line = reading_line(reading, "record", 0);
        assert_non_null(line);
        const char *found = reading_member(line, field);
        if ((found == NULL) != (cases[i].expected == NULL) ||
            (found != NULL && strcmp(found, cases[i].expected) != 0))
            fail_msg("'%s' is '%s', not '%s'", cases[i].text, found != NULL ? found : "-",
                cases[i].expected != NULL ? cases[i].expected : "-");
        /* What was there and could not be read is counted; what was not there is not. */
        bool unread = cases[i].expected == NULL && *cases[i].text != '\0' && strstr(mapping, "forms") != NULL;
        assert_non_null(strstr(reading->ending, unread ? "\"unread\":1" : "\"unread\":0"));
        reading_free(reading);
    }
    feed_definition_free(definition);
    text_free(&fields);
}

#define EXPECT_ALL(field, mapping, cases)                                                                    \
    expect_all((field), (mapping), (cases), sizeof(cases) / sizeof *(cases))

static void text_between_two_marks(void **state)
{
    (void)state;
    static const struct text_case both[] = {
        {"Licence No: 02/SCof2018\nIssed On: 09-JAN-2018", "02/SCof2018"},
        {"Licence No:Issed On:", NULL},
        {"Licence No: A Issed On: B Issed On: C", "A"},
        {"Issed On: B Licence No: A", NULL}, /* the second mark is looked for behind the first */
        {"Licence No: 02/SCof2018", NULL},
        {"02/SCof2018 Issed On:", NULL},
        {"", NULL},
    };
    EXPECT_ALL("brand", "after = \"Licence No:\"; before = \"Issed On:\";", both);
    static const struct text_case after[] = {{"a: b: c", "b: c"}, {"a:", NULL}, {"a", NULL}};
    EXPECT_ALL("brand", "after = \":\";", after);
    static const struct text_case before[] = {{"CN-MF-000012345", "CN"}, {"-", NULL}, {"CN", NULL}};
    EXPECT_ALL("country", "before = \"-\";", before);
    static const struct text_case date[] = {
        {"Licence No: 02/SCof2018\nIssed On: 09-JAN-2018", "2018-01-09"}, {"Issed On: soon", NULL}};
    EXPECT_ALL("valid_from", "after = \"ed On:\"; forms = [\"month\"];", date);
}

static void text_up_to_the_end_of_a_line(void **state)
{
    (void)state;
    static const struct text_case first[] = {
        {"Invented Imports Pvt Ltd\r\n1 Road,\nDelhi", "Invented Imports Pvt Ltd"},
        {"Invented  Imports\n", "Invented Imports"}, {"one line", "one line"}, {"", NULL}};
    EXPECT_ALL("brand", "before = \"\\n\";", first);
    static const struct text_case rest[] = {{"Invented Imports\n1 Road,\nDelhi", "1 Road, Delhi"}};
    EXPECT_ALL("brand", "after = \"\\n\";", rest);
    static const struct text_case folded[] = {{"a\nb c\nd", "BCD"}};
    EXPECT_ALL("brand", "after = \"\\n\"; fold = \"compact\";", folded);
}

/* Lines are kept for the one mark that asks for them; whatever else reads the row sees blanks. */
static void lines_are_blanks_for_all_others(void **state)
{
    (void)state;
    struct feed_definition *definition = reading_definition(JSON,
        LEAST "number = \"n\"; brand = { from = \"x\"; before = \"\\n\"; }; models = \"x\";"
              "device = { from = \"x\"; after = \"b c\"; }; term = { rules = ( { is = \"hit\"; when = ( "
              "(\"x\", \"a "
              "b*\") ); } ); };",
        "skip = ( (\"y\", \"p q\") );");
    struct reading *reading = read_row(definition, "a\nb\nc\nd");
    const char *line = reading_line(reading, "record", 0);
    static const char *const expected[][2] = {
        {"brand", "a"}, {"models", "a b c d"}, {"device", "d"}, {"term", "hit"}};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        assert_string_equal(reading_member(line, expected[i][0]), expected[i][1]);
    reading_free(reading);
    reading = reading_of_text(definition, "{\"rows\":[{\"n\":\"1\",\"y\":\"p\\nq\"}]}");
    assert_int_equal(reading->skipped, 1);
    reading_free(reading);
    feed_definition_free(definition);
}

static void number_in_one_spelling(void **state)
{
    (void)state;
    static const struct text_case compact[] = {
        {"KEMENKES RI AKL 20901 2345", "KEMENKESRIAKL209012345"},
        {"30800bzx00176000", "30800BZX00176000"},
        {"３０８００ＢＺＸ００１７６０００", "30800BZX00176000"},
        {"308\u00a000\u3000BZX\u200b001\u00ad76000", "30800BZX00176000"},
        {"ab-c/1", "AB-C/1"},
        {"\u00e9\u0301", "É\u0301"},
        {" ", NULL},
        {"", NULL},
    };
    EXPECT_ALL("predecessor", "fold = \"compact\";", compact);
    static const struct text_case cyrillic[] = {
        {"РЗН 2021/14397", "РЗН2021/14397"},
        {"P3H 2021/14397", "Р3Н2021/14397"},
        {"PЗH 2021/14397", "РЗН2021/14397"}, /* Latin P and H */
        {"ФCP 2010/08183", "ФСР2010/08183"},
        {"фср 2010/08183", "ФСР2010/08183"},
        {"ABEKMHOPCTYX", "АВЕКМНОРСТУХ"},
        {"abekmhopctyx", "АВЕКМНОРСТУХ"},
        {"DZ 1", "DZ1"},
    };
    EXPECT_ALL("predecessor", "fold = \"cyrillic\";", cyrillic);
}

static void long_text_is_folded_whole(void **state)
{
    (void)state;
    struct text text = TEXT_WITH_CEILING(1 << 20), expected = TEXT_WITH_CEILING(1 << 20);
    for (int i = 0; i < 60; i++) {
        text_append_string(&text, "ａ ﷺ ");
        text_append_string(&expected, "Aصلىاللهعليهوسلم"); /* one character becomes eighteen */
    }
    const struct text_case cases[] = {{text_string(&text), text_string(&expected)}};
    EXPECT_ALL("models", "fold = \"compact\";", cases);
    text_free(&text);
    text_free(&expected);
}

static void country_in_any_language_becomes_its_code(void **state)
{
    (void)state;
    static const struct text_case cases[] = {{"CN", "CN"}, {"CHINA, REPÚBLICA POPULAR", "CN"},
        {"КИТАЙ", "CN"}, {"中華人民共和国", "CN"}, {"Hong Kong SAR China", "HK"}, {"", NULL}};
    EXPECT_ALL("country", "", cases);
}

static void unknown_country_is_left_out_and_counted(void **state)
{
    (void)state;
    struct feed_definition *definition =
        reading_definition(JSON, LEAST "number = \"n\"; country = \"x\";", "");
    struct reading *reading = read_row(definition, "Atlantis");
    assert_null(reading_member(reading_line(reading, "record", 0), "country"));
    assert_non_null(strstr(reading->ending, "\"unread\":1"));
    reading_free(reading);
    feed_definition_free(definition);

    definition =
        reading_definition(JSON, LEAST "number = \"n\"; country = { from = \"x\"; required = true; };", "");
    reading = read_row(definition, "Atlantis");
    assert_string_equal(reading_member(reading_line(reading, "reject", 0), "reason"),
        "found \"Atlantis\" in `x`; accepted: a country's name, or its code like CN");
    assert_non_null(strstr(reading->ending, "\"unread\":0")); /* a reject is told by itself */
    reading_free(reading);
    feed_definition_free(definition);
}

static void dates_in_the_new_forms(void **state)
{
    (void)state;
    static const struct text_case iso[] = {{"2025-09-17", "2025-09-17"},
        {"2025-09-17T00:00:00", "2025-09-17"}, {"2021-10-08T12:42:27.657Z", "2021-10-08"},
        {"2025-09-17Tea", NULL}, {"", NULL}};
    EXPECT_ALL("valid_from", "forms = [\"iso\"];", iso);
    static const struct text_case plain[] = {{"20250917", "2025-09-17"}, {"2025-09-17T00:00:00", NULL}};
    EXPECT_ALL("valid_from", "forms = [\"plain\"];", plain);
    static const struct text_case many[] = {{"2025/08/01", "2025-08-01"}, {"01-Aug-2025", "2025-08-01"},
        {"2024-12-31", "2024-12-31"}, {"45870", "2025-08-01"}, {"令和７年８月１日", "2025-08-01"},
        {"R7.8", NULL}};
    EXPECT_ALL("valid_from", "forms = [\"iso\", \"slash\", \"month\", \"excel\", \"ja\"];", many);
    static const struct text_case ulid[] = {
        {"01FHFQWYDFE38DRFBWZXAPAGSC", "2021-10-08"}, {"01FHFQWYDF", NULL}};
    EXPECT_ALL("created", "forms = [\"ulid\"];", ulid);
}

/* What the definition says itself needs no form of the register. */
static void fixed_values_are_taken_as_they_stand(void **state)
{
    (void)state;
    struct feed_definition *definition = reading_definition(JSON,
        LEAST "number = \"n\"; country = { is = \"CN\"; }; valid_to = { from = \"x\"; forms = [\"eu\"]; "
              "rules = ( { "
              "is = \"2099-12\"; when = ( (\"x\", \"VIGENTE\") ); } ); };",
        "");
    struct reading *reading = read_row(definition, "VIGENTE");
    assert_string_equal(reading_member(reading_line(reading, "record", 0), "country"), "CN");
    assert_string_equal(reading_member(reading_line(reading, "record", 0), "valid_to"), "2099-12");
    assert_non_null(strstr(reading->ending, "\"unread\":0"));
    reading_free(reading);
    feed_definition_free(definition);
}

static void each_source_is_cut_by_itself(void **state)
{
    (void)state;
    struct feed_definition *definition = reading_definition(JSON,
        LEAST "number = \"n\"; brand = { from = [\"y\", \"x\"]; after = \":\"; };"
              "models = { from = [\"x\", \"y\", \"z\"]; join = \", \"; after = \":\"; fold = \"compact\"; };",
        "");
    struct reading *reading = reading_of_text(
        definition, "{\"rows\":[{\"n\":\"1\",\"x\":\"a: b c\",\"y\":\"none\",\"z\":\"d:e:f\"}]}");
    const char *line = reading_line(reading, "record", 0);
    assert_string_equal(reading_member(line, "brand"), "b c"); /* y has no mark, so x is asked */
    assert_string_equal(reading_member(line, "models"), "BC, E:F");
    reading_free(reading);
    feed_definition_free(definition);
}

static void row_is_left_out_by_conditions_that_hold_together(void **state)
{
    (void)state;
    struct feed_definition *definition = reading_definition(JSON, LEAST "number = \"n\"; brand = \"x\";",
        "skip = ( (\"a\", \"draft\"), ( (\"k\", \"\"), (\"p\", \"\") ) );");
    static const struct {
        const char *row;
        int skipped;
    } cases[] = {{"{\"n\":\"1\"}", 1}, {"{\"n\":\"1\",\"k\":\"K1\"}", 0}, {"{\"n\":\"1\",\"p\":\"P1\"}", 0},
        {"{\"n\":\"1\",\"p\":\"P1\",\"a\":\"draft\"}", 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct text text = TEXT_WITH_CEILING(512);
        text_append_format(&text, "{\"rows\":[%s]}", cases[i].row);
        struct reading *reading = reading_of_text(definition, text_string(&text));
        assert_int_equal(reading->skipped, cases[i].skipped);
        reading_free(reading);
        text_free(&text);
    }
    feed_definition_free(definition);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_between_two_marks),
        cmocka_unit_test(text_up_to_the_end_of_a_line),
        cmocka_unit_test(lines_are_blanks_for_all_others),
        cmocka_unit_test(number_in_one_spelling),
        cmocka_unit_test(long_text_is_folded_whole),
        cmocka_unit_test(country_in_any_language_becomes_its_code),
        cmocka_unit_test(unknown_country_is_left_out_and_counted),
        cmocka_unit_test(dates_in_the_new_forms),
        cmocka_unit_test(fixed_values_are_taken_as_they_stand),
        cmocka_unit_test(each_source_is_cut_by_itself),
        cmocka_unit_test(row_is_left_out_by_conditions_that_hold_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
