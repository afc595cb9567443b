/* by_hand.c - `m13d decode FEED [FILE]`: one payload through the very child that the daemon uses. */
#include "m13/decoder.h"

#include "m13/config.h"
#include "m13/limits.h"
#include "m13/log.h"
#include "m13/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct by_hand {
    struct decoder *decoder;
    struct decoder_result result;
    bool nobody_listens;
};

static bool relay(const struct decoder_item *item, void *context)
{
    struct by_hand *hand = context;
    if (item->kind == DECODER_REJECT) {
        fprintf(stderr, "row %lld: %s%s%s", (long long)item->row, item->field,
            *item->field != '\0' ? ": " : "", item->reason);
        fprintf(stderr, *item->excerpt != '\0' ? " [%s]\n" : "%s\n", item->excerpt);
    } else if (item->kind == DECODER_RECORD &&
               (fwrite(item->text, 1, item->length, stdout) != item->length || putchar('\n') == EOF)) {
        hand->nobody_listens = true;
        decoder_kill(hand->decoder);
    }
    return true;
}

static void note_result(const struct decoder_result *result, void *context)
{
    struct by_hand *hand = context;
    hand->result = *result;
}

static int exit_code_of(const struct decoder_result *result)
{
    switch (result->outcome) {
    case DECODER_OK:
        if (result->rejected == 0)
            return EXIT_FINE;
        return result->rows + result->skipped > 0 ? EXIT_SOME_FAILED : EXIT_BAD_DATA;
    case DECODER_MALFORMED:
    case DECODER_TOO_LARGE:
        return EXIT_BAD_DATA;
    case DECODER_CRASHED:
    case DECODER_TIMED_OUT:
    case DECODER_UNAVAILABLE:
        break;
    }
    return EXIT_INTERNAL;
}

static int decode(const struct feed_definition *definition, int payload)
{
    struct by_hand hand = {0};
    struct failure failure = {0};
    struct decoder_events events = {relay, note_result, &hand};
    struct loop *loop = loop_new();
    int r = decoder_start(loop, definition->file, &events, &hand.decoder, &failure);
    if (r < 0) {
        log_error("%s", failure.text);
        close(payload);
        loop_free(loop);
        return EXIT_INTERNAL;
    }
    decoder_feed(hand.decoder, 0, payload);
    decoder_finish(hand.decoder);
    loop_run(loop, true); /* the child is in flight until it ends */
    loop_free(loop);
    if (hand.nobody_listens || fflush(stdout) == EOF) {
        log_error("the records cannot be written: %s", strerror(errno));
        return EXIT_IO;
    }
    if (hand.result.outcome != DECODER_OK)
        log_error("%s", hand.result.text);
    if (hand.result.replaced > 0)
        log_warning(
            "%lld characters were unreadable; U+FFFD stands for each", (long long)hand.result.replaced);
    if (hand.result.unread > 0)
        log_warning("%lld values are there and could not be read: dates in another form, unknown countries",
            (long long)hand.result.unread);
    if (hand.result.unended)
        log_warning("the last line has no line end: the payload may be cut");
    return exit_code_of(&hand.result);
}

/* An archive's list stands at its end, and what comes through a pipe cannot be read twice. */
static bool needs_a_file(const struct feed_definition *definition, int payload)
{
    bool archive = definition->format == FORMAT_XLSX || definition->container == CONTAINER_ZIP;
    return archive && lseek(payload, 0, SEEK_CUR) < 0;
}

static ssize_t copy_piece(int from, int to)
{
    char bytes[64 * 1024];
    ssize_t got = read(from, bytes, sizeof bytes);
    return got <= 0 || write(to, bytes, (size_t)got) == got ? got : -1;
}

/* The pipe is closed; the copy, or -1 and errno. */
static int copy_of_pipe(int pipe)
{
    int copy = memfd_create("payload", MFD_CLOEXEC);
    int64_t copied = 0;
    ssize_t piece = copy < 0 ? -1 : 1;
    while (piece > 0 && copied <= LIMIT_PAYLOAD_BYTES) {
        piece = copy_piece(pipe, copy);
        copied += piece;
    }
    close(pipe);
    if (copy < 0 || (piece >= 0 && lseek(copy, 0, SEEK_SET) == 0))
        return copy;
    close(copy);
    return -1;
}

int decoder_by_hand(const struct config *config, const char *feed, const char *file)
{
    const struct feed_definition *definition = config_feed(config, feed);
    if (definition == NULL) {
        log_error("there is no feed `%s`", feed);
        return EXIT_BAD_USAGE;
    }
    int payload = file != NULL ? open(file, O_RDONLY | O_CLOEXEC) : fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
    if (payload >= 0 && needs_a_file(definition, payload))
        payload = copy_of_pipe(payload);
    if (payload < 0) {
        log_error("%s: %s", file != NULL ? file : "standard input", strerror(errno));
        return EXIT_IO;
    }
    return decode(definition, payload);
}
