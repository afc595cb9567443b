/* stub_main.c - the m13d that these tests run: the real child and the real verb, and on demand
 * ($DECODE_STUB) a child that misbehaves in one way. */
#include "m13/config.h"
#include "m13/decoder.h"
#include "m13/log.h"
#include "m13/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define HELLO "{\"sandbox\":\"stub\"}\n"
#define PAGE  "{\"page\":{\"page\":0,\"total\":-1,\"as_of\":\"\"}}\n"
#define ROW   "{\"row\":1,\"record\":{\"number\":\"K1\"}}\n"
#define SHEET "{\"sheet\":{\"name\":\"\"}}\n"
#define CELLS "{\"row\":1,\"cells\":[\"a\"]}\n"
#define DONE  "{\"done\":{\"page\":0,\"total\":-1,\"as_of\":\"\"}}\n"
#define SHAPE "{\"shape\":\"a|b\"}\n"
#define END                                                                                                  \
    "{\"end\":{\"rows\":1,\"rejected\":0,\"skipped\":0,\"replaced\":0,\"unread\":0,\"unended\":false}}\n"

static void say(const char *lines)
{
    if (write(STDOUT_FILENO, lines, strlen(lines)) < 0)
        _exit(EXIT_IO);
}

static void end_well(void)
{
    say(HELLO PAGE ROW DONE END);
}
static void end_without_end(void)
{
    say(HELLO PAGE ROW DONE);
}
static void crash(void)
{
    say(HELLO PAGE ROW);
    abort();
}
static void hang(void)
{
    say(HELLO PAGE ROW);
    pause();
}
static void hang_before_hello(void)
{
    pause();
}
static void have_no_sandbox(void)
{
    log_error("the sandbox cannot be closed");
    exit(EXIT_INTERNAL);
}
static void use_all_cpu(void)
{
    struct rlimit limit = {1, 5};
    say(HELLO PAGE);
    setrlimit(RLIMIT_CPU, &limit);
    for (volatile unsigned long i = 0;; i++)
        ;
}
static void use_all_memory(void)
{
    struct rlimit limit = {64 << 20, 64 << 20};
    say(HELLO PAGE);
    setrlimit(RLIMIT_AS, &limit);
    memory_get((size_t)1 << 30);
}
static void count_wrongly(void)
{
    say(HELLO PAGE ROW ROW DONE END);
}
static void hide_a_row(void)
{
    say(HELLO PAGE ROW "{\"row\":2,\"record\":{\"number\":\"K2\"}}\n" DONE END);
}
static void skip_the_hello(void)
{
    say(PAGE ROW DONE END);
}
static void speak_of_another_page(void)
{
    say(HELLO "{\"page\":{\"page\":7,\"total\":-1,\"as_of\":\"\"}}\n");
}
static void go_on_behind_the_end(void)
{
    say(HELLO PAGE ROW DONE END ROW);
}
static void never_end_a_line(void)
{
    static char zeros[1 << 20];
    memset(zeros, '0', sizeof zeros - 1);
    say(HELLO PAGE);
    say(zeros);
}
static void speak_nonsense(void)
{
    say(HELLO PAGE "{\"row\":1,\"recor\":{}}\n");
}
static void fail_then_exit_well(void)
{
    say(HELLO PAGE "{\"failed\":{\"kind\":\"malformed\",\"text\":\"byte 7\"}}\n");
}
static void begin_a_sheet_outside(void)
{
    say(HELLO SHEET);
}
static void count_from_another_epoch(void)
{
    say(HELLO PAGE "{\"sheet\":{\"name\":\"\",\"epoch\":1900}}\n");
}
static void give_cells_before_a_sheet(void)
{
    say(HELLO PAGE CELLS);
}
static void give_cells_that_are_no_array(void)
{
    say(HELLO PAGE SHEET "{\"row\":1,\"cells\":{\"a\":\"b\"}}\n");
}
static void go_back_within_a_sheet(void)
{
    say(HELLO PAGE SHEET CELLS SHEET CELLS CELLS);
}
static void tell_two_shapes(void)
{
    say(HELLO PAGE ROW DONE SHAPE SHAPE END);
}
static void tell_the_shape_before_the_rows(void)
{
    say(HELLO PAGE SHAPE ROW DONE END);
}
static void count_less_than_none(void)
{
    say(HELLO PAGE ROW DONE "{\"end\":{\"rows\":1,\"rejected\":0,\"skipped\":0,\"replaced\":0,\"unread\":-1,"
                            "\"unended\":false}}\n");
}

static const struct {
    const char *name;
    void (*act)(void);
} acts[] = {
    {"end-well", end_well},
    {"end-without-end", end_without_end},
    {"crash", crash},
    {"hang", hang},
    {"hang-before-hello", hang_before_hello},
    {"no-sandbox", have_no_sandbox},
    {"cpu", use_all_cpu},
    {"memory", use_all_memory},
    {"wrong-count", count_wrongly},
    {"hidden-row", hide_a_row},
    {"no-hello", skip_the_hello},
    {"other-page", speak_of_another_page},
    {"behind-end", go_on_behind_the_end},
    {"long-line", never_end_a_line},
    {"nonsense", speak_nonsense},
    {"failed", fail_then_exit_well},
    {"sheet-outside", begin_a_sheet_outside},
    {"other-epoch", count_from_another_epoch},
    {"cells-before-sheet", give_cells_before_a_sheet},
    {"cells-of-no-array", give_cells_that_are_no_array},
    {"rows-go-back", go_back_within_a_sheet},
    {"two-shapes", tell_two_shapes},
    {"early-shape", tell_the_shape_before_the_rows},
    {"negative-count", count_less_than_none},
};

static int child_main(int argc, char **argv)
{
    const char *wanted = getenv("DECODE_STUB");
    if (wanted == NULL)
        return decoder_child_main(argc, argv);
    log_open("stub", LOG_LEVEL_INFO);
    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++)
        if (strcmp(acts[i].name, wanted) == 0)
            acts[i].act();
    return EXIT_FINE;
}

/* CONFIG FEED [FILE]: what `m13d -c CONFIG decode FEED [FILE]` does. */
static int by_hand_main(int argc, char **argv)
{
    struct config_problems problems = {0};
    struct config *config = config_load(argv[1], &problems);
    config_problems_print(&problems, stderr);
    config_problems_free(&problems);
    if (config == NULL)
        return EXIT_BAD_CONFIG;
    int code = decoder_by_hand(config, argv[2], argc > 3 ? argv[3] : NULL);
    config_free(config);
    return code;
}

int main(int argc, char **argv)
{
    if (argc > 2 && strcmp(argv[1], "--child") == 0)
        return child_main(argc, argv);
    return argc > 2 ? by_hand_main(argc, argv) : EXIT_BAD_USAGE;
}
