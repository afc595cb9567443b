#include "waiting.h"

#include "m13/memory.h"
#include "m13/store.h"
#include "m13/text.h"

#include <stdlib.h>
#include <string.h>

static bool has_record(struct store *store, const char *kind, const char *key)
{
    return store_value(store, 0,
               "SELECT EXISTS (SELECT 1 FROM local_record WHERE kind = ? AND key = ? "
               "AND seq_to IS NULL AND withdrawn = 0)",
               "tt", kind, key) != 0;
}

static bool has_case(struct store *store, const char *case_id)
{
    return store_value(store, 0, "SELECT EXISTS (SELECT 1 FROM case_file WHERE case_id = ?)", "t", case_id) !=
           0;
}

/* Its hash when it is unknown, else 0. */
static uint64_t unknown(struct local_waiting *waiting, struct store *store, const char *kind, const char *key)
{
    if (*key == '\0')
        return 0;
    uint64_t hash = local_seen_key(kind, key);
    struct seen_slot *slot = local_seen_put(&waiting->known, hash);
    if (slot->state == SEEN_NOT) {
        bool is_case = string_equal(kind, "cases");
        bool there = is_case ? has_case(store, key) : has_record(store, kind, key);
        slot->state = there ? SEEN_TAKEN : SEEN_REJECTED;
    }
    return slot->state == SEEN_REJECTED ? hash : 0;
}

/* The first of them that is unknown. */
static uint64_t unknown_product(struct local_waiting *waiting, struct store *store, const char *products)
{
    struct text product = TEXT_WITH_CEILING(64 * 1024);
    uint64_t hash = 0;
    while (hash == 0 && *products != '\0') {
        text_clear(&product);
        text_append(&product, products, strcspn(products, "|@"));
        hash = unknown(waiting, store, "products", text_string(&product));
        products += strcspn(products, "|");
        products += *products == '|';
    }
    text_free(&product);
    return hash;
}

void local_waiting_note(struct local_waiting *waiting, struct store *store, const char *kind,
    const char *uscc, const char *products, const char *case_id)
{
    bool is_firm = string_equal(kind, "firms"), is_product = string_equal(kind, "products");
    uint64_t firm = is_firm ? 0 : unknown(waiting, store, "firms", uscc);
    uint64_t product = is_product ? 0 : unknown_product(waiting, store, products);
    uint64_t project = unknown(waiting, store, "cases", case_id);
    if (firm == 0 && product == 0 && project == 0)
        return;
    uint64_t together = firm ^ (product << 21 | product >> 43) ^ (project << 42 | project >> 22);
    struct seen_slot *place = local_seen_put(&waiting->places, together);
    if (place->state == SEEN_NOT) {
        MEMORY_GROW(waiting->groups, waiting->count, waiting->capacity);
        waiting->groups[waiting->count] = (struct waiting_rows){firm, product, project, 0};
        place->state = SEEN_TAKEN;
        place->row = (uint32_t)waiting->count++;
    }
    waiting->groups[place->row].rows++;
}

static bool is_missing(const struct local_seen *seen, uint64_t hash)
{
    if (hash == 0)
        return false;
    const struct seen_slot *named = local_seen_get(seen, hash);
    return named == NULL || named->state != SEEN_TAKEN;
}

int64_t local_waiting_count(const struct local_waiting *waiting, const struct local_seen *seen)
{
    int64_t rows = 0;
    for (size_t i = 0; i < waiting->count; i++) {
        const struct waiting_rows *group = &waiting->groups[i];
        if (is_missing(seen, group->firm) || is_missing(seen, group->product) ||
            is_missing(seen, group->project))
            rows += group->rows;
    }
    return rows;
}

void local_waiting_free(struct local_waiting *waiting)
{
    local_seen_free(&waiting->known);
    local_seen_free(&waiting->places);
    free(waiting->groups);
    *waiting = (struct local_waiting){0};
}
