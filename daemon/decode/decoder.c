/* decoder.c - the daemon's end of a decoder: starts the child, hands payloads over, says how it ended. */
#include "m13/decoder.h"

#include "decoder_inside.h"
#include "decoder_judge.h"
#include "decoder_stream.h"
#include "sandbox.h"

#include "m13/child.h"
#include "m13/clock.h"
#include "m13/limits.h"
#include "m13/loop.h"
#include "m13/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Payloads that lie in the socket beside the one that is read: so few that neither the socket's buffer nor
 * the limit on descriptors in flight is ever met. */
#define PAYLOADS_AHEAD    4
#define OUTPUT_PIPE_BYTES (1024 * 1024)

struct payload {
    int64_t page;
    int descriptor; /* -1 once it is handed over */
};

struct decoder {
    struct loop *loop;
    struct decoder_events events;
    bool table;
    struct child *child; /* NULL when it has ended */
    struct child_end end;
    enum decoder_fate fate;
    int socket; /* our end of the child's standard input; -1 once it is closed */
    bool finishing;
    bool flies;               /* we wait for it */
    struct payload *payloads; /* in order: done, handed over, waiting */
    size_t payload_count, payload_capacity, handed_over, done;
    int output; /* our end of the child's standard output; -1 at its end */
    struct loop_watch *output_watch;
    struct loop_timer *silence, *soon;
    struct decoder_stream stream;
};

/* --- how it ends -----------------------------------------------------------------------------------------
 */

static void stop_reading(struct decoder *decoder)
{
    loop_watch_free(decoder->output_watch);
    decoder->output_watch = NULL;
    loop_timer_stop(decoder->silence);
    loop_timer_stop(decoder->soon);
    if (decoder->output >= 0)
        close(decoder->output);
    decoder->output = -1;
}

static void close_input(struct decoder *decoder)
{
    if (decoder->socket >= 0)
        close(decoder->socket);
    decoder->socket = -1;
}

/* A decoder that has answered for all that it was given waits for us, be it for hours. */
static void set_flight(struct decoder *decoder, bool flies)
{
    if (flies == decoder->flies)
        return;
    decoder->flies = flies;
    if (flies)
        loop_flight_begin(decoder->loop);
    else
        loop_flight_end(decoder->loop);
    if (decoder->child != NULL)
        child_waits(decoder->child, !flies);
}

static void doom(struct decoder *decoder, enum decoder_fate fate)
{
    if (decoder->fate != FATE_OPEN)
        return;
    decoder->fate = fate;
    set_flight(decoder, true); /* until its end is told */
    stop_reading(decoder);
    close_input(decoder);
    if (decoder->child != NULL)
        child_kill(decoder->child);
    else
        loop_timer_set_in(decoder->soon, 0); /* nothing else is left that would tell the end */
}

static void release(struct decoder *decoder)
{
    stop_reading(decoder);
    close_input(decoder);
    loop_timer_free(decoder->silence);
    loop_timer_free(decoder->soon);
    for (size_t i = decoder->handed_over; i < decoder->payload_count; i++)
        close(decoder->payloads[i].descriptor);
    free(decoder->payloads);
    decoder_stream_release(&decoder->stream);
    free(decoder);
}

static void end_if_over(struct decoder *decoder)
{
    if (decoder->child != NULL || decoder->output >= 0)
        return;
    struct decoder_result result =
        decoder_judge(&decoder->stream, decoder->table, decoder->fate, &decoder->end);
    struct decoder_events events = decoder->events;
    struct loop *loop = decoder->loop;
    bool flies = decoder->flies;
    release(decoder);
    events.ended(&result, events.context);
    if (flies)
        loop_flight_end(loop);
}

static void on_child_ended(const struct child_end *end, void *context)
{
    struct decoder *decoder = context;
    decoder->child = NULL;
    decoder->end = *end;
    /* What it wrote is still in the pipe, unless nobody wants it. */
    end_if_over(decoder);
}

/* --- payloads to the child -------------------------------------------------------------------------------
 */

static void watch_silence(struct decoder *decoder)
{
    bool owes = !decoder->stream.sandboxed || decoder->done < decoder->handed_over || decoder->socket < 0;
    set_flight(decoder, owes || decoder->fate != FATE_OPEN);
    if (owes && !decoder->stream.paused && decoder->output >= 0)
        loop_timer_set_in(decoder->silence, decoder_silence_ms);
    else
        loop_timer_stop(decoder->silence);
}

static void send_payload(struct decoder *decoder, struct payload *payload)
{
    char body[32];
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof(int))];
    } control = {0};
    struct iovec part = {body, (size_t)snprintf(body, sizeof body, "%lld\n", (long long)payload->page)};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    control.header = (struct cmsghdr){
        .cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
    memcpy(CMSG_DATA(&control.header), &payload->descriptor, sizeof(int));
    /* A child that has ended takes nothing more; its end will be told soon enough. */
    (void)sendmsg(decoder->socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    close(payload->descriptor);
    payload->descriptor = -1;
}

static void hand_over(struct decoder *decoder)
{
    while (decoder->socket >= 0 && decoder->handed_over < decoder->payload_count &&
           decoder->handed_over - decoder->done < PAYLOADS_AHEAD)
        send_payload(decoder, &decoder->payloads[decoder->handed_over++]);
    if (decoder->finishing && decoder->handed_over == decoder->payload_count)
        close_input(decoder);
}

void decoder_feed(struct decoder *decoder, int64_t page, int descriptor)
{
    MEMORY_GROW(decoder->payloads, decoder->payload_count, decoder->payload_capacity);
    decoder->payloads[decoder->payload_count++] = (struct payload){page, descriptor};
    hand_over(decoder);
    watch_silence(decoder);
}

void decoder_finish(struct decoder *decoder)
{
    decoder->finishing = true;
    hand_over(decoder);
    watch_silence(decoder);
}

/* --- lines from the child --------------------------------------------------------------------------------
 */

/* Takes whole lines until `deadline`; false when reading must stop for now. */
static bool take_lines(struct decoder *decoder, int64_t deadline)
{
    while (!decoder->stream.paused && decoder->fate == FATE_OPEN) {
        int64_t next_page = decoder->done < decoder->handed_over ? decoder->payloads[decoder->done].page : -1;
        switch (decoder_stream_take(&decoder->stream, next_page)) {
        case DECODER_TOOK_NOTHING:
            return true;
        case DECODER_TOOK_LINE:
            break;
        case DECODER_TOOK_DONE:
            decoder->done++;
            hand_over(decoder);
            break;
        case DECODER_TOOK_LIE:
            doom(decoder, FATE_LIED);
            break;
        }
        if (clock_monotonic_us() >= deadline && !decoder->stream.paused && decoder->fate == FATE_OPEN) {
            loop_timer_set_in(decoder->soon, 0);
            return false;
        }
    }
    return false;
}

/* False when there is nothing for now, or for good. */
static bool read_output(struct decoder *decoder)
{
    size_t room;
    char *bytes = decoder_stream_room(&decoder->stream, &room);
    ssize_t got = read(decoder->output, bytes, room);
    if (got > 0) {
        decoder_stream_add(&decoder->stream, (size_t)got);
        return true;
    }
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return false;
    stop_reading(decoder);
    return false;
}

/* Lines and reads in turn, for one slice. */
static void pump(struct decoder *decoder)
{
    int64_t deadline = clock_monotonic_us() + LIMIT_SLICE_MS * 1000;
    loop_timer_stop(decoder->soon);
    while (take_lines(decoder, deadline) && read_output(decoder))
        ;
    if (decoder->fate == FATE_OPEN && decoder->output >= 0) {
        loop_watch_change(decoder->output_watch, decoder->stream.paused ? 0 : LOOP_READ);
        watch_silence(decoder);
    }
    end_if_over(decoder);
}

static void on_output(int descriptor, int events, void *context)
{
    (void)descriptor, (void)events;
    pump(context);
}

static void on_soon(void *context)
{
    pump(context);
}

static void on_silence(void *context)
{
    doom(context, FATE_SILENT);
    end_if_over(context);
}

void decoder_resume(struct decoder *decoder)
{
    if (!decoder->stream.paused)
        return;
    decoder->stream.paused = false;
    /* Not here and now: the caller may be in the midst of an item. */
    loop_timer_set_in(decoder->soon, 0);
}

void decoder_kill(struct decoder *decoder)
{
    doom(decoder, FATE_KILLED);
}

/* --- how it begins ---------------------------------------------------------------------------------------
 */

static int start_child(
    struct decoder *decoder, int definition, int payloads, int output, struct failure *ret_failure)
{
    const char *const argv[] = {
        child_own_program(), "--child", "decode", definition < 0 ? "--table" : NULL, NULL};
    struct child_plan plan = {.name = "decode",
        .argv = argv,
        .descriptors = &definition,
        .descriptor_count = definition < 0 ? 0 : 1,
        .standard_input = payloads,
        .standard_output = output,
        /* Sanitizers map terabytes, coverage writes files. */
        .memory_bytes = sandbox_is_off ? 0 : LIMIT_DECODER_MEMORY_BYTES,
        .cpu_seconds = LIMIT_DECODER_CPU_SECONDS,
        .no_files = !sandbox_is_off};
    int r = child_start(decoder->loop, &plan, on_child_ended, decoder, &decoder->child);
    return r < 0 ? fail(ret_failure, r, "the decoder %s cannot be started: %s", argv[0], strerror(-r)) : 0;
}

static struct decoder *decoder_new(
    struct loop *loop, const struct decoder_events *events, int socket, int output)
{
    struct decoder *decoder = memory_get_zeroed(1, sizeof *decoder);
    decoder->loop = loop;
    decoder->events = *events;
    decoder->socket = socket;
    decoder->output = output;
    decoder_stream_init(&decoder->stream, &decoder->events);
    decoder->output_watch = loop_watch_new(loop, output, LOOP_READ, on_output, decoder);
    decoder->silence = loop_timer_new(loop, LOOP_REAL, "decoder's silence", on_silence, decoder);
    decoder->soon = loop_timer_new(loop, LOOP_REAL, "decoder's lines", on_soon, decoder);
    return decoder;
}

static int open_definition(const char *file, int *ret_descriptor, struct failure *ret_failure)
{
    *ret_descriptor = file != NULL ? open(file, O_RDONLY | O_CLOEXEC) : -1;
    if (file != NULL && *ret_descriptor < 0)
        return fail(ret_failure, -errno, "%s: cannot be read: %s", file, strerror(errno));
    return 0;
}

static int open_channels(int ret_sockets[2], int ret_pipe[2], struct failure *ret_failure)
{
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ret_sockets) < 0)
        return fail(ret_failure, -errno, "no socket for the decoder: %s", strerror(errno));
    if (pipe2(ret_pipe, O_CLOEXEC) < 0) {
        int code = errno;
        close(ret_sockets[0]);
        close(ret_sockets[1]);
        return fail(ret_failure, -code, "no pipe for the decoder: %s", strerror(code));
    }
    /* Fewer, longer turns; without it the pipe works all the same. */
    (void)fcntl(ret_pipe[0], F_SETPIPE_SZ, OUTPUT_PIPE_BYTES);
    (void)fcntl(ret_pipe[0], F_SETFL, O_NONBLOCK);
    return 0;
}

int decoder_start(struct loop *loop, const char *definition_file, const struct decoder_events *events,
    struct decoder **ret_decoder, struct failure *ret_failure)
{
    int definition, sockets[2] = {-1, -1}, output[2] = {-1, -1};
    int r = open_definition(definition_file, &definition, ret_failure);
    if (r < 0)
        return r;
    r = open_channels(sockets, output, ret_failure);
    if (r < 0)
        goto close_definition;
    struct decoder *decoder = decoder_new(loop, events, sockets[0], output[0]);
    decoder->table = definition_file == NULL;
    r = start_child(decoder, definition, sockets[1], output[1], ret_failure);
    close(sockets[1]);
    close(output[1]);
    if (r < 0) {
        release(decoder);
        goto close_definition;
    }
    /* In flight longer than the child: what it wrote may still be in the pipe. */
    set_flight(decoder, true);
    watch_silence(decoder);
    *ret_decoder = decoder;

close_definition:
    if (definition >= 0)
        close(definition);
    return r;
}
