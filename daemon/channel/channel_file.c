/* channel_file.c - appends each message as one line of JSON: for drills, and for a bureau's own gateway. */
#include "channels.h"

#include "m13/digest.h"
#include "m13/letter.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINE_BYTES = 16 * 1024 * 1024 };

/* One write, so that two writers never mix their lines; durable before we say that it is delivered. Pipes and
 * terminals have nothing to sync. */
static int write_line(int descriptor, const struct text *line)
{
    struct stat before;
    bool is_file = fstat(descriptor, &before) == 0 && S_ISREG(before.st_mode);
    ssize_t written = write(descriptor, line->bytes, line->length);
    int r = written == (ssize_t)line->length ? 0 : written < 0 ? -errno : -ENOSPC;
    if (r == 0 && fsync(descriptor) < 0 && errno != EINVAL && errno != EROFS)
        r = -errno;
    /* Half a line would spoil the next one, too. */
    if (written > 0 && r < 0 && is_file && ftruncate(descriptor, before.st_size) < 0)
        r = -errno;
    return r;
}

/* A pipe that nobody reads must not hold us up. */
static int append_line(const char *path, const struct text *line)
{
    int descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0600);
    if (descriptor < 0)
        return -errno;
    int r = write_line(descriptor, line);
    close(descriptor);
    return r;
}

static void send_to_file(
    struct courier *courier, const struct parcel *parcel, sending_ended *ended, void *context)
{
    struct sending_end end = {.sending = SENDING_DONE};
    struct text line = TEXT_WITH_CEILING(LINE_BYTES);
    char *body = render_webhook(courier->templates, courier->config, parcel->facts);
    digest_hex_of(body, strlen(body), end.sent_sha256);
    text_append_string(&line, body);
    text_append_character(&line, '\n');
    free(body);
    int r = append_line(parcel->channel->path, &line);
    if (r < 0) {
        end.sending = SENDING_RETRY;
        snprintf(end.text, sizeof end.text, "the file cannot be written: %s", strerror(-r));
    } else {
        snprintf(end.text, sizeof end.text, "line of %zu bytes, sha256 %.16s", line.length, end.sent_sha256);
    }
    if (parcel->conversation != NULL)
        fprintf(parcel->conversation, "* %s\n", end.text);
    text_free(&line);
    ended(&end, context);
}

const struct channel channel_file = {CHANNEL_FILE, NULL, send_to_file};
