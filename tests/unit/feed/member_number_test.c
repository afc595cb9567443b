/* A count in a JSON document is found wherever the pieces are cut, and nothing else is taken for it. */
#include "member_number.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static enum member_found scan_in_pieces(const char *document, size_t piece, int64_t *ret_value)
{
    struct member_number scan;
    member_number_begin(&scan, "totalElements");
    for (size_t at = 0, length = strlen(document); at < length; at += piece)
        member_number_add(&scan, document + at, length - at < piece ? length - at : piece);
    return member_number_end(&scan, ret_value);
}

static void check(const char *document, enum member_found found, int64_t value)
{
    for (size_t piece = 1; piece <= strlen(document); piece++) {
        int64_t seen = -7;
        assert_int_equal(scan_in_pieces(document, piece, &seen), found);
        assert_int_equal(seen, found == MEMBER_FOUND ? value : -7);
    }
}

static void the_count_is_found_before_and_behind_the_rows(void **state)
{
    (void)state;
    check("{\"content\":[{\"a\":1}],\"totalElements\":4654,\"size\":300}", MEMBER_FOUND, 4654);
    check("\xef\xbb\xbf { \"totalElements\" :\n 0 , \"content\":[] }", MEMBER_FOUND, 0);
    check("{\"size\":300,\"totalElements\":3213100}", MEMBER_FOUND, 3213100);
}

static void only_the_outermost_object_counts(void **state)
{
    (void)state;
    check("{\"meta\":{\"totalElements\":9},\"rows\":[{\"totalElements\":8}],\"totalElements\":7}",
        MEMBER_FOUND, 7);
    check("{\"meta\":{\"totalElements\":9}}", MEMBER_ABSENT, 0);
    check("[{\"totalElements\":9}]", MEMBER_ABSENT, 0);
    check("", MEMBER_ABSENT, 0);
    check("<html>\"totalElements\":9</html>", MEMBER_ABSENT, 0);
}

static void text_that_looks_like_the_member_is_none(void **state)
{
    (void)state;
    check("{\"a\":\"\\\",\\\"totalElements\\\":9,\\\"\",\"totalElements\":3}", MEMBER_FOUND, 3);
    check("{\"a\":\"totalElements\",\"b\":9}", MEMBER_ABSENT, 0);
    check("{\"totalElementsX\":9,\"XtotalElements\":9,\"totalElement\":9}", MEMBER_ABSENT, 0);
    check("{\"total\\u0045lements\":9}", MEMBER_ABSENT, 0);
    check("{\"totalElements\\\\\":9}", MEMBER_ABSENT, 0);
    check("{\"a\":[\"x\",\"totalElements\",5],\"totalElements\":6}", MEMBER_FOUND, 6);
}

static void what_is_no_count_is_said_to_be_none(void **state)
{
    (void)state;
    check("{\"totalElements\":\"4654\"}", MEMBER_UNFIT, 0);
    check("{\"totalElements\":null}", MEMBER_UNFIT, 0);
    check("{\"totalElements\":-1}", MEMBER_UNFIT, 0);
    check("{\"totalElements\":4.5}", MEMBER_UNFIT, 0);
    check("{\"totalElements\":4e5}", MEMBER_UNFIT, 0);
    check("{\"totalElements\":{\"value\":5}}", MEMBER_UNFIT, 0);
    check("{\"totalElements\":[5]}", MEMBER_UNFIT, 0);
    check("{\"totalElements\":99999999999999999999999}", MEMBER_UNFIT, 0);
}

static void a_document_that_is_cut_or_contradicts_itself_tells_nothing(void **state)
{
    (void)state;
    check("{\"totalElements\":46", MEMBER_UNFIT, 0);
    check("{\"totalElements\":", MEMBER_UNFIT, 0);
    check("{\"totalElements\":5,\"totalElements\":6}", MEMBER_UNFIT, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_count_is_found_before_and_behind_the_rows),
        cmocka_unit_test(only_the_outermost_object_counts),
        cmocka_unit_test(text_that_looks_like_the_member_is_none),
        cmocka_unit_test(what_is_no_count_is_said_to_be_none),
        cmocka_unit_test(a_document_that_is_cut_or_contradicts_itself_tells_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
