#include "outcome.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void every_way_to_end_has_words_of_its_own(void **state)
{
    (void)state;
    for (int i = 0; i < FEED_OUTCOMES; i++) {
        const struct name_entry *entry = &feed_outcome_names[i];
        assert_int_equal(entry->value, i);
        assert_true(entry->code && *entry->code && entry->zh && *entry->zh && entry->en && *entry->en);
        assert_ptr_equal(name_find(feed_outcome_names, FEED_OUTCOMES, entry->code), entry);
        for (int other = 0; other < i; other++)
            assert_string_not_equal(feed_outcome_names[other].zh, entry->zh);
    }
}

static void every_bad_end_says_what_to_do(void **state)
{
    (void)state;
    for (int i = FEED_APPLIED; i < FEED_OUTCOMES; i++)
        assert_int_equal(
            feed_outcome_is_good((enum feed_outcome)i), *outcome_advice((enum feed_outcome)i) == '\0');
    assert_false(feed_outcome_is_good(FEED_NEVER));
    assert_string_equal(outcome_code(FEED_NEVER), "");
    assert_string_equal(outcome_code(FEED_RETRY_AFTER), "retry-after");
}

static void an_excerpt_is_one_clean_line(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *excerpt;
    } cases[] = {
        {"{\n  \"error\": {\n    \"code\": \"NOT_FOUND\"\n  }\n}",
            "{ \"error\": { \"code\": \"NOT_FOUND\" } }"},
        {"<html><head><title>503</title></head>\r\n<body>back <b>soon</b></body>", "503 back soon"},
        {"a\x1b[31mred\x07 \x7f\xff\xfe b", "a [31mred b"},
        {"   \t\n", ""},
        {"\xe7\xbb\xb4\xe6\x8a\xa4\xe4\xb8\xad", "\xe7\xbb\xb4\xe6\x8a\xa4\xe4\xb8\xad"},
        {"0123456789012345678901234567890123456789long", "0123456789012345678901234567890123456789"},
        {"012345678901234567890123456789012345678\xe7\xbb\xb4", "012345678901234567890123456789012345678"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct text text = TEXT_WITH_CEILING(100);
        text_append_string(&text, "HTTP 500: ");
        outcome_excerpt(&text, cases[i].bytes, strlen(cases[i].bytes), 40);
        assert_string_equal(text_string(&text) + strlen("HTTP 500: "), cases[i].excerpt);
        text_free(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_way_to_end_has_words_of_its_own),
        cmocka_unit_test(every_bad_end_says_what_to_do),
        cmocka_unit_test(an_excerpt_is_one_clean_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
