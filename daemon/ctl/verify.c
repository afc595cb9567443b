/* verify.c - `m13ctl verify`: database, journal chain, evidence, and every verdict from its facts. */
#include "ctl.h"

#include "m13/casework.h"
#include "m13/evidence.h"
#include "m13/journal.h"
#include "m13/review.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct checking {
    struct ctl *ctl;
    int64_t faults;
    bool not_allowed; /* to read the evidence, which is the daemon's user's alone */
};

static void report(struct checking *checking, const char *check, const char *subject, const char *problem)
{
    struct ctl *ctl = checking->ctl;
    checking->faults += problem != NULL;
    if (ctl->json)
        ctl_print_json(json_pack("{s:s, s:s, s:b, s:s}", "check", check, "subject", subject, "good",
            problem == NULL, "problem", problem ? problem : ""));
    else if (problem)
        printf("%s %s: %s\n", check, subject, problem);
}

static void check_database(struct checking *checking)
{
    struct query *q = query(checking->ctl->store, "PRAGMA integrity_check(20)");
    bool good = false;
    while (query_next(q)) {
        good = string_equal(query_text(q, 0), "ok");
        if (!good)
            report(checking, "database", "m13.db", query_text(q, 0));
    }
    if (good)
        report(checking, "database", "m13.db", NULL);
}

static void check_journal(struct checking *checking)
{
    struct failure failure = {0};
    int r = journal_verify(checking->ctl->store, &failure);
    report(checking, "journal", "", r < 0 ? failure.text : NULL);
}

/* What the last publication says of the journal: only so a cut end, or a chain rewritten as a whole, is seen.
 */
struct published_head {
    int64_t entries; /* 0 = nothing is published */
    char hash[DIGEST_HEX_BYTES];
};

/* Asked before the reading begins: a later publication may know more than the reading sees. */
static struct published_head read_published_head(const struct ctl *ctl)
{
    static const char sql[] = "SELECT e.value, h.value FROM bi_meta e, bi_meta h "
                              "WHERE e.name = 'journal_entries' AND h.name = 'journal_head'";
    struct published_head head = {0};
    char *path = path_join(store_directory(ctl->store), "published/m13.db");
    sqlite3 *published = NULL;
    sqlite3_stmt *statement = NULL;
    if (sqlite3_open_v2(path, &published, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(published, sql, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW) {
        head.entries = sqlite3_column_int64(statement, 0);
        snprintf(head.hash, sizeof head.hash, "%s", (const char *)sqlite3_column_text(statement, 1));
    }
    sqlite3_finalize(statement);
    sqlite3_close(published);
    free(path);
    return head;
}

static void check_journal_outside(struct checking *checking, const struct published_head *head)
{
    char held[DIGEST_HEX_BYTES], subject[40];
    if (head->entries == 0)
        return;
    snprintf(subject, sizeof subject, "entry %lld", (long long)head->entries);
    bool same = journal_hash_at(checking->ctl->store, head->entries, held) && string_equal(held, head->hash);
    report(checking, "journal-outside", subject,
        same ? NULL : "the published database knows this entry, and the journal does not: was its end cut?");
}

static int64_t check_evidence(struct checking *checking)
{
    int64_t count = 0, faults = checking->faults;
    struct query *q = query(checking->ctl->store, "SELECT sha256 FROM evidence ORDER BY sha256");
    while (!checking->not_allowed && query_next(q)) {
        struct failure failure = {0};
        int r = evidence_verify(checking->ctl->store, query_text(q, 0), &failure);
        count++;
        checking->not_allowed = r == -EACCES;
        if (r < 0)
            report(checking, "evidence", query_text(q, 0), failure.text);
    }
    query_end(q);
    if (faults == checking->faults)
        report(checking, "evidence", "", NULL);
    return count;
}

static void on_difference(const char *case_id, const char *what, void *context)
{
    report(context, "case", case_id, what);
}

static void on_bad_decision(const char *item, const char *what, void *context)
{
    report(context, "decision", item, what);
}

int verb_verify(struct ctl *ctl)
{
    struct checking checking = {.ctl = ctl};
    if (ctl->count)
        return ctl_usage(ctl, "verify 不接受参数", "verify takes no argument");
    int exit_code = ctl_open_reader(ctl);
    if (exit_code)
        return exit_code;
    struct published_head published = read_published_head(ctl);
    store_begin_reading(ctl->store);
    int64_t entries = journal_head(ctl->store);
    check_database(&checking);
    check_journal(&checking);
    check_journal_outside(&checking, &published);
    int64_t payloads = check_evidence(&checking);
    int64_t cases = store_value(ctl->store, 0, "SELECT count(*) FROM case_file", "");
    if (casework_verify(ctl->store, ctl->config, on_difference, &checking) == 0)
        report(&checking, "cases", "", NULL);
    if (review_verify(ctl->store, on_bad_decision, &checking) == 0)
        report(&checking, "decisions", "", NULL);
    store_end_reading(ctl->store);
    if (checking.not_allowed) {
        fprintf(stderr, "m13ctl: %s\n",
            SAY(ctl, "原始数据仅 m13d 用户可读，请以该用户运行：sudo -u m13d m13ctl verify",
                "evidence is readable to m13d's user alone: sudo -u m13d m13ctl verify"));
        return EXIT_IO;
    }
    if (!ctl->json) {
        printf(SAY(ctl, "数据库、%lld 条日志、%lld 份原始数据、%lld 条线索已校验：",
                   "database, %lld journal entries, %lld payloads, %lld cases checked: "),
            (long long)entries, (long long)payloads, (long long)cases);
        if (checking.faults)
            printf(SAY(ctl, "%lld 处有问题\n", "%lld faults\n"), (long long)checking.faults);
        else
            puts(SAY(ctl, "全部一致", "all good"));
    }
    return checking.faults ? EXIT_BAD_DATA : 0;
}
