/* channel_file.c - appends each message as one line of JSON: for drills, and for a bureau's own gateway. */
#include "channels.h"

#include "m13/digest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int append_line(const char *path, const char *line, size_t length)
{
    int descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (descriptor < 0)
        return -errno;
    /* One write, so that two writers never mix their lines; durable before we say that it is delivered. */
    ssize_t written = write(descriptor, line, length);
    int r = written == (ssize_t)length && fsync(descriptor) == 0 ? 0
            : written >= 0 && !errno                             ? -ENOSPC
                                                                 : -errno;
    close(descriptor);
    return r;
}

static void send_to_file(struct courier *courier, const struct parcel *parcel,
    void (*ended)(const struct sending_end *end, void *context), void *context)
{
    struct sending_end end = {.sending = SENDING_DONE};
    struct text line = TEXT_WITH_CEILING(16 * 1024 * 1024);
    char hex[DIGEST_HEX_BYTES];
    (void)courier;
    char *body = json_dumps(parcel->facts, JSON_COMPACT);
    text_append_string(&line, body);
    free(body);
    text_append_character(&line, '\n');
    errno = 0;
    int r = append_line(parcel->channel->path, text_string(&line), line.length);
    if (r < 0) {
        end.sending = SENDING_RETRY;
        snprintf(end.text, sizeof end.text, "%s", strerror(-r));
    } else {
        snprintf(end.text, sizeof end.text, "line of %zu bytes, sha256 %.16s", line.length,
            digest_hex_of(line.bytes, line.length, hex));
    }
    text_free(&line);
    ended(&end, context);
}

const struct channel channel_file = {CHANNEL_FILE, NULL, send_to_file};
