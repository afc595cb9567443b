/* records.c - local records: what is known now, what waits for its other side, and all that was ever known
 * of one. */
#include "ctl.h"

#include "m13/clock.h"
#include "m13/limits.h"
#include "m13/registry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_ANSWERS = 500 }; /* on the terminal; --json has no end */

/* A record's columns, and where it comes from. A version that no file brought is a document's arrival, or an
 * officer's decision: the journal entry's kind tells. */
#define RECORD_COLUMNS                                                                                       \
    "r.kind, r.key, r.version, r.uscc, r.assurance, r.withdrawn, r.unlisted, r.fields, r.row, "              \
    "coalesce(f.name, ''), coalesce(f.sheet, ''), coalesce(f.sha256, ''), "                                  \
    "coalesce(f.delivered_by, jf.actor, ''), coalesce(jf.at, 0), coalesce(jt.at, 0), coalesce(jf.kind, '') "
#define RECORD_SOURCE                                                                                        \
    "FROM local_record r LEFT JOIN local_file f ON f.id = r.file "                                           \
    "LEFT JOIN journal jf ON jf.seq = r.seq_from LEFT JOIN journal jt ON jt.seq = r.seq_to "

static json_t *record_json(struct query *q)
{
    char from[CLOCK_STRING_BYTES], to[CLOCK_STRING_BYTES] = "";
    if (query_integer(q, 14))
        clock_format(query_integer(q, 14), to);
    json_t *fields = json_loads(query_text(q, 7), 0, NULL);
    return json_pack("{s:s, s:s, s:I, s:s, s:s, s:b, s:b, s:o, s:s, s:s, s:I, s:s, s:s, s:s, s:s, s:s}",
        "kind", query_text(q, 0), "key", query_text(q, 1), "version", (json_int_t)query_integer(q, 2), "uscc",
        query_text(q, 3), "assurance", query_text(q, 4), "withdrawn", (int)query_integer(q, 5), "unlisted",
        (int)query_integer(q, 6), "fields", fields ? fields : json_object(), "file", query_text(q, 9),
        "sheet", query_text(q, 10), "row", (json_int_t)query_integer(q, 8), "sha256", query_text(q, 11),
        "delivered_by", query_text(q, 12), "known_from", clock_format(query_integer(q, 13), from), "known_to",
        to, "cause", query_text(q, 15));
}

static const char *text_at(json_t *object, const char *key)
{
    const char *value = json_string_value(json_object_get(object, key));
    return value ? value : "";
}

/* As the forms head it. */
static const char *header_of(struct ctl *ctl, const char *kind, const char *key)
{
    const struct local_kind *table = local_kind(kind);
    for (size_t i = 0; table && !ctl->english && i < table->column_count; i++)
        if (string_equal(table->columns[i].key, key))
            return table->columns[i].headers[0];
    return key;
}

static const char *state_of(struct ctl *ctl, json_t *record)
{
    return json_is_true(json_object_get(record, "withdrawn")) ? SAY(ctl, "作废", "withdrawn")
           : json_is_true(json_object_get(record, "unlisted")) ? SAY(ctl, "名单中已无", "no longer listed")
                                                               : "";
}

/* FILE, SHEET row N */
static struct text place_of(struct ctl *ctl, json_t *record)
{
    struct text place = TEXT_WITH_CEILING(4096);
    const char *file = text_at(record, "file"), *sheet = text_at(record, "sheet");
    if (!*file && string_equal(text_at(record, "cause"), "review"))
        text_append_string(&place, SAY(ctl, "经办人核定", "decided by an officer"));
    else if (!*file)
        text_append_string(&place, SAY(ctl, "材料到达", "arrival of a document"));
    else
        text_append_format(&place, "%s%s%s %s%lld%s", file, *sheet ? ", " : "", sheet, SAY(ctl, "第", "row "),
            (long long)json_integer_value(json_object_get(record, "row")), SAY(ctl, "行", ""));
    return place;
}

/* --- how many of each kind
 * --------------------------------------------------------------------------------------- */

static json_t *count_kind(struct ctl *ctl, const struct local_kind *kind)
{
    json_t *counts = NULL;
    struct query *q =
        query_bind(query(ctl->store, "SELECT count(*) FILTER (WHERE NOT withdrawn AND NOT unlisted), "
                                     "count(*) FILTER (WHERE NOT withdrawn AND unlisted), "
                                     "(SELECT count(DISTINCT key) FROM local_waiting WHERE kind = ?1) "
                                     "FROM local_record WHERE kind = ?1 AND seq_to IS NULL"),
            "t", kind->kind);
    if (query_next(q))
        counts =
            json_pack("{s:s, s:I, s:I, s:I}", "kind", kind->kind, "records", (json_int_t)query_integer(q, 0),
                "unlisted", (json_int_t)query_integer(q, 1), "waiting", (json_int_t)query_integer(q, 2));
    query_end(q);
    return counts;
}

static int list_kinds(struct ctl *ctl)
{
    const char *zh[] = {"表", "", "记录", "名单中已无", "等待中"};
    const char *en[] = {"kind", "", "records", "no longer listed", "waiting"};
    struct grid *grid = grid_new(5, ctl->english ? en : zh);
    for (size_t i = 0; i < local_kind_count; i++) {
        char numbers[3][24];
        const struct local_kind *kind = &local_kinds[i];
        if (kind->personal)
            continue;
        json_t *counts = count_kind(ctl, kind);
        if (ctl->json) {
            ctl_print_json(counts);
            continue;
        }
        static const char *const keys[] = {"records", "unlisted", "waiting"};
        for (int j = 0; j < 3; j++)
            snprintf(numbers[j], sizeof numbers[j], "%lld",
                (long long)json_integer_value(json_object_get(counts, keys[j])));
        const char *cells[] = {kind->kind, SAY(ctl, kind->zh, kind->en), numbers[0], numbers[1], numbers[2]};
        grid_add(grid, cells);
        json_decref(counts);
    }
    if (!ctl->json)
        grid_print(grid);
    grid_free(grid);
    return 0;
}

/* --- current records
 * --------------------------------------------------------------------------------------------- */

static struct text fields_of(struct ctl *ctl, json_t *record)
{
    struct text line = TEXT_WITH_CEILING(LIMIT_RECORD_BYTES);
    const char *key;
    json_t *value;
    json_object_foreach(json_object_get(record, "fields"), key, value) text_append_format(&line, "%s%s=%s",
        line.length ? "  " : "", header_of(ctl, text_at(record, "kind"), key), json_string_value(value));
    return line;
}

static void add_record(struct ctl *ctl, struct grid *grid, json_t *record)
{
    char *assurance = ctl_label(ctl, "assurance", text_at(record, "assurance"));
    struct text fields = fields_of(ctl, record);
    const char *cells[] = {text_at(record, "kind"), text_at(record, "key"), assurance, state_of(ctl, record),
        text_string(&fields)};
    grid_add(grid, cells);
    text_free(&fields);
    free(assurance);
}

static int list_records(struct ctl *ctl, const char *kind, const char *uscc)
{
    const char *zh[] = {"表", "标识", "可信程度", "", "内容"};
    const char *en[] = {"kind", "key", "assurance", "", "content"};
    struct grid *grid = grid_new(5, ctl->english ? en : zh);
    struct query *q = query_bind(
        query(ctl->store, "SELECT " RECORD_COLUMNS RECORD_SOURCE "WHERE r.seq_to IS NULL AND r.withdrawn = 0 "
                          "AND (?1 IS NULL OR r.kind = ?1) AND (?2 IS NULL OR r.uscc = ?2) "
                          "ORDER BY r.kind, r.key"),
        "tt", kind, uscc);
    bool more = false;
    while (!more && query_next(q)) {
        json_t *record = record_json(q);
        if (ctl->json) {
            ctl_print_json(record);
            continue;
        }
        more = grid_rows(grid) == MOST_ANSWERS;
        if (!more)
            add_record(ctl, grid, record);
        json_decref(record);
    }
    query_end(q);
    if (!ctl->json && grid_rows(grid))
        grid_print(grid);
    else if (!ctl->json)
        puts(SAY(ctl, "没有记录。", "No record."));
    if (more)
        fprintf(stderr, "m13ctl: %s\n",
            SAY(ctl, "仅列出前 500 条，请缩小范围或用 --json",
                "the first 500 only: ask for less, or --json"));
    grid_free(grid);
    return 0;
}

/* --- what waits
 * -------------------------------------------------------------------------------------------------- */

static const struct {
    const char *code, *zh, *en;
} missing_words[] = {{"firm", "企业尚未报送", "its firm is not known yet"},
    {"product", "产品尚未报送", "its product is not known yet"}, {"case", "线索不存在", "no such case"},
    {"document", "材料文件尚未收到", "the file has not arrived"},
    {"row", "文件已到，尚无记录提到它", "the file is there, and no row names it"}};

static const char *missing_word(struct ctl *ctl, const char *code)
{
    for (size_t i = 0; i < sizeof missing_words / sizeof *missing_words; i++)
        if (string_equal(missing_words[i].code, code))
            return SAY(ctl, missing_words[i].zh, missing_words[i].en);
    return code;
}

static void add_waiting(struct ctl *ctl, struct grid *grid, const char *kind, const char *key,
    const char *missing, const char *name)
{
    const char *cells[] = {kind, key, name, missing_word(ctl, missing)};
    if (ctl->json)
        ctl_print_json(
            json_pack("{s:s, s:s, s:s, s:s}", "kind", kind, "key", key, "missing", missing, "name", name));
    else
        grid_add(grid, cells);
}

struct unnamed {
    struct ctl *ctl;
    struct grid *grid;
};

static void add_unnamed(const char *name, int64_t bytes, void *context)
{
    struct unnamed *unnamed = context;
    (void)bytes;
    add_waiting(unnamed->ctl, unnamed->grid, "", "", "row", utf8_is_valid(name, strlen(name)) ? name : "?");
}

static int list_waiting(struct ctl *ctl, const char *kind, const char *uscc)
{
    const char *zh[] = {"表", "标识", "所等待的", "原因"};
    const char *en[] = {"kind", "key", "waits for", "why"};
    struct grid *grid = grid_new(4, ctl->english ? en : zh);
    struct query *q = query_bind(
        query(ctl->store, "SELECT w.kind, w.key, w.missing, w.name FROM local_waiting w "
                          "JOIN local_record r ON r.kind = w.kind AND r.key = w.key AND r.seq_to IS NULL "
                          "WHERE (?1 IS NULL OR w.kind = ?1) AND (?2 IS NULL OR r.uscc = ?2) "
                          "ORDER BY w.kind, w.key, w.missing, w.name"),
        "tt", kind, uscc);
    while (query_next(q))
        add_waiting(ctl, grid, query_text(q, 0), query_text(q, 1), query_text(q, 2), query_text(q, 3));
    if (!kind && !uscc)
        registry_each_unnamed(ctl->store, add_unnamed, &(struct unnamed){ctl, grid});
    if (!ctl->json && grid_rows(grid))
        grid_print(grid);
    else if (!ctl->json)
        puts(SAY(ctl, "没有等待中的记录。", "Nothing waits."));
    grid_free(grid);
    return 0;
}

/* --- all versions of one
 * ----------------------------------------------------------------------------------------- */

/* What changed against the version before, one line each. */
static void print_changes(struct ctl *ctl, json_t *record, json_t *before)
{
    const char *key;
    json_t *value, *fields = json_object_get(record, "fields");
    json_object_foreach(fields, key, value)
    {
        const char *old = text_at(before, key);
        if (string_equal(old, json_string_value(value)))
            continue;
        printf("    %s: %s%s%s\n", header_of(ctl, text_at(record, "kind"), key), old, *old ? " -> " : "",
            json_string_value(value));
    }
    json_object_foreach(before, key, value) if (!json_object_get(fields, key))
        printf("    %s: %s -> %s\n", header_of(ctl, text_at(record, "kind"), key), json_string_value(value),
            SAY(ctl, "（已清空）", "(cleared)"));
}

static void print_version(struct ctl *ctl, json_t *record, json_t *before)
{
    char *assurance = ctl_label(ctl, "assurance", text_at(record, "assurance"));
    struct text place = place_of(ctl, record);
    const char *state = state_of(ctl, record);
    printf("v%lld  %s%s%s  %s  %s  %s%s%s\n",
        (long long)json_integer_value(json_object_get(record, "version")), text_at(record, "known_from"),
        *text_at(record, "known_to") ? " - " : "", text_at(record, "known_to"),
        text_at(record, "delivered_by"), text_string(&place), assurance, *state ? "  " : "", state);
    print_changes(ctl, record, before);
    text_free(&place);
    free(assurance);
}

static int list_history(struct ctl *ctl, const char *kind, const char *key)
{
    json_t *before = NULL;
    int found = 0;
    struct query *q = query_bind(
        query(ctl->store, "SELECT " RECORD_COLUMNS RECORD_SOURCE "WHERE r.kind = ? AND r.key = ? ORDER BY "
                          "r.version"),
        "tt", kind, key);
    for (; query_next(q); found++) {
        json_t *record = record_json(q);
        if (ctl->json) {
            ctl_print_json(record);
            continue;
        }
        print_version(ctl, record, before);
        json_decref(before);
        before = json_incref(json_object_get(record, "fields"));
        json_decref(record);
    }
    json_decref(before);
    if (!found)
        fprintf(stderr, "m13ctl: %s %s: %s\n", kind, key,
            SAY(ctl, "从未有过这条记录", "there never was such a record"));
    return found ? 0 : EXIT_BAD_DATA;
}

int verb_records(struct ctl *ctl)
{
    const char *uscc = ctl_take_option(ctl, "--firm"), *key = ctl_take_option(ctl, "--history");
    bool waiting = ctl_take_flag(ctl, "--waiting");
    const char *kind = ctl->count == 1 ? ctl->arguments[0] : NULL;
    if (ctl->count > 1 || (key && (!kind || waiting || uscc)))
        return ctl_usage(ctl, "records 接受 [表] [--firm 信用代码] [--waiting]，或 表 --history 标识",
            "records takes [KIND] [--firm USCC] [--waiting], or KIND --history KEY");
    if (kind && !ctl_kind(ctl, kind))
        return EXIT_BAD_USAGE;
    if (kind && local_kind(kind)->personal)
        return ctl_usage(ctl, "联系人不在此列出", "contacts are not shown");
    int exit_code = ctl_open_reader(ctl);
    if (exit_code)
        return exit_code;
    return waiting        ? list_waiting(ctl, kind, uscc)
           : key          ? list_history(ctl, kind, key)
           : kind || uscc ? list_records(ctl, kind, uscc)
                          : list_kinds(ctl);
}
