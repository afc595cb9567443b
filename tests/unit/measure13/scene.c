#include "scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

/* --- the parameters of measure13.md --------------------------------------------------------------------- */

static char policy[] = "M13", cited[] = "京经信发〔2025〕50号第13条", us[] = "US", pr[] = "PR",
            eu_de[] = "DE", eu_fr[] = "FR", ch[] = "CH", any[] = "*";
static char *us_markets[] = {us, pr}, *ce_markets[] = {eu_de, eu_fr}, *ce_review[] = {ch},
            *any_market[] = {any};

static char fda[] = "FDA", fda_zh[] = "美国食品药品监督管理局", fda_en[] = "the US FDA";
static char ce[] = "CE", ce_zh[] = "欧盟", ce_en[] = "the European Union";
static char who[] = "WHO", who_zh[] = "世界卫生组织", who_en[] = "the WHO";
static char sfda[] = "SFDA", sfda_zh[] = "沙特食药局", sfda_en[] = "the Saudi FDA", none[] = "";

static char anvisa[] = "ANVISA", anvisa_zh[] = "巴西国家卫生监督局", anvisa_en[] = "ANVISA",
            brics[] = "BRICS", br[] = "BR", sa[] = "SA", indonesia[] = "ID";
static char kemenkes[] = "KEMENKES", kemenkes_zh[] = "印度尼西亚卫生部", kemenkes_en[] = "Kemenkes";
static char *br_markets[] = {br}, *id_markets[] = {indonesia};

static struct authority_parameter authorities[] = {
    {fda, fda_zh, fda_en, fda, us, us_markets, 2, NULL, 0, true},
    {ce, ce_zh, ce_en, ce, none, ce_markets, 2, ce_review, 1, true},
    {who, who_zh, who_en, who, none, NULL, 0, any_market, 1, true},
    {anvisa, anvisa_zh, anvisa_en, brics, br, br_markets, 1, NULL, 0, true},
    {kemenkes, kemenkes_zh, kemenkes_en, brics, indonesia, id_markets, 1, NULL, 0, true},
    {sfda, sfda_zh, sfda_en, none, sa, NULL, 0, NULL, 0, false},
};

static struct membership_parameter members[3];
static char wellness[] = "wellness", software[] = "software", accessory[] = "accessory", mode_3010[] = "3010",
            mode_3100[] = "3100", hk[] = "HK", mo[] = "MO", tw[] = "TW", unicef[] = "UNICEF";
static char *doubtful[] = {wellness}, *alone[] = {accessory, software}, *modes[] = {mode_3010, mode_3100},
            *regions[] = {hk, mo, tw}, *buyers[] = {unicef};
static struct answer_parameter categories[] = {{"official-fee", "官方费用", "official fee", ROUTE_YES},
    {"testing", "检测费", "testing", ROUTE_YES}, {"agent", "代理费", "agent", ROUTE_REVIEW},
    {"travel", "差旅费", "travel", ROUTE_NO}};
static struct answer_parameter flags[] = {{"serious-dishonesty", "严重失信", "serious dishonesty", ROUTE_NO},
    {"abnormal-operation", "经营异常", "abnormal operation", ROUTE_NO},
    {"recall", "产品召回", "recall of a product", ROUTE_REVIEW}};

static char r_510k[] = "510k", r_special[] = "510k-special", r_de_novo[] = "de-novo", r_pma[] = "pma",
            r_panel[] = "pma-panel-track", r_supplement[] = "pma-supplement", r_listing[] = "listing";
static char zh_510k[] = "510(k)", zh_special[] = "510(k)（特殊类）", zh_de_novo[] = "De Novo",
            zh_pma[] = "PMA", zh_panel[] = "PMA 专家组程序补充", zh_supplement[] = "PMA 补充",
            zh_listing[] = "列名";
static struct route_parameter routes[] = {
    {r_510k, ROUTE_YES, zh_510k, zh_510k},
    {r_special, ROUTE_REVIEW, zh_special, zh_special},
    {r_de_novo, ROUTE_YES, zh_de_novo, zh_de_novo},
    {r_pma, ROUTE_YES, zh_pma, zh_pma},
    {r_panel, ROUTE_REVIEW, zh_panel, zh_panel},
    {r_supplement, ROUTE_NO, zh_supplement, zh_supplement},
    {r_listing, ROUTE_NO, zh_listing, zh_listing},
};

static struct parameter_source source_of(const char *name, bool confirmed)
{
    return (struct parameter_source){name, cited, confirmed, APPLIES_BY_DECISION, DAY_NONE, DAY_NONE};
}

static void set_more_defaults(struct policy_parameters *parameters)
{
    members[0] = (struct membership_parameter){br, day_from_civil(2009, 6, 16), DAY_NONE, ROUTE_YES};
    members[1] = (struct membership_parameter){indonesia, day_from_civil(2025, 1, 6), DAY_NONE, ROUTE_YES};
    members[2] = (struct membership_parameter){sa, day_from_civil(2024, 1, 1), DAY_NONE, ROUTE_REVIEW};
    parameters->brics_source = source_of("brics", false);
    parameters->brics = members;
    parameters->brics_count = 3;
    parameters->group_source = source_of("group-company", false);
    parameters->group_least_share = 100;
    parameters->device_source = source_of("device", false);
    parameters->doubtful_words = (struct word_list){doubtful, 1};
    parameters->product_source = source_of("product", false);
    parameters->alone_words = (struct word_list){alone, 2};
    parameters->sales_source = source_of("sale", false);
    parameters->no_sale_modes = (struct word_list){modes, 2};
    parameters->no_sale_regions = (struct word_list){regions, 3};
    parameters->settling_buyers = (struct word_list){buyers, 1};
    parameters->group_exports = ROUTE_REVIEW;
    parameters->credit_source = source_of("credit", false);
    parameters->flags = flags;
    parameters->flag_count = sizeof flags / sizeof flags[0];
}

static void set_money_defaults(struct policy_parameters *parameters)
{
    parameters->costs_source = source_of("costs", false);
    parameters->categories = categories;
    parameters->category_count = sizeof categories / sizeof categories[0];
    parameters->window_source = source_of("cost-window", false);
    parameters->window_months = 36;
    parameters->window_days = 90;
    parameters->ratio_source = source_of("ratio", false);
    parameters->scenarios[0] = 100;
    parameters->scenarios[1] = 50;
    parameters->scenarios[2] = 30;
    parameters->scenario_count = 3;
    parameters->order_source = source_of("order", false);
    parameters->other_money_source = source_of("other-money", false);
    parameters->exchange_source = source_of("exchange-rate", false);
    parameters->first_trading_day_by = 10;
}

void scene_parameters(struct policy_parameters *parameters)
{
    *parameters = (struct policy_parameters){.policy = policy,
        .force_source = source_of("in-force", true),
        .force_first = day_from_civil(2025, 11, 24),
        .force_last = day_from_civil(2028, 12, 31),
        .last_filing_day = DAY_NONE,
        .filing_source = source_of("filing-window", false),
        .filing_first = DAY_NONE,
        .filing_last = DAY_NONE,
        .first_source = source_of("first-approval", false),
        .number_years_apart = 1,
        .like_entry_days = 180,
        .newly_source = source_of("newly-approved", false),
        .newly_mode = NEWLY_SINCE,
        .newly_first = day_from_civil(2025, 11, 24),
        .newly_last = DAY_NONE,
        .watch_first = day_from_civil(2025, 1, 1),
        .watch_last = day_from_civil(2025, 11, 23),
        .authorities_source = source_of("authorities", false),
        .authorities = authorities,
        .authority_count = sizeof authorities / sizeof authorities[0],
        .routes_source = source_of("routes", false),
        .routes = routes,
        .route_count = sizeof routes / sizeof routes[0],
        .product_cap_source = source_of("product-cap", true),
        .firm_cap_source = source_of("firm-cap", false),
        .product_cap = 100000000,
        .firm_cap = 300000000};
    set_more_defaults(parameters);
    set_money_defaults(parameters);
}

/* --- the facts ------------------------------------------------------------------------------------------ */

struct date day_on(const char *iso)
{
    struct date date;
    assert_int_equal(date_parse(iso, DATE_FORM_ISO, &date), 0);
    return date;
}

static struct fact_source source(const char *table, const char *id, enum assurance assurance)
{
    return (struct fact_source){table, id, 1, assurance};
}

static struct fact_item eligible_item(void)
{
    return (struct fact_item){.authority = "FDA",
        .number = "K260001",
        .item = "1",
        .route = "510k",
        .status = "active",
        .holder = "Beijing Anzhen Medical Co., Ltd.",
        .manufacturer = "Beijing Anzhen Medical Co., Ltd.",
        .device = "Infusion pump AZ-1",
        .product_code = "FRN",
        .decision = day_on("2026-03-10"),
        .valid_to = DATE_NONE,
        .approved = DATE_NONE,
        .out_of_scope = DATE_NONE,
        .recognised = true,
        .link = LINK_AUTO,
        .link_rule = "A1",
        .product_id = "P1",
        .first_seen = "2026-03-16",
        .source = source("approval_version", "FDA K260001", ASSURANCE_OFFICIAL),
        .link_source = source("match", "7", ASSURANCE_OFFICIAL),
        .product_source = source("local_record:scopes", "FDA|K260001|P1", ASSURANCE_DOCUMENTED),
        .declared = true,
        .declared_first = true,
        .declared_earlier = "",
        .declared_on = day_on("2026-04-01"),
        .declaration_source = source("local_record:declarations", "U|P1|FDA", ASSURANCE_DOCUMENTED)};
}

void scene_open(struct scene *scene)
{
    *scene = (struct scene){.today = day_from_civil(2026, 11, 22)};
    scene_parameters(&scene->parameters);
    scene->items[0] = eligible_item();
    scene->facts.items = scene->items;
    scene->facts.item_count = 1;
    scene->facts.sales = scene->sales;
    scene->facts.payments = scene->payments;
    scene->facts.costs = scene->costs;
    scene->facts.rates = scene->rates;
    scene->facts.flags = scene->flags;
    scene->facts.firm = (struct fact_firm){.uscc = "91110108MA01ABCD2H",
        .name_zh = "北京安诊医疗科技有限公司",
        .name_en = "Beijing Anzhen Medical Co., Ltd.",
        .beijing_from = day_on("2018-05-02"),
        .beijing_to = DATE_NONE,
        .status = "存续",
        .known = true,
        .source = source("local_record:firms", "91110108MA01ABCD2H", ASSURANCE_VERIFIED)};
    scene_add_sale(scene, "S1", "US", "2026-05-04");
}

void scene_close(struct scene *scene)
{
    measure13_release(&scene->answer);
}

struct fact_predecessor *scene_add_predecessor(
    struct scene *scene, enum predecessor_kind kind, const char *number, const char *decided_on)
{
    struct fact_predecessor *added = &scene->predecessors[scene->items[0].predecessor_count++];
    *added = (struct fact_predecessor){.kind = kind,
        .authority = "FDA",
        .number = number,
        .device = "Infusion pump",
        .decision = day_on(decided_on),
        .source = source("approval_version", number, ASSURANCE_OFFICIAL)};
    scene->items[0].predecessors = scene->predecessors;
    return added;
}

struct fact_sale *scene_add_sale(
    struct scene *scene, const char *sale_id, const char *country, const char *date)
{
    struct fact_sale *added = &scene->sales[scene->facts.sale_count++];
    *added = (struct fact_sale){.sale_id = sale_id,
        .product_id = "P1",
        .country = country,
        .date = day_on(date),
        .amount = "12000.00",
        .currency = "USD",
        .amount_sign = 1,
        .return_of = "",
        .related = "no",
        .source = source("local_record:sales", sale_id, ASSURANCE_DOCUMENTED)};
    return added;
}

struct fact_payment *scene_add_payment(struct scene *scene, const char *product_id, int year, fen_t amount)
{
    static const char *const ids[] = {"Z1", "Z2", "Z3", "Z4", "Z5", "Z6", "Z7", "Z8"};
    const char *id = ids[scene->facts.payment_count];
    struct fact_payment *added = &scene->payments[scene->facts.payment_count++];
    *added = (struct fact_payment){.payment_id = id,
        .policy = "M13",
        .kind = PAYMENT_PAY,
        .own = true,
        .authority = "",
        .number = "",
        .item = "",
        .product_id = product_id,
        .batch = "",
        .year = year,
        .batch_year = year + 1,
        .amount = amount,
        .source = source("local_record:payments", id, ASSURANCE_VERIFIED)};
    return added;
}

struct fact_cost *scene_add_cost(
    struct scene *scene, const char *cost_id, const char *paid, const char *amount, const char *currency)
{
    static const struct fact_share whole = {"P1", SHARE_WHOLE};
    struct fact_cost *added = &scene->costs[scene->facts.cost_count++];
    *added = (struct fact_cost){.cost_id = cost_id,
        .authority = "FDA",
        .number = "K260001",
        .payer = {.name = "北京安诊医疗科技有限公司", .firm = true},
        .shares = &whole,
        .share_count = 1,
        .category = "official-fee",
        .paid = day_on(paid),
        .amount = amount,
        .currency = currency,
        .vat = "",
        .cny_debited = "",
        .other_funding = "",
        .payee = "FDA",
        .invoice_no = "",
        .also_in = "",
        .source = source("local_record:costs", cost_id, ASSURANCE_DOCUMENTED)};
    return added;
}

void scene_add_rate(
    struct scene *scene, const char *currency, const char *date, const char *rate, enum money_quote quote)
{
    scene->rates[scene->facts.rate_count++] = (struct fact_rate){.currency = currency,
        .date = day_on(date),
        .rate = rate,
        .quote = quote,
        .source = source("local_record:fx", date, ASSURANCE_DOCUMENTED)};
}

struct fact_flag *scene_add_flag(struct scene *scene, const char *flag, const char *from)
{
    struct fact_flag *added = &scene->flags[scene->facts.flag_count++];
    *added = (struct fact_flag){.flag = flag,
        .from = day_on(from),
        .to = DATE_NONE,
        .source = source("local_record:credit", from, ASSURANCE_OFFICIAL)};
    return added;
}

/* --- claims --------------------------------------------------------------------------------------------- */

const struct case_verdict *decided(struct scene *scene)
{
    measure13_release(&scene->answer);
    measure13_decide(&scene->facts, &scene->parameters, scene->today, &scene->answer);
    return &scene->answer.cases[0];
}

const struct trace_line *line_of(const struct case_verdict *verdict, const char *rule)
{
    for (size_t i = 0; i < verdict->trace_count; i++)
        if (strcmp(verdict->trace[i].rule, rule) == 0)
            return &verdict->trace[i];
    fail_msg("no line for %s", rule);
    return NULL;
}

void assert_verdict(struct scene *scene, enum verdict expected)
{
    enum verdict verdict = decided(scene)->verdict;
    assert_string_equal(
        name_code(verdict_names, 5, (int)verdict), name_code(verdict_names, 5, (int)expected));
}

void assert_outcome(struct scene *scene, const char *rule, enum rule_outcome expected)
{
    const struct trace_line *line = line_of(decided(scene), rule);
    assert_string_equal(name_code(rule_outcome_names, 5, (int)line->outcome),
        name_code(rule_outcome_names, 5, (int)expected));
    assert_true(line->zh[0] != '\0' && line->en[0] != '\0');
}

void assert_review(struct scene *scene, const char *rule, enum review_kind expected)
{
    assert_outcome(scene, rule, RULE_REVIEW);
    assert_int_equal(line_of(&scene->answer.cases[0], rule)->review, expected);
}

void assert_missing(struct scene *scene, const char *rule, const char *expected)
{
    assert_outcome(scene, rule, RULE_MISSING);
    assert_string_equal(line_of(&scene->answer.cases[0], rule)->missing, expected);
}

void assert_out_of_window(struct scene *scene, const char *rule)
{
    assert_outcome(scene, rule, RULE_FAIL);
    assert_true(line_of(&scene->answer.cases[0], rule)->window);
}
