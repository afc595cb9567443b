#include "m13/memory.h"

#include "m13/failure.h"

#include "apart.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void *volatile sink;

static void ask_for_too_much(void)
{
    sink = memory_get((size_t)PTRDIFF_MAX + 1);
}

static void ask_for_a_product_that_wraps(void)
{
    sink = memory_get_zeroed(SIZE_MAX / 2, 3);
}

static void grow_by_a_product_that_wraps(void)
{
    sink = memory_resize(NULL, SIZE_MAX / 8, 16);
}

static void lack_of_memory_ends_the_program_with_a_line(void **state)
{
    (void)state;
    void (*const requests[])(void) = {
        ask_for_too_much, ask_for_a_product_that_wraps, grow_by_a_product_that_wraps};
    static struct apart apart;
    for (size_t i = 0; i < 3; i++) {
        run_apart(requests[i], 0, &apart);
        assert_int_equal(apart.exit_code, EXIT_INTERNAL);
        assert_non_null(strstr(apart.said, "error: out of memory"));
    }
}

static void nothing_can_be_asked_for(void **state)
{
    (void)state;
    char *nothing = memory_get(0), *zeroed = memory_get_zeroed(0, 8);
    assert_non_null(nothing);
    assert_non_null(zeroed);
    free(nothing);
    free(zeroed);
}

static void copies_end_with_nul(void **state)
{
    (void)state;
    char *copy = memory_copy_bytes("abcdef", 3), *empty = memory_copy_bytes(NULL, 0);
    assert_string_equal(copy, "abc");
    assert_string_equal(empty, "");
    assert_null(memory_copy_string(NULL));
    free(copy);
    free(empty);
}

static void growing_array_keeps_its_items(void **state)
{
    (void)state;
    int *items = NULL;
    size_t count = 0, capacity = 0;
    for (int i = 0; i < 1000; i++) {
        MEMORY_GROW(items, count, capacity);
        items[count++] = i;
        assert_true(capacity >= count);
    }
    for (int i = 0; i < 1000; i++)
        assert_int_equal(items[i], i);
    free(items);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lack_of_memory_ends_the_program_with_a_line),
        cmocka_unit_test(nothing_can_be_asked_for),
        cmocka_unit_test(copies_end_with_nul),
        cmocka_unit_test(growing_array_keeps_its_items),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
