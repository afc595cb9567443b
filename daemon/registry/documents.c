#include "documents.h"

#include "fold.h"

#include "m13/clock.h"
#include "m13/journal.h"
#include "m13/memory.h"
#include "m13/registry.h"
#include "m13/store.h"
#include "m13/text.h"
#include "m13/work.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Behind the files that are being applied, before any firm is matched or decided. */
#define ORDER_ASSESS 17
#define KIND_ASSESS  "assess-local"
/* The longest name that a file can have, and what we put before it. */
#define KEY_BYTES 600

/* --- names -----------------------------------------------------------------------------------------------
 */

char *local_document_next_name(const char **names)
{
    while (**names == '|')
        ++*names;
    size_t length = strcspn(*names, "|");
    char *name = length > 0 ? memory_copy_bytes(*names, length) : NULL;
    *names += length;
    return name;
}

char *local_document_name(const char *file)
{
    struct text name = TEXT_WITH_CEILING(KEY_BYTES);
    local_fold(file, strlen(file), 0, &name);
    return text_take(&name);
}

/* --- firms -----------------------------------------------------------------------------------------------
 */

/* The firm of the current, not withdrawn record of alias r: its own, its product's, its case's. */
#define FIRM_OF_RECORD                                                                                       \
    "coalesce(nullif(r.uscc, ''), "                                                                          \
    "  (SELECT p.uscc FROM local_record p WHERE p.kind = 'products' AND p.key = r.product_id "               \
    "   AND p.seq_to IS NULL AND p.withdrawn = 0), "                                                         \
    "  (SELECT v.uscc FROM case_file c CROSS JOIN case_version v ON v.case_file = c.id AND v.seq_to IS "     \
    "NULL "                                                                                                  \
    "   WHERE c.case_id = r.case_id), '')"

enum users { NO_USERS, USERS_OF_NO_FIRM, USERS_OF_ONE, USERS_OF_SEVERAL };

/* Offices call their files 发票.pdf and 1.pdf: when rows of two firms speak of one name, nobody can tell
 * whose file it is. `ret_firm` (may be NULL): the one, to be freed; else NULL. */
static enum users users_of(struct store *store, const char *name, char **ret_firm)
{
    char *firm = NULL;
    bool any = false, several = false;
    struct query *q = query_bind(
        query(store, "SELECT DISTINCT " FIRM_OF_RECORD
                     " FROM local_document_use u CROSS JOIN local_record r ON r.kind = u.kind "
                     "  AND r.key = u.key AND r.seq_to IS NULL AND r.withdrawn = 0 WHERE u.name = ?"),
        "t", name);
    while (!several && query_next(q)) {
        any = true;
        several = firm != NULL && *query_text(q, 0) != '\0';
        if (firm == NULL && *query_text(q, 0) != '\0')
            firm = memory_copy_string(query_text(q, 0));
    }
    query_end(q);
    enum users users = several        ? USERS_OF_SEVERAL
                       : firm != NULL ? USERS_OF_ONE
                       : any          ? USERS_OF_NO_FIRM
                                      : NO_USERS;
    if (ret_firm != NULL && users == USERS_OF_ONE)
        *ret_firm = firm;
    else
        free(firm);
    return users;
}

bool local_document_is_named(struct store *store, const char *file)
{
    char *name = local_document_name(file);
    enum users users = users_of(store, name, NULL);
    free(name);
    return users == USERS_OF_ONE || users == USERS_OF_NO_FIRM;
}

static char *firm_of(struct store *store, const char *uscc, const char *product_id, const char *case_id)
{
    if (*uscc != '\0')
        return memory_copy_string(uscc);
    char *firm = NULL;
    struct query *q = query_bind(
        query(store, "SELECT " FIRM_OF_RECORD " FROM (SELECT ? AS uscc, ? AS product_id, ? AS case_id) r"),
        "ttt", uscc, product_id, case_id);
    if (query_next(q))
        firm = memory_copy_string(query_text(q, 0));
    query_end(q);
    return firm;
}

bool local_document_is_anothers(
    struct store *store, const char *uscc, const char *product_id, const char *case_id, const char *name)
{
    char *firm = firm_of(store, uscc, product_id, case_id), *other = NULL;
    enum users users = users_of(store, name, &other);
    bool is_anothers =
        *firm != '\0' && (users == USERS_OF_SEVERAL || (other != NULL && !string_equal(other, firm)));
    free(firm);
    free(other);
    return is_anothers;
}

void local_document_note_use(struct store *store, const char *kind, const char *key, const char *names)
{
    store_write(store);
    query_run(query_bind(
        query(store, "DELETE FROM local_document_use WHERE kind = ? AND key = ?"), "tt", kind, key));
    for (char *name; (name = local_document_next_name(&names)) != NULL; free(name))
        query_run(query_bind(
            query(store, "INSERT OR IGNORE INTO local_document_use (name, kind, key) VALUES (?, ?, ?)"),
            "ttt", name, kind, key));
}

/* --- assurance -------------------------------------------------------------------------------------------
 */

enum standing { FILE_ABSENT, FILE_THERE, FILE_SEEN };

/* An officer has seen the original when a current record of kind documents that names the file says by whom
 * and when, in a row that he delivered himself: anybody's workbook comes by the inbox. Of a file that came
 * again with other bytes, one that was delivered since. (CROSS JOIN: in this order; SQLite would go through
 * all records of that kind.) A file that came for one firm says nothing for another; one that came for a
 * candidate is that of the firm which it became. */
static enum standing standing_of(struct store *store, const char *firm, const char *name)
{
    enum standing standing = FILE_ABSENT;
    struct query *q = query_bind(
        query(store,
            "SELECT EXISTS (SELECT 1 FROM local_document_use u CROSS JOIN local_record r "
            "           ON r.kind = u.kind AND r.key = u.key AND r.seq_to IS NULL "
            "        WHERE u.name = d.name AND u.kind = 'documents' AND r.withdrawn = 0 "
            "          AND (r.fields ->> 'original_seen_by') <> '' "
            "          AND (r.fields ->> 'seen_on') <> '' "
            "          AND EXISTS (SELECT 1 FROM local_record v CROSS JOIN local_file f ON f.id = v.file "
            "                WHERE v.kind = r.kind AND v.key = r.key AND v.fields = r.fields "
            "                  AND v.unlisted = 0 AND f.delivered_by <> 'inbox' "
            "                  AND (d.version = 1 OR v.seq_from > d.seq_from)) "
            "          AND (d.uscc = '' OR " FIRM_OF_RECORD " IN ('', d.uscc))) "
            "FROM local_document d WHERE d.name = ?1 AND d.seq_to IS NULL "
            "  AND (?2 = '' OR d.uscc IN ('', ?2) OR EXISTS (SELECT 1 FROM local_identifier i "
            "       WHERE i.identifier = d.uscc AND i.uscc = ?2))"),
        "tt", name, firm);
    if (query_next(q))
        standing = query_integer(q, 0) != 0 ? FILE_SEEN : FILE_THERE;
    query_end(q);
    return standing;
}

static const char *const ladder[] = {"claimed", "documented", "verified", "official"};

static size_t rank_of(const char *assurance)
{
    for (size_t i = 0; i < sizeof ladder / sizeof ladder[0]; i++)
        if (string_equal(ladder[i], assurance))
            return i;
    return 0;
}

const char *local_document_assurance(struct store *store, const char *uscc, const char *product_id,
    const char *case_id, const char *names, const char *base)
{
    enum standing lowest = FILE_SEEN;
    bool any = false;
    char *firm = firm_of(store, uscc, product_id, case_id);
    for (char *name; lowest != FILE_ABSENT && (name = local_document_next_name(&names)) != NULL; free(name)) {
        enum standing standing = standing_of(store, firm, name);
        lowest = standing < lowest ? standing : lowest;
        any = true;
    }
    free(firm);
    if (!any || rank_of(base) >= (size_t)lowest)
        return base;
    return ladder[lowest];
}

/* --- records whose assurance changes ---------------------------------------------------------------------
 */

struct record {
    char *kind, *key, *assurance, *uscc, *product_id, *authority, *number, *case_id, *names;
    int64_t version, seq_from;
};

static void free_record(struct record *record)
{
    char *texts[] = {record->kind, record->key, record->assurance, record->uscc, record->product_id,
        record->authority, record->number, record->case_id, record->names};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        free(texts[i]);
}

static struct record copy_record(struct query *q)
{
    return (struct record){
        .kind = memory_copy_string(query_text(q, 0)),
        .key = memory_copy_string(query_text(q, 1)),
        .assurance = memory_copy_string(query_text(q, 2)),
        .uscc = memory_copy_string(query_text(q, 3)),
        .product_id = memory_copy_string(query_text(q, 4)),
        .authority = memory_copy_string(query_text(q, 5)),
        .number = memory_copy_string(query_text(q, 6)),
        .case_id = memory_copy_string(query_text(q, 7)),
        .names = memory_copy_string(query_text(q, 8)),
        .version = query_integer(q, 9),
        .seq_from = query_integer(q, 10),
    };
}

/* The current record of a user; false = withdrawn since. */
static bool read_record(struct store *store, const char *kind, const char *key, struct record *ret_record)
{
    struct query *q = query_bind(
        query(store, "SELECT kind, key, assurance, uscc, product_id, authority, number, case_id, "
                     "  (SELECT group_concat(u.name, '|') FROM local_document_use u "
                     "   WHERE u.kind = r.kind AND u.key = r.key), version, seq_from "
                     "FROM local_record r WHERE kind = ? AND key = ? AND seq_to IS NULL AND withdrawn = 0"),
        "tt", kind, key);
    bool found = query_next(q);
    if (found)
        *ret_record = copy_record(q);
    query_end(q);
    return found;
}

/* In place when the current version came with the same journal entry: it was never decided upon. */
static void change_assurance(
    struct store *store, const struct record *record, const char *assurance, int64_t seq)
{
    if (record->seq_from >= seq) {
        query_run(query_bind(query(store, "UPDATE local_record SET assurance = ? "
                                          "WHERE kind = ? AND key = ? AND version = ?"),
            "ttti", assurance, record->kind, record->key, record->version));
        return;
    }
    query_run(query_bind(query(store, "UPDATE local_record SET seq_to = ? "
                                      "WHERE kind = ? AND key = ? AND version = ?"),
        "itti", seq, record->kind, record->key, record->version));
    query_run(query_bind(
        query(store, "INSERT INTO local_record (kind, key, version, seq_from, uscc, product_id, authority, "
                     "  number, case_id, assurance, withdrawn, unlisted, fields, file, row) "
                     "SELECT kind, key, version + 1, ?, uscc, product_id, authority, number, case_id, ?, "
                     "  withdrawn, unlisted, fields, 0, 0 "
                     "FROM local_record WHERE kind = ? AND key = ? AND version = ?"),
        "ittti", seq, assurance, record->kind, record->key, record->version));
}

/* A record that names no firm speaks of a product, an approval or a case that has one. */
static void decide_firms(struct store *store, const struct record *record)
{
    if (*record->uscc != '\0') {
        work_add(store, "decide", record->uscc, true);
        return;
    }
    char **firms = NULL;
    size_t count = 0, capacity = 0;
    struct query *q =
        query_bind(query(store, "SELECT uscc FROM local_record "
                                "WHERE kind = 'products' AND key = ?1 AND seq_to IS NULL AND withdrawn = 0 "
                                "UNION SELECT v.uscc FROM case_file c JOIN case_version v "
                                "  ON v.case_file = c.id AND v.seq_to IS NULL WHERE c.case_id = ?2 "
                                "UNION SELECT v.uscc FROM approval a JOIN case_file c ON c.approval = a.id "
                                "  JOIN case_version v ON v.case_file = c.id AND v.seq_to IS NULL "
                                "  WHERE a.authority = ?3 AND a.number = ?4"),
            "tttt", record->product_id, record->case_id, record->authority, record->number);
    while (query_next(q)) {
        MEMORY_GROW(firms, count, capacity);
        firms[count++] = memory_copy_string(query_text(q, 0));
    }
    for (size_t i = 0; i < count; i++) {
        if (*firms[i] != '\0')
            work_add(store, "decide", firms[i], true);
        free(firms[i]);
    }
    free(firms);
}

static void assess(struct store *store, const char *kind_name, const char *key, int64_t seq)
{
    struct record record;
    if (!read_record(store, kind_name, key, &record))
        return;
    const struct local_kind *kind = local_kind(kind_name);
    const char *base = kind != NULL ? kind->assurance : record.assurance;
    const char *assurance =
        local_document_assurance(store, record.uscc, record.product_id, record.case_id, record.names, base);
    if (!string_equal(assurance, record.assurance))
        change_assurance(store, &record, assurance, seq);
    /* Also when it stays: which bytes it rests on may have changed. */
    decide_firms(store, &record);
    free_record(&record);
}

/* --- in slices: thousands of rows may speak of one contract ------------------------------------------------
 */

struct user {
    char *kind, *key;
};

/* Who names the file, in order: the one behind *user, or the one at `cursor` when that is empty. */
static bool next_user(struct store *store, const char *name, int64_t cursor, struct user *user)
{
    struct query *q =
        user->kind == NULL
            ? query_bind(query(store, "SELECT kind, key FROM local_document_use WHERE name = ? "
                                      "ORDER BY kind, key LIMIT 1 OFFSET ?"),
                  "ti", name, cursor)
            : query_bind(query(store, "SELECT kind, key FROM local_document_use "
                                      "WHERE name = ? AND (kind, key) > (?, ?) ORDER BY kind, key LIMIT 1"),
                  "ttt", name, user->kind, user->key);
    free(user->kind);
    free(user->key);
    *user = (struct user){0};
    bool found = query_next(q);
    if (found)
        *user = (struct user){memory_copy_string(query_text(q, 0)), memory_copy_string(query_text(q, 1))};
    query_end(q);
    return found;
}

/* Key: the journal's sequence number, a blank, and the file's name. The cursor counts users; they stay in
 * place while this goes on, since no file is imported. */
static bool assess_slice(void *context, const char *key, int64_t *cursor, int64_t deadline_us)
{
    struct local_documents *documents = context;
    struct store *store = documents->store;
    const char *name = strchr(key, ' ') + 1;
    char *number = memory_copy_bytes(key, (size_t)(name - 1 - key));
    int64_t seq = 0;
    string_to_integer(number, 1, INT64_MAX, &seq);
    free(number);
    struct user user = {0};
    bool more;
    store_write(store);
    while ((more = next_user(store, name, *cursor, &user))) {
        assess(store, user.kind, user.key, seq);
        ++*cursor;
        if (clock_monotonic_us() >= deadline_us)
            break;
    }
    free(user.kind);
    free(user.key);
    if (!more && documents->assessed != NULL)
        store_after_commit(store, documents->assessed, documents->context);
    return !more;
}

static void add_assessment(struct store *store, const char *name, int64_t seq)
{
    struct text key = TEXT_WITH_CEILING(KEY_BYTES);
    text_append_format(&key, "%" PRId64 " %s", seq, name);
    if (!key.overflowed) /* else no file has so long a name */
        work_add(store, KIND_ASSESS, text_string(&key), true);
    text_free(&key);
}

void local_document_seen(struct store *store, const char *names, int64_t seq)
{
    store_write(store);
    for (char *name; (name = local_document_next_name(&names)) != NULL; free(name))
        add_assessment(store, name, seq);
}

void local_document_register(struct local_documents *documents, struct work *work)
{
    work_register(work, &(struct work_kind){KIND_ASSESS, ORDER_ASSESS, assess_slice, documents});
}

bool local_document_pending(struct store *store)
{
    return store_value(store, 0, "SELECT EXISTS (SELECT 1 FROM work WHERE kind = ?)", "t", KIND_ASSESS) != 0;
}

/* --- arrival ---------------------------------------------------------------------------------------------
 */

/* Version of what is known by that name; 0 = nothing. */
static int64_t known_version(struct store *store, const char *name, const char *sha256, bool *ret_same)
{
    int64_t version = 0;
    struct query *q = query_bind(
        query(store, "SELECT version, sha256 = ? FROM local_document WHERE name = ? AND seq_to IS NULL"),
        "tt", sha256, name);
    *ret_same = false;
    if (query_next(q)) {
        version = query_integer(q, 0);
        *ret_same = query_integer(q, 1) != 0;
    }
    query_end(q);
    return version;
}

static int64_t journal_arrival(
    struct store *store, const char *name, const char *sha256, int64_t bytes, int64_t version)
{
    struct text body = TEXT_WITH_CEILING(400);
    text_append_format(
        &body, "{\"sha256\":\"%s\",\"bytes\":%" PRId64 ",\"version\":%" PRId64 "}", sha256, bytes, version);
    int64_t seq = journal_append(store, "m13d", "document", name, text_string(&body));
    text_free(&body);
    return seq;
}

bool local_document_arrived(struct store *store, const char *name, const char *sha256, int64_t bytes)
{
    bool same;
    int64_t version = known_version(store, name, sha256, &same) + 1;
    if (same)
        return false;
    char *firm = NULL;
    users_of(store, name, &firm);
    store_write(store);
    int64_t seq = journal_arrival(store, name, sha256, bytes, version);
    query_run(
        query_bind(query(store, "UPDATE local_document SET seq_to = ? WHERE name = ? AND seq_to IS NULL"),
            "it", seq, name));
    query_run(query_bind(query(store, "INSERT INTO local_document (name, version, seq_from, sha256, bytes, "
                                      "taken_at, uscc) VALUES (?, ?, ?, ?, ?, ?, ?)"),
        "tiitiit", name, version, seq, sha256, bytes, clock_wall(), firm != NULL ? firm : ""));
    free(firm);
    add_assessment(store, name, seq);
    return true;
}
