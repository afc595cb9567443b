#include "m13/feed.h"
#include "m13/limits.h"
#include "m13/memory.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define BASE "https://api.fda.gov/device/510k.json?limit=1000"

/* --- the next page ---------------------------------------------------------------------------------------
 */

struct link_case {
    const char *header, *next; /* NULL = none */
    int result;
};

static void check_links(const struct link_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char *url = NULL;
        int result = feed_link_next(cases[i].header, BASE, &url);
        if (result != cases[i].result || strcmp(url ? url : "", cases[i].next ? cases[i].next : "") != 0)
            fail_msg("%s gives %d %s", cases[i].header, result, url ? url : "nothing");
        free(url);
    }
}

static void the_link_to_the_next_page_is_followed_as_it_stands(void **state)
{
    (void)state;
    static const struct link_case cases[] = {
        /* As openFDA sends it. */
        {"<https://api.fda.gov/device/510k.json?limit=1000&search_after=0%3DK991234>; rel=\"next\"",
            "https://api.fda.gov/device/510k.json?limit=1000&search_after=0%3DK991234", 1},
        {"<https://api.fda.gov/device/"
         "510k.json?search=a%3A%5B1%20TO%202%5D&skip=0&search_after=0%3D1%3B1%3Dx%2523>; "
         "rel=\"next\"",
            "https://api.fda.gov/device/"
            "510k.json?search=a%3A%5B1%20TO%202%5D&skip=0&search_after=0%3D1%3B1%3Dx%2523",
            1},
        {"<https://api.fda.gov/a>; rel=next", "https://api.fda.gov/a", 1},
        {"<https://api.fda.gov/a>;rel=NEXT", "https://api.fda.gov/a", 1},
        {"<https://api.fda.gov/a>; REL=\"prev Next\"", "https://api.fda.gov/a", 1},
        {"  ,, <https://api.fda.gov/p>; rel=prev , <https://api.fda.gov/a>; title=\"x, <y>; rel=last\"; "
         "rel=next",
            "https://api.fda.gov/a", 1},
        {"<https://api.fda.gov/a,b;c>; rel=next", "https://api.fda.gov/a,b;c", 1},
        {"<?page=2>; rel=next", "https://api.fda.gov/device/510k.json?page=2", 1},
        {"</device/other.json>; rel=next", "https://api.fda.gov/device/other.json", 1},
        {"<https://API.FDA.GOV:443/a>; rel=next", "https://API.FDA.GOV:443/a", 1},
        {"<https://api.fda.gov/a#part>; rel=next", "https://api.fda.gov/a", 1},
        {"<https://api.fda.gov/a>; title=\"a \\\" quote\"; rel=next", "https://api.fda.gov/a", 1},
    };
    check_links(cases, sizeof cases / sizeof *cases);
}

static void without_a_next_link_the_page_is_the_last(void **state)
{
    (void)state;
    static const struct link_case cases[] = {
        {"", NULL, 0},
        {"   ", NULL, 0},
        {"<https://api.fda.gov/a>; rel=prev", NULL, 0},
        {"<https://api.fda.gov/a>", NULL, 0},
        {"<https://api.fda.gov/a>; rel=\"nextish\"", NULL, 0},
        {"<https://api.fda.gov/a>; rel=prev; rel=next", NULL, 0},      /* the first rel counts */
        {"<https://api.fda.gov/a>; rel=next; anchor=\"#b\"", NULL, 0}, /* not about this page */
        {"<https://api.fda.gov/a>; rev=next", NULL, 0},
        {"<https://api.fda.gov/a>; title=\"rel=next\"", NULL, 0},
        /* What cannot be understood is no link. */
        {"https://api.fda.gov/a; rel=next", NULL, 0},
        {"<https://api.fda.gov/a; rel=next", NULL, 0},
        {"<https://api.fda.gov/a>; rel=\"next", "https://api.fda.gov/a", 1},
        {"<https://api.fda.gov/a> rel=next", NULL, 0},
        {"garbage, <https://api.fda.gov/a>; rel=next", NULL, 0},
    };
    check_links(cases, sizeof cases / sizeof *cases);
    char *url = NULL;
    assert_int_equal(feed_link_next(NULL, BASE, &url), 0);
}

static void a_link_that_leaves_the_register_is_refused(void **state)
{
    (void)state;
    static const struct link_case cases[] = {
        {"<https://evil.example/a>; rel=next", NULL, -EPERM},
        {"<http://api.fda.gov/a>; rel=next", NULL, -EPERM},
        {"<https://api.fda.gov:8443/a>; rel=next", NULL, -EPERM},
        {"<//evil.example/a>; rel=next", NULL, -EPERM},
        {"<https://api.fda.gov@evil.example/a>; rel=next", NULL, -EPERM},
        {"<https://user:pass@api.fda.gov/a>; rel=next", NULL, -EPERM},
        {"<https://api.fda.gov.evil.example/a>; rel=next", NULL, -EPERM},
        {"<file:///etc/passwd>; rel=next", NULL, -EPERM},
        {"<javascript:alert(1)>; rel=next", NULL, -EPERM},
        {"<gopher://api.fda.gov/a>; rel=next", NULL, -EPERM},
        {"<https://api.fda.gov/a b>; rel=next", NULL, -EPERM},
        {"<https://api.fda.gov/a\r\nX: y>; rel=next", NULL, -EPERM},
        {"<https://[::1]/a>; rel=next", NULL, -EPERM},
        {"<https:///a>; rel=next", NULL, -EPERM},
    };
    check_links(cases, sizeof cases / sizeof *cases);
}

static void a_link_longer_than_any_address_is_refused(void **state)
{
    (void)state;
    char *url = NULL, *header = memory_get(LIMIT_URL_BYTES + 200);
    char *filler = memory_get(LIMIT_URL_BYTES + 1);
    memset(filler, 'a', LIMIT_URL_BYTES);
    filler[LIMIT_URL_BYTES] = '\0';
    snprintf(header, LIMIT_URL_BYTES + 200, "<https://api.fda.gov/%s>; rel=next", filler);
    assert_int_equal(feed_link_next(header, BASE, &url), -EPERM);
    filler[LIMIT_URL_BYTES - 100] = '\0';
    snprintf(header, LIMIT_URL_BYTES + 200, "<https://api.fda.gov/%s>; rel=next", filler);
    assert_int_equal(feed_link_next(header, BASE, &url), 1);
    free(url);
    free(filler);
    free(header);
}

/* Whatever bytes come, the answer is one of three, and a URL comes only with 1. */
static void any_header_is_survived(void **state)
{
    (void)state;
    static const char alphabet[] = "<>;,=\"\\ relnxt:/?#%&\t\x80\xff@[]";
    uint32_t seed = 12345;
    for (int round = 0; round < 20000; round++) {
        char header[64], *url = NULL;
        size_t length = 0;
        while (length < sizeof header - 1) {
            seed = seed * 1103515245u + 12345u;
            header[length++] = alphabet[(seed >> 16) % (sizeof alphabet - 1)];
            if ((seed >> 8) % 40 == 0)
                break;
        }
        header[length] = '\0';
        int result = feed_link_next(header, BASE, &url);
        assert_true(result == 0 || result == 1 || result == -EPERM);
        assert_true((result == 1) == (url != NULL));
        free(url);
    }
}

/* --- the first page --------------------------------------------------------------------------------------
 */

static void check_url(struct feed_definition *definition, const char *expected)
{
    char *url = feed_url(definition, &definition->window,
        &(struct feed_place){.since = day_from_civil(2026, 1, 5), .today = day_from_civil(2026, 11, 22)});
    assert_string_equal(url, expected);
    free(url);
}

static void the_first_page_has_its_days_in_the_registers_form(void **state)
{
    (void)state;
    struct feed_definition feed = {.base = (char[]){"https://api.fda.gov"},
        .window = {.path = (char[]){"/device/510k.json"},
            .query = (char[]){"search=decision_date:%5B{since}+TO+{today}%5D&limit=1000"}}};
    check_url(&feed, "https://api.fda.gov/device/"
                     "510k.json?search=decision_date:%5B2026-01-05+TO+2026-11-22%5D&limit=1000");
    feed.base = (char[]){"https://api.fda.gov/"};
    feed.window.query = (char[]){"a={since}&b={today}&c={nobody}"};
    feed.query_dates = DATE_FORM_PLAIN;
    check_url(&feed, "https://api.fda.gov/device/510k.json?a=20260105&b=20261122&c={nobody}");
    feed.query_dates = DATE_FORM_US;
    check_url(&feed, "https://api.fda.gov/device/510k.json?a=01/05/2026&b=11/22/2026&c={nobody}");
    feed.query_dates = DATE_FORM_EU;
    check_url(&feed, "https://api.fda.gov/device/510k.json?a=05/01/2026&b=22/11/2026&c={nobody}");
    feed.query_dates = DATE_FORM_SLASH;
    check_url(&feed, "https://api.fda.gov/device/510k.json?a=2026/01/05&b=2026/11/22&c={nobody}");
    feed.query_dates = DATE_FORM_ZH;
    feed.window = (struct feed_query){.path = (char[]){"/{today}/list"}};
    check_url(&feed, "https://api.fda.gov/2026%E5%B9%B411%E6%9C%8822%E6%97%A5/list");
}

static void a_history_without_an_address_of_its_own_uses_the_windows_from_the_beginning(void **state)
{
    (void)state;
    struct feed_definition feed = {.base = (char[]){"http://127.0.0.1:8080"},
        .window = {.path = (char[]){"/x"}, .query = (char[]){"from={since}"}}};
    struct feed_place from_the_beginning = {.since = DAY_NONE, .today = day_from_civil(2026, 1, 1)};
    char *url = feed_url(&feed, &feed.history, &from_the_beginning);
    assert_string_equal(url, "http://127.0.0.1:8080/x?from=1900-01-01");
    free(url);
    feed.history = (struct feed_query){.path = (char[]){"/all"}};
    url = feed_url(&feed, &feed.history, &from_the_beginning);
    assert_string_equal(url, "http://127.0.0.1:8080/all");
    free(url);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_link_to_the_next_page_is_followed_as_it_stands),
        cmocka_unit_test(without_a_next_link_the_page_is_the_last),
        cmocka_unit_test(a_link_that_leaves_the_register_is_refused),
        cmocka_unit_test(a_link_longer_than_any_address_is_refused),
        cmocka_unit_test(any_header_is_survived),
        cmocka_unit_test(the_first_page_has_its_days_in_the_registers_form),
        cmocka_unit_test(a_history_without_an_address_of_its_own_uses_the_windows_from_the_beginning),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
