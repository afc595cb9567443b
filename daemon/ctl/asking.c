/* asking.c - what is done through the daemon's socket, or with the lock when no daemon runs. */
#include "ctl.h"

#include "m13/clock.h"
#include "m13/control.h"
#include "m13/memory.h"
#include "m13/review.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool nobody_listens(int r)
{
    return r == -ENOENT || r == -ECONNREFUSED;
}

/* --- a change ---------------------------------------------------------------------------------------- */

struct asked {
    struct ctl *ctl;
    const struct ctl_change *change;
};

static void take_answer(json_t *answer, void *context)
{
    struct asked *asked = context;
    if (json_object_get(answer, "problem"))
        return; /* told by whoever asked */
    if (asked->ctl->json)
        ctl_print_json(json_incref(answer));
    else
        asked->change->print(asked->ctl, answer);
}

static bool is_utf8(json_t *arguments)
{
    const char *key;
    json_t *value;
    json_object_foreach(arguments, key, value)
    {
        const char *text = json_string_value(value);
        if (text && !utf8_is_valid(text, strlen(text)))
            return false;
    }
    return true;
}

static int change_here(struct ctl *ctl, struct asked *asked)
{
    struct failure failure = {0};
    json_t *answer = NULL;
    int r = ctl_open_writer(ctl);
    if (r != 0)
        return r;
    r = asked->change->here(ctl, asked->change->context, &answer, &failure);
    if (r < 0) {
        fprintf(stderr, "m13ctl: %s\n", failure.text);
        return review_exit_code(r);
    }
    store_commit(ctl->store);
    take_answer(answer, asked);
    json_decref(answer);
    return 0;
}

int ctl_change(struct ctl *ctl, json_t *arguments, const struct ctl_change *change)
{
    struct asked asked = {ctl, change};
    struct failure failure = {0};
    if (!arguments || !is_utf8(arguments)) {
        json_decref(arguments);
        return ctl_usage(ctl, "参数须为 UTF-8 文字", "arguments are UTF-8 text");
    }
    json_object_set_new(arguments, "english", json_boolean(ctl->english));
    int r = control_ask(ctl->config->state, arguments, NULL, 0, take_answer, &asked, &failure);
    if (nobody_listens(r))
        return change_here(ctl, &asked);
    if (r != 0)
        fprintf(stderr, "m13ctl: %s\n", failure.text);
    return r < 0 ? EXIT_UNAVAILABLE : r;
}

/* --- poll --------------------------------------------------------------------------------------------- */

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
