/* Registers that are asked in several requests: what a definition gives, and every way to contradict itself.
 */
#include "conf_folder.h"

#include "m13/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define REQUEST(rest)  "request = { base = \"https://r.example\";\n" rest " };\n"
#define NUMBERED_POLL  "poll = { path = \"/a\"; query = \"page={page}&pageSize=300\"; };\n"
#define NUMBERED_PAGES "paging = \"numbered\"; pages = { size = 300; total = \"totalElements\"; };\n"
#define NUMBERED       NUMBERED_POLL NUMBERED_PAGES
#define EXPECT_WINDOW  "expect = { completeness = \"window\"; };\n"

/* minimal_definition with other lines; NULL = as it is. */
static char *definition_with(const char *request, const char *expect, const char *format, const char *more)
{
    static const char *const starts[] = {"request", "expect", "format"};
    const char *const instead[] = {request, expect, format};
    struct text text = TEXT_WITH_CEILING(16384);
    for (const char *line = minimal_definition; *line != '\0'; line += strcspn(line, "\n") + 1) {
        const char *replaced = NULL;
        for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
            if (string_starts(line, starts[i]))
                replaced = instead[i];
        if (replaced != NULL)
            text_append_string(&text, replaced);
        else
            text_append(&text, line, strcspn(line, "\n") + 1);
    }
    text_append_string(&text, more);
    return text_take(&text);
}

static const struct feed_definition *load(
    struct conf_folder *folder, const char *request, const char *expect, const char *format, const char *more)
{
    char *text = definition_with(request, expect, format, more);
    folder_write(folder, "feeds.d/x.conf", text);
    free(text);
    const struct config *config = folder_load(folder);
    folder_expect_good(folder);
    return config_feed(config, "x");
}

static void numbered_pages_of_a_post_are_read(void **state)
{
    (void)state;
    struct conf_folder *folder = folder_new();
    const struct feed_definition *feed = load(folder,
        REQUEST("poll = { path = \"/filter\"; query = \"page={page}\"; body = \"{\\\"a\\\":{}}\"; };"
                "headers = [\"content-type: application/json\"]; paging = \"numbered\";"
                "pages = { size = 100; first = 1; total = \"totalElements\"; size-told = \"size\"; };"
                "control = { path = \"/filter\"; query = \"page=0\"; body = \"{\\\"a\\\":1}\"; total = 0; };"
                "prime = { path = \"/\"; query = \"x=1\"; };"),
        NULL, NULL, "");
    assert_int_equal(feed->paging, PAGING_NUMBERED);
    assert_string_equal(feed->window.body, "{\"a\":{}}");
    assert_int_equal(feed->pages.size, 100);
    assert_int_equal(feed->pages.first, 1);
    assert_string_equal(feed->pages.total, "totalElements");
    assert_string_equal(feed->pages.size_told, "size");
    assert_int_equal(feed->pages.tail, 0);
    assert_string_equal(feed->control.ask.path, "/filter");
    assert_string_equal(feed->control.ask.query, "page=0");
    assert_string_equal(feed->control.ask.body, "{\"a\":1}");
    assert_int_equal(feed->control.total, 0);
    assert_string_equal(feed->prime.path, "/");
    assert_string_equal(feed->prime.query, "x=1");
    assert_null(feed->find.page.path);
    folder_free(folder);
}

static void tail_of_a_register_is_a_window_between_full_reads(void **state)
{
    (void)state;
    struct conf_folder *folder = folder_new();
    const struct feed_definition *feed = load(folder,
        REQUEST("poll = { path = \"/a\"; query = \"pagestart={from}&pageend={to}\"; };"
                "paging = \"numbered\"; pages = { size = 1000; total = \"TotalRecords\"; tail = 3000; };"),
        NULL, NULL, "schedule = { full-every = \"7d\"; };");
    assert_int_equal(feed->pages.tail, 3000);
    assert_int_equal(feed->completeness, COMPLETENESS_REGISTER);
    folder_free(folder);
}

static void page_of_news_is_a_window_without_a_beginning(void **state)
{
    (void)state;
    struct conf_folder *folder = folder_new();
    assert_true(load(folder, NULL, EXPECT_WINDOW, NULL, "")->newest);
    assert_false(load(folder, NULL, NULL, NULL, "")->newest);
    assert_false(
        load(folder, REQUEST("poll = { path = \"/a\"; query = \"{since}\"; }; history = { path = \"/a\"; };"),
            EXPECT_WINDOW, NULL, "")
            ->newest);
    folder_free(folder);
}

static void found_address_needs_no_poll(void **state)
{
    (void)state;
    struct conf_folder *folder = folder_new();
    const struct feed_definition *feed = load(folder,
        REQUEST("find = { path = \"/index.html\"; query = \"q\"; link = \"files/000*.xlsx\"; text = "
                "\"認証\"; };"),
        NULL, "format = { kind = \"xlsx\"; sheet = \"List*\"; };\n", "");
    assert_null(feed->window.path);
    assert_string_equal(feed->find.page.path, "/index.html");
    assert_string_equal(feed->find.page.query, "q");
    assert_string_equal(feed->find.link, "files/000*.xlsx");
    assert_string_equal(feed->find.text, "認証");
    assert_string_equal(feed->sheet, "List*");
    assert_string_equal(
        feed->content_type, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
    folder_free(folder);
}

#define EACH_REQUEST                                                                                         \
    REQUEST(                                                                                                 \
        "poll = { path = \"/d/{each}\"; };\neach = {\nfeed = \"list\"; member = \"detail\"; countries = "    \
        "[\"CN\", \"HK\"]; a-turn = 200; };")

static const char list_feed[] =
    "authority = \"FDA\"; routes = [\"510k\"]; title = { zh = \"甲\"; en = \"a\"; };\n"
    "covers = { zh = \"甲\"; en = \"a\"; }; limits = { zh = \"甲\"; en = \"a\"; };\n"
    "request = { base = \"https://r.example\"; poll = { path = \"/all.json\"; }; };\n"
    "expect = { completeness = \"register\"; }; format = { kind = \"json\"; };\n"
    "fields = { number = \"no\"; manufacturer = \"maker\"; route = \"kind\"; status = \"state\";\n"
    "  decision_date = { from = \"date\"; forms = [\"iso\"]; }; detail = \"id\"; country = \"c\"; };\n";

static void each_value_of_another_feed_is_asked_for(void **state)
{
    (void)state;
    struct conf_folder *folder = folder_new();
    folder_write(folder, "feeds.d/list.conf", list_feed);
    const struct feed_definition *feed = load(folder, EACH_REQUEST, EXPECT_WINDOW, NULL, "");
    assert_string_equal(feed->each.feed, "list");
    assert_int_equal(feed->each.member, RECORD_DETAIL);
    assert_int_equal(feed->each.country_count, 2);
    assert_string_equal(feed->each.countries[1], "HK");
    assert_int_equal(feed->each.a_turn, 200);
    folder_free(folder);
}

static void purpose_source_and_repeated_are_read(void **state)
{
    (void)state;
    struct conf_folder *folder = folder_new();
    const struct feed_definition *feed = load(folder, NULL, NULL, NULL,
        "purpose = \"evidence\"; source = { rank = 2; wins = [\"status\", \"manufacturer\"]; known-only = "
        "true; };\n"
        "repeated = { latest-by = \"status\"; earliest = [\"decision_date\"]; joined = \"manufacturer\"; "
        "};\n");
    assert_int_equal(feed->purpose, PURPOSE_EVIDENCE);
    assert_int_equal(feed->source.rank, 2);
    assert_int_equal(feed->source.win_count, 2);
    assert_true(feed->source.known_only);
    assert_int_equal(feed->source.wins[1], RECORD_MANUFACTURER);
    assert_int_equal(feed->repeated.latest_by, RECORD_STATUS);
    assert_int_equal(feed->repeated.earliest_count, 1);
    assert_int_equal(feed->repeated.earliest[0], RECORD_DECISION_DATE);
    assert_int_equal(feed->repeated.joined_count, 1);
    assert_int_equal(feed->repeated.joined[0], RECORD_MANUFACTURER);
    folder_free(folder);
}

static void without_words_rows_are_approvals_merged_by_line(void **state)
{
    (void)state;
    struct conf_folder *folder = folder_new();
    const struct feed_definition *feed = load(folder, NULL, NULL, NULL, "");
    assert_int_equal(feed->purpose, PURPOSE_APPROVALS);
    assert_int_equal(feed->source.rank, 0);
    assert_int_equal(feed->source.win_count, 0);
    assert_int_equal(feed->repeated.latest_by, RECORD_FIELDS);
    assert_int_equal(feed->container, CONTAINER_NONE);
    assert_null(feed->each.feed);
    assert_null(feed->ca_file);
    folder_free(folder);
}

/* --- mistakes ------------------------------------------------------------------------------------------ */

struct mistake {
    const char *request, *expect, *format, *more;
    int line;
    const char *part;
};

static void expect_all(const struct mistake *mistakes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char *text = definition_with(mistakes[i].request, mistakes[i].expect, mistakes[i].format,
            mistakes[i].more != NULL ? mistakes[i].more : "");
        expect_mistake_in("feeds.d/x.conf", text, mistakes[i].line, mistakes[i].part);
        free(text);
    }
}

#define EXPECT_ALL(mistakes) expect_all((mistakes), sizeof(mistakes) / sizeof *(mistakes))

static void pages_that_cannot_be_turned(void **state)
{
    (void)state;
    static const struct mistake mistakes[] = {
        {REQUEST("poll = { path = \"/a\"; };\n" NUMBERED_PAGES), .line = 7,
            .part = "all numbered pages are the same"},
        {REQUEST(NUMBERED_POLL), .line = 7, .part = "nothing fills {page}"},
        {REQUEST("poll = { path = \"/{from}/{to}\"; }; paging = \"numbered\";"), .line = 6,
            .part = "`pages` is missing"},
        {REQUEST("poll = { path = \"/a\"; };\npages = { size = 3; total = \"n\"; };"), .line = 8,
            .part = "`pages` has no effect: it is for `paging"},
        {REQUEST(NUMBERED_POLL "paging = \"numbered\";\npages = { total = \"n\"; };"), .line = 9,
            .part = "`size` is missing"},
        {REQUEST(NUMBERED_POLL "paging = \"numbered\";\npages = { size = 5; };"), .line = 9,
            .part = "`total` is missing"},
        {REQUEST(NUMBERED_POLL "paging = \"numbered\";\npages = { size = 5; total = \"a.b\"; };"), .line = 9,
            .part = "a member at the top of the page"},
        {REQUEST(NUMBERED_POLL "paging = \"numbered\";\npages = { size = 0; total = \"n\"; };"), .line = 9,
            .part = "1 to 1000000"},
        {REQUEST(NUMBERED_POLL "paging = \"numbered\";\npages = { size = 5; first = 2; total = \"n\"; };"),
            .line = 9, .part = "0 to 1"},
        {REQUEST(NUMBERED_POLL "paging =\n\"numbered\"; pages = { size = 5; total = \"n\"; };"), .line = 8,
            .format = "format = { kind = \"csv\"; };\n", .part = "is for the kind \"json\""},
        {REQUEST(NUMBERED_POLL "paging =\n\"numbered\"; pages = { size = 5; total = \"n\"; };"), .line = 8,
            .format = "format = { kind = \"json\"; container = \"zip\"; member = \"*\"; };\n",
            .part = "is for the kind \"json\" without a container"},
        {REQUEST(NUMBERED_POLL "paging = \"numbered\"; pages = { size = 5; total = \"n\"; tail = 10; };"),
            "expect = {\ncompleteness = \"register\"; };\n", .line = 10, .part = "needs `full-every`"},
        {REQUEST("poll = { path = \"/a/{page}/{since}\"; }; history = { path = \"/b/{page}\"; };\n"
                 "paging = \"numbered\"; pages = { size = 5; total = \"n\"; tail = 10; };"),
            EXPECT_WINDOW, .line = 7, .part = "{since} is not accepted beside a `tail`"},
    };
    EXPECT_ALL(mistakes);
}

static void lists_that_cannot_be_walked(void **state)
{
    (void)state;
    static const struct mistake mistakes[] = {
        {REQUEST("poll = { path = \"/a/{each}\"; };"), .line = 7, .part = "nothing fills {each}"},
        {REQUEST("poll = { path = \"/a/{each}\"; };\neach = { member = \"srn\"; a-turn = 5; };"),
            EXPECT_WINDOW, .line = 8, .part = "`feed` is missing"},
        {REQUEST(
             "poll = { path = \"/a/{each}\"; };\neach = { feed = \"A B\"; member = \"srn\"; a-turn = 5; };"),
            EXPECT_WINDOW, .line = 8, .part = "the name of another feed"},
        {REQUEST(
             "poll = { path = \"/a/{each}\"; };\neach = { feed = \"x\"; member = \"detail\"; a-turn = 5; };"),
            EXPECT_WINDOW, .line = 8, .part = "cannot be asked by its own records"},
        {REQUEST("poll = { path = \"/a/{each}\"; };\neach = { feed = \"list\"; member = \"maker\"; a-turn = "
                 "5; };"),
            EXPECT_WINDOW, .line = 8, .part = "accepted is a member but `authority`"},
        {REQUEST("poll = { path = \"/a/{each}\"; };\n"
                 "each = { feed = \"list\"; member = \"srn\"; a-turn = 5; countries = [\"EL\"]; };"),
            EXPECT_WINDOW, .line = 8, .part = "two capitals"},
        {REQUEST("poll = { path = \"/a/{each}\"; };\neach = {\nfeed = \"other\"; member = \"srn\"; a-turn = "
                 "5; };"),
            EXPECT_WINDOW, .line = 9, .part = "there is no feed \"other\""},
    };
    EXPECT_ALL(mistakes);
}

static void expect_beside_list(
    const char *request, const char *expect, const char *list, int line, const char *part)
{
    struct conf_folder *folder = folder_new();
    char *text = definition_with(request, expect, NULL, "");
    folder_write(folder, "feeds.d/list.conf", list);
    folder_write(folder, "feeds.d/x.conf", text);
    folder_load(folder);
    folder_expect_only(folder, "feeds.d/x.conf", line, part);
    free(text);
    folder_free(folder);
}

#define EACH(rest) "each = { feed = \"list\"; member = \"detail\"; " rest " };"

static void lists_of_a_feed_that_gives_none(void **state)
{
    (void)state;
    expect_beside_list(REQUEST("poll = { path = \"/a\"; };\n" EACH("a-turn = 5;")), EXPECT_WINDOW, list_feed,
        7, "{each} must stand in it");
    expect_beside_list(REQUEST("poll = { path = \"/{each}\"; };\n" EACH("a-turn = 501;")), EXPECT_WINDOW,
        list_feed, 8, "more requests than the 500 that `budget` allows a day");
    expect_beside_list(REQUEST("poll = { path = \"/{each}\"; }; paging = \"link\";\n" EACH("a-turn = 5;")),
        EXPECT_WINDOW, list_feed, 7, "beside `each` \"none\" and \"numbered\"");
    expect_beside_list(REQUEST("poll = { path = \"/{each}\"; };\nhistory = { path = \"/h/{each}\"; };\n" EACH(
                           "a-turn = 5;")),
        EXPECT_WINDOW, list_feed, 8, "`history` has no effect: a feed with `each`");
    expect_beside_list(REQUEST("poll = { path = \"/{each}/{since}\"; };\n" EACH("a-turn = 5;")),
        EXPECT_WINDOW, list_feed, 7, "{since} is not accepted beside `each`");
    expect_beside_list(REQUEST("poll = { path = \"/{each}\"; };\n" EACH("a-turn = 5;")), NULL, list_feed, 9,
        "\"register\" cannot be, since `each`");
    expect_beside_list(REQUEST("poll = { path = \"/{each}\"; };\neach = { feed = \"list\"; member = \"srn\"; "
                               "a-turn = 5; };"),
        EXPECT_WINDOW, list_feed, 8, "the feed list does not map `srn`");

    char *off = definition_with(NULL, NULL, NULL, "enabled = false;\n");
    expect_beside_list(
        REQUEST("poll = { path = \"/{each}\"; };\neach = { feed = \"list\"; member = \"number\"; "
                "a-turn = 5; };"),
        EXPECT_WINDOW, off, 8, "list is switched off");
    free(off);
    expect_beside_list(
        REQUEST("poll = { path = \"/{each}\"; };\neach = { feed = \"list\"; member = \"number\"; "
                "a-turn = 5; countries = \"CN\"; };"),
        EXPECT_WINDOW, minimal_definition, 8, "does not map `country`");
}

static void questions_before_the_pages(void **state)
{
    (void)state;
    static const struct mistake mistakes[] = {
        {REQUEST("find = { link = \"a*\"; };"), .line = 7, .part = "`path` is missing"},
        {REQUEST("find = { path = \"/a\"; };"), .line = 7, .part = "`link` is missing"},
        {REQUEST("find = { path = \"/a/{today}\"; link = \"x\"; };"), .line = 7,
            .part = "`find`: placeholders are not filled here"},
        {REQUEST("find = { path = \"/a\"; link = \"x\"; };\npoll = { path = \"/b\"; };"), .line = 8,
            .part = "`poll` has no effect: `find` leads"},
        {REQUEST("find = { path = \"/a\"; link = \"x\"; };\npaging = \"link\";"), .line = 8,
            .part = "`paging` has no effect: `find` leads"},
        {REQUEST("poll = { path = \"/a\"; };\nprime = { path = \"/{today}\"; };"), .line = 8,
            .part = "`prime`: placeholders are not filled here"},
        {REQUEST("poll = { path = \"/a\"; };\nprime = { path = \"/b\"; body = \"x\"; };"), .line = 8,
            .part = "`body` does not stand here"},
        {REQUEST("poll = { path = \"/a\"; };\ncontrol = { path = \"/b\"; total = 0; };"), .line = 8,
            .part = "`control` has no effect: its answer tells a total"},
        {REQUEST(NUMBERED "control = { path = \"/b\"; };"), .line = 9, .part = "`total` is missing"},
        {REQUEST(NUMBERED "control = { path = \"/b\"; query = \"p={page}\"; total = 0; };"), .line = 9,
            .part = "`control`: placeholders are not filled here"},
    };
    EXPECT_ALL(mistakes);
}

static void what_is_sent(void **state)
{
    (void)state;
    static const struct mistake mistakes[] = {
        {REQUEST("poll = { path = \"/a\"; body = \"x\"; };"), .line = 6, .part = "missing a Content-Type"},
        {REQUEST("poll = { path = \"/a\";\nbody = \"{until}\"; }; headers = \"Content-Type: text/plain\";"),
            .line = 8, .part = "whose only words in braces are the placeholders"},
        {REQUEST("poll = { path = \"/a\"; query = \"d={today}\"; };\ndates = \"ja\";"), .line = 8,
            .part = "one of: iso, plain, us, eu, slash, zh"},
        {REQUEST("poll = { path = \"/a\"; };\ndates = \"iso\";"), .line = 8, .part = "`dates` has no effect"},
    };
    EXPECT_ALL(mistakes);
}

/* --- certificates of its own ---------------------------------------------------------------------------- */

static const char certificate[] = "-----BEGIN CERTIFICATE-----\n"
                                  "MIIBdjCCARugAwIBAgIUcaeG63+BwQbvGwlbS8YvRDyG+gAwCgYIKoZIzj0EAwIw\n"
                                  "DzENMAsGA1UEAwwEVGVzdDAgFw0yNjExMjIxMjU3MDdaGA8yMTI2MTAyOTEyNTcw\n"
                                  "N1owDzENMAsGA1UEAwwEVGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABDzM\n"
                                  "kThSXNTQfi2Hyw7yPMokuHazom0UdgxgU9PcTGbg0KMcijxhQzVidSxB8K8/fZJE\n"
                                  "s1VuCE8uJgFXZ2PYV4SjUzBRMB0GA1UdDgQWBBQK9xtO0UCAv48aXk0HSoY+QDys\n"
                                  "dzAfBgNVHSMEGDAWgBQK9xtO0UCAv48aXk0HSoY+QDysdzAPBgNVHRMBAf8EBTAD\n"
                                  "AQH/MAoGCCqGSM49BAMCA0kAMEYCIQCq7qcXiXhcRk7tai+and0sgXXn9mTmzPu5\n"
                                  "qVw40kV79wIhAKHhyez8YmyUE6ciuQyOyorb11RKDw7VcaaTi7zzrOPf\n"
                                  "-----END CERTIFICATE-----\n";

#define CA(path) REQUEST("poll = { path = \"/a\"; };\nca-file = \"" path "\";")

static void own_authorities_stand_beside_the_configuration(void **state)
{
    (void)state;
    struct conf_folder *folder = folder_new();
    struct text path = TEXT_WITH_CEILING(4096);
    folder_write(folder, "ca.pem", certificate);
    const struct feed_definition *feed = load(folder, CA("ca.pem"), NULL, NULL, "");
    text_append_format(&path, "%s/ca.pem", folder->path);
    assert_string_equal(feed->ca_file, text_string(&path));
    text_free(&path);
    folder_free(folder);
}

static void expect_bad_authorities(const char *pem, size_t length, const char *part)
{
    struct conf_folder *folder = folder_new();
    char *text = definition_with(CA("ca.pem"), NULL, NULL, "");
    if (pem != NULL)
        folder_write_bytes(folder, "ca.pem", pem, length);
    folder_write(folder, "feeds.d/x.conf", text);
    folder_load(folder);
    folder_expect_only(folder, "feeds.d/x.conf", 8, part);
    free(text);
    folder_free(folder);
}

static void enabled_feed_needs_its_authorities(void **state)
{
    (void)state;
    expect_bad_authorities(NULL, 0, "cannot be read: No such file");
    expect_bad_authorities("", 0, "holds no certificate");
    expect_bad_authorities("no certificate\n", 15, "holds no certificate");
    expect_bad_authorities(certificate, sizeof certificate / 2, "cannot be read; accepted are");
    struct conf_folder *folder = folder_new();
    load(folder, CA("ca.pem"), NULL, NULL, "enabled = false;\n"); /* until the operator installs it */
    folder_free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbered_pages_of_a_post_are_read),
        cmocka_unit_test(tail_of_a_register_is_a_window_between_full_reads),
        cmocka_unit_test(page_of_news_is_a_window_without_a_beginning),
        cmocka_unit_test(found_address_needs_no_poll),
        cmocka_unit_test(each_value_of_another_feed_is_asked_for),
        cmocka_unit_test(purpose_source_and_repeated_are_read),
        cmocka_unit_test(without_words_rows_are_approvals_merged_by_line),
        cmocka_unit_test(pages_that_cannot_be_turned),
        cmocka_unit_test(lists_that_cannot_be_walked),
        cmocka_unit_test(lists_of_a_feed_that_gives_none),
        cmocka_unit_test(questions_before_the_pages),
        cmocka_unit_test(what_is_sent),
        cmocka_unit_test(own_authorities_stand_beside_the_configuration),
        cmocka_unit_test(enabled_feed_needs_its_authorities),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
