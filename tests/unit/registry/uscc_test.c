/* The unified social credit code, with real codes of the business register and made-up ones. */
#include "m13/registry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void real_codes_are_good(void **state)
{
    (void)state;
    assert_int_equal(uscc_check("91110000101623741K"), USCC_GOOD);
    assert_int_equal(uscc_check("911101066976941872"), USCC_GOOD);
    assert_int_equal(uscc_check("91110000802100433B"), USCC_GOOD);
    assert_int_equal(uscc_check("91440300708461136T"), USCC_GOOD);
}

static void remainder_zero_and_one_have_their_check_characters(void **state)
{
    (void)state;
    assert_int_equal(uscc_check("91110108MA83FQEF90"), USCC_GOOD); /* 31 mod 31 is 0 */
    assert_int_equal(uscc_check("91110108MAR4GQH65Y"), USCC_GOOD);
    assert_int_equal(uscc_check("91110108MA83FQEF9Y"), USCC_CHECK_WRONG);
}

static void a_real_firm_with_a_wrong_check_character_is_only_doubted(void **state)
{
    (void)state;
    assert_int_equal(uscc_check("91350211M0000XUF46"), USCC_CHECK_WRONG);
    assert_int_equal(uscc_check("91350211M0000XUF4R"), USCC_GOOD);
}

static void the_check_of_the_organisation_code_is_not_asked_for(void **state)
{
    (void)state;
    assert_int_equal(uscc_check("91110108MA01ABCD2H"), USCC_GOOD);
}

static void every_single_wrong_character_and_swap_of_neighbours_is_noticed(void **state)
{
    (void)state;
    const char good[] = "91110000802100433B", alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    for (size_t place = 0; place < sizeof good - 1; place++)
        for (const char *other = alphabet; *other != '\0'; other++) {
            char code[sizeof good];
            __builtin_memcpy(code, good, sizeof good);
            code[place] = *other;
            if (*other != good[place])
                assert_int_not_equal(uscc_check(code), USCC_GOOD);
        }
    for (size_t place = 0; place + 2 < sizeof good; place++) {
        char code[sizeof good];
        __builtin_memcpy(code, good, sizeof good);
        code[place] = good[place + 1];
        code[place + 1] = good[place];
        if (code[place] != code[place + 1])
            assert_int_not_equal(uscc_check(code), USCC_GOOD);
    }
}

static void wrong_shapes_are_no_codes(void **state)
{
    (void)state;
    static const char *const shapes[] = {"", "9111000080210043", "91110000802100433BB", "91110000802100433I",
        "9111OOOO802100433B", "91A10000802100433B", "９１110000802100433B", "91110000802100433b",
        "91110000802100433\x80"};
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++)
        assert_int_equal(uscc_check(shapes[i]), USCC_SHAPE_WRONG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(real_codes_are_good),
        cmocka_unit_test(remainder_zero_and_one_have_their_check_characters),
        cmocka_unit_test(a_real_firm_with_a_wrong_check_character_is_only_doubted),
        cmocka_unit_test(the_check_of_the_organisation_code_is_not_asked_for),
        cmocka_unit_test(every_single_wrong_character_and_swap_of_neighbours_is_noticed),
        cmocka_unit_test(wrong_shapes_are_no_codes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
