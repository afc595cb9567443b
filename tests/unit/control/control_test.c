/* The control socket as m13ctl uses it. */
#include "listening.h"
#include "scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

static struct heard heard;

static void answers_come_in_order_and_the_code_last(void **state)
{
    ask(*state, "{\"verb\":\"echo\",\"words\":[\"一\",\"two\",3]}", NULL, 0, &heard);
    assert_string_equal(heard.text, "{\"word\":\"一\"}\n{\"word\":\"two\"}\n{\"word\":3}\nexit 0: \n");
}

static void a_problem_is_told_with_its_code(void **state)
{
    ask(*state, "{\"verb\":\"fail\"}", NULL, 0, &heard);
    assert_string_equal(heard.text,
        "{\"done\":true,\"exit\":3,\"problem\":\"the \\\"feed\\\"\\nis \xef\xbf\xbd gone\"}\n"
        "exit 3: the \"feed\" is \xef\xbf\xbd gone\n");
}

static void the_actor_is_the_user_of_the_other_process(void **state)
{
    char expected[200];
    const struct passwd *user = getpwuid(getuid());
    snprintf(expected, sizeof expected, "{\"actor\":\"%s\"}\nexit 0: \n", user->pw_name);
    ask(*state, "{\"verb\":\"who\",\"actor\":\"root\"}", NULL, 0, &heard);
    assert_string_equal(heard.text, expected);
}

static void files_travel_as_descriptors_and_none_is_left(void **state)
{
    struct listening *listening = *state;
    int descriptors[64], before = open_descriptors();
    for (int i = 0; i < 64; i++) {
        char text[20];
        descriptors[i] = open(listening->folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
        assert_true(pwrite(descriptors[i], text, (size_t)snprintf(text, sizeof text, "file %d", i), 0) > 0);
    }
    ask(listening, "{\"verb\":\"files\"}", descriptors, 3, &heard);
    assert_string_equal(heard.text, "{\"file\":\"file 0\"}\n{\"file\":\"file 1\"}\nexit 0: \n");
    ask(listening, "{\"verb\":\"files\"}", descriptors, 64, &heard);
    assert_non_null(strstr(heard.text, "{\"file\":\"file 62\"}\nexit 0: \n"));
    ask(listening, "{\"verb\":\"who\"}", descriptors, 64, &heard); /* a verb that wants none */
    for (int i = 0; i < 64; i++)
        close(descriptors[i]);
    assert_int_equal(open_descriptors(), before);
}

static void more_than_a_request_may_have_is_not_even_sent(void **state)
{
    struct listening *listening = *state;
    int descriptors[65];
    char *request = malloc(70000);
    memset(descriptors, 0, sizeof descriptors);
    ask(listening, "{\"verb\":\"files\"}", descriptors, 65, &heard);
    assert_string_equal(heard.text, "exit -7: 65 files; 64 are taken at once\n");
    int length = sprintf(request, "{\"verb\":\"echo\",\"words\":[\"");
    memset(request + length, 'x', 66000);
    strcpy(request + length + 66000, "\"]}");
    ask(listening, request, NULL, 0, &heard);
    assert_int_equal(strncmp(heard.text, "exit -7: the request has 66", 27), 0);
    free(request);
    assert_int_equal(listening->asked, 0);
}

static void a_large_request_and_many_answers_go_through(void **state)
{
    struct listening *listening = *state;
    char *request = malloc(70000);
    int length = sprintf(request, "{\"verb\":\"echo\",\"words\":[\"");
    memset(request + length, 'x', 65000);
    strcpy(request + length + 65000, "\"]}");
    ask(listening, request, NULL, 0, &heard);
    assert_int_equal(strlen(heard.text), strlen("{\"word\":\"\"}\nexit 0: \n") + 65000);
    free(request);
    /* More than the socket holds: the rest waits until the client has read. */
    ask(listening, "{\"verb\":\"flood\",\"count\":1500,\"bytes\":100}", NULL, 0, &heard);
    assert_non_null(strstr(heard.text, "{\"number\":0,"));
    assert_non_null(strstr(heard.text, "{\"number\":1499,"));
    assert_non_null(strstr(heard.text, "\nexit 0: \n"));
}

static void an_answer_that_is_too_large_is_told_as_such(void **state)
{
    ask(*state, "{\"verb\":\"flood\",\"count\":1,\"bytes\":131072}", NULL, 0, &heard);
    assert_string_equal(heard.text,
        "{\"problem\":\"an answer of 131094 bytes cannot be sent; 131072 is the most\"}\nexit 0: \n");
}

static void an_unknown_verb_is_told_which_there_are(void **state)
{
    ask(*state, "{\"verb\":\"echos\"}", NULL, 0, &heard);
    assert_non_null(strstr(
        heard.text, "exit 64: no such verb: 'echos'; there are echo, who, files, keep, flood, fail\n"));
    ask(*state, "{\"words\":[]}", NULL, 0, &heard);
    assert_non_null(strstr(heard.text, "exit 64: no such verb"));
    ask(*state, "{\"verb\":7}", NULL, 0, &heard);
    assert_non_null(strstr(heard.text, "exit 64: no such verb"));
}

static void finish_kept(void *context)
{
    struct listening *listening = context;
    control_reply(listening->kept, json_pack("{s:s}", "at", "last"));
    control_finish(listening->kept, 75, NULL);
}

static void an_answer_may_come_later(void **state)
{
    struct listening *listening = *state;
    struct loop_timer *timer = loop_timer_new(listening->loop, LOOP_REAL, "later", finish_kept, listening);
    loop_timer_set_in(timer, 50);
    ask(listening, "{\"verb\":\"keep\"}", NULL, 0, &heard);
    assert_string_equal(heard.text, "{\"at\":\"last\"}\nexit 75: \n");
    loop_timer_free(timer);
}

static void drop_control(void *context)
{
    struct listening *listening = context;
    control_free(listening->control);
    listening->control = NULL;
}

static void a_daemon_that_leaves_is_noticed(void **state)
{
    struct listening *listening = *state;
    struct loop_timer *timer = loop_timer_new(listening->loop, LOOP_REAL, "end", drop_control, listening);
    loop_timer_set_in(timer, 50);
    ask(listening, "{\"verb\":\"keep\"}", NULL, 0, &heard);
    assert_int_equal(strncmp(heard.text, "exit -104: m13d went away", 25), 0);
    loop_timer_free(timer);
}

/* --- the socket ------------------------------------------------------------------------------------------
 */

static int ask_here(const char *folder)
{
    struct failure failure = {0};
    int r = control_ask(folder, json_pack("{s:s}", "verb", "who"), NULL, 0, NULL, NULL, &failure);
    assert_true(r >= 0 || failure.text[0] != '\0');
    return r;
}

static void nobody_who_listens_is_told_apart(void **state)
{
    struct listening *listening = *state;
    char *folder = scratch_new(), *other = scratch_path(folder, "none");
    assert_int_equal(ask_here(folder), -ENOENT);
    assert_int_equal(ask_here(other), -ENOENT);
    free(other);
    scratch_remove(folder);

    /* A stale socket: as a daemon leaves it that was killed. */
    char *path = scratch_path(listening->folder, "control"), *kept = scratch_path(listening->folder, "kept");
    assert_int_equal(link(path, kept), 0);
    drop_control(listening);
    assert_int_equal(ask_here(listening->folder), -ENOENT); /* an orderly end removes it */
    assert_int_equal(rename(kept, path), 0);
    assert_int_equal(ask_here(listening->folder), -ECONNREFUSED);

    listening->control = control_new(listening->loop, listening->folder, NULL, 0, NULL, NULL);
    assert_non_null(listening->control);
    ask(listening, "{}", NULL, 0, &heard);
    assert_non_null(strstr(heard.text, "exit 64"));
    free(path);
    free(kept);
}

static void its_mode_is_the_groups_whatever_the_umask(void **state)
{
    struct listening *listening = *state;
    static const mode_t masks[] = {0, 022, 077, 0777};
    char *path = scratch_path(listening->folder, "control");
    for (size_t i = 0; i < sizeof masks / sizeof masks[0]; i++) {
        struct stat status;
        drop_control(listening);
        mode_t before = umask(masks[i]);
        listening->control = control_new(listening->loop, listening->folder, NULL, 0, NULL, NULL);
        umask(before);
        assert_int_equal(stat(path, &status), 0);
        assert_true(S_ISSOCK(status.st_mode));
        assert_int_equal(status.st_mode & 07777, 0660);
    }
    free(path);
}

static void a_long_path_is_no_hindrance(void **state)
{
    struct listening *listening = *state;
    char *folder = scratch_path(listening->folder, "%0200d", 7);
    assert_int_equal(mkdir(folder, 0700), 0);
    struct control *control = control_new(listening->loop, folder, NULL, 0, NULL, NULL);
    assert_non_null(control);
    char *kept = listening->folder;
    listening->folder = folder;
    ask(listening, "{}", NULL, 0, &heard);
    assert_non_null(strstr(heard.text, "exit 64"));
    listening->folder = kept;
    control_free(control);
    free(folder);
}

static void a_folder_that_is_not_there_is_a_failure(void **state)
{
    struct listening *listening = *state;
    struct failure failure = {0};
    assert_null(control_new(listening->loop, "/nowhere/at/all", NULL, 0, NULL, &failure));
    assert_non_null(strstr(failure.text, "/nowhere/at/all"));
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, listening_open, listening_close)
    const struct CMUnitTest tests[] = {
        CLAIM(answers_come_in_order_and_the_code_last),
        CLAIM(a_problem_is_told_with_its_code),
        CLAIM(the_actor_is_the_user_of_the_other_process),
        CLAIM(files_travel_as_descriptors_and_none_is_left),
        CLAIM(more_than_a_request_may_have_is_not_even_sent),
        CLAIM(a_large_request_and_many_answers_go_through),
        CLAIM(an_answer_that_is_too_large_is_told_as_such),
        CLAIM(an_unknown_verb_is_told_which_there_are),
        CLAIM(an_answer_may_come_later),
        CLAIM(a_daemon_that_leaves_is_noticed),
        CLAIM(nobody_who_listens_is_told_apart),
        CLAIM(its_mode_is_the_groups_whatever_the_umask),
        CLAIM(a_long_path_is_no_hindrance),
        CLAIM(a_folder_that_is_not_there_is_a_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
