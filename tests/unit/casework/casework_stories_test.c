/* Six stories of firms, fact by fact: verdict, amount and the rule that speaks at each step, under the
 * parameters as shipped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "world.h"

#include "m13/review.h"

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct world world;

static int open_world(void **state)
{
    (void)state;
    world_open(&world);
    world_firm(&world, FIRM_A, "北京安诊医疗科技有限公司");
    world_product(&world, "P1", FIRM_A);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    world_close(&world);
    return 0;
}

/* --- facts as their files bring them -------------------------------------------------------------------- */

static void record(
    const char *kind, const char *key, const char *uscc, const char *product_id, const char *fields)
{
    world_local(
        &world, (struct local_row){
                    .kind = kind, .key = key, .uscc = uscc, .product_id = product_id, .fields = fields});
}

static void list_product(const char *authority, const char *number, const char *product_id, const char *from)
{
    char key[128], fields[128];
    snprintf(key, sizeof key, "%s|%s|%s", authority, number, product_id);
    snprintf(fields, sizeof fields, "{\"in_scope_from\":\"%s\"}", from);
    world_local(&world, (struct local_row){.kind = "scopes",
                            .key = key,
                            .product_id = product_id,
                            .authority = authority,
                            .number = number,
                            .fields = fields});
}

static void declare(const char *authority, const char *product_id)
{
    char key[128];
    snprintf(key, sizeof key, "%s|%s|%s", FIRM_A, product_id, authority);
    world_local(&world, (struct local_row){.kind = "declarations",
                            .key = key,
                            .uscc = FIRM_A,
                            .product_id = product_id,
                            .authority = authority,
                            .fields = "{\"first_approval\":\"yes\",\"signed_on\":\"2026-04-01\"}"});
}

static void sell(
    const char *sale_id, const char *product_id, const char *country, const char *date, const char *more)
{
    char fields[512];
    snprintf(fields, sizeof fields,
        "{\"sale_id\":\"%s\",\"country\":\"%s\",\"date\":\"%s\",\"amount\":\"9000\",\"currency\":\"USD\"%s}",
        sale_id, country, date, more);
    record("sales", sale_id, FIRM_A, product_id, fields);
}

static void spend(
    const char *cost_id, const char *number, const char *shares, const char *amount, const char *currency)
{
    char fields[512];
    snprintf(fields, sizeof fields,
        "{\"cost_id\":\"%s\",\"payer\":\"Anzhen Medical, "
        "Inc.\",\"authority\":\"%s\",\"number\":\"%s\",\"shares\":\"%s\","
        "\"category\":\"official-fee\",\"paid_date\":\"2026-02-20\",\"amount\":\"%s\",\"currency\":\"%s\","
        "\"payee\":\"X\"}",
        cost_id, number[0] == 'K' ? "FDA" : "CE", number, shares, amount, currency);
    record("costs", cost_id, FIRM_A, "", fields);
}

static int64_t maker_of(const char *name, const char *band, const char *uscc, const char *rule)
{
    int64_t maker = world_maker(&world, name);
    world_match(&world, maker, band, uscc, rule);
    return maker;
}

/* --- what is decided ------------------------------------------------------------------------------------ */

/* The case of an item: "pending 0 none". */
static const char *outcome(const char *number, const char *item)
{
    static char said[128];
    world_decide(&world, FIRM_A);
    struct query *q = query_bind(
        query(world.store,
            "SELECT c.verdict || ' ' || c.award || ' ' || c.amount_state FROM case_file f JOIN "
            "case_version c ON c.case_file = f.id AND c.seq_to IS NULL WHERE f.number = ? AND f.item = ?"),
        "tt", number, item);
    snprintf(said, sizeof said, "%s", query_next(q) ? query_text(q, 0) : "no case");
    query_end(q);
    return said;
}

/* What an officer says to the question of a rule. */
static void rule_is_answered(
    const char *number, const char *item, const char *rule, enum review_decision decision)
{
    char question[64] = "";
    struct failure failure = {0};
    struct review_result result;
    struct query *q =
        query_bind(query(world.store, "SELECT case_id FROM case_file WHERE number = ? AND item = ?"), "tt",
            number, item);
    if (query_next(q))
        snprintf(question, sizeof question, "%.40s/%s", query_text(q, 0), rule);
    query_end(q);
    if (review_decide(world.store,
            &(struct review_order){.item = question, .decision = decision, .note = "已查明", .actor = "li"},
            &result, &failure) != 0)
        fail_msg("%s", failure.text);
    world_work(&world);
}

/* What a rule says of the case: pass, missing ... */
static const char *rule_of(const char *number, const char *item, const char *rule)
{
    static char said[32];
    struct query *q =
        query_bind(query(world.store,
                       "SELECT json_extract(line.value, '$.outcome') FROM case_file f JOIN case_version c "
                       "ON c.case_file = f.id AND c.seq_to IS NULL, json_each(c.trace) line "
                       "WHERE f.number = ? AND f.item = ? AND json_extract(line.value, '$.rule') = ?"),
            "ttt", number, item, rule);
    snprintf(said, sizeof said, "%s", query_next(q) ? query_text(q, 0) : "nothing");
    query_end(q);
    return said;
}

static void everything_verifies(void)
{
    assert_int_equal(casework_verify(world.store, &world.config, NULL, NULL), 0);
}

/* --- 1: a US subsidiary's 510(k), sold in May, its costs in dollars --------------------------------------
 */

static void a_us_subsidiary_clears_a_device(void **state)
{
    (void)state;
    int64_t maker = maker_of("ANZHEN MEDICAL INC", "review", FIRM_A, "R15");
    world_approve(
        &world, (struct approval_row){.number = "K260001", .decided = "2026-03-10", .maker = maker});
    assert_string_equal(outcome("K260001", "1"), "review 0 none"); /* a related company's name is a hint */
    record("entities", FIRM_A "|Anzhen Medical, Inc.|US", FIRM_A, "",
        "{\"name\":\"Anzhen Medical, "
        "Inc.\",\"country\":\"US\",\"relation\":\"subsidiary\",\"share\":\"100\",\"from\":"
        "\"2020-01-01\"}");
    assert_string_equal(outcome("K260001", "1"), "pending 0 none");
    assert_string_equal(rule_of("K260001", "1", "R07"), "pass");
    list_product("FDA", "K260001", "P1", "2026-03-10");
    declare("FDA", "P1");
    assert_string_equal(outcome("K260001", "1"), "pending 0 none");
    sell("S1", "P1", "US", "2026-05-04", ",\"buyer\":\"ANZHEN MEDICAL INC.\"");
    assert_string_equal(outcome("K260001", "1"), "review 0 none"); /* to the own subsidiary */
    assert_string_equal(rule_of("K260001", "1", "R12"), "review");
    sell("S2", "P1", "US", "2026-05-20", ",\"seller\":\"Anzhen Medical Inc\",\"buyer\":\"Mercy Hospital\"");
    assert_string_equal(outcome("K260001", "1"), "eligible 0 none");
    spend("C1", "K260001", "P1@100", "26067.00", "USD");
    assert_string_equal(outcome("K260001", "1"), "eligible 0 partial"); /* no rate yet */
    assert_string_equal(rule_of("K260001", "1", "R23"), "missing");
    record("fx", "USD|2026-02-02|direct", "", "",
        "{\"currency\":\"USD\",\"date\":\"2026-02-02\",\"rate\":\"697.25\",\"quote\":\"direct\"}");
    assert_string_equal(
        outcome("K260001", "1"), "eligible 18175215 scenario"); /* 26,067 x 6.9725 = 181,752.1575 */
    everything_verifies();
}

/* --- 1, second half: a certificate over three products ---------------------------------------------------
 */

static void a_certificate_over_three_products_is_withdrawn_after_payment(void **state)
{
    (void)state;
    int64_t maker = maker_of("Beijing Anzhen Medical Co., Ltd.", "auto", FIRM_A, "A1");
    world_product(&world, "P2", FIRM_A);
    world_product(&world, "P3", FIRM_A);
    struct approval_row mdr = {.authority = "CE",
        .number = "MDR-7",
        .route = "ce-mdr",
        .decided = "2026-03-10",
        .maker = maker,
        .product_code = "",
        .device = "Pumps"};
    world_approve(&world, mdr);
    assert_string_equal(outcome("MDR-7", "1"), "pending 0 none");
    list_product("CE", "MDR-7", "P1", "2026-03-10");
    list_product("CE", "MDR-7", "P2", "2026-03-10");
    list_product("CE", "MDR-7", "P3", "2026-03-10");
    world_approve(&world, (struct approval_row){.authority = "CE",
                              .number = "MDD-2019",
                              .route = "ce-mdr",
                              .decided = "2019-05-01",
                              .maker = maker,
                              .product_code = "",
                              .device = "Pump"});
    list_product("CE", "MDD-2019", "P3", "2019-05-01"); /* the third had one before */
    for (int i = 1; i <= 3; i++) {
        char product[16], sale[16];
        snprintf(product, sizeof product, "P%d", i);
        snprintf(sale, sizeof sale, "S%d", i);
        declare("CE", product);
        sell(sale, product, "DE", "2026-06-01", "");
    }
    record("entities", FIRM_A "|Anzhen Medical, Inc.|US", FIRM_A, "",
        "{\"name\":\"Anzhen Medical, "
        "Inc.\",\"country\":\"US\",\"relation\":\"subsidiary\",\"share\":\"100\",\"from\":"
        "\"2020-01-01\"}");
    spend("C1", "MDR-7", "P1@50|P2@30|P3@20", "100000.01", "CNY");
    assert_string_equal(outcome("MDR-7", "1"), "eligible 5000000 scenario");
    assert_string_equal(outcome("MDR-7", "2"), "eligible 3000000 scenario");
    assert_string_equal(outcome("MDR-7", "3"), "review 0 none");
    assert_string_equal(rule_of("MDR-7", "3", "R06"), "review");
    assert_string_equal(outcome("MDD-2019", "1"), "out_of_window 0 none");
    world_local(&world,
        (struct local_row){.kind = "payments",
            .key = "Z1",
            .case_id = "M13-2026-00001",
            .fields = "{\"policy\":\"M13\",\"kind\":\"pay\",\"amount_cny\":\"30000\",\"batch\":\"2027-1\"}"});
    assert_string_equal(outcome("MDR-7", "1"), "eligible 3000000 complete");
    mdr.status = "withdrawn";
    world_approve(&world, mdr);
    size_t told = world.told_count;
    assert_string_equal(
        outcome("MDR-7", "1"), "eligible 3000000 complete"); /* what is paid, no reckoning takes back */
    assert_string_equal(value_of(&world, "SELECT d.verdict || ' ' || d.cause FROM case_difference d "
                                         "JOIN case_file f ON f.id = d.case_file "
                                         "WHERE f.case_id = 'M13-2026-00001'"),
        "excluded approval");
    assert_true(world.told_count > told);
    assert_string_equal(world.told[told].kind, "difference"); /* the desk hears of it */
    assert_string_equal(world.told[told].verdict, "excluded");
    assert_string_equal(outcome("MDR-7", "2"), "excluded 0 none");
    everything_verifies();
}

/* --- 2: a monitor in Japan, through an independent local holder ------------------------------------------
 */

static void a_monitor_is_approved_in_japan_through_a_local_holder(void **state)
{
    (void)state;
    int64_t maker = maker_of("Nihon Kiki Hanbai K.K.", "none", "", "");
    world_approve(&world, (struct approval_row){.authority = "PMDA",
                              .number = "30800BZX00012000",
                              .route = "pmda-shonin",
                              .decided = "2026-02",
                              .maker = maker});
    assert_string_equal(
        outcome("30800BZX00012000", "1"), "no case"); /* the register shows the holder alone */
    list_product("PMDA", "30800BZX00012000", "P1", "2026-02-10");
    assert_string_equal(outcome("30800BZX00012000", "1"), "review 0 none");
    assert_string_equal(rule_of("30800BZX00012000", "1", "R07"), "review");
    world_match(&world, maker, "auto", FIRM_A, "H1"); /* an officer has looked */
    assert_string_equal(outcome("30800BZX00012000", "1"), "pending 0 none");
    declare("PMDA", "P1");
    sell("S1", "P1", "JP", "2026-02", ""); /* before or after? */
    assert_string_equal(outcome("30800BZX00012000", "1"), "pending 0 none");
    assert_string_equal(rule_of("30800BZX00012000", "1", "R11"), "missing");
    sell("S1", "P1", "JP", "2026-03", "");
    assert_string_equal(outcome("30800BZX00012000", "1"), "eligible 0 none");
    everything_verifies();
}

/* --- 3: an IVD reader through two Brazilian holders ------------------------------------------------------
 */

static void a_reader_is_registered_in_brazil_by_two_holders(void **state)
{
    (void)state;
    int64_t maker = maker_of("Beijing Anzhen Medical Co., Ltd.", "auto", FIRM_A, "A1");
    struct approval_row first = {.authority = "ANVISA",
        .number = "80000000001",
        .route = "anvisa-registro",
        .decided = "2026-01-12",
        .maker = maker,
        .product_code = "",
        .device = "Leitor de imunoensaio"};
    world_approve(&world, first);
    list_product("ANVISA", "80000000001", "P1", "2026-01-12");
    declare("ANVISA", "P1");
    sell("S1", "P1", "BR", "2026-02-01", "");
    assert_string_equal(outcome("80000000001", "1"), "eligible 0 none");
    first.number = "80000000002";
    first.decided = "2026-03-12";
    world_approve(&world, first); /* the same device, under the second holder */
    assert_string_equal(outcome("80000000002", "1"), "review 0 none");
    assert_string_equal(rule_of("80000000002", "1", "R06"), "review");
    assert_string_equal(outcome("80000000001", "1"), "eligible 0 none");
    rule_is_answered("80000000002", "1", "R06", REVIEW_REJECT); /* the same device, says the officer */
    assert_string_equal(outcome("80000000002", "1"), "excluded 0 none");
    assert_string_equal(outcome("80000000001", "1"), "eligible 0 none");
    first.number = "80000000003";
    first.route = "anvisa-notificacao";
    first.device = "Tira reagente";
    world_approve(&world, first);
    assert_string_equal(outcome("80000000003", "1"), "review 0 none");
    assert_string_equal(rule_of("80000000003", "1", "R05"), "review");
    assert_string_equal(rule_of("80000000001", "1", "R04"), "pass");
    everything_verifies();
}

/* --- 4: a WHO prequalification with a year only ----------------------------------------------------------
 */

static void a_prequalification_has_a_year_and_no_market_of_its_own(void **state)
{
    (void)state;
    int64_t maker = maker_of("Beijing Anzhen Medical Co., Ltd.", "auto", FIRM_A, "A1");
    struct approval_row listed = {.authority = "WHO",
        .number = "PQDx-0555",
        .route = "who-prequalification",
        .decided = "2025",
        .maker = maker};
    world_approve(&world, listed);
    list_product("WHO", "PQDx-0555", "P1", "2026");
    declare("WHO", "P1");
    assert_string_equal(outcome("PQDx-0555", "1"), "pending 0 none"); /* before or after 2025-11-24? */
    assert_string_equal(rule_of("PQDx-0555", "1", "R02"), "missing");
    struct local_row letter = {.kind = "approvals",
        .key = "WHO|PQDx-0555",
        .uscc = FIRM_A,
        .authority = "WHO",
        .number = "PQDx-0555",
        .fields = "{\"decision_date\":\"2025-12-04\"}"};
    world_local(&world, letter); /* the letter of WHO tells the day */
    assert_string_equal(outcome("PQDx-0555", "1"), "pending 0 none");
    assert_string_equal(rule_of("PQDx-0555", "1", "R02"), "pass");
    listed.decided = "2026"; /* every day of it is in the window */
    world_approve(&world, listed);
    sell("S1", "P1", "KE", "2027-01-05", "");
    assert_string_equal(outcome("PQDx-0555", "1"), "review 0 none");
    assert_string_equal(rule_of("PQDx-0555", "1", "R13"), "review");
    sell("S2", "P1", "KE", "2027-02-05", ",\"buyer\":\"UNICEF Supply Division\"");
    assert_string_equal(outcome("PQDx-0555", "1"), "eligible 0 none");
    everything_verifies();
}

/* --- 5: one firm leaves Beijing, another comes -----------------------------------------------------------
 */

static void firm_with(const char *more)
{
    char fields[256];
    snprintf(
        fields, sizeof fields, "{\"uscc\":\"" FIRM_A "\",\"name_zh\":\"北京安诊医疗科技有限公司\"%s}", more);
    record("firms", FIRM_A, FIRM_A, "", fields);
}

static void firms_move_out_of_beijing_and_into_it(void **state)
{
    (void)state;
    world_eligible(&world);
    firm_with(",\"beijing_from\":\"2015-05-01\",\"district\":\"海淀区\"");
    assert_string_equal(outcome("K260001", "1"), "eligible 0 none");
    firm_with(
        ",\"beijing_from\":\"2015-05-01\",\"beijing_to\":\"2026-06-30\",\"status\":\"moved-out\""); /* to
                                                                                                       Suzhou
                                                                                                     */
    assert_string_equal(outcome("K260001", "1"), "review 0 none");
    assert_string_equal(rule_of("K260001", "1", "R08"), "review");
    firm_with(",\"beijing_from\":\"2026-03-10\",\"district\":\"经开区\""); /* from Tianjin, on the day of the
                                                                              decision */
    assert_string_equal(outcome("K260001", "1"), "eligible 0 none");
    firm_with(",\"beijing_from\":\"2026-03-11\",\"district\":\"经开区\"");
    assert_string_equal(outcome("K260001", "1"), "review 0 none");
    firm_with(",\"beijing_from\":\"2026-03\",\"district\":\"经开区\"");
    assert_string_equal(outcome("K260001", "1"), "pending 0 none");
    everything_verifies();
}

/* --- 6: two firms claim one approval ---------------------------------------------------------------------
 */

static void two_firms_claim_one_approval(void **state)
{
    (void)state;
    world_eligible(&world);
    spend("C1", "K260001", "P1@100", "1000", "CNY");
    record("entities", FIRM_A "|Anzhen Medical, Inc.|US", FIRM_A, "",
        "{\"name\":\"Anzhen Medical, "
        "Inc.\",\"country\":\"US\",\"relation\":\"subsidiary\",\"share\":\"100\",\"from\":"
        "\"2020-01-01\"}");
    assert_string_equal(outcome("K260001", "1"), "eligible 100000 scenario");
    world_firm(&world, FIRM_B, "北京安真医疗器械有限公司");
    world_product(&world, "P9", FIRM_B);
    list_product("FDA", "K260001", "P9", "2026-03-10");
    world_decide(&world, FIRM_B);
    assert_string_equal(outcome("K260001", "1"), "review 0 none");
    assert_string_equal(outcome("K260001", "2"), "review 0 none");
    assert_string_equal(rule_of("K260001", "2", "R07"), "review");
    rule_is_answered("K260001", "1", "R07", REVIEW_ACCEPT); /* the officer settles it ... */
    rule_is_answered("K260001", "2", "R07", REVIEW_REJECT);
    assert_string_equal(outcome("K260001", "1"), "eligible 100000 scenario");
    world_decide(&world, FIRM_B);
    assert_string_equal(outcome("K260001", "2"), "excluded 0 none");
    everything_verifies();
    world_drop_scope(&world, "K260001",
        "P9"); /* ... and the other firm takes its claim back: settled in favour of the first */
    world_decide(&world, FIRM_B);
    assert_string_equal(outcome("K260001", "1"), "eligible 100000 scenario");
    everything_verifies();
}

int main(void)
{
    world_clock();
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
    const struct CMUnitTest tests[] = {
        CLAIM(a_us_subsidiary_clears_a_device),
        CLAIM(a_certificate_over_three_products_is_withdrawn_after_payment),
        CLAIM(a_monitor_is_approved_in_japan_through_a_local_holder),
        CLAIM(a_reader_is_registered_in_brazil_by_two_holders),
        CLAIM(a_prequalification_has_a_year_and_no_market_of_its_own),
        CLAIM(firms_move_out_of_beijing_and_into_it),
        CLAIM(two_firms_claim_one_approval),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
