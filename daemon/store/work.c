#include "m13/work.h"

#include "internal.h"

#include "m13/clock.h"
#include "m13/memory.h"
#include "m13/text.h"

#include <stdlib.h>

struct work {
    struct store *store;
    struct work_kind *kinds; /* by order, then as registered */
    size_t count, capacity;
};

struct item {
    const struct work_kind *kind;
    int64_t id, cursor;
    char *key;
};

struct work *work_new(struct store *store)
{
    struct work *work = memory_get_zeroed(1, sizeof *work);
    work->store = store;
    return work;
}

void work_free(struct work *work)
{
    if (work == NULL)
        return;
    free(work->kinds);
    free(work);
}

void work_register(struct work *work, const struct work_kind *kind)
{
    MEMORY_GROW(work->kinds, work->count, work->capacity);
    size_t place = work->count++;
    for (; place > 0 && work->kinds[place - 1].order > kind->order; place--)
        work->kinds[place] = work->kinds[place - 1];
    work->kinds[place] = *kind;
}

static void insert(struct store *store, const char *kind, const char *key)
{
    query_run(query_bind(
        query(store, "INSERT INTO work (kind, key) VALUES (?, ?) ON CONFLICT (kind, key) DO NOTHING"), "tt",
        kind, key));
}

void work_add(struct store *store, const char *kind, const char *key, bool again)
{
    struct running_item *running = &store->running;
    if (string_equal(running->kind, kind) && string_equal(running->key, key)) {
        running->added = true;
        running->again |= again;
        return;
    }
    store_write(store);
    insert(store, kind, key);
    if (again && store_changes(store) == 0)
        query_run(
            query_bind(query(store, "UPDATE work SET cursor = 0 WHERE kind = ? AND key = ? AND cursor <> 0"),
                "tt", kind, key));
}

int64_t work_left(struct store *store)
{
    return store_value(store, 0, "SELECT count(*) FROM work", "");
}

/* --- slices ----------------------------------------------------------------------------------------------
 */

/* The oldest item of `kind`, when it goes before the one in *item. */
static void look_for(struct store *store, const struct work_kind *kind, struct item *item)
{
    struct query *q = query_bind(
        query(store, "SELECT id, cursor, key FROM work WHERE kind = ? ORDER BY id LIMIT 1"), "t", kind->kind);
    if (query_next(q) && (item->kind == NULL || query_integer(q, 0) < item->id)) {
        free(item->key);
        *item = (struct item){
            .kind = kind,
            .id = query_integer(q, 0),
            .cursor = query_integer(q, 1),
            .key = memory_copy_string(query_text(q, 2)),
        };
    }
    query_end(q);
}

static bool first_item(struct work *work, struct item *ret_item)
{
    *ret_item = (struct item){0};
    for (size_t i = 0; i < work->count; i++) {
        if (ret_item->kind != NULL && work->kinds[i].order > ret_item->kind->order)
            break;
        look_for(work->store, &work->kinds[i], ret_item);
    }
    return ret_item->kind != NULL;
}

static bool is_anything_left(struct work *work)
{
    struct item item;
    bool left = first_item(work, &item);
    free(item.key);
    return left;
}

static void finish(struct store *store, const struct item *item, bool wanted_again)
{
    query_run(query_bind(query(store, "DELETE FROM work WHERE id = ?"), "i", item->id));
    /* Named by its own slice: it goes to the end of its queue, or it would keep all others waiting. */
    if (wanted_again)
        insert(store, item->kind->kind, item->key);
}

static void run_slice(struct store *store, const struct item *item, int64_t deadline_us)
{
    const struct work_kind *kind = item->kind;
    int64_t cursor = item->cursor;
    store_write(store);
    store->running = (struct running_item){.kind = kind->kind, .key = item->key};
    bool done = kind->slice(kind->context, item->key, &cursor, deadline_us);
    struct running_item named = store->running;
    store->running = (struct running_item){0};

    if (done) {
        finish(store, item, named.added);
        return;
    }
    if (named.again)
        cursor = 0;
    if (cursor != item->cursor)
        query_run(
            query_bind(query(store, "UPDATE work SET cursor = ? WHERE id = ?"), "ii", cursor, item->id));
}

bool work_slice(struct work *work, int64_t deadline_us)
{
    struct item item;
    do {
        if (!first_item(work, &item))
            return false;
        run_slice(work->store, &item, deadline_us);
        free(item.key);
    } while (clock_monotonic_us() < deadline_us);
    return is_anything_left(work);
}
