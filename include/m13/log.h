/* log.h - one line per event to stderr, with journald's priority prefix when journald is listening.
 *
 * Lines are English and carry what a person needs to act: feed, file, line, row. Control characters and
 * invalid UTF-8 of outside text are escaped by the writer, so callers may pass it as it is. Never pass a
 * secret or a contact's address. */
#ifndef M13_LOG_H
#define M13_LOG_H

#include <stddef.h>

enum log_level {
    LOG_LEVEL_ERROR = 3,
    LOG_LEVEL_WARNING = 4,
    LOG_LEVEL_NOTICE = 5,
    LOG_LEVEL_INFO = 6,
    LOG_LEVEL_DEBUG = 7
};

/* Detects journald by $JOURNAL_STREAM, and routes libevent's own messages here. `program` names the line when
 * stderr is a terminal or file. */
void log_open(const char *program, enum log_level most_talkative);
void log_set_level(enum log_level most_talkative);
void log_write(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define log_error(...)   log_write(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(...) log_write(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_notice(...)  log_write(LOG_LEVEL_NOTICE, __VA_ARGS__)
#define log_info(...)    log_write(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...)   log_write(LOG_LEVEL_DEBUG, __VA_ARGS__)

/* What a library or a child says for itself: one line for each of its lines, under its name. */
void log_library(enum log_level level, const char *library, const char *bytes, size_t length);

/* Logs and ends the process with `exit_code`: for what cannot go on and loses nothing by stopping.
 * It ends at once, without exit handlers, so it may be called from any callback. */
void log_fatal(int exit_code, const char *format, ...) __attribute__((format(printf, 2, 3), noreturn));

#endif
