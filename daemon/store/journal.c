#include "m13/journal.h"

#include "internal.h"

#include "m13/clock.h"
#include "m13/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* An entry's text is ours; a body that is longer than this is a mistake. */
#define ENTRY_BYTES (16 * 1024 * 1024)

struct entry {
    int64_t seq, at;
    const char *actor, *kind, *subject, *body;
};

static void add_string(struct text *message, const char *string)
{
    text_append_integer(message, (int64_t)strlen(string));
    text_append_character(message, ':');
    text_append_string(message, string);
}

static void add_integer(struct text *message, int64_t number)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%lld", (long long)number);
    add_string(message, digits);
}

/* `message` is the caller's, so that a walk over a million entries does not allocate a million times. */
static void hash_entry(
    const struct entry *entry, const char *previous, struct text *message, char out[DIGEST_HEX_BYTES])
{
    text_clear(message);
    text_append_string(message, previous);
    add_integer(message, entry->seq);
    add_integer(message, entry->at);
    add_string(message, entry->actor);
    add_string(message, entry->kind);
    add_string(message, entry->subject);
    add_string(message, entry->body);
    if (message->overflowed)
        store_misuse("a journal entry beyond all measure", entry->kind);
    digest_hex_of(message->bytes, message->length, out);
}

/* --- the head --------------------------------------------------------------------------------------------
 */

int64_t journal_head(struct store *store)
{
    return store_value(store, 0, "SELECT max(seq) FROM journal", "");
}

bool journal_hash_at(struct store *store, int64_t seq, char out[DIGEST_HEX_BYTES])
{
    memcpy(out, JOURNAL_NO_HASH, DIGEST_HEX_BYTES);
    if (seq == 0)
        return true;
    struct query *q = query_bind(query(store, "SELECT hash FROM journal WHERE seq = ?"), "i", seq);
    bool found = query_next(q);
    if (found)
        snprintf(out, DIGEST_HEX_BYTES, "%s", query_text(q, 0));
    query_end(q);
    return found;
}

const char *journal_head_hash(struct store *store, char out[DIGEST_HEX_BYTES])
{
    journal_hash_at(store, journal_head(store), out);
    return out;
}

/* --- appending -------------------------------------------------------------------------------------------
 */

int64_t journal_append(
    struct store *store, const char *actor, const char *kind, const char *subject, const char *body)
{
    store_write(store);
    char previous[DIGEST_HEX_BYTES], hash[DIGEST_HEX_BYTES];
    struct entry entry = {.seq = journal_head(store) + 1,
        .at = clock_wall(),
        .actor = actor,
        .kind = kind,
        .subject = subject,
        .body = body};
    journal_hash_at(store, entry.seq - 1, previous);
    struct text message = TEXT_WITH_CEILING(ENTRY_BYTES);
    hash_entry(&entry, previous, &message, hash);
    text_free(&message);
    query_run(
        query_bind(query(store, "INSERT INTO journal (seq, at, actor, kind, subject, body, previous, hash) "
                                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"),
            "iitttttt", entry.seq, entry.at, actor, kind, subject, body, previous, hash));
    return entry.seq;
}

/* --- verifying -------------------------------------------------------------------------------------------
 */

/* Compares the row with what the one before it and its own text demand; its hash goes into `previous`. */
static int check_row(struct query *q, int64_t expected, char previous[DIGEST_HEX_BYTES], struct text *message,
    struct failure *ret_failure)
{
    struct entry entry = {.seq = query_integer(q, 0),
        .at = query_integer(q, 1),
        .actor = query_text(q, 2),
        .kind = query_text(q, 3),
        .subject = query_text(q, 4),
        .body = query_text(q, 5)};
    if (entry.seq != expected)
        return fail(ret_failure, -EBADMSG, "journal: entry %lld is missing", (long long)expected);
    if (!string_equal(query_text(q, 6), previous))
        return fail(ret_failure, -EBADMSG, "journal: entry %lld does not follow from the one before it",
            (long long)expected);
    char hash[DIGEST_HEX_BYTES];
    hash_entry(&entry, previous, message, hash);
    if (!string_equal(query_text(q, 7), hash))
        return fail(ret_failure, -EBADMSG, "journal: entry %lld was changed after it was written",
            (long long)expected);
    memcpy(previous, hash, DIGEST_HEX_BYTES);
    return 0;
}

int journal_verify_part(
    struct store *store, struct journal_mark *mark, int64_t most, struct failure *ret_failure)
{
    char hash[DIGEST_HEX_BYTES];
    if (!journal_hash_at(store, mark->seq, hash))
        return fail(
            ret_failure, -EBADMSG, "journal: entry %lld is missing: its end was cut", (long long)mark->seq);
    if (!string_equal(hash, mark->hash))
        return fail(ret_failure, -EBADMSG, "journal: entry %lld is not what it was", (long long)mark->seq);
    struct text message = TEXT_WITH_CEILING(ENTRY_BYTES);
    int r = 0;
    struct query *q =
        query_bind(query(store, "SELECT seq, at, actor, kind, subject, body, previous, hash FROM journal "
                                "WHERE seq > ? ORDER BY seq LIMIT ?"),
            "ii", mark->seq, most);
    while (r == 0 && query_next(q)) {
        r = check_row(q, mark->seq + 1, mark->hash, &message, ret_failure);
        mark->seq += r == 0;
    }
    query_end(q);
    text_free(&message);
    return r;
}

int journal_verify(struct store *store, struct failure *ret_failure)
{
    struct journal_mark mark = JOURNAL_BEGINNING;
    return journal_verify_part(store, &mark, INT64_MAX, ret_failure);
}
