#include "sweep.h"

#include "m13/clock.h"
#include "m13/store.h"
#include "m13/text.h"
#include "m13/work.h"

#include <stdio.h>

static void add_work(struct store *store, int64_t delivery)
{
    char key[24];
    snprintf(key, sizeof key, "%lld", (long long)delivery);
    work_add(store, "sweep-local", key, true);
}

/* The sheets' rows stay until all that they staged is gone: their numbers are not given to others before. */
void local_sweep_later(struct store *store, int64_t delivery)
{
    store_write(store);
    add_work(store, delivery);
}

void local_sweep_leftovers(struct store *store)
{
    int64_t delivery = 0;
    for (;;) {
        delivery = store_value(store, 0,
            "SELECT min(delivery) FROM local_file WHERE delivery > ? AND state = 'staging'", "i", delivery);
        if (delivery == 0)
            return;
        local_sweep_later(store, delivery);
    }
}

/* True when no row that the statement deletes is left. */
static bool sweep(struct store *store, const char *sql, int64_t delivery, int64_t deadline_us)
{
    do {
        query_run(query_bind(query(store, sql), "i", delivery));
        if (store_changes(store) == 0)
            return true;
    } while (clock_monotonic_us() < deadline_us);
    return false;
}

bool local_sweep_slice(void *context, const char *key, int64_t *cursor, int64_t deadline_us)
{
    struct store *store = context;
    int64_t delivery = 0;
    (void)cursor;
    (void)string_to_integer(key, 0, INT64_MAX, &delivery);
    int64_t sealed = store_value(store, 0,
        "SELECT count(*) FROM local_file WHERE delivery = ? AND state IN ('sealed', 'applied')", "i",
        delivery);
    if (sealed > 0)
        return true;
    static const char *const statements[] = {
        "DELETE FROM local_staged WHERE delivery = ?1 AND n < "
        "(SELECT min(n) FROM local_staged WHERE delivery = ?1) + 400",
        "DELETE FROM local_reject WHERE (file, row, field) IN (SELECT j.file, j.row, j.field "
        "FROM local_file f JOIN local_reject j ON j.file = f.id "
        "WHERE f.delivery = ?1 AND f.state = 'staging' LIMIT 400)",
        "DELETE FROM local_file WHERE delivery = ?1 AND state = 'staging'",
    };
    for (size_t i = 0; i < sizeof statements / sizeof statements[0]; i++)
        if (!sweep(store, statements[i], delivery, deadline_us))
            return false;
    return true;
}
