/* asking.c - the verbs that change something: through the daemon's socket, or with the lock when no daemon
 * runs. */
#include "ctl.h"

#include "m13/clock.h"
#include "m13/control.h"
#include "m13/loop.h"
#include "m13/match.h"
#include "m13/memory.h"
#include "m13/registry.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool nobody_listens(int r)
{
    return r == -ENOENT || r == -ECONNREFUSED;
}

/* --- poll
 * ------------------------------------------------------------------------------------------------------- */

static void print_answer(json_t *answer, void *context)
{
    struct ctl *ctl = context;
    const char *problem = json_string_value(json_object_get(answer, "problem"));
    if (problem && *problem)
        fprintf(stderr, "m13ctl: %s\n", problem);
    else if (ctl->json)
        ctl_print_json(json_incref(answer));
    else if (json_object_get(answer, "feed"))
        printf("%s: %s\n", json_string_value(json_object_get(answer, "feed")),
            SAY(ctl, "现在查询", "asked now"));
}

/* The regulator's word stands, as in a daemon that runs. */
static bool may_be_asked(struct ctl *ctl, const char *feed)
{
    char until[CLOCK_STRING_BYTES];
    int64_t next_at = store_value(ctl->store, 0,
        "SELECT next_at FROM feed_state WHERE name = ? AND outcome = 'retry-after'", "t", feed);
    if (next_at <= clock_wall())
        return true;
    fprintf(stderr, "m13ctl: %s: %s %s\n", feed,
        SAY(ctl, "对方要求在此之前不再查询：", "the register asked for no request before"),
        clock_format(next_at, until));
    return false;
}

static int poll_offline(struct ctl *ctl)
{
    int exit_code = ctl_open_writer(ctl);
    if (exit_code)
        return exit_code;
    store_write(ctl->store);
    for (int i = 0; i < ctl->count; i++) {
        const char *feed = ctl->arguments[i];
        if (!may_be_asked(ctl, feed)) {
            exit_code = EXIT_TRY_LATER;
            continue;
        }
        query_run(query_bind(
            query(ctl->store, "UPDATE feed_state SET next_at = ? WHERE name = ?"), "it", clock_wall(), feed));
        if (ctl->json)
            ctl_print_json(json_pack("{s:s}", "feed", feed));
        else
            printf("%s: %s\n", feed,
                SAY(ctl, "m13d 未运行，下次启动时立即查询", "m13d is not running: asked at its next start"));
    }
    store_commit(ctl->store);
    return exit_code;
}

int verb_poll(struct ctl *ctl)
{
    struct failure failure = {0};
    if (ctl->count == 0)
        return ctl_usage(ctl, "poll 需要数据源名称", "poll takes the names of feeds");
    for (int i = 0; i < ctl->count; i++)
        if (!config_feed(ctl->config, ctl->arguments[i])) {
            fprintf(
                stderr, "m13ctl: %s: %s\n", SAY(ctl, "没有这个数据源", "no such feed"), ctl->arguments[i]);
            return EXIT_BAD_USAGE;
        }
    json_t *feeds = json_array();
    for (int i = 0; i < ctl->count; i++)
        json_array_append_new(feeds, json_string(ctl->arguments[i]));
    int r = control_ask(ctl->config->state, json_pack("{s:s, s:o}", "verb", "poll", "feeds", feeds), NULL, 0,
        print_answer, ctl, &failure);
    if (nobody_listens(r))
        return poll_offline(ctl);
    if (r < 0)
        fprintf(stderr, "m13ctl: %s\n", failure.text);
    return r < 0 ? EXIT_UNAVAILABLE : r;
}

/* --- import
 * ----------------------------------------------------------------------------------------------------- */

static json_t *result_json(const struct import_result *result)
{
    return json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:b, s:s}", "file", result->file, "kind",
        result->kind, "rows", (json_int_t)result->rows, "added", (json_int_t)result->added, "changed",
        (json_int_t)result->changed, "unchanged", (json_int_t)result->unchanged, "rejected",
        (json_int_t)result->rejected, "known", result->known, "problem", result->problem);
}

static void print_import(struct ctl *ctl, json_t *answer)
{
    const char *file = json_string_value(json_object_get(answer, "file"));
    const char *problem = json_string_value(json_object_get(answer, "problem"));
    if (ctl->json) {
        ctl_print_json(json_incref(answer));
        return;
    }
    if (!file && problem)
        fprintf(stderr, "m13ctl: %s\n", problem);
    if (!file)
        return;
    if (problem && *problem)
        printf("%s: %s\n", file, problem);
    else if (json_is_true(json_object_get(answer, "known")))
        printf("%s: %s\n", file, SAY(ctl, "此前已导入，无变化", "imported before: nothing to do"));
    else
        printf("%s (%s): %lld %s, %lld %s, %lld %s, %lld %s\n", file,
            json_string_value(json_object_get(answer, "kind")),
            (long long)json_integer_value(json_object_get(answer, "added")), SAY(ctl, "行新增", "new"),
            (long long)json_integer_value(json_object_get(answer, "changed")), SAY(ctl, "行更改", "changed"),
            (long long)json_integer_value(json_object_get(answer, "unchanged")),
            SAY(ctl, "行不变", "unchanged"),
            (long long)json_integer_value(json_object_get(answer, "rejected")),
            SAY(ctl, "行退回", "rejected"));
}

static int exit_code_of(json_t *answer)
{
    const char *problem = json_string_value(json_object_get(answer, "problem"));
    if (problem && *problem)
        return EXIT_BAD_DATA;
    return json_integer_value(json_object_get(answer, "rejected")) > 0 ? EXIT_SOME_FAILED : 0;
}

struct importing {
    struct ctl *ctl;
    struct store *store;
    struct loop *loop;
    struct matcher *matcher;
    int left;
    int exit_code;
};

static void take_answer(json_t *answer, void *context)
{
    struct importing *importing = context;
    print_import(importing->ctl, answer);
    int exit_code = exit_code_of(answer);
    importing->exit_code = exit_code > importing->exit_code ? exit_code : importing->exit_code;
}

static void on_imported(const struct import_result *result, void *context)
{
    struct importing *importing = context;
    json_t *answer = result_json(result);
    if (result->firms_changed)
        matcher_firms_changed(importing->matcher);
    take_answer(answer, context);
    json_decref(answer);
    if (--importing->left == 0)
        loop_stop(importing->loop);
}

static void commit_turn(void *context)
{
    store_commit(context);
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static int import_offline(struct ctl *ctl, const int *descriptors)
{
    int exit_code = ctl_open_writer(ctl);
    if (exit_code)
        return exit_code;
    struct passwd *user = getpwuid(getuid());
    struct importing importing = {.ctl = ctl, .store = ctl->store, .left = ctl->count};
    importing.loop = loop_new();
    importing.matcher = matcher_new(ctl->store);
    struct registry *registry = registry_new(importing.loop, ctl->store, NULL);
    loop_on_turn_end(importing.loop, commit_turn, ctl->store);
    for (int i = 0; i < ctl->count; i++)
        registry_import(registry, dup(descriptors[i]), base_name(ctl->arguments[i]),
            user ? user->pw_name : "?", on_imported, &importing);
    loop_run(importing.loop, false);
    store_commit(ctl->store);
    registry_free(registry);
    matcher_free(importing.matcher);
    loop_free(importing.loop);
    return importing.exit_code;
}

int verb_import(struct ctl *ctl)
{
    struct failure failure = {0};
    struct importing importing = {.ctl = ctl};
    if (ctl->count == 0)
        return ctl_usage(ctl, "import 需要文件", "import takes files");
    int *descriptors = memory_get_zeroed((size_t)ctl->count, sizeof *descriptors);
    json_t *names = json_array();
    int r = 0;
    for (int i = 0; i < ctl->count && r == 0; i++) {
        descriptors[i] = open(ctl->arguments[i], O_RDONLY | O_CLOEXEC);
        if (descriptors[i] < 0) {
            fprintf(stderr, "m13ctl: %s: %s\n", ctl->arguments[i], strerror(errno));
            r = EXIT_IO;
        }
        json_array_append_new(names, json_string(base_name(ctl->arguments[i])));
    }
    if (r == 0) {
        r = control_ask(ctl->config->state, json_pack("{s:s, s:O}", "verb", "import", "names", names),
            descriptors, (size_t)ctl->count, take_answer, &importing, &failure);
        if (nobody_listens(r))
            r = import_offline(ctl, descriptors);
        else if (r < 0)
            fprintf(stderr, "m13ctl: %s\n", failure.text);
        r = r < 0 ? EXIT_UNAVAILABLE : r ? r : importing.exit_code;
    }
    for (int i = 0; i < ctl->count; i++)
        if (descriptors[i] > 0)
            close(descriptors[i]);
    free(descriptors);
    json_decref(names);
    return r;
}
