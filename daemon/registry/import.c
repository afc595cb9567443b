#include "import_inside.h"

#include "cells.h"
#include "full_list.h"
#include "stage.h"

#include "m13/clock.h"
#include "m13/contacts.h"
#include "m13/memory.h"
#include "m13/store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

int64_t local_import_reserve_bytes = LIMIT_DISK_RESERVE_BYTES;
/* Rows between two looks at the disk. */
#define ROWS_A_LOOK 256

struct local_import *local_import_new(struct store *store, struct contacts *contacts, const char *name,
    const char *by, const char *sha256, unsigned allowed)
{
    struct local_import *import = memory_get_zeroed(1, sizeof *import);
    import->store = store;
    import->contacts = contacts;
    import->name = memory_copy_string(name);
    import->by = memory_copy_string(by);
    snprintf(import->sha256, sizeof import->sha256, "%s", sha256);
    import->allowed = allowed;
    import->row = LOCAL_ROW_EMPTY;
    import->key = TEXT_WITH_CEILING(LIMIT_RECORD_BYTES);
    import->fields = TEXT_WITH_CEILING(2 * LIMIT_RECORD_BYTES);
    import->full_list.after_key = TEXT_WITH_CEILING(LIMIT_RECORD_BYTES);
    import->full_list.firms = TEXT_WITH_CEILING(LIMIT_LOCAL_ROWS * (CELL_CODE_BYTES + 1));
    import->result.file = import->name;
    import->result.by = import->by;
    return import;
}

static void free_sheet(struct local_sheet *sheet)
{
    local_header_search_free(sheet->search);
    local_headers_free(&sheet->headers);
    free(sheet->name);
    free(sheet);
}

void local_import_free(struct local_import *import)
{
    if (import == NULL)
        return;
    if (import->contacts_begun)
        contacts_drop(import->contacts);
    for (size_t i = 0; i < import->sheet_count; i++)
        free_sheet(import->sheets[i]);
    local_problems_free(&import->problems);
    local_seen_free(&import->seen);
    local_waiting_free(&import->waiting);
    text_free(&import->row.memory);
    text_free(&import->key);
    text_free(&import->fields);
    text_free(&import->full_list.after_key);
    text_free(&import->full_list.firms);
    free(import->name);
    free(import->by);
    free(import);
}

/* --- refusals and faults ---------------------------------------------------------------------------------
 */

void local_import_refuse(struct local_import *import, const char *format, ...)
{
    if (import->refused)
        return;
    struct failure why;
    va_list arguments;
    va_start(arguments, format);
    vfail(&why, -EINVAL, format, arguments);
    va_end(arguments);
    size_t length = utf8_cut(why.text, strnlen(why.text, sizeof import->result.problem - 1));
    memcpy(import->result.problem, why.text, length);
    import->result.problem[length] = '\0';
    import->refused = true;
}

/* Of a workbook, the sheet is named. */
static void refuse_sheet(struct local_import *import, const struct local_sheet *sheet, const char *why)
{
    if (sheet->name[0] == '\0')
        local_import_refuse(import, "%s", why);
    else
        local_import_refuse(import, "工作表“%s”：%s", sheet->name, why);
}

void local_import_fail(struct local_import *import, const struct failure *fault)
{
    if (import->fault.code == 0)
        import->fault = *fault;
}

static bool is_going_on(const struct local_import *import)
{
    return !import->refused && import->fault.code == 0;
}

/* What is sealed must be applied: the same rows once more, and their places in the indexes. */
static void look_at_disk(struct local_import *import)
{
    struct statvfs disk;
    const char *folder = store_directory(import->store);
    if (statvfs(folder, &disk) < 0)
        fail(&import->fault, -errno, "%s: %s", folder, strerror(errno));
    else if ((int64_t)(disk.f_bavail * disk.f_frsize) < local_import_reserve_bytes + 2 * import->staged_bytes)
        fail(&import->fault, -ENOSPC, "%s: the disk is nearly full: %lld MB are free", folder,
            (long long)(disk.f_bavail * disk.f_frsize / 1048576));
}

/* --- problems --------------------------------------------------------------------------------------------
 */

/* A cell may have several: they share its line. */
static void write_problem(struct local_import *import, int64_t file, const struct local_problem *problem)
{
    query_run(query_bind(
        query(import->store,
            "INSERT INTO local_reject (file, row, field, warning, reason, expected) VALUES (?, ?, ?, ?, ?, "
            "?) "
            "ON CONFLICT (file, row, field, warning) DO UPDATE SET "
            "reason = iif(instr(reason, excluded.reason), reason, reason || '；' || excluded.reason), "
            "expected = iif(instr(expected, excluded.expected), expected, "
            "               expected || '；' || excluded.expected)"),
        "iititt", file, problem->row, problem->field, (int64_t)problem->warning, problem->reason,
        problem->expected));
}

void local_import_write_problems(struct local_import *import, int64_t file)
{
    if (import->problems.count == 0)
        return;
    store_write(import->store);
    for (size_t i = 0; i < import->problems.count && import->problems_kept < LIMIT_REJECTS_KEPT; i++) {
        write_problem(import, file, &import->problems.items[i]);
        import->problems_kept++;
    }
    local_problems_free(&import->problems);
}

/* --- sheets ----------------------------------------------------------------------------------------------
 */

struct local_sheet *local_import_sheet_now(struct local_import *import)
{
    return import->sheet_count > 0 ? import->sheets[import->sheet_count - 1] : NULL;
}

bool local_import_is_personal(const struct local_import *import)
{
    return import->personal;
}

static void name_kind(struct local_import *import, const char *kind)
{
    char *kinds = import->result.kind;
    size_t used = strlen(kinds);
    const char *before = strstr(kinds, kind);
    bool named = before != NULL && strchr(", ", before[strlen(kind)]) != NULL;
    if (!named)
        snprintf(kinds + used, sizeof import->result.kind - used, "%s%s", used > 0 ? ", " : "", kind);
}

/* With its first row: a form that nobody has filled in says nothing. */
static void insert_sheet(struct local_import *import, struct local_sheet *sheet)
{
    store_write(import->store);
    query_run(query_bind(
        query(import->store, "INSERT INTO local_file (delivery, name, sheet, sha256, kind, delivered_by, "
                             "taken_at, state, full_list) VALUES (?, ?, ?, ?, ?, ?, ?, 'staging', ?)"),
        "itttttii", import->id, import->name, sheet->name, import->sha256, sheet->headers.kind->kind,
        import->by, clock_wall(), (int64_t)sheet->headers.full_list));
    sheet->file = store_last_id(import->store);
    name_kind(import, sheet->headers.kind->kind);
    import->personal |= sheet->headers.kind->personal;
    if (import->id != 0)
        return;
    import->id = import->result.id = sheet->file;
    query_run(query_bind(
        query(import->store, "UPDATE local_file SET delivery = id WHERE id = ?"), "i", sheet->file));
}

/* Its headers are known. */
static void begin_sheet(struct local_import *import, struct local_sheet *sheet)
{
    static const char *const references[REFERENCES][2] = {
        {"uscc"}, {"product_id"}, {"authority"}, {"number"}, {"case"}, {"document", "file"}};
    const struct local_kind *kind = sheet->headers.kind;
    local_header_search_free(sheet->search);
    sheet->search = NULL;
    for (size_t i = 0; i < REFERENCES; i++) {
        sheet->reference[i] = -1;
        for (size_t column = 0; column < kind->column_count; column++)
            if (string_equal(kind->columns[column].key, references[i][0]) ||
                string_equal(kind->columns[column].key, references[i][1]))
                sheet->reference[i] = (int)column;
    }
    if (sheet->headers.full_list && kind->full_list == FULL_LIST_NEVER) {
        refuse_sheet(import, sheet, "这种表只能报送增减和更正，不能作为全量表报送。请去掉“全量”后重新报送");
        return;
    }
    if (sheet->rows > 0) /* one that could not be read */
        insert_sheet(import, sheet);
    struct failure failure;
    if (kind->personal && !import->contacts_begun) {
        if (contacts_begin(import->contacts, &failure) < 0)
            local_import_fail(import, &failure);
        else
            import->contacts_begun = true;
    }
}

/* What is in it may have to be deleted, whatever is wrong with it. */
static void refuse_without_headers(
    struct local_import *import, const struct local_sheet *sheet, const char *why)
{
    const struct local_kind *nearest = local_header_search_kind(sheet->search);
    import->personal |= nearest != NULL && nearest->personal;
    refuse_sheet(import, sheet, why);
}

static void end_sheet(struct local_import *import)
{
    struct local_sheet *sheet = local_import_sheet_now(import);
    struct failure why;
    if (sheet == NULL || sheet->headers.kind != NULL)
        return;
    if (!local_header_search_end(sheet->search, &why)) {
        refuse_without_headers(import, sheet, why.text);
    } else { /* notes */
        import->sheet_count--;
        free_sheet(sheet);
    }
}

bool local_import_sheet(struct local_import *import, const char *name, bool epoch_1904)
{
    if (!is_going_on(import))
        return false;
    end_sheet(import);
    for (size_t i = 0; i < import->sheet_count; i++)
        if (string_equal(import->sheets[i]->name, name))
            local_import_refuse(import, "有两个工作表同名：“%s”", name);
    if (import->sheet_count == LIMIT_LOCAL_SHEETS)
        local_import_refuse(import, "工作表太多，一个文件最多 %d 个", LIMIT_LOCAL_SHEETS);
    if (import->refused)
        return false;
    struct local_sheet *sheet = memory_get_zeroed(1, sizeof *sheet);
    sheet->name = memory_copy_string(name);
    sheet->epoch_1904 = epoch_1904;
    sheet->search = local_header_search_new(name);
    import->sheets[import->sheet_count++] = sheet;
    return true;
}

bool local_import_end_sheets(struct local_import *import)
{
    bool some = false;
    if (is_going_on(import))
        end_sheet(import);
    for (size_t i = 0; i < import->sheet_count; i++)
        some |= import->sheets[i]->rows > 0;
    if (import->sheet_count == 0)
        local_import_refuse(import, "文件中没有表头");
    else if (!some)
        local_import_refuse(import, "文件中没有数据行");
    return is_going_on(import);
}

/* --- rows ------------------------------------------------------------------------------------------------
 */

static void search_headers(struct local_import *import, struct local_sheet *sheet, json_t *cells)
{
    size_t count = json_array_size(cells);
    const char **texts = memory_get_zeroed(count + 1, sizeof *texts);
    for (size_t i = 0; i < count; i++) {
        json_t *cell = json_array_get(cells, i);
        const char *text = json_string_value(cell);
        if (text == NULL)
            text = json_string_value(json_object_get(cell, "number"));
        texts[i] = text != NULL ? text : "";
    }
    struct failure why;
    switch (local_header_search_row(sheet->search, texts, count, &sheet->headers, &why)) {
    case HEADER_NOT_YET:
        break;
    case HEADER_FOUND:
        begin_sheet(import, sheet);
        break;
    case HEADER_FAILED:
        refuse_without_headers(import, sheet, why.text);
        break;
    }
    free(texts);
}

static void count_row(struct local_import *import, struct local_sheet *sheet)
{
    sheet->rows++;
    if (sheet->file == 0 && sheet->headers.kind != NULL)
        insert_sheet(import, sheet);
    if (++import->rows > LIMIT_LOCAL_ROWS)
        local_import_refuse(import, "一个文件最多 %d 行，请分成几个文件报送", LIMIT_LOCAL_ROWS);
    if (import->rows % ROWS_A_LOOK == 1)
        look_at_disk(import);
}

static void take_row(struct local_import *import, struct local_sheet *sheet, json_t *cells, int64_t number)
{
    int64_t warnings;
    local_row_read(
        &sheet->headers, cells, number, sheet->epoch_1904, &import->problems, &import->row, &warnings);
    if (import->row.blank && import->row.errors == 0)
        return;
    count_row(import, sheet);
    if (!is_going_on(import))
        return;
    enum stage_outcome outcome = local_stage_row(import, sheet);
    sheet->added += outcome == STAGE_ADDED;
    sheet->changed += outcome == STAGE_CHANGED;
    sheet->unchanged += outcome == STAGE_UNCHANGED;
    sheet->rejected += outcome == STAGE_REJECTED;
    sheet->warnings += import->problems.warnings;
    local_import_write_problems(import, sheet->file);
}

bool local_import_cells(struct local_import *import, int64_t row, const char *json, size_t length)
{
    struct local_sheet *sheet = local_import_sheet_now(import);
    if (sheet == NULL) {
        local_import_refuse(import, "文件的内容不是表格");
        return false;
    }
    if (!is_going_on(import))
        return false;
    json_t *cells = json_loadb(json, length, JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES, NULL);
    if (!json_is_array(cells))
        local_import_unreadable(import, row, "", "这一行的内容无法识别");
    else if (sheet->headers.kind == NULL)
        search_headers(import, sheet, cells);
    else
        take_row(import, sheet, cells, row);
    json_decref(cells);
    return is_going_on(import);
}

bool local_import_unreadable(struct local_import *import, int64_t row, const char *field, const char *reason)
{
    struct local_sheet *sheet = local_import_sheet_now(import);
    if (!is_going_on(import) || sheet == NULL)
        return is_going_on(import);
    local_problem_add(&import->problems, row, field, reason, "改正这一行后重新报送");
    count_row(import, sheet);
    sheet->rejected++;
    sheet->nameless++;
    if (sheet->file != 0)
        local_import_write_problems(import, sheet->file);
    return is_going_on(import);
}
