/* Registers that number their pages: all rows of them are asked for, and never without end. */
#include "script.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* EUDAMED's envelope over rows 1, 2, 3 ... */
struct register_of_rows {
    int64_t rows, size_most, first;
    bool tells_no_total, ignores_numbers, counts_records;
    int64_t rows_then; /* from request `then` on; 0 = it stays */
    int then;
    int fail_at; /* request that is answered with 500; 0 = none */
    int asked;
};

static void answer_page(const struct script_request *request, struct script_answer *answer, void *context)
{
    struct register_of_rows *all = context;
    const char *asked = *request->body != '\0' ? request->body : request->target;
    int64_t size = script_number(asked, "size"), page = script_number(asked, "page"), from, to;
    int64_t rows = all->then > 0 && all->asked + 1 >= all->then ? all->rows_then : all->rows;
    if (++all->asked == all->fail_at) {
        answer->status = 500;
        return;
    }
    if (all->counts_records) {
        from = script_number(asked, "pagestart");
        to = script_number(asked, "pageend");
        size = to - from + 1;
    } else {
        if (all->size_most > 0 && size > all->size_most)
            size = all->size_most;
        from = (page - all->first) * size + 1;
        to = from + size - 1;
    }
    if (all->ignores_numbers)
        from = 1;
    text_append_string(&answer->body, "{\"content\":[");
    for (int64_t row = from; row <= rows && row <= to; row++)
        text_append_format(&answer->body, "%s{\"number\":%lld}", row > from ? "," : "", (long long)row);
    text_append_string(&answer->body, "]");
    if (!all->tells_no_total)
        text_append_format(&answer->body, ",\"totalElements\":%lld", (long long)rows);
    text_append_format(&answer->body, ",\"size\":%lld}", (long long)size);
}

struct stage {
    struct world world;
    struct script script;
    struct register_of_rows all;
    struct feed_definition *feed;
};

static void open_stage(struct stage *stage, int64_t rows)
{
    static char total[] = "totalElements", size[] = "size";
    stage->all = (struct register_of_rows){.rows = rows};
    world_open(&stage->world);
    script_open(&stage->script, &stage->world, answer_page, &stage->all);
    stage->feed = script_feed(&stage->world, "/certificates/", "page={page}&size=10", NULL);
    stage->feed->paging = PAGING_NUMBERED;
    stage->feed->pages = (struct feed_pages){.size = 10, .total = total, .size_told = size};
}

static void close_stage(struct stage *stage)
{
    script_close(&stage->script);
    world_close(&stage->world);
}

static void run_turns(struct stage *stage, int turns)
{
    world_run_turns(&stage->world, "fda-510k", turns);
}

static void pages_are_asked_for_until_the_told_total_is_reached(void **state)
{
    (void)state;
    struct stage stage;
    open_stage(&stage, 25);
    world_start(&stage.world);
    run_turns(&stage, 1);
    assert_asked(&stage.script, 1,
        "GET /certificates/?page=0&size=10\nGET /certificates/?page=1&size=10\nGET "
        "/certificates/?page=2&size=10");
    assert_sql(&stage.world, "SELECT state, kind, pages, told, part FROM poll", "applied|history|3|25|0");
    assert_sql(&stage.world, "SELECT count(DISTINCT sha256) FROM payload", "3");
    close_stage(&stage);
}

static void a_total_that_fills_its_last_page_needs_no_further_one(void **state)
{
    (void)state;
    struct stage stage;
    open_stage(&stage, 20);
    stage.feed->pages.first = 1;
    stage.all.first = 1;
    world_start(&stage.world);
    run_turns(&stage, 1);
    assert_asked(&stage.script, 1, "GET /certificates/?page=1&size=10\nGET /certificates/?page=2&size=10");
    close_stage(&stage);
}

static void a_register_without_rows_is_asked_once(void **state)
{
    (void)state;
    struct stage stage;
    open_stage(&stage, 0);
    world_start(&stage.world);
    run_turns(&stage, 1);
    assert_int_equal(stage.script.count, 1);
    assert_sql(&stage.world, "SELECT state, pages, told FROM poll", "applied|1|0");
    close_stage(&stage);
}

static void records_may_be_numbered_instead_of_pages(void **state)
{
    (void)state;
    struct stage stage;
    open_stage(&stage, 25);
    stage.all.counts_records = true;
    stage.feed = script_feed(&stage.world, "/{offset}/json", "pagestart={from}&pageend={to}", NULL);
    world_start(&stage.world);
    run_turns(&stage, 1);
    assert_asked(&stage.script, 1,
        "GET /0/json?pagestart=1&pageend=10\nGET /10/json?pagestart=11&pageend=20\nGET "
        "/20/json?pagestart=21&pageend=30");
    close_stage(&stage);
}

static const char *content_type_seen;
static void answer_and_look(const struct script_request *request, struct script_answer *answer, void *context)
{
    content_type_seen = strcmp(request->content_type, "application/json") == 0 ? "json" : "other";
    answer_page(request, answer, context);
}

static void a_post_has_its_page_in_the_body(void **state)
{
    (void)state;
    struct stage stage;
    open_stage(&stage, 15);
    stage.script.answer = answer_and_look;
    script_feed(
        &stage.world, "/search", "v=1", "{\"page\":{page},\"size\":10,\"filter\":{\"a\":\"{today}\"}}");
    world_start(&stage.world);
    run_turns(&stage, 1);
    assert_asked(&stage.script, 1,
        "POST /search?v=1 {\"page\":0,\"size\":10,\"filter\":{\"a\":\"2026-11-22\"}}\n"
        "POST /search?v=1 {\"page\":1,\"size\":10,\"filter\":{\"a\":\"2026-11-22\"}}");
    assert_string_equal(content_type_seen, "json");
    assert_sql(&stage.world, "SELECT body LIKE '{\"page\":1,%' FROM payload WHERE page = 1", "1");
    close_stage(&stage);
}

static void a_content_type_of_the_definitions_own_stands(void **state)
{
    (void)state;
    static char header[] = "content-type: application/x-www-form-urlencoded";
    static char *headers[] = {header};
    struct stage stage;
    open_stage(&stage, 5);
    stage.script.answer = answer_and_look;
    stage.feed = script_feed(&stage.world, "/search", NULL, "day={today}&page={page}&size=10");
    stage.feed->headers = headers;
    stage.feed->header_count = 1;
    stage.feed->query_dates = DATE_FORM_ZH;
    world_start(&stage.world);
    run_turns(&stage, 1);
    assert_asked(&stage.script, 1, "POST /search day=2026%E5%B9%B411%E6%9C%8822%E6%97%A5&page=0&size=10");
    assert_string_equal(content_type_seen, "other");
    close_stage(&stage);
}

static void smaller_pages_than_asked_for_are_a_fault_that_says_so(void **state)
{
    (void)state;
    struct stage stage;
    open_stage(&stage, 25);
    stage.all.size_most = 5;
    world_start(&stage.world);
    run_turns(&stage, 1);
    assert_sql(&stage.world,
        "SELECT outcome, detail LIKE '%pages of 5 rows, 10 were asked for%' FROM feed_state", "malformed|1");
    assert_int_equal(stage.world.fetched, 0);
    close_stage(&stage);
}

static void a_register_that_fits_on_a_smaller_page_is_whole(void **state)
{
    (void)state;
    struct stage stage;
    open_stage(&stage, 4);
    stage.all.size_most = 5;
    world_start(&stage.world);
    run_turns(&stage, 1);
    assert_sql(&stage.world, "SELECT outcome FROM feed_state", "applied");
    close_stage(&stage);
}

static void a_page_without_a_total_is_malformed(void **state)
{
    (void)state;
    struct stage stage;
    open_stage(&stage, 25);
    stage.all.tells_no_total = true;
    world_start(&stage.world);
    run_turns(&stage, 1);
    assert_sql(&stage.world, "SELECT outcome, detail LIKE '%tells no ''totalElements''%' FROM feed_state",
        "malformed|1");
    close_stage(&stage);
}

static void the_last_word_on_the_total_counts(void **state)
{
    (void)state;
    static const struct {
        int64_t rows, then_rows;
        const char *pages;
    } cases[] = {{25, 45, "5|45"}, {45, 12, "2|12"}, {25, 0, "2|0"}, {25, 20, "2|20"}, {25, 10, "2|10"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct stage stage;
        open_stage(&stage, cases[i].rows);
        stage.all.then = 2;
        stage.all.rows_then = cases[i].then_rows;
        world_start(&stage.world);
        run_turns(&stage, 1);
        assert_sql(&stage.world, "SELECT outcome FROM feed_state", "applied");
        assert_sql(&stage.world, "SELECT pages, told FROM poll", cases[i].pages);
        close_stage(&stage);
    }
}

static void a_register_that_ignores_the_number_runs_in_a_circle(void **state)
{
    (void)state;
    struct stage stage;
    open_stage(&stage, 25);
    stage.all.ignores_numbers = true;
    stage.all.size_most = 10;
    script_feed(&stage.world, "/certificates/", "size=10", NULL);
    world_start(&stage.world);
    run_turns(&stage, 1);
    assert_int_equal(stage.script.count, 2);
    assert_sql(&stage.world, "SELECT outcome, detail LIKE '%circle%' FROM feed_state", "chain-broken|1");
    assert_sql(&stage.world, "SELECT state FROM poll", "failed");
    close_stage(&stage);
}

static void a_broken_chain_goes_on_at_the_missing_page(void **state)
{
    (void)state;
    struct stage stage;
    open_stage(&stage, 35);
    stage.all.fail_at = 3;
    world_start(&stage.world);
    run_turns(&stage, 1);
    assert_sql(&stage.world, "SELECT outcome FROM feed_state", "chain-broken");
    run_turns(&stage, 1);
    assert_asked(&stage.script, 3,
        "GET /certificates/?page=2&size=10\nGET /certificates/?page=2&size=10\nGET "
        "/certificates/?page=3&size=10");
    assert_sql(&stage.world, "SELECT count(*), max(pages) FROM poll", "1|4");
    close_stage(&stage);
}

static void a_chain_that_is_asked_in_another_way_now_starts_afresh(void **state)
{
    (void)state;
    struct stage stage;
    open_stage(&stage, 35);
    stage.all.fail_at = 3;
    world_start(&stage.world);
    run_turns(&stage, 1);
    memcpy(stage.feed->hash, "2", 2);
    run_turns(&stage, 1);
    assert_asked(&stage.script, 4,
        "GET /certificates/?page=0&size=10\nGET /certificates/?page=1&size=10\nGET "
        "/certificates/?page=2&size=10\n"
        "GET /certificates/?page=3&size=10");
    close_stage(&stage);
}

/* As many pages as a poll may have are taken for had. */
static void a_total_without_end_is_not_believed_for_ever(void **state)
{
    (void)state;
    struct stage stage;
    open_stage(&stage, 900000000);
    stage.all.fail_at = 3;
    world_start(&stage.world);
    run_turns(&stage, 1);
    free(world_text(&stage.world, "UPDATE poll SET pages = 19998"));
    run_turns(&stage, 1);
    assert_sql(&stage.world, "SELECT outcome, detail LIKE '%more than 20000 pages%' FROM feed_state",
        "chain-broken|1");
    close_stage(&stage);
}

static void a_second_day_with_the_same_pages_is_unchanged(void **state)
{
    (void)state;
    struct stage stage;
    open_stage(&stage, 25);
    world_start(&stage.world);
    run_turns(&stage, 2);
    assert_int_equal(stage.world.fetched, 1);
    assert_int_equal(stage.script.count, 6);
    assert_sql(&stage.world, "SELECT outcome FROM feed_state", "unchanged");
    close_stage(&stage);
}

static void one_changed_page_is_news(void **state)
{
    (void)state;
    struct stage stage;
    open_stage(&stage, 25);
    stage.all.then = 4;
    stage.all.rows_then = 26;
    world_start(&stage.world);
    run_turns(&stage, 2);
    assert_int_equal(stage.world.fetched, 2);
    close_stage(&stage);
}

/* TGA: new entries stand at the end. */
static void a_tail_begins_before_the_end_that_was_told_last(void **state)
{
    (void)state;
    struct stage stage;
    open_stage(&stage, 95);
    stage.all.counts_records = true;
    stage.feed = script_feed(&stage.world, "/artg", "pagestart={from}&pageend={to}", NULL);
    stage.feed->pages.tail = 25;
    world_start(&stage.world);
    run_turns(&stage, 1);
    assert_sql(&stage.world, "SELECT kind, pages, part FROM poll", "history|10|0");
    free(world_text(&stage.world, "UPDATE feed_state SET total = 95"));
    stage.all.rows = 102;
    run_turns(&stage, 1);
    assert_asked(&stage.script, 11,
        "GET /artg?pagestart=71&pageend=80\nGET /artg?pagestart=81&pageend=90\nGET "
        "/artg?pagestart=91&pageend=100\n"
        "GET /artg?pagestart=101&pageend=110");
    assert_sql(&stage.world, "SELECT kind, pages, part, since_day FROM poll WHERE id = 2", "window|4|1|null");
    close_stage(&stage);
}

/* A look at the tail in between does not make the same register news, unless it brought something. */
static void a_whole_register_is_compared_with_the_last_whole_one(void **state)
{
    (void)state;
    for (int changes = 0; changes <= 1; changes++) {
        struct stage stage;
        open_stage(&stage, 35);
        stage.feed->pages.tail = 5;
        world_start(&stage.world);
        run_turns(&stage, 1);
        free(world_text(&stage.world, "UPDATE feed_state SET total = 35"));
        run_turns(&stage, 1);
        assert_sql(&stage.world, "SELECT kind, pages FROM poll WHERE id = 2", "window|1");
        free(world_text(&stage.world, "UPDATE feed_state SET last_full_at = 1"));
        if (changes > 0)
            free(world_text(&stage.world, "UPDATE poll SET changed = 1 WHERE id = 2"));
        run_turns(&stage, 1);
        assert_sql(&stage.world, "SELECT kind, outcome FROM poll WHERE id = 3",
            changes > 0 ? "full|applied" : "full|unchanged");
        close_stage(&stage);
    }
}

static void a_register_shorter_than_its_tail_is_asked_from_the_start(void **state)
{
    (void)state;
    struct stage stage;
    open_stage(&stage, 12);
    stage.feed->pages.tail = 25;
    world_start(&stage.world);
    run_turns(&stage, 1);
    free(world_text(&stage.world, "UPDATE feed_state SET total = 12"));
    stage.all.rows = 13;
    run_turns(&stage, 1);
    assert_asked(&stage.script, 3, "GET /certificates/?page=0&size=10\nGET /certificates/?page=1&size=10");
    close_stage(&stage);
}

/* More was struck off than the tail is long: the whole register tells, next time. */
static void a_tail_behind_the_end_is_no_fault(void **state)
{
    (void)state;
    struct stage stage;
    open_stage(&stage, 95);
    stage.feed->pages.tail = 5;
    world_start(&stage.world);
    run_turns(&stage, 1);
    free(world_text(&stage.world, "UPDATE feed_state SET total = 95"));
    stage.all.rows = 40;
    run_turns(&stage, 1);
    assert_asked(&stage.script, 11, "GET /certificates/?page=9&size=10");
    assert_sql(&stage.world, "SELECT outcome FROM feed_state", "applied");
    close_stage(&stage);
}

static void a_page_of_news_is_a_window_without_a_beginning(void **state)
{
    (void)state;
    struct stage stage;
    open_stage(&stage, 5);
    stage.feed->newest = true;
    world_start(&stage.world);
    run_turns(&stage, 1);
    stage.all.rows = 6;
    run_turns(&stage, 1);
    assert_sql(
        &stage.world, "SELECT kind, part, since_day FROM poll ORDER BY id", "history|1|null|window|1|null");
    close_stage(&stage);
}

int main(void)
{
    world_begin_time("2026-11-22T00:00:00Z");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_are_asked_for_until_the_told_total_is_reached),
        cmocka_unit_test(a_total_that_fills_its_last_page_needs_no_further_one),
        cmocka_unit_test(a_register_without_rows_is_asked_once),
        cmocka_unit_test(records_may_be_numbered_instead_of_pages),
        cmocka_unit_test(a_post_has_its_page_in_the_body),
        cmocka_unit_test(a_content_type_of_the_definitions_own_stands),
        cmocka_unit_test(smaller_pages_than_asked_for_are_a_fault_that_says_so),
        cmocka_unit_test(a_register_that_fits_on_a_smaller_page_is_whole),
        cmocka_unit_test(a_page_without_a_total_is_malformed),
        cmocka_unit_test(the_last_word_on_the_total_counts),
        cmocka_unit_test(a_register_that_ignores_the_number_runs_in_a_circle),
        cmocka_unit_test(a_broken_chain_goes_on_at_the_missing_page),
        cmocka_unit_test(a_chain_that_is_asked_in_another_way_now_starts_afresh),
        cmocka_unit_test(a_total_without_end_is_not_believed_for_ever),
        cmocka_unit_test(a_second_day_with_the_same_pages_is_unchanged),
        cmocka_unit_test(one_changed_page_is_news),
        cmocka_unit_test(a_tail_begins_before_the_end_that_was_told_last),
        cmocka_unit_test(a_whole_register_is_compared_with_the_last_whole_one),
        cmocka_unit_test(a_register_shorter_than_its_tail_is_asked_from_the_start),
        cmocka_unit_test(a_tail_behind_the_end_is_no_fault),
        cmocka_unit_test(a_page_of_news_is_a_window_without_a_beginning),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
