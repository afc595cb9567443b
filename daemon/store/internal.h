/* internal.h - what the files of this room share, and nobody else sees. */
#ifndef M13_STORE_INTERNAL_H
#define M13_STORE_INTERNAL_H

#include "m13/failure.h"
#include "m13/store.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* How long a statement waits for another process: in the writer only while somebody repairs the log by hand,
 * in a reader while the writer recovers. It blocks the loop, so the watchdog's time must be twice this. */
#define STORE_BUSY_MS 5000

struct deferred_action {
    void (*action)(void *context);
    void *context;
};

/* The transaction of the loop's present turn. */
struct turn {
    bool open;
    int64_t opened_at; /* on clock_monotonic() */
    bool savepoint;
    size_t actions_before_savepoint; /* those behind it go when it is rolled back */
    bool committing;
    int reading; /* nested store_begin_reading() */
    struct deferred_action *actions;
    size_t action_count, action_capacity;
};

/* Cached statements: an open-addressed table over the addresses of their literals. */
struct query_table {
    struct query_slot {
        const char *sql;
        struct query *query;
    } * slots;
    size_t capacity; /* a power of two; 0 before the first statement */
    size_t count;
    struct query **queries; /* each once, however many literals share it */
    size_t query_count, query_capacity;
    size_t in_use;
};

/* The item of the work list whose slice is running (work.c). */
struct running_item {
    const char *kind, *key; /* NULL: none */
    bool added, again;      /* work_add() named it meanwhile */
};

struct store {
    struct sqlite3 *handle;
    enum store_mode mode;
    char *directory, *wal_path;
    int lock; /* descriptor that holds state/lock; -1 in a reader */
    struct turn turn;
    struct query_table queries;
    struct running_item running;
};

/* folders.c - all 0 or a negative errno */
int folders_create(const char *state_directory, struct failure *ret_failure);
int folder_create(const char *path, mode_t mode); /* 0 also when it is there */
int folder_sync(const char *path);

/* lock.c - the one writer. Returns the descriptor that holds the lock, or a negative errno. */
int lock_take(const char *state_directory, struct failure *ret_failure);

/* statement.c */
void queries_close(struct store *store);
const char *queries_left_open(const struct store *store); /* SQL of one that is in use; NULL when none is */
/* The same as a failure, for what is done before the database is open: -EWOULDBLOCK, -EPROTO or -EIO. */
int store_failure(struct sqlite3 *handle, const char *doing, struct failure *ret_failure);
/* Says what SQLite has to say, and ends the program: EXIT_TRY_LATER when another process kept it waiting,
 * else EXIT_IO. */
void store_fault(const struct store *store, const char *sql) __attribute__((noreturn));
/* Ends the program because our own code misuses this room. */
void store_misuse(const char *what, const char *sql) __attribute__((noreturn));

#endif
