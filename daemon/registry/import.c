#include "import_inside.h"

#include "cells.h"
#include "full_list.h"
#include "stage.h"

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

void local_import_free(struct local_import *import)
{
    if (import == NULL)
        return;
    if (import->contacts_begun)
        contacts_drop(import->contacts);
    for (size_t i = 0; i < import->sheet_count; i++)
        local_import_free_sheet(import->sheets[i]);
    local_problems_free(&import->problems);
    local_seen_free(&import->seen);
    local_waiting_free(&import->waiting);
    text_free(&import->row.memory);
    text_free(&import->key);
    text_free(&import->fields);
    local_full_list_free(&import->full_list);
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

void local_import_fail(struct local_import *import, const struct failure *fault)
{
    if (import->fault.code == 0)
        import->fault = *fault;
}

bool local_import_is_going_on(const struct local_import *import)
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

bool local_import_is_personal(const struct local_import *import)
{
    return import->personal;
}

/* --- rows ------------------------------------------------------------------------------------------------
 */

static void count_row(struct local_import *import, struct local_sheet *sheet)
{
    sheet->rows++;
    if (sheet->file == 0 && sheet->headers.kind != NULL)
        local_import_insert_sheet(import, sheet);
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
    if (!local_import_is_going_on(import))
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
    if (!local_import_is_going_on(import))
        return false;
    json_t *cells = json_loadb(json, length, JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES, NULL);
    if (!json_is_array(cells))
        local_import_unreadable(import, row, "", "这一行的内容无法识别");
    else if (sheet->headers.kind == NULL)
        local_import_search_headers(import, sheet, cells);
    else
        take_row(import, sheet, cells, row);
    json_decref(cells);
    return local_import_is_going_on(import);
}

bool local_import_unreadable(struct local_import *import, int64_t row, const char *field, const char *reason)
{
    struct local_sheet *sheet = local_import_sheet_now(import);
    if (!local_import_is_going_on(import) || sheet == NULL)
        return local_import_is_going_on(import);
    local_problem_add(&import->problems, row, field, reason, "改正这一行后重新报送");
    count_row(import, sheet);
    sheet->rejected++;
    sheet->nameless++;
    if (sheet->file != 0)
        local_import_write_problems(import, sheet->file);
    return local_import_is_going_on(import);
}
