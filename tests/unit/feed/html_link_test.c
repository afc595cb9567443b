/* One link out of a page: the first that fits, whatever else the page holds. */
#include "html_link.h"

#include "m13/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void check(const char *page, const char *glob, const char *text, const char *expected)
{
    /* At the very end of an allocation, so that a byte too many is seen. */
    size_t length = strlen(page);
    char *exact = malloc(length > 0 ? length : 1);
    memcpy(exact, page, length);
    char *found = html_link_find(exact, length, glob, text);
    if (expected == NULL)
        assert_null(found);
    else
        assert_string_equal(found != NULL ? found : "(none)", expected);
    free(found);
    free(exact);
}

static void the_first_link_that_fits_is_taken(void **state)
{
    (void)state;
    const char page[] =
        "<html><body><p><a href=\"/files/000277537.pdf\">認証品目リスト (PDF)</a>"
        "<A class=x HREF='/files/000277537.xlsx' target=_blank>認証品目<b>リスト</b>\n(XLSX)</A>"
        "<a href=/files/000299999.xlsx>other</a>";
    check(page, "/files/000*.xlsx", NULL, "/files/000277537.xlsx");
    check(page, "*", NULL, "/files/000277537.pdf");
    check(page, "/files/000*.xlsx", "other", "/files/000299999.xlsx");
    check(page, "/files/000??????.xlsx", "リスト (XLSX)", "/files/000277537.xlsx");
    check(page, "/files/000*.xls", NULL, NULL);
    check(page, "/files/000*.xlsx", "approved", NULL);
}

static void references_are_resolved_and_blanks_are_folded(void **state)
{
    (void)state;
    check("<a href='  /get?a=1&amp;b=2&#x26;c=&#51;  '>List&nbsp;of\n  devices &lt;2026&gt;</a>", "/get?*",
        "List of devices <2026>", "/get?a=1&b=2&c=3");
    check("<a href='/a&b&c;d&#xZZ;&#1114112;'>x</a>", "/a*", NULL, "/a&b&c;d&#xZZ;&#1114112;");
}

static void what_is_no_part_of_the_page_is_stepped_over(void **state)
{
    (void)state;
    check("<!-- <a href=/old.zip>x</a> --><script>var s='<a href=/s.zip>';</script><style>a{}</style>"
          "<abbr href=/abbr.zip>x</abbr><a name=top>no href</a><a href=/new.zip>x</a>",
        "*.zip", NULL, "/new.zip");
    check("<a title=\"> <a href='/inside.zip'>\" href=/true.zip>x</a>", "*.zip", NULL, "/true.zip");
    check("<a href=/one.zip href=/two.zip>x</a>", "*.zip", NULL, "/one.zip");
}

static void a_broken_page_gives_nothing_and_harms_nothing(void **state)
{
    (void)state;
    const char *const pages[] = {"", "<", "<a", "<a ", "<a href", "<a href=", "<a href='", "<a href='/x.zi",
        "<!--", "<!-- x", "<script", "<script>", "<script><a href=/x.zip>", "</a>", "<a href=\"\">", "&",
        "<a =", "<a href=&#", "<a href=&#x", "<a href=&am"};
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
        check(pages[i], "*.zip", "x", NULL);
    check("<a href=/open.zip", "*.zip", NULL, "/open.zip");
}

static void a_hostile_page_costs_no_more_than_its_length(void **state)
{
    (void)state;
    struct text page = TEXT_WITH_CEILING(4 << 20);
    while (page.length < 1 << 20)
        text_append_string(&page, "<a href=/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa><b <!- ");
    check(text_string(&page), "*a*a*a*a*a*b*c", "nowhere", NULL);
    text_clear(&page);
    text_append_string(&page, "<a href='");
    while (page.length < 1 << 20)
        text_append_string(&page, "aaaaaaaa");
    text_append_string(&page, "'>x</a><a href=/short.zip>x</a>");
    check(text_string(&page), "*", NULL, "/short.zip");
    text_free(&page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_link_that_fits_is_taken),
        cmocka_unit_test(references_are_resolved_and_blanks_are_folded),
        cmocka_unit_test(what_is_no_part_of_the_page_is_stepped_over),
        cmocka_unit_test(a_broken_page_gives_nothing_and_harms_nothing),
        cmocka_unit_test(a_hostile_page_costs_no_more_than_its_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
