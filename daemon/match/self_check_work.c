/* self_check_work.c - the self-check from the work list: behind everything else, when the roster has changed
 * and once a night.
 *
 * Its findings stand beside those of the check before and are shown when it has ended, all at once (view
 * self_finding_shown). One that was broken off goes on behind the firm that was asked last, unless the firms
 * have changed meanwhile. */
#include "m13/clock.h"
#include "m13/date.h"
#include "m13/log.h"
#include "m13/store.h"
#include "m13/text.h"
#include "m13/work.h"
#include "matcher.h"

#include <inttypes.h>
#include <jansson.h>

enum { ORDER_SELF_CHECK = 90, FORGOTTEN_A_SLICE = 500 };

static const char kind[] = "self-check", key_due[] = "due";
#define SEVERAL_FIT "R3"

const struct name_entry match_self_names[3] = {
    {MATCH_SELF_DOUBTED, "doubted", "按此名称只能列入人工核定，不能自动认定",
        "by this name it is found for review only"},
    {MATCH_SELF_SHADOWED, "shadowed", "按此名称认出的是另一家企业", "by this name another firm is found"},
    {MATCH_SELF_LOST, "lost", "按此名称认不出任何企业", "by this name nobody is found"},
};

struct checking {
    struct store *store;
    int64_t check;
};

/* The check that is under way on this very roster; 0 = none. */
static int64_t under_way(struct store *store, const char *basis)
{
    return store_value(
        store, 0, "SELECT id FROM self_check WHERE ended_at IS NULL AND basis = ?", "t", basis);
}

/* Since the last one that ended the roster has changed, or a day in Beijing has begun. */
static bool is_due(struct store *store, const char *basis)
{
    int64_t ended_at = store_value(store, CLOCK_NEVER,
        "SELECT ended_at FROM self_check WHERE ended_at IS NOT NULL AND basis = ? "
        "AND id = (SELECT max(id) FROM self_check WHERE ended_at IS NOT NULL)",
        "t", basis);
    return ended_at == CLOCK_NEVER || day_in_beijing(ended_at) != day_in_beijing(clock_wall());
}

/* One slice of clearing away what is not shown; true when nothing of it is left. */
static bool forget_unshown(struct store *store)
{
    int64_t shown = store_value(store, 0, "SELECT max(id) FROM self_check WHERE ended_at IS NOT NULL", "");
    store_write(store);
    query_run(query_bind(query(store, "DELETE FROM self_finding WHERE rowid IN "
                                      "(SELECT rowid FROM self_finding WHERE check_id <> ? LIMIT ?)"),
        "ii", shown, (int64_t)FORGOTTEN_A_SLICE));
    if (store_changes(store) == FORGOTTEN_A_SLICE)
        return false;
    query_run(query_bind(query(store, "DELETE FROM self_check WHERE id <> ?"), "i", shown));
    return true;
}

static int64_t begin(struct store *store, const char *basis)
{
    query_run(query_bind(query(store, "INSERT INTO self_check (id, basis, begun_at) "
                                      "SELECT coalesce(max(id), 0) + 1, ?, ? FROM self_check"),
        "ti", basis, clock_wall()));
    return under_way(store, basis);
}

/* Who is found; where that is the firm itself, and several fit, the next of these. */
static const char *other_firm(const struct match_self *finding, const json_t *why)
{
    const json_t *runner_up = json_object_get(why, "runner_up");
    const char *next = json_string_value(json_object_get(runner_up, "uscc"));
    bool several = string_equal(finding->rule, SEVERAL_FIT);
    return several && next != NULL && string_equal(finding->other, finding->uscc) ? next : finding->other;
}

static void note(const struct match_self *finding, void *context)
{
    const struct checking *checking = context;
    json_t *why = json_loads(finding->why, 0, NULL);
    store_write(checking->store);
    query_run(query_bind(
        query(checking->store, "INSERT OR REPLACE INTO self_finding (check_id, uscc, name, finding, other, "
                               "rule) VALUES (?, ?, ?, ?, ?, ?)"),
        "ittttt", checking->check, finding->uscc, finding->name,
        name_code(
            match_self_names, sizeof match_self_names / sizeof *match_self_names, (int)finding->finding),
        other_firm(finding, why), finding->rule));
    json_decref(why);
}

static void end(const struct checking *checking, size_t firms)
{
    store_write(checking->store);
    query_run(query_bind(query(checking->store, "UPDATE self_check SET ended_at = ?, firms = ? WHERE id = ?"),
        "iii", clock_wall(), (int64_t)firms, checking->check));
    int64_t findings = store_value(
        checking->store, 0, "SELECT count(*) FROM self_finding WHERE check_id = ?", "i", checking->check);
    if (findings > 0)
        log_notice(
            "self-check: of %zu firms' names %" PRId64 " do not lead to their own firm", firms, findings);
}

/* The cursor counts the firms that were asked: the roster gives them in one order always. */
static bool slice(void *context, const char *key, int64_t *cursor, int64_t deadline_us)
{
    (void)key;
    struct matcher *matcher = context;
    struct match_index *index = matcher_index(matcher, deadline_us);
    if (index == NULL)
        return false;
    const char *basis = matcher_basis(matcher);
    struct checking checking = {.store = matcher_store(matcher)};
    checking.check = *cursor > 0 ? under_way(checking.store, basis) : 0;
    if (checking.check == 0) {
        *cursor = 0;
        if (!is_due(checking.store, basis))
            return true;
        if (!forget_unshown(checking.store))
            return false;
        checking.check = begin(checking.store, basis);
    }
    size_t asked = (size_t)*cursor;
    bool done = match_self_check(index, &asked, deadline_us, note, &checking);
    *cursor = (int64_t)asked;
    if (done)
        end(&checking, asked);
    return done;
}

void matcher_check_itself(struct matcher *matcher)
{
    work_add(matcher_store(matcher), kind, key_due, false);
}

void self_check_register(struct matcher *matcher, struct work *work)
{
    work_register(work, &(struct work_kind){kind, ORDER_SELF_CHECK, slice, matcher});
    matcher_check_itself(matcher);
}
