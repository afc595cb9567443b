#include "listening.h"

#include "scratch.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void echo(struct control_request *request, void *context)
{
    struct listening *listening = context;
    size_t i;
    json_t *word;
    listening->asked++;
    json_array_foreach(json_object_get(control_arguments(request), "words"), i, word)
        control_reply(request, json_pack("{s:O}", "word", word));
    control_finish(request, 0, NULL);
}

static void who(struct control_request *request, void *context)
{
    ((struct listening *)context)->asked++;
    control_reply(request, json_pack("{s:s}", "actor", control_actor(request)));
    control_finish(request, 0, NULL);
}

static void files(struct control_request *request, void *context)
{
    size_t count = control_file_count(request);
    ((struct listening *)context)->asked++;
    for (size_t i = 0; i + 1 < count; i++) {
        char text[100] = "";
        int file = control_take_file(request, i);
        if (file < 0 || pread(file, text, sizeof text - 1, 0) < 0 || control_take_file(request, i) != -1)
            snprintf(text, sizeof text, "no file");
        close(file);
        control_reply(request, json_pack("{s:s}", "file", text));
    }
    control_finish(request, control_take_file(request, count) == -1 ? 0 : 70, NULL);
}

static void keep(struct control_request *request, void *context)
{
    struct listening *listening = context;
    listening->asked++;
    listening->kept = request;
}

static void flood(struct control_request *request, void *context)
{
    json_int_t count = json_integer_value(json_object_get(control_arguments(request), "count"));
    size_t bytes = (size_t)json_integer_value(json_object_get(control_arguments(request), "bytes"));
    char *text = malloc(bytes);
    ((struct listening *)context)->asked++;
    memset(text, 'x', bytes);
    for (json_int_t i = 0; i < count; i++)
        control_reply(request, json_pack("{s:I, s:s%}", "number", i, "text", text, bytes));
    free(text);
    control_finish(request, 0, NULL);
}

static void fail_verb(struct control_request *request, void *context)
{
    ((struct listening *)context)->asked++;
    control_finish(request, 3, "the \"feed\"\nis \xff gone");
}

static const struct control_verb verbs[] = {
    {"echo", echo}, {"who", who}, {"files", files}, {"keep", keep}, {"flood", flood}, {"fail", fail_verb}};

static void give_up(void *context)
{
    (void)context;
    fprintf(stderr, "waited in vain\n");
    _exit(1);
}

int listening_open(void **state)
{
    struct listening *listening = calloc(1, sizeof *listening);
    struct failure failure = {0};
    listening->folder = scratch_new();
    listening->loop = loop_new();
    listening->control = control_new(
        listening->loop, listening->folder, verbs, sizeof verbs / sizeof verbs[0], listening, &failure);
    if (listening->control == NULL)
        fail_msg("%s", failure.text);
    listening->watchman = loop_timer_new(listening->loop, LOOP_REAL, "watchman", give_up, NULL);
    loop_timer_set_in(listening->watchman, 60 * 1000);
    *state = listening;
    return 0;
}

int listening_close(void **state)
{
    struct listening *listening = *state;
    loop_timer_free(listening->watchman);
    control_free(listening->control);
    loop_free(listening->loop);
    scratch_remove(listening->folder);
    free(listening);
    return 0;
}

/* --- a client in a process of its own --------------------------------------------------------------------
 */

static void print_answer(json_t *answer, void *context)
{
    (void)context;
    char *text = json_dumps(answer, JSON_COMPACT);
    puts(text);
    free(text);
}

static void be_client(
    const char *folder, const char *request, const int *descriptors, size_t count, int output)
{
    struct failure failure = {0};
    dup2(output, STDOUT_FILENO);
    int r = control_ask(
        folder, json_loads(request, JSON_DECODE_ANY, NULL), descriptors, count, print_answer, NULL, &failure);
    printf("exit %d: %s\n", r, failure.text);
    fflush(stdout);
    _exit(0);
}

struct hearing {
    struct loop *loop;
    struct heard *heard;
    size_t length;
};

static void hear(int descriptor, int events, void *context)
{
    struct hearing *hearing = context;
    (void)events;
    char *end = hearing->heard->text + hearing->length;
    ssize_t got = read(descriptor, end, sizeof hearing->heard->text - 1 - hearing->length);
    if (got > 0)
        hearing->length += (size_t)got;
    else
        loop_stop(hearing->loop);
}

void ask(struct listening *listening, const char *request, const int *descriptors, size_t count,
    struct heard *ret_heard)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t process = fork();
    if (process == 0)
        be_client(listening->folder, request, descriptors, count, ends[1]);
    close(ends[1]);
    struct hearing hearing = {.loop = listening->loop, .heard = ret_heard};
    struct loop_watch *watch = loop_watch_new(listening->loop, ends[0], LOOP_READ, hear, &hearing);
    loop_run(listening->loop, false);
    ret_heard->text[hearing.length] = '\0';
    loop_watch_free(watch);
    close(ends[0]);
    assert_int_equal(waitpid(process, NULL, 0), process);
}

int open_descriptors(void)
{
    int count = 0;
    DIR *folder = opendir("/proc/self/fd");
    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count;
}
