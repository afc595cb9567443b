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

struct listing {
    struct store *store;
    void (*each)(const struct document_slot *slot, void *context);
    void *context;
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
    if (!found) {
        listing->each(&slot, listing->context);
        return;
    }
    slot.seen_by = texts[SEEN_BY];
    slot.seen_on = texts[SEEN_ON];
    slot.assurance = texts[ASSURANCE];
    const char *names = texts[FILES];
    for (char *name; (name = local_document_next_name(&names)) != NULL; free(name))
        tell_file(listing, slot, name);
    for (int i = 0; i < TEXTS; i++)
        free(texts[i]);
}

void registry_each_slot(struct store *store, const char *case_id,
    void (*each)(const struct document_slot *slot, void *context), void *context)
{
    const struct local_column *column = slot_column();
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
        tell_slot(&(struct listing){store, each, context}, slot, case_id);
        free(zh);
    }
}
