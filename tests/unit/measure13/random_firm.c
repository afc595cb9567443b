#include "random_firm.h"

#include "scene.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

static uint64_t state;

void random_start(uint64_t seed)
{
    state = seed | 1;
}

uint32_t random_below(uint32_t bound) /* xorshift: the same in each run */
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)((state >> 32) % bound);
}

bool random_one_in(uint32_t bound)
{
    return random_below(bound) == 0;
}

#define COUNT(list)  (sizeof(list) / sizeof(list)[0])
#define ONE_OF(list) (list)[random_below(COUNT(list))]
/* The first of a list is what is ordinary. */
#define PICK(list) (list)[odd(2) ? random_below(COUNT(list)) : 0]

/* Half of the firms are calm: little is out of the ordinary, so that much is eligible and the caps are felt.
 */
static bool calm;

static bool odd(uint32_t bound)
{
    return random_one_in(calm ? bound * 12 : bound);
}

static const char *const products[] = {"P1", "P2", "P3", "P4", "P5", "P6", "P7"};
static const char *const numbers[ITEMS_MOST] = {"K270001", "K270002", "K270003", "K270004", "K270005",
    "K270006", "K270007", "K270008", "K270009", "K270010", "K270011", "K270012", "K270013", "K270014",
    "K270015", "K270016", "K270017", "K270018", "K270019", "K270020"};
static const char *const sale_ids[SALES_MOST + 1] = {"S01", "S02", "S03", "S04", "S05", "S06", "S07", "S08",
    "S09", "S10", "S11", "S12", "S13", "S14", "S15", "S16", "S17", "S18", "S19", "S20", "S21", "S22", "S23",
    "S24", "S25"};
static const char *const cost_ids[COSTS_MOST + 1] = {"C01", "C02", "C03", "C04", "C05", "C06", "C07", "C08",
    "C09", "C10", "C11", "C12", "C13", "C14", "C15", "C16", "C17", "C18", "C19", "C20", "C21", "C22", "C23",
    "C24", "C25", "C26", "C27", "C28", "C29", "C30", "C31"};
static const char *const payment_ids[PAYMENTS_MOST] = {"Z1", "Z2", "Z3", "Z4", "Z5", "Z6", "Z7", "Z8"};

static struct fact_source source(const char *table, const char *id)
{
    static const enum assurance assurances[] = {ASSURANCE_DOCUMENTED, ASSURANCE_DOCUMENTED,
        ASSURANCE_DOCUMENTED, ASSURANCE_CLAIMED, ASSURANCE_OFFICIAL};
    return (struct fact_source){table, id, 1, PICK(assurances)};
}

/* Mostly a day, now and then a month or a year only. */
static struct date random_date(int first_year, int years)
{
    int year = first_year + (int)random_below((uint32_t)years), month = 1 + (int)random_below(12);
    if (odd(30))
        return (struct date){day_from_civil(year, 1, 1), day_from_civil(year, 12, 31)};
    int32_t first = day_from_civil(year, month, 1);
    if (odd(12))
        return (struct date){first, day_add_months(first, 1) - 1};
    return date_of_day(first + (int32_t)random_below(28));
}

/* --- items ---------------------------------------------------------------------------------------------- */

static struct date random_decision(void)
{
    static const char *const edges[] = {"2025-11-24", "2025-11-23", "2025-01-01", "2024-12-31", "2028-12-31",
        "2029-01-01", "2026-01-01", "2025", "2025-11"};
    struct date date;
    if (!odd(6) || date_parse(ONE_OF(edges), DATE_FORM_ISO, &date) < 0)
        date = odd(60) ? DATE_NONE : random_date(2026, 3);
    return date;
}

static void draw_item(struct random_firm *firm, size_t index)
{
    static const char *const authorities[] = {"FDA", "FDA", "FDA", "CE", "WHO", "ANVISA", "SFDA", "NOBODY"};
    static const char *const routes[] = {
        "510k", "510k", "510k", "510k", "510k", "de-novo", "pma", "510k-special", "listing", "strange"};
    static const char *const statuses[] = {"active", "active", "active", "active", "active", "active",
        "active", "suspended", "withdrawn", "odd"};
    static const char *const devices[] = {
        "Pump", "Pump", "Pump", "Pump", "Pump", "Software", "Wellness band"};
    static const struct fact_party nobody = {"", false, NULL};
    struct fact_item *item = &firm->items[index];
    *item = (struct fact_item){.authority = PICK(authorities),
        .number = numbers[index],
        .item = "1",
        .scope = odd(15) ? ITEM_UNLISTED : ITEM_ONE_DEVICE,
        .approved = DATE_NONE,
        .out_of_scope = DATE_NONE,
        .maker_party = nobody,
        .holder_party = nobody,
        .other_claimant = odd(20) ? "91110108MAR4GQH65Y" : "",
        .route = PICK(routes),
        .status = PICK(statuses),
        .holder = "Holder",
        .manufacturer = "Maker",
        .device = PICK(devices),
        .product_code = "FRN",
        .decision = random_decision(),
        .valid_to = DATE_NONE,
        .gone = odd(30),
        .recognised = !odd(30),
        .by_list = random_one_in(4),
        .link = odd(15) ? LINK_REVIEW : LINK_AUTO,
        .link_rule = "A1",
        .first_seen = "2026-01-01",
        .source = source("approval_version", numbers[index]),
        .link_source = source("match", "7"),
        .product_source = source("local_record:scopes", numbers[index]),
        .declared = !odd(5),
        .declared_first = !odd(12),
        .declared_earlier = odd(15) ? "K190001" : "",
        .declared_on = date_of_day(20600),
        .declaration_source = source("local_record:declarations", numbers[index])};
    item->batch_year = random_one_in(4) ? 2026 + (int)random_below(3) : 0;
    if (item->batch_year != 0)
        item->batched_on = day_from_civil(item->batch_year, 1, 1) + (int32_t)random_below(365);
    item->product_id = item->scope == ITEM_UNLISTED || odd(12) ? "" : ONE_OF(products);
    if (odd(12)) {
        static const enum predecessor_kind kinds[] = {
            PREDECESSOR_CANDIDATE, PREDECESSOR_CANDIDATE, PREDECESSOR_PARENT, PREDECESSOR_IDENTIFIER};
        firm->predecessors[index] = (struct fact_predecessor){.kind = ONE_OF(kinds),
            .authority = item->authority,
            .number = "K190009",
            .device = "Pump",
            .likeness = random_one_in(2) ? LIKE_OTHER_HOLDER : LIKE_CODE,
            .decision = date_of_day(random_one_in(2) || !date_is_known(item->decision)
                                        ? 18000
                                        : item->decision.first - 178 - (int32_t)random_below(5)),
            .source = item->source};
        item->predecessors = &firm->predecessors[index];
        item->predecessor_count = 1;
    }
}

/* --- sales ---------------------------------------------------------------------------------------------- */

static void draw_sale(struct random_firm *firm, size_t index)
{
    static const char *const countries[] = {"US", "US", "US", "US", "DE", "CH", "BR", "KE", "CN", "HK", ""};
    static const char *const modes[] = {"", "", "", "", "0110", "3010"};
    static const char *const buyers[] = {"", "", "Hospital", "UNICEF Supply Division"};
    struct fact_sale *sale = &firm->sales[index];
    *sale = (struct fact_sale){.sale_id = sale_ids[index],
        .product_id = ONE_OF(products),
        .country = PICK(countries),
        .date = odd(40) ? DATE_NONE : random_date(2026, 4),
        .amount = "12000.00",
        .currency = "USD",
        .amount_sign = 1 - (int)odd(20),
        .return_of = odd(20) ? "S01" : "",
        .returned_whole = odd(20),
        .related = odd(8) ? "yes" : "no",
        .trade_mode = PICK(modes),
        .buyer = {PICK(buyers), false, odd(12) ? &firm->entities[random_below(2)] : NULL},
        .seller = {odd(15) ? "Anybody" : "", odd(3), NULL},
        .source = source("local_record:sales", sale_ids[index])};
}

/* --- costs ---------------------------------------------------------------------------------------------- */

static const char *in_hundredths(int64_t hundredths, char text[24])
{
    if (hundredths < 0)
        return "";
    snprintf(text, 24, "%lld.%02lld", (long long)(hundredths / 100), (long long)(hundredths % 100));
    return text;
}

static int64_t random_cents(void)
{
    static const int64_t edges[] = {0, 1, 99999999, 100000000, 100000001, 33333333};
    return random_one_in(5) ? ONE_OF(edges) : (int64_t)random_below(60000000);
}

static struct fact_party random_payer(struct random_firm *firm)
{
    if (odd(8))
        return (struct fact_party){"Anzhen Inc.", false, &firm->entities[random_below(2)]};
    return (struct fact_party){"北京安诊", !odd(25), NULL};
}

static void draw_numbers(struct random_cost *number)
{
    number->cents = random_cents();
    number->vat = random_one_in(5) ? (int64_t)random_below((uint32_t)(number->cents / 5 + 1)) : -1;
    number->debit = random_one_in(6) ? (int64_t)random_below(90000000) : -1;
    number->other = random_one_in(6) ? (int64_t)random_below(40000000) : -1;
    number->parts[0] = random_one_in(3) ? (int64_t)random_below(SHARE_WHOLE + 20000) : SHARE_WHOLE;
    number->parts[1] = number->parts[0] < SHARE_WHOLE && random_one_in(2)
                           ? (int64_t)random_below((uint32_t)(SHARE_WHOLE - number->parts[0]) + 1)
                           : 0;
}

static void draw_cost(struct random_firm *firm, size_t index)
{
    static const char *const categories[] = {
        "official-fee", "official-fee", "testing", "testing", "agent", "travel", "x"};
    static const char *const currencies[] = {"CNY", "CNY", "CNY", "USD", "USD", "RUB", "BRL", "EUR"};
    struct random_cost *number = &firm->numbers[index];
    const struct fact_item *item =
        &firm->items[random_below(firm->facts.item_count > 0 ? (uint32_t)firm->facts.item_count : 1)];
    const char *product = item->product_id != NULL && item->product_id[0] != '\0' ? item->product_id : "P1";
    const char *other_product = ONE_OF(products);
    draw_numbers(number);
    number->shares[0] = (struct fact_share){product, number->parts[0]};
    number->shares[1] = (struct fact_share){other_product, number->parts[1]};
    firm->number_of[index] = number;
    firm->costs[index] = (struct fact_cost){.cost_id = cost_ids[index],
        .authority = odd(20)                   ? "TGA"
                     : item->authority != NULL ? item->authority
                                               : "FDA",
        .number = odd(6) || item->number == NULL ? "" : item->number,
        .payer = random_payer(firm),
        .shares = number->shares,
        .share_count = 2,
        .shares_unread = odd(40),
        .category = PICK(categories),
        .paid = odd(40) ? DATE_NONE
                : item->number != NULL && date_is_known(item->decision)
                    ? date_of_day(item->decision.first - 300 + (int32_t)random_below(420))
                    : random_date(2024, 4),
        .amount = in_hundredths(number->cents, number->amount),
        .currency = ONE_OF(currencies),
        .vat = in_hundredths(number->vat, number->vat_text),
        .cny_debited = in_hundredths(number->debit, number->debit_text),
        .other_funding = in_hundredths(number->other, number->other_text),
        .payee = "Payee",
        .invoice_no = "",
        .also_in = odd(30) ? "C99" : "",
        .claimed_elsewhere = odd(30),
        .source = source("local_record:costs", cost_ids[index])};
}

static void draw_rates(struct random_firm *firm)
{
    static const char *const currencies[] = {"USD", "USD", "RUB", "BRL"};
    static const char *const texts[] = {"710.50", "699.1234", "1127.34", "7.1", "0.0001", "130"};
    static const int64_t units[] = {7105000, 6991234, 11273400, 71000, 1, 1300000};
    static const char *const ids[RATES_MOST] = {
        "F01", "F02", "F03", "F04", "F05", "F06", "F07", "F08", "F09", "F10", "F11", "F12"};
    firm->facts.rate_count = random_below(RATES_MOST + 1);
    for (size_t i = 0; i < firm->facts.rate_count; i++) {
        size_t which = random_below(sizeof units / sizeof units[0]);
        int32_t month = day_from_civil(2025 + (int)random_below(4), 1 + (int)random_below(12), 1);
        struct date day = date_of_day(month + (int32_t)random_below(14));
        struct date whole = {month, day_add_months(month, 1) - 1};
        firm->rate_units[i] = units[which];
        firm->rates[i] = (struct fact_rate){.currency = ONE_OF(currencies),
            .date = random_one_in(3) ? whole : day,
            .rate = texts[which],
            .quote = random_one_in(3) ? QUOTE_INDIRECT : QUOTE_DIRECT,
            .source = {"local_record:fx", ids[i], 1, ASSURANCE_DOCUMENTED}};
    }
}

/* --- the ledger, credit --------------------------------------------------------------------------------- */

static void draw_payment(struct random_firm *firm, size_t index)
{
    static const enum payment_kind kinds[] = {PAYMENT_RESERVE, PAYMENT_PAY, PAYMENT_PAY, PAYMENT_RECOVER};
    static const char *const batches[] = {"", "2026-1", "2027-1"};
    struct fact_payment *payment = &firm->payments[index];
    *payment = (struct fact_payment){.payment_id = payment_ids[index],
        .policy = random_one_in(8) ? "HD" : "M13",
        .kind = ONE_OF(kinds),
        .own = !random_one_in(5),
        .authority = "",
        .number = "",
        .item = "",
        .product_id = ONE_OF(products),
        .batch = ONE_OF(batches),
        .year = random_one_in(10) ? 0 : 2026 + (int)random_below(3),
        .batch_year = random_one_in(4) ? 0 : 2026 + (int)random_below(3),
        .amount = (fen_t)random_below(120000000),
        .source = source("local_record:payments", payment_ids[index])};
    if (firm->facts.item_count == 0 || !random_one_in(6))
        return;
    const struct fact_item *item = &firm->items[random_below((uint32_t)firm->facts.item_count)];
    payment->authority = item->authority;
    payment->number = item->number;
    payment->item = item->item;
    payment->product_id = item->product_id;
}

static void draw_flags(struct random_firm *firm)
{
    static const char *const flags[] = {
        "serious-dishonesty", "abnormal-operation", "recall", "recall", "fine"};
    static const char *const ids[] = {"D1", "D2"};
    firm->facts.flag_count = odd(25) ? 1 + random_below(2) : 0;
    for (size_t i = 0; i < firm->facts.flag_count; i++)
        firm->flags[i] = (struct fact_flag){.flag = ONE_OF(flags),
            .from = random_date(2020, 6),
            .to = random_one_in(2) ? random_date(2025, 3) : DATE_NONE,
            .unlisted = random_one_in(4),
            .source = {"local_record:credit", ids[i], 1, ASSURANCE_OFFICIAL}};
}

static void draw_entities(struct random_firm *firm)
{
    static const char *const shares[] = {"100", "100.00", "60", ""};
    static const char *const ids[] = {"E1", "E2"};
    for (size_t i = 0; i < 2; i++)
        firm->entities[i] = (struct fact_entity){.name = "Anzhen Inc.",
            .country = "US",
            .relation = (enum entity_relation)random_below(ENTITY_RELATIONS),
            .share = ONE_OF(shares),
            .from = random_date(2019, 8),
            .to = random_one_in(4) ? random_date(2026, 2) : DATE_NONE,
            .source = {"local_record:entities", ids[i], 1, ASSURANCE_CLAIMED}};
}

/* --- a firm --------------------------------------------------------------------------------------------- */

static void draw_parameters(struct policy_parameters *parameters)
{
    static const int ratios[] = {RATIO_UNSET, RATIO_UNSET, 50, 30, 1, 100};
    scene_parameters(parameters);
    parameters->ratio = ONE_OF(ratios);
    parameters->order = random_one_in(3) ? ORDER_BY_AMOUNT : ORDER_BY_DECISION;
    parameters->other_money = random_one_in(4) ? OTHER_MONEY_EXCLUDES : OTHER_MONEY_SUBTRACTED;
    parameters->rate_day = random_one_in(4) ? RATE_PAYMENT_DAY : RATE_MONTH_FIRST;
    parameters->group_exports = random_one_in(3) ? ROUTE_YES : random_one_in(3) ? ROUTE_NO : ROUTE_REVIEW;
}

/* From some day on a 510(k) is for a person, and batches have another ratio. */
static void draw_changes(struct random_firm *firm)
{
    struct policy_parameters *now = &firm->parameters, *later = &firm->later;
    static const int ratios[] = {RATIO_UNSET, 50, 100};
    *later = *now;
    firm->route_changes = random_one_in(4);
    firm->ratio_changes = random_one_in(4);
    if (firm->route_changes) {
        static struct route_parameter changed[16];
        memcpy(changed, now->routes, now->route_count * sizeof changed[0]);
        changed[0].answer = ROUTE_REVIEW;
        later->routes = changed;
        later->routes_source.from = day_from_civil(2027, 6, 15);
        firm->dated[now->dated_count++] =
            (struct dated_value){offsetof(struct policy_parameters, routes_source),
                offsetof(struct policy_parameters, first_source), NULL};
    }
    if (firm->ratio_changes) {
        later->ratio = ONE_OF(ratios);
        now->ratio_source.applies_by = later->ratio_source.applies_by = APPLIES_BY_BATCH;
        later->ratio_source.from = day_from_civil(2027, 1, 1);
        firm->dated[now->dated_count++] =
            (struct dated_value){offsetof(struct policy_parameters, ratio_source),
                offsetof(struct policy_parameters, product_cap_source), NULL};
    }
}

static struct fact_firm random_identity(void)
{
    static const char *const statuses[] = {"active", "active", "active", "", "abnormal", "moved-out"};
    return (struct fact_firm){.uscc = "91110108MA01ABCD2H",
        .name_zh = "北京安诊医疗科技有限公司",
        .name_en = "Beijing Anzhen Medical Co., Ltd.",
        .beijing_from = odd(10) ? random_date(2025, 4) : DATE_NONE,
        .beijing_to = odd(40) ? date_of_day(20800) : DATE_NONE,
        .status = odd(8) ? PICK(statuses) : "active",
        .known = !odd(60),
        .candidate = odd(60),
        .unlisted = odd(60),
        .source = {"local_record:firms", "91110108MA01ABCD2H", 1, ASSURANCE_DOCUMENTED}};
}

static void point_into(struct random_firm *firm)
{
    firm->facts.items = firm->items;
    firm->facts.sales = firm->sales;
    firm->facts.costs = firm->costs;
    firm->facts.rates = firm->rates;
    firm->facts.payments = firm->payments;
    firm->facts.flags = firm->flags;
    firm->facts.entities = firm->entities;
    firm->parameters.dated = firm->dated;
    for (size_t i = 0; i < firm->parameters.dated_count; i++)
        firm->dated[i].values = &firm->later;
}

void random_firm(struct random_firm *firm)
{
    memset(firm, 0, sizeof *firm);
    calm = random_one_in(2);
    draw_parameters(&firm->parameters);
    draw_changes(firm);
    firm->facts.firm = random_identity();
    draw_entities(firm);
    firm->facts.entity_count = 2;
    firm->facts.item_count = random_one_in(8) ? random_below(ITEMS_MOST + 1) : 1 + random_below(4);
    for (size_t i = 0; i < firm->facts.item_count; i++)
        draw_item(firm, i);
    firm->facts.sale_count = random_below(SALES_MOST + 1);
    for (size_t i = 0; i < firm->facts.sale_count; i++)
        draw_sale(firm, i);
    firm->facts.cost_count = random_below(COSTS_MOST + 1);
    for (size_t i = 0; i < firm->facts.cost_count; i++)
        draw_cost(firm, i);
    draw_rates(firm);
    firm->facts.payment_count = random_one_in(2) ? random_below(PAYMENTS_MOST + 1) : 0;
    for (size_t i = 0; i < firm->facts.payment_count; i++)
        draw_payment(firm, i);
    draw_flags(firm);
    point_into(firm);
}

void random_firm_copy(struct random_firm *copy, const struct random_firm *firm)
{
    *copy = *firm; /* texts and shares go on being those of the first */
    point_into(copy);
}

#define SHUFFLE(array, count, also)                                                                          \
    for (size_t i = (count); i > 1; i--) {                                                                   \
        size_t other = random_below((uint32_t)i);                                                            \
        __typeof__((array)[0]) kept = (array)[i - 1];                                                        \
        (array)[i - 1] = (array)[other];                                                                     \
        (array)[other] = kept;                                                                               \
        also;                                                                                                \
    }

static void swap_numbers(struct random_firm *firm, size_t a, size_t b)
{
    const struct random_cost *kept = firm->number_of[a];
    firm->number_of[a] = firm->number_of[b];
    firm->number_of[b] = kept;
}

static void swap_units(struct random_firm *firm, size_t a, size_t b)
{
    int64_t kept = firm->rate_units[a];
    firm->rate_units[a] = firm->rate_units[b];
    firm->rate_units[b] = kept;
}

void random_firm_shuffle(struct random_firm *firm)
{
    SHUFFLE(firm->items, firm->facts.item_count, (void)0)
    SHUFFLE(firm->sales, firm->facts.sale_count, (void)0)
    SHUFFLE(firm->costs, firm->facts.cost_count, swap_numbers(firm, i - 1, other))
    SHUFFLE(firm->rates, firm->facts.rate_count, swap_units(firm, i - 1, other))
    SHUFFLE(firm->payments, firm->facts.payment_count, (void)0)
    SHUFFLE(firm->flags, firm->facts.flag_count, (void)0)
}
