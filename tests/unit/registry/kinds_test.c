/* The table of kinds, as files and forms rely on it. */
#include "header_words.h"
#include "headers.h"

#include "codes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define EACH_COLUMN(kind, column)                                                                            \
    for (size_t k_ = 0; k_ < local_kind_count; k_++)                                                         \
        for (size_t c_ = 0; c_ < local_kinds[k_].column_count; c_++)                                         \
            for (const struct local_kind *kind = &local_kinds[k_]; kind != NULL; kind = NULL)                \
                for (const struct local_column *column = &kind->columns[c_]; column != NULL; column = NULL)

static void the_fifteen_kinds_of_the_contract_are_there(void **state)
{
    (void)state;
    static const char *const kinds[] = {"firms", "entities", "products", "approvals", "scopes",
        "declarations", "sales", "costs", "payments", "fx", "credit", "contacts", "documents", "decisions",
        "answers"};
    assert_int_equal(local_kind_count, sizeof kinds / sizeof kinds[0]);
    for (size_t i = 0; i < local_kind_count; i++) {
        const struct local_kind *kind = local_kind(kinds[i]);
        assert_non_null(kind);
        assert_true(kind->zh[0] != '\0' && kind->en[0] != '\0');
        assert_in_range(kind->column_count, 1, LOCAL_COLUMNS);
        assert_int_equal(kind->personal, strcmp(kind->kind, "contacts") == 0);
    }
    assert_null(local_kind("nothing"));
    assert_null(local_kind(""));
}

static void only_whole_lists_speak_for_everything(void **state)
{
    (void)state;
    static const char *const whole[] = {"firms", "credit", "payments", NULL};
    static const char *const never[] = {"scopes", "fx", "documents", "decisions", "answers", NULL};
    for (size_t i = 0; i < local_kind_count; i++) {
        enum local_full_list expected = FULL_LIST_OF_FIRMS;
        for (size_t n = 0; whole[n] != NULL; n++)
            expected = strcmp(local_kinds[i].kind, whole[n]) == 0 ? FULL_LIST_ALL : expected;
        for (size_t n = 0; never[n] != NULL; n++)
            expected = strcmp(local_kinds[i].kind, never[n]) == 0 ? FULL_LIST_NEVER : expected;
        assert_int_equal(local_kinds[i].full_list, expected);
    }
}

static void every_column_is_complete(void **state)
{
    (void)state;
    EACH_COLUMN(kind, column)
    {
        if (column->key == NULL || column->headers[0] == NULL || column->parse == NULL ||
            column->expected == NULL)
            fail_msg("%s.%s", kind->kind, column->key);
        assert_null(column->headers[sizeof column->headers / sizeof column->headers[0] - 1]);
        assert_true(!column->is_key || column->required);
        assert_int_equal(column->choices == NULL, column->choice_count == 0);
    }
}

static void every_kind_has_a_key_of_its_own(void **state)
{
    (void)state;
    for (size_t i = 0; i < local_kind_count; i++) {
        size_t keys = 0;
        for (size_t c = 0; c < local_kinds[i].column_count; c++)
            keys += local_kinds[i].columns[c].is_key;
        assert_in_range(keys, 1, 3);
        for (size_t n = 0; n < 2 && local_kinds[i].key_instead[n] != NULL; n++)
            assert_true(local_column_index(&local_kinds[i], local_kinds[i].key_instead[n]) >= 0);
        assert_int_equal(local_column_index(&local_kinds[i], "nothing"), -1);
    }
}

static void no_header_of_a_kind_means_two_columns(void **state)
{
    (void)state;
    EACH_COLUMN(kind, column)
    {
        for (size_t h = 0; column->headers[h] != NULL; h++) {
            struct header_word word;
            header_word_read(column->headers[h], &word);
            int found = header_word_find((size_t)(kind - local_kinds), &word);
            if (found != (int)(column - kind->columns))
                fail_msg("%s: %s is %s and column %d", kind->kind, column->headers[h], column->key, found);
            header_word_free(&word);
        }
        struct header_word word;
        header_word_read(column->key, &word);
        assert_int_equal(header_word_find((size_t)(kind - local_kinds), &word), column - kind->columns);
        header_word_free(&word);
    }
}

static void every_example_and_every_word_of_a_form_can_be_read(void **state)
{
    (void)state;
    EACH_COLUMN(kind, column)
    {
        struct text out = TEXT_WITH_CEILING(1000);
        struct failure why = {0};
        if (column->example != NULL && column->parse(column->example, &out, &why) != 0)
            fail_msg("%s.%s: %s", kind->kind, column->key, why.text);
        for (size_t i = 0; i < column->choice_count; i++) {
            char word[200];
            size_t length = strcspn(column->choices[i].words, "|");
            memcpy(word, column->choices[i].words, length);
            word[length] = '\0';
            text_clear(&out);
            if (column->parse(word, &out, &why) != 0 ||
                strcmp(text_string(&out), column->choices[i].code) != 0)
                fail_msg("%s.%s: %s is %s", kind->kind, column->key, word, text_string(&out));
        }
        text_free(&out);
    }
}

static void numbers_that_excel_would_ruin_stay_text(void **state)
{
    (void)state;
    static const char *const keys[] = {"uscc", "udi_di", "declaration_no", "fei", "product_id", "sale_id",
        "number", "facts_hash", "corporate_number", "invoice_no"};
    EACH_COLUMN(kind, column)
    {
        for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
            if (strcmp(column->key, keys[i]) == 0 && !column->digits)
                fail_msg("%s.%s", kind->kind, column->key);
    }
}

static void canonical_values_are_read_as_themselves(void **state)
{
    (void)state;
    /* so that a form filled in from what is known changes nothing */
    EACH_COLUMN(kind, column)
    {
        struct text once = TEXT_WITH_CEILING(1000), twice = TEXT_WITH_CEILING(1000);
        struct failure why = {0};
        if (column->example == NULL)
            continue;
        assert_int_equal(column->parse(column->example, &once, &why), 0);
        int r = column->parse(text_string(&once), &twice, &why);
        if (r < 0 || strcmp(text_string(&once), text_string(&twice)) != 0)
            fail_msg("%s.%s: %s becomes %s (%s)", kind->kind, column->key, text_string(&once),
                text_string(&twice), why.text);
        text_free(&once);
        text_free(&twice);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_fifteen_kinds_of_the_contract_are_there),
        cmocka_unit_test(only_whole_lists_speak_for_everything),
        cmocka_unit_test(every_column_is_complete),
        cmocka_unit_test(every_kind_has_a_key_of_its_own),
        cmocka_unit_test(no_header_of_a_kind_means_two_columns),
        cmocka_unit_test(every_example_and_every_word_of_a_form_can_be_read),
        cmocka_unit_test(numbers_that_excel_would_ruin_stay_text),
        cmocka_unit_test(canonical_values_are_read_as_themselves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
