/* imports.c - files of local records: what was taken of each, what was refused and why. */
#include "ctl.h"

#include "m13/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_FILES = 50, PROBLEM_COLUMNS = 60 };

#define FILE_COLUMNS                                                                                         \
    "SELECT id, taken_at, name, sheet, kind, delivered_by, state, full_list, rows, added, changed, "         \
    "unchanged, unlisted, rejected, warnings, problem, sha256 FROM local_file "

static json_t *file_json(struct query *q)
{
    static const char *const counts[] = {
        "rows", "added", "changed", "unchanged", "unlisted", "rejected", "warnings"};
    char at[CLOCK_STRING_BYTES];
    json_t *file = json_pack("{s:I, s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:s, s:s}", "id",
        (json_int_t)query_integer(q, 0), "taken_at", clock_format(query_integer(q, 1), at), "file",
        query_text(q, 2), "sheet", query_text(q, 3), "kind", query_text(q, 4), "delivered_by",
        query_text(q, 5), "state", query_text(q, 6), "full_list", (int)query_integer(q, 7), "problem",
        query_text(q, 15), "sha256", query_text(q, 16));
    for (int i = 0; i < 7; i++)
        json_object_set_new(file, counts[i], json_integer(query_integer(q, 8 + i)));
    return file;
}

static const char *text_at(json_t *object, const char *key)
{
    const char *value = json_string_value(json_object_get(object, key));
    return value ? value : "";
}

static long long integer_at(json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

static const struct {
    const char *state, *zh, *en;
} state_words[] = {{"staging", "读取中", "being read"}, {"sealed", "处理中", "being applied"},
    {"applied", "已接收", "taken"}, {"refused", "已退回", "refused"}};

static const char *state_word(struct ctl *ctl, const char *state)
{
    for (size_t i = 0; i < sizeof state_words / sizeof *state_words; i++)
        if (string_equal(state_words[i].state, state))
            return SAY(ctl, state_words[i].zh, state_words[i].en);
    return state;
}

/* "3 new, 1 changed, 2 rejected": what is not nought. */
static struct text counts_of(struct ctl *ctl, json_t *file)
{
    static const struct {
        const char *key, *zh, *en;
    } counts[] = {{"added", "新增", "new"}, {"changed", "更改", "changed"},
        {"unchanged", "不变", "unchanged"}, {"rejected", "退回", "rejected"},
        {"unlisted", "名单中已无", "no longer listed"}, {"warnings", "提醒", "warnings"}};
    struct text out = TEXT_WITH_CEILING(1024);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        if (integer_at(file, counts[i].key))
            text_append_format(&out, "%s%lld %s", out.length ? ", " : "", integer_at(file, counts[i].key),
                SAY(ctl, counts[i].zh, counts[i].en));
    return out;
}

/* --- the newest files
 * -------------------------------------------------------------------------------------------- */

static void add_file(struct ctl *ctl, struct grid *grid, struct query *q, json_t *file)
{
    char id[24], at[CLOCK_STRING_BYTES];
    struct text counts = counts_of(ctl, file);
    snprintf(id, sizeof id, "%lld", integer_at(file, "id"));
    char *problem = text_shortened(text_at(file, "problem"), PROBLEM_COLUMNS);
    const char *cells[] = {id, clock_format_beijing(query_integer(q, 1), at), text_at(file, "file"),
        text_at(file, "sheet"), text_at(file, "kind"), text_at(file, "delivered_by"),
        state_word(ctl, text_at(file, "state")), *problem ? problem : text_string(&counts)};
    grid_add(grid, cells);
    text_free(&counts);
    free(problem);
}

static int list_files(struct ctl *ctl)
{
    const char *zh[] = {"编号", "时间（北京）", "文件", "工作表", "表", "报送人", "状态", "结果"};
    const char *en[] = {"id", "when (Beijing)", "file", "sheet", "kind", "by", "state", "result"};
    struct grid *grid = grid_new(8, ctl->english ? en : zh);
    struct query *q =
        query_bind(query(ctl->store, FILE_COLUMNS "ORDER BY id DESC LIMIT ?"), "i", (int64_t)MOST_FILES);
    while (query_next(q)) {
        json_t *file = file_json(q);
        if (!ctl->json)
            add_file(ctl, grid, q, file);
        else
            ctl_print_json(json_incref(file));
        json_decref(file);
    }
    if (!ctl->json && grid_rows(grid))
        grid_print(grid);
    else if (!ctl->json)
        puts(SAY(ctl, "尚未收到文件。", "No file has come yet."));
    grid_free(grid);
    return 0;
}

/* --- one file, all its sheets, and what is wrong with it
 * ----------------------------------------------------------- */

static void print_file(struct ctl *ctl, json_t *file)
{
    struct text counts = counts_of(ctl, file);
    const char *sheet = text_at(file, "sheet"), *kind = text_at(file, "kind");
    printf("%s%s%s%s%s%s%s  %s\n", text_at(file, "file"), *sheet ? ", " : "", sheet, *kind ? " (" : "", kind,
        *kind ? ")" : "",
        json_is_true(json_object_get(file, "full_list")) ? SAY(ctl, " 全量", " full list") : "",
        state_word(ctl, text_at(file, "state")));
    printf("    %s  %s  SHA-256 %s\n", text_at(file, "taken_at"), text_at(file, "delivered_by"),
        text_at(file, "sha256"));
    if (*text_at(file, "problem"))
        printf("    %s\n", text_at(file, "problem"));
    if (counts.length)
        printf("    %s\n", text_string(&counts));
    text_free(&counts);
}

static void list_rejects(struct ctl *ctl, int64_t file)
{
    const char *zh[] = {"行", "列", "", "问题", "应为"};
    const char *en[] = {"row", "column", "", "reason (as told to the sender)", "expected"};
    struct grid *grid = grid_new(5, ctl->english ? en : zh);
    struct query *q = query_bind(query(ctl->store, "SELECT row, field, warning, reason, expected FROM "
                                                   "local_reject WHERE file = ? ORDER BY row, field"),
        "i", file);
    while (query_next(q)) {
        char row[24] = "";
        if (query_integer(q, 0) > 0)
            snprintf(row, sizeof row, "%lld", (long long)query_integer(q, 0));
        const char *cells[] = {row, query_text(q, 1), query_integer(q, 2) ? SAY(ctl, "提醒", "warning") : "",
            query_text(q, 3), query_text(q, 4)};
        if (ctl->json)
            ctl_print_json(json_pack("{s:I, s:I, s:s, s:b, s:s, s:s}", "id", (json_int_t)file, "row",
                (json_int_t)query_integer(q, 0), "column", cells[1], "warning", (int)query_integer(q, 2),
                "reason", cells[3], "expected", cells[4]));
        else
            grid_add(grid, cells);
    }
    if (!ctl->json && grid_rows(grid))
        grid_print(grid);
    grid_free(grid);
}

static int show_delivery(struct ctl *ctl, int64_t id)
{
    int64_t sheets[256];
    size_t count = 0;
    struct query *q = query_bind(
        query(ctl->store, FILE_COLUMNS "WHERE delivery = (SELECT delivery FROM local_file WHERE id = ?1) "
                                       "OR id = ?1 ORDER BY id"),
        "i", id);
    json_t *files = json_array();
    while (count < sizeof sheets / sizeof *sheets && query_next(q)) {
        sheets[count++] = query_integer(q, 0);
        json_array_append_new(files, file_json(q));
    }
    query_end(q);
    for (size_t i = 0; i < count; i++) {
        json_t *file = json_array_get(files, i);
        if (ctl->json)
            ctl_print_json(json_incref(file));
        else
            print_file(ctl, file);
        list_rejects(ctl, sheets[i]);
    }
    json_decref(files);
    if (count == 0)
        fprintf(stderr, "m13ctl: %s %lld\n", SAY(ctl, "没有这个编号：", "no such id:"), (long long)id);
    return count ? 0 : EXIT_BAD_DATA;
}

int verb_imports(struct ctl *ctl)
{
    int64_t id = 0;
    if (ctl->count > 1 || (ctl->count == 1 && string_to_integer(ctl->arguments[0], 1, INT64_MAX, &id) < 0))
        return ctl_usage(ctl, "imports 接受一个编号（见 m13ctl imports）",
            "imports takes one id (as m13ctl imports shows it)");
    int exit_code = ctl_open_reader(ctl);
    if (exit_code)
        return exit_code;
    return id ? show_delivery(ctl, id) : list_files(ctl);
}
