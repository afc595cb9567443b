/* Which of a firm's products an approval may be: what speaks for each, and how much. */
#include "m13/review.h"

#include "m13/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define CARDIOWAVE                                                                                             \
    "{\"name_zh\":\"动态心电记录仪\",\"name_en\":\"Ambulatory ECG Recorder\",\"brand\":\"CardioWave\"," \
    "\"models\":\"CW-1|CW-1B\",\"udi_di\":\"06971254923411\"}"

/* "score kind:ours kind:ours ..." */
static void fit_of(const char *product, const char *record, char out[256])
{
    json_t *ours = json_loads(product, 0, NULL), *theirs = json_loads(record, 0, NULL), *one;
    json_t *fit = review_product_fit(ours, theirs);
    size_t at, length = 0;
    length += (size_t)snprintf(out, 256, "%lld", json_integer_value(json_object_get(fit, "score")));
    json_array_foreach(json_object_get(fit, "evidence"), at, one)
    {
        assert_non_null(json_string_value(json_object_get(one, "theirs")));
        length += (size_t)snprintf(out + length, 256 - length, " %s:%s",
            json_string_value(json_object_get(one, "kind")), json_string_value(json_object_get(one, "ours")));
    }
    json_decref(fit);
    json_decref(theirs);
    json_decref(ours);
}

static void assert_fit(const char *product, const char *device, const char *expected)
{
    char told[256], record[512];
    snprintf(record, sizeof record, "{\"device\":\"%s\"}", device);
    fit_of(product, record, told);
    assert_string_equal(told, expected);
}

static int64_t score(const char *product, const char *device)
{
    char record[512];
    snprintf(record, sizeof record, "{\"device\":\"%s\"}", device);
    json_t *ours = json_loads(product, 0, NULL), *theirs = json_loads(record, 0, NULL);
    json_t *fit = review_product_fit(ours, theirs);
    int64_t found = json_integer_value(json_object_get(fit, "score"));
    json_decref(fit);
    json_decref(theirs);
    json_decref(ours);
    return found;
}

static void brand_model_and_name_speak_for_a_product(void **state)
{
    (void)state;
    assert_fit(CARDIOWAVE, "CardioWave\u2122 Patch (CW-1)", "850 model:CW-1 brand:CardioWave");
    assert_fit(CARDIOWAVE, "CARDIO WAVE patch", "700 brand:CardioWave");
    assert_fit(CARDIOWAVE, "Ambulatory ECG Recorder", "800 name:Ambulatory ECG Recorder");
    assert_fit(CARDIOWAVE, "Holter CW1B", "700 model:CW-1B");
    assert_fit(CARDIOWAVE, "动态心电记录仪", "800 name:动态心电记录仪");
}

static void part_of_a_name_speaks_for_it_less_than_the_whole(void **state)
{
    (void)state;
    assert_true(score(CARDIOWAVE, "ECG Recorder, ambulatory") > 0);
    assert_true(score(CARDIOWAVE, "ECG Recorder, ambulatory") < score(CARDIOWAVE, "Ambulatory ECG Recorder"));
    assert_true(score("{\"name_en\":\"RespiQuick Panel\"}", "RespiQuick") > 0);
    assert_int_equal(score(CARDIOWAVE, "Wrist Recorder"), 0);
}

static void what_is_only_inside_a_word_says_nothing(void **state)
{
    (void)state;
    assert_fit(CARDIOWAVE, "NeoCardioWave XCW-12", "0");
    assert_fit("{\"brand\":\"Wave\",\"models\":\"W1\"}", "CardioWave AW1", "0");
    assert_fit("{\"brand\":\"A\",\"models\":\"1|II\",\"name_en\":\"\"}", "A 1 II", "0");
}

static void identifier_goes_before_all_words(void **state)
{
    char told[256];
    (void)state;
    fit_of(CARDIOWAVE, "{\"device\":\"Pump\",\"udi_di\":\"06900000000001|06971254923411\"}", told);
    assert_string_equal(told, "1000 udi-di:06971254923411");
    fit_of(CARDIOWAVE, "{\"device\":\"Pump\",\"brand\":\"CardioWave\",\"models\":\"CW-1|X\"}", told);
    assert_string_equal(told, "850 model:CW-1 brand:CardioWave");
    fit_of("{}", "{}", told);
    assert_string_equal(told, "0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(brand_model_and_name_speak_for_a_product),
        cmocka_unit_test(part_of_a_name_speaks_for_it_less_than_the_whole),
        cmocka_unit_test(what_is_only_inside_a_word_says_nothing),
        cmocka_unit_test(identifier_goes_before_all_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
