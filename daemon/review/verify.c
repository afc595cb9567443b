/* verify.c - decisions held against the journal, and the matches that rest on them against the decisions. */
#include "internal.h"

#include "m13/store.h"
#include "m13/text.h"

#include <string.h>

struct verifying {
    struct store *store;
    void (*fault)(const char *item, const char *what, void *context);
    void *context;
    int64_t count;
};

static void tell(struct verifying *verifying, const char *item, const char *what)
{
    verifying->count++;
    verifying->fault(item, what, verifying->context);
}

static void check_basis(struct verifying *verifying)
{
    char hash[DIGEST_HEX_BYTES];
    struct query *q = query(verifying->store, "SELECT item, basis, basis_hash FROM review_decision");
    while (query_next(q)) {
        const char *basis = query_text(q, 1);
        if (!string_equal(digest_hex_of(basis, strlen(basis), hash), query_text(q, 2)))
            tell(verifying, query_text(q, 0), "the basis of a decision does not have its hash");
    }
}

/* Each finds items for which something is wrong. */
static void check_none(struct verifying *verifying, const char *sql, const char *what)
{
    struct query *q = query(verifying->store, sql);
    while (query_next(q))
        tell(verifying, query_text(q, 0), what);
}

int64_t review_verify(
    struct store *store, void (*fault)(const char *item, const char *what, void *context), void *context)
{
    struct verifying verifying = {store, fault, context, 0};
    check_basis(&verifying);
    check_none(&verifying,
        "SELECT d.item FROM review_decision d LEFT JOIN journal j ON j.seq = d.seq_from AND j.kind = "
        "'review' "
        "AND j.subject = d.item AND j.actor = d.actor AND j.body ->> 'decision' = d.decision "
        "AND j.body ->> 'uscc' = d.uscc AND j.body ->> 'note' = d.note WHERE j.seq IS NULL",
        "the journal does not know a decision as it stands");
    check_none(&verifying,
        "SELECT j.subject FROM journal j WHERE j.kind = 'review' "
        "AND NOT EXISTS (SELECT 1 FROM review_decision d WHERE d.item = j.subject AND d.seq_from = j.seq)",
        "the journal tells of a decision that is not there");
    check_none(&verifying,
        "SELECT 'M' || m.maker FROM match m CROSS JOIN maker ON maker.id = m.maker "
        "WHERE m.uscc <> '' AND m.seq_to IS NULL AND m.rule = 'H1' AND NOT EXISTS (SELECT 1 FROM work "
        "WHERE kind IN ('match', 'rematch')) AND NOT EXISTS (SELECT 1 FROM review_decision d "
        "WHERE d.name = maker.name AND d.country = maker.country AND d.uscc = m.uscc "
        "AND d.decision = 'accept' AND d.maker > 0 AND d.seq_to IS NULL)",
        "its match rests on a decision that does not stand");
    return verifying.count;
}
