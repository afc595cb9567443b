/* shown.c - which approvals the poll at hand has shown so far: a bit for each, in memory.
 *
 * A second row of one number is known by it, and what a whole poll lacks; and so a register that has not
 * changed is applied without writing a row for each approval. After a kill it is made again from the staged
 * rows, which stay until the poll has ended. */
#include "internal.h"

#include "m13/clock.h"
#include "m13/memory.h"
#include "m13/store.h"

#include <stdlib.h>
#include <string.h>

enum { ROWS_A_LOOK = 64, BITS = 64 };

void shown_add(struct shown *shown, int64_t approval)
{
    size_t word = (size_t)approval / BITS;
    if (word >= shown->words) {
        size_t words = word + 1 + shown->words;
        shown->bits = memory_resize(shown->bits, words, sizeof *shown->bits);
        memset(shown->bits + shown->words, 0, (words - shown->words) * sizeof *shown->bits);
        shown->words = words;
    }
    shown->bits[word] |= (uint64_t)1 << (size_t)approval % BITS;
}

bool shown_has(const struct shown *shown, int64_t approval)
{
    size_t word = (size_t)approval / BITS;
    return word < shown->words && (shown->bits[word] >> (size_t)approval % BITS & 1) != 0;
}

void shown_forget(struct shown *shown)
{
    free(shown->bits);
    *shown = (struct shown){0};
}

static void add_line(struct approvals *approvals, const char *line)
{
    struct record record;
    if (record_read(line, strlen(line), &record) < 0)
        return; /* it was rejected */
    int64_t approval =
        approval_find(approvals->store, record.value[RECORD_AUTHORITY], record.value[RECORD_NUMBER]);
    if (approval != 0)
        shown_add(&approvals->shown, approval);
    record_release(&record);
}

bool shown_catch_up(struct approvals *approvals, int64_t poll, int64_t seq, int64_t deadline_us)
{
    struct shown *shown = &approvals->shown;
    if (shown->poll != poll) {
        shown_forget(shown);
        shown->poll = poll;
    }
    if (shown->through >= seq)
        return true;
    struct query *q = query_bind(query(approvals->store, "SELECT seq, record FROM staged "
                                                         "WHERE poll = ? AND seq > ? AND seq <= ? "
                                                         "ORDER BY seq"),
        "iii", poll, shown->through, seq);
    bool more;
    for (int rows = 0; (more = query_next(q));) {
        shown->through = query_integer(q, 0);
        add_line(approvals, query_text(q, 1));
        if (++rows % ROWS_A_LOOK == 0 && clock_monotonic_us() >= deadline_us)
            break;
    }
    query_end(q);
    if (!more)
        shown->through = seq;
    return !more;
}
