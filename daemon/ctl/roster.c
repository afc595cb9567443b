/* roster.c - makers in Beijing that no firm of ours has claimed: an officer finds out whose they are, writes
 * the USCC behind them, and sends the sheet back to the inbox. */
#include "ctl.h"

#include "m13/forms.h"
#include "m13/match.h"

#include <stdio.h>
#include <string.h>

/* Columns that only tell; by these the import knows the sheet, and leaves out rows without a USCC. */
#define CITY        "参考城市"
#define COUNTRY     "参考国家"
#define AUTHORITIES "参考批准机构"
#define APPROVALS   "参考批准数"

static const char *const columns[] = {
    "uscc", "name_zh", "name_en", "aliases", "district", "srn", "fei", "owner_operator", NULL};
static const char *const references[] = {CITY, COUNTRY, AUTHORITIES, APPROVALS};

struct roster {
    struct ctl *ctl;
    struct match_index *nobody; /* an index without firms: it still tells where a maker sits */
    json_t *rows;               /* by folded name: in order of discovery */
};

static const char *text_at(json_t *object, const char *key)
{
    const char *value = json_string_value(json_object_get(object, key));
    return value ? value : "";
}

/* Adds to a list of parts, once. */
static void add_part(json_t *row, const char *key, const char *part, const char *separator)
{
    struct text list = TEXT_WITH_CEILING(64 * 1024), wanted = TEXT_WITH_CEILING(64 * 1024);
    text_append_format(&list, "%s%s%s", separator, text_at(row, key), separator);
    text_append_format(&wanted, "%s%s%s", separator, part, separator);
    if (*part && !strstr(text_string(&list), text_string(&wanted))) {
        text_clear(&list);
        text_append_format(&list, "%s%s%s", text_at(row, key), *text_at(row, key) ? separator : "", part);
        json_object_set_new(row, key, json_string(text_string(&list)));
    }
    text_free(&list);
    text_free(&wanted);
}

static int64_t approvals_of(json_t *row)
{
    return json_integer_value(json_object_get(row, "approvals"));
}

static bool is_chinese(const char *name)
{
    const char *cursor = name, *end = name + strlen(name);
    while (cursor < end) {
        uint32_t code_point = utf8_next(&cursor, end);
        if (code_point >= 0x4E00 && code_point < 0xA000)
            return true;
    }
    return false;
}

/* --- from the registers
 * ------------------------------------------------------------------------------------------ */

/* `Mingrui Robotics Co.,Ltd` and `MINGRUI ROBOTICS CO., LTD.` are one line of the roster. */
static struct text fold(const char *name)
{
    struct text folded = TEXT_WITH_CEILING(8192);
    for (; *name; name++) {
        char c = (char)(*name >= 'A' && *name <= 'Z' ? *name - 'A' + 'a' : *name);
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c & 0x80))
            text_append_character(&folded, c);
    }
    return folded;
}

static json_t *row_of_name(struct roster *roster, const char *name)
{
    struct text folded = fold(name);
    json_t *row = json_object_get(roster->rows, text_string(&folded));
    if (row) {
        if (!string_equal(name, text_at(row, "name_en")) && !string_equal(name, text_at(row, "name_zh")))
            add_part(row, "aliases", name, "|");
    } else {
        row = json_pack("{s:s}", is_chinese(name) ? "name_zh" : "name_en", name);
        json_object_set_new(roster->rows, text_string(&folded), row);
    }
    text_free(&folded);
    return row;
}

static void add_maker(struct roster *roster, struct query *q)
{
    static const char *const identifiers[] = {"srn", "fei", "owner_operator"};
    json_t *row = row_of_name(roster, query_text(q, 0));
    json_t *known = json_loads(query_text(q, 3), 0, NULL);
    add_part(row, COUNTRY, query_text(q, 1), "、");
    add_part(row, CITY, query_text(q, 2), "、");
    for (size_t i = 0; i < sizeof identifiers / sizeof *identifiers; i++)
        add_part(row, identifiers[i], text_at(known, identifiers[i]), "|");
    add_part(row, AUTHORITIES, query_text(q, 4), "、");
    json_object_set_new(row, "approvals", json_integer(approvals_of(row) + query_integer(q, 5)));
    json_decref(known);
}

/* Also where it is one of several makers of a number. */
#define APPROVALS_OF_MAKER                                                                                   \
    "CROSS JOIN approval_version v ON v.seq_to IS NULL AND v.approval IN ("                                  \
    "SELECT w.approval FROM approval_version w WHERE w.maker = m.maker AND w.seq_to IS NULL "                \
    "UNION ALL SELECT k.approval FROM further_maker k WHERE k.maker = m.maker AND k.seq_to IS NULL) "

static void gather_makers(struct roster *roster)
{
    struct query *q = query_bind(
        query(roster->ctl->store, "SELECT maker.name, maker.country, maker.city, maker.identifiers, "
                                  "a.authority, sum(a.purpose = 'approvals') FROM match m "
                                  "CROSS JOIN maker ON maker.id = m.maker " APPROVALS_OF_MAKER
                                  "CROSS JOIN approval a ON a.id = v.approval "
                                  "WHERE m.seq_to IS NULL AND m.beijing = 1 AND m.band = 'none' "
                                  "GROUP BY m.maker, a.authority ORDER BY maker.name, maker.id, a.authority"),
        "");
    while (query_next(q))
        add_maker(roster, q);
}

/* --- candidates
 * -------------------------------------------------------------------------------------------------- */

/* SRN:CN-MF-000016558 was given to a maker in CN. */
static void country_of(const char *id, char out[3])
{
    const char *srn = string_starts(id, "SRN:") ? id + strlen("SRN:") : "";
    snprintf(out, 3, "%s", srn);
}

static bool sits_in_beijing(struct roster *roster, const struct local_record *record, json_t *fields)
{
    char country[3];
    if (*text_at(fields, "district"))
        return true;
    country_of(record->key, country);
    const char *city = *text_at(fields, "city") ? text_at(fields, "city") : text_at(fields, "address");
    const char *name = *text_at(fields, "name_en") ? text_at(fields, "name_en") : text_at(fields, "name_zh");
    struct match_query question = {.name = name,
        .country = country,
        .city = city,
        .postcode = "",
        .srn = "",
        .fei = "",
        .owner_operator = "",
        .uscc = ""};
    struct match_result result = {0};
    match_find(roster->nobody, &question, &result);
    match_result_release(&result);
    return result.beijing;
}

static void add_approvals(struct roster *roster, const char *id, json_t *row)
{
    struct query *q =
        query_bind(query(roster->ctl->store,
                       "SELECT a.authority, sum(a.purpose = 'approvals') FROM match m " APPROVALS_OF_MAKER
                       "CROSS JOIN approval a ON a.id = v.approval "
                       "WHERE m.seq_to IS NULL AND m.uscc = ? AND m.band <> 'none' "
                       "GROUP BY a.authority ORDER BY a.authority"),
            "t", id);
    while (query_next(q)) {
        add_part(row, AUTHORITIES, query_text(q, 0), "、");
        json_object_set_new(row, "approvals", json_integer(approvals_of(row) + query_integer(q, 1)));
    }
}

/* What the candidate's own record holds need not stand in the sheet: it goes over to the firm. */
static bool add_candidate(const struct local_record *record, void *context)
{
    static const char *const shown[] = {"name_zh", "name_en", "srn", "fei"};
    struct roster *roster = context;
    if (!registry_is_candidate(record->key))
        return true;
    json_t *fields = json_loads(record->fields, 0, NULL);
    if (sits_in_beijing(roster, record, fields)) {
        char country[3];
        json_t *row = json_pack("{s:s}", "candidate", record->key);
        for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
            add_part(row, shown[i], text_at(fields, shown[i]), "|");
        country_of(record->key, country);
        add_part(row, COUNTRY, country, "、");
        add_part(row, CITY, text_at(fields, "city"), "、");
        add_approvals(roster, record->key, row);
        json_object_set_new(roster->rows, record->key, row);
    }
    json_decref(fields);
    return true;
}

/* --- out
 * ----------------------------------------------------------------------------------------------------------
 */

static void print_row(struct ctl *ctl, struct grid *grid, json_t *row)
{
    const char *name = *text_at(row, "name_en") ? text_at(row, "name_en") : text_at(row, "name_zh");
    if (ctl->json) {
        ctl_print_json(json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:I}", "name", name, "aliases",
            text_at(row, "aliases"), "city", text_at(row, CITY), "country", text_at(row, COUNTRY), "srn",
            text_at(row, "srn"), "fei", text_at(row, "fei"), "candidate", text_at(row, "candidate"),
            "authorities", text_at(row, AUTHORITIES), "approvals", (json_int_t)approvals_of(row)));
        return;
    }
    const char *number = *text_at(row, "srn") ? text_at(row, "srn") : text_at(row, "fei");
    const char *cells[] = {
        name, text_at(row, CITY), number, text_at(row, AUTHORITIES), text_at(row, APPROVALS)};
    grid_add(grid, cells);
}

static void print_coverage(struct ctl *ctl)
{
    json_t *coverage = json_object();
    coverage_gather(ctl, coverage);
    coverage_print(ctl, coverage);
    json_decref(coverage);
}

static void print_rows(struct ctl *ctl, json_t *rows)
{
    const char *zh[] = {"登记名称", "城市", "SRN/FEI", "批准机构", "批准数"};
    const char *en[] = {"name as registered", "city", "SRN/FEI", "authorities", "approvals"};
    struct grid *grid = grid_new(5, ctl->english ? en : zh);
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row) print_row(ctl, grid, row);
    if (!ctl->json && grid_rows(grid))
        grid_print(grid);
    else if (!ctl->json)
        puts(SAY(ctl, "没有待认领的在京企业。", "Nobody in Beijing is unclaimed."));
    if (!ctl->json)
        print_coverage(ctl);
    grid_free(grid);
}

static json_t *gather(struct ctl *ctl)
{
    struct roster roster = {.ctl = ctl, .nobody = match_index_new(), .rows = json_object()};
    const char *key;
    json_t *row, *rows = json_array();
    match_index_build(roster.nobody, INT64_MAX);
    store_begin_reading(ctl->store);
    gather_makers(&roster);
    registry_each(ctl->store, "firms", NULL, add_candidate, &roster);
    store_end_reading(ctl->store);
    json_object_foreach(roster.rows, key, row)
    {
        char count[24];
        snprintf(count, sizeof count, "%lld", (long long)approvals_of(row));
        json_object_set_new(row, APPROVALS, json_string(count));
        json_array_append(rows, row);
    }
    json_decref(roster.rows);
    match_index_free(roster.nobody);
    return rows;
}

int verb_roster(struct ctl *ctl)
{
    struct failure failure = {0};
    const char *file = ctl_take_option(ctl, "-o");
    if (ctl->count)
        return ctl_usage(ctl, "roster 只接受 -o 文件.xlsx", "roster takes -o FILE.xlsx only");
    int exit_code = ctl_open_reader(ctl);
    if (exit_code)
        return exit_code;
    json_t *rows = gather(ctl);
    if (file) {
        struct form_sheet sheet = {.kind = local_kind("firms"),
            .rows = rows,
            .columns = columns,
            .references = references,
            .reference_count = sizeof references / sizeof *references};
        exit_code = ctl_form_written(ctl, file, form_write(file, &sheet, 1, &failure), &failure);
    } else {
        print_rows(ctl, rows);
    }
    json_decref(rows);
    return exit_code;
}
