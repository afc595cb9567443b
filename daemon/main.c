/* main.c - m13d [-c FILE] [VERB]: reads the command line, nothing else. */
#include "house.h"

#include "m13/clock.h"
#include "m13/decoder.h"
#include "m13/letter.h"
#include "m13/log.h"
#include "m13/memory.h"
#include "m13/publish.h"
#include "m13/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_CONFIG "/etc/m13d/m13d.conf"

struct arguments {
    const char *config_file;
    const char *verb;
    int rest_count; /* what stands after the verb */
    char **rest;
};

static const char usage_text[] =
    "usage: m13d [-c FILE] [VERB]\n"
    "\n"
    "  run                        the daemon, in the foreground (default)\n"
    "  once [--all] [--feed NAME]... [--now TIME]\n"
    "                             poll what is due (--all: everything), import, decide, deliver, publish, "
    "leave\n"
    "  check                      read all configuration, report every mistake\n"
    "  decode FEED [FILE]         payload in, canonical records out (NDJSON); rejects on stderr\n"
    "\n"
    "  -c FILE                    configuration (default " DEFAULT_CONFIG ")\n"
    "  --version, --help\n";

static int usage(const char *problem, const char *what)
{
    fprintf(stderr, "m13d: %s%s\n%s", problem, what, usage_text);
    return EXIT_BAD_USAGE;
}

static struct config *load(const char *file)
{
    struct config_problems problems = {0};
    struct config *config = config_load(file, &problems);
    config_problems_print(&problems, stderr);
    config_problems_free(&problems);
    if (config)
        log_set_level((enum log_level)config->log_level);
    return config;
}

static int run_main(const struct arguments *arguments)
{
    if (arguments->rest_count)
        return usage("run takes no argument: ", arguments->rest[0]);
    struct config *config = load(arguments->config_file);
    return config ? run_verb(arguments->config_file, config) : EXIT_BAD_CONFIG;
}

static int once_main(const struct arguments *arguments)
{
    const char **feeds = memory_get_zeroed((size_t)arguments->rest_count + 1, sizeof *feeds);
    struct once_plan plan = {.feeds = feeds};
    int64_t now;
    int exit_code = 0;
    for (int i = 0; !exit_code && i < arguments->rest_count; i++) {
        const char *argument = arguments->rest[i];
        const char *value = i + 1 < arguments->rest_count ? arguments->rest[i + 1] : NULL;
        if (string_equal(argument, "--all")) {
            plan.all = true;
        } else if (string_equal(argument, "--feed") && value) {
            feeds[plan.feed_count++] = value;
            i++;
        } else if (string_equal(argument, "--now") && value) {
            if (clock_parse(value, &now) < 0)
                exit_code = usage("--now takes a time such as 2026-08-20T08:00:00+08:00, not ", value);
            else
                clock_override(now);
            i++;
        } else {
            exit_code = usage("once does not understand ", argument);
        }
    }
    if (!exit_code) {
        struct config *config = load(arguments->config_file);
        exit_code = config ? once_verb(arguments->config_file, config, &plan) : EXIT_BAD_CONFIG;
    }
    free(feeds);
    return exit_code;
}

static int check_main(const struct arguments *arguments)
{
    if (arguments->rest_count)
        return usage("check takes no argument: ", arguments->rest[0]);
    struct config *config = load(arguments->config_file);
    if (!config)
        return EXIT_BAD_CONFIG;
    struct config_problems problems = {0};
    templates_check(config, &problems);
    config_problems_print(&problems, stderr);
    size_t mistakes = problems.count;
    config_problems_free(&problems);
    if (mistakes > 0) {
        config_free(config);
        return EXIT_BAD_CONFIG;
    }
    printf("%s: good; %zu feed%s, %zu alert channel%s, state in %s\n", arguments->config_file,
        config->feed_count, config->feed_count == 1 ? "" : "s", config->alerts.channel_count,
        config->alerts.channel_count == 1 ? "" : "s", config->state);
    config_free(config);
    return 0;
}

static int decode_main(const struct arguments *arguments)
{
    if (arguments->rest_count < 1 || arguments->rest_count > 2)
        return usage("decode takes a feed and perhaps a file", "");
    struct config *config = load(arguments->config_file);
    if (!config)
        return EXIT_BAD_CONFIG;
    int exit_code =
        decoder_by_hand(config, arguments->rest[0], arguments->rest_count == 2 ? arguments->rest[1] : NULL);
    config_free(config);
    return exit_code;
}

/* m13d starts itself in these roles; people don't. */
static int child_main(int count, char **arguments)
{
    if (count >= 1 && string_equal(arguments[0], "decode"))
        return decoder_child_main(count - 1, arguments + 1);
    if (count >= 1 && string_equal(arguments[0], "publish"))
        return publish_child_main(count - 1, arguments + 1);
    return usage("no such child", "");
}

static const struct {
    const char *name;
    int (*run)(const struct arguments *arguments);
} verbs[] = {{"run", run_main}, {"once", once_main}, {"check", check_main}, {"decode", decode_main}};

int main(int argc, char **argv)
{
    struct arguments arguments = {.config_file = DEFAULT_CONFIG, .verb = "run"};
    int at = 1;
    log_open("m13d", LOG_LEVEL_INFO);
    if (argc > 2 && string_equal(argv[1], "--child"))
        return child_main(argc - 2, argv + 2);
    for (; at < argc && argv[at][0] == '-'; at++) {
        if (string_equal(argv[at], "-c") && at + 1 < argc) {
            arguments.config_file = argv[++at];
        } else if (string_equal(argv[at], "--version")) {
            puts("m13d " M13_VERSION);
            return 0;
        } else if (string_equal(argv[at], "--help")) {
            fputs(usage_text, stdout);
            return 0;
        } else {
            return usage("unknown option: ", argv[at]);
        }
    }
    if (at < argc)
        arguments.verb = argv[at++];
    arguments.rest = argv + at;
    arguments.rest_count = argc - at;
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (string_equal(verbs[i].name, arguments.verb))
            return verbs[i].run(&arguments);
    return usage("unknown verb: ", arguments.verb);
}
