/* Children are this very program, started anew with a part to play, or the shell. */
#include "m13/child.h"

#include "m13/limits.h"
#include "m13/log.h"
#include "m13/loop.h"
#include "m13/text.h"

#include "apart.h"
#include "scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char self[PATH_MAX];
static struct loop *loop;
static struct child_end end;
static int ends;
static char output[8192];

static int set_up(void **state)
{
    (void)state;
    loop = loop_new();
    ends = 0;
    memset(&end, 0, sizeof end);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    loop_free(loop);
    return 0;
}

static void note_end(const struct child_end *told, void *context)
{
    (void)context;
    end = *told;
    ends++;
}

static void run_until_it_ends(struct child_plan plan)
{
    assert_int_equal(child_start(loop, &plan, note_end, NULL, NULL), 0);
    loop_run(loop, true); /* a child is a flight */
    assert_int_equal(ends, 1);
}

/* Runs to the end with its standard output in `output`. */
static void run_for_output(struct child_plan plan)
{
    int pipe_ends[2];
    assert_int_equal(pipe2(pipe_ends, O_CLOEXEC), 0);
    plan.standard_output = pipe_ends[1];
    run_until_it_ends(plan);
    close(pipe_ends[1]);
    ssize_t length = read(pipe_ends[0], output, sizeof output - 1);
    assert_true(length >= 0);
    output[length] = '\0';
    close(pipe_ends[0]);
}

static struct child_plan plan_of(const char *const *argv)
{
    return (struct child_plan){.name = "child", .argv = argv, .standard_input = -1, .standard_output = -1};
}

#define SHELL(script) plan_of((const char *const[]){"/bin/sh", "-c", script, NULL})
#define PART(part)    plan_of((const char *const[]){self, part, NULL})

/* --- how it ends ---------------------------------------------------------------------------------------- */

static void exit_code_is_told_once(void **state)
{
    (void)state;
    run_until_it_ends(SHELL("exit 65"));
    assert_int_equal(end.exit_code, 65);
    assert_int_equal(end.signal, 0);
    assert_false(end.timed_out);
    loop_run(loop, true);
    assert_int_equal(ends, 1);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD); /* nobody is left to be buried */
}

static void a_crash_is_a_signal(void **state)
{
    (void)state;
    run_until_it_ends(SHELL("kill -SEGV $$"));
    assert_int_equal(end.exit_code, -1);
    assert_int_equal(end.signal, SIGSEGV);
}

static void one_that_takes_too_long_is_killed(void **state)
{
    (void)state;
    struct child_plan plan = SHELL("exec sleep 100");
    plan.milliseconds = 20;
    run_until_it_ends(plan);
    assert_true(end.timed_out);
    assert_int_equal(end.signal, SIGKILL);
}

static void a_killed_child_still_ends(void **state)
{
    (void)state;
    struct child *child;
    struct child_plan plan = SHELL("exec sleep 100");
    assert_int_equal(child_start(loop, &plan, note_end, NULL, &child), 0);
    child_kill(child);
    child_kill(child);
    loop_run(loop, true);
    assert_int_equal(ends, 1);
    assert_int_equal(end.signal, SIGKILL);
    assert_false(end.timed_out);
}

static void a_forgotten_child_is_gone_and_tells_nobody(void **state)
{
    (void)state;
    struct child *child;
    struct child_plan plan = SHELL("exec sleep 100");
    assert_int_equal(child_start(loop, &plan, note_end, NULL, &child), 0);
    child_forget(child);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* there is no child at all */
    loop_run(loop, true);                             /* nor a flight */
    assert_int_equal(ends, 0);
    child_forget(NULL);
}

static void a_missing_program_is_told_at_once(void **state)
{
    (void)state;
    static const char *const missing[] = {"/nonexistent/m13d", NULL}, *const folder[] = {"/etc", NULL};
    struct child_plan plan = plan_of(missing);
    assert_int_equal(child_start(loop, &plan, note_end, NULL, NULL), -ENOENT);
    plan = plan_of(folder);
    assert_int_equal(child_start(loop, &plan, note_end, NULL, NULL), -EACCES);
    loop_run(loop, true);
    assert_int_equal(ends, 0);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static void a_process_that_it_leaves_behind_holds_nothing_up(void **state)
{
    (void)state;
    struct child_plan plan = SHELL("sleep 2 & echo left one behind >&2; exit 3");
    plan.milliseconds = 1500;
    run_until_it_ends(plan);
    assert_int_equal(end.exit_code, 3);
    assert_string_equal(end.last_words, "left one behind");
}

static void children_of_libraries_are_left_to_them(void **state)
{
    (void)state;
    struct child_plan plan = SHELL("exit 7");
    assert_int_equal(child_start(loop, &plan, note_end, NULL, NULL), 0);
    assert_int_equal(system("exit 9"), 9 << 8);
    loop_run(loop, true);
    assert_int_equal(end.exit_code, 7);
}

static int lifeline[2];

static void start_and_die(void)
{
    struct child_plan plan = SHELL("exec sleep 100 <&3");
    plan.descriptors = &lifeline[1];
    plan.descriptor_count = 1;
    child_start(loop, &plan, note_end, NULL, NULL);
    kill(getpid(), SIGKILL);
}

static void children_die_with_the_daemon(void **state)
{
    (void)state;
    static struct apart apart;
    assert_int_equal(pipe2(lifeline, O_CLOEXEC), 0);
    run_apart(start_and_die, 0, &apart);
    assert_int_equal(apart.exit_code, -1);
    close(lifeline[1]);
    struct pollfd closing = {.fd = lifeline[0]}; /* POLLHUP once the last holder of the other end is gone */
    assert_int_equal(poll(&closing, 1, 10000), 1);
    close(lifeline[0]);
}

/* --- what it inherits ----------------------------------------------------------------------------------- */

static void descriptors_become_3_and_4_and_no_other_is_open(void **state)
{
    (void)state;
    int leak = open("/dev/null", O_RDONLY),
        high = fcntl(leak, F_DUPFD, 700); /* as a careless library would */
    int pipes[2][2];
    assert_int_equal(pipe2(pipes[0], O_CLOEXEC), 0);
    assert_int_equal(pipe2(pipes[1], O_CLOEXEC), 0);
    struct child_plan plan = PART("list-descriptors");
    plan.descriptors = (const int[]){pipes[1][1], pipes[0][1]};
    plan.descriptor_count = 2;
    run_for_output(plan);
    assert_string_equal(output, "0 1 2 3 4 ");
    char words[2][8] = {"", ""};
    assert_int_equal(read(pipes[1][0], words[0], 8), 5);
    assert_int_equal(read(pipes[0][0], words[1], 8), 4);
    assert_memory_equal(words[0], "three", 5);
    assert_memory_equal(words[1], "four", 4);
    for (int i = 0; i < 4; i++)
        close(pipes[i / 2][i % 2]);
    close(leak);
    close(high);
}

/* The numbers that the child is to have are those of the other descriptor here. */
static void descriptors_may_swap_their_numbers(void **state)
{
    (void)state;
    int three[2], four[2];
    assert_int_equal(pipe2(three, O_CLOEXEC), 0);
    assert_int_equal(pipe2(four, O_CLOEXEC), 0);
    int to_three = fcntl(three[1], F_DUPFD_CLOEXEC, 100), to_four = fcntl(four[1], F_DUPFD_CLOEXEC, 100);
    int kept[2] = {fcntl(3, F_DUPFD_CLOEXEC, 200), fcntl(4, F_DUPFD_CLOEXEC, 200)};
    dup3(to_three, 4, O_CLOEXEC);
    dup3(to_four, 3, O_CLOEXEC);
    struct child_plan plan = PART("list-descriptors");
    plan.descriptors = (const int[]){4, 3};
    plan.descriptor_count = 2;
    int r = child_start(loop, &plan, note_end, NULL, NULL);
    dup3(kept[0], 3, O_CLOEXEC);
    dup3(kept[1], 4, O_CLOEXEC);
    assert_int_equal(r, 0);
    loop_run(loop, true);
    char word[8];
    assert_int_equal(read(three[0], word, sizeof word), 5);
    assert_int_equal(read(four[0], word, sizeof word), 4);
    const int opened[] = {three[0], three[1], four[0], four[1], to_three, to_four, kept[0], kept[1]};
    for (size_t i = 0; i < sizeof opened / sizeof opened[0]; i++)
        close(opened[i]);
}

static void standard_input_is_what_the_plan_says(void **state)
{
    (void)state;
    int pipe_ends[2];
    assert_int_equal(pipe2(pipe_ends, O_CLOEXEC), 0);
    assert_int_equal(write(pipe_ends[1], "payload", 7), 7);
    close(pipe_ends[1]);
    struct child_plan plan = SHELL("cat");
    plan.standard_input = pipe_ends[0];
    run_for_output(plan);
    assert_string_equal(output, "payload");
    close(pipe_ends[0]);
    ends = 0;
    run_for_output(SHELL("cat; readlink /proc/self/fd/0"));
    assert_string_equal(output, "/dev/null\n");
}

static void signals_are_as_a_new_program_expects_them(void **state)
{
    (void)state;
    sigset_t blocked, before;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGTERM);
    sigprocmask(SIG_BLOCK, &blocked, &before);
    signal(SIGHUP, SIG_IGN); /* as nohup does; SIGPIPE the loop has set */
    run_for_output(SHELL("grep -E 'Sig(Blk|Ign)' /proc/self/status"));
    signal(SIGHUP, SIG_DFL);
    sigprocmask(SIG_SETMASK, &before, NULL);
    assert_string_equal(output, "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
}

static void what_the_service_manager_said_is_not_passed_on(void **state)
{
    (void)state;
    setenv("NOTIFY_SOCKET", "/run/systemd/notify", 1);
    setenv("WATCHDOG_USEC", "30000000", 1);
    setenv("M13_KEPT", "kept", 1);
    run_for_output(SHELL("echo \"${NOTIFY_SOCKET-none} ${WATCHDOG_USEC-none} $M13_KEPT\""));
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
    unsetenv("M13_KEPT");
    assert_string_equal(output, "none none kept\n");
}

static void limits_are_set_before_exec(void **state)
{
    (void)state;
    struct child_plan plan = SHELL("ulimit -v; ulimit -t; ulimit -f; ulimit -p; ulimit -c");
    plan.memory_bytes = 512ll * 1024 * 1024;
    plan.cpu_seconds = 600;
    plan.no_files = true;
    run_for_output(plan);
    assert_string_equal(output, "524288\n600\n0\n0\n0\n");
}

static void a_child_without_files_writes_none(void **state)
{
    (void)state;
    char *folder = scratch_new(), *file = scratch_path(folder, "file");
    char command[512];
    snprintf(command, sizeof command, "echo text > %s", file);
    struct child_plan plan = SHELL(command);
    plan.no_files = true;
    run_until_it_ends(plan);
    assert_int_equal(end.signal, SIGXFSZ);
    free(file);
    scratch_remove(folder);
}

/* --- what it says --------------------------------------------------------------------------------------- */

static struct apart heard;

static void run_talker(const char *part)
{
    log_open("m13d", LOG_LEVEL_INFO);
    struct child_plan plan = plan_of((const char *const[]){self, part, NULL});
    plan.name = "decode fda-510k";
    if (child_start(loop, &plan, note_end, NULL, NULL) < 0)
        _exit(9);
    loop_run(loop, true);
    log_notice("last words '%s', exit %d", end.last_words, end.exit_code);
}

static void run_log_lines(void)
{
    run_talker("log-lines");
}

static void a_child_of_ours_keeps_the_levels_of_its_lines(void **state)
{
    (void)state;
    run_apart(run_log_lines, 1, &heard);
    assert_string_equal(heard.said, "<4>decode fda-510k: row 7 is odd\n"
                                    "<6>decode fda-510k: half done\n"
                                    "<4>decode fda-510k: from a library\\u0007\n"
                                    "<3>decode fda-510k: it ends\n"
                                    "<4>decode fda-510k: no newline\n"
                                    "<5>last words 'no newline', exit 4\n");
}

static void run_flood(void)
{
    run_talker("flood");
}

static void a_flood_is_cut_short_but_its_last_words_are_kept(void **state)
{
    (void)state;
    run_apart(run_flood, 1, &heard);
    assert_non_null(strstr(heard.said, "says more than 65536 bytes, the rest is left out"));
    assert_true(string_ends(heard.said, "last words 'finished', exit 0\n"));
}

/* --- which program is ours -------------------------------------------------------------------------------
 */

static void tests_find_the_daemon_of_their_build(void **state)
{
    (void)state;
    char *before = getenv("M13_BUILD") != NULL ? strdup(getenv("M13_BUILD")) : NULL;
    setenv("M13_BUILD", "/build", 1);
    assert_string_equal(child_own_program(), "/build/m13d");
    if (before != NULL)
        setenv("M13_BUILD", before, 1);
    free(before);
}

static void a_daemon_is_its_own_program_even_when_it_was_replaced(void **state)
{
    (void)state;
    size_t length;
    char *folder = scratch_new(), *daemon = scratch_path(folder, "m13d"),
         *image = scratch_read(self, &length);
    scratch_write(daemon, image, length);
    assert_int_equal(chmod(daemon, 0700), 0);
    run_for_output(plan_of((const char *const[]){daemon, "own-program", NULL}));
    char expected[PATH_MAX + 64];
    snprintf(expected, sizeof expected, "%s\n/proc/self/exe\n", daemon);
    assert_string_equal(output, expected);
    free(image);
    free(daemon);
    scratch_remove(folder);
}

/* --- the parts that children play ------------------------------------------------------------------------
 */

static int list_descriptors(void)
{
    for (int descriptor = 0; descriptor < 1024; descriptor++)
        if (fcntl(descriptor, F_GETFD) >= 0)
            printf("%d ", descriptor);
    return write(3, "three", 5) == 5 && write(4, "four", 4) == 4 ? 0 : 1;
}

static int say_log_lines(void)
{
    log_open("m13d", LOG_LEVEL_INFO);
    log_warning("row 7 is odd");
    log_info("half done");
    fprintf(stderr, "from a library\a\n\n");
    log_error("it ends");
    fprintf(stderr, "no newline");
    return 4;
}

static int flood(void)
{
    static char line[3000];
    memset(line, 'x', sizeof line - 1);
    for (int i = 0; i < 300; i++)
        fprintf(stderr, "%s\n", line);
    fprintf(stderr, "finished\n");
    return 0;
}

static int say_own_program(void)
{
    puts(child_own_program());
    if (unlink(self) < 0)
        return 1;
    puts(child_own_program());
    return 0;
}

static int play(const char *part)
{
    static const struct {
        const char *part;
        int (*play)(void);
    } parts[] = {{"list-descriptors", list_descriptors}, {"log-lines", say_log_lines}, {"flood", flood},
        {"own-program", say_own_program}};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (strcmp(parts[i].part, part) == 0)
            return parts[i].play();
    return 99;
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(int argc, char **argv)
{
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    self[length > 0 ? length : 0] = '\0';
    if (argc == 2)
        return play(argv[1]);
    /* 3 and 4 are for descriptors_may_swap_their_numbers: nobody else's. */
    while (open("/dev/null", O_RDONLY | O_CLOEXEC) < 4)
        ;
    const struct CMUnitTest tests[] = {
        CASE(exit_code_is_told_once),
        CASE(a_crash_is_a_signal),
        CASE(one_that_takes_too_long_is_killed),
        CASE(a_killed_child_still_ends),
        CASE(a_forgotten_child_is_gone_and_tells_nobody),
        CASE(a_missing_program_is_told_at_once),
        CASE(a_process_that_it_leaves_behind_holds_nothing_up),
        CASE(children_of_libraries_are_left_to_them),
        CASE(children_die_with_the_daemon),
        CASE(descriptors_become_3_and_4_and_no_other_is_open),
        CASE(descriptors_may_swap_their_numbers),
        CASE(standard_input_is_what_the_plan_says),
        CASE(signals_are_as_a_new_program_expects_them),
        CASE(what_the_service_manager_said_is_not_passed_on),
        CASE(limits_are_set_before_exec),
        CASE(a_child_without_files_writes_none),
        CASE(a_child_of_ours_keeps_the_levels_of_its_lines),
        CASE(a_flood_is_cut_short_but_its_last_words_are_kept),
        CASE(tests_find_the_daemon_of_their_build),
        CASE(a_daemon_is_its_own_program_even_when_it_was_replaced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
