/* decide_match.c - is this maker that firm: for which of the register's rows the answer holds. */
#include "internal.h"

#include "m13/memory.h"
#include "m13/store.h"
#include "m13/text.h"
#include "m13/work.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* One row of the register's makers that has the spelling, and its match. */
struct spelled {
    int64_t id;
    char *city, *postcode, *identifiers;
    struct review_answer now, own; /* as it stands; as the matcher itself says */
};
struct spelling {
    char *name, *country;
    struct spelled *rows;
    size_t count, capacity;
};

static void release(struct spelling *spelling)
{
    for (size_t i = 0; i < spelling->count; i++) {
        free(spelling->rows[i].city);
        free(spelling->rows[i].postcode);
        free(spelling->rows[i].identifiers);
    }
    free(spelling->rows);
    free(spelling->name);
    free(spelling->country);
}

/* Where people have decided before, the explanation keeps what the matcher itself had said. */
static struct review_answer own_answer(const struct review_answer *now, const char *why)
{
    json_t *json = json_loads(why, 0, NULL);
    const json_t *person = json_object_get(json, "person");
    struct review_answer own = json_is_object(person) ? review_basis_own(person) : *now;
    json_decref(json);
    return own;
}

static void read_rows(struct store *store, struct spelling *spelling)
{
    struct query *q = query_bind(
        query(store, "SELECT maker.id, city, postcode, identifiers, coalesce(m.band, 'none'), "
                     "coalesce(m.uscc, ''), coalesce(m.rule, ''), coalesce(m.score, 0), coalesce(m.why, '') "
                     "FROM maker LEFT JOIN match m ON m.maker = maker.id AND m.seq_to IS NULL "
                     "WHERE name = ? AND country = ? ORDER BY maker.id"),
        "tt", spelling->name, spelling->country);
    while (query_next(q)) {
        MEMORY_GROW(spelling->rows, spelling->count, spelling->capacity);
        struct spelled *row = &spelling->rows[spelling->count++];
        *row = (struct spelled){.id = query_integer(q, 0),
            .city = memory_copy_string(query_text(q, 1)),
            .postcode = memory_copy_string(query_text(q, 2)),
            .identifiers = memory_copy_string(query_text(q, 3)),
            .now = {.band = review_band_of(query_text(q, 4)), .score = (int)query_integer(q, 7)}};
        snprintf(row->now.uscc, sizeof row->now.uscc, "%s", query_text(q, 5));
        snprintf(row->now.rule, sizeof row->now.rule, "%s", query_text(q, 6));
        row->own = own_answer(&row->now, query_text(q, 8));
    }
}

static bool read_spelling(struct store *store, int64_t maker, struct spelling *ret_spelling)
{
    *ret_spelling = (struct spelling){0};
    struct query *q = query_bind(query(store, "SELECT name, country FROM maker WHERE id = ?"), "i", maker);
    if (query_next(q)) {
        ret_spelling->name = memory_copy_string(query_text(q, 0));
        ret_spelling->country = memory_copy_string(query_text(q, 1));
    }
    query_end(q);
    if (ret_spelling->name == NULL)
        return false;
    read_rows(store, ret_spelling);
    return ret_spelling->count > 0;
}

/* --- which firm, and for which rows -----------------------------------------------------------------------
 */

/* What is asked goes before what is sure, and the better score before the lesser. */
static const char *proposed_firm(const struct spelling *spelling)
{
    const struct spelled *best = NULL;
    for (size_t i = 0; i < spelling->count; i++) {
        const struct spelled *row = &spelling->rows[i];
        if (row->now.band == REVIEW_BAND_NONE)
            continue;
        bool asked = row->now.band == REVIEW_BAND_REVIEW;
        bool best_asked = best != NULL && best->now.band == REVIEW_BAND_REVIEW;
        if (best == NULL || asked > best_asked || (asked == best_asked && row->now.score > best->now.score))
            best = row;
    }
    return best == NULL ? "" : best->now.uscc;
}

/* The rows that a decision is about, the first kind of which there are any: those in review, then those that
 * the firm has already, then, when the firm was named, all. */
enum reach { REACH_ASKED, REACH_HAD, REACH_ALL, REACHES };

static bool is_reached(
    const struct deciding *deciding, const struct spelled *row, const char *uscc, enum reach reach)
{
    bool named = deciding->order->firm != NULL;
    bool points_here = string_equal(row->now.uscc, uscc);
    switch (reach) {
    case REACH_ASKED:
        return row->now.band == REVIEW_BAND_REVIEW &&
               (points_here || (named && deciding->order->decision == REVIEW_ACCEPT));
    case REACH_HAD:
        return points_here && row->now.band == REVIEW_BAND_AUTO;
    case REACH_ALL:
        return named;
    case REACHES:
        break;
    }
    return false;
}

static enum reach find_reach(
    const struct deciding *deciding, const struct spelling *spelling, const char *uscc)
{
    for (enum reach reach = REACH_ASKED; reach < REACHES; reach++)
        for (size_t i = 0; i < spelling->count; i++)
            if (is_reached(deciding, &spelling->rows[i], uscc, reach))
                return reach;
    return REACHES;
}

static void decide_row(struct deciding *deciding, const struct spelling *spelling, const struct spelled *row,
    const char *uscc, const char *firm_basis)
{
    struct review_maker maker = {
        row->id, spelling->name, spelling->country, row->city, row->postcode, row->identifiers};
    json_t *basis = review_basis(firm_basis, &maker, &row->own);
    struct decided_row decided = {row->id, uscc, "", spelling->name, spelling->country, basis};
    deciding->result->makers++;
    if (!review_is_decided(deciding, &decided)) {
        review_write(deciding, &decided);
        deciding->result->unchanged = false;
    }
    json_decref(basis);
}

/* All rows of the spelling: to those that the decision is not about it is news too. */
static void add_work(struct store *store, const struct spelling *spelling)
{
    for (size_t i = 0; i < spelling->count; i++) {
        char key[24];
        snprintf(key, sizeof key, "%lld", (long long)spelling->rows[i].id);
        work_add(store, "match", key, true);
    }
}

static int decide_spelling(
    struct deciding *deciding, const struct spelling *spelling, struct failure *ret_failure)
{
    const struct review_order *order = deciding->order;
    char firm_basis[DIGEST_HEX_BYTES];
    const char *uscc = order->firm != NULL ? order->firm : proposed_firm(spelling);
    if (uscc[0] == '\0')
        return fail(ret_failure, -EINVAL,
            REVIEW_SAY(order, "%s：没有建议的企业，请用 --firm 指明",
                "%s: no firm is proposed: name one with --firm"),
            deciding->item);
    if (!review_firm_basis(deciding->store, uscc, firm_basis))
        return fail(ret_failure, -ENOENT,
            REVIEW_SAY(order, "%s：企业名录中没有这个信用代码，请先导入",
                "%s: no firm with this code is known: import it first"),
            uscc);
    enum reach reach = find_reach(deciding, spelling, uscc);
    for (size_t i = 0; i < spelling->count; i++)
        if (is_reached(deciding, &spelling->rows[i], uscc, reach))
            decide_row(deciding, spelling, &spelling->rows[i], uscc, firm_basis);
    snprintf(deciding->result->uscc, sizeof deciding->result->uscc, "%s", uscc);
    if (!deciding->result->unchanged)
        add_work(deciding->store, spelling);
    return 0;
}

int review_decide_match(struct deciding *deciding, int64_t maker, struct failure *ret_failure)
{
    struct spelling spelling;
    if (deciding->order->product != NULL || deciding->order->items != NULL || deciding->order->from != NULL)
        return fail(ret_failure, -EINVAL,
            REVIEW_SAY(deciding->order, "%s 问的是企业，不是产品", "%s asks for a firm, not for a product"),
            deciding->order->item);
    if (!read_spelling(deciding->store, maker, &spelling))
        return fail(ret_failure, -ENOENT,
            REVIEW_SAY(deciding->order, "%s：没有这个事项", "%s: no such question"), deciding->order->item);
    snprintf(deciding->item, sizeof deciding->item, "M%lld", (long long)spelling.rows[0].id);
    int r = decide_spelling(deciding, &spelling, ret_failure);
    release(&spelling);
    return r;
}
