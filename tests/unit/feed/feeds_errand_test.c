/* What is asked before the pages: a cookie, whether filters hold, where the file lies. */
#include "script.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct office {
    int64_t ignored_total; /* what the control gets */
    const char *link;      /* on the index page */
    int fail_data_at;      /* request for data that is answered with 500; 0 = none */
    int data, primes;
    int prime_status;
};

static void answer_office(const struct script_request *request, struct script_answer *answer, void *context)
{
    struct office *office = context;
    if (strcmp(request->target, "/page") == 0) {
        answer->content_type = "text/html";
        answer->status = office->prime_status;
        answer->location = "/elsewhere";
        answer->set_cookie = ++office->primes == 1 ? "JSESSIONID=first; Path=/" : "JSESSIONID=later; Path=/";
        text_append_string(&answer->body, "<html>a page for people</html>");
    } else if (strcmp(request->target, "/data?bogus=1") == 0) {
        text_append_format(&answer->body, "{\"rows\":[],\"total\":%lld}", (long long)office->ignored_total);
    } else if (strcmp(request->target, "/list/index.html") == 0) {
        answer->content_type = "text/html; charset=utf-8";
        text_append_format(&answer->body,
            "<!DOCTYPE html><p><a href=\"0001.pdf\">List</a> <a href=\"%s\">List (workbook)</a></p>",
            office->link);
    } else if (++office->data == office->fail_data_at) {
        answer->status = 500;
    } else {
        answer->etag = "\"one\"";
        answer->status = strcmp(request->if_none_match, "\"one\"") == 0 ? 304 : 200;
        text_append_string(&answer->body, "{\"rows\":[{\"number\":1}],\"total\":1}");
    }
}

struct stage {
    struct world world;
    struct script script;
    struct office office;
    struct feed_definition *feed;
};

static void open_stage(struct stage *stage)
{
    static char total[] = "total";
    stage->office = (struct office){.link = "/files/000123.xlsx", .prime_status = 200};
    world_open(&stage->world);
    script_open(&stage->script, &stage->world, answer_office, &stage->office);
    stage->feed = script_feed(&stage->world, "/data", NULL, NULL);
    stage->feed->paging = PAGING_NONE;
    stage->feed->pages.total = total;
}

static void close_stage(struct stage *stage)
{
    script_close(&stage->script);
    world_close(&stage->world);
}

static void run_turns(struct stage *stage, int turns)
{
    world_start(&stage->world);
    world_run_turns(&stage->world, "fda-510k", turns);
}

static struct feed_query prime = {.path = (char[]){"/page"}};
static struct feed_control control = {.ask = {.path = (char[]){"/data"}, .query = (char[]){"bogus=1"}}};
static struct feed_find find = {.page = {.path = (char[]){"/list/index.html"}},
    .link = (char[]){"*000*.xlsx"},
    .text = (char[]){"(workbook)"}};

static void cookies_go_with_the_chain_that_asked_for_them(void **state)
{
    (void)state;
    struct stage stage;
    open_stage(&stage);
    stage.feed->prime = prime;
    run_turns(&stage, 2);
    assert_asked(&stage.script, 1,
        "GET /page\nGET /data cookie=JSESSIONID=first\nGET /page\nGET /data cookie=JSESSIONID=later");
    assert_sql(&stage.world, "SELECT count(*), group_concat(url LIKE '%/data') FROM payload", "1|1");
    close_stage(&stage);
}

static void a_cookie_that_comes_with_a_redirect_is_one(void **state)
{
    (void)state;
    struct stage stage;
    open_stage(&stage);
    stage.feed->prime = prime;
    stage.office.prime_status = 302;
    run_turns(&stage, 1);
    assert_asked(&stage.script, 1, "GET /page\nGET /data cookie=JSESSIONID=first");
    close_stage(&stage);
}

static void without_the_cookie_nothing_is_asked(void **state)
{
    (void)state;
    struct stage stage;
    open_stage(&stage);
    stage.feed->prime = prime;
    stage.office.prime_status = 503;
    run_turns(&stage, 1);
    assert_int_equal(stage.script.count, 1);
    assert_sql(&stage.world, "SELECT outcome, detail LIKE 'request for a cookie: HTTP 503%' FROM feed_state",
        "server-error|1");
    close_stage(&stage);
}

static void each_request_before_the_pages_counts_in_the_budget(void **state)
{
    (void)state;
    struct stage stage;
    open_stage(&stage);
    stage.feed->prime = prime;
    stage.feed->control = control;
    stage.feed->requests_a_day = 100;
    run_turns(&stage, 1);
    assert_sql(&stage.world, "SELECT requests FROM request_budget", "3");
    close_stage(&stage);
}

static void a_register_that_obeys_its_filter_is_asked_for_its_pages(void **state)
{
    (void)state;
    struct stage stage;
    open_stage(&stage);
    stage.feed->control = control;
    run_turns(&stage, 1);
    assert_asked(&stage.script, 1, "GET /data?bogus=1\nGET /data");
    assert_sql(&stage.world, "SELECT outcome FROM feed_state", "applied");
    close_stage(&stage);
}

static void a_register_that_ignores_its_filter_is_not_believed(void **state)
{
    (void)state;
    struct stage stage;
    open_stage(&stage);
    stage.feed->control = control;
    stage.office.ignored_total = 3213100;
    run_turns(&stage, 1);
    assert_int_equal(stage.script.count, 1);
    assert_sql(&stage.world,
        "SELECT outcome, detail LIKE 'control: the register ignores its filter: 3213100 rows instead of 0%' "
        "FROM feed_state",
        "malformed|1");
    close_stage(&stage);
}

static void the_file_is_where_the_index_page_says(void **state)
{
    (void)state;
    struct stage stage;
    open_stage(&stage);
    stage.feed->find = find;
    run_turns(&stage, 1);
    assert_asked(&stage.script, 1, "GET /list/index.html\nGET /files/000123.xlsx");
    assert_sql(&stage.world, "SELECT url LIKE '%/files/000123.xlsx' FROM payload", "1");
    assert_sql(&stage.world,
        "SELECT count(*), found, url LIKE '%/list/index.html', e.stored_bytes > 0 "
        "FROM index_page JOIN evidence e USING (sha256)",
        "1|/files/000123.xlsx|1|1");
    close_stage(&stage);
}

static void a_relative_link_counts_from_the_index_page(void **state)
{
    (void)state;
    struct stage stage;
    open_stage(&stage);
    stage.feed->find = find;
    stage.office.link = "../files/000124.xlsx?a=1&amp;b=2";
    stage.feed->find.link = (char[]){"*000*.xlsx*"};
    run_turns(&stage, 1);
    assert_asked(&stage.script, 2, "GET /files/000124.xlsx?a=1&b=2");
    close_stage(&stage);
}

static void a_second_day_costs_the_index_and_one_conditional_request(void **state)
{
    (void)state;
    struct stage stage;
    open_stage(&stage);
    stage.feed->find = find;
    run_turns(&stage, 2);
    assert_int_equal(stage.script.count, 4);
    assert_sql(
        &stage.world, "SELECT outcome, detail FROM feed_state", "unchanged|not modified since last time");
    assert_int_equal(stage.world.fetched, 1);
    close_stage(&stage);
}

static void a_page_without_such_a_link_is_malformed(void **state)
{
    (void)state;
    struct stage stage;
    open_stage(&stage);
    stage.feed->find = find;
    stage.office.link = "/files/moved.html";
    run_turns(&stage, 1);
    assert_sql(&stage.world,
        "SELECT outcome, detail LIKE 'index page: the page has no link like ''*000*.xlsx'' with the text "
        "''(workbook)''%' FROM feed_state",
        "malformed|1");
    close_stage(&stage);
}

static void a_link_that_leaves_the_register_is_not_followed(void **state)
{
    (void)state;
    const char *const links[] = {"https://evil.example/0001.xlsx", "//127.0.0.2/0001.xlsx",
        "javascript:000.xlsx", "file:///etc/000.xlsx"};
    for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
        struct stage stage;
        open_stage(&stage);
        stage.feed->find = find;
        stage.office.link = links[i];
        run_turns(&stage, 1);
        assert_int_equal(stage.script.count, 1);
        assert_sql(&stage.world, "SELECT outcome FROM feed_state", "moved");
        close_stage(&stage);
    }
}

static void a_turn_that_failed_runs_its_errands_again(void **state)
{
    (void)state;
    struct stage stage;
    open_stage(&stage);
    stage.feed->prime = prime;
    stage.feed->find = find;
    stage.office.fail_data_at = 1;
    run_turns(&stage, 2);
    assert_asked(&stage.script, 1,
        "GET /page\nGET /list/index.html cookie=JSESSIONID=first\nGET /files/000123.xlsx "
        "cookie=JSESSIONID=first\n"
        "GET /page\nGET /list/index.html cookie=JSESSIONID=later\nGET /files/000123.xlsx "
        "cookie=JSESSIONID=later");
    close_stage(&stage);
}

int main(void)
{
    world_begin_time("2026-11-22T00:00:00Z");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cookies_go_with_the_chain_that_asked_for_them),
        cmocka_unit_test(a_cookie_that_comes_with_a_redirect_is_one),
        cmocka_unit_test(without_the_cookie_nothing_is_asked),
        cmocka_unit_test(each_request_before_the_pages_counts_in_the_budget),
        cmocka_unit_test(a_register_that_obeys_its_filter_is_asked_for_its_pages),
        cmocka_unit_test(a_register_that_ignores_its_filter_is_not_believed),
        cmocka_unit_test(the_file_is_where_the_index_page_says),
        cmocka_unit_test(a_relative_link_counts_from_the_index_page),
        cmocka_unit_test(a_second_day_costs_the_index_and_one_conditional_request),
        cmocka_unit_test(a_page_without_such_a_link_is_malformed),
        cmocka_unit_test(a_link_that_leaves_the_register_is_not_followed),
        cmocka_unit_test(a_turn_that_failed_runs_its_errands_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
