/* seen.c - was this approval, or this maker, ever seen; when; in which payload; what became of it. */
#include "ctl.h"

#include "m13/clock.h"
#include "m13/memory.h"

#include <stdio.h>
#include <stdlib.h>

enum { MOST_ANSWERS = 200 };

/* What the matcher made of a maker that has no case. The caller frees. */
static char *standing(struct ctl *ctl, const char *band, bool beijing)
{
    if (!*band)
        return memory_copy_string(SAY(ctl, "企业名称尚未比对", "its maker has not been matched yet"));
    if (!string_equal(band, "none"))
        return ctl_label(ctl, "band", band);
    return memory_copy_string(
        beijing ? SAY(ctl, "在京企业，待认领", "a maker in Beijing that no firm has claimed")
                : SAY(ctl, "未识别为北京企业", "not recognised as a Beijing firm"));
}

/* Whose it is, by which rule, and where a person can say otherwise. */
static void tell_standing(struct ctl *ctl, struct query *q)
{
    char *what = standing(ctl, query_text(q, 11), query_integer(q, 12) != 0);
    const char *case_id = query_text(q, 13), *rule = query_text(q, 15), *question = query_text(q, 16);
    char *words = ctl_label(ctl, "match-rule", rule);
    if (*case_id)
        printf("    %s %s\n", SAY(ctl, "线索", "case"), case_id);
    printf("    %s%s%s%s%s%s%s\n", what, *rule ? " (" : "", rule,
        *rule && !string_equal(rule, words) ? " " : "", string_equal(rule, words) ? "" : words,
        *rule ? ")  " : "", query_text(q, 14));
    if (*question && !string_equal(query_text(q, 11), "auto"))
        printf("    m13ctl review show %s\n", question);
    free(words);
    free(what);
}

static void tell(struct ctl *ctl, struct query *q)
{
    char seen[CLOCK_STRING_BYTES], last[CLOCK_STRING_BYTES];
    json_t *row = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:s, s:b, s:s, s:s, s:s, s:s, s:s, s:b}",
        "authority", query_text(q, 0), "number", query_text(q, 1), "manufacturer", query_text(q, 2), "device",
        query_text(q, 3), "decision_date", query_text(q, 4), "status", query_text(q, 5), "first_seen",
        clock_format(query_integer(q, 6), seen), "last_seen", clock_format(query_integer(q, 7), last), "feed",
        query_text(q, 8), "payload_sha256", query_text(q, 9), "row", (json_int_t)query_integer(q, 10), "band",
        query_text(q, 11), "beijing", (int)query_integer(q, 12), "case_id", query_text(q, 13), "uscc",
        query_text(q, 14), "rule", query_text(q, 15), "question", query_text(q, 16), "url", query_text(q, 17),
        "listed", (int)!query_integer(q, 18));
    if (ctl->json) {
        ctl_print_json(row);
        return;
    }
    printf("%s %s  %s  %s  [%s]\n", query_text(q, 0), query_text(q, 1), query_text(q, 4), query_text(q, 2),
        query_text(q, 5));
    printf("    %s\n", query_text(q, 3));
    printf("    %s %s, %s %s; %s, %s %.16s..., %s %lld\n", SAY(ctl, "首次见于", "first seen"), seen,
        SAY(ctl, "最近见于", "last seen"), last, query_text(q, 8), SAY(ctl, "原始数据", "payload"),
        query_text(q, 9), SAY(ctl, "行", "row"), (long long)query_integer(q, 10));
    if (query_integer(q, 18))
        printf("    %s\n", SAY(ctl, "登记中已不再列出（不等于撤销）",
                               "no longer listed by its register (which is no withdrawal)"));
    tell_standing(ctl, q);
    json_decref(row);
}

/* Of several makers of a number the one that was asked for, else whoever is some firm. */
static const char seen_sql[] =
    "WITH asked AS (SELECT id FROM maker WHERE lower(name) GLOB lower(?1)), "
    "named AS (SELECT approval, min(maker) AS maker FROM ("
    "SELECT v.approval, v.maker FROM asked CROSS JOIN approval_version v ON v.maker = asked.id "
    "AND v.seq_to IS NULL UNION ALL SELECT k.approval, k.maker FROM asked CROSS JOIN further_maker k "
    "ON k.maker = asked.id AND k.seq_to IS NULL) GROUP BY approval), "
    "hit AS (SELECT approval, maker FROM named UNION ALL SELECT id, NULL FROM approval "
    "WHERE number = upper(?1) AND id NOT IN (SELECT approval FROM named)) "
    "SELECT a.authority, a.number, coalesce(maker.name, ''), v.device, "
    "coalesce(v.record ->> 'decision_date', ''), v.status, a.first_seen_at, "
    "coalesce(l.seen_at, a.first_seen_at), a.feed, coalesce(p.sha256, ''), v.row, "
    "coalesce(m.band, ''), coalesce(m.beijing, 0), coalesce(f.case_id, ''), "
    "coalesce(m.uscc, ''), coalesce(m.rule, ''), "
    "coalesce('M' || (SELECT min(o.id) FROM maker o WHERE o.name = maker.name AND "
    "o.country = maker.country), ''), coalesce(p.url, ''), l.gone_at IS NOT NULL "
    "FROM hit CROSS JOIN approval a ON a.id = hit.approval "
    "JOIN approval_version v ON v.approval = a.id AND v.seq_to IS NULL "
    "LEFT JOIN maker ON maker.id = coalesce(hit.maker, " CHOSEN_MAKER ") "
    "LEFT JOIN match m ON m.maker = maker.id AND m.seq_to IS NULL "
    "LEFT JOIN listing l ON l.approval = a.id LEFT JOIN payload p ON p.id = v.payload "
    "LEFT JOIN case_file f ON f.approval = a.id ORDER BY v.decision_last DESC LIMIT ?2";

int verb_seen(struct ctl *ctl)
{
    if (ctl->count != 1)
        return ctl_usage(ctl, "seen 需要一个批准编号或企业名称（名称可用 * 通配）",
            "seen takes an approval number or a maker's name (with * as wildcard)");
    int exit_code = ctl_open_reader(ctl);
    if (exit_code)
        return exit_code;
    /* Numbers are normalised as the registers write them: upper case. GLOB is exact but for * and ?. */
    struct query *q =
        query_bind(query(ctl->store, seen_sql), "ti", ctl->arguments[0], (int64_t)MOST_ANSWERS + 1);
    int found = 0;
    while (found < MOST_ANSWERS && query_next(q)) {
        tell(ctl, q);
        found++;
    }
    if (found == MOST_ANSWERS && query_next(q))
        fprintf(stderr, "m13ctl: %s\n",
            SAY(ctl, "仅列出最新的 200 项，请缩小范围", "the newest 200 only: ask for less"));
    query_end(q);
    if (!found && !ctl->json)
        printf("%s: %s\n", ctl->arguments[0], SAY(ctl, "从未见过。", "never seen."));
    return found ? 0 : EXIT_BAD_DATA;
}
