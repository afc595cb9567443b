/* seal.c - the one gate between what a file says and what m13d knows. */
#include "import_inside.h"

#include "full_list.h"
#include "sweep.h"

#include "m13/clock.h"
#include "m13/contacts.h"
#include "m13/journal.h"
#include "m13/store.h"
#include "m13/work.h"

#include <stdio.h>

/* --- the result ------------------------------------------------------------------------------------------
 */

static bool is_of_names(const struct local_kind *kind)
{
    return kind != NULL && (string_equal(kind->kind, "firms") || string_equal(kind->kind, "entities"));
}

static void sum_up(struct local_import *import)
{
    struct import_result *result = &import->result;
    result->sheets = result->rows = result->added = result->changed = result->unchanged = 0;
    result->unlisted = result->rejected = result->warnings = 0;
    for (size_t i = 0; i < import->sheet_count; i++) {
        const struct local_sheet *sheet = import->sheets[i];
        result->sheets += sheet->rows > 0;
        result->rows += sheet->rows;
        result->added += sheet->added;
        result->changed += sheet->changed;
        result->unchanged += sheet->unchanged;
        result->unlisted += sheet->unlisted;
        result->rejected += sheet->rejected;
        result->warnings += sheet->warnings;
        result->firms_changed |=
            is_of_names(sheet->headers.kind) && sheet->added + sheet->changed + sheet->unlisted > 0;
    }
    result->waiting = local_waiting_count(&import->waiting, &import->seen);
}

const struct import_result *local_import_result(const struct local_import *import)
{
    return &import->result;
}

enum import_end local_import_end(
    struct local_import *import, int64_t deadline_us, struct failure *ret_failure)
{
    bool compared = !local_import_end_sheets(import) || local_full_list_slice(import, deadline_us);
    if (import->fault.code != 0) {
        *ret_failure = import->fault;
        return IMPORT_LATER;
    }
    if (!compared && !import->refused)
        return IMPORT_GOES_ON;
    sum_up(import);
    return import->refused ? IMPORT_REFUSED : IMPORT_READY;
}

/* --- sheets ----------------------------------------------------------------------------------------------
 */

static void write_sheet(struct local_import *import, const struct local_sheet *sheet, const char *state,
    const char *problem, int64_t seq)
{
    query_run(query_bind(
        query(import->store, "UPDATE local_file SET state = ?, rows = ?, added = ?, changed = ?, "
                             "unchanged = ?, unlisted = ?, rejected = ?, warnings = ?, problem = ?, seq = ? "
                             "WHERE id = ?"),
        "tiiiiiiitii", state, sheet->rows, sheet->added, sheet->changed, sheet->unchanged, sheet->unlisted,
        sheet->rejected, sheet->warnings, problem, seq, sheet->file));
}

static int64_t journal_sheet(struct local_import *import, const struct local_sheet *sheet)
{
    struct text body = TEXT_WITH_CEILING(16384);
    text_append_format(&body, "{\"sha256\":\"%s\",\"sheet\":", import->sha256);
    text_append_json(&body, sheet->name);
    text_append_format(&body,
        ",\"kind\":\"%s\",\"rows\":%lld,\"added\":%lld,\"changed\":%lld,\"unchanged\":%lld,"
        "\"unlisted\":%lld,\"rejected\":%lld}",
        sheet->headers.kind->kind, (long long)sheet->rows, (long long)sheet->added, (long long)sheet->changed,
        (long long)sheet->unchanged, (long long)sheet->unlisted, (long long)sheet->rejected);
    /* Nobody is known to have put a file into the inbox. */
    const char *actor = string_equal(import->by, "inbox") ? "m13d" : import->by;
    int64_t seq = journal_append(import->store, actor, "import", import->name, text_string(&body));
    text_free(&body);
    return seq;
}

/* --- the gate --------------------------------------------------------------------------------------------
 */

int local_import_seal(struct local_import *import, bool *ret_applied, struct failure *ret_failure)
{
    if (import->contacts_begun) {
        int r = contacts_keep(import->contacts, ret_failure);
        if (r < 0)
            return r;
        import->contacts_begun = false;
    }
    store_write(import->store);
    *ret_applied = import->staged == 0;
    for (size_t i = 0; i < import->sheet_count; i++) {
        const struct local_sheet *sheet = import->sheets[i];
        if (sheet->file != 0)
            write_sheet(import, sheet, *ret_applied ? "applied" : "sealed", "", journal_sheet(import, sheet));
    }
    char key[24];
    snprintf(key, sizeof key, "%lld", (long long)import->id);
    if (!*ret_applied)
        work_add(import->store, "apply-local", key, true);
    return 0;
}

/* Nothing of it has a row in the database yet. */
static void insert_refusal(struct local_import *import)
{
    query_run(query_bind(
        query(import->store, "INSERT INTO local_file (delivery, name, sha256, kind, delivered_by, taken_at, "
                             "state, problem) VALUES (0, ?, ?, '', ?, ?, 'refused', ?)"),
        "tttit", import->name, import->sha256, import->by, clock_wall(), import->result.problem));
    import->id = import->result.id = store_last_id(import->store);
    query_run(query_bind(
        query(import->store, "UPDATE local_file SET delivery = id WHERE id = ?"), "i", import->id));
    local_import_write_problems(import, import->id);
}

void local_import_record_refusal(struct local_import *import)
{
    sum_up(import);
    /* It was refused: nothing of it counts. */
    import->result.firms_changed = false;
    store_write(import->store);
    if (import->id == 0) {
        insert_refusal(import);
        return;
    }
    for (size_t i = 0; i < import->sheet_count; i++)
        if (import->sheets[i]->file != 0)
            write_sheet(import, import->sheets[i], "refused", import->result.problem, 0);
    local_sweep_later(import->store, import->id);
}

void local_import_drop(struct local_import *import)
{
    if (import->id != 0)
        local_sweep_later(import->store, import->id);
}

/* --- what is known ---------------------------------------------------------------------------------------
 */

/* Of the last delivery of these bytes. */
struct earlier {
    int64_t id, taken_at;
    bool personal;
};

static struct earlier read_earlier(struct store *store, const char *sha256, struct import_result *ret_result)
{
    struct earlier earlier = {0};
    struct query *q = query_bind(
        query(store, "SELECT delivery, count(*), group_concat(DISTINCT kind), sum(rows), sum(rejected), "
                     "sum(warnings), max(kind = 'contacts'), max(taken_at) FROM local_file "
                     "WHERE sha256 = ? AND state IN ('sealed', 'applied') "
                     "GROUP BY delivery ORDER BY delivery DESC LIMIT 1"),
        "t", sha256);
    if (query_next(q)) {
        earlier.id = ret_result->id = query_integer(q, 0);
        ret_result->sheets = query_integer(q, 1);
        snprintf(ret_result->kind, sizeof ret_result->kind, "%s", query_text(q, 2));
        ret_result->rows = query_integer(q, 3);
        ret_result->rejected = query_integer(q, 4);
        ret_result->warnings = query_integer(q, 5);
        ret_result->unchanged = ret_result->rows - ret_result->rejected;
        earlier.personal = query_integer(q, 6) != 0;
        earlier.taken_at = query_integer(q, 7);
    }
    query_end(q);
    return earlier;
}

/* A later file has changed records of these kinds: what it changed may be what is to be put right. */
static bool is_superseded(struct store *store, int64_t delivery)
{
    return store_value(store, 0,
               "SELECT EXISTS (SELECT 1 FROM local_file later JOIN local_file mine ON mine.kind = later.kind "
               "WHERE mine.delivery = ?1 AND later.delivery > ?1 AND later.state IN ('sealed', 'applied') "
               "AND later.added + later.changed + later.unlisted > 0)",
               "i", delivery) != 0;
}

bool local_file_find(struct store *store, const char *sha256, int64_t delivered_at,
    struct import_result *ret_result, bool *ret_personal)
{
    struct import_result result = *ret_result;
    struct earlier earlier = read_earlier(store, sha256, &result);
    bool again = delivered_at > earlier.taken_at;
    bool holds = earlier.id != 0 && !(again && (earlier.personal || is_superseded(store, earlier.id)));
    if (!holds)
        return false;
    *ret_result = result;
    ret_result->known = true;
    *ret_personal = earlier.personal;
    return true;
}
