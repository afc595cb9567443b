/* transaction.c - one transaction a turn, and what follows its commit. */
#include "internal.h"

#include "m13/clock.h"
#include "m13/limits.h"
#include "m13/log.h"
#include "m13/memory.h"

#include <stdlib.h>
#include <sys/stat.h>

/* After-commit actions may write, and their commit may have actions again: poll, seal, work list. A chain
 * that is longer than this feeds itself. */
enum { COMMITS_A_TURN = 64 };

static void control(struct store *store, const char *sql)
{
    query_run(query(store, sql));
}

void store_write(struct store *store)
{
    struct turn *turn = &store->turn;
    if (turn->open)
        return;
    if (store->mode != STORE_WRITER || turn->reading > 0)
        store_misuse("a write by a reader", "BEGIN IMMEDIATE");
    turn->open = true;
    turn->opened_at = clock_monotonic();
    control(store, "BEGIN IMMEDIATE");
}

/* A statement left open keeps its snapshot, and with it the WAL, for as long as the daemon runs. */
static void check_left_open(struct store *store)
{
    const char *sql = queries_left_open(store);
    if (sql == NULL)
        return;
#ifdef NDEBUG
    log_error("database: left open at the end of a turn: %s", sql);
#else
    store_misuse("left open at the end of a turn", sql);
#endif
}

static void commit(struct store *store)
{
    struct turn *turn = &store->turn;
    if (turn->savepoint || turn->reading > 0)
        store_misuse("a savepoint or a reader's snapshot outlives its turn", "COMMIT");
    check_left_open(store);
    if (!turn->open)
        return;
    control(store, "COMMIT");
    turn->open = false;
}

static void run_actions(struct turn *turn)
{
    struct deferred_action *actions = turn->actions;
    size_t count = turn->action_count;
    turn->actions = NULL;
    turn->action_count = turn->action_capacity = 0;
    for (size_t i = 0; i < count; i++)
        actions[i].action(actions[i].context);
    free(actions);
}

void store_commit(struct store *store)
{
    struct turn *turn = &store->turn;
    if (turn->committing)
        store_misuse("committed by an action that runs after a commit", "COMMIT");
    turn->committing = true;
    commit(store);
    for (int round = 0; turn->action_count > 0; round++) {
        if (round == COMMITS_A_TURN)
            store_misuse("actions after a commit go on for ever", "COMMIT");
        run_actions(turn);
        commit(store);
    }
    turn->committing = false;
}

bool store_may_wait(const struct store *store)
{
    const struct turn *turn = &store->turn;
    return turn->open && turn->action_count == 0 && clock_monotonic() - turn->opened_at < LIMIT_GROUP_MS;
}

void store_after_commit(struct store *store, void (*action)(void *context), void *context)
{
    struct turn *turn = &store->turn;
    MEMORY_GROW(turn->actions, turn->action_count, turn->action_capacity);
    turn->actions[turn->action_count++] = (struct deferred_action){action, context};
}

/* --- savepoint -------------------------------------------------------------------------------------------
 */

void store_savepoint(struct store *store)
{
    store_write(store);
    if (store->turn.savepoint)
        store_misuse("a savepoint inside a savepoint", "SAVEPOINT unit");
    control(store, "SAVEPOINT unit");
    store->turn.savepoint = true;
    store->turn.actions_before_savepoint = store->turn.action_count;
}

void store_release(struct store *store)
{
    if (!store->turn.savepoint)
        store_misuse("no savepoint is open", "RELEASE unit");
    control(store, "RELEASE unit");
    store->turn.savepoint = false;
}

void store_roll_back(struct store *store)
{
    if (!store->turn.savepoint)
        store_misuse("no savepoint is open", "ROLLBACK TO unit");
    control(store, "ROLLBACK TO unit");
    control(store, "RELEASE unit");
    store->turn.savepoint = false;
    store->turn.action_count = store->turn.actions_before_savepoint;
}

/* --- a reader's snapshot ---------------------------------------------------------------------------------
 */

void store_begin_reading(struct store *store)
{
    /* Inside a turn's transaction one sees one state anyway. */
    if (store->turn.reading++ == 0 && !store->turn.open)
        control(store, "BEGIN");
}

void store_end_reading(struct store *store)
{
    if (store->turn.reading == 0)
        store_misuse("no reading has begun", "COMMIT");
    if (--store->turn.reading == 0 && !store->turn.open)
        control(store, "COMMIT");
}

/* --- the write-ahead log ---------------------------------------------------------------------------------
 */

int64_t store_wal_bytes(const struct store *store)
{
    struct stat status;
    return stat(store->wal_path, &status) == 0 ? (int64_t)status.st_size : 0;
}

void store_idle(struct store *store)
{
    if (store->mode != STORE_WRITER || store->turn.open || store->turn.reading > 0)
        return;
    if (store_wal_bytes(store) > 0) {
        /* A reader that still needs the log is not waited for: the next idle moment is soon enough. */
        sqlite3_busy_timeout(store->handle, 0);
        int r = sqlite3_wal_checkpoint_v2(store->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
        if (r != SQLITE_OK && (r & 0xff) != SQLITE_BUSY && (r & 0xff) != SQLITE_LOCKED)
            store_fault(store, "wal_checkpoint(TRUNCATE)");
        sqlite3_busy_timeout(store->handle, STORE_BUSY_MS);
    }
    sqlite3_db_release_memory(store->handle);
}
