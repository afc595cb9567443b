#include "m13/log.h"

#include "m13/failure.h"
#include "m13/text.h"

#include <errno.h>
#include <event2/event.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MESSAGE_BYTES 4096 /* journald would take 48 KiB; nobody reads a line that long */
#define ESCAPE_BYTES  8    /* the longest escape is \u202e with its end */

static const char *program_name = "m13d";
static enum log_level ceiling = LOG_LEVEL_INFO;
static bool to_journal;

/* systemd sets JOURNAL_STREAM to DEVICE:INODE of the socket it made; stderr may have been redirected since.
 */
static bool stderr_is_journal(void)
{
    const char *stream = getenv("JOURNAL_STREAM");
    struct stat status;
    if (stream == NULL || fstat(STDERR_FILENO, &status) < 0)
        return false;
    char actual[64];
    snprintf(actual, sizeof actual, "%llu:%llu", (unsigned long long)status.st_dev,
        (unsigned long long)status.st_ino);
    return strcmp(stream, actual) == 0;
}

static void from_libevent(int severity, const char *message)
{
    static const enum log_level levels[] = {
        [EVENT_LOG_DEBUG] = LOG_LEVEL_DEBUG,
        [EVENT_LOG_MSG] = LOG_LEVEL_INFO,
        [EVENT_LOG_WARN] = LOG_LEVEL_WARNING,
        [EVENT_LOG_ERR] = LOG_LEVEL_ERROR,
    };
    bool known = severity >= EVENT_LOG_DEBUG && severity <= EVENT_LOG_ERR;
    log_library(known ? levels[severity] : LOG_LEVEL_ERROR, "libevent", message, strlen(message));
}

static void libevent_gave_up(int code)
{
    log_fatal(EXIT_INTERNAL, "libevent gave up with code %d", code);
}

void log_open(const char *program, enum log_level most_talkative)
{
    program_name = program;
    ceiling = most_talkative;
    to_journal = stderr_is_journal();
    event_set_log_callback(from_libevent);
    event_set_fatal_callback(libevent_gave_up);
}

void log_set_level(enum log_level most_talkative)
{
    ceiling = most_talkative;
}

/* Whatever would end the line, steer a terminal or turn the direction of reading. */
static bool is_unsafe(uint32_t code_point)
{
    return code_point < 0x20 || (code_point >= 0x7f && code_point < 0xa0) || code_point == 0xfeff ||
           (code_point >= 0x2028 && code_point <= 0x202e) || (code_point >= 0x2066 && code_point <= 0x2069);
}

/* Escapes into `out`, which has room for ESCAPE_BYTES per byte; returns the bytes written. */
static size_t escape(const char *message, size_t length, char *out)
{
    const char *end = message + length, *cursor = message;
    size_t used = 0;
    while (cursor < end) {
        const char *start = cursor;
        uint32_t code_point = utf8_next(&cursor, end);
        bool malformed = code_point == 0xfffd && cursor - start == 1;
        if (malformed) {
            used += (size_t)snprintf(out + used, ESCAPE_BYTES, "\\x%02x", (unsigned char)*start);
        } else if (code_point == '\n') {
            used += (size_t)snprintf(out + used, ESCAPE_BYTES, "\\n");
        } else if (is_unsafe(code_point)) {
            used += (size_t)snprintf(out + used, ESCAPE_BYTES, "\\u%04x", (unsigned)(code_point & 0xffff));
        } else {
            memcpy(out + used, start, (size_t)(cursor - start));
            used += (size_t)(cursor - start);
        }
    }
    return used;
}

static void write_whole(const char *line, size_t length)
{
    while (length > 0) {
        ssize_t written = write(STDERR_FILENO, line, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return; /* nobody is left to whom it could be said */
        line += written;
        length -= (size_t)written;
    }
}

/* One write(2) per line, so that lines of several processes on one stderr do not mix. */
static void emit(enum log_level level, const char *library, const char *message, size_t length)
{
    static const char *const words[] = {
        [LOG_LEVEL_ERROR] = "error: ", [LOG_LEVEL_WARNING] = "warning: ", [LOG_LEVEL_DEBUG] = "debug: "};
    char line[128 + MESSAGE_BYTES * ESCAPE_BYTES];
    int head = to_journal ? snprintf(line, 128, "<%d>", (int)level)
                          : snprintf(line, 128, "%.60s: %s", program_name, words[level] ? words[level] : "");
    size_t used = (size_t)head;
    if (library != NULL)
        used += (size_t)snprintf(line + used, 48, "%.40s: ", library);
    used += escape(message, length, line + used);
    line[used++] = '\n';
    write_whole(line, used);
}

__attribute__((format(printf, 2, 0))) static void vemit(
    enum log_level level, const char *format, va_list arguments)
{
    char message[MESSAGE_BYTES];
    int wanted = vsnprintf(message, sizeof message, format, arguments);
    size_t length = wanted < 0 ? 0 : strlen(message);
    if (wanted >= MESSAGE_BYTES) {
        static const char more[] = "...";
        length = utf8_cut(message, MESSAGE_BYTES - sizeof more);
        memcpy(message + length, more, sizeof more - 1);
        length += sizeof more - 1;
    }
    emit(level, /* library= */ NULL, message, length);
}

void log_write(enum log_level level, const char *format, ...)
{
    if (level > ceiling)
        return;
    int saved = errno;
    va_list arguments;
    va_start(arguments, format);
    vemit(level, format, arguments);
    va_end(arguments);
    errno = saved;
}

void log_library(enum log_level level, const char *library, const char *bytes, size_t length)
{
    if (level > ceiling)
        return;
    int saved = errno;
    const char *end = bytes + length;
    while (bytes < end) {
        const char *newline = memchr(bytes, '\n', (size_t)(end - bytes));
        const char *stop = newline != NULL ? newline : end;
        size_t line = (size_t)(stop - bytes);
        while (line > 0 && bytes[line - 1] == '\r')
            line--;
        if (line > MESSAGE_BYTES)
            line = utf8_cut(bytes, MESSAGE_BYTES);
        if (line > 0)
            emit(level, library, bytes, line);
        bytes = newline != NULL ? newline + 1 : end;
    }
    errno = saved;
}

void log_fatal(int exit_code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vemit(LOG_LEVEL_ERROR, format, arguments);
    va_end(arguments);
    /* Not exit(): handlers and destructors would run in the midst of some library's callback. */
    _exit(exit_code);
}
