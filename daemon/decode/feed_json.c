/* feed_json.c - a feed's payload that is JSON. */
#include "feed_rows.h"

#include "json_rows.h"
#include "json_values.h"

static void take_row(struct feed_rows *rows)
{
    struct reject reject;
    int64_t number = json_rows_number(rows->json);
    if (json_values_take(rows->json_values, rows->json, &rows->values, &reject))
        feed_rows_map(rows, number);
    else
        emit_reject(rows->emit, number, &reject);
}

int feed_rows_read_json(struct feed_rows *rows, int64_t page, struct failure *ret_failure)
{
    struct json_rows *json = rows->json;
    json_rows_begin(json, rows->charset, &rows->shape);
    for (bool first = true;; first = false) {
        struct failure failure = {0};
        enum json_rows_step step = json_rows_next(json, &failure);
        if (first)
            emit_page(rows->emit, page, json_rows_total(json), json_rows_as_of(json));
        switch (step) {
        case JSON_ROWS_ROW:
            take_row(rows);
            break;
        case JSON_ROWS_BAD:
            emit_reject(rows->emit, json_rows_number(json), json_rows_reject(json));
            break;
        case JSON_ROWS_END:
            emit_done(rows->emit, page, json_rows_total(json), json_rows_as_of(json));
            return 0;
        case JSON_ROWS_FAILED:
            *ret_failure = failure;
            return failure.code;
        }
    }
}
