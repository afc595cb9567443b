#include "fake_decoder.h"

#include "m13/loop.h"
#include "m13/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct fake_decoder_plan fake_decoder_plan;
int fake_decoder_starts;

struct decoder {
    struct decoder_events events;
    struct loop_timer *soon;
    int descriptor;
    bool killed, in_sheet;
    int64_t row, rows;
};

static void tell(struct decoder *decoder, enum decoder_line kind, const char *text, size_t length)
{
    decoder->events.item(
        &(struct decoder_item){.kind = kind, .row = decoder->row, .text = text, .length = length},
        decoder->events.context);
}

static void begin_sheet(struct decoder *decoder, const char *name)
{
    decoder->row = 0;
    decoder->in_sheet = true;
    tell(decoder, DECODER_SHEET, name, strlen(name));
}

static void tell_cells(struct decoder *decoder, char *line)
{
    struct text json = TEXT_WITH_CEILING(1 << 20);
    text_append_character(&json, '[');
    for (char *cell; (cell = strsep(&line, ",")) != NULL;) {
        text_append_string(&json, json.length > 1 ? "," : "");
        text_append_json(&json, cell);
    }
    text_append_character(&json, ']');
    tell(decoder, DECODER_CELLS, text_string(&json), json.length);
    text_free(&json);
}

static void tell_line(struct decoder *decoder, char *line)
{
    size_t length = strlen(line);
    if (line[0] == '[' && line[length - 1] == ']') {
        line[length - 1] = '\0';
        begin_sheet(decoder, line + 1);
        return;
    }
    if (!decoder->in_sheet)
        begin_sheet(decoder, "");
    decoder->row++;
    decoder->rows++;
    if (length > 0) /* blank rows are left out */
        tell_cells(decoder, line);
}

static void read_all(struct decoder *decoder)
{
    char *line = NULL;
    size_t capacity = 0;
    FILE *file = fdopen(decoder->descriptor, "r");
    for (ssize_t length; !decoder->killed && (length = getline(&line, &capacity, file)) > 0;) {
        line[strcspn(line, "\r\n")] = '\0';
        tell_line(decoder, line);
    }
    free(line);
    fclose(file);
    decoder->descriptor = -1;
}

static void work(void *context)
{
    struct decoder *decoder = context;
    struct decoder_result result = {.outcome = fake_decoder_plan.outcome, .text = "what the child said"};
    if (!decoder->killed)
        read_all(decoder);
    result.rows = decoder->rows;
    if (fake_decoder_plan.before_end != NULL)
        fake_decoder_plan.before_end(fake_decoder_plan.context);
    if (decoder->killed)
        result.outcome = DECODER_CRASHED;
    else if (fake_decoder_plan.never_ends)
        return;
    struct decoder_events events = decoder->events;
    if (decoder->descriptor >= 0)
        close(decoder->descriptor);
    loop_timer_free(decoder->soon);
    free(decoder);
    events.ended(&result, events.context);
}

int decoder_start(struct loop *loop, const char *definition_file, const struct decoder_events *events,
    struct decoder **ret_decoder, struct failure *ret_failure)
{
    fake_decoder_starts++;
    if (definition_file != NULL || fake_decoder_plan.start < 0)
        return fail(ret_failure, fake_decoder_plan.start, "no child can be had");
    struct decoder *decoder = calloc(1, sizeof *decoder);
    decoder->events = *events;
    decoder->descriptor = -1;
    decoder->soon = loop_timer_new(loop, LOOP_REAL, "fake decoder", work, decoder);
    *ret_decoder = decoder;
    return 0;
}

void decoder_feed(struct decoder *decoder, int64_t page, int descriptor)
{
    (void)page;
    decoder->descriptor = descriptor;
}

void decoder_finish(struct decoder *decoder)
{
    loop_timer_set_in(decoder->soon, 0);
}

void decoder_kill(struct decoder *decoder)
{
    decoder->killed = true;
    loop_timer_set_in(decoder->soon, 0);
}

void decoder_resume(struct decoder *decoder)
{
    (void)decoder; /* all of it is told at once, whatever the answer */
}
