/* importing.c - the verbs that change local records: through the daemon's socket, or with the lock when no
 * daemon runs; the same is done, and has been done when they answer. */
#include "ctl.h"

#include "m13/alert.h"
#include "m13/clock.h"
#include "m13/control.h"
#include "m13/import_answer.h"
#include "m13/limits.h"
#include "m13/loop.h"
#include "m13/match.h"
#include "m13/memory.h"
#include "m13/work.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- what the daemon would do, here
 * ----------------------------------------------------------------------------- */

/* As much of the daemon's house as taking files needs: makers are matched and firms decided at its next
 * start. */
struct stand_in {
    struct store *store;
    struct loop *loop;
    struct alert *alert;
    struct matcher *matcher;
    struct registry *registry;
    struct work *work;
};

static void on_sealing(const struct import_result *result, void *context)
{
    struct stand_in *house = context;
    alert_file_taken(house->alert, result);
}

static void on_imported(const struct import_result *result, void *context)
{
    struct stand_in *house = context;
    if (result->firms_changed)
        matcher_firms_changed(house->matcher);
}

static bool work_turn(void *context)
{
    struct stand_in *house = context;
    return work_slice(house->work, clock_monotonic_us() + LIMIT_SLICE_MS * 1000);
}

static void turn_end(void *context)
{
    struct stand_in *house = context;
    store_commit(house->store);
}

static void stand_down(struct stand_in *house)
{
    store_commit(house->store);
    registry_free(house->registry);
    work_free(house->work);
    matcher_free(house->matcher);
    alert_free(house->alert);
    loop_free(house->loop);
}

/* 0, or an exit code with the reason told. */
static int stand_in(struct ctl *ctl, struct stand_in *house)
{
    struct failure failure = {0};
    int exit_code = ctl_open_writer(ctl);
    if (exit_code)
        return exit_code;
    *house = (struct stand_in){.store = ctl->store, .loop = loop_new()};
    house->alert = alert_new(house->loop, ctl->store, ctl->config);
    house->matcher = matcher_new(ctl->store);
    house->work = work_new(ctl->store);
    struct registry_events events = {on_sealing, on_imported, house};
    if (registry_new(house->loop, ctl->store, &events, &house->registry, &failure) < 0) {
        fprintf(stderr, "m13ctl: %s\n", failure.text);
        stand_down(house);
        return EXIT_IO;
    }
    registry_register_work(house->registry, house->work);
    loop_set_work(house->loop, work_turn, house);
    loop_on_turn_end(house->loop, turn_end, house);
    return 0;
}

/* --- import
 * ----------------------------------------------------------------------------------------------------- */

struct importing {
    struct ctl *ctl;
    unsigned allowed;
    int *descriptors; /* one for each argument */
    struct stand_in house;
    int left;
    int exit_code;
};

static int64_t count_of(json_t *answer, const char *key)
{
    return json_integer_value(json_object_get(answer, key));
}

static void append_count(struct text *line, json_t *answer, const char *key, const char *words, bool always)
{
    if (always || count_of(answer, key) > 0)
        text_append_format(
            line, "%s%lld %s", line->length ? ", " : "", (long long)count_of(answer, key), words);
}

static void print_counts(struct ctl *ctl, const char *file, json_t *answer)
{
    struct text line = TEXT_WITH_CEILING(1024);
    append_count(&line, answer, "added", SAY(ctl, "行新增", "new"), true);
    append_count(&line, answer, "changed", SAY(ctl, "行更改", "changed"), true);
    append_count(&line, answer, "unchanged", SAY(ctl, "行不变", "unchanged"), true);
    append_count(&line, answer, "rejected", SAY(ctl, "行退回", "rejected"), true);
    append_count(&line, answer, "unlisted", SAY(ctl, "条不在全量名单中", "no longer listed"), false);
    append_count(
        &line, answer, "waiting", SAY(ctl, "行等待所引用的记录", "waiting for another record"), false);
    append_count(&line, answer, "warnings", SAY(ctl, "处提醒", "warnings"), false);
    printf("%s (%s): %s\n", file, json_string_value(json_object_get(answer, "kind")), text_string(&line));
    if (count_of(answer, "rejected") > 0 || count_of(answer, "warnings") > 0)
        printf("    %s: m13ctl imports %lld\n", SAY(ctl, "逐条查看", "one by one"),
            (long long)count_of(answer, "id"));
    text_free(&line);
}

static void print_import(struct ctl *ctl, json_t *answer)
{
    const char *file = json_string_value(json_object_get(answer, "file"));
    const char *problem = json_string_value(json_object_get(answer, "problem"));
    if (ctl->json)
        ctl_print_json(json_incref(answer));
    else if (!file && problem)
        fprintf(stderr, "m13ctl: %s\n", problem);
    else if (file && problem && *problem)
        printf("%s: %s\n", file, problem);
    else if (file && json_is_true(json_object_get(answer, "known")))
        printf("%s: %s\n", file, SAY(ctl, "此前已导入，无变化", "imported before: nothing to do"));
    else if (file)
        print_counts(ctl, file, answer);
}

static void take_answer(json_t *answer, void *context)
{
    struct importing *importing = context;
    print_import(importing->ctl, answer);
}

static void on_done(const struct import_result *result, void *context)
{
    struct importing *importing = context;
    json_t *answer = import_answer(result);
    int exit_code = import_exit_code(result);
    print_import(importing->ctl, answer);
    json_decref(answer);
    importing->exit_code = exit_code > importing->exit_code ? exit_code : importing->exit_code;
    if (--importing->left == 0)
        loop_stop(importing->house.loop);
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static int import_offline(struct importing *importing)
{
    struct ctl *ctl = importing->ctl;
    int exit_code = stand_in(ctl, &importing->house);
    if (exit_code)
        return exit_code;
    importing->left = ctl->count;
    for (int i = 0; i < ctl->count; i++) {
        registry_import(importing->house.registry, importing->descriptors[i], base_name(ctl->arguments[i]),
            ctl_own_name(), importing->allowed, on_done, importing);
        importing->descriptors[i] = -1; /* handed over */
    }
    loop_run(importing->house.loop, false);
    stand_down(&importing->house);
    return importing->exit_code;
}

static int import_files(struct importing *importing)
{
    struct ctl *ctl = importing->ctl;
    struct failure failure = {0};
    json_t *names = json_array();
    for (int i = 0; i < ctl->count; i++)
        json_array_append_new(names, json_string(base_name(ctl->arguments[i])));
    json_t *request = json_pack("{s:s, s:o, s:b}", "verb", "import", "names", names, "allow_shrink",
        importing->allowed == IMPORT_ALLOW_SHRINK);
    int r = control_ask(ctl->config->state, request, importing->descriptors, (size_t)ctl->count, take_answer,
        importing, &failure);
    if (nobody_listens(r))
        return import_offline(importing);
    if (r < 0)
        fprintf(stderr, "m13ctl: %s\n", failure.text);
    return r < 0 ? EXIT_UNAVAILABLE : r;
}

static bool open_files(struct importing *importing)
{
    for (int i = 0; i < importing->ctl->count; i++) {
        const char *path = importing->ctl->arguments[i];
        importing->descriptors[i] = open(path, O_RDONLY | O_CLOEXEC);
        if (importing->descriptors[i] < 0) {
            fprintf(stderr, "m13ctl: %s: %s\n", path, strerror(errno));
            return false;
        }
    }
    return true;
}

int verb_import(struct ctl *ctl)
{
    struct importing importing = {
        .ctl = ctl, .allowed = ctl_take_flag(ctl, "--allow-shrink") ? IMPORT_ALLOW_SHRINK : 0};
    if (ctl->count == 0)
        return ctl_usage(ctl, "import 需要文件（--allow-shrink 允许全量名单大幅减少）",
            "import takes files (--allow-shrink: "
            "a full list may be much shorter)");
    if (ctl->count > LIMIT_CONTROL_FILES)
        return ctl_usage(ctl, "一次最多导入 64 个文件", "at most 64 files at once");
    importing.descriptors = memory_get_zeroed((size_t)ctl->count, sizeof *importing.descriptors);
    for (int i = 0; i < ctl->count; i++)
        importing.descriptors[i] = -1;
    int exit_code = open_files(&importing) ? import_files(&importing) : EXIT_IO;
    for (int i = 0; i < ctl->count; i++)
        if (importing.descriptors[i] >= 0)
            close(importing.descriptors[i]);
    free(importing.descriptors);
    return exit_code;
}

/* --- forget
 * ----------------------------------------------------------------------------------------------------- */

static void print_forgotten(json_t *answer, void *context)
{
    struct ctl *ctl = context;
    json_t *count = json_object_get(answer, "forgotten");
    if (!count)
        return; /* the problem: told by whoever asked */
    if (ctl->json)
        ctl_print_json(json_incref(answer));
    else
        printf("%s: %lld %s\n", json_string_value(json_object_get(answer, "uscc")),
            (long long)json_integer_value(count),
            SAY(ctl, "条联系人信息已彻底删除", "contacts erased for good"));
}

static int forget_offline(struct ctl *ctl, const char *uscc)
{
    struct stand_in house;
    struct failure failure = {0};
    int exit_code = stand_in(ctl, &house);
    if (exit_code)
        return exit_code;
    int64_t count = registry_forget(house.registry, uscc, ctl_own_name(), &failure);
    stand_down(&house);
    if (count < 0) {
        fprintf(stderr, "m13ctl: %s\n", failure.text);
        return EXIT_IO;
    }
    json_t *answer = json_pack("{s:s, s:I}", "uscc", uscc, "forgotten", (json_int_t)count);
    print_forgotten(answer, ctl);
    json_decref(answer);
    return 0;
}

int verb_forget(struct ctl *ctl)
{
    struct failure failure = {0};
    const char *uscc = ctl->count == 1 ? ctl->arguments[0] : "";
    if (!registry_is_candidate(uscc) && uscc_check(uscc) == USCC_SHAPE_WRONG)
        return ctl_usage(ctl, "forget 需要一个统一社会信用代码", "forget takes one USCC");
    int r = control_ask(ctl->config->state, json_pack("{s:s, s:s}", "verb", "forget", "uscc", uscc), NULL, 0,
        print_forgotten, ctl, &failure);
    if (nobody_listens(r))
        return forget_offline(ctl, uscc);
    if (r != 0)
        fprintf(stderr, "m13ctl: %s\n", failure.text);
    return r < 0 ? EXIT_UNAVAILABLE : r;
}
