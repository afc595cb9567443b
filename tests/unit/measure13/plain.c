#include "plain.h"

#include <string.h>

__extension__ typedef __int128 wide;

static bool same(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

/* --- for every day, for none, or for some --------------------------------------------------------------- */

typedef bool (*on_days)(int32_t a, int32_t b, const void *context);

static enum truth for_days(struct date a, struct date b, on_days holds, const void *context)
{
    bool yes = false, no = false;
    if (!date_is_known(a) || !date_is_known(b))
        return TRUTH_UNKNOWN;
    for (int32_t i = a.first; i <= a.last; i++)
        for (int32_t j = b.first; j <= b.last; j++)
            *(holds(i, j, context) ? &yes : &no) = true;
    return yes && no ? TRUTH_UNKNOWN : yes ? TRUTH_YES : TRUTH_NO;
}

static bool not_before(int32_t a, int32_t b, const void *context)
{
    (void)context;
    return a >= b;
}

static bool later(int32_t a, int32_t b, const void *context)
{
    (void)context;
    return a > b;
}

static enum truth since(struct date date, int year, int month, int day)
{
    return for_days(date, date_of_day(day_from_civil(year, month, day)), not_before, NULL);
}

/* --- the verdict: what each rule finds ------------------------------------------------------------------ */

struct findings {
    bool excluded, window, review, missing;
};

static void date_rules(const struct fact_item *item, struct findings *found)
{
    enum truth issued = since(item->decision, 2025, 11, 24), over = since(item->decision, 2029, 1, 1);
    enum truth of_2025 = since(item->decision, 2025, 1, 1);
    if (issued == TRUTH_UNKNOWN || over == TRUTH_UNKNOWN) /* R01, R02 */
        found->missing = true;
    else if (over == TRUTH_YES)
        found->window = true;
    else if (issued == TRUTH_NO && of_2025 == TRUTH_NO)
        found->window = true;
    else if (issued == TRUTH_NO)
        found->review = true;
    if (issued == TRUTH_NO && of_2025 == TRUTH_UNKNOWN)
        found->missing = true;
}

static void authority_rules(
    const struct random_firm *firm, const struct fact_item *item, struct findings *found)
{
    enum truth changed = firm->route_changes ? since(item->decision, 2027, 6, 15) : TRUTH_NO;
    if (same(item->route, "510k") && changed != TRUTH_NO)
        *(changed == TRUTH_YES ? &found->review : &found->missing) = true;
    if (same(item->authority, "SFDA") || same(item->authority, "NOBODY")) /* R03, R13 */
        found->review = true;
    if (same(item->authority, "SFDA") && since(item->decision, 2024, 1, 1) == TRUTH_UNKNOWN) /* R04 */
        found->missing = true;
    if (same(item->authority, "ANVISA") && since(item->decision, 2009, 6, 16) != TRUTH_YES)
        found->missing = true;
    if (same(item->route, "listing")) /* R05 */
        found->excluded = true;
    if (same(item->route, "510k-special") || same(item->route, "strange"))
        found->review = true;
}

/* K and two digits of the year: more than one year off on every day of the decision. */
static bool number_of_another_year(const struct fact_item *item)
{
    int first, last, month, day;
    if (!same(item->authority, "FDA") || !date_is_known(item->decision))
        return false;
    int year = 2000 + (item->number[1] - '0') * 10 + (item->number[2] - '0');
    day_to_civil(item->decision.first, &first, &month, &day);
    day_to_civil(item->decision.last, &last, &month, &day);
    return year + 1 < first || year - 1 > last;
}

/* One candidate at most; an entry of another holder counts when it is of the half year before. */
static bool has_candidate(const struct fact_item *item)
{
    const struct fact_predecessor *earlier = item->predecessors;
    bool far = item->predecessor_count > 0 && earlier->likeness == LIKE_OTHER_HOLDER &&
               date_is_known(item->decision) && earlier->decision.last + 180 < item->decision.first;
    return (item->predecessor_count > 0 && !far) || number_of_another_year(item);
}

static void first_approval(const struct fact_item *item, struct findings *found)
{
    bool certain = item->predecessor_count > 0 && item->predecessors[0].kind != PREDECESSOR_CANDIDATE;
    bool candidate = !certain && has_candidate(item);
    if (certain)
        found->excluded = true;
    else if (candidate)
        found->review = true;
    else if (!item->declared)
        found->missing = true;
    else if (!item->declared_first || item->declared_earlier[0] != '\0')
        found->review = true;
    else if (item->declaration_source.assurance == ASSURANCE_CLAIMED)
        found->missing = true;
}

static void whose(const struct fact_firm *firm, const struct fact_item *item, struct findings *found)
{
    if (!item->recognised && !item->by_list) /* R07 */
        found->excluded = true;
    else if (!firm->known || item->other_claimant[0] != '\0' || !item->recognised ||
             item->link == LINK_REVIEW)
        found->review = true;
    if (!firm->known) /* R08 */
        return;
    if (firm->candidate || firm->unlisted || same(firm->status, "moved-out") ||
        date_is_known(firm->beijing_to))
        found->review = true;
    else if (date_is_known(firm->beijing_from) && date_is_known(item->decision)) {
        enum truth moved_in_later = for_days(firm->beijing_from, item->decision, later, NULL);
        if (moved_in_later == TRUTH_YES)
            found->review = true;
        else if (moved_in_later == TRUTH_UNKNOWN)
            found->missing = true;
    }
}

static void standing(const struct fact_item *item, struct findings *found)
{
    if (same(item->device, "Wellness band") ||
        (same(item->device, "Software") && item->product_id[0] != '\0'))
        found->review = true;            /* R09, R14 */
    if (same(item->status, "withdrawn")) /* R10 */
        found->excluded = true;
    else if (!same(item->status, "active") || item->gone)
        found->review = true;
}

/* --- sold ----------------------------------------------------------------------------------------------- */

/* 0 no sale, 1 for a person, 2 a paper or date is missing, 3 a sale */
static int sale_value(
    const struct random_firm *firm, const struct fact_item *item, const struct fact_sale *sale)
{
    const char *where = sale->country, *authority = item->authority;
    bool market = (same(authority, "FDA") && (same(where, "US") || same(where, "PR"))) ||
                  (same(authority, "CE") && (same(where, "DE") || same(where, "FR"))) ||
                  (same(authority, "ANVISA") && same(where, "BR"));
    bool doubtful = (same(authority, "CE") && same(where, "CH")) || same(authority, "WHO");
    bool settled = same(authority, "WHO") && strstr(sale->buyer.name, "UNICEF") != NULL;
    const struct fact_entity *buyer = sale->buyer.entity;
    bool inside =
        same(sale->related, "yes") ||
        (buyer != NULL && (buyer->relation == ENTITY_SUBSIDIARY || buyer->relation == ENTITY_PARENT));
    bool stranger = !sale->seller.firm && sale->seller.name[0] != '\0';
    enum truth after = for_days(sale->date, item->decision, not_before, NULL);
    if (!same(sale->product_id, item->product_id) || sale->return_of[0] != '\0' || sale->returned_whole ||
        sale->amount_sign <= 0 || same(sale->trade_mode, "3010") || same(where, "CN") || same(where, "HK") ||
        where[0] == '\0' || after == TRUTH_NO || (!market && !doubtful))
        return 0;
    if (inside && firm->parameters.group_exports == ROUTE_NO)
        return 0;
    if (!market && !settled)
        return 1;
    if (inside && firm->parameters.group_exports == ROUTE_REVIEW)
        return 1;
    if (!inside && stranger)
        return 1;
    return after == TRUTH_UNKNOWN || sale->source.assurance == ASSURANCE_CLAIMED ? 2 : 3;
}

static void sold(const struct random_firm *firm, const struct fact_item *item, struct findings *found)
{
    int best = 0;
    if (item->scope == ITEM_UNLISTED || item->product_id[0] == '\0') {
        found->missing = true;
        return;
    }
    if (same(item->authority, "SFDA") || same(item->authority, "NOBODY"))
        return; /* no market is set: R13 has said so */
    for (size_t i = 0; i < firm->facts.sale_count; i++) {
        int value = sale_value(firm, item, &firm->sales[i]);
        best = value > best ? value : best;
    }
    found->missing |= best == 0 || best == 2;
    found->review |= best == 1;
}

static void credit(const struct random_firm *firm, const struct fact_item *item, struct findings *found)
{
    if (same(firm->facts.firm.status, "abnormal"))
        found->excluded = true;
    for (size_t i = 0; i < firm->facts.flag_count; i++) {
        const struct fact_flag *flag = &firm->flags[i];
        bool lasting = !date_is_known(flag->to);
        bool over_before = !lasting && date_is_known(item->decision) &&
                           for_days(flag->to, item->decision, not_before, NULL) == TRUTH_NO;
        bool grave = same(flag->flag, "serious-dishonesty") || same(flag->flag, "abnormal-operation");
        if (lasting && grave && !flag->unlisted)
            found->excluded = true;
        else if (!over_before)
            found->review = true;
    }
}

static enum verdict verdict_of(const struct random_firm *firm, const struct fact_item *item)
{
    struct findings found = {false, false, false, false};
    date_rules(item, &found);
    authority_rules(firm, item, &found);
    first_approval(item, &found);
    whose(&firm->facts.firm, item, &found);
    standing(item, &found);
    sold(firm, item, &found);
    credit(firm, item, &found);
    return found.excluded  ? VERDICT_EXCLUDED
           : found.window  ? VERDICT_OUT_OF_WINDOW
           : found.review  ? VERDICT_REVIEW
           : found.missing ? VERDICT_PENDING
                           : VERDICT_ELIGIBLE;
}

/* What it would be if nobody else claimed it. */
static enum verdict uncontested(const struct random_firm *firm, const struct fact_item *item)
{
    struct fact_item alone = *item;
    alone.other_claimant = "";
    alone.recognised = true;
    alone.link = LINK_AUTO;
    struct random_firm known;
    known = *firm;
    known.facts.firm.known = true;
    if (!firm->facts.firm.known) /* R08 is not asked then */
        known.facts.firm = (struct fact_firm){.status = firm->facts.firm.status,
            .known = true,
            .beijing_from = DATE_NONE,
            .beijing_to = DATE_NONE};
    return verdict_of(&known, &alone);
}

/* --- costs ---------------------------------------------------------------------------------------------- */

enum line { COUNTS, OPEN, OUT };

static int64_t parts_for(const struct fact_cost *cost, const struct fact_item *item)
{
    int64_t parts = 0;
    if (item->product_id[0] == '\0' || !same(cost->authority, item->authority) ||
        (cost->number[0] != '\0' && !same(cost->number, item->number)))
        return 0;
    for (size_t i = 0; i < cost->share_count; i++)
        parts += same(cost->shares[i].product_id, item->product_id) ? cost->shares[i].parts : 0;
    return parts;
}

static bool in_window(int32_t paid, int32_t decided, const void *context)
{
    (void)context;
    return paid >= day_add_months(decided, -36) && paid <= decided + 90;
}

static bool paid_by_us(const struct fact_cost *cost)
{
    const struct fact_entity *payer = cost->payer.entity;
    if (payer == NULL)
        return cost->payer.firm;
    return (payer->relation == ENTITY_SUBSIDIARY || payer->relation == ENTITY_PARENT) &&
           payer->share[0] == '1' && for_days(cost->paid, payer->from, not_before, NULL) == TRUTH_YES &&
           (!date_is_known(payer->to) || for_days(payer->to, cost->paid, not_before, NULL) == TRUTH_YES);
}

/* The place of the rate, or -1. */
static int rate_for(const struct random_firm *firm, const struct fact_cost *cost)
{
    int year, month, day, last_month, found = -1;
    if (!date_is_known(cost->paid))
        return -1;
    day_to_civil(cost->paid.first, &year, &month, &day);
    day_to_civil(cost->paid.last, &(int){0}, &last_month, &day);
    if (month != last_month ||
        (firm->parameters.rate_day == RATE_PAYMENT_DAY && cost->paid.first != cost->paid.last))
        return -1;
    int32_t first = day_from_civil(year, month, 1),
            behind = month == 12 ? day_from_civil(year + 1, 1, 1) : day_from_civil(year, month + 1, 1);
    bool of_month = firm->parameters.rate_day == RATE_MONTH_FIRST;
    int32_t begin = of_month ? first : cost->paid.first - 10, end = of_month ? first + 9 : cost->paid.first;
    for (int32_t step = 0; step <= end - begin && found < 0; step++) {
        int32_t at = of_month ? begin + step : end - step;
        for (size_t i = 0; i < firm->facts.rate_count; i++)
            if (same(firm->rates[i].currency, cost->currency) && firm->rates[i].date.first == at &&
                firm->rates[i].date.last == at &&
                (found < 0 || strcmp(firm->rates[i].source.id, firm->rates[found].source.id) < 0))
                found = (int)i;
    }
    for (size_t i = 0;
         i < firm->facts.rate_count && (found < 0 || firm->rates[found].date.last == behind - 1); i++)
        if (same(firm->rates[i].currency, cost->currency) && firm->rates[i].date.first == first &&
            firm->rates[i].date.last == behind - 1 &&
            (found < 0 || strcmp(firm->rates[i].source.id, firm->rates[found].source.id) < 0))
            found = (int)i;
    return found;
}

static enum line gross_of(const struct random_firm *firm, size_t index, int64_t *ret_fen)
{
    const struct random_cost *number = firm->number_of[index];
    wide net = number->cents - (number->vat > 0 ? number->vat : 0);
    *ret_fen = 0;
    if (number->debit >= 0) {
        *ret_fen = number->cents == 0 ? 0 : (int64_t)(number->debit * net / number->cents);
        return COUNTS;
    }
    if (same(firm->costs[index].currency, "CNY")) {
        *ret_fen = (int64_t)net;
        return COUNTS;
    }
    int rate = rate_for(firm, &firm->costs[index]);
    if (rate < 0)
        return OPEN;
    wide units = firm->rate_units[rate];
    *ret_fen =
        (int64_t)(firm->rates[rate].quote == QUOTE_DIRECT ? net * units / 1000000 : net * 1000000 / units);
    return COUNTS;
}

static enum line line_of_cost(
    const struct random_firm *firm, size_t index, const struct fact_item *item, bool rivals)
{
    const struct fact_cost *cost = &firm->costs[index];
    const struct random_cost *number = firm->number_of[index];
    bool doubtful = same(cost->category, "agent") || same(cost->category, "x");
    enum truth window = for_days(cost->paid, item->decision, in_window, NULL);
    if (same(cost->category, "travel") || window == TRUTH_NO ||
        (firm->parameters.other_money == OTHER_MONEY_EXCLUDES && number->other > 0))
        return OUT;
    if (doubtful || !paid_by_us(cost) || cost->also_in[0] != '\0' || cost->claimed_elsewhere ||
        cost->shares_unread || number->parts[0] + number->parts[1] > SHARE_WHOLE || rivals ||
        window == TRUTH_UNKNOWN)
        return OPEN;
    int64_t fen;
    return gross_of(firm, index, &fen);
}

static bool has_rivals(
    const struct random_firm *firm, const struct plain_answer *answers, size_t cost, size_t mine)
{
    for (size_t i = 0; i < firm->facts.item_count; i++)
        if (i != mine && same(firm->items[i].product_id, firm->items[mine].product_id) &&
            answers[i].verdict >= VERDICT_REVIEW && parts_for(&firm->costs[cost], &firm->items[i]) > 0)
            return true;
    return false;
}

/* Percent, or RATIO_UNSET: of the day of its batch, or of the day on which the test asks. */
static int ratio_of(const struct random_firm *firm, const struct fact_item *item)
{
    bool later = firm->ratio_changes && item->batched_on >= day_from_civil(2027, 1, 1);
    return later ? firm->later.ratio : firm->parameters.ratio;
}

static void cost_of(const struct random_firm *firm, struct plain_answer *answers, size_t mine)
{
    size_t counted = 0, open = 0;
    answers[mine].cost = 0;
    for (size_t i = 0; i < firm->facts.cost_count; i++) {
        int64_t parts = parts_for(&firm->costs[i], &firm->items[mine]), gross;
        if (parts <= 0)
            continue;
        enum line line = line_of_cost(firm, i, &firm->items[mine], has_rivals(firm, answers, i, mine));
        counted += line == COUNTS;
        open += line == OPEN;
        if (line != COUNTS || gross_of(firm, i, &gross) != COUNTS)
            continue;
        int64_t other = firm->number_of[i]->other > 0 ? firm->number_of[i]->other : 0;
        int64_t rest = gross > other ? gross - other : 0;
        answers[mine].cost += (int64_t)((wide)rest * parts / SHARE_WHOLE);
    }
    answers[mine].state = open > 0                                            ? AMOUNT_PARTIAL
                          : counted == 0                                      ? AMOUNT_NONE
                          : ratio_of(firm, &firm->items[mine]) == RATIO_UNSET ? AMOUNT_SCENARIO
                                                                              : AMOUNT_COMPLETE;
}

/* --- the ledger ----------------------------------------------------------------------------------------- */

static bool together(const struct fact_payment *a, const struct fact_payment *b)
{
    bool of_case = a->number[0] != '\0';
    return same(a->policy, "M13") && same(b->policy, "M13") && a->own == b->own && a->year == b->year &&
           same(a->authority, b->authority) && same(a->number, b->number) && same(a->item, b->item) &&
           same(a->product_id, b->product_id) &&
           (of_case || (same(a->batch, b->batch) && a->batch_year == b->batch_year));
}

struct entry {
    const struct fact_payment *first;
    fen_t amount;
    int batch_year;
};

static size_t commitments(const struct random_firm *firm, struct entry entries[PAYMENTS_MOST + ITEMS_MOST])
{
    size_t count = 0;
    for (size_t i = 0; i < firm->facts.payment_count; i++) {
        const struct fact_payment *one = &firm->payments[i];
        bool known = !same(one->policy, "M13");
        for (size_t j = 0; j < count; j++)
            known = known || together(entries[j].first, one);
        if (known)
            continue;
        fen_t sums[3] = {0, 0, 0};
        int years[3] = {0, 0, 0};
        for (size_t j = 0; j < firm->facts.payment_count; j++)
            if (together(one, &firm->payments[j])) {
                enum payment_kind kind = firm->payments[j].kind;
                sums[kind] += firm->payments[j].amount;
                years[kind] =
                    firm->payments[j].batch_year > years[kind] ? firm->payments[j].batch_year : years[kind];
            }
        entries[count++] = (struct entry){one,
            (sums[PAYMENT_PAY] > sums[PAYMENT_RESERVE] ? sums[PAYMENT_PAY] : sums[PAYMENT_RESERVE]) -
                sums[PAYMENT_RECOVER],
            years[PAYMENT_PAY] != 0 ? years[PAYMENT_PAY] : years[PAYMENT_RESERVE]};
    }
    return count;
}

/* --- the caps ------------------------------------------------------------------------------------------- */

struct asking {
    const struct fact_item *item;
    size_t index;
    bool eligible, held;
    fen_t base, taken;
    int year;
    bool done;
};

static bool goes_before(const struct asking *a, const struct asking *b, enum award_order order)
{
    int date = a->item->decision.first != b->item->decision.first
                   ? (a->item->decision.first < b->item->decision.first ? 1 : -1)
               : a->item->decision.last != b->item->decision.last
                   ? (a->item->decision.last < b->item->decision.last ? 1 : -1)
                   : 0;
    int base = a->base != b->base ? (a->base > b->base ? 1 : -1) : 0;
    int first = order == ORDER_BY_AMOUNT ? base : date, second = order == ORDER_BY_AMOUNT ? date : base;
    if (a->eligible != b->eligible)
        return a->eligible;
    if (first != 0 || second != 0)
        return (first != 0 ? first : second) > 0;
    return strcmp(a->item->number, b->item->number) < 0;
}

static fen_t room(fen_t cap, fen_t committed, fen_t taken)
{
    fen_t left = cap - (committed > 0 ? committed : 0);
    left = (left > 0 ? left : 0) - taken;
    return left > 0 ? left : 0;
}

static fen_t left_for(const struct asking *one, const struct asking *all, size_t count,
    const struct entry *entries, size_t entry_count, const struct policy_parameters *parameters)
{
    fen_t product = 0, year = 0, batch = 0, of_product = 0, of_year = 0, of_batch = 0;
    for (size_t i = 0; i < entry_count; i++) {
        const struct fact_payment *first = entries[i].first;
        product += same(first->product_id, one->item->product_id) ? entries[i].amount : 0;
        year += first->own && (first->year == one->year || (first->year == 0 && entries[i].amount > 0))
                    ? entries[i].amount
                    : 0;
        int of_entry = entries[i].batch_year;
        batch += first->own && (of_entry == one->item->batch_year || (of_entry == 0 && entries[i].amount > 0))
                     ? entries[i].amount
                     : 0;
    }
    for (size_t i = 0; i < count; i++) {
        if (!all[i].done)
            continue;
        of_product += same(all[i].item->product_id, one->item->product_id) ? all[i].taken : 0;
        of_year += all[i].year == one->year ? all[i].taken : 0;
        of_batch += all[i].item->batch_year == one->item->batch_year ? all[i].taken : 0;
    }
    fen_t least = room(parameters->product_cap, product, of_product);
    fen_t others[] = {room(parameters->firm_cap, year, of_year), room(parameters->firm_cap, batch, of_batch)};
    for (int i = 0; i < 2; i++)
        least = others[i] < least ? others[i] : least;
    return least;
}

static int year_of(struct date date)
{
    int first, last, month, day;
    if (!date_is_known(date))
        return 0;
    day_to_civil(date.first, &first, &month, &day);
    day_to_civil(date.last, &last, &month, &day);
    return first == last ? first : 0;
}

static void share_out(const struct random_firm *firm, struct plain_answer *answers, struct asking *asking,
    size_t count, const struct entry *entries, size_t entry_count, size_t scenario)
{
    for (size_t round = 0; round < count; round++) {
        struct asking *next = NULL;
        for (size_t i = 0; i < count; i++)
            if (!asking[i].done && (next == NULL || goes_before(&asking[i], next, firm->parameters.order)))
                next = &asking[i];
        fen_t left = left_for(next, asking, count, entries, entry_count, &firm->parameters);
        next->taken = next->base < left ? next->base : left;
        next->done = true;
        answers[next->index].award[scenario] = next->held ? 0 : next->taken;
    }
}

static void award(const struct random_firm *firm, struct plain_answer *answers, const bool settled[],
    size_t scenario, const struct entry *entries, size_t entry_count)
{
    static const int scenarios[] = {100, 50, 30};
    struct asking asking[ITEMS_MOST];
    size_t count = 0;
    for (size_t i = 0; i < firm->facts.item_count; i++) {
        const struct fact_item *item = &firm->items[i];
        bool asks = answers[i].verdict >= VERDICT_PENDING;
        bool held = answers[i].verdict == VERDICT_REVIEW && item->other_claimant[0] != '\0' &&
                    uncontested(firm, item) >= VERDICT_PENDING;
        int ratio = ratio_of(firm, item);
        int percent = ratio == RATIO_UNSET ? scenarios[scenario] : ratio;
        fen_t base = (fen_t)((wide)answers[i].cost * percent / 100);
        if (settled[i] || (!asks && !held) || base <= 0 || item->product_id[0] == '\0' ||
            year_of(item->decision) == 0)
            continue;
        asking[count++] = (struct asking){.item = item,
            .index = i,
            .eligible = (asks ? answers[i].verdict : uncontested(firm, item)) == VERDICT_ELIGIBLE,
            .held = held,
            .base = base,
            .year = year_of(item->decision)};
    }
    share_out(firm, answers, asking, count, entries, entry_count, scenario);
}

/* --- all of it ------------------------------------------------------------------------------------------ */

static bool settle(const struct fact_item *item, const struct entry *entries, size_t count, fen_t *ret_amount)
{
    bool any = false;
    *ret_amount = 0;
    for (size_t i = 0; i < count; i++)
        if (entries[i].first->number[0] != '\0' && same(entries[i].first->number, item->number) &&
            same(entries[i].first->authority, item->authority)) {
            *ret_amount += entries[i].amount;
            any = true;
        }
    return any;
}

void plainly(const struct random_firm *firm, struct plain_answer answers[ITEMS_MOST])
{
    struct entry entries[PAYMENTS_MOST + ITEMS_MOST];
    size_t entry_count = commitments(firm, entries);
    bool settled[ITEMS_MOST] = {false};
    memset(answers, 0, ITEMS_MOST * sizeof answers[0]);
    for (size_t i = 0; i < firm->facts.item_count; i++)
        answers[i].verdict = verdict_of(firm, &firm->items[i]);
    for (size_t i = 0; i < firm->facts.item_count; i++) {
        fen_t amount;
        cost_of(firm, answers, i);
        settled[i] = settle(&firm->items[i], entries, entry_count, &amount);
        if (settled[i])
            answers[i].state = AMOUNT_COMPLETE;
        else if (answers[i].verdict < VERDICT_PENDING)
            answers[i].state = AMOUNT_NONE;
        for (size_t j = 0; j < SCENARIOS_MOST && settled[i]; j++)
            answers[i].award[j] = amount > 0 ? amount : 0;
    }
    for (size_t i = 0; i < 3; i++)
        award(firm, answers, settled, i, entries, entry_count);
}
