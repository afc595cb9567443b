/* checklist.c - which papers of a case are there, and who has seen their originals. */
#include "m13/registry.h"

#include "documents.h"

#include "m13/digest.h"
#include "m13/limits.h"
#include "m13/memory.h"
#include "m13/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A file that a row names on which the case rests: a sale, a cost line, a scope ... */
struct paper {
    char *slot, *file, *assurance;
};

struct listing {
    struct store *store;
    void (*each)(const struct document_slot *slot, void *context);
    void *context;
    struct paper *papers;
    size_t count, capacity;
};

static const struct local_column *slot_column(void)
{
    const struct local_kind *kind = local_kind("documents");
    for (size_t i = 0; kind != NULL && i < kind->column_count; i++)
        if (string_equal(kind->columns[i].key, "slot"))
            return &kind->columns[i];
    return NULL;
}

/* One file that the case's row names for the slot. */
static void tell_file(const struct listing *listing, struct document_slot slot, const char *file)
{
    char sha256[DIGEST_HEX_BYTES] = "";
    struct query *q = query_bind(query(listing->store, "SELECT sha256, bytes, taken_at FROM local_document "
                                                       "WHERE name = ? AND seq_to IS NULL"),
        "t", file);
    slot.file = file;
    slot.state = SLOT_AWAITED;
    if (query_next(q)) {
        slot.state = SLOT_THERE;
        snprintf(sha256, sizeof sha256, "%s", query_text(q, 0));
        slot.bytes = query_integer(q, 1);
        slot.taken_at = query_integer(q, 2);
    }
    query_end(q);
    slot.sha256 = sha256;
    listing->each(&slot, listing->context);
}

/* --- what other rows bring -------------------------------------------------------------------------------
 */

/* Of a product with thousands of sales the first papers of each slot will do. */
#define PAPERS_MOST 50

/* The proof of a sale is its customs declaration where one is named, else its invoice, else its contract. */
static void read_papers(struct listing *listing, const char *case_id)
{
    struct query *q = query_bind(
        query(listing->store,
            "WITH the_case AS MATERIALIZED ("
            "  SELECT f.authority, f.number, v.uscc, v.product_id FROM case_file f "
            "  JOIN case_version v ON v.case_file = f.id AND v.seq_to IS NULL WHERE f.case_id = ?1), "
            "rests_on (kind, key, assurance, slot) AS ("
            "  SELECT r.kind, r.key, r.assurance, 'certificate' FROM the_case c CROSS JOIN local_record r "
            "    ON r.authority = c.authority AND r.number = c.number AND r.number <> '' "
            "    AND r.seq_to IS NULL AND r.withdrawn = 0 "
            "    AND (r.kind = 'approvals' OR (r.kind = 'scopes' AND r.product_id = c.product_id)) "
            "  UNION ALL "
            "  SELECT r.kind, r.key, r.assurance, iif(r.kind = 'costs', 'cost', 'commitment') "
            "    FROM the_case c CROSS JOIN local_record r INDEXED BY local_record_firm ON r.uscc = c.uscc "
            "AND r.kind IN ('costs', "
            "'declarations') "
            "    AND r.seq_to IS NULL AND r.withdrawn = 0 AND r.authority = c.authority "
            "    AND iif(r.kind = 'costs', r.number IN ('', c.number), r.product_id = c.product_id) "
            "  UNION ALL "
            "  SELECT r.kind, r.key, r.assurance, CASE WHEN r.fields ->> 'declaration_no' <> '' THEN "
            "'customs' "
            "    WHEN r.fields ->> 'invoice_no' <> '' THEN 'invoice' ELSE 'contract' END "
            "    FROM the_case c CROSS JOIN local_record r INDEXED BY local_record_firm ON r.uscc = c.uscc "
            "AND r.kind = 'sales' "
            "    AND r.seq_to IS NULL AND r.withdrawn = 0 AND r.product_id = c.product_id) "
            "SELECT slot, name, max(assurance) FROM rests_on CROSS JOIN local_document_use USING (kind, key) "
            "GROUP BY slot, name ORDER BY slot, name LIMIT ?2"),
        "ti", case_id, (int64_t)PAPERS_MOST);
    while (query_next(q)) {
        MEMORY_GROW(listing->papers, listing->count, listing->capacity);
        listing->papers[listing->count++] = (struct paper){memory_copy_string(query_text(q, 0)),
            memory_copy_string(query_text(q, 1)), memory_copy_string(query_text(q, 2))};
    }
}

static void free_papers(struct listing *listing)
{
    for (size_t i = 0; i < listing->count; i++) {
        free(listing->papers[i].slot);
        free(listing->papers[i].file);
        free(listing->papers[i].assurance);
    }
    free(listing->papers);
}

static bool is_among(const char *names, const char *file)
{
    bool found = false;
    for (char *name; !found && (name = local_document_next_name(&names)) != NULL; free(name))
        found = string_equal(name, file);
    return found;
}

/* Those that the slot's own row has not told; how many. */
static size_t tell_papers(const struct listing *listing, struct document_slot slot, const char *told)
{
    size_t count = 0;
    for (size_t i = 0; i < listing->count; i++) {
        const struct paper *paper = &listing->papers[i];
        if (!string_equal(paper->slot, slot.slot) || is_among(told, paper->file))
            continue;
        slot.assurance = paper->assurance;
        tell_file(listing, slot, paper->file);
        count++;
    }
    return count;
}

/* --- slot by slot ----------------------------------------------------------------------------------------
 */

enum { FILES, SEEN_BY, SEEN_ON, ASSURANCE, TEXTS };

/* False when no row speaks of the slot. */
static bool read_row(struct store *store, const char *key, char *ret_texts[TEXTS])
{
    struct query *q = query_bind(
        query(store,
            "SELECT fields ->> 'file', fields ->> 'original_seen_by', fields ->> 'seen_on', assurance "
            "FROM local_record "
            "WHERE kind = 'documents' AND key = ? AND seq_to IS NULL AND withdrawn = 0"),
        "t", key);
    bool found = query_next(q);
    for (int i = 0; i < TEXTS; i++)
        ret_texts[i] = found ? memory_copy_string(query_text(q, i)) : NULL;
    query_end(q);
    return found;
}

static void tell_slot(const struct listing *listing, struct document_slot slot, const char *case_id)
{
    char *texts[TEXTS];
    struct text key = TEXT_WITH_CEILING(LIMIT_NAME_BYTES);
    text_append_format(&key, "%s|%s", case_id, slot.slot);
    bool found = read_row(listing->store, text_string(&key), texts);
    text_free(&key);
    struct document_slot own = slot;
    own.seen_by = found ? texts[SEEN_BY] : "";
    own.seen_on = found ? texts[SEEN_ON] : "";
    own.assurance = found ? texts[ASSURANCE] : "";
    const char *names = found ? texts[FILES] : "";
    for (char *name; (name = local_document_next_name(&names)) != NULL; free(name))
        tell_file(listing, own, name);
    if (tell_papers(listing, slot, found ? texts[FILES] : "") == 0 && !found)
        listing->each(&slot, listing->context);
    for (int i = 0; i < TEXTS; i++)
        free(texts[i]);
}

void registry_each_slot(struct store *store, const char *case_id,
    void (*each)(const struct document_slot *slot, void *context), void *context)
{
    const struct local_column *column = slot_column();
    struct listing listing = {.store = store, .each = each, .context = context};
    read_papers(&listing, case_id);
    for (size_t i = 0; column != NULL && i < column->choice_count; i++) {
        const struct local_choice *choice = &column->choices[i];
        char *zh = memory_copy_bytes(choice->words, strcspn(choice->words, "|"));
        struct document_slot slot = {.slot = choice->code,
            .zh = zh,
            .state = SLOT_MISSING,
            .file = "",
            .sha256 = "",
            .seen_by = "",
            .seen_on = "",
            .assurance = ""};
        tell_slot(&listing, slot, case_id);
        free(zh);
    }
    free_papers(&listing);
}
