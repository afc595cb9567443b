#include "decoding.h"

#include "decoder_inside.h"

#include "m13/loop.h"

#include "scratch.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct decoding decoding;

int decoding_set_up(void **state)
{
    (void)state;
    decoding.loop = loop_new();
    decoding.folder = scratch_new();
    decoding.ends = 0;
    decoding.item_count = decoding.stop_at = decoding.feed_on_page = 0;
    decoding.at_item = NULL;
    decoding.items = TEXT_WITH_CEILING(64 << 20);
    memset(&decoding.result, 0, sizeof decoding.result);
    decoder_silence_ms = 30000;
    unsetenv("DECODE_STUB");
    return 0;
}

int decoding_tear_down(void **state)
{
    (void)state;
    loop_free(decoding.loop);
    scratch_remove(decoding.folder);
    text_free(&decoding.items);
    return 0;
}

int decoding_payload(const char *bytes, size_t length)
{
    char *path = scratch_path(decoding.folder, "payload");
    scratch_write(path, bytes, length);
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(descriptor >= 0);
    unlink(path);
    free(path);
    return descriptor;
}

int decoding_text(const char *text)
{
    return decoding_payload(text, strlen(text));
}

int decoding_page(int64_t page)
{
    char text[200];
    snprintf(text, sizeof text, "{\"meta\":{},\"results\":[" ROW("K%lld") "]}", (long long)page);
    return decoding_text(text);
}

static bool note_item(const struct decoder_item *item, void *context)
{
    static const char *const kinds[] = {"page", "sheet", "record", "cells", "reject", "shape"};
    assert_ptr_equal(context, &decoding.items);
    assert_int_equal(strlen(item->text), item->length);
    text_append_format(
        &decoding.items, "%s %lld.%lld", kinds[item->kind], (long long)item->page, (long long)item->row);
    if (item->kind == DECODER_PAGE)
        text_append_format(&decoding.items, " %lld %s%s", (long long)item->total, item->as_of, item->text);
    else if (item->kind == DECODER_REJECT)
        text_append_format(&decoding.items, " %s|%s|%s", item->field, item->reason, item->excerpt);
    else
        text_append_format(&decoding.items, " %s%s", item->text, item->epoch_1904 ? " 1904" : "");
    text_append_character(&decoding.items, '\n');
    decoding.item_count++;
    if (item->kind == DECODER_PAGE && decoding.feed_on_page > 0 && --decoding.feed_on_page > 0)
        decoder_feed(decoding.decoder, item->page + 1, decoding_page(item->page + 1));
    if (item->kind == DECODER_PAGE && decoding.feed_on_page == 1)
        decoder_finish(decoding.decoder);
    if (decoding.at_item != NULL && decoding.item_count == 1)
        decoding.at_item();
    if (decoding.item_count == decoding.stop_at)
        decoder_silence_ms = 20;
    return decoding.item_count != decoding.stop_at;
}

static void note_end(const struct decoder_result *told, void *context)
{
    assert_ptr_equal(context, &decoding.items);
    decoding.result = *told;
    decoding.ends++;
}

const struct decoder_events decoding_events = {note_item, note_end, &decoding.items};

void decoding_start(const char *definition_file)
{
    struct failure failure = {0};
    int r = decoder_start(decoding.loop, definition_file, &decoding_events, &decoding.decoder, &failure);
    if (r < 0)
        print_error("%s\n", failure.text);
    assert_int_equal(r, 0);
}

void decoding_run(void)
{
    loop_run(decoding.loop, true);
    assert_int_equal(decoding.ends, 1);
}

void decoding_of(const char *definition_file, int payload)
{
    decoding_start(definition_file);
    decoder_feed(decoding.decoder, 0, payload);
    decoder_finish(decoding.decoder);
    decoding_run();
}

void decoding_expect(enum decoder_outcome outcome, const char *words)
{
    if (decoding.result.outcome != outcome || strstr(decoding.result.text, words) == NULL)
        print_error("outcome %d: %s\n", (int)decoding.result.outcome, decoding.result.text);
    assert_int_equal(decoding.result.outcome, outcome);
    assert_non_null(strstr(decoding.result.text, words));
}

int decoding_find_stub(void **state)
{
    (void)state;
    char build[512];
    const char *source = getenv("M13_SOURCE");
    snprintf(build, sizeof build, "%s/tests/decode", getenv("M13_BUILD"));
    setenv("M13_BUILD", build, 1);
    snprintf(decoding.definition, sizeof decoding.definition, "%s/conf/feeds.d/fda-510k.conf", source);
    return source != NULL ? 0 : -1;
}
