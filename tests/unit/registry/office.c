#include "office.h"

#include "fake_decoder.h"
#include "scratch.h"

#include "m13/clock.h"
#include "m13/digest.h"
#include "m13/loop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

static void note(char *told, size_t size, const struct import_result *result)
{
    size_t used = strlen(told);
    snprintf(told + used, size - used, "%s:%lld:%s ", result->file, (long long)result->added,
        result->known ? "known" : result->problem);
}

static void on_imported(const struct import_result *result, void *context)
{
    struct office *office = context;
    note(office->imported, sizeof office->imported, result);
    office->last = *result;
}

static void on_sealing(const struct import_result *result, void *context)
{
    struct office *office = context;
    note(office->sealed, sizeof office->sealed, result);
}

void office_on_done(const struct import_result *result, void *context)
{
    struct office *office = context;
    office->done++;
    office->last = *result;
}

static bool count_off(void *context, const char *key, int64_t *cursor, int64_t deadline_us)
{
    (void)key;
    (void)cursor;
    (void)deadline_us;
    struct office *office = context;
    office->decided++;
    return true;
}

static bool let_be(void *context, const char *key, int64_t *cursor, int64_t deadline_us)
{
    (void)context;
    (void)key;
    (void)cursor;
    (void)deadline_us;
    return true;
}

static bool work_turn(void *context)
{
    struct office *office = context;
    return work_slice(office->work, clock_monotonic_us() + 5000);
}

static void end_turn(void *context)
{
    struct office *office = context;
    store_commit(office->bureau->store);
    if (work_left(office->bureau->store) > 0) {
        loop_wake(office->loop);
        return;
    }
    bool waits = office->wanted_gone != NULL && office_has(office, office->wanted_gone) &&
                 clock_wall() < office->give_up_at;
    if (registry_is_idle(office->registry) && !waits)
        loop_stop(office->loop);
}

void office_move_in(struct office *office)
{
    struct failure failure = {0};
    struct registry_events events = {on_sealing, on_imported, office};
    office->loop = loop_new();
    office->work = work_new(office->bureau->store);
    if (registry_new(office->loop, office->bureau->store, &events, &office->registry, &failure) < 0)
        fail_msg("%s", failure.text);
    registry_register_work(office->registry, office->work);
    work_register(office->work, &(struct work_kind){"decide", 100, count_off, office});
    work_register(office->work, &(struct work_kind){"rematch", 90, let_be, office});
    loop_set_work(office->loop, work_turn, office);
    loop_on_turn_end(office->loop, end_turn, office);
    loop_wake(office->loop);
}

void office_move_out(struct office *office)
{
    registry_free(office->registry);
    work_free(office->work);
    loop_free(office->loop);
}

int office_open(void **state)
{
    struct office *office = calloc(1, sizeof *office);
    void *bureau;
    bureau_open(&bureau);
    office->bureau = bureau;
    fake_decoder_plan = (struct fake_decoder_plan){0};
    fake_decoder_starts = 0;
    office_move_in(office);
    *state = office;
    return 0;
}

int office_close(void **state)
{
    struct office *office = *state;
    void *bureau = office->bureau;
    office_move_out(office);
    bureau_close(&bureau);
    free(office);
    return 0;
}

void office_set_clock(void)
{
    int64_t start;
    clock_parse("2026-07-01T08:00:00+08:00", &start);
    clock_override(start);
}

/* --- files -----------------------------------------------------------------------------------------------
 */

char *office_path(struct office *office, const char *name)
{
    return scratch_path(office->bureau->folder, "inbox/%s", name);
}

void office_put(struct office *office, const char *name, const char *text)
{
    char *path = office_path(office, name);
    scratch_write(path, text, strlen(text));
    free(path);
}

bool office_has(struct office *office, const char *name)
{
    char *path = office_path(office, name);
    struct stat status;
    bool there = lstat(path, &status) == 0;
    free(path);
    return there;
}

char *office_read(struct office *office, const char *name)
{
    char *path = office_path(office, name);
    char *text = scratch_read(path, NULL);
    free(path);
    return text;
}

const char *office_moved(const char *folder, const char *stem, const char *text, const char *extension)
{
    static char name[300];
    char hex[DIGEST_HEX_BYTES];
    digest_hex_of(text, strlen(text), hex);
    snprintf(name, sizeof name, "%s/%s.%.8s%s", folder, stem, hex, extension);
    return name;
}

/* --- running ---------------------------------------------------------------------------------------------
 */

void office_run(struct office *office)
{
    loop_run(office->loop, false);
}

void office_start_and_run(struct office *office)
{
    registry_start(office->registry);
    office_run(office);
}

void office_run_until_gone(struct office *office, const char *name)
{
    office->wanted_gone = name;
    office->give_up_at = clock_wall() + 10 * CLOCK_MINUTE;
    office_run(office);
    office->wanted_gone = NULL;
    assert_false(office_has(office, name));
}
