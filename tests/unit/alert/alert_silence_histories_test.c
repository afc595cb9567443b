/* Whatever happens in whatever order, under clocks that jump: a firm that does not answer hears of a case
 * once, and as often again as reminders are configured; one that has answered, never; nobody twice within a
 * day. */
#include "silence_world.h"

enum { CASES = 4, HISTORIES = 8, STEPS = 70 };

static uint64_t random_state;

static int64_t any(int64_t below)
{
    random_state = random_state * 6364136223846793005U + 1442695040888963407U;
    return (int64_t)((random_state >> 33) % (uint64_t)below);
}

/* --- what may happen --------------------------------------------------------------------------------------
 */

static bool answered[CASES + 1];

static void news(int64_t case_file, int64_t now)
{
    notify_of(case_file, FIRM_A, any(4) == 0, now);
}

static void an_answer(int64_t case_file, int64_t now)
{
    char case_id[32];
    snprintf(case_id, sizeof case_id, "M13-2026-%05d", (int)case_file);
    answer(case_id, "confirm");
    answered[case_file] = true;
    (void)now;
}

static void an_acknowledgement(int64_t case_file, int64_t now)
{
    int64_t message = store_value(world.store, 0,
        "SELECT max(t.outbox) FROM told t JOIN delivery d ON d.outbox = t.outbox "
        "AND d.state = 'delivered' WHERE t.case_file = ?",
        "i", case_file);
    if (message == 0)
        return;
    acknowledge_reply(world.store, message, "mail", now);
    struct query *q =
        query_bind(query(world.store, "SELECT case_file FROM told WHERE outbox = ?"), "i", message);
    while (query_next(q))
        answered[query_integer(q, 0)] = true;
}

static void a_move(int64_t case_file, int64_t now)
{
    static const char *const stages[] = {"checking", "confirmed", "applied"};
    int64_t which = any(3);
    move(case_file, stages[which]);
    answered[case_file] |= which > 0;
    (void)now;
}

static void a_release(int64_t case_file, int64_t now)
{
    store_write(world.store);
    query_run(query_bind(
        query(world.store, "UPDATE outbox SET state = 'released', released_at = ? WHERE state = 'held'"), "i",
        now));
    run_sql("INSERT OR IGNORE INTO delivery (outbox, channel, recipient, state) "
            "SELECT id, 'mail', '', 'waiting' FROM outbox WHERE state = 'released'");
    (void)case_file;
}

static void a_fault_of_the_mail(int64_t case_file, int64_t now)
{
    unarrived = !unarrived;
    (void)case_file;
    (void)now;
}

static void another_mode(int64_t case_file, int64_t now)
{
    world.config.alerts.mode = any(3) == 0 ? ALERT_DRAFT : ALERT_LIVE;
    (void)case_file;
    (void)now;
}

static void nothing(int64_t case_file, int64_t now)
{
    (void)case_file;
    (void)now;
}

/* Mostly nothing: silence is long. */
static void happen(int64_t now)
{
    static void (*const happenings[])(int64_t, int64_t) = {news, an_answer, an_acknowledgement, a_move,
        a_release, a_fault_of_the_mail, another_mode, nothing, nothing, nothing, nothing, nothing, nothing,
        nothing, nothing, nothing, nothing, nothing, nothing, nothing, nothing, nothing};
    happenings[any(sizeof happenings / sizeof *happenings)](1 + any(CASES), now);
}

/* Hours and days pass; sometimes somebody sets the clock. */
static int64_t step(int64_t now)
{
    switch (any(12)) {
    case 0:
        return now - CLOCK_HOUR;
    case 1:
        return now + 7 * CLOCK_DAY;
    case 2:
        return now - 7 * CLOCK_DAY;
    default:
        return now + any(6) * CLOCK_DAY + any(24) * CLOCK_HOUR;
    }
}

/* --- what must hold ---------------------------------------------------------------------------------------
 */

static int64_t reminded;

static void check_new(int64_t known)
{
    struct query *q = query_bind(
        query(world.store,
            "SELECT t.case_file, o.created_at, (SELECT count(*) FROM told x JOIN outbox p ON p.id = x.outbox "
            "WHERE x.case_file = t.case_file AND x.kind = 'reminder' AND (p.state <> 'cancelled' "
            "OR p.decided_by <> 'm13d')), "
            "(SELECT max(coalesce(p.released_at, p.created_at)) FROM told x JOIN outbox p ON p.id = x.outbox "
            "WHERE x.case_file = t.case_file AND p.id < o.id AND p.state = 'released'), "
            "(SELECT count(*) FROM told x WHERE x.case_file = t.case_file AND x.outbox > ?1), "
            "(SELECT count(*) FROM told x JOIN delivery d ON d.outbox = x.outbox WHERE x.kind = 'lead' "
            "AND d.state = 'delivered' AND x.case_file = t.case_file AND x.outbox < o.id) "
            "FROM told t JOIN outbox o ON o.id = t.outbox WHERE t.outbox > ?1 AND t.kind = 'reminder' "
            "AND o.state = 'released'"),
        "i", known);
    while (query_next(q)) {
        int64_t case_file = query_integer(q, 0);
        assert_false(answered[case_file]);
        assert_true(query_integer(q, 2) <= (int64_t)world.config.alerts.reminder_count);
        assert_true(query_integer(q, 1) >= query_integer(q, 3) + CLOCK_DAY);
        assert_int_equal(query_integer(q, 4), 1); /* at once, one */
        assert_true(query_integer(q, 5) > 0);
        assert_true(world.config.alerts.mode != ALERT_DRAFT);
        reminded++;
    }
}

static void history(uint64_t seed)
{
    random_state = seed;
    memset(answered, 0, sizeof answered);
    world.config.alerts.reminder_count = (size_t)any(4);
    for (int i = 0; i < ALERT_REMINDERS_MOST; i++)
        world.config.alerts.reminder_days[i] =
            (i > 0 ? world.config.alerts.reminder_days[i - 1] : 0) + 1 + any(30);
    world.config.alerts.quiet_period_days = any(8);
    world.config.alerts.times.digest_all_days = any(2) == 0;
    world.config.alerts.times.quiet_from = any(2) * 8 * CLOCK_HOUR;
    world.config.alerts.times.quiet_to = any(2) * 12 * CLOCK_HOUR;
    int64_t now = nine(0);
    for (int64_t case_file = 1; case_file <= CASES; case_file++)
        notify_of(case_file, FIRM_A, false, now);
    for (int i = 0; i < STEPS; i++) {
        int64_t known = count_of(&world, "SELECT coalesce(max(id), 0) FROM outbox");
        happen(now);
        turn(now);
        check_new(known);
        now = step(now);
    }
}

static void no_history_makes_a_flood(void **state)
{
    reminded = 0;
    for (uint64_t seed = 1; seed <= HISTORIES; seed++) {
        assert_int_equal(open_silence(state), 0);
        history(seed);
        close_world(state);
    }
    assert_true(reminded >= HISTORIES); /* the histories are such in which reminders are sent */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(no_history_makes_a_flood)};
    world_clock();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
