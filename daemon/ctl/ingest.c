/* ingest.c - payloads that were fetched by hand: through the daemon's socket, or read here with the lock when
 * no daemon runs; either way all is applied when it answers. */
#include "ctl.h"

#include "m13/approvals.h"
#include "m13/clock.h"
#include "m13/control.h"
#include "m13/feed.h"
#include "m13/ingest_answer.h"
#include "m13/limits.h"
#include "m13/loop.h"
#include "m13/work.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct ingesting {
    struct ctl *ctl;
    const char *feed, *fetched_at;
    int64_t wall;
    const char *names[LIMIT_BY_HAND_FILES];
    int descriptors[LIMIT_BY_HAND_FILES];
    size_t count;

    /* where no daemon runs */
    struct loop *loop;
    struct feeds *feeds;
    struct approvals *approvals;
    struct work *work;
    int64_t writes; /* rows written so far */
    int exit_code;
    bool over;
};

/* --- telling ----------------------------------------------------------------------------------------------
 */

static const char *text_of(json_t *answer, const char *key)
{
    const char *text = json_string_value(json_object_get(answer, key));
    return text ? text : "";
}

static long long count_of(json_t *answer, const char *key)
{
    return (long long)json_integer_value(json_object_get(answer, key));
}

static void print_reject(struct ctl *ctl, json_t *reject)
{
    printf("    %s, %s %lld, %s: %s (%s)\n", text_of(reject, "file"), SAY(ctl, "行", "row"),
        count_of(reject, "row"), text_of(reject, "field"), text_of(reject, "reason"),
        text_of(reject, "excerpt"));
}

static void print_counts(struct ctl *ctl, json_t *answer)
{
    const struct name_entry *outcome =
        name_find(feed_outcome_names, FEED_OUTCOMES, text_of(answer, "outcome"));
    printf("%s: %s; %lld %s, %lld %s, %lld %s, %lld %s\n", text_of(answer, "feed"),
        outcome ? SAY(ctl, outcome->zh, outcome->en) : "", count_of(answer, "rows"), SAY(ctl, "行", "rows"),
        count_of(answer, "added"), SAY(ctl, "条新批准", "new"), count_of(answer, "changed"),
        SAY(ctl, "条变更", "changed"), count_of(answer, "rejected"), SAY(ctl, "行无法读取", "rejected"));
    if (json_is_true(json_object_get(answer, "good")))
        printf("    %s\n", SAY(ctl, "查看：m13ctl seen 批准编号；m13ctl cases；m13ctl feeds",
                               "look at: m13ctl seen NUMBER; m13ctl cases; m13ctl feeds"));
    else
        printf("    %s\n", text_of(answer, "detail"));
}

static void print_answer(json_t *answer, void *context)
{
    struct ingesting *ingesting = context;
    struct ctl *ctl = ingesting->ctl;
    if (json_object_get(answer, "problem"))
        fprintf(stderr, "m13ctl: %s\n", text_of(answer, "problem"));
    else if (ctl->json)
        ctl_print_json(json_incref(answer));
    else if (json_object_get(answer, "reason"))
        print_reject(ctl, answer);
    else
        print_counts(ctl, answer);
}

static void print_own(json_t *answer, void *context)
{
    print_answer(answer, context);
    json_decref(answer);
}

/* --- what the daemon would do, here -----------------------------------------------------------------------
 *
 * Makers are matched and firms decided at its next start. */

static void on_fetched(int64_t poll, void *context)
{
    struct ingesting *ingesting = context;
    approvals_decode(ingesting->approvals, poll);
}

static char *on_next_value(const struct feed_each *each, const char *after, void *context)
{
    struct ingesting *ingesting = context;
    return approvals_next_value(ingesting->ctl->store, each, after);
}

static void on_ended(int64_t poll, enum feed_outcome outcome, const char *detail, void *context)
{
    struct ingesting *ingesting = context;
    json_t *answer = ingest_answer(ingesting->ctl->store, ingesting->feed, poll, outcome, detail);
    ingesting->exit_code = ingest_exit_code(answer);
    ingest_each_reject(ingesting->ctl->store, poll, print_own, ingesting);
    print_own(answer, ingesting);
    ingesting->over = true;
}

static bool work_turn(void *context)
{
    struct ingesting *ingesting = context;
    return work_slice(ingesting->work, clock_monotonic_us() + LIMIT_SLICE_MS * 1000);
}

static void turn_end(void *context)
{
    struct ingesting *ingesting = context;
    store_commit(ingesting->ctl->store);
    int64_t writes = sqlite3_total_changes64(store_handle(ingesting->ctl->store));
    if (writes != ingesting->writes)
        loop_wake(ingesting->loop); /* what was written may be work */
    ingesting->writes = writes;
    if (ingesting->over && approvals_are_idle(ingesting->approvals))
        loop_stop(ingesting->loop);
}

static int ingest_offline(struct ingesting *ingesting)
{
    struct ctl *ctl = ingesting->ctl;
    struct failure failure = {0};
    int exit_code = ctl_open_writer(ctl);
    if (exit_code) {
        for (size_t i = 0; i < ingesting->count; i++)
            close(ingesting->descriptors[i]);
        return exit_code;
    }
    ingesting->loop = loop_new();
    ingesting->feeds = feeds_new(ingesting->loop, ctl->store, ctl->config,
        &(struct feeds_events){.fetched = on_fetched, .next_value = on_next_value, .context = ingesting});
    ingesting->approvals = approvals_new(ingesting->loop, ctl->store, ctl->config, ingesting->feeds);
    ingesting->work = work_new(ctl->store);
    approvals_register_work(ingesting->approvals, ingesting->work);
    loop_set_work(ingesting->loop, work_turn, ingesting);
    loop_on_turn_end(ingesting->loop, turn_end, ingesting);
    struct feed_by_hand by_hand = {.feed = ingesting->feed,
        .descriptors = ingesting->descriptors,
        .names = ingesting->names,
        .count = ingesting->count,
        .fetched_at = ingesting->wall,
        .actor = ctl_own_name(),
        .ended = on_ended,
        .context = ingesting};
    if (feeds_take_by_hand(ingesting->feeds, &by_hand, &failure) < 0) {
        fprintf(stderr, "m13ctl: %s\n", failure.text);
        ingesting->exit_code = EXIT_BAD_DATA;
    } else {
        loop_run(ingesting->loop, false);
    }
    store_commit(ctl->store);
    approvals_free(ingesting->approvals);
    feeds_free(ingesting->feeds);
    work_free(ingesting->work);
    loop_free(ingesting->loop);
    return ingesting->exit_code;
}

/* --- asking -----------------------------------------------------------------------------------------------
 */

static int ingest(struct ingesting *ingesting)
{
    struct ctl *ctl = ingesting->ctl;
    struct failure failure = {0};
    json_t *names = json_array();
    for (size_t i = 0; i < ingesting->count; i++)
        json_array_append_new(names, json_string(ingesting->names[i]));
    json_t *request = json_pack("{s:s, s:s, s:s, s:o}", "verb", "ingest", "feed", ingesting->feed,
        "fetched_at", ingesting->fetched_at, "names", names);
    int r = control_ask(ctl->config->state, request, ingesting->descriptors, ingesting->count, print_answer,
        ingesting, &failure);
    if (nobody_listens(r))
        return ingest_offline(ingesting);
    for (size_t i = 0; i < ingesting->count; i++)
        close(ingesting->descriptors[i]);
    if (r < 0)
        fprintf(stderr, "m13ctl: %s\n", failure.text);
    return r < 0 ? EXIT_UNAVAILABLE : r;
}

static bool open_files(struct ingesting *ingesting)
{
    for (int i = 1; i < ingesting->ctl->count; i++) {
        const char *path = ingesting->ctl->arguments[i], *slash = strrchr(path, '/');
        int descriptor = open(path, O_RDONLY | O_CLOEXEC);
        if (descriptor < 0) {
            fprintf(stderr, "m13ctl: %s: %s\n", path, strerror(errno));
            while (ingesting->count > 0)
                close(ingesting->descriptors[--ingesting->count]);
            return false;
        }
        ingesting->names[ingesting->count] = slash ? slash + 1 : path;
        ingesting->descriptors[ingesting->count++] = descriptor;
    }
    return true;
}

int verb_ingest(struct ctl *ctl)
{
    struct ingesting ingesting = {.ctl = ctl, .fetched_at = ctl_take_option(ctl, "--fetched-at")};
    if (ctl->count < 2 || !ingesting.fetched_at)
        return ctl_usage(ctl, "ingest 需要数据源名称、文件（按页的顺序）和 --fetched-at 取得时间",
            "ingest takes a feed, files in the order of pages, and --fetched-at TIME");
    if (clock_parse(ingesting.fetched_at, &ingesting.wall) < 0)
        return ctl_usage(ctl, "--fetched-at 是 RFC 3339 时间，例如 2026-11-22T08:00:00+08:00",
            "--fetched-at is a time as RFC 3339 has it: 2026-11-22T08:00:00+08:00");
    if (ctl->count - 1 > LIMIT_BY_HAND_FILES)
        return ctl_usage(ctl, "一次最多 64 个文件", "at most 64 files at once");
    ingesting.feed = ctl->arguments[0];
    if (!config_feed(ctl->config, ingesting.feed)) {
        fprintf(stderr, "m13ctl: %s: %s\n", SAY(ctl, "没有这个数据源", "no such feed"), ingesting.feed);
        return EXIT_BAD_USAGE;
    }
    return open_files(&ingesting) ? ingest(&ingesting) : EXIT_IO;
}
