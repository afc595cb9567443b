/* One file on its way, with everything that can happen to a file and to those who read it. */
#include "delivery.h"
#include "fake_decoder.h"
#include "job.h"
#include "scratch.h"

#include "m13/clock.h"
#include "m13/digest.h"
#include "m13/evidence.h"
#include "m13/loop.h"
#include "m13/text.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define CHEN   "91110108MA0DEMA17F"
#define SIZH   "91110114MA0DEMB219"
#define ROSTER "uscc,企业名称\n" CHEN ",晨岚\n"

struct desk {
    struct bureau *bureau;
    struct loop *loop;
    struct work *work;
    struct local_apply apply;
    struct contacts *contacts;
    struct local_job *job;
    char *path;
    int sealings, ends, pending_at_end;
    enum job_end end;
    bool personal;
    char sha256[DIGEST_HEX_BYTES];
    struct import_result result, sealed;
};

static void on_sealing(const struct import_result *result, void *context)
{
    struct desk *desk = context;
    desk->sealings++;
    desk->sealed = *result;
}

static void on_ended(enum job_end end, const struct import_result *result, const struct stat *status,
    const char *sha256, bool personal, void *context)
{
    struct desk *desk = context;
    (void)status;
    desk->ends++;
    desk->job = NULL;
    desk->end = end;
    desk->result = *result;
    assert_string_equal(result->file, "file.csv");
    assert_string_equal(result->by, "zhang");
    desk->personal = personal;
    desk->pending_at_end = local_apply_pending(desk->bureau->store);
    snprintf(desk->sha256, sizeof desk->sha256, "%s", sha256);
    loop_stop(desk->loop);
}

static void on_applied(void *context)
{
    struct desk *desk = context;
    local_job_applied(desk->job);
}

static bool do_work(void *context)
{
    struct desk *desk = context;
    return work_slice(desk->work, clock_monotonic_us());
}

static void end_turn(void *context)
{
    struct desk *desk = context;
    store_commit(desk->bureau->store);
}

static int desk_open(void **state)
{
    struct desk *desk = calloc(1, sizeof *desk);
    void *bureau;
    bureau_open(&bureau);
    desk->bureau = bureau;
    desk->loop = loop_new();
    desk->work = work_new(desk->bureau->store);
    desk->apply =
        (struct local_apply){.store = desk->bureau->store, .all_applied = on_applied, .context = desk};
    desk->path = scratch_path(desk->bureau->folder, "file.csv");
    local_apply_register(&desk->apply, desk->work);
    contacts_open(desk->bureau->folder, CONTACTS_WRITER, &desk->contacts, NULL);
    loop_set_work(desk->loop, do_work, desk);
    loop_on_turn_end(desk->loop, end_turn, desk);
    fake_decoder_plan = (struct fake_decoder_plan){0};
    fake_decoder_starts = 0;
    *state = desk;
    return 0;
}

static int desk_close(void **state)
{
    struct desk *desk = *state;
    local_job_free(desk->job);
    local_apply_free(&desk->apply);
    work_free(desk->work);
    contacts_close(desk->contacts);
    loop_free(desk->loop);
    free(desk->path);
    void *bureau = desk->bureau;
    bureau_close(&bureau);
    free(desk);
    return 0;
}

static void write_file(struct desk *desk, const char *text)
{
    scratch_write(desk->path, text, strlen(text));
}

static void start(struct desk *desk)
{
    int descriptor = open(desk->path, O_RDONLY | O_CLOEXEC);
    desk->job = local_job_start(desk->loop, desk->bureau->store, desk->contacts, descriptor, "file.csv",
        "zhang", 0, &(struct job_events){on_sealing, on_ended, desk});
}

static void take(struct desk *desk, const char *text)
{
    write_file(desk, text);
    start(desk);
    loop_run(desk->loop, false);
}

static void assert_nothing_staged(struct desk *desk)
{
    while (do_work(desk))
        store_commit(desk->bureau->store);
    store_commit(desk->bureau->store);
    assert_int_equal(number(desk->bureau, "SELECT count(*) FROM local_staged"), 0);
    assert_int_equal(number(desk->bureau, "SELECT count(*) FROM local_file WHERE state = 'staging'"), 0);
}

static void a_file_ends_when_all_of_it_is_applied(void **state)
{
    struct desk *desk = *state;
    take(desk, ROSTER);
    assert_int_equal(desk->end, JOB_TAKEN);
    assert_int_equal(desk->ends, 1);
    assert_int_equal(desk->sealings, 1);
    assert_false(desk->pending_at_end);
    assert_int_equal(desk->result.added, 1);
    assert_int_equal(desk->sealed.added, 1);
    assert_string_equal(field(desk->bureau, "firms", CHEN, "name_zh"), "晨岚");
    /* What its records rest on is kept. */
    assert_int_equal(evidence_verify(desk->bureau->store, desk->sha256, NULL), 0);
}

static void the_same_bytes_are_known_without_a_decoder(void **state)
{
    struct desk *desk = *state;
    take(desk, ROSTER);
    take(desk, ROSTER);
    assert_int_equal(desk->end, JOB_TAKEN);
    assert_true(desk->result.known);
    assert_int_equal(desk->result.id, 1);
    assert_int_equal(desk->sealings, 1);
    assert_int_equal(fake_decoder_starts, 1);
}

static void get_well(void *context)
{
    (void)context;
    fake_decoder_plan.outcome = DECODER_OK;
}

static void a_decoder_that_died_once_is_tried_again(void **state)
{
    struct desk *desk = *state;
    fake_decoder_plan = (struct fake_decoder_plan){.outcome = DECODER_CRASHED, .before_end = get_well};
    take(desk, ROSTER);
    assert_int_equal(desk->end, JOB_TAKEN);
    assert_int_equal(fake_decoder_starts, 2);
    assert_int_equal(desk->result.added, 1);
    assert_nothing_staged(desk);
    assert_int_equal(number(desk->bureau, "SELECT count(*) FROM local_file"), 1);
    assert_int_equal(number(desk->bureau, "SELECT count(*) FROM local_record"), 1);
}

static void a_file_that_kills_every_decoder_is_refused(void **state)
{
    struct desk *desk = *state;
    fake_decoder_plan.outcome = DECODER_CRASHED;
    take(desk, ROSTER);
    assert_int_equal(desk->end, JOB_REFUSED);
    assert_int_equal(fake_decoder_starts, 2);
    assert_says(desk->result.problem, "读取文件的程序两次中途停止（what the child said）");
    assert_int_equal(desk->sealings, 1);
    assert_nothing_staged(desk);
    assert_int_equal(number(desk->bureau, "SELECT count(*) FROM local_file WHERE state = 'refused'"), 1);
    assert_int_equal(number(desk->bureau, "SELECT count(*) FROM local_record"), 0);
}

static void what_the_decoder_says_of_the_file_refuses_it(void **state)
{
    struct desk *desk = *state;
    fake_decoder_plan.outcome = DECODER_MALFORMED;
    take(desk, ROSTER);
    assert_int_equal(desk->end, JOB_REFUSED);
    assert_int_equal(fake_decoder_starts, 1);
    assert_string_equal(desk->result.problem, "what the child said");
    fake_decoder_plan.outcome = DECODER_TOO_LARGE;
    take(desk, ROSTER);
    assert_int_equal(desk->end, JOB_REFUSED);
    assert_string_equal(desk->result.problem, "what the child said");
}

static void a_file_that_is_refused_in_its_middle_is_not_read_on(void **state)
{
    struct desk *desk = *state;
    take(desk, "[企业]\n" ROSTER "[统计]\n年度,合计\n1,2\n[更多]\n" ROSTER);
    assert_int_equal(desk->end, JOB_REFUSED);
    assert_int_equal(fake_decoder_starts, 1); /* that the decoder was stopped is no crash */
    assert_says(desk->result.problem, "工作表“统计”");
    assert_nothing_staged(desk);
}

static void rewrite(void *context)
{
    write_file(context, ROSTER SIZH ",思卓\n");
    fake_decoder_plan.before_end = NULL;
}

static void a_file_that_changes_while_it_is_read_is_left_for_later(void **state)
{
    struct desk *desk = *state;
    fake_decoder_plan = (struct fake_decoder_plan){.before_end = rewrite, .context = desk};
    take(desk, ROSTER);
    assert_int_equal(desk->end, JOB_LATER);
    assert_int_equal(desk->sealings, 0);
    assert_nothing_staged(desk);
    assert_int_equal(number(desk->bureau, "SELECT count(*) FROM local_file"), 0);
    start(desk);
    loop_run(desk->loop, false);
    assert_int_equal(desk->end, JOB_TAKEN);
    assert_int_equal(desk->result.added, 2);
}

static void a_full_disk_leaves_the_file_for_later(void **state)
{
    struct desk *desk = *state;
    int64_t reserve = local_import_reserve_bytes;
    local_import_reserve_bytes = INT64_MAX / 2;
    take(desk, ROSTER);
    local_import_reserve_bytes = reserve;
    assert_int_equal(desk->end, JOB_LATER);
    assert_nothing_staged(desk);
    assert_int_equal(number(desk->bureau, "SELECT count(*) FROM local_file"), 0);
    take(desk, ROSTER);
    assert_int_equal(desk->end, JOB_TAKEN);
}

static void without_a_sandbox_nothing_is_read(void **state)
{
    struct desk *desk = *state;
    fake_decoder_plan.outcome = DECODER_UNAVAILABLE;
    take(desk, ROSTER);
    assert_int_equal(desk->end, JOB_LATER);
    assert_nothing_staged(desk);
    fake_decoder_plan.start = -ENOENT;
    take(desk, ROSTER);
    assert_int_equal(desk->end, JOB_LATER);
}

static void contacts_are_marked_as_such_and_no_evidence(void **state)
{
    struct desk *desk = *state;
    const char *table = "uscc,channel,address\n" CHEN ",email,wang@chenlan.example\n";
    take(desk, table);
    assert_int_equal(desk->end, JOB_TAKEN);
    assert_true(desk->personal);
    assert_int_equal(number(desk->bureau, "SELECT count(*) FROM evidence"), 0);
    take(desk, table);
    assert_int_equal(desk->result.unchanged, 1);
    assert_true(desk->personal);
}

static void a_job_may_be_given_up_at_any_time(void **state)
{
    struct desk *desk = *state;
    fake_decoder_plan.never_ends = true;
    write_file(desk, ROSTER);
    start(desk);
    struct loop_timer *soon =
        loop_timer_new(desk->loop, LOOP_REAL, "stop", (void (*)(void *))loop_stop, desk->loop);
    loop_timer_set_in(soon, 20);
    loop_run(desk->loop, false);
    loop_timer_free(soon);
    assert_int_equal(desk->ends, 0);
    local_job_free(desk->job);
    desk->job = NULL;
    loop_run(desk->loop, true);
    assert_int_equal(desk->ends, 0);
    local_job_applied(NULL);
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, desk_open, desk_close)
    const struct CMUnitTest tests[] = {
        CLAIM(a_file_ends_when_all_of_it_is_applied),
        CLAIM(the_same_bytes_are_known_without_a_decoder),
        CLAIM(a_decoder_that_died_once_is_tried_again),
        CLAIM(a_file_that_kills_every_decoder_is_refused),
        CLAIM(what_the_decoder_says_of_the_file_refuses_it),
        CLAIM(a_file_that_is_refused_in_its_middle_is_not_read_on),
        CLAIM(a_file_that_changes_while_it_is_read_is_left_for_later),
        CLAIM(a_full_disk_leaves_the_file_for_later),
        CLAIM(without_a_sandbox_nothing_is_read),
        CLAIM(contacts_are_marked_as_such_and_no_evidence),
        CLAIM(a_job_may_be_given_up_at_any_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
