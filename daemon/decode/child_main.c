/* child_main.c - the sandboxed process: definition in, cage closed, payloads in, lines out. */
#include "m13/decoder.h"

#include "emit.h"
#include "reader.h"
#include "sandbox.h"

#include "m13/config.h"
#include "m13/log.h"
#include "m13/text.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define PAYLOADS   STDIN_FILENO
#define DEFINITION 3
#define CPU_GRACE  5 /* seconds */

/* NULL when it cannot be read; every mistake has then been said. */
static struct feed_definition *read_definition(void)
{
    struct config_problems problems = {0};
    struct feed_definition *definition = NULL;
    FILE *file = fdopen(DEFINITION, "r");
    if (file == NULL) {
        log_error("the definition cannot be read: %s", strerror(errno));
        return NULL;
    }
    definition = feed_definition_read(file, "definition", &problems);
    fclose(file);
    for (size_t i = 0; i < problems.count; i++)
        log_error("definition, line %d: %s", problems.items[i].line, problems.items[i].text);
    config_problems_free(&problems);
    return definition;
}

/* The next payload: 1, 0 when no more will come, or a negative errno. */
static int receive(int64_t *ret_page, int *ret_descriptor)
{
    char body[32];
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof(int))];
    } control;
    struct iovec part = {body, sizeof body - 1};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    ssize_t got;
    do
        got = recvmsg(PAYLOADS, &message, MSG_CMSG_CLOEXEC);
    while (got < 0 && errno == EINTR);
    if (got <= 0)
        return got < 0 ? -errno : 0;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    body[got] = '\0';
    if (header == NULL || header->cmsg_type != SCM_RIGHTS || header->cmsg_len != CMSG_LEN(sizeof(int)))
        return -EPROTO;
    memcpy(ret_descriptor, CMSG_DATA(header), sizeof *ret_descriptor);
    return string_to_integer(string_trim(body), 0, INT64_MAX, ret_page) < 0 ? -EPROTO : 1;
}

static void tell_failure(struct emit *emit, int64_t page, const struct failure *failure)
{
    char text[sizeof failure->text + 32];
    if (page > 0)
        snprintf(text, sizeof text, "page %lld: %s", (long long)page, failure->text);
    else
        snprintf(text, sizeof text, "%s", failure->text);
    emit_failed(emit, failure->code == -EFBIG ? "too-large" : "malformed", text);
}

static int read_payloads(struct reader *reader, struct emit *emit)
{
    for (;;) {
        int64_t page = 0;
        int descriptor = -1, got = receive(&page, &descriptor);
        if (got < 0) {
            log_error("a payload did not come through: %s", strerror(-got));
            return EXIT_IO;
        }
        if (got == 0)
            break;
        struct failure failure = {0};
        int r = reader_take(reader, page, descriptor, &failure);
        close(descriptor);
        if (r < 0) {
            tell_failure(emit, page, &failure);
            return EXIT_BAD_DATA;
        }
    }
    reader_end(reader);
    return EXIT_FINE;
}

/* At the hard limit the kernel kills without a word why; a little before it there is a signal of its own. */
static void ask_for_cpu_signal(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_CPU, &limit) < 0 || limit.rlim_max == RLIM_INFINITY || limit.rlim_max <= CPU_GRACE)
        return;
    limit.rlim_cur = limit.rlim_max - CPU_GRACE;
    (void)setrlimit(RLIMIT_CPU, &limit);
}

static int run(const struct feed_definition *definition)
{
    struct failure failure = {0};
    struct emit emit;
    const char *kind = decoder_sandbox_kind();
    emit_init(&emit, STDOUT_FILENO);
    ask_for_cpu_signal();
    struct reader *reader = reader_new(definition, &emit);
    if (sandbox_enter(&failure) < 0) {
        log_error("%s", failure.text);
        reader_free(reader);
        return EXIT_INTERNAL;
    }
    emit_sandbox(&emit, kind);
    int code = read_payloads(reader, &emit);
    reader_free(reader);
    text_free(&emit.lines);
    return code;
}

int decoder_child_main(int argc, char **argv)
{
    bool table = argc > 0 && strcmp(argv[argc - 1], "--table") == 0;
    log_open("m13d: decode", LOG_LEVEL_INFO);
    struct feed_definition *definition = table ? NULL : read_definition();
    if (!table && definition == NULL)
        return EXIT_BAD_CONFIG;
    int code = run(definition);
    feed_definition_free(definition);
    return code;
}
