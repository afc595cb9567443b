/* words.c - what people have said of a maker's spelling, and on which of it the basis still stands. */
#include "internal.h"

#include "m13/memory.h"
#include "m13/store.h"
#include "m13/text.h"
#include "m13/work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A decision as it was written. */
struct written {
    struct review_word word;
    bool of_this_row; /* of the register's very row, not of another that has the same spelling */
    char firm_basis[DIGEST_HEX_BYTES];
    int64_t seq;
};

/* What was not known when the firm was rejected: its own number lists the approval. */
static bool is_listed_since(
    struct store *store, const char *uscc, const json_t *basis, const struct review_maker *maker)
{
    const char *then = review_member(json_object_get(basis, "maker"), "identifiers");
    char now[32];
    review_firm_now(store, uscc, now);
    return review_is_listed_by(store, now, maker->identifiers) && !review_is_listed_by(store, now, then);
}

static struct written read_written(struct store *store, struct query *q, const struct review_maker *maker)
{
    json_t *basis = json_loads(query_text(q, 4), 0, NULL);
    struct written written = {.of_this_row = query_integer(q, 0) == maker->id,
        .seq = query_integer(q, 5),
        .word = {.decision = string_equal(query_text(q, 2), review_decision_names[REVIEW_ACCEPT].code)
                                 ? REVIEW_ACCEPT
                                 : REVIEW_REJECT,
            .at = query_integer(q, 3),
            .own = review_basis_own(basis)}};
    snprintf(written.word.uscc, sizeof written.word.uscc, "%s", query_text(q, 1));
    snprintf(written.firm_basis, sizeof written.firm_basis, "%s", review_member(basis, "firm"));
    if (!written.of_this_row &&
        (!review_maker_is_same(basis, maker) || (written.word.decision == REVIEW_REJECT &&
                                                    is_listed_since(store, written.word.uscc, basis, maker))))
        written.word.changed |= REVIEW_CHANGED_MAKER;
    json_decref(basis);
    return written;
}

/* The nearest goes first: this row's, then those of rows that read alike, then the latest. */
static int compare(const void *left, const void *right)
{
    const struct written *a = left, *b = right;
    if (a->of_this_row != b->of_this_row)
        return a->of_this_row ? -1 : 1;
    if (a->word.changed != b->word.changed)
        return a->word.changed == 0 ? -1 : 1;
    return a->seq > b->seq ? -1 : a->seq < b->seq;
}

/* One word for each firm, and one firm accepted at most. */
static bool is_overruled(const struct review_words *words, const struct review_word *word)
{
    for (size_t i = 0; i < words->count; i++)
        if (string_equal(words->items[i].uscc, word->uscc) ||
            (words->items[i].decision == REVIEW_ACCEPT && word->decision == REVIEW_ACCEPT))
            return true;
    return false;
}

static void look_at_firm(struct store *store, struct review_word *word, const char *firm_basis)
{
    char basis[DIGEST_HEX_BYTES];
    review_firm_now(store, word->uscc, word->uscc_now);
    if (!string_equal(word->uscc, word->uscc_now) || !review_firm_basis(store, word->uscc, basis) ||
        !string_equal(basis, firm_basis))
        word->changed |= REVIEW_CHANGED_FIRM;
}

static struct review_words *settle(struct store *store, struct written *all, size_t count)
{
    struct review_words *words = memory_get_zeroed(1, sizeof *words);
    qsort(all, count, sizeof *all, compare);
    for (size_t i = 0; i < count; i++) {
        if (is_overruled(words, &all[i].word))
            continue;
        look_at_firm(store, &all[i].word, all[i].firm_basis);
        MEMORY_GROW(words->items, words->count, words->capacity);
        words->items[words->count++] = all[i].word;
    }
    size_t passed = 0;
    words->passed_over = memory_get_zeroed(words->count + 1, sizeof *words->passed_over);
    for (size_t i = 0; i < words->count; i++)
        if (words->items[i].decision == REVIEW_REJECT && words->items[i].changed == 0)
            words->passed_over[passed++] = words->items[i].uscc;
    return words;
}

struct review_words *review_words_of(struct store *store, const struct review_maker *maker)
{
    struct written *all = NULL;
    size_t count = 0, capacity = 0;
    struct query *q = query_bind(
        query(store, "SELECT maker, uscc, decision, at, basis, seq_from FROM review_decision "
                     "WHERE name = ? AND country = ? AND maker > 0 AND seq_to IS NULL ORDER BY maker, uscc"),
        "tt", maker->name, maker->country);
    while (query_next(q)) {
        MEMORY_GROW(all, count, capacity);
        all[count++] = read_written(store, q, maker);
    }
    struct review_words *words = count > 0 ? settle(store, all, count) : NULL;
    free(all);
    return words;
}

const char *const *review_passed_over(const struct review_words *words)
{
    return words->passed_over;
}

void review_words_free(struct review_words *words)
{
    if (words == NULL)
        return;
    free(words->items);
    free(words->passed_over);
    free(words);
}

void review_rematch(struct store *store)
{
    int64_t *makers = NULL;
    size_t count = 0, capacity = 0;
    struct query *q = query(store, "SELECT DISTINCT maker.id FROM review_decision d "
                                   "CROSS JOIN maker ON maker.name = d.name AND maker.country = d.country "
                                   "WHERE d.seq_to IS NULL AND d.maker > 0 ORDER BY maker.id");
    while (query_next(q)) {
        MEMORY_GROW(makers, count, capacity);
        makers[count++] = query_integer(q, 0);
    }
    for (size_t i = 0; i < count; i++) {
        char key[24];
        snprintf(key, sizeof key, "%lld", (long long)makers[i]);
        work_add(store, "match", key, true);
    }
    free(makers);
}
