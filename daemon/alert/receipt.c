/* receipt.c - the desk hears of each local file of which something was not taken: which rows, why, what would
 * be right. The sender has the same as inbox/rejected/NAME.errors.csv. */
#include "internal.h"
#include "outbox.h"

#include "m13/clock.h"
#include "m13/digest.h"
#include "m13/registry.h"
#include "m13/store.h"

#include <inttypes.h>
#include <stdio.h>

/* So many stand in the message; the errors file has them all. */
enum { PROBLEMS_SHOWN = 20, RECEIPT_BYTES = 256 * 1024 };

struct problems {
    struct text json, zh, en;
    int64_t shown;
};

static bool is_worth_a_word(const struct import_result *result)
{
    return !result->known &&
           (*result->problem || result->rejected > 0 || result->warnings > 0 || result->unlisted > 0);
}

static void add_problem(struct problems *problems, struct query *q)
{
    const char *sheet = query_text(q, 0), *field = query_text(q, 2), *reason = query_text(q, 3),
               *expected = query_text(q, 4);
    int64_t row = query_integer(q, 1);
    text_append_string(&problems->json, problems->shown++ ? ",{" : "{");
    text_append_string(&problems->json, "\"sheet\":");
    text_append_json(&problems->json, sheet);
    text_append_format(&problems->json, ",\"row\":%" PRId64 ",\"field\":", row);
    text_append_json(&problems->json, field);
    text_append_string(&problems->json, ",\"reason\":");
    text_append_json(&problems->json, reason);
    text_append_string(&problems->json, ",\"expected\":");
    text_append_json(&problems->json, expected);
    text_append_character(&problems->json, '}');
    text_append_format(&problems->zh, "　　%s%s第%" PRId64 "行 %s：%s（应为：%s）\n", sheet,
        *sheet ? " " : "", row, field, reason, expected);
    text_append_format(&problems->en, "  %s%srow %" PRId64 ", %s: %s (expected: %s)\n", sheet,
        *sheet ? ", " : "", row, field, reason, expected);
}

static void read_problems(struct store *store, int64_t file, struct problems *problems)
{
    struct query *q = query_bind(
        query(store, "SELECT f.sheet, r.row, r.field, r.reason, r.expected "
                     "FROM local_file f JOIN local_reject r ON r.file = f.id "
                     "WHERE f.id >= ?1 AND f.sha256 = (SELECT sha256 FROM local_file WHERE id = ?1) "
                     "ORDER BY r.warning, f.id, r.row, r.field LIMIT ?2"),
        "ii", file, (int64_t)PROBLEMS_SHOWN);
    while (query_next(q))
        add_problem(problems, q);
}

/* --- words -----------------------------------------------------------------------------------------------
 */

static void words_zh(const struct import_result *result, const struct problems *problems, struct text *out)
{
    text_append_format(out, "报送文件“%s”（报送人：%s）", result->file, result->by);
    if (*result->problem)
        text_append_format(out, "未被接收：%s\n", result->problem);
    else
        text_append_format(out,
            "：共%" PRId64 "行，新增%" PRId64 "，变更%" PRId64 "，未变%" PRId64 "，未接收%" PRId64
            "，提醒%" PRId64 "，全量名录未列而转为“不明”%" PRId64 "。\n",
            result->rows, result->added, result->changed, result->unchanged, result->rejected,
            result->warnings, result->unlisted);
    text_append_string(out, text_string(&problems->zh));
    if (result->rejected > 0 || *result->problem)
        text_append_format(
            out, "全部问题见 inbox/rejected/%s.errors.csv，请转报送人改正后重新报送。\n", result->file);
}

static void words_en(const struct import_result *result, const struct problems *problems, struct text *out)
{
    text_append_format(out, "The file \"%s\" (from %s)", result->file, result->by);
    if (*result->problem)
        text_append_format(out, " was not taken: %s\n", result->problem);
    else
        text_append_format(out,
            ": %" PRId64 " rows, %" PRId64 " new, %" PRId64 " changed, %" PRId64 " unchanged, %" PRId64
            " not taken, %" PRId64 " to be looked at, %" PRId64 " no longer on a full list (now unknown).\n",
            result->rows, result->added, result->changed, result->unchanged, result->rejected,
            result->warnings, result->unlisted);
    text_append_string(out, text_string(&problems->en));
    if (result->rejected > 0 || *result->problem)
        text_append_format(out,
            "All of it stands in inbox/rejected/%s.errors.csv; please pass it on to the sender.\n",
            result->file);
}

/* --- the message ------------------------------------------------------------------------------------------
 */

static void receipt_id(struct store *store, const struct import_result *result, char out[40])
{
    char seed[64], hex[DIGEST_HEX_BYTES];
    int64_t seq = store_value(store, 0, "SELECT max(seq) FROM journal", "");
    int length = snprintf(seed, sizeof seed, "receipt|%" PRId64 "|%" PRId64, result->id, seq);
    digest_hex_of(seed, (size_t)length, hex);
    snprintf(out, 40, "msg_%.32s", hex);
}

static void append_body(
    const struct import_result *result, const struct problems *problems, const char *id, struct text *out)
{
    char at[CLOCK_STRING_BYTES];
    struct text zh = TEXT_WITH_CEILING(RECEIPT_BYTES), en = TEXT_WITH_CEILING(RECEIPT_BYTES);
    words_zh(result, problems, &zh);
    words_en(result, problems, &en);
    text_append_format(out,
        "{\"id\":\"%s\",\"type\":\"m13.receipt\",\"timestamp\":\"%s\",\"audience\":\"desk\",\"file\":", id,
        clock_format(clock_wall(), at));
    text_append_json(out, result->file);
    text_append_string(out, ",\"kind\":");
    text_append_json(out, result->kind);
    text_append_string(out, ",\"by\":");
    text_append_json(out, result->by);
    text_append_format(out,
        ",\"rows\":%" PRId64 ",\"added\":%" PRId64 ",\"changed\":%" PRId64 ",\"unchanged\":%" PRId64
        ",\"rejected\":%" PRId64 ",\"warnings\":%" PRId64 ",\"unlisted\":%" PRId64 ",\"problem\":",
        result->rows, result->added, result->changed, result->unchanged, result->rejected, result->warnings,
        result->unlisted);
    text_append_json(out, result->problem);
    text_append_format(out, ",\"problems\":[%s],\"text_zh\":", text_string(&problems->json));
    text_append_json(out, text_string(&zh));
    text_append_string(out, ",\"text_en\":");
    text_append_json(out, text_string(&en));
    text_append_character(out, '}');
    text_free(&zh);
    text_free(&en);
}

bool receipt_write(struct store *store, const struct config *config, const struct import_result *result)
{
    if (!is_worth_a_word(result))
        return false;
    struct problems problems = {.json = TEXT_WITH_CEILING(RECEIPT_BYTES),
        .zh = TEXT_WITH_CEILING(RECEIPT_BYTES),
        .en = TEXT_WITH_CEILING(RECEIPT_BYTES)};
    struct text body = TEXT_WITH_CEILING(4 * RECEIPT_BYTES);
    const char *state = config->alerts.mode == ALERT_DRAFT ? "draft" : "released";
    char id[40];
    store_write(store);
    read_problems(store, result->id, &problems);
    receipt_id(store, result, id);
    append_body(result, &problems, id, &body);
    query_run(
        query_bind(query(store, "INSERT INTO outbox (message_id, audience, uscc, kind, state, created_at, "
                                "created_seq, cases, body) VALUES (?, 'desk', '', 'receipt', ?, ?, "
                                "(SELECT coalesce(max(seq), 0) FROM journal), '[]', ?)"),
            "ttit", id, state, clock_wall(), text_string(&body)));
    bool released = string_equal(state, "released");
    if (released)
        outbox_release(store, config, store_last_id(store));
    text_free(&problems.json);
    text_free(&problems.zh);
    text_free(&problems.en);
    text_free(&body);
    return released;
}
