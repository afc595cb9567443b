/* receipt.c - the desk hears of each local file of which something was not taken: which rows, why, what would
 * be right. The sender has the same as inbox/rejected/NAME.errors.csv. */
#include "receipt.h"

#include "notice.h"

#include "m13/registry.h"
#include "m13/store.h"

#include <inttypes.h>
#include <stdio.h>

enum { PROBLEMS_SHOWN = 20 }; /* stand in the message; the errors file has them all */

static bool is_worth_a_word(const struct import_result *result)
{
    return !result->known &&
           (*result->problem || result->rejected > 0 || result->warnings > 0 || result->unlisted > 0);
}

static json_t *text_value(const char *text)
{
    json_t *value = json_string(text);
    return value != NULL ? value : json_string("");
}

static json_t *problems_of(struct store *store, int64_t file)
{
    json_t *problems = json_array();
    struct query *q = query_bind(
        query(store, "SELECT f.sheet, r.row, r.field, r.reason, r.expected "
                     "FROM local_file f JOIN local_reject r ON r.file = f.id "
                     "WHERE f.id >= ?1 AND f.sha256 = (SELECT sha256 FROM local_file WHERE id = ?1) "
                     "ORDER BY r.warning, f.id, r.row, r.field LIMIT ?2"),
        "ii", file, (int64_t)PROBLEMS_SHOWN);
    while (query_next(q))
        json_array_append_new(
            problems, json_pack("{s:o, s:I, s:o, s:o, s:o}", "sheet", text_value(query_text(q, 0)), "row",
                          (json_int_t)query_integer(q, 1), "field", text_value(query_text(q, 2)), "reason",
                          text_value(query_text(q, 3)), "expected", text_value(query_text(q, 4))));
    return problems;
}

/* The same rows may be delivered again: what sets this delivery apart is its place in the journal. */
static void receipt_id(const struct import_result *result, int64_t seq, char out[40])
{
    char what[64];
    snprintf(what, sizeof what, "%" PRId64 "|%" PRId64, result->id, seq);
    message_id_of(AUDIENCE_DESK, "", "receipt", what, out);
}

static void put_result(json_t *message, const struct import_result *result)
{
    const struct {
        const char *name;
        int64_t count;
    } counts[] = {{"rows", result->rows}, {"added", result->added}, {"changed", result->changed},
        {"unchanged", result->unchanged}, {"rejected", result->rejected}, {"warnings", result->warnings},
        {"unlisted", result->unlisted}};
    json_object_set_new(message, "file", text_value(result->file));
    json_object_set_new(message, "kind", text_value(result->kind));
    json_object_set_new(message, "by", text_value(result->by));
    json_object_set_new(message, "problem", text_value(result->problem));
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        json_object_set_new(message, counts[i].name, json_integer(counts[i].count));
}

bool receipt_write(
    struct store *store, const struct config *config, const struct import_result *result, int64_t now)
{
    char id[40];
    if (!is_worth_a_word(result))
        return false;
    int64_t seq = store_value(store, 0, "SELECT max(seq) FROM journal", "");
    receipt_id(result, seq, id);
    json_t *message = facts_of_message(store, id, "receipt", AUDIENCE_DESK, false, "", now);
    put_result(message, result);
    json_object_set_new(message, "problems", problems_of(store, result->id));
    compose_write(store, config, "receipt", false, message, seq, now);
    return true;
}
