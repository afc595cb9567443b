#include "world.h"

#include "m13/clock.h"
#include "m13/digest.h"
#include "m13/journal.h"
#include "m13/parameters.h"
#include "m13/record.h"

#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void world_clock(void)
{
    int64_t wall;
    if (clock_parse("2026-11-22T16:00:00+08:00", &wall) != 0)
        abort();
    clock_override(wall);
}

/* --- the house ------------------------------------------------------------------------------------------ */

static void keep_change(const struct case_change *change, void *context)
{
    struct world *world = context;
    assert_true(world->told_count < sizeof world->told / sizeof world->told[0]);
    struct told *told = &world->told[world->told_count++];
    snprintf(told->case_id, sizeof told->case_id, "%s", change->case_id);
    snprintf(told->uscc, sizeof told->uscc, "%s", change->uscc);
    snprintf(told->kind, sizeof told->kind, "%s", change->kind);
    snprintf(told->old_verdict, sizeof told->old_verdict, "%s", change->old_verdict);
    snprintf(told->verdict, sizeof told->verdict, "%s", verdict_names[change->verdict->verdict].code);
    told->first_load = change->first_load;
    told->seq = change->seq;
}

static void open_rooms(struct world *world)
{
    struct failure failure = {0};
    scratch_store(world->folder);
    if (store_open(world->folder, STORE_WRITER, &world->store, &failure) != 0)
        fail_msg("%s", failure.text);
    world->casework =
        casework_new(world->store, &world->config, &(struct casework_events){keep_change, world});
    world->work = work_new(world->store);
    casework_register_work(world->casework, world->work);
}

static void close_rooms(struct world *world)
{
    casework_free(world->casework);
    work_free(world->work);
    store_close(world->store);
}

static int64_t add_poll(struct world *world, const char *kind)
{
    store_write(world->store);
    query_run(query_bind(query(world->store, "INSERT INTO poll (feed, kind, state, started_at) VALUES "
                                             "('fda-510k', ?, 'applied', 0)"),
        "t", kind));
    return store_last_id(world->store);
}

void world_open(struct world *world)
{
    *world = (struct world){.folder = scratch_new()};
    world->config.parameters = parameters_default();
    open_rooms(world);
    world->history = add_poll(world, "history");
    world->poll = add_poll(world, "window");
    store_write(world->store);
    query_run(
        query(world->store, "INSERT INTO local_file (id, name, sha256, kind, delivered_by, taken_at, state) "
                            "VALUES (1, 'a.csv', '', 'firms', 'inbox', 0, 'applied')"));
    world_work(world);
    store_commit(world->store);
}

void world_reopen(struct world *world)
{
    close_rooms(world);
    world->told_count = 0;
    open_rooms(world);
}

void world_close(struct world *world)
{
    close_rooms(world);
    parameters_free(world->config.parameters);
    scratch_remove(world->folder);
}

/* --- registers ------------------------------------------------------------------------------------------ */

static int64_t entry(struct world *world, const char *kind)
{
    return journal_append(world->store, "test", kind, "", "{}");
}

int64_t world_maker(struct world *world, const char *name)
{
    store_write(world->store);
    query_run(query_bind(query(world->store, "INSERT INTO maker (name, country, city, postcode, identifiers) "
                                             "VALUES (?, 'CN', 'Beijing', '100176', '')"),
        "t", name));
    return store_last_id(world->store);
}

void world_match(struct world *world, int64_t maker, const char *band, const char *uscc, const char *rule)
{
    int64_t seq = entry(world, "match");
    int64_t version =
        store_value(world->store, 0, "SELECT max(version) FROM match WHERE maker = ?", "i", maker);
    query_run(
        query_bind(query(world->store, "UPDATE match SET seq_to = ? WHERE maker = ? AND seq_to IS NULL"),
            "ii", seq, maker));
    query_run(
        query_bind(query(world->store,
                       "INSERT INTO match (maker, version, seq_from, band, uscc, rule, score, beijing, why) "
                       "VALUES (?, ?, ?, ?, ?, ?, 900, 1, '')"),
            "iiittt", maker, version + 1, seq, band, uscc, rule));
}

static const char *or_else(const char *value, const char *ordinary)
{
    return value != NULL ? value : ordinary;
}

static void fill_record(
    struct world *world, const struct approval_row *row, struct record *record, char name[256])
{
    struct query *q = query_bind(query(world->store, "SELECT name FROM maker WHERE id = ?"), "i", row->maker);
    snprintf(name, 256, "%s", query_next(q) ? query_text(q, 0) : "");
    query_end(q);
    for (int field = 0; field < RECORD_FIELDS; field++)
        record->value[field] = "";
    record->value[RECORD_AUTHORITY] = or_else(row->authority, "FDA");
    record->value[RECORD_NUMBER] = row->number;
    record->value[RECORD_PARENT] = or_else(row->parent, "");
    record->value[RECORD_ROUTE] = or_else(row->route, "510k");
    record->value[RECORD_STATUS] = or_else(row->status, "active");
    record->value[RECORD_MANUFACTURER] = record->value[RECORD_HOLDER] = name;
    record->value[RECORD_COUNTRY] = "CN";
    record->value[RECORD_DEVICE] = or_else(row->device, "Infusion pump");
    record->value[RECORD_PRODUCT_CODE] = or_else(row->product_code, "FRN");
    record->value[RECORD_DECISION_DATE] = row->decided;
    record->value[RECORD_UDI_DI] = or_else(row->udi_di, "");
    record->value[RECORD_PREDECESSOR] = or_else(row->predecessor, "");
    record->value[RECORD_SOURCE_ROUTE] = or_else(row->source_route, "");
    if (date_parse(row->decided, DATE_FORM_ISO, &record->decision) != 0)
        record->decision = DATE_NONE;
}

static int64_t approval_of(struct world *world, const struct record *record, bool first_load)
{
    const char *authority = record->value[RECORD_AUTHORITY], *number = record->value[RECORD_NUMBER];
    int64_t poll = first_load ? world->history : world->poll;
    int64_t known = store_value(world->store, 0, "SELECT id FROM approval WHERE authority = ? AND number = ?",
        "tt", authority, number);
    if (known != 0)
        return known;
    query_run(query_bind(query(world->store, "INSERT INTO approval (authority, number, feed, first_seen_at, "
                                             "first_poll) VALUES (?, ?, 'fda-510k', ?, ?)"),
        "ttii", authority, number, clock_wall(), poll));
    known = store_last_id(world->store);
    return known;
}

int64_t world_approve(struct world *world, struct approval_row row)
{
    struct record record = {0};
    struct text line = TEXT_WITH_CEILING(65536);
    char name[256], hash[DIGEST_HEX_BYTES];
    fill_record(world, &row, &record, name);
    record_write(&record, &line);
    int64_t seq = entry(world, "poll");
    int64_t approval = approval_of(world, &record, row.first_load);
    int64_t version = store_value(
        world->store, 0, "SELECT max(version) FROM approval_version WHERE approval = ?", "i", approval);
    query_run(query_bind(
        query(world->store, "UPDATE approval_version SET seq_to = ? WHERE approval = ? AND seq_to IS NULL"),
        "ii", seq, approval));
    query_run(query_bind(
        query(world->store, "INSERT INTO approval_version (approval, version, seq_from, payload, row, "
                            "content, maker, route, status, "
                            "holder, device, product_code, parent, decision_first, decision_last, record) "
                            "VALUES (?, ?, ?, 1, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
        "iiitittttttddt", approval, version + 1, seq, digest_hex_of(line.bytes, line.length, hash), row.maker,
        record.value[RECORD_ROUTE], record.value[RECORD_STATUS], name, record.value[RECORD_DEVICE],
        record.value[RECORD_PRODUCT_CODE], record.value[RECORD_PARENT], record.decision.first,
        record.decision.last, text_string(&line)));
    text_free(&line);
    return approval;
}

void world_vanish(struct world *world, const char *number)
{
    store_write(world->store);
    query_run(
        query_bind(query(world->store, "UPDATE approval SET gone_at = 1 WHERE number = ?"), "t", number));
}

/* --- local records -------------------------------------------------------------------------------------- */

void world_local(struct world *world, struct local_row row)
{
    int64_t seq = entry(world, "import");
    int64_t version = store_value(world->store, 0,
        "SELECT max(version) FROM local_record WHERE kind = ? AND key = ?", "tt", row.kind, row.key);
    query_run(
        query_bind(query(world->store, "UPDATE local_record SET seq_to = ? WHERE kind = ? AND key = ? AND "
                                       "seq_to IS NULL"),
            "itt", seq, row.kind, row.key));
    query_run(query_bind(
        query(world->store,
            "INSERT INTO local_record (kind, key, version, seq_from, uscc, product_id, "
            "authority, number, assurance, "
            "withdrawn, fields, case_id, file, row) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, "
            "1)"),
        "ttiitttttitt", row.kind, row.key, version + 1, seq, or_else(row.uscc, ""),
        or_else(row.product_id, ""), or_else(row.authority, ""), or_else(row.number, ""),
        or_else(row.assurance, "documented"), (int64_t)row.withdrawn, row.fields, or_else(row.case_id, "")));
}

void world_firm(struct world *world, const char *uscc, const char *name_zh)
{
    char fields[256];
    snprintf(fields, sizeof fields, "{\"uscc\":\"%s\",\"name_zh\":\"%s\",\"beijing_from\":\"2018\"}", uscc,
        name_zh);
    world_local(world, (struct local_row){.kind = "firms", .key = uscc, .uscc = uscc, .fields = fields});
}

void world_product(struct world *world, const char *product_id, const char *uscc)
{
    char fields[256];
    snprintf(fields, sizeof fields,
        "{\"product_id\":\"%s\",\"name_zh\":\"输注泵\",\"udi_di\":\"0697%s|0698%s\"}", product_id, product_id,
        product_id);
    world_local(world,
        (struct local_row){
            .kind = "products", .key = product_id, .uscc = uscc, .product_id = product_id, .fields = fields});
}

static void put_scope(struct world *world, const char *authority, const char *number, const char *product_id,
    const char *from, bool withdrawn)
{
    char key[128], fields[128];
    snprintf(key, sizeof key, "%s|%s|%s", authority, number, product_id);
    snprintf(fields, sizeof fields, "{\"in_scope_from\":\"%s\"}", from);
    world_local(world, (struct local_row){.kind = "scopes",
                           .key = key,
                           .product_id = product_id,
                           .authority = authority,
                           .number = number,
                           .fields = fields,
                           .withdrawn = withdrawn});
}

void world_scope(struct world *world, const char *number, const char *product_id)
{
    put_scope(world, "FDA", number, product_id, "2026-03-10", false);
}

void world_drop_scope(struct world *world, const char *number, const char *product_id)
{
    put_scope(world, "FDA", number, product_id, "2026-03-10", true);
}

void world_list(struct world *world, const char *number, const char *product_id, const char *from)
{
    put_scope(world, "CE", number, product_id, from, from[0] == '\0');
}

void world_declare(struct world *world, const char *uscc, const char *product_id)
{
    char key[128];
    snprintf(key, sizeof key, "%s|%s|FDA", uscc, product_id);
    world_local(world, (struct local_row){.kind = "declarations",
                           .key = key,
                           .uscc = uscc,
                           .product_id = product_id,
                           .authority = "FDA",
                           .fields = "{\"first_approval\":\"yes\",\"signed_on\":\"2026-04-01\"}"});
}

static void put_sale(struct world *world, const char *sale_id, const char *uscc, const char *product_id,
    const char *country, const char *date, const char *amount, const char *currency, const char *return_of)
{
    char fields[512];
    snprintf(fields, sizeof fields,
        "{\"sale_id\":\"%s\",\"country\":\"%s\",\"date\":\"%s\",\"amount\":\"%s\",\"currency\":\"%s\"%s%s%s}",
        sale_id, country, date, amount, currency, return_of != NULL ? ",\"return_of\":\"" : "",
        or_else(return_of, ""), return_of != NULL ? "\"" : "");
    world_local(world,
        (struct local_row){
            .kind = "sales", .key = sale_id, .uscc = uscc, .product_id = product_id, .fields = fields});
}

void world_sell(struct world *world, const char *sale_id, const char *uscc, const char *product_id,
    const char *country, const char *date, const char *amount)
{
    put_sale(world, sale_id, uscc, product_id, country, date, amount, "USD", NULL);
}

void world_return(
    struct world *world, const char *sale_id, const char *of, const char *amount, const char *currency)
{
    put_sale(world, sale_id, FIRM_A, "P1", "US", "2026-08-01", amount, currency, of);
}

void world_paper(struct world *world, const char *number, const char *uscc, const char *decided,
    const char *manufacturer, const char *assurance, bool withdrawn)
{
    char key[128], fields[512];
    snprintf(key, sizeof key, "FDA|%s", number);
    snprintf(fields, sizeof fields, "{\"route\":\"510k\",\"decision_date\":\"%s\",\"manufacturer\":\"%s\"}",
        decided, manufacturer);
    world_local(world, (struct local_row){.kind = "approvals",
                           .key = key,
                           .uscc = uscc,
                           .authority = "FDA",
                           .number = number,
                           .assurance = assurance,
                           .fields = fields,
                           .withdrawn = withdrawn});
    work_add(world->store, "paper", key, true);
    world_work(world);
}

/* --- decisions ------------------------------------------------------------------------------------------ */

void world_decide(struct world *world, const char *uscc)
{
    work_add(world->store, "decide", uscc, true);
    world_work(world);
}

void world_work(struct world *world)
{
    while (work_slice(world->work, clock_monotonic_us() + 1000000))
        ;
}

int64_t world_eligible(struct world *world)
{
    world_firm(world, FIRM_A, "北京安诊医疗科技有限公司");
    int64_t maker = world_maker(world, "Beijing Anzhen Medical Co., Ltd.");
    world_match(world, maker, "auto", FIRM_A, "A1");
    world_approve(world, (struct approval_row){.number = "K260001", .decided = "2026-03-10", .maker = maker});
    world_product(world, "P1", FIRM_A);
    world_scope(world, "K260001", "P1");
    world_declare(world, FIRM_A, "P1");
    world_sell(world, "S1", FIRM_A, "P1", "US", "2026-05-04", "12000.00");
    return maker;
}

int64_t count_of(struct world *world, const char *sql)
{
    return store_value(world->store, -1, sql, "");
}

const char *value_of(struct world *world, const char *sql)
{
    static char value[65536];
    struct query *q = query(world->store, sql);
    snprintf(value, sizeof value, "%s", query_next(q) ? query_text(q, 0) : "(no row)");
    query_end(q);
    return value;
}

const char *verdict_of(struct world *world, const char *number)
{
    static char verdict[64];
    struct query *q =
        query_bind(query(world->store, "SELECT c.verdict, c.review_kind FROM case_file f JOIN case_version c "
                                       "ON c.case_file = f.id AND c.seq_to IS NULL WHERE f.number = ?"),
            "t", number);
    if (query_next(q))
        snprintf(verdict, sizeof verdict, "%s%s%s", query_text(q, 0), query_text(q, 1)[0] != '\0' ? "/" : "",
            query_text(q, 1));
    else
        snprintf(verdict, sizeof verdict, "(no case)");
    query_end(q);
    return verdict;
}

/* --- money ---------------------------------------------------------------------------------------------- */

void world_spend(
    struct world *world, const char *cost_id, const char *number, const char *product, const char *amount)
{
    char fields[512];
    snprintf(fields, sizeof fields,
        "{\"cost_id\":\"%s\",\"payer\":\"北京安诊医疗科技有限公司\",\"authority\":\"FDA\",\"number\":\"%s\","
        "\"shares\":\"%s@100\",\"category\":\"official-fee\",\"paid_date\":\"2026-02-20\",\"amount\":\"%s\","
        "\"currency\":\"CNY\",\"payee\":\"X\"}",
        cost_id, number, product, amount);
    world_local(world, (struct local_row){.kind = "costs", .key = cost_id, .uscc = FIRM_A, .fields = fields});
}

void world_pay(struct world *world, const char *case_id, const char *kind, const char *amount)
{
    char fields[256], key[32];
    snprintf(key, sizeof key, "Z-%s", kind);
    snprintf(fields, sizeof fields,
        "{\"policy\":\"M13\",\"kind\":\"%s\",\"amount_cny\":\"%s\",\"batch\":\"2027-1\"}", kind, amount);
    world_local(
        world, (struct local_row){.kind = "payments", .key = key, .case_id = case_id, .fields = fields});
    world_decide(world, FIRM_A);
}
