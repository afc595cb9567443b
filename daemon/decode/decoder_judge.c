#include "decoder_judge.h"

#include "decoder_inside.h"

#include "m13/failure.h"
#include "m13/limits.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int64_t decoder_silence_ms = LIMIT_DECODER_SILENCE_MS;

static void say(struct decoder_result *result, enum decoder_outcome outcome, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void say(struct decoder_result *result, enum decoder_outcome outcome, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(result->text, sizeof result->text, format, arguments);
    va_end(arguments);
    result->outcome = outcome;
}

static void say_too_much_computing(bool table, struct decoder_result *result)
{
    if (table)
        say(result, DECODER_TOO_LARGE, "读取这个文件所需的时间超过 %d 秒：请删去多余内容，或分成几个文件报送",
            LIMIT_DECODER_CPU_SECONDS);
    else
        say(result, DECODER_TOO_LARGE, "the decoder needed more than %d s of computing",
            LIMIT_DECODER_CPU_SECONDS);
}

static void say_too_much_memory(bool table, const char *words, struct decoder_result *result)
{
    if (table)
        say(result, DECODER_TOO_LARGE,
            "读取这个文件所需的内存超过 %lld MB：请删去多余内容，或分成几个文件报送",
            LIMIT_DECODER_MEMORY_BYTES / (1024 * 1024));
    else
        say(result, DECODER_TOO_LARGE, "%s", *words != '\0' ? words : "the decoder ran out of memory");
}

/* What the way in which the child ended means, when it said nothing about it in its stream. */
static void judge_end(const struct decoder_stream *stream, bool table, const struct child_end *end,
    struct decoder_result *result)
{
    const char *words = end->last_words;
    if (end->signal == SIGXCPU)
        say_too_much_computing(table, result);
    else if (end->signal == SIGSYS)
        say(result, DECODER_CRASHED, "the decoder broke its sandbox and was killed");
    else if (end->signal != 0)
        say(result, DECODER_CRASHED, "the decoder was ended by signal %d (%s)", end->signal,
            strsignal(end->signal));
    else if (end->exit_code == EXIT_INTERNAL && !stream->sandboxed)
        say(result, DECODER_UNAVAILABLE, "%s", words);
    else if (end->exit_code == EXIT_INTERNAL)
        say_too_much_memory(table, words, result);
    else if (end->exit_code == EXIT_FINE && stream->ended)
        say(result, DECODER_OK, "%s", "");
    else
        say(result, DECODER_CRASHED, "the decoder ended with code %d and no end record%s%s", end->exit_code,
            *words != '\0' ? ": " : "", words);
}

struct decoder_result decoder_judge(
    const struct decoder_stream *stream, bool table, enum decoder_fate fate, const struct child_end *end)
{
    struct decoder_result result = {.rows = stream->rows,
        .rejected = stream->rejected,
        .skipped = stream->skipped,
        .replaced = stream->replaced,
        .unread = stream->unread,
        .unended = stream->unended};
    switch (fate) {
    case FATE_LIED:
        say(&result, DECODER_CRASHED, "the decoder's stream cannot be true: %s", stream->lie);
        return result;
    case FATE_SILENT:
        say(&result, DECODER_TIMED_OUT, "the decoder gave no line for %lld s",
            (long long)(decoder_silence_ms / 1000));
        return result;
    case FATE_KILLED:
        say(&result, DECODER_CRASHED, "the decoder was stopped");
        return result;
    case FATE_OPEN:
        break;
    }
    if (stream->failed)
        say(&result, stream->failed_too_large ? DECODER_TOO_LARGE : DECODER_MALFORMED, "%s", stream->failure);
    else
        judge_end(stream, table, end, &result);
    return result;
}
