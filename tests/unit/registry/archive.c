#include "archive.h"

#include "m13/clock.h"
#include "m13/journal.h"
#include "m13/registry.h"
#include "m13/store.h"
#include "m13/text.h"
#include "m13/work.h"

#include "scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

const struct row sale = {"sales", "S1", CHEN, "合同.pdf", "{\"amount\":\"1\"}", NULL, NULL, false};
const struct row seen = {"documents", "M13-2026-00001|contract", "", "合同.pdf", SEEN, NULL, NULL, false};

static bool decide(void *context, const char *key, int64_t *cursor, int64_t deadline_us)
{
    (void)cursor;
    (void)deadline_us;
    struct archive *archive = context;
    size_t used = strlen(archive->decided);
    snprintf(archive->decided + used, sizeof archive->decided - used, "%s ", key);
    return true;
}

static void on_assessed(void *context)
{
    struct archive *archive = context;
    archive->assessed++;
}

int archive_open(void **state)
{
    struct archive *archive = calloc(1, sizeof *archive);
    struct failure failure = {0};
    archive->folder = scratch_new();
    archive->hurry = 5000;
    scratch_store(archive->folder);
    if (store_open(archive->folder, STORE_WRITER, &archive->store, &failure) < 0)
        return -1;
    store_write(archive->store);
    query_run(query(archive->store,
        "INSERT INTO local_file (id, delivery, name, sha256, kind, delivered_by, taken_at, "
        "state) VALUES (1, 1, 'a', 'a', '', 'li', 1, 'applied'), "
        "              (2, 2, 'b', 'b', '', 'inbox', 1, 'applied')"));
    archive->work = work_new(archive->store);
    archive->documents = (struct local_documents){archive->store, on_assessed, archive};
    local_document_register(&archive->documents, archive->work);
    work_register(archive->work, &(struct work_kind){"decide", 100, decide, archive});
    *state = archive;
    return 0;
}

int archive_close(void **state)
{
    struct archive *archive = *state;
    work_free(archive->work);
    store_close(archive->store);
    scratch_remove(archive->folder);
    free(archive);
    return 0;
}

int64_t archive_next_seq(struct archive *archive)
{
    return journal_append(archive->store, "m13d", "import", "rows.csv", "{}");
}

void archive_apply(struct archive *archive, int64_t seq, struct row row)
{
    struct store *store = archive->store;
    store_write(store);
    local_document_note_use(store, row.kind, row.key, row.names);
    const char *base = local_kind(row.kind)->assurance;
    int64_t version = store_value(store, 0,
        "SELECT version FROM local_record WHERE kind = ? AND key = ? AND seq_to IS NULL", "tt", row.kind,
        row.key);
    query_run(query_bind(query(store, "UPDATE local_record SET seq_to = ? "
                                      "WHERE kind = ? AND key = ? AND seq_to IS NULL"),
        "itt", seq, row.kind, row.key));
    query_run(query_bind(
        query(store, "INSERT INTO local_record (kind, key, version, seq_from, uscc, product_id, case_id, "
                     "assurance, fields, file, row) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 2)"),
        "ttiittttti", row.kind, row.key, version + 1, seq, row.uscc, row.product_id ? row.product_id : "",
        row.case_id ? row.case_id : "",
        local_document_assurance(store, row.uscc, row.product_id ? row.product_id : "",
            row.case_id ? row.case_id : "", row.names, base),
        row.fields ? row.fields : "{}", (int64_t)(row.by_inbox ? 2 : 1)));
    if (string_equal(row.kind, "documents"))
        local_document_seen(store, row.names, seq);
}

int64_t archive_import(struct archive *archive, struct row row)
{
    int64_t seq = archive_next_seq(archive);
    archive_apply(archive, seq, row);
    store_commit(archive->store);
    return seq;
}

void archive_finish_work(struct archive *archive)
{
    bool more = true;
    for (int turns = 0; more; turns++) {
        assert_true(turns < 5000);
        store_write(archive->store);
        more = work_slice(archive->work, clock_monotonic_us() + archive->hurry);
        store_commit(archive->store);
    }
}

bool archive_arrive(struct archive *archive, const char *name, const char *sha256)
{
    bool new = local_document_arrived(archive->store, name, sha256, 1000);
    store_commit(archive->store);
    archive_finish_work(archive);
    return new;
}

const char *archive_standing(struct archive *archive, const char *kind, const char *key)
{
    static char text[100];
    struct query *q = query_bind(query(archive->store, "SELECT assurance, version, file FROM local_record "
                                                       "WHERE kind = ? AND key = ? AND seq_to IS NULL"),
        "tt", kind, key);
    assert_true(query_next(q));
    snprintf(text, sizeof text, "%s %lld %lld", query_text(q, 0), (long long)query_integer(q, 1),
        (long long)query_integer(q, 2));
    assert_false(query_next(q));
    return text;
}
