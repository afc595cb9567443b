/* The ledger, the caps, and what approvals cover. */
#include "world.h"

#include "m13/publish.h"
#include "m13/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct world world;

static int open_world(void **state)
{
    (void)state;
    world_open(&world);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    world_close(&world);
    return 0;
}

/* An entry of the ledger of the firm's product P0, or of a case. */
static void pay(const char *id, const char *case_id, const char *fields)
{
    store_write(world.store);
    query_run(query_bind(
        query(world.store,
            "INSERT INTO local_record (kind, key, version, seq_from, uscc, product_id, case_id, assurance, "
            "fields, file, row) VALUES ('payments', ?1, 1, 1, iif(?2 = '', '" FIRM
            "', ''), iif(?2 = '', 'P0', ''), ?2, 'documented', ?3, 1, 9)"),
        "ttt", id, case_id, fields));
}

static void change(const char *sql)
{
    store_write(world.store);
    query_run(query(world.store, sql));
}

#define ENTRY(kind, yuan, batch, year)                                                                       \
    "{\"policy\":\"M13\",\"kind\":\"" kind "\",\"amount_cny\":\"" yuan "\",\"batch\":\"" batch               \
    "\",\"decision_year\":\"" year "\"}"
#define ENTRY_OF_NO_YEAR(kind, yuan) "{\"policy\":\"M13\",\"kind\":\"" kind "\",\"amount_cny\":\"" yuan "\"}"

static void entry_of_the_ledger_is_in_fen_whatever_its_point(void **state)
{
    (void)state;
    pay("Z1", "", ENTRY("pay", "12", "2027-1", "2026"));
    pay("Z2", "", ENTRY("pay", "12.3", "2027-1", "2026"));
    pay("Z3", "", ENTRY("pay", "90071992547409.93", "2027-1", "2026"));
    assert_string_equal(
        world_selected(&world, "bi_ledger", "group_concat(payment_id || '=' || amount, ' ')", "1"),
        "Z0=25000050 Z1=1200 Z2=1230 Z3=9007199254740993");
    assert_string_equal(world_selected(&world, "bi_ledger",
                            "batch_year || ' ' || decision_year || ' ' || paid_date || ' ' || firm_name",
                            "payment_id = 'Z0'"),
        "2027 2026 2027-06-30 北京晨星医疗");
}

static void entry_that_names_a_case_takes_its_firm_product_and_year(void **state)
{
    (void)state;
    world_approval(&world, "K260001", "auto", 20522, 20522);
    world_case(&world, "K260001", "declaration");
    char case_id[64];
    change("UPDATE case_version SET product_id = 'P7'");
    struct query *q = query(world.store, "SELECT case_id FROM case_file");
    snprintf(case_id, sizeof case_id, "%s", query_next(q) ? query_text(q, 0) : "");
    query_end(q);
    pay("Z1", case_id, ENTRY_OF_NO_YEAR("reserve", "100.00"));
    assert_string_equal(
        world_selected(&world, "bi_ledger",
            "uscc || ' ' || product_id || ' ' || decision_year || ' ' || coalesce(batch_year, '-')",
            "payment_id = 'Z1'"),
        FIRM " P7 2026 -");
}

static void reservation_that_was_paid_is_committed_once(void **state)
{
    (void)state;
    pay("Z1", "", ENTRY("reserve", "300000.50", "2027-1", "2026"));
    pay("Z2", "", ENTRY("recover", "50000.00", "2027-1", "2026"));
    assert_string_equal(
        world_selected(&world, "bi_product", "committed || ' ' || room || ' ' || cap", "product_id = 'P0'"),
        "25000050 74999950 100000000"); /* 300,000.50 reserved, less 50,000 */
    assert_string_equal(world_selected(&world, "bi_firm_year", "committed || ' ' || room", "year = 2026"),
        "25000050 274999950");
}

static void year_keeps_its_cap_by_decision_and_by_batch(void **state)
{
    (void)state;
    assert_string_equal(
        world_selected(&world, "bi_firm_year",
            "group_concat(year || ': ' || committed || ' ' || committed_in_batches || ' ' || room, '; ')",
            "1"),
        "2026: 25000050 0 274999950; 2027: 0 25000050 274999950");
}

static void entry_of_no_year_takes_room_in_each_and_gives_back_in_none(void **state)
{
    (void)state;
    pay("Z1", "", ENTRY_OF_NO_YEAR("pay", "1000000"));
    assert_string_equal(
        world_selected(&world, "bi_firm_year", "group_concat(year || ': ' || room, '; ')", "1"),
        "2026: 174999950; 2027: 174999950");
    pay("Z2", "", ENTRY_OF_NO_YEAR("recover", "1500000"));
    assert_string_equal(
        world_selected(&world, "bi_firm_year", "group_concat(year || ': ' || room, '; ')", "1"),
        "2026: 274999950; 2027: 274999950");
}

static void room_is_never_below_nothing(void **state)
{
    (void)state;
    pay("Z1", "", ENTRY("pay", "9000000", "2026-2", "2026"));
    assert_string_equal(
        world_selected(&world, "bi_firm_year", "room || ' ' || room_cny", "year = 2026"), "0 0.0");
    assert_string_equal(world_selected(&world, "bi_product", "room", "product_id = 'P0'"), "0");
}

static void other_policies_money_takes_no_room(void **state)
{
    (void)state;
    pay("Z1", "",
        "{\"policy\":\"HD\",\"kind\":\"pay\",\"amount_cny\":\"900000\",\"decision_year\":\"2026\"}");
    assert_string_equal(world_selected(&world, "bi_firm_year", "room", "year = 2026"), "274999950");
    assert_string_equal(world_selected(&world, "bi_product", "room", "product_id = 'P0'"), "74999950");
    assert_string_equal(world_selected(&world, "bi_ledger", "policy", "payment_id = 'Z1'"), "HD");
}

static void estimates_of_pending_cases_are_a_figure_of_their_own(void **state)
{
    (void)state;
    world_approval(&world, "K260001", "auto", 20522, 20522); /* 2026-03-10 */
    world_approval(&world, "K260002", "auto", 20522, 20522);
    world_case(&world, "K260001", "declaration");
    world_case(&world, "K260002", "declaration");
    change("UPDATE case_version SET verdict = 'eligible', award = 777 WHERE case_file = 1");
    assert_string_equal(world_selected(&world, "bi_firm_year",
                            "estimated || ' ' || estimated_pending || ' ' || cases", "year = 2026"),
        "777 12345 2");
    change("INSERT INTO batch (id, name, year, cutoff_day, state, opened_at, opened_by) "
           "VALUES (1, '2027-1', 2027, 20600, 'frozen', 0, 'x')");
    change("INSERT INTO batch_case (case_file, batch, version, award, facts_hash) "
           "VALUES (1, 1, 1, 777, '')");
    assert_string_equal(/* what is frozen is committed, and no estimate any more */
        world_selected(&world, "bi_firm_year", "estimated || ' ' || committed", "year = 2026"), "0 25000827");
    assert_string_equal(world_selected(&world, "bi_ledger", "kind || ' ' || amount || ' ' || batch_year",
                            "payment_id LIKE 'batch%'"),
        "reserve 777 2027");
}

static void approval_of_a_firm_is_shown_with_its_holder_where_that_is_another(void **state)
{
    (void)state;
    world_approval(&world, "K260001", "auto", 20522, 20522);
    world_approval(&world, "K260002", "none", 20522, 20522);
    change("UPDATE approval_version SET holder = 'Sponsor Pty'");
    assert_string_equal(world_selected(&world, "bi_approval",
                            "group_concat(number || ' ' || uscc || ' ' || holder || ' ' || listed)", "1"),
        "K260001 " FIRM " Sponsor Pty 1");
    change("UPDATE approval_version SET holder = (SELECT name FROM maker WHERE id = maker)");
    change("UPDATE approval SET gone_at = 1, purpose = 'approvals'");
    assert_string_equal(
        world_selected(&world, "bi_approval", "'<' || holder || '> ' || listed", "1"), "<> 0");
    change("UPDATE approval SET purpose = 'evidence'");
    assert_string_equal(world_selected(&world, "bi_approval", "count(*)", "1"), "0");
}

static void scope_without_an_approval_waits_for_it(void **state)
{
    (void)state;
    assert_string_equal(
        world_selected(&world, "bi_scope",
            "authority || ' ' || number || ' ' || uscc || ' <' || case_id || '> ' || in_scope_from", "1"),
        "CE G1 " FIRM " <> 2026-05");
}

static void authority_without_a_register_is_told_as_one(void **state)
{
    (void)state;
    world_feed(&world, "fda-510k", "", true, NOW);
    world_feed(&world, "fda-pma", "", true, 0);
    assert_string_equal(
        world_selected(&world, "bi_authority",
            "coverage || ' ' || feeds || ' ' || feeds_stale || ' ' || markets", "authority = 'FDA'"),
        "feed 2 1 US PR");
    assert_string_equal(
        world_selected(&world, "bi_authority",
            "coverage || ' ' || feeds || ' ' || coverage_zh || '；' || limits_zh", "authority = 'EDA'"),
        "no-register 0 没有可供机器读取的公开登记；以企业提供的批件为准；查不到批准不说明没有批准");
}

#define OF_NUMBER(number)                                                                                    \
    "(SELECT v.maker FROM approval_version v JOIN approval a ON a.id = v.approval WHERE a.number = '" number \
    "')"

static void maker_in_beijing_counts_once_and_as_claimed_where_a_firm_has_it(void **state)
{
    (void)state;
    static const char *const numbers[] = {"K1", "K2", "K3", "K4", "K5", "G1"};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        world_approval(&world, numbers[i], string_equal(numbers[i], "K1") ? "auto" : "none", 20522, 20522);
    change("UPDATE match SET band = 'review', uscc = '" FIRM "' WHERE maker = " OF_NUMBER("K2"));
    change(
        "UPDATE match SET band = 'auto', uscc = 'SRN:CN-MF-000000001', beijing = 0 WHERE maker = " OF_NUMBER(
            "K3"));
    change("UPDATE match SET beijing = 0 WHERE maker = " OF_NUMBER("K5"));
    /* The same spelling, at an address of its own and in another register. */
    change("UPDATE maker SET name = 'MAKER OF K1', city = 'Peking' WHERE id = " OF_NUMBER("K4"));
    change("UPDATE maker SET name = 'maker of K1', city = 'Pechino' WHERE id = " OF_NUMBER("G1"));
    change("UPDATE approval SET authority = 'EDA' WHERE number = 'G1'");
    assert_string_equal(
        world_selected(&world, "bi_authority",
            "group_concat(authority || ' ' || beijing_makers || ' ' || beijing_claimed || ' ' || "
            "beijing_review, ', ')",
            "beijing_makers > 0"),
        "FDA 3 1 1, EDA 1 0 0");
    assert_string_equal(
        world_selected(&world, "bi_meta", "group_concat(name || ' ' || value, ', ')", "name LIKE 'beijing%'"),
        "beijing_makers 3, beijing_claimed 1");
}

static void case_tells_until_when_and_what_is_at_stake(void **state)
{
    (void)state;
    world_approval(&world, "K260001", "auto", 20522, 20522);
    world_case(&world, "K260001", "declaration");
    assert_string_equal(
        world_selected(&world, "bi_case", "at_stake || ' ' || coalesce(supply_until, '-')", "1"), "12345 -");
    change("UPDATE case_version SET award = 0");
    change("INSERT INTO parameter VALUES ('filing-window', NULL, NULL, '2027-03-01..2027-04-30', "
           "'application', 0, '通知', 'R01')");
    assert_string_equal(
        world_selected(&world, "bi_case", "at_stake || ' ' || supply_until", "1"), "100000000 2027-04-30");
    change("UPDATE case_version SET verdict = 'excluded'");
    assert_string_equal(world_selected(&world, "bi_case",
                            "coalesce(at_stake, '-') || ' ' || coalesce(supply_until, '-')", "1"),
        "- -");
}

int main(void)
{
#define CLAIM(claim) cmocka_unit_test_setup_teardown(claim, open_world, close_world)
    const struct CMUnitTest tests[] = {
        CLAIM(entry_of_the_ledger_is_in_fen_whatever_its_point),
        CLAIM(entry_that_names_a_case_takes_its_firm_product_and_year),
        CLAIM(reservation_that_was_paid_is_committed_once),
        CLAIM(year_keeps_its_cap_by_decision_and_by_batch),
        CLAIM(entry_of_no_year_takes_room_in_each_and_gives_back_in_none),
        CLAIM(room_is_never_below_nothing),
        CLAIM(other_policies_money_takes_no_room),
        CLAIM(estimates_of_pending_cases_are_a_figure_of_their_own),
        CLAIM(approval_of_a_firm_is_shown_with_its_holder_where_that_is_another),
        CLAIM(scope_without_an_approval_waits_for_it),
        CLAIM(authority_without_a_register_is_told_as_one),
        CLAIM(maker_in_beijing_counts_once_and_as_claimed_where_a_firm_has_it),
        CLAIM(case_tells_until_when_and_what_is_at_stake),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
