/* decoding.h - a decoder on a loop: the daemon's end in a test, and what it was told.
 *
 * The children are $M13_BUILD/tests/decode/m13d (stub_main.c). One decoder at a time. */
#ifndef M13_TEST_DECODING_H
#define M13_TEST_DECODING_H

#include "m13/decoder.h"
#include "m13/text.h"

#include <stdint.h>

/* A row that the shipped definition of FDA's 510(k) takes. */
#define ROW(number) "{\"k_number\":\"" number "\",\"applicant\":\"X\",\"decision_date\":\"2026-01-05\"}"

struct decoding {
    struct loop *loop;
    char *folder;         /* of the test's own */
    char definition[600]; /* path of the shipped fda-510k.conf */
    struct decoder *decoder;
    struct decoder_result result;
    int ends;          /* how often `ended` was called */
    struct text items; /* one line an item: KIND PAGE.ROW and what it says */
    int64_t item_count;
    int64_t stop_at;       /* item that asks for a pause, 0 = none */
    int64_t feed_on_page;  /* payloads that are fed one by one, each when the one before begins */
    void (*at_item)(void); /* called at the first */
};
extern struct decoding decoding;
extern const struct decoder_events decoding_events;

/* Group and test fixtures of cmocka. */
int decoding_find_stub(void **state);
int decoding_set_up(void **state);
int decoding_tear_down(void **state);

int decoding_payload(const char *bytes, size_t length); /* an open file with these bytes */
int decoding_text(const char *text);
int decoding_page(int64_t page); /* one row, K<page> */
void decoding_start(const char *definition_file);
void decoding_run(void);                                    /* until it has ended, once */
void decoding_of(const char *definition_file, int payload); /* one payload from start to end */
void decoding_expect(enum decoder_outcome outcome, const char *words);

#endif
